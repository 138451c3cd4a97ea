package demo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/courtoffice/courtoffice/shared/evidence/asice"
)

// received sees what was sent verified and kept a second time: the court has it.
func (w *walk) received(ctx context.Context) error {
	if err := w.report.step("what was sent is verified and received, and kept a second time", func() (string, error) {
		took, err := w.waitReceived(ctx, w.path(""), "received", "kept")
		return fmt.Sprintf("received %.1f s after the sending", took.Seconds()), err
	}); err != nil {
		return err
	}
	if err := w.evidenceFile(ctx); err != nil {
		return err
	}
	return w.report.step("find the notice that it was received", func() (string, error) {
		return w.account.Email, waitForMail(ctx, w.options.Inbox, "қабылдап алынды, талон нөмірі "+w.ticket, []string{w.account.Email})
	})
}

// evidenceFile takes everything that was sent as one file, and compares what is in it with what was signed.
// An office that cannot have anything time-stamped says so.
func (w *walk) evidenceFile(ctx context.Context) error {
	return w.report.step("take the evidence file: what is in it is what was signed", func() (string, error) {
		out, _, err := call[evidenceParts](ctx, w.office, http.MethodPost, w.path("/evidence"), struct{}{})
		if err != nil {
			if w.local {
				if h, failed := w.health(ctx); failed != nil || h.NCA != "" {
					return "", errors.Join(err, failed)
				}
			}
			return "nothing is time-stamped here", expect(err, http.StatusServiceUnavailable, "no-time-stamp")
		}
		contents, size := map[string][]byte{}, 0
		var names []string
		for _, f := range out.Files {
			data := f.Data
			if f.Address != "" {
				if data, err = fetch(ctx, f.Address); err != nil {
					return "", err
				}
			}
			names, contents[f.Name] = append(names, f.Name), data
			size += len(data)
		}
		_, err = asice.Check(names, func(name string) ([]byte, error) { return contents[name], nil })
		return fmt.Sprintf("%s: %d files, %d KB", out.Name, len(names), size/1024), err
	})
}

// evidenceParts are the members of the answer that are used.
type evidenceParts struct {
	Name  string `json:"name"`
	Files []struct {
		Name    string `json:"name"`
		Data    []byte `json:"data"`
		Address string `json:"address"`
	} `json:"files"`
}

func fetch(ctx context.Context, address string) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%w: %s", errAnswer, res.Status)
	}
	return io.ReadAll(res.Body)
}

// waitReceived waits until the filing at path has had those events, and returns how long after the sending
// it was received.
func (w *walk) waitReceived(ctx context.Context, path string, events ...string) (time.Duration, error) {
	ctx, cancel := context.WithTimeout(ctx, noticePatience)
	defer cancel()
	for {
		own, _, err := call[filing](ctx, w.office, http.MethodGet, path, nil)
		if err != nil {
			return 0, err
		}
		at := map[string]time.Time{}
		for _, e := range own.Events {
			at[e.Type] = e.At
		}
		missing := ""
		for _, e := range events {
			if at[e].IsZero() {
				missing = e
			}
		}
		if missing == "" {
			return at["received"].Sub(at["sent"]), nil
		}
		select {
		case <-time.After(50 * time.Millisecond):
		case <-ctx.Done():
			return 0, fmt.Errorf("%w: %s is %s and was not %q after %v", errAnswer, path, own.Status, missing, noticePatience)
		}
	}
}

// measureReceived seals n filings each with the NCA's services up, slow and away, and prints how long
// after the sending they were received, by the office's clocks.
func (w *walk) measureReceived(ctx context.Context, n int) error {
	h, err := w.health(ctx)
	if err != nil || h.NCA == "" {
		return err
	}
	for _, mode := range []struct {
		what, path string
		on, off    any
	}{
		{"sent to received, OCSP up", "", nil, nil},
		{"sent to received, OCSP takes 3 s", "/_local/nca/slow", map[string]int{"ms": 3000}, map[string]int{"ms": 0}},
		{"sent to received, OCSP away", "/_local/nca/down", map[string]bool{"down": true}, map[string]bool{"down": false}},
	} {
		if mode.path != "" {
			if err := w.post(ctx, mode.path, mode.on); err != nil {
				return err
			}
		}
		took, err := w.sealAndWait(ctx, n)
		if mode.path != "" {
			if err := w.post(ctx, mode.path, mode.off); err != nil {
				return err
			}
		}
		if err != nil {
			return fmt.Errorf("%s: %w", mode.what, err)
		}
		w.report.figures(mode.what, took)
		if w.options.Figures != nil {
			w.options.Figures(mode.what, took)
		}
	}
	return nil
}

func (w *walk) sealAndWait(ctx context.Context, n int) (took []time.Duration, err error) {
	for range n {
		if _, _, err := w.sealOne(ctx); err != nil {
			return nil, err
		}
		d, err := w.waitReceived(ctx, w.path(""), "received")
		if err != nil {
			return nil, err
		}
		took = append(took, d)
	}
	return took, nil
}
