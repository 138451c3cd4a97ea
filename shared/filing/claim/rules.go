package claim

import (
	"slices"
	"strconv"

	"github.com/courtoffice/courtoffice/shared/calendar"
	"github.com/courtoffice/courtoffice/shared/court"
	"github.com/courtoffice/courtoffice/shared/defect"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/filing/paper"
	"github.com/courtoffice/courtoffice/shared/form"
)

func rules(c Claim, facts filing.Facts) (l defect.List) {
	l = paper.CheckCourt("/court/code", c.Court.Code, c.Court.Region, "CPC 148(2)1", facts)
	l = append(l, c.venue()...)
	return append(l, c.Content(facts)...)
}

// Content checks everything but the court, which a counterclaim does not choose.
func (c Claim) Content(facts filing.Facts) (l defect.List) {
	own := append([]paper.At{{Pointer: "/claimant", Party: c.Claimant}}, c.Coclaimants.List("coclaimants")...)
	l = paper.CheckParties(own, c.Defendants.List("defendants"), facts.On)
	l = append(l, paper.CheckCertified(own[0], facts.Filer)...)
	l = append(l, c.Side().Check(facts)...)
	l = append(l, c.demands()...)
	l = append(l, c.price()...)
	l = append(l, c.dates(facts.On)...)
	due, err := c.DutyOf(facts)
	return append(l, c.Duty.Check(due, err, facts.On)...)
}

// venue warns of a basis the facts do not open, of an exclusive one that was passed over, and of a
// court of the wrong kind. It never blocks: a wrong court is a judge's ground for return (152(1)2).
func (c Claim) venue() (l defect.List) {
	open := Venues(c.Court.Facts, c.Defendants.Parties)
	chosen := slices.ContainsFunc(open, func(b Basis) bool { return b.Code == c.Court.Basis })
	if c.Court.Basis != "" && !chosen && len(open) > 0 {
		if open[0].Exclusive {
			l.Warn("/court/basis", "venue-exclusive", open[0].Article())
		} else {
			l.Warn("/court/basis", "venue-basis", "CPC 29-32")
		}
	}
	if where, ok := court.ByCode(c.Court.Code); ok && where.Code != court.Unlisted {
		switch economic := Economic(c.Claimants(), c.Defendants.Parties); {
		case economic && where.Kind != court.Economic:
			l.Warn("/court/code", "venue-economic", "CPC 27(1)")
		case !economic && where.Kind == court.Economic:
			l.Warn("/court/code", "venue-not-economic", "CPC 27(1)")
		}
	}
	return l
}

// demands asks, where there are several defendants, which of them each demand is against.
func (c Claim) demands() (l defect.List) {
	ids := map[string]bool{}
	for _, d := range c.Defendants.Parties {
		ids[d.ID] = true
	}
	for i, d := range c.Demands.Items {
		at := "/demands/items/" + strconv.Itoa(i) + "/against"
		if len(d.Against) == 0 && len(c.Defendants.Parties) > 1 {
			l.Warn(at, "demand-against", "CPC 148(2)4")
		}
		for k, id := range d.Against {
			if !ids[id] {
				l.Add(at+"/"+strconv.Itoa(k), "demand-against-own", "CPC 148(2)4")
			}
		}
	}
	return l
}

// priced are the natures that have a price: money for moral harm has one only where it was done to
// honour (104(1)2).
var priced = []string{"property", "honour"}

// price compares the price with the demands, the calculation and the formula.
func (c Claim) price() (l defect.List) {
	p := c.Price
	var sum int64
	has := false
	for _, d := range c.Demands.Items {
		if slices.Contains(priced, d.Nature) {
			sum, has = sum+d.AmountTiyn, true
		}
	}
	switch {
	case has && p.TotalTiyn == 0 && !c.Duty.Uncertain:
		l.Warn("/price/totalTiyn", "price-missing", "CPC 148(2)7", "sum", defect.Tiyn(sum))
	case p.TotalTiyn != sum && p.TotalTiyn != 0 && p.Reason == "":
		l.Warn("/price/totalTiyn", "price-demands", "CPC 104(1)14", "price", defect.Tiyn(p.TotalTiyn), "sum", defect.Tiyn(sum))
	}
	if has && len(p.Items) == 0 && p.ItemsIn == "" {
		l.Warn("/price/items", "calculation-missing", "CPC 148(2)7")
	}
	l = append(l, p.calculation()...)
	if f, ok := FormulaOf(p.Formula); ok {
		if want, periodic := f.Periodic(p.MonthlyTiyn, p.Months); periodic && p.MonthlyTiyn > 0 && p.TotalTiyn != want && p.Reason == "" {
			l.Warn("/price/totalTiyn", "price-formula", f.Article, "price", defect.Tiyn(p.TotalTiyn), "sum", defect.Tiyn(want))
		}
	}
	var shares int64
	for _, s := range p.Shares {
		shares += s.AmountTiyn
	}
	if len(p.Shares) > 0 && shares != p.TotalTiyn {
		l.Warn("/price/shares", "price-shares", "TAX 665(1)", "price", defect.Tiyn(p.TotalTiyn), "sum", defect.Tiyn(shares))
	}
	return l
}

// calculation checks each row against its own figures, to a tenge, and their sum against the price.
func (p Price) calculation() (l defect.List) {
	var sum int64
	for i, item := range p.Items {
		sum += item.AmountTiyn
		at := "/price/items/" + strconv.Itoa(i)
		if paper.After(item.From, item.To) {
			l.Warn(at+"/to", "date-order", "CPC 148(2)7")
		}
		if want, ok := item.Amount(); ok && (want-item.AmountTiyn > 100 || item.AmountTiyn-want > 100) {
			l.Warn(at+"/amountTiyn", "calculation-row", "CPC 148(2)7", "sum", defect.Tiyn(want))
		}
	}
	if len(p.Items) > 0 && sum != p.TotalTiyn {
		l.Warn("/price/totalTiyn", "calculation-sum", "CPC 148(2)7", "price", defect.Tiyn(p.TotalTiyn), "sum", defect.Tiyn(sum))
	}
	return l
}

// dates warns of steps that are said to have been taken in the future.
func (c Claim) dates(today calendar.Date) (l defect.List) {
	for i, s := range c.Pretrial.Steps {
		if paper.After(s.On, today.String()) {
			l.Warn("/pretrial/steps/"+strconv.Itoa(i)+"/on", "date-future", "CPC 148(2)6")
		}
	}
	for i, s := range c.Conciliation.Steps {
		if paper.After(s.On, today.String()) {
			l.Warn("/conciliation/steps/"+strconv.Itoa(i)+"/on", "date-future", "CPC 148(2)6-1")
		}
	}
	return l
}

// VenuesOf returns the bases that are open to the claim as it stands, for the guide.
func VenuesOf(v form.Value) []Basis {
	c, err := form.Bind[Claim](v)
	if err != nil {
		return nil
	}
	return Venues(c.Court.Facts, c.Defendants.Parties)
}
