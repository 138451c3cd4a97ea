package admin

import (
	"context"
	"crypto/rand"
	"errors"
	"net/http"

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/audit"
	"github.com/courtoffice/courtoffice/shared/defect"
	"github.com/courtoffice/courtoffice/shared/httpapi"
	"github.com/courtoffice/courtoffice/shared/locale"
)

// PrepareRequest is whom an account shall be prepared for. The number stands in the body so that
// no log or address has it.
type PrepareRequest struct {
	Kind   account.Kind   `json:"kind"`
	Number account.Number `json:"number"` // IIN or BIN
	Email  string         `json:"email"`  // that the invitation goes to
	Lang   locale.Lang    `json:"lang"`   // of the invitation
	Reason string         `json:"reason"`
}

// Prepare makes an account for someone who has none and invites them to register (201). Nobody
// can sign in to it: with the holder's signed form it becomes theirs, with the rights it has by
// then. One that is prepared in the same way already is the answer again (200).
//
// Errors: account.ErrRegistered, defect.List.
func (s *Service) Prepare(ctx context.Context, r PrepareRequest) (httpapi.Reply, error) {
	by, err := s.Gate.Admin(ctx)
	if err != nil {
		return httpapi.Reply{}, err
	}
	invitation := account.Invitation{Kind: r.Kind, Number: r.Number, Email: r.Email, Lang: r.Lang}
	who, err := invitation.Subject()
	list, _ := errors.AsType[defect.List](err)
	if err := append(list, audit.CheckReason(r.Reason, "/reason")...).Err(); err != nil {
		return httpapi.Reply{}, err
	}
	at := httpapi.ReceivedAt(ctx)
	var random [10]byte
	rand.Read(random[:])
	id := account.NewID(at, random)
	made := invitation.Prepare(id, who.Key(s.IndexKey), who, at)
	kept, first, err := s.Decisions.Prepare(ctx, made, entry(ctx, audit.AccountPrepared, by, id, r.Reason))
	if err != nil {
		return httpapi.Reply{}, err
	}
	view, err := s.after(ctx, kept.ID, by, audit.AccountPrepared)
	if first {
		return httpapi.Reply{Status: http.StatusCreated, Body: view}, err
	}
	return httpapi.Reply{Body: view}, err
}
