// Package kms speaks to the key service about two keys: the root, which signs and never leaves the
// service, and the one under which private keys are kept so that only who may decrypt reads them.
package kms

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/courtoffice/courtoffice/shared/awsjson"
)

// Client asks the key service of a region. All fields are set once, before use.
type Client struct {
	Region      string
	Endpoint    string // URL of one that answers as KMS does; "" for KMS
	Credentials aws.CredentialsProvider
}

// ask makes a call.
//
// Errors: those of awsjson.
func (c *Client) ask(ctx context.Context, operation string, in, out any) error {
	service := awsjson.Client{
		Service: "kms", Target: "TrentService", Region: c.Region, Endpoint: c.Endpoint, Credentials: c.Credentials,
		Patience: time.Second, Most: 64 << 10,
	}
	return service.Call(ctx, operation, in, out)
}

// Root is a key that signs: ECC_NIST_P256, SIGN_VERIFY.
type Root struct {
	client *Client
	id     string
}

// NewRoot names a root by its id, ARN or alias.
func NewRoot(client *Client, id string) Root { return Root{client, id} }

// PublicKey returns its SubjectPublicKeyInfo, DER.
func (r Root) PublicKey(ctx context.Context) ([]byte, error) {
	var out struct{ PublicKey []byte }
	if err := r.client.ask(ctx, "GetPublicKey", map[string]any{"KeyId": r.id}, &out); err != nil {
		return nil, fmt.Errorf("public key of the root: %w", err)
	}
	return out.PublicKey, nil
}

// Sign returns the DER signature over a message of up to 4096 bytes: ECDSA, SHA-256.
func (r Root) Sign(ctx context.Context, message []byte) ([]byte, error) {
	var out struct{ Signature []byte }
	in := map[string]any{"KeyId": r.id, "Message": message, "MessageType": "RAW", "SigningAlgorithm": "ECDSA_SHA_256"}
	if err := r.client.ask(ctx, "Sign", in, &out); err != nil {
		return nil, fmt.Errorf("sign by the root: %w", err)
	}
	return out.Signature, nil
}

// Envelope is a key that encrypts: SYMMETRIC_DEFAULT. What it encrypted it decrypts only where it is
// told the same context, on which a policy may depend.
type Envelope struct {
	client *Client
	id     string
}

// NewEnvelope names a key by its id, ARN or alias.
func NewEnvelope(client *Client, id string) Envelope { return Envelope{client, id} }

// Seal encrypts up to 4096 bytes.
func (e Envelope) Seal(ctx context.Context, secret []byte, about map[string]string) ([]byte, error) {
	var out struct{ CiphertextBlob []byte }
	if err := e.client.ask(ctx, "Encrypt", map[string]any{"KeyId": e.id, "Plaintext": secret, "EncryptionContext": about}, &out); err != nil {
		return nil, fmt.Errorf("seal a key: %w", err)
	}
	return out.CiphertextBlob, nil
}

// Open decrypts what Seal returned.
func (e Envelope) Open(ctx context.Context, sealed []byte, about map[string]string) ([]byte, error) {
	var out struct{ Plaintext []byte }
	if err := e.client.ask(ctx, "Decrypt", map[string]any{"KeyId": e.id, "CiphertextBlob": sealed, "EncryptionContext": about}, &out); err != nil {
		return nil, fmt.Errorf("open a key: %w", err)
	}
	return out.Plaintext, nil
}
