package appeal_test

import (
	"testing"

	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/filing/appeal"
	"github.com/courtoffice/courtoffice/shared/filing/filingtest"
)

func TestRules(t *testing.T) {
	filingtest.Run(t, appeal.Kind, []filingtest.Case{
		{Name: "no act", Set: map[string]any{"/act": nil}, Want: []string{"/act/judgment recommended CPC 401 ?", "/act/on required CPC 404", "/act/finalOn recommended CPC 403(3) ?"}},
		{Name: "no grounds", Set: map[string]any{"/grounds/unlawful": nil}, Want: []string{"/grounds/unlawful/text required CPC 404"}},
		{Name: "no request", Set: map[string]any{"/grounds/request": nil}, Want: []string{"/grounds/request/text required CPC 404"}},
		{Name: "a month, moved over a Sunday", Set: map[string]any{"/act/on": "2026-10-15", "/act/finalOn": "2026-10-22"}, On: "2026-11-23"},
		{Name: "and a day", Set: map[string]any{"/act/on": "2026-10-15", "/act/finalOn": "2026-10-22"}, On: "2026-11-24", Want: []string{"/act/finalOn term-passed CPC 403(3) ?"}},
		{Name: "who asks to restore the term is not told", Set: map[string]any{"/act/on": "2026-10-15", "/act/finalOn": "2026-10-22", "/grounds/restore": true, "/grounds/reason": "x"}, Add: []string{"outage_certificate"}, On: "2026-11-24"},
		{Name: "but shows the reason", Set: map[string]any{"/act/on": "2026-10-15", "/act/finalOn": "2026-10-22", "/grounds/restore": true}, On: "2026-11-24",
			Want: []string{"/grounds/reason recommended CPC 126(2) ?", "/documents attachment-recommended CPC 126(5) ?"}},
		{Name: "in time there is nothing to restore", Set: map[string]any{"/grounds/restore": true, "/grounds/reason": "x"}, Add: []string{"reason_proof"}, Want: []string{"/grounds/restore term-not-missed CPC 126(2) ?"}},
		{Name: "who was absent counts from the sending", Set: map[string]any{"/act/on": "2026-09-15", "/act/finalOn": "2026-09-22", "/act/absent": true, "/act/copySentOn": "2026-10-22"}, On: "2026-11-23"},
		{Name: "and has to say when", Set: map[string]any{"/act/absent": true}, Want: []string{"/act/copySentOn recommended CPC 403(3) ?"}},
		{Name: "after a refusal to set aside", Set: map[string]any{"/act/judgment": "simplified_judgment", "/act/refusedOn": "2026-10-22"}, On: "2026-11-24", Want: []string{"/act/refusedOn term-passed CPC 267-4(4) ?"}},
		{Name: "final before it was made", Set: map[string]any{"/act/finalOn": "2026-11-01"}, Want: []string{"/act/finalOn date-order CPC 223 ?"}},
		{Name: "new evidence, why not before", Set: map[string]any{"/evidence/items": []any{map[string]any{"fact": "x", "description": "x", "heldBy": "third", "holder": "x", "obstacle": "x"}}},
			Want: []string{"/grounds/newEvidence new-evidence CPC 404(2) ?"}},
		{Name: "the power to appeal is named", Set: map[string]any{"/representatives/items/0/powers": []any{"sign_claim"}}, Want: []string{"/representatives/items/0/powers power-missing CPC 60(3)"}},
		{Name: "a state body has the consent of its superior", Set: map[string]any{"/representatives": nil,
			"/appellant": map[string]any{"id": "a1", "type": "state_body", "name": "x", "bin": "120340000507", "address": map[string]any{"text": "x"}}}, As: &filing.Signer{BIN: "120340000507"},
			Want: []string{"/documents attachment-recommended CPC 401(2) ?"}},
		{Name: "no duty is asked for", Add: nil},
	})
}
