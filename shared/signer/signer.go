// Package signer reads what a person sent signed: it takes the signature's text apart, has it
// verified, finds the document inside and says who signed.
//
// Read Acts.Read first. Every legal act comes in through it or, for a document without a
// challenge, through Open. The package decides nothing about rights: see account.Subject.MayAct.
package signer

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/act"
	"github.com/courtoffice/courtoffice/shared/challenge"
	"github.com/courtoffice/courtoffice/shared/court"
	"github.com/courtoffice/courtoffice/shared/eds"
	"github.com/courtoffice/courtoffice/shared/eds/cms"
	"github.com/courtoffice/courtoffice/shared/locale"
	"github.com/courtoffice/courtoffice/shared/phone"
)

var (
	// ErrUnsigned: there is no signature.
	ErrUnsigned = errors.New("signer: no signature")
	// ErrBase64: the signature's text is neither PEM nor base64.
	ErrBase64 = errors.New("signer: neither PEM nor base64")
	// ErrDetached: the signature does not carry what it is over.
	ErrDetached = errors.New("signer: signature without its document")
	// ErrSeveral: more than one signature where one person acts.
	ErrSeveral = errors.New("signer: more than one signature")
	// ErrDocument: the signature holds, but what was signed is not the document the office makes
	// for this act.
	ErrDocument = errors.New("signer: not a document of this act")
)

// Signature is a signature as sent: CMS with its content attached, as PEM, with or without text around
// it, or as base64 with any line breaks. It keeps itself out of logs.
type Signature string

// LogValue implements slog.LogValuer.
func (s Signature) LogValue() slog.Value { return slog.StringValue("[signature]") }

// String keeps %v from showing the signature.
func (s Signature) String() string { return "[signature]" }

// der returns the binary message. Errors: ErrUnsigned, ErrBase64.
func (s Signature) der() ([]byte, error) {
	text := strings.TrimSpace(string(s))
	if text == "" {
		return nil, ErrUnsigned
	}
	if strings.Contains(text, "-----BEGIN") {
		der, err := cms.Decode([]byte(text))
		if err != nil {
			return nil, ErrBase64
		}
		return der, nil
	}
	packed := make([]byte, 0, len(text))
	for _, c := range []byte(text) {
		if c != ' ' && c != '\t' && c != '\r' && c != '\n' {
			packed = append(packed, c)
		}
	}
	raw := make([]byte, base64.StdEncoding.DecodedLen(len(packed)))
	n, err := base64.StdEncoding.Strict().Decode(raw, packed)
	if err != nil || n == 0 {
		return nil, ErrBase64
	}
	return raw[:n], nil
}

// Verifier verifies a signature: *eds.Verifier with the policy of the act.
type Verifier interface {
	Verify(eds.Signed) (*eds.Report, error)
}

// Opened is a signature that holds.
type Opened struct {
	Content []byte          // exactly what was signed
	Subject account.Subject // who signed
	CMS     []byte          // DER as sent
	Report  *eds.Report
}

// Received is a signature as it arrived: read, not verified. Nothing in it may be believed, but what
// the office can tell at once to be none of its own need not be verified at all.
type Received struct {
	CMS     []byte // DER as sent
	Content []byte // what the signature says it is over
}

// Receive reads one CMS message with its content and one signature. It does nothing costly: an XML
// document is refused by its first byte, a second signature when it is met.
//
// Errors: ErrUnsigned, ErrBase64, ErrDetached, ErrSeveral, eds.ErrNotASignature.
func Receive(s Signature) (Received, error) {
	der, err := s.der()
	if err != nil {
		return Received{}, err
	}
	msg, err := cms.Parse(der, cms.Limits{Signers: 1})
	if e, ok := errors.AsType[*cms.LimitError](err); ok && e.Limit == "signers" {
		return Received{}, ErrSeveral
	}
	switch {
	case err != nil:
		return Received{}, fmt.Errorf("%w: %w", eds.ErrNotASignature, err)
	case len(msg.Signers) == 0:
		return Received{}, ErrUnsigned
	case !msg.Attached:
		return Received{}, ErrDetached
	}
	return Received{CMS: der, Content: msg.Content()}, nil
}

// Open verifies the signature at the instant at (when the gateway received it). Its signer may act for
// whom the certificate stands for.
//
// Errors: *eds.VerificationError, account.ErrRole.
func (r Received) Open(v Verifier, at time.Time) (Opened, error) {
	report, err := v.Verify(eds.Signed{Data: r.CMS, At: at})
	if err != nil {
		return Opened{}, err
	}
	who := Subject(report.Signers[0].Subject)
	if err := who.MayAct(); err != nil {
		return Opened{}, err
	}
	return Opened{Content: report.Content(), Subject: who, CMS: r.CMS, Report: report}, nil
}

// Open is Receive and then Received.Open, for a document that carries no challenge.
func Open(v Verifier, s Signature, at time.Time) (Opened, error) {
	r, err := Receive(s)
	if err != nil {
		return Opened{}, err
	}
	return r.Open(v, at)
}

// Subject returns who a certificate of the NCA stands for. A certificate that names an
// organisation stands for it, never for its holder alone.
func Subject(s eds.Subject) account.Subject {
	out := account.Subject{
		Kind: account.Natural, IIN: s.IIN, BIN: s.BIN, Name: s.CommonName, Organisation: s.Organisation, Role: role(s.Role),
	}
	if !s.BIN.IsZero() {
		out.Kind = account.Legal
	} else {
		// A person's certificate may carry an employer's name without a number; it means nothing.
		out.Organisation = ""
	}
	return out
}

func role(r eds.Role) account.Role {
	switch r {
	case eds.RoleIndividual:
		return account.RoleNone
	case eds.RoleHead:
		return account.RoleHead
	case eds.RoleSignRight:
		return account.RoleSigner
	case eds.RoleFinanceRight:
		return account.RoleFinanceSigner
	case eds.RoleHR:
		return account.RoleHR
	case eds.RoleEmployee:
		return account.RoleEmployee
	case eds.RoleSystem, eds.RoleIndividualSystem:
		return account.RoleSystem
	}
	return account.RoleOther
}

// Acts reads signed acts that carry a challenge.
type Acts struct {
	Verifier     Verifier
	ChallengeKey []byte
	IndexKey     []byte
	Office       string // address people know the office by, from configuration: "https://court.example", never a request's Host
}

// Act is a signed act whose signature, document and challenge hold. Whether the challenge was
// used before, the store finds out when it uses it up.
type Act struct {
	Document  act.Document
	Challenge challenge.Challenge
	Subject   account.Subject
	CMS       []byte // DER as sent
	Report    *eds.Report
}

// Read verifies a signature made for an act of that kind in this office, received at the instant at.
// Nothing of the document is the signer's own words: the statement must be the one Document makes,
// and it names the office's address, so that what another site had someone sign is no act here. A
// stranger is turned away before anything costly: the challenge is looked at first, the signature
// after it.
//
// Errors: those of Receive and Received.Open, ErrDocument, challenge.ErrInvalid, challenge.ErrExpired.
func (a Acts) Read(s Signature, kind act.Kind, at time.Time) (Act, error) {
	received, err := Receive(s)
	if err != nil {
		return Act{}, err
	}
	d, err := act.Parse(received.Content, kind)
	if err != nil {
		return Act{}, fmt.Errorf("%w: %w", ErrDocument, err)
	}
	if d.Office != a.Office {
		return Act{}, fmt.Errorf("%w: made for %q", challenge.ErrInvalid, d.Office)
	}
	if !slices.Contains(locale.Langs[:], d.Lang) || d.Statement != statement(d) {
		return Act{}, fmt.Errorf("%w: another statement", ErrDocument)
	}
	c, err := challenge.Check(a.ChallengeKey, string(kind), a.Office, d.Challenge, at)
	if err != nil {
		return Act{}, err
	}
	opened, err := received.Open(a.Verifier, at)
	if err != nil {
		return Act{}, err
	}
	if !bytes.Equal(opened.Content, received.Content) {
		return Act{}, fmt.Errorf("%w: another content was verified", ErrDocument)
	}
	return Act{Document: d, Challenge: c, Subject: opened.Subject, CMS: opened.CMS, Report: opened.Report}, nil
}

// Unsigned is a document to be signed, as the office gives it out.
type Unsigned struct {
	Document  []byte    `json:"document"`  // base64 in JSON: exactly these bytes are signed, attached
	ExpiresAt time.Time `json:"expiresAt"` // the signature must arrive by then
	Permit    string    `json:"permit"`    // to have it signed on a phone, see package phone
}

// Document makes the document to sign for an act: it adds the office's address, the statement in
// d.Lang and a fresh challenge to d, which has the act's own member. nonce must be fresh from
// crypto/rand.
func (a Acts) Document(d act.Document, nonce [16]byte, at time.Time) (Unsigned, error) {
	var out Unsigned
	var err error
	d.Office = a.Office
	d.Statement = statement(d)
	d.Challenge, out.ExpiresAt = challenge.Issue(a.ChallengeKey, string(d.Act), a.Office, nonce, at)
	out.Document, err = d.Encode()
	out.Permit = phone.Permit(a.IndexKey, out.Document, out.ExpiresAt)
	return out, err
}

// statement says in d.Lang what a document's signer does.
func statement(d act.Document) string {
	key := "act." + string(d.Act) + ".statement"
	if d.Agreement != nil {
		return locale.T(d.Lang, key, "office", d.Office, "id", d.Agreement.ID)
	}
	if a := d.Administration; a != nil {
		what, at := "act.administer.what."+string(a.Act), ""
		if strings.HasPrefix(string(a.Act), "right.") {
			right := a.Detail
			if post, code, ok := account.Right(a.Detail).Post(); ok {
				right, at = string(post), court.Name(code, d.Lang)
			}
			what += "." + right
		}
		reason := a.Reason
		if a.Withheld != "" {
			reason = locale.T(d.Lang, "act.administer.withheld", "reason", a.Reason, "ground", a.Withheld)
		}
		return locale.T(d.Lang, key, "office", d.Office, "what", locale.T(d.Lang, what, "of", a.Of, "detail", a.Detail, "court", at), "reason", reason)
	}
	if r := d.Ruling; r != nil {
		return locale.T(d.Lang, key, "office", d.Office, "court", court.Name(r.CourtCode, d.Lang), "what", locale.T(d.Lang, "ruling."+r.Step+".what"),
			"number", r.Number, "sha256", r.File.SHA256)
	}
	if s := d.Scanned; s != nil {
		return locale.T(d.Lang, key, "office", d.Office, "court", court.Name(s.CourtCode, d.Lang), "count", len(s.Scans), "pages", s.Pages, "kind", locale.T(d.Lang, "kind."+s.Kind),
			"day", locale.Date(d.Lang, s.Received.Start()), "from", s.From, "way", locale.T(d.Lang, "paper.way."+s.Way), "number", s.Number)
	}
	if w := d.Webhook; w != nil {
		return locale.T(d.Lang, key, "office", d.Office, "address", w.Address)
	}
	return locale.T(d.Lang, key, "office", d.Office)
}
