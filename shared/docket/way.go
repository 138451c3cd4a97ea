package docket

import (
	"slices"
	"strings"
	"time"
)

// Way is by what a notice reaches a party.
type Way string

// Ways of a notice.
const (
	Email         Way = "email"          // the address given in the office, the electronic service of the courts
	GivenEmail    Way = "given-email"    // one that the party gave in the case
	ContractEmail Way = "contract-email" // one in the contract in dispute, made within a year
	SMS           Way = "sms"            // the number that the party itself gave to the court
	EGov          Way = "egov"           // the cabinet on the portal of the electronic government
	EGovSMS       Way = "egov-sms"       // and the number registered there
	Other         Way = "other"          // other means that fix the notice
	OnPaper       Way = "paper"          // registered letter or hybrid mail to the last known address
	ByHand        Way = "hand"           // handed over against a signature
	Cabinet       Way = "cabinet"        // the party read it in the office, which fixes that: other means
)

// Types of events that prove what became of a notice.
const (
	EventTold      = "told"       // sent, as a report of the sending confirms (CPC 129(1))
	EventDelivered = "delivered"  // as a report or a signature confirms
	EventBounced   = "bounced"    // it did not arrive yet, and is sent again
	EventFailed    = "failed"     // it did not arrive: the address refused it, the letter came back
	EventRefused   = "refused"    // the addressee refused to take it
	EventNoContact = "no-contact" // the office has no address of the party's
)

// Results are what a clerk may record of a notice that went another way than through the office.
var Results = []string{EventTold, EventDelivered, EventFailed, EventRefused}

// Rung is a step of the ladder of notices: the ways of article 127(4) in the order the office tries
// them, the cheapest first.
type Rung struct {
	Way     Way
	Article string // that makes a notice by it a proper one
	Proof   string // type of the event by which it is
	And     Way    // a second way that must be told too, or ""
	Repeat  bool   // good enough for who did not come at an electronic notice
}

// Rungs is the ladder. Items 1-6 of CPC 127(4) as of 24.05.2018, 7 as of 01.04.2023.
var Rungs = []Rung{
	{Email, "CPC 127(4)2", EventTold, "", false},
	{GivenEmail, "CPC 127(4)1", EventTold, "", false},
	{ContractEmail, "CPC 127(4)3", EventTold, "", false},
	{SMS, "CPC 127(4)4", EventDelivered, "", true},
	{EGov, "CPC 127(4)7", EventTold, EGovSMS, true},
	{Other, "CPC 127(4)5", EventTold, "", true},
	{OnPaper, "CPC 127(4)6", EventDelivered, "", true},
	{ByHand, "CPC 130(1)", EventDelivered, "", true},
}

// Ways lists the ways by which a notice may go.
func Ways() (out []Way) {
	for _, r := range Rungs {
		if out = append(out, r.Way); r.And != "" {
			out = append(out, r.And)
		}
	}
	return out
}

// State is where a rung stands.
type State string

// States of a rung.
const (
	Untried State = "untried"
	Waiting State = "waiting" // sent; what makes it proper has not come
	Failed  State = "failed"
	Proper  State = "proper"
	Weak    State = "weak" // it would be proper the first time; the party did not come at such a notice
)

// Notification says how a party stands with its notice.
type Notification struct {
	Proper  bool
	Way     Way       // by which it is
	Article string    // by which it is
	Since   time.Time // from when on
	Next    Way       // what to try, or to wait for, while it is not; "" when nothing is left
	Rungs   []RungState
}

// RungState is a rung and where it stands.
type RungState struct {
	Rung
	State State
	Since time.Time // of State, zero while it is untried
}

// Notified says whether the events of one notice to one party make it a proper one at the instant at, by
// what and since when, or what is next (CPC 127(4), 129-131). The events are in order. repeat: the party
// did not come at a notice by e-mail, so that another way is needed now.
//
// What was sent counts as delivered unless the opposite is shown (129(4)): an address that refuses it, a
// letter that comes back. Where the law asks for a report of the delivery, sending alone is none. Who refuses
// to take a notice has it (131(2)).
func Notified(events []Event, repeat bool, at time.Time) Notification {
	var out Notification
	for _, r := range Rungs {
		s := r.state(events, at)
		if s.State == Proper && repeat && !r.Repeat {
			s.State = Weak
		}
		if s.State == Proper && (!out.Proper || s.Since.Before(out.Since)) {
			out.Proper, out.Way, out.Article, out.Since = true, r.Way, s.Article, s.Since
		}
		out.Rungs = append(out.Rungs, s)
	}
	if out.Proper {
		return out
	}
	for _, want := range []State{Waiting, Untried} {
		i := slices.IndexFunc(out.Rungs, func(s RungState) bool { return s.State == want && (s.Repeat || !repeat) })
		if i >= 0 {
			out.Next = out.Rungs[i].Way
			break
		}
	}
	return out
}

// state is where the rung stands by the events up to the instant at.
func (r Rung) state(events []Event, at time.Time) RungState {
	out := RungState{Rung: r, State: Untried}
	var second time.Time // since when the second way was told
	for _, e := range events {
		since := e.since()
		if since.After(at) {
			continue
		}
		if e.Way == Cabinet {
			e.Way, e.Type = Other, EventTold
		}
		if r.And != "" && e.Way == r.And {
			switch e.Type {
			case EventTold, EventDelivered:
				second = since
			case EventFailed, EventBounced:
				second = time.Time{}
			}
		}
		if e.Way != r.Way {
			continue
		}
		switch {
		case e.Type == EventFailed, e.Type == EventNoContact:
			out.State, out.Since = Failed, since
		case e.Type == EventBounced:
			out.State, out.Since = Waiting, since
		case e.Type == EventRefused:
			out.State, out.Since, out.Article = Proper, since, "CPC 131(2)"
		case e.Type == r.Proof, e.Type == EventDelivered:
			if out.State != Proper {
				out.State, out.Since = Proper, since
			}
		case e.Type == EventTold && out.State != Proper:
			out.State, out.Since = Waiting, since
		}
	}
	if out.State == Proper && r.And != "" {
		switch {
		case second.IsZero():
			out.State = Waiting
		case second.After(out.Since):
			out.Since = second
		}
	}
	return out
}

// of reports whether the event proves what became of the notice of that id.
func (e Event) of(notice string) bool { return strings.HasPrefix(e.ID, notice+"-") }

// since is the instant of what an event proves: of a paper its day.
func (e Event) since() time.Time {
	if e.On.Year != 0 {
		return e.On.Start()
	}
	return e.At
}

// Notice is how a party stands with the notice that the case needs now. ok is false when it needs none: the
// party was not served, and no hearing is appointed.
func (c Case) Notice(party string, at time.Time) (n Notification, ok bool) {
	var events []Event
	var notices []string // ids of what the party is told now
	meant := c.standing()
	asked, repeat := false, false
	for _, e := range c.Events {
		switch {
		case e.fixes(): // a new time is a new notice to everyone
			events, notices, asked = nil, nil, true
		case e.Party == party && (e.Type == "serve" || e.Type == "summon"):
			notices, asked = append(notices, e.ID), true
		case e.Type == "hold":
			if i := slices.IndexFunc(meant, func(m Event) bool { return m.Type == "hold" && m.Hearing == e.Hearing }); i >= 0 {
				e.Present = meant[i].Present
			}
			was := Notified(events, repeat, e.At)
			if absent := !slices.Contains(e.Present, party); absent && was.Proper {
				repeat = repeat || slices.Contains([]Way{Email, GivenEmail, ContractEmail}, was.Way)
			}
			events, notices, asked = nil, nil, false
		case e.Party == party && e.Way != "" && e.Representative == "" && (e.By != ByOffice || slices.ContainsFunc(notices, e.of)):
			events = append(events, e)
		}
	}
	if !asked {
		return Notification{}, false
	}
	return Notified(events, repeat, at), true
}

// Summons is what a summons says (CPC 128).
type Summons struct {
	To      string // 1) who is summoned
	Court   string // 2) name of the court
	Address string // 2) its address
	Hearing        // 3) place and time
	Case    string // 4) name of the case
	As      string // 5) in what capacity
	From    string // 10) who sends it
}

// Summons is what the event of a summons tells the party (CPC 128).
func (c Case) Summons(p Party, e Event) Summons {
	return Summons{To: p.Name, Court: c.Court, Address: e.Address, Hearing: e.Hearing, Case: c.Name(), As: string(p.Role), From: e.Name}
}

// Name is what the case is called: after the first party on each side.
func (c Case) Name() string {
	if c.Claimant == "" || c.Opposite == "" {
		return c.Claimant + c.Opposite
	}
	return c.Claimant + " – " + c.Opposite
}

// summoned reports whether the party was summoned to the hearing that is appointed.
func (c Case) summoned(party string) (is bool) {
	for _, e := range c.Events {
		switch {
		case e.fixes():
			is = false
		case e.Type == "summon" && e.Party == party:
			is = true
		}
	}
	return is
}

// fixes reports whether the event fixed the time of a hearing.
func (e Event) fixes() bool {
	return e.Type == "appoint" || e.Type == "postpone" || e.Type == EventCorrected && (e.Was == "appoint" || e.Was == "postpone")
}

// Unread lists the ids of the summonses that the party has not opened.
func (c Case) Unread(party string) (ids []string) {
	for _, e := range c.Events {
		opened := func(o Event) bool { return o.Type == EventOpened && o.of(e.ID) }
		if e.Type == "summon" && e.Party == party && !slices.ContainsFunc(c.Events, opened) {
			ids = append(ids, e.ID)
		}
	}
	return ids
}

// Missing lists the items of CPC 128(1) that the summons lacks, as "CPC 128(1)3": it is not sent then. Items
// 6-9 are the same in every summons and part of its text.
func (s Summons) Missing() (items []string) {
	for _, i := range []struct {
		item string
		has  bool
	}{
		{"1", s.To != ""}, {"2", s.Court != "" && strings.TrimSpace(s.Address) != ""}, {"3", !s.At.IsZero() && s.Place != ""},
		{"4", s.Case != ""}, {"5", s.As != ""}, {"10", s.From != ""},
	} {
		if !i.has {
			items = append(items, "CPC 128(1)"+i.item)
		}
	}
	return items
}
