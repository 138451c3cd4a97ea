package wire

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/courtoffice/courtoffice/functions"
	"github.com/courtoffice/courtoffice/functions/internal/environment"
	"github.com/courtoffice/courtoffice/infra/local/mailsink"
	"github.com/courtoffice/courtoffice/shared/audit"
	"github.com/courtoffice/courtoffice/shared/challenge"
	"github.com/courtoffice/courtoffice/shared/documents"
	"github.com/courtoffice/courtoffice/shared/eds/edstest"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/lambdahttp"
	"github.com/courtoffice/courtoffice/shared/locale"
	"github.com/courtoffice/courtoffice/shared/maintenance"
	"github.com/courtoffice/courtoffice/shared/receipt"
	"github.com/courtoffice/courtoffice/shared/session"
	"github.com/courtoffice/courtoffice/shared/store"
	"github.com/courtoffice/courtoffice/shared/store/engine"
	"github.com/courtoffice/courtoffice/shared/store/schema"
	"github.com/courtoffice/courtoffice/shared/verdict"
)

const (
	recordedAccount  = "01993a5e-0000-7000-8000-00000000aaaa"
	recordedFiling   = "01993a5e-0000-7000-8000-000000000001"
	recordedDocument = "01993a5e-0000-7000-8000-0000000000d1"
	recordedCopy     = "01993a5e-0000-7000-8000-0000000000c0"
	recordedContent  = "%PDF-1.7 the claim"
)

// withFilings adds the functions of filings to o.
func (o *office) withFilings(t *testing.T) {
	t.Helper()
	client, bucket := engine.S3ForTest(t)
	for name, value := range map[string]string{
		"AWS_ENDPOINT_URL_S3": *client.Options().BaseEndpoint, schema.Filings.Env: o.name(schema.Filings),
		schema.Documents.Env:     bucket,
		functions.EnvNCALayerURL: "", functions.EnvPortalURL: "https://court.example", functions.EnvMailFrom: "office@court.example",
	} {
		t.Setenv(name, value)
	}
	o.signing()
	for fn, build := range map[string]func(*App) http.Handler{
		"filings": (*App).FilingsRoutes, "file-claim": (*App).FileClaim, "evidence-file": (*App).EvidenceFile, "portal": (*App).Portal, "account": (*App).Account,
	} {
		o.functions[fn] = o.described(build(o.app(t, fn)))
	}
}

// filer adds the functions of filings to o, and a registered account with a session.
func (o *office) filer(t *testing.T, keys map[string]*edstest.Key) {
	t.Helper()
	o.withFilings(t)
	o.account(t)
	if err := store.NewSessions(o.db, o.name(schema.Accounts)).SignIn(t.Context(), challenge.Challenge{NotAfter: o.at}, session.Session{
		ID: session.ID(recordedToken), AccountID: recordedAccount, By: session.ByEDS, CreatedAt: o.at, SeenAt: o.at,
	}); err != nil {
		t.Fatal(err)
	}
	// Only a signature says under which key its signer's account is looked up.
	subject := o.signedIn(t, keys)
	_, err := o.db.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
		TableName: ptr(o.name(schema.Accounts)), Key: map[string]types.AttributeValue{"PK": text("ACCOUNT#" + recordedAccount), "SK": text("ACCOUNT")},
		UpdateExpression: ptr("SET subject = :s"), ExpressionAttributeValues: map[string]types.AttributeValue{":s": text(subject)},
	})
	if err != nil {
		t.Fatal(err)
	}
}

// app is a function with the office's log.
func (o *office) app(t *testing.T, fn string) *App {
	t.Helper()
	cfg, err := environment.Load(fn)
	if err != nil {
		t.Fatal(err)
	}
	row, _ := functions.Named(fn)
	return &App{fn: row, cfg: cfg, log: slog.New(slog.NewJSONHandler(lockedWriter{o}, nil)), clock: func() time.Time { return o.at }}
}

// account keeps the account the recorded payloads speak of.
func (o *office) account(t *testing.T) {
	t.Helper()
	_, err := o.db.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: ptr(o.name(schema.Accounts)), Item: map[string]types.AttributeValue{
		"PK": text("ACCOUNT#" + recordedAccount), "SK": text("ACCOUNT"), "id": text(recordedAccount), "status": text("active"),
		"subject": text("-"), "kind": text("natural"), "iin": text("900101300126"), "name": text("СЕРІКОВ ҰЛАН"), "email": text("ulan@example.kz"), "lang": text("kk"),
		"accepted": &types.AttributeValueMemberSS{Value: []string{"v1"}}, "acceptedVersion": text("v1"), "created": text("2026-11-22T07:00:00.000Z"), "verified": text("2026-11-22T07:00:00.000Z"),
	}})
	if err != nil {
		t.Fatal(err)
	}
	o.private = append(o.private, "СЕРІКОВ", "ulan@", "anna@", "900101300126")
}

func text(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }

func ptr(s string) *string { return &s }

// signedIn accepts the agreement with individual-gost and returns the look-up key it left.
func (o *office) signedIn(t *testing.T, keys map[string]*edstest.Key) string {
	t.Helper()
	a := o.want(o.call("POST /api/agreement/acceptance/document", object{"agreement": "v1", "lang": "kk"}), 200, "")
	doc, err := base64.StdEncoding.DecodeString(a.body["document"].(string))
	if err != nil {
		t.Fatal(err)
	}
	o.want(o.call("POST /api/agreement/acceptance", object{"signature": o.signs(t, keys, doc)}), 201, "")
	out, err := o.db.Scan(t.Context(), &dynamodb.ScanInput{TableName: ptr(o.name(schema.Accounts))})
	if err != nil {
		t.Fatal(err)
	}
	for _, it := range out.Items {
		if pk := it["PK"].(*types.AttributeValueMemberS).Value; strings.HasPrefix(pk, "SUBJECT#") {
			return strings.TrimPrefix(pk, "SUBJECT#")
		}
	}
	t.Fatal("the acceptance left no subject")
	return ""
}

func (o *office) signs(t *testing.T, keys map[string]*edstest.Key, doc []byte) string {
	t.Helper()
	der, err := keys["individual-gost"].SignCMS(doc, edstest.Attached, edstest.At(o.at))
	if err != nil {
		t.Fatal(err)
	}
	return string(edstest.PEM(der))
}

// TestRecordedFilingEvents replays the payloads of events/ for filings and pages in the order a
// filer causes them. See TestRecordedEvents for -update.
func TestRecordedFilingEvents(t *testing.T) {
	root := filepath.Join("..", "..", "..")
	o := newOfficeTrusting(t, filepath.Join(root, "testdata", "pki", "trust"))
	keys, err := edstest.LoadKeys(filepath.Join(root, "testdata", "pki", "keys"))
	if err != nil {
		t.Fatal(err)
	}
	o.filer(t, keys)
	claim := claimOf(t)
	sum := sha256.Sum256([]byte(recordedContent))
	slot := object{"version": 0, "role": "main_claim", "name": "talap.pdf", "size": len(recordedContent), "sha256": hex.EncodeToString(sum[:]), "mediaType": "application/pdf"}
	path := strings.NewReplacer("{id}", recordedFiling, "{document}", recordedDocument, "{file}", recordedDocument, "{section}", "pretrial", "{path...}", "kk/")

	var last answer
	var handedOut any // the token of what is to be signed
	for _, tt := range []struct {
		file, route, query string
		body               func() any
		status             int
	}{
		{"filings/create.json", "PUT /api/filings/{id}", "", func() any { return object{"kind": "claim", "sections": claim} }, 201},
		{"filings/document.json", "PUT /api/filings/{id}/documents/{document}", "", func() any { return slot }, 200},
		{"filings/complete-document.json", "POST /api/filings/{id}/documents/{document}/completion", "", func() any { return object{"parts": []string{}} }, 200},
		{"filings/section.json", "PUT /api/filings/{id}/sections/{section}", "", func() any { return object{"version": 1, "value": object{}} }, 200},
		{"filings/check.json", "GET /api/filings/{id}/check", "", nil, 200},
		{"filings/manifest.json", "POST /api/filings/{id}/manifest", "", func() any { return object{"revision": 3} }, 200},
		{"filings/filing.json", "GET /api/filings/{id}", "", nil, 200},
		{"filings/list.json", "GET /api/filings", "status=draft,awaiting_signatures&q=%D0%BC%D1%8B%D1%81%D0%B0%D0%BB&limit=10", nil, 200},
		{"filings/file.json", "GET /api/filings/{id}/files/{file}", "", nil, 303},
		{"filings/copy.json", "POST /api/filings/{id}/copy", "", func() any { return object{"as": recordedCopy, "corrects": false} }, 201},
		{"filings/signatures.json", "GET /api/signatures", "", nil, 200},
		{"filings/delete-document.json", "DELETE /api/filings/{id}/documents/{document}", "version=9", nil, 409}, // a version that is not there
		{"filings/to-sign.json", "GET /api/filings/{id}/manifest", "", nil, 200},
		{"file-claim/seal.json", "POST /api/filings/{id}/seal", "", func() any {
			doc, err := base64.StdEncoding.DecodeString(last.body["document"].(string))
			if err != nil {
				t.Fatal(err)
			}
			return object{"token": last.body["token"], "signature": o.signs(t, keys, doc)}
		}, 201},
		{"file-claim/outcome.json", "POST /api/filings/{id}/outcome", "", func() any { return object{"token": handedOut} }, 200},
		{"filings/delete.json", "DELETE /api/filings/{id}", "", nil, 409},                                           // it was sent
		{"evidence-file/evidence.json", "POST /api/filings/{id}/evidence", "", func() any { return object{} }, 503}, // nobody stamps here
		{"filings/receipt-paper.json", "GET /api/filings/{id}/receipt-paper", "", nil, 200},
		{"filings/receipt-pdf.json", "GET /api/filings/{id}/receipt.pdf", "", nil, 200},
		{"filings/receipt.json", "GET /api/filings/{id}/receipt", "", nil, 200},
	} {
		file := filepath.Join(root, "events", filepath.FromSlash(tt.file))
		if *update {
			var body any
			if tt.body != nil {
				body = tt.body()
			}
			token := recordedToken
			if strings.HasPrefix(tt.file, "file-claim/") {
				token = "" // the signature is enough
			}
			ev := o.event(tt.route, body, token)
			ev.RawPath, ev.RawQueryString = path.Replace(ev.RawPath), tt.query
			ev.RequestContext.HTTP.Path = ev.RawPath
			record(t, file, ev)
		}
		ev := request(t, tt.file)
		if ev.RouteKey != tt.route || o.function(ev.RouteKey) != strings.Split(tt.file, "/")[0] {
			t.Errorf("%s is for %s", tt.file, ev.RouteKey)
		}
		last = o.send(ev)
		if last.status != tt.status {
			t.Fatalf("%s: answer %d, want %d: %s", tt.file, last.status, tt.status, last.raw)
		}
		switch tt.route {
		case "PUT /api/filings/{id}/documents/{document}":
			o.upload(t, last)
		case "GET /api/filings/{id}/manifest":
			handedOut = last.body["token"]
		}
	}
	pub := o.publishedKeys()
	if r, err := receipt.Verify(pub, []byte(last.raw)); err != nil || r.FilingID != recordedFiling {
		t.Errorf("receipt %+v, %v", r, err)
	}
}

func (o *office) upload(t *testing.T, a answer) {
	t.Helper()
	o.uploadContent(t, a, recordedContent)
}

func (o *office) uploadContent(t *testing.T, a answer, content string) {
	t.Helper()
	grant := a.body["upload"].(object)["grants"].([]any)[0].(object)
	req, err := http.NewRequest(grant["method"].(string), grant["url"].(string), strings.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range grant["headers"].(object) {
		req.Header.Set(name, value.(string))
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

// TestRecordedPages replays the portal's payloads.
func TestRecordedPages(t *testing.T) {
	root := filepath.Join("..", "..", "..")
	o := newOfficeTrusting(t, filepath.Join(root, "testdata", "pki", "trust"))
	t.Setenv(schema.Documents.Env, "documents")
	t.Setenv(functions.EnvNCALayerURL, "")
	t.Setenv("AWS_ENDPOINT_URL_S3", "") // pages name the bucket's address
	handle := lambdahttp.Handler(o.app(t, "portal").Portal())
	for file, target := range map[string]string{"home.json": "GET /kk/", "head.json": "HEAD /kk/", "agreement.json": "GET /ru/agreement", "documents.json": "GET /kk/filings/" + recordedFiling + "/documents"} {
		if *update {
			method, path, _ := strings.Cut(target, " ")
			ev := o.event(method+" /{path...}", nil, "")
			ev.RouteKey, ev.RequestContext.RouteKey = method+" /{proxy+}", method+" /{proxy+}"
			ev.RawPath, ev.RequestContext.HTTP.Path = path, path
			ev.PathParameters = map[string]string{"proxy": strings.TrimPrefix(path, "/")}
			record(t, filepath.Join(root, "events", "portal", file), ev)
		}
		res, err := handle(t.Context(), request(t, "portal/"+file))
		if err != nil || res.StatusCode != http.StatusOK || !strings.Contains(res.Headers["content-type"], "text/html") ||
			strings.Contains(res.Headers["content-security-policy"], "https://documents.s3.") != (file == "documents.json") {
			t.Errorf("%s: %d, %v, %v", file, res.StatusCode, res.Headers, err)
		}
	}
}

// TestRecordedVerifier replays the payloads of the function verifier.
func TestRecordedVerifier(t *testing.T) {
	root := filepath.Join("..", "..", "..")
	o := newOfficeTrusting(t, filepath.Join(root, "testdata", "pki", "trust"))
	handle := lambdahttp.Handler(o.app(t, "verifier").Verifier())
	for file, method := range map[string]string{"manifest.json": "GET", "head.json": "HEAD"} {
		if *update {
			ev := o.event(method+" /verifier/{path...}", nil, "")
			ev.RouteKey, ev.RequestContext.RouteKey = method+" /verifier/{proxy+}", method+" /verifier/{proxy+}"
			ev.RawPath, ev.RequestContext.HTTP.Path = "/verifier/manifest.json", "/verifier/manifest.json"
			ev.PathParameters = map[string]string{"proxy": "manifest.json"}
			record(t, filepath.Join(root, "events", "verifier", file), ev)
		}
		res, err := handle(t.Context(), request(t, "verifier/"+file))
		if err != nil || res.StatusCode != http.StatusOK || res.Headers["content-type"] != "application/json" {
			t.Errorf("%s: %d, %v, %v", file, res.StatusCode, res.Headers, err)
		}
	}
}

// TestRecordedFacts replays the questions of who holds a receipt: the API's, and the form's of a browser
// without scripts. Nobody has that number.
func TestRecordedFacts(t *testing.T) {
	root := filepath.Join("..", "..", "..")
	o := newOfficeTrusting(t, filepath.Join(root, "testdata", "pki", "trust"))
	t.Setenv(functions.EnvNCALayerURL, "")
	handle := o.described(o.app(t, "facts").Facts())
	const ticket, code = "7F3K-92QH-X4TC", "7F3K9-2QHX4"
	for file, mediaType := range map[string]string{"facts.json": "application/problem+json", "form.json": "text/html"} {
		if *update {
			ev := o.event("POST /api/facts", object{"ticketNo": ticket, "checkCode": code}, "")
			if file == "form.json" {
				ev = o.event("POST /api/facts/{lang}", url.Values{"ticket": {ticket}, "code": {code}}, "")
				ev.RawPath, ev.RequestContext.HTTP.Path, ev.PathParameters = "/api/facts/ru", "/api/facts/ru", map[string]string{"lang": "ru"}
			}
			record(t, filepath.Join(root, "events", "facts", file), ev)
		}
		res, err := handle(t.Context(), request(t, "facts/"+file))
		if err != nil || res.StatusCode != http.StatusNotFound || !strings.HasPrefix(res.Headers["content-type"], mediaType) {
			t.Errorf("%s: %d, %v, %v", file, res.StatusCode, res.Headers, err)
		}
		if file == "form.json" && (!strings.Contains(res.Body, `value="`+ticket+`"`) || !strings.Contains(res.Headers["cache-control"], "no-store")) {
			t.Errorf("%s: %v %s", file, res.Headers, res.Body)
		}
	}
}

// TestRecordedLock replays the same event for the functions that lock documents and keep evidence: the
// filing it tells of is not in the table, so the batch must come again.
func TestRecordedLock(t *testing.T) {
	root := filepath.Join("..", "..", "..")
	o := newOfficeTrusting(t, filepath.Join(root, "testdata", "pki", "trust"))
	t.Setenv(schema.Filings.Env, o.name(schema.Filings))
	t.Setenv(schema.Documents.Env, "documents")
	t.Setenv(schema.Evidence.Env, "evidence")
	o.queues(t)
	for fn, handle := range map[string]func(context.Context, events.SQSEvent) (events.SQSEventResponse, error){
		"lock-documents": o.app(t, "lock-documents").LockDocuments(), "keep-evidence": o.app(t, "keep-evidence").KeepEvidence(),
	} {
		if res, err := handle(t.Context(), batch(t, fn+"/filing-sent.json")); err != nil || len(res.BatchItemFailures) != 1 {
			t.Errorf("%s: failures: %+v, %v", fn, res, err)
		}
	}
}

// TestRecordedUpload replays what S3 tells of an upload, by way of the queue, and its test event.
func TestRecordedUpload(t *testing.T) {
	db, name := engine.ForTest(t)
	client, bucket := engine.S3ForTest(t)
	for variable, value := range map[string]string{
		"AWS_ENDPOINT_URL_DYNAMODB": *db.Options().BaseEndpoint, "AWS_ENDPOINT_URL_S3": *client.Options().BaseEndpoint,
		"AWS_ACCESS_KEY_ID": engine.AccessKey, "AWS_SECRET_ACCESS_KEY": engine.SecretKey, "AWS_REGION": engine.Region,
		schema.Filings.Env: name(schema.Filings), schema.Documents.Env: bucket, schema.Uploads.Env: "https://sqs.example/uploads",
	} {
		t.Setenv(variable, value)
	}
	const filingID = "01993a5e-0000-7000-8000-000000000001"
	object, _, err := documents.New(client, bucket).Put(t.Context(), filingID, "application/pdf", []byte("MZ\x90\x00 a program, not a PDF"))
	if err != nil {
		t.Fatal(err)
	}
	handle := MustLoad("inspect").Inspect()
	for _, file := range []string{"inspect/upload.json", "inspect/test-event.json"} {
		var batch events.SQSEvent
		if err := json.Unmarshal(payload(t, file), &batch); err != nil {
			t.Fatal(err)
		}
		if res, err := handle(t.Context(), batch); err != nil || len(res.BatchItemFailures) != 0 {
			t.Errorf("%s: %+v, %v", file, res, err)
		}
	}
	got, err := store.NewVerdicts(db, name(schema.Filings)).Of(t.Context(), filingID, []filing.Document{{SHA256: object.SHA256, MediaType: "application/pdf"}}, time.Now())
	if err != nil || !got[0].Has(verdict.Executable) {
		t.Errorf("verdict %+v, %v", got, err)
	}
	if res, err := handle(t.Context(), events.SQSEvent{Records: []events.SQSMessage{{MessageId: "m1", Body: "not JSON"}}}); err != nil || len(res.BatchItemFailures) != 1 || res.BatchItemFailures[0].ItemIdentifier != "m1" {
		t.Errorf("a message that cannot be read: %+v, %v", res, err)
	}
}

// notifying is the function notify with a sink for its mail and text messages.
func (o *office) notifying(t *testing.T) (*mailsink.Sink, func(context.Context, events.SQSEvent) (events.SQSEventResponse, error)) {
	t.Helper()
	sink, err := mailsink.Open(t.TempDir(), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	ses := httptest.NewServer(sink.Handler())
	t.Cleanup(ses.Close)
	for name, value := range map[string]string{
		"AWS_ENDPOINT_URL_SESV2": ses.URL + "/_local/ses", "AWS_ENDPOINT_URL_PINPOINT_SMS_VOICE_V2": ses.URL + "/_local/sms", functions.EnvSMSSender: "COURT", schema.Filings.Env: o.name(schema.Filings),
		functions.EnvPortalURL: "https://court.example", functions.EnvMailFrom: "office@court.example", functions.EnvMailRate: "100", functions.EnvNoticeRate: "1000",
	} {
		t.Setenv(name, value)
	}
	o.queues(t)
	return sink, o.app(t, "notify").Notify()
}

// TestRecordedNotice replays a message: two people get their notice, once.
func TestRecordedNotice(t *testing.T) {
	o := newOfficeTrusting(t, filepath.Join("..", "..", "..", "testdata", "pki", "trust"))
	o.account(t)
	sink, handle := o.notifying(t)
	o.agreed(t, recordedAccount, recordedRepresentative, "anna@example.kz")
	batch := batch(t, "notify/filing-sent.json")
	for range 2 {
		res, err := handle(context.Background(), batch)
		if err != nil || len(res.BatchItemFailures) != 0 {
			t.Fatalf("%+v, %v", res, err)
		}
	}
	got := sink.Messages()
	if len(got) != 2 || got[0].To[0] != "ulan@example.kz" || got[1].To[0] != "anna@example.kz" || !strings.Contains(got[0].Subject, "7F3K-92QH-X4TC") {
		t.Errorf("mail: %+v", got)
	}
	// An account that can't be read makes the batch come again from this record on.
	if _, err := o.db.DeleteItem(t.Context(), &dynamodb.DeleteItemInput{TableName: ptr(o.name(schema.Accounts)), Key: map[string]types.AttributeValue{
		"PK": text("ACCOUNT#" + recordedAccount), "SK": text("ACCOUNT"),
	}}); err != nil {
		t.Fatal(err)
	}
	res, err := handle(context.Background(), batch)
	if err != nil || len(res.BatchItemFailures) != 1 || res.BatchItemFailures[0].ItemIdentifier != batch.Records[0].MessageId {
		t.Errorf("failures: %+v, %v", res, err)
	}
}

// TestRecordedRejection replays a rejection: the holder hears why, once, though the event comes twice.
func TestRecordedRejection(t *testing.T) {
	o := newOfficeTrusting(t, filepath.Join("..", "..", "..", "testdata", "pki", "trust"))
	o.account(t)
	sink, handle := o.notifying(t)
	for range 2 {
		if res, err := handle(context.Background(), batch(t, "notify/filing-rejected.json")); err != nil || len(res.BatchItemFailures) != 0 {
			t.Fatalf("%+v, %v", res, err)
		}
	}
	if got := sink.Messages(); len(got) != 1 || got[0].To[0] != "ulan@example.kz" || !strings.Contains(got[0].Subject, "7F3K-92QH-X4TC") {
		t.Errorf("mail: %+v", got)
	}
}

// TestRecordedAnswer replays a court's answer: the holder hears of it once, and of another answer to the same
// filing again.
func TestRecordedAnswer(t *testing.T) {
	o := newOfficeTrusting(t, filepath.Join("..", "..", "..", "testdata", "pki", "trust"))
	o.account(t)
	sink, handle := o.notifying(t)
	again := batch(t, "notify/filing-answered.json")
	again.Records[0].Body = strings.ReplaceAll(again.Records[0].Body, "00000000ac05", "00000000ac06")
	for _, one := range []events.SQSEvent{batch(t, "notify/filing-answered.json"), batch(t, "notify/filing-answered.json"), again} {
		if res, err := handle(context.Background(), one); err != nil || len(res.BatchItemFailures) != 0 {
			t.Fatalf("%+v, %v", res, err)
		}
	}
	if got := sink.Messages(); len(got) != 2 || !strings.Contains(got[0].Subject, locale.T(locale.KK, "event.granted")) {
		t.Errorf("mail: %+v", got)
	}
}

// TestRecordedAccountNotice replays events of an account and of a window: the holder
// hears of the password, the subscriber of the window, each once.
func TestRecordedAccountNotice(t *testing.T) {
	o := newOfficeTrusting(t, filepath.Join("..", "..", "..", "testdata", "pki", "trust"))
	o.account(t)
	sink, handle := o.notifying(t)
	windows := store.NewMaintenance(o.db, o.name(schema.Site))
	if err := windows.Subscribe(t.Context(), recordedAccount, true, o.at); err != nil {
		t.Fatal(err)
	}
	w := maintenance.Window{ID: "01993a5e-0000-7000-8000-0000000000e1", Version: 2, State: maintenance.Published, PublishedAt: o.at, WarnedAt: o.at, ChangedAt: o.at}
	w.From, w.To = o.at.Add(26*time.Hour), o.at.Add(27*time.Hour)
	if err := windows.Save(t.Context(), maintenance.Window{}, w, "", audit.New("maintenance.published", audit.Actor{Account: "admin", Person: "p"}, w.ID, "upgrade", o.at, [8]byte{1})); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ file, subject string }{
		{"notify/password-changed.json", "notice.password-changed.subject"}, {"notify/maintenance.json", "notice.maintenance.announced.subject"},
	} {
		before := len(sink.Messages())
		for range 2 {
			res, err := handle(t.Context(), batch(t, tt.file))
			if err != nil || len(res.BatchItemFailures) != 0 {
				t.Fatalf("%s: %+v, %v", tt.file, res, err)
			}
		}
		got := sink.Messages()[before:]
		want, _, _ := strings.Cut(locale.T(locale.KK, tt.subject), "{")
		if len(got) != 1 || got[0].To[0] != "ulan@example.kz" || !strings.HasPrefix(got[0].Subject, want) {
			t.Errorf("%s: mail %+v", tt.file, got)
		}
	}
}

// TestRecordedMobileCode replays a code on its way to a number: one text message, and no mail.
func TestRecordedMobileCode(t *testing.T) {
	o := newOfficeTrusting(t, filepath.Join("..", "..", "..", "testdata", "pki", "trust"))
	o.account(t)
	o.private = append(o.private, "7077654321", "271828")
	sink, handle := o.notifying(t)
	for range 2 {
		code := batch(t, "notify/mobile-code.json")
		fresh := time.Now().UTC().Format(time.RFC3339) // an old code is not sent
		code.Records[0].Body = strings.Replace(code.Records[0].Body, "2026-11-22T07:00:00Z", fresh, 1)
		res, err := handle(t.Context(), code)
		if err != nil || len(res.BatchItemFailures) != 0 {
			t.Fatalf("%+v, %v", res, err)
		}
	}
	if got := sink.Texts(); len(got) != 1 || got[0].To != "+77077654321" || got[0].From != "COURT" || !strings.Contains(got[0].Text, "271828") {
		t.Errorf("text messages %+v", got)
	}
	if got := sink.Messages(); len(got) != 0 {
		t.Errorf("mail %+v", got)
	}
}

// TestRecordedAnnouncement replays the clock's payload: a version published before it was due is
// announced, once.
func TestRecordedAnnouncement(t *testing.T) {
	o := newOffice(t)
	o.registered()
	sink, _ := o.notifying(t)
	o.at = o.at.Add(time.Second) // whoever registers later has seen it
	v := o.publish("v2", o.at, false)
	if err := o.site.Announce(t.Context(), store.Announcement{Kind: store.AnnounceAgreement, Ref: v.ID, StartedAt: v.PublishedAt}); err != nil {
		t.Fatal(err)
	}
	handle := o.app(t, "announce").Announce()
	for range 2 {
		if _, err := handle(t.Context(), payload(t, "announce/announce.json")); err != nil {
			t.Fatal(err)
		}
	}
	if got := sink.Messages(); len(got) != 1 || got[0].To[0] != "aigul@example.kz" {
		t.Errorf("mail: %+v", got)
	}
}

// TestNewVersionIsShownAtOnce: a page that remembers the versions finds one published since.
func TestNewVersionIsShownAtOnce(t *testing.T) {
	o := newOfficeTrusting(t, filepath.Join("..", "..", "..", "testdata", "pki", "trust"))
	t.Setenv(schema.Documents.Env, "documents")
	t.Setenv(functions.EnvNCALayerURL, "")
	handle := lambdahttp.Handler(o.app(t, "portal").Portal())
	show := func(path string) int {
		ev := o.event("GET /{path...}", nil, "")
		ev.RawPath = path
		res, err := handle(t.Context(), ev)
		if err != nil {
			t.Fatal(err)
		}
		return res.StatusCode
	}
	if before, other := show("/kk/agreement/v1"), show("/kk/agreement/v2"); before != http.StatusOK || other != http.StatusNotFound {
		t.Fatalf("v1: %d, v2 before it is published: %d", before, other)
	}
	o.publish("v2", o.at, false)
	if got := show("/kk/agreement/v2"); got != http.StatusOK {
		t.Errorf("v2 just published: %d", got)
	}
}
