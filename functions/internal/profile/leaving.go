package profile

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/act"
	"github.com/courtoffice/courtoffice/shared/documents"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/httpapi"
	"github.com/courtoffice/courtoffice/shared/locale"
	"github.com/courtoffice/courtoffice/shared/signer"
	"github.com/courtoffice/courtoffice/shared/store"
	"github.com/courtoffice/courtoffice/shared/support"
)

// Limits of a page of the export: bytes, below the 6 MB a Lambda function may answer with, and filings,
// each of which is read with its files one after the other.
const (
	exportLimit   = 3 << 20
	exportFilings = 100
)

// ExportRequest asks for a page of the export.
type ExportRequest struct {
	Cursor string `json:"-" query:"cursor"` // Export.Next of the page before, "" for the first
}

// Export is everything the office keeps for the holder of an account, in one open format. The
// signatures are CMS with their document inside: they verify without the office. Filings go on, on
// further pages, for as long as Next is not "": the last page says that the export is complete.
type Export struct {
	Version      int                `json:"version"`
	MadeAt       time.Time          `json:"madeAt"`
	Account      Profile            `json:"account"`
	Registration SignedDocument     `json:"registration"`
	Acceptances  []SignedAcceptance `json:"acceptances"`
	Audit        []AuditEntry       `json:"audit"`    // what administrators did to the account, latest first
	Breaches     []Breach           `json:"breaches"` // breach cases on it that the holder is told of, latest first
	Filings      []ExportedFiling   `json:"filings"`  // latest first
	Support      []ExportedTicket   `json:"support"`  // latest first, those of the last year

	Representatives []Representative `json:"representatives"` // latest first, also those of the last three years that are over

	Webhooks []ExportedWebhook `json:"webhooks"` // addresses at which an organisation's program is told, the oldest first

	Next     string `json:"next"`     // cursor of the page that goes on, "" on the last
	Complete bool   `json:"complete"` // this is the last page: with those before, everything is here
}

// ExportedWebhook is one address at which an organisation's program is told, as its head signed for it.
type ExportedWebhook struct {
	ID        string     `json:"id"`
	Address   string     `json:"address"`
	AddedAt   time.Time  `json:"addedAt"`
	AddedBy   string     `json:"addedBy"`
	PausedAt  *time.Time `json:"pausedAt"`
	Signature []byte     `json:"signature"` // CMS in DER, base64
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
	ID         string            `json:"id"`
	Kind       string            `json:"kind"`
	Status     filing.Status     `json:"status"`
	CreatedAt  time.Time         `json:"createdAt"`
	SentAt     *time.Time        `json:"sentAt"`
	TicketNo   string            `json:"ticketNo"`
	Replaces   string            `json:"replaces"`
	Documents  []filing.Document `json:"documents"`  // of a draft; those of a sent filing stand in what was signed
	Form       json.RawMessage   `json:"form"`       // byte for byte what was signed, once it was sent
	Signatures [][]byte          `json:"signatures"` // CMS in DER, base64; none of a draft
	Receipt    json.RawMessage   `json:"receipt"`    // with its signature; null for a draft
	Events     []filing.Event    `json:"events"`
}

// Export gives the holder everything, also before leaving and without the agreement, to a session that
// the EDS opened.
func (s *Service) Export(ctx context.Context, req ExportRequest) (Export, error) {
	at := httpapi.ReceivedAt(ctx)
	a, current, err := s.Gate.Session(ctx)
	if err != nil {
		return Export{}, err
	}
	if err := byEDS(current); err != nil {
		return Export{}, err
	}
	e := Export{Version: 1, MadeAt: at, Acceptances: []SignedAcceptance{}, Filings: []ExportedFiling{}, Support: []ExportedTicket{}}
	if e.Account, err = s.profile(ctx, a, current); err != nil {
		return Export{}, err
	}
	registered, err := s.Registrations.Signed(ctx, a.ID)
	if err != nil {
		return Export{}, err
	}
	e.Registration = SignedDocument{At: registered.At, Signature: registered.CMS}
	accepted, err := s.Acceptances.SignedOf(ctx, a.Key)
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
	if e.Breaches, err = s.breaches(ctx, a.ID); err != nil {
		return Export{}, err
	}
	if e.Representatives, err = s.representatives(ctx, a, at); err != nil {
		return Export{}, err
	}
	if e.Webhooks, err = s.webhooks(ctx, a); err != nil {
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
	e.Next, err = s.exportFilings(ctx, a.ID, req.Cursor, &e)
	e.Complete = e.Next == ""
	return e, err
}

func (s *Service) webhooks(ctx context.Context, a account.Account) ([]ExportedWebhook, error) {
	list := []ExportedWebhook{}
	if a.WebhookCount == 0 {
		return list, nil
	}
	hooks, err := s.Hooks.Of(ctx, a.ID)
	for _, h := range hooks {
		out := ExportedWebhook{ID: h.ID, Address: h.Address, AddedAt: h.AddedAt, AddedBy: h.AddedBy, PausedAt: moment(h.PausedAt)}
		if out.Signature, err = s.Hooks.Signed(ctx, a.ID, h.ID); err != nil {
			return nil, err
		}
		list = append(list, out)
	}
	return list, err
}

// exportFilings adds the account's filings after cursor until the page is full.
func (s *Service) exportFilings(ctx context.Context, accountID, cursor string, e *Export) (next string, err error) {
	for size := 0; ; {
		found, after, err := s.Filings.ByAccount(ctx, accountID, cursor, 20, nil, httpapi.ReceivedAt(ctx))
		if err != nil {
			return "", err
		}
		for _, f := range found {
			out, err := s.exportFiling(ctx, f)
			if err != nil {
				return "", err
			}
			size += len(out.Form) + len(out.Receipt)
			for _, cms := range out.Signatures {
				size += len(cms) * 4 / 3
			}
			e.Filings = append(e.Filings, out)
			if size > exportLimit || len(e.Filings) == exportFilings {
				return store.Cursor(f), nil // the next page may be empty, and says that this was the last
			}
		}
		if cursor = after; cursor == "" {
			return "", nil
		}
	}
}

func (s *Service) exportFiling(ctx context.Context, f filing.Envelope) (ExportedFiling, error) {
	out := ExportedFiling{
		ID: f.ID, Kind: f.Kind, Status: f.Status, CreatedAt: f.CreatedAt, SentAt: moment(f.SentAt), TicketNo: f.TicketNo, Replaces: f.Replaces,
		Documents: []filing.Document{}, Signatures: [][]byte{},
	}
	var err error
	if out.Events, err = s.Filings.Events(ctx, f); err != nil {
		return out, err
	}
	if f.Status.May("edit") {
		draft, err := s.Filings.Filing(ctx, f.ID, f.AccountID, httpapi.ReceivedAt(ctx))
		if err == nil {
			out.Documents, out.Form = filing.Documents(draft.Attached), filing.FormOf(draft.Sections)
		}
		return out, err
	}
	if out.Receipt, err = s.Filings.Receipt(ctx, f.ID); err != nil {
		return out, err
	}
	signatures, err := s.Filings.Signatures(ctx, f.ID)
	if err != nil {
		return out, err
	}
	for _, one := range signatures {
		out.Signatures = append(out.Signatures, one.CMS)
	}
	out.Form, err = s.sealedForm(ctx, f, out.Receipt)
	return out, err
}

// sealedForm is the form that was signed, by the hash in the receipt.
func (s *Service) sealedForm(ctx context.Context, f filing.Envelope, signed []byte) (json.RawMessage, error) {
	var r struct {
		Receipt struct {
			FormSHA256 string `json:"formSha256"`
		} `json:"receipt"`
	}
	if err := json.Unmarshal(signed, &r); err != nil {
		return nil, err
	}
	pins, err := s.Filings.PinsOf(ctx, f.ID, f.Manifest)
	if err != nil {
		return nil, err
	}
	sum := r.Receipt.FormSHA256
	return s.Documents.Get(ctx, documents.Object{Filing: f.ID, SHA256: sum}, pins[sum])
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
	Voided  int         `json:"voided"` // manifests that were out for signature: they can't be sealed any more
	Lang    locale.Lang `json:"lang"`
}

// void takes back every manifest of the account that is out for signature: nothing of it can be sealed
// any more. A seal looks at no account, so this is what keeps one from being sent after its filer
// has left. It comes before the account is closed: a manifest can be made anew, a closing can't be
// repeated.
func (s *Service) void(ctx context.Context, accountID string) (voided int, err error) {
	at := httpapi.ReceivedAt(ctx)
	waits := func(e filing.Envelope) bool { return e.Status.May("void") }
	for cursor := ""; ; {
		found, next, err := s.Filings.ByAccount(ctx, accountID, cursor, 100, waits, at)
		if err != nil {
			return voided, err
		}
		for _, e := range found {
			switch err := s.Filings.Void(ctx, e, at); {
			case err == nil:
				voided++
			case !errors.Is(err, filing.ErrVersion): // else it was sent at this moment
				return voided, err
			}
		}
		if cursor = next; cursor == "" {
			return voided, nil
		}
	}
}

// Leave closes the signer's account (agreement 1.5) after it took back what is out for signature. It needs no session: the signature is the
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
	voided, err := s.void(ctx, a.ID)
	if err != nil {
		return httpapi.Reply{}, err
	}
	if err := s.Leavings.Leave(ctx, account.Leaving{
		AccountID: a.ID, Lang: signed.Document.Lang, At: at,
		Evidence: account.Evidence{
			CMS: signed.CMS, Nonce: signed.Challenge.Nonce, Address: httpapi.Address(ctx), UserAgent: httpapi.UserAgent(ctx),
		},
	}, signed.Challenge); err != nil {
		return httpapi.Reply{}, err
	}
	return httpapi.Reply{
		Body: Left{a.ID, at, voided, signed.Document.Lang}, Cookies: []*http.Cookie{httpapi.Cookie(ctx, "", time.Time{})},
	}, nil
}
