package fileclaim_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go/middleware"

	"github.com/courtoffice/courtoffice/functions/internal/fileclaim"
	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/act"
	"github.com/courtoffice/courtoffice/shared/eds"
	"github.com/courtoffice/courtoffice/shared/eds/edstest"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/httpapi"
	"github.com/courtoffice/courtoffice/shared/locale"
	"github.com/courtoffice/courtoffice/shared/receipt"
	"github.com/courtoffice/courtoffice/shared/receipt/receipttest"
	"github.com/courtoffice/courtoffice/shared/signer"
	"github.com/courtoffice/courtoffice/shared/store"
	"github.com/courtoffice/courtoffice/shared/store/engine"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

const (
	filingID = "0193f0c0-0000-7000-8000-000000000001"
	claimDoc = "0193f0c0-0000-7000-8000-0000000000d1"
)

var (
	filedAt  = time.Date(2026, 11, 22, 18, 59, 59, 999_000_000, time.UTC)
	sealBy   = filedAt.Add(144 * time.Hour)
	indexKey = bytes.Repeat([]byte{1}, 32)
)

// office is the service on a real engine with one filing of the account acc-1.
type office struct {
	*fileclaim.Service
	db      *dynamodb.Client
	filings *store.Filings
	table   string
	keys    map[string]*edstest.Key
	pub     receipt.Published
	calls   *[]string // AWS operations, in order of their start

	rewrite func(document []byte) []byte // of what is put out, as another version would write it; or nil
}

// fixed is one key for ever.
type fixed struct {
	key receipt.Key
}

func (f fixed) At(context.Context, time.Time) (receipt.Key, error) { return f.key, nil }

func newOffice(t *testing.T) *office {
	t.Helper()
	db, name := engine.ForTest(t)
	keys, err := edstest.LoadKeys("../../../testdata/pki/keys")
	if err != nil {
		t.Fatal(err)
	}
	trust, err := eds.LoadTrust("../../../testdata/pki/trust")
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	calls := &[]string{}
	counted := dynamodb.New(db.Options(), func(o *dynamodb.Options) {
		o.APIOptions = append(o.APIOptions, func(stack *middleware.Stack) error {
			return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("count", func(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (middleware.InitializeOutput, middleware.Metadata, error) {
				mu.Lock()
				*calls = append(*calls, fmt.Sprintf("%T", in.Parameters))
				mu.Unlock()
				return next.HandleInitialize(ctx, in)
			}), middleware.Before)
		})
	})
	policy := eds.Filing().Online()
	policy.Revocation = eds.RevocationDeferred
	key, published := receipttest.Office(t, receipt.ForReceipts, filedAt)
	return &office{
		Service: &fileclaim.Service{
			Verifier: &eds.Verifier{Trust: trust, Policy: policy}, Filings: store.NewFilings(counted, name(schema.Filings)),
			IndexKey: indexKey, Keys: fixed{key},
		},
		db: db, filings: store.NewFilings(db, name(schema.Filings)), table: name(schema.Filings), keys: keys,
		pub: published, calls: calls,
	}
}

// subject is who a key stands for.
func (o *office) subject(t *testing.T, keyName string) account.Subject {
	t.Helper()
	opened, err := signer.Open(o.Verifier, o.sign(t, keyName, []byte("x")), filedAt)
	if err != nil {
		t.Fatal(err)
	}
	return opened.Subject
}

func (o *office) sign(t *testing.T, keyName string, content []byte) signer.Signature {
	t.Helper()
	key, ok := o.keys[keyName]
	if !ok {
		t.Fatalf("no test key %s", keyName)
	}
	cms, err := key.SignCMS(content, edstest.Attached, edstest.At(filedAt))
	if err != nil {
		t.Fatal(err)
	}
	return signer.Signature(edstest.PEM(cms))
}

// seat is a signature that the person with a key may give.
type seat struct {
	key      string
	capacity filing.Capacity
}

// frozen is a manifest that is out for signature.
type frozen struct {
	content []byte
	tokens  []string // of the seats' persons
}

// freeze creates the filing, unless it is there, and puts a manifest with these seats out for signature.
func (o *office) freeze(t *testing.T, statement string, seats ...seat) frozen {
	t.Helper()
	return o.freezeAs(t, filingID, statement, seats...)
}

func (o *office) freezeAs(t *testing.T, id, statement string, seats ...seat) frozen {
	t.Helper()
	ctx := t.Context()
	e, err := o.filings.Envelope(ctx, id, "acc-1", filedAt)
	if errors.Is(err, filing.ErrNotFound) {
		var f filing.Filing
		f, err = o.filings.Create(ctx, filing.Filing{Envelope: filing.Envelope{ID: id, AccountID: "acc-1", Kind: filing.KindClaim}}, filedAt)
		e = f.Envelope
	}
	if err != nil {
		t.Fatal(err)
	}
	m := filing.Manifest{
		Account: "acc-1", Agreement: "v1", CourtCode: "almaty-medeu", ID: id, Kind: filing.KindClaim, V: filing.ManifestVersion,
		Documents: []filing.Filed{{Document: filing.Document{ID: claimDoc, Role: "main_claim", Name: "a.pdf", SHA256: filing.Sum([]byte("a")), Size: 1}}},
		Form:      filing.FormFile{File: filing.FileOf([]byte("{}")), Version: 1},
		Statement: &filing.Statement{File: filing.FileOf([]byte("%PDF")), Lang: locale.KK, Renderer: "1"},
	}
	f := filing.Frozen{Filing: e, Seats: len(seats), SealBy: sealBy}
	for i, s := range seats {
		m.Seats = append(m.Seats, filing.Signing{Party: fmt.Sprintf("c%d", i+1), Any: []filing.Signatory{{Capacity: s.capacity}}})
		p := filing.Place{Person: o.subject(t, s.key).Key(indexKey), Seats: make([]byte, len(seats))}
		p.Seats[i] = 1
		f.Places = append(f.Places, p)
	}
	if f.Document, err = (act.Document{Act: act.FileClaim, Lang: locale.KK, Statement: statement, Filing: &m}).Encode(); err != nil {
		t.Fatal(err)
	}
	if o.rewrite != nil {
		f.Document = o.rewrite(f.Document)
	}
	if err := o.filings.Freeze(ctx, f, filedAt); err != nil {
		t.Fatal(err)
	}
	out := frozen{content: f.Document}
	for _, p := range f.Places {
		token, err := filing.NewToken(f.SHA256(), p, sealBy).Encode(indexKey, id)
		if err != nil {
			t.Fatal(err)
		}
		out.tokens = append(out.tokens, token)
	}
	return out
}

// alone is a manifest that the holder of individual-gost signs alone.
func (o *office) alone(t *testing.T) frozen {
	t.Helper()
	return o.freeze(t, "s", seat{"individual-gost", filing.InPerson})
}

// post seals over HTTP as the gateway would, so that a refusal shows as its problem.
func (o *office) post(t *testing.T, token string, s signer.Signature) (status int, body []byte, slug string) {
	t.Helper()
	return o.postAt(t, filedAt, "seal", map[string]string{"token": token, "signature": string(s)})
}

func (o *office) postAt(t *testing.T, at time.Time, route string, in map[string]string) (status int, body []byte, slug string) {
	t.Helper()
	raw, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("POST /api/filings/{id}/seal", httpapi.Limited(fileclaim.MaxBody, o.File))
	mux.Handle("POST /api/filings/{id}/outcome", httpapi.Limited(fileclaim.MaxBody, o.Outcome))
	r := httptest.NewRequest("POST", "/api/filings/"+filingID+"/"+route, bytes.NewReader(raw))
	r.Header.Set("Content-Type", "application/json")
	r = r.WithContext(httpapi.WithEdge(r.Context(), httpapi.Edge{ReceivedAt: at, RequestID: "r"}))
	w := httptest.NewRecorder()
	var log bytes.Buffer
	httpapi.Handle("file-claim", slog.New(slog.NewJSONHandler(&log, nil)), httpapi.OpenOrigin, mux).ServeHTTP(w, r)
	var p struct{ Type string }
	json.Unmarshal(w.Body.Bytes(), &p)
	for _, private := range []string{"900101300126", "СЕРІК", "BEGIN CMS"} {
		if strings.Contains(log.String(), private) {
			t.Errorf("the log has %q: %s", private, log.String())
		}
	}
	return w.Code, w.Body.Bytes(), strings.TrimPrefix(p.Type, "/problems/")
}

func TestSealGivesAReceipt(t *testing.T) {
	for _, tt := range []struct {
		key      string
		capacity filing.Capacity
	}{
		{"individual-gost", filing.InPerson}, {"individual-rsa", filing.InPerson}, {"head", filing.ForOrganisation}, {"signright", filing.ForOrganisation},
	} {
		t.Run(tt.key, func(t *testing.T) {
			o := newOffice(t)
			f := o.freeze(t, "s", seat{tt.key, tt.capacity})
			*o.calls = nil
			status, body, slug := o.post(t, f.tokens[0], o.sign(t, tt.key, f.content))
			if status != http.StatusCreated {
				t.Fatalf("status %d %s: %s", status, slug, body)
			}
			// Nothing stands before the receipt but one transaction: nothing is read, nobody is asked.
			if want := []string{"*dynamodb.TransactWriteItemsInput"}; !slices.Equal(*o.calls, want) {
				t.Errorf("AWS calls before the receipt: %v, want %v", *o.calls, want)
			}
			r, err := receipt.Verify(o.pub, body)
			if err != nil {
				t.Fatalf("%v: %s", err, body)
			}
			if r.ManifestSHA256 != filing.Sum(f.content) || r.SentAt != "2026-11-22T23:59:59.999+05:00" || !filing.IsTicket(r.TicketNo) ||
				len(r.CheckCode) != 11 || r.StatementSHA256 != filing.Sum([]byte("%PDF")) || len(r.Signers) != 1 {
				t.Errorf("receipt %+v", r)
			}
			who := r.Signers[0]
			if who.JudgedAt != r.SentAt || who.Revocation.Status != "good" || len(who.CertSerial) < 8 || len(who.CertSHA256) != 64 ||
				len(who.For) != 1 || who.For[0] != (receipt.Seat{Party: "c1", Capacity: string(tt.capacity)}) {
				t.Errorf("signer %+v", who)
			}
			if (who.Kind == "legal") != (who.Organisation != "") || (who.Kind == "legal") != (tt.capacity == filing.ForOrganisation) {
				t.Errorf("the organisation of %+v", who)
			}
			// Signed again, the manifest is the same: so is the receipt, byte for byte, also after its time.
			in := map[string]string{"token": f.tokens[0], "signature": string(o.sign(t, tt.key, f.content))}
			for _, at := range []time.Time{filedAt.Add(time.Minute), sealBy.Add(time.Hour)} {
				status, again, _ := o.postAt(t, at, "seal", in)
				if status != http.StatusOK || !bytes.Equal(again, body) {
					t.Errorf("again at %s: %d, same receipt %v", at, status, bytes.Equal(again, body))
				}
			}
		})
	}
}

func TestRefusals(t *testing.T) {
	tampered := func(s signer.Signature, from, to string) signer.Signature {
		der, err := base64.StdEncoding.DecodeString(strings.Join(strings.Split(string(s), "\n")[1:strings.Count(string(s), "\n")-1], ""))
		if err != nil {
			panic(err)
		}
		return signer.Signature(base64.StdEncoding.EncodeToString(bytes.Replace(der, []byte(from), []byte(to), 1)))
	}
	by := func(key string) func(*testing.T, *office, *frozen) signer.Signature {
		return func(t *testing.T, o *office, f *frozen) signer.Signature { return o.sign(t, key, f.content) }
	}
	for _, tt := range []struct {
		name string
		send func(t *testing.T, o *office, f *frozen) signer.Signature
		want string
	}{
		{"no token", func(t *testing.T, o *office, f *frozen) signer.Signature {
			f.tokens[0] = ""
			return o.sign(t, "individual-gost", f.content)
		}, "manifest-void"},
		{"a token of one's own making", func(t *testing.T, o *office, f *frozen) signer.Signature {
			f.tokens[0] = strings.Repeat("A", len(f.tokens[0]))
			return "%%%" // is not even decoded
		}, "manifest-void"},
		{"a token of another filing", func(t *testing.T, o *office, f *frozen) signer.Signature {
			token, err := filing.NewToken(filing.Sum(f.content), filing.Place{Person: o.subject(t, "individual-gost").Key(indexKey), Seats: []byte{1}}, sealBy).Encode(indexKey, claimDoc)
			if err != nil {
				t.Fatal(err)
			}
			f.tokens[0] = token
			return o.sign(t, "individual-gost", f.content)
		}, "manifest-void"},
		{"unsigned", func(t *testing.T, o *office, f *frozen) signer.Signature { return "" }, "unsigned"},
		{"not base64", func(t *testing.T, o *office, f *frozen) signer.Signature { return "%%%" }, "malformed-base64"},
		{"not CMS", func(t *testing.T, o *office, f *frozen) signer.Signature { return "aGVsbG8=" }, "malformed-signature"},
		{"XML", func(t *testing.T, o *office, f *frozen) signer.Signature {
			return signer.Signature(base64.StdEncoding.EncodeToString([]byte("<a/>")))
		}, "malformed-signature"},
		{"a body larger than any manifest", func(t *testing.T, o *office, f *frozen) signer.Signature {
			return signer.Signature(strings.Repeat("A", fileclaim.MaxBody))
		}, "body-too-large"},
		{"tampered", func(t *testing.T, o *office, f *frozen) signer.Signature {
			return tampered(o.sign(t, "individual-gost", f.content), "almaty-medeu", "almaty-medew")
		}, "manifest-void"},
		{"a signature of something else", func(t *testing.T, o *office, f *frozen) signer.Signature {
			other := bytes.Replace(f.content, []byte("almaty-medeu"), []byte("almaty-medew"), 1)
			return tampered(o.sign(t, "individual-gost", other), "almaty-medew", "almaty-medeu")
		}, "signature-invalid"},
		{"someone else", by("individual-gost-2"), "wrong-signer"},
		{"revoked", by("revoked"), "certificate-revoked"},
		{"suspended", by("suspended"), "certificate-suspended"},
		{"expired", by("expired"), "certificate-expired"},
		{"not yet valid", by("not-yet-valid"), "certificate-not-yet-valid"},
		{"untrusted chain", by("untrusted"), "certificate-untrusted"},
		{"authentication only", by("auth-only"), "certificate-not-for-signing"},
		{"no right to sign", by("employee"), "role-not-allowed"},
		{"another act", func(t *testing.T, o *office, f *frozen) signer.Signature {
			return o.sign(t, "individual-gost", []byte(`{"act":"sign-in"}`))
		}, "manifest-void"},
		{"other words", func(t *testing.T, o *office, f *frozen) signer.Signature {
			return o.sign(t, "individual-gost", bytes.Replace(f.content, []byte(`"statement":"s"`), []byte(`"statement":"t"`), 1))
		}, "manifest-void"},
		{"edited after the manifest", func(t *testing.T, o *office, f *frozen) signer.Signature {
			e, err := o.filings.Envelope(t.Context(), filingID, "acc-1", filedAt)
			if err == nil {
				_, err = o.filings.SaveSection(t.Context(), e, filing.Section{Code: "court", Value: []byte("{}")}, store.Heading{}, filedAt)
			}
			if err != nil {
				t.Fatal(err)
			}
			return o.sign(t, "individual-gost", f.content)
		}, "manifest-void"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := newOffice(t)
			f := o.alone(t)
			s := tt.send(t, o, &f)
			before := o.items(t)
			status, body, slug := o.post(t, f.tokens[0], s)
			if slug != tt.want || status < 400 {
				t.Errorf("status %d %q, want %q: %s", status, slug, tt.want, body)
			}
			if after := o.items(t); after != before {
				t.Errorf("something was written: %d items, then %d", before, after)
			}
		})
	}
}

func (o *office) items(t *testing.T) int32 {
	t.Helper()
	out, err := o.db.Scan(t.Context(), &dynamodb.ScanInput{TableName: &o.table, Select: types.SelectCount, ConsistentRead: aws.Bool(true)})
	if err != nil {
		t.Fatal(err)
	}
	return out.Count
}

// TestTwoManifestsOfOneFiling: the first seal wins, the other is told so.
func TestTwoManifestsOfOneFiling(t *testing.T) {
	o := newOffice(t)
	first := o.alone(t)
	second := o.freeze(t, "mended", seat{"individual-gost", filing.InPerson})
	if status, _, slug := o.post(t, second.tokens[0], o.sign(t, "individual-gost", second.content)); status != http.StatusCreated {
		t.Fatalf("the manifest in force: %d %s", status, slug)
	}
	if status, _, slug := o.post(t, first.tokens[0], o.sign(t, "individual-gost", first.content)); status != http.StatusConflict || slug != "already-sealed" {
		t.Errorf("the older manifest: %d %s", status, slug)
	}
}

// TestInTime: a manifest can be sealed until its instant and not at it.
func TestInTime(t *testing.T) {
	for after, want := range map[time.Duration]int{-time.Millisecond: http.StatusCreated, 0: http.StatusConflict} {
		o := newOffice(t)
		f := o.alone(t)
		in := map[string]string{"token": f.tokens[0], "signature": string(o.sign(t, "individual-gost", f.content))}
		if status, body, _ := o.postAt(t, sealBy.Add(after), "seal", in); status != want {
			t.Errorf("%s after its time: %d, want %d: %s", after, status, want, body)
		}
	}
}

// TestSealsAtOnce: the same manifest sent many times at once has one receipt.
func TestSealsAtOnce(t *testing.T) {
	o := newOffice(t)
	f := o.alone(t)
	s := o.sign(t, "individual-gost", f.content)
	var wg sync.WaitGroup
	bodies := make([]string, 8)
	for i := range bodies {
		wg.Go(func() {
			ctx := httpapi.WithEdge(t.Context(), httpapi.Edge{ReceivedAt: filedAt}) // each is a request of its own
			reply, err := o.File(ctx, fileclaim.Request{ID: filingID, Token: f.tokens[0], Signature: s})
			if err != nil {
				t.Error(err)
				return
			}
			bodies[i] = string(reply.Body.(json.RawMessage))
		})
	}
	wg.Wait()
	for _, b := range bodies {
		if b != bodies[0] {
			t.Fatalf("two receipts:\n%s\n%s", bodies[0], b)
		}
	}
}

// TestManifestOfAnotherVersion: a manifest is sealed whatever the form's rows are by now, and by a
// version of the function that does not know all its members, as after a rollback.
func TestManifestOfAnotherVersion(t *testing.T) {
	for name, change := range map[string][2]string{
		"an older form":       {`"version":1`, `"version":0`},
		"a kind that is gone": {`"kind":"claim"`, `"kind":"gone"`},
		"a later manifest":    {`"v":2`, `"v":3,"added":{"later":[1]}`},
	} {
		o := newOffice(t)
		o.rewrite = func(document []byte) []byte {
			out := bytes.Replace(document, []byte(change[0]), []byte(change[1]), 1)
			if bytes.Equal(out, document) {
				t.Fatalf("%s: no %s in %s", name, change[0], document)
			}
			return out
		}
		f := o.alone(t)
		status, body, slug := o.post(t, f.tokens[0], o.sign(t, "individual-gost", f.content))
		if status != http.StatusCreated {
			t.Errorf("%s: %d %s", name, status, slug)
			continue
		}
		if r, err := receipt.Verify(o.pub, body); err != nil || r.ManifestSHA256 != filing.Sum(f.content) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Test200SealsOfOneAccount: nothing that one account's filings share stands in the way of sealing all
// of them in the same instant; each has a receipt and a ticket of its own, and the list shows all.
func Test200SealsOfOneAccount(t *testing.T) {
	o := newOffice(t)
	const all = 200
	requests := make([]fileclaim.Request, all)
	for i := range requests {
		id := fmt.Sprintf("0193f0c0-0000-7000-8000-%012d", i)
		f := o.freezeAs(t, id, "s", seat{"individual-gost", filing.InPerson})
		requests[i] = fileclaim.Request{ID: id, Token: f.tokens[0], Signature: o.sign(t, "individual-gost", f.content)}
	}
	*o.calls = nil
	receipts := make([]receipt.Receipt, all)
	var wg sync.WaitGroup
	for i, req := range requests {
		wg.Go(func() {
			reply, err := o.File(httpapi.WithEdge(t.Context(), httpapi.Edge{ReceivedAt: filedAt}), req)
			if err == nil && reply.Status != http.StatusCreated {
				err = fmt.Errorf("status %d", reply.Status)
			}
			if err == nil {
				receipts[i], err = receipt.Verify(o.pub, reply.Body.(json.RawMessage))
			}
			if err != nil {
				t.Errorf("filing %d: %v", i, err)
			}
		})
	}
	wg.Wait()
	if len(*o.calls) != all {
		t.Errorf("%d calls of the engine for %d seals", len(*o.calls), all)
	}
	tickets := map[string]bool{}
	for i, r := range receipts {
		if tickets[r.TicketNo] = true; r.FilingID != requests[i].ID || r.SentAt != receipt.Time(filedAt) {
			t.Errorf("receipt %d: %+v", i, r)
		}
	}
	sent := 0
	for cursor := ""; ; {
		list, next, err := o.filings.ByAccount(t.Context(), "acc-1", cursor, 50, nil, filedAt)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range list {
			if e.Status == filing.Sent && tickets[e.TicketNo] {
				sent++
			}
		}
		if cursor = next; next == "" {
			break
		}
	}
	if len(tickets) != all || sent != all {
		t.Errorf("%d tickets, %d filings sent in the list, want %d", len(tickets), sent, all)
	}
}

// TestSeveralSign: each signature is judged at its own instant, the last one seals, the receipt names
// all in the order of their seats and the instant of the last.
func TestSeveralSign(t *testing.T) {
	o := newOffice(t)
	f := o.freeze(t, "s", seat{"individual-gost", filing.InPerson}, seat{"head", filing.ForOrganisation}, seat{"individual-rsa", filing.AsRepresentative})
	send := func(i int, key string, at time.Time) (int, []byte) {
		t.Helper()
		status, body, _ := o.postAt(t, at, "seal", map[string]string{"token": f.tokens[i], "signature": string(o.sign(t, key, f.content))})
		return status, body
	}
	for i, step := range []struct {
		seat   int
		key    string
		status int
		body   string
	}{
		{1, "head", http.StatusAccepted, `{"outcome":"pending","missing":2}`},
		{0, "individual-gost", http.StatusAccepted, `{"outcome":"pending","missing":1}`},
		{0, "individual-gost", http.StatusOK, `{"outcome":"pending","missing":1}`}, // again
		{1, "individual-gost", http.StatusForbidden, ""},                           // in another's place
	} {
		status, body := send(step.seat, step.key, filedAt.Add(time.Duration(i)*time.Minute))
		if status != step.status || step.body != "" && strings.TrimSpace(string(body)) != step.body {
			t.Errorf("signature %d: %d %s", i, status, body)
		}
	}
	*o.calls = nil
	status, body := send(2, "individual-rsa", filedAt.Add(time.Hour))
	if status != http.StatusCreated {
		t.Fatalf("the last: %d %s", status, body)
	}
	// That it is the last the first transaction's refusal says: nothing is read.
	if want := slices.Repeat([]string{"*dynamodb.TransactWriteItemsInput"}, 2); !slices.Equal(*o.calls, want) {
		t.Errorf("AWS calls: %v, want %v", *o.calls, want)
	}
	r, err := receipt.Verify(o.pub, body)
	if err != nil || len(r.Signers) != 3 || r.SentAt != receipt.Time(filedAt.Add(time.Hour)) {
		t.Fatalf("%v: %s", err, body)
	}
	for i, want := range []struct {
		party string
		at    time.Time
	}{{"c1", filedAt.Add(time.Minute)}, {"c2", filedAt}, {"c3", filedAt.Add(time.Hour)}} {
		if got := r.Signers[i]; got.For[0].Party != want.party || got.JudgedAt != receipt.Time(want.at) {
			t.Errorf("signer %d: %+v", i, got)
		}
	}
	for i, key := range []string{"individual-gost", "head", "individual-rsa"} {
		if status, again := send(i, key, filedAt.Add(2*time.Hour)); status != http.StatusOK || !bytes.Equal(again, body) {
			t.Errorf("signer %d again: %d %s", i, status, again)
		}
	}
}

// TestOutcome: whoever got no answer learns what became of the manifest.
func TestOutcome(t *testing.T) {
	o := newOffice(t)
	f := o.alone(t)
	ask := func(token string, at time.Time) string {
		status, body, slug := o.postAt(t, at, "outcome", map[string]string{"token": token})
		if status != http.StatusOK {
			return slug
		}
		var out fileclaim.Outcome
		if err := json.Unmarshal(body, &out); err != nil {
			t.Fatal(err)
		}
		return fmt.Sprintf("%s, %d missing, receipt %t", out.Outcome, out.Missing, string(out.Receipt) != "null")
	}
	if got := ask(f.tokens[0], filedAt); got != "pending, 1 missing, receipt false" {
		t.Error(got)
	}
	if got := ask(f.tokens[0], sealBy); got != "void, 0 missing, receipt false" {
		t.Errorf("after its time: %s", got)
	}
	second := o.freeze(t, "mended", seat{"individual-gost", filing.InPerson})
	if got := ask(f.tokens[0], filedAt); got != "void, 0 missing, receipt false" {
		t.Errorf("edited since: %s", got)
	}
	if status, _, slug := o.post(t, second.tokens[0], o.sign(t, "individual-gost", second.content)); status != http.StatusCreated {
		t.Fatal(slug)
	}
	if got := ask(second.tokens[0], sealBy); got != "sealed, 0 missing, receipt true" {
		t.Errorf("after the seal: %s", got)
	}
	if got := ask(f.tokens[0], filedAt); got != "void, 0 missing, receipt false" {
		t.Errorf("sealed with another manifest: %s", got)
	}
	if got := ask("AAAA", filedAt); got != "manifest-void" {
		t.Errorf("no token: %s", got)
	}
}

// TestStaleRevocationListIsDeferred: evidence that can't be had delays nobody, and the receipt
// says that it was not had.
func TestStaleRevocationListIsDeferred(t *testing.T) {
	o := newOffice(t)
	f := o.alone(t)
	policy := eds.Filing()
	policy.Revocation = eds.RevocationDeferred
	certificates := t.TempDir() // the trust folder without its revocation lists
	files, err := filepath.Glob("../../../testdata/pki/trust/*.cer")
	if err != nil || len(files) == 0 {
		t.Fatalf("certificates: %v, %v", files, err)
	}
	for _, name := range files {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(certificates, filepath.Base(name)), raw, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	trust, err := eds.LoadTrust(certificates)
	if err != nil {
		t.Fatal(err)
	}
	o.Verifier = &eds.Verifier{Trust: trust, Policy: policy}
	status, body, slug := o.post(t, f.tokens[0], o.sign(t, "individual-gost", f.content))
	if status != http.StatusCreated {
		t.Fatalf("%d %s %s", status, slug, body)
	}
	r, err := receipt.Verify(o.pub, body)
	if err != nil || r.Signers[0].Revocation.Status != "deferred" {
		t.Errorf("receipt %+v, %v", r.Signers, err)
	}
}
