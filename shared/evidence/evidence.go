// Package evidence is what is kept of a sealed filing a second time, in a locked bucket of its own: the
// signatures with the manifest that they carry, the receipt, and the form, statement and documents that
// the manifest names. The table is not the only home of what a court may need, and whoever has the
// bucket alone can check every filing and rebuild it.
//
// Contents lie under their SHA-256, so a key proves its content. A record, the last object that is put,
// says what belongs together: Sealed for the filing as it was sent, a Verified for each time something
// was found out about it afterwards. Read Sealed.Check first: it says what the evidence proves.
package evidence

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/locale"
)

// Version of the records' format. Fields are added, never re-meant.
const Version = 1

// Prefixes of the bucket's keys. A filing's contents are under "contents/<id>/<SHA-256 in hex>", its
// records under "records/<id>/<name>.json".
const (
	contents = "contents/"
	Records  = "records/"
)

// NameSealed is the name of the record of a filing as it was sent.
const NameSealed = "sealed"

// NameVerified is the name of the record of the nth verification, from 0.
func NameVerified(n int) string { return fmt.Sprintf("verified-%03d", n) }

// NameRuled is the name of the record of the nth ruling, from 0.
func NameRuled(n int) string { return fmt.Sprintf("ruled-%03d", n) }

// ContentKey is where a content of a filing is kept.
func ContentKey(filingID, sha256 string) string { return contents + filingID + "/" + sha256 }

// RecordKey is where a record of a filing is kept.
func RecordKey(filingID, name string) string { return Records + filingID + "/" + name + ".json" }

// ScannedKey is where the record of papers is kept that came on paper. It is beside Records: no filing has it.
func ScannedKey(id string) string { return "papers/" + id + "/scanned.json" }

// Scanned is the record of papers that came on paper, as a clerk scanned and signed them: the scans and the signature
// are contents under the papers' id.
type Scanned struct {
	V         int            `json:"v"`
	At        time.Time      `json:"at"` // when the office had the signature
	Scanned   filing.Scanned `json:"scanned"`
	Signature string         `json:"signature"` // SHA-256 of the CMS, hex
	Files     []File         `json:"files"`     // each content once
}

// Encode returns the bytes of a record.
func (s Scanned) Encode() ([]byte, error) { return json.Marshal(s) }

// ParseRecordKey takes the key of a record apart.
func ParseRecordKey(key string) (filingID, name string, ok bool) {
	rest, found := strings.CutPrefix(key, Records)
	filingID, name, cut := strings.Cut(rest, "/")
	name, json := strings.CutSuffix(name, ".json")
	return filingID, name, found && cut && json && filing.IsID(filingID) && recordName.MatchString(name)
}

var recordName = regexp.MustCompile(`^(sealed|(verified|ruled)-[0-9]{3})$`)

// Sealed is the record of a filing as it was sent.
type Sealed struct {
	V          int         `json:"v"`
	Filing     Filing      `json:"filing"`
	Signatures []Signature `json:"signatures"` // as they were judged, the one that sealed last
	Receipt    string      `json:"receipt"`    // SHA-256, hex
	Files      []File      `json:"files"`      // form, statement and documents, each content once
	Events     []Event     `json:"events"`     // up to when the record was made
}

// Filing is a filing's envelope as it was sealed. Instants are RFC 3339 in UTC.
type Filing struct {
	ID        string    `json:"id"`
	Account   string    `json:"account"`
	Kind      string    `json:"kind"`
	Form      int       `json:"form"` // version of the kind's form
	Revision  int       `json:"revision"`
	Documents int       `json:"documents"`
	Signed    int       `json:"signed,omitempty"` // who signed before the last of several
	Court     string    `json:"court"`
	Lang      string    `json:"lang"`
	About     string    `json:"about,omitempty"` // of a motion
	Case      string    `json:"case,omitempty"`
	Opposite  string    `json:"opposite,omitempty"`
	Tiyn      int64     `json:"tiyn,omitempty"`
	Manifest  string    `json:"manifest"` // SHA-256 of the document that was signed, hex
	SealBy    time.Time `json:"sealBy"`
	Replaces  string    `json:"replaces,omitempty"`
	Created   time.Time `json:"createdAt"`
	Sent      time.Time `json:"sentAt"`
	Ticket    string    `json:"ticket"`
}

// Signature is one signature: a CMS of one signer that carries the document.
type Signature struct {
	SHA256   string    `json:"sha256"` // of the CMS, hex
	Person   string    `json:"person"` // look-up key
	Seats    []byte    `json:"seats"`  // filing.Place.Seats
	JudgedAt time.Time `json:"judgedAt"`
}

// File is a content that the manifest names.
type File struct {
	SHA256    string `json:"sha256"`
	Size      int64  `json:"size"`
	MediaType string `json:"mediaType"`
	Version   string `json:"version"` // of the object in the documents bucket
}

// Event is one thing that happened to a filing.
type Event struct {
	At   time.Time `json:"at"`
	Type string    `json:"type"`
}

// Verified is the record of one verification. It holds what it found: OCSP responses and time stamps.
type Verified struct {
	V            int                 `json:"v"`
	Filing       string              `json:"filing"` // id
	Verification filing.Verification `json:"verification"`
	Events       []Event             `json:"events"` // up to when the record was made
}

// Ruled is the record of one ruling: its files are contents of the filing.
type Ruled struct {
	V         int           `json:"v"`
	Filing    string        `json:"filing"` // id
	At        time.Time     `json:"at"`
	Ruling    filing.Ruling `json:"ruling"`
	Signature string        `json:"signature"` // SHA-256 of the CMS, hex
	Files     []File        `json:"files"`     // the ruling and the signature
	Events    []Event       `json:"events"`    // up to when the record was made
}

// Of is the record's form of an envelope.
func Of(e filing.Envelope) Filing {
	return Filing{
		ID: e.ID, Account: e.AccountID, Kind: e.Kind, Form: e.Form, Revision: e.Revision, Documents: e.Attachments, Signed: e.Signed,
		Court: e.Court, Lang: string(e.Lang), About: e.About, Case: e.Case, Opposite: e.Opposite, Tiyn: e.Tiyn, Manifest: e.Manifest, SealBy: e.SealBy.UTC(),
		Replaces: e.Replaces, Created: e.CreatedAt.UTC(), Sent: e.SentAt.UTC(), Ticket: e.TicketNo,
	}
}

// Envelope is the filing as it stood when it was sent.
func (f Filing) Envelope() filing.Envelope {
	return filing.Envelope{
		ID: f.ID, AccountID: f.Account, Kind: f.Kind, Form: f.Form, Status: filing.Sent, Revision: f.Revision, Attachments: f.Documents, Signed: f.Signed,
		Head:     filing.Head{Court: f.Court, Lang: locale.Lang(f.Lang), About: f.About, Case: f.Case, Opposite: f.Opposite, Tiyn: f.Tiyn},
		Manifest: f.Manifest, SealBy: f.SealBy, Replaces: f.Replaces, CreatedAt: f.Created, UpdatedAt: f.Sent, SentAt: f.Sent, TicketNo: f.Ticket,
	}
}

// EventsOf is the record's form of events. That a draft was created stands in Filing.
func EventsOf(list []filing.Event) []Event {
	out := []Event{}
	for _, e := range list {
		if e.Type != filing.EventCreated {
			out = append(out, Event{e.At.UTC(), e.Type})
		}
	}
	return out
}

// FilesOf lists what a manifest names, each content once, with the versions in pins.
//
// Errors: a content without a version.
func FilesOf(m filing.Manifest, pins filing.Pins) ([]File, error) {
	out := []File{{SHA256: m.Form.SHA256, Size: m.Form.Size, MediaType: "application/json"}}
	if m.Statement != nil {
		out = append(out, File{SHA256: m.Statement.SHA256, Size: m.Statement.Size, MediaType: "application/pdf"})
	}
	for _, d := range m.Documents {
		if !slices.ContainsFunc(out, func(f File) bool { return f.SHA256 == d.SHA256 }) {
			out = append(out, File{SHA256: d.SHA256, Size: d.Size, MediaType: d.MediaType})
		}
	}
	for i := range out {
		if out[i].Version = pins[out[i].SHA256]; out[i].Version == "" {
			return nil, fmt.Errorf("evidence: filing %s has no version of %s", m.ID, out[i].SHA256)
		}
	}
	return out, nil
}

// Encode returns the bytes of a record.
func (s Sealed) Encode() ([]byte, error) { return json.Marshal(s) }

// Encode returns the bytes of a record.
func (v Verified) Encode() ([]byte, error) { return json.Marshal(v) }

// Encode returns the bytes of a record.
func (r Ruled) Encode() ([]byte, error) { return json.Marshal(r) }

// Contents lists the SHA-256 of everything that the record names.
func (s Sealed) Contents() []string {
	out := []string{s.Receipt}
	for _, f := range s.Files {
		out = append(out, f.SHA256)
	}
	for _, sig := range s.Signatures {
		out = append(out, sig.SHA256)
	}
	return out
}
