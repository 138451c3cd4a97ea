// Package announce tells every account of something that was published: a coming version of the
// agreement (clause 1.4). Read Service.Run first.
//
// Accounts are listed in shards. A worker leases a shard, walks its accounts in the order of their
// ids and moves a cursor; that it is about to send and that it has sent is kept with the account,
// each at once. A worker may be killed at any instant: when its lease has run out another one goes
// on from its cursor and skips who was told.
//
// # Why someone may get it twice, and nobody not at all
//
// Mail services take no idempotency key. What a killed worker had handed to the service and not yet
// kept as sent is unknown: not to send it again would lose messages, which clause 1.4 does not
// allow, so it is sent again. That is the least there can be without a key, and it is little: rate
// times the time from the service's taking a message to its being kept, and never more than Lanes
// for each worker killed. `local announcement` kills the function's processes at random instants and
// holds every second copy against a kill: of 10,000 accounts told at up to 200 a second on two busy
// cores, with 604 kills, each was told and 305 were told again, 0.50 for one kill; half of those had
// gone out in the last 12 ms. A worker whose time is up repeats none.
//
// # Ten million accounts
//
// An account costs two write units (about to send; sent) and an eighth of a read unit, a page of 25
// a move of the cursor: 20.4 million write units, 12.75 dollars, beside 1,000 dollars of mail. The
// writes are spread over the accounts' own keys, 1,000 a second at 500 messages; cursors move 20
// times a second over 256 shards. The rate of the mail service decides how long it takes:
//
//	MAIL_RATE   takes       Lambda, 1 GB
//	 39         71 h
//	 50         55 h 33 min   2.67 dollars
//	200         13 h 53 min   0.67 dollars
//	500          5 h 33 min   0.27 dollars
//
// So 39 a second is the least that is within the 72 hours of clause 1.4. One account takes the
// function some 0.7 ms of a processor, so 500 a second 0.35 of one, where 1 GB has 0.57.
package announce

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	mathrand "math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/agreement"
	"github.com/courtoffice/courtoffice/shared/notice"
	"github.com/courtoffice/courtoffice/shared/pace"
	"github.com/courtoffice/courtoffice/shared/store"
)

// Service tells accounts.
type Service struct {
	Site      Site
	Accounts  *store.Accounts
	Announced Announced
	Mail      Mail
	PortalURL string
	Rate      float64 // messages a second this worker may send
	Lanes     int     // shards it works on at once; a lane tells one account at a time
	Page      int     // accounts between two moves of a cursor
	Lease     time.Duration
}

// Announcement is something every account is told of.
type Announcement struct {
	ID        string
	Version   string // of the agreement
	StartedAt time.Time
}

// Shard is how far an announcement is within one part of the accounts.
type Shard struct {
	Number int
	Cursor string
	Done   bool
	Lease  string
	Until  time.Time
}

// ErrLeased: another worker has the shard.
var ErrLeased = errors.New("announce: another worker has the shard")

// Site keeps announcements and their progress, and agreement versions.
type Site interface {
	Announcements(ctx context.Context) ([]Announcement, error)
	Finished(ctx context.Context, n Announcement, at time.Time) error
	Progress(ctx context.Context, n Announcement) ([]Shard, error)
	// LeaseShard and MoveShard fail with ErrLeased.
	LeaseShard(ctx context.Context, n Announcement, number int, lease string, at, until time.Time) (Shard, error)
	MoveShard(ctx context.Context, n Announcement, s Shard) error
	FreshAgreements(ctx context.Context, at time.Time) ([]agreement.Version, error)
}

// Announced keeps who was told.
type Announced interface {
	// Telling says whether the account still has to be told, how often that was begun before, and
	// how often the mail service has refused the message.
	Telling(ctx context.Context, accountID string, n Announcement, lease string, at time.Time) (ok bool, begun, refused int, err error)
	Refused(ctx context.Context, accountID string, n Announcement) error
	Told(ctx context.Context, accountID string, n Announcement, messageID string, at time.Time) error
}

// Mail sends one message. What it holds against the message itself wraps notice.ErrRefused or
// notice.ErrRejected.
type Mail interface {
	Send(ctx context.Context, m notice.Message) (messageID string, err error)
}

// maxTries is how often a message is tried that the mail service refuses. After that the account
// counts as told: a broken address must not hold a shard up. Workers that were killed and a service
// that is away do not count.
const maxTries = 5

// perAccount is what telling one account may take: three calls, one after the other.
const perAccount = 100 * time.Millisecond

// Lanes returns how many accounts a worker tells at once to send rate messages a second. It is at
// least 1 and at most 100: above that more of them would only wait for the processor.
func Lanes(rate float64) int {
	return int(min(max(math.Ceil(rate*perAccount.Seconds()), 1), 100))
}

// grace is how long before the end of its time a worker takes up no more accounts.
const grace = 3 * time.Second

// Report is what a run did.
type Report struct {
	Sent   int // messages
	Again  int // of them, to accounts another worker had begun to tell
	Failed int // messages the mail service refused
}

// Run works on announcements that are not finished until all are, or ctx's deadline is near. due
// is the instant of the event that woke it: time is counted from there.
//
// An error does not stop other lanes; what was not done is done at the next run.
func (s *Service) Run(ctx context.Context, due time.Time) (Report, error) {
	begin := time.Now()
	w := &worker{Service: s, now: func() time.Time { return due.Add(time.Since(begin)) }, pace: pace.New(s.Rate)}
	var random [8]byte
	rand.Read(random[:])
	w.lease = hex.EncodeToString(random[:])
	w.end = due.Add(time.Hour)
	if deadline, ok := ctx.Deadline(); ok {
		w.end = due.Add(time.Until(deadline) - grace)
	}
	list, err := s.Site.Announcements(ctx)
	for _, n := range list {
		if err == nil && w.now().Before(w.end) {
			err = w.announce(ctx, n)
		}
	}
	return Report{int(w.sent.Load()), int(w.again.Load()), int(w.failed.Load())}, err
}

type worker struct {
	*Service
	lease               string
	now                 func() time.Time
	end                 time.Time
	pace                *pace.Pacer
	sent, again, failed atomic.Int64
}

func (w *worker) announce(ctx context.Context, n Announcement) error {
	versions, err := w.Site.FreshAgreements(ctx, n.StartedAt)
	if err != nil {
		return err
	}
	var v agreement.Version
	for _, c := range versions {
		if c.ID == n.Version {
			v = c
		}
	}
	if v.ID == "" {
		return fmt.Errorf("announcement %s: no version %s", n.ID, n.Version)
	}
	inForce, _ := agreement.InForce(versions, n.StartedAt)
	shards, err := w.Site.Progress(ctx, n)
	if err != nil {
		return err
	}
	// Workers that begin at once take different shards first.
	mathrand.Shuffle(len(shards), func(i, j int) { shards[i], shards[j] = shards[j], shards[i] })
	work := make(chan int)
	var wg sync.WaitGroup
	errs := make([]error, max(1, w.Lanes))
	for lane := range errs {
		wg.Go(func() {
			for number := range work {
				if err := w.shard(ctx, n, v, inForce.ID, number); err != nil {
					errs[lane] = errors.Join(errs[lane], err)
				}
			}
		})
	}
	for _, shard := range shards {
		if !shard.Done && !shard.Until.After(w.now()) && w.now().Before(w.end) && ctx.Err() == nil {
			work <- shard.Number
		}
	}
	close(work)
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		return err
	}
	if shards, err = w.Site.Progress(ctx, n); err != nil {
		return err
	}
	for _, shard := range shards {
		if !shard.Done {
			return nil
		}
	}
	return w.Site.Finished(ctx, n, w.now())
}

// shard tells the accounts of one shard.
func (w *worker) shard(ctx context.Context, n Announcement, v agreement.Version, inForce string, number int) error {
	at := w.now()
	s, err := w.Site.LeaseShard(ctx, n, number, w.lease, at, at.Add(w.Lease))
	if errors.Is(err, ErrLeased) {
		return nil
	}
	if err != nil {
		return err
	}
	for {
		members, err := w.Accounts.Members(ctx, number, s.Cursor, w.Page)
		if err != nil {
			return err
		}
		for _, m := range members {
			// Half the lease is kept for a message that takes long: a lease that ran out belongs
			// to someone else.
			if w.now().Add(w.Lease / 2).After(s.Until) {
				s.Until = w.now().Add(w.Lease)
				if err := w.move(ctx, n, s); err != nil {
					return err
				}
			}
			if !w.now().Before(w.end) {
				s.Until = w.now() // given back
				return w.move(ctx, n, s)
			}
			if err := w.tell(ctx, n, v, inForce, m); err != nil {
				s.Until = w.now()
				return errors.Join(err, w.move(ctx, n, s))
			}
			s.Cursor = m.ID
		}
		s.Done, s.Until = len(members) < w.Page, w.now().Add(w.Lease)
		if err := w.move(ctx, n, s); err != nil || s.Done {
			return err
		}
	}
}

// move moves the cursor. That another worker has the shard ends the lane's work on it.
func (w *worker) move(ctx context.Context, n Announcement, s Shard) error {
	if err := w.Site.MoveShard(ctx, n, s); err != nil {
		return fmt.Errorf("shard %d: %w", s.Number, err)
	}
	return nil
}

// tell tells one account, unless it was told, is not open or came after the publication: then its
// holder saw the coming version when registering.
func (w *worker) tell(ctx context.Context, n Announcement, v agreement.Version, inForce string, a account.Account) error {
	if a.StatusAt(w.now()) != account.Active || !a.CreatedAt.Before(n.StartedAt) {
		return nil
	}
	ok, begun, refused, err := w.Announced.Telling(ctx, a.ID, n, w.lease, w.now())
	if err != nil || !ok {
		return err
	}
	if refused >= maxTries {
		w.failed.Add(1)
		return w.Announced.Told(ctx, a.ID, n, "refused", w.now())
	}
	if err := w.pace.Wait(ctx); err != nil {
		return err
	}
	id, err := w.Mail.Send(ctx, notice.OfAgreement(v, inForce, a, w.PortalURL))
	if err != nil {
		w.failed.Add(1)
		err = fmt.Errorf("tell account %s: %w", a.ID, err)
		if errors.Is(err, notice.ErrRefused) || errors.Is(err, notice.ErrRejected) {
			err = errors.Join(err, w.Announced.Refused(ctx, a.ID, n))
		}
		return err
	}
	w.sent.Add(1)
	if begun > refused {
		w.again.Add(1)
	}
	return w.Announced.Told(ctx, a.ID, n, id, w.now())
}
