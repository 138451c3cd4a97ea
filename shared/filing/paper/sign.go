package paper

import (
	"slices"
	"strconv"
	"strings"

	"github.com/courtoffice/courtoffice/shared/defect"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/party"
)

// Side is the parties that file a paper and those who act for them.
type Side struct {
	Parties         []party.Party
	Representatives Representatives
	Power           string // of article 60(1) that a representative needs for the paper, "" when the office of a representative is enough
	Law             bool   // a representative has to cite the rule of law (148(2), 166)
}

// Seats returns the signatures the paper needs: of each party, by itself, by the head of the
// organisation, or by a representative who may (CPC 60, 62, 148(4)).
func (s Side) Seats() (seats []filing.Seat) {
	for _, p := range s.Parties {
		seat := filing.Seat{Party: p.ID}
		switch {
		case p.Number() == "":
		case p.IsPerson():
			seat.Any = append(seat.Any, filing.Signer{Capacity: filing.InPerson, IIN: p.IIN})
		default:
			seat.Any = append(seat.Any, filing.Signer{Capacity: filing.ForOrganisation, BIN: p.BIN})
		}
		for _, r := range s.Representatives.Items {
			if r.IIN != "" && slices.Contains(r.Parties, p.ID) && s.may(r) {
				from, to := r.Days()
				seat.Any = append(seat.Any, filing.Signer{Capacity: filing.AsRepresentative, IIN: r.IIN, From: from, To: to})
			}
		}
		seats = append(seats, seat)
	}
	return seats
}

// empty returns the names of the parties for whom nobody can sign, as neither their number nor a
// representative with the power is given.
func (s Side) empty() (names []string) {
	for i, seat := range s.Seats() {
		if len(seat.Any) == 0 && s.Parties[i].FullName() != "" {
			names = append(names, s.Parties[i].FullName())
		}
	}
	return names
}

func (s Side) may(r party.Representation) bool { return s.Power == "" || r.MaySign(s.Power) }

// Check finds what is wrong with who signs: a representative of the other side, one whose power is
// not named or is over, one without the paper that gives it, a filer who is nobody here. What
// concerns the filer blocks: a paper signed without authority is returned (152(1)5).
func (s Side) Check(facts filing.Facts) (l defect.List) {
	own := map[string]bool{}
	for _, p := range s.Parties {
		own[p.ID] = true
	}
	for _, p := range s.empty() {
		l.Add("/representatives/items", "seat-empty", "CPC 148(4)", "name", p)
	}
	acting := s.filer(facts.Filer)
	for i, r := range s.Representatives.Items {
		at := "/representatives/items/" + strconv.Itoa(i)
		for k, id := range r.Parties {
			if !own[id] {
				l.Add(at+"/parties/"+strconv.Itoa(k), "representative-side", "CPC 59(3)1")
			}
		}
		s.representative(&l, at, r, i == acting, facts)
	}
	if acting < 0 && !s.itself(facts.Filer) && facts.Filer != (filing.Person{}) {
		l.Add("/representatives/items", "not-a-signer", "CPC 148(4)")
	}
	if s.Law && acting >= 0 && strings.TrimSpace(s.Representatives.Law) == "" {
		l.Warn("/representatives/law", "law-required", "CPC 148(2)")
	}
	return l
}

func (s Side) representative(l *defect.List, at string, r party.Representation, acting bool, facts filing.Facts) {
	add := l.Warn
	if acting {
		add = l.Add
	}
	if acting && !s.may(r) {
		add(at+"/powers", "power-missing", "CPC 60(3)", "power", defect.Key("code.powers."+s.Power))
	}
	if from, to := r.Days(); !(filing.Signer{From: from, To: to}).Covers(facts.On) {
		add(at+"/validTo", "authority-over", "CPC 61")
	}
	if acting && r.Document == "" {
		add(at+"/document", "authority-document", "CPC 149(1)3")
	}
}

// filer returns the index of the representative who is the filer, or -1.
func (s Side) filer(p filing.Person) int {
	if s.itself(p) {
		return -1
	}
	return slices.IndexFunc(s.Representatives.Items, func(r party.Representation) bool {
		return r.IIN != "" && r.IIN == p.IIN.Reveal()
	})
}

// itself reports whether the filer is a party of the side, or may sign for one.
func (s Side) itself(p filing.Person) bool {
	return slices.ContainsFunc(s.Parties, func(q party.Party) bool {
		if q.IsPerson() {
			return p.BIN.IsZero() && q.IIN != "" && q.IIN == p.IIN.Reveal()
		}
		return q.BIN != "" && p.Signs && q.BIN == p.BIN.Reveal()
	})
}
