// Package breach holds breach cases (agreement, 8.2 and 8.3): what was opened on an account or an act,
// by whom and why, what is held as evidence, and how it was closed.
//
// A case is closed by a signed reason alone, never by time: that nobody acted waives nothing. The
// package does no I/O and asks no clock. Read Case first.
package breach

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/courtoffice/courtoffice/shared/audit"
	"github.com/courtoffice/courtoffice/shared/defect"
)

// Origin is whose word opened a case.
type Origin string

const (
	ByAdministrator Origin = "administrator" // by a signed act
	ByObjection     Origin = "objection"     // of the holder of an address that notices went to before
)

var (
	// ErrNotFound: there is no such case.
	ErrNotFound = errors.New("breach: no such case")
	// ErrClosed: the case is closed.
	ErrClosed = errors.New("breach: closed already")
)

// Case is one breach case.
type Case struct {
	ID       string // 16 hex digits
	Account  string // id of the account it is on
	Act      string // reference of the request or filing it is about, or "" for the account as such
	Origin   Origin
	Reason   string // in the administrator's words; "" of an objection
	Withheld string // why the person is not told, with the law that forbids it; "" where they are
	OpenedAt time.Time
	By       audit.Actor // who opened it; zero of an objection

	Held   int    // pieces of evidence
	SHA256 string // hex, of their digests in order: what Digest makes
	Log    Log

	Closing Closing
}

// Log is what is held of the office's log of requests. It comes after the opening: lines reach the log
// late, and a year of them takes minutes to look through.
type Log struct {
	At     time.Time // when it was looked through; zero before
	Lines  int       // lines held
	SHA256 string    // hex, of their digests in order: what Digest makes
	More   bool      // there are older ones than MaxLines
	Final  bool      // it was looked through once every line must have been there
}

// Bounds of what is held of the log.
const (
	MaxLines = 10_000
	MaxLine  = 128 << 10 // bytes of a line. What is longer the office did not write
	LogKept  = 366 * 24 * time.Hour
)

// LinesLate is how long after it was written a line is in the log for certain.
const LinesLate = 15 * time.Minute

// Line is one line of the log of requests.
type Line struct {
	At   time.Time // when it was written, UTC, milliseconds
	Text string    // JSON, as it was written
}

// Span is the time whose lines are held for a case: as far back as the log is kept, and the request
// that opened it.
func (c Case) Span() (from, to time.Time) {
	return c.OpenedAt.Add(-LogKept), c.OpenedAt.Add(time.Minute)
}

// Concerns are the values by which a line is the case's: its account, and the act it is about.
func (c Case) Concerns() []string {
	values := []string{c.Account}
	if c.Act != "" {
		values = append(values, c.Act)
	}
	return values
}

// Names reports whether a member of the line has one of the values.
func (l Line) Names(values []string) bool {
	var members map[string]any
	if json.Unmarshal([]byte(l.Text), &members) != nil {
		return false
	}
	for _, v := range members {
		if s, ok := v.(string); ok && slices.Contains(values, s) {
			return true
		}
	}
	return false
}

// Closing is how a case was closed.
type Closing struct {
	At       time.Time // zero while it is open
	Reason   string
	Withheld string // as Case.Withheld, from then on
	By       audit.Actor
}

// Closed reports whether the case is closed. Time does not close it.
func (c Case) Closed() bool { return !c.Closing.At.IsZero() }

// Told reports whether the person concerned sees the case. What was withheld while it was open is
// shown once it is closed, unless that is forbidden too.
func (c Case) Told() bool {
	if c.Closed() {
		return c.Closing.Withheld == ""
	}
	return c.Withheld == ""
}

// Close returns c as it is closed.
//
// Errors: ErrClosed.
func (c Case) Close(how Closing) (Case, error) {
	if c.Closed() {
		return Case{}, ErrClosed
	}
	how.Reason, how.Withheld = strings.TrimSpace(how.Reason), strings.TrimSpace(how.Withheld)
	c.Closing = how
	return c, nil
}

// reference is the form of the ids that the office gives requests, filings and tickets.
var reference = regexp.MustCompile(`^[A-Za-z0-9_=-]{8,64}$`)

// id is the form of a case's own.
var id = regexp.MustCompile(`^[0-9a-f]{16}$`)

// IsID reports whether s may be the id of a case.
func IsID(s string) bool { return id.MatchString(s) }

// Check says what is wrong with the words a case is opened or closed with.
func Check(act, reason, withheld string) defect.List {
	list := audit.CheckReason(reason, "/reason")
	if act != "" && !reference.MatchString(act) {
		list.Add("/act", "format", "")
	}
	if strings.TrimSpace(withheld) != "" {
		list = append(list, audit.CheckReason(withheld, "/withheld")...)
	}
	return list
}

// Objection is the case that an objection against a change of an account's address opens: one for
// each address that notices went to, from the instant since, however often it is objected.
func Objection(accountID string, since, at time.Time) Case {
	sum := sha256.Sum256([]byte("objection " + accountID + " " + since.UTC().Format(time.RFC3339Nano)))
	return Case{ID: hex.EncodeToString(sum[:8]), Account: accountID, Origin: ByObjection, OpenedAt: at}
}

// Digest is one SHA-256 over the digests of all pieces of evidence, in their order.
func Digest(pieces []string) string {
	sum := sha256.Sum256([]byte(strings.Join(pieces, "\n")))
	return hex.EncodeToString(sum[:])
}
