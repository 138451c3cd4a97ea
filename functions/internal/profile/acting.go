package profile

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/httpapi"
	"github.com/courtoffice/courtoffice/shared/session"
)

// Acting is a person who signed in for the legal person with a certificate that lets them act for
// it.
type Acting struct {
	ID      string          `json:"id"` // opaque, of this account alone
	Name    string          `json:"name"`
	Number  string          `json:"number"`  // masked IIN
	Role    account.Role    `json:"role"`    // of the certificate of the last time
	Powers  []account.Power `json:"powers"`  // what that role may do in the office
	Current bool            `json:"current"` // the request's own session is theirs
	FirstAt time.Time       `json:"firstAt"`
	LastAt  time.Time       `json:"lastAt"`

	NotAfter   *time.Time `json:"certificateNotAfter"` // when the certificate they used last ends
	PasswordAt *time.Time `json:"passwordAt"`          // since when they have a password; null for none
	MayEnd     bool       `json:"mayEnd"`              // the request's session may end theirs, and the password
}

// governsAll reports whether who acts in a session may end everyone's: a company's head, signed in
// with the EDS.
func governsAll(current session.Session) bool {
	return current.By == session.ByEDS && slices.Contains(account.Role(current.Person.Role).Powers(), account.PowerPeople)
}

// governs reports whether the sessions of a person are for who acts in a session to see and end.
func governs(current session.Session, person string) bool {
	return person == current.Person.ID || governsAll(current)
}

// acting lists who acts for the account.
func (s *Service) acting(ctx context.Context, a account.Account, current session.Session) ([]Acting, error) {
	list := []Acting{}
	if a.Subject.Kind != account.Legal {
		return list, nil
	}
	found, err := s.Credentials.Acting(ctx, a.ID)
	if err != nil {
		return nil, err
	}
	for _, p := range found {
		list = append(list, Acting{
			ID: p.ID, NotAfter: moment(p.NotAfter), PasswordAt: moment(p.PasswordAt), MayEnd: governsAll(current),
			Name: p.Name, Number: p.Number, Role: p.Role, Powers: append([]account.Power{}, p.Role.Powers()...),
			Current: p.ID == current.Person.ID, FirstAt: p.FirstAt, LastAt: p.LastAt,
		})
	}
	return list, nil
}

// PersonRequest names a person who acts for the legal person.
type PersonRequest struct {
	Person string `json:"-" path:"person"` // Acting.ID
}

// EndActing ends all sessions of a person who acts for the legal person and takes their password away:
// the word of its head, signed in with the EDS. What the person's certificate lets them do ends with
// the certificate, at the NCA.
func (s *Service) EndActing(ctx context.Context, r PersonRequest) (httpapi.Reply, error) {
	a, current, err := s.Gate.Session(ctx)
	if err != nil {
		return httpapi.Reply{}, err
	}
	if a.Subject.Kind != account.Legal || !governsAll(current) {
		return httpapi.Reply{}, &httpapi.Problem{Slug: "forbidden"}
	}
	found, err := s.Credentials.Acting(ctx, a.ID)
	if err != nil {
		return httpapi.Reply{}, err
	}
	if !slices.ContainsFunc(found, func(p account.Acting) bool { return p.ID == r.Person }) {
		return httpapi.Reply{}, &httpapi.Problem{Slug: "not-found"}
	}
	if err := s.Credentials.EndActing(ctx, a.ID, r.Person); err != nil {
		return httpapi.Reply{}, err
	}
	reply := httpapi.Reply{Status: http.StatusNoContent}
	if r.Person == current.Person.ID {
		reply.Cookies = []*http.Cookie{httpapi.Cookie(ctx, "", time.Time{})}
	}
	return reply, nil
}
