package trial

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/courtoffice/courtoffice/infra/local/mailsink"
)

// kill is one worker's end, by the office's clock.
type kill struct {
	at    time.Time // it has ended
	until time.Time // what it had sent has arrived, and no other works yet
}

// judge counts what a crowd of n got and compares it with what was killed when. messages are in the
// order of their arrival, kills ascending, both by one clock.
//
// Errors: someone was not told; a message was repeated although no worker was killed within
// explained of its first copy; more than lanes were repeated for one kill.
func judge(messages []mailsink.Message, n, lanes int, kills []kill) (Result, error) {
	copies := map[string][]time.Time{}
	for _, m := range messages {
		for _, to := range m.To {
			copies[to] = append(copies[to], m.At)
		}
	}
	r := Result{Kills: len(kills)}
	var errs []error
	repeated := make([]int, len(kills))
	for i := range n {
		got := copies[address(i)]
		switch {
		case len(got) == 0:
			errs = append(errs, fmt.Errorf("%s was not told", address(i)))
			continue
		case len(got) == 2:
			r.Twice++
		case len(got) > 2:
			r.More++
		}
		r.Told++
		for _, first := range got[:len(got)-1] { // each copy but the last was not kept as sent
			k, _ := slices.BinarySearchFunc(kills, first, func(k kill, t time.Time) int { return k.until.Compare(t) })
			if k == len(kills) || kills[k].at.Sub(first) > explained {
				errs = append(errs, fmt.Errorf("%s was told again, and no kill explains it", address(i)))
				continue
			}
			repeated[k]++
			r.Before = append(r.Before, max(0, kills[k].at.Sub(first)))
		}
	}
	slices.Sort(r.Before)
	for k, count := range repeated {
		r.Worst = max(r.Worst, count)
		if count > lanes {
			errs = append(errs, fmt.Errorf("kill %d repeated %d messages of %d lanes", k, count, lanes))
		}
	}
	return r, errors.Join(errs...)
}
