// Package online asks the services of a certification authority: OCSP (RFC 6960), revocation lists
// (RFC 5280) and time stamps (RFC 3161).
//
// Addresses in a certificate under test were written by whoever made it, so a request goes out only
// to hosts on a list, is never redirected, and reads no more than a limit. What comes back is checked
// to be an answer to the request and nothing more; package eds decides what it proves.
package online

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/courtoffice/courtoffice/shared/eds/algorithm"
	"github.com/courtoffice/courtoffice/shared/eds/certpath"
	"github.com/courtoffice/courtoffice/shared/eds/ocsp"
	"github.com/courtoffice/courtoffice/shared/eds/oid"
	"github.com/courtoffice/courtoffice/shared/eds/tsp"
	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// Errors. All are wrapped with the address that was asked.
var (
	// ErrHost means that no address is on the list of hosts, or none was given.
	ErrHost = errors.New("online: host is not allowed")
	// ErrTooLarge means that an answer is longer than its limit.
	ErrTooLarge = errors.New("online: answer is too large")
	// ErrAnswer means that the answer is not one to this request: malformed, about something else,
	// with another nonce.
	ErrAnswer = errors.New("online: answer does not belong to the request")
	// ErrRefused means that the service answered that it will not: tryLater, or a time stamp that
	// is not granted.
	ErrRefused = errors.New("online: service refused")
)

// StatusError is an HTTP answer other than 200. Redirections are among them.
type StatusError struct{ Status int }

func (e *StatusError) Error() string { return fmt.Sprintf("online: HTTP status %d", e.Status) }

// Client asks. Its zero value asks nobody. It may be used by any number of goroutines.
type Client struct {
	// HTTP sends the requests; nil means http.DefaultClient. Its CheckRedirect is not used.
	HTTP *http.Client
	// Hosts are the names, with a port where the address has one, that may be asked.
	Hosts []string
	// Timeout bounds one request, default 10 seconds; that of a list, six times as long.
	Timeout time.Duration
	// MaxList bounds a revocation list in bytes, default 64 MiB; MaxAnswer other answers, default
	// 256 KiB.
	MaxList, MaxAnswer int64
}

// OCSP asks the responders that cert names, in turn, and returns the first DER response that answers
// about it with our nonce. Errors: ErrHost, ErrRefused, ErrAnswer, ErrTooLarge, *StatusError and
// those of the network; of several, the last one.
func (c *Client) OCSP(ctx context.Context, cert, issuer *certpath.Certificate) ([]byte, error) {
	err := ErrHost
	for _, address := range cert.OCSPServers {
		if !c.allowed(address) {
			continue
		}
		var answer []byte
		if answer, err = c.askOCSP(ctx, address, cert, issuer); err == nil {
			return answer, nil
		}
	}
	return nil, fmt.Errorf("ask OCSP: %w", err)
}

// OCSPAt is OCSP with the responder at address, whatever cert names.
func (c *Client) OCSPAt(ctx context.Context, address string, cert, issuer *certpath.Certificate) ([]byte, error) {
	if !c.allowed(address) {
		return nil, fmt.Errorf("ask OCSP: %w", ErrHost)
	}
	answer, err := c.askOCSP(ctx, address, cert, issuer)
	if err != nil {
		return nil, fmt.Errorf("ask OCSP: %w", err)
	}
	return answer, nil
}

func (c *Client) askOCSP(ctx context.Context, address string, cert, issuer *certpath.Certificate) ([]byte, error) {
	id, err := ocsp.NewCertID(oid.SHA256, issuer, cert.Serial)
	if err != nil {
		return nil, err
	}
	nonce := make([]byte, 16)
	if _, err := rand.Read(nonce); err != nil {
		return nil, err
	}
	answer, _, err := c.do(ctx, http.MethodPost, address, typed("application/ocsp-request"), ocsp.NewRequest(id, nonce), c.answerLimit(), c.timeout())
	if err != nil {
		return nil, err
	}
	r, err := ocsp.Parse(answer)
	switch {
	case err != nil:
		return nil, fmt.Errorf("%s: %w: %w", address, ErrAnswer, err)
	case r.Status != ocsp.Successful:
		return nil, fmt.Errorf("%s: %w: %s", address, ErrRefused, r.Status)
	case !bytes.Equal(r.Nonce, ocsp.NonceValue(nonce)):
		return nil, fmt.Errorf("%s: %w: nonce", address, ErrAnswer)
	}
	if _, ok := r.Find(issuer, cert.Serial); !ok {
		return nil, fmt.Errorf("%s: %w: another certificate", address, ErrAnswer)
	}
	return answer, nil
}

// CRL fetches a list. It is not parsed. Errors: ErrHost, ErrTooLarge, *StatusError, of the network.
func (c *Client) CRL(ctx context.Context, address string) ([]byte, error) {
	data, _, err := c.CRLIfChanged(ctx, address, Validator{})
	return data, err
}

// Validator is how a server tells one state of a file from another (RFC 9110, section 8.8).
type Validator struct{ ETag, LastModified string }

// CRLIfChanged fetches a list unless the server says that it is still what it was when it gave the
// validator have. Then data is nil. now goes with the next call. Errors: those of CRL.
func (c *Client) CRLIfChanged(ctx context.Context, address string, have Validator) (data []byte, now Validator, err error) {
	if !c.allowed(address) {
		return nil, have, fmt.Errorf("fetch list: %w", ErrHost)
	}
	limit := c.MaxList
	if limit == 0 {
		limit = 64 << 20
	}
	header := http.Header{}
	for name, value := range map[string]string{"If-None-Match": have.ETag, "If-Modified-Since": have.LastModified} {
		if value != "" {
			header.Set(name, value)
		}
	}
	data, got, err := c.do(ctx, http.MethodGet, address, header, nil, limit, 6*c.timeout())
	if status, ok := errors.AsType[*StatusError](err); ok && status.Status == http.StatusNotModified && have != (Validator{}) {
		return nil, have, nil
	}
	if err != nil {
		return nil, have, err
	}
	return data, Validator{got.Get("ETag"), got.Get("Last-Modified")}, nil
}

// Stamp asks for a time stamp over data with that digest and returns the DER token.
// Errors: ErrHost, ErrRefused, ErrAnswer, ErrTooLarge, *StatusError, algorithm.ErrUnknown, of the
// network.
func (c *Client) Stamp(ctx context.Context, address string, digest oid.ID, data []byte) ([]byte, error) {
	if !c.allowed(address) {
		return nil, fmt.Errorf("ask time stamp: %w", ErrHost)
	}
	d, err := algorithm.FindDigest(digest)
	if err != nil {
		return nil, fmt.Errorf("ask time stamp: %w", err)
	}
	h := d.New()
	h.Write(data)
	imprint := h.Sum(nil)
	nonce := make([]byte, 8)
	if _, err := rand.Read(nonce); err != nil {
		return nil, err
	}
	nonce[0] = nonce[0]&0x3f | 0x40 // a positive INTEGER without padding: the same in every reading
	answer, _, err := c.do(ctx, http.MethodPost, address, typed("application/timestamp-query"), stampRequest(digest, imprint, nonce), c.answerLimit(), c.timeout())
	if err != nil {
		return nil, err
	}
	r, err := tsp.ParseResponse(answer)
	if err != nil {
		return nil, fmt.Errorf("%s: %w: %w", address, ErrAnswer, err)
	}
	if !r.Granted() {
		return nil, fmt.Errorf("%s: %w: status %d", address, ErrRefused, r.Status)
	}
	token, err := tsp.Parse(r.Token)
	if err != nil || token.Info.ImprintAlgorithm.Algorithm != digest || !bytes.Equal(token.Info.Imprint, imprint) || !bytes.Equal(token.Info.Nonce, nonce) {
		return nil, fmt.Errorf("%s: %w: imprint or nonce", address, ErrAnswer)
	}
	return r.Token, nil
}

// stampRequest is a TimeStampReq (RFC 3161, section 2.4.1) that asks for the certificate.
func stampRequest(digest oid.ID, imprint, nonce []byte) []byte {
	var b cryptobyte.Builder
	b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1Int64(1)
		b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
			b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
				b.AddASN1(asn1.OBJECT_IDENTIFIER, func(b *cryptobyte.Builder) { b.AddBytes([]byte(digest)) })
				b.AddASN1NULL()
			})
			b.AddASN1OctetString(imprint)
		})
		b.AddASN1(asn1.INTEGER, func(b *cryptobyte.Builder) { b.AddBytes(nonce) })
		b.AddASN1Boolean(true)
	})
	return b.BytesOrPanic()
}

func (c *Client) timeout() time.Duration {
	if c.Timeout == 0 {
		return 10 * time.Second
	}
	return c.Timeout
}

func (c *Client) answerLimit() int64 {
	if c.MaxAnswer == 0 {
		return 256 << 10
	}
	return c.MaxAnswer
}

func (c *Client) allowed(address string) bool {
	u, err := url.Parse(address)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.User == nil && u.Host != "" &&
		slices.ContainsFunc(c.Hosts, func(h string) bool { return strings.EqualFold(h, u.Host) })
}

func typed(contentType string) http.Header { return http.Header{"Content-Type": {contentType}} }

// do sends one request and reads the whole answer. header becomes the request's.
func (c *Client) do(ctx context.Context, method, address string, header http.Header, body []byte, limit int64, timeout time.Duration) ([]byte, http.Header, error) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, address, bytes.NewReader(body))
	if err != nil {
		return nil, nil, fmt.Errorf("online: %w", err)
	}
	req.Header = header
	// The test services of the NCA send requests without a user agent to a captive portal.
	req.Header.Set("User-Agent", "court-office-eds/1")
	client := *http.DefaultClient
	if c.HTTP != nil {
		client = *c.HTTP
	}
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	resp, err := client.Do(req)
	if err != nil {
		return nil, nil, fmt.Errorf("online: %w", err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, nil, fmt.Errorf("%s: %w", address, &StatusError{resp.StatusCode})
	}
	answer, err := io.ReadAll(io.LimitReader(resp.Body, limit+1))
	if err != nil {
		return nil, nil, fmt.Errorf("online: read %s: %w", address, err)
	}
	if int64(len(answer)) > limit {
		return nil, nil, fmt.Errorf("%s: %w", address, ErrTooLarge)
	}
	return answer, resp.Header, nil
}
