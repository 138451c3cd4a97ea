package cases

import (
	"context"

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/docket"
)

// Seen is a case as somebody sees it.
type Seen struct {
	Case   docket.Case
	Sight  docket.Sight
	Holder account.Account // whose session it is
}

// Look returns a case for whoever is asking, for the function that hands out its evidence. That it was looked
// at is kept, as Service.Case keeps it.
//
// Errors: session.ErrNone, docket.ErrNotFound.
func (s *Service) Look(ctx context.Context, id string) (Seen, error) {
	a, session, err := s.Gate.Session(ctx)
	if err != nil {
		return Seen{}, err
	}
	c, sight, err := s.seen(ctx, a, session, id)
	if err != nil {
		return Seen{}, err
	}
	c, err = s.looked(ctx, c, sight, a)
	return Seen{c, sight, a}, err
}

// Again is Look without keeping it, for the next page of what was looked at.
//
// Errors: session.ErrNone, docket.ErrNotFound.
func (s *Service) Again(ctx context.Context, id string) (Seen, error) {
	a, session, err := s.Gate.Session(ctx)
	if err != nil {
		return Seen{}, err
	}
	c, sight, err := s.seen(ctx, a, session, id)
	return Seen{c, sight, a}, err
}

// Took keeps that somebody took a file of a paper, or "evidence" for all that is signed with it: of a party the
// first time of each, of the court every time.
func (s *Service) Took(ctx context.Context, seen Seen, paper, file string) error {
	e := docket.Event{At: received(ctx), Type: docket.EventTaken, By: seen.Sight.By(), Account: seen.Holder.ID, Paper: paper}
	if seen.Sight.Staff() {
		return s.look(ctx, seen.Case.ID, e, seen.Holder)
	}
	for _, party := range seen.Sight.Parties {
		of := party + "#" + paper + "#" + file
		e.ID, e.Party = docket.EventTaken+"-"+of, party
		if _, err := s.Cases.Prove(ctx, seen.Case.ID, of, e); err != nil {
			return err
		}
	}
	return nil
}
