package docket

import (
	"slices"
	"time"

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/party"
)

// Viewer is who asks to see a case.
type Viewer struct {
	Account string   // id
	Key     string   // account.Account.Key
	Signs   bool     // a natural person, or the head of the organisation or who may sign for it
	Clerk   []string // codes of the courts whose card the viewer keeps
	Judge   []string // codes of the courts where the viewer is a judge
}

// ViewerOf is who asks in a session of the account, opened by a person of that role in it. Who works for a court
// does so in one that an EDS opened.
func ViewerOf(a account.Account, role account.Role, byEDS bool) Viewer {
	return Viewer{
		Account: a.ID, Key: a.Key, Signs: a.Subject.Kind == account.Natural || slices.Contains(role.Powers(), account.PowerSign),
		Clerk: a.PostsIn(account.Clerk, byEDS), Judge: a.PostsIn(account.Judge, byEDS),
	}
}

// As is in what quality somebody sees a case.
type As string

// Qualities.
const (
	AsParty          As = "party"
	AsRepresentative As = "representative"
	AsClerk          As = "clerk"
	AsJudge          As = "judge"
)

// Sight is what somebody sees of a case.
type Sight struct {
	As      As
	Parties []string // ids of those the viewer is, or acts for; none for the court
	From    time.Time
}

// Staff reports whether the viewer sees the case for the court: that such a look is kept.
func (s Sight) Staff() bool { return s.As == AsClerk || s.As == AsJudge }

// By is who the viewer is among those who act.
func (s Sight) By() By {
	switch s.As {
	case AsClerk:
		return ByClerk
	case AsJudge:
		return ByJudge
	}
	return ByParty
}

// Of reports whether the viewer is the party, or acts for it, or the court, which sees everyone's contacts.
func (s Sight) Of(party string) bool { return s.Staff() || slices.Contains(s.Parties, party) }

// Sees returns what v sees of the case at the instant at. ok is false for everyone who may not even
// know that there is such a case.
//
// A party sees the case from the moment it is served, by the confirmed number alone; for an organisation
// its head and who may sign for it. A representative sees it while the authority holds and whoever they act
// for does. The court's clerks see it, and the one judge to whom it is assigned. Who is several of these
// is a party first: a clerk does not keep the card of their own case.
func (c Case) Sees(v Viewer, at time.Time) (s Sight, ok bool) {
	served := func(p Party) bool { return p.Confirmed() && !p.From.IsZero() && !at.Before(p.From) }
	add := func(as As, p Party) {
		if s.As == "" || p.From.Before(s.From) {
			s.From = p.From
		}
		if s.As == "" {
			s.As = as
		}
		if !slices.Contains(s.Parties, p.ID) {
			s.Parties = append(s.Parties, p.ID)
		}
	}
	if v.Key != "" && v.Signs {
		for _, p := range c.Parties {
			if served(p) && p.Key == v.Key {
				add(AsParty, p)
			}
		}
		for _, r := range c.Representatives {
			if r.Key != v.Key || !r.Holds(at) {
				continue
			}
			for _, p := range c.Parties {
				if served(p) && slices.Contains(r.Parties, p.ID) {
					add(AsRepresentative, p)
				}
			}
		}
	}
	switch {
	case s.As != "":
		return s, true
	case c.concerns(v):
		return Sight{}, false
	case c.Judge != "" && c.Judge == v.Account && slices.Contains(v.Judge, c.Court):
		return Sight{As: AsJudge, From: c.OpenedAt}, true
	case slices.Contains(v.Clerk, c.Court):
		return Sight{As: AsClerk, From: c.OpenedAt}, true
	}
	return Sight{}, false
}

// concerns reports whether v is in the case, even where v may not see it yet: who works for the court
// does not look into their own case that way (CPC 38-39).
func (c Case) concerns(v Viewer) bool { return c.Concerns(v.Key) }

// Concerns reports whether who has that look-up key is in the case.
func (c Case) Concerns(key string) bool {
	return key != "" && (slices.ContainsFunc(c.Parties, func(p Party) bool { return p.Key == key }) ||
		slices.ContainsFunc(c.Representatives, func(r Representative) bool { return r.Key == key }))
}

// Organisations are the look-up keys of the parties that are no natural persons, as far as the court knows who they
// are: who acts for one of them does not act in the case for the court (CPC 38, 40).
func (c Case) Organisations() (keys []string) {
	for _, p := range c.Parties {
		if p.Confirmed() && !(party.Party{Type: p.Type}).IsPerson() && !slices.Contains(keys, p.Key) {
			keys = append(keys, p.Key)
		}
	}
	return keys
}

// Reads reports whether who has that sight may take a paper of the case through the office: the court
// all of them, a party its own and, unless the case is heard behind closed doors, those of the others
// (CPC 128(3)).
func (c Case) Reads(s Sight, p Paper) bool {
	return s.Staff() || !c.Secret || slices.Contains(s.Parties, p.Party)
}

// Keys are the look-up keys of everyone the case is to be found by: of parties that were served and of
// those who act for them, each once. Whether one still sees it says Sees.
func (c Case) Keys() (keys []string) {
	for _, p := range c.Parties {
		if p.Confirmed() && !p.From.IsZero() {
			keys = append(keys, p.Key)
			for _, r := range c.Representatives {
				if r.Key != "" && slices.Contains(r.Parties, p.ID) {
					keys = append(keys, r.Key)
				}
			}
		}
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

// Private reports whether an event is shown to the court and to the party it is about alone: whether and
// when a party was told or read something is no matter of the other side's.
func (e Event) Private() bool {
	return slices.Contains([]string{EventOpened, EventTaken, EventInformed, EventRetold, RemindContacts, RemindAuthority}, e.Type) || e.Way != ""
}
