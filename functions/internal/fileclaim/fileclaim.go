// Package fileclaim is the function that seals a filing: the surge path, alone in its function.
//
// Between a complete signed request and its receipt stand only the signature, a look at each
// document in the bucket, all at once, and one conditional transaction. No session is needed:
// the signature says who acts, so nothing that locks a session out can cost anyone a deadline.
package fileclaim

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/act"
	"github.com/courtoffice/courtoffice/shared/agreement"
	"github.com/courtoffice/courtoffice/shared/documents"
	"github.com/courtoffice/courtoffice/shared/eds"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/httpapi"
	"github.com/courtoffice/courtoffice/shared/receipt"
	"github.com/courtoffice/courtoffice/shared/signer"
)

// Service answers the function's routes.
type Service struct {
	Verifier   signer.Verifier // policy eds.Filing, revocation deferred where no fresh evidence is at hand
	Agreements Agreements
	Filings    Filings
	Documents  Documents
	IndexKey   []byte             // of account.Subject.Key
	ReceiptKey ed25519.PrivateKey // signs receipts
}

// Agreements lists the published versions of the agreement. They may come from a cache: a
// version takes force 72 hours after it is published.
type Agreements interface {
	Agreements(ctx context.Context, at time.Time) ([]agreement.Version, error)
}

// Filings seals in one transaction (store.Filings.Seal).
type Filings interface {
	Seal(ctx context.Context, s filing.Seal) (receipt []byte, first bool, err error)
}

// Documents proves what the bucket holds (documents.Store.Head).
type Documents interface {
	Head(ctx context.Context, o documents.Object) (documents.Stored, error)
}

// Request carries the signed manifest.
type Request struct {
	ID        string           `json:"-" path:"id"`
	Signature signer.Signature `json:"signature"`
}

// File seals the filing that the signed manifest names. A repeat of the same manifest by the
// same signer gets the first receipt, byte for byte.
func (s *Service) File(ctx context.Context, req Request) (httpapi.Reply, error) {
	at := httpapi.ReceivedAt(ctx)
	opened, err := signer.Open(s.Verifier, req.Signature, at)
	if err != nil {
		return httpapi.Reply{}, err
	}
	d, err := act.Parse(opened.Content, act.FileClaim)
	if err != nil {
		return httpapi.Reply{}, fmt.Errorf("%w: %w", signer.ErrDocument, err)
	}
	m := *d.Filing
	if m.ID != req.ID {
		return httpapi.Reply{}, filing.ErrManifestVoid
	}
	if err := s.inForce(ctx, m.Agreement, at); err != nil {
		return httpapi.Reply{}, err
	}
	stored, err := s.stored(ctx, m)
	if err != nil {
		return httpapi.Reply{}, err
	}
	seal, err := s.seal(opened, d, m, stored, at)
	if err != nil {
		return httpapi.Reply{}, err
	}
	body, first, err := s.Filings.Seal(ctx, seal)
	if err != nil {
		return httpapi.Reply{}, err
	}
	if first {
		return httpapi.Reply{Status: http.StatusCreated, Body: json.RawMessage(body)}, nil
	}
	return httpapi.Reply{Body: json.RawMessage(body)}, nil
}

// inForce refuses a manifest made under a version of the agreement that has lapsed since.
func (s *Service) inForce(ctx context.Context, version string, at time.Time) error {
	versions, err := s.Agreements.Agreements(ctx, at)
	if err != nil {
		return err
	}
	if v, ok := agreement.InForce(versions, at); !ok || v.ID != version {
		return agreement.ErrNotAccepted
	}
	return nil
}

// stored looks at every document at once and returns the bucket's versions of them.
func (s *Service) stored(ctx context.Context, m filing.Manifest) (map[string]string, error) {
	versions := make([]string, len(m.Documents))
	group, ctx := errgroup.WithContext(ctx)
	for i, d := range m.Documents {
		group.Go(func() error {
			stored, err := s.Documents.Head(ctx, documents.Of(m.ID, d))
			if err != nil {
				return fmt.Errorf("document %d: %w", i, err)
			}
			versions[i] = stored.Version
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	out := make(map[string]string, len(versions))
	for i, d := range m.Documents {
		out[d.SHA256] = versions[i]
	}
	return out, nil
}

func (s *Service) seal(opened signer.Opened, d act.Document, m filing.Manifest, stored map[string]string, at time.Time) (filing.Seal, error) {
	var random [7]byte
	if _, err := rand.Read(random[:]); err != nil {
		return filing.Seal{}, fmt.Errorf("ticket number: %w", err)
	}
	sum := sha256.Sum256(opened.Content)
	manifest, ticket := hex.EncodeToString(sum[:]), filing.Ticket(random)
	r := receipt.Receipt{
		FilingID: m.ID, TicketNo: ticket, ManifestSHA256: manifest, FormSHA256: m.FormSHA256,
		Signer: certified(opened), Revocation: revocation(opened.Report.Signers[0].Revocation),
		SentAt: receipt.Time(at), SentAtSource: "gateway", Agreement: m.Agreement, CourtCode: m.CourtCode, Lang: string(d.Lang),
	}
	for _, doc := range m.Documents {
		r.Files = append(r.Files, receipt.File{Role: doc.Role, Name: doc.Name, Size: doc.Size, SHA256: doc.SHA256})
	}
	body, err := receipt.Issue(s.ReceiptKey, r)
	if err != nil {
		return filing.Seal{}, err
	}
	return filing.Seal{
		Manifest: m, ManifestSHA256: manifest, Subject: opened.Subject.Key(s.IndexKey), CMS: opened.CMS, Stored: stored,
		SentAt: at, TicketNo: ticket, Receipt: body,
	}, nil
}

// certified is the signer as the receipt names them: the number masked.
func certified(opened signer.Opened) receipt.Signer {
	who, cert := opened.Subject, opened.Report.Signers[0].Certificate
	out := receipt.Signer{
		Kind: string(who.Kind), Number: who.IIN.Masked(), Name: who.Name, Role: string(who.Role),
		CertSerial: cert.Serial, Issuer: cert.Issuer,
	}
	if who.Kind == account.Legal {
		out.Number = who.BIN.Masked()
	}
	return out
}

// revocation says what was known: anything but good was refused before, so what is left is
// evidence that could not be had and is asked for after the receipt.
func revocation(r eds.Revocation) receipt.Revocation {
	if r.Status != eds.Good {
		return receipt.Revocation{Status: "deferred"}
	}
	return receipt.Revocation{Status: "good", CRLNumber: r.Number, ThisUpdate: receipt.Time(r.ThisUpdate)}
}

// PublicKey returns the key that verifies receipts.
func (s *Service) PublicKey(context.Context, struct{}) (receipt.PublicKey, error) {
	return receipt.Public(s.ReceiptKey), nil
}
