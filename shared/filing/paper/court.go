package paper

import (
	"github.com/courtoffice/courtoffice/shared/court"
	"github.com/courtoffice/courtoffice/shared/defect"
	"github.com/courtoffice/courtoffice/shared/filing"
)

// CheckCourt finds a court that no longer works on the day, one of another region than was chosen,
// and one of appeal for a paper of first instance.
func CheckCourt(pointer, code, region, article string, facts filing.Facts) (l defect.List) {
	c, ok := court.ByCode(code)
	if !ok {
		return nil // missing or unknown: the row has said so
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
