// Command local is the office on one machine: `run` serves it, `demo` walks through it, `invoke`
// runs one function on a recorded event.
package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/courtoffice/courtoffice/infra/local/demo"
	"github.com/courtoffice/courtoffice/infra/local/host"
)

const usage = `usage:
  local run [-shift 72h] [-state DIR] [-trust DIR] [-key FILE.p12] [-faults] [-later] [-lists 1m] [-probe=false]
                                                                 serve the office (PORT, default 8080)
  local invoke FUNCTION EVENTFILE                                one invocation, on the running office or a fresh one
  local demo [-url URL] [-inbox URL] [-trust DIR] [-key FILE.p12] [-repeat N]
                                                                 file a claim over HTTP (PASSWORD opens the key)
  local grant -number IIN [-right admin|clerk.COURT|judge.COURT] [-state DIR]      make the first administrator of the office
  local announcement [-accounts N] [-every 250ms] [-rate N] [-kills N]
                                                                 tell everyone of a new agreement version, killed at random
  local history [-filings N] [-seals N]                          what a seal costs on an empty office and on a full one
  local notices [-filings N] [-every 250ms] [-refusals N]        seal while relay and notify are killed at random and mail is refused
  local surge [-rate N] [-seconds N] [-held N] [-faults] [-kills N]  play a deadline night and reconcile the stores
  local grants [-all]                                            walk the demo and fail for calls that no row grants; -all prints every call
  local rebuild [-state DIR]                                     make lost filings and documents anew from the evidence bucket
  local redrive                                                  have the running office try its dead letters again
  local rotate-root                                              make the next root of the office's signing keys
  local starts [-n N]                                            time from process start to first request for work
`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	commands := map[string]func(context.Context, []string) error{"run": run, "invoke": invoke, "demo": runDemo, "grant": grant, "grants": grants, "starts": starts, "announcement": announcement, "history": history, "rebuild": rebuild, "redrive": redrive, "rotate-root": rotateRoot, "notices": notices, "surge": surge}
	if len(os.Args) < 2 || commands[os.Args[1]] == nil {
		fmt.Fprint(os.Stderr, usage)
		os.Exit(64)
	}
	err := commands[os.Args[1]](ctx, os.Args[2:])
	if errors.Is(err, flag.ErrHelp) {
		os.Exit(64)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "local:", err)
		if _, refused := errors.AsType[*demo.RefusedError](err); refused {
			os.Exit(3)
		}
		os.Exit(1)
	}
}

// console prints one short line for each event that needs a person.
func console() *slog.Logger { return slog.New(slog.NewTextHandler(os.Stderr, nil)) }

// ncalayerAddress is where the software NCALayer listens. NCALAYER=off starts none, and pages then
// sign through the real one at its own address.
func ncalayerAddress() string {
	if given := os.Getenv("NCALAYER"); given != "off" {
		return cmp.Or(given, "127.0.0.1:13580")
	}
	return ""
}

// address is where the office is, or will be, on this machine. Browsers make passkeys for a name, never for a
// number.
func address() string { return "localhost:" + cmp.Or(os.Getenv("PORT"), "8080") }

func run(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("run", flag.ContinueOnError)
	shift := flags.Duration("shift", 0, "run the office's clock ahead by this much")
	state := flags.String("state", "", "folder of everything kept (default .local)")
	trust := flags.String("trust", os.Getenv("TRUST_DIR"), "folder of trust anchors and CRLs (TRUST_DIR, default testdata/pki/trust)")
	lists := flags.Duration("lists", 0, "how often functions look for new revocation lists (default 50ms; deployed it is a minute)")
	later := flags.Bool("later", false, "read no stream and no queue: what follows an act waits for the next run")
	faults := flags.Bool("faults", false, "let /_local/faults disturb the functions' calls of DynamoDB and S3")
	probe := flags.Bool("probe", true, "have the probe try this office each minute and keep the outage record")
	key := flags.String("key", "", "key for the software NCALayer beside the test keys, a PKCS#12 file opened by PASSWORD")
	if err := flags.Parse(args); err != nil {
		return err
	}
	h, err := host.Start(ctx, host.Config{
		State: *state, Address: address(), NCALayer: ncalayerAddress(), Later: *later,
		TrustDir: *trust, Shift: *shift, ListsEvery: *lists, Faults: *faults, Probe: *probe, Log: console(), Getenv: os.Getenv,
	})
	if err != nil {
		return err
	}
	defer h.Stop()
	if *key != "" {
		if h.NCALayer == nil {
			return errors.New("-key is for the software NCALayer, which NCALAYER=off leaves out")
		}
		k, err := readKey(*key, os.Getenv("PASSWORD"))
		if err != nil {
			return err
		}
		if err := errors.Join(h.NCALayer.Add(k), h.NCALayer.Choose(k.Name)); err != nil {
			return err
		}
	}
	fmt.Println("Court Office:", h.URL)
	select {
	case <-ctx.Done():
		return nil
	case err := <-h.Failed():
		return err
	}
}

// fresh starts an office on free ports and an empty state that is gone when stop returns.
func fresh(ctx context.Context, change func(*host.Config)) (h *host.Host, stop func(), err error) {
	dir, err := os.MkdirTemp("", "courtoffice-local-")
	if err != nil {
		return nil, nil, err
	}
	cfg := host.Config{State: dir, Address: "localhost:0", Log: console(), Getenv: os.Getenv}
	if change != nil {
		change(&cfg)
	}
	if h, err = host.Start(ctx, cfg); err != nil {
		os.RemoveAll(dir)
		return nil, nil, err
	}
	return h, func() { h.Stop(); os.RemoveAll(dir) }, nil
}

// running returns the URL of the office that runs at address, if one does.
func running(ctx context.Context) (url string, ok bool) {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	url = "http://" + address()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url+"/_local/health", nil)
	if err != nil {
		return "", false
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return "", false
	}
	defer res.Body.Close()
	var health host.Health
	if json.NewDecoder(res.Body).Decode(&health) != nil || !health.Ready {
		return "", false
	}
	return url, true
}

// starts prints how long each function takes from the start of its process to asking for work:
// what the code adds to a cold start.
func starts(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("starts", flag.ContinueOnError)
	n := flags.Int("n", 20, "starts of each function")
	if err := flags.Parse(args); err != nil {
		return err
	}
	h, stop, err := fresh(ctx, func(c *host.Config) { c.Probe = true })
	if err != nil {
		return err
	}
	defer stop()
	times, err := h.MeasureStarts(max(*n, 1))
	if err != nil {
		return err
	}
	fmt.Printf("%-18s %9s %9s %9s\n", "start to next, ms", "p50", "p90", "max")
	for _, name := range slices.Sorted(maps.Keys(times)) {
		d := times[name]
		slices.Sort(d)
		ms := func(q float64) float64 { return float64(d[int(q*float64(len(d)-1))].Microseconds()) / 1000 }
		fmt.Printf("%-18s %9.1f %9.1f %9.1f\n", name, ms(.5), ms(.9), ms(1))
	}
	return nil
}

func invoke(ctx context.Context, args []string) error {
	if len(args) != 2 {
		return fmt.Errorf("invoke FUNCTION EVENTFILE (make invoke FN=… EVENT=…)")
	}
	event, err := os.ReadFile(args[1])
	if err != nil {
		return err
	}
	url, ok := running(ctx)
	if !ok {
		h, stop, err := fresh(ctx, nil)
		if err != nil {
			return err
		}
		defer stop()
		url = h.URL
		defer func() { // its log goes with its state
			if log, err := os.ReadFile(h.LogFile(args[0])); err == nil {
				os.Stderr.Write(log)
			}
		}()
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url+"/_local/lambda/2015-03-31/functions/"+args[0]+"/invocations", bytes.NewReader(event))
	if err != nil {
		return err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		return err
	}
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", args[0], strings.TrimSpace(string(body)))
	}
	var pretty bytes.Buffer
	if json.Indent(&pretty, body, "", "  ") == nil {
		body = pretty.Bytes()
	}
	fmt.Println(string(body))
	if res.Header.Get("X-Amz-Function-Error") != "" {
		return fmt.Errorf("%s failed", args[0])
	}
	return nil
}
