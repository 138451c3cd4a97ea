package main

import (
	"os"
	"strings"
	"testing"
)

// TestNext: the number of the repository's own cdk.json goes up by one, and nothing else changes.
func TestNext(t *testing.T) {
	raw, err := os.ReadFile("../../cdk.json")
	if err != nil {
		t.Fatal(err)
	}
	got, err := next(raw)
	if want := strings.Replace(string(raw), `"signingRoot": "1"`, `"signingRoot": "2"`, 1); err != nil || want == string(raw) || string(got) != want {
		t.Errorf("%v:\n%s", err, got)
	}
	if got, err := next([]byte(`{"context": {"signingRoot": "9"}}`)); err != nil || string(got) != `{"context": {"signingRoot": "10"}}` {
		t.Errorf("%s, %v", got, err)
	}
	if _, err := next([]byte(`{"context": {}}`)); err == nil {
		t.Error("a file without the number was taken")
	}
}
