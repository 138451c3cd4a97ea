// Package act defines the documents a person signs in the office, one per legal act.
//
// Each is a small canonical JSON object (RFC 8785) the office makes; the person's program signs
// exactly these bytes as attached CMS content, and the office parses them out of the verified
// signature. So a signature proves by itself what was meant: the statement says it in words, and
// nothing outside the document matters. See Document.
package act

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/gowebpki/jcs"

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/locale"
)

// Kind names an act. It is also the purpose its challenge is bound to.
type Kind string

const (
	SignIn          Kind = "sign-in"
	AcceptAgreement Kind = "accept-agreement"
	Register        Kind = "register"
	FileClaim       Kind = "file-claim"
	ResetPassword   Kind = "reset-password"
	Leave           Kind = "leave"
	Administer      Kind = "administer"
	Rule            Kind = "rule"
	Enter           Kind = "enter"
	AddWebhook      Kind = "add-webhook"
)

// Version of the document format. Fields are added, never re-meant.
const Version = 1

// ErrNotCanonical: the bytes are not a document this office makes.
var ErrNotCanonical = errors.New("act: not a canonical document")

// Document is what is signed. Exactly the member of its own act is set.
type Document struct {
	Act       Kind        `json:"act"`
	Challenge string      `json:"challenge,omitempty"` // package challenge; absent in FileClaim, whose manifest is bound to one filing
	Lang      locale.Lang `json:"lang"`
	Office    string      `json:"office,omitempty"` // address of the office the act is done in, as the statement says it
	Statement string      `json:"statement"`        // what is being signed, in Lang, in plain words
	V         int         `json:"v"`

	Agreement *Agreement       `json:"agreement,omitempty"` // AcceptAgreement
	Form      *account.Form    `json:"form,omitempty"`      // Register
	Filing    *filing.Manifest `json:"filing,omitempty"`    // FileClaim

	Administration *Administration `json:"administration,omitempty"` // Administer
	Ruling         *filing.Ruling  `json:"ruling,omitempty"`         // Rule
	Scanned        *filing.Scanned `json:"scanned,omitempty"`        // Enter
	Webhook        *Webhook        `json:"webhook,omitempty"`        // AddWebhook
}

// Webhook is an address that an organisation is told at.
type Webhook struct {
	Address string `json:"address"` // as it is kept: "https://hooks.example.kz/court"
	ID      string `json:"id"`
}

// Agreement names the text that is accepted.
type Agreement struct {
	ID     string `json:"id"`     // version
	SHA256 string `json:"sha256"` // hex, of the UTF-8 text in the document's language
}

// Encode returns the canonical bytes to sign.
func (d Document) Encode() ([]byte, error) {
	d.V = Version
	raw, err := json.Marshal(d)
	if err != nil {
		return nil, fmt.Errorf("act: %w", err)
	}
	canonical, err := jcs.Transform(raw)
	if err != nil {
		return nil, fmt.Errorf("act: %w", err)
	}
	return canonical, nil
}

// Manifest reads the document of FileClaim, by whichever version of the office it was made: the caller
// knows from its seal token (package filing) that these very bytes were handed out, so nothing is
// encoded again to compare, and members this version does not know are left aside.
//
// Errors: ErrNotCanonical.
func Manifest(content []byte) (Document, error) {
	var d Document
	if err := json.Unmarshal(content, &d); err != nil {
		return Document{}, fmt.Errorf("%w: %v", ErrNotCanonical, err)
	}
	if d.Act != FileClaim || d.Filing == nil {
		return Document{}, ErrNotCanonical
	}
	return d, nil
}

// Parse reads signed content of the other acts back. The bytes must be exactly what Encode makes of the result,
// so there is one way to write an act and no member hides from its reader.
//
// Errors: ErrNotCanonical, also for an act other than want.
func Parse(content []byte, want Kind) (Document, error) {
	var d Document
	dec := json.NewDecoder(bytes.NewReader(content))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&d); err != nil {
		return Document{}, fmt.Errorf("%w: %v", ErrNotCanonical, err)
	}
	again, err := d.Encode()
	if err != nil {
		return Document{}, err
	}
	if !bytes.Equal(again, content) || d.Act != want {
		return Document{}, ErrNotCanonical
	}
	members := map[Kind]bool{
		AcceptAgreement: d.Agreement != nil, Register: d.Form != nil, Administer: d.Administration != nil && d.Administration.known(), Rule: d.Ruling != nil && filing.IsRuling(d.Ruling.Step),
		Enter:      d.Scanned != nil && len(d.Scanned.Scans) > 0,
		AddWebhook: d.Webhook != nil && d.Webhook.Address != "" && d.Webhook.ID != "",
	}
	for kind, set := range members {
		if set != (kind == want) {
			return Document{}, ErrNotCanonical
		}
	}
	if d.Challenge == "" || d.Filing != nil {
		return Document{}, ErrNotCanonical
	}
	return d, nil
}
