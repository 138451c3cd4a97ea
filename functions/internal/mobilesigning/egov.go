package mobilesigning

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"net/http"

	"github.com/courtoffice/courtoffice/shared/act"
	"github.com/courtoffice/courtoffice/shared/httpapi"
	"github.com/courtoffice/courtoffice/shared/locale"
	"github.com/courtoffice/courtoffice/shared/phone"
	"github.com/courtoffice/courtoffice/shared/signer"
)

// AccessRequest is eGov Mobile reading a QR code.
type AccessRequest struct {
	ID string `json:"-" path:"id"`
}

// Access is what a QR code leads to, eGov Mobile's API 1: who asks for what, and where the document is.
type Access struct {
	Description  string   `json:"description"`
	ExpiryDate   string   `json:"expiry_date"` // RFC 3339 with milliseconds and an offset
	Organisation Asking   `json:"organisation"`
	Document     Location `json:"document"`
}

// Asking is who asks.
type Asking struct {
	NameRu string `json:"nameRu"`
	NameKz string `json:"nameKz"`
	NameEn string `json:"nameEn"`
	BIN    string `json:"bin"`
}

// Location is where the document is. Its address holds the phone's token.
type Location struct {
	URI       string `json:"uri"`
	AuthType  string `json:"auth_type"`
	AuthToken string `json:"auth_token"` // of other types than "None"
}

// Access answers a phone that has read a code, as often as it is asked, until a phone has come for the
// document: nothing is lost with an answer that does not arrive.
//
// Errors: phone.ErrOver, phone.ErrTaken.
func (s *Service) Access(ctx context.Context, r AccessRequest) (Access, error) {
	at := httpapi.ReceivedAt(ctx)
	c, err := phone.ParseCode(s.IndexKey, r.ID, at)
	if err != nil {
		return Access{}, err
	}
	state, err := s.Phones.State(ctx, c, at)
	if err != nil {
		return Access{}, err
	}
	opening := c.Opening(s.IndexKey, random())
	if err := state.MayOpen(opening); err != nil {
		return Access{}, err
	}
	d, err := words(state.Document)
	if err != nil {
		return Access{}, err
	}
	name := func(lang locale.Lang) string {
		if n := s.Organisation.Name[lang]; n != "" {
			return n
		}
		return locale.T(lang, "site.name")
	}
	return Access{
		Description:  locale.T(d.Lang, "phone.description", "digits", spaced(c.Digits(s.IndexKey, opening)), "office", s.Office, "statement", d.Statement),
		ExpiryDate:   c.Until.In(locale.Zone).Format("2006-01-02T15:04:05.000-07:00"),
		Organisation: Asking{NameRu: name(locale.RU), NameKz: name(locale.KK), NameEn: name(locale.EN), BIN: s.Organisation.BIN},
		Document:     Location{URI: s.address(c) + "/document/" + opening, AuthType: "None"}, // a header would not pass every proxy
	}, nil
}

// PackageRequest is a phone coming for the document.
type PackageRequest struct {
	ID      string `json:"-" path:"id"`
	Opening string `json:"-" path:"opening"`
}

// Package is eGov Mobile's API 2, both ways: documents to sign, and the same with signatures in their
// place.
type Package struct {
	SignMethod string   `json:"signMethod"`
	Version    int      `json:"version"`
	Documents  []ToSign `json:"documentsToSign"`
}

// ToSign is one document of a Package.
type ToSign struct {
	ID       int      `json:"id"`
	NameRu   string   `json:"nameRu"`
	NameKz   string   `json:"nameKz"`
	NameEn   string   `json:"nameEn"`
	Meta     []Meta   `json:"meta"`
	Document Document `json:"document"`
}

// Meta is a line that the phone shows beside a document.
type Meta struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Document is a document's content or the signature over it.
type Document struct {
	File File `json:"file"`
}

// File is base64 with its type.
type File struct {
	MIME string `json:"mime"`
	Data string `json:"data"`
}

// Package gives the document to the phone that comes for it first, and to that phone again if it asks
// again. Phone must have let the request through.
//
// Errors: phone.ErrOver, phone.ErrTaken, phone.ErrSigned.
func (s *Service) Package(ctx context.Context, r PackageRequest) (Package, error) {
	at, opening := httpapi.ReceivedAt(ctx), r.Opening
	c, err := phone.ParseCode(s.IndexKey, r.ID, at)
	if err != nil {
		return Package{}, err
	}
	state, err := s.Phones.State(ctx, c, at)
	if err != nil {
		return Package{}, err
	}
	if err := state.MayOpen(opening); err != nil {
		return Package{}, err
	}
	d, err := words(state.Document)
	if err != nil {
		return Package{}, err
	}
	if state.Opening == "" {
		if err := s.Phones.Open(ctx, c, opening); err != nil {
			return Package{}, err
		}
	}
	return s.pack(c, opening, d, state.Document), nil
}

func (s *Service) pack(c phone.Code, opening string, d act.Document, document []byte) Package {
	name := func(lang locale.Lang) string { return locale.T(lang, "phone.document."+string(d.Act)) }
	t := func(key string) string { return locale.T(d.Lang, key) }
	return Package{SignMethod: "CMS_WITH_DATA", Version: 1, Documents: []ToSign{{
		ID: 1, NameRu: name(locale.RU), NameKz: name(locale.KK), NameEn: name(locale.EN),
		Meta: []Meta{
			{t("phone.meta.digits"), spaced(c.Digits(s.IndexKey, opening))},
			{t("phone.meta.office"), s.Office},
			{t("phone.meta.purpose"), d.Statement},
			{t("phone.meta.warning"), locale.T(d.Lang, "phone.warning", "office", s.Office)},
		},
		Document: Document{File{MIME: "text/plain", Data: base64.StdEncoding.EncodeToString(document)}},
	}}}
}

// SignedRequest is a phone bringing the document back, signed.
type SignedRequest struct {
	ID      string `json:"-" path:"id"`
	Opening string `json:"-" path:"opening"`
	Package
}

// UnmarshalJSON reads the structure that was given out, and passes over what an app adds to it.
func (r *SignedRequest) UnmarshalJSON(data []byte) error { return json.Unmarshal(data, &r.Package) }

// Signed takes a signature over exactly the document that was given out. Whether it holds, and whether
// this signer may act, the route of the act says. Phone must have let the request through.
//
// Errors: phone.ErrOver, phone.ErrTaken, phone.ErrSigned, phone.ErrOther.
func (s *Service) Signed(ctx context.Context, r SignedRequest) (struct{}, error) {
	at, opening := httpapi.ReceivedAt(ctx), r.Opening
	c, err := phone.ParseCode(s.IndexKey, r.ID, at)
	if err != nil {
		return struct{}{}, err
	}
	state, err := s.Phones.State(ctx, c, at)
	if err != nil {
		return struct{}{}, err
	}
	if len(r.Documents) != 1 {
		return struct{}{}, phone.ErrOther
	}
	received, err := signer.Receive(signer.Signature(r.Documents[0].Document.File.Data))
	if err != nil || string(received.Content) != string(state.Document) {
		return struct{}{}, phone.ErrOther
	}
	if err := state.MaySign(opening, received.CMS); err != nil {
		return struct{}{}, err
	}
	return struct{}{}, s.Phones.Sign(ctx, c, received.CMS)
}

// Phone lets through to next what a phone that has read the code asks for: its token is looked at before
// the body is.
func (s *Service) Phone(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c, err := phone.ParseCode(s.IndexKey, r.PathValue("id"), httpapi.ReceivedAt(r.Context()))
		if err == nil && !c.IsOpening(s.IndexKey, r.PathValue("opening")) {
			err = phone.ErrOver
		}
		if err != nil {
			httpapi.WriteError(w, r, err)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// spaced makes digits easy to read over: "48 21".
func spaced(digits string) string { return digits[:2] + " " + digits[2:] }
