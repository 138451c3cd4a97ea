// Package kms speaks to the key service about two keys: the root, which signs and never leaves the
// service, and the one under which private keys are kept so that only who may decrypt reads them.
//
// It speaks AWS KMS by signed requests of its own: the SDK's client would add an eighth of a megabyte to
// the package of every function, those included that never ask it.
package kms

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

// Client asks the key service of a region. All fields are set once, before use.
type Client struct {
	Region      string
	Endpoint    string // URL of one that answers as KMS does; "" for KMS
	Credentials aws.CredentialsProvider
}

const (
	tries    = 2 // who asks comes again by itself
	patience = time.Second
	answers  = 64 << 10 // bytes an answer may have
)

// Error is a refusal of the key service.
type Error struct {
	Status  int    // of HTTP
	Type    string // "AccessDeniedException"
	Message string
}

func (e *Error) Error() string {
	return fmt.Sprintf("key service: %s (%d): %s", e.Type, e.Status, e.Message)
}

// ask makes a call, once more after no answer or one that tells of a fault of the service's own.
//
// Errors: *Error, those of net/http.
func (c *Client) ask(ctx context.Context, operation string, in, out any) error {
	body, err := json.Marshal(in)
	if err != nil {
		return fmt.Errorf("key service: %w", err)
	}
	for range tries {
		err = c.once(ctx, operation, body, out)
		if said, ok := errors.AsType[*Error](err); err == nil || ctx.Err() != nil || ok && said.Status < http.StatusInternalServerError {
			break
		}
	}
	return err
}

func (c *Client) once(ctx context.Context, operation string, body []byte, out any) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	url := "https://kms." + c.Region + ".amazonaws.com/"
	if c.Endpoint != "" {
		url = strings.TrimSuffix(c.Endpoint, "/") + "/"
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("key service: %w", err)
	}
	r.Header.Set("Content-Type", "application/x-amz-json-1.1")
	r.Header.Set("X-Amz-Target", "TrentService."+operation)
	credentials, err := c.Credentials.Retrieve(ctx)
	if err != nil {
		return fmt.Errorf("key service: %w", err)
	}
	sum := sha256.Sum256(body)
	if err := v4.NewSigner().SignHTTP(ctx, credentials, r, hex.EncodeToString(sum[:]), "kms", c.Region, time.Now()); err != nil {
		return fmt.Errorf("key service: %w", err)
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return fmt.Errorf("key service: %w", err)
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(res.Body, answers))
	if err != nil {
		return fmt.Errorf("key service: %w", err)
	}
	if res.StatusCode == http.StatusOK {
		if err := json.Unmarshal(answer, out); err != nil {
			return fmt.Errorf("key service: %w", err)
		}
		return nil
	}
	refusal := Error{Status: res.StatusCode}
	var said struct {
		Type    string `json:"__type"`
		Message string `json:"message"` // or "Message": encoding/json takes either
	}
	if json.Unmarshal(answer, &said) == nil {
		refusal.Type, refusal.Message = said.Type[strings.LastIndexByte(said.Type, '#')+1:], said.Message
	}
	return &refusal
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
