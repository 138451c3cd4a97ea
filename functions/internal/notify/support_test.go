package notify_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/courtoffice/courtoffice/functions/internal/notify"
	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/locale"
	"github.com/courtoffice/courtoffice/shared/store"
	"github.com/courtoffice/courtoffice/shared/store/engine"
	"github.com/courtoffice/courtoffice/shared/store/schema"
	"github.com/courtoffice/courtoffice/shared/support"
)

// TestRequestIsToldOnce: support and the holder hear of a request once, however often the event
// comes and though one of them could not be reached at first.
func TestRequestIsToldOnce(t *testing.T) {
	db, name := engine.ForTest(t)
	tickets := store.NewSupport(db, name(schema.Accounts))
	sink, _, sender, _ := post(t)
	mending := &rejecting{sender, "office@example.kz"}
	svc := &notify.Service{
		Accounts: accounts{"a1": {ID: "a1", Lang: locale.KK, Email: "daniar@example.kz", Subject: account.Subject{Kind: account.Natural, Name: "СЕРІКБАЕВ ДАНИЯР"}}},
		Tickets:  tickets, Mail: mending, Support: "office@example.kz", PortalURL: "https://court.example", Now: func() time.Time { return now },
	}
	received := time.Date(2026, 11, 22, 7, 0, 0, 0, time.UTC)
	ticket := support.Ticket{
		Number: "10H2-GQVQ-DNQN", RequestID: "01993a5e-0000-7000-8000-0000000000f1", AccountID: "a1", Lang: locale.RU, Topic: "other",
		State: support.Received, ReceivedAt: received,
	}
	e := support.NewEvent(support.EventRequested, ticket.Number, received)
	if err := svc.Request(t.Context(), e); !errors.Is(err, support.ErrNotFound) {
		t.Errorf("an event of no ticket: %v", err)
	}
	if _, _, err := tickets.Open(t.Context(), ticket); err != nil {
		t.Fatal(err)
	}
	if err := svc.Request(t.Context(), e); err == nil || strings.Contains(err.Error(), "daniar") {
		t.Errorf("support can't be reached: %v", err)
	}
	if got := sink.Messages(); len(got) != 1 || got[0].To[0] != "daniar@example.kz" || got[0].Language != "kk" {
		t.Fatalf("messages: %+v", got)
	}
	mending.address = ""
	for range 2 {
		if err := svc.Request(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
	if got := sink.Messages(); len(got) != 2 || got[1].To[0] != "office@example.kz" || got[1].Language != "ru" {
		t.Errorf("after the mend: %+v", got)
	}

	e.At = "yesterday"
	if err := svc.Request(t.Context(), e); err == nil {
		t.Error("an instant that is none was told")
	}
}
