package party_test

import (
	"slices"
	"testing"

	"github.com/courtoffice/courtoffice/shared/party"
)

// TestWords: a name is found by the beginnings of its words, in capitals or not, with Kazakh letters or the
// Russian ones typed for them, not by its legal form.
func TestWords(t *testing.T) {
	for name, want := range map[string][]string{
		"СӘРСЕНБАЕВ ҒАЛЫМ ІЛИЯСҰЛЫ": {"сарсенбаев", "галым", "илиясулы"},
		"«Мысал Құрылыс» ЖШС":       {"мысал", "курылыс"},
		"ТОО «Торғай-Агро 2000»":    {"торгай", "агро", "2000"},
		"Ли Ли":                     {"ли"},
		"ЖШС":                       {"жшс"},
		" — ":                       nil,
		"Ёлкина Һәм Өмірзақова Ұлту Үкі": {"елкина", "хам", "омирзакова", "улту", "уки"},
	} {
		if got := party.Words(name); !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	name := party.Words("СӘРСЕНБАЕВ ҒАЛЫМ ІЛИЯСҰЛЫ")
	for q, want := range map[string]bool{"сарс": true, "Ғал Сәр": true, "галым сарсенбаева": false, "лым": false, "": false} {
		if got := party.MatchWords(name, party.Words(q)); got != want {
			t.Errorf("%q: %v", q, got)
		}
	}
}
