package main

import (
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	goruntime "runtime"
	"strings"
	"time"

	"function/foreign"
)

func init() {
	OnShutdown(func() { fmt.Println("shutdown was called") })
}

var cases = map[string]func(event map[string]any, ctx Context) (any, error){
	"echo": func(event map[string]any, _ Context) (any, error) { return event["value"], nil },
	"fail": func(map[string]any, Context) (any, error) { return nil, errors.New("missing") },
	"invalid": func(map[string]any, Context) (any, error) {
		return nil, fmt.Errorf("wrapped: %w", ValidationError("wrong event"))
	},
	"transient": func(map[string]any, Context) (any, error) { return nil, TransientError("not now", 5*time.Second) },
	"foreign": func(map[string]any, Context) (any, error) {
		return nil, foreign.ValidationError{}
	},
	"panics": func(map[string]any, Context) (any, error) {
		return new(struct{ next *struct{ value int } }).next.value, nil
	},
	"panics_invalid": func(map[string]any, Context) (any, error) { panic(ValidationError("wrong event")) },
	"ends_goroutine": func(map[string]any, Context) (any, error) { goruntime.Goexit(); return nil, nil },
	"nan":            func(map[string]any, Context) (any, error) { return []float64{math.NaN()}, nil },
	"unserialisable": func(map[string]any, Context) (any, error) { return make(chan int), nil },
	"long_result": func(event map[string]any, _ Context) (any, error) {
		return strings.Repeat("x", int(event["length"].(float64))), nil
	},
	"long_message": func(map[string]any, Context) (any, error) { return nil, errors.New(strings.Repeat("é", 10_000)) },
	"describe_context": func(_ map[string]any, ctx Context) (any, error) {
		return map[string]any{
			"invocation":  ctx.InvocationID,
			"correlation": ctx.CorrelationID,
			"attempt":     ctx.Attempt,
			"traceparent": ctx.TraceParent,
			"type":        ctx.Attributes["type"],
			"inTime":      ctx.Remaining() > 0 && ctx.Remaining() <= 5*time.Second && ctx.Err() == nil,
		}, nil
	},
	"prints": func(map[string]any, Context) (any, error) {
		fmt.Println("first\nsecond")
		fmt.Fprintln(os.Stderr, "mistake")
		return nil, nil
	},
	"logs": func(_ map[string]any, ctx Context) (any, error) {
		ctx.Logger.Warn("stored 3 rows", "table", "t")
		return nil, nil
	},
	"closes": func(map[string]any, Context) (any, error) { return nil, errors.Join(os.Stdin.Close(), os.Chdir("/")) },
	"starts": func(map[string]any, Context) (any, error) {
		out, err := exec.Command("sh", "-c", "ls -l /proc/self/fd | awk '/socket/ && $9 > 3' | wc -l").Output()
		return strings.TrimSpace(string(out)), err
	},
	"sleeps": func(map[string]any, Context) (any, error) { select {} },
}

func Handler(event any, ctx Context) (any, error) {
	object, _ := event.(map[string]any)
	name, ok := object["case"].(string)
	if !ok {
		return map[string]any{"type": fmt.Sprintf("%T", event), "text": fmt.Sprint(event)}, nil
	}
	return cases[name](object, ctx)
}
