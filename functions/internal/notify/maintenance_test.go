package notify_test

import (
	"errors"
	"testing"
	"time"

	"github.com/courtoffice/courtoffice/functions/internal/notify"
	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/audit"
	"github.com/courtoffice/courtoffice/shared/locale"
	"github.com/courtoffice/courtoffice/shared/maintenance"
	"github.com/courtoffice/courtoffice/shared/store"
	"github.com/courtoffice/courtoffice/shared/store/engine"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// TestMaintenanceIsToldOnceToWhoAsked: each subscriber in their language, however often the event
// comes; who has left is passed over, and who never verified the address.
func TestMaintenanceIsToldOnceToWhoAsked(t *testing.T) {
	db, name := engine.ForTest(t)
	windows := store.NewMaintenance(db, name(schema.Site))
	sink, _, sender, _ := post(t)
	person := func(id string, lang locale.Lang) account.Account {
		return account.Account{ID: id, Status: account.Active, Lang: lang, Verified: now, Email: id + "@example.kz", Subject: account.Subject{Kind: account.Natural, Name: "АТЫ"}}
	}
	all := accounts{"kk": person("kk", locale.KK), "ru": person("ru", locale.RU), "en": person("en", locale.EN), "other": person("other", locale.KK)}
	typed := person("typed", locale.KK)
	typed.Verified = time.Time{}
	all["typed"] = typed
	svc := &notify.Service{
		Accounts: all, Windows: windows, Mail: sender, PortalURL: "https://court.example", Now: func() time.Time { return now },
	}
	for _, id := range []string{"kk", "ru", "en", "gone", "typed"} {
		if err := windows.Subscribe(t.Context(), id, true, now); err != nil {
			t.Fatal(err)
		}
	}
	e := maintenance.Event{
		V: 1, Type: "maintenance.announced", Kind: maintenance.Announced, WindowID: "w", Version: 1,
		From: "2026-11-24T15:00:00.000Z", To: "2026-11-24T16:00:00.000Z", At: "2026-11-22T15:00:00.000Z",
		Texts: map[string]string{"kk": "Дерекқор жаңартылады", "ru": "Обновление базы", "en": "Database upgrade"},
	}
	if err := svc.Maintenance(t.Context(), e); !errors.Is(err, maintenance.ErrNotFound) {
		t.Errorf("of no window: %v", err)
	}
	w := maintenance.Window{ID: "w", Version: 1, State: maintenance.Published, PublishedAt: now, WarnedAt: now, ChangedAt: now}
	w.From, w.To = time.Date(2026, 11, 24, 15, 0, 0, 0, time.UTC), time.Date(2026, 11, 24, 16, 0, 0, 0, time.UTC)
	entry := audit.New("maintenance.published", audit.Actor{Account: "admin", Person: "p"}, "w", "upgrade", now, [8]byte{1})
	if err := windows.Save(t.Context(), maintenance.Window{}, w, "", entry); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if err := svc.Maintenance(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
	got := map[string]string{}
	for _, m := range sink.Messages() {
		got[m.To[0]] += m.Subject
	}
	want := map[string]string{
		"kk@example.kz": "Профилактикалық жұмыстар: 2026 жылғы 24 қараша, 20:00:00 (UTC+5)",
		"ru@example.kz": "Профилактические работы: 24 ноября 2026 г., 20:00:00 (UTC+5)",
		"en@example.kz": "Maintenance: 24 November 2026, 20:00:00 (UTC+5)",
	}
	for to, subject := range want {
		if got[to] != subject {
			t.Errorf("to %s: %q, want %q", to, got[to], subject)
		}
	}
	if len(got) != len(want) {
		t.Errorf("mail to %v", got)
	}
	for _, kind := range []maintenance.Kind{
		maintenance.Changed, maintenance.Withdrawn, maintenance.ReminderDay, maintenance.ReminderHour, maintenance.Ended,
	} {
		e.Kind = kind
		if err := svc.Maintenance(t.Context(), e); err != nil {
			t.Errorf("%s: %v", kind, err)
		}
	}
	if n := len(sink.Messages()); n != 18 {
		t.Errorf("%d messages of six kinds to three people", n)
	}
	e.Kind = "unheard-of"
	if err := svc.Maintenance(t.Context(), e); err == nil {
		t.Error("a kind that nobody is told of was told")
	}
}
