package wire

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/courtoffice/courtoffice/functions"
	"github.com/courtoffice/courtoffice/functions/internal/mobilesigning"
	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/session"
	"github.com/courtoffice/courtoffice/shared/signer/signertest"
	"github.com/courtoffice/courtoffice/shared/store/engine"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

const (
	ownerNumber    = signertest.AigulIIN
	byPassToken    = "cGFzc3dvcmQtc2Vzc2lvbi10b2tlbi1vZi0zMi1ieXQ"
	matrixFiling   = recordedFiling
	matrixSent     = "01993a5e-0000-7000-8000-000000000002"
	matrixDocument = recordedDocument
)

// matrix is an office with every function, one person for each column of the authorisation matrix
// and one of each resource that a route may name. The owner is aigul, the other user erlan; a
// second administrator has proposed what the administrator may approve. Every cell finds the
// tables as newMatrix left them.
type matrix struct {
	*office
	tokens   map[string]string // by column
	ids      map[string]string // of accounts, by column
	claim    object
	version  int    // revision of the owner's draft
	manifest []byte // of the draft, to be signed
	seal     string // the token that came with it
	opened   string // token of the company's registration, which is not finished
	ticket   string // of the owner's request to support
	sent     string // ticket number of the filing that was sent
	code     mobilesigning.Offered
	digest   string // of the proposed agreement version v2
	params   []parameter
	tables   map[string]map[string]map[string]types.AttributeValue
}

// parameter is what stands for a path parameter in routes that contain in.
type parameter struct{ in, name, value string }

func newMatrix(t *testing.T) *matrix {
	t.Helper()
	m := &matrix{office: newOffice(t), tokens: map[string]string{}, ids: map[string]string{}}
	m.maintained()
	m.everyFunction()
	m.ids["owner"], m.tokens["owner"] = m.registered()
	m.want(m.accept("erlan", "v1"), 201, "")
	his := with(form(), "email", "erlan.o@court.example", "notificationContacts", []object{},
		"subject", object{"kind": "natural", "iin": signertest.ErlanIIN, "bin": "", "name": "ОМАРОВ ЕРЛАН", "organisation": ""})
	second := m.want(m.register("erlan", m.registration(his), password), 201, "")
	m.ids["other"], m.tokens["other"] = second.body["id"].(string), second.cookie
	m.opened = m.want(m.accept("head", "v1"), 201, "").registration
	m.holder("byPassword", byPassToken, session.ByPassword, "admin")
	m.tokens["clerk"], m.tokens["byPassword"], m.tokens["administrator"] = visitorToken, byPassToken, authorToken
	m.ids["clerk"], m.ids["byPassword"], m.ids["administrator"] = "visitor", "byPassword", "author"
	for _, id := range []string{"visitor", "byPassword", "author"} {
		m.formOf(id)
	}
	m.private = append(m.private, "@court.example")

	victim := m.want(m.signIn("aigul"), 200, "").cookie
	m.filings()
	m.proposals()
	asked := with(supportRequest, "id", "01993a5e-0000-7000-8000-0000000000f2")
	m.ticket = m.want(m.call("POST /api/support", asked, m.tokens["owner"]), 201, "").body["ticket"].(string)
	m.breach(m.ids["owner"])
	m.accepted(matrixSent, "7514-26-00-2/1")
	m.code, _ = phones{m.office}.offered("POST /api/sign-in/document", object{"lang": "kk"})
	m.params = []parameter{
		{"/api/mobile-signing/", "{id}", m.code.ID}, {"", "{opening}", m.code.Token},
		{"/api/cases/", "{id}", matrixSent}, {"", "{paper}", matrixSent}, {"/receipt", "{id}", matrixSent}, {"/registry/filings/", "{id}", matrixSent}, {"/api/filings/", "{id}", matrixFiling}, {"", "{document}", matrixDocument}, {"", "{file}", matrixDocument}, {"", "{section}", "pretrial"},
		{"", "{session}", session.ID(victim)}, {"/admin/accounts/", "{id}", m.ids["owner"]}, {"/admin/agreements/", "{id}", "v2"},
		{"/maintenance/", "{id}", windowID}, {"/approval", "{right}", "admin"}, {"/withdrawal", "{right}", "admin"},
		{"", "{right}", "clerk.almaty-medeu"}, {"", "{path...}", "kk/"},
		{"", "{representative}", m.named().ID}, {"", "{token}", m.link(m.T, m.named(), account.LinkUnsubscribe)},
		{"", "{ticket}", m.ticket}, {"", "{person}", "1.00"}, {"", "{webhook}", firstHook}, {"", "{breach}", recordedBreach},
	}
	m.tables = map[string]map[string]map[string]types.AttributeValue{}
	for _, table := range []schema.Table{schema.Accounts, schema.Site, schema.Filings} {
		m.tables[m.name(table)] = m.scan(m.name(table))
	}
	return m
}

// everyFunction adds the functions that newOffice and maintained leave out.
func (m *matrix) everyFunction() {
	m.Helper()
	client, bucket := engine.S3ForTest(m.T)
	for name, value := range map[string]string{
		"AWS_ENDPOINT_URL_S3": *client.Options().BaseEndpoint, schema.Documents.Env: bucket,
		functions.EnvNCALayerURL: "",
		schema.Webhooks.Env:      "http://127.0.0.1:1/000000000000/" + schema.Webhooks.Name,
		schema.Openings.Env:      "http://127.0.0.1:1/000000000000/" + schema.Openings.Name,
	} {
		m.Setenv(name, value)
	}
	m.signing()
	for _, row := range functions.All {
		if build := builders[row.Name]; build != nil && (m.functions[row.Name] == nil || row.Name == "account") { // which reads what was filed
			m.functions[row.Name] = m.described(build(m.app(m.T, row.Name)))
		}
	}
}

// filings makes the owner's: one sent, and a draft whose manifest waits for a signature.
func (m *matrix) filings() {
	m.Helper()
	m.claim = claimOf(m.T)
	for _, id := range []string{matrixSent, matrixFiling} {
		call := func(route string, body any) answer {
			m.Helper()
			return m.send(at(at(m.event(route, body, m.tokens["owner"]), "{id}", id), "{document}", matrixDocument))
		}
		m.want(call("PUT /api/filings/{id}", object{"kind": "claim", "sections": m.claim}), 201, "")
		m.upload(m.T, m.want(call("PUT /api/filings/{id}/documents/{document}", m.slot(0)), 200, ""))
		a := m.want(call("POST /api/filings/{id}/manifest", object{"revision": 2}), 200, "")
		m.version, m.seal = 3, a.body["token"].(string)
		var err error
		if m.manifest, err = base64.StdEncoding.DecodeString(a.body["document"].(string)); err != nil {
			m.Fatal(err)
		}
		if id == matrixSent {
			m.want(call("POST /api/filings/{id}/seal", with(m.signed("aigul", m.manifest), "token", m.seal)), 201, "")
			e := m.received(matrixSent)
			m.sent = e.TicketNo
			if _, err := m.stored().Take(m.Context(), e.ID, e.Court, filing.Lease{Holder: "visitor", Name: "СЕРІКОВ ҰЛАН", Until: m.at.Add(time.Hour)}, m.at); err != nil {
				m.Fatal(err)
			}
		}
	}
}

// claimOf are the sections of a claim that may be signed by the holder of 900101300126.
func claimOf(t *testing.T) (sections object) {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("..", "..", "..", "testdata", "claims", "claim", "form.json"))
	if err == nil {
		err = json.Unmarshal(raw, &sections)
	}
	if err != nil {
		t.Fatal(err)
	}
	delete(sections, "evidence") // they name documents
	delete(sections, "conciliation")
	return sections
}

// slot is the document of a filing at that version.
func (m *matrix) slot(version int) object {
	sum := sha256.Sum256([]byte(recordedContent))
	return object{
		"version": version, "role": "main_claim", "name": "talap.pdf", "size": len(recordedContent),
		"sha256": hex.EncodeToString(sum[:]), "mediaType": "application/pdf",
	}
}

// proposals has the second administrator propose the right admin for the owner, a version of the
// agreement, and a window over midnight.
func (m *matrix) proposals() {
	m.Helper()
	m.want(m.send(at(at(m.event("POST /api/admin/accounts/{id}/rights/{right}", withReason, secondToken), "{id}", m.ids["owner"]), "{right}", string(account.Admin))), 202, "")
	texts := object{"kk": "# а", "ru": "# б", "en": "# c"}
	m.digest = m.want(m.call("POST /api/admin/agreements", object{"id": "v2", "texts": texts, "reason": reason}, secondToken), 201, "").body["digest"].(string)
	m.want(m.call(proposeRoute, m.announcement(26*time.Hour, 12*time.Hour), secondToken), 201, "")
}

// formOf keeps a signed registration form for an account that holder made.
func (m *matrix) formOf(id string) {
	m.Helper()
	if _, err := m.db.PutItem(m.Context(), &dynamodb.PutItemInput{TableName: ptr(m.name(schema.Accounts)), Item: map[string]types.AttributeValue{
		"PK": text("ACCOUNT#" + id), "SK": text("REGISTRATION"), "at": text("2026-11-22T07:00:00.000Z"),
		"cms": &types.AttributeValueMemberB{Value: []byte("not looked at")},
	}}); err != nil {
		m.Fatal(err)
	}
}

// company is the form of a company that has accepted the agreement and not registered.
func (m *matrix) company() object {
	return companyForm("СЕЙІТОВА АЙГҮЛ", signertest.AigulIIN)
}

// signedBy is the body of a signed act: key's signature over the document that route gives out.
func signedBy(key, route string, body any) func(*matrix) any {
	return func(m *matrix) any { return m.signed(key, m.document(route, body)) }
}

// inRegistration is a request from the browser in which the company's registration is open.
type inRegistration struct{ body any }

// query is what a request without a body asks with.
type query string

// place fills in the path parameters of an event.
func (m *matrix) place(ev events.APIGatewayV2HTTPRequest) events.APIGatewayV2HTTPRequest {
	route := ev.RawPath
	for _, p := range m.params {
		if strings.Contains(route, p.in) {
			ev = at(ev, p.name, p.value)
		}
	}
	return ev
}

// try is one cell.
func (m *matrix) try(route, note, column, token string, body any, want int) {
	m.Helper()
	m.restore()
	q, ok := body.(query)
	if ok {
		body = nil
	}
	r, ok := body.(inRegistration)
	if ok {
		body, m.formCookie = r.body, m.opened
		defer func() { m.formCookie = "" }()
	}
	ev := m.place(m.event(route, body, token))
	ev.RawQueryString = string(q)
	res, err := m.functions[m.function(route)](m.Context(), ev)
	if err != nil {
		m.Fatal(err)
	}
	if res = m.signedByAdministrator(ev, res); res.StatusCode != want {
		m.Errorf("%s (%s) as %s: %d, want %d: %s", route, note, column, res.StatusCode, want, res.Body)
	}
	signed := strings.HasSuffix(note, "signature") || strings.HasPrefix(route, "POST /api/sign-in/password")
	if signed || column == "administrator" || strings.Contains(res.Headers["content-type"], "text/html") {
		return // whoever signs sees their own, and administrators what the audit says they saw
	}
	for who, text := range map[string]string{"owner": "aigul@", "other": "erlan.o@"} {
		for _, foreign := range []string{m.ids[who], text} {
			if column != who && strings.Contains(res.Body, foreign) {
				m.Errorf("%s (%s) as %s shows %s: %s", route, note, column, foreign, res.Body)
			}
		}
	}
}

func (m *matrix) scan(table string) map[string]map[string]types.AttributeValue {
	m.Helper()
	out, err := m.db.Scan(m.Context(), &dynamodb.ScanInput{TableName: &table})
	if err != nil || out.LastEvaluatedKey != nil {
		m.Fatalf("%v, more: %v", err, out.LastEvaluatedKey)
	}
	items := make(map[string]map[string]types.AttributeValue, len(out.Items))
	for _, it := range out.Items {
		items[it[schema.PK].(*types.AttributeValueMemberS).Value+" "+it[schema.SK].(*types.AttributeValueMemberS).Value] = it
	}
	return items
}

// restore brings the tables back to how newMatrix left them.
func (m *matrix) restore() {
	m.Helper()
	for table, before := range m.tables {
		now := m.scan(table)
		for key, it := range now {
			if before[key] == nil {
				if _, err := m.db.DeleteItem(m.Context(), &dynamodb.DeleteItemInput{TableName: &table, Key: map[string]types.AttributeValue{
					schema.PK: it[schema.PK], schema.SK: it[schema.SK],
				}}); err != nil {
					m.Fatal(err)
				}
			}
		}
		for key, it := range before {
			if !reflect.DeepEqual(now[key], it) {
				if _, err := m.db.PutItem(m.Context(), &dynamodb.PutItemInput{TableName: &table, Item: it}); err != nil {
					m.Fatal(err)
				}
			}
		}
	}
}
