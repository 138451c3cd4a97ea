package render_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/courtoffice/courtoffice/shared/calendar"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/filing/render"
	"github.com/courtoffice/courtoffice/shared/locale"
	"github.com/courtoffice/courtoffice/shared/statement"
)

// TestRuling: every ruling there is can be drawn in both languages of proceedings, with all its grounds, and
// the same ruling has the same bytes.
func TestRuling(t *testing.T) {
	for _, s := range filing.Steps {
		step := s.Name
		if !filing.IsRuling(step) {
			continue
		}
		kind, about, _ := strings.Cut(s.Court.Of[0], "/")
		for _, lang := range []locale.Lang{locale.KK, locale.RU} {
			r := filing.Ruling{
				Step: step, Filing: "0193f0c0-0000-7000-8000-000000000001", Kind: kind, About: about, On: calendar.Date{Year: 2026, Month: 12, Day: 9}, Tiyn: 1_500_000_00, CourtCode: "almaty-bostandyq", Number: "7514-26-00-2/31", Ticket: "7F3K-92QH-X4TC",
				Judge: "ҒАББАСОВА ГҮЛНҰР", Date: calendar.Date{Year: 2026, Month: 11, Day: 30}, Lang: lang, Filer: "СЕРІКОВ ҰЛАН", Opposite: "ЖШС «Мысал»", SentAt: "2026-11-22T18:59:59.999Z",
			}
			bare := drawn(t, r)
			for _, g := range filing.GroundsOf(step) {
				r.Grounds = append(r.Grounds, g.Code)
			}
			r.Reasons, r.Decision = "Себебі.\nЕкінші абзац.", "Өндіріп алынсын."
			whole := drawn(t, r)
			if bytes.Equal(bare, whole) || !bytes.Equal(whole, drawn(t, r)) {
				t.Errorf("%s in %s: grounds change nothing, or the bytes differ from time to time", step, lang)
			}
		}
	}
}

// TestCorrectedIsNamed: a ruling that corrects another says which, by its day, what it was about and its hash.
func TestCorrectedIsNamed(t *testing.T) {
	of := filing.Corrected{SHA256: strings.Repeat("ab", 32), Step: "return", Date: calendar.Date{Year: 2026, Month: 11, Day: 30}}
	for _, lang := range []locale.Lang{locale.KK, locale.RU} {
		var said []string
		for _, block := range render.Ruling(filing.Ruling{Step: filing.CorrectRuling, Kind: "claim", Lang: lang, Corrects: of}).Body {
			if facts, ok := block.(statement.Facts); ok {
				for _, f := range facts {
					said = append(said, f.Value)
				}
			}
		}
		all := strings.Join(said, "\n")
		for _, part := range []string{of.SHA256, locale.Date(lang, of.Date.Start()), locale.T(lang, "ruling.return.about")} {
			if !strings.Contains(all, part) {
				t.Errorf("in %s it does not say %q: %s", lang, part, all)
			}
		}
	}
}

// TestComplaint: a ruling says whether and until when it can be attacked (CPC 268).
func TestComplaint(t *testing.T) {
	for _, tt := range []struct{ step, kind, about, key string }{
		{"accept", "claim", "", "ruling.no-complaint"}, {"return", "claim", "", "ruling.complaint"}, {"issue-order", "court_order_application", "", "ruling.issue-order.complaint"},
		{"set-aside", "motion", "order_objection", "ruling.no-complaint"}, {"grant", "motion", "evidence", "ruling.in-appeal"}, {"deny", "motion", "security", "ruling.complaint"},
		{"correct-ruling", "claim", "", "ruling.complaint"}, {"correct-ruling", "motion", "evidence", "ruling.complaint"},
	} {
		d := render.Ruling(filing.Ruling{Step: tt.step, Kind: tt.kind, About: tt.about, Lang: locale.RU})
		last, _ := d.Body[len(d.Body)-1].(statement.Paragraph)
		if want := locale.T(locale.RU, tt.key); last.Text != want {
			t.Errorf("%s of a %s about %q ends %q, want %q", tt.step, tt.kind, tt.about, last.Text, want)
		}
	}
}

func drawn(t *testing.T, r filing.Ruling) []byte {
	t.Helper()
	pdf, err := statement.Render(statement.Version, render.Ruling(r))
	if err != nil {
		t.Fatalf("%s in %s: %v", r.Step, r.Lang, err)
	}
	return pdf
}
