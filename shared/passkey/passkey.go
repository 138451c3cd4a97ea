// Package passkey checks what a browser answers when a passkey is made and when it is used: the ceremonies of
// Web Authentication (W3C, "Web Authentication: An API for accessing Public Key Credentials", Level 3, sections
// 7.1 and 7.2). Read Office.Made and Office.Used.
//
// It does no I/O and holds no clock. That a challenge is the office's own, young enough and unused, is the
// caller's to see (package challenge): the browser's word for it is Challenge. Who a passkey is of, and whether it
// still opens anything, is not decided here either.
package passkey

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"net/url"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/protocol/webauthncose"

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/base64url"
)

var (
	// ErrAnswer: the answer is not one that a browser gives this office for that challenge, or the
	// signature does not hold.
	ErrAnswer = errors.New("passkey: not an answer to this office")
	// ErrHost: a passkey is bound to a domain, and the office's address has none.
	ErrHost = errors.New("passkey: the office's address is no domain")
)

// Algorithms are the COSE algorithms of keys the office takes, the preferred first: EdDSA, ES256, RS256.
var Algorithms = []int{int(webauthncose.AlgEdDSA), int(webauthncose.AlgES256), int(webauthncose.AlgRS256)}

// Bounds of an answer, in bytes.
const (
	maxAnswer = 16 << 10 // an RSA key with a long extension is under 2 KB
	maxID     = 1023     // WebAuthn, section 7.1
)

// Office is where passkeys are made and used.
type Office struct {
	Domain string // RP ID: host of the address
	origin string // as browsers write it
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
	if len(clientData) > maxAnswer || json.Unmarshal(clientData, &said) != nil {
		return ""
	}
	return said.Challenge
}

// Made checks a new passkey for a challenge the office gave and returns it, without name and time: its person
// was verified by the authenticator, its key is of Algorithms, and no certificate speaks for the device.
//
// Errors: ErrAnswer.
func (o Office) Made(challenge string, m Made) (account.Passkey, error) {
	if len(m.ClientData) > maxAnswer || len(m.Attestation) > maxAnswer || len(m.ID) > maxID {
		return account.Passkey{}, fmt.Errorf("%w: too long", ErrAnswer)
	}
	parsed, err := protocol.CredentialCreationResponse{
		PublicKeyCredential: credential(m.ID),
		AttestationResponse: protocol.AuthenticatorAttestationResponse{
			AuthenticatorResponse: protocol.AuthenticatorResponse{ClientDataJSON: m.ClientData}, AttestationObject: m.Attestation,
		},
	}.Parse()
	if err != nil {
		return account.Passkey{}, refused(err)
	}
	// The office asks for no attestation. What is left then is none, or the new key's own signature.
	made := parsed.Response.AttestationObject
	if format := protocol.AttestationFormat(made.Format); format != protocol.AttestationFormatNone &&
		(format != protocol.AttestationFormatPacked || made.AttStatement["x5c"] != nil) {
		return account.Passkey{}, fmt.Errorf("%w: attestation %q", ErrAnswer, made.Format)
	}
	var algorithms []protocol.CredentialParameter
	for _, a := range Algorithms {
		algorithms = append(algorithms, protocol.CredentialParameter{Type: protocol.PublicKeyCredentialType, Algorithm: webauthncose.COSEAlgorithmIdentifier(a)})
	}
	if _, err := parsed.Verify(challenge, o.Domain, []string{o.origin}, nil, protocol.TopOriginExplicitVerificationMode, false, true, true, nil, algorithms); err != nil {
		return account.Passkey{}, refused(err)
	}
	data := made.AuthData
	if string(data.AttData.CredentialID) != string(m.ID) {
		return account.Passkey{}, fmt.Errorf("%w: another credential", ErrAnswer)
	}
	if _, err := webauthncose.ParsePublicKey(data.AttData.CredentialPublicKey); err != nil {
		return account.Passkey{}, refused(err)
	}
	p := account.Passkey{
		ID: m.ID, Key: data.AttData.CredentialPublicKey, Count: data.Counter,
		Eligible: data.Flags.HasBackupEligible(), Backed: data.Flags.HasBackupState(),
	}
	return p, backup(p.Eligible, p)
}

// Used checks a signature of the passkey p over a challenge the office gave, whose person was verified by the
// authenticator, and returns how it counts, and whether it is backed up.
//
// Errors: ErrAnswer; account.ErrPasskeyCopied when all holds but the count.
func (o Office) Used(challenge string, p account.Passkey, u Used) (account.Passkey, error) {
	if len(u.ClientData) > maxAnswer || len(u.Data) > maxAnswer || len(u.Signature) > maxAnswer || string(u.ID) != string(p.ID) {
		return account.Passkey{}, fmt.Errorf("%w: too long, or of another passkey", ErrAnswer)
	}
	parsed, err := protocol.CredentialAssertionResponse{
		PublicKeyCredential: credential(u.ID),
		AssertionResponse: protocol.AuthenticatorAssertionResponse{
			AuthenticatorResponse: protocol.AuthenticatorResponse{ClientDataJSON: u.ClientData},
			AuthenticatorData:     u.Data, Signature: u.Signature, UserHandle: u.Handle,
		},
	}.Parse()
	if err != nil {
		return account.Passkey{}, refused(err)
	}
	if err := parsed.Verify(challenge, o.Domain, "", []string{o.origin}, nil, protocol.TopOriginExplicitVerificationMode, false, true, true, p.Key); err != nil {
		return account.Passkey{}, refused(err)
	}
	data := parsed.Response.AuthenticatorData
	now := p
	now.Count, now.Eligible, now.Backed = data.Counter, data.Flags.HasBackupEligible(), data.Flags.HasBackupState()
	if err := backup(p.Eligible, now); err != nil {
		return account.Passkey{}, err
	}
	if (now.Count != 0 || p.Count != 0) && now.Count <= p.Count {
		return account.Passkey{}, account.ErrPasskeyCopied
	}
	return now, nil
}

// backup checks the flags of backup: whether a passkey may be backed up never changes, and only such a one is
// (section 6.1.3).
func backup(eligible bool, now account.Passkey) error {
	if now.Eligible != eligible || now.Backed && !now.Eligible {
		return fmt.Errorf("%w: flags of backup", ErrAnswer)
	}
	return nil
}

func credential(id []byte) protocol.PublicKeyCredential {
	return protocol.PublicKeyCredential{
		Credential: protocol.Credential{ID: base64url.Encode(id), Type: string(protocol.PublicKeyCredentialType)}, RawID: id,
	}
}

// refused has the library's reason, which is for the log.
func refused(err error) error {
	reason := err.Error()
	if e, ok := errors.AsType[*protocol.Error](err); ok && e.DevInfo != "" {
		reason += ": " + e.DevInfo
	}
	return fmt.Errorf("%w: %s", ErrAnswer, reason)
}
