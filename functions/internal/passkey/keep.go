package passkey

import (
	"context"
	"crypto/rand"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/act"
	"github.com/courtoffice/courtoffice/shared/base64url"
	"github.com/courtoffice/courtoffice/shared/defect"
	"github.com/courtoffice/courtoffice/shared/httpapi"
	"github.com/courtoffice/courtoffice/shared/locale"
	ceremony "github.com/courtoffice/courtoffice/shared/passkey"
	"github.com/courtoffice/courtoffice/shared/session"
	"github.com/courtoffice/courtoffice/shared/signer"
	"github.com/courtoffice/courtoffice/shared/store"
)

// List has passkeys, in the order they were added.
type List struct {
	Passkeys []Passkey `json:"passkeys"`
	MayAdd   bool      `json:"mayAdd"` // the request's session may add one: the EDS opened it, and the person has fewer than Most
	Most     int       `json:"most"`   // of one person
}

// Passkey is one of them.
type Passkey struct {
	ID      string     `json:"id"`     // a hash: it opens nothing
	Name    string     `json:"name"`   // as the person calls it
	Person  string     `json:"person"` // name of who added it for a legal person, or ""
	Own     bool       `json:"own"`    // of the person whose session asks
	Synced  bool       `json:"synced"` // kept by a service that copies it to other devices of the person
	AddedAt time.Time  `json:"addedAt"`
	UsedAt  *time.Time `json:"usedAt"` // when it opened a session last; null for never
}

// List shows the person's passkeys: whoever acts for a legal person sees their own, its head everyone's.
func (s *Service) List(ctx context.Context, _ struct{}) (List, error) {
	a, current, err := s.Gate.Session(ctx)
	if err != nil {
		return List{}, err
	}
	all, err := s.Passkeys.Of(ctx, a.ID)
	if err != nil {
		return List{}, err
	}
	names := map[string]string{}
	if head(current) {
		acting, err := s.Access.Acting(ctx, a.ID)
		if err != nil {
			return List{}, err
		}
		for _, p := range acting {
			names[p.ID] = p.Name
		}
	}
	names[current.Person.ID] = current.Person.Name
	list := List{
		Passkeys: []Passkey{}, Most: account.MaxPasskeys,
		MayAdd: s.possible() == nil && current.By == session.ByEDS && len(all[current.Person.ID]) < account.MaxPasskeys,
	}
	for person, passkeys := range all {
		if person != current.Person.ID && !head(current) {
			continue
		}
		for _, p := range passkeys {
			one := Passkey{
				ID: store.PasskeyID(p.ID), Name: p.Name, Person: names[person], Own: person == current.Person.ID, Synced: p.Backed, AddedAt: p.AddedAt,
			}
			if !p.UsedAt.IsZero() {
				one.UsedAt = &p.UsedAt
			}
			list.Passkeys = append(list.Passkeys, one)
		}
	}
	slices.SortFunc(list.Passkeys, func(a, b Passkey) int {
		if c := a.AddedAt.Compare(b.AddedAt); c != 0 {
			return c
		}
		return strings.Compare(a.ID, b.ID)
	})
	return list, nil
}

// head reports whether who acts in a session may end the access of others: a company's head, signed in with
// the EDS.
func head(current session.Session) bool {
	return current.By == session.ByEDS && slices.Contains(account.Role(current.Person.Role).Powers(), account.PowerPeople)
}

// DocumentRequest asks for a document to sign.
type DocumentRequest struct {
	Lang locale.Lang `json:"lang"` // of the statement; "" means that of the answer
}

// Document is what the browser is to make a passkey with, and what is signed for it. The passkey comes first: a
// browser makes one only while the person is at it.
type Document struct {
	signer.Unsigned
	Challenge  []byte   `json:"challenge"`  // base64; that of the document, so that neither is of use without the other
	Domain     string   `json:"domain"`     // the relying party's identifier
	Handle     []byte   `json:"handle"`     // base64; the user's, opaque
	Name       string   `json:"name"`       // for the device to show: the masked number, since devices copy it elsewhere
	Algorithms []int    `json:"algorithms"` // COSE, the preferred first
	Known      [][]byte `json:"known"`      // base64; passkeys that the person has: a device that keeps one makes no other
}

// Document makes the document whose signature adds a passkey, for who signed in with the EDS.
//
// Errors: account.ErrPasskeys.
func (s *Service) Document(ctx context.Context, r DocumentRequest) (Document, error) {
	a, current, err := s.adding(ctx)
	if err != nil {
		return Document{}, err
	}
	if r.Lang == "" {
		r.Lang = httpapi.Lang(ctx)
	}
	if !slices.Contains(locale.Langs[:], r.Lang) {
		return Document{}, defect.List{{Pointer: "/lang", Code: "unknown-value"}}
	}
	all, err := s.Passkeys.Of(ctx, a.ID)
	if err != nil {
		return Document{}, err
	}
	if len(all[current.Person.ID]) >= account.MaxPasskeys {
		return Document{}, account.ErrPasskeys
	}
	var nonce [16]byte
	rand.Read(nonce[:])
	d := Document{
		Domain: s.Office.Domain, Handle: account.PasskeyHandle(s.Acts.IndexKey, a.ID, current.Person.ID), Name: a.Subject.Masked(),
		Algorithms: ceremony.Algorithms, Known: [][]byte{},
	}
	if current.Person.Number != "" {
		d.Name += ", " + current.Person.Number
	}
	for _, p := range all[current.Person.ID] {
		d.Known = append(d.Known, p.ID)
	}
	if d.Unsigned, err = s.Acts.Document(act.Document{Act: act.AddPasskey, Lang: r.Lang}, nonce, httpapi.ReceivedAt(ctx)); err != nil {
		return Document{}, err
	}
	signed, err := act.Parse(d.Unsigned.Document, act.AddPasskey)
	if err == nil {
		d.Challenge, err = base64url.Decode(signed.Challenge)
	}
	return d, err
}

// adding is the account and session of who may add a passkey: a password or a passkey opens reading and drafting,
// and makes no further way in.
func (s *Service) adding(ctx context.Context) (account.Account, session.Session, error) {
	a, current, err := s.Gate.Session(ctx)
	if err == nil && current.By != session.ByEDS {
		err = &httpapi.Problem{Slug: "eds-needed", Article: "agreement 6"}
	}
	if err == nil {
		err = s.possible()
	}
	return a, current, err
}

// AddRequest is the signed document, and what the browser answered: AuthenticatorAttestationResponse of Web
// Authentication, binary in base64.
type AddRequest struct {
	Signature   signer.Signature `json:"signature"`
	Name        string           `json:"name"`        // what the person calls the passkey
	Credential  []byte           `json:"credential"`  // rawId
	ClientData  []byte           `json:"clientData"`  // clientDataJSON
	Attestation []byte           `json:"attestation"` // attestationObject
}

// Add gives who acts a passkey: they signed in with the EDS and signed the document for it, whose challenge the
// browser answered too. The holder is told.
//
// Errors: account.ErrPasskeys.
func (s *Service) Add(ctx context.Context, r AddRequest) (httpapi.Reply, error) {
	at := httpapi.ReceivedAt(ctx)
	a, current, err := s.adding(ctx)
	if err != nil {
		return httpapi.Reply{}, err
	}
	name, err := account.PasskeyName("/name", r.Name)
	if err != nil {
		return httpapi.Reply{}, err
	}
	signed, err := s.Acts.Read(r.Signature, act.AddPasskey, at)
	if err != nil {
		return httpapi.Reply{}, err
	}
	if signed.Subject.Key(s.Acts.IndexKey) != a.Key || signed.Subject.PersonID(s.Acts.IndexKey, a.ID) != current.Person.ID {
		return httpapi.Reply{}, &httpapi.Problem{Slug: "wrong-signer"}
	}
	made, err := s.Check.Made(s.Office, signed.Document.Challenge, ceremony.Made{ID: r.Credential, ClientData: r.ClientData, Attestation: r.Attestation})
	if err != nil {
		return httpapi.Reply{}, &httpapi.Problem{Slug: "passkey-invalid", Cause: err}
	}
	made.Name, made.AddedAt = name, at
	certificate := signed.Report.Signers[0].Certificate
	by := account.Acting{
		ID: current.Person.ID, Name: signed.Subject.Name, Role: signed.Subject.Role, Number: signed.Subject.IIN.Masked(),
		Certificate: certificate.DER, NotAfter: certificate.NotAfter,
	}
	handle := account.PasskeyHandle(s.Acts.IndexKey, a.ID, current.Person.ID)
	if err := s.Passkeys.Add(ctx, signed.Challenge, current, by, handle, made); errors.Is(err, account.ErrPasskeyKnown) {
		return httpapi.Reply{}, &httpapi.Problem{Slug: "passkey-invalid", Cause: err}
	} else if err != nil {
		return httpapi.Reply{}, err
	}
	return httpapi.Reply{Status: http.StatusCreated, Body: Passkey{
		ID: store.PasskeyID(made.ID), Name: name, Person: current.Person.Name, Own: true, Synced: made.Backed, AddedAt: at,
	}}, nil
}

// RemoveRequest names a passkey.
type RemoveRequest struct {
	Passkey string `json:"-" path:"passkey"` // Passkey.ID
}

// Remove takes away one of the passkeys that List shows and ends the sessions of its person, but not the
// request's own. Any other is not there.
func (s *Service) Remove(ctx context.Context, r RemoveRequest) (httpapi.Reply, error) {
	at := httpapi.ReceivedAt(ctx)
	a, current, err := s.Gate.Session(ctx)
	if err != nil {
		return httpapi.Reply{}, err
	}
	all, err := s.Passkeys.Of(ctx, a.ID)
	if err != nil {
		return httpapi.Reply{}, err
	}
	for person, passkeys := range all {
		if person != current.Person.ID && !head(current) {
			continue
		}
		if !slices.ContainsFunc(passkeys, func(p account.Passkey) bool { return store.PasskeyID(p.ID) == r.Passkey }) {
			continue
		}
		keep := ""
		if person == current.Person.ID {
			keep = current.ID
		}
		e := account.NewEvent(account.EventPasskeyRemoved, a.ID, eventID(), at)
		e.By = string(current.By)
		err := s.Passkeys.Remove(ctx, a.ID, person, r.Passkey, keep, e, at)
		if errors.Is(err, account.ErrNoPasskey) {
			break
		}
		return httpapi.Reply{Status: http.StatusNoContent}, err
	}
	return httpapi.Reply{}, &httpapi.Problem{Slug: "not-found"}
}
