// Package awsjson calls services of AWS that speak AWS JSON 1.1, by signed requests of its own. The SDK's clients
// of a service of which an office asks two or three operations add an eighth of a megabyte and more to the
// package of every function, those included that never ask it: their tables are linked whether used or not.
package awsjson

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

// Client asks one service in a region. All fields are set once, before use.
type Client struct {
	Service     string // as its host and signatures name it: "kms"
	Target      string // what stands before the operation in X-Amz-Target: "TrentService"
	Region      string
	Endpoint    string // URL of one that answers as the service does; "" for the service
	Credentials aws.CredentialsProvider
	Patience    time.Duration // with one try
	Most        int64         // bytes an answer may have
}

// tries of a call: who asks comes again by itself.
const tries = 2

// Error is a refusal of the service.
type Error struct {
	Service string
	Status  int    // of HTTP
	Type    string // "AccessDeniedException"
	Message string
}

func (e *Error) Error() string {
	return fmt.Sprintf("%s: %s (%d): %s", e.Service, e.Type, e.Status, e.Message)
}

// Call makes a call, once more after no answer or one that tells of a fault of the service's own. in and out
// are what encoding/json writes and reads as the operation's members.
//
// Errors: *Error, those of net/http.
func (c *Client) Call(ctx context.Context, operation string, in, out any) error {
	body, err := json.Marshal(in)
	if err != nil {
		return fmt.Errorf("%s: %w", c.Service, err)
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
	ctx, cancel := context.WithTimeout(ctx, c.Patience)
	defer cancel()
	url := "https://" + c.Service + "." + c.Region + ".amazonaws.com/"
	if c.Endpoint != "" {
		url = strings.TrimSuffix(c.Endpoint, "/") + "/"
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("%s: %w", c.Service, err)
	}
	r.Header.Set("Content-Type", "application/x-amz-json-1.1")
	r.Header.Set("X-Amz-Target", c.Target+"."+operation)
	credentials, err := c.Credentials.Retrieve(ctx)
	if err != nil {
		return fmt.Errorf("%s: %w", c.Service, err)
	}
	sum := sha256.Sum256(body)
	if err := v4.NewSigner().SignHTTP(ctx, credentials, r, hex.EncodeToString(sum[:]), c.Service, c.Region, time.Now()); err != nil {
		return fmt.Errorf("%s: %w", c.Service, err)
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return fmt.Errorf("%s: %w", c.Service, err)
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(res.Body, c.Most))
	if err != nil {
		return fmt.Errorf("%s: %w", c.Service, err)
	}
	if res.StatusCode == http.StatusOK {
		if err := json.Unmarshal(answer, out); err != nil {
			return fmt.Errorf("%s: %w", c.Service, err)
		}
		return nil
	}
	refusal := Error{Service: c.Service, Status: res.StatusCode}
	var said struct {
		Type    string `json:"__type"`
		Message string `json:"message"` // or "Message": encoding/json takes either
	}
	if json.Unmarshal(answer, &said) == nil {
		refusal.Type, refusal.Message = said.Type[strings.LastIndexByte(said.Type, '#')+1:], said.Message
	}
	return &refusal
}
