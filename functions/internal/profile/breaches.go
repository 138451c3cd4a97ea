package profile

import (
	"context"
	"net/http"
	"time"

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/breach"
	"github.com/courtoffice/courtoffice/shared/httpapi"
)

// BreachList are the breach cases on an account that its holder is told of, latest first.
type BreachList struct {
	Breaches []Breach `json:"breaches"`
}

// Breach is one of them: that it exists, and why (agreement, 8.2).
type Breach struct {
	ID       string        `json:"id"`
	Act      string        `json:"act"` // reference of the request or filing it is about, or ""
	Origin   breach.Origin `json:"origin"`
	Reason   string        `json:"reason"` // in the administrator's words; "" of an objection
	OpenedAt time.Time     `json:"openedAt"`
	ClosedAt *time.Time    `json:"closedAt"` // null while it is open
	Closing  string        `json:"closing"`  // why it was closed
}

func breachOf(c breach.Case) Breach {
	return Breach{
		ID: c.ID, Act: c.Act, Origin: c.Origin, Reason: c.Reason, OpenedAt: c.OpenedAt, ClosedAt: moment(c.Closing.At), Closing: c.Closing.Reason,
	}
}

// ListBreaches shows the breach cases on the account.
func (s *Service) ListBreaches(ctx context.Context, _ struct{}) (BreachList, error) {
	a, _, err := s.Gate.Session(ctx)
	if err != nil {
		return BreachList{}, err
	}
	list, err := s.breaches(ctx, a.ID)
	return BreachList{list}, err
}

func (s *Service) breaches(ctx context.Context, accountID string) ([]Breach, error) {
	found, err := s.Breaches.Of(ctx, accountID)
	list := []Breach{}
	for _, c := range found {
		if c.Told() {
			list = append(list, breachOf(c))
		}
	}
	return list, err
}

// ObjectionRequest names the address of the account that notices went to from then on.
type ObjectionRequest struct {
	From time.Time `json:"from"`
}

// Object is the objection of the account's holder against a change of the address that court notices go
// to: it opens a breach case. A repeat is answered with that case (200).
//
// Errors: account.ErrLink where nothing can be objected to.
func (s *Service) Object(ctx context.Context, r ObjectionRequest) (httpapi.Reply, error) {
	a, _, err := s.Gate.Session(ctx)
	if err != nil {
		return httpapi.Reply{}, err
	}
	return s.object(ctx, a.ID, r.From)
}

// ObjectByLink takes the same objection from the holder of the address itself, by the link in the mail:
// whoever took the account over may have ended their sessions.
//
// Errors: account.ErrLink.
func (s *Service) ObjectByLink(ctx context.Context, q LinkRequest) (httpapi.Reply, error) {
	accountID, since, err := account.ParseObjection(s.IndexKey, string(q.Token))
	if err != nil {
		return httpapi.Reply{}, err
	}
	return s.object(ctx, accountID, since)
}

// Objected is the answer to an objection: the case and nothing of the account.
type Objected struct {
	ID       string    `json:"id"`
	OpenedAt time.Time `json:"openedAt"`
}

func (s *Service) object(ctx context.Context, accountID string, since time.Time) (httpapi.Reply, error) {
	at := httpapi.ReceivedAt(ctx)
	history, err := s.Contacts.Addresses(ctx, accountID, account.Email)
	if err != nil {
		return httpapi.Reply{}, err
	}
	for _, one := range history {
		if !one.From.Equal(since) || !one.MayObject(at) {
			continue
		}
		c, first, err := s.Breaches.Object(ctx, breach.Objection(accountID, one.From, at))
		reply := httpapi.Reply{Status: http.StatusOK, Body: Objected{c.ID, c.OpenedAt}}
		if first {
			reply.Status = http.StatusCreated
		}
		return reply, err
	}
	return httpapi.Reply{}, account.ErrLink
}
