package store

import (
	"context"
	"fmt"
	"time"

	"github.com/courtoffice/courtoffice/shared/filing"
)

const ticketOf = "FILING"

type ticketOfItem struct {
	Filing string `dynamodbav:"filing"`
}

func ticketPK(ticketNo string) string { return "TICKET#" + ticketNo }

// Enter notes which filing has that ticket number, so that who holds its receipt finds it. It may be
// repeated. The seal doesn't wait for it: what follows the seal does it.
func (s *Filings) Enter(ctx context.Context, ticketNo, id string) error {
	it, err := record(ticketPK(ticketNo), ticketOf, ticketOfItem{id})
	if err != nil {
		return err
	}
	return s.add(ctx, s.once(it))
}

// ByTicket returns the filing of that ticket number, whoever's it is: the caller has more to ask for
// than the number.
//
// Errors: filing.ErrNotFound, also in the moments before it is entered.
func (s *Filings) ByTicket(ctx context.Context, ticketNo string) (Sealed, error) {
	var it ticketOfItem
	ok, err := s.get(ctx, ticketPK(ticketNo), ticketOf, time.Time{}, &it)
	if err != nil {
		return Sealed{}, fmt.Errorf("read a ticket: %w", err)
	}
	if !ok {
		return Sealed{}, filing.ErrNotFound
	}
	return s.Sealed(ctx, it.Filing)
}
