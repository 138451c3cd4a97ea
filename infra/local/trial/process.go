package trial

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/courtoffice/courtoffice/infra/local/host"
	"github.com/courtoffice/courtoffice/shared/store/engine"
)

// Office is an office in a process of its own, so that any process of it can be killed: its host, its
// engines, its functions.
type Office struct {
	URL   string
	State string // its folder

	binary string
	args   []string
	env    []string
	log    *os.File
	mu     sync.Mutex
	child  *engine.Child
}

// StartOffice runs binary, the command local, on an empty or a used state and returns when the office
// answers. args are flags of its run.
func StartOffice(ctx context.Context, binary, state string, args ...string) (*Office, error) {
	port, err := engine.FreePort()
	if err != nil {
		return nil, err
	}
	o := &Office{URL: fmt.Sprintf("http://127.0.0.1:%d", port), State: state, binary: binary, args: append([]string{"run", "-state", state}, args...)}
	o.env = append(os.Environ(), "PORT="+strconv.Itoa(port), "NCALAYER=off")
	if o.log, err = os.OpenFile(filepath.Join(state, "host.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600); err != nil {
		return nil, err
	}
	return o, o.start(ctx)
}

func (o *Office) start(ctx context.Context) error {
	cmd := exec.Command(o.binary, o.args...)
	cmd.Env, cmd.Stdout, cmd.Stderr = o.env, o.log, o.log
	child, err := engine.Start(cmd)
	if err != nil {
		return fmt.Errorf("start the office: %w", err)
	}
	o.mu.Lock()
	o.child = child
	o.mu.Unlock()
	for {
		if h, err := o.Health(ctx); err == nil && h.Ready {
			return nil
		}
		select {
		case <-child.Done():
			return fmt.Errorf("the office ended while starting, see %s", o.log.Name())
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// Stop has the office end in its own way, and waits.
func (o *Office) Stop() { o.current().Stop(10 * time.Second) }

// Restart kills the host with SIGKILL, which takes all its processes along, and starts it again on the
// same state.
func (o *Office) Restart(ctx context.Context) error {
	o.current().Kill()
	return o.start(ctx)
}

// Ensure starts the host again if it has ended by itself: it gives up when an engine is killed twice in
// a second.
func (o *Office) Ensure(ctx context.Context) error {
	select {
	case <-o.current().Done():
		return o.start(ctx)
	default:
		return nil
	}
}

func (o *Office) current() *engine.Child {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.child
}

// Kill ends a process that the host has started, by SIGKILL, and reports whether there was one: a
// function or an engine, by the name of its program.
func (o *Office) Kill(program string, one func(n int) int) bool {
	host := o.current().Cmd.Process.Pid
	var found []int
	tasks, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", host))
	for _, task := range tasks {
		list, _ := os.ReadFile(task)
		for _, field := range strings.Fields(string(list)) {
			pid, err := strconv.Atoi(field)
			if err != nil {
				continue
			}
			if exe, err := os.Readlink(fmt.Sprintf("/proc/%d/exe", pid)); err == nil && filepath.Base(exe) == program {
				found = append(found, pid)
			}
		}
	}
	if len(found) == 0 {
		return false
	}
	return syscall.Kill(found[one(len(found))], syscall.SIGKILL) == nil
}

// Health is what the host says of itself.
func (o *Office) Health(ctx context.Context) (h host.Health, err error) {
	return h, o.get(ctx, "/_local/health", &h)
}

func (o *Office) get(ctx context.Context, path string, into any) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, o.URL+path, nil)
	if err != nil {
		return err
	}
	return o.do(req, into)
}

// tell posts a value to one of the host's own addresses.
func (o *Office) tell(ctx context.Context, path string, value any) error {
	body, err := json.Marshal(value)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, o.URL+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	return o.do(req, nil)
}

func (o *Office) do(req *http.Request, into any) error {
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	switch {
	case err != nil:
		return err
	case res.StatusCode >= 300:
		return fmt.Errorf("%s: %s %.200s", req.URL.Path, res.Status, body)
	case into == nil:
		return nil
	}
	return json.Unmarshal(body, into)
}
