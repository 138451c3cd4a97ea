package profile

import (
	"context"
	"time"

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/session"
)

// Acting is a person who signed in for the legal person with a certificate that lets them act for
// it.
type Acting struct {
	Name    string          `json:"name"`
	Number  string          `json:"number"`  // masked IIN
	Role    account.Role    `json:"role"`    // of the certificate of the last time
	Powers  []account.Power `json:"powers"`  // what that role may do in the office
	Current bool            `json:"current"` // the request's own session is theirs
	FirstAt time.Time       `json:"firstAt"`
	LastAt  time.Time       `json:"lastAt"`
}

// acting lists who acts for the account. A session opened with the password is nobody's in
// particular: the password is the organisation's.
func (s *Service) acting(ctx context.Context, a account.Account, current session.Session) ([]Acting, error) {
	list := []Acting{}
	if a.Subject.Kind != account.Legal {
		return list, nil
	}
	found, err := s.Accounts.Acting(ctx, a.ID)
	if err != nil {
		return nil, err
	}
	for _, p := range found {
		list = append(list, Acting{
			Name: p.Name, Number: p.Number, Role: p.Role, Powers: append([]account.Power{}, p.Role.Powers()...),
			Current: p.ID == current.Person.ID, FirstAt: p.FirstAt, LastAt: p.LastAt,
		})
	}
	return list, nil
}
