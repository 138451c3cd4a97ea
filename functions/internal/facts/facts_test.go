package facts_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/courtoffice/courtoffice/functions/internal/facts"
	"github.com/courtoffice/courtoffice/shared/evidence/evidencetest"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/httpapi"
	"github.com/courtoffice/courtoffice/shared/receipt"
	"github.com/courtoffice/courtoffice/shared/store"
)

// asked is a context of a request from an address.
func asked(address string) context.Context {
	return httpapi.WithEdge(context.Background(), httpapi.Edge{ReceivedAt: evidencetest.SentAt.Add(time.Minute), RequestID: "test", Address: address})
}

func TestFind(t *testing.T) {
	o := evidencetest.New(t)
	e := o.Seal(t, evidencetest.ID(1), "individual-gost")
	other := o.Seal(t, evidencetest.ID(2), "individual-gost")
	filings := store.NewFilings(o.DB, o.Table)
	svc := facts.Service{Filings: filings, Attempts: store.NewAttempts(o.DB, o.Table), IndexKey: make([]byte, 32)}
	sealed, err := filings.Sealed(t.Context(), e.ID)
	if err != nil {
		t.Fatal(err)
	}
	var signed struct{ Receipt receipt.Receipt }
	if err := json.Unmarshal(sealed.Receipt, &signed); err != nil {
		t.Fatal(err)
	}
	r := signed.Receipt
	unknown := func(why string, q facts.Request) {
		t.Helper()
		_, err := svc.Find(asked("203.0.113.7"), q)
		if p, ok := errors.AsType[*httpapi.Problem](err); !ok || p.Slug != "facts-unknown" {
			t.Errorf("%s: %v, want facts-unknown", why, err)
		}
	}
	right := facts.Request{TicketNo: r.TicketNo, CheckCode: r.CheckCode}
	unknown("before it is entered", right)
	for range 2 { // as often as its message comes
		if err := filings.Enter(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
	if err := filings.Enter(t.Context(), other); err != nil {
		t.Fatal(err)
	}
	typed := facts.Request{TicketNo: strings.ToLower(strings.ReplaceAll(r.TicketNo, "-", " ")), CheckCode: strings.ToLower(r.CheckCode)}
	for _, q := range []facts.Request{right, typed} {
		got, err := svc.Find(asked("203.0.113.7"), q)
		want := facts.Facts{
			TicketNo: r.TicketNo, Kind: e.Kind, CourtCode: r.CourtCode, Status: filing.Sent, SentAt: e.SentAt, UpdatedAt: e.UpdatedAt,
			ManifestSHA256: r.ManifestSHA256, FormSHA256: r.FormSHA256, StatementSHA256: r.StatementSHA256,
		}
		if err != nil || got != want {
			t.Errorf("Find(%+v) = %+v, %v, want %+v", q, got, err, want)
		}
	}
	said, err := json.Marshal(facts.Facts{})
	if err != nil || strings.Contains(string(said), "name") {
		t.Errorf("%s, %v: people are not among the facts", said, err)
	}
	unknown("another's code", facts.Request{TicketNo: other.TicketNo, CheckCode: r.CheckCode})
	unknown("another's number", facts.Request{TicketNo: r.TicketNo, CheckCode: "00000-00000"})
	unknown("nothing", facts.Request{})
}

// A flood from one address is stopped, and nobody else is.
func TestFindIsCounted(t *testing.T) {
	o := evidencetest.New(t)
	svc := facts.Service{Filings: store.NewFilings(o.DB, o.Table), Attempts: store.NewAttempts(o.DB, o.Table), IndexKey: make([]byte, 32)}
	slug := func(address string) string {
		_, err := svc.Find(asked(address), facts.Request{TicketNo: "10H2-GQVQ-DNQN", CheckCode: "00000-00000"})
		p, ok := errors.AsType[*httpapi.Problem](err)
		if !ok {
			t.Fatal(err)
		}
		return p.Slug
	}
	for i := range facts.ByOrigin {
		if got := slug("203.0.113.7"); got != "facts-unknown" {
			t.Fatalf("attempt %d: %s", i, got)
		}
	}
	if got := slug("203.0.113.7"); got != "throttled" {
		t.Errorf("one more: %s", got)
	}
	if got := slug("203.0.113.8"); got != "facts-unknown" {
		t.Errorf("another address: %s", got)
	}
}
