package motion_test

import (
	"testing"

	"github.com/courtoffice/courtoffice/shared/calendar"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/filing/filingtest"
	"github.com/courtoffice/courtoffice/shared/filing/motion"
)

func TestRules(t *testing.T) {
	other := func(about string, more ...any) map[string]any {
		set := map[string]any{"/motion/about": about, "/motion/lateAct": nil, "/motion/startedOn": nil, "/motion/learnedOn": nil}
		for i := 0; i < len(more); i += 2 {
			set[more[i].(string)] = more[i+1]
		}
		return set
	}
	filingtest.Run(t, motion.Kind, []filingtest.Case{
		{Name: "about nothing", Set: other(""), Want: []string{"/motion/about required CPC 46(1)"}},
		{Name: "no request", Set: map[string]any{"/motion/request": nil}, Want: []string{"/motion/request/text required CPC 46(4)"}},

		{Name: "to restore a term: the act itself comes with it", Drop: []string{"late_act"}, Want: []string{"/documents attachment-recommended CPC 126(5) ?"}},
		{Name: "and a document on the reason", Drop: []string{"outage_certificate"}, Want: []string{"/documents attachment-recommended CPC 126(5) ?"}},
		{Name: "which may be another", Drop: []string{"outage_certificate"}, Add: []string{"reason_proof"}},
		{Name: "a reason is said", Set: map[string]any{"/motion/reason": nil}, Want: []string{"/motion/reason/text recommended CPC 46(4) ?", "/motion/reason/text reason-missing CPC 126(2) ?"}},
		{Name: "of which act", Set: map[string]any{"/motion/lateAct": nil}, Want: []string{"/motion/lateAct required CPC 126(2)"}},
		{Name: "on the term's last day nothing is missed", Set: map[string]any{"/motion/startedOn": "2026-10-22"}, Want: []string{"/motion/startedOn term-not-missed CPC 126(2) ?"}}, // ends on Monday the 23rd
		{Name: "on the day after it is", Set: map[string]any{"/motion/startedOn": "2026-10-22"}, On: "2026-11-24"},
		{Name: "a month from learning", Set: map[string]any{"/motion/learnedOn": "2026-10-22"}, On: "2026-11-23"},
		{Name: "a month and a day", Set: map[string]any{"/motion/learnedOn": "2026-10-22"}, On: "2026-11-24", Want: []string{"/motion/learnedOn term-passed CPC 126(4) ?"}},
		{Name: "a term into a year that is not known", Set: map[string]any{"/motion/lateAct": "cassation", "/motion/startedOn": "2027-07-01", "/motion/learnedOn": "2028-01-03"}, On: "2028-01-03",
			Want: []string{"/motion/startedOn term-unknown CPC 436(1) ?", "/motion/learnedOn term-unknown CPC 126(4) ?"}},

		{Name: "objections within ten working days", Set: other("order_objection", "/motion/startedOn", "2026-11-09"), Add: nil, On: "2026-11-23"},
		{Name: "and after", Set: other("order_objection", "/motion/startedOn", "2026-11-09"), On: "2026-11-24", Want: []string{"/motion/startedOn term-passed CPC 141(2) ?"}},
		{Name: "remarks on the record: three working days", Set: other("protocol_remarks", "/motion/startedOn", "2026-11-19"), On: "2026-11-24"},
		{Name: "no more", Set: other("protocol_remarks", "/motion/startedOn", "2026-11-19"), On: "2026-11-25", Want: []string{"/motion/startedOn term-passed CPC 284 ?"}},
		{Name: "costs within a month", Set: other("costs", "/motion/startedOn", "2026-10-21", "/motion/amountTiyn", 100), On: "2026-11-24", Want: []string{"/motion/startedOn term-passed CPC 109(5) ?"}},
		{Name: "to secure: which measure", Set: other("security"), Want: []string{"/interim/measures measure-missing CPC 156(1) ?"}},
		{Name: "a measure that nobody asked about", Set: other("absence", "/interim", map[string]any{"measures": []any{map[string]any{"measure": "arrest", "what": "x", "reason": "x"}}}),
			Want: []string{"/interim/measures not-allowed CPC 155"}},
		{Name: "evidence: which", Set: other("evidence"), Want: []string{"/evidence/items recommended CPC 73 ?"}},
		{Name: "an addition names what it adds to", Set: other("addition"), Want: []string{"/motion/adds required CPC 46(4)"}},
		{Name: "of a case that has no number yet", Set: other("addition", "/motion/adds", "10H2-GQVQ-DNQP", "/case/number", nil)},
		{Name: "anything else needs the number", Set: other("absence", "/case/number", nil), Want: []string{"/case/number required CPC 46(4)"}},
		{Name: "a witness is named", Set: other("witness"), Want: []string{"/motion/witness recommended CPC 80(2) ?"}},
		{Name: "a settlement needs the power named", Set: other("settlement", "/representatives", map[string]any{"items": []any{map[string]any{
			"id": "r1", "kind": "lawyer", "parties": []any{"a1"}, "surname": "Ү", "givenName": "А", "iin": "900101300811", "address": map[string]any{"text": "x"},
			"powers": []any{"appeal"}, "document": "added-0"}}}), Add: []string{"power_of_attorney"}, As: &filing.Signer{IIN: "900101300811"},
			Want: []string{"/representatives/items/0/powers power-missing CPC 60(3)"}},
		{Name: "a duplicate of the writ is paid for", Set: other("duplicate_writ"), Want: []string{"/documents attachment-recommended TAX 665(1)11 ?"}},
	})
}

// Each rule a motion counts by is a rule of package calendar.
func TestLates(t *testing.T) {
	for _, id := range motion.Lates {
		if r, ok := calendar.RuleOf(id); !ok || (r.Term == calendar.Term{}) {
			t.Errorf("%s is no term", id)
		}
	}
}
