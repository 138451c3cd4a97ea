package wire

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"math/big"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/courtoffice/courtoffice/functions"
	"github.com/courtoffice/courtoffice/functions/internal/profile"
	"github.com/courtoffice/courtoffice/functions/internal/webhooks"
	"github.com/courtoffice/courtoffice/infra/local/queues"
	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/challenge"
	"github.com/courtoffice/courtoffice/shared/client"
	"github.com/courtoffice/courtoffice/shared/outbox"
	"github.com/courtoffice/courtoffice/shared/session"
	"github.com/courtoffice/courtoffice/shared/signer/signertest"
	"github.com/courtoffice/courtoffice/shared/store"
	"github.com/courtoffice/courtoffice/shared/store/schema"
	"github.com/courtoffice/courtoffice/shared/webhook"
)

const (
	firstHook  = "01993a5e-0000-7000-8000-00000000a001"
	secondHook = "01993a5e-0000-7000-8000-00000000a002"
)

// posted is what came to a receiver.
type posted struct {
	header http.Header
	body   []byte
}

// receiver has hosts under "test" lead to a machine of its own, and returns what comes to it and how it answers.
func (o *office) receiver(t *testing.T) (got *[]posted, status *int) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	says := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{"*.test"}, NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, says, says, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	got, status = new([]posted), new(int)
	*status = http.StatusNoContent
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		*got = append(*got, posted{r.Header, body})
		w.WriteHeader(*status)
	}))
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.TLS = &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}
	server.StartTLS()
	t.Cleanup(server.Close)
	t.Setenv(functions.EnvReceivers, server.Listener.Addr().String()+" "+base64.StdEncoding.EncodeToString(der))
	return got, status
}

// keysJSON is /keys.json.
func (o *office) keysJSON(t *testing.T) []byte {
	t.Helper()
	ring, err := store.NewSigningKeys(o.db, o.name(schema.Site)).Ring(t.Context(), o.at)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := json.Marshal(ring.Published)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// hooked is a firm with the functions of webhooks.
type hooked struct {
	*firm
	broker  *queues.Broker
	got     *[]posted
	status  *int
	notify  func(context.Context, events.SQSEvent) (events.SQSEventResponse, error)
	deliver func(context.Context, events.SQSEvent) (events.SQSEventResponse, error)
	mail    func() int
}

func newHooked(t *testing.T) *hooked {
	t.Helper()
	h := &hooked{firm: newFirm(t)}
	h.signing()
	sink, notify := h.notifying(t)
	h.notify, h.mail = notify, func() int { return len(sink.Messages()) }
	h.broker = h.office.queues(t)
	h.notify = h.app(t, "notify").Notify()
	h.got, h.status = h.receiver(t)
	h.functions["webhooks"] = h.described(h.app(t, "webhooks").Webhooks())
	h.deliver = h.app(t, "deliver-webhooks").DeliverWebhooks()
	return h
}

// add registers an address with the signature of a key, as whose session says.
func (h *hooked) add(token, key, id, address string) answer {
	h.Helper()
	asked := h.call("POST /api/account/webhooks", object{"id": id, "address": address, "signature": ""}, token)
	if asked.status != 200 || asked.body["document"] == nil {
		return asked
	}
	document, err := base64.StdEncoding.DecodeString(asked.body["document"].(string))
	if err != nil {
		h.Fatal(err)
	}
	return h.call("POST /api/account/webhooks", with(h.signed(key, document), "id", id, "address", address), token)
}

func (h *hooked) one(method, what, id, token string) answer {
	h.Helper()
	var body any
	if method == "POST" {
		body = object{}
	}
	return h.send(at(h.event(method+" /api/account/webhooks/{webhook}"+what, body, token), "{webhook}", id))
}

// later moves the clock, past what a session or a key may last.
func (h *hooked) later(d time.Duration) {
	h.Helper()
	h.at = h.at.Add(d)
	h.signing()
	h.head = h.want(h.signIn("head"), 200, "").cookie
	h.deliver = h.app(h.T, "deliver-webhooks").DeliverWebhooks()
}

func (h *hooked) list() webhooks.List {
	h.Helper()
	return decodeAs[webhooks.List](h.T, h.want(h.call("GET /api/account/webhooks", nil, h.head), 200, ""))
}

// posts gives deliver-webhooks what waits in its queue, as received for the nth time, and returns how many messages
// it wants again.
func (h *hooked) posts(receives int) (again int) {
	h.Helper()
	list, err := h.broker.List(h.Context(), schema.Webhooks.Name)
	if err != nil {
		h.Fatal(err)
	}
	for _, m := range list {
		res, err := h.deliver(h.Context(), events.SQSEvent{Records: []events.SQSMessage{{
			MessageId: m.ID, ReceiptHandle: m.ID, Body: m.Body, EventSourceARN: queues.ARN("eu-central-1", schema.Webhooks.Name),
			Attributes: map[string]string{"ApproximateReceiveCount": fmt.Sprint(receives)},
		}}})
		if err != nil {
			h.Fatal(err)
		}
		again += len(res.BatchItemFailures)
	}
	return again
}

// tells has notify deal with the events of a type of the firm.
func (h *hooked) tells(typ account.EventType) {
	h.Helper()
	for _, e := range h.accountEvents(typ) {
		entry := outbox.Entry{Event: e.Outbox(), PK: "ACCOUNT#" + h.id, SK: "OUTBOX#" + string(e.Type) + "#" + e.ID}
		res, err := h.notify(h.Context(), events.SQSEvent{Records: []events.SQSMessage{message(h.T, schema.Notices, entry)}})
		if err != nil || len(res.BatchItemFailures) != 0 {
			h.Fatalf("%s: %+v, %v", typ, res, err)
		}
	}
}

// TestWebhooks: the head adds an address by EDS, and from then on what the organisation is mailed is posted to it,
// once, signed so that the published roots alone verify it.
func TestWebhooks(t *testing.T) {
	h := newHooked(t)
	const address = "https://zan.test/court?key=7"
	for name, c := range map[string]struct {
		token, key, id, address string
		status                  int
		slug                    string
	}{
		"nobody":                    {"", "head", firstHook, address, 401, "unauthenticated"},
		"an employee":               {h.signer, "head", firstHook, address, 403, "forbidden"},
		"an employee's signature":   {h.head, "signer", firstHook, address, 403, "wrong-signer"},
		"another person's":          {h.head, "aigul", firstHook, address, 403, "wrong-signer"},
		"no id":                     {h.head, "head", "x", address, 422, "invalid-fields"},
		"an address of the machine": {h.head, "head", firstHook, "https://127.0.0.1/", 422, "invalid-fields"},
		"not https":                 {h.head, "head", firstHook, "http://zan.test/", 422, "invalid-fields"},
		"another port":              {h.head, "head", firstHook, "https://zan.test:8443/", 422, "invalid-fields"},
	} {
		if a := h.add(c.token, c.key, c.id, c.address); a.status != c.status || a.slug != c.slug {
			t.Errorf("%s: %d %s", name, a.status, a.raw)
		}
	}
	byPassword := h.want(h.byPassword(signertest.BIN, signertest.AigulIIN, headPassword), 200, "").cookie
	h.want(h.add(byPassword, "head", firstHook, address), 403, "eds-needed")
	// A signature over another address, or used before, adds nothing.
	asked := h.want(h.call("POST /api/account/webhooks", object{"id": firstHook, "address": address, "signature": ""}, h.head), 200, "")
	document, err := base64.StdEncoding.DecodeString(asked.body["document"].(string))
	if err != nil || !strings.Contains(string(document), address) || !strings.Contains(string(document), "Сот кабинет") {
		t.Fatalf("document %s, %v", document, err)
	}
	signed := with(h.signed("head", document), "id", firstHook, "address", address)
	h.want(h.call("POST /api/account/webhooks", with(signed, "address", "https://other.test/"), h.head), 422, "challenge-invalid")
	h.want(h.call("POST /api/account/webhooks", with(signed, "id", secondHook), h.head), 422, "challenge-invalid")
	added := decodeAs[webhooks.Webhook](t, h.want(h.call("POST /api/account/webhooks", signed, h.head), 201, ""))
	if added.ID != firstHook || added.Address != address || added.AddedBy != "СЕЙІТОВА АЙГҮЛ" || added.PausedAt != nil {
		t.Errorf("added %+v", added)
	}
	h.want(h.call("POST /api/account/webhooks", signed, h.head), 200, "") // a repeat
	h.want(h.one("DELETE", "", secondHook, h.head), 204, "")
	h.want(h.call("POST /api/account/webhooks", with(signed, "id", secondHook), h.head), 422, "invalid-fields") // the address is there

	// The holder is told by mail, and so the address is told too.
	before := h.mail()
	for range 2 { // at least once
		h.tells(account.EventWebhookAdded)
	}
	if h.mail() != before+1 {
		t.Errorf("%d letters about an address", h.mail()-before)
	}
	for range 2 {
		if again := h.posts(1); again != 0 {
			t.Errorf("%d messages want to come again", again)
		}
	}
	if len(*h.got) != 1 {
		t.Fatalf("%d posts for an event", len(*h.got))
	}
	first := (*h.got)[0]
	n, err := client.ReadNotice(h.keysJSON(t), firstHook, first.header, first.body, h.at)
	if err != nil || n.Type != "webhook.added" || n.Account != h.id || n.Hook != firstHook || !n.At.Equal(h.at) {
		t.Errorf("notice %+v, %v", n, err)
	}
	for _, private := range []string{"zan.test", "СЕЙІТОВА", signertest.BIN, signertest.AigulIIN} {
		if strings.Contains(string(first.body), private) {
			t.Errorf("the post says %s: %s", private, first.body)
		}
	}
	list := h.list()
	if len(list.Webhooks) != 1 || len(list.Webhooks[0].Deliveries) != 1 || list.Most != webhook.Most {
		t.Fatalf("list %+v", list)
	}
	if d := list.Webhooks[0].Deliveries[0]; d.State != webhook.Delivered || d.Tries != 1 || d.Status != 204 || d.Event != n.ID || d.Type != n.Type || d.Last != webhook.Taken {
		t.Errorf("delivery %+v", d)
	}
	for _, c := range []struct{ method, what string }{{"DELETE", ""}, {"POST", "/pause"}, {"POST", "/resumption"}, {"POST", "/ping"}} {
		h.want(h.one(c.method, c.what, firstHook, h.signer), 403, "forbidden")
		h.want(h.one(c.method, c.what, firstHook, byPassword), 403, "eds-needed")
		if c.method == "POST" {
			h.want(h.one(c.method, c.what, secondHook, h.head), 404, "not-found")
			h.want(h.one(c.method, c.what, "x", h.head), 404, "not-found")
		}
	}

	// Paused, it is posted nothing; resumed, what happens from then on.
	paused := decodeAs[webhooks.Webhook](t, h.want(h.one("POST", "/pause", firstHook, h.head), 200, ""))
	if paused.PausedAt == nil || paused.PausedBy != webhook.ByHolder {
		t.Errorf("paused %+v", paused)
	}
	h.at = h.at.Add(time.Second)
	h.want(h.one("POST", "/ping", firstHook, h.head), 202, "")
	h.posts(1)
	if len(*h.got) != 1 {
		t.Error("a hook that is paused was posted to")
	}
	h.want(h.one("POST", "/resumption", firstHook, h.head), 200, "")
	h.at = h.at.Add(time.Second)
	h.want(h.one("POST", "/ping", firstHook, h.head), 202, "")
	h.posts(1)
	if len(*h.got) != 2 || !strings.Contains(string((*h.got)[1].body), webhook.TypePing) {
		t.Errorf("%d posts after a ping", len(*h.got))
	}
	if d := h.list().Webhooks[0].Deliveries; len(d) != 3 || d[0].State != webhook.Delivered || d[1].Last != webhook.Paused || d[1].State != webhook.GivenUp {
		t.Errorf("deliveries %+v", d)
	}

	// The export has the act as it was signed.
	var exported struct{ Webhooks []profile.ExportedWebhook }
	if err := json.Unmarshal([]byte(h.want(h.call("GET /api/account/export", nil, h.head), 200, "").raw), &exported); err != nil ||
		len(exported.Webhooks) != 1 || exported.Webhooks[0].Address != address || len(exported.Webhooks[0].Signature) == 0 {
		t.Errorf("exported %+v, %v", exported, err)
	}

	// No more than three, and one that is removed makes room.
	h.want(h.add(h.head, "head", secondHook, "https://second.test/"), 201, "")
	h.want(h.add(h.head, "head", "01993a5e-0000-7000-8000-00000000a003", "https://third.test/"), 201, "")
	if a := h.want(h.add(h.head, "head", "01993a5e-0000-7000-8000-00000000a004", "https://fourth.test/"), 422, "invalid-fields"); !strings.Contains(a.raw, "webhooks-full") {
		t.Errorf("a fourth: %s", a.raw)
	}
	for range 2 {
		h.want(h.one("DELETE", "", secondHook, h.head), 204, "")
	}
	h.want(h.add(h.head, "head", "01993a5e-0000-7000-8000-00000000a004", "https://fourth.test/"), 201, "")

	// An account that closes has none.
	h.want(h.call("POST /api/account/leaving", h.signed("head", h.document("POST /api/account/leaving/document", object{"lang": "kk"}))), 200, "")
	if left, err := store.NewWebhooks(h.db, h.name(schema.Accounts)).Of(t.Context(), h.id); err != nil || len(left) != 0 {
		t.Errorf("after leaving %+v, %v", left, err)
	}
}

// TestDeadWebhook: an address that takes nothing is tried more and more seldom, its event given up in the end, and
// after a day it is paused, once, and its holder told.
func TestDeadWebhook(t *testing.T) {
	h := newHooked(t)
	h.want(h.add(h.head, "head", firstHook, "https://zan.test/"), 201, "")
	h.tells(account.EventWebhookAdded)
	*h.status = http.StatusServiceUnavailable
	if again := h.posts(1); again != 1 || len(*h.got) != 1 {
		t.Fatalf("%d again, %d posts", again, len(*h.got))
	}
	if again := h.posts(2); again != 1 || len(*h.got) != 1 { // too soon: nothing is dialled
		t.Errorf("%d again, %d posts", again, len(*h.got))
	}
	l := h.list().Webhooks[0]
	if d := l.Deliveries[0]; l.FailsSince == nil || d.State != webhook.Trying || d.Status != 503 || d.Last != webhook.Answered || d.Tries != 1 {
		t.Errorf("failing %+v", l)
	}
	h.at = h.at.Add(time.Minute)
	if again := h.posts(3); again != 1 || len(*h.got) != 2 {
		t.Errorf("%d again, %d posts", again, len(*h.got))
	}
	if a, b := (*h.got)[0], (*h.got)[1]; a.header.Get("Webhook-Id") != b.header.Get("Webhook-Id") || string(a.body) != string(b.body) || a.header.Get("Webhook-Timestamp") == b.header.Get("Webhook-Timestamp") {
		t.Errorf("two tries of one event: %v, %v", a.header, b.header)
	}
	// The last time it comes it is given up, and comes no more.
	row, _ := functions.Named("deliver-webhooks")
	h.later(time.Hour)
	if again := h.posts(row.Queues[0].Receives); again != 0 || len(*h.got) != 3 {
		t.Errorf("%d again, %d posts", again, len(*h.got))
	}
	if d := h.list().Webhooks[0].Deliveries[0]; d.State != webhook.GivenUp || d.Tries != 3 {
		t.Errorf("given up %+v", d)
	}
	h.posts(1)
	if len(*h.got) != 3 {
		t.Error("what was given up was tried again")
	}
	// A day after the first failure the office pauses it, and says so once.
	h.later(webhook.Dead)
	for range 2 {
		h.want(h.one("POST", "/ping", firstHook, h.head), 202, "")
		h.posts(1)
	}
	if l = h.list().Webhooks[0]; l.PausedAt == nil || l.PausedBy != webhook.ByOffice {
		t.Errorf("not paused: %+v", l)
	}
	told := h.accountEvents(account.EventWebhookPaused)
	if len(told) != 1 || told[0].Webhook != "zan.test" {
		t.Fatalf("told %+v", told)
	}
	before, came := h.mail(), len(*h.got)
	h.tells(account.EventWebhookPaused)
	if h.mail() != before+1 {
		t.Error("the holder was not told")
	}
	h.posts(1)
	if len(*h.got) != came {
		t.Error("a paused address was told that it is paused")
	}
	// One click resumes it.
	*h.status = http.StatusOK
	h.want(h.one("POST", "/resumption", firstHook, h.head), 200, "")
	h.at = h.at.Add(time.Second)
	h.want(h.one("POST", "/ping", firstHook, h.head), 202, "")
	if again := h.posts(1); again != 0 || len(*h.got) != came+1 {
		t.Errorf("resumed: %d again, %d posts", again, len(*h.got)-came)
	}
	// 410 pauses at once.
	*h.status = http.StatusGone
	h.at = h.at.Add(time.Second)
	h.want(h.one("POST", "/ping", firstHook, h.head), 202, "")
	h.posts(1)
	if l = h.list().Webhooks[0]; l.PausedBy != webhook.ByOffice {
		t.Errorf("gone: %+v", l)
	}
}

// TestRecordedWebhooks replays the payloads of events/ about webhooks. See TestRecordedEvents for -update.
func TestRecordedWebhooks(t *testing.T) {
	root := filepath.Join("..", "..", "..")
	h := newHooked(t)
	hooks := store.NewWebhooks(h.db, h.name(schema.Accounts))
	if err := store.NewSessions(h.db, h.name(schema.Accounts)).SignIn(t.Context(), challenge.Challenge{Nonce: "recorded", NotAfter: h.at}, session.Session{
		ID: session.ID(recordedToken), AccountID: h.id, By: session.ByEDS, CreatedAt: h.at, SeenAt: h.at, Person: session.Person{Key: "k", ID: "head", Name: "СЕЙІТОВА АЙГҮЛ", Role: string(account.RoleHead)},
	}); err != nil {
		t.Fatal(err)
	}
	if err := hooks.Add(t.Context(), webhook.Hook{ID: firstHook, AccountID: h.id, Address: "https://zan.test/", AddedAt: h.at}, account.Evidence{}, challenge.Challenge{Nonce: "1"}); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		file, route string
		body        any
		status      int
	}{
		{"webhooks/list.json", "GET /api/account/webhooks", nil, 200},
		{"webhooks/add.json", "POST /api/account/webhooks", object{"id": secondHook, "address": "https://hooks.example.kz/court", "signature": ""}, 200},
		{"webhooks/ping.json", "POST /api/account/webhooks/{webhook}/ping", object{}, 202},
		{"webhooks/pause.json", "POST /api/account/webhooks/{webhook}/pause", object{}, 200},
		{"webhooks/resume.json", "POST /api/account/webhooks/{webhook}/resumption", object{}, 200},
		{"webhooks/remove.json", "DELETE /api/account/webhooks/{webhook}", nil, 204},
	} {
		if *update {
			record(t, filepath.Join(root, "events", filepath.FromSlash(tt.file)), at(h.event(tt.route, tt.body, recordedToken), "{webhook}", firstHook))
		}
		ev := request(t, tt.file)
		if ev.RouteKey != tt.route || h.function(ev.RouteKey) != strings.Split(tt.file, "/")[0] {
			t.Errorf("%s is for %s", tt.file, ev.RouteKey)
		}
		if a := h.send(ev); a.status != tt.status {
			t.Fatalf("%s: answer %d, want %d: %s", tt.file, a.status, tt.status, a.raw)
		}
	}

	// The message is for a hook of the account that recorded payloads speak of.
	h.account(t)
	if err := hooks.Add(t.Context(), webhook.Hook{ID: firstHook, AccountID: recordedAccount, Address: "https://zan.test/", AddedAt: h.at}, account.Evidence{}, challenge.Challenge{Nonce: "2"}); err != nil {
		t.Fatal(err)
	}
	recorded := batch(t, "deliver-webhooks/filing-received.json")
	for range 2 {
		if res, err := h.deliver(t.Context(), recorded); err != nil || len(res.BatchItemFailures) != 0 {
			t.Errorf("%+v, %v", res, err)
		}
	}
	if len(*h.got) != 1 {
		t.Fatalf("%d posts", len(*h.got))
	}
	n, err := client.ReadNotice(h.keysJSON(t), firstHook, (*h.got)[0].header, (*h.got)[0].body, h.at)
	if err != nil || n.Type != "filing.received" || n.Filing != recordedFiling {
		t.Errorf("%+v, %v", n, err)
	}
}

// TestTrialsAreNoProduction: an office that is one starts with no receivers of a trial.
func TestTrialsAreNoProduction(t *testing.T) {
	for _, f := range functions.All {
		for _, name := range f.Env {
			if name == functions.EnvReceivers && f.Name != "deliver-webhooks" {
				t.Errorf("%s reads %s", f.Name, name)
			}
		}
	}
	new(office).receiver(t)
	given := os.Getenv(functions.EnvReceivers)
	for _, c := range []struct {
		stage, receivers string
		trial, fails     bool
	}{
		{"production", "", false, false}, {"test", "", false, false}, {"test", given, true, false}, {"production", given, false, true}, {"test", "127.0.0.1:443 x", false, true},
	} {
		a := &App{}
		a.cfg.Stage, a.cfg.Receivers = c.stage, c.receivers
		if trial, err := a.trial(); (trial != nil) != c.trial || (err != nil) != c.fails {
			t.Errorf("%s with %.20q: %v, %v", c.stage, c.receivers, trial, err)
		}
	}
}
