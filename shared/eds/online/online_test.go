package online_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/courtoffice/courtoffice/shared/eds"
	"github.com/courtoffice/courtoffice/shared/eds/certpath"
	"github.com/courtoffice/courtoffice/shared/eds/crl"
	"github.com/courtoffice/courtoffice/shared/eds/edstest"
	"github.com/courtoffice/courtoffice/shared/eds/ocsp"
	"github.com/courtoffice/courtoffice/shared/eds/oid"
	"github.com/courtoffice/courtoffice/shared/eds/online"
	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

var pki = filepath.Join("..", "..", "..", "testdata", "pki")

func load(t *testing.T, name string) *edstest.Key {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(pki, name))
	if err != nil {
		t.Fatal(err)
	}
	k, err := edstest.ParsePEM(data)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func parse(t *testing.T, der []byte) *certpath.Certificate {
	t.Helper()
	c, err := certpath.Parse(der)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// service answers with what f makes of the request.
func service(t *testing.T, f func(body []byte) ([]byte, int)) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.UserAgent() == "" {
			t.Error("request without a user agent")
		}
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		answer, status := f(body)
		if status == http.StatusSeeOther {
			w.Header().Set("Location", "http://127.0.0.1:1/")
		}
		w.WriteHeader(status)
		w.Write(answer)
	}))
	t.Cleanup(s.Close)
	return s
}

// nonceOf takes the nonce, without its wrap, out of an OCSP request.
func nonceOf(t *testing.T, request []byte) []byte {
	in := cryptobyte.String(request)
	var req, tbs, list, ext, one, id, outer, nonce cryptobyte.String
	if !in.ReadASN1(&req, asn1.SEQUENCE) || !req.ReadASN1(&tbs, asn1.SEQUENCE) || !tbs.ReadASN1(&list, asn1.SEQUENCE) ||
		!tbs.ReadASN1(&ext, asn1.Tag(2).Constructed().ContextSpecific()) || !ext.ReadASN1(&ext, asn1.SEQUENCE) ||
		!ext.ReadASN1(&one, asn1.SEQUENCE) || !one.ReadASN1(&id, asn1.OBJECT_IDENTIFIER) ||
		!one.ReadASN1(&outer, asn1.OCTET_STRING) || !outer.ReadASN1(&nonce, asn1.OCTET_STRING) {
		t.Errorf("malformed request % x", request)
	}
	return nonce
}

func TestOCSP(t *testing.T) {
	person, ca, responder := load(t, "keys/individual-gost.pem"), load(t, "authority/nca-gost.pem"), load(t, "authority/ocsp-gost.pem")
	issuer := parse(t, ca.Certificate)
	now := time.Date(2026, 11, 22, 14, 0, 0, 0, time.UTC)
	answer := func(nonce []byte) []byte {
		id, err := ocsp.NewCertID(oid.SHA256, issuer, person.Serial())
		if err != nil {
			t.Fatal(err)
		}
		der, err := responder.OCSP(edstest.Answer{ID: id, ThisUpdate: now, Nonce: nonce, Reason: crl.NoReason})
		if err != nil {
			t.Fatal(err)
		}
		return der
	}
	for _, tt := range []struct {
		name string
		f    func([]byte) ([]byte, int)
		host bool
		want error
	}{
		{"good", func(b []byte) ([]byte, int) { return answer(nonceOf(t, b)), 200 }, true, nil},
		{"another nonce", func(b []byte) ([]byte, int) { return answer([]byte("басқа")), 200 }, true, online.ErrAnswer},
		{"no nonce", func(b []byte) ([]byte, int) { return answer(nil), 200 }, true, online.ErrAnswer},
		{"try later", func([]byte) ([]byte, int) { return edstest.OCSPFailure(ocsp.TryLater), 200 }, true, online.ErrRefused},
		{"a page", func([]byte) ([]byte, int) { return []byte("<html>"), 200 }, true, online.ErrAnswer},
		{"too large", func([]byte) ([]byte, int) { return make([]byte, 257<<10), 200 }, true, online.ErrTooLarge},
		{"redirect", func([]byte) ([]byte, int) { return nil, http.StatusSeeOther }, true, new(online.StatusError)},
		{"host not listed", func([]byte) ([]byte, int) { t.Error("was asked"); return nil, 200 }, false, online.ErrHost},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := service(t, tt.f)
			cert := *parse(t, person.Certificate)
			cert.OCSPServers = []string{s.URL}
			c := online.Client{HTTP: s.Client()}
			if tt.host {
				c.Hosts = []string{strings.TrimPrefix(s.URL, "http://")}
			}
			der, err := c.OCSP(context.Background(), &cert, issuer)
			if _, ok := tt.want.(*online.StatusError); ok {
				if e, ok := errors.AsType[*online.StatusError](err); !ok || e.Status != http.StatusSeeOther {
					t.Errorf("%v, want a status error", err)
				}
				return
			}
			if !errors.Is(err, tt.want) {
				t.Fatalf("%v, want %v", err, tt.want)
			}
			if tt.want != nil {
				return
			}
			trust, err := eds.LoadTrust(filepath.Join(pki, "trust"))
			if err != nil {
				t.Fatal(err)
			}
			v := eds.Verifier{Trust: trust, Policy: eds.Filing()}
			if rep, err := v.VerifyOCSP(der, cert.Raw, issuer.Raw, nil, now); err != nil {
				t.Errorf("%v %+v", err, rep.Checks)
			}
		})
	}
}

func TestStamp(t *testing.T) {
	tsa := load(t, "authority/tsa-gost.pem")
	now := time.Date(2026, 11, 22, 14, 0, 0, 0, time.UTC)
	data := []byte("қолтаңба")
	nonce := func(body []byte) []byte {
		in := cryptobyte.String(body)
		var req, imprint, n cryptobyte.String
		v := 0
		if !in.ReadASN1(&req, asn1.SEQUENCE) || !req.ReadASN1Integer(&v) || !req.ReadASN1(&imprint, asn1.SEQUENCE) || !req.ReadASN1(&n, asn1.INTEGER) {
			t.Errorf("malformed request % x", body)
		}
		return n
	}
	stamp := func(data, nonce []byte) []byte {
		token, err := tsa.Stamp(data, edstest.StampTemplate{Time: now, Nonce: nonce})
		if err != nil {
			t.Fatal(err)
		}
		return edstest.StampResponse(token)
	}
	for _, tt := range []struct {
		name string
		f    func([]byte) ([]byte, int)
		want error
	}{
		{"good", func(b []byte) ([]byte, int) { return stamp(data, nonce(b)), 200 }, nil},
		{"over something else", func(b []byte) ([]byte, int) { return stamp([]byte("x"), nonce(b)), 200 }, online.ErrAnswer},
		{"an old answer", func([]byte) ([]byte, int) { return stamp(data, []byte{1}), 200 }, online.ErrAnswer},
		{"rejected", func([]byte) ([]byte, int) { return []byte{0x30, 5, 0x30, 3, 2, 1, 2}, 200 }, online.ErrRefused},
	} {
		s := service(t, tt.f)
		c := online.Client{HTTP: s.Client(), Hosts: []string{strings.TrimPrefix(s.URL, "http://")}}
		token, err := c.Stamp(context.Background(), s.URL, oid.Streebog512, data)
		if !errors.Is(err, tt.want) || (token == nil) != (tt.want != nil) {
			t.Errorf("%s: %v, want %v", tt.name, err, tt.want)
		}
	}
}

func TestCRL(t *testing.T) {
	s := service(t, func([]byte) ([]byte, int) { return []byte("тізім"), 200 })
	host := strings.TrimPrefix(s.URL, "http://")
	c := online.Client{HTTP: s.Client(), Hosts: []string{host}}
	if got, err := c.CRL(context.Background(), s.URL+"/a.crl"); err != nil || string(got) != "тізім" {
		t.Errorf("%q, %v", got, err)
	}
	c.MaxList = 3
	if _, err := c.CRL(context.Background(), s.URL); !errors.Is(err, online.ErrTooLarge) {
		t.Errorf("%v, want ErrTooLarge", err)
	}
	for _, address := range []string{"http://user@" + host, "file:///etc/passwd", "http://169.254.169.254/", "gopher://" + host, "http://" + host + ".example.test/", "", "http://"} {
		if _, err := c.CRL(context.Background(), address); !errors.Is(err, online.ErrHost) {
			t.Errorf("%q: %v, want ErrHost", address, err)
		}
	}
}
