package runtimeapi

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"time"

	"github.com/courtoffice/courtoffice/shared/store/engine"
)

// process is one running bootstrap and the Runtime API it talks to, on a port of its own.
type process struct {
	child       *engine.Child
	api         *http.Server
	log         *os.File
	work        chan *invocation
	first       chan struct{} // closed at the first request for work
	failed      chan *FunctionError
	startToNext time.Duration
	built       time.Time // of the binary

	mu      sync.Mutex
	current *invocation
}

type invocation struct {
	id, arn, trace string
	payload        []byte
	deadline       time.Time
	done           chan outcome // one outcome at most, never blocks
}

type outcome struct {
	payload []byte
	err     error
}

// start runs the binary and returns when it has asked for its first invocation.
func (f *Function) start() (*process, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("runtime API of %s: %w", f.Name, err)
	}
	if err := os.MkdirAll(filepath.Dir(f.LogFile), 0o755); err != nil {
		listener.Close()
		return nil, fmt.Errorf("log of %s: %w", f.Name, err)
	}
	log, err := os.OpenFile(f.LogFile, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		listener.Close()
		return nil, fmt.Errorf("log of %s: %w", f.Name, err)
	}
	p := &process{
		log: log, work: make(chan *invocation), first: make(chan struct{}), failed: make(chan *FunctionError, 1),
	}
	began := time.Now()
	p.api = &http.Server{Handler: p.routes(began)}
	go p.api.Serve(listener)

	cmd := exec.Command(f.Binary)
	if f.Behind {
		cmd = exec.Command("nice", "-n", "10", f.Binary) // which becomes that program
	}
	cmd.Dir = filepath.Dir(f.Binary)
	cmd.Env = f.environment(listener.Addr().String())
	cmd.Stdout, cmd.Stderr = log, log
	p.child, err = engine.Start(cmd)
	if err != nil {
		p.api.Close()
		log.Close()
		return nil, fmt.Errorf("start %s: %w", f.Name, err)
	}
	go func() {
		<-p.child.Done()
		if ended := p.child.Cmd.ProcessState; ended != nil {
			f.mu.Lock()
			f.stats.CPU += (ended.UserTime() + ended.SystemTime()).Seconds()
			f.mu.Unlock()
		}
	}()
	select {
	case <-p.first:
		return p, nil
	case failed := <-p.failed:
		err = failed
	case <-p.child.Done():
		err = failure("Runtime.ExitError", fmt.Sprintf("%s ended while starting: %v, see %s", f.Name, p.child.Err(), f.LogFile))
	case <-time.After(initLimit):
		err = failure("Sandbox.Timedout", fmt.Sprintf("%s asked for no work in %v", f.Name, initLimit))
	}
	p.stop()
	return nil, err
}

// result waits for the outcome of an invocation that the process has taken. A process that
// runs out of time or ends is not used again.
func (p *process) result(inv *invocation, limit time.Duration) ([]byte, error) {
	timer := time.NewTimer(time.Until(inv.deadline))
	defer timer.Stop()
	select {
	case o := <-inv.done:
		return o.payload, o.err
	case <-timer.C:
		p.child.Kill()
		return nil, failure("Sandbox.Timedout", fmt.Sprintf("RequestId: %s Error: Task timed out after %.2f seconds", inv.id, limit.Seconds()))
	case <-p.child.Done():
		select {
		case o := <-inv.done: // it answered and then ended
			return o.payload, o.err
		default:
		}
		return nil, failure("Runtime.ExitError", fmt.Sprintf("RequestId: %s Error: Runtime exited with error: %v", inv.id, p.child.Err()))
	}
}

func (p *process) alive() bool {
	select {
	case <-p.child.Done():
		return false
	default:
		return true
	}
}

// busy reports whether the process has an invocation that it has not answered.
func (p *process) busy() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.current != nil
}

// stop ends the process. A bootstrap holds nothing that needs a grace period, and Lambda gives
// a function without extensions none.
func (p *process) stop() {
	p.child.Kill()
	p.api.Close()
	p.log.Close()
}

func (p *process) routes(began time.Time) http.Handler {
	mux := http.NewServeMux()
	var once sync.Once
	mux.HandleFunc("GET /2018-06-01/runtime/invocation/next", func(w http.ResponseWriter, r *http.Request) {
		once.Do(func() {
			p.startToNext = time.Since(began)
			close(p.first)
		})
		p.next(w, r)
	})
	mux.HandleFunc("POST /2018-06-01/runtime/invocation/{id}/response", p.response)
	mux.HandleFunc("POST /2018-06-01/runtime/invocation/{id}/error", p.error)
	mux.HandleFunc("POST /2018-06-01/runtime/init/error", func(w http.ResponseWriter, r *http.Request) {
		select {
		case p.failed <- reported(r):
		default:
		}
		accepted(w)
	})
	return mux
}

func (p *process) next(w http.ResponseWriter, r *http.Request) {
	var inv *invocation
	select {
	case inv = <-p.work:
	case <-r.Context().Done():
		return
	}
	p.mu.Lock()
	p.current = inv
	p.mu.Unlock()
	h := w.Header()
	h.Set("Lambda-Runtime-Aws-Request-Id", inv.id)
	h.Set("Lambda-Runtime-Deadline-Ms", strconv.FormatInt(inv.deadline.UnixMilli(), 10))
	h.Set("Lambda-Runtime-Invoked-Function-Arn", inv.arn)
	h.Set("Lambda-Runtime-Trace-Id", inv.trace)
	h.Set("Content-Type", "application/json")
	h.Set("Content-Length", strconv.Itoa(len(inv.payload)))
	w.Write(inv.payload)
}

// take returns the invocation that the process was handed last, once, if it has that id.
func (p *process) take(w http.ResponseWriter, id string) *invocation {
	p.mu.Lock()
	defer p.mu.Unlock()
	inv := p.current
	if inv == nil || inv.id != id {
		reject(w, http.StatusBadRequest, "InvalidRequestID", "Invalid request ID")
		return nil
	}
	p.current = nil
	return inv
}

func (p *process) response(w http.ResponseWriter, r *http.Request) {
	inv := p.take(w, r.PathValue("id"))
	if inv == nil {
		return
	}
	payload, err := io.ReadAll(http.MaxBytesReader(w, r.Body, MaxPayload))
	if _, over := errors.AsType[*http.MaxBytesError](err); over {
		message := fmt.Sprintf("Response payload size exceeded maximum allowed payload size (%d bytes).", MaxPayload)
		inv.done <- outcome{err: failure("Function.ResponseSizeTooLarge", message)}
		reject(w, http.StatusRequestEntityTooLarge, "RequestEntityTooLarge", message)
		return
	}
	// A response may be streamed; the trailer then tells of an error on the way.
	if typ := r.Trailer.Get("Lambda-Runtime-Function-Error-Type"); err == nil && typ != "" {
		inv.done <- outcome{err: failure(typ, "the function failed while streaming its response")}
	} else if err != nil {
		inv.done <- outcome{err: failure("Runtime.TruncatedResponse", err.Error())}
	} else {
		inv.done <- outcome{payload: payload}
	}
	accepted(w)
}

func (p *process) error(w http.ResponseWriter, r *http.Request) {
	inv := p.take(w, r.PathValue("id"))
	if inv == nil {
		return
	}
	inv.done <- outcome{err: reported(r)}
	accepted(w)
}

// reported reads the error document that a runtime posts.
func reported(r *http.Request) *FunctionError {
	body, err := io.ReadAll(io.LimitReader(r.Body, MaxPayload))
	var doc struct {
		Type    string `json:"errorType"`
		Message string `json:"errorMessage"`
	}
	if err != nil || json.Unmarshal(body, &doc) != nil {
		return failure("Runtime.Unknown", "the function reported an error that is not JSON")
	}
	if doc.Type == "" {
		doc.Type = "Runtime.Unknown"
	}
	return &FunctionError{Type: doc.Type, Message: doc.Message, Payload: body}
}

func accepted(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusAccepted)
	io.WriteString(w, `{"status":"OK"}`+"\n")
}

func reject(w http.ResponseWriter, status int, typ, message string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(map[string]string{"errorType": typ, "errorMessage": message})
}
