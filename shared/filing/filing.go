// Package filing holds what a filing is and the rules a lawyer could dispute: what a claim must
// contain (CPC, articles 148-149), which state follows which, what the signed manifest binds.
// It is values and functions: no clock, no network, no store.
package filing

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/gowebpki/jcs"

	"github.com/courtoffice/courtoffice/shared/locale"
)

var (
	// ErrNotFound: no such filing, or not this account's.
	ErrNotFound = errors.New("filing: not found")
	// ErrVersion: the filing was changed since the caller read it, or is no longer a draft.
	ErrVersion = errors.New("filing: changed since it was read")
	// ErrSealed: the filing was sealed, with another manifest than the caller's.
	ErrSealed = errors.New("filing: sealed with another manifest")
	// ErrManifestVoid: the filing was edited after this manifest was made.
	ErrManifestVoid = errors.New("filing: manifest is void")
	// ErrDocumentMissing: a document of the filing was never uploaded.
	ErrDocumentMissing = errors.New("filing: document not uploaded")
	// ErrDocumentChanged: what is stored for a document is not what the filing says.
	ErrDocumentChanged = errors.New("filing: document differs from its hash")
	// ErrWrongSigner: signed by someone else than the filing's account.
	ErrWrongSigner = errors.New("filing: signed by someone else")
)

// Status is where a filing stands.
type Status string

const (
	Draft              Status = "draft"
	AwaitingSignatures Status = "awaiting_signatures" // a manifest is out for signature; any edit makes it void
	Sent               Status = "sent"                // sealed, receipt issued; irreversible
)

// Editable reports whether the claim and its documents may still change.
func (s Status) Editable() bool { return s == Draft || s == AwaitingSignatures }

// KindClaim is the statement of claim, article 148. Other kinds come with their own rows.
const KindClaim = "claim"

// Kinds lists the kinds of filing there are.
var Kinds = []string{KindClaim}

// DraftLife is how long an untouched draft is kept.
const DraftLife = 180 * 24 * time.Hour

// Filing is one filing with everything its owner may see.
type Filing struct {
	ID        string
	AccountID string
	Kind      string
	Version   int // optimistic lock: rises by one with every change
	Status    Status
	Claim     Claim
	Documents []Document // in the order they were first added
	CreatedAt time.Time
	UpdatedAt time.Time
	SentAt    time.Time // when the gateway received the seal: the instant that counts (CPC 123(5), (7)); zero before
	TicketNo  string    // see Ticket; empty before it is sent
	Events    []Event   // oldest first; only where the reader asked for them
}

// Event is one thing that happened to a filing. Events are only ever added.
type Event struct {
	At   time.Time `json:"at"`
	Type string    `json:"type"` // "created", "sent" or one of the Told
}

// Told are the events that say who was told of a filing, and how (agreement 4.3, 5.2).
const (
	ToldHolder         = "notified"                // by mail, the account's holder
	ToldHolderByText   = "notified-text"           // by text message
	ToldRepresentative = "notified-representative" // by mail, a trusted representative
)

// Document is one document slot: what the filer says the bytes are. The bytes are in S3 under
// the filing's id and their hash, never under a name.
type Document struct {
	ID        string `json:"id"`        // UUID chosen by the client
	MediaType string `json:"mediaType"` // one of MediaTypes
	Name      string `json:"name"`      // file name as the filer knows it, 1 to 200 characters
	Role      string `json:"role"`      // one of Roles
	SHA256    string `json:"sha256"`    // 64 lower-case hex digits
	Size      int64  `json:"size"`      // bytes, 1 to MaxDocument
}

// Manifest is what the filer signs: every document by its hash, the form by its hash, and what
// they belong to. So nothing can be added, dropped or changed after the signature.
type Manifest struct {
	Account    string     `json:"account"`   // id of the filing account
	Agreement  string     `json:"agreement"` // version of the user agreement in force
	CourtCode  string     `json:"courtCode"`
	Documents  []Document `json:"documents"`
	FormSHA256 string     `json:"formSha256"` // see Claim.SHA256
	ID         string     `json:"id"`         // of the filing
	Kind       string     `json:"kind"`
}

// ManifestOf returns the manifest of f under agreement version agreement.
func ManifestOf(f Filing, agreement string) (Manifest, error) {
	form, err := f.Claim.SHA256()
	if err != nil {
		return Manifest{}, err
	}
	return Manifest{
		Account: f.AccountID, Agreement: agreement, CourtCode: f.Claim.CourtCode,
		Documents: slices.Clone(f.Documents), FormSHA256: form, ID: f.ID, Kind: f.Kind,
	}, nil
}

// SHA256 returns the hex SHA-256 of the claim's canonical JSON (RFC 8785).
func (c Claim) SHA256() (string, error) {
	raw, err := json.Marshal(c)
	if err != nil {
		return "", fmt.Errorf("filing: encode claim: %w", err)
	}
	canonical, err := jcs.Transform(raw)
	if err != nil {
		return "", fmt.Errorf("filing: encode claim: %w", err)
	}
	sum := sha256.Sum256(canonical)
	return hex.EncodeToString(sum[:]), nil
}

// Claim is the form of a statement of claim: the structured part of article 148(2). Who the
// claimant is comes from the account, whose data come from the certificate.
type Claim struct {
	Lang              locale.Lang `json:"lang"`              // language of the proceedings, kk or ru (articles 14, 150(2))
	CourtCode         string      `json:"courtCode"`         // 148(2)1; a row of Courts
	JurisdictionBasis string      `json:"jurisdictionBasis"` // article that makes that court the right one: one of Bases
	Demands           []Demand    `json:"demands"`           // 148(2)4
	Breach            string      `json:"breach"`            // 148(2)4: what right is broken or threatened
	Circumstances     string      `json:"circumstances"`     // 148(2)5
	ClaimPriceTiyn    int64       `json:"claimPriceTiyn"`    // 148(2)7, 1/100 tenge
	Defendants        []Defendant `json:"defendants"`        // 148(2)3
}

// Demand is one thing the court is asked for.
type Demand struct {
	Text       string `json:"text"`
	Nature     string `json:"nature"`     // "property", "non_property" or "moral"
	AmountTiyn int64  `json:"amountTiyn"` // for property and moral demands
}

// Defendant is a party the claim is against. Its numbers are given "if known": to require them
// would be stricter than the law.
type Defendant struct {
	Type               string `json:"type"` // "natural" or "legal"
	FullName           string `json:"fullName"`
	IIN                string `json:"iin"`
	BIN                string `json:"bin"`
	Address            string `json:"address"`            // residence or location; last known one if whereabouts are unknown
	WhereaboutsUnknown bool   `json:"whereaboutsUnknown"` // article 133
	Email              string `json:"email"`
	Mobile             string `json:"mobile"`
}
