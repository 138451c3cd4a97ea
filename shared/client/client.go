// Package client calls the office's API as a program does: types and methods are generated from the
// document that the office serves (package openapi), what they share stands here. Begin with New,
// SignInWith and the route you need; the document's introduction says what comes before what.
//
// The forms of filings are JSON to it: form.{kind} in the document says what they hold.
package client

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

// Client is one person's program. It keeps the office's cookies and may be used by several at a time.
type Client struct {
	url  string
	http *http.Client
	lang string

	mu      sync.Mutex
	cookies map[string]string
}

// New returns a client of the office at an address, "https://court.example". lang is of the answers: kk, ru
// or en.
func New(address, lang string) *Client {
	return &Client{
		url: strings.TrimRight(address, "/"), lang: lang, cookies: map[string]string{},
		http: &http.Client{Timeout: time.Minute, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }},
	}
}

// Error is the office's problem document with its status.
func (p *Problem) Error() string {
	text := fmt.Sprintf("%d %s: %s %s", p.Status, p.Slug(), p.Detail, p.Next)
	for _, e := range p.Errors {
		text += fmt.Sprintf(" [%s %s]", e.Pointer, e.Code)
	}
	return text
}

// Slug is the problem's name: the last part of its type.
func (p *Problem) Slug() string { return strings.TrimPrefix(p.Type, "/problems/") }

// ErrAnswer is wrapped by errors about answers that are neither what was asked for nor a problem.
var ErrAnswer = errors.New("client: no answer of the office")

// Signer signs a document: CMS with exactly these bytes attached, as base64 or PEM.
type Signer func(document []byte) (string, error)

// SignInWith opens a session for whoever's key signs.
//
// Errors: *Problem, those of sign.
func (c *Client) SignInWith(ctx context.Context, sign Signer) (SigninSignedIn, error) {
	asked, err := c.SigninDocument(ctx, SigninDocumentRequest{Lang: c.lang})
	if err != nil {
		return SigninSignedIn{}, err
	}
	signature, err := sign(asked.Document)
	if err != nil {
		return SigninSignedIn{}, err
	}
	return c.SigninSignIn(ctx, SigninRequest{Signature: signature})
}

// call makes a request. body is sent as JSON unless it is nil; the answer is decoded into out unless that is
// nil: *[]byte and *json.RawMessage get it as it is, *Location where it leads.
//
// Errors: *Problem, ErrAnswer.
func (c *Client) call(ctx context.Context, method, path string, query url.Values, body, out any) error {
	var reader io.Reader
	if body != nil {
		data, err := json.Marshal(body)
		if err != nil {
			return err
		}
		reader = bytes.NewReader(data)
	}
	address := c.url + path
	if len(query) > 0 {
		address += "?" + query.Encode()
	}
	req, err := http.NewRequestWithContext(ctx, method, address, reader)
	if err != nil {
		return err
	}
	req.Header.Set("Accept-Language", c.lang)
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	c.mu.Lock()
	for name, value := range c.cookies {
		req.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	c.mu.Unlock()
	res, err := c.http.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	if err != nil {
		return err
	}
	c.keep(res.Cookies())
	if res.StatusCode >= 400 {
		p := new(Problem)
		if !strings.HasPrefix(res.Header.Get("Content-Type"), "application/problem+json") || json.Unmarshal(data, p) != nil {
			return fmt.Errorf("%w to %s %s: %d %.300s", ErrAnswer, method, path, res.StatusCode, data)
		}
		return p
	}
	switch out := out.(type) {
	case nil:
		return nil
	case *Location:
		*out = Location(res.Header.Get("Location"))
		return nil
	case *[]byte:
		*out = data
		return nil
	case *json.RawMessage:
		*out = data
		return nil
	}
	if err := json.Unmarshal(data, out); err != nil {
		return fmt.Errorf("%w to %s %s: %w in %.300s", ErrAnswer, method, path, err, data)
	}
	return nil
}

// Location is where bytes are, for a few minutes.
type Location string

// keep does with cookies what a browser does. The office's are Secure: a jar would keep them from a loopback
// address.
func (c *Client) keep(set []*http.Cookie) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, one := range set {
		if one.MaxAge < 0 || one.Value == "" {
			delete(c.cookies, one.Name)
			continue
		}
		c.cookies[one.Name] = one.Value
	}
}

// Send uploads a document's bytes by its grants. What has arrived before is no error.
//
// Errors: ErrAnswer.
func (c *Client) Send(ctx context.Context, grants []DocumentsGrant, content []byte) error {
	for _, g := range grants {
		if g.Offset < 0 || g.Offset+g.Size > int64(len(content)) {
			return fmt.Errorf("%w: a grant of %d bytes from %d, of %d", ErrAnswer, g.Size, g.Offset, len(content))
		}
		req, err := http.NewRequestWithContext(ctx, g.Method, g.URL, bytes.NewReader(content[g.Offset:g.Offset+g.Size]))
		if err != nil {
			return err
		}
		for name, value := range g.Headers {
			req.Header.Set(name, value)
		}
		res, err := c.http.Do(req)
		if err != nil {
			return err
		}
		res.Body.Close()
		if res.StatusCode != http.StatusOK && res.StatusCode != http.StatusPreconditionFailed {
			return fmt.Errorf("%w: the store says %d", ErrAnswer, res.StatusCode)
		}
	}
	return nil
}
