// Package issuekeys is the function that makes the keys of each day. Nothing between a request and its
// receipt waits for the key service: a root in it certifies keys ahead, and those sign.
//
// A key's day begins at 06:00 in Almaty, when the fewest file. It is made hours ahead and serves a day,
// and Overlap longer where the next one could not be made or has not reached a process yet.
package issuekeys

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/courtoffice/courtoffice/shared/kms"
	"github.com/courtoffice/courtoffice/shared/receipt"
	"github.com/courtoffice/courtoffice/shared/store"
)

// The life of a key.
const (
	Change  = time.Hour      // after midnight UTC, 06:00 in Almaty: a day's key takes over from the one before
	Day     = 24 * time.Hour // it signs so long
	Overlap = 48 * time.Hour // and, at need, so much longer
	Ahead   = 12 * time.Hour // it is made so long before its day
	// RootOverlap is how long a root's certificates begin after the next root was seen: what it had made
	// ahead stays good.
	RootOverlap = 48 * time.Hour
	// firstRoot is how long before it was seen the first root certifies from: the clock of a trial is moved
	// back too.
	firstRoot = 31 * Day
	// forget is how long a private key outlives its time in the table, for clocks that differ.
	forget = Day
)

// ErrRootEnded: the key service names a root that another one has followed. A root does not come back;
// rotate to a new one.
var ErrRootEnded = errors.New("issuekeys: the root has ended: name the newest, or a new one")

// Service makes keys. The fields are set once, before use.
type Service struct {
	Root     kms.Root
	Envelope kms.Envelope
	Keys     *store.SigningKeys
	Public   Public
	Earlier  []receipt.Earlier // keys of before there were roots, to be published
}

// Public keeps what readers have without asking a function (public.Bucket).
type Public interface {
	Put(ctx context.Context, key string, body []byte, mediaType, caching string) error
}

// Report says how the keys stand, the worse of the purposes.
type Report struct {
	Made int           // keys
	Age  time.Duration // since the day of the newest key began; below zero while it is ahead
	Left time.Duration // until the newest key ends
}

// DayOf is the beginning of the day, by keys, of an instant.
func DayOf(at time.Time) time.Time {
	return at.UTC().Add(-Change).Truncate(Day).Add(Change)
}

// Run makes what lacks at the instant at: the key of the day and, from Ahead before it on, of the next.
// Two runs at once make one key. Where the key service names a new root, the root before is ended and
// the keys are made anew under the new one. known is false where nothing could be read.
func (s *Service) Run(ctx context.Context, at time.Time, publishedAs string) (r Report, known bool, err error) {
	ring, err := s.Keys.Ring(ctx, at)
	if err != nil {
		return Report{}, false, err
	}
	made, failed := s.make(ctx, at, ring)
	if ring, err = s.Keys.Ring(ctx, at); err != nil {
		return Report{}, false, errors.Join(failed, err)
	}
	body, err := json.Marshal(ring.Published)
	if err == nil && len(ring.Published.Roots) > 0 {
		err = s.Public.Put(ctx, publishedAs, append(body, '\n'), "application/json", "public, max-age=30")
	}
	r = report(ring, at)
	r.Made = made
	return r, true, errors.Join(failed, err)
}

func (s *Service) make(ctx context.Context, at time.Time, ring store.Ring) (made int, err error) {
	today := DayOf(at)
	for _, k := range s.Earlier {
		if err := s.Keys.AddEarlier(ctx, k, today.Add(Day+Overlap)); err != nil { // processes of before may sign on for a while
			return 0, err
		}
	}
	spki, err := s.Root.PublicKey(ctx)
	if err != nil {
		return 0, err
	}
	if ring, err = s.root(ctx, at, spki, ring); err != nil {
		return 0, err
	}
	days := []time.Time{today}
	if next := today.Add(Day); !at.Before(next.Add(-Ahead)) {
		days = append(days, next)
	}
	var errs []error
	for _, day := range days {
		for _, purpose := range receipt.Purposes {
			did, err := s.key(ctx, at, day, purpose, spki, ring)
			if did {
				made++
			}
			errs = append(errs, err)
		}
	}
	return made, errors.Join(errs...)
}

// root sees to it that the key service's root is the newest that is published, and returns what is kept.
func (s *Service) root(ctx context.Context, at time.Time, spki []byte, ring store.Ring) (store.Ring, error) {
	for range 3 { // another run may add it at the same time
		roots := ring.Published.Roots
		for i, r := range roots {
			if bytes.Equal(r.PublicKey, spki) {
				if i < len(roots)-1 {
					return ring, ErrRootEnded
				}
				return ring, nil
			}
		}
		today := DayOf(at)
		from := today
		if len(roots) == 0 {
			from = today.Add(-firstRoot)
		}
		if _, err := s.Keys.AddRoot(ctx, spki, len(roots), from, today.Add(RootOverlap)); err != nil {
			return ring, err
		}
		var err error
		if ring, err = s.Keys.Ring(ctx, at); err != nil {
			return ring, err
		}
	}
	return ring, ErrRootEnded
}

// key makes the key of a day for a purpose, unless there is one by that root.
func (s *Service) key(ctx context.Context, at, day time.Time, purpose receipt.Purpose, spki []byte, ring store.Ring) (made bool, err error) {
	name, root := day.Format(time.DateOnly), receipt.RootID(spki)
	for _, k := range ring.Keys {
		if c, err := receipt.ParseCertificate(k.Certificate); err == nil && k.Day == name && c.Purpose == purpose && c.Root == root {
			return false, nil
		}
	}
	seed := make([]byte, ed25519.SeedSize)
	rand.Read(seed)
	c := receipt.Certificate{
		Purpose: purpose, Root: root, Serial: serial(at), NotBefore: day, NotAfter: day.Add(Day + Overlap),
		Key: ed25519.NewKeyFromSeed(seed).Public().(ed25519.PublicKey),
	}
	k := store.SigningKey{Day: name}
	if k.Certificate, err = receipt.Certify(c, func(message []byte) ([]byte, error) { return s.Root.Sign(ctx, message) }); err != nil {
		return false, err
	}
	if c, err = receipt.ParseCertificate(k.Certificate); err == nil {
		err = ring.Published.Check(c) // what is kept can be verified by what is published
	}
	if err != nil {
		return false, fmt.Errorf("the key of %s: %w", name, err)
	}
	if k.Sealed, err = s.Envelope.Seal(ctx, seed, About(purpose)); err != nil {
		return false, err
	}
	return s.Keys.AddKey(ctx, k, c, c.NotAfter.Add(forget))
}

// About is what a private key is sealed with beside itself: who opens it must name its purpose, and the
// key service lets each function name its own alone.
func About(purpose receipt.Purpose) map[string]string {
	return map[string]string{"purpose": string(purpose)}
}

// serial counts milliseconds, with random bits below.
func serial(at time.Time) uint64 {
	var b [8]byte
	rand.Read(b[:])
	return uint64(at.UnixMilli())<<20 | binary.BigEndian.Uint64(b[:])>>44
}

func report(ring store.Ring, at time.Time) Report {
	r := Report{Age: at.Sub(time.Unix(0, 0)), Left: -Overlap} // of a purpose without keys
	for i, purpose := range receipt.Purposes {
		age, left := at.Sub(time.Unix(0, 0)), -Overlap
		for _, k := range ring.Keys {
			c, err := receipt.ParseCertificate(k.Certificate)
			if err != nil || c.Purpose != purpose || ring.Published.Check(c) != nil {
				continue
			}
			age, left = min(age, at.Sub(c.NotBefore)), max(left, c.NotAfter.Sub(at))
		}
		if i == 0 {
			r.Age, r.Left = age, left
		}
		r.Age, r.Left = max(r.Age, age), min(r.Left, left)
	}
	return r
}
