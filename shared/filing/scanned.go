package filing

import (
	"strconv"
	"time"

	"github.com/courtoffice/courtoffice/shared/calendar"
	"github.com/courtoffice/courtoffice/shared/locale"
	"github.com/courtoffice/courtoffice/shared/outbox"
)

// Limits of what a clerk scans of papers that came together.
const (
	MaxScans     = MaxDocuments
	MaxScan      = 16 << 20 // bytes: one request, whose hash storage checks as a whole
	MaxScanPages = 5000     // of all scans together
)

// ScanTypes are the media types of scans: what is drawn is what was on paper.
var ScanTypes = []string{"application/pdf", "image/jpeg", "image/png"}

// Ways by which papers come to a court.
const (
	OverCounter = "counter" // of its registry
	ByPost      = "post"
	FromCourt   = "court" // sent on by another court (CPC 34)
)

// PaperWays lists the ways, in the order clerks are offered them.
var PaperWays = []string{OverCounter, ByPost, FromCourt}

// Scanned is what a clerk signs of papers that came to the court on paper: that the scans, named by their hashes,
// are those papers. It is a statement of the court, not of who filed them: their own signature is on the paper.
// Members are added, never re-meant.
type Scanned struct {
	ID        string        `json:"id"`   // under which the scans lie in the bucket
	Case      string        `json:"case"` // id of the case they belong to: ID where they open it
	CourtCode string        `json:"courtCode"`
	Number    string        `json:"number"` // of the case
	Kind      string        `json:"kind"`
	Lang      locale.Lang   `json:"lang"`            // of the proceedings
	Judge     string        `json:"judge,omitempty"` // name; of what opens a case
	Clerk     string        `json:"clerk"`           // name, as the certificate has it
	From      string        `json:"from"`            // who brought or sent them, in the clerk's words
	Party     string        `json:"party"`           // id, within the case, of whose papers they are
	Way       string        `json:"way"`             // one of PaperWays
	Received  calendar.Date `json:"received"`        // when they came to the court
	Posted    calendar.Date `json:"posted,omitzero"` // by the postmark (CPC 124); of ByPost
	Pages     int           `json:"pages"`           // of all scans
	Scans     []Scan        `json:"scans"`

	Parties         []ScannedParty `json:"parties,omitempty"` // of what opens a case, as the clerk found them
	Representatives []ScannedParty `json:"representatives,omitempty"`
}

// Scan is one scan: a content of the bucket.
type Scan struct {
	File
	MediaType string `json:"mediaType"` // one of ScanTypes
	Name      string `json:"name"`
	Pages     int    `json:"pages"` // as the inspection counted them
}

// ScannedParty is somebody whom the papers name. The number is masked: who sees the case need not have it.
type ScannedParty struct {
	ID      string   `json:"id"`             // within the case
	Role    string   `json:"role,omitempty"` // of package docket; "" of a representative
	Type    string   `json:"type,omitempty"` // of package party; likewise
	Name    string   `json:"name"`
	Number  string   `json:"number,omitempty"`  // masked; "" where the papers have none
	Parties []string `json:"parties,omitempty"` // of a representative: ids of whom
}

// Scan returns the scan that a file of the papers names: "scan-1" is the first.
func (s Scanned) Scan(file string) (Scan, bool) {
	for n, scan := range s.Scans {
		if ScanID(n) == file {
			return scan, true
		}
	}
	return Scan{}, false
}

// ScanID names the nth scan, from 0, among the files of the papers.
func ScanID(n int) string { return "scan-" + strconv.Itoa(n+1) }

// EventScanned is the type of ScannedEvent.
const EventScanned = "filing.scanned"

// ScannedEvent tells that papers were scanned and entered, so that what was signed is locked and kept. Fields are
// added, never re-meant.
type ScannedEvent struct {
	V  int    `json:"-"`
	ID string `json:"-"` // of the papers
	At string `json:"-"` // RFC 3339, UTC
}

// Outbox is e in its envelope.
func (e ScannedEvent) Outbox() outbox.Event {
	return outbox.New(1, EventScanned, e.ID, e.At, struct{}{})
}

// ScannedEventOf reads e, of type EventScanned, out of its envelope.
func ScannedEventOf(e outbox.Event) ScannedEvent { return ScannedEvent{V: e.V, ID: e.Of, At: e.At} }

// Event is what is told of the papers.
func (s SignedScan) Event() ScannedEvent {
	return ScannedEvent{V: 1, ID: s.ID, At: s.At.UTC().Format(time.RFC3339Nano)}
}

// SignedScan is Scanned as it was signed, with the bucket's versions of the scans and of the signature.
type SignedScan struct {
	Scanned
	At   time.Time // when the office had the signature
	CMS  []byte    // DER as sent
	Pins Pins
}
