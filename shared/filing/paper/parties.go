package paper

import (
	"strconv"

	"github.com/courtoffice/courtoffice/shared/calendar"
	"github.com/courtoffice/courtoffice/shared/defect"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/kzid"
	"github.com/courtoffice/courtoffice/shared/party"
)

// At is a party with its JSON pointer.
type At struct {
	Pointer string
	Party   party.Party
}

// List returns the parties of a section with their pointers.
func (p Parties) List(section string) (out []At) {
	for i, q := range p.Parties {
		out = append(out, At{"/" + section + "/parties/" + strconv.Itoa(i), q})
	}
	return out
}

// CheckParties finds parties that stand on both sides (nobody is both claimant and defendant),
// those named twice on one, and a date of birth that the number contradicts.
func CheckParties(own, opposite []At, on calendar.Date) (l defect.List) {
	for i, a := range own {
		twice(&l, a, own[:i])
		born(&l, a, on)
	}
	for i, b := range opposite {
		twice(&l, b, opposite[:i])
		born(&l, b, on)
		for _, a := range own {
			if n := a.Party.Number(); n != "" && n == b.Party.Number() {
				l.Add(b.Pointer+"/"+number(b.Party), "party-both-sides", "CPC 47")
				break
			}
		}
	}
	return l
}

func twice(l *defect.List, a At, before []At) {
	for _, b := range before {
		if n := a.Party.Number(); n != "" && n == b.Party.Number() {
			l.Warn(a.Pointer+"/"+number(a.Party), "party-twice", "CPC 49")
			return
		}
	}
}

// CheckCertified checks the number of the party whose data come from the filer's certificate, when
// somebody else files for it and has typed it.
func CheckCertified(a At, filer filing.Person) (l defect.List) {
	n := a.Party.Number()
	if n == "" || n == filer.IIN.Reveal() || n == filer.BIN.Reveal() {
		return nil
	}
	_, err := kzid.ParseIIN(n)
	if !a.Party.IsPerson() {
		_, err = kzid.ParseBIN(n)
	}
	if err != nil {
		l.Add(a.Pointer+"/"+number(a.Party), "number-invalid", "CPC 148(2)2")
	}
	return l
}

func number(p party.Party) string {
	if p.IsPerson() {
		return "iin"
	}
	return "bin"
}

// born compares the date of birth with today and with the first six digits of the IIN.
func born(l *defect.List, a At, on calendar.Date) {
	var d calendar.Date
	if a.Party.BirthDate == "" || d.UnmarshalText([]byte(a.Party.BirthDate)) != nil {
		return
	}
	if on.Before(d) {
		l.Warn(a.Pointer+"/birthDate", "date-future", "CPC 148(2)2")
	} else if iin := a.Party.IIN; len(iin) == 12 && iin[:6] != a.Party.BirthDate[2:4]+a.Party.BirthDate[5:7]+a.Party.BirthDate[8:10] {
		l.Warn(a.Pointer+"/birthDate", "birth-date-number", "CPC 148(2)2")
	}
}
