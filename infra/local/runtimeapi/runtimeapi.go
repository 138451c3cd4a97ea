// Package runtimeapi runs functions' real bootstrap binaries under the AWS Lambda Runtime API
// (version 2018-06-01), as Lambda does: one invocation at a time per process, another process
// when all are busy, idle processes kept, the time limit enforced by ending the process, 6 MB
// each way. Start with Function and Invoke.
//
// It limits neither memory nor CPU, and an idle process is not frozen between invocations.
package runtimeapi

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"
)

// MaxPayload is the most bytes a synchronous invocation carries in either direction (Lambda
// quotas: 6 MB, counted as 6,291,556 in its own error text).
const MaxPayload = 6_291_556

// initLimit is how long a process may take to ask for its first invocation (Lambda: 10 s).
const initLimit = 10 * time.Second

var (
	// ErrThrottled means that as many invocations are running as the function may have.
	ErrThrottled = errors.New("concurrency limit reached")
	// ErrTooLarge means that the payload exceeds MaxPayload. The function was not called.
	ErrTooLarge = errors.New("payload over 6 MB")
	// ErrStopped means that Stop was called.
	ErrStopped = errors.New("function is stopped")
)

// FunctionError is an invocation that reached the function and did not succeed.
type FunctionError struct {
	Type    string // Lambda's errorType: "Sandbox.Timedout", "Runtime.ExitError", or the function's own
	Message string
	Payload []byte // the JSON that a caller of Lambda's Invoke gets
}

func (e *FunctionError) Error() string { return e.Type + ": " + e.Message }

// Timeout reports whether the function was ended because its time was up.
func (e *FunctionError) Timeout() bool { return e.Type == "Sandbox.Timedout" }

// Function runs the processes of one function. Set the fields before the first Invoke.
type Function struct {
	Name     string
	Binary   string        // path of bootstrap
	Env      []string      // "K=V", all the process sees beside what the Lambda runtime sets
	Region   string        // of AWS_REGION and of the ARN
	Memory   int           // MB, told to the process, not enforced
	Timeout  time.Duration // of one invocation
	Reserved int           // concurrent invocations above which Invoke answers ErrThrottled; 0 for none
	MaxProcs int           // processes at a time; further invocations wait for one; 0 means 16
	Behind   bool          // nobody waits for it: its processes give way to others, which on Lambda have processors of their own
	LogFile  string        // receives the processes' stdout and stderr, appended
	Log      *slog.Logger  // one line for each failed invocation; nil for none
	Ended    func()        // called when an invocation has ended, however it did; or nil

	mu      sync.Mutex
	slots   chan struct{}
	idle    []*process
	all     map[*process]bool
	running int
	stopped bool
	stats   Stats
}

// Stats is what a Function has done so far.
type Stats struct {
	Name        string    `json:"name"`
	Processes   int       `json:"processes"` // that run now
	Started     int       `json:"started"`
	Invocations int       `json:"invocations"`
	Failures    int       `json:"failures"`
	StartToNext []float64 `json:"startToNextMs"` // of the last 20 processes: start of the process to its first request for work
	CPU         float64   `json:"cpuSeconds"`    // processor time of the processes that have ended
}

// Stats returns a copy of the figures.
func (f *Function) Stats() Stats {
	f.mu.Lock()
	defer f.mu.Unlock()
	s := f.stats
	s.Name, s.StartToNext = f.Name, slices.Clone(s.StartToNext)
	for p := range f.all {
		if p.alive() {
			s.Processes++
		}
	}
	if s.StartToNext == nil {
		s.StartToNext = []float64{}
	}
	return s
}

// ARN is the name functions are told they were invoked by. The account is not a real one.
func (f *Function) ARN() string {
	return "arn:aws:lambda:" + f.Region + ":000000000000:function:" + f.Name
}

// Warm starts one process if there is none, so that a binary that is missing or cannot start is
// noticed before the first request.
func (f *Function) Warm(ctx context.Context) error {
	p, err := f.acquire(ctx)
	if err != nil {
		return err
	}
	f.release(p)
	return nil
}

// MeasureStart starts one process beside those that serve, ends it and returns how long it took
// to ask for work.
func (f *Function) MeasureStart() (time.Duration, error) {
	p, err := f.start()
	if err != nil {
		return 0, err
	}
	defer p.stop()
	return p.startToNext, nil
}

// Invoke runs payload, a JSON text, through the function and returns its answer.
//
// Errors: ErrThrottled, ErrTooLarge, ErrStopped, ctx's while waiting for a process, and
// *FunctionError when the function failed, ended or took longer than Timeout. An invocation
// that was handed over is never repeated here.
func (f *Function) Invoke(ctx context.Context, payload []byte) ([]byte, error) {
	if len(payload) > MaxPayload {
		return nil, ErrTooLarge
	}
	f.mu.Lock()
	if f.Reserved > 0 && f.running >= f.Reserved {
		f.mu.Unlock()
		return nil, ErrThrottled
	}
	f.running++
	f.mu.Unlock()

	out, err := f.invoke(ctx, payload)
	if f.Ended != nil {
		f.Ended()
	}

	f.mu.Lock()
	f.running--
	f.stats.Invocations++
	if err != nil {
		f.stats.Failures++
	}
	if err != nil && f.stopped && !errors.Is(err, ErrStopped) {
		err = fmt.Errorf("%w: %w", ErrStopped, err) // it is the stop that ended it
	}
	f.mu.Unlock()
	if err != nil && f.Log != nil && !errors.Is(err, ErrStopped) && !errors.Is(err, context.Canceled) {
		f.Log.Error("invocation failed", "fn", f.Name, "error", err, "log", f.LogFile)
	}
	return out, err
}

func (f *Function) invoke(ctx context.Context, payload []byte) ([]byte, error) {
	for {
		p, err := f.acquire(ctx)
		if err != nil {
			return nil, err
		}
		inv := &invocation{
			id: uuid.NewString(), arn: f.ARN(), trace: traceID(), payload: payload,
			deadline: time.Now().Add(f.Timeout), done: make(chan outcome, 1),
		}
		select {
		case p.work <- inv:
		case <-p.child.Done(): // it ended while idle and took nothing: another process will
			f.release(p)
			continue
		case <-ctx.Done():
			f.release(p)
			return nil, ctx.Err()
		}
		out, err := p.result(inv, f.Timeout)
		f.release(p)
		return out, err
	}
}

// acquire takes the process that was used last, or starts one, or waits while MaxProcs are busy.
func (f *Function) acquire(ctx context.Context) (*process, error) {
	f.mu.Lock()
	if f.slots == nil {
		if f.MaxProcs == 0 {
			f.MaxProcs = 16
		}
		f.slots = make(chan struct{}, f.MaxProcs)
		f.all = map[*process]bool{}
	}
	slots := f.slots
	f.mu.Unlock()
	select {
	case slots <- struct{}{}:
	case <-ctx.Done():
		return nil, fmt.Errorf("wait for a process of %s: %w", f.Name, ctx.Err())
	}
	p, err := f.pick()
	if err != nil {
		<-slots
		return nil, err
	}
	return p, nil
}

func (f *Function) pick() (*process, error) {
	built, err := os.Stat(f.Binary)
	if err != nil {
		return nil, fmt.Errorf("binary of %s: %w: run `make build`", f.Name, err)
	}
	f.mu.Lock()
	if f.stopped {
		f.mu.Unlock()
		return nil, ErrStopped
	}
	for len(f.idle) > 0 {
		p := f.idle[len(f.idle)-1]
		f.idle = f.idle[:len(f.idle)-1]
		if p.alive() && p.built.Equal(built.ModTime()) {
			f.mu.Unlock()
			return p, nil
		}
		delete(f.all, p) // ended by itself, or the binary was built anew
		go p.stop()
	}
	f.mu.Unlock()

	p, err := f.start()
	if err != nil {
		return nil, err
	}
	p.built = built.ModTime()
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.stopped {
		go p.stop()
		return nil, ErrStopped
	}
	f.all[p] = true
	f.stats.Started++
	f.stats.StartToNext = append(f.stats.StartToNext, float64(p.startToNext.Microseconds())/1000)
	if over := len(f.stats.StartToNext) - 20; over > 0 {
		f.stats.StartToNext = f.stats.StartToNext[over:]
	}
	return p, nil
}

// release gives a process back. The slot is freed last, so that whoever gets it finds the process.
func (f *Function) release(p *process) {
	f.mu.Lock()
	if p.alive() && !f.stopped {
		f.idle = append(f.idle, p)
	} else {
		delete(f.all, p)
		go p.stop()
	}
	f.mu.Unlock()
	<-f.slots
}

// Kill ends all processes with SIGKILL, as an environment that is lost, and returns how many were
// at work. Their invocations fail with Runtime.ExitError; the next one starts another process.
func (f *Function) Kill() (atWork int) {
	f.mu.Lock()
	all := slices.Collect(maps.Keys(f.all))
	f.mu.Unlock()
	for _, p := range all {
		if p.alive() && p.busy() {
			atWork++
		}
		p.child.Kill()
	}
	return atWork
}

// Stop ends all processes and returns when they have ended. Invocations under way fail.
func (f *Function) Stop() {
	f.mu.Lock()
	f.stopped = true
	all := f.all
	f.all, f.idle = map[*process]bool{}, nil
	f.mu.Unlock()
	var wg sync.WaitGroup
	for p := range all {
		wg.Go(p.stop)
	}
	wg.Wait()
}

// environment is what Lambda sets for a custom runtime, with f.Env after it.
func (f *Function) environment(api string) []string {
	return append([]string{
		"AWS_LAMBDA_RUNTIME_API=" + api,
		"AWS_LAMBDA_FUNCTION_NAME=" + f.Name,
		"AWS_LAMBDA_FUNCTION_VERSION=$LATEST",
		fmt.Sprintf("AWS_LAMBDA_FUNCTION_MEMORY_SIZE=%d", f.Memory),
		"AWS_LAMBDA_INITIALIZATION_TYPE=on-demand",
		"AWS_LAMBDA_LOG_GROUP_NAME=/aws/lambda/" + f.Name,
		"AWS_LAMBDA_LOG_STREAM_NAME=local",
		"AWS_EXECUTION_ENV=AWS_Lambda_provided.al2023",
		"_HANDLER=bootstrap",
		"LAMBDA_TASK_ROOT=" + filepath.Dir(f.Binary),
		"AWS_REGION=" + f.Region,
		"AWS_DEFAULT_REGION=" + f.Region,
		"AWS_EC2_METADATA_DISABLED=true",
		"TZ=:UTC",
		"LANG=en_US.UTF-8",
		"PATH=/usr/local/bin:/usr/bin:/bin",
	}, f.Env...)
}

// traceID makes an X-Ray trace header (Root=1-<epoch seconds, hex>-<96 random bits>).
func traceID() string {
	var b [12]byte
	rand.Read(b[:])
	return fmt.Sprintf("Root=1-%08x-%s;Sampled=0", time.Now().Unix(), hex.EncodeToString(b[:]))
}

// failure makes a *FunctionError as Lambda words it.
func failure(typ, message string) *FunctionError {
	payload, err := json.Marshal(map[string]string{"errorType": typ, "errorMessage": message})
	if err != nil {
		panic(err) // two strings always marshal
	}
	return &FunctionError{Type: typ, Message: message, Payload: payload}
}
