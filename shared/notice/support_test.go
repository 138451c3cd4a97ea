package notice_test

import (
	"strings"
	"testing"
	"time"

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/audit"
	"github.com/courtoffice/courtoffice/shared/locale"
	"github.com/courtoffice/courtoffice/shared/notice"
	"github.com/courtoffice/courtoffice/shared/support"
)

func asked(lang locale.Lang) support.Ticket {
	at := time.Date(2026, 11, 27, 18, 59, 59, 999_000_000, time.UTC) // Friday, the last millisecond
	return support.Ticket{Number: "10H2-GQVQ-DNQN", Lang: lang, Topic: "upload", ReceivedAt: at, Answer: "Үш.\nТөрт."}
}

// TestToSupport: what is not known makes no line, and every fact and topic has its words.
func TestToSupport(t *testing.T) {
	for _, lang := range locale.Langs {
		short := notice.ToSupport(asked(lang), "office@example.kz", "https://court.example")
		if short.To != "office@example.kz" || short.ReplyTo != "" || short.Lang != lang || strings.Contains(short.Subject+short.Body, "notice.") {
			t.Errorf("%s: %+v", lang, short)
		}
		full := asked(lang)
		full.AccountID, full.Reference, full.Problem, full.Page, full.FilingID = "a1", "JKJa=", "throttled", "/kk/help", "f-1"
		full.Browser, full.NCALayer, full.Portal, full.Agreement, full.HappenedAt = "Firefox 132.0", "1.4", "aB3_-x9Zq1Rt", "v1", full.ReceivedAt
		long := notice.ToSupport(full, "office@example.kz", "https://court.example")
		if n := strings.Count(long.Body, "\n") - strings.Count(short.Body, "\n"); n != 9 {
			t.Errorf("%s: nine facts make %d lines:\n%s", lang, n, long.Body)
		}
		if strings.Contains(long.Body, "a1") || strings.Contains(long.Body, "support.fact") || !strings.Contains(long.Body, "https://court.example/"+string(lang)+"/admin/support") {
			t.Errorf("%s:\n%s", lang, long.Body)
		}
		for _, topic := range support.Topics {
			full.Topic = topic
			if m := notice.ToSupport(full, "", ""); strings.Contains(m.Subject, "support.topic") {
				t.Errorf("%s: %s has no name", lang, topic)
			}
		}
	}
}

func TestOfTicket(t *testing.T) {
	m := notice.OfTicket(asked(locale.RU), holder, "https://court.example")
	for _, part := range []string{"Серікбаев Данияр", "10H2-GQVQ-DNQN", "Құжаттарды жүктеу", "2026 жылғы 27 қараша, 23:59:59", "2026 жылғы 1 желтоқсан", "https://court.example/kk/support"} {
		if !strings.Contains(m.Body, part) {
			t.Errorf("no %q in\n%s", part, m.Body)
		}
	}
	if m.To != holder.Email || m.Lang != holder.Lang || strings.ContainsAny(m.Subject+m.Body, "{}") {
		t.Errorf("%+v", m)
	}
}

func TestOfAnswer(t *testing.T) {
	anonymous, own := asked(locale.EN), asked(locale.EN)
	anonymous.ReplyTo, own.AccountID = "kuralai@example.kz", holder.ID
	closed := account.Account{ID: holder.ID, Lang: locale.KK, Status: account.Closed}
	for _, tt := range []struct {
		name   string
		ticket support.Ticket
		holder account.Account
		to     string
		lang   locale.Lang
		ok     bool
	}{
		{"of an account, in its language", own, holder, holder.Email, locale.KK, true},
		{"to an address, in that of the request", anonymous, account.Account{}, "kuralai@example.kz", locale.EN, true},
		{"to nobody", asked(locale.EN), account.Account{}, "", locale.EN, false},
		{"of an account closed since", own, closed, "", locale.KK, false},
	} {
		m, ok := notice.OfAnswer(tt.ticket, tt.holder, "https://court.example")
		if m.To != tt.to || m.Lang != tt.lang || ok != tt.ok || !strings.Contains(m.Body, "\n\nҮш.\nТөрт.\n\n") || strings.ContainsAny(m.Body, "{}") {
			t.Errorf("%s: %t, %+v", tt.name, ok, m)
		}
		if named := strings.Contains(m.Body, "Данияр"); named != (tt.holder.Email != "") {
			t.Errorf("%s: named %t:\n%s", tt.name, named, m.Body)
		}
	}
}

// TestLettersNameSupport: whoever disagrees is shown the way.
func TestLettersNameSupport(t *testing.T) {
	e := account.NewEvent(account.EventAudit, holder.ID, "1", time.Date(2026, 11, 22, 7, 0, 0, 0, time.UTC))
	e.Act = string(audit.AccountDisabled)
	m, ok, err := notice.OfAccount(e, holder, "https://court.example")
	if err != nil || !ok || !strings.Contains(m.Body, "https://court.example/kk/support") {
		t.Errorf("%t, %v:\n%s", ok, err, m.Body)
	}
}
