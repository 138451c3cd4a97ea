// Package kinds lists the kinds of filing the office takes.
package kinds

import (
	"slices"

	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/filing/appeal"
	"github.com/courtoffice/courtoffice/shared/filing/claim"
	"github.com/courtoffice/courtoffice/shared/filing/counterclaim"
	"github.com/courtoffice/courtoffice/shared/filing/courtorder"
	"github.com/courtoffice/courtoffice/shared/filing/letter"
	"github.com/courtoffice/courtoffice/shared/filing/motion"
	"github.com/courtoffice/courtoffice/shared/filing/privatecomplaint"
	"github.com/courtoffice/courtoffice/shared/filing/protest"
	"github.com/courtoffice/courtoffice/shared/filing/response"
	"github.com/courtoffice/courtoffice/shared/filing/returnrequest"
	"github.com/courtoffice/courtoffice/shared/filing/special"
	"github.com/courtoffice/courtoffice/shared/filing/waiver"
)

// All is every kind, in the order people are offered them. A new kind is one line here.
var All = []filing.Kind{
	claim.Kind,
	courtorder.Kind,
	special.Kind,
	response.Kind,
	counterclaim.Kind,
	motion.Kind,
	appeal.Kind,
	privatecomplaint.Kind,
	protest.Kind,
	returnrequest.Kind,
	waiver.Kind,
	letter.Kind,
}

// Codes returns the codes of All.
func Codes() (codes []string) {
	for _, k := range All {
		codes = append(codes, k.Code)
	}
	return codes
}

// Of returns the kind of that code.
func Of(code string) (filing.Kind, bool) {
	i := slices.IndexFunc(All, func(k filing.Kind) bool { return k.Code == code })
	if i < 0 {
		return filing.Kind{}, false
	}
	return All[i], true
}
