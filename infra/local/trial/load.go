package trial

import (
	"bytes"
	"context"
	"io"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/courtoffice/courtoffice/infra/local/demo"
)

// shot is one signature on its way: when it was due, and what became of it.
type shot struct {
	filing  demo.Prepared
	due     time.Duration // from the beginning of the load
	took    time.Duration // from when it was due until its receipt was here, tries and waits included
	tries   int
	refused []int  // statuses that were no success, 0 for a cut line: the browser tries again
	receipt []byte // nil without one
	status  int    // of the last answer, 0 for none
	again   bool   // sent once more after its receipt, and that gave another one
}

// stage is a stretch of a load.
type stage struct {
	rate float64 // a second
	for_ time.Duration
}

// arrivals are when the requests of some stages are due: at random, as people are (Poisson). They do
// not depend on answers, so that an office that stalls is not spared what came meanwhile.
func arrivals(stages []stage) (due []time.Duration) {
	var begin time.Duration
	for _, s := range stages {
		for at := begin; ; {
			at += time.Duration(rand.ExpFloat64() / s.rate * float64(time.Second))
			if at >= begin+s.for_ {
				break
			}
			due = append(due, at)
		}
		begin += s.for_
	}
	return due
}

// patience is how long a browser in this trial tries for a receipt.
const patience = 2 * time.Minute

// fire sends one filing's signature at each instant due, each in its own time, and returns when all
// have their receipts or have given up.
func fire(ctx context.Context, url string, due []time.Duration, filings []demo.Prepared, repeat float64) []shot {
	client := &http.Client{Timeout: 35 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 1024, MaxIdleConns: 1024}}
	defer client.CloseIdleConnections()
	shots := make([]shot, len(due))
	var wg sync.WaitGroup
	begin := time.Now()
	for i := range due {
		select {
		case <-ctx.Done():
			return shots[:i]
		case <-time.After(time.Until(begin.Add(due[i]))):
		}
		wg.Go(func() {
			s := &shots[i]
			s.filing, s.due = filings[i], due[i]
			s.send(ctx, client, url, begin)
			if s.receipt != nil && rand.Float64() < repeat {
				status, body := s.post(ctx, client, url)
				s.again = status == http.StatusOK && !bytes.Equal(body, s.receipt)
			}
		})
	}
	wg.Wait()
	return shots
}

// send tries as a browser does that keeps the signature until it has a receipt.
func (s *shot) send(ctx context.Context, client *http.Client, url string, begin time.Time) {
	for wait := 200 * time.Millisecond; ; wait = min(2*wait, 5*time.Second) {
		s.tries++
		status, body := s.post(ctx, client, url)
		s.status = status
		if status == http.StatusCreated || status == http.StatusOK {
			s.receipt, s.took = body, time.Since(begin.Add(s.due))
			return
		}
		s.refused = append(s.refused, status)
		over := time.Since(begin.Add(s.due)) > patience
		if over || status >= 400 && status < 500 && status != http.StatusTooManyRequests {
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(wait/2 + rand.N(wait)):
		}
	}
}

func (s *shot) post(ctx context.Context, client *http.Client, url string) (status int, body []byte) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url+"/api/filings/"+s.filing.ID+"/seal", bytes.NewReader(s.filing.Seal))
	if err != nil {
		return 0, nil
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := client.Do(req)
	if err != nil {
		return 0, nil
	}
	defer res.Body.Close()
	if body, err = io.ReadAll(res.Body); err != nil {
		return 0, nil
	}
	return res.StatusCode, body
}

// figures are what shots of one stretch come to.
type figures struct {
	asked, held    float64 // a second
	took           []time.Duration
	refused        map[int]int // by status, 0 for a cut line
	tries, without int         // without: receipts that never came
}

// between sums the shots due from begin on and before end. Held is how many receipts came in that time
// and as long after it as it takes to have the last.
func between(shots []shot, begin, end time.Duration) figures {
	last, f := end, figures{refused: map[int]int{}}
	for _, s := range shots {
		if s.due < begin || s.due >= end {
			continue
		}
		f.asked++
		for _, status := range s.refused {
			f.refused[status]++
		}
		f.tries += s.tries
		if s.receipt == nil {
			f.without++
			continue
		}
		f.held++
		f.took = append(f.took, s.took)
		last = max(last, s.due+s.took)
	}
	f.asked /= (end - begin).Seconds()
	f.held /= (last - begin).Seconds()
	slices.Sort(f.took)
	return f
}

// at is a quantile.
func (f figures) at(q float64) time.Duration {
	if len(f.took) == 0 {
		return 0
	}
	return f.took[min(int(q*float64(len(f.took))), len(f.took)-1)]
}
