package claim_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/courtoffice/courtoffice/shared/filing/claim"
	"github.com/courtoffice/courtoffice/shared/filing/filingtest"
	"github.com/courtoffice/courtoffice/shared/party"
)

func TestVenues(t *testing.T) {
	person, company := party.Party{Type: party.Natural}, party.Party{Type: party.Legal}
	lost := party.Party{Type: party.Natural, WhereaboutsUnknown: true}
	for _, tt := range []struct {
		name       string
		facts      []string
		defendants []party.Party
		want       []string
	}{
		{"a person", nil, []party.Party{person}, []string{"29(1)"}},
		{"a company", nil, []party.Party{company}, []string{"29(2)"}},
		{"both", nil, []party.Party{person, company}, []string{"29(1)", "29(2)", "30(12)"}},
		{"whereabouts unknown", nil, []party.Party{lost}, []string{"29(1)", "30(1)"}},
		{"a consumer, with a branch", []string{"consumer", "branch"}, []party.Party{company}, []string{"29(2)", "30(3)", "30(9)"}},
		{"alimony", []string{"alimony_paternity"}, []party.Party{person}, []string{"29(1)", "30(4)"}},
		{"an agreement", []string{"agreement"}, []party.Party{company}, []string{"29(2)", "32"}},
		{"real estate drives out all else", []string{"real_estate", "agreement", "consumer"}, []party.Party{person, company}, []string{"31(1)"}},
		{"two that are exclusive", []string{"carriage", "inheritance"}, []party.Party{person}, []string{"31(3)", "31(4)"}},
		{"nobody yet", nil, nil, nil},
		{"an unknown answer opens nothing", []string{"atlantis"}, []party.Party{person}, []string{"29(1)"}},
	} {
		var got []string
		for _, b := range claim.Venues(tt.facts, tt.defendants) {
			got = append(got, b.Code)
			if b.Article() != "CPC "+b.Code {
				t.Errorf("article of %s: %s", b.Code, b.Article())
			}
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

func TestEconomic(t *testing.T) {
	person, business, company, state := party.Party{Type: party.Natural}, party.Party{Type: party.SoleProprietor}, party.Party{Type: party.Legal}, party.Party{Type: party.StateBody}
	for _, tt := range []struct {
		name string
		a, b []party.Party
		want bool
	}{
		{"company against company", []party.Party{company}, []party.Party{company}, true},
		{"entrepreneur against company", []party.Party{business}, []party.Party{company}, true},
		{"person against company", []party.Party{person}, []party.Party{company}, false},
		{"company against company and person", []party.Party{company}, []party.Party{company, person}, false},
		{"company against a state body", []party.Party{company}, []party.Party{state}, false},
		{"nobody yet", []party.Party{company}, nil, false},
	} {
		if got := claim.Economic(tt.a, tt.b); got != tt.want {
			t.Errorf("%s: %v", tt.name, got)
		}
	}
}

func TestVenueIsWarnedOf(t *testing.T) {
	filingtest.Run(t, claim.Kind, []filingtest.Case{
		{Name: "a basis the facts do not open", Set: map[string]any{"/court/basis": "30(9)"}, Want: []string{"/court/basis venue-basis CPC 29-32 ?"}},
		{Name: "that they open", Set: map[string]any{"/court/basis": "30(9)", "/court/facts": []any{"consumer"}}},
		{Name: "an exclusive one passed over", Set: map[string]any{"/court/facts": []any{"real_estate"}}, Want: []string{"/court/basis venue-exclusive CPC 31(1) ?"}},
		{Name: "by agreement, without the agreement", Set: map[string]any{"/court/basis": "32", "/court/facts": []any{"agreement"}}, Want: []string{"/documents attachment-recommended CPC 32 ?"}},
		{Name: "an economic court for a person", Set: map[string]any{"/court/code": "almaty-economic"}, Want: []string{"/court/code venue-not-economic CPC 27(1) ?"}},
		{Name: "a court of appeal", Set: map[string]any{"/court/code": "almaty-appeal"}, Want: []string{"/court/code court-instance CPC 148(2)1"}},
		{Name: "a court elsewhere", Set: map[string]any{"/court/region": "astana"}, Want: []string{"/court/code court-region CPC 148(2)1 ?"}},
		{Name: "no such court", Set: map[string]any{"/court/code": "atlantis"}, Want: []string{"/court/code unknown-value CPC 148(2)1"}},
	})
}
