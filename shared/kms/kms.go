// Package kms speaks to the key service about two keys: the root, which signs and never leaves the
// service, and the one under which private keys are kept so that only who may decrypt reads them.
package kms

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/kms/types"
)

// Root is a key that signs: ECC_NIST_P256, SIGN_VERIFY.
type Root struct {
	client *kms.Client
	id     string
}

// NewRoot names a root by its id, ARN or alias.
func NewRoot(client *kms.Client, id string) Root { return Root{client, id} }

// PublicKey returns its SubjectPublicKeyInfo, DER.
func (r Root) PublicKey(ctx context.Context) ([]byte, error) {
	out, err := r.client.GetPublicKey(ctx, &kms.GetPublicKeyInput{KeyId: &r.id})
	if err != nil {
		return nil, fmt.Errorf("public key of the root: %w", err)
	}
	return out.PublicKey, nil
}

// Sign returns the DER signature over a message of up to 4096 bytes: ECDSA, SHA-256.
func (r Root) Sign(ctx context.Context, message []byte) ([]byte, error) {
	out, err := r.client.Sign(ctx, &kms.SignInput{
		KeyId: &r.id, Message: message, MessageType: types.MessageTypeRaw, SigningAlgorithm: types.SigningAlgorithmSpecEcdsaSha256,
	})
	if err != nil {
		return nil, fmt.Errorf("sign by the root: %w", err)
	}
	return out.Signature, nil
}

// Envelope is a key that encrypts: SYMMETRIC_DEFAULT. What it encrypted it decrypts only where it is
// told the same context, on which a policy may depend.
type Envelope struct {
	client *kms.Client
	id     string
}

// NewEnvelope names a key by its id, ARN or alias.
func NewEnvelope(client *kms.Client, id string) Envelope { return Envelope{client, id} }

// Seal encrypts up to 4096 bytes.
func (e Envelope) Seal(ctx context.Context, secret []byte, about map[string]string) ([]byte, error) {
	out, err := e.client.Encrypt(ctx, &kms.EncryptInput{KeyId: &e.id, Plaintext: secret, EncryptionContext: about})
	if err != nil {
		return nil, fmt.Errorf("seal a key: %w", err)
	}
	return out.CiphertextBlob, nil
}

// Open decrypts what Seal returned.
func (e Envelope) Open(ctx context.Context, sealed []byte, about map[string]string) ([]byte, error) {
	out, err := e.client.Decrypt(ctx, &kms.DecryptInput{KeyId: aws.String(e.id), CiphertextBlob: sealed, EncryptionContext: about})
	if err != nil {
		return nil, fmt.Errorf("open a key: %w", err)
	}
	return out.Plaintext, nil
}
