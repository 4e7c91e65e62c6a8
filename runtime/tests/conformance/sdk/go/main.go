// The CloudEvents SDK for Go as a client of a function, and as a receiver of its events: see sdk.rs.

package main

import (
	"context"
	"encoding/json"
	"log"
	"net/http"
	"os"
	"strings"

	cloudevents "github.com/cloudevents/sdk-go/v2"
	cehttp "github.com/cloudevents/sdk-go/v2/protocol/http"
)

func main() {
	client, err := cloudevents.NewClientHTTP(cloudevents.WithTarget(os.Args[1]))
	check(err)
	var answer struct {
		Replies  []cloudevents.Event `json:"replies"`
		Received []cloudevents.Event `json:"received"`
	}
	send := func(ctx context.Context, correlation string) {
		event := cloudevents.NewEvent()
		event.SetID("sdk")
		event.SetSource("/sdk")
		event.SetType("com.example.thing")
		event.SetExtension("correlationid", correlation)
		check(event.SetData(cloudevents.ApplicationJSON, map[string]any{"do": "return", "value": "größer"}))
		reply, result := client.Request(ctx, event)
		if !cloudevents.IsACK(result) || reply == nil {
			log.Fatal("no reply: ", result)
		}
		check(reply.Validate())
		answer.Replies = append(answer.Replies, *reply)
	}
	send(cloudevents.WithEncodingBinary(context.Background()), "of the sdk")
	send(cloudevents.WithEncodingStructured(context.Background()), "plain")

	var messages []struct {
		Headers map[string]string
		Body    string
	}
	check(json.NewDecoder(os.Stdin).Decode(&messages))
	for _, message := range messages {
		request, err := http.NewRequest(http.MethodPost, "/", strings.NewReader(message.Body))
		check(err)
		for name, value := range message.Headers {
			request.Header.Set(name, value)
		}
		received, err := cehttp.NewEventFromHTTPRequest(request)
		check(err)
		check(received.Validate())
		answer.Received = append(answer.Received, *received)
	}
	check(json.NewEncoder(os.Stdout).Encode(answer))
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
