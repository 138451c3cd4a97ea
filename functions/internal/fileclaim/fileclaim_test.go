package fileclaim_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go/middleware"

	"github.com/courtoffice/courtoffice/functions/internal/fileclaim"
	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/act"
	"github.com/courtoffice/courtoffice/shared/agreement"
	"github.com/courtoffice/courtoffice/shared/documents"
	"github.com/courtoffice/courtoffice/shared/eds"
	"github.com/courtoffice/courtoffice/shared/eds/edstest"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/httpapi"
	"github.com/courtoffice/courtoffice/shared/locale"
	"github.com/courtoffice/courtoffice/shared/receipt"
	"github.com/courtoffice/courtoffice/shared/signer"
	"github.com/courtoffice/courtoffice/shared/store"
	"github.com/courtoffice/courtoffice/shared/store/engine"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

const (
	filingID = "0193f0c0-0000-7000-8000-000000000001"
	claimDoc = "0193f0c0-0000-7000-8000-0000000000d1"
	contract = "0193f0c0-0000-7000-8000-0000000000d2"
)

var (
	filedAt  = time.Date(2026, 11, 22, 18, 59, 59, 999_000_000, time.UTC)
	indexKey = bytes.Repeat([]byte{1}, 32)
)

// office is the service on real engines with one account, whose key is individual-gost, and one
// filing with two documents.
type office struct {
	*fileclaim.Service
	db       *dynamodb.Client
	s3       *s3.Client
	bucket   string
	filings  *store.Filings
	table    string
	accounts string
	keys     map[string]*edstest.Key
	pub      ed25519.PublicKey
	calls    *[]string // AWS operations, in order of their start
}

type versions []agreement.Version

func (v versions) Agreements(context.Context, time.Time) ([]agreement.Version, error) { return v, nil }

func newOffice(t *testing.T) *office {
	t.Helper()
	db, name := engine.ForTest(t)
	bucketClient, bucket := engine.S3ForTest(t)
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
	count := func(stack *middleware.Stack) error {
		return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("count", func(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (middleware.InitializeOutput, middleware.Metadata, error) {
			mu.Lock()
			*calls = append(*calls, fmt.Sprintf("%T", in.Parameters))
			mu.Unlock()
			return next.HandleInitialize(ctx, in)
		}), middleware.Before)
	}
	counted := dynamodb.New(db.Options(), func(o *dynamodb.Options) { o.APIOptions = append(o.APIOptions, count) })
	countedS3 := s3.New(bucketClient.Options(), func(o *s3.Options) { o.APIOptions = append(o.APIOptions, count) })
	policy := eds.Filing()
	policy.Revocation = eds.RevocationDeferred
	key := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{2}, 32))
	o := &office{
		Service: &fileclaim.Service{
			Verifier:   &eds.Verifier{Trust: trust, Policy: policy},
			Agreements: versions{{ID: "v1", EffectiveAt: filedAt.Add(-time.Hour)}},
			Filings:    store.NewFilings(counted, name(schema.Filings), name(schema.Accounts)),
			Documents:  documents.New(countedS3, bucket), IndexKey: indexKey, ReceiptKey: key,
		},
		db: db, s3: bucketClient, bucket: bucket, filings: store.NewFilings(db, name(schema.Filings), ""),
		table: name(schema.Filings), accounts: name(schema.Accounts), keys: keys,
		pub: key.Public().(ed25519.PublicKey), calls: calls,
	}
	o.account(t, "acc-1", "individual-gost")
	return o
}

// account registers the holder of a key.
func (o *office) account(t *testing.T, id, keyName string) {
	t.Helper()
	text := func(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }
	_, err := o.db.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: &o.accounts, Item: map[string]types.AttributeValue{
		"PK": text("ACCOUNT#" + id), "SK": text("ACCOUNT"), "subject": text(o.subject(t, keyName).Key(indexKey)),
		"status": text("active"), "accepted": &types.AttributeValueMemberSS{Value: []string{"v1"}},
	}})
	if err != nil {
		t.Fatal(err)
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

func document(id, role string, content []byte) filing.Document {
	sum := sha256.Sum256(content)
	return filing.Document{
		ID: id, Role: role, Name: role + ".pdf", MediaType: "application/pdf",
		SHA256: hex.EncodeToString(sum[:]), Size: int64(len(content)),
	}
}

func (o *office) put(t *testing.T, d filing.Document, content []byte) {
	t.Helper()
	sum := sha256.Sum256(content)
	_, err := o.s3.PutObject(t.Context(), &s3.PutObjectInput{
		Bucket: &o.bucket, Key: aws.String(documents.Key(filingID, d.SHA256)), Body: bytes.NewReader(content),
		ChecksumSHA256: aws.String(base64.StdEncoding.EncodeToString(sum[:])),
	})
	if err != nil {
		t.Fatal(err)
	}
}

// awaiting prepares the filing and returns the document to sign.
func (o *office) awaiting(t *testing.T, accountID string) []byte {
	t.Helper()
	ctx := t.Context()
	f, err := o.filings.Create(ctx, filing.Filing{ID: filingID, AccountID: accountID, Kind: filing.KindClaim, Claim: filing.Claim{Lang: locale.KK, CourtCode: "almaty-medeu"}}, filedAt)
	if err != nil {
		t.Fatal(err)
	}
	f.Documents = []filing.Document{document(claimDoc, "main_claim", []byte("the claim")), document(contract, "evidence", []byte("the contract"))}
	o.put(t, f.Documents[0], []byte("the claim"))
	o.put(t, f.Documents[1], []byte("the contract"))
	if f, err = o.filings.SaveDraft(ctx, f, filedAt); err != nil {
		t.Fatal(err)
	}
	content, _ := o.manifest(t, f)
	return content
}

// manifest puts a manifest out for signature.
func (o *office) manifest(t *testing.T, f filing.Filing) ([]byte, filing.Filing) {
	t.Helper()
	m, err := filing.ManifestOf(f, "v1")
	if err != nil {
		t.Fatal(err)
	}
	content, err := act.Document{Act: act.FileClaim, Lang: locale.KK, Statement: "s", Filing: &m}.Encode()
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(content)
	if f, err = o.filings.AwaitSignature(t.Context(), f, hex.EncodeToString(sum[:]), filedAt); err != nil {
		t.Fatal(err)
	}
	return content, f
}

// post seals over HTTP as the gateway would, so that a refusal shows as its problem.
func (o *office) post(t *testing.T, s signer.Signature) (status int, body []byte, slug string) {
	t.Helper()
	raw, err := json.Marshal(map[string]string{"signature": string(s)})
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("POST /api/filings/{id}/seal", httpapi.JSON(o.File))
	r := httptest.NewRequest("POST", "/api/filings/"+filingID+"/seal", bytes.NewReader(raw))
	r.Header.Set("Content-Type", "application/json")
	r = r.WithContext(httpapi.WithEdge(r.Context(), httpapi.Edge{ReceivedAt: filedAt, RequestID: "r"}))
	w := httptest.NewRecorder()
	var log bytes.Buffer
	httpapi.Handle("file-claim", slog.New(slog.NewJSONHandler(&log, nil)), mux).ServeHTTP(w, r)
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
	for _, keyName := range []string{"individual-gost", "individual-rsa", "head", "signright"} {
		t.Run(keyName, func(t *testing.T) {
			o := newOffice(t)
			o.account(t, "acc-2", keyName)
			content := o.awaiting(t, "acc-2")
			*o.calls = nil
			status, body, slug := o.post(t, o.sign(t, keyName, content))
			if status != http.StatusCreated {
				t.Fatalf("status %d %s: %s", status, slug, body)
			}
			r, err := receipt.Verify(o.pub, body)
			if err != nil {
				t.Fatalf("%v: %s", err, body)
			}
			sum := sha256.Sum256(content)
			if r.ManifestSHA256 != hex.EncodeToString(sum[:]) || r.SentAt != "2026-11-22T23:59:59.999+05:00" ||
				!filing.IsTicket(r.TicketNo) || len(r.Files) != 2 || r.Revocation.Status != "good" || len(r.Signer.CertSerial) < 8 {
				t.Errorf("receipt %+v", r)
			}
			// Nothing but the documents' HEADs and one transaction stands before the receipt.
			want := map[string]int{"*s3.HeadObjectInput": 2, "*dynamodb.TransactWriteItemsInput": 1}
			got := map[string]int{}
			for _, c := range *o.calls {
				got[c]++
			}
			if fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("AWS calls before the receipt: %v, want %v", got, want)
			}
			// Signed again, the manifest is the same: so is the receipt, byte for byte.
			status, again, _ := o.post(t, o.sign(t, keyName, content))
			if status != http.StatusOK || !bytes.Equal(again, body) {
				t.Errorf("second seal: %d, same receipt %v", status, bytes.Equal(again, body))
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
	for _, tt := range []struct {
		name string
		send func(t *testing.T, o *office, content []byte) signer.Signature
		want string
	}{
		{"unsigned", func(t *testing.T, o *office, c []byte) signer.Signature { return "" }, "unsigned"},
		{"not base64", func(t *testing.T, o *office, c []byte) signer.Signature { return "%%%" }, "malformed-base64"},
		{"not CMS", func(t *testing.T, o *office, c []byte) signer.Signature { return "aGVsbG8=" }, "malformed-signature"},
		{"tampered", func(t *testing.T, o *office, c []byte) signer.Signature {
			return tampered(o.sign(t, "individual-gost", c), "almaty-medeu", "almaty-medew")
		}, "signature-invalid"},
		{"someone else", func(t *testing.T, o *office, c []byte) signer.Signature { return o.sign(t, "individual-gost-2", c) }, "wrong-signer"},
		{"revoked", func(t *testing.T, o *office, c []byte) signer.Signature { return o.sign(t, "revoked", c) }, "certificate-revoked"},
		{"suspended", func(t *testing.T, o *office, c []byte) signer.Signature { return o.sign(t, "suspended", c) }, "certificate-suspended"},
		{"expired", func(t *testing.T, o *office, c []byte) signer.Signature { return o.sign(t, "expired", c) }, "certificate-expired"},
		{"not yet valid", func(t *testing.T, o *office, c []byte) signer.Signature { return o.sign(t, "not-yet-valid", c) }, "certificate-not-yet-valid"},
		{"untrusted chain", func(t *testing.T, o *office, c []byte) signer.Signature { return o.sign(t, "untrusted", c) }, "certificate-untrusted"},
		{"authentication only", func(t *testing.T, o *office, c []byte) signer.Signature { return o.sign(t, "auth-only", c) }, "certificate-not-for-signing"},
		{"no right to sign", func(t *testing.T, o *office, c []byte) signer.Signature { return o.sign(t, "employee", c) }, "role-not-allowed"},
		{"another act", func(t *testing.T, o *office, c []byte) signer.Signature {
			return o.sign(t, "individual-gost", []byte(`{"act":"sign-in"}`))
		}, "challenge-invalid"},
		{"another filing's manifest", func(t *testing.T, o *office, c []byte) signer.Signature {
			return o.sign(t, "individual-gost", bytes.ReplaceAll(c, []byte("000000000001"), []byte("000000000002")))
		}, "manifest-void"},
		{"a manifest of one's own making", func(t *testing.T, o *office, c []byte) signer.Signature {
			return o.sign(t, "individual-gost", bytes.Replace(c, []byte(`"statement":"s"`), []byte(`"statement":"t"`), 1))
		}, "manifest-void"},
		{"edited after the manifest", func(t *testing.T, o *office, c []byte) signer.Signature {
			f, err := o.filings.Filing(t.Context(), filingID, "acc-1", filedAt)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := o.filings.SaveDraft(t.Context(), f, filedAt); err != nil {
				t.Fatal(err)
			}
			return o.sign(t, "individual-gost", c)
		}, "manifest-void"},
		{"document changed after the manifest", func(t *testing.T, o *office, c []byte) signer.Signature {
			o.put(t, document(claimDoc, "main_claim", []byte("the claim")), []byte("the clain"))
			return o.sign(t, "individual-gost", c)
		}, "document-changed"},
		{"document deleted", func(t *testing.T, o *office, c []byte) signer.Signature {
			_, err := o.s3.DeleteObject(t.Context(), &s3.DeleteObjectInput{Bucket: &o.bucket, Key: aws.String(documents.Key(filingID, document(contract, "evidence", []byte("the contract")).SHA256))})
			if err != nil {
				t.Fatal(err)
			}
			return o.sign(t, "individual-gost", c)
		}, "document-missing"},
		{"agreement lapsed", func(t *testing.T, o *office, c []byte) signer.Signature {
			o.Agreements = versions{{ID: "v1"}, {ID: "v2", EffectiveAt: filedAt}}
			return o.sign(t, "individual-gost", c)
		}, "agreement-not-accepted"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := newOffice(t)
			s := tt.send(t, o, o.awaiting(t, "acc-1"))
			before := o.items(t)
			status, body, slug := o.post(t, s)
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
	first := o.awaiting(t, "acc-1")
	f, err := o.filings.Filing(t.Context(), filingID, "acc-1", filedAt)
	if err != nil {
		t.Fatal(err)
	}
	f.Claim.Breach = "mended"
	if f, err = o.filings.SaveDraft(t.Context(), f, filedAt); err != nil {
		t.Fatal(err)
	}
	second, _ := o.manifest(t, f)
	if status, _, slug := o.post(t, o.sign(t, "individual-gost", second)); status != http.StatusCreated {
		t.Fatalf("the manifest in force: %d %s", status, slug)
	}
	if status, _, slug := o.post(t, o.sign(t, "individual-gost", first)); status != http.StatusConflict || slug != "already-sealed" {
		t.Errorf("the older manifest: %d %s", status, slug)
	}
}

// TestSealsAtOnce: the same manifest sent many times at once has one receipt.
func TestSealsAtOnce(t *testing.T) {
	o := newOffice(t)
	s := o.sign(t, "individual-gost", o.awaiting(t, "acc-1"))
	ctx := httpapi.WithEdge(t.Context(), httpapi.Edge{ReceivedAt: filedAt})
	var wg sync.WaitGroup
	bodies := make([]string, 8)
	for i := range bodies {
		wg.Go(func() {
			reply, err := o.File(ctx, fileclaim.Request{ID: filingID, Signature: s})
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

// TestStaleRevocationListIsDeferred: evidence that can't be had delays nobody, and the receipt
// says that it was not had.
func TestStaleRevocationListIsDeferred(t *testing.T) {
	o := newOffice(t)
	content := o.awaiting(t, "acc-1")
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
	status, body, slug := o.post(t, o.sign(t, "individual-gost", content))
	if status != http.StatusCreated {
		t.Fatalf("%d %s %s", status, slug, body)
	}
	r, err := receipt.Verify(o.pub, body)
	if err != nil || r.Revocation.Status != "deferred" {
		t.Errorf("receipt %+v, %v", r.Revocation, err)
	}
}
