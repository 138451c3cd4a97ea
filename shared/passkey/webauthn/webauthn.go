// Package webauthn checks the answers of package passkey. It does no I/O and holds no clock.
package webauthn

import (
	"errors"
	"fmt"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/protocol/webauthncose"

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/base64url"
	"github.com/courtoffice/courtoffice/shared/passkey"
)

const maxID = 1023 // bytes: WebAuthn, section 7.1

// Checker is a passkey.Checker.
type Checker struct{}

// Made is passkey.Checker's.
func (Checker) Made(o passkey.Office, challenge string, m passkey.Made) (account.Passkey, error) {
	if len(m.ClientData) > passkey.MaxAnswer || len(m.Attestation) > passkey.MaxAnswer || len(m.ID) > maxID {
		return account.Passkey{}, fmt.Errorf("%w: too long", passkey.ErrAnswer)
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
		return account.Passkey{}, fmt.Errorf("%w: attestation %q", passkey.ErrAnswer, made.Format)
	}
	var algorithms []protocol.CredentialParameter
	for _, a := range passkey.Algorithms {
		algorithms = append(algorithms, protocol.CredentialParameter{Type: protocol.PublicKeyCredentialType, Algorithm: webauthncose.COSEAlgorithmIdentifier(a)})
	}
	if _, err := parsed.Verify(challenge, o.Domain, []string{o.Origin}, nil, protocol.TopOriginExplicitVerificationMode, false, true, true, nil, algorithms); err != nil {
		return account.Passkey{}, refused(err)
	}
	data := made.AuthData
	if string(data.AttData.CredentialID) != string(m.ID) {
		return account.Passkey{}, fmt.Errorf("%w: another credential", passkey.ErrAnswer)
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

// Used is passkey.Checker's.
func (Checker) Used(o passkey.Office, challenge string, p account.Passkey, u passkey.Used) (account.Passkey, error) {
	if len(u.ClientData) > passkey.MaxAnswer || len(u.Data) > passkey.MaxAnswer || len(u.Signature) > passkey.MaxAnswer || string(u.ID) != string(p.ID) {
		return account.Passkey{}, fmt.Errorf("%w: too long, or of another passkey", passkey.ErrAnswer)
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
	if err := parsed.Verify(challenge, o.Domain, "", []string{o.Origin}, nil, protocol.TopOriginExplicitVerificationMode, false, true, true, p.Key); err != nil {
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
		return fmt.Errorf("%w: flags of backup", passkey.ErrAnswer)
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
	return fmt.Errorf("%w: %s", passkey.ErrAnswer, reason)
}
