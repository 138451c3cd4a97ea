package main

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestPackOne checks what is in a package, and that the time of a file is not.
func TestPackOne(t *testing.T) {
	dir := t.TempDir()
	bootstrap, trust := filepath.Join(dir, "program"), filepath.Join(dir, "anchors")
	write(t, bootstrap, "\x7fELF")
	write(t, filepath.Join(trust, "root.cer"), "root")
	write(t, filepath.Join(trust, "crl", "root.crl"), "list")

	first, second := filepath.Join(dir, "1.zip"), filepath.Join(dir, "2.zip")
	if err := packOne(first, bootstrap, trust); err != nil {
		t.Fatal(err)
	}
	old := time.Date(2001, 2, 3, 4, 5, 6, 0, time.UTC)
	if err := os.Chtimes(bootstrap, old, old); err != nil {
		t.Fatal(err)
	}
	if err := packOne(second, bootstrap, trust); err != nil {
		t.Fatal(err)
	}
	if a, b := read(t, first), read(t, second); !bytes.Equal(a, b) {
		t.Error("two packages of the same files differ")
	}

	z, err := zip.OpenReader(first)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	var names []string
	for _, f := range z.File {
		names = append(names, f.Name)
	}
	if want := []string{"bootstrap", "trust/crl/root.crl", "trust/root.cer"}; !slices.Equal(names, want) {
		t.Errorf("files %v, want %v", names, want)
	}
	if mode := z.File[0].Mode(); mode != 0o755 {
		t.Errorf("bootstrap has mode %v, want 0755", mode)
	}

	if err := packOne(filepath.Join(dir, "3.zip"), bootstrap, t.TempDir()); err == nil {
		t.Error("a package with an empty trust folder was made")
	}
}

// TestWriteJar checks the folding of the manifest: no line over 72 bytes with its end, and
// what is read back is what was given.
func TestWriteJar(t *testing.T) {
	name := filepath.Join(t.TempDir(), "a.jar")
	long := "Class-Path: " + strings.Repeat("lib/some-library-1.2.3.jar ", 20)
	if err := writeJar(name, "", long); err != nil {
		t.Fatal(err)
	}
	z, err := zip.OpenReader(name)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	r, err := z.File[0].Open()
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if len(line) > 72 {
			t.Errorf("line of %d bytes: %q", len(line), line)
		}
	}
	if want := "Manifest-Version: 1.0\r\n" + long + "\r\n"; strings.ReplaceAll(string(text), "\r\n ", "") != want {
		t.Errorf("manifest %q, want %q folded", text, want)
	}
}

// TestEnvironment checks that nothing of the caller's account reaches an emulator's client.
func TestEnvironment(t *testing.T) {
	t.Setenv("AWS_PROFILE", "production")
	t.Setenv("AWS_SESSION_TOKEN", "secret")
	t.Setenv("AWS_ENDPOINT_URL_S3", "https://elsewhere.test")
	t.Setenv("AWS_ACCESS_KEY_ID", "real")
	env := environment("http://127.0.0.1:1")
	for _, v := range env {
		if strings.Contains(v, "production") || strings.Contains(v, "secret") || strings.Contains(v, "elsewhere") || strings.Contains(v, "real") {
			t.Errorf("%s is passed on", v)
		}
	}
	if !slices.Contains(env, "AWS_ENDPOINT_URL=http://127.0.0.1:1") {
		t.Errorf("no AWS_ENDPOINT_URL in %v", env)
	}
}

// TestStop checks that a server ends with what it started, in its process group or out of it.
func TestStop(t *testing.T) {
	dir := t.TempDir()
	pids := filepath.Join(dir, "pids")
	script := `trap '' TERM
echo $$ >>` + pids + `
setsid sh -c 'echo $$ >>` + pids + `; exec sleep 100' &
sh -c 'echo $$ >>` + pids + `; exec sleep 100' &
wait; wait; wait; sleep 100`
	s, err := command{name: "sh", args: []string{"-c", script}}.start(filepath.Join(dir, "log"))
	if err != nil {
		t.Fatal(err)
	}
	var started []string
	for end := time.Now().Add(10 * time.Second); len(started) < 3; {
		if time.Now().After(end) {
			s.stop()
			t.Fatalf("started only %v", started)
		}
		time.Sleep(10 * time.Millisecond)
		text, _ := os.ReadFile(pids)
		started = strings.Fields(string(text))
	}
	s.stopWithin(100 * time.Millisecond)
	for _, field := range started {
		pid, err := strconv.Atoi(field)
		if err != nil {
			t.Fatal(err)
		}
		if !gone(pid) {
			t.Errorf("process %d of %v is still there", pid, started)
		}
	}
}

// gone waits until pid has ended: a killed orphan takes a moment.
func gone(pid int) bool {
	for end := time.Now().Add(5 * time.Second); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
		if err != nil || strings.Contains(string(stat), ") Z ") {
			return true
		}
	}
	return errors.Is(syscall.Kill(pid, 0), syscall.ESRCH)
}

// TestReady checks that waiting for a server that has ended says so instead of timing out.
func TestReady(t *testing.T) {
	s, err := command{name: "false"}.start(filepath.Join(t.TempDir(), "log"))
	if err != nil {
		t.Fatal(err)
	}
	defer s.stop()
	err = s.ready(context.Background(), "http://127.0.0.1:1/", time.Minute)
	if err == nil || !strings.Contains(err.Error(), "ended") {
		t.Errorf("error %v, want one that says it ended", err)
	}
}

func TestRunReportsOutput(t *testing.T) {
	err := command{name: "sh", args: []string{"-c", "echo what went wrong; exit 3"}}.run(context.Background())
	if err == nil || !strings.Contains(err.Error(), "what went wrong") {
		t.Errorf("error %v, want the command's output in it", err)
	}
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestOutput(t *testing.T) {
	d := &deployment{outputs: map[string]string{"AccountsTable": "a", "NotifyDeadLetters": "q"}}
	for name, want := range map[string]string{"ACCOUNTS_TABLE": "a", "notify-dead-letters": "q", "FILINGS_TABLE": ""} {
		got, err := d.output(name)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("output(%q) = %q, %v, want %q", name, got, err, want)
		}
	}
}
