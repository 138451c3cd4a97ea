package duty

import (
	"math/bits"
	"slices"

	"github.com/courtoffice/courtoffice/shared/calendar"
)

// Rate is one rate of article 665 of the Tax Code (of 18 July 2025).
type Rate struct {
	From, To    calendar.Date // days of payment it holds for; a zero To is open
	Kind        Kind
	Nature      Nature
	Legal       bool  // organisations; of a rate in MRP false stands for both
	BasisPoints int64 // 1/100 of a percent of the sum, or 0
	CapMRP      int64 // the most a percentage may come to, in MRP; 0: no cap
	MRPMilli    int64 // 1/1000 MRP, or 0
	Article     string
	Source      string
	Verified    calendar.Date // when a person compared the row with its source
}

// MRP is the monthly calculation index; that of the day of payment counts (Tax Code, 664(2)).
type MRP struct {
	From, To calendar.Date
	Tiyn     int64
	Source   string
	Verified calendar.Date
}

const taxCode = "Tax Code of 18 July 2025, edition of adoption, article 665"

var (
	since2026 = calendar.Date{Year: 2026, Month: 1, Day: 1}
	verified  = calendar.Date{Year: 2026, Month: 11, Day: 22}
)

// Rates lists the rates. Amendments after adoption of the Code are new rows, with an end to the old.
var Rates = []Rate{
	{From: since2026, Kind: Claim, Nature: Property, BasisPoints: 100, CapMRP: 10_000, Article: "TAX 665(1)1", Source: taxCode, Verified: verified},
	{From: since2026, Kind: Claim, Nature: Property, Legal: true, BasisPoints: 300, CapMRP: 20_000, Article: "TAX 665(1)1", Source: taxCode, Verified: verified},
	{From: since2026, Kind: Claim, Nature: Divorce, MRPMilli: 300, Article: "TAX 665(1)5", Source: taxCode, Verified: verified},
	{From: since2026, Kind: Claim, Nature: NonProperty, MRPMilli: 500, Article: "TAX 665(1)7", Source: taxCode, Verified: verified},
	{From: since2026, Kind: Claim, Nature: Honour, BasisPoints: 100, Article: "TAX 665(1)15", Source: taxCode, Verified: verified},
	{From: since2026, Kind: Claim, Nature: Honour, Legal: true, BasisPoints: 300, Article: "TAX 665(1)16", Source: taxCode, Verified: verified},
	{From: since2026, Kind: Special, Nature: NonProperty, MRPMilli: 500, Article: "TAX 665(1)8", Source: taxCode, Verified: verified},
	// Half of the rates of item 1, with their caps.
	{From: since2026, Kind: Order, Nature: Property, BasisPoints: 50, CapMRP: 5_000, Article: "TAX 665(1)10", Source: taxCode, Verified: verified},
	{From: since2026, Kind: Order, Nature: Property, Legal: true, BasisPoints: 150, CapMRP: 10_000, Article: "TAX 665(1)10", Source: taxCode, Verified: verified},
}

// MRPs lists the index by year. That of 2027 was only drafted when this was written.
var MRPs = []MRP{
	{since2026, calendar.Date{Year: 2026, Month: 12, Day: 31}, 432_500, "Law on the republican budget for 2026-2028; seen in secondary sources", verified},
}

// Exemption is a group that article 668 of the Tax Code frees from the duty.
type Exemption struct {
	Code    string // key of its text, "code.exemption." + Code
	Article string
}

// Exemptions lists the groups of article 668 that claimants and applicants of this office can be
// in, in the order of the article; Code names them by what they are.
var Exemptions = []Exemption{
	{"labour", "TAX 668:1"}, {"authors", "TAX 668:2"}, {"inventors", "TAX 668:3"}, {"alimony", "TAX 668:4"},
	{"health", "TAX 668:5"}, {"crime", "TAX 668:6"}, {"environment-damage", "TAX 668:8"}, {"elections", "TAX 668:9"},
	{"vocational-schools", "TAX 668:10"}, {"others-interests", "TAX 668:11"}, {"budget-loans", "TAX 668:12"},
	{"veterans-disability", "TAX 668:13"}, {"kandas", "TAX 668:14"}, {"prosecutor", "TAX 668:16"},
	{"state-institutions", "TAX 668:17"}, {"disability-associations", "TAX 668:18"}, {"compulsory-insurance", "TAX 668:19"},
	{"unlawful-prosecution", "TAX 668:20"}, {"national-bank", "TAX 668:21"}, {"ombudsman", "TAX 668:22"},
	{"liquidation", "TAX 668:23"}, {"branch-liquidation", "TAX 668:24"}, {"temporary-administration", "TAX 668:25"},
	{"state-banks", "TAX 668:26"}, {"bondholders", "TAX 668:27"}, {"insolvency", "TAX 668:28"}, {"pension-funds", "TAX 668:29"},
	{"expulsion", "TAX 668:30"}, {"environment", "TAX 668:31"}, {"distressed-assets", "TAX 668:32"},
	{"procurement", "TAX 668:33"}, {"deposit-insurance", "TAX 668:34"},
}

// Deferral is a reason to pay later.
type Deferral struct {
	Code    string // key of its text, "code.deferral." + Code
	Article string
}

// Deferrals lists the reasons.
var Deferrals = []Deferral{
	{"consumer", "CPC 106(3)"}, // by the court itself, until the judgment
	{"motion", "CPC 149(1)2"},  // on grounds of the Tax Code: the motion is attached in place of the proof
}

// ExemptionOf returns the exemption of that code.
func ExemptionOf(code string) (Exemption, bool) {
	i := slices.IndexFunc(Exemptions, func(e Exemption) bool { return e.Code == code })
	if i < 0 {
		return Exemption{}, false
	}
	return Exemptions[i], true
}

// DeferralOf returns the deferral of that code.
func DeferralOf(code string) (Deferral, bool) {
	i := slices.IndexFunc(Deferrals, func(d Deferral) bool { return d.Code == code })
	if i < 0 {
		return Deferral{}, false
	}
	return Deferrals[i], true
}

// ExemptionCodes returns the codes of Exemptions.
func ExemptionCodes() (codes []string) {
	for _, e := range Exemptions {
		codes = append(codes, e.Code)
	}
	return codes
}

// DeferralCodes returns the codes of Deferrals.
func DeferralCodes() (codes []string) {
	for _, d := range Deferrals {
		codes = append(codes, d.Code)
	}
	return codes
}

func holds(from, to, on calendar.Date) bool {
	return !on.Before(from) && (to == calendar.Date{} || !to.Before(on))
}

func mrpOn(on calendar.Date) (MRP, bool) {
	i := slices.IndexFunc(MRPs, func(m MRP) bool { return holds(m.From, m.To, on) })
	if i < 0 {
		return MRP{}, false
	}
	return MRPs[i], true
}

func rateOn(kind Kind, nature Nature, legal bool, on calendar.Date) (Rate, bool) {
	i := slices.IndexFunc(Rates, func(r Rate) bool {
		return r.Kind == kind && r.Nature == nature && r.Legal == legal && holds(r.From, r.To, on)
	})
	if i < 0 {
		return Rate{}, false
	}
	return Rates[i], true
}

// mulDiv returns a*b/c for non-negative numbers whose product may not fit, b being at most c.
func mulDiv(a, b, c int64) int64 {
	hi, lo := bits.Mul64(uint64(a), uint64(b))
	q, _ := bits.Div64(hi, lo, uint64(c))
	return int64(q)
}
