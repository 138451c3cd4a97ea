package store

import (
	"cmp"
	"context"
	"errors"
	"sync"
	"time"

	"github.com/courtoffice/courtoffice/shared/maintenance"
)

// How the windows are remembered. A copy is renewed from half its age on while it still serves, so that
// a busy process never waits for one; an emergency window stops everything at most a minute after its
// publication.
const (
	windowsAge  = 50 * time.Second // of a copy that serves, less what the index may lag behind
	windowsPast = time.Hour        // how far back Schedule goes: Lambda may hand a request in late
	readWithin  = 5 * time.Second
	readAgain   = 5 * time.Second // after a read that failed
)

// How long a caller waits for a copy that is too old or missing. What follows from it differs: a write
// goes on without, a page has nothing to show.
const (
	writePatience = 200 * time.Millisecond
	pagePatience  = 2 * time.Second
)

var errSlow = errors.New("the windows of maintenance take long to read")

// memory is a copy of the windows, for the life of a process.
type memory struct {
	patience time.Duration
	list     func(ctx context.Context, at time.Time) ([]maintenance.Window, error)

	mu      sync.Mutex
	windows []maintenance.Window
	readAt  time.Time
	known   bool
	reading chan struct{} // closed when the read under way has ended, else nil
	triedAt time.Time
	failure error // of the last read
}

// at returns the windows as read at most windowsAge before the instant at. Where that can't be had
// within the patience it returns the last copy, nil if there is none, with an error. After a read that
// failed nobody waits until one succeeds.
func (m *memory) at(ctx context.Context, at time.Time) ([]maintenance.Window, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	// The instant is the gateway's and may go back between requests.
	old := func(age time.Duration) bool { return !m.known || at.Sub(m.readAt).Abs() >= age }
	if old(windowsAge/2) && m.reading == nil && (m.failure == nil || at.Sub(m.triedAt).Abs() >= readAgain) {
		m.reading, m.triedAt = make(chan struct{}), at
		go m.read(context.WithoutCancel(ctx), at, m.reading)
	}
	if old(windowsAge) && m.reading != nil && m.failure == nil {
		m.wait(ctx, m.reading)
	}
	if !old(windowsAge) {
		return m.windows, nil
	}
	return m.windows, cmp.Or(m.failure, errSlow)
}

// wait lets go of m.mu until done is closed or the patience has ended.
func (m *memory) wait(ctx context.Context, done <-chan struct{}) {
	m.mu.Unlock()
	defer m.mu.Lock()
	ctx, cancel := context.WithTimeout(ctx, m.patience)
	defer cancel()
	select {
	case <-done:
	case <-ctx.Done():
	}
}

func (m *memory) read(ctx context.Context, at time.Time, done chan<- struct{}) {
	ctx, cancel := context.WithTimeout(ctx, readWithin)
	defer cancel()
	windows, err := m.list(ctx, at)
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.failure = err; err == nil {
		m.windows, m.readAt, m.known = windows, at, true
	}
	m.reading = nil
	close(done)
}

// forget has the next caller read anew.
func (m *memory) forget() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.known = false
}

// Schedule returns the windows that end after the instant at or ended in the hour before it, for
// whoever stops writes. The caller must not change it. It never waits long: with an error it returns
// what was last read, which may be nothing.
func (s *Maintenance) Schedule(ctx context.Context, at time.Time) ([]maintenance.Window, error) {
	return s.schedule.at(ctx, at)
}

// Published returns the windows that end, or ended, in the ShownFor before the instant at or after it,
// for pages and feeds: every page asks. They are as read at most a minute before, except by whoever
// has changed one. The caller must not change it.
//
// Errors: one with the last copy, however old; nil if there is none.
func (s *Maintenance) Published(ctx context.Context, at time.Time) ([]maintenance.Window, error) {
	return s.published.at(ctx, at)
}
