package letter_test

import (
	"strings"
	"testing"

	"github.com/courtoffice/courtoffice/shared/filing/filingtest"
	"github.com/courtoffice/courtoffice/shared/filing/letter"
)

func TestRules(t *testing.T) {
	filingtest.Run(t, letter.Kind, []filingtest.Case{
		{Name: "a letter has a subject and a text", Set: map[string]any{"/letter": nil}, Want: []string{"/letter/subject required CPC 46(4)", "/letter/text required CPC 46(4)"}},
		{Name: "the text may be a document", Set: map[string]any{"/letter/text": nil, "/letter/textIn": "added-0"}, Add: []string{"main_claim"}},
		{Name: "and a court", Set: map[string]any{"/case/court": nil}, Want: []string{"/case/court required CPC 46(4)"}},
		{Name: "a case if there is one", Set: map[string]any{"/case/number": "7514-26-00-2/4821"}},
		{Name: "any court", Set: map[string]any{"/case/court": "almaty-appeal"}},
		{Name: "nothing asks for a charter", Add: []string{"charter"}, Want: []string{"/documents/added-0 attachment-role CPC 46(4)"}},
		{Name: "one character too long", Set: map[string]any{"/letter/text": strings.Repeat("ә", 20_001)}, Want: []string{"/letter/text over-length CPC 46(4)"}},
		{Name: "as long as allowed", Set: map[string]any{"/letter/text": strings.Repeat("ә", 20_000)}},
	})
}
