package breach_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/courtoffice/courtoffice/shared/breach"
)

var opened = time.Date(2026, 11, 22, 7, 0, 0, 0, time.UTC)

// TestTimeClosesNothing: only a reason does, and only once.
func TestTimeClosesNothing(t *testing.T) {
	c := breach.Case{ID: "0123456789abcdef", OpenedAt: opened.AddDate(-40, 0, 0)}
	if c.Closed() {
		t.Error("a case of 40 years is closed")
	}
	closed, err := c.Close(breach.Closing{At: opened, Reason: " the address was the holder's own  "})
	if err != nil || !closed.Closed() || closed.Closing.Reason != "the address was the holder's own" {
		t.Errorf("closed: %+v, %v", closed, err)
	}
	if _, err := closed.Close(breach.Closing{At: opened, Reason: "again"}); !errors.Is(err, breach.ErrClosed) {
		t.Errorf("closed twice: %v", err)
	}
}

// TestTold: the person sees a case, unless the law forbids telling, and what was withheld while it
// was open is shown when it is closed.
func TestTold(t *testing.T) {
	const ground = "CPC art. 201: secrecy of the pre-trial investigation"
	for _, tt := range []struct {
		name            string
		opening, ending string
		closed, want    bool
	}{
		{"open, told", "", "", false, true},
		{"open, withheld", ground, "", false, false},
		{"closed, told", "", "", true, true},
		{"closed, withheld till then", ground, "", true, true},
		{"closed, withheld for good", ground, ground, true, false},
	} {
		c := breach.Case{Withheld: tt.opening}
		if tt.closed {
			c.Closing = breach.Closing{At: opened, Withheld: tt.ending}
		}
		if got := c.Told(); got != tt.want {
			t.Errorf("%s: told %t", tt.name, got)
		}
	}
}

func TestCheck(t *testing.T) {
	const reason = "copies of one signature on 40 filings"
	for _, tt := range []struct {
		name, act, reason, withheld, want string
	}{
		{"on the account", "", reason, "", ""},
		{"on a filing", "01993a5e-0000-7000-8000-000000000002", reason, "", ""},
		{"on a request", "JKJaXmPLvHcESHA=", reason, "", ""},
		{"eight characters", "abcdefgh", reason, "", ""},
		{"seven", "abcdefg", reason, "", "/act format"},
		{"64", strings.Repeat("a", 64), reason, "", ""},
		{"65", strings.Repeat("a", 65), reason, "", "/act format"},
		{"line feed", "abcdefgh\n", reason, "", "/act format"},
		{"no reason", "", " ", "", "/reason required"},
		{"nine characters", "", "123456789", "", "/reason reason-short"},
		{"ten", "", "abcdefghij", "", ""},
		{"500", "", strings.Repeat("a", 500), "", ""},
		{"501", "", strings.Repeat("a", 501), "", "/reason too-long"},
		{"a person's number", "", "about 900101300126 and more", "", "/reason reason-personal"},
		{"a ground", "", reason, "CPC art. 201", ""},
		{"a ground that says nothing", "", reason, "law", "/withheld reason-short"},
	} {
		var got []string
		for _, d := range breach.Check(tt.act, tt.reason, tt.withheld) {
			got = append(got, d.Pointer+" "+d.Code)
		}
		if strings.Join(got, ", ") != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

// TestOneObjectionAChange: whoever objects again, by the link or from the account, meets the same case.
func TestOneObjectionAChange(t *testing.T) {
	since := opened.Add(-time.Hour)
	one, again := breach.Objection("a", since, opened), breach.Objection("a", since.In(time.FixedZone("", 5*3600)), opened.Add(time.Hour))
	if one.ID != again.ID || !breach.IsID(one.ID) || one.Origin != breach.ByObjection || !one.Told() {
		t.Errorf("%+v, again %+v", one, again)
	}
	for name, other := range map[string]breach.Case{
		"another account": breach.Objection("b", since, opened),
		"another address": breach.Objection("a", since.Add(time.Millisecond), opened),
	} {
		if other.ID == one.ID {
			t.Errorf("%s has the same case", name)
		}
	}
	for _, s := range []string{"", "0123456789abcde", "0123456789abcdeg", "0123456789ABCDEF", one.ID + "0", one.ID + "\n"} {
		if breach.IsID(s) {
			t.Errorf("%q is an id", s)
		}
	}
}
