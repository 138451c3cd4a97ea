package notice_test

import (
	"strings"
	"testing"
	"time"

	"github.com/courtoffice/courtoffice/shared/docket"
	"github.com/courtoffice/courtoffice/shared/notice"
)

// TestServed: who is served is told of what, and within what it answers.
func TestServed(t *testing.T) {
	at := time.Date(2026, 11, 23, 5, 0, 0, 0, time.UTC)
	for kind, want := range map[string]struct{ said, unsaid string }{
		"claim":                   {"166-бабы", "сот бұйрығы"},
		"special_proceeding":      {"166-бабы", "сот бұйрығы"},
		"court_order_application": {"141-бабы", "166-бабы"},
	} {
		c := docket.Case{
			Head:    docket.Head{ID: "c-1", Number: "7514-26-00-2/31", Court: "almaty-bostandyq", Kind: kind, Claimant: "Серіков Ұлан", Opposite: "Үлгі"},
			Parties: []docket.Party{{ID: "d1", Role: docket.Defendant, Name: "Үлгі"}},
			Events:  []docket.Event{{ID: "e1", Type: "serve", Party: "d1", At: at, By: docket.ByClerk, Name: "ЖҮНІСОВА ӘСЕЛ"}},
		}
		n, ok := c.Events[0].Notice(c.ID)
		if !ok {
			t.Fatal("no notice of serving")
		}
		m, ok, err := notice.OfCase(c, n, holder, "https://court.example")
		if text := m.Subject + m.Body; err != nil || !ok || !strings.Contains(text, want.said) || strings.Contains(text, want.unsaid) || strings.Contains(text, "{") {
			t.Errorf("%s: %s, %v", kind, text, err)
		}
	}
}
