package paper

import (
	"errors"
	"slices"
	"strconv"

	"github.com/courtoffice/courtoffice/shared/calendar"
	"github.com/courtoffice/courtoffice/shared/defect"
	"github.com/courtoffice/courtoffice/shared/duty"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/form"
	"github.com/courtoffice/courtoffice/shared/party"
)

// Duty is the section on the state duty: why less is paid, and what was.
type Duty struct {
	Exemption string    `json:"exemption,omitempty"` // code of a duty.Exemption
	Deferral  string    `json:"deferral,omitempty"`  // code of a duty.Deferral
	Uncertain bool      `json:"uncertain,omitempty"` // the price is hard to tell (105(1))
	Payments  []Payment `json:"payments,omitempty"`
}

// Payment is one payment of the duty, shown by its receipt's number or by a document (103).
type Payment struct {
	Party      string `json:"party,omitempty"` // who paid, where there are several
	Method     string `json:"method,omitempty"`
	AmountTiyn int64  `json:"amountTiyn,omitempty"`
	PaidOn     string `json:"paidOn,omitempty"`
	Receipt    string `json:"receipt,omitempty"` // number of the gateway's or bank's receipt
	Document   string `json:"document,omitempty"`
}

// DutySection returns the section "duty".
func DutySection() form.Section {
	return form.Section{Code: "duty", Fields: []form.Field{
		{Path: "exemption", Type: form.Code, Codes: duty.ExemptionCodes(), Article: "TAX 668", Key: "duty.exemption"},
		{Path: "deferral", Type: form.Code, Codes: duty.DeferralCodes(), Article: "CPC 106(3)", Key: "duty.deferral"},
		{Path: "uncertain", Type: form.Flag, Article: "CPC 105(1)", Key: "duty.uncertain"},
		{Path: "payments", Type: form.List, Max: MaxParties, Article: "CPC 103", Key: "duty.payments"},
		{Path: "payments[].party", Type: form.Ref, Codes: []string{"party"}, Key: "duty.payments.party"},
		{Path: "payments[].method", Type: form.Code, Codes: []string{"gateway", "bank", "terminal", "cash"}, Article: "CPC 103", Key: "duty.payments.method"},
		{Path: "payments[].amountTiyn", Type: form.Amount, Need: form.Recommended, Article: "CPC 103", Key: "duty.payments.amount"},
		{Path: "payments[].paidOn", Type: form.Date, Need: form.Recommended, Article: "TAX 664(2)", Key: "duty.payments.paidOn"},
		{Path: "payments[].receipt", Type: form.Text, Max: 100, Need: form.Recommended, Article: "CPC 103", Instead: []string{"payments[].document"}, Key: "duty.payments.receipt"},
		{Path: "payments[].document", Type: form.Ref, Codes: []string{form.Document}, Article: "CPC 103", Key: "duty.payments.document"},
	}}
}

// DutySlot returns the attachment that proves the duty: not asked for when a receipt's number is
// given, or when nothing is paid now; of a deferral by motion it is the motion (149(1)2). free are
// further conditions under which nothing is paid.
func DutySlot(free ...form.Cond) filing.Slot {
	return filing.Slot{Role: "duty_proof", Or: []string{"duty_deferral_motion"}, Need: form.Recommended, Article: "CPC 149(1)2", Instead: append(free,
		form.Cond{Path: "duty.payments[].receipt"}, form.Cond{Path: "duty.exemption"}, form.Cond{Path: "duty.deferral", In: []string{"consumer"}},
	)}
}

// PaidOn returns the day the rates are taken of: the last payment, or else today.
func (d Duty) PaidOn(today calendar.Date) calendar.Date {
	var latest calendar.Date
	for _, p := range d.Payments {
		var on calendar.Date
		if on.UnmarshalText([]byte(p.PaidOn)) == nil && latest.Before(on) {
			latest = on
		}
	}
	if latest == (calendar.Date{}) {
		return today
	}
	return latest
}

// Relief returns why less than the whole is paid.
func (d Duty) Relief() duty.Relief {
	return duty.Relief{Exempt: d.Exemption, Deferred: d.Deferral, Uncertain: d.Uncertain}
}

// Payers returns the parties as payers; parts are the parts of the price by party id.
func Payers(parties []party.Party, parts map[string]int64) (out []duty.Payer) {
	for _, p := range parties {
		out = append(out, duty.Payer{Party: p.ID, Legal: !p.IsPerson(), PartTiyn: parts[p.ID]})
	}
	return out
}

// Check compares what was paid with what is due. All of it are warnings: a missing duty can be
// cured, or is a ground for return that a judge decides on (152(1)3).
func (d Duty) Check(due duty.Duty, err error, today calendar.Date) (l defect.List) {
	var paid int64
	for i, p := range d.Payments {
		paid += p.AmountTiyn
		var on calendar.Date
		if on.UnmarshalText([]byte(p.PaidOn)) == nil && today.Before(on) {
			l.Warn("/duty/payments/"+strconv.Itoa(i)+"/paidOn", "date-future", "CPC 103")
		}
	}
	if d.Exemption != "" && d.Deferral != "" {
		l.Warn("/duty/deferral", "duty-relief-twice", "CPC 106(1)")
	}
	if _, ok := errors.AsType[*duty.NoRateError](err); ok {
		l.Warn("/duty", "duty-rate-unknown", "TAX 664(2)")
		return l
	}
	switch {
	case paid == 0 && due.NowTiyn > 0 && len(d.Payments) == 0:
		l.Warn("/duty/payments", "duty-unpaid", "CPC 149(1)2", "sum", defect.Tiyn(due.NowTiyn))
	case paid < due.NowTiyn:
		l.Warn("/duty/payments", "duty-short", "TAX 665(1)", "paid", defect.Tiyn(paid), "sum", defect.Tiyn(due.NowTiyn))
	case paid > due.NowTiyn && paid > 0:
		l.Warn("/duty/payments", "duty-over", "CPC 107", "paid", defect.Tiyn(paid), "sum", defect.Tiyn(due.NowTiyn))
	}
	return l
}

// Demands turns the natures of a form into those of the rates.
func Demands(natures []string, sums []int64) (out []duty.Demand) {
	known := []duty.Nature{duty.Property, duty.NonProperty, duty.Moral, duty.Honour, duty.Divorce}
	for i, n := range natures {
		if slices.Contains(known, duty.Nature(n)) {
			out = append(out, duty.Demand{Nature: duty.Nature(n), Tiyn: sums[i]})
		}
	}
	return out
}
