// Package keyring is the keys that a process signs with: those of the days around, opened once.
//
// Open reads them before the first request. After that they are looked at anew in the background, and a
// key that is open stays open: while there is one for the instant of a request, nobody is asked and
// nothing waits. A key is chosen by the instant that the document names, which is the gateway's, so the
// clocks of processes need not agree.
package keyring

import (
	"cmp"
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync/atomic"
	"time"

	"github.com/courtoffice/courtoffice/shared/kms"
	"github.com/courtoffice/courtoffice/shared/receipt"
	"github.com/courtoffice/courtoffice/shared/store"
)

const (
	patience = 2 * time.Second  // bounds one look
	every    = 10 * time.Minute // a look lasts
	soon     = 10 * time.Second // where a newer key is expected
	day      = 24 * time.Hour
)

// ErrNoKey: no key is in force at that instant, or none can be opened. It will be tried again.
var ErrNoKey = errors.New("keyring: no key to sign with")

// Config says whose keys they are. The fields are set once, before use.
type Config struct {
	Keys     *store.SigningKeys
	Envelope kms.Envelope
	About    map[string]string // what the keys were sealed with
	Purpose  receipt.Purpose
	Log      *slog.Logger
}

// Ring is the keys of a process. It may be used by any number of goroutines.
type Ring struct {
	Config
	held   atomic.Pointer[held]
	looked atomic.Int64  // Unix nanoseconds of the last look
	busy   chan struct{} // holds a value while a look is under way; whoever put it owns what follows
	failed bool          // the last look, so that a change is logged and not each one
}

// held is what a look found, the newest key first.
type held struct {
	keys []opened
}

type opened struct {
	receipt.Key
	says receipt.Certificate
}

// Open reads and opens the keys. Where that fails it says so in the log, and the first request tries
// again.
func Open(ctx context.Context, c Config, now time.Time) *Ring {
	r := &Ring{Config: c, busy: make(chan struct{}, 1)}
	r.held.Store(&held{})
	r.look(ctx, now)
	return r
}

// At returns the key for a document that names the instant at: of those in force the newest. It looks
// for one at once only where it has none.
//
// Errors: ErrNoKey.
func (r *Ring) At(ctx context.Context, at time.Time) (receipt.Key, error) {
	have, ok := r.held.Load().at(at)
	if ok {
		if r.due(every) || !at.Before(have.says.NotBefore.Add(day)) && r.due(soon) {
			r.background(at)
		}
		return have.Key, nil
	}
	if err := r.wait(ctx, at); err != nil {
		return receipt.Key{}, err
	}
	if have, ok = r.held.Load().at(at); !ok {
		return receipt.Key{}, ErrNoKey
	}
	return have.Key, nil
}

func (h *held) at(at time.Time) (opened, bool) {
	for _, k := range h.keys {
		if k.says.In(at) {
			return k, true
		}
	}
	return opened{}, false
}

func (r *Ring) due(wait time.Duration) bool { return time.Since(time.Unix(0, r.looked.Load())) >= wait }

// background begins a look unless one is under way, and does not wait for it. On Lambda a look goes on
// while requests are served and rests between them.
func (r *Ring) background(at time.Time) {
	select {
	case r.busy <- struct{}{}:
		go func() {
			defer func() { <-r.busy }()
			r.look(context.Background(), at)
		}()
	default:
	}
}

// wait makes a look, after the one that is under way.
func (r *Ring) wait(ctx context.Context, at time.Time) error {
	began := time.Now()
	select {
	case r.busy <- struct{}{}:
		defer func() { <-r.busy }()
	case <-ctx.Done():
		return fmt.Errorf("%w: %w", ErrNoKey, ctx.Err())
	case <-time.After(patience):
		return ErrNoKey
	}
	if _, ok := r.held.Load().at(at); ok || r.looked.Load() > began.UnixNano() {
		return nil // the look that was under way
	}
	r.look(ctx, at)
	return nil
}

// look reads what is kept as of an instant and opens the keys that are new. What is open stays.
func (r *Ring) look(ctx context.Context, at time.Time) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	defer func() { r.looked.Store(time.Now().UnixNano()) }()
	ring, err := r.Keys.Ring(ctx, at)
	if err == nil {
		err = r.take(ctx, ring, at)
	}
	switch {
	case err != nil && !r.failed:
		r.Log.LogAttrs(ctx, slog.LevelWarn, "signing keys not read", slog.Int("held", len(r.held.Load().keys)), slog.String("error", err.Error()))
	case err == nil && r.failed:
		r.Log.LogAttrs(ctx, slog.LevelInfo, "signing keys read again")
	}
	r.failed = err != nil
}

// take opens what is new in ring and holds it beside what was open and is still of use.
func (r *Ring) take(ctx context.Context, ring store.Ring, at time.Time) error {
	before, now := r.held.Load(), &held{}
	open := map[string]opened{}
	for _, k := range before.keys {
		open[string(k.Certificate)] = k
	}
	var errs []error
	for _, kept := range ring.Keys {
		says, err := receipt.ParseCertificate(kept.Certificate)
		if err != nil || says.Purpose != r.Purpose {
			continue
		}
		k, ok := open[string(kept.Certificate)]
		if !ok {
			if k, err = r.open(ctx, ring.Published, says, kept); err != nil {
				errs = append(errs, err)
				continue
			}
		}
		delete(open, string(kept.Certificate))
		now.keys = append(now.keys, k)
	}
	for _, k := range open { // forgotten in the table, perhaps by another clock
		if at.Before(k.says.NotAfter) {
			now.keys = append(now.keys, k)
		}
	}
	slices.SortFunc(now.keys, func(a, b opened) int {
		return cmp.Or(b.says.NotBefore.Compare(a.says.NotBefore), cmp.Compare(b.says.Serial, a.says.Serial))
	})
	r.held.Store(now)
	return errors.Join(errs...)
}

// open opens a key and makes sure that what it signs can be verified.
func (r *Ring) open(ctx context.Context, published receipt.Published, says receipt.Certificate, kept store.SigningKey) (opened, error) {
	if err := published.Check(says); err != nil {
		return opened{}, fmt.Errorf("the key of %s: %w", kept.Day, err)
	}
	seed, err := r.Envelope.Open(ctx, kept.Sealed, r.About)
	if err != nil {
		return opened{}, err
	}
	if len(seed) != ed25519.SeedSize {
		return opened{}, fmt.Errorf("the key of %s has %d bytes", kept.Day, len(seed))
	}
	private := ed25519.NewKeyFromSeed(seed)
	if !says.Key.Equal(private.Public()) {
		return opened{}, fmt.Errorf("the key of %s is not the one that was certified", kept.Day)
	}
	return opened{receipt.Key{Private: private, Certificate: kept.Certificate}, says}, nil
}
