package demo

import (
	"slices"
	"testing"
)

func TestInboxOfBothKinds(t *testing.T) {
	for _, test := range []struct{ name, inbox string }{
		{"local host", `[{"id":"1","to":["a@example.kz"],"subject":"Т","text":"талон 2026-AB"},{"id":"2","to":["b@example.kz"],"subject":"","text":"other"}]`},
		{"grouped by account", `{"messages":{"000000000000":[{"To":["a@example.kz"],"CC":[],"Subject":"Т","BodyText":"талон 2026-AB"},{"To":["b@example.kz"],"BodyText":"other"}]}}`},
		{"one recipient as text", `{"mails":[{"to":"Айгүл <A@example.kz>","text":"2026-AB"},{"to":"b@example.kz","headers":{"Subject":"x"}}]}`},
	} {
		mails, err := parseInbox([]byte(test.inbox))
		if err != nil || len(mails) != 2 {
			t.Fatalf("%s: %d mails, %v", test.name, len(mails), err)
		}
		if got := missingRecipients(mails, "2026-AB", []string{"a@example.kz", "b@example.kz"}); !slices.Equal(got, []string{"b@example.kz"}) {
			t.Errorf("%s: missing %v, want the recipient whose mail is about something else", test.name, got)
		}
	}
	if mails, err := parseInbox([]byte(`{"messages":{}}`)); err != nil || len(mails) != 0 {
		t.Errorf("empty inbox: %v, %v", mails, err)
	}
	if _, err := parseInbox([]byte(`<html>`)); err == nil {
		t.Error("a page was taken for an inbox")
	}
}
