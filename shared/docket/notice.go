package docket

import (
	"slices"
	"strconv"
	"time"

	"github.com/courtoffice/courtoffice/shared/delivery"
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

// Proves is the event that a notice went, or did not go, a way. again is how often it was sent that way
// before: see Case.Sent.
func (n NoticeEvent) Proves(typ string, way Way, to string, again int, at time.Time) Event {
	id := n.Notice + "-" + string(way) + "-" + typ
	if again > 0 {
		id += "-" + strconv.Itoa(again+1)
	}
	return Event{ID: id, At: at, Type: typ, By: ByOffice, Party: n.Party, Article: "CPC 129(1)", Way: way, To: to}
}

// Copied is the event that a copy of the notice went, or did not go, to somebody else (CPC 127(2),
// agreement 5.2). It makes no notice to the party a proper one.
func (n NoticeEvent) Copied(typ, to, representative string, again int, at time.Time) Event {
	e := n.Proves(typ, Email, to, again, at)
	e.ID, e.Representative, e.Article = e.ID+"-"+representative, representative, "CPC 127(2)"
	return e
}

// CopiedTo reports whether that copy needs no sending: see Tried.
func (c Case) CopiedTo(n NoticeEvent, representative string) bool {
	return c.tried(n, Email, representative)
}

// Tried reports whether the notice needs no sending that way: it was sent and did not bounce, it failed, or
// there is no address.
func (c Case) Tried(n NoticeEvent, way Way) bool { return c.tried(n, way, "") }

func (c Case) tried(n NoticeEvent, way Way, representative string) bool {
	sent, bounced := 0, 0
	for _, e := range c.ofNotice(n, way, representative) {
		switch e.Type {
		case EventTold:
			sent++
		case EventBounced:
			bounced++
		case EventFailed, EventNoContact:
			return true
		}
	}
	return sent > bounced
}

// Sent is how often the notice was sent that way before, to the party for "", else to that representative.
func (c Case) Sent(n NoticeEvent, way Way, representative string) (times int) {
	for _, e := range c.ofNotice(n, way, representative) {
		if e.Type == EventTold {
			times++
		}
	}
	return times
}

// ofNotice are the office's proofs of what became of the notice that way.
func (c Case) ofNotice(n NoticeEvent, way Way, representative string) (found []Event) {
	for _, e := range c.Events {
		if e.By == ByOffice && e.Way == way && e.Party == n.Party && e.Representative == representative && e.of(n.Notice) {
			found = append(found, e)
		}
	}
	return found
}

// Reported is the proof of what a service reports of a message by which the notice was sent, and what makes
// it one of its kind (store.Cases.Prove). It is not before the sending, whatever the service's clock says. A
// report that proves nothing has no Type. known is false for a message that no proof has, or not yet.
func (c Case) Reported(n NoticeEvent, r delivery.Report) (e Event, of string, known bool) {
	for _, told := range c.Events {
		if told.Type != EventTold || told.Message != r.Message || !told.of(n.Notice) {
			continue
		}
		e, known = told, true
	}
	if !known {
		return Event{}, "", false
	}
	sent := e.At
	switch v := r.Verdict(); {
	case v.Delivered:
		e.Type = EventDelivered
	case v.Again > 0:
		e.Type = EventBounced
	case v.Failed:
		e.Type = EventFailed
	default:
		return Event{}, "", true
	}
	e.ID += "-" + e.Type
	if e.Type != EventDelivered && e.Representative == "" {
		e.Article = "CPC 129(4)" // the opposite is shown
	}
	e.Code, e.Note = r.Code, r.Diagnostic
	if e.At = r.At.UTC().Truncate(time.Millisecond); !e.At.After(sent) {
		e.At = sent.Add(time.Millisecond)
	}
	return e, e.ID, true
}
