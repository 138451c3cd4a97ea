package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// command is a program to run. It gets a process group of its own, so that it ends with all
// its children.
type command struct {
	name string
	args []string
	env  []string  // nil for this program's own
	dir  string    // empty for the repository's root
	out  io.Writer // gets standard output and error; nil keeps them for the error
}

func (c command) cmd(ctx context.Context) *exec.Cmd {
	cmd := exec.CommandContext(ctx, c.name, c.args...)
	cmd.Env, cmd.Dir = c.env, c.dir
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM) }
	cmd.WaitDelay = 10 * time.Second
	return cmd
}

// run runs c to its end. The error of a quiet command has the end of what it printed.
func (c command) run(ctx context.Context) error {
	cmd := c.cmd(ctx)
	var said strings.Builder
	out := c.out
	if out == nil {
		out = &said
	}
	cmd.Stdout, cmd.Stderr = out, out
	if err := cmd.Run(); err != nil {
		lines := strings.Split(strings.TrimSpace(said.String()), "\n")
		return fmt.Errorf("%s: %w\n%s", filepath.Base(c.name), err, strings.Join(lines[max(0, len(lines)-40):], "\n"))
	}
	return nil
}

// server is a program that runs beside this one.
type server struct {
	cmd  *exec.Cmd
	log  *os.File
	done chan struct{} // closed when it has ended
}

// start runs c with its output in the file log, which is begun anew.
func (c command) start(log string) (*server, error) {
	f, err := os.Create(log)
	if err != nil {
		return nil, err
	}
	cmd := c.cmd(context.Background())
	cmd.Stdout, cmd.Stderr = f, f
	if err := cmd.Start(); err != nil {
		f.Close()
		return nil, err
	}
	s := &server{cmd, f, make(chan struct{})}
	go func() {
		cmd.Wait()
		close(s.done)
	}()
	return s, nil
}

// ready waits until url answers 200, at most for the given time.
func (s *server) ready(ctx context.Context, url string, atMost time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, atMost)
	defer cancel()
	for {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
		if err != nil {
			return err
		}
		if res, err := http.DefaultClient.Do(req); err == nil {
			res.Body.Close()
			if res.StatusCode == http.StatusOK {
				return nil
			}
		}
		select {
		case <-s.done:
			return fmt.Errorf("%s ended, see %s", filepath.Base(s.cmd.Path), s.log.Name())
		case <-ctx.Done():
			return fmt.Errorf("wait for %s: %w, see %s", url, ctx.Err(), s.log.Name())
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// stop ends the server and everything it started, and waits for it. What the server put into
// a session of its own (LocalStack does so with Java) is found among its descendants.
func (s *server) stop() { s.stopWithin(10 * time.Second) }

// stopWithin gives the server the given time to end by itself.
func (s *server) stopWithin(patience time.Duration) {
	children := descendants(s.cmd.Process.Pid)
	syscall.Kill(-s.cmd.Process.Pid, syscall.SIGTERM)
	select {
	case <-s.done:
	case <-time.After(patience):
	}
	syscall.Kill(-s.cmd.Process.Pid, syscall.SIGKILL) // what didn't listen, if anything
	<-s.done
	for _, child := range children {
		child.Kill()
	}
	s.log.Close()
}

// descendants lists the processes that pid started, and those that they did. On Linux the
// handles can't come to mean another process that gets the same number.
func descendants(pid int) (all []*os.Process) {
	files, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid)) // the pattern is a good one
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			continue // the thread has ended
		}
		for _, field := range strings.Fields(string(text)) {
			child, err := strconv.Atoi(field)
			if err != nil {
				continue
			}
			if p, err := os.FindProcess(child); err == nil {
				all = append(all, p)
			}
			all = append(all, descendants(child)...)
		}
	}
	return all
}

// freeAddress returns a loopback address nobody listens on.
func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	return l.Addr().String(), nil
}

// need makes sure that programs are there. On Debian, as root, it installs the packages that
// have them; elsewhere its error says which are missing.
func need(ctx context.Context, programs map[string]string) error {
	var missing, packages []string
	for program, pkg := range programs {
		if _, err := exec.LookPath(program); err != nil {
			missing = append(missing, program)
			packages = append(packages, pkg)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	return install(ctx, missing, packages)
}

// install installs Debian packages because what is missing.
func install(ctx context.Context, missing, packages []string) error {
	if _, err := exec.LookPath("apt-get"); err != nil || os.Geteuid() != 0 {
		return fmt.Errorf("install %s first (on Debian: apt-get install %s)", strings.Join(missing, ", "), strings.Join(packages, " "))
	}
	env := append(os.Environ(), "DEBIAN_FRONTEND=noninteractive")
	return runAll(ctx,
		command{name: "apt-get", args: []string{"update", "-q"}, env: env},
		command{name: "apt-get", args: append([]string{"install", "-qy", "--no-install-recommends"}, packages...), env: env},
	)
}

// runAll runs commands one after another until one fails.
func runAll(ctx context.Context, commands ...command) error {
	for _, c := range commands {
		if err := c.run(ctx); err != nil {
			return err
		}
	}
	return nil
}

// step prints what is done and how long it took.
func step(what string, do func() error) error {
	begin := time.Now()
	if err := do(); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	fmt.Printf("%-52s %6.1f s\n", what, time.Since(begin).Seconds())
	return nil
}
