package wire

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/courtoffice/courtoffice/functions"
	"github.com/courtoffice/courtoffice/functions/internal/environment"
	"github.com/courtoffice/courtoffice/functions/internal/signin"
	keyservice "github.com/courtoffice/courtoffice/infra/local/kms"
	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/agreement"
	"github.com/courtoffice/courtoffice/shared/challenge"
	"github.com/courtoffice/courtoffice/shared/eds"
	"github.com/courtoffice/courtoffice/shared/eds/edstest"
	"github.com/courtoffice/courtoffice/shared/httpapi"
	"github.com/courtoffice/courtoffice/shared/kzid"
	"github.com/courtoffice/courtoffice/shared/locale"
	"github.com/courtoffice/courtoffice/shared/session"
	"github.com/courtoffice/courtoffice/shared/signer"
	"github.com/courtoffice/courtoffice/shared/signer/signertest"
	"github.com/courtoffice/courtoffice/shared/store"
	"github.com/courtoffice/courtoffice/shared/store/engine"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// The functions around accounts are tried as deployed: gateway events in, responses out, a real
// engine behind, only in one process.

const (
	host     = "court.example"
	password = "сары алма, көк тау 7"
)

// office is sign-in, accept-agreement and register on an engine of their own.
type office struct {
	*testing.T
	pki  *signertest.PKI
	db   *dynamodb.Client
	name func(schema.Table) string
	site *store.Site
	at   time.Time // of the next request
	ip   string

	signers map[string]string // names of the keys that administrators sign with, by session token

	device     string // cookie of the browser that sends the next request
	formCookie string // likewise, of an unfinished registration

	functions map[string]func(context.Context, events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error)

	service *keyservice.Server // see signing
	keys    []byte             // as they were last published

	mu    sync.Mutex
	log   bytes.Buffer
	meter meter
	calls []string // DynamoDB operations since the last look
	// private are texts that must never be logged.
	private []string
}

func newOffice(t *testing.T) *office {
	t.Helper()
	pki := signertest.New(t)
	o := newOfficeTrusting(t, pki.Dir)
	o.pki = pki
	return o
}

func newOfficeTrusting(t *testing.T, trustDir string) *office {
	t.Helper()
	o := &office{T: t, at: signertest.At, ip: "203.0.113.7", signers: map[string]string{authorToken: "dana", secondToken: "erlan"}}
	o.db, o.name = engine.ForTest(t)
	target, err := url.Parse(*o.db.Options().BaseEndpoint)
	if err != nil {
		t.Fatal(err)
	}
	metered := o.meter.proxy(httputil.NewSingleHostReverseProxy(target))
	counting := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, op, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
		o.mu.Lock()
		o.calls = append(o.calls, op)
		o.mu.Unlock()
		metered.ServeHTTP(w, r)
	}))
	t.Cleanup(counting.Close)

	o.site = store.NewSite(o.db, o.name(schema.Site))
	o.publish("v1", o.at.AddDate(0, -1, 0), true)

	for name, value := range map[string]string{
		"AWS_REGION": engine.Region, "AWS_ACCESS_KEY_ID": engine.AccessKey, "AWS_SECRET_ACCESS_KEY": engine.SecretKey,
		"AWS_ENDPOINT_URL_DYNAMODB": counting.URL, "AWS_ENDPOINT_URL_S3": noLists(t), functions.EnvListsEvery: "60",
		schema.Accounts.Env: o.name(schema.Accounts), schema.Site.Env: o.name(schema.Site),
		schema.Filings.Env: o.name(schema.Filings), schema.Trust.Env: "trust", schema.Documents.Env: "documents",
		functions.EnvStage: "test", functions.EnvTrustDir: trustDir, functions.EnvSupportMail: "komek@court.example", functions.EnvPortalURL: "https://court.example",
		functions.EnvIndexKey: strings.Repeat("01", 32), functions.EnvChallengeKey: strings.Repeat("02", 32),
	} {
		t.Setenv(name, value)
	}
	o.functions = map[string]func(context.Context, events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error){}
	for fn, build := range map[string]func(*App) http.Handler{
		"sign-in": (*App).SignIn, "accept-agreement": (*App).AcceptAgreement, "register": (*App).Register,
		"account": (*App).Account,
	} {
		cfg, err := environment.Load(fn)
		if err != nil {
			t.Fatal(err)
		}
		row, _ := functions.Named(fn)
		app := &App{fn: row, cfg: cfg, log: slog.New(slog.NewJSONHandler(lockedWriter{o}, nil))}
		o.functions[fn] = o.described(build(app))
	}
	o.private = []string{
		signertest.AigulIIN, signertest.ErlanIIN, signertest.BIN, "АЙГҮЛ", "ЕРЛАН", "БҰЛАҚ", "aigul@", "erlan@", "Ерлан",
		"7011234567", password, "сары алма", o.ip, "203.0.113",
	}
	t.Cleanup(func() {
		o.mu.Lock()
		defer o.mu.Unlock()
		if o.log.Len() == 0 {
			t.Error("nothing was logged")
		}
		for _, text := range o.private {
			if strings.Contains(o.log.String(), text) {
				t.Errorf("%q is in the log:\n%s", text, o.log.String())
			}
		}
	})
	return o
}

// noLists is an S3 whose trust bucket is empty: lists are those of the trust folder.
func noLists(t *testing.T) (url string) {
	empty := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/xml")
		w.WriteHeader(http.StatusNotFound)
		w.Write([]byte("<Error><Code>NoSuchKey</Code></Error>"))
	}))
	t.Cleanup(empty.Close)
	return empty.URL
}

type lockedWriter struct{ o *office }

func (w lockedWriter) Write(b []byte) (int, error) {
	w.o.mu.Lock()
	defer w.o.mu.Unlock()
	return w.o.log.Write(b)
}

func (o *office) publish(id string, at time.Time, first bool) agreement.Version {
	o.Helper()
	texts := map[locale.Lang]string{}
	for _, lang := range locale.Langs {
		texts[lang] = "# " + id + " " + string(lang)
	}
	v, err := agreement.New(id, texts, at, first)
	if err == nil {
		err = o.site.PublishAgreement(o.Context(), v)
	}
	if err != nil {
		o.Fatal(err)
	}
	return v
}

// answer is a response in the terms of the tests.
type answer struct {
	status       int
	slug         string // of a problem
	body         map[string]any
	raw          string
	cookie       string // value of the session cookie set; "-" when it was taken away
	device       string // value of the device cookie set
	registration string // value of the registration cookie set; "-" when it was taken away
	header       map[string]string
}

func (o *office) function(route string) string {
	for _, f := range functions.All {
		if slices.Contains(f.Routes, route) {
			return f.Name
		}
	}
	o.Fatalf("no function serves %s", route)
	return ""
}

func (o *office) event(route string, body any, token string) events.APIGatewayV2HTTPRequest {
	o.Helper()
	method, path, _ := strings.Cut(route, " ")
	ev := events.APIGatewayV2HTTPRequest{
		Version: "2.0", RouteKey: route, RawPath: path,
		Headers: map[string]string{"host": host, "user-agent": "test", "content-type": "application/json"},
		RequestContext: events.APIGatewayV2HTTPRequestContext{
			RouteKey: route, Stage: "$default", RequestID: "req", DomainName: host, TimeEpoch: o.at.UnixMilli(),
			HTTP: events.APIGatewayV2HTTPRequestContextHTTPDescription{Method: method, Path: path, Protocol: "HTTP/1.1", SourceIP: o.ip, UserAgent: "test"},
		},
	}
	if token != "" {
		ev.Cookies = []string{httpapi.CookieName + "=" + token}
	}
	if o.device != "" {
		ev.Cookies = append(ev.Cookies, httpapi.DeviceCookieName+"="+o.device)
	}
	if o.formCookie != "" {
		ev.Cookies = append(ev.Cookies, httpapi.RegistrationCookieName+"="+o.formCookie)
	}
	switch b := body.(type) {
	case nil:
	case string:
		ev.Body = b
	case url.Values:
		ev.Body, ev.Headers["content-type"] = b.Encode(), "application/x-www-form-urlencoded"
	default:
		raw, err := json.Marshal(body)
		if err != nil {
			o.Fatal(err)
		}
		ev.Body = string(raw)
	}
	return ev
}

// call sends a request. body is nil, text as it is, or a value for JSON.
func (o *office) call(route string, body any, token ...string) answer {
	o.Helper()
	return o.send(o.event(route, body, strings.Join(token, "")))
}

func (o *office) send(ev events.APIGatewayV2HTTPRequest) answer {
	o.Helper()
	res := o.signedByAdministrator(ev, o.respond(ev))
	a := answer{status: res.StatusCode, raw: res.Body, header: res.Headers}
	if strings.Contains(res.Headers["content-type"], "json") {
		if err := json.Unmarshal([]byte(res.Body), &a.body); err != nil {
			o.Fatalf("%s: %v in %s", ev.RouteKey, err, res.Body)
		}
	}
	if res.Headers["content-type"] == "application/problem+json" {
		a.slug = strings.TrimPrefix(a.body["type"].(string), "/problems/")
	}
	for _, c := range res.Cookies {
		parsed, err := http.ParseSetCookie(c)
		if err != nil || !parsed.Secure || !parsed.HttpOnly || parsed.SameSite != http.SameSiteStrictMode || parsed.Path != "/" || parsed.Domain != "" {
			o.Errorf("%s: cookie %q, %v", ev.RouteKey, c, err)
			continue
		}
		value := parsed.Value
		if parsed.MaxAge < 0 {
			value = "-"
		}
		switch parsed.Name {
		case httpapi.CookieName:
			a.cookie = value
		case httpapi.DeviceCookieName:
			a.device = value
			continue
		case httpapi.RegistrationCookieName:
			a.registration = value
		default:
			o.Errorf("%s: cookie %q", ev.RouteKey, c)
		}
		if value != "-" {
			o.mu.Lock()
			o.private = append(o.private, value)
			o.mu.Unlock()
		}
	}
	return a
}

func (o *office) respond(ev events.APIGatewayV2HTTPRequest) events.APIGatewayV2HTTPResponse {
	o.Helper()
	res, err := o.functions[o.function(ev.RouteKey)](o.Context(), ev)
	if err != nil {
		o.Fatal(err)
	}
	return res
}

// signedByAdministrator does what the administrators' pages do: where the answer res to ev is a document
// to sign, the same request goes again with the signature of whoever's session sent it.
func (o *office) signedByAdministrator(ev events.APIGatewayV2HTTPRequest, res events.APIGatewayV2HTTPResponse) events.APIGatewayV2HTTPResponse {
	o.Helper()
	var asked struct{ Document []byte }
	if !strings.HasPrefix(ev.RawPath, "/api/admin/") || json.Unmarshal([]byte(res.Body), &asked) != nil || asked.Document == nil {
		return res
	}
	_, token, _ := strings.Cut(ev.Cookies[0], "=")
	o.mu.Lock()
	key := o.signers[token]
	o.mu.Unlock()
	if key == "" {
		o.Fatalf("%s: nobody signs for that session", ev.RouteKey)
	}
	var body object
	if err := json.Unmarshal([]byte(ev.Body), &body); err != nil {
		o.Fatal(err)
	}
	raw, err := json.Marshal(with(body, "signature", o.signed(key, asked.Document)["signature"]))
	if err != nil {
		o.Fatal(err)
	}
	ev.Body = string(raw)
	return o.respond(ev)
}

// personKey is account.Subject.PersonKey of the person of a test key.
func personKey(iin string) string {
	number, err := kzid.ParseIINForm(iin)
	if err != nil {
		panic(err)
	}
	return account.Subject{Kind: account.Natural, IIN: number}.PersonKey(bytes.Repeat([]byte{1}, 32))
}

// want fails the test unless the answer has the status and, for a problem, the slug.
func (o *office) want(a answer, status int, slug string) answer {
	o.Helper()
	if a.status != status || a.slug != slug {
		o.Fatalf("answer %d %s, want %d %s: %s", a.status, a.slug, status, slug, a.raw)
	}
	return a
}

// document asks for a document to sign.
func (o *office) document(route string, body any) []byte {
	o.Helper()
	a := o.want(o.call(route, body), 200, "")
	doc, err := base64.StdEncoding.DecodeString(a.body["document"].(string))
	if err != nil {
		o.Fatal(err)
	}
	if got, want := a.body["expiresAt"], o.at.Add(challenge.Life).Format("2006-01-02T15:04:05.999Z07:00"); got != want {
		o.Errorf("expiresAt %v, want %v", got, want)
	}
	return doc
}

type object = map[string]any

func (o *office) signed(key string, document []byte) object {
	o.Helper()
	s := o.pki.Sign(o.T, key, document)
	o.mu.Lock()
	o.private = append(o.private, strings.Split(string(s), "\n")[5])
	o.mu.Unlock()
	return object{"signature": string(s)}
}

func (o *office) acceptance(version string) []byte {
	o.Helper()
	return o.document("POST /api/agreement/acceptance/document", object{"agreement": version, "lang": "kk"})
}

func (o *office) accept(key, version string) answer {
	o.Helper()
	return o.call("POST /api/agreement/acceptance", o.signed(key, o.acceptance(version)))
}

func form() object {
	return object{
		"agreement": "v1",
		"subject":   object{"kind": "natural", "iin": signertest.AigulIIN, "bin": "", "name": "СЕЙІТОВА АЙГҮЛ", "organisation": ""},
		"email":     "aigul@example.kz", "mobile": "+77011234567", "lang": "kk", "declaration": true,
		"notificationContacts": []object{{"name": "Ерлан", "email": "erlan@example.kz", "lang": "ru"}},
	}
}

func companyForm(name string, iin string) object {
	f := form()
	f["subject"] = object{"kind": "legal", "iin": iin, "bin": signertest.BIN, "name": name, "organisation": signertest.Company}
	return f
}

func (o *office) registration(form object) []byte {
	o.Helper()
	return o.document("POST /api/registration/document", object{"form": form})
}

func (o *office) register(key string, document []byte, password string) answer {
	o.Helper()
	body := o.signed(key, document)
	body["password"] = password
	return o.call("POST /api/registration", body)
}

// registered has aigul registered and returns her session.
func (o *office) registered() (id, token string) {
	o.Helper()
	o.want(o.accept("aigul", "v1"), 201, "")
	a := o.want(o.register("aigul", o.registration(form()), password), 201, "")
	return a.body["id"].(string), a.cookie
}

func (o *office) signIn(key string) answer {
	o.Helper()
	a := o.call("POST /api/sign-in", o.signed(key, o.document("POST /api/sign-in/document", object{"lang": "ru"})))
	o.mu.Lock()
	defer o.mu.Unlock()
	o.signers[a.cookie] = key
	return a
}

// everything is the accounts table's items.
func (o *office) everything() []map[string]types.AttributeValue {
	o.Helper()
	table := o.name(schema.Accounts)
	out, err := o.db.Scan(o.Context(), &dynamodb.ScanInput{TableName: &table})
	if err != nil {
		o.Fatal(err)
	}
	return out.Items
}

// snapshot is everything the accounts table holds except counters of attempts.
func (o *office) snapshot() map[string]string {
	o.Helper()
	items := map[string]string{}
	for _, it := range o.everything() {
		pk := it["PK"].(*types.AttributeValueMemberS).Value
		if strings.HasPrefix(pk, "ATTEMPTS#") {
			continue
		}
		content, err := json.Marshal(it)
		if err != nil {
			o.Fatal(err)
		}
		items[pk+" "+it["SK"].(*types.AttributeValueMemberS).Value] = string(content)
	}
	return items
}

// operations returns the DynamoDB calls since the last look.
func (o *office) operations() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	calls := strings.Join(o.calls, " ")
	o.calls = nil
	return calls
}

func TestLifeOfAnAccount(t *testing.T) {
	o := newOffice(t)

	current := o.want(o.call("GET /api/agreement", nil), 200, "")
	inForce := current.body["inForce"].(object)
	if inForce["id"] != "v1" || inForce["text"] != "# v1 kk" || inForce["sha256"] != agreement.Hash("# v1 kk") || current.body["coming"] != nil {
		t.Errorf("agreement %s", current.raw)
	}

	// The document says in words and by hash what is accepted.
	doc := o.acceptance("v1")
	var signedDoc struct{ Act, Lang, Statement string }
	if err := json.Unmarshal(doc, &signedDoc); err != nil || signedDoc.Act != "accept-agreement" ||
		!strings.HasPrefix(signedDoc.Statement, "Акцепт: Мен Келісімнің шарттарын қабылдаймын") ||
		!bytes.Contains(doc, []byte(agreement.Hash("# v1 kk"))) {
		t.Errorf("document %s, %v", doc, err)
	}
	acceptance := o.signed("aigul", doc)
	o.operations()
	first := o.want(o.call("POST /api/agreement/acceptance", acceptance), 201, "")
	if got := o.operations(); got != "GetItem TransactWriteItems" {
		t.Errorf("acceptance calls %s", got)
	}
	want := object{
		"agreement": "v1", "sha256": agreement.Hash("# v1 kk"), "lang": "kk", "acceptedAt": "2026-11-22T07:00:00Z", "registered": false,
		"subject": object{"kind": "natural", "iin": signertest.AigulIIN, "bin": "", "name": "СЕЙІТОВА АЙГҮЛ", "organisation": "", "role": ""},
	}
	if fmt.Sprint(first.body) != fmt.Sprint(want) {
		t.Errorf("accepted %v, want %v", first.body, want)
	}
	o.at = o.at.Add(time.Second)
	masked := strings.Replace(first.raw, signertest.AigulIIN, "******0126", 1) // a signature that was seen shows nobody the number
	if again := o.want(o.call("POST /api/agreement/acceptance", acceptance), 200, ""); again.raw != masked {
		t.Errorf("repeat %s, first %s", again.raw, first.raw)
	}
	if again := o.want(o.accept("aigul", "v1"), 200, ""); again.raw != first.raw {
		t.Errorf("accepted again %s, first %s", again.raw, first.raw)
	}

	o.want(o.signIn("aigul"), 404, "not-registered")
	formDoc := o.registration(form())
	o.operations()
	made := o.want(o.register("aigul", formDoc, password), 201, "")
	if got := o.operations(); got != "GetItem UpdateItem UpdateItem GetItem TransactWriteItems" {
		t.Errorf("registration calls %s", got)
	}
	id := made.body["id"].(string)
	if made.body["number"] != "******0126" || made.body["email"] != "aigul@example.kz" || made.body["kind"] != "natural" ||
		made.body["sessionExpiresAt"] != "2026-11-22T07:15:01Z" || fmt.Sprint(made.body["agreement"]) != "map[accepted:v1 inForce:v1]" {
		t.Errorf("account %s", made.raw)
	}
	repeat := o.want(o.register("aigul", formDoc, password), 200, "")
	if repeat.body["id"] != id || repeat.cookie == made.cookie || len(repeat.cookie) != 43 {
		t.Errorf("repeated registration: %s, cookie of %d", repeat.raw, len(repeat.cookie))
	}
	// The same signature from someone who saw it on its way, without the password.
	o.want(o.register("aigul", formDoc, "бөтен адамның сөзі 9"), 409, "challenge-used")
	other := o.registration(form())
	second := o.want(o.register("aigul", other, "тағы бір жаңа сөз 5"), 200, "")
	if second.body["id"] != id {
		t.Errorf("second registration made %v, want %v", second.body["id"], id)
	}
	// Its repeat opens nothing either without the account's own password.
	o.want(o.register("aigul", other, "тағы бір жаңа сөз 5"), 409, "challenge-used")
	o.want(o.register("aigul", other, password), 200, "")

	o.want(o.call("GET /api/session", nil, made.cookie), 200, "")
	o.want(o.call("GET /api/session", nil), 401, "unauthenticated")
	o.want(o.call("GET /api/session", nil, "nonsense"), 401, "unauthenticated")

	doc = o.document("POST /api/sign-in/document", object{})
	signIn := o.signed("aigul", doc)
	o.operations()
	in := o.want(o.call("POST /api/sign-in", signIn), 200, "")
	if got := o.operations(); got != "GetItem GetItem BatchGetItem TransactWriteItems" {
		t.Errorf("sign-in calls %s", got)
	}
	if in.body["id"] != id {
		t.Errorf("signed in to %v, want %v", in.body["id"], id)
	}
	o.want(o.call("POST /api/sign-in", signIn), 409, "challenge-used")

	o.operations()
	byPassword := o.want(o.call("POST /api/sign-in/password", object{"number": signertest.AigulIIN, "password": password}), 200, "")
	if got := o.operations(); got != "UpdateItem UpdateItem BatchGetItem GetItem BatchGetItem BatchGetItem TransactWriteItems DeleteItem UpdateItem" {
		t.Errorf("password sign-in calls %s", got)
	}
	if byPassword.body["id"] != id {
		t.Errorf("password signs in to %v", byPassword.body["id"])
	}
	// The password of the second registration was left aside.
	o.want(o.call("POST /api/sign-in/password", object{"number": signertest.AigulIIN, "password": "тағы бір жаңа сөз 5"}), 401, "wrong-credentials")

	// Idling ends a session, using it prolongs it.
	o.at = o.at.Add(10 * time.Minute)
	o.want(o.call("GET /api/session", nil, in.cookie), 200, "")
	o.at = o.at.Add(10 * time.Minute)
	used := o.want(o.call("GET /api/session", nil, in.cookie), 200, "")
	if got, want := used.body["sessionExpiresAt"], o.at.Add(session.Idle).Format(time.RFC3339); got != want {
		t.Errorf("session expires at %v, want %v", got, want)
	}
	o.want(o.call("GET /api/session", nil, made.cookie), 401, "unauthenticated")

	out := o.want(o.call("DELETE /api/session", nil, in.cookie), 204, "")
	if out.cookie != "-" {
		t.Errorf("sign-out leaves the cookie %q", out.cookie)
	}
	o.want(o.call("GET /api/session", nil, in.cookie), 401, "unauthenticated")
	o.want(o.call("DELETE /api/session", nil, in.cookie), 204, "")
}

func TestCompany(t *testing.T) {
	o := newOffice(t)
	a := o.want(o.accept("head", "v1"), 201, "")
	if s := a.body["subject"].(object); s["bin"] != signertest.BIN || s["role"] != "head" || s["organisation"] != signertest.Company {
		t.Errorf("subject %v", s)
	}
	// What the head accepted for the company counts when another with the right to sign registers it.
	made := o.want(o.register("signer", o.registration(companyForm("ОМАРОВ ЕРЛАН", signertest.ErlanIIN)), password), 201, "")
	if made.body["kind"] != "legal" || made.body["number"] != "******1230" || made.body["organisation"] != signertest.Company {
		t.Errorf("account %s", made.raw)
	}
	if in := o.want(o.signIn("head"), 200, ""); in.body["id"] != made.body["id"] {
		t.Errorf("the head signs in to %v, want %v", in.body["id"], made.body["id"])
	}
	if in := o.want(o.byPassword(signertest.BIN, signertest.ErlanIIN, password), 200, ""); in.body["id"] != made.body["id"] {
		t.Errorf("password signs in to %v", in.body["id"])
	}
	before := o.snapshot()
	for _, key := range []string{"finance", "hr", "employee", "system"} {
		o.want(o.signIn(key), 403, "role-not-allowed")
		o.want(o.accept(key, "v1"), 403, "role-not-allowed")
		o.want(o.register(key, o.registration(companyForm("СЕЙІТОВА АЙГҮЛ", signertest.AigulIIN)), password), 403, "role-not-allowed")
	}
	// A person is not the company they act for.
	o.want(o.signIn("aigul"), 404, "not-registered")
	if got := o.snapshot(); !maps.Equal(got, before) {
		t.Errorf("refused acts wrote %v, before %v", got, before)
	}
}

func TestAgreementVersions(t *testing.T) {
	o := newOffice(t)
	o.registered()
	v2 := o.publish("v2", o.at, false)

	// This process read the list a moment ago and may not show the coming version yet, but takes
	// an acceptance of it.
	o.at = o.at.Add(time.Minute)
	a := o.want(o.accept("aigul", "v2"), 201, "")
	if a.body["registered"] != true {
		t.Errorf("accepted %s", a.raw)
	}
	o.at = o.at.Add(5 * time.Minute)
	current := o.want(o.call("GET /api/agreement", nil), 200, "")
	if current.body["inForce"].(object)["id"] != "v1" || current.body["coming"].(object)["id"] != "v2" ||
		current.body["coming"].(object)["effectiveAt"] != v2.EffectiveAt.Format(time.RFC3339) {
		t.Errorf("agreement %s", current.raw)
	}
	coming := "map[accepted:v1 coming:map[accepted:true effectiveAt:" + v2.EffectiveAt.Format(time.RFC3339) + " id:v2] inForce:v1]"
	if in := o.want(o.signIn("aigul"), 200, ""); fmt.Sprint(in.body["agreement"]) != coming {
		t.Errorf("before force: %v", in.body["agreement"])
	}
	doc := o.acceptance("v1")
	o.at = v2.EffectiveAt.Add(-time.Minute)
	last := o.acceptance("v1") // the last minute of v1
	o.at = v2.EffectiveAt
	if in := o.want(o.signIn("aigul"), 200, ""); fmt.Sprint(in.body["agreement"]) != "map[accepted:v2 inForce:v2]" {
		t.Errorf("in force: %v", in.body["agreement"])
	}
	before := o.snapshot()
	o.want(o.call("POST /api/agreement/acceptance", o.signed("erlan", last)), 409, "agreement-not-in-force")
	o.want(o.call("POST /api/agreement/acceptance", o.signed("erlan", doc)), 409, "challenge-expired")
	o.want(o.call("POST /api/agreement/acceptance/document", object{"agreement": "v1", "lang": "ru"}), 409, "agreement-not-in-force")
	o.want(o.call("POST /api/registration/document", object{"form": form()}), 409, "agreement-not-in-force")
	if got := o.snapshot(); !maps.Equal(got, before) {
		t.Errorf("refused acts wrote %v, before %v", got, before)
	}
	// Erlan accepted nothing that is in force.
	f := form()
	f["agreement"], f["subject"] = "v2", object{"kind": "natural", "iin": signertest.ErlanIIN, "bin": "", "name": "ОМАРОВ ЕРЛАН", "organisation": ""}
	o.want(o.register("erlan", o.registration(f), password), 428, "agreement-not-accepted")
}

func TestNoAgreementYet(t *testing.T) {
	o := newOffice(t)
	o.at = o.at.AddDate(0, -2, 0)
	o.want(o.call("GET /api/agreement", nil), 404, "not-found")
	o.want(o.call("POST /api/agreement/acceptance/document", object{"agreement": "v1", "lang": "ru"}), 409, "agreement-not-in-force")
}

// Every bad input is named, and leaves nothing behind.
func TestBadInput(t *testing.T) {
	o := newOffice(t)
	o.want(o.accept("aigul", "v1"), 201, "")
	acceptance, formDoc := o.acceptance("v1"), o.registration(form())
	signInDoc := o.document("POST /api/sign-in/document", object{"lang": "kk"})

	key := o.pki.Keys["aigul"]
	der := func(content []byte, mode edstest.Mode) []byte {
		t.Helper()
		out, err := key.SignCMS(content, mode, edstest.At(signertest.At))
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	b64 := base64.StdEncoding.EncodeToString
	otherIIN := bytes.Replace(formDoc, []byte(signertest.AigulIIN), []byte(signertest.ErlanIIN), 1)
	undeclared := bytes.Replace(formDoc, []byte(`"declaration":true`), []byte(`"declaration":false`), 1)
	otherHash := bytes.Replace(acceptance, []byte(agreement.Hash("# v1 kk")), []byte(agreement.Hash("# v1 ru")), 1)
	otherVersion := bytes.Replace(formDoc, []byte(`"agreement":"v1"`), []byte(`"agreement":"v7"`), 1)
	for _, changed := range [][]byte{otherIIN, undeclared, otherVersion} {
		if bytes.Equal(changed, formDoc) {
			t.Fatal("the form was not changed")
		}
	}
	if bytes.Equal(otherHash, acceptance) {
		t.Fatal("the acceptance was not changed")
	}
	// The hash is not among the words that the office compares before it looks at the signature.
	tampered := der(acceptance, edstest.Attached)
	if at := bytes.Index(tampered, []byte(`"sha256":"`)) + len(`"sha256":"`); tampered[at] == '0' {
		tampered[at] = '1'
	} else {
		tampered[at] = '0'
	}

	before := o.snapshot()
	for _, tt := range []struct {
		name   string
		route  string
		body   any
		status int
		slug   string
		point  string // pointer or, of errors, "pointer code" in order
	}{
		{"unsigned", "acceptance", object{"signature": ""}, 422, "unsigned", ""},
		{"no signature member", "acceptance", object{}, 422, "unsigned", ""},
		{"detached", "acceptance", object{"signature": b64(der(acceptance, edstest.Detached))}, 422, "unsigned", ""},
		{"malformed base64", "acceptance", object{"signature": "не подпись"}, 400, "malformed-base64", ""},
		{"malformed CMS", "acceptance", object{"signature": b64([]byte("not CMS at all"))}, 400, "malformed-signature", ""},
		{"cut CMS", "acceptance", object{"signature": b64(der(acceptance, edstest.Attached)[:300])}, 400, "malformed-signature", ""},
		{"malformed JSON", "acceptance", `{"signature":`, 400, "malformed-json", ""},
		{"a number for a signature", "acceptance", `{"signature":1}`, 400, "malformed-json", "/signature"},
		{"unknown member", "acceptance", `{"signature":"","extra":1}`, 400, "unknown-field", "/extra"},
		{"oversize", "acceptance", object{"signature": strings.Repeat("A", httpapi.MaxBody)}, 413, "body-too-large", ""},
		{"tampered", "acceptance", object{"signature": b64(tampered)}, 422, "signature-invalid", ""},
		{"expired", "acceptance", o.signed("expired", acceptance), 422, "certificate-expired", ""},
		{"not yet valid", "acceptance", o.signed("future", acceptance), 422, "certificate-not-yet-valid", ""},
		{"revoked", "acceptance", o.signed("revoked", acceptance), 422, "certificate-revoked", ""},
		{"suspended", "acceptance", o.signed("suspended", acceptance), 422, "certificate-suspended", ""},
		{"untrusted", "acceptance", o.signed("stranger", acceptance), 422, "certificate-untrusted", ""},
		{"authentication key", "acceptance", o.signed("auth", acceptance), 422, "certificate-not-for-signing", ""},
		{"another act", "acceptance", o.signed("aigul", signInDoc), 422, "challenge-invalid", ""},
		{"made elsewhere", "acceptance", o.signed("aigul", []byte(`{"act":"accept-agreement"}`)), 422, "challenge-invalid", ""},
		{"hash of another text", "acceptance", o.signed("erlan", otherHash), 422, "challenge-invalid", ""},

		{"acceptance as sign-in", "sign-in", o.signed("aigul", acceptance), 422, "challenge-invalid", ""},
		{"nobody's key", "sign-in", o.signed("aigul", signInDoc), 404, "not-registered", ""},
		{"revoked at sign-in", "sign-in", o.signed("revoked", signInDoc), 422, "certificate-revoked", ""},

		{"no acceptance", "registration", with(o.signed("erlan", bytes.Replace(otherIIN, []byte("СЕЙІТОВА АЙГҮЛ"), []byte("ОМАРОВ ЕРЛАН"), 1)), "password", password),
			428, "agreement-not-accepted", ""},
		{"somebody else's number", "registration", with(o.signed("aigul", otherIIN), "password", password),
			422, "certificate-mismatch", "/form/subject/iin certificate-mismatch"},
		{"signed by another", "registration", with(o.signed("erlan", formDoc), "password", password),
			422, "certificate-mismatch", "/form/subject/iin certificate-mismatch, /form/subject/name certificate-mismatch"},
		{"company's key", "registration", with(o.signed("head", formDoc), "password", password), 422, "certificate-mismatch",
			"/form/subject/kind certificate-mismatch, /form/subject/bin certificate-mismatch, /form/subject/organisation certificate-mismatch"},
		{"nothing declared", "registration", with(o.signed("aigul", undeclared), "password", password), 422, "invalid-fields", "/form/declaration declaration-required"},
		{"short password", "registration", with(o.signed("aigul", formDoc), "password", "қысқа сөз"), 422, "password-weak", "/password password-short"},
		{"common password", "registration", with(o.signed("aigul", formDoc), "password", "Қазақстан2030"), 422, "password-weak", "/password password-common"},
		{"own number in it", "registration", with(o.signed("aigul", formDoc), "password", "тау "+signertest.AigulIIN+" су"), 422, "password-weak", "/password password-personal"},
		{"no password", "registration", o.signed("aigul", formDoc), 422, "password-weak", "/password password-short, /password password-common"},
		{"no such version", "registration", with(o.signed("aigul", otherVersion), "password", password), 409, "agreement-not-in-force", ""},
		{"expired at registration", "registration", with(o.signed("expired", formDoc), "password", password), 422, "certificate-expired", ""},

		{"form with faults", "registration/document", object{"form": with(form(), "email", "a@b", "mobile", "8701", "lang", "de", "declaration", false)}, 422, "invalid-fields",
			"/form/email email-invalid, /form/mobile mobile-invalid, /form/lang unknown-value, /form/declaration declaration-required"},
		{"form with an unknown member", "registration/document", object{"form": with(form(), "admin", true)}, 400, "unknown-field", "/form/admin"},
		{"unknown language", "sign-in/document", object{"lang": "de"}, 422, "invalid-fields", "/lang unknown-value"},
		{"unknown language of acceptance", "agreement/acceptance/document", object{"agreement": "v1", "lang": "de"}, 422, "invalid-fields", "/lang unknown-value"},
		{"unknown version", "agreement/acceptance/document", object{"agreement": "v9", "lang": "kk"}, 409, "agreement-not-in-force", ""},
		{"number too short", "sign-in/password", object{"number": "123", "password": password}, 422, "invalid-fields", "/number number-invalid"},
		{"number of nobody", "sign-in/password", object{"number": signertest.BIN, "person": signertest.AigulIIN, "password": password}, 401, "wrong-credentials", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			route := "POST /api/" + tt.route
			if tt.route == "acceptance" {
				route = "POST /api/agreement/acceptance"
			}
			for _, lang := range locale.Langs {
				ev := o.event(route, tt.body, "")
				ev.RawQueryString = "lang=" + string(lang)
				a := o.send(ev)
				if a.status != tt.status || a.slug != tt.slug || a.cookie != "" {
					t.Fatalf("answer %d %s, want %d %s: %s", a.status, a.slug, tt.status, tt.slug, a.raw)
				}
				if a.header["content-language"] != string(lang) {
					t.Errorf("language %s, want %s", a.header["content-language"], lang)
				}
				for _, member := range []string{"title", "detail", "instance"} {
					if text, _ := a.body[member].(string); text == "" || strings.HasPrefix(text, "problem.") {
						t.Errorf("%s: %s is %q", lang, member, text)
					}
				}
				var points []string
				faults, _ := a.body["errors"].([]any)
				for _, f := range faults {
					fault := f.(object)
					points = append(points, fault["pointer"].(string)+" "+fault["code"].(string))
					if detail := fault["detail"].(string); strings.HasPrefix(detail, "defect.") {
						t.Errorf("%s: no text %s", lang, detail)
					}
				}
				if points == nil && a.body["pointer"] != nil {
					points = []string{a.body["pointer"].(string)}
				}
				if got := strings.Join(points, ", "); got != tt.point {
					t.Errorf("points at %q, want %q", got, tt.point)
				}
			}
			if got := o.snapshot(); !maps.Equal(got, before) {
				t.Errorf("wrote %v, before %v", got, before)
			}
		})
	}
	o.at = o.at.Add(challenge.Life + time.Millisecond)
	o.want(o.call("POST /api/agreement/acceptance", o.signed("erlan", acceptance)), 409, "challenge-expired")
	o.want(o.register("aigul", formDoc, password), 409, "challenge-expired")
	o.want(o.call("POST /api/sign-in", o.signed("aigul", signInDoc)), 409, "challenge-expired")
	if got := o.snapshot(); !maps.Equal(got, before) {
		t.Errorf("expired challenges wrote %v, before %v", got, before)
	}
	// The office's address comes from its configuration: a request that names another host gets the
	// same words, and words that name another office are no act here.
	o.at = signertest.At
	ev := o.event("POST /api/sign-in/document", object{}, "")
	ev.Headers["host"] = "evil.example"
	doc, err := base64.StdEncoding.DecodeString(o.send(ev).body["document"].(string))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(doc, []byte(`"office":"https://court.example"`)) || bytes.Contains(doc, []byte("evil.example")) {
		t.Errorf("to sign: %s", doc)
	}
	elsewhere := bytes.ReplaceAll(doc, []byte("https://court.example"), []byte("https://evil.example"))
	o.want(o.call("POST /api/sign-in", o.signed("aigul", elsewhere)), 422, "challenge-invalid")
}

// with returns a copy of m with members changed: names and values in turn.
func with(m object, pairs ...any) object {
	m = maps.Clone(m)
	for i := 0; i < len(pairs); i += 2 {
		m[pairs[i].(string)] = pairs[i+1]
	}
	return m
}

func TestAuthenticationKeySignsInOnly(t *testing.T) {
	o := newOffice(t)
	id, _ := o.registered()
	if in := o.want(o.signIn("auth"), 200, ""); in.body["id"] != id {
		t.Errorf("signed in to %v", in.body["id"])
	}
}

// A form somebody else used up opens nothing to another account, whoever signs it.
func TestChallengeOfAnother(t *testing.T) {
	o := newOffice(t)
	o.want(o.accept("aigul", "v1"), 201, "")
	o.want(o.accept("erlan", "v1"), 201, "")
	hers := o.registration(form())
	o.want(o.register("aigul", hers, password), 201, "")
	his := with(form(), "email", "erlan@example.kz", "notificationContacts", []object{},
		"subject", object{"kind": "natural", "iin": signertest.ErlanIIN, "bin": "", "name": "ОМАРОВ ЕРЛАН", "organisation": ""})
	o.want(o.register("erlan", o.registration(his), password), 201, "")
	before := o.snapshot()
	o.want(o.register("erlan", hers, password), 409, "challenge-used")
	if got := o.snapshot(); !maps.Equal(got, before) {
		t.Errorf("wrote %v, before %v", got, before)
	}
}

// An account that is not active opens to nobody, whatever is still in order about it.
func TestClosedAccount(t *testing.T) {
	o := newOffice(t)
	id, token := o.registered()
	table := o.name(schema.Accounts)
	if _, err := o.db.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
		TableName:                &table,
		Key:                      map[string]types.AttributeValue{"PK": &types.AttributeValueMemberS{Value: "ACCOUNT#" + id}, "SK": &types.AttributeValueMemberS{Value: "ACCOUNT"}},
		UpdateExpression:         aws.String("SET #status = :closed"),
		ExpressionAttributeNames: map[string]string{"#status": "status"},
		ExpressionAttributeValues: map[string]types.AttributeValue{
			":closed": &types.AttributeValueMemberS{Value: "closed"},
		},
	}); err != nil {
		t.Fatal(err)
	}
	before := o.snapshot()
	o.want(o.call("GET /api/session", nil, token), 401, "unauthenticated")
	o.want(o.signIn("aigul"), 404, "not-registered")
	o.want(o.call("POST /api/sign-in/password", object{"number": signertest.AigulIIN, "password": password}), 401, "wrong-credentials")
	if got := o.snapshot(); !maps.Equal(got, before) {
		t.Errorf("wrote %v, before %v", got, before)
	}
}

// Too many passwords lock the password, never the key.
func TestThrottle(t *testing.T) {
	o := newOffice(t)
	o.registered()
	o.at = o.at.Truncate(signin.Window)
	try := func(number, word string) answer {
		return o.call("POST /api/sign-in/password", object{"number": number, "password": word})
	}
	for range signin.AttemptsByNumber - 1 {
		o.want(try(signertest.AigulIIN, "қате сөз, қате сөз"), 401, "wrong-credentials")
	}
	o.want(try(signertest.AigulIIN, password), 200, "") // forgets
	for range signin.AttemptsByNumber {
		o.want(try(signertest.AigulIIN, "қате сөз, қате сөз"), 401, "wrong-credentials")
	}
	o.at = o.at.Add(5 * time.Minute)
	locked := o.want(try(signertest.AigulIIN, password), 429, "throttled")
	if locked.header["retry-after"] != "600" {
		t.Errorf("Retry-After %q, want 600", locked.header["retry-after"])
	}
	o.want(o.signIn("aigul"), 200, "")
	o.at = o.at.Add(10 * time.Minute)
	o.want(try(signertest.AigulIIN, password), 200, "")
}

func TestThrottleByAddress(t *testing.T) {
	o := newOffice(t)
	attempts := store.NewAttempts(o.db, o.name(schema.Accounts))
	counters := signin.Service{IndexKey: bytes.Repeat([]byte{1}, 32)}
	o.at = o.at.Truncate(signin.Window)
	for range signin.AttemptsByOrigin {
		if wait, err := attempts.Count(t.Context(), counters.AddressCounter("2001:db8::1"), signin.AttemptsByOrigin, signin.Window, o.at); wait > 0 || err != nil {
			t.Fatal(wait, err)
		}
	}
	for ip, want := range map[string]int{"2001:db8::1": 429, "2001:db8::ffff:2": 429, "2001:db8:0:1::1": 401, "203.0.113.8": 401} {
		o.ip = ip
		if a := o.call("POST /api/sign-in/password", object{"number": signertest.AigulIIN, "password": "x"}); a.status != want {
			t.Errorf("from %s: %d, want %d", ip, a.status, want)
		}
	}
}

// What succeeds is not held against an address that many share.
func TestThrottleCountsFailures(t *testing.T) {
	o := newOffice(t)
	o.registered()
	o.at = o.at.Truncate(signin.Window)
	o.ip = "203.0.113.9"
	try := func(word string) answer {
		return o.call("POST /api/sign-in/password", object{"number": signertest.AigulIIN, "password": word})
	}
	for range 3 {
		o.want(try(password), 200, "")
	}
	o.want(try("қате сөз, қате сөз"), 401, "wrong-credentials")
	attempts, counters := store.NewAttempts(o.db, o.name(schema.Accounts)), signin.Service{IndexKey: bytes.Repeat([]byte{1}, 32)}
	for range signin.AttemptsByOrigin - 1 { // the one failure counts, nothing else does
		if wait, err := attempts.Count(t.Context(), counters.AddressCounter(o.ip), signin.AttemptsByOrigin, signin.Window, o.at); wait > 0 || err != nil {
			t.Fatal(wait, err)
		}
	}
	o.want(try(password), 429, "throttled")
}

// A browser has one session: signing in again, by whatever means, ends the one whose cookie it had.
func TestSigningInAgainEndsTheSessionBefore(t *testing.T) {
	o := newOffice(t)
	_, first := o.registered()
	byWord := o.want(o.call("POST /api/sign-in/password", object{"number": signertest.AigulIIN, "password": password}, first), 200, "").cookie
	o.want(o.call("GET /api/session", nil, first), 401, "unauthenticated")
	o.want(o.call("GET /api/session", nil, byWord), 200, "")
	doc := o.document("POST /api/sign-in/document", object{})
	byKey := o.want(o.call("POST /api/sign-in", o.signed("aigul", doc), byWord), 200, "").cookie
	o.want(o.call("GET /api/session", nil, byWord), 401, "unauthenticated")
	elsewhere := o.want(o.signIn("aigul"), 200, "").cookie // another browser: no cookie, nothing ends
	o.want(o.call("GET /api/session", nil, byKey), 200, "")
	o.want(o.call("GET /api/session", nil, elsewhere), 200, "")
}

// Two registrations of one person at once: one account, both signed in to it.
func TestRegistrationRace(t *testing.T) {
	o := newOffice(t)
	o.want(o.accept("aigul", "v1"), 201, "")
	one, two := o.registration(form()), o.registration(form())
	bodies := []object{with(o.signed("aigul", one), "password", password), with(o.signed("aigul", two), "password", password)}
	bodies = append(bodies, bodies[0]) // and one of them sent twice
	answers := make([]answer, len(bodies))
	var wg sync.WaitGroup
	for i, body := range bodies {
		ev := o.event("POST /api/registration", body, "")
		wg.Go(func() { answers[i] = o.send(ev) })
	}
	wg.Wait()
	created := 0
	for _, a := range answers {
		if a.status == 201 {
			created++
		} else if a.status != 200 {
			t.Errorf("answer %d %s", a.status, a.raw)
		}
		if a.body["id"] != answers[0].body["id"] || a.cookie == "" {
			t.Errorf("account %v, another answer has %v", a.body["id"], answers[0].body["id"])
		}
	}
	accounts := 0
	for key := range o.snapshot() {
		if strings.HasSuffix(key, " ACCOUNT") {
			accounts++
		}
	}
	if created != 1 || accounts != 1 {
		t.Errorf("%d created, %d accounts; want one", created, accounts)
	}
}

// What was signed is kept whole: an acceptance can be verified again from the item alone.
func TestEvidenceVerifies(t *testing.T) {
	o := newOffice(t)
	o.registered()
	table := o.name(schema.Accounts)
	out, err := o.db.Scan(t.Context(), &dynamodb.ScanInput{TableName: &table})
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, it := range out.Items {
		cms, ok := it["cms"].(*types.AttributeValueMemberB)
		if !ok {
			continue
		}
		found++
		opened, err := signer.Open(o.pki.Verifier(t, eds.Filing()), signer.Signature(base64.StdEncoding.EncodeToString(cms.Value)), signertest.At)
		if err != nil || opened.Subject.IIN.Reveal() != signertest.AigulIIN {
			t.Errorf("%v: %v", it["SK"], err)
		}
		nonce := it["nonce"].(*types.AttributeValueMemberS).Value
		if _, err := hex.DecodeString(nonce); err != nil || !bytes.Contains(opened.Content, []byte(`"challenge":`)) {
			t.Errorf("%v: nonce %q", it["SK"], nonce)
		}
		for _, name := range []string{"address", "userAgent"} {
			if v, ok := it[name].(*types.AttributeValueMemberS); !ok || v.Value == "" {
				t.Errorf("%v: no %s", it["SK"], name)
			}
		}
	}
	if found != 2 {
		t.Errorf("%d signed documents kept, want the acceptance and the form", found)
	}
}
