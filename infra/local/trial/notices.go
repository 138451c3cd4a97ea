package trial

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/courtoffice/courtoffice/infra/local/demo"
	"github.com/courtoffice/courtoffice/infra/local/host"
)

// Notices seals filings while the functions that tell of them are killed, by SIGKILL, after random
// moments (exponential, Every on average), and the mail service refuses Refusals messages, and
// counts what arrived.
type Notices struct {
	Filings  int
	Every    time.Duration
	Refusals int
}

// Told is what came of it.
type Told struct {
	Filings int // sealed
	Kills   int // processes killed while they worked
	Twice   int // notices that came more than once
	Took    time.Duration
}

// held is how long a process that is alive may hold a message: one that is held longer was a killed
// one's, and comes again without the queue's timeout being waited for.
const held = 15 * time.Second

// Run does it on h, which is nobody else's.
//
// Errors: what the office answered, and a notice that did not arrive, or came again more often than
// processes were killed.
func (t Notices) Run(ctx context.Context, h *host.Host, o demo.Options) (Told, error) {
	var tickets []string
	o.URL, o.Repeat = h.URL, t.Filings
	begin := time.Now()
	kills := 0
	killing, stop := context.WithCancel(ctx)
	var wg sync.WaitGroup
	o.Sealed = func(ticket string) { // the first one: from here on nothing is left in peace
		if tickets = append(tickets, ticket); len(tickets) > 1 {
			return
		}
		if t.Refusals > 0 {
			if err := refuseMail(ctx, h.URL, t.Refusals); err != nil {
				fmt.Fprintln(o.Out, err)
			}
		}
		wg.Go(func() { kills = t.kill(killing, h) })
		wg.Go(func() { hurry(killing, h) })
	}
	err := demo.Run(ctx, o)
	stop()
	wg.Wait()
	told := Told{Filings: len(tickets), Kills: kills, Took: time.Since(begin)}
	if err != nil {
		return told, err
	}
	if told.Filings != t.Filings {
		return told, fmt.Errorf("%d filings sealed, want %d", told.Filings, t.Filings)
	}
	told.Twice, err = again(h, tickets)
	if err == nil && told.Twice > told.Kills {
		err = fmt.Errorf("%d notices came again, more than %d kills explain", told.Twice, told.Kills)
	}
	return told, err
}

// kill ends processes of relay and notify until ctx ends and returns how many were at work.
func (t Notices) kill(ctx context.Context, h *host.Host) (atWork int) {
	for {
		select {
		case <-ctx.Done():
			return atWork
		case <-time.After(time.Duration(rand.ExpFloat64() * float64(t.Every))):
		}
		atWork += h.Kill([]string{"relay", "notify"}[rand.IntN(2)])
	}
}

func refuseMail(ctx context.Context, url string, times int) error {
	body, err := json.Marshal(map[string]any{"error": "MessageRejected", "times": times})
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url+"/_local/mail/fault", bytes.NewReader(body))
	if err != nil {
		return err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	res.Body.Close()
	if res.StatusCode != http.StatusNoContent {
		return fmt.Errorf("refuse mail: %s", res.Status)
	}
	return nil
}

// hurry moves the clock of the queues until ctx ends.
func hurry(ctx context.Context, h *host.Host) {
	for ctx.Err() == nil {
		if h.HurryQueues(ctx, held) != nil {
			return
		}
		select {
		case <-ctx.Done():
		case <-time.After(time.Second):
		}
	}
}

// again counts the notices of tickets that came to somebody more than once: of one that was sent there are
// several, each with a subject of its own.
//
// Errors: one for a ticket without a notice.
func again(h *host.Host, tickets []string) (n int, err error) {
	for _, ticket := range tickets {
		notices := map[string]int{}
		for _, m := range h.Messages() {
			if strings.Contains(m.Subject, ticket) {
				notices[strings.Join(m.To, " ")+" "+m.Subject]++
			}
		}
		if len(notices) == 0 {
			return 0, fmt.Errorf("nobody was told of filing %s", ticket)
		}
		for _, copies := range notices {
			n += copies - 1
		}
	}
	return n, nil
}

// Print writes r as a table.
func (r Told) Print(out io.Writer) {
	for _, row := range []struct {
		what  string
		value any
	}{
		{"filings sealed, each of them told", r.Filings}, {"function processes killed at work", r.Kills},
		{"notices that came again", r.Twice}, {"took", r.Took.Round(10 * time.Millisecond)},
	} {
		fmt.Fprintf(out, "%-44s %8v\n", row.what, row.value)
	}
}
