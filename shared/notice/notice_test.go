package notice_test

import (
	"strings"
	"testing"
	"time"

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/locale"
	"github.com/courtoffice/courtoffice/shared/notice"
)

var holder = account.Account{
	ID: "acc-1", Lang: locale.KK, Email: "daniar@example.kz",
	Subject:  account.Subject{Kind: account.Natural, Name: "СЕРІКБАЕВ ДАНИЯР"},
	Contacts: []account.Contact{{Name: "Анна", Email: "anna@example.kz", Lang: locale.RU}, {Name: "Ann", Email: "ann@example.com", Lang: locale.EN}},
}

var sent = filing.SentEvent{
	V: 1, Type: filing.EventSent, FilingID: "f-1", AccountID: "acc-1", TicketNo: "7F3K-92QH-X4TC",
	CourtCode: "almaty-bostandyq", SentAt: "2026-11-22T18:59:59.999Z",
}

func TestMessages(t *testing.T) {
	got, err := notice.Messages(sent, holder, "https://court.example")
	if err != nil || len(got) != 3 {
		t.Fatalf("Messages = %v, %v", got, err)
	}
	for i, want := range []struct {
		to, link string
		contains []string
	}{
		{"daniar@example.kz", "https://court.example/kk/filings/f-1", []string{"СЕРІКБАЕВ ДАНИЯР", "Бостандық", "23:59"}},
		{"anna@example.kz", "https://court.example/ru/filings/f-1", []string{"СЕРІКБАЕВ ДАНИЯР", "Бостандыкский", "23:59"}},
		{"ann@example.com", "https://court.example/en/filings/f-1", []string{"СЕРІКБАЕВ ДАНИЯР", "Bostandyk", "23:59"}},
	} {
		m := got[i]
		if m.To != want.to || !strings.Contains(m.Subject, sent.TicketNo) {
			t.Errorf("message %d to %s: %q", i, m.To, m.Subject)
		}
		for _, part := range append(want.contains, sent.TicketNo, want.link) {
			if !strings.Contains(m.Body, part) {
				t.Errorf("message %d does not say %q:\n%s", i, part, m.Body)
			}
		}
		if strings.ContainsAny(m.Subject+m.Body, "{}") {
			t.Errorf("message %d has a hole:\n%s", i, m.Body)
		}
	}
	if ru, err := notice.Messages(sent, account.Account{Lang: locale.RU, Subject: holder.Subject}, "https://court.example"); err != nil || got[1].Body == ru[0].Body {
		t.Error("the representative gets the holder's letter")
	}
}

func TestOrganisationIsNamedNotItsSigner(t *testing.T) {
	a := holder
	a.Subject = account.Subject{Kind: account.Legal, Name: "АХМЕТОВА ӘСЕМ", Organisation: "«Мысал» ЖШС"}
	got, err := notice.Messages(sent, a, "")
	if err != nil || !strings.Contains(got[0].Body, "«Мысал» ЖШС") || strings.Contains(got[0].Body, "АХМЕТОВА") {
		t.Errorf("%v, %v", got, err)
	}
}

func TestOtherEvents(t *testing.T) {
	e := sent
	e.Type = "filing.unheard-of"
	if got, err := notice.Messages(e, holder, ""); err != nil || got != nil {
		t.Errorf("unknown event: %v, %v", got, err)
	}
	e = sent
	e.SentAt = time.Time{}.String()
	if _, err := notice.Messages(e, holder, ""); err == nil {
		t.Error("an instant that is none was told")
	}
}
