// Package passkeytest is an authenticator in software: it makes passkeys and signs with them as a phone or a
// security key does through a browser, for tests and the demo. Every part of an answer can be set wrong.
package passkeytest

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"

	"github.com/fxamacker/cbor/v2"
)

// COSE algorithms (RFC 9053; RFC 8812).
const (
	EdDSA = -8
	ES256 = -7
	RS256 = -257
	ES384 = -35
)

// Flags of authenticator data (Web Authentication, section 6.1).
const (
	Present  = 1 << 0
	Verified = 1 << 2
	Eligible = 1 << 3
	Backed   = 1 << 4
	attested = 1 << 6
)

// Passkey is one credential on a device that asks its person each time.
type Passkey struct {
	ID     []byte
	Handle []byte
	Domain string // RP ID that it answers for
	Origin string // of the page that asks, as the browser writes it
	Flags  byte
	Count  uint32 // of the next signature; 0 stays 0
	Format string // of the attestation
	Cross  bool   // the page is in another's frame

	key       crypto.Signer
	algorithm int
}

// New makes a passkey for an office at origin with the RP ID domain.
func New(algorithm int, domain, origin string, handle []byte) (*Passkey, error) {
	p := &Passkey{ID: make([]byte, 32), Handle: handle, Domain: domain, Origin: origin, Flags: Present | Verified, Format: "none", algorithm: algorithm}
	rand.Read(p.ID)
	var err error
	switch algorithm {
	case EdDSA:
		_, p.key, err = ed25519.GenerateKey(rand.Reader)
	case ES256:
		p.key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	case ES384:
		p.key, err = ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	case RS256:
		p.key, err = rsa.GenerateKey(rand.Reader, 2048)
	default:
		err = fmt.Errorf("no key for algorithm %d", algorithm)
	}
	return p, err
}

// cose is the public key as a COSE_Key.
func (p *Passkey) cose() ([]byte, error) {
	m := map[int]any{3: p.algorithm}
	switch key := p.key.Public().(type) {
	case ed25519.PublicKey:
		m[1], m[-1], m[-2] = 1, 6, []byte(key)
	case *ecdsa.PublicKey:
		point, err := key.Bytes()
		if err != nil {
			return nil, err
		}
		half := len(point) / 2
		m[1], m[-1], m[-2], m[-3] = 2, 1, point[1:1+half], point[1+half:]
		if p.algorithm == ES384 {
			m[-1] = 2
		}
	case *rsa.PublicKey:
		m[1], m[-1], m[-2] = 3, key.N.Bytes(), []byte{1, 0, 1}
	}
	return encode(m)
}

func encode(v any) ([]byte, error) {
	mode, err := cbor.CTAP2EncOptions().EncMode()
	if err != nil {
		return nil, err
	}
	return mode.Marshal(v)
}

// data is the authenticator data of an answer.
func (p *Passkey) data(flags byte) []byte {
	domain := sha256.Sum256([]byte(p.Domain))
	return binary.BigEndian.AppendUint32(append(domain[:], flags), p.Count)
}

// clientData is what the browser says of a ceremony: "webauthn.create" or "webauthn.get".
func (p *Passkey) clientData(kind string, challenge []byte) ([]byte, error) {
	return json.Marshal(map[string]any{
		"type": kind, "challenge": base64.RawURLEncoding.EncodeToString(challenge), "origin": p.Origin, "crossOrigin": p.Cross,
	})
}

// Made is an answer to navigator.credentials.create, as the office's page sends it.
type Made struct {
	Credential  []byte `json:"credential"`
	ClientData  []byte `json:"clientData"`
	Attestation []byte `json:"attestation"`
}

// Create answers a challenge with the new passkey.
func (p *Passkey) Create(challenge []byte) (Made, error) {
	client, err := p.clientData("webauthn.create", challenge)
	if err != nil {
		return Made{}, err
	}
	key, err := p.cose()
	if err != nil {
		return Made{}, err
	}
	data := append(p.data(p.Flags|attested), make([]byte, 16)...) // no AAGUID
	data = append(binary.BigEndian.AppendUint16(data, uint16(len(p.ID))), p.ID...)
	object, err := encode(map[string]any{"fmt": p.Format, "attStmt": map[string]any{}, "authData": append(data, key...)})
	return Made{p.ID, client, object}, err
}

// Used is an answer to navigator.credentials.get, as the office's page sends it.
type Used struct {
	Credential []byte `json:"credential"`
	ClientData []byte `json:"clientData"`
	Data       []byte `json:"data"`
	Signature  []byte `json:"signature"`
	Handle     []byte `json:"handle"`
}

// Get signs a challenge.
func (p *Passkey) Get(challenge []byte) (Used, error) { return p.get("webauthn.get", challenge) }

// GetAs is Get by a browser that calls the ceremony something else.
func (p *Passkey) GetAs(kind string, challenge []byte) (Used, error) { return p.get(kind, challenge) }

func (p *Passkey) get(kind string, challenge []byte) (Used, error) {
	client, err := p.clientData(kind, challenge)
	if err != nil {
		return Used{}, err
	}
	data, digest := p.data(p.Flags), sha256.Sum256(client)
	signed := append(append([]byte{}, data...), digest[:]...)
	options := crypto.SignerOpts(crypto.Hash(0))
	if p.algorithm != EdDSA {
		options = crypto.SHA256
		sum := sha256.Sum256(signed)
		signed = sum[:]
	}
	signature, err := p.key.Sign(rand.Reader, signed, options)
	if p.Count != 0 {
		p.Count++
	}
	return Used{p.ID, client, data, signature, p.Handle}, err
}
