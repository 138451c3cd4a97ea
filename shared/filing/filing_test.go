package filing_test

import (
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/courtoffice/courtoffice/shared/defect"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/locale"
)

const (
	filingID = "0193f0c0-0000-7000-8000-000000000001"
	docID    = "0193f0c0-0000-7000-8000-0000000000d1"
)

// sample is the claim of testdata, complete and ready to be signed.
func sample(t *testing.T) filing.Filing {
	t.Helper()
	raw, err := os.ReadFile("../../testdata/claims/money/claim.json")
	if err != nil {
		t.Fatal(err)
	}
	var c filing.Claim
	if err := json.Unmarshal(raw, &c); err != nil {
		t.Fatal(err)
	}
	return filing.Filing{
		ID: filingID, AccountID: "a1", Kind: filing.KindClaim, Status: filing.Draft, Claim: c,
		Documents: []filing.Document{{
			ID: docID, Role: "main_claim", Name: "talap.pdf", Size: 10,
			SHA256: strings.Repeat("ab", 32), MediaType: "application/pdf",
		}},
	}
}

func TestCheck(t *testing.T) {
	for _, tt := range []struct {
		name string
		edit func(*filing.Filing)
		want []string // "pointer code article"
	}{
		{"complete", func(f *filing.Filing) {}, nil},
		{"nothing filled in", func(f *filing.Filing) { f.Claim, f.Documents = filing.Claim{}, nil }, []string{
			"/claim/lang required CPC 14",
			"/claim/courtCode required CPC 148(2)1",
			"/claim/jurisdictionBasis required CPC 29-32",
			"/claim/breach required CPC 148(2)4",
			"/claim/circumstances required CPC 148(2)5",
			"/claim/demands required CPC 148(2)4",
			"/claim/defendants required CPC 148(2)3",
			"/documents document-required CPC 148(1)",
		}},
		{"blank is missing", func(f *filing.Filing) { f.Claim.Breach = " \n" }, []string{"/claim/breach required CPC 148(2)4"}},
		{"defendant's numbers may be unknown", func(f *filing.Filing) { f.Claim.Defendants[0].BIN = "" }, nil},
		{"but not wrong", func(f *filing.Filing) { f.Claim.Defendants[0].BIN = "120340001231" },
			[]string{"/claim/defendants/0/bin number-invalid CPC 148(2)3"}},
		{"an impossible IIN", func(f *filing.Filing) { f.Claim.Defendants[0].IIN = "900101300800" },
			[]string{"/claim/defendants/0/iin number-invalid CPC 148(2)3"}},
		{"no address", func(f *filing.Filing) { f.Claim.Defendants[0].Address = "" },
			[]string{"/claim/defendants/0/address required CPC 148(2)3"}},
		{"whereabouts unknown", func(f *filing.Filing) {
			f.Claim.Defendants[0].Address, f.Claim.Defendants[0].WhereaboutsUnknown = "", true
		}, nil},
		{"price is not the sum", func(f *filing.Filing) { f.Claim.ClaimPriceTiyn++ },
			[]string{"/claim/claimPriceTiyn amount-mismatch CPC 104"}},
		{"moral damage is not part of the price", func(f *filing.Filing) {
			f.Claim.Demands = append(f.Claim.Demands, filing.Demand{Text: "x", Nature: "moral", AmountTiyn: 5})
		}, nil},
		{"property without amount", func(f *filing.Filing) {
			f.Claim.Demands = []filing.Demand{{Text: "x", Nature: "property"}}
			f.Claim.ClaimPriceTiyn = 0
		}, []string{"/claim/demands/0/amountTiyn required CPC 148(2)7"}},
		{"unknown court", func(f *filing.Filing) { f.Claim.CourtCode = "atlantis" },
			[]string{"/claim/courtCode unknown-value CPC 148(2)1"}},
		{"language of proceedings is kk or ru", func(f *filing.Filing) { f.Claim.Lang = locale.EN },
			[]string{"/claim/lang unknown-value CPC 14"}},
		{"evidence alone", func(f *filing.Filing) { f.Documents[0].Role = "evidence" },
			[]string{"/documents document-required CPC 148(1)"}},
		{"one character too long", func(f *filing.Filing) { f.Claim.Breach = strings.Repeat("ә", filing.MaxBreach+1) },
			[]string{"/claim/breach too-long "}},
		{"exactly as long as allowed", func(f *filing.Filing) { f.Claim.Breach = strings.Repeat("ә", filing.MaxBreach) }, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := sample(t)
			tt.edit(&f)
			list, _ := errors.AsType[defect.List](f.Check())
			var got []string
			for _, d := range list {
				got = append(got, d.Pointer+" "+d.Code+" "+d.Article)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("defects (-want +got):\n%s", diff)
			}
		})
	}
}

func TestDraftMayMissAnything(t *testing.T) {
	if err := (filing.Claim{}).CheckDraft(); err != nil {
		t.Errorf("empty draft: %v", err)
	}
	c := filing.Claim{Demands: []filing.Demand{{AmountTiyn: -1}}}
	if err := c.CheckDraft(); err == nil {
		t.Error("a negative amount was kept")
	}
}

func TestDocumentCheck(t *testing.T) {
	for _, tt := range []struct {
		name string
		edit func(*filing.Document)
		want string
	}{
		{"good", func(d *filing.Document) {}, ""},
		{"empty", func(d *filing.Document) { d.Size = 0 }, "/size document-empty"},
		{"too large", func(d *filing.Document) { d.Size = filing.MaxDocument + 1 }, "/size document-too-large"},
		{"role", func(d *filing.Document) { d.Role = "secret" }, "/role unknown-value"},
		{"macro", func(d *filing.Document) { d.MediaType = "application/vnd.ms-word.document.macroEnabled.12" }, "/mediaType media-type-not-accepted"},
		{"upper-case hash", func(d *filing.Document) { d.SHA256 = strings.Repeat("AB", 32) }, "/sha256 format"},
		{"path in the name", func(d *filing.Document) { d.Name = "../x.pdf" }, "/name format"},
		{"id", func(d *filing.Document) { d.ID = "1" }, "/document format"},
	} {
		d := sample(t).Documents[0]
		tt.edit(&d)
		got := ""
		if list, ok := errors.AsType[defect.List](d.Check()); ok {
			got = list[0].Pointer + " " + list[0].Code
		}
		if got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestManifestChangesWithAnything(t *testing.T) {
	encode := func(f filing.Filing) string {
		m, err := filing.ManifestOf(f, "v1")
		if err != nil {
			t.Fatal(err)
		}
		b, err := json.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	base := encode(sample(t))
	if again := encode(sample(t)); again != base {
		t.Fatalf("not deterministic:\n%s\n%s", base, again)
	}
	for name, edit := range map[string]func(*filing.Filing){
		"text":     func(f *filing.Filing) { f.Claim.Circumstances += "." },
		"court":    func(f *filing.Filing) { f.Claim.CourtCode = "almaty-medeu" },
		"document": func(f *filing.Filing) { f.Documents[0].SHA256 = strings.Repeat("cd", 32) },
		"name":     func(f *filing.Filing) { f.Documents[0].Name = "b.pdf" },
		"account":  func(f *filing.Filing) { f.AccountID = "a2" },
	} {
		f := sample(t)
		edit(&f)
		if encode(f) == base {
			t.Errorf("a changed %s leaves the manifest as it was", name)
		}
	}
}

func TestTicket(t *testing.T) {
	ticket := filing.Ticket([7]byte{0xde, 0xad, 0xbe, 0xef, 0x01, 0x23, 0x45})
	if !filing.IsTicket(ticket) {
		t.Fatalf("IsTicket(%q) = false", ticket)
	}
	for i := range ticket {
		if ticket[i] == '-' {
			continue
		}
		for _, c := range "0123456789ABCDEFGHJKMNPQRSTVWXYZ" {
			if typo := ticket[:i] + string(c) + ticket[i+1:]; typo != ticket && filing.IsTicket(typo) {
				t.Errorf("typing %q for %q goes unnoticed", typo, ticket)
			}
		}
	}
	for _, bad := range []string{"", "0000-0000-0001", strings.ToLower(ticket), ticket + "0", strings.ReplaceAll(ticket, "-", "")} {
		if filing.IsTicket(bad) {
			t.Errorf("IsTicket(%q) = true", bad)
		}
	}
}

func TestTypedTicket(t *testing.T) {
	const want = "10H2-GQVQ-DNQN"
	if !filing.IsTicket(want) {
		t.Fatalf("%s is no ticket number", want)
	}
	for _, typed := range []string{want, "10h2gqvqdnqn", " 10H2 GQVQ DNQN ", "loh2-gqvq-dnqn", "I0H2-GQVQ-DNQN"} {
		if got, ok := filing.TypedTicket(typed); got != want || !ok {
			t.Errorf("TypedTicket(%q) = %q, %t", typed, got, ok)
		}
	}
	for _, bad := range []string{"", "10H2-GQVQ-DNQP", "10H2-GQVQ-DNQ", "10H2-GQVQ-DNӘN", "ӘӘӘӘӘӘ"} {
		if got, ok := filing.TypedTicket(bad); ok {
			t.Errorf("TypedTicket(%q) = %q", bad, got)
		}
	}
}

func TestEveryCourtHasThreeNames(t *testing.T) {
	for _, c := range filing.Courts {
		for _, lang := range locale.Langs {
			if c.Name[lang] == "" {
				t.Errorf("%s has no name in %s", c.Code, lang)
			}
		}
	}
	if got := filing.CourtName("nowhere", locale.KK); got != "nowhere" {
		t.Errorf("CourtName of an unknown code = %q", got)
	}
}
