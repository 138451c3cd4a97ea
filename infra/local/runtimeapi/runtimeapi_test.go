package runtimeapi_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/courtoffice/courtoffice/infra/local/runtimeapi"
)

// bootstrap is the binary of testdata/bootstrap, built once.
var bootstrap = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "bootstrap")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "bootstrap")
	cmd := exec.Command("go", "build", "-tags", "lambda.norpc", "-o", path, "./testdata/bootstrap")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}
	return path, nil
})

func TestMain(m *testing.M) {
	code := m.Run()
	if path, err := bootstrap(); err == nil {
		os.RemoveAll(filepath.Dir(path))
	}
	os.Exit(code)
}

func start(t testing.TB, change func(*runtimeapi.Function)) *runtimeapi.Function {
	t.Helper()
	path, err := bootstrap()
	if err != nil {
		t.Fatal(err)
	}
	f := &runtimeapi.Function{
		Name: "probe", Binary: path, Region: "eu-central-1", Memory: 256, Timeout: 5 * time.Second,
		LogFile: filepath.Join(t.TempDir(), "probe.log"),
	}
	if change != nil {
		change(f)
	}
	t.Cleanup(f.Stop)
	return f
}

func invoke(t testing.TB, f *runtimeapi.Function, payload string) map[string]any {
	t.Helper()
	out, err := f.Invoke(context.Background(), []byte(payload))
	if err != nil {
		t.Fatalf("invoke %s: %v", payload, err)
	}
	var m map[string]any
	if err := json.Unmarshal(out, &m); err != nil {
		t.Fatalf("answer %s: %v", out, err)
	}
	return m
}

func TestProcessIsKeptAndTold(t *testing.T) {
	f := start(t, nil)
	first := invoke(t, f, `{"do":"echo","rest":{"ә":1}}`)
	second := invoke(t, f, `{"do":"echo"}`)
	if first["pid"] != second["pid"] || second["served"] != 2.0 {
		t.Errorf("pid %v then %v, served %v: the idle process was not used again", first["pid"], second["pid"], second["served"])
	}
	if got := first["rest"].(map[string]any)["ә"]; got != 1.0 {
		t.Errorf("payload came back as %v", first["rest"])
	}
	if first["requestId"] == second["requestId"] || first["arn"] != "arn:aws:lambda:eu-central-1:000000000000:function:probe" {
		t.Errorf("request ids %v, %v; arn %v", first["requestId"], second["requestId"], first["arn"])
	}
	if left := first["left"].(float64); left < 4 || left > 5 {
		t.Errorf("time left %v s, want just under 5", left)
	}
	s := f.Stats()
	if s.Started != 1 || s.Invocations != 2 || s.Failures != 0 || len(s.StartToNext) != 1 || s.StartToNext[0] <= 0 {
		t.Errorf("stats %+v", s)
	}
}

func TestEnvironmentIsOnlyWhatIsGiven(t *testing.T) {
	t.Setenv("LEAKED", "yes")
	f := start(t, func(f *runtimeapi.Function) { f.Env = []string{"STAGE=test"} })
	for name, want := range map[string]string{
		"STAGE": "test", "LEAKED": "", "HOME": "", "AWS_REGION": "eu-central-1", "_HANDLER": "bootstrap",
		"AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "256", "AWS_EC2_METADATA_DISABLED": "true", "TZ": ":UTC",
	} {
		got := invoke(t, f, `{"do":"env","name":"`+name+`"}`)
		if got["value"] != want || got["set"] != (want != "") {
			t.Errorf("%s = %v, want %q", name, got, want)
		}
	}
}

func TestOneInvocationAtATimePerProcess(t *testing.T) {
	f := start(t, nil)
	pids := map[any]bool{}
	var mu sync.Mutex
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			m := invoke(t, f, `{"do":"sleep","for":300000000}`)
			mu.Lock()
			defer mu.Unlock()
			pids[m["pid"]] = true
		})
	}
	wg.Wait()
	if s := f.Stats(); len(pids) != 4 || s.Processes != 4 {
		t.Errorf("4 invocations at once ran in %d processes, stats %+v", len(pids), s)
	}
	invoke(t, f, `{"do":"echo"}`)
	if s := f.Stats(); s.Started != 4 {
		t.Errorf("a fifth invocation started another process: %+v", s)
	}
}

func TestMaxProcsMakesInvocationsWait(t *testing.T) {
	f := start(t, func(f *runtimeapi.Function) { f.MaxProcs = 2 })
	var wg sync.WaitGroup
	for range 5 {
		wg.Go(func() { invoke(t, f, `{"do":"sleep","for":50000000}`) })
	}
	wg.Wait()
	if s := f.Stats(); s.Started != 2 || s.Failures != 0 {
		t.Errorf("stats %+v, want 2 processes and no failure", s)
	}
}

func TestReservedThrottles(t *testing.T) {
	f := start(t, func(f *runtimeapi.Function) { f.Reserved = 1 })
	busy := make(chan struct{})
	done := make(chan struct{})
	go func() {
		defer close(done)
		close(busy)
		f.Invoke(context.Background(), []byte(`{"do":"sleep","for":500000000}`))
	}()
	<-busy
	for f.Stats().Started == 0 { // until the first one has its process
		time.Sleep(time.Millisecond)
	}
	if _, err := f.Invoke(context.Background(), []byte(`{"do":"echo"}`)); !errors.Is(err, runtimeapi.ErrThrottled) {
		t.Errorf("second invocation: %v, want ErrThrottled", err)
	}
	<-done
	invoke(t, f, `{"do":"echo"}`)
}

func TestFailures(t *testing.T) {
	for _, test := range []struct {
		name, payload, wantType string
		wantNewProcess          bool
	}{
		{"error", `{"do":"error"}`, "errorString", false},
		{"panic", `{"do":"panic"}`, "string", true},
		{"exit", `{"do":"exit"}`, "Runtime.ExitError", true},
		{"timeout", `{"do":"sleep","for":3000000000}`, "Sandbox.Timedout", true},
		{"answer over 6 MB", `{"do":"big","size":6291556}`, "Function.ResponseSizeTooLarge", true},
	} {
		t.Run(test.name, func(t *testing.T) {
			var console bytes.Buffer
			f := start(t, func(f *runtimeapi.Function) {
				if test.name == "timeout" {
					f.Timeout = 400 * time.Millisecond
				}
				f.Log = slog.New(slog.NewTextHandler(&console, nil))
			})
			before := invoke(t, f, `{"do":"echo"}`)["pid"]
			_, err := f.Invoke(context.Background(), []byte(test.payload))
			failed, ok := errors.AsType[*runtimeapi.FunctionError](err)
			if !ok || failed.Type != test.wantType || !json.Valid(failed.Payload) {
				t.Fatalf("error %#v, want type %s with a JSON payload", err, test.wantType)
			}
			if n := strings.Count(console.String(), "\n"); n != 1 || !strings.Contains(console.String(), "fn=probe") {
				t.Errorf("console has %d lines: %s", n, console.String())
			}
			if after := invoke(t, f, `{"do":"echo"}`)["pid"]; (after != before) != test.wantNewProcess {
				t.Errorf("process %v then %v, want a new one: %t", before, after, test.wantNewProcess)
			}
		})
	}
}

func TestTooLargeIsNotHandedOver(t *testing.T) {
	f := start(t, nil)
	_, err := f.Invoke(context.Background(), bytes.Repeat([]byte("1"), runtimeapi.MaxPayload+1))
	if !errors.Is(err, runtimeapi.ErrTooLarge) || f.Stats().Started != 0 {
		t.Errorf("error %v, stats %+v", err, f.Stats())
	}
	frame := len(`{"do":"env","name":"STAGE","rest":""}`)
	payload := `{"do":"env","name":"STAGE","rest":"` + strings.Repeat("x", runtimeapi.MaxPayload-frame) + `"}`
	if _, err := f.Invoke(context.Background(), []byte(payload)); err != nil {
		t.Errorf("a payload of %d bytes: %v", len(payload), err)
	}
}

func TestIdleProcessThatEndedIsReplaced(t *testing.T) {
	f := start(t, nil)
	pid := int(invoke(t, f, `{"do":"echo"}`)["pid"].(float64))
	syscall.Kill(pid, syscall.SIGKILL)
	for f.Stats().Processes > 0 { // until its end is known
		time.Sleep(time.Millisecond)
	}
	if got := invoke(t, f, `{"do":"echo"}`)["pid"]; got == float64(pid) {
		t.Errorf("still process %v", got)
	}
	if s := f.Stats(); s.Failures != 0 {
		t.Errorf("stats %+v, want no failure", s)
	}
}

func TestNewBinaryReplacesProcess(t *testing.T) {
	f := start(t, nil)
	before := invoke(t, f, `{"do":"echo"}`)["pid"]
	later := time.Now().Add(time.Second)
	if err := os.Chtimes(f.Binary, later, later); err != nil {
		t.Fatal(err)
	}
	if after := invoke(t, f, `{"do":"echo"}`)["pid"]; after == before {
		t.Error("the process of the old binary served")
	}
}

func TestStartFailures(t *testing.T) {
	f := start(t, func(f *runtimeapi.Function) { f.Env = []string{"FAIL_INIT=1"} })
	err := f.Warm(t.Context())
	if failed, ok := errors.AsType[*runtimeapi.FunctionError](err); !ok || failed.Type != "Runtime.ExitError" {
		t.Errorf("a process that ends at start: %v", err)
	}
	log, _ := os.ReadFile(f.LogFile)
	if !strings.Contains(string(log), "cannot start on purpose") {
		t.Errorf("log %q", log)
	}
	f = start(t, func(f *runtimeapi.Function) { f.Binary += "-missing" })
	if err := f.Warm(t.Context()); err == nil || !strings.Contains(err.Error(), "make build") {
		t.Errorf("a missing binary: %v, want an error that names make build", err)
	}
}

func TestStopEndsProcesses(t *testing.T) {
	f := start(t, nil)
	pid := int(invoke(t, f, `{"do":"echo"}`)["pid"].(float64))
	f.Stop()
	if err := syscall.Kill(pid, 0); err == nil {
		t.Errorf("process %d still runs", pid)
	}
	if _, err := f.Invoke(context.Background(), []byte(`{}`)); !errors.Is(err, runtimeapi.ErrStopped) {
		t.Errorf("invoke after Stop: %v", err)
	}
}

// What the stop ends is no failure of the function, and nobody is alarmed by it.
func TestStopDuringAnInvocation(t *testing.T) {
	var log bytes.Buffer
	f := start(t, func(f *runtimeapi.Function) { f.Log = slog.New(slog.NewTextHandler(&log, nil)) })
	if err := f.Warm(t.Context()); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() {
		_, err := f.Invoke(context.Background(), []byte(`{"do":"sleep","for":60000000000}`))
		ended <- err
	}()
	time.Sleep(200 * time.Millisecond) // for the process to take it
	f.Stop()
	if err := <-ended; !errors.Is(err, runtimeapi.ErrStopped) || log.Len() != 0 {
		t.Errorf("%v, logged %q", err, log.String())
	}
}

func BenchmarkInvoke(b *testing.B) {
	f := start(b, nil)
	payload := []byte(`{"do":"env","name":"STAGE"}`)
	if err := f.Warm(b.Context()); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := f.Invoke(b.Context(), payload); err != nil {
			b.Fatal(err)
		}
	}
}

// TestKill: what works is counted and fails, what is idle ends too, and the next call is served.
func TestKill(t *testing.T) {
	f := start(t, nil)
	first := invoke(t, f, `{"do":"echo"}`)
	if n := f.Kill(); n != 0 {
		t.Errorf("%d at work, the process was idle", n)
	}
	failed, failures := make(chan error), 1
	work := func() {
		_, err := f.Invoke(context.Background(), []byte(`{"do":"sleep","for":4000000000}`))
		failed <- err
	}
	go work()
	for wait := 20 * time.Millisecond; f.Kill() == 0; wait *= 2 { // until it has taken the work
		select {
		case <-failed: // it was killed before
			failures++
			go work()
		default:
		}
		time.Sleep(wait)
	}
	err := <-failed
	if exit, ok := errors.AsType[*runtimeapi.FunctionError](err); !ok || exit.Type != "Runtime.ExitError" {
		t.Errorf("killed at work: %v", err)
	}
	if last := invoke(t, f, `{"do":"echo"}`); last["pid"] == first["pid"] {
		t.Error("the killed process served again")
	}
	if s := f.Stats(); s.CPU <= 0 || s.Failures != failures {
		t.Errorf("stats %+v", s)
	}
}
