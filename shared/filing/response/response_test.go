package response_test

import (
	"testing"

	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/filing/filingtest"
	"github.com/courtoffice/courtoffice/shared/filing/response"
)

func TestRules(t *testing.T) {
	simple := map[string]any{"/position/simplified": true, "/position/receivedOn": "2026-11-02"}
	filingtest.Run(t, response.Kind, []filingtest.Case{
		{Name: "no case", Set: map[string]any{"/case/number": nil}, Want: []string{"/case/number required CPC 166"}},
		{Name: "no claimant", Set: map[string]any{"/claimants": nil}, Want: []string{"/claimants/parties required CPC 166"}},
		{Name: "no arguments", Set: map[string]any{"/position/arguments": nil}, Want: []string{"/position/arguments/text required CPC 166"}},
		{Name: "on the tenth working day", Set: map[string]any{"/position/receivedOn": "2026-11-09"}, On: "2026-11-23"},
		{Name: "on the eleventh", Set: map[string]any{"/position/receivedOn": "2026-11-09"}, On: "2026-11-24", Want: []string{"/position/receivedOn term-passed CPC 166(2) ?"}},
		{Name: "simplified: on the fifteenth", Set: simple, On: "2026-11-23"},
		{Name: "on the sixteenth", Set: simple, On: "2026-11-24", Want: []string{"/position/receivedOn term-passed CPC 267-3(3) ?"}},
		{Name: "the ordinary way is asked for in simplified proceedings only", Set: map[string]any{"/position/objectsToWay": true}, Want: []string{"/position/objectsToWay not-allowed CPC 267-3(3)"}},
		{Name: "a representative cites the law", Set: map[string]any{"/representatives/law": nil}, Want: []string{"/representatives/law law-required CPC 148(2) ?"}},
		{Name: "the head of the company need not", Set: map[string]any{"/representatives/law": nil}, As: &filing.Signer{BIN: "120340001230"}},
		{Name: "an objection has its documents", Drop: []string{"rebuttal"}, Want: []string{"/evidence/items/0/documents/0 reference-missing CPC 166", "/documents attachment-recommended CPC 166 ?"}},
		{Name: "an admission needs none", Set: map[string]any{"/position/stance": "admit", "/evidence/items/0": map[string]any{"fact": "x", "description": "x", "heldBy": "third", "holder": "x", "obstacle": "x"}}, Drop: []string{"rebuttal"}},
	})
}
