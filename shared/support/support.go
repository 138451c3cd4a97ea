// Package support holds the rules of requests to support (agreement, 5.3): what a request says,
// how its ticket goes on, by when it is answered.
//
// A request has no words of the user's. It names a topic and technical facts, each of a form that
// no name, number or sentence fits, so that it can be kept, mailed and shown without personal
// content. The one exception is an address for the answer, which stays in the ticket.
//
// Read Request.Open and Ticket.Become first. The package does no I/O and asks no clock.
package support

import (
	"errors"
	"log/slog"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/calendar"
	"github.com/courtoffice/courtoffice/shared/defect"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/kzid"
	"github.com/courtoffice/courtoffice/shared/locale"
)

// Topic is what a request is about.
type Topic string

// Topics lists every topic, in the order people are offered them.
var Topics = []Topic{"sign-in", "registration", "signature", "upload", "sealing", "notices", "agreement", "other"}

var (
	// ErrNotFound: there is no ticket of that number, or it is older than Life.
	ErrNotFound = errors.New("support: no such ticket")
	// ErrState: the ticket is not, or no longer, in a state from which that one follows.
	ErrState = errors.New("support: the ticket's state does not allow that")
)

// clause is where the agreement speaks of support.
const clause = "agreement 5.3"

// MaxAgo is how long before a request something may have happened that it is about.
const MaxAgo = 7 * 24 * time.Hour

// Request is what a user's page sends. All but ID and Topic may be empty.
type Request struct {
	ID        string `json:"id"` // UUID of the client's choice: a repeat is the same request
	Topic     Topic  `json:"topic"`
	Reference string `json:"reference"` // of the problem that was shown: the office's id of that request
	Problem   string `json:"problem"`   // its code
	Ago       *int   `json:"ago"`       // whole seconds since it was shown, or null: no clock is compared with ours
	Page      string `json:"page"`      // path of the page it was shown on, without query and fragment
	Filing    string `json:"filing"`    // id of the filing it is about
	Portal    string `json:"portal"`    // version of the portal's files
	NCALayer  string `json:"ncalayer"`  // version of NCALayer
	Email     string `json:"email"`     // for the answer; only without a session
}

// The forms of the facts. Words in pages are the portal's own paths.
var (
	reference = regexp.MustCompile(`^[A-Za-z0-9+/=_-]{1,64}$`)
	page      = regexp.MustCompile(`^/(kk|ru|en)(/([a-z]+(-[a-z]+)*|v[1-9][0-9]{0,4}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}))*/?$`)
	portal    = regexp.MustCompile(`^[A-Za-z0-9_-]{12}$`)
	ncalayer  = regexp.MustCompile(`^[0-9]{1,4}(\.[0-9]{1,4}){0,3}$`)
)

// MaxPage is the longest path of a page in bytes.
const MaxPage = 160

// check lists what is wrong with r. problems are the codes that pages can show.
func (r Request) check(accountID string, problems []string) (l defect.List) {
	if !filing.IsID(r.ID) {
		l.Add("/id", "format", "")
	}
	if r.Topic == "" {
		l.Add("/topic", "topic-required", clause)
	} else if !slices.Contains(Topics, r.Topic) {
		l.Add("/topic", "unknown-value", clause)
	}
	// An IIN or BIN is of the form of a reference. It is none.
	if ref := said(r.Reference); ref != "" && !filing.IsTicket(ref) && (!reference.MatchString(ref) || strings.Trim(ref, "0123456789-") == "") {
		l.Add("/reference", "reference-format", clause)
	}
	if r.Problem != "" && !slices.Contains(problems, r.Problem) {
		l.Add("/problem", "unknown-value", "")
	}
	if r.Ago != nil && (*r.Ago < 0 || *r.Ago > int(MaxAgo/time.Second)) {
		l.Add("/ago", "unknown-value", "")
	}
	if r.Page != "" && (len(r.Page) > MaxPage || !page.MatchString(r.Page)) {
		l.Add("/page", "format", "")
	}
	if r.Filing != "" && !filing.IsID(r.Filing) {
		l.Add("/filing", "format", "")
	}
	if r.Portal != "" && !portal.MatchString(r.Portal) {
		l.Add("/portal", "format", "")
	}
	if r.NCALayer != "" && !ncalayer.MatchString(r.NCALayer) {
		l.Add("/ncalayer", "ncalayer-version", clause)
	}
	switch {
	case r.Email == "":
	case accountID != "":
		l.Add("/email", "not-allowed", clause) // the answer goes where the account's notices go
	case account.EmailFault(r.Email) != "":
		l.Add("/email", account.EmailFault(r.Email), clause)
	}
	return l
}

// said is a reference as the office's log has it, of one that was read out or typed.
func said(reference string) string {
	if ticket, ok := filing.TypedTicket(reference); ok {
		return ticket
	}
	return reference
}

// Context is what the office itself knows of a request.
type Context struct {
	Ticket    string // number, see filing.Ticket
	AccountID string // of the session, or ""
	Agent     string // User-Agent header
	Agreement string // id of the version in force, or ""
	Lang      locale.Lang
	At        time.Time // when the gateway received it
}

// Open makes the ticket of a request. problems are the codes that pages can show.
//
// Errors: defect.List.
func (r Request) Open(c Context, problems []string) (Ticket, error) {
	if err := r.check(c.AccountID, problems).Err(); err != nil {
		return Ticket{}, err
	}
	t := Ticket{
		Number: c.Ticket, RequestID: r.ID, AccountID: c.AccountID, Lang: c.Lang, ReplyTo: r.Email,
		Topic: r.Topic, Reference: said(r.Reference), Problem: r.Problem, Page: r.Page, FilingID: r.Filing,
		Portal: r.Portal, NCALayer: r.NCALayer, Browser: Browser(c.Agent), Agreement: c.Agreement,
		State: Received, ReceivedAt: c.At.UTC().Truncate(time.Millisecond),
	}
	if r.Ago != nil {
		t.HappenedAt = t.ReceivedAt.Add(-time.Duration(*r.Ago) * time.Second)
	}
	return t, nil
}

// State of a ticket.
type State string

const (
	Received   State = "received"
	InProgress State = "in-progress"
	Answered   State = "answered" // the answer is on its way
	Closed     State = "closed"
)

// next is what may follow each state. Nothing is closed without an answer.
var next = map[State][]State{
	Received:   {InProgress, Answered},
	InProgress: {Answered},
	Answered:   {Closed},
}

// MayBecome reports whether a ticket may go from one state to another.
func MayBecome(from, to State) bool { return slices.Contains(next[from], to) }

// Ticket is a request and what became of it.
type Ticket struct {
	Number    string
	RequestID string
	AccountID string // whose it is, or "" for a request made without a session
	ReplyTo   string // address the user gave for the answer, or ""; kept nowhere else
	Lang      locale.Lang

	Topic     Topic
	Reference string
	Problem   string
	Page      string
	FilingID  string
	Portal    string
	NCALayer  string
	Browser   string // see Browser
	Agreement string // version in force then

	State      State
	HappenedAt time.Time // zero when it is not known
	ReceivedAt time.Time
	StartedAt  time.Time // of InProgress; zero until then, or if it was answered at once
	AnsweredAt time.Time // zero until then
	ClosedAt   time.Time // zero until then
	Answer     string    // plain text, "" until answered
}

// LogValue implements slog.LogValuer: the number only.
func (t Ticket) LogValue() slog.Value { return slog.StringValue(t.Number) }

// String is the number, so that %v keeps the address private.
func (t Ticket) String() string { return t.Number }

// Life is how many years a ticket is kept.
const Life = 1

// Until returns the instant from which the ticket is kept no longer.
func (t Ticket) Until() time.Time { return t.ReceivedAt.AddDate(Life, 0, 0) }

// Recipient is whom an answer reaches.
type Recipient string

const (
	ToAccount Recipient = "account" // its holder
	ToAddress Recipient = "address" // the one in ReplyTo
	ToNobody  Recipient = "nobody"  // no address was given
)

// AnswerTo returns whom the answer reaches.
func (t Ticket) AnswerTo() Recipient {
	switch {
	case t.AccountID != "":
		return ToAccount
	case t.ReplyTo != "":
		return ToAddress
	}
	return ToNobody
}

// AnswerBy returns the day by whose end the ticket is answered.
func (t Ticket) AnswerBy() calendar.Date { return AnswerBy(t.ReceivedAt) }

// Overdue reports whether at the instant at the day of the promise is over without an answer.
func (t Ticket) Overdue(at time.Time) bool {
	return t.AnsweredAt.IsZero() && !at.Before(t.AnswerBy().Add(1).Start())
}

// WorkingDays is how many working days an answer takes at most, the day of the request not
// counted. Clause 5.3 names none; it is the office's own promise.
const WorkingDays = 2

// AnswerBy returns the day by whose end a request received at the instant at is answered.
func AnswerBy(at time.Time) calendar.Date {
	day := calendar.DateOf(at)
	for range WorkingDays {
		for day = day.Add(1); !day.Working(); {
			day = day.Add(1)
		}
	}
	return day
}

// MaxAnswer is the longest answer in characters.
const MaxAnswer = 2000

// Become returns the ticket in another state. An answer comes with Answered and with nothing
// else; it is kept and mailed, so no number of a person may be in it.
//
// Errors: ErrState, defect.List.
func (t Ticket) Become(to State, answer string, at time.Time) (Ticket, error) {
	if _, ok := next[to]; !ok && to != Closed || to == Received {
		return Ticket{}, defect.List{{Pointer: "/state", Code: "unknown-value"}}
	}
	answer = Clean(answer)
	if to == Answered || answer != "" {
		if err := checkAnswer(to, answer).Err(); err != nil {
			return Ticket{}, err
		}
	}
	if !MayBecome(t.State, to) {
		return Ticket{}, ErrState
	}
	at = at.UTC().Truncate(time.Millisecond)
	switch t.State = to; to {
	case InProgress:
		t.StartedAt = at
	case Answered:
		t.AnsweredAt, t.Answer = at, answer
	case Closed:
		t.ClosedAt = at
	}
	return t, nil
}

// Is reports whether the ticket is in a state already, and with that answer where it is the state
// that takes one: then whoever asks for it repeats themselves.
func (t Ticket) Is(s State, answer string) bool {
	return t.State == s && (s != Answered || t.Answer == Clean(answer))
}

// Clean is an answer as it is kept: lines ended by LF alone, no space around it.
func Clean(answer string) string {
	return strings.TrimSpace(strings.ReplaceAll(answer, "\r\n", "\n"))
}

func checkAnswer(to State, answer string) (l defect.List) {
	control := func(r rune) bool { return unicode.IsControl(r) && r != '\n' }
	switch {
	case to != Answered:
		l.Add("/answer", "not-allowed", "")
	case answer == "":
		l.Add("/answer", "required", clause)
	case utf8.RuneCountInString(answer) > MaxAnswer:
		l.Add("/answer", "too-long", "")
	case !utf8.ValidString(answer) || strings.ContainsFunc(answer, control):
		l.Add("/answer", "format", "")
	case kzid.InText(answer):
		l.Add("/answer", "answer-personal", clause)
	}
	return l
}

// PageProblems are the codes of what pages tell themselves, without an answer of the office: no
// connection, and why there is no signature (static/js/ncalayer.js).
var PageProblems = []string{
	"offline", "sign-cancelled", "sign-not-running", "sign-closed", "sign-expired", "sign-failed", "sign-no-client",
}
