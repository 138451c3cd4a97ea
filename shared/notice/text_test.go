package notice_test

import (
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/locale"
	"github.com/courtoffice/courtoffice/shared/notice"
)

const number, oldNumber = "+77011234567", "+77077654321"

// reachable is holder with a verified number.
func reachable(lang locale.Lang) account.Account {
	a := holder
	a.Lang, a.Mobile, a.MobileFrom = lang, number, time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	return a
}

func accountEvent(t account.EventType, id, to string) account.Event {
	e := account.NewEvent(t, "acc-1", id, time.Date(2026, 11, 22, 18, 59, 59, 0, time.UTC))
	e.To, e.Code = to, "123456"
	return e
}

// TestTexts: which event is told by text message, to which number, and what it says in each
// language; none is longer than two segments or says more about a person than a ticket.
func TestTexts(t *testing.T) {
	for _, tt := range []struct {
		e        account.Event
		to       string // "" for none
		anyone   bool   // also before the number is verified
		contains string
	}{
		{accountEvent(account.EventMobileCode, "1", oldNumber), oldNumber, true, "123456"},
		{accountEvent(account.EventWelcome, string(account.Mobile), number), number, true, "SMS"},
		{accountEvent(account.EventMobileReplaced, "1", oldNumber), oldNumber, true, "23:59:59"},
		{accountEvent(account.EventMobileRemoved, "1", oldNumber), oldNumber, true, "23:59:59"},
		{accountEvent(account.EventNewDevice, "1", ""), number, false, "23:59:59"},
		{accountEvent(account.EventPasswordChanged, "1", ""), number, false, "23:59:59"},
		{accountEvent(account.EventContactReplaced, "1", "old@example.kz"), number, false, "23:59:59"},
		{accountEvent(account.EventWelcome, string(account.Email), "daniar@example.kz"), "", false, ""},
		{accountEvent(account.EventMobileVerified, "1", number), "", false, ""},
		{accountEvent(account.EventContactVerified, "1", "daniar@example.kz"), "", false, ""},
		{accountEvent(account.EventContactCode, "1", "daniar@example.kz"), "", false, ""},
		{accountEvent(account.EventAudit, "1", ""), "", false, ""},
		{accountEvent("account.unheard-of", "1", ""), "", false, ""},
	} {
		for _, lang := range locale.Langs {
			got, ok, err := notice.TextOfAccount(tt.e, reachable(lang))
			if err != nil || ok != (tt.to != "") {
				t.Errorf("%v in %s: %t, %v", tt.e, lang, ok, err)
			}
			if !ok {
				continue
			}
			contains := tt.contains
			if contains == "SMS" && lang == locale.EN {
				contains = "text messages"
			}
			if got.To != tt.to || !strings.Contains(got.Body, contains) {
				t.Errorf("%v in %s: to %q: %s", tt.e, lang, got.To, got.Body)
			}
			short(t, lang, got.Body)
			unverified := reachable(lang)
			unverified.MobileFrom = time.Time{}
			if _, ok, err := notice.TextOfAccount(tt.e, unverified); err != nil || ok != tt.anyone {
				t.Errorf("%v before the number is verified: %t, %v", tt.e, ok, err)
			}
		}
	}
}

func short(t *testing.T, lang locale.Lang, body string) {
	t.Helper()
	if n := len(utf16.Encode([]rune(body))); n > notice.MaxText {
		t.Errorf("%s: %d characters, want at most %d: %s", lang, n, notice.MaxText, body)
	}
	for _, private := range []string{holder.Subject.Name, "ДАНИЯР", holder.Email, "701", "707", "{", "http"} {
		if strings.Contains(body, private) {
			t.Errorf("%s: %q in %s", lang, private, body)
		}
	}
}

func TestTextOf(t *testing.T) {
	for _, lang := range locale.Langs {
		got, ok, err := notice.TextOf(sent, reachable(lang))
		if err != nil || !ok || got.To != number || !strings.Contains(got.Body, sent.TicketNo) || !strings.Contains(got.Body, "23:59:59") {
			t.Errorf("%s: %+v, %t, %v", lang, got, ok, err)
		}
		short(t, lang, got.Body)
	}
	if _, ok, err := notice.TextOf(sent, holder); err != nil || ok {
		t.Errorf("an account without a number: %t, %v", ok, err)
	}
	other := sent
	other.Type = "filing.unheard-of"
	if _, ok, err := notice.TextOf(other, reachable(locale.KK)); err != nil || ok {
		t.Errorf("an unknown event: %t, %v", ok, err)
	}
	other = sent
	other.SentAt = "yesterday"
	if _, _, err := notice.TextOf(other, reachable(locale.KK)); err == nil {
		t.Error("an instant that is none was told")
	}
}

// TestMailOfContacts: what mail says of the channels, and to which address.
func TestMailOfContacts(t *testing.T) {
	for _, tt := range []struct {
		e        account.Event
		to       string // "" for none
		contains []string
	}{
		{accountEvent(account.EventWelcome, string(account.Email), "new@example.kz"), "new@example.kz", []string{"/account", "/filings/new", "/help", "23:59:59"}},
		{accountEvent(account.EventWelcome, string(account.Mobile), number), "", nil},
		{accountEvent(account.EventMobileVerified, "1", oldNumber), holder.Email, []string{"4321", "/account", "/password"}},
		{accountEvent(account.EventMobileRemoved, "1", oldNumber), holder.Email, []string{"4321", "/account", "/password"}},
		{accountEvent(account.EventMobileCode, "1", oldNumber), "", nil},
		{accountEvent(account.EventMobileReplaced, "1", oldNumber), "", nil},
	} {
		for _, lang := range locale.Langs {
			m, ok, err := notice.OfAccount(tt.e, reachable(lang), "https://court.example")
			if err != nil || ok != (tt.to != "") || m.To != tt.to {
				t.Errorf("%v in %s: to %q, %t, %v", tt.e, lang, m.To, ok, err)
			}
			for _, part := range tt.contains {
				if !strings.Contains(m.Body, part) {
					t.Errorf("%v in %s does not say %q:\n%s", tt.e, lang, part, m.Body)
				}
			}
			if strings.Contains(m.Body, oldNumber) || strings.ContainsAny(m.Subject+m.Body, "{}") {
				t.Errorf("%v in %s:\n%s", tt.e, lang, m.Body)
			}
		}
	}
	closed := reachable(locale.KK)
	closed.Email = ""
	if _, ok, err := notice.OfAccount(accountEvent(account.EventMobileVerified, "1", number), closed, ""); err != nil || ok {
		t.Errorf("mail to an account without an address: %t, %v", ok, err)
	}
}
