package edstest_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
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
)

// clock is a time that tests move.
type clock struct{ at time.Time }

func (c *clock) now() time.Time { return c.at }

func startNCA(t *testing.T, c *clock) (*edstest.NCA, *online.Client, string) {
	t.Helper()
	nca, err := edstest.NewNCA(filepath.Join("..", "..", "..", "testdata", "pki"), c.now)
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(nca)
	t.Cleanup(s.Close)
	return nca, &online.Client{Hosts: []string{strings.TrimPrefix(s.URL, "http://")}}, s.URL
}

func ncaTrust(t *testing.T) *eds.Trust {
	t.Helper()
	trust, err := eds.LoadTrust(filepath.Join("..", "..", "..", "testdata", "pki", "trust"))
	if err != nil {
		t.Fatal(err)
	}
	return trust
}

// TestNCALists follows the lists over three days, a revocation among them.
func TestNCALists(t *testing.T) {
	c := &clock{time.Date(2026, 11, 20, 7, 0, 0, 0, time.UTC)}
	nca, client, url := startNCA(t, c)
	trust, set := ncaTrust(t), new(crl.Set)
	keys, err := edstest.LoadKeys(filepath.Join("..", "..", "..", "testdata", "pki", "keys"))
	if err != nil {
		t.Fatal(err)
	}
	key := keys["individual-gost"]
	fetch := func() {
		t.Helper()
		for _, path := range nca.Lists() {
			data, err := client.CRL(t.Context(), url+path)
			if err != nil {
				t.Fatal(err)
			}
			l, signer, err := trust.CheckList(data, c.at)
			if err != nil {
				t.Fatalf("%s: %v", path, err)
			}
			if _, err := set.Offer(l, signer, c.at); err != nil {
				t.Fatalf("%s at %s: %v", path, c.at, err)
			}
		}
	}
	status := func(k *edstest.Key) eds.RevocationStatus {
		t.Helper()
		data, err := k.SignCMS([]byte("x"), edstest.Attached, edstest.At(c.at))
		if err != nil {
			t.Fatal(err)
		}
		v := eds.Verifier{Trust: trust.WithLists(set), Policy: eds.Filing()}
		rep, _ := v.Verify(eds.Signed{Data: data, At: c.at})
		return rep.Signers[0].Revocation.Status
	}
	for hour := range 72 {
		fetch()
		want := eds.Good
		if hour > 30 {
			want = eds.IsRevoked
		}
		if got := status(key); got != want {
			t.Fatalf("hour %d: %s, want %s", hour, got, want)
		}
		if got := status(keys["revoked"]); got != eds.IsRevoked {
			t.Fatalf("hour %d: the revoked key is %s", hour, got)
		}
		if hour == 30 {
			if err := nca.Revoke(key.Certificate, crl.Superseded); err != nil {
				t.Fatal(err)
			}
			fetch() // within the same second as the last delta
			if got := status(key); got != eds.IsRevoked {
				t.Fatalf("just revoked: %s", got)
			}
		}
		c.at = c.at.Add(time.Hour)
	}
	for _, h := range set.Held {
		if h.Full.Number.Int64() != 1348 || h.Delta == nil {
			t.Errorf("after three days: list %s, delta %v", h.Full.Number, h.Delta)
		}
	}
	if err := nca.Revoke(keys["untrusted"].Certificate, crl.Superseded); err == nil {
		t.Error("a certificate of another authority was revoked")
	}
}

// TestNCARestored: what was published before a restart is published again, byte for byte.
func TestNCARestored(t *testing.T) {
	c := &clock{time.Date(2026, 11, 20, 7, 0, 0, 0, time.UTC)}
	nca, client, url := startNCA(t, c)
	before := map[string][]byte{}
	for _, path := range nca.Lists() {
		data, validator, err := client.CRLIfChanged(t.Context(), url+path, online.Validator{})
		if err != nil {
			t.Fatal(err)
		}
		before[path] = data
		if data, same, err := client.CRLIfChanged(t.Context(), url+path, validator); data != nil || err != nil || same != validator {
			t.Errorf("%s again: %d bytes, %v", path, len(data), err)
		}
	}
	raw, err := json.Marshal(nca.State())
	if err != nil {
		t.Fatal(err)
	}
	var state map[string]edstest.Published
	if err := json.Unmarshal(raw, &state); err != nil {
		t.Fatal(err)
	}
	again, client, url := startNCA(t, c)
	again.Restore(state)
	for path, want := range before {
		got, err := client.CRL(t.Context(), url+path)
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s after a restart: %v, or other bytes", path, err)
		}
	}
	c.at = c.at.Add(-72 * time.Hour) // a clock set back
	for path, data := range before {
		old, err := crl.Parse(data)
		if err != nil {
			t.Fatal(err)
		}
		got, err := client.CRL(t.Context(), url+path)
		if err != nil {
			t.Fatal(err)
		}
		l, err := crl.Parse(got)
		if err != nil || l.Number.Cmp(old.Number) <= 0 || l.ThisUpdate.After(c.at) {
			t.Errorf("%s after the clock went back: %+v, %v", path, l, err)
		}
	}
}

func TestNCAServices(t *testing.T) {
	c := &clock{time.Date(2026, 11, 20, 7, 0, 0, 0, time.UTC)}
	nca, client, url := startNCA(t, c)
	keys, err := edstest.LoadKeys(filepath.Join("..", "..", "..", "testdata", "pki", "keys"))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]ocsp.CertStatus{"individual-gost": ocsp.Good, "individual-rsa": ocsp.Good, "revoked": ocsp.Revoked} {
		cert, err := certpath.Parse(keys[name].Certificate)
		if err != nil {
			t.Fatal(err)
		}
		issuer, err := certpath.Parse(keys[name].Chain[0])
		if err != nil {
			t.Fatal(err)
		}
		der, err := client.OCSPAt(t.Context(), url+"/ocsp", cert, issuer)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		r, err := ocsp.Parse(der)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := r.Signer(issuer, cert, c.at, nil); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if s, ok := r.Find(issuer, cert.Serial); !ok || s.Status != want {
			t.Errorf("%s: %+v, want %d", name, s, want)
		}
	}
	for _, digest := range []oid.ID{oid.Streebog512, oid.SHA256} {
		token, err := client.Stamp(t.Context(), url+"/tsp", digest, []byte("x"))
		if err != nil {
			t.Fatalf("%s: %v", digest, err)
		}
		v := eds.Verifier{Trust: ncaTrust(t), Policy: eds.Filing()}
		if rep, err := v.VerifyStamp(token, bytes.NewReader([]byte("x")), c.at); err != nil {
			t.Errorf("stamp over %s: %v, %+v", digest, err, rep)
		}
	}
	nca.SetDown(true)
	if _, err := client.CRL(t.Context(), url+"/nca-gost.crl"); err == nil {
		t.Error("down, and it answers")
	}
	nca.SetDown(false)
	for _, path := range []string{"/ocsp", "/tsp", "/other"} {
		res, err := http.Post(url+path, "application/octet-stream", strings.NewReader("nonsense"))
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if path == "/other" && res.StatusCode != http.StatusNotFound || path != "/other" && res.StatusCode != http.StatusOK {
			t.Errorf("%s: %d", path, res.StatusCode)
		}
	}
}
