// Package delivery says what became of a message after a service took it: what Amazon SES and AWS End
// User Messaging SMS report, read into one Report, and what follows for the notice and for the address.
//
// Reports come at least once and in no order, and each stands for itself: see Report.Verdict. What a
// message is about travels with it as tags (Reference) and comes back in every report, so that nothing is
// looked up by the service's own id.
package delivery

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/courtoffice/courtoffice/shared/base64url"
)

// Channel is by what a message went.
type Channel string

// Channels.
const (
	Mail Channel = "email"
	Text Channel = "mobile"
)

// Outcome is what a report says of one message.
type Outcome string

// Outcomes.
const (
	Sent       Outcome = "sent"       // taken over; it proves nothing about the recipient
	Delayed    Outcome = "delayed"    // the service goes on trying
	Delivered  Outcome = "delivered"  // the recipient's server, or phone, has it
	Bounced    Outcome = "bounced"    // not now: a full box, a phone that is off
	Refused    Outcome = "refused"    // for good: there is no such address or number
	Complained Outcome = "complained" // the recipient calls it spam
	Failed     Outcome = "failed"     // for good, and it says nothing about the address: content, a blocked route
)

// Outcomes lists them.
var Outcomes = []Outcome{Sent, Delayed, Delivered, Bounced, Refused, Complained, Failed}

// Retries is after how long a notice that bounced is sent again, the first time, the second …; one that
// bounced once more has failed.
var Retries = []time.Duration{time.Hour, 6 * time.Hour, 24 * time.Hour}

// Verdict is what follows from a report.
type Verdict struct {
	Delivered bool          // the notice arrived
	Failed    bool          // it did not, and is not sent again
	Again     time.Duration // it is sent again after that; 0 for not
	Contact   bool          // the address or number takes no notices any more
}

// Verdict is what follows from r. It depends on nothing else, so the order of reports does not matter.
func (r Report) Verdict() Verdict {
	switch r.Outcome {
	case Delivered:
		return Verdict{Delivered: true}
	case Bounced:
		if r.Of.Try < len(Retries) && r.Of.SK != "" {
			return Verdict{Again: Retries[r.Of.Try]}
		}
		return Verdict{Failed: true}
	case Refused:
		return Verdict{Failed: true, Contact: true}
	case Complained: // it was delivered, and no other is to go there
		return Verdict{Contact: true}
	case Failed:
		return Verdict{Failed: true}
	}
	return Verdict{}
}

// Report is what a service tells of one message.
type Report struct {
	Of         Reference
	Channel    Channel
	Message    string // the id that the service gave
	Outcome    Outcome
	At         time.Time // when it happened, as the service has it
	Code       string    // enhanced status code (RFC 3463), or the service's word; at most MaxCode
	Diagnostic string    // in the words of the other side, shortened, without addresses and numbers; at most MaxDiagnostic
	To         string    // address or number: it is kept by hash only
}

// Bounds on what is kept of a report, in bytes.
const (
	MaxCode       = 40
	MaxDiagnostic = 160
)

// String keeps the address out of logs.
func (r Report) String() string { return string(r.Channel) + " " + r.Message + " " + string(r.Outcome) }

// Reference is what a message is about.
type Reference struct {
	Account   string // id of the account whose own address it goes to; "" for somebody else's
	Queue     string // by which the event came that it tells of
	Type      string // of that event
	PK, SK    string // where the outbox has it; "" for a message that tells of no event of an outbox
	Recipient string // who of several it goes to, as the records of deliveries have it
	Try       int    // how often it bounced before
}

// Names of tags. A service takes letters, digits, "-" and "_" in a name, and "." and "@" too in a value.
// Five tags are what both services carry.
const (
	tagAccount   = "account"
	tagEvent     = "event" // queue, try and type
	tagRecipient = "recipient"
	tagPK        = "pk"
	tagSK        = "sk"
)

// MaxTag is how long a value may be (SES: 256).
const MaxTag = 256

// Tags is r as a message carries it. Values that are empty have none.
func (r Reference) Tags() map[string]string {
	tags := map[string]string{tagAccount: r.Account}
	if r.SK != "" {
		tags[tagEvent] = r.Queue + "." + strconv.Itoa(r.Try) + "." + r.Type
		tags[tagPK], tags[tagSK] = base64url.Encode([]byte(r.PK)), base64url.Encode([]byte(r.SK))
		if r.Recipient != "" {
			tags[tagRecipient] = base64url.Encode([]byte(r.Recipient))
		}
	}
	for name, value := range tags {
		if value == "" {
			delete(tags, name)
		}
	}
	return tags
}

// ErrReference: tags that Reference.Tags never makes, of a message that the office did not send, or sent
// before messages had tags.
var ErrReference = errors.New("delivery: a message without a reference")

// ReferenceOf reads tags.
//
// Errors: ErrReference.
func ReferenceOf(tags map[string]string) (Reference, error) {
	r := Reference{Account: tags[tagAccount]}
	event := tags[tagEvent]
	if event == "" {
		if r.Account == "" {
			return Reference{}, ErrReference
		}
		return r, nil
	}
	parts := strings.SplitN(event, ".", 3)
	if len(parts) != 3 {
		return Reference{}, ErrReference
	}
	var err error
	if r.Try, err = strconv.Atoi(parts[1]); err != nil || r.Try < 0 {
		return Reference{}, ErrReference
	}
	r.Queue, r.Type = parts[0], parts[2]
	for name, into := range map[string]*string{tagPK: &r.PK, tagSK: &r.SK, tagRecipient: &r.Recipient} {
		raw, err := base64url.Decode(tags[name])
		if err != nil {
			return Reference{}, ErrReference
		}
		*into = string(raw)
	}
	if r.PK == "" || r.SK == "" {
		return Reference{}, ErrReference
	}
	return r, nil
}

// shortened is a text of the other side without what could name a person, in at most most bytes. Words
// with an "@" and runs of digits that are longer than a status code go.
func shortened(text string, most int) string {
	var words []string
	for _, word := range strings.Fields(strings.ToValidUTF8(text, "")) {
		switch {
		case strings.Contains(word, "@"):
			word = "[address]"
		case digits(word) > 5:
			word = "[number]"
		}
		words = append(words, word)
	}
	out := strings.Join(words, " ")
	if len(out) > most {
		out = strings.ToValidUTF8(out[:most-len("…")], "") + "…"
	}
	return out
}

// digits is the longest run of digits in a word, spaces and hyphens within aside.
func digits(word string) int {
	longest, run := 0, 0
	for _, c := range word {
		switch {
		case c >= '0' && c <= '9':
			run++
			longest = max(longest, run)
		case !strings.ContainsRune("-()+", c):
			run = 0
		}
	}
	return longest
}

// known reports whether o is an outcome there is.
func (o Outcome) known() bool { return slices.Contains(Outcomes, o) }
