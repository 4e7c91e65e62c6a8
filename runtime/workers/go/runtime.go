// Worker for handlers in Go: see docs/worker-protocol.md and docs/handlers.md.
//
// On the standard library, for Go 1.21 and later, and compiled in the package of the user's Handler together with
// runtime_constants.go. What is not for users begins with lambda, so that it does not collide with their names.

package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"reflect"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
	"unicode/utf8"
)

// ValidationError is the error of a handler whose event is wrong: it is not delivered again.
func ValidationError(message string) error {
	return &lambdaError{class: ErrorClassValidationError, message: message}
}

// TransientError is the error of a handler that may succeed later: the event is delivered again, after retryAfter where
// it is given.
func TransientError(message string, retryAfter ...time.Duration) error {
	err := &lambdaError{class: ErrorClassTransientError, message: message}
	if len(retryAfter) > 0 {
		seconds := retryAfter[0].Seconds()
		err.retryAfter = &seconds
	}
	return err
}

// OnShutdown adds a function that is called when no call follows; the last added is called first.
func OnShutdown(hook func()) {
	lambdaHooks = append(lambdaHooks, hook)
}

// Context is what a handler may know about its call beside the data of the event. Its deadline is that of the call.
type Context struct {
	context.Context
	// InvocationID identifies the call.
	InvocationID string
	// CorrelationID ties the events of one piece of work together; may be empty.
	CorrelationID string
	// Attempt is 1 for the first delivery of the event.
	Attempt int
	// TraceParent and TraceState are those of W3C Trace Context; may be empty.
	TraceParent, TraceState string
	// Attributes are all attributes of the event, extensions among them.
	Attributes map[string]any
	// Logger writes structured lines that belong to the call.
	Logger *slog.Logger
}

// Remaining is the time left to the call, 0 at least.
func (c Context) Remaining() time.Duration {
	deadline, _ := c.Deadline()
	if left := time.Until(deadline); left > 0 {
		return left
	}
	return 0
}

const (
	lambdaFrameLimit   = 64<<20 + 1024
	lambdaMessageLimit = 4 << 10
	lambdaStackLimit   = 16 << 10
	lambdaLineLimit    = 64 << 10
)

const (
	lambdaInvoke byte = 1
	lambdaDrain  byte = 2
	lambdaPing   byte = 3
	lambdaReady  byte = 16
	lambdaResult byte = 17
	lambdaFault  byte = 18
	lambdaLog    byte = 19
	lambdaFailed byte = 20
	lambdaPong   byte = 21
)

const (
	lambdaNoData byte = iota
	lambdaJSON
	lambdaText
	lambdaBytes
)

var (
	lambdaHooks []func()
	// The call that runs in a sequential worker, for what is logged without a context.
	lambdaOnly atomic.Uint64
	// Set before any init function runs, so that users may set their own.
	lambdaLogger = lambdaSetUpLogger()
	lambdaConn   net.Conn
)

// lambdaError is an error whose class the handler, or the worker itself, has chosen.
type lambdaError struct {
	class, message string
	retryAfter     *float64
	stack          string
}

func (e *lambdaError) Error() string { return e.message }

func lambdaRuntimeError(format string, args ...any) error {
	return &lambdaError{class: ErrorClassRuntimeError, message: fmt.Sprintf(format, args...)}
}

// lambdaFrame writes one frame; the connection keeps frames of several goroutines apart.
func lambdaFrame(kind byte, call uint64, payload []byte) {
	frame := make([]byte, 13, 13+len(payload))
	binary.BigEndian.PutUint32(frame, uint32(len(payload)+9))
	frame[4] = kind
	binary.BigEndian.PutUint64(frame[5:], call)
	if _, err := lambdaConn.Write(append(frame, payload...)); err != nil {
		os.Exit(0)
	}
}

// lambdaErrorJSON is the error as the protocol has it.
func lambdaErrorJSON(err error) []byte {
	answer := struct {
		Class      string   `json:"class"`
		Message    string   `json:"message"`
		StackTrace string   `json:"stackTrace,omitempty"`
		RetryAfter *float64 `json:"retryAfter,omitempty"`
	}{Class: ErrorClassRuntimeError, Message: lambdaCut(err.Error(), lambdaMessageLimit)}
	var own *lambdaError
	if errors.As(err, &own) {
		answer.Class = own.class
		answer.StackTrace = own.stack
		if own.retryAfter != nil && *own.retryAfter >= 0 {
			answer.RetryAfter = own.retryAfter
		}
	}
	for cause := err; cause != nil && answer.Class == ErrorClassRuntimeError; cause = errors.Unwrap(cause) {
		kind := reflect.TypeOf(cause)
		if kind.Kind() == reflect.Pointer {
			kind = kind.Elem()
		}
		if name := kind.Name(); name == ErrorClassValidationError || name == ErrorClassTransientError {
			answer.Class = name
		}
	}
	payload, _ := json.Marshal(answer)
	return payload
}

// lambdaCut is at most limit bytes of the text, without half a character.
func lambdaCut(text string, limit int) string {
	if len(text) <= limit {
		return text
	}
	end := limit - 3
	for end > 0 && !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end] + "..."
}

// lambdaStack is the trace of a panic from the user's code to the worker's.
func lambdaStack() string {
	stack := string(debug.Stack())
	if at := strings.LastIndex(stack, "\npanic("); at >= 0 {
		lines := strings.SplitN(stack[at+1:], "\n", 3)
		stack = lines[len(lines)-1]
	}
	for _, own := range []string{"reflect.Value.call(", "main.(*lambda"} {
		if at := strings.Index(stack, own); at >= 0 {
			stack = stack[:at]
		}
	}
	stack = strings.TrimSpace(stack)
	if len(stack) > lambdaStackLimit {
		half := lambdaStackLimit/2 - 8
		stack = stack[:half] + "\n  ...\n" + stack[len(stack)-half:]
	}
	return strings.ToValidUTF8(stack, "")
}

type lambdaCallKey struct{}

// lambdaLogHandler makes records of slog log frames; the embedded handler makes the JSON of their fields.
type lambdaLogHandler struct {
	slog.Handler
	level  slog.Level
	mutex  *sync.Mutex
	fields *bytes.Buffer
}

func lambdaSetUpLogger() *slog.Logger {
	var level slog.Level
	if name := os.Getenv(VariableLogLevel); name == "trace" {
		level = slog.LevelDebug - 4
	} else if level.UnmarshalText([]byte(name)) != nil {
		level = slog.LevelInfo
	}
	fields := new(bytes.Buffer)
	handler := &lambdaLogHandler{level: level, mutex: new(sync.Mutex), fields: fields}
	handler.Handler = slog.NewJSONHandler(fields, &slog.HandlerOptions{
		Level: level,
		ReplaceAttr: func(groups []string, attribute slog.Attr) slog.Attr {
			// Level and message have their own members in the frame; attributes of the user may have the same names.
			_, isLevel := attribute.Value.Any().(slog.Level)
			isMessage := attribute.Key == slog.MessageKey && attribute.Value.String() == ""
			if len(groups) == 0 && (isLevel && attribute.Key == slog.LevelKey || isMessage) {
				return slog.Attr{}
			}
			return attribute
		},
	})
	logger := slog.New(handler)
	slog.SetDefault(logger)
	return logger
}

func (h *lambdaLogHandler) with(handler slog.Handler) slog.Handler {
	return &lambdaLogHandler{handler, h.level, h.mutex, h.fields}
}

func (h *lambdaLogHandler) WithAttrs(attributes []slog.Attr) slog.Handler {
	return h.with(h.Handler.WithAttrs(attributes))
}

func (h *lambdaLogHandler) WithGroup(name string) slog.Handler {
	return h.with(h.Handler.WithGroup(name))
}

func (h *lambdaLogHandler) Handle(ctx context.Context, record slog.Record) error {
	call, known := ctx.Value(lambdaCallKey{}).(uint64)
	if !known {
		call = lambdaOnly.Load()
	}
	level := "debug"
	switch {
	case record.Level >= slog.LevelError:
		level = "error"
	case record.Level >= slog.LevelWarn:
		level = "warn"
	case record.Level >= slog.LevelInfo:
		level = "info"
	}
	message := record.Message
	record.Message = ""
	record.Time = time.Time{}
	h.mutex.Lock()
	defer h.mutex.Unlock()
	h.fields.Reset()
	if err := h.Handler.Handle(ctx, record); err != nil {
		return err
	}
	if lambdaConn == nil { // an init function logs
		_, err := fmt.Fprintln(os.Stderr, message)
		return err
	}
	return lambdaLine(call, level, message, h.fields.Bytes())
}

// lambdaLine sends a log frame.
func lambdaLine(call uint64, level, message string, fields json.RawMessage) error {
	if len(bytes.TrimSpace(fields)) <= len("{}") {
		fields = nil
	}
	payload, err := json.Marshal(struct {
		Level   string          `json:"level"`
		Message string          `json:"message"`
		Fields  json.RawMessage `json:"fields,omitempty"`
	}{level, lambdaCut(message, lambdaLineLimit), fields})
	if err == nil {
		lambdaFrame(lambdaLog, call, payload)
	}
	return err
}

// lambdaHandler calls the user's function, whatever its types are.
type lambdaHandler struct {
	function reflect.Value
	event    reflect.Type
	context  bool
}

var (
	lambdaContextType = reflect.TypeOf(Context{})
	lambdaErrorType   = reflect.TypeOf((*error)(nil)).Elem()
)

// lambdaAdapt accepts func(event E) (R, error) and func(event E, ctx Context) (R, error).
func lambdaAdapt(handler any) (*lambdaHandler, error) {
	function := reflect.ValueOf(handler)
	kind := function.Type()
	valid := kind.Kind() == reflect.Func && !kind.IsVariadic() && kind.NumIn() >= 1 && kind.NumIn() <= 2 &&
		(kind.NumIn() == 1 || kind.In(1) == lambdaContextType) && kind.NumOut() == 2 && kind.Out(1) == lambdaErrorType
	if !valid {
		return nil, lambdaRuntimeError(
			"Handler is %s; it must be func(event E) (R, error) or func(event E, ctx Context) (R, error)", kind)
	}
	return &lambdaHandler{function, kind.In(0), kind.NumIn() == 2}, nil
}

// decode makes the argument of the handler from the data of the event.
func (h *lambdaHandler) decode(kind byte, data []byte) (reflect.Value, error) {
	event := reflect.New(h.event)
	value := event.Elem()
	var given reflect.Value
	switch kind {
	case lambdaNoData:
		return value, nil
	case lambdaJSON:
		if err := json.Unmarshal(data, event.Interface()); err != nil {
			return value, ValidationError(fmt.Sprintf("the data of the event is not what the handler takes: %v", err))
		}
		return value, nil
	case lambdaText:
		given = reflect.ValueOf(string(data))
	default:
		given = reflect.ValueOf(data)
	}
	if !given.Type().AssignableTo(h.event) {
		return value, ValidationError(fmt.Sprintf("the handler takes %s, the data of the event is %s", h.event, given.Type()))
	}
	value.Set(given)
	return value, nil
}

// call runs the handler; a panic is an error with the stack.
func (h *lambdaHandler) call(call lambdaCall, limit int) (result []byte, err error) {
	returned := false
	defer func() {
		cause := recover()
		if returned {
			return
		}
		if fault, ok := cause.(error); ok && lambdaClassOf(fault) != "" {
			err = fault
		} else if cause == nil {
			err = lambdaRuntimeError("the handler has ended its goroutine")
		} else {
			err = &lambdaError{class: ErrorClassRuntimeError, message: fmt.Sprintf("panic: %v", cause), stack: lambdaStack()}
		}
		if cause == nil { // runtime.Goexit: nobody returns from here
			call.end(nil, err)
		}
	}()
	result, err = h.run(call, limit)
	returned = true
	return result, err
}

// lambdaClassOf is the class of an error that the handler has chosen by ValidationError or TransientError.
func lambdaClassOf(err error) string {
	var own *lambdaError
	if errors.As(err, &own) {
		return own.class
	}
	return ""
}

func (h *lambdaHandler) run(call lambdaCall, limit int) ([]byte, error) {
	kind := call.payload[0]
	length := binary.BigEndian.Uint32(call.payload[1:])
	event, err := h.decode(kind, call.payload[5+length:])
	if err != nil {
		return nil, err
	}
	arguments := []reflect.Value{event}
	if h.context {
		ctx, cancel, err := lambdaNewContext(call.id, call.payload[5:5+length])
		if err != nil {
			return nil, err
		}
		defer cancel()
		arguments = append(arguments, reflect.ValueOf(ctx))
	}
	results := h.function.Call(arguments)
	if err, _ := results[1].Interface().(error); err != nil {
		return nil, err
	}
	return lambdaToJSON(results[0].Interface(), limit)
}

func lambdaToJSON(value any, limit int) ([]byte, error) {
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return nil, lambdaRuntimeError("the result is not JSON: %v", err)
	}
	result := bytes.TrimSuffix(buffer.Bytes(), []byte("\n"))
	if len(result) > limit {
		return nil, lambdaRuntimeError("the result has %d bytes, more than the %d that are allowed", len(result), limit)
	}
	return result, nil
}

func lambdaNewContext(call uint64, text []byte) (Context, context.CancelFunc, error) {
	var values struct {
		InvocationID  string         `json:"invocationId"`
		CorrelationID string         `json:"correlationId"`
		Attempt       int            `json:"attempt"`
		Deadline      int64          `json:"deadline"`
		Timeout       int64          `json:"timeout"`
		TraceParent   string         `json:"traceparent"`
		TraceState    string         `json:"tracestate"`
		Attributes    map[string]any `json:"attributes"`
	}
	if err := json.Unmarshal(text, &values); err != nil {
		return Context{}, nil, err
	}
	deadline := time.UnixMilli(values.Deadline)
	if end := time.Now().Add(time.Duration(values.Timeout) * time.Millisecond); values.Timeout > 0 && end.Before(deadline) {
		deadline = end
	}
	parent, cancel := context.WithDeadline(context.WithValue(context.Background(), lambdaCallKey{}, call), deadline)
	return Context{
		Context:       parent,
		InvocationID:  values.InvocationID,
		CorrelationID: values.CorrelationID,
		Attempt:       values.Attempt,
		TraceParent:   values.TraceParent,
		TraceState:    values.TraceState,
		Attributes:    values.Attributes,
		Logger:        slog.New(&lambdaCallLog{lambdaLogger.Handler(), call}),
	}, cancel, nil
}

// lambdaCallLog ties all that a logger writes to one call.
type lambdaCallLog struct {
	slog.Handler
	call uint64
}

func (l *lambdaCallLog) Handle(_ context.Context, record slog.Record) error {
	return l.Handler.Handle(context.WithValue(context.Background(), lambdaCallKey{}, l.call), record)
}

func (l *lambdaCallLog) WithAttrs(attributes []slog.Attr) slog.Handler {
	return &lambdaCallLog{l.Handler.WithAttrs(attributes), l.call}
}

func (l *lambdaCallLog) WithGroup(name string) slog.Handler {
	return &lambdaCallLog{l.Handler.WithGroup(name), l.call}
}

// lambdaCall is one invoke frame.
type lambdaCall struct {
	id      uint64
	payload []byte
}

func (c lambdaCall) end(result []byte, err error) {
	if err != nil {
		lambdaFrame(lambdaFault, c.id, lambdaErrorJSON(err))
	} else {
		lambdaFrame(lambdaResult, c.id, result)
	}
}

// lambdaWorker runs calls in as many goroutines as its concurrency, in the order of their arrival.
type lambdaWorker struct {
	handler     *lambdaHandler
	concurrency int
	limit       int
	outputs     []*os.File
	mutex       sync.Mutex
	changed     *sync.Cond
	queue       []lambdaCall
	running     int
	pinged      bool
	draining    bool
}

// work runs calls for ever. A handler that ends its goroutine ends this one: another takes its place.
func (w *lambdaWorker) work() {
	ended := false
	defer func() {
		if !ended {
			w.done()
			go w.work()
		}
	}()
	for {
		call, ok := w.take()
		if !ok {
			ended = true
			return
		}
		if w.concurrency == 1 {
			w.mark(call.id)
		}
		result, err := w.handler.call(call, w.limit)
		call.end(result, err)
		w.done()
	}
}

// mark tells the runtime whose lines follow on the descriptors.
func (w *lambdaWorker) mark(id uint64) {
	lambdaOnly.Store(id)
	line := append(strconv.AppendUint([]byte{0x1e}, id, 10), '\n')
	for _, output := range w.outputs {
		_, _ = output.Write(line)
	}
}

func (w *lambdaWorker) take() (lambdaCall, bool) {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	for len(w.queue) == 0 {
		if w.draining {
			return lambdaCall{}, false
		}
		w.changed.Wait()
	}
	call := w.queue[0]
	w.queue[0] = lambdaCall{}
	w.queue = w.queue[1:]
	w.running++
	return call, true
}

func (w *lambdaWorker) done() {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	w.running--
	w.rest()
}

// rest does what waits for the end of all calls.
func (w *lambdaWorker) rest() {
	if w.running > 0 || len(w.queue) > 0 {
		return
	}
	if w.pinged {
		w.pinged = false
		lambdaFrame(lambdaPong, 0, nil)
	}
	if w.draining {
		go lambdaShutDown()
	}
}

func lambdaShutDown() {
	for i := len(lambdaHooks) - 1; i >= 0; i-- {
		func() {
			defer func() {
				if cause := recover(); cause != nil {
					_ = lambdaLine(0, "error", fmt.Sprintf("shutdown: %v", cause), nil)
				}
			}()
			lambdaHooks[i]()
		}()
	}
	os.Exit(0)
}

// read takes frames until the socket ends.
func (w *lambdaWorker) read() {
	reader := bufio.NewReaderSize(lambdaConn, 256<<10)
	var header [13]byte
	for {
		if _, err := io.ReadFull(reader, header[:]); err != nil {
			os.Exit(0)
		}
		length := binary.BigEndian.Uint32(header[:])
		if length < 9 || length > lambdaFrameLimit {
			os.Exit(1)
		}
		payload := make([]byte, length-9)
		if _, err := io.ReadFull(reader, payload); err != nil {
			os.Exit(0)
		}
		w.mutex.Lock()
		switch header[4] {
		case lambdaInvoke:
			w.queue = append(w.queue, lambdaCall{binary.BigEndian.Uint64(header[5:]), payload})
			w.changed.Signal()
		case lambdaPing:
			w.pinged = true
			w.rest()
		case lambdaDrain:
			w.draining = true
			w.changed.Broadcast()
			w.rest()
		default:
			os.Exit(1)
		}
		w.mutex.Unlock()
	}
}

func lambdaLoad() (*lambdaHandler, error) {
	switch name := os.Getenv(VariableHandler); name {
	case "Handler", "handler", "main.Handler", "main.handler":
		return lambdaAdapt(Handler)
	default:
		return nil, lambdaRuntimeError(
			"%s '%s' is not of the form Handler: in Go it is always the function Handler", VariableHandler, name)
	}
}

func lambdaNumber(name string, otherwise int) int {
	if number, err := strconv.Atoi(os.Getenv(name)); err == nil && number > 0 {
		return number
	}
	return otherwise
}

func main() {
	conn, err := net.Dial("unix", os.Getenv("LAMBDA_SOCKET"))
	if err != nil {
		os.Exit(1)
	}
	lambdaConn = conn
	// An interrupt of the terminal is for the runtime.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGINT)
	handler, err := lambdaLoad()
	if err != nil {
		lambdaFrame(lambdaFailed, 0, lambdaErrorJSON(err))
		os.Exit(1)
	}
	worker := &lambdaWorker{
		handler:     handler,
		concurrency: lambdaNumber("LAMBDA_CONCURRENCY", 1),
		limit:       lambdaNumber("LAMBDA_RESULT_LIMIT", lambdaFrameLimit),
		outputs:     []*os.File{os.Stdout, os.Stderr},
	}
	worker.changed = sync.NewCond(&worker.mutex)
	version, _ := json.Marshal(strings.TrimPrefix(runtime.Version(), "go"))
	lambdaFrame(lambdaReady, 0, append(append([]byte(`{"language":"go","version":`), version...), '}'))
	for i := 0; i < worker.concurrency; i++ {
		go worker.work()
	}
	worker.read()
}
