package account

import (
	"time"

	"github.com/courtoffice/courtoffice/shared/locale"
)

// Evidence is what proves that an act was done (agreement, clause 2): the signature itself and
// its circumstances. It is kept beside what the act did and shown or logged nowhere.
type Evidence struct {
	CMS       []byte // DER, as received
	Nonce     string // of its challenge
	Address   string // source IP
	UserAgent string
}

// Acceptance is one signed acceptance of an agreement version.
type Acceptance struct {
	Subject  string // Subject.Key
	Version  string
	SHA256   string // hex, of the text accepted
	Lang     locale.Lang
	At       time.Time
	Opening  Opening // the registration it opens for a subject without an account; one without ID is none
	Evidence Evidence
}

// Registration is a new account on its way in. Its agreement versions are what the subject has
// accepted by then.
type Registration struct {
	Account      Account // Accepted, Latest, Rights and Representatives are left empty
	Prepared     bool    // Account.ID is that of an account prepared for the subject
	Version      string  // the agreement version in force
	Opening      string  // id of the one that was open in the browser, or ""
	PasswordHash string
	Codes        []Code // that verify the account's e-mail address and, if it has one, its number
	Evidence     Evidence
	Named        []Representative // those of the form, invited
}

// NewID returns an account id: a UUID version 7 (RFC 9562, section 5.7) of the instant and ten
// bytes from crypto/rand.
func NewID(at time.Time, random [10]byte) string {
	var id [16]byte
	ms := uint64(at.UnixMilli())
	for i := range 6 {
		id[i] = byte(ms >> (40 - 8*i))
	}
	copy(id[6:], random[:])
	id[6] = id[6]&0x0f | 0x70
	id[8] = id[8]&0x3f | 0x80
	return textID(id)
}

// Leaving is a signed refusal of the agreement, by which an account is closed (agreement 1.5).
type Leaving struct {
	AccountID string
	Lang      locale.Lang // of the statement that was signed
	At        time.Time
	Evidence  Evidence
}

// Signed is something the holder signed, as the office keeps it.
type Signed struct {
	At  time.Time
	CMS []byte // DER; its content is the document
}
