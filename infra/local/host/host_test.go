package host_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/courtoffice/courtoffice/functions"
	"github.com/courtoffice/courtoffice/infra/local/host"
	"github.com/courtoffice/courtoffice/infra/local/mailsink"
	"github.com/courtoffice/courtoffice/shared/store"
	"github.com/courtoffice/courtoffice/shared/store/engine"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// binary is testdata/bootstrap, built once.
var binary = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "bootstrap")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "bootstrap")
	if out, err := exec.Command("go", "build", "-tags", "lambda.norpc", "-o", path, "./testdata/bootstrap").CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}
	return path, nil
})

func TestMain(m *testing.M) {
	if dir := os.Getenv("HOST_TEST_STATE"); dir != "" { // see TestKilledHostLeavesNoProcess
		serve(dir)
		return
	}
	code := m.Run()
	if path, err := binary(); err == nil {
		os.RemoveAll(filepath.Dir(path))
	}
	os.Exit(code)
}

var table = []functions.Function{
	{
		Name: "web", Routes: []string{"PUT /api/items/{sk}", "GET /{path...}"}, Memory: 256, Timeout: 5 * time.Second,
		Tables:  []functions.TableGrant{{Table: schema.Filings, Access: functions.Write}},
		Buckets: []functions.BucketGrant{{Bucket: schema.Documents}},
		Env:     []string{functions.EnvStage, functions.EnvTrustDir, functions.EnvIndexKey},
	},
	{
		Name: "mailer", Memory: 256, Timeout: 5 * time.Second, Env: []string{functions.EnvMailFrom, functions.EnvPortalURL},
		Streams: []functions.Stream{{
			Table: schema.Filings, EventNames: []string{"INSERT"}, SKPrefix: "OUTBOX#", BatchSize: 10, Retries: 1,
			Bisect: true, DeadLetters: schema.NotifyDeadLetters,
		}},
	},
}

func config(state, path string) host.Config {
	return host.Config{
		State: state, Address: "127.0.0.1:0", TrustDir: state, Functions: table,
		Binary: func(string) string { return path },
	}
}

func start(t testing.TB, state string, change func(*host.Config)) *host.Host {
	t.Helper()
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	cfg := config(state, path)
	if change != nil {
		change(&cfg)
	}
	h, err := host.Start(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(h.Stop)
	return h
}

func call(t *testing.T, method, url, body string, into any) *http.Response {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	if into != nil {
		if err := json.Unmarshal(b, into); err != nil {
			t.Fatalf("%s %s: %d %s: %v", method, url, res.StatusCode, b, err)
		}
	}
	return res
}

// mail waits for n messages and returns their subjects.
func mail(t *testing.T, h *host.Host, n int) []string {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		var list []mailsink.Message
		call(t, "GET", h.URL+"/_local/mail.json", "", &list)
		if len(list) >= n || time.Now().After(deadline) {
			var subjects []string
			for _, m := range list {
				subjects = append(subjects, m.Subject)
			}
			if len(list) != n {
				t.Fatalf("mail %q, want %d", subjects, n)
			}
			return subjects
		}
	}
}

func TestFromRequestToMailAndOverARestart(t *testing.T) {
	state := t.TempDir()
	h := start(t, state, nil)
	res := call(t, "PUT", h.URL+"/api/items/a", "", nil)
	if res.StatusCode != 201 || res.Header.Get("Set-Cookie") != "seen=a" {
		t.Fatalf("put: %d %v", res.StatusCode, res.Header)
	}
	if got := mail(t, h, 1); got[0] != "OUTBOX#a" {
		t.Errorf("mail %q", got)
	}
	h.Stop()
	if _, err := net.Dial("tcp", strings.TrimPrefix(h.URL, "http://")); err == nil {
		t.Errorf("%s still accepts connections", h.URL)
	}
	keys, err := os.ReadFile(filepath.Join(state, "keys.json"))
	if err != nil {
		t.Fatal(err)
	}

	h = start(t, state, nil)
	call(t, "PUT", h.URL+"/api/items/b", "", nil)
	if got := mail(t, h, 2); got[1] != "OUTBOX#b" {
		t.Errorf("after a restart: mail %q, want one more", got)
	}
	if again, _ := os.ReadFile(filepath.Join(state, "keys.json")); string(again) != string(keys) {
		t.Error("the keys changed over a restart")
	}
	if info, err := os.Stat(filepath.Join(state, "keys.json")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("keys.json: %v %v, want 0600", info.Mode(), err)
	}
}

// TestUploadsReachTheirReader: S3 tells of documents, and what fails is tried again and then kept.
func TestUploadsReachTheirReader(t *testing.T) {
	h := start(t, t.TempDir(), func(c *host.Config) {
		c.Functions = []functions.Function{{
			Name: "looker", Memory: 256, Timeout: 5 * time.Second, Env: []string{functions.EnvMailFrom, functions.EnvPortalURL},
			Queues: []functions.Queue{{Queue: schema.Uploads, BatchSize: 1, Concurrency: 2, Receives: 1, DeadLetters: schema.InspectDeadLetters}},
		}}
	})
	client := engine.S3(h.Health().Endpoints["S3"])
	for _, key := range []string{"elsewhere/x", "filings/bad", "filings/one"} {
		if _, err := client.PutObject(t.Context(), &s3.PutObjectInput{Bucket: aws.String("courtoffice-documents"), Key: &key, Body: strings.NewReader("x")}); err != nil {
			t.Fatal(err)
		}
	}
	if got := mail(t, h, 1); got[0] != "filings/one" {
		t.Errorf("mail %q", got)
	}
	var letters []struct {
		Queue string
		Body  json.RawMessage
	}
	const held = 2 * time.Second // what was just read may have been handled and be about to be deleted
	for deadline := time.Now().Add(10 * time.Second); len(letters) == 0 && time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		if err := h.HurryQueues(t.Context(), held); err != nil {
			t.Fatal(err)
		}
		call(t, "GET", h.URL+"/_local/dead-letters.json", "", &letters)
	}
	if len(letters) != 1 || letters[0].Queue != schema.InspectDeadLetters.Name || !strings.Contains(string(letters[0].Body), "filings/bad") {
		t.Errorf("dead letters %s", letters)
	}
}

func TestAgreementIsPublishedOnce(t *testing.T) {
	state := t.TempDir()
	var first time.Time
	for run := range 2 {
		h := start(t, state, nil)
		versions, err := store.NewSite(engine.Dynamo(h.Health().Endpoints["DYNAMODB"]), "courtoffice-site").Agreements(t.Context(), time.Now())
		if err != nil || len(versions) != 1 || versions[0].ID != "v1" || len(versions[0].Texts) != 3 {
			t.Fatalf("run %d: versions %+v, %v", run, versions, err)
		}
		if run == 0 {
			first = versions[0].EffectiveAt
		} else if !versions[0].EffectiveAt.Equal(first) {
			t.Errorf("in force from %v, then from %v", first, versions[0].EffectiveAt)
		}
		h.Stop()
	}
}

func TestEnvironmentShiftAndHealth(t *testing.T) {
	h := start(t, t.TempDir(), func(c *host.Config) { c.Shift = time.Hour })
	var echo struct {
		Path      string
		TimeEpoch int64
		Env       map[string]string
	}
	ahead := func() time.Duration { return time.Until(time.UnixMilli(echo.TimeEpoch)).Round(time.Minute) }
	call(t, "GET", h.URL+"/", "", &echo)
	if echo.Path != "/" || ahead() != time.Hour {
		t.Errorf("path %s, %v ahead, want 1h", echo.Path, ahead())
	}
	if e := echo.Env; e["STAGE"] != "test" || len(e["INDEX_KEY"]) != 64 || e["TRUST_DIR"] == "" || e["PORTAL_URL"] != "" || e["MAIL_FROM"] != "" {
		t.Errorf("environment %v: want what the row lists and nothing else", e)
	}
	if res := call(t, "POST", h.URL+"/_local/shift", `{"shift":"72h"}`, nil); res.StatusCode != 200 {
		t.Errorf("shift: %d", res.StatusCode)
	}
	if res := call(t, "POST", h.URL+"/_local/shift", `{"shift":"soon"}`, nil); res.StatusCode != 400 {
		t.Errorf("bad shift: %d", res.StatusCode)
	}
	call(t, "GET", h.URL+"/x", "", &echo)
	if ahead() != 72*time.Hour {
		t.Errorf("%v ahead, want 72h", ahead())
	}
	var health host.Health
	call(t, "GET", h.URL+"/_local/health", "", &health)
	if !health.Ready || health.Shift != "72h0m0s" || len(health.Functions) != 2 || health.URL != h.URL {
		t.Errorf("health %+v", health)
	}
	for _, f := range health.Functions {
		if f.Processes != 1 || len(f.StartToNext) != 1 || f.StartToNext[0] <= 0 {
			t.Errorf("function %+v: want one warm process and its start time", f)
		}
	}
	starts, err := h.MeasureStarts(2)
	if err != nil || len(starts["web"]) != 2 || len(starts["mailer"]) != 2 {
		t.Errorf("starts %v, %v", starts, err)
	}
	if res := call(t, "GET", h.URL+"/_local/nothing", "", nil); res.StatusCode != 404 {
		t.Errorf("/_local/nothing: %d", res.StatusCode)
	}
}

func TestInvokeAndDeadLetters(t *testing.T) {
	h := start(t, t.TempDir(), nil)
	url := h.URL + "/_local/lambda/2015-03-31/functions/"
	var out struct{ Path string }
	call(t, "POST", url+"web/invocations", `{"routeKey":"GET /","rawPath":"/recorded"}`, &out)
	if out.Path != "/recorded" {
		t.Errorf("invoke: %+v", out)
	}
	if res := call(t, "POST", url+"none/invocations", `{}`, nil); res.StatusCode != 404 {
		t.Errorf("invoke of an unknown function: %d", res.StatusCode)
	}
	if res := call(t, "POST", url+"web/invocations", `[]`, nil); res.Header.Get("X-Amz-Function-Error") == "" {
		t.Errorf("invoke that fails: %d %v", res.StatusCode, res.Header)
	}
	call(t, "PUT", h.URL+"/api/items/bad", "", nil)
	call(t, "PUT", h.URL+"/api/items/good", "", nil)
	if got := mail(t, h, 1); got[0] != "OUTBOX#good" {
		t.Errorf("mail %q", got)
	}
	var letters []struct{ Queue string }
	call(t, "GET", h.URL+"/_local/dead-letters.json", "", &letters)
	if len(letters) != 1 || letters[0].Queue != schema.NotifyDeadLetters.Name {
		t.Errorf("dead letters %+v", letters)
	}
	for path, want := range map[string]string{"/_local/dead-letters": "<h2>" + schema.NotifyDeadLetters.Name + "</h2>", "/_local/": "0s ahead", "/_local/operations": "What became of signatures"} {
		res, err := http.Get(h.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(res.Body)
		res.Body.Close()
		if res.StatusCode != 200 || !strings.Contains(string(body), want) || !strings.Contains(string(body), "</html>") {
			t.Errorf("%s: %d, want %q in\n%s", path, res.StatusCode, want, body)
		}
	}
}

// TestDeadFunctions: while the functions are dead the gateway says so, and what needs none is served on.
func TestDeadFunctions(t *testing.T) {
	h := start(t, t.TempDir(), nil)
	for _, tt := range []struct {
		dead string
		set  int
		want int
	}{{`["all"]`, 200, 503}, {`["file-claim"]`, 200, 200}, {`["none"]`, 400, 200}, {`[]`, 200, 200}} {
		if res := call(t, "POST", h.URL+"/_local/dead", `{"functions":`+tt.dead+`}`, nil); res.StatusCode != tt.set {
			t.Errorf("dead %s: %d", tt.dead, res.StatusCode)
		}
		if res := call(t, "GET", h.URL+"/kk/anything", "", nil); res.StatusCode != tt.want {
			t.Errorf("dead %s: a page is answered with %d, want %d", tt.dead, res.StatusCode, tt.want)
		}
		if res := call(t, "GET", h.URL+"/outages.json", "", nil); res.StatusCode != 403 {
			t.Errorf("dead %s: no record is answered with %d", tt.dead, res.StatusCode)
		}
	}
}

func TestForeignPagesMayNotDrive(t *testing.T) {
	h := start(t, t.TempDir(), nil)
	req, _ := http.NewRequestWithContext(t.Context(), "POST", h.URL+"/_local/shift", strings.NewReader(`{"shift":"1h"}`))
	req.Header.Set("Origin", "http://elsewhere.example")
	req.Header.Set("Sec-Fetch-Site", "cross-site")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != http.StatusForbidden {
		t.Errorf("a page from elsewhere: %d, want 403", res.StatusCode)
	}
}

func TestSecondOfficeIsRefused(t *testing.T) {
	state := t.TempDir()
	h := start(t, state, nil)
	path, _ := binary()
	if _, err := host.Start(t.Context(), config(state, path)); err == nil || !strings.Contains(err.Error(), "another local office") {
		t.Errorf("same state: %v", err)
	}
	cfg := config(t.TempDir(), path)
	cfg.Address = strings.TrimPrefix(h.URL, "http://")
	if _, err := host.Start(t.Context(), cfg); err == nil || !strings.Contains(err.Error(), "PORT=") {
		t.Errorf("same port: %v", err)
	}
	call(t, "GET", h.URL+"/_local/health", "", &struct{}{})
}

func TestGivenTablesMustExist(t *testing.T) {
	db, name := engine.StreamsForTest(t)
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	env := map[string]string{
		"AWS_ENDPOINT_URL_DYNAMODB": *db.Options().BaseEndpoint, "FILINGS_TABLE": name(schema.Filings), "SITE_TABLE": "absent",
	}
	cfg := config(t.TempDir(), path)
	cfg.Getenv = func(k string) string { return env[k] }
	if _, err := host.Start(t.Context(), cfg); err == nil || !strings.Contains(err.Error(), "SITE_TABLE names table absent") {
		t.Errorf("an absent table: %v", err)
	}
	env["SITE_TABLE"] = name(schema.Site)
	h := start(t, cfg.State, func(c *host.Config) { c.Getenv = cfg.Getenv })
	call(t, "PUT", h.URL+"/api/items/x", "", nil)
	if got := mail(t, h, 1); got[0] != "OUTBOX#x" {
		t.Errorf("mail %q", got)
	}
}

// TestEngineThatEndsIsStarted: an engine that was killed is started again with what it had; one that
// ends again at once is told of.
func TestEngineThatEndsIsStarted(t *testing.T) {
	h := start(t, t.TempDir(), nil)
	kill := func() (killed int) {
		for _, pid := range childrenOf(t, os.Getpid()) {
			if name, _ := os.ReadFile(fmt.Sprintf("/proc/%d/comm", pid)); strings.TrimSpace(string(name)) == "dynoxide" && syscall.Kill(pid, syscall.SIGKILL) == nil {
				killed++
			}
		}
		return killed
	}
	time.Sleep(1100 * time.Millisecond) // it has run for longer than a start that fails
	kill()
	for begin := time.Now(); ; time.Sleep(20 * time.Millisecond) {
		req, err := http.NewRequestWithContext(t.Context(), "PUT", h.URL+"/api/items/x", nil)
		if err != nil {
			t.Fatal(err)
		}
		res, err := http.DefaultClient.Do(req)
		if err == nil {
			if res.Body.Close(); res.StatusCode < 300 {
				break
			}
		}
		if time.Since(begin) > 10*time.Second {
			t.Fatalf("the engine does not start again: %v", err)
		}
	}
	for begin := time.Now(); time.Since(begin) < 10*time.Second; time.Sleep(5 * time.Millisecond) {
		kill()
		select {
		case err := <-h.Failed():
			if !strings.Contains(err.Error(), "DYNAMODB engine ended") {
				t.Errorf("failure: %v", err)
			}
			return
		default:
		}
	}
	t.Error("no failure told")
}

func TestMissingBinaryNamesTheTarget(t *testing.T) {
	cfg := config(t.TempDir(), "/nowhere/bootstrap")
	if _, err := host.Start(t.Context(), cfg); err == nil || !strings.Contains(err.Error(), "make build") {
		t.Errorf("start: %v", err)
	}
}

// serve is the body of the process that TestKilledHostLeavesNoProcess kills.
func serve(state string) {
	h, err := host.Start(context.Background(), config(state, os.Getenv("HOST_TEST_BINARY")))
	if err != nil {
		fmt.Println("error", err)
		return
	}
	fmt.Println("ready", h.URL)
	select {}
}

func TestKilledHostLeavesNoProcess(t *testing.T) {
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	state := t.TempDir()
	cmd := exec.Command(os.Args[0], "-test.run=^$")
	cmd.Env = append(os.Environ(), "HOST_TEST_STATE="+state, "HOST_TEST_BINARY="+path)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var word, url string
	if _, err := fmt.Fscan(out, &word, &url); err != nil || word != "ready" {
		cmd.Process.Kill()
		t.Fatalf("child said %q %q, %v", word, url, err)
	}
	children := childrenOf(t, cmd.Process.Pid)
	if len(children) < 4 { // two engines, two functions
		t.Errorf("children %v, want at least 4", children)
	}
	cmd.Process.Kill()
	cmd.Wait()
	for _, pid := range children {
		for deadline := time.Now().Add(5 * time.Second); syscall.Kill(pid, 0) == nil && !zombie(pid); time.Sleep(5 * time.Millisecond) {
			if time.Now().After(deadline) {
				t.Errorf("process %d outlived its host", pid)
				syscall.Kill(pid, syscall.SIGKILL)
				break
			}
		}
	}
	start(t, state, nil) // the lock is free again
}

// childrenOf lists the processes whose parent is pid, from /proc.
func childrenOf(t *testing.T, pid int) []int {
	t.Helper()
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		t.Fatal(err)
	}
	var out []int
	for _, path := range stats {
		if fields := stat(path); len(fields) > 1 && fields[1] == strconv.Itoa(pid) {
			child, _ := strconv.Atoi(filepath.Base(filepath.Dir(path)))
			out = append(out, child)
		}
	}
	return out
}

// stat returns the fields of /proc/PID/stat after the command's name: state, parent, ...
func stat(path string) []string {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil
	}
	_, after, _ := strings.Cut(string(b), ") ")
	return strings.Fields(after)
}

func zombie(pid int) bool {
	fields := stat("/proc/" + strconv.Itoa(pid) + "/stat")
	return len(fields) == 0 || fields[0] == "Z"
}

// BenchmarkRequest is a whole request: client, gateway, Runtime API, process and back.
func BenchmarkRequest(b *testing.B) {
	h := start(b, b.TempDir(), nil)
	for b.Loop() {
		res, err := http.Get(h.URL + "/x")
		if err != nil {
			b.Fatal(err)
		}
		io.Copy(io.Discard, res.Body)
		res.Body.Close()
	}
}
