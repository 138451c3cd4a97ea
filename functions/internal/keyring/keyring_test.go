package keyring_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/courtoffice/courtoffice/functions/internal/issuekeys"
	"github.com/courtoffice/courtoffice/functions/internal/keyring"
	local "github.com/courtoffice/courtoffice/infra/local/kms"
	"github.com/courtoffice/courtoffice/shared/kms"
	"github.com/courtoffice/courtoffice/shared/receipt"
	"github.com/courtoffice/courtoffice/shared/receipt/receipttest"
	"github.com/courtoffice/courtoffice/shared/store"
	"github.com/courtoffice/courtoffice/shared/store/engine"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// began is 06:00 in Almaty.
var began = time.Date(2026, 11, 22, 1, 0, 0, 0, time.UTC)

// office is the function that makes keys and processes that sign, on real engines.
type office struct {
	*testing.T
	service *local.Server
	client  *kms.Client
	db      *dynamodb.Client
	keys    *store.SigningKeys
	issuer  *issuekeys.Service
	log     bytes.Buffer

	mu        sync.Mutex
	published []byte
}

func (o *office) Put(_ context.Context, key string, body []byte, mediaType, caching string) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if key != "keys.json" || mediaType != "application/json" {
		return fmt.Errorf("%s as %s", key, mediaType)
	}
	o.published = body
	return nil
}

func newOffice(t *testing.T) *office {
	t.Helper()
	db, name := engine.ForTest(t)
	o := &office{T: t, db: db, keys: store.NewSigningKeys(db, name(schema.Site))}
	var err error
	if o.service, err = local.Open(""); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(o.service)
	t.Cleanup(server.Close)
	o.client = &kms.Client{Region: "eu-central-1", Endpoint: server.URL, Credentials: credentials.NewStaticCredentialsProvider("a", "b", "")}
	o.issuer = o.issuerBy(local.RootKey)
	return o
}

func (o *office) issuerBy(root string) *issuekeys.Service {
	return &issuekeys.Service{Root: kms.NewRoot(o.client, root), Envelope: kms.NewEnvelope(o.client, local.EnvelopeKey), Keys: o.keys, Public: o}
}

// issue runs the function at an instant.
func (o *office) issue(at time.Time) issuekeys.Report {
	o.Helper()
	r, known, err := o.issuer.Run(o.Context(), at, schema.PublishedKeys)
	if err != nil || !known {
		o.Fatalf("issue at %s: %v", at, err)
	}
	return r
}

// process is a process that signs receipts, or what else its purpose says, and starts at an instant.
func (o *office) process(purpose receipt.Purpose, at time.Time) *keyring.Ring {
	return keyring.Open(o.Context(), keyring.Config{
		Keys: o.keys, Envelope: kms.NewEnvelope(o.client, local.EnvelopeKey), About: issuekeys.About(purpose), Purpose: purpose,
		Log: slog.New(slog.NewTextHandler(&o.log, nil)),
	}, at)
}

// sealed signs a receipt that names an instant, verifies it with what is published, and returns it with
// the certificate of its key.
func (o *office) sealed(r *keyring.Ring, at time.Time) ([]byte, receipt.Certificate) {
	o.Helper()
	key, err := r.At(o.Context(), at)
	if err != nil {
		o.Fatalf("a receipt of %s: %v", at, err)
	}
	data, err := receipt.Issue(key, receipt.Receipt{TicketNo: "7F3K-92QH-X4TC", SentAt: receipt.Time(at)})
	if err != nil {
		o.Fatal(err)
	}
	o.verifies(data)
	c, err := receipt.ParseCertificate(key.Certificate)
	if err != nil {
		o.Fatal(err)
	}
	return data, c
}

func (o *office) verifies(data []byte) {
	o.Helper()
	o.mu.Lock()
	keys, err := receipt.ParsePublished(o.published)
	o.mu.Unlock()
	if err == nil {
		_, err = receipt.Verify(keys, data)
	}
	if err != nil {
		o.Errorf("%v: %s", err, data)
	}
}

// TestDays: every quarter of an hour over days the clock runs the function. Keys change at 06:00 in
// Almaty, to the millisecond by the instant of the document, each was made before its day, and the key
// service is asked for nothing by who signs but to open each key once.
func TestDays(t *testing.T) {
	o := newOffice(t)
	var process *keyring.Ring
	opened := int64(0)
	for at := began.Add(-3 * time.Hour); at.Before(began.Add(4 * 24 * time.Hour)); at = at.Add(15 * time.Minute) {
		r := o.issue(at)
		if r.Age > 12*time.Hour || r.Left < 48*time.Hour+12*time.Hour {
			t.Errorf("%s: age %s, left %s", at, r.Age, r.Left)
		}
		if process == nil {
			process = o.process(receipt.ForReceipts, at)
			opened = o.service.Calls("Decrypt")
		}
		if at.Minute() != 0 || at.Hour() != 1 {
			continue
		}
		fresh := o.process(receipt.ForReceipts, at)
		if _, c := o.sealed(fresh, at.Add(-time.Millisecond)); !c.NotBefore.Equal(at.Add(-24 * time.Hour)) {
			t.Errorf("just before %s: the key of %s", at, c.NotBefore)
		}
		if _, c := o.sealed(fresh, at); !c.NotBefore.Equal(at) || !c.NotAfter.Equal(at.Add(72*time.Hour)) {
			t.Errorf("%s: the key of %s until %s", at, c.NotBefore, c.NotAfter)
		}
	}
	if opened != 2 { // of the day before began, and of the first day
		t.Errorf("%d keys were opened at the start", opened)
	}
	before := o.service.Calls("Decrypt") + o.service.Calls("Sign")
	for range 1000 {
		o.sealed(process, began)
	}
	if after := o.service.Calls("Decrypt") + o.service.Calls("Sign"); after != before {
		t.Errorf("%d calls of the key service for a thousand receipts", after-before)
	}
}

// TestKeyServiceDown: the key service is down for 40 hours from any hour of the day on. Receipts and
// certificates go on, and verify; then keys are made again.
func TestKeyServiceDown(t *testing.T) {
	for hour := 0; hour < 24; hour += 5 {
		t.Run(fmt.Sprintf("from hour %d", hour), func(t *testing.T) {
			o := newOffice(t)
			down := began.Add(time.Duration(hour) * time.Hour)
			for at := began; !at.After(down); at = at.Add(time.Hour) {
				o.issue(at)
			}
			receipts, interruptions := o.process(receipt.ForReceipts, down), o.process(receipt.ForInterruptions, down)
			o.service.SetDown(true)
			for at := down; !at.After(down.Add(40 * time.Hour)); at = at.Add(time.Hour) {
				if _, known, err := o.issuer.Run(t.Context(), at, schema.PublishedKeys); err == nil || !known {
					t.Fatalf("%s: the function says nothing of it", at)
				}
				o.sealed(receipts, at)
				if _, err := interruptions.At(t.Context(), at); err != nil {
					t.Errorf("a certificate of %s: %v", at, err)
				}
			}
			// A process that starts now has no key, says so, and has one as soon as the service answers.
			late := down.Add(40 * time.Hour)
			cold := o.process(receipt.ForReceipts, late)
			if _, err := cold.At(t.Context(), late); !errors.Is(err, keyring.ErrNoKey) || !bytes.Contains(o.log.Bytes(), []byte("signing keys not read")) {
				t.Errorf("without the key service a new process has a key: %v\n%s", err, o.log.Bytes())
			}
			o.service.SetDown(false)
			if r := o.issue(late); r.Made == 0 || r.Age > 24*time.Hour {
				t.Errorf("after the outage: %+v", r)
			}
			o.sealed(cold, late)
			o.sealed(receipts, late)
		})
	}
}

// TestTwoRunsAtOnce: however many runs there are at an instant, each day has one key of each purpose,
// and there is one root.
func TestTwoRunsAtOnce(t *testing.T) {
	for range 20 {
		o := newOffice(t)
		var wg sync.WaitGroup
		for range 5 {
			wg.Go(func() {
				if _, _, err := o.issuer.Run(t.Context(), began.Add(13*time.Hour), schema.PublishedKeys); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		ring, err := o.keys.Ring(t.Context(), began)
		if err != nil || len(ring.Keys) != 2*len(receipt.Purposes) || len(ring.Published.Roots) != 1 {
			t.Fatalf("%d keys, %d roots, %v", len(ring.Keys), len(ring.Published.Roots), err)
		}
	}
}

// TestRotation: a new root takes over at once, the keys of the old one serve what they were made for,
// processes that started before go on with theirs, and all that was ever signed verifies. The old root
// can certify nothing any more that begins after its end.
func TestRotation(t *testing.T) {
	o := newOffice(t)
	at := began.Add(14 * time.Hour) // the key of the next day is there
	o.issue(at)
	before := o.process(receipt.ForReceipts, at)
	first, old := o.sealed(before, at)
	if err := o.service.Rotate(); err != nil {
		t.Fatal(err)
	}
	if r := o.issue(at.Add(15 * time.Minute)); r.Made != 2*len(receipt.Purposes) {
		t.Errorf("%d keys were made under the new root", r.Made)
	}
	at = at.Add(time.Hour)
	second, c := o.sealed(o.process(receipt.ForReceipts, at), at)
	if c.Root == old.Root || !c.NotBefore.Equal(old.NotBefore) {
		t.Errorf("after the rotation the root is %s, the day that of %s", c.Root, c.NotBefore)
	}
	third, c := o.sealed(before, at) // it asks nobody
	if c.Root != old.Root {
		t.Errorf("a process of before has changed to %s", c.Root)
	}
	fourth, _ := o.sealed(before, began.Add(71*time.Hour)) // the last day of its key
	for day := range 400 {
		if day%50 == 0 {
			o.issue(at.Add(time.Duration(day) * 24 * time.Hour))
		}
	}
	for _, data := range [][]byte{first, second, third, fourth} {
		o.verifies(data)
	}
	var keys receipt.Published
	if err := json.Unmarshal(o.published, &keys); err != nil || len(keys.Roots) != 2 {
		t.Fatalf("%s: %v", o.published, err)
	}
	if keys.Roots[0].NotAfter != receipt.Time(began.Add(48*time.Hour)) || keys.Roots[1].NotAfter != "" || keys.Roots[1].NotBefore != receipt.Time(began) {
		t.Errorf("%s", o.published)
	}

	// A function that was deployed before the rotation still names the old root.
	late := o.issuerBy("root-1")
	if _, _, err := late.Run(t.Context(), at, schema.PublishedKeys); !errors.Is(err, issuekeys.ErrRootEnded) {
		t.Errorf("the root of before: %v", err)
	}
	root := kms.NewRoot(o.client, "root-1")
	for _, c := range []struct {
		from time.Time
		want error
	}{{began.Add(48*time.Hour - time.Second), nil}, {began.Add(48 * time.Hour), receipt.ErrRootEnded}} {
		private := receipttest.Private(5)
		certificate, err := receipt.Certify(receipt.Certificate{
			Purpose: receipt.ForReceipts, Root: old.Root, NotBefore: c.from, NotAfter: c.from.Add(time.Hour), Key: private.Public().(ed25519.PublicKey),
		}, func(m []byte) ([]byte, error) { return root.Sign(t.Context(), m) })
		if err != nil {
			t.Fatal(err)
		}
		data, err := receipt.Issue(receipt.Key{Private: private, Certificate: certificate}, receipt.Receipt{SentAt: receipt.Time(c.from)})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := receipt.Verify(keys, data); !errors.Is(err, c.want) {
			t.Errorf("a key from %s on by the root of before: %v, want %v", c.from, err, c.want)
		}
	}
}

// TestSealedForItsPurpose: a private key opens for its own purpose alone, and what is kept shows nothing
// of it.
func TestSealedForItsPurpose(t *testing.T) {
	o := newOffice(t)
	o.issue(began)
	ring, err := o.keys.Ring(t.Context(), began)
	if err != nil {
		t.Fatal(err)
	}
	envelope := kms.NewEnvelope(o.client, local.EnvelopeKey)
	for _, k := range ring.Keys {
		c, err := receipt.ParseCertificate(k.Certificate)
		if err != nil {
			t.Fatal(err)
		}
		for _, purpose := range receipt.Purposes {
			if _, err := envelope.Open(t.Context(), k.Sealed, issuekeys.About(purpose)); (err == nil) != (purpose == c.Purpose) {
				t.Errorf("the key for %s opened for %s: %v", c.Purpose, purpose, err)
			}
		}
		if _, err := envelope.Open(t.Context(), k.Sealed, nil); err == nil {
			t.Error("a key opens for nothing")
		}
	}
	// What somebody wrote over is not used: the certificate of another key, another purpose's envelope.
	forged := o.process(receipt.ForReceipts, began)
	good, err := forged.At(t.Context(), began)
	if err != nil {
		t.Fatal(err)
	}
	c, _ := receipt.ParseCertificate(good.Certificate)
	for name, k := range map[string]store.SigningKey{
		"an envelope of its own": {Day: "2026-11-23", Certificate: good.Certificate, Sealed: []byte("nothing")},
		"somebody's root":        {Day: "2026-11-24", Certificate: receipttest.NewRoot(t).Key(t, 1, receipt.ForReceipts, began, began.Add(time.Hour)).Certificate, Sealed: ring.Keys[0].Sealed},
	} {
		c := c
		c.Root = name
		if _, err := o.keys.AddKey(t.Context(), k, c, began.Add(100*time.Hour)); err != nil {
			t.Fatal(err)
		}
	}
	fresh := o.process(receipt.ForReceipts, began)
	key, err := fresh.At(t.Context(), began)
	if err != nil || !bytes.Equal(key.Certificate, good.Certificate) {
		t.Errorf("%x, %v", key.Certificate, err)
	}
}

// TestClocks: a process whose clock is a day off signs with the key of the document's instant.
func TestClocks(t *testing.T) {
	o := newOffice(t)
	for day := range 3 {
		o.issue(began.Add(time.Duration(day) * 24 * time.Hour))
	}
	for _, skew := range []time.Duration{-24 * time.Hour, -time.Hour, 0, time.Hour, 24 * time.Hour} {
		process := o.process(receipt.ForReceipts, began.Add(24*time.Hour).Add(skew))
		for _, after := range []time.Duration{24*time.Hour - time.Millisecond, 24 * time.Hour, 48*time.Hour - time.Millisecond, 48 * time.Hour} {
			at := began.Add(after)
			if _, c := o.sealed(process, at); !c.NotBefore.Equal(issuekeys.DayOf(at)) {
				t.Errorf("clock off by %s, at %s: the key of %s", skew, at, c.NotBefore)
			}
		}
	}
}

// TestEarlierKeys: keys of before there were roots are published with the time by which the last
// process of before has ended.
func TestEarlierKeys(t *testing.T) {
	o := newOffice(t)
	o.issuer.Earlier = []receipt.Earlier{receipt.NewEarlier(receipt.ForReceipts, receipttest.Private(9).Public().(ed25519.PublicKey))}
	o.issue(began)
	o.issue(began.Add(24 * time.Hour)) // changes nothing
	for after, want := range map[time.Duration]error{72*time.Hour - time.Millisecond: nil, 72 * time.Hour: receipt.ErrNotInForce} {
		data, err := receipt.Issue(receipt.Key{Private: receipttest.Private(9)}, receipt.Receipt{SentAt: receipt.Time(began.Add(after))})
		if err != nil {
			t.Fatal(err)
		}
		keys, err := receipt.ParsePublished(o.published)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := receipt.Verify(keys, data); !errors.Is(err, want) {
			t.Errorf("after %s: %v, want %v", after, err, want)
		}
	}
}
