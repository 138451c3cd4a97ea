// Package passkey is what the office and a browser say to each other when a passkey is made and when it is used:
// the ceremonies of Web Authentication (W3C, "Web Authentication: An API for accessing Public Key Credentials",
// Level 3, sections 7.1 and 7.2). Package webauthn below it checks the answers; it is apart since its library is
// linked into whatever imports it.
//
// That a challenge is the office's own, young enough and unused, is the caller's to see (package challenge): the
// browser's word for it is Challenge. Who a passkey is of, and whether it still opens anything, is not decided here.
package passkey

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"net/url"

	"github.com/courtoffice/courtoffice/shared/account"
)

var (
	// ErrAnswer: the answer is not one that a browser gives this office for that challenge, or the
	// signature does not hold.
	ErrAnswer = errors.New("passkey: not an answer to this office")
	// ErrHost: a passkey is bound to a domain, and the office's address has none.
	ErrHost = errors.New("passkey: the office's address is no domain")
)

// Algorithms are the COSE algorithms (RFC 9053) of keys the office takes, the preferred first: EdDSA, ES256, RS256.
var Algorithms = []int{-8, -7, -257}

// MaxAnswer is how long each part of an answer is at most, in bytes: an RSA key with a long extension is under 2 KB.
const MaxAnswer = 16 << 10

// Office is where passkeys are made and used.
type Office struct {
	Domain string // RP ID: host of the address
	Origin string // as browsers write it
}

// Of returns the office at an address such as "https://court.example", from configuration and never a
// request's.
//
// Errors: ErrHost.
func Of(address string) (Office, error) {
	u, err := url.Parse(address)
	if err != nil {
		return Office{}, fmt.Errorf("%w: %w", ErrHost, err)
	}
	host := u.Hostname()
	if _, err := netip.ParseAddr(host); err == nil || host == "" {
		return Office{}, ErrHost
	}
	return Office{host, u.Scheme + "://" + u.Host}, nil
}

// Made is a browser's answer to navigator.credentials.create.
type Made struct {
	ID          []byte // rawId
	ClientData  []byte // response.clientDataJSON
	Attestation []byte // response.attestationObject
}

// Used is a browser's answer to navigator.credentials.get.
type Used struct {
	ID         []byte // rawId
	ClientData []byte // response.clientDataJSON
	Data       []byte // response.authenticatorData
	Signature  []byte // response.signature
	Handle     []byte // response.userHandle
}

// Challenge returns what the browser says it was asked with: the text that package challenge made, where an
// office's page asked. It proves nothing by itself.
func Challenge(clientData []byte) string {
	var said struct {
		Challenge string `json:"challenge"`
	}
	if len(clientData) > MaxAnswer || json.Unmarshal(clientData, &said) != nil {
		return ""
	}
	return said.Challenge
}

// Checker checks answers for an office.
type Checker interface {
	// Made checks a new passkey for a challenge the office gave and returns it, without name and time: its person was
	// verified by the authenticator, its key is of Algorithms, and no certificate speaks for the device.
	//
	// Errors: ErrAnswer.
	Made(o Office, challenge string, m Made) (account.Passkey, error)
	// Used checks a signature of the passkey p over a challenge the office gave, whose person was verified by the
	// authenticator, and returns how it counts, and whether it is backed up.
	//
	// Errors: ErrAnswer; account.ErrPasskeyCopied when all holds but the count.
	Used(o Office, challenge string, p account.Passkey, u Used) (account.Passkey, error)
}
