package party_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/courtoffice/courtoffice/shared/form"
	"github.com/courtoffice/courtoffice/shared/party"
)

func TestParty(t *testing.T) {
	for _, tt := range []struct {
		name           string
		p              party.Party
		full, number   string
		person, trader bool
	}{
		{"a person", party.Party{Type: party.Natural, Surname: "Серікбаев", GivenName: "Дәурен", IIN: "900101300126"}, "Серікбаев Дәурен", "900101300126", true, false},
		{"with a patronymic", party.Party{Type: party.ForeignNatural, Surname: "А", GivenName: "Б", Patronymic: "В"}, "А Б В", "", true, false},
		{"an entrepreneur has an IIN", party.Party{Type: party.SoleProprietor, Surname: "А", IIN: "900101300126", BIN: "120340001230"}, "А", "900101300126", true, true},
		{"a company", party.Party{Type: party.Legal, Name: "ЖШС", BIN: "120340001230", IIN: "900101300126"}, "ЖШС", "120340001230", false, true},
		{"a state body is in no business", party.Party{Type: party.StateBody, Name: "Министрлік"}, "Министрлік", "", false, false},
		{"nothing yet", party.Party{}, "", "", false, false},
	} {
		if tt.p.FullName() != tt.full || tt.p.Number() != tt.number || tt.p.IsPerson() != tt.person || tt.p.IsEntrepreneur() != tt.trader {
			t.Errorf("%s: %q %q %v %v", tt.name, tt.p.FullName(), tt.p.Number(), tt.p.IsPerson(), tt.p.IsEntrepreneur())
		}
	}
}

// What each type of party is asked for, as claimant and as defendant.
func TestRows(t *testing.T) {
	for _, tt := range []struct {
		typ  string
		role party.Role
		want []string
	}{
		{party.Natural, party.Claimant, []string{"/p/surname required", "/p/givenName recommended", "/p/birthDate recommended", "/p/iin recommended", "/p/address/locality recommended"}},
		{party.SoleProprietor, party.Claimant, []string{"/p/surname required", "/p/givenName recommended", "/p/birthDate recommended", "/p/iin recommended", "/p/address/locality recommended"}},
		{party.ForeignNatural, party.Claimant, []string{"/p/surname required", "/p/givenName recommended", "/p/birthDate recommended", "/p/address/locality recommended"}},
		{party.Legal, party.Claimant, []string{"/p/name required", "/p/bin recommended", "/p/address/locality recommended", "/p/bank/iban recommended", "/p/bank/bic recommended"}},
		{party.ForeignLegal, party.Claimant, []string{"/p/name required", "/p/address/locality recommended", "/p/bank/iban recommended", "/p/bank/bic recommended"}},
		{party.Natural, party.Opposite, []string{"/p/surname required", "/p/givenName recommended", "/p/address/locality recommended"}},
		{party.Legal, party.Opposite, []string{"/p/name required", "/p/address/locality recommended"}},
		{"", party.Opposite, []string{"/p/type required", "/p/address/locality recommended"}},
	} {
		f := form.Form{Sections: []form.Section{{Code: "p", Fields: party.Rows(tt.role)}}}
		var got []string
		for _, d := range form.Check(f, form.Value{"p": map[string]any{"type": tt.typ}}, form.Complete) {
			got = append(got, d.Pointer+" "+d.Code)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%q as %s (-want +got):\n%s", tt.typ, tt.role.Article, diff)
		}
	}
}

func TestMaySign(t *testing.T) {
	if len(party.Powers) != 17 {
		t.Errorf("%d powers in article 60(1)", len(party.Powers))
	}
	for _, tt := range []struct {
		r     party.Representation
		power string
		want  bool
	}{
		{party.Representation{Kind: party.Advocate, Powers: []string{party.SignClaim}}, party.SignClaim, true},
		{party.Representation{Kind: party.Advocate, Powers: []string{party.SignClaim}}, "settle", false},
		{party.Representation{Kind: party.Advocate}, party.SignClaim, false}, // a warrant alone gives none of them (58(3))
		{party.Representation{Kind: party.ByLaw}, "waive_claim_full", true},
	} {
		if got := tt.r.MaySign(tt.power); got != tt.want {
			t.Errorf("%+v may %s: %v", tt.r, tt.power, got)
		}
	}
	from, to := party.Representation{ValidFrom: "2026-01-10", ValidTo: "soon"}.Days()
	if from.String() != "2026-01-10" || to.Year != 0 {
		t.Errorf("%s to %s", from, to)
	}
}
