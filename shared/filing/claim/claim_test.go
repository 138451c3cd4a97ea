package claim_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/filing/claim"
	"github.com/courtoffice/courtoffice/shared/filing/filingtest"
	"github.com/courtoffice/courtoffice/shared/form"
	"github.com/courtoffice/courtoffice/shared/party"
)

var (
	iin2     = "900101300811" // another person
	bin2     = "120340000507" // another organisation
	lawyer   = filing.Signer{Capacity: filing.AsRepresentative, IIN: iin2}
	advocate = map[string]any{
		"id": "r1", "kind": "advocate", "parties": []any{"c1"}, "surname": "Үлгібаева", "givenName": "Айгерім", "iin": iin2,
		"address": map[string]any{"locality": "Алматы"}, "powers": []any{"sign_claim"},
		"document": "0193f0c0-0000-7000-8000-0000000000d2", "warrant": "0193f0c0-0000-7000-8000-0000000000d2",
	}
)

func with(base map[string]any, pairs ...any) map[string]any {
	out := map[string]any{}
	for k, v := range base {
		out[k] = v
	}
	for i := 0; i < len(pairs); i += 2 {
		if out[pairs[i].(string)] = pairs[i+1]; pairs[i+1] == nil {
			delete(out, pairs[i].(string))
		}
	}
	return out
}

// What blocks is a missing court, party, demand or statement; everything else is a warning.
func TestWhatBlocks(t *testing.T) {
	filingtest.Run(t, claim.Kind, []filingtest.Case{
		{Name: "no court", Set: map[string]any{"/court/code": nil, "/court/region": nil}, Want: []string{"/court/code required CPC 148(2)1"}},
		{Name: "a court that is not listed", Set: map[string]any{"/court/code": "unlisted", "/court/name": "Бурабай аудандық соты", "/court/address": "Щучинск қаласы"},
			Want: []string{"/court/code court-unlisted CPC 148(2)1 ?"}},
		{Name: "is named", Set: map[string]any{"/court/code": "unlisted"},
			Want: []string{"/court/code court-unlisted CPC 148(2)1 ?", "/court/name required CPC 148(2)1", "/court/address recommended CPC 148(2)1 ?"}},
		{Name: "no language", Set: map[string]any{"/court/lang": nil}, Want: []string{"/court/lang required CPC 14"}},
		{Name: "no basis", Set: map[string]any{"/court/basis": nil}, Want: []string{"/court/basis recommended CPC 29-32 ?"}},
		{Name: "no defendant", Set: map[string]any{
			"/defendants": nil, "/interim": nil, "/demands/items/0/against": nil, "/demands/items/1/against": nil, "/evidence/items/2": nil, "/court/basis": nil},
			Want: []string{"/court/basis recommended CPC 29-32 ?", "/defendants/parties required CPC 148(2)3"}},
		{Name: "a defendant without a name", Set: map[string]any{"/defendants/parties/0/name": "\u200b "}, Want: []string{"/defendants/parties/0/name required CPC 148(2)3"}},
		{Name: "a defendant's numbers may be unknown", Set: map[string]any{"/defendants/parties/0/bin": nil}},
		{Name: "but not wrong", Set: map[string]any{"/defendants/parties/0/bin": "120340001231"}, Want: []string{"/defendants/parties/0/bin number-invalid CPC 148(2)3"}},
		{Name: "an entrepreneur's number as that of an organisation", Set: map[string]any{"/defendants/parties/0/bin": iin2}, Want: []string{"/defendants/parties/0/bin iin-as-bin CPC 148(2)3"}},
		{Name: "no address", Set: map[string]any{"/defendants/parties/0/address": nil}, Want: []string{"/defendants/parties/0/address/locality recommended CPC 148(2)3 ?"}},
		{Name: "an address in one line", Set: map[string]any{"/defendants/parties/0/address": map[string]any{"text": "Алматы, Мысал көшесі, 10"}}},
		{Name: "whereabouts unknown", Set: map[string]any{"/defendants/parties/0/address": nil, "/defendants/parties/0/whereaboutsUnknown": true, "/court/basis": "30(1)"}},
		{Name: "no demand", Set: map[string]any{"/demands": nil, "/price": nil, "/duty": nil}, Drop: nil,
			Want: []string{"/demands/items required CPC 148(2)4", "/documents attachment-recommended CPC 149(1)2 ?"}},
		{Name: "no breach, no circumstances", Set: map[string]any{"/circumstances": nil},
			Want: []string{"/circumstances/breach/text required CPC 148(2)4", "/circumstances/facts/text required CPC 148(2)5"}},
		{Name: "they stand in the filer's own document", Set: map[string]any{
			"/circumstances": map[string]any{"breach": map[string]any{"textIn": "added-0"}, "facts": map[string]any{"textIn": "added-0"}}}, Add: []string{"main_claim"}},
		{Name: "which is not there", Set: map[string]any{"/circumstances/facts": map[string]any{"textIn": "added-0"}},
			Want: []string{"/circumstances/facts/textIn reference-missing "}},
		{Name: "no evidence", Set: map[string]any{"/evidence": nil}, Want: []string{"/evidence/items recommended CPC 148(2)5 ?"}},
		{Name: "a fact that nothing proves", Set: map[string]any{"/evidence/items/0/documents": nil}, Want: []string{"/evidence/items/0/documents recommended CPC 148(2)5 ?"}},
		{Name: "no date of birth", Set: map[string]any{"/claimant/birthDate": nil}, Want: []string{"/claimant/birthDate recommended CPC 148(2)2 ?"}},
		{Name: "one that the number contradicts", Set: map[string]any{"/claimant/birthDate": "1991-01-01"}, Want: []string{"/claimant/birthDate birth-date-number CPC 148(2)2 ?"}},
		{Name: "an address under .қаз", Set: map[string]any{"/defendants/parties/0/email": "кеңсе@мысал.қаз"}},
		{Name: "not an address", Set: map[string]any{"/defendants/parties/0/email": "not an address", "/defendants/parties/0/mobile": "hello"},
			Want: []string{"/defendants/parties/0/mobile mobile-invalid CPC 148(2)3", "/defendants/parties/0/email email-invalid CPC 148(2)3"}},
	})
}

func TestSides(t *testing.T) {
	filingtest.Run(t, claim.Kind, []filingtest.Case{
		{Name: "nobody sues themselves", Set: map[string]any{"/defendants/parties/0": map[string]any{
			"id": "d1", "type": "sole_proprietor", "surname": "А", "givenName": "Б", "iin": "900101 300126", "address": map[string]any{"text": "x"}}, "/court/basis": "29(1)"},
			Want: []string{"/defendants/parties/0/iin party-both-sides CPC 47"}},
		{Name: "nor a co-claimant", Set: map[string]any{"/coclaimants/parties": []any{map[string]any{
			"id": "c2", "type": "legal", "name": "ЖШС", "bin": "120340001230", "address": map[string]any{"text": "x"}, "bank": map[string]any{"iban": "KZ86125KZT5004100100", "bic": "KKMFKZ2A"}}}},
			Want: []string{"/defendants/parties/0/bin party-both-sides CPC 47", "/duty/payments duty-short TAX 665(1) ?",
				"/documents attachment-recommended CPC 149(1)7 ?", "/documents attachment-recommended CPC 149(1)7 ?"}},
		{Name: "a co-claimant nobody can sign for", Set: map[string]any{"/coclaimants/parties": []any{map[string]any{
			"id": "c2", "type": "foreign_natural", "surname": "Muster", "givenName": "Max", "birthDate": "1980-01-01", "address": map[string]any{"country": "Германия", "text": "x"}}}},
			Want: []string{"/representatives/items seat-empty CPC 148(4)"}},
		{Name: "the same defendant twice", Set: map[string]any{"/defendants/parties/1": map[string]any{
			"id": "d2", "type": "legal", "name": "ЖШС", "bin": "120340001230", "address": map[string]any{"text": "x"}}, "/court/basis": "30(12)"},
			Want: []string{"/defendants/parties/1/bin party-twice CPC 49 ?"}},
		{Name: "two without numbers are two", Set: map[string]any{"/defendants/parties/0/bin": nil, "/defendants/parties/1": map[string]any{
			"id": "d2", "type": "legal", "name": "ЖШС", "address": map[string]any{"text": "x"}}, "/court/basis": "30(12)"}},
		{Name: "which of several defendants", Set: map[string]any{"/demands/items/0/against": nil, "/defendants/parties/1": map[string]any{
			"id": "d2", "type": "natural", "surname": "А", "givenName": "Б", "address": map[string]any{"text": "x"}}, "/court/basis": "30(12)"},
			Want: []string{"/demands/items/0/against demand-against CPC 148(2)4 ?"}},
		{Name: "a demand against oneself", Set: map[string]any{"/demands/items/0/against": []any{"c1"}},
			Want: []string{"/demands/items/0/against/0 demand-against-own CPC 148(2)4"}},
		{Name: "a company has papers to show and an account", Set: map[string]any{
			"/claimant":                   map[string]any{"id": "c1", "type": "legal", "name": "ЖШС", "bin": bin2, "address": map[string]any{"text": "x"}},
			"/duty/payments/0/amountTiyn": 15_000_000, "/court/code": "almaty-economic"}, As: &filing.Signer{BIN: bin2},
			Want: []string{"/claimant/bank/iban recommended CPC 148(2)2 ?", "/claimant/bank/bic recommended CPC 148(2)2 ?",
				"/documents attachment-recommended CPC 149(1)7 ?", "/documents attachment-recommended CPC 149(1)7 ?"}},
	})
}

func TestWhoSigns(t *testing.T) {
	filingtest.Run(t, claim.Kind, []filingtest.Case{
		{Name: "a stranger", As: &lawyer, Want: []string{"/representatives/items not-a-signer CPC 148(4)"}},
		{Name: "a lawyer with power and paper", As: &lawyer, Set: map[string]any{"/representatives": map[string]any{"items": []any{advocate}, "law": "АК 715"}}, Add: []string{"power_of_attorney"}},
		{Name: "cites the rule of law", As: &lawyer, Set: map[string]any{"/representatives": map[string]any{"items": []any{advocate}}}, Add: []string{"power_of_attorney"},
			Want: []string{"/representatives/law law-required CPC 148(2) ?"}},
		{Name: "the claimant who signs need not", Set: map[string]any{"/representatives": map[string]any{"items": []any{advocate}}}, Add: []string{"power_of_attorney"}},
		{Name: "a lawyer without the power", As: &lawyer, Set: map[string]any{"/representatives": map[string]any{"items": []any{with(advocate, "powers", []any{"appeal"})}, "law": "x"}}, Add: []string{"power_of_attorney"},
			Want: []string{"/representatives/items/0/powers power-missing CPC 60(3)"}},
		{Name: "is no matter when the claimant signs", Set: map[string]any{"/representatives": map[string]any{"items": []any{with(advocate, "powers", nil)}}}, Add: []string{"power_of_attorney"}},
		{Name: "a lawyer without the paper", As: &lawyer, Set: map[string]any{"/representatives": map[string]any{"items": []any{with(advocate, "document", nil)}, "law": "x"}},
			Want: []string{"/representatives/items/0/document recommended CPC 61 ?", "/representatives/items/0/document authority-document CPC 149(1)3", "/documents attachment-recommended CPC 61 ?"}},
		{Name: "on the last day of the authority", As: &lawyer, Set: map[string]any{"/representatives": map[string]any{"items": []any{with(advocate, "validTo", "2026-11-22")}, "law": "x"}}, Add: []string{"power_of_attorney"}},
		{Name: "on the day after", As: &lawyer, Set: map[string]any{"/representatives": map[string]any{"items": []any{with(advocate, "validTo", "2026-11-21")}, "law": "x"}}, Add: []string{"power_of_attorney"},
			Want: []string{"/representatives/items/0/validTo authority-over CPC 61"}},
		{Name: "before it begins", As: &lawyer, Set: map[string]any{"/representatives": map[string]any{"items": []any{with(advocate, "validFrom", "2026-11-23")}, "law": "x"}}, Add: []string{"power_of_attorney"},
			Want: []string{"/representatives/items/0/validTo authority-over CPC 61"}},
		{Name: "a parent needs no named power", As: &lawyer, Set: map[string]any{"/representatives": map[string]any{"items": []any{with(advocate, "kind", "legal", "powers", nil, "warrant", nil)}, "law": "x"}}, Add: []string{"power_of_attorney"}},
		{Name: "for the other side", Set: map[string]any{"/representatives": map[string]any{"items": []any{with(advocate, "parties", []any{"d1"})}}}, Add: []string{"power_of_attorney"},
			Want: []string{"/representatives/items/0/parties/0 representative-side CPC 59(3)1"}},
		{Name: "a number that a lawyer typed is checked", As: &lawyer, Set: map[string]any{"/claimant/iin": "900101300127", "/representatives": map[string]any{"items": []any{advocate}, "law": "x"}}, Add: []string{"power_of_attorney"},
			Want: []string{"/claimant/iin number-invalid CPC 148(2)2"}},
	})
}

func TestSeats(t *testing.T) {
	v, _ := filingtest.Sample(t, claim.Kind)
	c, err := form.Bind[claim.Claim](v)
	if err != nil {
		t.Fatal(err)
	}
	c.Coclaimants.Parties = []party.Party{{ID: "c2", Type: party.Legal, BIN: bin2}}
	c.Representatives.Items = []party.Representation{{ID: "r1", Kind: party.Advocate, Parties: []string{"c1"}, IIN: iin2, Powers: []string{party.SignClaim}, ValidTo: "2027-01-10"}}
	v, err = claim.Kind.Form.Of(c)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name   string
		signer filing.Signer
		on     string
		want   []string
	}{
		{"the claimant for oneself", filing.Signer{IIN: "900101300126"}, "2026-11-22", []string{"c1 in-person"}},
		{"the lawyer for the claimant", filing.Signer{IIN: iin2}, "2026-11-22", []string{"c1 representative"}},
		{"no longer", filing.Signer{IIN: iin2}, "2027-01-11", nil},
		{"the head of the other claimant", filing.Signer{BIN: bin2}, "2026-11-22", []string{"c2 organisation"}},
		{"the defendant", filing.Signer{BIN: "120340001230"}, "2026-11-22", nil},
	} {
		on := filingtest.Today
		if err := on.UnmarshalText([]byte(tt.on)); err != nil {
			t.Fatal(err)
		}
		seats, ok := claim.Kind.MaySign(v, filingtest.Person(t, tt.signer), on)
		var got []string
		for _, s := range seats {
			got = append(got, s.Party+" "+string(s.Any[0].Capacity))
		}
		if diff := cmp.Diff(tt.want, got); diff != "" || ok != (len(tt.want) > 0) {
			t.Errorf("%s: %v, %v", tt.name, got, ok)
		}
	}
	// An employee with the organisation's certificate but no right to sign has no seat.
	clerk := filingtest.Person(t, filing.Signer{BIN: bin2})
	clerk.Signs = false
	if _, ok := claim.Kind.MaySign(v, clerk, filingtest.Today); ok {
		t.Error("an employee signs for the organisation")
	}
}
