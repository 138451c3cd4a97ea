package wire

import (
	"encoding/json"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/courtoffice/courtoffice/functions"
	"github.com/courtoffice/courtoffice/shared/eds/crl"
	"github.com/courtoffice/courtoffice/shared/eds/edstest"
	"github.com/courtoffice/courtoffice/shared/signer/signertest"
	"github.com/courtoffice/courtoffice/shared/store/engine"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// revocationOffice is an office whose lists come from an NCA through the function revocation and the
// trust bucket, as deployed: its package has certificates and no list.
type revocationOffice struct {
	*office
	nca  *edstest.NCA
	tick func() // runs the function revocation now
}

func newRevocationOffice(t *testing.T, ocsp bool) *revocationOffice {
	t.Helper()
	pki := filepath.Join("..", "..", "..", "testdata", "pki")
	dir := t.TempDir()
	anchors, err := filepath.Glob(filepath.Join(pki, "trust", "*.cer"))
	if err != nil || len(anchors) == 0 {
		t.Fatalf("anchors: %v", err)
	}
	for _, name := range anchors {
		data, err := os.ReadFile(name)
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, filepath.Base(name)), data, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	o := &revocationOffice{office: newOfficeTrusting(t, dir)}
	if o.nca, err = edstest.NewNCA(pki, func() time.Time { return o.at }); err != nil {
		t.Fatal(err)
	}
	keys, err := edstest.LoadKeys(filepath.Join(pki, "keys"))
	if err != nil {
		t.Fatal(err)
	}
	o.pki = &signertest.PKI{Keys: map[string]*edstest.Key{"aigul": keys["individual-gost"], "rsa": keys["individual-rsa"]}}
	server := httptest.NewServer(o.nca)
	t.Cleanup(server.Close)
	client, bucket := engine.S3ForTest(t)
	var urls []string
	for _, list := range o.nca.Lists() {
		urls = append(urls, server.URL+list)
	}
	for name, value := range map[string]string{
		"AWS_ENDPOINT_URL_S3": *client.Options().BaseEndpoint, schema.Trust.Env: bucket,
		functions.EnvListsEvery: "0.000001", functions.EnvCRLURLs: strings.Join(urls, " "),
	} {
		t.Setenv(name, value)
	}
	if ocsp {
		t.Setenv(functions.EnvOCSPURL, server.URL+"/ocsp")
	}
	run := o.app(t, "revocation").Revocation()
	o.tick = func() {
		t.Helper()
		payload, err := json.Marshal(map[string]any{"schedule": "revocation", "time": o.at})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := run(t.Context(), payload); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := run(t.Context(), payload(t, "revocation/revocation.json")); err != nil {
		t.Fatal(err)
	}
	o.functions["sign-in"] = o.described(o.app(t, "sign-in").SignIn())
	o.functions["accept-agreement"] = o.described(o.app(t, "accept-agreement").AcceptAgreement())
	o.functions["register"] = o.described(o.app(t, "register").Register())
	return o
}

// joined registers the holder of the test key individual-gost.
func (o *revocationOffice) joined() {
	o.Helper()
	o.private = append(o.private, "900101300126", "СЕРІКОВ")
	o.want(o.accept("aigul", "v1"), 201, "")
	f := form()
	f["subject"] = object{"kind": "natural", "iin": "900101300126", "bin": "", "name": "СЕРІКОВ ҰЛАН", "organisation": ""}
	o.want(o.register("aigul", o.registration(f), password), 201, "")
}

// known is what an answer to a sign-in says of revocation.
func known(t *testing.T, a answer) (status, source string) {
	t.Helper()
	r, ok := a.body["revocation"].(object)
	if !ok {
		t.Fatalf("the answer says nothing of revocation: %s", a.raw)
	}
	return r["status"].(string), r["source"].(string)
}

// TestNCADown: the NCA is gone for 39 hours, from just before its next full list. People sign in all the
// time, and the answer and the log say what is known; then it stops, with the problem that says why.
func TestNCADown(t *testing.T) {
	o := newRevocationOffice(t, false)
	o.joined()
	for range 23 { // hourly until an hour before the next list
		o.at = o.at.Add(time.Hour)
		o.tick()
	}
	o.nca.SetDown(true)
	down := o.at
	end := down.Add(4 * time.Hour) // of the list, which holds for 27 hours
	for hour := range 48 {
		o.at = down.Add(time.Duration(hour)*time.Hour + time.Minute)
		o.tick()
		a := o.signIn("aigul")
		switch {
		case o.at.After(end.Add(listGrace)):
			o.want(a, 503, "revocation-unknown")
			continue
		case a.status != 200:
			t.Fatalf("%d hours down: %d %s", hour, a.status, a.raw)
		}
		want := "good"
		if o.at.After(end) {
			want = "stale"
		}
		if status, source := known(t, a); status != want || source != "crl" {
			t.Errorf("%d hours down: %s by %s, want %s", hour, status, source, want)
		}
	}
	if o.at.Before(end.Add(listGrace)) {
		t.Error("the test ends before the grace does")
	}
	o.mu.Lock()
	log := o.log.String()
	o.mu.Unlock()
	for _, text := range []string{`"revocation":"stale"`, `"msg":"list refused"`, `"ListsFailed":8`, `"Namespace":"CourtOffice"`, `"ListLeft":-`} {
		if !strings.Contains(log, text) {
			t.Errorf("the log lacks %s", text)
		}
	}
	o.nca.SetDown(false)
	o.tick()
	o.fresh()
	if status, _ := known(t, o.want(o.signIn("aigul"), 200, "")); status != "good" {
		t.Errorf("the NCA is back: %s", status)
	}
}

// fresh lets sign-in look at the bucket once more: a look begins with a request and doesn't delay it.
func (o *revocationOffice) fresh() {
	o.Helper()
	o.functions["sign-in"] = o.described(o.app(o.T, "sign-in").SignIn())
}

// TestRevokedToday: one run of revocation and one look later the certificate opens nothing, in a process
// that was there before.
func TestRevokedToday(t *testing.T) {
	o := newRevocationOffice(t, false)
	o.joined()
	o.want(o.signIn("aigul"), 200, "")
	if err := o.nca.Revoke(o.pki.Keys["aigul"].Certificate, crl.Superseded); err != nil {
		t.Fatal(err)
	}
	o.at = o.at.Add(time.Second)
	o.tick()
	var a answer
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		if a = o.signIn("aigul"); a.status != 200 {
			break
		}
	}
	o.want(a, 422, "certificate-revoked")
	// A time stamp from before the revocation, by the NCA itself, does not help: acts are judged at
	// the instant the gateway received them.
	document := o.document("POST /api/sign-in/document", object{"lang": "ru"})
	tsa := o.authority("tsa-gost")
	der, err := o.pki.Keys["aigul"].SignCMS(document, edstest.Attached, edstest.At(o.at),
		edstest.WithStamp(tsa.Stamper(edstest.StampTemplate{Time: o.at.Add(-time.Hour)})))
	if err != nil {
		t.Fatal(err)
	}
	o.want(o.call("POST /api/sign-in", object{"signature": string(edstest.PEM(der))}), 422, "certificate-revoked")
}

func (o *revocationOffice) authority(name string) *edstest.Key {
	o.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", "..", "testdata", "pki", "authority", name+".pem"))
	if err != nil {
		o.Fatal(err)
	}
	k, err := edstest.ParsePEM(data)
	if err != nil {
		o.Fatal(err)
	}
	return k
}

// TestResponderWhenListsFail: with the lists gone and the responder alive, signing in goes on for good,
// and a revocation is known at once.
func TestResponderWhenListsFail(t *testing.T) {
	o := newRevocationOffice(t, true)
	o.joined()
	if status, source := known(t, o.want(o.signIn("aigul"), 200, "")); status != "good" || source != "crl" {
		t.Errorf("with lists: %s by %s", status, source)
	}
	o.at = o.at.Add(100 * time.Hour) // no tick: the lists have ended, grace and all
	if status, source := known(t, o.want(o.signIn("aigul"), 200, "")); status != "good" || source != "ocsp" {
		t.Errorf("without lists: %s by %s", status, source)
	}
	if err := o.nca.Revoke(o.pki.Keys["aigul"].Certificate, crl.KeyCompromise); err != nil {
		t.Fatal(err)
	}
	o.fresh() // the answer before is remembered for five minutes
	o.want(o.signIn("aigul"), 422, "certificate-revoked")
}

// TestWhoAsks: the responder is for signing in, and for what follows a receipt. Nothing between a filing
// and its receipt asks anyone.
func TestWhoAsks(t *testing.T) {
	for _, f := range functions.All {
		if got := slices.Contains(f.Env, functions.EnvOCSPURL); got != (f.Name == "sign-in" || f.Name == "verify-filing") {
			t.Errorf("%s reads %s: %t", f.Name, functions.EnvOCSPURL, got)
		}
		// Who believes the lists does not write them.
		for _, g := range f.Buckets {
			if g.Bucket.Name == schema.Trust.Name && slices.Contains(g.Access, functions.Upload) != (f.Name == "revocation") {
				t.Errorf("%s: access %v to the lists", f.Name, g.Access)
			}
		}
		if f.Name == "verifier" {
			continue // it names the authorities, and readers verify
		}
		if slices.Contains(f.Env, functions.EnvTrustDir) != slices.ContainsFunc(f.Buckets, func(g functions.BucketGrant) bool { return g.Bucket.Name == schema.Trust.Name }) {
			t.Errorf("%s verifies without lists, or has lists and verifies nothing", f.Name)
		}
	}
}
