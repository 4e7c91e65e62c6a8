package main

func Handler(event map[string]interface{}) (map[string]interface{}, error) {
	return map[string]interface{}{"got": event}, nil
}
