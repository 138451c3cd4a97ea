package host_test

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"testing"
	"time"

	"github.com/courtoffice/courtoffice/infra/local/host"
	"github.com/courtoffice/courtoffice/shared/eds/crl"
	"github.com/courtoffice/courtoffice/shared/eds/edstest"
)

// fetched is a list of the host's NCA.
func fetched(t *testing.T, h *host.Host, name string) ([]byte, *crl.List) {
	t.Helper()
	res, err := http.Get(h.URL + "/_local/nca/" + name)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s, %v", name, res.Status, err)
	}
	l, err := crl.Parse(data)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return data, l
}

// TestNCA: the host plays the NCA of the test keys by the office's clock, goes on after a restart where
// it was, and plays none for other anchors.
func TestNCA(t *testing.T) {
	state := t.TempDir()
	h := start(t, state, func(c *host.Config) { c.TrustDir = "" })
	keys, err := edstest.LoadKeys(filepath.Join("..", "..", "..", "testdata", "pki", "keys"))
	if err != nil {
		t.Fatal(err)
	}
	key := keys["individual-gost"]
	_, before := fetched(t, h, "nca-gost-delta.crl")
	if _, ok := before.Entries.Find(key.Serial()); ok {
		t.Fatal("revoked before it was")
	}
	revoke := fmt.Sprintf(`{"certificate": %q, "reason": "superseded"}`, base64.StdEncoding.EncodeToString(key.Certificate))
	if res := call(t, "POST", h.URL+"/_local/nca/revocations", revoke, nil); res.StatusCode != http.StatusNoContent {
		t.Fatalf("revocation: %s", res.Status)
	}
	for _, wrong := range []string{`{"reason":"superseded"}`, `{"certificate":"AAAA","reason":"superseded"}`, fmt.Sprintf(`{"certificate": %q, "reason": "bored"}`, base64.StdEncoding.EncodeToString(key.Certificate))} {
		if res := call(t, "POST", h.URL+"/_local/nca/revocations", wrong, nil); res.StatusCode != http.StatusBadRequest {
			t.Errorf("%s: %s", wrong, res.Status)
		}
	}
	full, list := fetched(t, h, "nca-gost.crl")
	delta, after := fetched(t, h, "nca-gost-delta.crl")
	if e, ok := after.Entries.Find(key.Serial()); !ok || e.Reason != crl.Superseded || after.Number.Cmp(before.Number) <= 0 {
		t.Errorf("delta %s after %s: %+v, %t", after.Number, before.Number, e, ok)
	}
	h.Stop()

	h = start(t, state, func(c *host.Config) { c.TrustDir = "" })
	if again, _ := fetched(t, h, "nca-gost.crl"); !bytes.Equal(again, full) {
		t.Error("another full list after a restart")
	}
	if again, _ := fetched(t, h, "nca-gost-delta.crl"); !bytes.Equal(again, delta) {
		t.Error("another delta after a restart")
	}
	h.Shift(25 * time.Hour)
	if _, next := fetched(t, h, "nca-gost.crl"); next.Number.Cmp(list.Number) <= 0 || next.ThisUpdate.Before(time.Now().Add(24*time.Hour)) {
		t.Errorf("a day later: list %s of %s", next.Number, next.ThisUpdate)
	}
	h.Stop()

	h = start(t, t.TempDir(), nil)
	if res := call(t, "GET", h.URL+"/_local/nca/nca-gost.crl", "", nil); res.StatusCode != http.StatusNotFound {
		t.Errorf("with other anchors: %s", res.Status)
	}
}
