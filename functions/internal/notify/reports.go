package notify

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/delivery"
	"github.com/courtoffice/courtoffice/shared/docket"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/indexkey"
	"github.com/courtoffice/courtoffice/shared/outbox"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// ErrUnknown: a report of a message that no record of a delivery has: one of another office with the same
// AWS account, one that went out just before a crash, or one whose record is still to be written.
var ErrUnknown = errors.New("notify: a report of an unknown message")

// Outbox is the outbox of one table (store.Outbox).
type Outbox interface {
	Entry(ctx context.Context, pk, sk string) (e outbox.Entry, ok bool, err error)
	Again(ctx context.Context, r delivery.Report, at time.Time) error
}

// Contacts has the addresses of accounts at all times, and keeps that one takes nothing any more
// (store.Contacts).
type Contacts interface {
	Addresses(ctx context.Context, accountID string, channel account.Channel) ([]account.Address, error)
	ContactFailed(ctx context.Context, r delivery.Report, at time.Time) error
}

// Reports keeps what became of a notice beside the record of its delivery. to is the recipient's look-up
// key; known is false for a message that is not the record's.
type Reports struct {
	Account func(ctx context.Context, e account.Event, r delivery.Report, to string) (known bool, err error)
	Filing  func(ctx context.Context, e filing.SentEvent, r delivery.Report, to string) (known bool, err error)
	Draft   func(ctx context.Context, e filing.ExpiringEvent, r delivery.Report, to string) (known bool, err error)
}

// Report keeps what became of a message with the evidence of its notice, and does what follows: the notice
// is sent again later, the address is no contact any more and its holder hears of it. A repeat changes
// nothing, and reports may come in any order.
//
// Errors: ErrUnknown.
func (s *Service) Report(ctx context.Context, r delivery.Report) error {
	known, err := s.reported(ctx, r)
	if err != nil {
		return fmt.Errorf("report %s: %w", r, err)
	}
	if !known {
		return fmt.Errorf("%w: %s", ErrUnknown, r)
	}
	v := r.Verdict()
	if v.Contact && r.Of.Account != "" {
		if err := s.Contacts.ContactFailed(ctx, r, s.Now()); err != nil {
			return fmt.Errorf("report %s: %w", r, err)
		}
	}
	if row, _ := outbox.RowOf(r.Of.Type); v.Again > 0 && evidenced(row, r.Of.Type) {
		if err := s.Outboxes[row.Table.Name].Again(ctx, r, s.Now()); err != nil {
			return fmt.Errorf("report %s: %w", r, err)
		}
	}
	return nil
}

// reported keeps r with the notice it is about.
func (s *Service) reported(ctx context.Context, r delivery.Report) (known bool, err error) {
	if r.Of.SK == "" { // of an announcement: there is an address, and no evidence
		return true, nil
	}
	row, ok := outbox.RowOf(r.Of.Type)
	if !ok || s.Outboxes[row.Table.Name] == nil {
		return false, nil
	}
	e, ok, err := s.Outboxes[row.Table.Name].Entry(ctx, r.Of.PK, r.Of.SK)
	if err != nil || !ok || e.Type != r.Of.Type {
		return false, err
	}
	to := indexkey.Key(s.IndexKey, indexkey.Recipient, strings.ToLower(r.To))
	switch {
	case !evidenced(row, e.Type):
		return true, nil
	case e.Type == docket.EventNotice:
		return s.reportedOfCase(ctx, e.Event, r)
	case e.Type == filing.EventExpiring:
		expiring, err := filing.ExpiringEventOf(e.Event)
		if err != nil {
			return false, err
		}
		return s.Reports.Draft(ctx, expiring, r, to)
	case row.Table == schema.Filings:
		sent, err := sentEvent(e.Event)
		if err != nil {
			return false, err
		}
		return s.Reports.Filing(ctx, sent, r, to)
	}
	event, err := account.EventOf(e.Event)
	if err != nil {
		return false, err
	}
	return s.Reports.Account(ctx, event, r, to)
}

// evidenced reports whether something hangs on the evidence that a notice arrived: not on news, nor on what a
// court's own staff or who is asked to sign is told, and answers of support are in the office.
func evidenced(row outbox.Row, typ string) bool {
	return row.Table != schema.Site && typ != docket.EventMorning && typ != filing.EventAwaits && typ != filing.EventUnasked && !strings.HasPrefix(typ, "support.")
}

// sentEvent is the filing an event of filings is about.
func sentEvent(e outbox.Event) (filing.SentEvent, error) {
	switch {
	case e.Type == filing.EventReceived, e.Type == filing.EventRejected:
		v, err := filing.VerifiedEventOf(e)
		return v.SentEvent, err
	case slices.Contains(filing.CourtEvents, e.Type):
		a, err := filing.ActedEventOf(e)
		return a.SentEvent, err
	}
	return filing.SentEventOf(e)
}

// reportedOfCase keeps in the case what became of a court's notice (CPC 129).
func (s *Service) reportedOfCase(ctx context.Context, e outbox.Event, r delivery.Report) (known bool, err error) {
	n, err := docket.NoticeEventOf(e)
	if err != nil {
		return false, err
	}
	c, err := s.Cases.Case(ctx, n.CaseID)
	if err != nil {
		return false, err
	}
	proof, kind, known := c.Reported(n, r)
	if known && proof.Type != "" {
		_, err = s.Cases.Prove(ctx, c.ID, kind, proof)
	}
	return known, err
}
