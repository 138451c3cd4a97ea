// Package filing holds what a filing is and the rules a lawyer could dispute: what a claim must
// contain (CPC, articles 148-149), which state follows which, what the signed manifest binds.
// It is values and functions: no clock, no network, no store.
package filing

import (
	"cmp"
	"errors"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/courtoffice/courtoffice/shared/calendar"
)

var (
	// ErrNotFound: no such filing, or not this account's.
	ErrNotFound = errors.New("filing: not found")
	// ErrVersion: the filing was changed since the caller read it, or is no longer a draft.
	ErrVersion = errors.New("filing: changed since it was read")
	// ErrSealed: the filing was sealed: with another manifest than the caller's, or before what they change.
	ErrSealed = errors.New("filing: sealed already")
	// ErrManifestVoid: the filing was edited after this manifest was made.
	ErrManifestVoid = errors.New("filing: manifest is void")
	// ErrDocumentMissing: a document of the filing was never uploaded.
	ErrDocumentMissing = errors.New("filing: document not uploaded")
	// ErrDocumentChanged: what is stored for a document is not what the filing says.
	ErrDocumentChanged = errors.New("filing: document differs from its hash")
	// ErrWrongSigner: signed by someone else than who was handed the manifest.
	ErrWrongSigner = errors.New("filing: signed by someone else")
	// ErrCursor: no place in a list of filings.
	ErrCursor = errors.New("filing: no such place in the list")
	// ErrTooMany: there is no room for another one.
	ErrTooMany = errors.New("filing: too many")
)

// KindClaim is the statement of claim (CPC 148): the kind of filings that were sent before there were
// others.
const KindClaim = "claim"

// How long drafts are kept: an untouched one, and any.
const (
	DraftLife = 180 * 24 * time.Hour
	DraftMost = 365 * 24 * time.Hour
)

// ExpiresAt is when a draft that was changed last at updated goes.
func ExpiresAt(created, updated time.Time) time.Time {
	if most := created.Add(DraftMost); updated.Add(DraftLife).After(most) {
		return most
	}
	return updated.Add(DraftLife)
}

// Envelope is where a filing stands and what lists show of it. It is small whatever the filing holds.
type Envelope struct {
	ID          string
	AccountID   string
	Kind        string
	Form        int // version of the kind's form
	Status      Status
	Revision    int // rises by one with every change of anything in the filing
	Attachments int // how many there are
	Head
	Manifest  string    // hex SHA-256 of the document that is out for signature or was sealed; "" for a draft
	SealBy    time.Time // until when Manifest may be sealed; zero without one
	Asked     bool      // Manifest, which is out, asks others to sign: Frozen.Asked
	Signed    int       // how many have signed Manifest, before the last of several
	Replaces  string    // id of the filing this one is a corrected copy of, or ""
	CreatedAt time.Time
	UpdatedAt time.Time
	SentAt    time.Time   // when the gateway received the seal: the instant that counts (CPC 123(5), (7)); zero before
	TicketNo  string      // see Ticket; empty before it is sent
	Rejected  []Rejection // why it is TechnicalRejected
	Number    string      // that the court registered it under; "" before
	Judge     string      // account id of the judge it was given to; "" before
	JudgeName string
	Extension string        // code of Extensions: the court has longer for its answer; "" for the term of the kind
	Until     calendar.Date // last day of the term that the court's latest act set; zero without one
}

// MaxOpposite bounds Head.Opposite where it is kept, so that an envelope stays small: bytes.
const MaxOpposite = 300

// Shortened is name cut to MaxOpposite bytes at a letter. What is cut stands whole in its section.
func Shortened(name string) string {
	if len(name) <= MaxOpposite {
		return name
	}
	n := MaxOpposite - len("…")
	for !utf8.RuneStart(name[n]) {
		n--
	}
	return name[:n] + "…"
}

// Filing is one filing with everything its owner may see.
type Filing struct {
	Envelope
	Sections []Section    // by code
	Attached []Attachment // in the order they were first added
}

// Section is a part of the form that is saved at once.
type Section struct {
	Code      string
	Version   int    // optimistic lock: rises by one with every change of this section; 0 before the first
	Value     []byte // canonical JSON (RFC 8785) of an object; the bytes that are hashed once frozen
	UpdatedAt time.Time
}

// FormOf returns the canonical bytes of the whole form: an object of the sections, RFC 8785. The
// sections are canonical and ordered by their codes, which are ASCII, so it is put together, not
// encoded again.
func FormOf(sections []Section) []byte {
	sorted := slices.SortedFunc(slices.Values(sections), func(a, b Section) int { return cmp.Compare(a.Code, b.Code) })
	out := []byte{'{'}
	for i, s := range sorted {
		if i > 0 {
			out = append(out, ',')
		}
		out = append(append(append(out, '"'), s.Code...), '"', ':')
		out = append(out, s.Value...)
	}
	return append(out, '}')
}

// Attachment is a document in a draft.
type Attachment struct {
	Document
	Version int // optimistic lock of this attachment
	AddedAt time.Time
}

// Documents are the documents of attached, in its order.
func Documents(attached []Attachment) []Document {
	out := make([]Document, len(attached))
	for i, a := range attached {
		out[i] = a.Document
	}
	return out
}

// Event is one thing that happened to a filing. Events are only ever added.
type Event struct {
	At   time.Time `json:"at"`
	Type string    `json:"type"` // "created", one of the Event constants, or one of the Told and NotTold

	Acted *Acted `json:"acted,omitempty"` // by the court; nil for other events
}

// Types of events beside the Told.
const (
	EventCreated = "created"
	EventSigned  = "signed" // by one of several signers, not the last
	EventVoided  = "voided" // an edit voided a manifest that somebody had signed
	EventSealed  = "sent"
	EventKept    = "kept" // a second time, in the evidence bucket
)

// Told are the events that say who was told of a filing, and how (agreement 4.3, 5.2).
const (
	ToldHolder         = "notified"                // by mail, the account's holder
	ToldHolderByText   = "notified-text"           // by text message
	ToldRepresentative = "notified-representative" // by mail, a trusted representative
	ToldFormer         = "notified-former"         // by mail, an address that notices went to before: see account.BothFor

	NotToldHolder         = "notice-failed" // the mail service refused for good, or for outbox.Keep
	NotToldRepresentative = "notice-failed-representative"
	NotToldFormer         = "notice-failed-former"
)

// FormerRecipient begins the recipient of a notice to an address before, in records of deliveries.
const FormerRecipient = "former-"

// Document is one document: what the filer says the bytes are. The bytes are in S3 under
// the filing's id and their hash, never under a name.
type Document struct {
	ID        string `json:"id"`        // UUID chosen by the client
	MediaType string `json:"mediaType"` // one of MediaTypes
	Name      string `json:"name"`      // file name as the filer knows it, 1 to 200 characters
	Role      string `json:"role"`      // one of Roles
	SHA256    string `json:"sha256"`    // 64 lower-case hex digits
	Size      int64  `json:"size"`      // bytes, 1 to MaxDocument
}
