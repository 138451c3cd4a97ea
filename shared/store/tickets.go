package store

import (
	"context"
	"fmt"
	"time"

	"github.com/courtoffice/courtoffice/shared/filing"
)

type pointerItem struct {
	ID    string `dynamodbav:"id"`
	Court string `dynamodbav:"court"`
}

func ticketPK(ticketNo string) string { return "TICKET#" + ticketNo }

// Enter notes which filing has that ticket number, so that who holds its receipt finds it, and its court. It
// may be repeated. The seal doesn't wait for it: what follows the seal does it.
func (s *Filings) Enter(ctx context.Context, e filing.Envelope) error {
	it, err := record(ticketPK(e.TicketNo), filingSK, pointerItem{e.ID, e.Court})
	if err != nil {
		return err
	}
	return s.add(ctx, s.once(it))
}

// SealedByTicket returns the filing of that ticket number, whoever's it is: the caller has more to ask for
// than the number.
//
// Errors: filing.ErrNotFound, also in the moments before it is entered.
func (s *Filings) SealedByTicket(ctx context.Context, ticketNo string) (Sealed, error) {
	var it pointerItem
	ok, err := s.get(ctx, ticketPK(ticketNo), filingSK, time.Time{}, &it)
	if err != nil {
		return Sealed{}, fmt.Errorf("read a ticket: %w", err)
	}
	if !ok {
		return Sealed{}, filing.ErrNotFound
	}
	return s.Sealed(ctx, it.ID)
}
