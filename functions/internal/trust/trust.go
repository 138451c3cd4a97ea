// Package trust is whom a function believes at the moment: the authorities in its package, with the
// revocation lists of the trust bucket.
//
// Open reads the lists once, before the first request. After that they are looked at anew in the
// background; no request ever waits for them, and what was good last stays when nothing better can
// be had. Responder is the second source, for when the lists have ended.
package trust

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/courtoffice/courtoffice/shared/documents"
	"github.com/courtoffice/courtoffice/shared/eds"
	"github.com/courtoffice/courtoffice/shared/eds/certpath"
	"github.com/courtoffice/courtoffice/shared/eds/crl"
)

// patience bounds one read of the lists: 7 MB from S3 take a tenth of it.
const patience = 2 * time.Second

// Current is the trust of a process. It may be used by any number of goroutines.
type Current struct {
	base  *eds.Trust
	lists *documents.Lists
	every time.Duration
	log   *slog.Logger

	trust  atomic.Pointer[eds.Trust]
	looked atomic.Int64  // Unix nanoseconds of the last look
	busy   chan struct{} // holds a value while a look is under way; whoever put it owns the two below
	etag   string
	failed bool // the last look, so that a change is logged and not each one
}

// Open reads the lists of the bucket beside base, which are the authorities and lists of the package.
// When they can't be had it says so in the log, and base alone counts until a later look finds them.
// every is how long a look lasts.
func Open(ctx context.Context, base *eds.Trust, lists *documents.Lists, every time.Duration, log *slog.Logger) *Current {
	c := &Current{base: base, lists: lists, every: every, log: log, busy: make(chan struct{}, 1)}
	c.trust.Store(base)
	c.look(ctx)
	return c
}

// Trust returns whom to believe now. When the last look is too long ago it begins one and does not wait
// for it. On Lambda a look goes on while requests are served and rests between them.
func (c *Current) Trust() *eds.Trust {
	if c.due() {
		select {
		case c.busy <- struct{}{}:
			go func() {
				defer func() { <-c.busy }()
				c.look(context.Background())
			}()
		default: // one is under way
		}
	}
	return c.trust.Load()
}

func (c *Current) due() bool { return time.Since(time.Unix(0, c.looked.Load())) >= c.every }

// newer waits for a look that is due or under way, and returns the trust then if it is another than
// have. It is for a request that would be refused for want of lists: a process that slept for a day
// wakes with lists that have ended.
func (c *Current) newer(have *eds.Trust) (*eds.Trust, bool) {
	select {
	case c.busy <- struct{}{}:
		if c.due() {
			c.look(context.Background())
		}
		<-c.busy
	case <-time.After(patience):
	}
	now := c.trust.Load()
	return now, now != have
}

// look reads the lists if they changed.
func (c *Current) look(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	defer func() { c.looked.Store(time.Now().UnixNano()) }()
	data, etag, err := c.lists.Get(ctx, c.etag)
	var set *crl.Set
	if err == nil {
		set, err = crl.LoadSet(data)
	}
	if errors.Is(err, documents.ErrListsUnchanged) {
		err = nil
	}
	if set != nil {
		c.etag = etag
		c.trust.Store(c.base.WithLists(set))
	}
	c.tell(ctx, err)
}

// tell logs when looks begin to fail and when they work again.
func (c *Current) tell(ctx context.Context, err error) {
	switch {
	case err != nil && !c.failed:
		source := "memory" // the last good ones
		if c.etag == "" {
			source = "package"
		}
		c.log.LogAttrs(ctx, slog.LevelWarn, "revocation lists not read", slog.String("source", source), slog.String("error", err.Error()))
	case err == nil && c.failed:
		c.log.LogAttrs(ctx, slog.LevelInfo, "revocation lists read again")
	}
	c.failed = err != nil
}

// Verifier verifies under a policy with the trust of the moment.
type Verifier struct {
	Current *Current
	Policy  eds.Policy
	Ask     func(cert, issuer *certpath.Certificate) []byte // see eds.Verifier; nil for none
}

// Revoked reports whether a certificate, in DER, is known by the lists at hand to be revoked or
// suspended at the instant at. It asks nobody and waits for nothing.
func (v *Verifier) Revoked(der []byte, at time.Time) bool {
	e := eds.Verifier{Trust: v.Current.Trust(), Policy: v.Policy}
	rep, _ := e.VerifyCertificate(der, at) // an error is the verdict, which speaks of more than revocation
	switch rep.Revocation.Status {
	case eds.IsRevoked, eds.Suspended, eds.NotIssued:
		return true
	}
	return false
}

// Verify is that of eds.Verifier. A signature that would be refused for want of fresh lists alone waits
// for a look that is due, at most two seconds; where the policy defers, nothing waits.
func (v *Verifier) Verify(in eds.Signed) (*eds.Report, error) {
	e := eds.Verifier{Trust: v.Current.Trust(), Policy: v.Policy, Ask: v.Ask}
	rep, err := e.Verify(in)
	if rep == nil || rep.Problem() != eds.CodeRevocation || in.Content != nil {
		return rep, err
	}
	newer, ok := v.Current.newer(e.Trust)
	if !ok {
		return rep, err
	}
	e.Trust = newer
	return e.Verify(in)
}
