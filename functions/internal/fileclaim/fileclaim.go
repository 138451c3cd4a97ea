// Package fileclaim is the function that seals a filing: the surge path, alone in its function.
//
// The step that made the manifest has frozen all that a seal depends on. So between a signed request
// and its receipt stand only the token that was handed out with the manifest, the signature, and one
// conditional transaction in the filing's own partitions: nothing is read, nobody is asked. No session
// is needed: the signature says who acts, so nothing that locks a session out, disables an account
// or lets an agreement lapse can cost anyone a deadline.
package fileclaim

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/act"
	"github.com/courtoffice/courtoffice/shared/eds"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/httpapi"
	"github.com/courtoffice/courtoffice/shared/metric"
	"github.com/courtoffice/courtoffice/shared/receipt"
	"github.com/courtoffice/courtoffice/shared/signer"
	"github.com/courtoffice/courtoffice/shared/store"
)

// MaxBody is the largest request in bytes: a manifest of filing.MaxManifest inside a signature with
// its certificates, in base64.
const MaxBody = 256 << 10

// Service answers the function's routes.
type Service struct {
	Verifier signer.Verifier // policy eds.Filing of one signer, revocation deferred where no fresh evidence is at hand
	Filings  *store.Filings
	IndexKey []byte // 32 bytes: look-up keys of signers, seal tokens
	Keys     Keys   // sign receipts
}

// Keys has the keys that sign.
type Keys interface {
	At(ctx context.Context, at time.Time) (receipt.Key, error) // asks nobody while it has one for that instant
}

// Request carries the signed manifest and the token that came with it.
type Request struct {
	ID        string           `json:"-" path:"id"`
	Token     string           `json:"token"`
	Signature signer.Signature `json:"signature"`
}

// Pending is the answer to a signature that was kept while others are missing.
type Pending struct {
	Outcome string `json:"outcome"` // "pending"
	Missing int    `json:"missing"` // signatures
}

// File takes a signature of the manifest that the token names. The last one that was missing seals the
// filing: the answer is its receipt. A repeat of what was taken changes nothing and gets the same
// answer, a receipt byte for byte.
//
// What costs an anonymous sender nothing is refused first: the token before the signature is even
// decoded, then what is not one person's CMS of that manifest, and only then the signature is verified.
func (s *Service) File(ctx context.Context, req Request) (httpapi.Reply, error) {
	at := httpapi.ReceivedAt(ctx)
	token, err := filing.ParseToken(s.IndexKey, req.ID, req.Token)
	if err != nil {
		return httpapi.Reply{}, err
	}
	httpapi.Log(ctx, slog.String("filing", req.ID)) // the token is of it
	received, err := signer.Receive(req.Signature)
	if err != nil {
		return httpapi.Reply{}, err
	}
	if filing.Sum(received.Content) != token.Manifest {
		return httpapi.Reply{}, filing.ErrManifestVoid
	}
	opened, err := received.Open(s.Verifier, at)
	if err != nil {
		return httpapi.Reply{}, err
	}
	person, ok := token.Of(opened.Subject.Key(s.IndexKey), opened.Subject.PersonKey(s.IndexKey))
	if !ok {
		return httpapi.Reply{}, filing.ErrWrongSigner
	}
	if !at.Before(token.SealBy) {
		return s.late(ctx, req.ID, token)
	}
	d, err := act.Manifest(opened.Content)
	if err != nil {
		return httpapi.Reply{}, err
	}
	signed := signed{opened: opened, document: d, manifest: *d.Filing, token: token, person: person, at: at}
	out, err := s.take(ctx, signed)
	if err != nil {
		return httpapi.Reply{}, err
	}
	return answer(ctx, out, ""), nil
}

// late answers a signature that comes after its time: what was sealed in time has its receipt.
func (s *Service) late(ctx context.Context, id string, token filing.Token) (httpapi.Reply, error) {
	out, err := s.Filings.Outcome(ctx, id, token.Manifest)
	if err == nil && out.Receipt == nil {
		err = filing.ErrManifestVoid
	}
	if err != nil {
		return httpapi.Reply{}, err
	}
	return answer(ctx, out, "late"), nil
}

// answer is the reply to a signature, measured as outcome, or as what became of it where that is "".
func answer(ctx context.Context, out store.Signed, outcome string) httpapi.Reply {
	reply := httpapi.Reply{Status: http.StatusOK, Body: Pending{"pending", out.Missing}}
	switch {
	case outcome != "":
	case !out.First:
		outcome = "again"
	case out.Receipt == nil:
		outcome = "kept"
	default:
		outcome = "sealed"
	}
	httpapi.Measure(ctx, metric.Value{Name: metric.Seals, Value: 1, By: "Outcome", Is: outcome})
	if out.Receipt != nil {
		reply.Body = json.RawMessage(out.Receipt)
		var issued struct {
			Receipt struct {
				TicketNo string `json:"ticketNo"`
			} `json:"receipt"`
		}
		if json.Unmarshal(out.Receipt, &issued) == nil {
			httpapi.Log(ctx, slog.String("ticket", issued.Receipt.TicketNo)) // by which an operator finds its trace
		}
	}
	if out.First {
		reply.Status = http.StatusCreated
		if out.Receipt == nil {
			reply.Status = http.StatusAccepted
		}
	}
	return reply
}

// signed is a signature that holds, of a manifest that was handed out.
type signed struct {
	opened   signer.Opened
	document act.Document
	manifest filing.Manifest
	token    filing.Token
	person   string
	at       time.Time
}

// take keeps the signature. The only seat's is the seal; of several, a signature that leaves one empty
// is kept, and the last is the seal.
func (s *Service) take(ctx context.Context, in signed) (store.Signed, error) {
	entry, err := in.entry()
	if err != nil {
		return store.Signed{}, err
	}
	sig := filing.Signature{
		Place: filing.Place{Person: in.person, Seats: in.token.Seats}, CMS: in.opened.CMS, JudgedAt: in.at, Entry: entry,
	}
	if len(in.token.Seats) == 1 {
		return s.seal(ctx, in, sig, nil, nil)
	}
	out, seats, err := s.Filings.Sign(ctx, in.manifest.ID, in.manifest.Account, in.token.Manifest, sig)
	if err != nil || !out.Last {
		return out, err
	}
	out, err = s.seal(ctx, in, sig, seats, out.Earlier)
	if errors.Is(err, filing.ErrManifestVoid) { // or the same seats were filled meanwhile, which sealed it
		if now, readErr := s.Filings.Outcome(ctx, in.manifest.ID, in.token.Manifest); readErr == nil && now.Receipt != nil {
			return now, nil
		}
	}
	return out, err
}

// seal issues the receipt for all who signed.
func (s *Service) seal(ctx context.Context, in signed, sig filing.Signature, seats []int, earlier []string) (store.Signed, error) {
	m, ticket := in.manifest, filing.Ticket(random())
	r := receipt.Receipt{
		FilingID: m.ID, TicketNo: ticket, CheckCode: filing.CheckCode(random()), ManifestSHA256: in.token.Manifest, FormSHA256: m.Form.SHA256,
		SentAt: receipt.Time(in.at), SentAtSource: "gateway", Agreement: m.Agreement, CourtCode: m.CourtCode, Lang: string(in.document.Lang),
	}
	if m.Statement != nil {
		r.StatementSHA256 = m.Statement.SHA256
	}
	for _, entry := range append(earlier, string(sig.Entry)) {
		var one receipt.Signer
		if err := json.Unmarshal([]byte(entry), &one); err != nil {
			return store.Signed{}, fmt.Errorf("signer of %s: %w", m.ID, err)
		}
		r.Signers = append(r.Signers, one)
	}
	key, err := s.Keys.At(ctx, in.at)
	if err != nil {
		return store.Signed{}, err
	}
	body, err := receipt.Issue(key, r)
	if err != nil {
		return store.Signed{}, err
	}
	return s.Filings.Seal(ctx, filing.Seal{
		FilingID: m.ID, Account: m.Account, CourtCode: m.CourtCode, Kind: m.Kind, Manifest: in.token.Manifest,
		Signature: sig, Seats: seats, SentAt: in.at, TicketNo: ticket, Receipt: body,
	})
}

func random() (b [7]byte) {
	rand.Read(b[:])
	return b
}

// entry is what the receipt says of the signature: the signer with the number masked, for whom and in
// what capacity, and the instant it was judged at, which is the gateway's.
func (in signed) entry() ([]byte, error) {
	who, report := in.opened.Subject, in.opened.Report.Signers[0]
	out := receipt.Signer{
		Kind: string(who.Kind), Number: who.IIN.Masked(), Name: who.Name, Role: string(who.Role),
		CertSerial: report.Certificate.Serial, CertSHA256: report.Certificate.SHA256, Issuer: report.Certificate.Issuer,
		JudgedAt: receipt.Time(in.at), Revocation: revocation(report.Revocation),
	}
	if who.Kind == account.Legal {
		out.Number, out.Organisation = who.BIN.Masked(), who.Organisation
	}
	for i, any := range in.token.Seats {
		if any == 0 {
			continue
		}
		if i >= len(in.manifest.Seats) || int(any) > len(in.manifest.Seats[i].Any) {
			return nil, fmt.Errorf("%w: no such seat", filing.ErrToken)
		}
		seat := in.manifest.Seats[i]
		out.For = append(out.For, receipt.Seat{Party: seat.Party, Capacity: string(seat.Any[any-1].Capacity)})
	}
	return json.Marshal(out)
}

// revocation says what was known: anything but good was refused before, so what is left is
// evidence that could not be had and is asked for after the receipt.
func revocation(r eds.Revocation) *receipt.Revocation {
	if r.Status != eds.Good {
		return &receipt.Revocation{Status: "deferred"}
	}
	return &receipt.Revocation{Status: "good", CRLNumber: r.Number, ThisUpdate: receipt.Time(r.ThisUpdate)}
}

// OutcomeRequest names a manifest by the token that came with it.
type OutcomeRequest struct {
	ID    string `json:"-" path:"id"`
	Token string `json:"token"`
}

// Outcome is what became of a manifest.
type Outcome struct {
	Outcome string          `json:"outcome"` // "sealed", "pending" or "void"
	Missing int             `json:"missing"` // signatures, while pending
	Receipt json.RawMessage `json:"receipt"` // once sealed, else null
}

// Outcome tells who got no answer to a signature what became of it, so that an unknown outcome is
// never taken for a refusal. Like the seal it needs no session.
func (s *Service) Outcome(ctx context.Context, req OutcomeRequest) (Outcome, error) {
	token, err := filing.ParseToken(s.IndexKey, req.ID, req.Token)
	if err != nil {
		return Outcome{}, err
	}
	out, err := s.Filings.Outcome(ctx, req.ID, token.Manifest)
	switch {
	case errors.Is(err, filing.ErrManifestVoid), errors.Is(err, filing.ErrSealed), errors.Is(err, filing.ErrNotFound):
		return Outcome{Outcome: "void"}, nil
	case err != nil:
		return Outcome{}, err
	case out.Receipt != nil:
		return Outcome{Outcome: "sealed", Receipt: out.Receipt}, nil
	case !httpapi.ReceivedAt(ctx).Before(token.SealBy):
		return Outcome{Outcome: "void"}, nil
	}
	return Outcome{Outcome: "pending", Missing: out.Missing}, nil
}
