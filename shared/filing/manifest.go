package filing

import (
	"crypto/sha256"
	"encoding/hex"
	"time"

	"github.com/courtoffice/courtoffice/shared/locale"
)

// ManifestVersion is the version of Manifest's format. Fields are added, never re-meant; what was
// signed under an older one is read by its own bytes.
const ManifestVersion = 2

// Limits of what is signed.
const (
	MaxSeats    = 20
	MaxManifest = 96 << 10 // bytes of the document to sign: MaxDocuments of the longest names in Kazakh fit, whatever else they are
)

// Manifest is what every signer signs: the form, the statement and every document by its hash, who
// may sign in which capacity, and what they belong to. So nothing can be added, dropped or changed
// after the signature.
type Manifest struct {
	Account   string     `json:"account"`   // id of the filing account
	Agreement string     `json:"agreement"` // version of the user agreement it was made under
	CourtCode string     `json:"courtCode"`
	Documents []Filed    `json:"documents"`
	Form      FormFile   `json:"form"`
	ID        string     `json:"id"` // of the filing
	Kind      string     `json:"kind"`
	Replaces  string     `json:"replaces,omitempty"` // id of the filing that this corrects
	SealBy    string     `json:"sealBy"`             // RFC 3339, UTC: it may be signed before this instant
	Seats     []Signing  `json:"seats"`              // every one needs a signature
	Statement *Statement `json:"statement,omitempty"`
	V         int        `json:"v"` // ManifestVersion
}

// File is a file the office makes of a filing, in the bucket under the filing's id and its hash.
type File struct {
	SHA256 string `json:"sha256"` // lower-case hex
	Size   int64  `json:"size"`   // bytes
}

// FormFile is the form: canonical JSON, see FormOf.
type FormFile struct {
	File
	Version int `json:"version"` // of the kind's form
}

// Filed is a document as it was filed. One that was sent in parts has their size and S3's checksum
// over their hashes beside the hash of the whole.
type Filed struct {
	Document
	PartSize  int64  `json:"partSize,omitempty"`
	Composite string `json:"composite,omitempty"` // lower-case hex
}

// FileOf describes content.
func FileOf(content []byte) File {
	return File{SHA256: Sum(content), Size: int64(len(content))}
}

// Sum returns the hex SHA-256 of content.
func Sum(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

// Statement is the form as the office rendered it for people: PDF, byte-reproducible from the form
// by that version of the renderer.
type Statement struct {
	File
	Lang     locale.Lang `json:"lang"`
	Renderer string      `json:"renderer"` // version
}

// Signing is one signature that is needed, as the manifest names it.
type Signing struct {
	Party string      `json:"party,omitempty"` // its id in the form; "" is the filer
	Any   []Signatory `json:"any"`             // one of them signs
}

// Signatory is who may give it.
type Signatory struct {
	Capacity Capacity `json:"capacity"`
	Number   string   `json:"number"` // IIN, or BIN of an organisation: all but the last four digits masked
}

// Place is what one person may sign for.
type Place struct {
	Person string // look-up key: of the organisation's number for who may sign for it, else of the person
	Seats  []byte // for each of Manifest.Seats 0, or 1 and the person's index in Signing.Any
}

// Filled are the seats that the person's signature fills.
func (p Place) Filled() []int {
	seats := []int{}
	for i, any := range p.Seats {
		if any != 0 {
			seats = append(seats, i)
		}
	}
	return seats
}

// Frozen is all that a seal depends on, fixed by the step that makes the manifest.
type Frozen struct {
	Filing   Envelope // as it was read: nothing may have changed since
	Document []byte   // the document to sign: canonical JSON that holds a Manifest
	Places   []Place  // each person once
	Seats    int      // of the manifest
	Asked    []string // look-up keys of the accounts, should there be any, of those who have to sign beside the filing's own; each once
	Pins     Pins
	SealBy   time.Time
}

// Pins are the bucket's versions of what a manifest names, by SHA-256 in hex.
type Pins map[string]string

// SHA256 names the manifest: hex, of the document to sign.
func (f Frozen) SHA256() string { return Sum(f.Document) }

// Signature is one signature of a manifest as it was judged.
type Signature struct {
	Place           // who signed, and for what they may
	CMS      []byte // as received, DER; it carries the manifest
	JudgedAt time.Time
	Entry    []byte // JSON: what the receipt says of this signature
}

// SealableUntil is until when a manifest made at the instant at may be sealed: 72 hours after the
// agreement version it was made under can lapse. coming is when the published version to come takes
// force, zero where there is none; one that is published later takes force 72 hours later.
func SealableUntil(at, coming time.Time) time.Time {
	if coming.IsZero() {
		coming = at.Add(lead)
	}
	return coming.Add(lead).UTC().Truncate(time.Millisecond)
}

// lead is how long before it takes force a version is published (agreement 1.4), and the grace after
// the one before it lapsed.
const lead = 72 * time.Hour
