// Package agreement holds the rules of the user agreement's versions (agreement 1.4 and 2):
// when a version takes force, which one binds at an instant, which one comes next.
//
// A version is immutable. Read New and InForce first. The package does no I/O and asks no clock.
package agreement

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"time"
	"unicode/utf8"

	"github.com/courtoffice/courtoffice/shared/locale"
	"github.com/courtoffice/courtoffice/shared/outbox"
)

// Notice is how long a published version waits before it takes force: clause 1.4 counts three
// full days from the moment of posting.
const Notice = 72 * time.Hour

var (
	// ErrNotInForce: the version named is neither in force nor the coming one.
	ErrNotInForce = errors.New("agreement: version is not in force")
	// ErrNotAccepted: the version in force has not been accepted (clause 1.3).
	ErrNotAccepted = errors.New("agreement: version in force is not accepted")
	// ErrPublished: a version of that id was published with other content.
	ErrPublished = errors.New("agreement: version is already published")
)

// Text is a version's wording in one language.
type Text struct {
	Markdown string // UTF-8, CommonMark; "" where only the hash was asked for
	SHA256   string // hex, of the bytes of Markdown
}

// Version is one edition of the agreement.
type Version struct {
	ID          string // "v1"
	Texts       map[locale.Lang]Text
	PublishedAt time.Time // UTC, milliseconds
	EffectiveAt time.Time // UTC: takes force at this very instant
}

// New makes a version of its texts in all three languages. first says that no version was ever
// published before.
//
// Errors: a missing id, a missing or malformed text.
func New(id string, markdown map[locale.Lang]string, publishedAt time.Time, first bool) (Version, error) {
	if id == "" || len(id) > 32 {
		return Version{}, fmt.Errorf("agreement: id %q", id)
	}
	v := Version{ID: id, Texts: map[locale.Lang]Text{}, PublishedAt: publishedAt.UTC().Truncate(time.Millisecond)}
	v.EffectiveAt = EffectiveAt(v.PublishedAt, first)
	for _, lang := range locale.Langs {
		text := markdown[lang]
		if text == "" || !utf8.ValidString(text) {
			return Version{}, fmt.Errorf("agreement: version %s has no proper text in %s", id, lang)
		}
		v.Texts[lang] = Text{Markdown: text, SHA256: Hash(text)}
	}
	return v, nil
}

// EventPublished tells that a version was published (schema version 1, without data).
const EventPublished = "agreement.published"

// Published is the event of v's publication.
func (v Version) Published() outbox.Event {
	return outbox.New(1, EventPublished, v.ID, v.PublishedAt.UTC().Format(time.RFC3339), struct{}{})
}

// Hash returns the hex SHA-256 of a text's bytes: what an acceptance signs.
func Hash(markdown string) string {
	sum := sha256.Sum256([]byte(markdown))
	return hex.EncodeToString(sum[:])
}

// EffectiveAt returns when a version published at publishedAt takes force: 72 hours later
// (clause 1.4), the first version at once, because there is none to bind meanwhile. Hours are
// counted, not calendar days.
func EffectiveAt(publishedAt time.Time, first bool) time.Time {
	if first {
		return publishedAt
	}
	return publishedAt.Add(Notice)
}

// InForce returns the version that binds at the instant at: the latest in force by then. The
// one before it has lapsed by itself. ok is false before the first version.
func InForce(versions []Version, at time.Time) (v Version, ok bool) {
	for _, c := range versions {
		if !c.EffectiveAt.After(at) && (!ok || later(c, v)) {
			v, ok = c, true
		}
	}
	return v, ok
}

// Coming returns the published version that takes force next after the instant at.
func Coming(versions []Version, at time.Time) (v Version, ok bool) {
	for _, c := range versions {
		if !c.PublishedAt.After(at) && c.EffectiveAt.After(at) && (!ok || later(v, c)) {
			v, ok = c, true
		}
	}
	return v, ok
}

// Acceptable returns the version with that id if it may be accepted at the instant at: the one
// in force, or the coming one ahead of time (clause 1.4).
//
// Errors: ErrNotInForce.
func Acceptable(versions []Version, id string, at time.Time) (Version, error) {
	if v, ok := InForce(versions, at); ok && v.ID == id {
		return v, nil
	}
	if v, ok := Coming(versions, at); ok && v.ID == id {
		return v, nil
	}
	return Version{}, ErrNotInForce
}

// later orders versions by when they take force; of two at the same instant, the one published
// later, then the greater id, so that every reader picks the same.
func later(a, b Version) bool {
	if c := a.EffectiveAt.Compare(b.EffectiveAt); c != 0 {
		return c > 0
	}
	if c := a.PublishedAt.Compare(b.PublishedAt); c != 0 {
		return c > 0
	}
	return a.ID > b.ID
}
