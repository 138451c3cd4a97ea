package claim

import (
	"math/bits"
	"slices"

	"github.com/courtoffice/courtoffice/shared/calendar"
	"github.com/courtoffice/courtoffice/shared/filing/paper"
	"github.com/courtoffice/courtoffice/shared/form"
)

// Price of the claim and how it comes about (148(2)7, 104).
type Price struct {
	Formula     string  `json:"formula,omitempty"` // code of a Formula
	MonthlyTiyn int64   `json:"monthlyTiyn,omitempty"`
	Months      int64   `json:"months,omitempty"`
	Items       []Item  `json:"items,omitempty"`
	ItemsIn     string  `json:"itemsIn,omitempty"` // id of the document that has the calculation
	TotalTiyn   int64   `json:"totalTiyn,omitempty"`
	Reason      string  `json:"reason,omitempty"` // why it differs from what the demands come to
	Shares      []Share `json:"shares,omitempty"`
}

// Item is a row of the calculation.
type Item struct {
	Item       string `json:"item,omitempty"`
	BaseTiyn   int64  `json:"baseTiyn,omitempty"`
	RatePPM    int64  `json:"ratePpm,omitempty"` // of the base, in millionths: 0.1 % is 1,000
	Per        string `json:"per,omitempty"`     // what the rate is for: "once", "day", "year"
	From       string `json:"from,omitempty"`
	To         string `json:"to,omitempty"` // the last day that counts
	AmountTiyn int64  `json:"amountTiyn,omitempty"`
}

// Share is the part of the price that one of several claimants demands, by which the duty is
// divided.
type Share struct {
	Party      string `json:"party,omitempty"`
	AmountTiyn int64  `json:"amountTiyn,omitempty"`
}

func (p Price) parts() map[string]int64 {
	parts := map[string]int64{}
	for _, s := range p.Shares {
		parts[s.Party] += s.AmountTiyn
	}
	return parts
}

// Formula is one item of article 104(1).
type Formula struct {
	Code    string // key of its text, "code.formula." + Code
	Article string
	Months  int64 // of payments by the month: the most that count; 0: a sum or a value
}

// Formulas are the 14 items.
var Formulas = []Formula{
	{Code: "money", Article: "CPC 104(1)1"},
	{Code: "honour_moral", Article: "CPC 104(1)2"},
	{Code: "honour_losses", Article: "CPC 104(1)3"},
	{Code: "division", Article: "CPC 104(1)4"},
	{Code: "alimony", Article: "CPC 104(1)5", Months: 12},
	{Code: "periodic", Article: "CPC 104(1)6", Months: 36},
	{Code: "lifelong", Article: "CPC 104(1)7", Months: 36},
	{Code: "change_of_payments", Article: "CPC 104(1)8", Months: 12},
	{Code: "end_of_payments", Article: "CPC 104(1)9", Months: 12},
	{Code: "lease", Article: "CPC 104(1)10", Months: 36},
	{Code: "ownership", Article: "CPC 104(1)11"},
	{Code: "recovery", Article: "CPC 104(1)12"},
	{Code: "invalidity", Article: "CPC 104(1)13"},
	{Code: "several", Article: "CPC 104(1)14"},
}

// FormulaOf returns the formula of that code.
func FormulaOf(code string) (Formula, bool) {
	i := slices.IndexFunc(Formulas, func(f Formula) bool { return f.Code == code })
	if i < 0 {
		return Formula{}, false
	}
	return Formulas[i], true
}

// Periodic returns the price of payments by the month: of all that are demanded or left, and no
// more than the formula lets count. Alimony counts a whole year (104(1)5). ok is false for a formula
// of a sum or a value.
func (f Formula) Periodic(monthlyTiyn, months int64) (tiyn int64, ok bool) {
	if f.Months == 0 {
		return 0, false
	}
	if f.Code == "alimony" {
		months = f.Months
	}
	return monthlyTiyn * min(months, f.Months), true
}

// Amount returns what a row of the calculation comes to, rounded half up to a tiyn: the base, or
// its part at the rate, once, for each day, or for a year by its 365th parts. ok is false when the
// row does not say enough.
func (i Item) Amount() (tiyn int64, ok bool) {
	if i.BaseTiyn == 0 || i.RatePPM == 0 {
		return i.BaseTiyn, i.BaseTiyn > 0
	}
	days, divisor := int64(1), int64(1_000_000)
	if i.Per == "day" || i.Per == "year" {
		var from, to calendar.Date
		if from.UnmarshalText([]byte(i.From)) != nil || to.UnmarshalText([]byte(i.To)) != nil || to.Before(from) {
			return 0, false
		}
		days = int64(from.DaysTo(to)) + 1
		if i.Per == "year" {
			divisor *= 365
		}
	}
	return proportion(i.BaseTiyn, i.RatePPM*days, divisor)
}

// proportion returns base*part/whole rounded half up; ok is false when no form could hold it.
func proportion(base, part, whole int64) (result int64, ok bool) {
	hi, lo := bits.Mul64(uint64(base), uint64(part))
	lo, carry := bits.Add64(lo, uint64(whole)/2, 0)
	if hi += carry; hi >= uint64(whole) {
		return 0, false
	}
	q, _ := bits.Div64(hi, lo, uint64(whole))
	return int64(q), q <= form.MaxAmount
}

var formulaCodes = func() (codes []string) {
	for _, f := range Formulas {
		codes = append(codes, f.Code)
	}
	return codes
}()

var (
	byMonth   = form.When("formula", "alimony", "periodic", "lifelong", "change_of_payments", "end_of_payments", "lease")
	priceRows = []form.Field{
		{Path: "formula", Type: form.Code, Codes: formulaCodes, Article: "CPC 104(1)"},
		{Path: "monthlyTiyn", Type: form.Amount, Article: "CPC 104(1)", Need: form.Recommended, When: byMonth},
		{Path: "months", Type: form.Number, Max: 1200, Article: "CPC 104(1)", When: byMonth},
		{Path: "items", Type: form.List, Max: 100, Article: "CPC 148(2)7"},
		{Path: "items[].item", Type: form.Text, Max: 200, Need: form.Recommended, Article: "CPC 148(2)7"},
		{Path: "items[].baseTiyn", Type: form.Amount},
		{Path: "items[].ratePpm", Type: form.Number, Max: 10_000_000},
		{Path: "items[].per", Type: form.Code, Codes: []string{"once", "day", "year"}},
		{Path: "items[].from", Type: form.Date},
		{Path: "items[].to", Type: form.Date},
		{Path: "items[].amountTiyn", Type: form.Amount, Need: form.Recommended, Article: "CPC 148(2)7"},
		{Path: "itemsIn", Type: form.Ref, Codes: documentRef, Key: "textIn"},
		{Path: "totalTiyn", Type: form.Amount, Article: "CPC 104(2)"},
		{Path: "reason", Type: form.Prose, Max: paper.MaxLine, Article: "CPC 104(2)"},
		{Path: "shares", Type: form.List, Max: paper.MaxParties + 1, Article: "TAX 665(1)"},
		{Path: "shares[].party", Type: form.Ref, Codes: []string{"party"}, Need: form.Recommended},
		{Path: "shares[].amountTiyn", Type: form.Amount, Need: form.Recommended},
	}
)
