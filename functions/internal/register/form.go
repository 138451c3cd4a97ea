package register

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/httpapi"
	"github.com/courtoffice/courtoffice/shared/session"
)

// Unfinished is a registration as it was left.
type Unfinished struct {
	Step      account.Step     `json:"step"`
	Agreement string           `json:"agreement"` // id of the version in force, which the form names
	Subject   account.Identity `json:"subject"`
	EndsAt    time.Time        `json:"endsAt"` // it is open in this browser until then
	Version   int64            `json:"version"`
	Form      *account.Typed   `json:"form"`    // null if nothing was typed
	SavedAt   *time.Time       `json:"savedAt"` // null likewise
}

// Form shows the registration that is open in the browser, so that its page goes on where it was
// left, with the browser closed in between or not.
func (s *Service) Form(ctx context.Context, _ struct{}) (Unfinished, error) {
	o, standing, draft, err := s.opening(ctx)
	if err != nil {
		return Unfinished{}, err
	}
	inForce, err := s.inForce(ctx)
	if err != nil {
		return Unfinished{}, err
	}
	step, err := o.Step(standing, inForce, httpapi.ReceivedAt(ctx))
	if err != nil {
		return Unfinished{}, err
	}
	out := Unfinished{Step: step, Agreement: inForce, Subject: o.Subject.Identity(), EndsAt: o.EndsAt(), Version: draft.Version}
	if draft.Version > 0 {
		out.Form, out.SavedAt = &draft.Form, &draft.SavedAt
	}
	return out, nil
}

// opening finds the registration of the request's cookie. Errors: account.ErrNotOpen.
func (s *Service) opening(ctx context.Context) (account.Opening, account.Standing, account.Draft, error) {
	id := openingID(ctx)
	if id == "" {
		return account.Opening{}, account.Standing{}, account.Draft{}, account.ErrNotOpen
	}
	return s.Registrations.Opening(ctx, id, httpapi.ReceivedAt(ctx))
}

// openingID is the id of the registration of the request's cookie, or "".
func openingID(ctx context.Context) string {
	token := httpapi.RegistrationToken(ctx)
	if token == "" {
		return ""
	}
	return session.ID(token)
}

// SaveRequest is the form as far as it was typed.
type SaveRequest struct {
	Version int64         `json:"version"` // of the form it was typed into; 0 for the first
	Form    account.Typed `json:"form"`
}

// Saved says what the form is from now on.
type Saved struct {
	Version int64     `json:"version"`
	SavedAt time.Time `json:"savedAt"`
}

// Save keeps the form as it is typed. A coming agreement version doesn't stop it: what was typed
// waits for the acceptance.
//
// Errors: account.ErrNotOpen, defect.List, account.ErrVersion when another window saved since.
func (s *Service) Save(ctx context.Context, r SaveRequest) (Saved, error) {
	at := httpapi.ReceivedAt(ctx)
	o, standing, _, err := s.opening(ctx)
	if err != nil {
		return Saved{}, err
	}
	if _, err := o.Step(standing, "", at); err != nil {
		return Saved{}, err
	}
	if err := r.Form.Validate("/form").Err(); err != nil {
		return Saved{}, err
	}
	if r.Form.NotificationContacts == nil {
		r.Form.NotificationContacts = []account.Contact{}
	}
	draft, err := s.Registrations.SaveForm(ctx, o, r.Version, r.Form, at)
	return Saved{draft.Version, draft.SavedAt}, err
}

// Forget gives the registration up: what was typed goes, and the cookie with it. It is for whoever
// begins anew, and for a computer that others use too. Where nothing is open it is no error.
func (s *Service) Forget(ctx context.Context, _ struct{}) (httpapi.Reply, error) {
	o, _, _, err := s.opening(ctx)
	if err == nil {
		err = s.Registrations.ForgetForm(ctx, o)
	} else if errors.Is(err, account.ErrNotOpen) {
		err = nil
	}
	return httpapi.Reply{Status: http.StatusNoContent, Cookies: []*http.Cookie{httpapi.RegistrationCookie("", 0)}}, err
}
