package profile

import (
	"context"
	"net/http"

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/defect"
	"github.com/courtoffice/courtoffice/shared/httpapi"
)

// MobileRequest is a number the holder wants text messages sent to, or the one they go to already.
type MobileRequest struct {
	Mobile string `json:"mobile"` // E.164: "+77011234567"
}

// AskMobileCode sends a code to the number by SMS. Text messages go where they went until it is
// typed.
func (s *Service) AskMobileCode(ctx context.Context, r MobileRequest) (httpapi.Reply, error) {
	at := httpapi.ReceivedAt(ctx)
	a, err := s.mayChange(ctx, account.Mobile, r.Mobile)
	if err != nil {
		return httpapi.Reply{}, err
	}
	if !account.ValidMobile(r.Mobile) {
		return httpapi.Reply{}, defect.List{{Pointer: "/mobile", Code: "mobile-invalid", Article: "CPC 127(4)(4)"}}
	}
	if err := s.count(ctx, account.TextWindow, at,
		limit{"texts-" + a.ID, account.TextsOfAccount}, limit{account.CodeCounter(s.IndexKey, r.Mobile), account.TextsToNumber}); err != nil {
		return httpapi.Reply{}, err
	}
	if err := s.ask(ctx, account.Mobile, a.ID, r.Mobile, at); err != nil {
		return httpapi.Reply{}, err
	}
	return httpapi.Reply{Status: http.StatusAccepted, Body: AskedCode{at.Add(account.CodeLife)}}, nil
}

// VerifyMobile takes the code: its number is the holder's, and takes text messages from now on.
func (s *Service) VerifyMobile(ctx context.Context, r CodeRequest) (httpapi.Reply, error) {
	return s.verify(ctx, account.Mobile, r)
}

// RemoveMobile takes the number from the account: no more text messages. The history keeps that
// it took them. Without a number there is nothing to do.
func (s *Service) RemoveMobile(ctx context.Context, _ struct{}) (httpapi.Reply, error) {
	a, err := s.mayChange(ctx, account.Mobile, "")
	if err != nil {
		return httpapi.Reply{}, err
	}
	return httpapi.Reply{Status: http.StatusNoContent}, s.Contacts.RemoveMobile(ctx, a.ID, eventID(), httpapi.ReceivedAt(ctx))
}
