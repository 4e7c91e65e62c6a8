package main

func Handler(event string) string { return event }
