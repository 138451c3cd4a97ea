package wire

import (
	"encoding/base64"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/courtoffice/courtoffice/functions/internal/cases"
	"github.com/courtoffice/courtoffice/functions/internal/inspect"
	"github.com/courtoffice/courtoffice/functions/internal/registry"
	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/documents"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/session"
	"github.com/courtoffice/courtoffice/shared/signer/signertest"
	"github.com/courtoffice/courtoffice/shared/store"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

const (
	scribeToken = "c2NyaWJlLXNlc3Npb24tdG9rZW4tb2YtMzItYnl0ZXM"
	paperCourt  = "almaty-bostandyq"
	paperAct    = "01993a5e-0000-7000-8000-0000000a9001"
)

// desk is an office with a clerk who has a key to sign with, and a scan.
type desk struct {
	*matrix
	scan  string
	court map[string]string // tokens
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{matrix: newMatrix(t)}
	d.court = d.matrix.court()
	d.holder("scribe", scribeToken, session.ByEDS, "clerk."+paperCourt)
	d.posted(caseJudge, "judge."+paperCourt)
	if _, err := d.db.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{ // found by its number, as those that registered are
		TableName: ptr(d.name(schema.Accounts)), Key: map[string]types.AttributeValue{"PK": text("ACCOUNT#scribe"), "SK": text("ACCOUNT")},
		UpdateExpression: ptr("SET subject = :key"), ExpressionAttributeValues: map[string]types.AttributeValue{":key": text(account.NumberKeys(d.app(t, "registry").cfg.IndexKey, signertest.DanaIIN)[0])},
	}); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(filepath.Join("..", "..", "..", "testdata", "claims", "money", "claim.pdf"))
	if err != nil {
		t.Fatal(err)
	}
	d.scan = string(content)
	return d
}

func scanOf(content, mediaType string) object {
	return object{"sha256": filing.Sum([]byte(content)), "size": len(content), "mediaType": mediaType}
}

// uploads has a scan sent and inspected, and returns how it is named in what is entered.
func (d *desk) uploads(act, content, mediaType, name string) object {
	d.Helper()
	ask := with(scanOf(content, mediaType), "court", paperCourt, "act", act)
	a := d.want(d.call("POST /api/registry/papers/scans", ask, scribeToken), 200, "")
	d.uploadContent(d.T, a, content)
	key := strings.TrimPrefix(strings.SplitN(a.body["upload"].(object)["grants"].([]any)[0].(object)["url"].(string), "?", 2)[0], "http://")
	_, key, _ = strings.Cut(key, "filings/")
	d.inspect("filings/" + key)
	return with(scanOf(content, mediaType), "name", name)
}

func (d *desk) inspect(key string) {
	d.Helper()
	app := d.app(d.T, "registry")
	svc := &inspect.Service{
		Documents: documents.New(app.s3(), app.cfg.DocumentsBucket), Verdicts: store.NewVerdicts(d.db, d.name(schema.Filings)), Now: func() time.Time { return d.at },
	}
	if err := svc.Handle(d.Context(), inspect.Upload{Key: key}); err != nil {
		d.Fatal(err)
	}
}

// paper is a case as a clerk enters it: a claim of the owner of the matrix against somebody without an account.
func (d *desk) paper(scans ...object) object {
	return object{
		"act": paperAct, "court": paperCourt, "number": "7514-26-00-2/900", "kind": "claim", "lang": "kk", "judge": caseJudge,
		"parties": []object{
			{"role": "claimant", "type": "natural", "name": "СЕЙІТОВА АЙГҮЛ", "number": signertest.AigulIIN},
			{"role": "defendant", "type": "legal", "name": "«Көктем» ЖШС", "number": signertest.BIN},
			{"role": "third-party", "type": "natural", "name": "Ахметов Болат", "number": ""},
		},
		"representatives": []object{{"name": "ОМАРОВ ЕРЛАН", "number": signertest.ErlanIIN, "parties": []int{0}}},
		"from":            "Сейітова Айгүл", "way": "post", "received": d.at.AddDate(0, 0, -3).Format("2006-01-02"), "posted": d.at.AddDate(0, 0, -5).Format("2006-01-02"), "scans": scans,
	}
}

func (d *desk) enters(body object) answer {
	d.Helper()
	return d.call("POST /api/registry/papers", body, scribeToken)
}

// signs has the key sign what there is to sign.
func (d *desk) signs(key string, body object) object {
	d.Helper()
	a := d.want(d.enters(body), 200, "")
	doc, err := base64.StdEncoding.DecodeString(a.body["unsigned"].(object)["document"].(string))
	if err != nil {
		d.Fatal(err)
	}
	return with(body, "signature", string(d.pki.Sign(d.T, key, doc)))
}

func (d *desk) refuses(a answer, code string) {
	d.Helper()
	if d.want(a, 422, "invalid-fields"); !strings.Contains(a.raw, `"code":"`+code+`"`) {
		d.Errorf("no %s in %s", code, a.raw)
	}
}

// TestCaseOnPaper: a clerk enters a case that came on paper. Its scans are bound by hash to what the clerk signs; the
// claimant, named by number, sees it at once, everybody else from service on; the term of article 150 runs from the
// day the paper came; and what was entered wrongly is corrected by a new event.
func TestCaseOnPaper(t *testing.T) {
	d := newDesk(t)
	asked := decodeAs[registry.Desk](t, d.want(d.call("GET /api/registry/papers", nil, scribeToken), 200, ""))
	if asked.Court != paperCourt || len(asked.Judges) == 0 {
		t.Fatalf("the desk: %+v", asked)
	}
	scan := d.uploads(paperAct, d.scan, "application/pdf", "Талап қою.pdf")
	found := decodeAs[registry.ScanFound](t, d.want(d.call("POST /api/registry/papers/scans", with(scanOf(d.scan, "application/pdf"), "court", paperCourt, "act", paperAct), scribeToken), 200, ""))
	if !found.Inspected || len(found.Defects) > 0 || found.Pages == 0 || len(found.Upload.Grants) > 0 {
		t.Fatalf("the scan: %+v", found)
	}
	signed := d.signs("dana", d.paper(scan))
	in := decodeAs[registry.Entered](t, d.want(d.enters(signed), 200, ""))
	again := decodeAs[registry.Entered](t, d.want(d.enters(signed), 200, "")) // the answer was lost
	if !filing.IsID(in.Case) || again.Case != in.Case || in.Unsigned != nil || in.Pages != found.Pages {
		t.Fatalf("entered %+v, again %+v", in, again)
	}
	d.locks(in.Case)
	d.at = d.at.Add(14 * time.Minute) // when the challenge has ended too
	d.want(d.enters(signed), 200, "")

	mine := decodeAs[cases.Listing](t, d.want(d.call("GET /api/cases", nil, d.tokens["owner"]), 200, ""))
	if !slices.ContainsFunc(mine.Cases, func(c cases.Summary) bool { return c.ID == in.Case && c.Status == "entered" }) {
		t.Errorf("the claimant does not see it: %+v", mine.Cases)
	}
	v := d.view(in.Case, d.tokens["owner"])
	paper := v.Papers[0]
	if paper.Scanned == nil || paper.Scanned.Clerk == "" || paper.Scanned.Way != "post" || paper.Scanned.Posted == nil || len(paper.Files) != 2 || paper.Files[0].Name != "Талап қою.pdf" {
		t.Errorf("the paper: %+v", paper)
	}
	if v.Parties[0].ConfirmedAt == nil || v.Parties[0].From == nil || v.Parties[1].From != nil || v.Parties[2].ConfirmedAt != nil || v.Parties[1].Number != "" {
		t.Errorf("the parties: %+v", v.Parties)
	}
	if got := d.view(in.Case, d.tokens["other"]); got.As != "representative" {
		t.Errorf("the representative is %q", got.As)
	}
	for file, want := range map[string]string{"scan-1": d.scan, "signature": ""} {
		a := d.want(d.send(at4(d, in.Case, file, d.tokens["owner"])), 303, "")
		res, err := http.Get(a.header["location"])
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(res.Body)
		res.Body.Close()
		if err != nil || want != "" && string(content) != want || res.StatusCode != 200 {
			t.Errorf("%s: %d, %d bytes, %v", file, res.StatusCode, len(content), err)
		}
	}
	d.want(d.send(at4(d, in.Case, "scan-2", d.tokens["owner"])), 404, "not-found")

	judge := d.court[caseJudge]
	staff := d.view(in.Case, judge)
	if len(staff.Deadlines) != 1 || staff.Deadlines[0].Rule != "court.acceptance" || staff.Deadlines[0].From.String() != d.at.AddDate(0, 0, -3).Format("2006-01-02") {
		t.Errorf("the terms: %+v", staff.Deadlines)
	}
	d.want(d.act(in.Case, scribeToken, object{"step": "serve", "party": "defendant-1"}), 409, "act-impossible") // before the ruling
	d.want(d.act(in.Case, judge, object{"step": "accept", "on": d.at.AddDate(0, 0, -9).Format("2006-01-02")}), 422, "invalid-fields")
	d.want(d.act(in.Case, judge, object{"step": "accept", "on": d.at.AddDate(0, 0, -1).Format("2006-01-02")}), 200, "")
	staff = d.view(in.Case, judge)
	if i := slices.IndexFunc(staff.Deadlines, func(l cases.DeadlineView) bool { return l.Rule == "court.copies.claim" }); i < 0 || staff.Deadlines[i].From.String() != d.at.AddDate(0, 0, -1).Format("2006-01-02") {
		t.Errorf("the copies: %+v", staff.Deadlines)
	}
	d.want(d.act(in.Case, scribeToken, object{"step": "serve", "party": "defendant-1"}), 200, "")

	ev := d.event("GET /api/registry/search", nil, scribeToken)
	ev.RawQueryString = "court=" + paperCourt + "&q=7514-26-00-2/900"
	if got := decodeAs[registry.Found](t, d.want(d.send(ev), 200, "")); got.Case != in.Case || got.ID != "" {
		t.Errorf("by its number %+v is found", got)
	}
	// A mistake: the number of the case and the day are corrected by a new event.
	i := slices.IndexFunc(d.view(in.Case, scribeToken).Mistakes, func(m cases.MistakeView) bool { return m.Type == "enter" })
	if i < 0 {
		t.Fatal("what was entered can't be corrected")
	}
	d.want(d.act(in.Case, scribeToken, object{
		"step": "correct", "event": "enter", "number": "7514-26-00-2/901", "on": d.at.AddDate(0, 0, -2).Format("2006-01-02"), "reason": "Журналдан қате көшірілген",
	}), 200, "")
	corrected := d.view(in.Case, d.tokens["owner"])
	if corrected.Number != "7514-26-00-2/901" || corrected.Papers[0].Scanned.Received.String() != d.at.AddDate(0, 0, -2).Format("2006-01-02") {
		t.Errorf("corrected: %s, %+v", corrected.Number, corrected.Papers[0].Scanned)
	}
	d.want(d.act(in.Case, scribeToken, object{
		"step": "correct", "event": "enter-claimant-1", "number": signertest.ErlanIIN, "name": "ОМАРОВ ЕРЛАН", "reason": "Басқа адам",
	}), 200, "")
	d.want(d.send(at(d.event("GET /api/cases/{id}", nil, d.tokens["owner"]), "{id}", in.Case)), 404, "not-found")
}

// at4 asks for a file of a case's first paper.
func at4(d *desk, id, file, token string) events.APIGatewayV2HTTPRequest {
	return at(at(at(d.event("GET /api/cases/{id}/papers/{paper}/files/{file}", nil, token), "{id}", id), "{paper}", id), "{file}", file)
}

// TestCaseOnPaperIsRefused: nothing but what a clerk of that court has in hand, inspected and within the bounds, is
// entered, and by their own signature over exactly that.
func TestCaseOnPaperIsRefused(t *testing.T) {
	d := newDesk(t)
	scan := d.uploads(paperAct, d.scan, "application/pdf", "Талап қою.pdf")
	good := d.paper(scan)
	elsewhere := d.court[clerkThere]
	d.want(d.call("POST /api/registry/papers", good, elsewhere), 404, "not-found")
	d.want(d.call("GET /api/registry/papers", nil, d.court[caseJudge]), 404, "not-found")
	d.want(d.call("POST /api/registry/papers/scans", with(scanOf(d.scan, "application/pdf"), "court", paperCourt, "act", paperAct), elsewhere), 404, "not-found")
	d.want(d.call("POST /api/registry/papers", good, d.tokens["owner"]), 403, "forbidden")

	party := func(n int, more ...any) object {
		list := slices.Clone(good["parties"].([]object))
		list[n] = with(list[n], more...)
		return with(good, "parties", list)
	}
	many := make([]object, filing.MaxScans+1)
	for i := range many {
		many[i] = scan
	}
	crowd := make([]object, 21)
	for i := range crowd {
		crowd[i] = object{"role": "claimant", "type": "natural", "name": "A", "number": ""}
	}
	for code, body := range map[string]object{
		"number-wrong":        party(1, "number", "120340001231"),
		"party-twice":         party(2, "number", signertest.AigulIIN),
		"unknown-value":       party(0, "role", "applicant"),
		"defendant-required":  party(1, "role", "third-party"),
		"judge-required":      with(good, "judge", judgeThere+"x"),
		"registration-number": with(good, "number", "!"),
		"received-day":        with(good, "received", d.at.AddDate(0, 0, 1).Format("2006-01-02")),
		"posted-day":          with(good, "posted", d.at.Format("2006-01-02")),
		"scans-required":      with(good, "scans", []object{}),
		"scans-many":          with(good, "scans", many),
		"scan-twice":          with(good, "scans", []object{scan, scan}),
		"scan-missing":        with(good, "scans", []object{with(scanOf("another", "application/pdf"), "name", "a.pdf")}),
		"scan-type":           with(good, "scans", []object{with(scan, "mediaType", "text/html")}),
		"scan-large":          with(good, "scans", []object{with(scan, "size", filing.MaxScan+1)}),
		"too-many":            with(good, "parties", crowd),
		"own-case":            party(2, "number", signertest.DanaIIN),
		"required":            with(good, "from", " "),
	} {
		d.refuses(d.enters(body), code)
	}
	// Of another act, nothing was uploaded: nobody enters what is another's.
	d.refuses(d.enters(with(good, "act", actID(1))), "scan-missing")
	// Not inspected yet, and refused by the inspection.
	raw := pdfOf("")
	a := d.want(d.call("POST /api/registry/papers/scans", with(scanOf(raw, "application/pdf"), "court", paperCourt, "act", paperAct), scribeToken), 200, "")
	d.uploadContent(t, a, raw)
	d.refuses(d.enters(with(good, "scans", []object{with(scanOf(raw, "application/pdf"), "name", "a.pdf")})), "scan-waits")
	live := pdfOf("/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>")
	d.refuses(d.enters(with(good, "scans", []object{d.uploads(paperAct, live, "application/pdf", "b.pdf")})), "file-active-content")

	d.want(d.enters(d.signs("erlan", good)), 403, "wrong-signer")
	signed := d.signs("dana", good)
	d.want(d.enters(with(signed, "number", "7514-26-00-2/902")), 422, "challenge-invalid") // signed was another number
	in := decodeAs[registry.Entered](t, d.want(d.enters(signed), 200, ""))
	d.want(d.enters(with(signed, "number", "7514-26-00-2/903")), 409, "changed-meanwhile") // the act was done
	// The same papers again under another act: another id, so the signature says another thing.
	second := d.uploads(actID(2), d.scan, "application/pdf", "Талап қою.pdf")
	d.want(d.enters(with(signed, "act", actID(2), "scans", []object{second})), 422, "challenge-invalid")
	d.want(d.enters(d.signs("dana", with(good, "act", actID(2), "scans", []object{second}))), 409, "number-taken")
	d.want(d.enters(d.signs("dana", with(good, "act", actID(2), "number", "7514-26-00-2/1", "scans", []object{second}))), 409, "number-taken") // of a case that began here

	d.want(d.send(at(d.event("GET /api/cases/{id}", nil, d.court[clerkThere]), "{id}", in.Case)), 404, "not-found")
}

// scanAsked asks for the upload of a scan.
func scanAsked(court string) object {
	return with(scanOf("x", "application/pdf"), "court", court, "act", paperAct)
}

// paperAsked enters papers without a scan.
func paperAsked(court, of string) object {
	return object{"act": paperAct, "court": court, "case": of, "kind": "claim", "from": "", "way": "post", "received": "2026-11-20", "scans": []object{}}
}

// locks has the function lock-documents read that papers were entered: as of everything that is filed, nobody can
// delete the scans from then on.
func (d *desk) locks(id string) {
	d.Helper()
	entry, ok, err := store.NewOutbox(d.db, d.name(schema.Filings)).Entry(d.Context(), "FILING#"+id, "OUTBOX#"+filing.EventScanned)
	if err != nil || !ok {
		d.Fatal(ok, err)
	}
	d.Setenv("AWS_ENDPOINT_URL_SQS", "http://127.0.0.1:1")
	d.Setenv(schema.Locks.Env, "http://127.0.0.1:1/000000000000/"+schema.Locks.Name)
	res, err := d.app(d.T, "lock-documents").LockDocuments()(d.Context(), events.SQSEvent{Records: []events.SQSMessage{message(d.T, schema.Locks, entry)}})
	if err != nil || len(res.BatchItemFailures) > 0 {
		d.Fatalf("not locked: %+v, %v", res, err)
	}
	client := d.app(d.T, "registry").s3()
	for _, content := range []string{d.scan} {
		got, err := client.GetObjectRetention(d.Context(), &s3.GetObjectRetentionInput{Bucket: ptr(d.app(d.T, "registry").cfg.DocumentsBucket), Key: ptr(documents.Key(id, filing.Sum([]byte(content))))})
		if err != nil || got.Retention.RetainUntilDate.Before(d.at.AddDate(1, 0, 0)) {
			d.Errorf("the scan is kept until %+v, %v", got, err)
		}
	}
}
