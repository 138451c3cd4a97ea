// Package public keeps what readers have through the edge without any function being asked: the status
// page, what is announced of maintenance, pages and what they load. Start with Bucket.
//
// It speaks S3 by a few signed requests of its own. The portal renders with html/template, which makes the
// linker keep every method of every client it meets: the SDK's would add a quarter to its package.
package public

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

// Bucket is a bucket with schema.Bucket.Edge. All fields but Endpoint are set once, before use.
type Bucket struct {
	Name        string
	Region      string
	Endpoint    string // scheme and host of one that answers as S3 does; "" for S3
	Credentials aws.CredentialsProvider
}

const (
	tries    = 3
	patience = 5 * time.Second
)

// keys are those that need no escaping.
var keys = regexp.MustCompile(`^[A-Za-z0-9_-][A-Za-z0-9._/-]*$`)

// File is the key that stands for a page's where objects are files, as at an Endpoint that is not S3: nothing
// can be called "kk/" there, nor "kk/agreement" beside "kk/agreement/v1". Other keys stand for themselves.
func File(key string) string {
	if strings.IndexByte(key, '/') == len("kk") {
		return key + ".html"
	}
	return key
}

// Put replaces what is kept under key, of letters, digits and "._/-". mediaType and caching are what
// readers are told of it as Content-Type and Cache-Control. A repeat changes nothing.
func (b *Bucket) Put(ctx context.Context, key string, body []byte, mediaType, caching string) error {
	return b.Write(ctx, key, body, map[string]string{"Content-Type": mediaType, "Cache-Control": caching})
}

// Kept are the headers that S3 keeps with an object, of those that answers have.
var Kept = []string{"Content-Type", "Cache-Control", "Content-Language", "Content-Disposition"}

// Write is Put with any of Kept, by their names.
func (b *Bucket) Write(ctx context.Context, key string, body []byte, header map[string]string) error {
	status, _, err := b.ask(ctx, http.MethodPut, key, body, header)
	if err == nil && status != http.StatusOK {
		err = fmt.Errorf("status %d", status)
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", key, err)
	}
	return nil
}

// Read returns what is kept under key; nil, and no error, for nothing.
func (b *Bucket) Read(ctx context.Context, key string) ([]byte, error) {
	status, body, err := b.ask(ctx, http.MethodGet, key, nil, nil)
	switch {
	case err == nil && status == http.StatusOK:
		return body, nil
	case err == nil && status == http.StatusNotFound:
		return nil, nil
	case err == nil:
		err = fmt.Errorf("status %d", status)
	}
	return nil, fmt.Errorf("read %s: %w", key, err)
}

// Remove keeps nothing under key any more. A repeat changes nothing.
func (b *Bucket) Remove(ctx context.Context, key string) error {
	status, _, err := b.ask(ctx, http.MethodDelete, key, nil, nil)
	if err == nil && status != http.StatusNoContent && status != http.StatusNotFound {
		err = fmt.Errorf("status %d", status)
	}
	if err != nil {
		return fmt.Errorf("remove %s: %w", key, err)
	}
	return nil
}

// Has reports whether something is kept under key.
func (b *Bucket) Has(ctx context.Context, key string) (bool, error) {
	status, _, err := b.ask(ctx, http.MethodHead, key, nil, nil)
	switch {
	case err == nil && status == http.StatusOK:
		return true, nil
	case err == nil && status == http.StatusNotFound:
		return false, nil
	case err == nil:
		err = fmt.Errorf("status %d", status)
	}
	return false, fmt.Errorf("look for %s: %w", key, err)
}

// ask sends one request, again after no answer or one that tells of a fault of S3's own.
func (b *Bucket) ask(ctx context.Context, method, key string, body []byte, header map[string]string) (status int, answer []byte, err error) {
	if !keys.MatchString(key) {
		return 0, nil, fmt.Errorf("key %q: want letters, digits and ._/-", key)
	}
	for try := range tries {
		if try > 0 {
			select {
			case <-ctx.Done():
				return 0, nil, ctx.Err()
			case <-time.After(time.Duration(try) * 100 * time.Millisecond):
			}
		}
		if status, answer, err = b.once(ctx, method, key, body, header); err == nil && status < http.StatusInternalServerError {
			return status, answer, nil
		}
	}
	return status, nil, err
}

func (b *Bucket) once(ctx context.Context, method, key string, body []byte, header map[string]string) (int, []byte, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	url := "https://" + b.Name + ".s3." + b.Region + ".amazonaws.com/" + key
	if b.Endpoint != "" {
		url = b.Endpoint + "/" + b.Name + "/" + File(key)
	}
	r, err := http.NewRequestWithContext(ctx, method, url, bytes.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	for name, value := range header {
		r.Header.Set(name, value)
	}
	sum := sha256.Sum256(body)
	payload := hex.EncodeToString(sum[:])
	r.Header.Set("X-Amz-Content-Sha256", payload) // S3 refuses other bytes
	credentials, err := b.Credentials.Retrieve(ctx)
	if err != nil {
		return 0, nil, err
	}
	signer := v4.NewSigner(func(o *v4.SignerOptions) { o.DisableURIPathEscaping = true })
	if err := signer.SignHTTP(ctx, credentials, r, payload, "s3", b.Region, time.Now()); err != nil {
		return 0, nil, err
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, nil, err
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	return res.StatusCode, answer, err
}
