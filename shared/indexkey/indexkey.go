// Package indexkey derives every look-up key, counter name and MAC that the office makes of personal
// data from one root secret, INDEX_KEY.
//
// A number of twelve digits is guessed by trying them all, so nothing personal is ever kept as a
// bare hash: it is an HMAC-SHA256 (RFC 2104) under a key that is derived from the root by HKDF
// (RFC 5869) for one Purpose alone. What is made for one purpose says nothing about another, and
// a purpose can be given a new version while items under the old one are still found: the version
// is part of the purpose and stands in front of every value that is kept.
package indexkey

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// Purpose is what a derived key is for, with its version: "number/1".
type Purpose string

// The purposes there are. One is never given another meaning: what would change gets a new version.
const (
	Number     Purpose = "number/1"     // an account by the IIN or BIN of its subject
	Person     Purpose = "person/1"     // a person by their IIN, whichever account they act in
	Acting     Purpose = "acting/1"     // a person within one account, unlike in any other
	Attempts   Purpose = "attempts/1"   // counters of attempts, by number or address
	Codes      Purpose = "codes/1"      // counters of codes, by address or number they go to
	Invitation Purpose = "invitation/1" // counters of invitations, by address
	Support    Purpose = "support/1"    // counters of requests to support
	Code       Purpose = "code/1"       // codes that confirm an address or number
	Link       Purpose = "link/1"       // links in mail
	Seal       Purpose = "seal/1"       // tokens that go with a manifest to be signed
	Phone      Purpose = "phone/1"      // tokens of signing on a phone
	Recipient  Purpose = "recipient/1"  // the address or number that a report of a delivery is about
	Words      Purpose = "words/1"      // parties of what a court has, by the beginning of a word of their names
	Act        Purpose = "act/1"        // what was asked in an act, so that its repeat is told from another act
	Paper      Purpose = "paper/1"      // ids of papers that a clerk enters
	Evidence   Purpose = "evidence/1"   // what keeps a withheld part of an evidence file from being guessed by its hash
)

// version returns what stands behind the slash.
func (p Purpose) version() string {
	_, v, _ := strings.Cut(string(p), "/")
	return v
}

// MAC returns the 32 bytes of HMAC-SHA256 over the parts under the key of purpose p. root is
// INDEX_KEY, 32 bytes. Each part is followed by 0x00, so that parts can't run into each other; a
// part must not contain 0x00 unless it is the last.
func MAC(root []byte, p Purpose, parts ...string) []byte {
	key, err := hkdf.Key(sha256.New, root, nil, "courtoffice index "+string(p), sha256.Size)
	if err != nil {
		panic(err) // the length asked for is a constant within HKDF's bound
	}
	m := hmac.New(sha256.New, key)
	for _, part := range parts {
		m.Write([]byte(part))
		m.Write([]byte{0})
	}
	return m.Sum(nil)
}

// Key returns MAC as it is kept in tables: the purpose's version, "." and 64 lower-case hex digits.
func Key(root []byte, p Purpose, parts ...string) string {
	return p.version() + "." + hex.EncodeToString(MAC(root, p, parts...))
}
