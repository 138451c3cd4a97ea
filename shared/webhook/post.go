package webhook

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"syscall"
	"time"
)

// What a receiver may take of the office's time.
const (
	Patience = 5 * time.Second // for everything, from the name's look-up on
	maxBody  = 4 << 10         // bytes of an answer that are read, and dropped
	maxHead  = 16 << 10        // bytes of its headers
)

// Outcome is what became of one try.
type Outcome string

// Outcomes. Status is beside Answered alone.
const (
	Taken    Outcome = "taken"    // answered with 2xx
	Gone     Outcome = "gone"     // answered with 410: nothing is to come any more
	Answered Outcome = "answered" // with another status
	Moved    Outcome = "moved"    // with 3xx, which is not followed
	NoName   Outcome = "no-name"  // the name has no address
	Private  Outcome = "private"  // the name leads to an address that is not public
	NoTLS    Outcome = "no-tls"   // its certificate is none that is trusted, or there is no TLS 1.2
	TooSlow  Outcome = "too-slow" // no answer within Patience
	Closed   Outcome = "closed"   // no connection, or it was cut
	Paused   Outcome = "paused"   // nothing was tried: the hook had been paused
)

// Outcomes has all of them.
var Outcomes = []Outcome{Taken, Gone, Answered, Moved, NoName, Private, NoTLS, TooSlow, Closed, Paused}

// Poster posts messages. It may be used by any number of goroutines.
type Poster struct {
	Resolver *net.Resolver // nil for the system's
	Trial    *Trial        // nil in every office that is one
}

// Trial is where hosts under the name "test" are on a machine of trials: RFC 6761 keeps that name for it, and no
// public host has it. All other addresses are held to what Public says, on such a machine too.
type Trial struct {
	Address netip.AddrPort
	Roots   *x509.CertPool
}

// ParseTrial reads "127.0.0.1:8443" and, behind a space, the base64 of a root certificate in PEM's body; "" is
// no trial. Only a loopback address will do.
func ParseTrial(s string) (*Trial, error) {
	if s == "" {
		return nil, nil
	}
	address, root, _ := strings.Cut(s, " ")
	to, err := netip.ParseAddrPort(address)
	if err == nil && !to.Addr().IsLoopback() {
		err = errors.New("not a loopback address")
	}
	roots := x509.NewCertPool()
	if err == nil && !roots.AppendCertsFromPEM([]byte("-----BEGIN CERTIFICATE-----\n"+root+"\n-----END CERTIFICATE-----\n")) {
		err = errors.New("no root certificate")
	}
	if err != nil {
		return nil, fmt.Errorf("webhook: receivers of a trial: %w", err)
	}
	return &Trial{to, roots}, nil
}

var errPrivate = errors.New("webhook: the address is not public")

// public refuses what a name turned out to lead to. It is asked with each address that is about to be dialled,
// after every look-up: a name that answers differently the second time gains nothing.
func public(_, address string, _ syscall.RawConn) error {
	to, err := netip.ParseAddrPort(address)
	if err != nil || to.Port() != 443 || !Public(to.Addr()) {
		return errPrivate
	}
	return nil
}

// Post sends a message to an address as ParseAddress returned it, with the headers of Sign. status is that of
// the answer, or 0 for none. No proxy is asked, no redirect followed, no connection kept.
func (p *Poster) Post(ctx context.Context, address string, header http.Header, body []byte) (o Outcome, status int) {
	ctx, cancel := context.WithTimeout(ctx, Patience)
	defer cancel()
	kept, err := ParseAddress(address)
	if err != nil || kept != address {
		return Private, 0 // it was kept by another rule than today's
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return Private, 0
	}
	for name, values := range header {
		r.Header[name] = values
	}
	r.Header.Set("User-Agent", "court-office-webhooks/1")
	client := &http.Client{Transport: p.transport(r.URL), CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.Do(r)
	if err != nil {
		return failure(err), 0
	}
	defer res.Body.Close()
	io.CopyN(io.Discard, res.Body, maxBody)
	switch {
	case res.StatusCode >= 200 && res.StatusCode < 300:
		return Taken, res.StatusCode
	case res.StatusCode >= 300 && res.StatusCode < 400:
		return Moved, res.StatusCode
	case res.StatusCode == http.StatusGone:
		return Gone, res.StatusCode
	}
	return Answered, res.StatusCode
}

func (p *Poster) transport(to *url.URL) *http.Transport {
	dialer := &net.Dialer{Timeout: Patience, Resolver: p.Resolver, Control: public}
	t := &http.Transport{
		Proxy: nil, DialContext: dialer.DialContext, DisableKeepAlives: true, MaxResponseHeaderBytes: maxHead, DisableCompression: true,
		TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12},
	}
	if p.Trial != nil && strings.HasSuffix(to.Hostname(), ".test") {
		t.DialContext = func(ctx context.Context, network, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, network, p.Trial.Address.String())
		}
		t.TLSClientConfig.RootCAs = p.Trial.Roots
	}
	return t
}

func failure(err error) Outcome {
	if errors.Is(err, errPrivate) {
		return Private
	}
	if timeout, ok := errors.AsType[net.Error](err); ok && timeout.Timeout() {
		return TooSlow
	}
	if _, ok := errors.AsType[*net.DNSError](err); ok {
		return NoName
	}
	_, verify := errors.AsType[*tls.CertificateVerificationError](err)
	_, header := errors.AsType[tls.RecordHeaderError](err)
	_, alert := errors.AsType[tls.AlertError](err)
	if verify || header || alert || strings.Contains(err.Error(), "tls: ") {
		return NoTLS
	}
	return Closed
}
