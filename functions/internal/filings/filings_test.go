package filings_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/courtoffice/courtoffice/functions/internal/filings"
	"github.com/courtoffice/courtoffice/functions/internal/inspect"
	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/act"
	"github.com/courtoffice/courtoffice/shared/agreement"
	"github.com/courtoffice/courtoffice/shared/defect"
	"github.com/courtoffice/courtoffice/shared/documents"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/filing/render"
	"github.com/courtoffice/courtoffice/shared/httpapi"
	"github.com/courtoffice/courtoffice/shared/kzid"
	"github.com/courtoffice/courtoffice/shared/locale"
	"github.com/courtoffice/courtoffice/shared/session"
	"github.com/courtoffice/courtoffice/shared/store"
	"github.com/courtoffice/courtoffice/shared/store/engine"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

const (
	filingID = "0193f0c0-0000-7000-8000-000000000001"
	otherID  = "0193f0c0-0000-7000-8000-000000000002"
)

var indexKey = bytes.Repeat([]byte{1}, 32)

// people sign in by these numbers; the sample's claimant is the first.
var people = map[string]string{"acc-1": "900101300126", "acc-2": "880715450349"}

// gate answers for one signed-in account.
type gate struct {
	id       string
	accepted bool
}

func (g *gate) Holder(context.Context) (account.Account, error) {
	if g.id == "" {
		return account.Account{}, session.ErrNone
	}
	iin, err := kzid.ParseIIN(people[g.id])
	who := account.Subject{Kind: account.Natural, IIN: iin, Name: "СЕРІКБАЕВ ДӘУРЕН"}
	return account.Account{ID: g.id, Key: who.Key(indexKey), Subject: who}, err
}

func (g *gate) Session(ctx context.Context) (account.Account, session.Session, error) {
	a, err := g.Holder(ctx)
	return a, session.Session{AccountID: a.ID, By: session.ByEDS}, err
}

func (g *gate) Actor(ctx context.Context) (account.Account, string, error) {
	a, err := g.Holder(ctx)
	if err == nil && !g.accepted {
		err = agreement.ErrNotAccepted
	}
	return a, "v1", err
}

type versions []agreement.Version

func (v versions) Agreements(context.Context, time.Time) ([]agreement.Version, error) { return v, nil }

type office struct {
	*filings.Service
	t     *testing.T
	gate  *gate
	table *store.Filings

	inspector *inspect.Service
}

func newOffice(t *testing.T) office {
	t.Helper()
	db, name := engine.ForTest(t)
	client, bucket := engine.S3ForTest(t)
	g := &gate{id: "acc-1", accepted: true}
	table, verdicts, bytes := store.NewFilings(db, name(schema.Filings)), store.NewVerdicts(db, name(schema.Filings)), documents.New(client, bucket)
	return office{&filings.Service{
		Gate: g, Filings: table, Cases: store.NewCases(db, name(schema.Filings)), Attempts: store.NewAttempts(db, name(schema.Filings)), Documents: bytes, Verdicts: verdicts,
		Agreements: versions{{ID: "v1"}}, IndexKey: indexKey, Office: "https://court.example",
	}, t, g, table, &inspect.Service{Documents: bytes, Verdicts: verdicts, Now: time.Now}}
}

func request() context.Context { return requestAt(time.Now()) }

func requestAt(at time.Time) context.Context {
	return httpapi.WithEdge(context.Background(), httpapi.Edge{ReceivedAt: at, RequestID: "r"})
}

// sample are the sections of testdata's claim, and its documents.
func sample(t *testing.T) (sections map[string]json.RawMessage, attached []filing.Document) {
	t.Helper()
	for name, into := range map[string]any{"form.json": &sections, "documents.json": &attached} {
		raw, err := os.ReadFile("../../../testdata/claims/claim/" + name)
		if err == nil {
			err = json.Unmarshal(raw, into)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	for i, d := range attached {
		content := contentOf(d)
		attached[i].SHA256, attached[i].Size, attached[i].MediaType = filing.Sum(content), int64(len(content)), "application/pdf"
	}
	return sections, attached
}

func contentOf(d filing.Document) []byte { return []byte("%PDF-1.7 " + d.Name) }

func (o office) create(id string) filings.View {
	o.t.Helper()
	sections, _ := sample(o.t)
	reply, err := o.Create(request(), filings.CreateRequest{ID: id, Kind: "claim", Sections: sections})
	if err != nil || reply.Status != http.StatusCreated {
		o.t.Fatalf("create: %d, %v", reply.Status, err)
	}
	return reply.Body.(filings.View)
}

func slot(id string, d filing.Document, version int) filings.DocumentRequest {
	return filings.DocumentRequest{
		ID: id, DocumentID: d.ID, Version: version, Role: d.Role, Name: d.Name, Size: d.Size, SHA256: d.SHA256, MediaType: d.MediaType,
	}
}

// attach adds the sample's documents and uploads them.
func (o office) attach(id string) {
	o.t.Helper()
	_, attached := sample(o.t)
	for _, d := range attached {
		put, err := o.PutDocument(request(), slot(id, d, 0))
		if err != nil {
			o.t.Fatal(err)
		}
		upload(o.t, put.Upload.Grants[0], contentOf(d))
	}
}

// complete is a draft that may be signed.
func (o office) complete(id string) filings.View {
	o.t.Helper()
	o.create(id)
	o.attach(id)
	return o.view(id)
}

func (o office) view(id string) filings.View {
	o.t.Helper()
	v, err := o.Get(request(), filings.GetRequest{ID: id})
	if err != nil {
		o.t.Fatal(err)
	}
	return v
}

func (o office) manifest(id string) filings.ManifestReply {
	o.t.Helper()
	m, err := o.Manifest(request(), filings.ManifestRequest{ID: id, Revision: o.view(id).Revision})
	if err != nil {
		o.t.Fatalf("manifest: %v", explain(err))
	}
	return m
}

// seal seals what m says in the table, as file-claim would.
func (o office) seal(id string, m filings.ManifestReply) {
	o.t.Helper()
	token, err := filing.ParseToken(indexKey, id, m.Token)
	if err != nil {
		o.t.Fatal(err)
	}
	who, _ := o.gate.Holder(o.t.Context())
	_, err = o.table.Seal(o.t.Context(), filing.Seal{
		FilingID: id, Account: o.gate.id, Kind: "claim", Manifest: m.SHA256, SentAt: time.Now(), TicketNo: "T", Receipt: []byte(`{"receipt":{}}`),
		Signature: filing.Signature{Place: filing.Place{Person: who.Key, Seats: token.Seats}, CMS: enveloped(m.Document), JudgedAt: time.Now()},
	})
	if err != nil {
		o.t.Fatal(err)
	}
}

func upload(t *testing.T, g documents.Grant, content []byte) {
	t.Helper()
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

// explain is an error with the defects it carries.
func explain(err error) string {
	text := fmt.Sprint(err)
	if list, ok := errors.AsType[defect.List](err); ok {
		text += " " + list.Error()
	}
	return text
}

func slug(err error) string {
	if p, ok := errors.AsType[*httpapi.Problem](err); ok {
		return p.Slug
	}
	return fmt.Sprint(err)
}

func codes(err error) (codes []string) {
	list, _ := errors.AsType[defect.List](err)
	for _, d := range list {
		codes = append(codes, d.Pointer+" "+d.Code)
	}
	return codes
}

func TestFromDraftToManifest(t *testing.T) {
	o, ctx := newOffice(t), request()
	v := o.create(filingID)
	again := o.create(filingID)
	if again.Revision != v.Revision || len(again.Sections) != len(v.Sections) || v.Opposite == "" || v.CourtCode != "almaty-bostandyq" {
		t.Errorf("created twice: %+v, %+v", v.Summary, again.Summary)
	}
	_, attached := sample(t)
	for _, d := range attached {
		if _, err := o.PutDocument(ctx, slot(filingID, d, 0)); err != nil {
			t.Fatal(err)
		}
	}
	check, err := o.Check(ctx, filings.GetRequest{ID: filingID})
	if err != nil || check.Complete {
		t.Errorf("before the documents have arrived: %+v, %v", check, err)
	}
	_, err = o.Manifest(ctx, filings.ManifestRequest{ID: filingID, Revision: check.Revision})
	if slug(err) != "filing-incomplete" || !slices.Contains(codes(err), "/documents/"+attached[0].ID+" document-missing") {
		t.Errorf("manifest before the documents have arrived: %v", explain(err))
	}
	for _, d := range attached {
		put, err := o.PutDocument(ctx, slot(filingID, d, 0)) // known: a new grant and nothing else
		if err != nil || put.Version != 1 {
			t.Fatalf("a new grant: %+v, %v", put, err)
		}
		upload(t, put.Upload.Grants[0], contentOf(d))
	}
	m := o.manifest(filingID)
	if filing.Sum(m.Document) != m.SHA256 || m.Seats != 1 || len(m.Document) > filing.MaxManifest {
		t.Errorf("reply %+v", m)
	}
	d, err := act.Manifest(m.Document)
	if err != nil {
		t.Fatalf("what is to be signed can't be read back: %v\n%s", err, m.Document)
	}
	f := d.Filing
	if f.ID != filingID || f.Account != "acc-1" || f.Agreement != "v1" || len(f.Documents) != len(attached) || f.V != filing.ManifestVersion ||
		f.Seats[0].Any[0].Capacity != filing.InPerson || f.CourtCode != "almaty-bostandyq" {
		t.Errorf("manifest %+v", f)
	}
	if strings.HasPrefix(d.Statement, "act.") || !strings.Contains(d.Statement, "Бостандық") || !strings.Contains(d.Statement, "https://court.example") {
		t.Errorf("statement %q does not say where the claim goes", d.Statement)
	}
	// The bytes that are hashed are the bytes that are kept.
	pins, err := o.table.PinsOf(ctx, filingID, m.SHA256)
	if err != nil {
		t.Fatal(err)
	}
	kept, err := o.Documents.Get(ctx, documents.Object{Filing: filingID, SHA256: f.Form.SHA256}, pins[f.Form.SHA256])
	if err != nil || filing.Sum(kept) != f.Form.SHA256 || int64(len(kept)) != f.Form.Size {
		t.Errorf("form.json: %d bytes, %v", len(kept), err)
	}
	paper, err := o.Documents.Get(ctx, documents.Object{Filing: filingID, SHA256: f.Statement.SHA256}, pins[f.Statement.SHA256])
	if err != nil || !bytes.HasPrefix(paper, []byte("%PDF")) || f.Statement.Lang != locale.KK || f.Statement.Renderer != render.Version {
		t.Errorf("statement.pdf: %d bytes, %+v, %v", len(paper), f.Statement, err)
	}
	for _, d := range f.Documents {
		if pins[d.SHA256] == "" {
			t.Errorf("no version of %s is pinned", d.Name)
		}
	}
	if got := o.view(filingID); got.Status != filing.AwaitingSignatures || !got.Documents[0].Uploaded || got.SealBy == nil {
		t.Errorf("Get = %+v", got.Summary)
	}
	if _, err := o.Receipt(ctx, filings.GetRequest{ID: filingID}); !errors.Is(err, filing.ErrNotFound) {
		t.Errorf("receipt of a draft: %v", err)
	}
	// An edit makes the manifest void, and says so: the filing is a draft again.
	saved, err := o.SaveSection(ctx, filings.SectionRequest{ID: filingID, Section: "pretrial", Version: 1, Value: json.RawMessage(`{"required":"none","rule":""}`)})
	if err != nil || saved.Voided || saved.Status != filing.AwaitingSignatures {
		t.Errorf("what is stored already: %+v, %v", saved, err)
	}
	saved, err = o.SaveSection(ctx, filings.SectionRequest{ID: filingID, Section: "pretrial", Version: 1, Value: json.RawMessage(`{}`)})
	if err != nil || !saved.Voided || saved.Status != filing.Draft || o.view(filingID).Status != filing.Draft {
		t.Errorf("edit: %+v, %v", saved, err)
	}
	if _, err := o.ToSign(ctx, filings.GetRequest{ID: filingID}); !errors.Is(err, filing.ErrManifestVoid) {
		t.Errorf("what is void is handed out: %v", err)
	}
}

// TestWhatCannotBeSeenIsNotSigned: a character that the statement's fonts lack is a defect where it stands.
func TestWhatCannotBeSeenIsNotSigned(t *testing.T) {
	o, ctx := newOffice(t), request()
	o.complete(filingID)
	_, err := o.SaveSection(ctx, filings.SectionRequest{ID: filingID, Section: "circumstances", Version: 1, Value: json.RawMessage(`{"breach":{"text":"бұзды 汉"},"facts":{"text":"x"}}`)})
	if err != nil {
		t.Fatal(err)
	}
	_, err = o.Manifest(ctx, filings.ManifestRequest{ID: filingID, Revision: o.view(filingID).Revision})
	if got := codes(err); !slices.Equal(got, []string{"/circumstances/breach/text glyph"}) {
		t.Errorf("defects %v", got)
	}
}

// TestManifestOfWhatWasSeen: what was changed since it was looked at is not signed unseen.
func TestManifestOfWhatWasSeen(t *testing.T) {
	o, ctx := newOffice(t), request()
	seen := o.complete(filingID).Revision
	if _, err := o.SaveSection(ctx, filings.SectionRequest{ID: filingID, Section: "pretrial", Version: 1, Value: json.RawMessage(`{}`)}); err != nil {
		t.Fatal(err)
	}
	if _, err := o.Manifest(ctx, filings.ManifestRequest{ID: filingID, Revision: seen}); !errors.Is(err, filing.ErrVersion) {
		t.Errorf("manifest: %v", err)
	}
}

// TestSealableUntil: 72 hours after the version it was made under can lapse.
func TestSealableUntil(t *testing.T) {
	o := newOffice(t)
	v := o.complete(filingID)
	at := time.Now()
	for _, tt := range []struct {
		coming []agreement.Version
		want   time.Time
	}{
		{nil, at.Add(144 * time.Hour)},
		{[]agreement.Version{{ID: "v2", EffectiveAt: at.Add(time.Hour)}}, at.Add(73 * time.Hour)},
	} {
		o.Agreements = append(versions{{ID: "v1"}}, tt.coming...)
		m, err := o.Manifest(requestAt(at), filings.ManifestRequest{ID: filingID, Revision: v.Revision})
		if err != nil || m.SealBy.Sub(tt.want).Abs() > time.Millisecond {
			t.Errorf("%d versions to come: until %s, want %s, %v", len(tt.coming), m.SealBy, tt.want, err)
		}
		v.Revision++
	}
}

func TestSectionConflictShowsBoth(t *testing.T) {
	o, ctx := newOffice(t), request()
	o.create(filingID)
	save := func(version int, value string) (filings.SectionReply, error) {
		return o.SaveSection(ctx, filings.SectionRequest{ID: filingID, Section: "circumstances", Version: version, Value: json.RawMessage(value)})
	}
	if got, err := save(1, `{"breach":{"text":"theirs"}}`); err != nil || got.Version != 2 {
		t.Fatalf("%+v, %v", got, err)
	}
	if got, err := save(1, `{"breach":{"text":"theirs"}}`); err != nil || got.Version != 2 {
		t.Errorf("a repeat whose answer was lost: %+v, %v", got, err)
	}
	_, err := save(1, `{"breach":{"text":"mine"}}`)
	p, _ := errors.AsType[*httpapi.Problem](err)
	if p == nil || p.Slug != "version-conflict" {
		t.Fatalf("conflict: %v", err)
	}
	stored := p.Stored.(filings.Stored)
	if stored.Section != "circumstances" || stored.Version != 2 || string(stored.Value) != `{"breach":{"text":"theirs"}}` {
		t.Errorf("stored: %+v", stored)
	}
	if got, err := save(stored.Version, `{"breach":{"text":"mine"}}`); err != nil || got.Version != 3 {
		t.Errorf("over what was shown: %+v, %v", got, err)
	}
	for _, tt := range []struct{ section, value, want string }{
		{"nowhere", `{}`, "not-found"},
		{"court", `{"lang":"en"}`, "invalid-fields"},
		{"court", `{"a":1,"a":2}`, "malformed-json"},
	} {
		_, err := o.SaveSection(ctx, filings.SectionRequest{ID: filingID, Section: tt.section, Version: 1, Value: json.RawMessage(tt.value)})
		got := slug(err)
		if len(codes(err)) > 0 {
			got = "invalid-fields"
		}
		if got != tt.want {
			t.Errorf("%s %s: %s (%v), want %s", tt.section, tt.value, got, explain(err), tt.want)
		}
	}
}

func TestStaleVersionsOfDocuments(t *testing.T) {
	o, ctx := newOffice(t), request()
	o.create(filingID)
	_, attached := sample(t)
	d := attached[0]
	if _, err := o.PutDocument(ctx, slot(filingID, d, 0)); err != nil {
		t.Fatal(err)
	}
	d.Role = "other"
	put, err := o.PutDocument(ctx, slot(filingID, d, 1))
	if err != nil || put.Version != 2 {
		t.Fatalf("another role: %+v, %v", put, err)
	}
	d.Name = "b.pdf"
	_, stale := o.PutDocument(ctx, slot(filingID, d, 1))
	_, drop := o.DropDocument(ctx, filings.DropRequest{ID: filingID, DocumentID: d.ID, Version: 1})
	for name, err := range map[string]error{"document": stale, "drop": drop} {
		if !errors.Is(err, filing.ErrVersion) {
			t.Errorf("%s of an old version: %v", name, err)
		}
	}
	if _, err := o.DropDocument(ctx, filings.DropRequest{ID: filingID, DocumentID: d.ID, Version: 2}); err != nil {
		t.Error(err)
	}
	if _, err := o.DropDocument(ctx, filings.DropRequest{ID: filingID, DocumentID: d.ID, Version: 2}); !errors.Is(err, filing.ErrNotFound) {
		t.Errorf("dropping it again: %v", err)
	}
}

func TestTooManyDocuments(t *testing.T) {
	o, ctx := newOffice(t), request()
	o.create(filingID)
	_, attached := sample(t)
	for i := range filing.MaxDocuments + 1 {
		d := attached[0]
		d.ID = fmt.Sprintf("0193f0c0-0000-7000-8000-%012d", i)
		_, err := o.PutDocument(ctx, slot(filingID, d, 0))
		if i < filing.MaxDocuments && err != nil {
			t.Fatal(err)
		}
		if i == filing.MaxDocuments && !slices.Equal(codes(err), []string{"/documents too-many"}) {
			t.Errorf("document %d: %v", i+1, err)
		}
	}
}

// TestSentIsShownAsSigned: after the seal the owner sees what was signed and can have every file of it.
func TestSentIsShownAsSigned(t *testing.T) {
	o, ctx := newOffice(t), request()
	draft := o.complete(filingID)
	o.seal(filingID, o.manifest(filingID))
	sent := o.view(filingID)
	if sent.Status != filing.Sent || sent.TicketNo != "T" || len(sent.Documents) != len(draft.Documents) || len(sent.Events) != 2 {
		t.Errorf("sent: %+v, events %v", sent.Summary, sent.Events)
	}
	for code, section := range draft.Sections {
		if !bytes.Equal(sent.Sections[code].Value, section.Value) {
			t.Errorf("section %s: %s, was %s", code, sent.Sections[code].Value, section.Value)
		}
	}
	for _, file := range []string{"form", "statement", draft.Documents[0].ID} {
		reply, err := o.File(ctx, filings.FileRequest{ID: filingID, File: file})
		if err != nil || reply.Status != http.StatusSeeOther {
			t.Fatalf("%s: %+v, %v", file, reply, err)
		}
		res, err := http.Get(reply.See)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(res.Body)
		res.Body.Close()
		sum := sha256.Sum256(body)
		if res.StatusCode != http.StatusOK || !strings.HasPrefix(res.Header.Get("Content-Disposition"), "attachment") ||
			file == draft.Documents[0].ID && hex.EncodeToString(sum[:]) != draft.Documents[0].SHA256 {
			t.Errorf("%s: %s %v %.80q", file, res.Status, res.Header, body)
		}
	}
	if _, err := o.File(ctx, filings.FileRequest{ID: filingID, File: otherID}); !errors.Is(err, filing.ErrNotFound) {
		t.Errorf("a file that is none of it: %v", err)
	}
	if _, err := o.DeleteFiling(ctx, filings.GetRequest{ID: filingID}); !errors.Is(err, filing.ErrVersion) {
		t.Errorf("deleting what was sent: %v", err)
	}
}

func TestCopies(t *testing.T) {
	o, ctx := newOffice(t), request()
	first := o.complete(filingID)
	if _, err := o.Copy(ctx, filings.CopyRequest{ID: filingID, As: otherID, Corrects: true}); !slices.Equal(codes(err), []string{"/corrects not-sent"}) {
		t.Errorf("a corrected copy of a draft: %v", err)
	}
	o.seal(filingID, o.manifest(filingID))
	for range 2 {
		reply, err := o.Copy(ctx, filings.CopyRequest{ID: filingID, As: otherID, Corrects: true})
		if err != nil {
			t.Fatal(err)
		}
		v := reply.Body.(filings.View)
		if v.Status != filing.Draft || v.Replaces != filingID || len(v.Documents) != len(first.Documents) || !v.Documents[0].Uploaded ||
			!slices.Equal(slices.Sorted(maps.Keys(v.Sections)), slices.Sorted(maps.Keys(first.Sections))) {
			t.Errorf("copy: %+v, documents %+v", v.Summary, v.Documents)
		}
	}
	d, err := act.Manifest(o.manifest(otherID).Document)
	if err != nil || d.Filing.Replaces != filingID {
		t.Errorf("the copy's manifest names %q, %v", d.Filing.Replaces, err)
	}
}

func TestDeletedDraftsAreGone(t *testing.T) {
	o, ctx := newOffice(t), request()
	o.complete(filingID)
	if _, err := o.DeleteFiling(ctx, filings.GetRequest{ID: filingID}); err != nil {
		t.Fatal(err)
	}
	if _, err := o.Get(ctx, filings.GetRequest{ID: filingID}); !errors.Is(err, filing.ErrNotFound) {
		t.Errorf("Get: %v", err)
	}
	if list, err := o.List(ctx, filings.ListRequest{}); err != nil || len(list.Filings) != 0 {
		t.Errorf("List: %+v, %v", list, err)
	}
}

func TestSearch(t *testing.T) {
	o, ctx := newOffice(t), request()
	o.create(filingID)
	o.create(otherID)
	for query, want := range map[filings.ListRequest]int{
		{}:                        2,
		{Words: "МЫСАЛ құрылыс"}:  2,
		{Words: "мысал басқа"}:    0,
		{Status: "sent"}:          0,
		{Status: "draft,sent"}:    2,
		{Kind: "motion"}:          0,
		{Kind: "claim", Limit: 1}: 1,
		{Words: "серіктестігі", Limit: 1}: 1,
	} {
		list, err := o.List(ctx, query)
		if err != nil || len(list.Filings) != want {
			t.Errorf("%+v: %d filings, want %d, %v", query, len(list.Filings), want, err)
		}
	}
	if _, err := o.List(ctx, filings.ListRequest{Limit: filings.MaxPage + 1}); len(codes(err)) != 1 {
		t.Errorf("a page too large: %v", err)
	}
}

// TestWhoMayDoWhat: every method × (nobody, someone else, owner without the agreement).
func TestWhoMayDoWhat(t *testing.T) {
	o, ctx := newOffice(t), request()
	v := o.complete(filingID)
	_, attached := sample(t)
	id := filings.GetRequest{ID: filingID}
	methods := map[string]func() error{
		"section": func() error {
			_, err := o.SaveSection(ctx, filings.SectionRequest{ID: filingID, Section: "court", Version: 1, Value: json.RawMessage("{}")})
			return err
		},
		"document": func() error { _, err := o.PutDocument(ctx, slot(filingID, attached[0], 0)); return err },
		"complete": func() error {
			_, err := o.CompleteDocument(ctx, filings.CompleteRequest{ID: filingID, DocumentID: attached[0].ID})
			return err
		},
		"drop": func() error {
			_, err := o.DropDocument(ctx, filings.DropRequest{ID: filingID, DocumentID: attached[0].ID, Version: 9})
			return err
		},
		"manifest": func() error {
			_, err := o.Manifest(ctx, filings.ManifestRequest{ID: filingID, Revision: v.Revision})
			return err
		},
		"copy":    func() error { _, err := o.Copy(ctx, filings.CopyRequest{ID: filingID, As: otherID}); return err },
		"get":     func() error { _, err := o.Get(ctx, id); return err },
		"check":   func() error { _, err := o.Check(ctx, id); return err },
		"to sign": func() error { _, err := o.ToSign(ctx, id); return err },
		"receipt": func() error { _, err := o.Receipt(ctx, id); return err },
		"file": func() error {
			_, err := o.File(ctx, filings.FileRequest{ID: filingID, File: attached[0].ID})
			return err
		},
		"delete": func() error { _, err := o.DeleteFiling(ctx, filings.GetRequest{ID: filingID}); return err },
	}
	free := []string{"get", "check", "to sign", "receipt", "file", "delete"} // of the agreement in force
	for name, call := range methods {
		if name == "delete" {
			continue
		}
		*o.gate = gate{}
		if err := call(); !errors.Is(err, session.ErrNone) {
			t.Errorf("nobody, %s: %v", name, err)
		}
		*o.gate = gate{id: "acc-2", accepted: true}
		if err := call(); !errors.Is(err, filing.ErrNotFound) {
			t.Errorf("someone else, %s: %v", name, err)
		}
		*o.gate = gate{id: "acc-1"}
		if err := call(); errors.Is(err, agreement.ErrNotAccepted) == slices.Contains(free, name) {
			t.Errorf("owner who has not accepted the agreement, %s: %v", name, err)
		}
	}
	*o.gate = gate{id: "acc-2", accepted: true}
	if err := methods["delete"](); !errors.Is(err, filing.ErrNotFound) {
		t.Errorf("someone else, delete: %v", err)
	}
	if list, err := o.List(ctx, filings.ListRequest{}); err != nil || len(list.Filings) != 0 {
		t.Errorf("someone else's list: %+v, %v", list, err)
	}
	*o.gate = gate{id: "acc-1", accepted: true}
	if list, err := o.List(ctx, filings.ListRequest{}); err != nil || len(list.Filings) != 1 || list.Filings[0].Opposite == "" {
		t.Errorf("the owner's list: %+v, %v", list, err)
	}
}

func TestDraftsHaveAQuota(t *testing.T) {
	o, ctx := newOffice(t), request()
	for i := range filings.DraftsADay + 1 {
		_, err := o.Create(ctx, filings.CreateRequest{ID: fmt.Sprintf("0193f0c0-0000-7000-8000-%012d", i), Kind: "claim"})
		if i < filings.DraftsADay && err != nil {
			t.Fatal(err)
		}
		if p, ok := errors.AsType[*httpapi.Problem](err); i == filings.DraftsADay && (!ok || p.Slug != "quota" || p.Wait <= 0) {
			t.Errorf("draft %d: %v", i+1, err)
		}
	}
}

// TestStorageHasAQuota: an account that sent as much as it may in a month gets no further grant, and the
// answer says when.
func TestStorageHasAQuota(t *testing.T) {
	o, ctx := newOffice(t), request()
	o.create(filingID)
	_, attached := sample(t)
	d := attached[0]
	if _, err := o.Attempts.CountMany(ctx, "storage#acc-1", filings.StorageAMonth-int(d.Size)+1, filings.StorageAMonth, 30*24*time.Hour, httpapi.ReceivedAt(ctx)); err != nil {
		t.Fatal(err)
	}
	_, err := o.PutDocument(ctx, slot(filingID, d, 0))
	if p, ok := errors.AsType[*httpapi.Problem](err); !ok || p.Slug != "quota" || p.Wait <= 0 || p.Wait > 30*24*time.Hour {
		t.Errorf("a grant over the quota: %v", err)
	}
	small := d
	small.Size--
	if _, err := o.PutDocument(ctx, slot(filingID, small, 1)); err != nil {
		t.Errorf("a grant within it: %v", err)
	}
}

func TestALargeDocumentComesInParts(t *testing.T) {
	o, ctx := newOffice(t), request()
	o.create(filingID)
	_, attached := sample(t)
	content := bytes.Repeat([]byte("0123456789abcdef"), documents.PartSize/16+1)
	d := attached[0]
	d.SHA256, d.Size = filing.Sum(content), int64(len(content))
	req := slot(filingID, d, 0)
	none, err := o.PutDocument(ctx, req)
	if got := codes(err); !slices.Equal(got, []string{"/parts format"}) || len(o.view(filingID).Documents) != 0 {
		t.Fatalf("without the parts' hashes: %+v, %v", none, err)
	}
	for part := range slices.Chunk(content, documents.PartSize) {
		req.Parts = append(req.Parts, filing.Sum(part))
	}
	granted, err := o.PutDocument(ctx, req)
	if err != nil || !granted.Upload.Complete || len(granted.Upload.Grants) != 2 {
		t.Fatalf("granted %+v, %v", granted, err)
	}
	complete := filings.CompleteRequest{ID: filingID, DocumentID: d.ID, Parts: req.Parts}
	for _, g := range granted.Upload.Grants {
		if _, err := o.CompleteDocument(ctx, complete); !errors.Is(err, filing.ErrDocumentMissing) {
			t.Errorf("complete before all has arrived: %v", err)
		}
		upload(t, g, content[g.Offset:g.Offset+g.Size])
	}
	if stored, err := o.CompleteDocument(ctx, complete); err != nil || stored.PartSize != documents.PartSize {
		t.Errorf("complete: %+v, %v", stored, err)
	}
	if v := o.view(filingID); !v.Documents[0].Uploaded {
		t.Errorf("documents %+v", v.Documents)
	}
	renamed := req
	renamed.Parts, renamed.Role, renamed.Version = nil, "calculation", granted.Version
	if reply, err := o.PutDocument(ctx, renamed); err != nil || reply.Upload.Grants == nil || len(reply.Upload.Grants) != 0 || reply.Version != granted.Version+1 {
		t.Errorf("another role without the parts' hashes: %+v, %v", reply, err)
	}
	if v := o.view(filingID); v.Documents[0].Role != "calculation" || !v.Documents[0].Uploaded {
		t.Errorf("documents %+v", v.Documents)
	}
	renamed.Version++
	for what, change := range map[string]func(*filings.DocumentRequest){
		"another content": func(r *filings.DocumentRequest) { r.SHA256 = filing.Sum(nil) },
		"another size":    func(r *filings.DocumentRequest) { r.Size++ },
		"wrong hashes":    func(r *filings.DocumentRequest) { r.Parts = req.Parts[:1] },
	} {
		r := renamed
		change(&r)
		if _, err := o.PutDocument(ctx, r); !slices.Equal(codes(err), []string{"/parts format"}) {
			t.Errorf("%s: %v", what, err)
		}
	}
	complete.DocumentID = attached[1].ID
	if _, err := o.CompleteDocument(ctx, complete); !errors.Is(err, filing.ErrNotFound) {
		t.Errorf("complete an unknown document: %v", err)
	}
	o.gate.id = "acc-2"
	complete.DocumentID = d.ID
	if _, err := o.CompleteDocument(ctx, complete); !errors.Is(err, filing.ErrNotFound) {
		t.Errorf("complete another's document: %v", err)
	}
}
