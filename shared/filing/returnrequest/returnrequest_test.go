package returnrequest_test

import (
	"testing"

	"github.com/courtoffice/courtoffice/shared/filing/filingtest"
	"github.com/courtoffice/courtoffice/shared/filing/returnrequest"
)

func TestRules(t *testing.T) {
	filingtest.Run(t, returnrequest.Kind, []filingtest.Case{
		{Name: "of which filing", Set: map[string]any{"/request/ticket": nil}, Want: []string{"/request/ticket filing-unnamed CPC 152(1)9"}},
		{Name: "by the number of the case", Set: map[string]any{"/request/ticket": nil, "/case/number": "7514-26-00-2/4821"}},
		{Name: "no reason is asked for", Set: map[string]any{"/request/reason": nil}},
		{Name: "at trial it is left without consideration", Set: map[string]any{"/request/stage": "later"}, Want: []string{"/request/stage return-after-acceptance CPC 279 ?"}},
	})
}
