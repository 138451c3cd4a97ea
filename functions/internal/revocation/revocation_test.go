package revocation_test

import (
	"bytes"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/courtoffice/courtoffice/functions/internal/revocation"
	"github.com/courtoffice/courtoffice/shared/documents"
	"github.com/courtoffice/courtoffice/shared/eds"
	"github.com/courtoffice/courtoffice/shared/eds/certpath"
	"github.com/courtoffice/courtoffice/shared/eds/crl"
	"github.com/courtoffice/courtoffice/shared/eds/edstest"
	"github.com/courtoffice/courtoffice/shared/eds/online"
	"github.com/courtoffice/courtoffice/shared/store/engine"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

var pki = filepath.Join("..", "..", "..", "testdata", "pki")

// bench is an NCA, a network in between that tests tamper with, and a bucket.
type bench struct {
	*testing.T
	at     time.Time
	nca    *edstest.NCA
	keys   map[string]*edstest.Key
	s3     *s3.Client
	bucket string
	urls   []string
	host   string
	bytes  int // that the network carried

	// tamper gets the name of a list and its answer, and may put another in its place; nil leaves all.
	tamper func(name string, res *httptest.ResponseRecorder)
}

func newBench(t *testing.T) *bench {
	t.Helper()
	b := &bench{T: t, at: time.Date(2026, 11, 20, 7, 0, 0, 0, time.UTC)}
	var err error
	if b.nca, err = edstest.NewNCA(pki, func() time.Time { return b.at }); err != nil {
		t.Fatal(err)
	}
	if b.keys, err = edstest.LoadKeys(filepath.Join(pki, "keys")); err != nil {
		t.Fatal(err)
	}
	b.s3, b.bucket = engine.S3ForTest(t)
	var mu sync.Mutex // lists are fetched two at a time
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		rec := httptest.NewRecorder()
		b.nca.ServeHTTP(rec, r)
		if b.tamper != nil {
			b.tamper(path.Base(r.URL.Path), rec)
		}
		b.bytes += rec.Body.Len()
		for name, values := range rec.Header() {
			w.Header()[name] = values
		}
		w.Header().Del("Content-Length")
		w.WriteHeader(rec.Code)
		w.Write(rec.Body.Bytes())
	}))
	t.Cleanup(server.Close)
	b.host = strings.TrimPrefix(server.URL, "http://")
	for _, list := range b.nca.Lists() {
		b.urls = append([]string{server.URL + list}, b.urls...) // deltas first: the order must not matter
	}
	return b
}

// service is a process that has just started.
func (b *bench) service() *revocation.Service {
	b.Helper()
	trust, err := eds.LoadTrust(filepath.Join(pki, "trust"))
	if err != nil {
		b.Fatal(err)
	}
	return &revocation.Service{
		Addresses: b.urls, Client: &online.Client{Hosts: []string{b.host}}, Trust: trust,
		Lists: documents.NewLists(b.s3, b.bucket),
	}
}

func (b *bench) run(s *revocation.Service) revocation.Report {
	b.Helper()
	r, err := s.Run(b.T.Context(), b.at)
	if err != nil {
		b.Fatal(err)
	}
	return r
}

// file returns what lies in the bucket.
func (b *bench) file() []byte {
	b.Helper()
	data, _, err := documents.NewLists(b.s3, b.bucket).Get(b.T.Context(), "")
	if err != nil {
		b.Fatal(err)
	}
	return data
}

// status says what a function that starts now would know of a key.
func (b *bench) status(name string) eds.RevocationStatus {
	b.Helper()
	set, err := crl.LoadSet(b.file())
	if err != nil {
		b.Fatal(err)
	}
	trust, err := eds.LoadTrust(filepath.Join(pki, "trust"))
	if err != nil {
		b.Fatal(err)
	}
	data, err := b.keys[name].SignCMS([]byte("x"), edstest.Attached, edstest.At(b.at))
	if err != nil {
		b.Fatal(err)
	}
	v := eds.Verifier{Trust: trust.WithLists(set), Policy: eds.Filing()}
	rep, _ := v.Verify(eds.Signed{Data: data, At: b.at})
	return rep.Signers[0].Revocation.Status
}

// TestRun follows the lists over two days: what changed is fetched and nothing else, a revocation is
// known after one run, and a process that starts anew goes on from the bucket.
func TestRun(t *testing.T) {
	b := newBench(t)
	s := b.service()
	r := b.run(s)
	if r.Failed() != 0 || len(r.Held) != 4 {
		t.Fatalf("first run: %+v", r)
	}
	first, carried := b.file(), b.bytes
	b.at = b.at.Add(5 * time.Minute)
	if r = b.run(s); r.Failed() != 0 || b.bytes != carried || !bytes.Equal(b.file(), first) {
		t.Errorf("nothing new: %+v, %d bytes more", r.Outcomes, b.bytes-carried)
	}
	if got := b.status("individual-gost"); got != eds.Good {
		t.Errorf("before: %s", got)
	}
	if err := b.nca.Revoke(b.keys["individual-gost"].Certificate, crl.Superseded); err != nil {
		t.Fatal(err)
	}
	b.at = b.at.Add(5 * time.Minute)
	r = b.run(s)
	for _, o := range r.Outcomes {
		if o.Changed != (o.Name == "nca-gost-delta.crl") || o.Err != nil {
			t.Errorf("after a revocation: %+v", o)
		}
	}
	if got := b.status("individual-gost"); got != eds.IsRevoked {
		t.Errorf("one run later: %s", got)
	}
	b.at = b.at.Add(24 * time.Hour)
	r = b.run(b.service())
	if age, left, ok := r.Age(b.at); !ok || r.Failed() != 0 || age != 0 || left != edstest.FullLife {
		t.Errorf("a day later: %+v, %s old, %s left", r.Outcomes, age, left)
	}
	if got := b.status("individual-gost"); got != eds.IsRevoked {
		t.Errorf("a day later: %s", got)
	}
}

// TestLastGoodIsKept plays what can go wrong between the NCA and the bucket: whatever comes, what was
// held stays, byte for byte, and what is known of a revoked key with it.
func TestLastGoodIsKept(t *testing.T) {
	b := newBench(t)
	old := map[string][]byte{} // the lists of an hour before, to be played again
	b.tamper = func(name string, res *httptest.ResponseRecorder) { old[name] = bytes.Clone(res.Body.Bytes()) }
	b.run(b.service())
	b.at = b.at.Add(25 * time.Hour)
	if err := b.nca.Revoke(b.keys["individual-gost"].Certificate, crl.KeyCompromise); err != nil {
		t.Fatal(err)
	}
	b.tamper = nil
	s := b.service()
	b.run(s)
	held := b.file()

	ncaGOST := b.authority("nca-gost")
	made := func(k *edstest.Key, l edstest.ListTemplate) []byte {
		der, err := k.CRL(l)
		if err != nil {
			t.Fatal(err)
		}
		return der
	}
	foreign, err := edstest.GenerateGOST()
	if err != nil {
		t.Fatal(err)
	}
	thief := &edstest.Key{Private: foreign, Certificate: ncaGOST.Certificate}
	b.at = b.at.Add(2 * time.Hour) // new deltas are due; what comes instead:
	next := edstest.ListTemplate{Number: 1400, ThisUpdate: b.at, NextUpdate: b.at.Add(27 * time.Hour)}
	delta := func(number, base int64) edstest.ListTemplate {
		return edstest.ListTemplate{Number: number, Base: base, ThisUpdate: b.at, NextUpdate: b.at.Add(7 * time.Hour)}
	}
	ended := next
	ended.ThisUpdate, ended.NextUpdate = b.at.Add(-2*time.Hour), b.at.Add(-time.Hour)
	tomorrow := next
	tomorrow.ThisUpdate = b.at.Add(24 * time.Hour)
	for _, tt := range []struct {
		name string
		list string // that is answered so; every other answers 503
		body []byte
		want error
	}{
		{"the NCA is down", "", nil, nil},
		{"an old list is played again", "nca-gost.crl", old["nca-gost.crl"], crl.ErrOlder},
		{"an old delta is played again", "nca-gost-delta.crl", old["nca-gost-delta.crl"], crl.ErrBase},
		{"a delta that counts back", "nca-gost-delta.crl", made(ncaGOST, delta(1, 1347)), crl.ErrOlder},
		{"a delta for another list", "nca-gost-delta.crl", made(ncaGOST, delta(99, 1348)), crl.ErrBase},
		{"cut short", "nca-gost.crl", made(ncaGOST, next)[:300], crl.ErrSyntax},
		{"a page of a captive portal", "nca-gost.crl", []byte("<html>"), crl.ErrSyntax},
		{"nothing", "nca-gost.crl", []byte{}, crl.ErrSyntax},
		{"by a thief with the authority's name", "nca-gost.crl", made(thief, next), certpath.ErrSignature},
		{"by the authority's own subject", "nca-gost.crl", made(b.keys["head"], next), certpath.ErrSignature},
		{"a list that has ended", "nca-gost.crl", made(ncaGOST, ended), crl.ErrEnded},
		{"a list of tomorrow", "nca-gost.crl", made(ncaGOST, tomorrow), crl.ErrFuture},
	} {
		b.tamper = func(name string, res *httptest.ResponseRecorder) {
			*res = *httptest.NewRecorder()
			if name == tt.list {
				res.Write(tt.body)
			} else {
				res.WriteHeader(http.StatusServiceUnavailable)
			}
		}
		for _, s := range []*revocation.Service{s, b.service()} {
			r := b.run(s)
			if r.Failed() != len(b.urls) {
				t.Errorf("%s: %d of %d addresses failed", tt.name, r.Failed(), len(b.urls))
			}
			for _, o := range r.Outcomes {
				if o.Name == tt.list && !errors.Is(o.Err, tt.want) {
					t.Errorf("%s: %v, want %v", tt.name, o.Err, tt.want)
				}
			}
		}
		if !bytes.Equal(b.file(), held) {
			t.Fatalf("%s: the bucket changed", tt.name)
		}
		if got := b.status("individual-gost"); got != eds.IsRevoked {
			t.Errorf("%s: the revoked key is %s", tt.name, got)
		}
	}
	b.tamper = nil
	if r := b.run(s); r.Failed() != 0 {
		t.Errorf("the NCA is back: %+v", r.Outcomes)
	}
}

// TestDamagedFile: a file that cannot be read is written anew, once there is something to write.
func TestDamagedFile(t *testing.T) {
	b := newBench(t)
	damage := []byte("CRLSET01 not one")
	if _, err := b.s3.PutObject(t.Context(), &s3.PutObjectInput{
		Bucket: &b.bucket, Key: aws.String(schema.RevocationLists), Body: bytes.NewReader(damage),
	}); err != nil {
		t.Fatal(err)
	}
	b.nca.SetDown(true)
	if r := b.run(b.service()); len(r.Held) != 0 || !bytes.Equal(b.file(), damage) {
		t.Errorf("with the NCA down: %+v", r)
	}
	b.nca.SetDown(false)
	if r := b.run(b.service()); r.Failed() != 0 {
		t.Errorf("%+v", r.Outcomes)
	}
	if got := b.status("revoked"); got != eds.IsRevoked {
		t.Errorf("written anew: %s", got)
	}
}

// TestTwoWriters: the one who comes second reads what the first wrote and goes on from there.
func TestTwoWriters(t *testing.T) {
	b := newBench(t)
	one, two := b.service(), b.service()
	b.run(one)
	b.run(two)
	b.at = b.at.Add(2 * time.Hour)
	b.run(one)
	newest := b.file()
	if r := b.run(two); r.Failed() != 0 || !bytes.Equal(b.file(), newest) {
		t.Errorf("%+v", r.Outcomes)
	}
}

func (b *bench) authority(name string) *edstest.Key {
	b.Helper()
	data, err := os.ReadFile(filepath.Join(pki, "authority", name+".pem"))
	if err != nil {
		b.Fatal(err)
	}
	k, err := edstest.ParsePEM(data)
	if err != nil {
		b.Fatal(err)
	}
	return k
}

// BenchmarkRun422k is a run that finds a new full list of the NCA's size, 422,000 entries in 22 MB, from
// the download to the bucket.
func BenchmarkRun422k(b *testing.B) {
	data, err := os.ReadFile(filepath.Join(pki, "authority", "nca-gost.pem"))
	if err != nil {
		b.Fatal(err)
	}
	k, err := edstest.ParsePEM(data)
	if err != nil {
		b.Fatal(err)
	}
	at := time.Date(2026, 11, 20, 7, 0, 0, 0, time.UTC)
	revoked := edstest.Revocations(422_000, at)
	der, err := k.CRL(edstest.ListTemplate{Number: 1346, ThisUpdate: at, NextUpdate: at.Add(27 * time.Hour), Revoked: revoked})
	if err != nil {
		b.Fatal(err)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { w.Write(der) }))
	defer server.Close()
	trust, err := eds.LoadTrust(filepath.Join(pki, "trust"))
	if err != nil {
		b.Fatal(err)
	}
	client, bucket := engine.S3ForTest(b)
	b.SetBytes(int64(len(der)))
	b.ReportAllocs()
	for b.Loop() {
		s := &revocation.Service{
			Addresses: []string{server.URL + "/nca-gost.crl"}, Client: &online.Client{Hosts: []string{strings.TrimPrefix(server.URL, "http://")}},
			Trust: trust, Lists: documents.NewLists(client, bucket),
		}
		if r, err := s.Run(b.Context(), at); err != nil || r.Failed() != 0 {
			b.Fatalf("%+v, %v", r, err)
		}
	}
}
