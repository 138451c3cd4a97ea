// Package mobilesigning lets a document that another function gave out be signed on a phone with eGov
// Mobile. It carries documents and signatures and judges neither: the browser sends what comes back to
// the route of its act, where it is judged as if NCALayer had made it.
//
// egov.go has the two APIs that eGov Mobile calls. Who may do what, and what stands against codes
// that are passed on, is in package phone.
package mobilesigning

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/courtoffice/courtoffice/shared/act"
	"github.com/courtoffice/courtoffice/shared/httpapi"
	"github.com/courtoffice/courtoffice/shared/locale"
	"github.com/courtoffice/courtoffice/shared/phone"
	"github.com/courtoffice/courtoffice/shared/qrcode"
	"github.com/courtoffice/courtoffice/shared/store"
)

// MaxBody is the largest body in bytes that these routes take: a document of filing.MaxManifest, signed, in
// base64 within JSON, twice over.
const MaxBody = 320 << 10

// Service serves the routes of signing on a phone.
type Service struct {
	Phones       *store.Phones
	IndexKey     []byte // 32 bytes
	Office       string // address people know the office by, from configuration
	Organisation Organisation
	Apps         []string // what opens a code on the same device, its address appended: eGov Mobile, eGov Business
}

// Organisation is who asks for signatures, as eGov Mobile shows it. Both may be empty.
type Organisation struct {
	Name map[locale.Lang]string `json:"name"`
	BIN  string                 `json:"bin"`
}

// OfferRequest is a document that the office gave out, with the permit that came with it.
type OfferRequest struct {
	Document []byte `json:"document"`
	Permit   string `json:"permit"`
}

// Offered is a code: shown as a picture to another device, or opened on the same one.
type Offered struct {
	ID        string      `json:"id"`
	Token     string      `json:"token"` // of the browser; it isn't in the code
	QR        qrcode.Code `json:"qr"`
	Links     Links       `json:"links"`
	ExpiresAt time.Time   `json:"expiresAt"`
}

// Links open a code in the app on the same device.
type Links struct {
	Person   string `json:"person"`   // eGov Mobile, or ""
	Business string `json:"business"` // eGov Business, or ""
}

// Offer makes a code for a document the office gave out: anything else is refused at its permit.
//
// Errors: phone.ErrPermit.
func (s *Service) Offer(ctx context.Context, r OfferRequest) (httpapi.Reply, error) {
	at := httpapi.ReceivedAt(ctx)
	until, err := phone.Permitted(s.IndexKey, r.Document, r.Permit, at)
	if err != nil {
		return httpapi.Reply{}, err
	}
	c := phone.NewCode(s.IndexKey, random(), at, until)
	if err := s.Phones.Offer(ctx, c, r.Document); err != nil {
		return httpapi.Reply{}, err
	}
	address := s.address(c)
	picture, err := qrcode.Draw("mobileSign:" + address)
	if err != nil {
		return httpapi.Reply{}, err
	}
	return httpapi.Reply{Status: http.StatusCreated, Body: Offered{
		ID: c.ID, Token: c.Browser(s.IndexKey), QR: picture, Links: s.links(address), ExpiresAt: c.Until,
	}}, nil
}

// address is where eGov Mobile begins.
func (s *Service) address(c phone.Code) string { return s.Office + "/api/mobile-signing/" + c.ID }

// links open a code on the device that shows it. The word behind the address is for the page of eGov
// Mobile that they lead over; ours leaves it aside.
func (s *Service) links(address string) Links {
	var out Links
	for i, to := range []*string{&out.Person, &out.Business} {
		if i < len(s.Apps) {
			*to = s.Apps[i] + url.QueryEscape(address+"?mgovSign")
		}
	}
	return out
}

// BrowserRequest names a code by the token of the browser that asked for it.
type BrowserRequest struct {
	ID    string `json:"-" path:"id"`
	Token string `json:"token"`
}

// Progress is how far a code has come.
type Progress struct {
	State     string `json:"state"`               // "waiting", "opened" by a phone, "matched": its digits were typed, "signed"
	Signature []byte `json:"signature,omitempty"` // once signed and matched: CMS with its document, base64
}

// Progress tells the browser how far its code has come, and gives it the signature once the phone's digits
// were typed.
//
// Errors: phone.ErrOver.
func (s *Service) Progress(ctx context.Context, r BrowserRequest) (Progress, error) {
	c, err := s.code(ctx, r)
	if err != nil {
		return Progress{}, err
	}
	state, err := s.Phones.Progress(ctx, c, httpapi.ReceivedAt(ctx))
	switch {
	case err != nil:
		return Progress{}, err
	case state.Over():
		return Progress{}, phone.ErrOver
	case state.Signature != nil:
		return Progress{State: "signed", Signature: state.Signature}, nil
	case state.Matched:
		return Progress{State: "matched"}, nil
	case state.Opening != "":
		return Progress{State: "opened"}, nil
	}
	return Progress{State: "waiting"}, nil
}

// DigitsRequest are the digits that the phone shows.
type DigitsRequest struct {
	ID     string `json:"-" path:"id"`
	Token  string `json:"token"`
	Digits string `json:"digits"`
}

// Digits compares what was typed with what the phone shows.
//
// Errors: phone.ErrDigits, phone.ErrOver.
func (s *Service) Digits(ctx context.Context, r DigitsRequest) (httpapi.Reply, error) {
	c, err := s.code(ctx, BrowserRequest{ID: r.ID, Token: r.Token})
	if err != nil {
		return httpapi.Reply{}, err
	}
	opening, err := s.Phones.Try(ctx, c)
	if err != nil {
		return httpapi.Reply{}, err
	}
	if r.Digits != c.Digits(s.IndexKey, opening) {
		return httpapi.Reply{}, phone.ErrDigits
	}
	return httpapi.Reply{Status: http.StatusNoContent}, s.Phones.Match(ctx, c)
}

// GiveUp ends the browser's code.
//
// Errors: phone.ErrOver.
func (s *Service) GiveUp(ctx context.Context, r BrowserRequest) (httpapi.Reply, error) {
	c, err := s.code(ctx, r)
	if err != nil {
		return httpapi.Reply{}, err
	}
	return httpapi.Reply{Status: http.StatusNoContent}, s.Phones.GiveUp(ctx, c)
}

// code reads what a browser's request names.
func (s *Service) code(ctx context.Context, r BrowserRequest) (phone.Code, error) {
	c, err := phone.ParseCode(s.IndexKey, r.ID, httpapi.ReceivedAt(ctx))
	if err == nil && !c.IsBrowser(s.IndexKey, r.Token) {
		err = phone.ErrOver
	}
	return c, err
}

// words are what a document says of itself. It is the office's own: its permit was checked.
func words(document []byte) (act.Document, error) {
	var d act.Document
	if err := json.Unmarshal(document, &d); err != nil {
		return act.Document{}, fmt.Errorf("read a document of the office: %w", err)
	}
	return d, nil
}

func random() (b [16]byte) {
	rand.Read(b[:])
	return b
}
