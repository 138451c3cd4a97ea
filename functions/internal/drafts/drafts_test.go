package drafts_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/courtoffice/courtoffice/functions/internal/drafts"
	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/act"
	"github.com/courtoffice/courtoffice/shared/agreement"
	"github.com/courtoffice/courtoffice/shared/defect"
	"github.com/courtoffice/courtoffice/shared/documents"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/httpapi"
	"github.com/courtoffice/courtoffice/shared/session"
	"github.com/courtoffice/courtoffice/shared/store"
	"github.com/courtoffice/courtoffice/shared/store/engine"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

const (
	filingID = "0193f0c0-0000-7000-8000-000000000001"
	claimDoc = "0193f0c0-0000-7000-8000-0000000000d1"
	evidence = "0193f0c0-0000-7000-8000-0000000000d2"
)

// gate answers for one signed-in account.
type gate struct {
	id       string
	accepted bool
}

func (g *gate) Holder(context.Context) (account.Account, error) {
	if g.id == "" {
		return account.Account{}, session.ErrNone
	}
	return account.Account{ID: g.id}, nil
}

func (g *gate) Actor(ctx context.Context) (account.Account, string, error) {
	a, err := g.Holder(ctx)
	if err == nil && !g.accepted {
		err = agreement.ErrNotAccepted
	}
	return a, "v1", err
}

type office struct {
	*drafts.Service
	gate *gate
}

func newOffice(t *testing.T) office {
	t.Helper()
	db, name := engine.ForTest(t)
	client, bucket := engine.S3ForTest(t)
	g := &gate{id: "acc-1", accepted: true}
	return office{&drafts.Service{
		Gate: g, Filings: store.NewFilings(db, name(schema.Filings), ""), Documents: documents.New(client, bucket),
	}, g}
}

func request() context.Context {
	return httpapi.WithEdge(context.Background(), httpapi.Edge{ReceivedAt: time.Now(), RequestID: "r"})
}

func sampleClaim(t *testing.T) filing.Claim {
	t.Helper()
	raw, err := os.ReadFile("../../../testdata/claims/money/claim.json")
	if err != nil {
		t.Fatal(err)
	}
	var c filing.Claim
	if err := json.Unmarshal(raw, &c); err != nil {
		t.Fatal(err)
	}
	return c
}

func (o office) create(t *testing.T) drafts.View {
	t.Helper()
	reply, err := o.Save(request(), drafts.SaveRequest{ID: filingID, Claim: sampleClaim(t)})
	if err != nil || reply.Status != http.StatusCreated {
		t.Fatalf("create: %d, %v", reply.Status, err)
	}
	return reply.Body.(drafts.View)
}

// slot declares content as a document.
func slot(id, role string, version int, content []byte) drafts.DocumentRequest {
	sum := sha256.Sum256(content)
	return drafts.DocumentRequest{
		ID: filingID, DocumentID: id, Version: version, Role: role, Name: role + ".pdf", Size: int64(len(content)),
		SHA256: hex.EncodeToString(sum[:]), MediaType: "application/pdf",
	}
}

func upload(t *testing.T, up documents.Upload, content []byte) {
	t.Helper()
	if len(up.Grants) != 1 {
		t.Fatalf("%d grants", len(up.Grants))
	}
	g := up.Grants[0]
	req, err := http.NewRequest(g.Method, g.URL, bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range g.Headers {
		req.Header.Set(name, value)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if body, _ := io.ReadAll(res.Body); res.StatusCode != http.StatusOK {
		t.Fatalf("upload: %s %s", res.Status, body)
	}
}

func slug(err error) string {
	if p, ok := errors.AsType[*httpapi.Problem](err); ok {
		return p.Slug + p.Pointer
	}
	return fmt.Sprint(err)
}

func TestFromDraftToManifest(t *testing.T) {
	o, ctx := newOffice(t), request()
	v := o.create(t)

	if _, err := o.Manifest(ctx, drafts.ManifestRequest{ID: filingID, Version: v.Version}); slug(err) != "filing-incomplete" {
		t.Fatalf("manifest without documents: %v", err)
	} else if list, ok := errors.AsType[defect.List](err); !ok || list[0].Pointer != "/documents" {
		t.Fatalf("defects: %v", err)
	}

	first, err := o.PutDocument(ctx, slot(claimDoc, "main_claim", v.Version, []byte("the claim")))
	if err != nil {
		t.Fatal(err)
	}
	second, err := o.PutDocument(ctx, slot(evidence, "evidence", first.Version, []byte("the contract")))
	if err != nil {
		t.Fatal(err)
	}
	upload(t, second.Upload, []byte("the contract"))
	if _, err := o.Manifest(ctx, drafts.ManifestRequest{ID: filingID, Version: second.Version}); slug(err) != "document-missing/documents/0" {
		t.Fatalf("manifest before the claim arrived: %v", err)
	}
	again, err := o.PutDocument(ctx, slot(claimDoc, "main_claim", 1, []byte("the claim")))
	if err != nil || again.Version != second.Version {
		t.Fatalf("a new grant for a known document = version %d, %v", again.Version, err)
	}
	upload(t, again.Upload, []byte("the claim"))

	m, err := o.Manifest(ctx, drafts.ManifestRequest{ID: filingID, Version: second.Version})
	if err != nil {
		t.Fatal(err)
	}
	if sum := sha256.Sum256(m.Document); hex.EncodeToString(sum[:]) != m.SHA256 {
		t.Errorf("sha256 %s is not the document's", m.SHA256)
	}
	d, err := act.Parse(m.Document, act.FileClaim)
	if err != nil {
		t.Fatalf("what is to be signed can't be read back: %v\n%s", err, m.Document)
	}
	if d.Filing.ID != filingID || d.Filing.Account != "acc-1" || d.Filing.Agreement != "v1" || len(d.Filing.Documents) != 2 {
		t.Errorf("manifest %+v", d.Filing)
	}
	if strings.HasPrefix(d.Statement, "act.") || !strings.Contains(d.Statement, "Бостандық") {
		t.Errorf("statement %q does not say where the claim goes", d.Statement)
	}

	got, err := o.Get(ctx, drafts.GetRequest{ID: filingID})
	if err != nil || got.Status != filing.AwaitingSignatures || got.Version != m.Version || !got.Documents[0].Uploaded {
		t.Errorf("Get = %+v, %v", got, err)
	}
	// An edit makes the manifest void: the filing is a draft again.
	reply, err := o.Save(ctx, drafts.SaveRequest{ID: filingID, Version: m.Version, Claim: sampleClaim(t)})
	if err != nil || reply.Body.(drafts.View).Status != filing.Draft {
		t.Errorf("edit: %+v, %v", reply, err)
	}
	if _, err := o.Receipt(ctx, drafts.GetRequest{ID: filingID}); !errors.Is(err, filing.ErrNotFound) {
		t.Errorf("receipt of a draft: %v", err)
	}
}

func TestStoredBytesDifferFromTheirHash(t *testing.T) {
	o, ctx := newOffice(t), request()
	v := o.create(t)
	first, err := o.PutDocument(ctx, slot(claimDoc, "main_claim", v.Version, []byte("the claim")))
	if err != nil {
		t.Fatal(err)
	}
	upload(t, first.Upload, []byte("the claim"))
	// The slot is declared anew, but the new bytes never arrive.
	changed, err := o.PutDocument(ctx, slot(claimDoc, "main_claim", first.Version, []byte("the claim, mended")))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := o.Manifest(ctx, drafts.ManifestRequest{ID: filingID, Version: changed.Version}); slug(err) != "document-missing/documents/0" {
		t.Errorf("manifest without the new bytes: %v", err)
	}
	// The hash is right, the size is not.
	longer := slot(claimDoc, "main_claim", changed.Version, []byte("the claim"))
	longer.Size++
	if changed, err = o.PutDocument(ctx, longer); err != nil {
		t.Fatal(err)
	}
	if _, err := o.Manifest(ctx, drafts.ManifestRequest{ID: filingID, Version: changed.Version}); slug(err) != "document-checksum/documents/0" {
		t.Errorf("manifest with another size: %v", err)
	}
}

func TestStaleVersions(t *testing.T) {
	o, ctx := newOffice(t), request()
	v := o.create(t)
	if _, err := o.Save(ctx, drafts.SaveRequest{ID: filingID, Version: v.Version, Claim: sampleClaim(t)}); err != nil {
		t.Fatal(err)
	}
	_, save := o.Save(ctx, drafts.SaveRequest{ID: filingID, Version: v.Version, Claim: sampleClaim(t)})
	_, put := o.PutDocument(ctx, slot(claimDoc, "main_claim", v.Version, []byte("x")))
	_, del := o.DeleteDocument(ctx, drafts.DeleteRequest{ID: filingID, DocumentID: claimDoc, Version: v.Version})
	_, manifest := o.Manifest(ctx, drafts.ManifestRequest{ID: filingID, Version: v.Version})
	for name, err := range map[string]error{"save": save, "document": put, "delete": del, "manifest": manifest} {
		if !errors.Is(err, filing.ErrVersion) {
			t.Errorf("%s of an old version: %v", name, err)
		}
	}
}

func TestDocumentIsDropped(t *testing.T) {
	o, ctx := newOffice(t), request()
	v := o.create(t)
	put, err := o.PutDocument(ctx, slot(claimDoc, "main_claim", v.Version, []byte("x")))
	if err != nil {
		t.Fatal(err)
	}
	del, err := o.DeleteDocument(ctx, drafts.DeleteRequest{ID: filingID, DocumentID: claimDoc, Version: put.Version})
	if err != nil {
		t.Fatal(err)
	}
	got, err := o.Get(ctx, drafts.GetRequest{ID: filingID})
	if err != nil || len(got.Documents) != 0 || got.Version != del.Version {
		t.Errorf("Get = %+v, %v", got, err)
	}
	if _, err := o.DeleteDocument(ctx, drafts.DeleteRequest{ID: filingID, DocumentID: claimDoc, Version: del.Version}); !errors.Is(err, filing.ErrNotFound) {
		t.Errorf("dropping it again: %v", err)
	}
}

func TestTooManyDocuments(t *testing.T) {
	o, ctx := newOffice(t), request()
	version := o.create(t).Version
	for i := range filing.MaxDocuments {
		put, err := o.PutDocument(ctx, slot(fmt.Sprintf("0193f0c0-0000-7000-8000-%012d", i), "evidence", version, []byte("x")))
		if err != nil {
			t.Fatal(err)
		}
		version = put.Version
	}
	_, err := o.PutDocument(ctx, slot(claimDoc, "evidence", version, []byte("x")))
	if list, ok := errors.AsType[defect.List](err); !ok || list[0].Code != "too-many" {
		t.Errorf("document %d: %v", filing.MaxDocuments+1, err)
	}
}

// TestWhoMayDoWhat: every method × (nobody, someone else, owner without the agreement).
func TestWhoMayDoWhat(t *testing.T) {
	o, ctx := newOffice(t), request()
	v := o.create(t)
	methods := map[string]func() error{
		"save": func() error { _, err := o.Save(ctx, drafts.SaveRequest{ID: filingID, Version: v.Version}); return err },
		"document": func() error {
			_, err := o.PutDocument(ctx, slot(claimDoc, "main_claim", v.Version, []byte("x")))
			return err
		},
		"delete": func() error {
			_, err := o.DeleteDocument(ctx, drafts.DeleteRequest{ID: filingID, DocumentID: claimDoc, Version: v.Version})
			return err
		},
		"manifest": func() error {
			_, err := o.Manifest(ctx, drafts.ManifestRequest{ID: filingID, Version: v.Version})
			return err
		},
		"get":     func() error { _, err := o.Get(ctx, drafts.GetRequest{ID: filingID}); return err },
		"receipt": func() error { _, err := o.Receipt(ctx, drafts.GetRequest{ID: filingID}); return err },
	}
	reads := []string{"get", "receipt"}
	for name, call := range methods {
		*o.gate = gate{}
		if err := call(); !errors.Is(err, session.ErrNone) {
			t.Errorf("nobody, %s: %v", name, err)
		}
		*o.gate = gate{id: "acc-2", accepted: true}
		if err := call(); !errors.Is(err, filing.ErrNotFound) {
			t.Errorf("someone else, %s: %v", name, err)
		}
		*o.gate = gate{id: "acc-1"}
		if err := call(); errors.Is(err, agreement.ErrNotAccepted) == slices.Contains(reads, name) {
			t.Errorf("owner who has not accepted the agreement, %s: %v", name, err)
		}
	}
	*o.gate = gate{id: "acc-2", accepted: true}
	if list, err := o.List(ctx, struct{}{}); err != nil || len(list.Filings) != 0 {
		t.Errorf("someone else's list: %+v, %v", list, err)
	}
	*o.gate = gate{id: "acc-1", accepted: true}
	if list, err := o.List(ctx, struct{}{}); err != nil || len(list.Filings) != 1 || list.Filings[0].Defendant == "" {
		t.Errorf("the owner's list: %+v, %v", list, err)
	}
}

func TestALargeDocumentComesInParts(t *testing.T) {
	o, ctx := newOffice(t), request()
	v := o.create(t)
	content := bytes.Repeat([]byte("0123456789abcdef"), documents.PartSize/16+1)
	req := slot(claimDoc, "main_claim", v.Version, content)
	first, err := o.PutDocument(ctx, req)
	if list, ok := errors.AsType[defect.List](err); !ok || list[0].Pointer != "/parts" {
		t.Fatalf("without the parts' hashes: %+v, %v", first, err)
	}
	for part := range slices.Chunk(content, documents.PartSize) {
		sum := sha256.Sum256(part)
		req.Parts = append(req.Parts, hex.EncodeToString(sum[:]))
	}
	granted, err := o.PutDocument(ctx, req)
	if err != nil || !granted.Upload.Complete || len(granted.Upload.Grants) != 2 {
		t.Fatalf("granted %+v, %v", granted, err)
	}
	complete := drafts.CompleteRequest{ID: filingID, DocumentID: claimDoc, Parts: req.Parts}
	for _, g := range granted.Upload.Grants {
		if _, err := o.CompleteDocument(ctx, complete); !errors.Is(err, filing.ErrDocumentMissing) {
			t.Errorf("complete before all has arrived: %v", err)
		}
		upload(t, documents.Upload{Grants: []documents.Grant{g}}, content[g.Offset:g.Offset+g.Size])
	}
	if stored, err := o.CompleteDocument(ctx, complete); err != nil || stored.PartSize != documents.PartSize {
		t.Errorf("complete: %+v, %v", stored, err)
	}
	if got, err := o.Get(ctx, drafts.GetRequest{ID: filingID}); err != nil || !got.Documents[0].Uploaded {
		t.Errorf("Get = %+v, %v", got.Documents, err)
	}
	renamed := req
	renamed.Parts, renamed.Role, renamed.Version = nil, "evidence", granted.Version
	if reply, err := o.PutDocument(ctx, renamed); err != nil || len(reply.Upload.Grants) != 0 || reply.Version != granted.Version+1 {
		t.Errorf("another role without the parts' hashes: %+v, %v", reply, err)
	}
	complete.DocumentID = evidence
	if _, err := o.CompleteDocument(ctx, complete); !errors.Is(err, filing.ErrNotFound) {
		t.Errorf("complete an unknown document: %v", err)
	}
	o.gate.id = "acc-2"
	complete.DocumentID = claimDoc
	if _, err := o.CompleteDocument(ctx, complete); !errors.Is(err, filing.ErrNotFound) {
		t.Errorf("complete another's document: %v", err)
	}
}
