// Package relay is the function that copies events from the outboxes to the queues of those who do
// what follows. It is the one reader of each table's stream, because a stream has no more than two.
//
// It may copy an event more than once: it is ended between sending and its position being kept, or
// some of a batch are not taken. It loses none: what the stream gave up or a queue lost, the
// sweeper finds in the outbox and copies again.
package relay

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/courtoffice/courtoffice/shared/outbox"
	"github.com/courtoffice/courtoffice/shared/queue"
)

// Service copies events.
type Service struct {
	Queues   map[string]Queue  // by name
	Outboxes map[string]Outbox // by the table's name
}

// Queue takes messages; the result has an error for each that was not taken (queue.Queue).
type Queue interface {
	Put(ctx context.Context, messages []queue.Message) map[int]error
}

// Outbox knows which events are not told (store.Outbox).
type Outbox interface {
	// Overdue calls f with each event that someone should have been told of before at.
	Overdue(ctx context.Context, at time.Time, f func(outbox.Entry) error) error
	// Oldest returns when the event happened that waits longest to be told, per shard of the index; ok is
	// false when none waits.
	Oldest(ctx context.Context) (at time.Time, ok bool, err error)
	// Postpone keeps that e is not overdue before next.
	Postpone(ctx context.Context, e outbox.Entry, next time.Time) error
}

// Copy sends each entry to every queue of its row that still awaits it, and to those it wakes. The result has an error at
// the index of each entry that some queue did not take.
func (s *Service) Copy(ctx context.Context, entries []outbox.Entry) map[int]error {
	type message struct {
		queue.Message
		of int
	}
	perQueue := map[string][]message{}
	failed := map[int]error{}
	for i, e := range entries {
		row, ok := outbox.RowOf(e.Type)
		body, err := json.Marshal(e)
		if !ok || err != nil {
			failed[i] = errors.Join(fmt.Errorf("event %s of %s has no row or no form", e.Type, e.Of), err)
			continue
		}
		for _, q := range slices.Concat(row.Queues, row.Wakes) {
			if slices.Contains(e.Awaits, q.Name) || slices.Contains(row.Wakes, q) {
				perQueue[q.Name] = append(perQueue[q.Name], message{queue.Message{Body: string(body), Trace: e.Trace}, i})
			}
		}
	}
	for name, messages := range perQueue {
		sent := make([]queue.Message, len(messages))
		for i, m := range messages {
			sent[i] = m.Message
		}
		for i, err := range s.Queues[name].Put(ctx, sent) {
			failed[messages[i].of] = fmt.Errorf("event %s of %s to queue %s: %w", entries[messages[i].of].Type, entries[messages[i].of].Of, name, err)
		}
	}
	return failed
}

// Untold returns how long ago the oldest event happened that someone is still to be told of, at the
// instant at; 0 when everyone was told of everything.
func (s *Service) Untold(ctx context.Context, at time.Time) (age time.Duration, err error) {
	for name, box := range s.Outboxes {
		oldest, ok, err := box.Oldest(ctx)
		if err != nil {
			return 0, fmt.Errorf("oldest event of %s: %w", name, err)
		}
		if ok {
			age = max(age, at.Sub(oldest))
		}
	}
	return age, nil
}

// sweepAtOnce is how many events are copied together.
const sweepAtOnce = 100

// Sweep copies every event again that is overdue at the instant at, and returns how many. An event
// that can't be copied does not keep the others from it, and is tried again by the next sweep.
func (s *Service) Sweep(ctx context.Context, at time.Time) (int, error) {
	copied := 0
	var errs []error
	for _, box := range s.Outboxes {
		var batch []outbox.Entry
		flush := func() error {
			failed := s.Copy(ctx, batch)
			for i, e := range batch {
				err := failed[i]
				if err == nil {
					copied++
					err = box.Postpone(ctx, e, at.Add(outbox.Again))
				}
				if err != nil {
					errs = append(errs, err)
				}
			}
			batch = nil
			return ctx.Err()
		}
		err := box.Overdue(ctx, at, func(e outbox.Entry) error {
			if batch = append(batch, e); len(batch) < sweepAtOnce {
				return nil
			}
			return flush()
		})
		errs = append(errs, err, flush())
	}
	return copied, errors.Join(errs...)
}
