package trust_test

import (
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/courtoffice/courtoffice/functions/internal/trust"
	"github.com/courtoffice/courtoffice/shared/eds/certpath"
	"github.com/courtoffice/courtoffice/shared/eds/edstest"
)

// pair is a key's certificate with its issuer's.
func pair(t *testing.T, k *edstest.Key) (cert, issuer *certpath.Certificate) {
	t.Helper()
	cert, err := certpath.Parse(k.Certificate)
	if err != nil {
		t.Fatal(err)
	}
	if issuer, err = certpath.Parse(k.Chain[0]); err != nil {
		t.Fatal(err)
	}
	return cert, issuer
}

// TestResponderBounds: an answer serves for five minutes, sixty are asked for a minute, and a responder
// that fails three times is left alone for half a minute.
func TestResponderBounds(t *testing.T) {
	clock := now
	nca, err := edstest.NewNCA(pki, func() time.Time { return clock })
	if err != nil {
		t.Fatal(err)
	}
	var asked atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		nca.ServeHTTP(w, r)
	}))
	defer server.Close()
	keys, err := edstest.LoadKeys(filepath.Join(pki, "keys"))
	if err != nil {
		t.Fatal(err)
	}
	r := trust.NewResponder(server.URL+"/ocsp", trust.SigningIn, func() time.Time { return clock })
	cert, issuer := pair(t, keys["individual-gost"])
	step := func(name string, questions int64, answered bool) {
		t.Helper()
		before := asked.Load()
		if got := r.Ask(cert, issuer); (got != nil) != answered || asked.Load()-before != questions {
			t.Errorf("%s: answer of %d bytes, %d questions; want %t, %d", name, len(got), asked.Load()-before, answered, questions)
		}
	}
	step("first", 1, true)
	step("remembered", 0, true)
	clock = clock.Add(5 * time.Minute)
	step("too old to be remembered", 1, true)

	nca.SetDown(true)
	clock = clock.Add(5 * time.Minute)
	for range 3 {
		step("down", 1, false)
	}
	step("left alone", 0, false)
	nca.SetDown(false)
	clock = clock.Add(29 * time.Second)
	step("still left alone", 0, false)
	clock = clock.Add(time.Second)
	step("asked again", 1, true)

	clock = clock.Add(10 * time.Minute)
	before := asked.Load()
	people := 0
	for range 100 {
		k := keys["individual-gost"]
		other := *cert
		other.Raw = append([]byte{byte(people)}, k.Certificate...) // somebody else, as far as memory goes
		r.Ask(&other, issuer)
		people++
	}
	if n := asked.Load() - before; n != 60 {
		t.Errorf("%d questions in a minute, want 60", n)
	}
	clock = clock.Add(time.Minute)
	step("the next minute", 1, true)
}

// TestResponderTakesItsTime: a responder that does not answer costs two seconds.
func TestResponderTakesItsTime(t *testing.T) {
	t.Parallel()
	stop := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-stop }))
	defer server.Close()
	defer close(stop)
	keys, err := edstest.LoadKeys(filepath.Join(pki, "keys"))
	if err != nil {
		t.Fatal(err)
	}
	cert, issuer := pair(t, keys["individual-gost"])
	begin := time.Now()
	if got := trust.NewResponder(server.URL, trust.SigningIn, time.Now).Ask(cert, issuer); got != nil || time.Since(begin) > 4*time.Second {
		t.Errorf("%d bytes after %s", len(got), time.Since(begin))
	}
}
