// Counts the words of a text.
//
//	lambda-runtime invoke main.go --data '{"text": "the cat and the other"}'
//
// answers response.success with {"words": 5, "longest": "other", "most": "the"}. The error for a wrong event is a
// ValidationError: the event is not delivered again. The function ValidationError is that of runtime.go, which is compiled
// together with this file.
package main

import "strings"

// Handler gets the data of the event.
func Handler(event map[string]interface{}) (map[string]interface{}, error) {
	text, ok := event["text"].(string)
	if !ok {
		return nil, ValidationError("text must be a string")
	}
	counts := map[string]int{}
	words := strings.Fields(strings.ToLower(text))
	most, longest := "", ""
	for _, word := range words {
		counts[word]++
		if counts[word] > counts[most] {
			most = word
		}
		if len(word) > len(longest) {
			longest = word
		}
	}
	return map[string]interface{}{"words": len(words), "longest": longest, "most": most}, nil
}
