package webhook

import (
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/courtoffice/courtoffice/shared/receipt"
)

// Headers of a message. The first three are those of Standard Webhooks.
const (
	IDHeader          = "Webhook-Id"
	TimestampHeader   = "Webhook-Timestamp"   // of the try: seconds since 1970 UTC, decimal
	SignatureHeader   = "Webhook-Signature"   // "v1a," and the base64 of an Ed25519 signature
	CertificateHeader = "Webhook-Certificate" // base64 of receipt.Certificate, for receipt.ForWebhooks
)

const scheme = "v1a,"

// Tolerance is how far the clock of a receiver may be from the instant of the try.
const Tolerance = 5 * time.Minute

// Why a message is refused, beside the errors of package receipt about its key.
var (
	// ErrSignature: it is not signed, or something of it was altered.
	ErrSignature = errors.New("webhook: the signature does not hold")
	// ErrTime: it was sent too long ago, or a clock is wrong.
	ErrTime = errors.New("webhook: it was not sent just now")
	// ErrHook: it was sent to another address, and handed on to this one.
	ErrHook = errors.New("webhook: it is for another hook")
)

// Sign returns the headers of a message with that id and body, sent at the instant at.
func Sign(key receipt.Key, id string, body []byte, at time.Time) http.Header {
	timestamp := strconv.FormatInt(at.Unix(), 10)
	h := http.Header{}
	h.Set("Content-Type", "application/json")
	h.Set(IDHeader, id)
	h.Set(TimestampHeader, timestamp)
	h.Set(SignatureHeader, scheme+base64.StdEncoding.EncodeToString(ed25519.Sign(key.Private, signed(id, timestamp, body))))
	h.Set(CertificateHeader, base64.StdEncoding.EncodeToString(key.Certificate))
	return h
}

// signed is what the signature is over: id, timestamp and body with dots between.
func signed(id, timestamp string, body []byte) []byte {
	return append([]byte(id+"."+timestamp+"."), body...)
}

// Verify checks a message as it came to the hook of that id, at the receiver's clock, with the keys that the
// office publishes, and returns its id and its event. The id is the same however often an event is sent.
//
// Errors: ErrSignature, ErrTime, ErrHook, those of receipt.Published.Check, receipt.ErrPurpose,
// receipt.ErrNotInForce.
func Verify(keys receipt.Published, hook string, h http.Header, body []byte, now time.Time) (id string, e Event, err error) {
	id = h.Get(IDHeader)
	encoded, ok := strings.CutPrefix(h.Get(SignatureHeader), scheme)
	signature, err := base64.StdEncoding.Strict().DecodeString(encoded)
	timestamp := h.Get(TimestampHeader)
	seconds, wrong := strconv.ParseInt(timestamp, 10, 64)
	if !ok || err != nil || wrong != nil || id == "" || strings.Contains(id, ".") || strconv.FormatInt(seconds, 10) != timestamp {
		return "", Event{}, ErrSignature
	}
	raw, err := base64.StdEncoding.Strict().DecodeString(h.Get(CertificateHeader))
	if err != nil {
		return "", Event{}, receipt.ErrCertificate
	}
	c, err := receipt.ParseCertificate(raw)
	if err == nil {
		err = keys.Check(c)
	}
	at := time.Unix(seconds, 0)
	switch {
	case err != nil:
		return "", Event{}, err
	case c.Purpose != receipt.ForWebhooks:
		return "", Event{}, receipt.ErrPurpose
	case !c.In(at):
		return "", Event{}, receipt.ErrNotInForce
	case !ed25519.Verify(c.Key, signed(id, timestamp, body), signature):
		return "", Event{}, ErrSignature
	case now.Sub(at).Abs() > Tolerance:
		return "", Event{}, ErrTime
	}
	if err := json.Unmarshal(body, &e); err != nil {
		return "", Event{}, fmt.Errorf("%w: %w", ErrSignature, err)
	}
	if e.Data.Hook != hook {
		return "", Event{}, ErrHook
	}
	return id, e, nil
}
