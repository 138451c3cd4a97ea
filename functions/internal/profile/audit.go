package profile

import (
	"context"
	"time"

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/audit"
)

// AuditList is what administrators did that concerns an account, latest first, at most 100 entries.
type AuditList struct {
	Entries []AuditEntry `json:"entries"`
}

// AuditEntry is one of them as the holder sees it. Which administrator it was is the office's to
// answer for, and stands in its own audit.
type AuditEntry struct {
	At     time.Time `json:"at"`
	Act    audit.Act `json:"act"`
	Reason string    `json:"reason"` // in the administrator's words; "" for a look
	Before string    `json:"before"` // codes: a status, or rights with a space between
	After  string    `json:"after"`
	Signed string    `json:"signed"` // SHA-256 in hex of the administrator's signature, which the office keeps; "" for what is not signed
}

// Audit shows what administrators did to the account, looks included (agreement 1.1 and 6.1).
func (s *Service) Audit(ctx context.Context, _ struct{}) (AuditList, error) {
	a, _, err := s.Gate.Session(ctx)
	if err != nil {
		return AuditList{}, err
	}
	return s.audit(ctx, a)
}

func (s *Service) audit(ctx context.Context, a account.Account) (AuditList, error) {
	found, err := s.Audited.Of(ctx, a.ID)
	if err != nil {
		return AuditList{}, err
	}
	list := AuditList{Entries: []AuditEntry{}}
	for _, e := range found {
		list.Entries = append(list.Entries, AuditEntry{e.At, e.Act, e.Reason, e.Before, e.After, e.SHA256})
	}
	return list, nil
}
