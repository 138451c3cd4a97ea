package paper

import (
	"github.com/courtoffice/courtoffice/shared/court"
	"github.com/courtoffice/courtoffice/shared/defect"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/party"
)

// CheckCourt finds a court that no longer works on the day, one of another region than was chosen,
// and one of appeal for a paper of first instance.
func CheckCourt(pointer, code, region, article string, facts filing.Facts) (l defect.List) {
	c, ok := court.ByCode(code)
	if !ok {
		return nil // missing or unknown: the row has said so
	}
	if code == court.Unlisted {
		l.Warn(pointer, "court-unlisted", article)
		return l
	}
	if !c.On(facts.On) {
		l.Add(pointer, "court-closed", article)
	}
	if !c.Kind.FirstInstance() {
		l.Add(pointer, "court-instance", article)
	}
	if region != "" && region != c.Region {
		l.Warn(pointer, "court-region", article)
	}
	return l
}

// Check checks the court of a case; see CheckCourt. Acts of courts of appeal are not attacked here.
func (c Case) Check(facts filing.Facts) defect.List {
	return CheckCourt("/case/court", c.Court, c.Region, "CPC 148(2)1", facts)
}

// Head sums a later paper up.
func (c Case) Head(opposite []party.Party, tiyn int64) filing.Head {
	h := filing.Head{Court: c.Court, Lang: c.Lang, Case: c.Number, Tiyn: tiyn}
	if len(opposite) > 0 {
		h.Opposite = opposite[0].FullName()
	}
	return h
}
