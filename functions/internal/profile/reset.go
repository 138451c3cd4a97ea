package profile

import (
	"context"
	"crypto/rand"
	"net/http"
	"strings"
	"time"

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/act"
	"github.com/courtoffice/courtoffice/shared/httpapi"
	"github.com/courtoffice/courtoffice/shared/session"
	"github.com/courtoffice/courtoffice/shared/signer"
)

// ResetRequest is the signed document and the new password, which is not part of what is signed.
type ResetRequest struct {
	Signature signer.Signature `json:"signature"`
	Password  account.Password `json:"password"`
}

// AskedReset says where the code went that confirms a reset.
type AskedReset struct {
	Reset     string    `json:"reset"` // goes with the code
	Email     string    `json:"email"` // masked
	ExpiresAt time.Time `json:"expiresAt"`
}

// Reset takes the signature for another password of the signer, when the old one is lost or known to
// others (agreement 6.4), or they have none yet, and sends a code to the account's verified address
// (202). Until the code is typed (Confirm) nothing changes: the signature may have been asked for on a
// stranger's page. It needs no session and opens none.
//
// Errors: account.ErrUnverified.
func (s *Service) Reset(ctx context.Context, r ResetRequest) (httpapi.Reply, error) {
	at := httpapi.ReceivedAt(ctx)
	signed, err := s.Acts.Read(r.Signature, act.ResetPassword, at)
	if err != nil {
		return httpapi.Reply{}, err
	}
	a, err := s.Accounts.BySubject(ctx, signed.Subject.Key(s.IndexKey))
	if err != nil {
		return httpapi.Reply{}, err
	}
	to, err := hash(r.Password, a)
	if err != nil {
		return httpapi.Reply{}, err
	}
	certificate := signed.Report.Signers[0].Certificate
	var random [4]byte
	rand.Read(random[:])
	reset, err := account.NewReset(s.IndexKey, a, account.PasswordChange{
		AccountID: a.ID, Person: account.Acting{
			ID: signed.Subject.PersonID(s.IndexKey, a.ID), Name: signed.Subject.Name, Role: signed.Subject.Role,
			Number: signed.Subject.IIN.Masked(), Certificate: certificate.DER, NotAfter: certificate.NotAfter,
		}, ID: signed.Challenge.Nonce, To: to, By: string(session.ByEDS), At: at,
	}, random)
	if err != nil {
		return httpapi.Reply{}, err
	}
	if err := s.count(ctx, CodeWindow, at,
		limit{"codes-" + a.ID, CodesOfAccount}, limit{account.CodeCounter(s.IndexKey, reset.To), CodesToAddress}); err != nil {
		return httpapi.Reply{}, err
	}
	if err := s.Credentials.AskReset(ctx, reset, signed.Challenge); err != nil {
		return httpapi.Reply{}, err
	}
	return httpapi.Reply{Status: http.StatusAccepted, Body: AskedReset{reset.ResetName(), account.MaskedEmail(reset.To), reset.Expires()}}, nil
}

// ConfirmRequest is the code as typed, for a reset.
type ConfirmRequest struct {
	Reset string `json:"reset"`
	Code  Typed  `json:"code"`
}

// Confirm takes the code of a reset: the new password stands, and all sessions of who reset it end.
func (s *Service) Confirm(ctx context.Context, r ConfirmRequest) (httpapi.Reply, error) {
	at := httpapi.ReceivedAt(ctx)
	typed := strings.Join(strings.Fields(string(r.Code)), "")
	accountID, person, id, err := account.ParseReset(r.Reset)
	var p account.PasswordChange
	if err == nil {
		p, err = s.Credentials.TryReset(ctx, accountID, person, id, func(to string) string { return account.ResetMAC(s.IndexKey, id, to, typed) }, at)
	}
	if err == nil {
		err = s.Credentials.ResetPassword(ctx, p)
	}
	if err != nil {
		return httpapi.Reply{}, codeFault(err)
	}
	return httpapi.Reply{Status: http.StatusNoContent, Cookies: []*http.Cookie{httpapi.Cookie(ctx, "", time.Time{})}}, nil
}
