package profile

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/act"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/httpapi"
	"github.com/courtoffice/courtoffice/shared/locale"
	"github.com/courtoffice/courtoffice/shared/signer"
	"github.com/courtoffice/courtoffice/shared/support"
)

// Filings are those of an account.
type Filings interface {
	ByAccount(ctx context.Context, accountID string, at time.Time) ([]filing.Filing, error)
	// Receipt fails with filing.ErrNotFound before the filing is sent.
	Receipt(ctx context.Context, id, accountID string, at time.Time) ([]byte, error)
	// Filing fails with filing.ErrNotFound, also for another account's.
	Filing(ctx context.Context, id, accountID string, at time.Time) (filing.Filing, error)
}

// exportLimit keeps the export below what a Lambda function may answer with, 6 MB: claims and
// receipts beyond it are left out, which Complete says.
const exportLimit = 4 << 20

// Export is everything the office keeps for the holder of an account, in one open format. The
// signatures are CMS with their document inside: they verify without the office.
type Export struct {
	Version      int                `json:"version"`
	MadeAt       time.Time          `json:"madeAt"`
	Account      Profile            `json:"account"`
	Registration SignedDocument     `json:"registration"`
	Acceptances  []SignedAcceptance `json:"acceptances"`
	Audit        []AuditEntry       `json:"audit"`   // what administrators did to the account, latest first
	Filings      []ExportedFiling   `json:"filings"` // latest first
	Support      []ExportedTicket   `json:"support"` // latest first, those of the last year

	Representatives []Representative `json:"representatives"` // latest first, also those of the last three years that are over

	Complete bool `json:"complete"`
}

// SignedDocument is something the holder signed.
type SignedDocument struct {
	At        time.Time `json:"at"`
	Signature []byte    `json:"signature"` // CMS in DER, base64
}

// SignedAcceptance is a signed acceptance of an agreement version.
type SignedAcceptance struct {
	Acceptance
	Signature []byte `json:"signature"` // CMS in DER, base64
}

// Tickets are the requests to support of an account, latest first.
type Tickets interface {
	Of(ctx context.Context, accountID string, at time.Time) ([]support.Ticket, error)
}

// ExportedTicket is one request to support.
type ExportedTicket struct {
	Ticket     string        `json:"ticket"`
	Topic      support.Topic `json:"topic"`
	State      support.State `json:"state"`
	ReceivedAt time.Time     `json:"receivedAt"`
	AnsweredAt *time.Time    `json:"answeredAt"`
	Answer     string        `json:"answer"`
	HappenedAt *time.Time    `json:"happenedAt"`
	Reference  string        `json:"reference"`
	Problem    string        `json:"problem"`
	Page       string        `json:"page"`
	Filing     string        `json:"filing"`
	Browser    string        `json:"browser"`
	Portal     string        `json:"portal"`
	NCALayer   string        `json:"ncalayer"`
	Agreement  string        `json:"agreement"`
}

// ExportedFiling is one filing.
type ExportedFiling struct {
	ID        string            `json:"id"`
	Status    filing.Status     `json:"status"`
	CreatedAt time.Time         `json:"createdAt"`
	SentAt    *time.Time        `json:"sentAt"`
	TicketNo  string            `json:"ticketNo"`
	Documents []filing.Document `json:"documents"`
	Claim     *filing.Claim     `json:"claim"`   // null where it was left out
	Receipt   json.RawMessage   `json:"receipt"` // with its signature; null for a draft
}

// Export gives the holder everything, also before leaving and without the agreement, to a session that
// the EDS opened.
func (s *Service) Export(ctx context.Context, _ struct{}) (Export, error) {
	at := httpapi.ReceivedAt(ctx)
	a, current, err := s.Gate.Session(ctx)
	if err != nil {
		return Export{}, err
	}
	if err := byEDS(current); err != nil {
		return Export{}, err
	}
	e := Export{Version: 1, MadeAt: at, Acceptances: []SignedAcceptance{}, Filings: []ExportedFiling{}, Support: []ExportedTicket{}, Complete: true}
	if e.Account, err = s.profile(ctx, a, current); err != nil {
		return Export{}, err
	}
	registered, err := s.Accounts.Registration(ctx, a.ID)
	if err != nil {
		return Export{}, err
	}
	e.Registration = SignedDocument{At: registered.At, Signature: registered.CMS}
	accepted, err := s.Accounts.SignedAcceptances(ctx, a.Key)
	if err != nil {
		return Export{}, err
	}
	for _, c := range accepted {
		e.Acceptances = append(e.Acceptances, SignedAcceptance{
			Acceptance{Version: c.Version, SHA256: c.SHA256, Lang: c.Lang, AcceptedAt: c.At}, c.Evidence.CMS,
		})
	}
	acts, err := s.audit(ctx, a)
	if err != nil {
		return Export{}, err
	}
	e.Audit = acts.Entries
	if e.Representatives, err = s.representatives(ctx, a, at); err != nil {
		return Export{}, err
	}
	tickets, err := s.Tickets.Of(ctx, a.ID, at)
	if err != nil {
		return Export{}, err
	}
	for _, t := range tickets {
		e.Support = append(e.Support, ExportedTicket{
			Ticket: t.Number, Topic: t.Topic, State: t.State, ReceivedAt: t.ReceivedAt, AnsweredAt: moment(t.AnsweredAt), Answer: t.Answer,
			HappenedAt: moment(t.HappenedAt), Reference: t.Reference, Problem: t.Problem, Page: t.Page, Filing: t.FilingID,
			Browser: t.Browser, Portal: t.Portal, NCALayer: t.NCALayer, Agreement: t.Agreement,
		})
	}
	filings, err := s.Filings.ByAccount(ctx, a.ID, at)
	if err != nil {
		return Export{}, err
	}
	size := 0
	for _, f := range filings {
		out := ExportedFiling{ID: f.ID, Status: f.Status, CreatedAt: f.CreatedAt, SentAt: moment(f.SentAt), TicketNo: f.TicketNo, Documents: f.Documents}
		claim, err := json.Marshal(f.Claim)
		if err != nil {
			return Export{}, err
		}
		if size += len(claim); size > exportLimit {
			e.Complete = false
			e.Filings = append(e.Filings, out)
			continue
		}
		out.Claim = &f.Claim
		if f.Status == filing.Sent {
			if out.Receipt, err = s.Filings.Receipt(ctx, f.ID, a.ID, at); err != nil {
				return Export{}, err
			}
			size += len(out.Receipt)
		}
		e.Filings = append(e.Filings, out)
	}
	return e, nil
}

// LeavingDocument makes the document whose signature refuses the agreement and closes the
// account.
func (s *Service) LeavingDocument(ctx context.Context, r DocumentRequest) (signer.Unsigned, error) {
	return s.document(ctx, act.Document{Act: act.Leave, Lang: r.Lang})
}

// LeavingRequest is the signed refusal.
type LeavingRequest struct {
	Signature signer.Signature `json:"signature"`
}

// Left says what became of the account.
type Left struct {
	Account string      `json:"account"` // id, under which the record stays
	LeftAt  time.Time   `json:"leftAt"`
	Lang    locale.Lang `json:"lang"`
}

// Leave closes the signer's account (agreement 1.5). It needs no session: the signature is the
// authority, also where the agreement in force is not accepted.
func (s *Service) Leave(ctx context.Context, r LeavingRequest) (httpapi.Reply, error) {
	at := httpapi.ReceivedAt(ctx)
	signed, err := s.Acts.Read(r.Signature, act.Leave, at)
	if err != nil {
		return httpapi.Reply{}, err
	}
	a, err := s.Accounts.BySubject(ctx, signed.Subject.Key(s.IndexKey))
	if err != nil {
		return httpapi.Reply{}, err
	}
	if err := s.Accounts.Leave(ctx, account.Leaving{
		AccountID: a.ID, Lang: signed.Document.Lang, At: at,
		Evidence: account.Evidence{
			CMS: signed.CMS, Nonce: signed.Challenge.Nonce, Address: httpapi.Address(ctx), UserAgent: httpapi.UserAgent(ctx),
		},
	}, signed.Challenge); err != nil {
		return httpapi.Reply{}, err
	}
	return httpapi.Reply{
		Body: Left{a.ID, at, signed.Document.Lang}, Cookies: []*http.Cookie{httpapi.Cookie(ctx, "", time.Time{})},
	}, nil
}
