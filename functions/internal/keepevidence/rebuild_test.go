package keepevidence_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/google/go-cmp/cmp"

	"github.com/courtoffice/courtoffice/shared/documents"
	"github.com/courtoffice/courtoffice/shared/evidence"
	"github.com/courtoffice/courtoffice/shared/evidence/evidencetest"
	"github.com/courtoffice/courtoffice/shared/evidence/rebuild"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/outbox"
	"github.com/courtoffice/courtoffice/shared/receipt"
	"github.com/courtoffice/courtoffice/shared/store"
	"github.com/courtoffice/courtoffice/shared/store/engine"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// rebuilding makes what o's evidence bucket holds anew in a table and a bucket that are empty, and
// returns them with what failed.
func rebuilding(t *testing.T, o *evidencetest.Office) (*rebuild.Rebuild, func() map[string]error) {
	t.Helper()
	r, _, failed := rebuildingIn(t, o)
	return r, failed
}

func rebuildingIn(t *testing.T, o *evidencetest.Office) (*rebuild.Rebuild, *store.Outbox, func() map[string]error) {
	t.Helper()
	db, table := engine.ForTest(t)
	client, bucket := engine.S3ForTest(t)
	var mu sync.Mutex
	failed := map[string]error{}
	r := &rebuild.Rebuild{
		Evidence: o.Evidence, Filings: store.NewFilings(db, table(schema.Filings)), Documents: documents.New(client, bucket),
		Verify: func(data []byte) (receipt.Receipt, error) { return receipt.Verify(o.Receipts, data) },
		Report: func(id string, err error) {
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				failed[id] = err
			}
		},
	}
	return r, store.NewOutbox(db, table(schema.Filings)), func() map[string]error { return failed }
}

// TestRebuild: the evidence bucket alone gives every filing back: envelope, receipt, signatures, files,
// what happened to it, and its place in its account's list.
func TestRebuild(t *testing.T) {
	o := evidencetest.New(t)
	var want []store.Sealed
	for i, keys := range [][]string{{"individual-gost"}, {"head"}, {"individual-rsa", "individual-gost", "individual-gost-2"}} {
		e := o.SealAt(t, evidencetest.SentAt.Add(time.Duration(i)*time.Minute), evidencetest.ID(i), keys...)
		if err := service(o).Sealed(t.Context(), e.ID); err != nil {
			t.Fatal(err)
		}
		sealed, err := o.Filings.Sealed(t.Context(), e.ID)
		if err != nil {
			t.Fatal(err)
		}
		want = append(want, sealed)
	}
	r, failed := rebuilding(t, o)
	begin := time.Now()
	for range 2 { // a repeat changes nothing
		if done, lost, err := r.All(t.Context()); done != len(want) || lost != 0 || err != nil {
			t.Fatalf("%d made, %d not, %v: %v", done, lost, err, failed())
		}
	}
	t.Logf("%d filings twice in %s", len(want), time.Since(begin))
	for _, w := range want {
		got, err := r.Filings.Sealed(t.Context(), w.Envelope.ID)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := receipt.Verify(o.Receipts, got.Receipt); err != nil {
			t.Errorf("receipt of %s: %v", w.Envelope.ID, err)
		}
		for sum, version := range got.Pins {
			if content, err := r.Documents.Get(t.Context(), documents.Object{Filing: w.Envelope.ID, SHA256: sum}, version); err != nil || filing.Sum(content) != sum {
				t.Errorf("%s of %s: %v", sum, w.Envelope.ID, err)
			}
		}
		if len(got.Pins) != len(w.Pins) {
			t.Errorf("%d files of %s, want %d", len(got.Pins), w.Envelope.ID, len(w.Pins))
		}
		got.Pins, w.Pins = nil, nil           // other versions: the bucket is another
		w.Events = w.Events[:len(w.Events)-1] // that it is kept came after the record
		if diff := cmp.Diff(w, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", w.Envelope.ID, diff)
		}
	}
	list, _, err := r.Filings.ByAccount(t.Context(), evidencetest.Account, "", 10, nil, evidencetest.SentAt)
	if err != nil || len(list) != len(want) || list[0].ID != want[2].Envelope.ID {
		t.Errorf("the account's list: %+v, %v", list, err)
	}
}

// TestRebuiltIsLocked: what is put back can't be deleted, and does not expire.
func TestRebuiltIsLocked(t *testing.T) {
	o := evidencetest.New(t)
	e := o.Seal(t, evidencetest.ID(1), "individual-gost")
	if err := service(o).Sealed(t.Context(), e.ID); err != nil {
		t.Fatal(err)
	}
	o.Filings = store.NewFilings(o.DB, "nothing") // the evidence is enough
	r, failed := rebuilding(t, o)
	client, bucket := engine.S3ForTest(t)
	r.Documents = documents.New(client, bucket)
	if done, _, err := r.All(t.Context()); done != 1 || err != nil {
		t.Fatalf("%d, %v, %v", done, err, failed())
	}
	out, err := client.ListObjectVersions(t.Context(), &s3.ListObjectVersionsInput{Bucket: &bucket})
	if err != nil || len(out.Versions) != 4 {
		t.Fatalf("%d versions, %v", len(out.Versions), err)
	}
	for _, v := range out.Versions {
		held, err := client.GetObjectRetention(t.Context(), &s3.GetObjectRetentionInput{Bucket: &bucket, Key: v.Key, VersionId: v.VersionId})
		if err != nil || !aws.ToTime(held.Retention.RetainUntilDate).Equal(evidencetest.SentAt.Add(schema.Retention).Truncate(time.Second)) &&
			!aws.ToTime(held.Retention.RetainUntilDate).Equal(evidencetest.SentAt.Add(schema.Retention)) {
			t.Errorf("%s: %+v, %v", aws.ToString(v.Key), held, err)
		}
		tags, err := client.GetObjectTagging(t.Context(), &s3.GetObjectTaggingInput{Bucket: &bucket, Key: v.Key})
		if err != nil || len(tags.TagSet) != 0 {
			t.Errorf("%s: tags %+v, %v", aws.ToString(v.Key), tags, err)
		}
	}
}

// TestRebuildBelievesNothing: evidence that does not prove itself makes no filing, and the others are made.
func TestRebuildBelievesNothing(t *testing.T) {
	o := evidencetest.New(t)
	good := o.Seal(t, evidencetest.ID(1), "individual-gost")
	if err := service(o).Sealed(t.Context(), good.ID); err != nil {
		t.Fatal(err)
	}
	whole := evidencetest.New(t) // where records can be read before they are turned
	whole.Filings, whole.Documents = o.Filings, o.Documents
	tests := []struct {
		name string
		turn func(*evidence.Sealed)
		want error
	}{
		{"another instant", func(s *evidence.Sealed) { s.Filing.Sent = s.Filing.Sent.Add(-time.Hour) }, evidence.ErrContradiction},
		{"another account", func(s *evidence.Sealed) { s.Filing.Account = evidencetest.ID(77) }, evidence.ErrContradiction},
		{"another court", func(s *evidence.Sealed) { s.Filing.Court = "astana-esil" }, evidence.ErrContradiction},
		{"another ticket", func(s *evidence.Sealed) { s.Filing.Ticket = "7F3K-92QH-X4TC" }, evidence.ErrContradiction},
		{"a file less", func(s *evidence.Sealed) { s.Files = s.Files[:3] }, evidence.ErrContradiction},
		{"no signature", func(s *evidence.Sealed) { s.Signatures = nil }, evidence.ErrContradiction},
		{"another manifest", func(s *evidence.Sealed) { s.Filing.Manifest = strings.Repeat("0", 64) }, evidence.ErrContradiction},
		{"another filing", func(s *evidence.Sealed) { s.Filing.ID = evidencetest.ID(1) }, evidence.ErrContradiction},
		{"a signature that is not kept", func(s *evidence.Sealed) { s.Signatures[0].SHA256 = strings.Repeat("0", 64) }, documents.ErrNoEvidence},
		{"a receipt that is none", func(s *evidence.Sealed) { s.Receipt = s.Files[0].SHA256 }, receipt.ErrSignature},
		{"a later format", func(s *evidence.Sealed) { s.V = 2 }, evidence.ErrContradiction},
	}
	for i, tt := range tests {
		bad := o.Seal(t, evidencetest.ID(2+i), "individual-gost")
		if err := service(whole).Sealed(t.Context(), bad.ID); err != nil {
			t.Fatal(err)
		}
		record := whole.Record(t, bad.ID)
		tt.turn(&record)
		data, err := record.Encode()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := o.Evidence.Record(t.Context(), evidence.RecordKey(bad.ID, evidence.NameSealed), data); err != nil {
			t.Fatal(err)
		}
		if err := service(o).Sealed(t.Context(), bad.ID); err != nil { // the contents are good, and the first record stays
			t.Fatal(err)
		}
	}
	r, failed := rebuilding(t, o)
	if done, lost, err := r.All(t.Context()); done != 1 || lost != len(tests) || err != nil {
		t.Errorf("%d made, %d not, %v; want 1, %d", done, lost, err, len(tests))
	}
	for i, tt := range tests {
		id := evidencetest.ID(2 + i)
		if err := failed()[id]; !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, err, tt.want)
		}
		if _, err := r.Filings.Sealed(t.Context(), id); !errors.Is(err, filing.ErrNotFound) {
			t.Errorf("%s: it is there: %v", tt.name, err)
		}
	}
}

// TestRebuiltAsVerified: what was found out after the sending is kept and comes back with the filing. One
// that was not verified to the end is verified again, and nobody is told of it twice.
func TestRebuiltAsVerified(t *testing.T) {
	o := evidencetest.New(t)
	at := evidencetest.SentAt.Add(time.Minute)
	good := filing.Verified{Revocation: "good", Source: "ocsp", OCSP: []byte{1}, ThisUpdate: at, Since: true, Stamp: []byte{2}, StampedAt: at}
	early := good
	early.Since, early.Stamp = false, nil
	for i, steps := range [][]filing.Verification{
		{{V: 1, At: at, Step: "receive", Signers: []filing.Verified{good}}},
		{{V: 1, At: at, Step: "reject", Signers: []filing.Verified{early}, Rejected: []filing.Rejection{{Pointer: "/documents/" + evidencetest.ID(0xd1), Code: "file-empty"}}}},
		{{V: 1, At: at, Step: "receive", Signers: []filing.Verified{early}}, {V: 1, At: at.Add(time.Hour), Step: "settle", Signers: []filing.Verified{good}}},
		{{V: 1, At: at, Step: "receive", Signers: []filing.Verified{early}}, {V: 1, At: at.Add(time.Hour), Step: "doubt", Signers: []filing.Verified{{Revocation: "revoked", Stamp: []byte{2}}}}},
		{{V: 1, At: at, Step: "receive", Signers: []filing.Verified{early}}},
		nil,
	} {
		e := o.Seal(t, evidencetest.ID(i), "individual-gost")
		if err := service(o).Sealed(t.Context(), e.ID); err != nil {
			t.Fatal(err)
		}
		for _, v := range steps {
			if done, err := o.Filings.Verify(t.Context(), e, v); err != nil || !done {
				t.Fatalf("%s: %t, %v", v.Step, done, err)
			}
			for range 2 {
				if err := service(o).Verified(t.Context(), e.ID); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	r, box, failed := rebuildingIn(t, o)
	if done, lost, err := r.All(t.Context()); done != 6 || lost != 0 || err != nil {
		t.Fatalf("%d made, %d not, %v: %v", done, lost, err, failed())
	}
	awaits := []int{}
	for i := range 6 {
		want, err := o.Filings.Sealed(t.Context(), evidencetest.ID(i))
		if err != nil {
			t.Fatal(err)
		}
		got, err := r.Filings.Sealed(t.Context(), evidencetest.ID(i))
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range []*store.Sealed{&got, &want} {
			s.Pins, s.Envelope.Revision = nil, 0
			if len(s.Verifications) == 0 {
				s.Events = nil // that it is kept came after the only record
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("filing %d (-want +got):\n%s", i, diff)
		}
	}
	err := box.Overdue(t.Context(), at.AddDate(1, 0, 0), func(e outbox.Entry) error {
		var n int
		fmt.Sscanf(e.Of[24:], "%x", &n)
		if awaits = append(awaits, n); !slices.Equal(e.Awaits, []string{schema.Verifications.Name}) || e.Type != filing.EventSent {
			t.Errorf("%s awaits %v", e.Type, e.Awaits)
		}
		return nil
	})
	if slices.Sort(awaits); err != nil || !slices.Equal(awaits, []int{4, 5}) {
		t.Errorf("to be verified again are %v, %v; want 4 and 5", awaits, err)
	}
}
