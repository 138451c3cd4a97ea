package engine

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"sync"
	"syscall"
	"time"
)

// Process is a running engine. It ends when Stop is called or, on Linux, when the program that
// started it ends in whatever way.
type Process struct {
	URL string // "http://127.0.0.1:41231", no trailing slash

	command func(port int) *exec.Cmd
	port    int
	child   *Child
	said    *tail
}

// Said returns the end of what the process has printed, at most 4 KB, for error messages.
func (p *Process) Said() string { return p.said.String() }

// Stop ends the process and waits until its port is free again. A second call does nothing.
func (p *Process) Stop() { p.child.Stop(3 * time.Second) }

// Done is closed when the process has ended, by Stop or by itself.
func (p *Process) Done() <-chan struct{} { return p.child.Done() }

// Pid is the process's id.
func (p *Process) Pid() int { return p.child.Cmd.Process.Pid }

// Restart starts the engine again at the same address, after Done, and returns when it accepts
// connections. The caller sees to it that nobody else calls p meanwhile. ctx bounds the start only.
func (p *Process) Restart(ctx context.Context) error {
	again, err := serveAt(ctx, p.command, p.port)
	if err != nil {
		return err
	}
	p.child, p.said = again.child, again.said
	return nil
}

// Child is a started command with one waiter. It is exported because the local host starts
// function processes with the same care.
type Child struct {
	Cmd  *exec.Cmd
	done chan struct{}
	err  error
	once sync.Once
}

// spawn hands commands to one goroutine that keeps its OS thread for the life of the program:
// Linux sends the parent death signal when the *thread* that forked ends, not the program.
var spawn = sync.OnceValue(func() chan<- func() {
	work := make(chan func())
	go func() {
		runtime.LockOSThread()
		for f := range work {
			f()
		}
	}()
	return work
})

// Start starts cmd so that it dies with this program, and waits for it in the background.
func Start(cmd *exec.Cmd) (*Child, error) {
	dieWithParent(cmd)
	started := make(chan error, 1)
	spawn() <- func() { started <- cmd.Start() }
	if err := <-started; err != nil {
		return nil, err
	}
	c := &Child{Cmd: cmd, done: make(chan struct{})}
	go func() {
		c.err = cmd.Wait()
		close(c.done)
	}()
	return c, nil
}

// Done is closed when the process has ended.
func (c *Child) Done() <-chan struct{} { return c.done }

// Err is what Wait returned; call it only after Done is closed.
func (c *Child) Err() error { return c.err }

// Stop asks the process to end with SIGTERM, kills it after grace and returns when it has ended.
func (c *Child) Stop(grace time.Duration) {
	c.once.Do(func() { _ = c.Cmd.Process.Signal(syscall.SIGTERM) })
	select {
	case <-c.done:
	case <-time.After(grace):
		c.Kill()
	}
}

// Kill ends the process at once and returns when it has ended.
func (c *Child) Kill() {
	_ = c.Cmd.Process.Kill()
	<-c.done
}

// FreePort returns a loopback TCP port that nobody listened on a moment ago. It is below those that systems hand out
// by themselves (Linux from 32768, others from 49152), so that what asks for any port does not take it meanwhile.
func FreePort() (int, error) {
	var err error
	for range 100 {
		port := 20000 + rand.IntN(12000)
		var l net.Listener
		if l, err = net.Listen("tcp", "127.0.0.1:"+strconv.Itoa(port)); err == nil {
			return port, l.Close()
		}
	}
	return 0, fmt.Errorf("find a free port: %w", err)
}

// errEarly says that an engine ended before it was ready; the port may have been taken meanwhile.
var errEarly = errors.New("ended before it was ready")

// serve starts an engine on a free port and waits until it accepts connections, trying another
// port when the first was taken between looking and listening.
func serve(ctx context.Context, command func(port int) *exec.Cmd) (*Process, error) {
	for try := 0; ; try++ {
		p, err := serveOnce(ctx, command)
		if err == nil || try == 2 || !errors.Is(err, errEarly) {
			return p, err
		}
	}
}

func serveOnce(ctx context.Context, command func(port int) *exec.Cmd) (*Process, error) {
	port, err := FreePort()
	if err != nil {
		return nil, err
	}
	return serveAt(ctx, command, port)
}

func serveAt(ctx context.Context, command func(port int) *exec.Cmd, port int) (*Process, error) {
	cmd := command(port)
	said := &tail{}
	cmd.Stdout, cmd.Stderr = said, said
	cmd.WaitDelay = time.Second
	child, err := Start(cmd)
	if err != nil {
		return nil, fmt.Errorf("start %s: %w", cmd.Path, err)
	}
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	address := fmt.Sprintf("127.0.0.1:%d", port)
	for {
		select {
		case <-child.Done():
			return nil, fmt.Errorf("%s %w: %s", cmd.Path, errEarly, said)
		case <-ctx.Done():
			child.Kill()
			return nil, fmt.Errorf("%s is not ready on %s: %w: %s", cmd.Path, address, ctx.Err(), said)
		case <-time.After(2 * time.Millisecond):
		}
		if conn, err := net.Dial("tcp", address); err == nil {
			conn.Close()
			return &Process{URL: "http://" + address, command: command, port: port, child: child, said: said}, nil
		}
	}
}

// tail keeps the end of what an engine prints, for error messages.
type tail struct {
	mu  sync.Mutex
	buf []byte
}

var _ io.Writer = (*tail)(nil)

func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.buf = append(t.buf, p...)
	if over := len(t.buf) - 4096; over > 0 {
		t.buf = t.buf[over:]
	}
	return len(p), nil
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return string(bytes.TrimSpace(t.buf))
}

// executable reports whether path is a file that can be started.
func executable(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0
}
