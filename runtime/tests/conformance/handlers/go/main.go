// The handler of the conformance suite: does what the data of its event ask for.

package main

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"time"
)

type object = map[string]any

var calls int

func Handler(event any, ctx Context) (any, error) {
	calls++
	asked, _ := event.(object)
	for _, name := range []string{"payload", "parameters"} {
		if inner, ok := asked[name].(object); ok {
			asked = inner
		}
	}
	text := func(name string) string { text, _ := asked[name].(string); return text }
	number := func(name string) float64 { number, _ := asked[name].(float64); return number }
	switch text("do") {
	case "":
		kind, value := "json", event
		switch data := event.(type) {
		case nil:
			kind = "absent" // or the JSON null: both are nil
		case string:
			kind = "text"
		case []byte:
			kind, value = "bytes", base64.StdEncoding.EncodeToString(data)
		}
		return object{"kind": kind, "value": value, "attributes": ctx.Attributes}, nil
	case "context":
		orNull := func(text string) any {
			if text == "" {
				return nil
			}
			return text
		}
		return object{
			"invocationId":  ctx.InvocationID,
			"correlationId": orNull(ctx.CorrelationID),
			"attempt":       ctx.Attempt,
			"traceparent":   orNull(ctx.TraceParent),
			"tracestate":    orNull(ctx.TraceState),
			"remaining":     ctx.Remaining().Milliseconds(),
		}, nil
	case "return":
		return asked["value"], nil
	case "fail":
		switch text("class") {
		case "ValidationError":
			return nil, ValidationError(text("message"))
		case "TransientError":
			if _, ok := asked["after"]; ok {
				return nil, TransientError(text("message"), time.Duration(number("after")*float64(time.Second)))
			}
			return nil, TransientError(text("message"))
		}
		return nil, errors.New(text("message"))
	case "panic":
		return []int{}[calls], nil
	case "sleep":
		time.Sleep(time.Duration(number("seconds") * float64(time.Second)))
		return "slept", nil
	case "spin":
		for {
		}
	case "block":
		_, err := syscall.Select(0, nil, nil, nil, &syscall.Timeval{Sec: 600})
		return nil, err
	case "ignore":
		signal.Ignore(syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP)
		time.Sleep(10 * time.Minute)
	case "child":
		child := exec.Command("sh", "-c", text("command"))
		child.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
		if err := child.Start(); err != nil {
			return nil, err
		}
		time.Sleep(10 * time.Minute)
	case "exit":
		fmt.Fprintln(os.Stderr, "last words")
		os.Exit(int(number("status")))
	case "crash":
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
		time.Sleep(10 * time.Minute)
	case "nan":
		return object{"a": math.NaN()}, nil
	case "unprintable":
		return object{"a": Handler}, nil
	case "large":
		return strings.Repeat("a", int(number("length"))), nil
	case "nest":
		var nested any = 1
		for depth := int(number("depth")); depth > 0; depth-- {
			nested = []any{nested}
		}
		return nested, nil
	case "print":
		output := os.Stdout
		if text("stream") == "stderr" {
			output = os.Stderr
		}
		_, err := output.WriteString(text("text"))
		return "printed", err
	case "log":
		var level slog.Level
		if err := level.UnmarshalText([]byte(text("level"))); err != nil {
			return nil, err
		}
		fields, _ := asked["fields"].(object)
		var list []slog.Attr
		for name, value := range fields {
			list = append(list, slog.Any(name, value))
		}
		if asked["odd"] != nil {
			list = append(list, slog.Any("odd", func() {}), slog.Time("at", time.Date(2018, 4, 5, 0, 0, 0, 0, time.UTC)))
		}
		ctx.Logger.LogAttrs(context.Background(), level, text("text"), list...)
		return "logged", nil
	case "count":
		own := calls
		time.Sleep(time.Duration(number("seconds") * float64(time.Second)))
		return own, nil
	}
	return nil, fmt.Errorf("nothing is known of %q", text("do"))
}
