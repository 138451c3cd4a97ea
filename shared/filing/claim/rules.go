package claim

import (
	"github.com/courtoffice/courtoffice/shared/defect"
	"github.com/courtoffice/courtoffice/shared/filing"
)

func rules(c Claim, _ filing.Facts) (l defect.List) {
	var price int64
	for _, d := range c.Demands.Items {
		if d.Nature == "property" {
			price += d.AmountTiyn
		}
	}
	if c.Price.TotalTiyn != price {
		l.Warn("/price/totalTiyn", "amount-mismatch", "CPC 104")
	}
	return l
}
