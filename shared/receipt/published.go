package receipt

import (
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// PublishedVersion is the version of Published's format. Members are added, never re-meant.
const PublishedVersion = 1

// Published is all that is needed to check what the office ever signed: the roots that certify its keys,
// and the keys of before there were roots. What is in it once stays in it.
type Published struct {
	Version int       `json:"keysVersion"`
	Roots   []Root    `json:"roots"` // in the order they began
	Keys    []Earlier `json:"keys"`
}

// Earlier is a key that signed before keys were certified.
type Earlier struct {
	Purpose   Purpose           `json:"purpose"`
	KeyID     string            `json:"keyId"`
	Algorithm string            `json:"algorithm"`          // "Ed25519"
	PublicKey ed25519.PublicKey `json:"publicKey"`          // base64, 32 bytes
	NotAfter  string            `json:"notAfter,omitempty"` // see Time: documents it signed name an instant before
}

// NewEarlier describes a key of before.
func NewEarlier(purpose Purpose, key ed25519.PublicKey) Earlier {
	return Earlier{Purpose: purpose, KeyID: KeyID(key), Algorithm: "Ed25519", PublicKey: key}
}

// ErrPublished: what should be the published keys is not.
var ErrPublished = errors.New("receipt: these are not the published keys of an office")

// ParsePublished decodes what the office publishes, as /keys.json has it.
//
// Errors: ErrPublished.
func ParsePublished(data []byte) (Published, error) {
	var p Published
	if err := json.Unmarshal(data, &p); err != nil {
		return Published{}, fmt.Errorf("%w: %w", ErrPublished, err)
	}
	if p.Version < 1 || len(p.Roots)+len(p.Keys) == 0 {
		return Published{}, ErrPublished
	}
	return p, nil
}

// Check checks a certificate that a key is to be used with.
//
// Errors: ErrRoot, ErrCertificate, ErrRootEnded.
func (p Published) Check(c Certificate) error {
	for _, r := range p.Roots {
		if r.ID == c.Root {
			return r.Certified(c)
		}
	}
	return ErrRoot
}

// signer returns the key that a document was signed with, and whether it was in force at an instant.
func (p Published) signer(purpose Purpose, keyID string, certificate []byte) (ed25519.PublicKey, func(at time.Time) bool, error) {
	if certificate == nil {
		for _, k := range p.Keys {
			if k.Purpose != purpose || k.KeyID != keyID || len(k.PublicKey) != ed25519.PublicKeySize || KeyID(k.PublicKey) != keyID {
				continue
			}
			return k.PublicKey, func(at time.Time) bool {
				in, err := within(at, Time(time.Unix(0, 0)), k.NotAfter)
				return err == nil && in
			}, nil
		}
		return nil, nil, ErrUnknownKey
	}
	c, err := ParseCertificate(certificate)
	if err != nil {
		return nil, nil, err
	}
	if err := p.Check(c); err != nil {
		return nil, nil, err
	}
	if c.Purpose != purpose {
		return nil, nil, ErrPurpose
	}
	if KeyID(c.Key) != keyID {
		return nil, nil, ErrSignature
	}
	return c.Key, c.In, nil
}
