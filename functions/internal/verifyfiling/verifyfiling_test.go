package verifyfiling_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go/middleware"

	"github.com/courtoffice/courtoffice/functions/internal/trust"
	"github.com/courtoffice/courtoffice/functions/internal/verifyfiling"
	"github.com/courtoffice/courtoffice/shared/documents"
	"github.com/courtoffice/courtoffice/shared/eds"
	"github.com/courtoffice/courtoffice/shared/eds/cms"
	"github.com/courtoffice/courtoffice/shared/eds/crl"
	"github.com/courtoffice/courtoffice/shared/eds/edstest"
	"github.com/courtoffice/courtoffice/shared/evidence/evidencetest"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/outbox"
	"github.com/courtoffice/courtoffice/shared/store"
	"github.com/courtoffice/courtoffice/shared/store/schema"
	"github.com/courtoffice/courtoffice/shared/verdict"
)

// office verifies what evidencetest seals, beside an NCA that can be slow or away.
type office struct {
	*evidencetest.Office
	*verifyfiling.Service
	nca   *edstest.NCA
	trust *eds.Trust
	clock *atomic.Pointer[time.Time]
	hangs *atomic.Bool // the NCA takes a question and does not answer
}

func (o *office) at(at time.Time) { o.clock.Store(&at) }

// newOffice has the lists of the trust folder where lists is set: they cover SentAt and are older.
func newOffice(t *testing.T, lists bool) *office {
	t.Helper()
	o := &office{Office: evidencetest.New(t), clock: new(atomic.Pointer[time.Time]), hangs: new(atomic.Bool)}
	o.at(evidencetest.SentAt.Add(5 * time.Second))
	now := func() time.Time { return *o.clock.Load() }
	var err error
	if o.nca, err = edstest.NewNCA(evidencetest.PKI(), now); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if o.hangs.Load() {
			<-ended
			return
		}
		o.nca.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	t.Cleanup(func() { close(ended) })
	if o.trust, err = eds.LoadTrust(filepath.Join(evidencetest.PKI(), "trust")); err != nil {
		t.Fatal(err)
	}
	if !lists {
		o.trust = withoutLists(t)
	}
	policy := eds.Filing().Online()
	current := trust.Open(t.Context(), o.trust, documents.NewLists(o.S3, o.Bucket(schema.Trust)), time.Hour, slog.New(slog.DiscardHandler))
	o.Service = &verifyfiling.Service{
		Filings: o.Office.Filings, Verdicts: store.NewVerdicts(o.DB, o.Table), Documents: o.Office.Documents,
		Verify: func(in eds.Signed, ask verifyfiling.Ask) (*eds.Report, error) {
			return (&trust.Verifier{Current: current, Policy: policy, Ask: ask}).Verify(in)
		},
		Ask: trust.NewResponder(server.URL+"/ocsp", trust.Verifying, now).Ask, Stamp: trust.NewStamper(server.URL+"/tsp", current, eds.Filing(), now).Stamp,
		Now: now, Log: slog.New(slog.DiscardHandler),
	}
	return o
}

// withoutLists is the trust folder without its revocation lists.
func withoutLists(t *testing.T) *eds.Trust {
	t.Helper()
	out := eds.NewTrust()
	for _, pattern := range []string{"*.cer", "*.crt", "*.pem"} {
		files, err := filepath.Glob(filepath.Join(evidencetest.PKI(), "trust", pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			if err := out.AddCertificates(read(t, file)); err != nil {
				t.Fatal(err)
			}
		}
	}
	if out.HasLists() {
		t.Fatal("there are lists")
	}
	return out
}

// state is where the filing stands, what happened to it and which events await to be told.
func (o *office) state(t *testing.T, id string) (e filing.Envelope, timeline []string, told []outbox.Entry) {
	t.Helper()
	sealed, err := o.Office.Filings.Sealed(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	for _, event := range sealed.Events {
		timeline = append(timeline, event.Type)
	}
	err = store.NewOutbox(o.DB, o.Table).Overdue(t.Context(), evidencetest.SentAt.AddDate(1, 0, 0), func(e outbox.Entry) error {
		if e.Of == id {
			told = append(told, e)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return sealed.Envelope, timeline, told
}

func (o *office) verify(t *testing.T, id string, settled bool) {
	t.Helper()
	if got, err := o.Handle(t.Context(), id); err != nil || got != settled {
		t.Fatalf("settled %t, %v; want %t", got, err, settled)
	}
}

func (o *office) want(t *testing.T, id string, status filing.Status, last string, types ...string) {
	t.Helper()
	e, timeline, told := o.state(t, id)
	var got []string
	for _, x := range told {
		got = append(got, x.Type)
	}
	slices.Sort(got)
	if want := slices.Sorted(slices.Values(append(types, filing.EventSent))); e.Status != status || timeline[len(timeline)-1] != last || !slices.Equal(got, want) {
		t.Errorf("%s, %v, to be told %v; want %s, %s last, %v", e.Status, timeline, got, status, last, want)
	}
	if !e.SentAt.Equal(evidencetest.SentAt) {
		t.Errorf("sentAt became %s", e.SentAt)
	}
}

// TestReceived: with OCSP and time stamps at hand everything is settled at once, and what was found proves
// itself without the office.
func TestReceived(t *testing.T) {
	o := newOffice(t, true)
	for i, keys := range [][]string{{"individual-gost"}, {"individual-rsa", "head"}} {
		id := evidencetest.ID(i)
		o.Seal(t, id, keys...)
		o.verify(t, id, true)
		o.verify(t, id, true) // delivery is at least once
		o.want(t, id, filing.Received, "received", filing.EventReceived)
		sealed, err := o.Office.Filings.Sealed(t.Context(), id)
		if err != nil || len(sealed.Verifications) != 1 || len(sealed.Verifications[0].Signers) != len(keys) {
			t.Fatalf("%+v, %v", sealed.Verifications, err)
		}
		for n, v := range sealed.Verifications[0].Signers {
			if !v.Since || v.Source != "ocsp" || v.Revocation != "good" || v.ThisUpdate.Before(sealed.Signatures[n].JudgedAt) || v.Signature != filing.Sum(sealed.Signatures[n].CMS) {
				t.Errorf("signer %d: %+v", n, v)
			}
			msg, err := cms.Parse(sealed.Signatures[n].CMS, cms.Limits{})
			if err != nil {
				t.Fatal(err)
			}
			stamp, err := (&eds.Verifier{Trust: o.trust, Policy: eds.Filing()}).VerifyStamp(v.Stamp, bytes.NewReader(msg.Signers[0].Signature), o.Now())
			if err != nil || !stamp.TimeStamp.Time.Equal(v.StampedAt) {
				t.Errorf("stamp %+v, %v", stamp, err)
			}
			// The response alone, years later, still says that the certificate was good.
			report, err := (&eds.Verifier{Trust: withoutLists(t), Policy: eds.Filing(), OCSP: [][]byte{v.OCSP}}).
				Verify(eds.Signed{Data: sealed.Signatures[n].CMS, At: sealed.Signatures[n].JudgedAt, EvidenceAt: o.Now()})
			if err != nil || report.Signers[0].Revocation.Source != "ocsp" {
				t.Errorf("by the kept evidence alone: %v", err)
			}
		}
	}
}

// TestServicesAway: a list that covers the signature suffices to receive a filing; word from since then,
// and the stamps, come when the services are back.
func TestServicesAway(t *testing.T) {
	o := newOffice(t, true)
	id := evidencetest.ID(1)
	o.Seal(t, id, "individual-gost", "individual-rsa")
	o.nca.SetDown(true)
	o.verify(t, id, false)
	o.want(t, id, filing.Received, "received", filing.EventReceived)
	o.verify(t, id, false)
	o.nca.SetDown(false)
	o.at(evidencetest.SentAt.Add(time.Hour))
	o.verify(t, id, true)
	o.verify(t, id, true)
	o.want(t, id, filing.Received, "settled", filing.EventReceived, filing.EventSettled)
	sealed, err := o.Office.Filings.Sealed(t.Context(), id)
	if err != nil || len(sealed.Verifications) != 2 || sealed.Verifications[0].Settled(true) || !sealed.Verifications[1].Settled(true) {
		t.Errorf("%+v, %v", sealed.Verifications, err)
	}
}

// TestNothingKnown: without lists and responder nobody can say that the certificate was good. The filing
// stays sent and is verified once somebody can.
func TestNothingKnown(t *testing.T) {
	o := newOffice(t, false)
	id := evidencetest.ID(1)
	o.Seal(t, id, "individual-gost")
	o.nca.SetDown(true)
	if _, err := o.Handle(t.Context(), id); !errors.Is(err, verifyfiling.ErrUnknown) {
		t.Errorf("Handle = %v", err)
	}
	o.want(t, id, filing.Sent, "sent")
	o.nca.SetDown(false)
	o.at(evidencetest.SentAt.Add(30 * time.Hour)) // a day and more after the sending
	o.verify(t, id, true)
	o.want(t, id, filing.Received, "received", filing.EventReceived)
}

// TestSlow: a responder that does not answer costs two seconds, not the filing.
func TestSlow(t *testing.T) {
	o := newOffice(t, true)
	id := evidencetest.ID(1)
	o.Seal(t, id, "individual-gost", "individual-rsa", "head")
	o.hangs.Store(true)
	begin := time.Now()
	o.verify(t, id, false)
	if took := time.Since(begin); took > 6*time.Second {
		t.Errorf("received after %s", took)
	}
	o.want(t, id, filing.Received, "received", filing.EventReceived)
}

// TestRevoked: what is learnt afterwards of a certificate is for a clerk to judge, never a rejection by
// the office; what ended after the signature, for a reason that does not reach back, is no matter.
func TestRevoked(t *testing.T) {
	for _, tt := range []struct {
		name   string
		at     time.Duration // from the sending
		reason crl.Reason
		want   filing.Status
		last   string
		event  string
	}{
		{"before", -time.Minute, crl.CessationOfOperation, filing.Doubtful, "doubted", filing.EventDoubted},
		{"on hold before", -time.Minute, crl.CertificateHold, filing.Doubtful, "doubted", filing.EventDoubted},
		{"after, and the key may have been in other hands", time.Minute, crl.KeyCompromise, filing.Doubtful, "doubted", filing.EventDoubted},
		{"after", time.Minute, crl.CessationOfOperation, filing.Received, "received", filing.EventReceived},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := newOffice(t, true)
			id := evidencetest.ID(1)
			o.Seal(t, id, "individual-gost")
			o.at(evidencetest.SentAt.Add(tt.at))
			if err := o.nca.Revoke(o.Keys["individual-gost"].Certificate, tt.reason); err != nil {
				t.Fatal(err)
			}
			o.at(evidencetest.SentAt.Add(2 * time.Minute))
			o.verify(t, id, true)
			o.want(t, id, tt.want, tt.last, tt.event)
		})
	}
}

// TestLearntAfterReceived: the responder was away when the filing was received, and knows of a revocation
// before the sending when it is back.
func TestLearntAfterReceived(t *testing.T) {
	o := newOffice(t, true)
	id := evidencetest.ID(1)
	o.Seal(t, id, "individual-gost")
	o.at(evidencetest.SentAt.Add(-time.Minute))
	if err := o.nca.Revoke(o.Keys["individual-gost"].Certificate, crl.Superseded); err != nil {
		t.Fatal(err)
	}
	o.at(evidencetest.SentAt.Add(time.Second))
	o.nca.SetDown(true)
	o.verify(t, id, false)
	o.want(t, id, filing.Received, "received", filing.EventReceived)
	o.nca.SetDown(false)
	o.at(evidencetest.SentAt.Add(time.Hour))
	o.verify(t, id, true)
	o.want(t, id, filing.Doubtful, "doubted", filing.EventReceived, filing.EventDoubted)
}

// TestRuling: a judge's signature gets its time stamp and word of its certificate as a filer's does, also where the
// services are away when the ruling is signed, and one time stamp suffices. A certificate that had been revoked
// takes nothing back: the filing stays where the ruling led it, and what is known of the certificate is kept.
func TestRuling(t *testing.T) {
	for _, tt := range []struct {
		name             string
		away, lists, bad bool
		revocation       string
	}{
		{"everything answers", false, true, false, "good"},
		{"nothing answers at first", true, false, false, "good"},
		{"the list knows the certificate", true, true, false, "good"},
		{"revoked before", false, true, true, "revoked"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := newOffice(t, tt.lists)
			id, at := evidencetest.ID(1), evidencetest.SentAt.Add(10*time.Second)
			o.Seal(t, id, "individual-gost")
			o.verify(t, id, true)
			if tt.bad {
				if err := o.nca.Revoke(o.Keys["individual-rsa"].Certificate, crl.CessationOfOperation); err != nil {
					t.Fatal(err)
				}
			}
			_, signature := o.Rule(t, id, "individual-rsa", at)
			o.at(signature.JudgedAt.Add(time.Second))
			if o.nca.SetDown(tt.away); tt.away {
				o.verify(t, id, false)
				o.verify(t, id, false)
				o.nca.SetDown(false)
				o.at(signature.JudgedAt.Add(time.Hour))
			}
			o.verify(t, id, true)
			o.verify(t, id, true)
			sealed, err := o.Office.Filings.Sealed(t.Context(), id)
			if err != nil || sealed.Envelope.Status != filing.Accepted || len(sealed.Rulings) != 1 || !bytes.Equal(sealed.Rulings[0].CMS, signature.CMS) {
				t.Fatalf("%+v, %v", sealed.Envelope, err)
			}
			known, ok := filing.Found(sealed.Verifications, filing.Sum(signature.CMS))
			if !ok || known.Revocation != tt.revocation || known.Source != "ocsp" || known.OCSP == nil {
				t.Errorf("of the judge's certificate: %+v", known)
			}
			msg, err := cms.Parse(signature.CMS, cms.Limits{})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := (&eds.Verifier{Trust: o.trust, Policy: eds.Filing()}).VerifyStamp(known.Stamp, bytes.NewReader(msg.Signers[0].Signature), o.Now()); err != nil {
				t.Errorf("stamp: %v", err)
			}
			filer, _ := filing.Found(sealed.Verifications, filing.Sum(sealed.Signatures[0].CMS))
			if before := sealed.Verifications[0].Signers[0]; filer.Revocation != before.Revocation || !bytes.Equal(filer.Stamp, before.Stamp) || !bytes.Equal(filer.OCSP, before.OCSP) {
				t.Errorf("of the filer's, which was settled: %+v, before %+v", filer, before)
			}
		})
	}
}

// TestRejected: what inspection found forbids the filing. Its receipt and its sentAt stay.
func TestRejected(t *testing.T) {
	o := newOffice(t, true)
	id := evidencetest.ID(1)
	o.Seal(t, id, "individual-gost")
	before, err := o.Office.Filings.Receipt(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	letter := filing.Sum([]byte("%PDF-1.7 the letter"))
	if err := o.Verdicts.Put(t.Context(), id, letter, verdict.Verdict{Version: 1, Found: "executable", Findings: []verdict.Code{verdict.Executable, verdict.Damaged}}, o.Now()); err != nil {
		t.Fatal(err)
	}
	o.verify(t, id, true)
	o.verify(t, id, true)
	o.want(t, id, filing.TechnicalRejected, "rejected", filing.EventRejected)
	e, _, told := o.state(t, id)
	want := []filing.Rejection{{Pointer: "/documents/" + evidencetest.ID(0xd1), Code: "file-executable"}}
	if !slices.Equal(e.Rejected, want) {
		t.Errorf("rejected %+v, want %+v", e.Rejected, want)
	}
	for _, entry := range told {
		if entry.Type != filing.EventRejected {
			continue
		}
		event, err := filing.VerifiedEventOf(entry.Event)
		if err != nil || !slices.Equal(event.Rejected, want) || event.TicketNo != e.TicketNo || event.SentAt != "2026-11-22T18:59:59.999Z" || event.AccountID != e.AccountID {
			t.Errorf("event %+v, %v", event, err)
		}
	}
	after, err := o.Office.Filings.Receipt(t.Context(), id)
	if err != nil || !bytes.Equal(before, after) {
		t.Errorf("the receipt changed: %v", err)
	}
}

// TestOtherBytes: a document that was sent in parts is not what its hash says, and inspection has not seen
// it yet: it is read whole.
func TestOtherBytes(t *testing.T) {
	o := newOffice(t, true)
	content := bytes.Repeat([]byte("x"), documents.PartSize+1)
	o.Add = func(id string, m *filing.Manifest, pins filing.Pins) {
		claimed := documents.Object{Filing: id, SHA256: filing.Sum([]byte("something else")), Size: int64(len(content)), MediaType: "application/pdf"}
		version := uploadInParts(t, o.Office, claimed, content)
		pins[claimed.SHA256] = version
		m.Documents = append(m.Documents, filing.Filed{Document: filing.Document{
			ID: evidencetest.ID(0xdd), MediaType: claimed.MediaType, Name: "x.pdf", Role: "evidence", SHA256: claimed.SHA256, Size: claimed.Size,
		}, PartSize: documents.PartSize})
	}
	id := evidencetest.ID(1)
	o.Seal(t, id, "individual-gost")
	o.verify(t, id, true)
	e, _, _ := o.state(t, id)
	if e.Status != filing.TechnicalRejected || len(e.Rejected) != 1 || e.Rejected[0] != (filing.Rejection{Pointer: "/documents/" + evidencetest.ID(0xdd), Code: "file-hash-differs"}) {
		t.Errorf("%s: %+v", e.Status, e.Rejected)
	}
}

func uploadInParts(t *testing.T, o *evidencetest.Office, claimed documents.Object, content []byte) string {
	t.Helper()
	var parts []string
	for chunk := range slices.Chunk(content, documents.PartSize) {
		parts = append(parts, filing.Sum(chunk))
	}
	up, err := o.Documents.Grant(t.Context(), claimed, parts, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range up.Grants {
		req, err := http.NewRequestWithContext(t.Context(), g.Method, g.URL, bytes.NewReader(content[g.Offset:g.Offset+g.Size]))
		if err != nil {
			t.Fatal(err)
		}
		for name, value := range g.Headers {
			req.Header.Set(name, value)
		}
		res, err := http.DefaultClient.Do(req)
		if err != nil || res.StatusCode != http.StatusOK {
			t.Fatalf("upload: %v, %v", res, err)
		}
		res.Body.Close()
	}
	stored, err := o.Documents.Complete(t.Context(), claimed, parts)
	if err != nil {
		t.Fatal(err)
	}
	return stored.Version
}

// TestOnce: several verify a filing at once, and one is ended at any call: it is received once, told of
// once, and what was found is kept once.
func TestOnce(t *testing.T) {
	o := newOffice(t, true)
	errCut := errors.New("cut")
	n := 0
	for _, after := range []bool{false, true} {
		for cut := int64(1); ; cut++ {
			n++
			id := evidencetest.ID(n)
			o.Seal(t, id, "individual-gost")
			var calls atomic.Int64
			broken := *o.Service
			broken.Filings = store.NewFilings(dynamodb.New(o.DB.Options(), func(opts *dynamodb.Options) {
				opts.APIOptions = append(opts.APIOptions, func(stack *middleware.Stack) error {
					return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("cut", func(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (out middleware.InitializeOutput, meta middleware.Metadata, err error) {
						last := calls.Add(1) >= cut
						if last && !after {
							return out, meta, errCut
						}
						if out, meta, err = next.HandleInitialize(ctx, in); last && err == nil {
							err = errCut
						}
						return out, meta, err
					}), middleware.Before)
				})
			}), o.Table)
			_, err := broken.Handle(t.Context(), id)
			var wg sync.WaitGroup
			for range 3 {
				wg.Go(func() {
					if settled, err := o.Handle(t.Context(), id); err != nil || !settled {
						t.Errorf("cut at %d: %t, %v", cut, settled, err)
					}
				})
			}
			wg.Wait()
			o.want(t, id, filing.Received, "received", filing.EventReceived)
			if sealed, err := o.Office.Filings.Sealed(t.Context(), id); err != nil || len(sealed.Verifications) != 1 {
				t.Errorf("cut at %d: %d verifications, %v", cut, len(sealed.Verifications), err)
			}
			if err == nil {
				break
			}
		}
	}
}

// TestNoLongerHolds: a seal whose signature does not verify any more is nobody's fault that filed it. It
// is an error, for people to look at.
func TestNoLongerHolds(t *testing.T) {
	o := newOffice(t, true)
	id := evidencetest.ID(1)
	o.Seal(t, id, "individual-gost")
	sealed, err := o.Office.Filings.Sealed(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	spoilt := bytes.Replace(sealed.Signatures[0].CMS, []byte("almaty-medeu"), []byte("almaty-medew"), 1)
	if _, err := o.DB.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
		TableName: &o.Table, UpdateExpression: aws.String("SET signature = :s"), ExpressionAttributeValues: map[string]types.AttributeValue{":s": &types.AttributeValueMemberB{Value: spoilt}},
		Key: map[string]types.AttributeValue{"PK": &types.AttributeValueMemberS{Value: "SEAL#" + id}, "SK": &types.AttributeValueMemberS{Value: "SEAL"}},
	}); err != nil {
		t.Fatal(err)
	}
	if _, err := o.Handle(t.Context(), id); err == nil || errors.Is(err, verifyfiling.ErrUnknown) {
		t.Errorf("Handle = %v", err)
	}
	o.want(t, id, filing.Sent, "sent")
	if _, err := o.Handle(t.Context(), evidencetest.ID(2)); !errors.Is(err, filing.ErrNotFound) {
		t.Errorf("a filing that is none: %v", err)
	}
}

func read(t *testing.T, file string) []byte {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return data
}
