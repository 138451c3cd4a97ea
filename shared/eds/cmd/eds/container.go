package main

import (
	"fmt"
	"strings"

	"github.com/courtoffice/courtoffice/shared/eds/container"
)

func (p *printer) container(r *container.Report) {
	p.head(r.Indication, r.SubIndication, "passed", "failed", "indeterminate")
	p.line("policy", "%s", r.Policy)
	p.line("checkedAt", "%s", at(r.CheckedAt))
	p.checks(r.Checks)
	for i, s := range r.Signatures {
		fmt.Fprintf(p.w, "\n%d. %s %s\n", i+1, s.Indication, s.SubIndication)
		p.line("name", "%s", s.Name)
		for _, covered := range p.covers(s) {
			p.line("covers", "%s", covered)
		}
		var later []string
		for _, l := range s.Later {
			later = append(later, p.label(l))
		}
		p.line("later", "%s", strings.Join(later, ", "))
		p.checks(s.Checks)
		if s.Stamp != nil {
			p.line("stamp", "%s", at(s.Stamp.TimeStamp.Time))
			p.cert(s.Stamp.TimeStamp.Signer)
			p.checks(s.Stamp.Checks)
		}
		if s.Report == nil {
			continue
		}
		p.checks(s.Report.Checks)
		for _, x := range s.Report.Signers {
			p.signature(x)
		}
	}
}

// covers says what a signature is over: files one by one, because a name may have commas.
func (p *printer) covers(s container.Signature) []string {
	switch {
	case len(s.Covers) > 0:
		return s.Covers
	case s.Whole:
		return []string{p.label("whole")}
	case s.Bytes > 0:
		return []string{fmt.Sprintf(p.label("part"), s.Bytes)}
	}
	return nil
}
