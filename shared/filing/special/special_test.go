package special_test

import (
	"testing"

	"github.com/courtoffice/courtoffice/shared/filing/filingtest"
	"github.com/courtoffice/courtoffice/shared/filing/special"
)

func TestRules(t *testing.T) {
	notary := func(learned string) map[string]any {
		return map[string]any{"/matter/about": "notary_act", "/matter/fact": nil, "/matter/purpose": nil, "/matter/unobtainable": nil, "/matter/act": "x", "/matter/learnedOn": learned}
	}
	filingtest.Run(t, special.Kind, []filingtest.Case{
		{Name: "nothing to state", Set: map[string]any{"/matter": nil}, Want: []string{
			"/matter/about required CPC 302", "/matter/request/text required CPC 148(2)4", "/matter/circumstances/text required CPC 148(2)5"}},
		{Name: "a fact has a purpose", Set: map[string]any{"/matter/purpose": nil}, Want: []string{"/matter/purpose recommended CPC 306 ?"}},
		{Name: "and can't be shown otherwise", Set: map[string]any{"/matter/unobtainable": nil}, Drop: []string{"refusal"},
			Want: []string{"/matter/unobtainable recommended CPC 306 ?", "/documents attachment-recommended CPC 306 ?"}},
		{Name: "who is missing, since when", Set: map[string]any{"/matter/about": "missing", "/matter/fact": nil, "/matter/unobtainable": nil},
			Want: []string{"/matter/person recommended CPC 317 ?", "/matter/lastPlace recommended CPC 317 ?", "/matter/lastNewsOn recommended CPC 317 ?"}},
		{Name: "a record, and who refused", Set: map[string]any{"/matter/about": "civil_record", "/matter/fact": nil, "/matter/purpose": nil, "/matter/unobtainable": nil},
			Want: []string{"/matter/record recommended CPC 362 ?", "/matter/refusedBy recommended CPC 362 ?", "/matter/refusedOn recommended CPC 362 ?"}},
		{Name: "a notary's act, on the tenth day", Set: notary("2026-11-12"), On: "2026-11-23"}, // the 22nd is a Sunday
		{Name: "on the eleventh", Set: notary("2026-11-12"), On: "2026-11-24", Want: []string{"/matter/learnedOn term-passed CPC 364(4) ?"}},
		{Name: "tomorrow's knowledge", Set: notary("2026-11-24"), On: "2026-11-23", Want: []string{"/matter/learnedOn date-future CPC 364(4) ?"}},
		{Name: "nobody else concerned", Set: map[string]any{"/interested": nil}, Want: []string{"/interested/parties recommended CPC 304(1) ?"}},
		{Name: "half an index of duty", Set: map[string]any{"/duty/payments/0/amountTiyn": 216_249}, Want: []string{"/duty/payments duty-short TAX 665(1) ?"}},
	})
}
