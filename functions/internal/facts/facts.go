// Package facts is the function that tells what is known of a filing to whoever holds its receipt: by
// ticket number and check code, without an account, without a script and without a name. Read
// Service.Find.
package facts

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"time"

	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/httpapi"
	"github.com/courtoffice/courtoffice/shared/indexkey"
	"github.com/courtoffice/courtoffice/shared/receipt"
	"github.com/courtoffice/courtoffice/shared/store"
)

// How often one address may ask. A check code has 50 random bits: the limit is for the office's sake.
const (
	Window   = 10 * time.Minute
	ByOrigin = 30
)

// Service looks filings up.
type Service struct {
	Filings  *store.Filings
	Attempts *store.Attempts
	IndexKey []byte // 32 bytes
}

// Request is what the receipt says and a person typed. It is posted: no log and no address has it.
type Request struct {
	TicketNo  string `json:"ticketNo"`
	CheckCode string `json:"checkCode"`
}

// Facts are what a receipt certifies and what became of the filing since, without its people.
type Facts struct {
	TicketNo        string        `json:"ticketNo"`
	Kind            string        `json:"kind"`
	CourtCode       string        `json:"courtCode"`
	Status          filing.Status `json:"status"`
	SentAt          time.Time     `json:"sentAt"`    // the instant that counts
	UpdatedAt       time.Time     `json:"updatedAt"` // when the status last changed
	ManifestSHA256  string        `json:"manifestSha256"`
	FormSHA256      string        `json:"formSha256"`
	StatementSHA256 string        `json:"statementSha256"` // "" for a receipt that names none
}

// Find returns the facts of the filing with that ticket number if the check code is its receipt's. A
// number that nobody has, a filing without a code and a wrong code are answered alike.
//
// Errors: a Problem "facts-unknown" or "throttled".
func (s *Service) Find(ctx context.Context, r Request) (Facts, error) {
	counter := "facts-" + indexkey.Key(s.IndexKey, indexkey.Attempts, "facts", httpapi.Network(httpapi.Address(ctx)))
	if wait, err := s.Attempts.Count(ctx, counter, ByOrigin, Window, httpapi.ReceivedAt(ctx)); err != nil {
		return Facts{}, err
	} else if wait > 0 {
		return Facts{}, &httpapi.Problem{Slug: "throttled", Wait: wait}
	}
	unknown := &httpapi.Problem{Slug: "facts-unknown"}
	ticket, isTicket := filing.TypedTicket(r.TicketNo)
	code, isCode := filing.TypedCheckCode(r.CheckCode)
	if !isTicket || !isCode {
		return Facts{}, unknown
	}
	sealed, err := s.Filings.SealedByTicket(ctx, ticket)
	if errors.Is(err, filing.ErrNotFound) {
		return Facts{}, unknown
	} else if err != nil {
		return Facts{}, err
	}
	kept, err := receipt.Read(sealed.Receipt)
	if err != nil {
		return Facts{}, fmt.Errorf("receipt of %s: %w", sealed.Envelope.ID, err)
	}
	if kept.CheckCode == "" || subtle.ConstantTimeCompare([]byte(kept.CheckCode), []byte(code)) != 1 {
		return Facts{}, unknown
	}
	e := sealed.Envelope
	return Facts{
		TicketNo: kept.TicketNo, Kind: e.Kind, CourtCode: kept.CourtCode, Status: e.Status, SentAt: e.SentAt, UpdatedAt: e.UpdatedAt,
		ManifestSHA256: kept.ManifestSHA256, FormSHA256: kept.FormSHA256, StatementSHA256: kept.StatementSHA256,
	}, nil
}
