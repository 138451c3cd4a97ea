package docket

import (
	"slices"
	"time"

	"github.com/courtoffice/courtoffice/shared/outbox"
)

// EventNotice is the type of NoticeEvent.
const EventNotice = "case.notice"

// NoticeEvent tells that a party has something to be told: that a copy of the claim is there for it, that
// it is summoned, that a paper came or was answered. It carries opaque ids only. Fields are added, never re-meant.
type NoticeEvent struct {
	V      int    `json:"-"`
	CaseID string `json:"-"`
	At     string `json:"-"`      // RFC 3339, UTC
	Party  string `json:"party"`  // id within the case
	Notice string `json:"notice"` // id of the Event that it is of
	What   string `json:"what"`   // type of that: one of Told
}

// Outbox is e in its envelope.
func (e NoticeEvent) Outbox() outbox.Event { return outbox.New(1, EventNotice, e.CaseID, e.At, e) }

// NoticeEventOf reads e, of type EventNotice, out of its envelope.
func NoticeEventOf(e outbox.Event) (NoticeEvent, error) {
	out := NoticeEvent{V: e.V, CaseID: e.Of, At: e.At}
	return out, e.Decode(&out)
}

// Told are the types of events of which a party is told.
var Told = []string{"serve", "summon", EventInformed, EventRetold, RemindContacts, RemindAuthority}

// Notice is what is to be told of an event of the case. ok is false where it is nothing.
func (e Event) Notice(caseID string) (n NoticeEvent, ok bool) {
	if !slices.Contains(Told, e.Type) {
		return NoticeEvent{}, false
	}
	return NoticeEvent{V: 1, CaseID: caseID, At: e.At.UTC().Format(time.RFC3339Nano), Party: e.Party, Notice: e.ID, What: e.Type}, true
}

// Reminds reports whether the notice reminds of something: it is no notice that the law asks for, and goes by
// mail to the party and to who acts for it in the case, and nowhere else.
func (n NoticeEvent) Reminds() bool { return n.What == RemindContacts || n.What == RemindAuthority }

// Proves is the event that a notice went, or did not go, a way.
func (n NoticeEvent) Proves(typ string, way Way, to string, at time.Time) Event {
	return Event{ID: n.Notice + "-" + string(way) + "-" + typ, At: at, Type: typ, By: ByOffice, Party: n.Party, Article: "CPC 129(1)", Way: way, To: to}
}

// Copied is the event that a copy of the notice went, or did not go, to somebody else (CPC 127(2),
// agreement 5.2). It makes no notice to the party a proper one.
func (n NoticeEvent) Copied(typ, to, representative string, at time.Time) Event {
	e := n.Proves(typ, Email, to, at)
	e.ID, e.Representative, e.Article = e.ID+"-"+representative, representative, "CPC 127(2)"
	return e
}

// CopiedTo reports whether it is known what became of that copy.
func (c Case) CopiedTo(n NoticeEvent, representative string) bool {
	for _, e := range c.Events {
		if e.Representative == representative && e.of(n.Notice) {
			return true
		}
	}
	return false
}

// Tried reports whether it is known what became of the notice that way.
func (c Case) Tried(n NoticeEvent, way Way) bool {
	for _, e := range c.Events {
		for _, typ := range []string{EventTold, EventFailed, EventNoContact} {
			if e.ID == n.Notice+"-"+string(way)+"-"+typ {
				return true
			}
		}
	}
	return false
}
