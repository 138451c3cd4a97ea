package ocsp_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/courtoffice/courtoffice/shared/eds/algorithm"
	"github.com/courtoffice/courtoffice/shared/eds/certpath"
	"github.com/courtoffice/courtoffice/shared/eds/crl"
	"github.com/courtoffice/courtoffice/shared/eds/edstest"
	"github.com/courtoffice/courtoffice/shared/eds/ocsp"
	"github.com/courtoffice/courtoffice/shared/eds/oid"
)

var (
	pki = filepath.Join("..", "..", "..", "testdata", "pki")
	at  = time.Date(2026, 11, 22, 14, 0, 0, 0, time.UTC)
)

func load(t testing.TB, name string) *edstest.Key {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(pki, name+".pem"))
	if err != nil {
		t.Fatal(err)
	}
	k, err := edstest.ParsePEM(data)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func parse(t testing.TB, k *edstest.Key) *certpath.Certificate {
	t.Helper()
	c, err := certpath.Parse(k.Certificate)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func respond(t testing.TB, by *edstest.Key, about *edstest.Key, a edstest.Answer) []byte {
	t.Helper()
	var err error
	if a.ID, err = ocsp.NewCertID(oid.SHA256, parse(t, load(t, "authority/nca-gost")), about.Serial()); err != nil {
		t.Fatal(err)
	}
	if a.ThisUpdate.IsZero() {
		a.ThisUpdate = at
	}
	der, err := by.OCSP(a)
	if err != nil {
		t.Fatal(err)
	}
	return der
}

func TestAnswers(t *testing.T) {
	issuer, person := parse(t, load(t, "authority/nca-gost")), load(t, "keys/head")
	responder := load(t, "authority/ocsp-gost")
	for name, a := range map[string]edstest.Answer{
		"good":               {Status: ocsp.Good},
		"unknown":            {Status: ocsp.Unknown},
		"revoked, no reason": {Status: ocsp.Revoked, RevokedAt: at.Add(-time.Hour), Reason: crl.NoReason},
		"on hold":            {Status: ocsp.Revoked, RevokedAt: at.Add(-time.Hour), Reason: crl.CertificateHold},
		"never issued":       {Status: ocsp.Revoked, RevokedAt: time.Unix(0, 0).UTC(), Reason: crl.CertificateHold},
		"until":              {Status: ocsp.Good, NextUpdate: at.Add(time.Hour), Nonce: []byte("нонс")},
	} {
		r, err := ocsp.Parse(respond(t, responder, person, a))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		s, ok := r.Find(issuer, person.Serial())
		if !ok || s.Status != a.Status || a.Status == ocsp.Revoked && (!s.RevokedAt.Equal(a.RevokedAt) || s.Reason != a.Reason) ||
			!s.ThisUpdate.Equal(at) || !s.NextUpdate.Equal(a.NextUpdate) || s.NotIssued() != (name == "never issued") {
			t.Errorf("%s: %+v, %t", name, s, ok)
		}
		if a.Nonce != nil && !bytes.Equal(r.Nonce, ocsp.NonceValue(a.Nonce)) {
			t.Errorf("%s: nonce % x", name, r.Nonce)
		}
		if _, ok := r.Find(issuer, []byte{1}); ok {
			t.Errorf("%s: answers about another serial number", name)
		}
		if _, ok := r.Find(parse(t, load(t, "authority/nca-rsa")), person.Serial()); ok {
			t.Errorf("%s: answers about another issuer", name)
		}
		if _, err := r.Signer(issuer, parse(t, person), at, nil); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestSigner(t *testing.T) {
	ca := load(t, "authority/nca-gost")
	issuer, person := parse(t, ca), load(t, "keys/head")
	secret, err := edstest.GenerateGOST()
	if err != nil {
		t.Fatal(err)
	}
	responder := func(by *edstest.Key, change func(*edstest.Template)) *edstest.Key {
		tmpl := edstest.Template{Subject: []edstest.Attribute{{Type: oid.CommonName, Value: "ЖАУАП БЕРУШІ"}}, NotBefore: at.Add(-time.Hour), NotAfter: at.Add(time.Hour),
			ExtKeyUsage: []oid.ID{oid.OCSPSigning}}
		if change != nil {
			change(&tmpl)
		}
		k, err := by.Issue(secret, tmpl)
		if err != nil {
			t.Fatal(err)
		}
		return k
	}
	self := responder(ca, nil)
	for _, tt := range []struct {
		name   string
		by     *edstest.Key
		about  *edstest.Key
		answer edstest.Answer
		spoil  bool
		want   error
	}{
		{"delegated", responder(ca, nil), person, edstest.Answer{}, false, nil},
		{"the issuer itself", ca, person, edstest.Answer{NoCertificate: true}, false, nil},
		{"an ordinary certificate", load(t, "keys/employee"), person, edstest.Answer{}, false, ocsp.ErrResponder},
		{"a responder of another authority", load(t, "authority/ocsp-rsa"), person, edstest.Answer{}, false, ocsp.ErrResponder},
		{"a responder of the root", responder(load(t, "authority/root-gost"), nil), person, edstest.Answer{}, false, ocsp.ErrResponder},
		{"vouches for itself", self, self, edstest.Answer{}, false, ocsp.ErrResponder},
		{"no certificate", responder(ca, nil), person, edstest.Answer{NoCertificate: true}, false, ocsp.ErrResponder},
		{"expired", responder(ca, func(x *edstest.Template) { x.NotAfter = at.Add(-time.Minute) }), person, edstest.Answer{}, false, ocsp.ErrResponder},
		{"keyUsage for something else", responder(ca, func(x *edstest.Template) { x.KeyUsage = certpath.KeyEncipherment }), person, edstest.Answer{}, false, ocsp.ErrResponder},
		{"an authority with the usage", responder(ca, func(x *edstest.Template) { x.CA = true }), person, edstest.Answer{}, false, ocsp.ErrResponder},
		{"signature spoilt", responder(ca, nil), person, edstest.Answer{NoCertificate: true}, true, ocsp.ErrResponder},
	} {
		der := respond(t, tt.by, tt.about, tt.answer)
		if tt.spoil {
			der[len(der)-1] ^= 1
		}
		r, err := ocsp.Parse(der)
		if err != nil {
			t.Fatalf("%s: %v", tt.name, err)
		}
		if _, err := r.Signer(issuer, parse(t, tt.about), at, new(algorithm.Cache)); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, err, tt.want)
		}
	}
}

// A responder is judged when its answer is received: producedAt is its own word.
func TestSignerAtReceipt(t *testing.T) {
	issuer, person := parse(t, load(t, "authority/nca-gost")), load(t, "keys/head")
	r, err := ocsp.Parse(respond(t, load(t, "authority/ocsp-gost"), person, edstest.Answer{}))
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		received time.Time
		want     error
	}{{at, nil}, {time.Date(2050, 1, 1, 0, 0, 0, 0, time.UTC), nil}, {time.Date(2050, 1, 1, 0, 0, 1, 0, time.UTC), ocsp.ErrResponder}, {time.Date(2024, 12, 31, 0, 0, 0, 0, time.UTC), ocsp.ErrResponder}} {
		if _, err := r.Signer(issuer, parse(t, person), tt.received, nil); !errors.Is(err, tt.want) {
			t.Errorf("received %s: %v, want %v", tt.received, err, tt.want)
		}
	}
}

// Every changed byte of a response is noticed, be it in the answer, the signature or the certificate.
func TestEveryByteMatters(t *testing.T) {
	issuer, person := parse(t, load(t, "authority/nca-gost")), load(t, "keys/head")
	der := respond(t, load(t, "authority/ocsp-gost"), person, edstest.Answer{})
	var cache algorithm.Cache
	for i := range der {
		changed := bytes.Clone(der)
		changed[i] ^= 1
		r, err := ocsp.Parse(changed)
		if err != nil {
			continue
		}
		if _, err := r.Signer(issuer, parse(t, person), at, &cache); err == nil {
			if s, ok := r.Find(issuer, person.Serial()); !ok || s.Status != ocsp.Good {
				t.Errorf("byte %d: passes with another answer", i)
			}
			t.Errorf("byte %d of %d changed: passes", i, len(der))
		}
	}
}

func TestFailures(t *testing.T) {
	for _, s := range []ocsp.ResponseStatus{ocsp.MalformedRequest, ocsp.InternalError, ocsp.TryLater, ocsp.SigRequired, ocsp.Unauthorized} {
		r, err := ocsp.Parse(edstest.OCSPFailure(s))
		if err != nil || r.Status != s || len(r.Singles) != 0 {
			t.Errorf("%s: %+v, %v", s, r, err)
			continue
		}
		if _, err := r.Signer(parse(t, load(t, "authority/nca-gost")), nil, at, nil); !errors.Is(err, ocsp.ErrResponder) {
			t.Errorf("%s: %v", s, err)
		}
	}
	for _, bad := range [][]byte{nil, edstest.OCSPFailure(4), edstest.OCSPFailure(9), edstest.OCSPFailure(ocsp.Successful), {0x30, 0}} {
		if _, err := ocsp.Parse(bad); !errors.Is(err, ocsp.ErrSyntax) {
			t.Errorf("% x: %v", bad, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(respond(f, load(f, "authority/ocsp-gost"), load(f, "keys/head"), edstest.Answer{Status: ocsp.Revoked, RevokedAt: at, Reason: crl.Superseded, Nonce: []byte("1")}))
	f.Add(edstest.OCSPFailure(ocsp.TryLater))
	issuer := parse(f, load(f, "authority/nca-gost"))
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := ocsp.Parse(data)
		if (r == nil) == (err == nil) {
			t.Fatalf("%v, %v", r, err)
		}
		if err == nil {
			r.Find(issuer, []byte{1})
			r.Signer(issuer, nil, at, nil)
		}
	})
}
