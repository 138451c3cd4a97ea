package wire

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/locale"
	"github.com/courtoffice/courtoffice/shared/signer/signertest"
)

// usage is what calls of the store cost, as the engine reports it, in the units of on-demand tables:
// a write unit is 1 KB of an item or of an index entry, an item's twice that within a transaction; a
// read unit is 4 KB read consistently, 8 KB otherwise.
type usage struct {
	Items         int     // put, updated, deleted or checked
	Largest       int     // of them in the largest transaction
	Bytes         int     // of that transaction's request
	Writes, Reads float64 // units
}

// meter sums usage.
type meter struct {
	mu   sync.Mutex
	sum  usage
	keys *keys // counts them too, or nil
}

// asking is a call under way, in the context of its request.
type asking struct {
	in     map[string]json.RawMessage
	failed bool
}

type askingKey struct{}

// take returns what was used since the last look.
func (m *meter) take() usage {
	m.mu.Lock()
	defer m.mu.Unlock()
	sum := m.sum
	m.sum = usage{}
	return sum
}

// proxy asks for the consumption of every call to engine and sums it.
func (m *meter) proxy(engine *httputil.ReverseProxy) http.Handler {
	engine.ModifyResponse = func(res *http.Response) error {
		body, err := io.ReadAll(res.Body)
		if err != nil {
			return err
		}
		res.Body = io.NopCloser(bytes.NewReader(body))
		call := res.Request.Context().Value(askingKey{}).(*asking)
		call.failed = res.StatusCode != http.StatusOK
		m.answered(res.Request.Header.Get("X-Amz-Target"), call.in, body)
		return nil
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		var in map[string]json.RawMessage
		if err == nil {
			err = json.Unmarshal(body, &in)
		}
		if err == nil {
			m.asked(r.Header.Get("X-Amz-Target"), in, len(body))
			in["ReturnConsumedCapacity"] = json.RawMessage(`"TOTAL"`)
			body, err = json.Marshal(in)
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
		call := &asking{in: in}
		if m.keys != nil {
			count := m.keys.wrote(r.Header.Get("X-Amz-Target"), in)
			defer func() { count(call.failed) }()
		}
		engine.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), askingKey{}, call)))
	})
}

// asked counts the items of a request.
func (m *meter) asked(target string, in map[string]json.RawMessage, size int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var ops []json.RawMessage
	_, op, _ := strings.Cut(target, ".")
	switch op {
	case "PutItem", "UpdateItem", "DeleteItem":
		m.sum.Items++
	case "TransactWriteItems":
		json.Unmarshal(in["TransactItems"], &ops)
		if m.sum.Items += len(ops); len(ops) > m.sum.Largest {
			m.sum.Largest, m.sum.Bytes = len(ops), size
		}
	}
}

// answered adds the units of an answer. That of a batch or a transaction has a list of tables.
func (m *meter) answered(target string, in map[string]json.RawMessage, body []byte) {
	type capacity struct{ CapacityUnits float64 }
	var out struct{ ConsumedCapacity json.RawMessage }
	var one capacity
	var list []capacity
	json.Unmarshal(body, &out) // an error has no such member
	if json.Unmarshal(out.ConsumedCapacity, &one) == nil {
		list = []capacity{one}
	} else {
		json.Unmarshal(out.ConsumedCapacity, &list)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, c := range list {
		if strings.Contains(target, "Get") || strings.Contains(target, "Query") {
			m.sum.Reads += c.CapacityUnits
			if m.keys != nil {
				m.keys.asked(target, in, c.CapacityUnits)
			}
		} else {
			m.sum.Writes += c.CapacityUnits
		}
	}
}

// TestUnits: what each act around an account writes, from asking for the document to sign to the
// answer. An act that grows past its number here costs everyone who does it: state the new number
// with a reason, or write less. An event that someone is told of costs one unit more than its item: its
// place in the index, from which the sweeper finds it until it is done. Reads are those of a process that has just started.
func TestUnits(t *testing.T) {
	fresh := newOffice(t)
	d := newAdministration(t)
	d.maintained()
	const next = "жаңа тілек 15 орман"
	d.private = append(d.private, next, "jana@", "anna@", "Анна")
	right := func(act string) string {
		return "POST /api/admin/accounts/{id}/rights/{right}" + act + "  id=" + d.user + " right=admin"
	}
	var digest, ticket string
	var asked answer
	var window float64
	status := func(from, to string) {
		d.want(d.do("POST /api/admin/accounts/{id}/status  id="+d.user, object{"from": from, "to": to, "reason": reason}, d.firstToken), 200, "")
	}
	for _, act := range []struct {
		name    string
		items   int
		largest int
		writes  float64
		do      func()
	}{
		// The registration that it opens is an item; the form takes two conditions each time it is kept.
		{"accept the agreement", 4, 4, 12, func() { fresh.begun("aigul") }},
		{"keep what was typed", 3, 3, 6, func() { fresh.want(fresh.save(0, "aigul@example.kz"), 200, "") }},
		{"keep it again", 3, 3, 6, func() { fresh.want(fresh.save(1, "aigul@example.kz, "), 200, "") }},
		{"find it again", 0, 0, 0, func() { fresh.want(fresh.unfinished(), 200, "") }},
		// Of these a representative is three, counted, kept and invited, and so is a number, counted and
		// sent a code that is kept; leaving ends both.
		// The certificate that the password stands on is an item of its own.
		{"register", 19, 17, 45, func() { fresh.want(fresh.register("aigul", fresh.registration(form()), password), 201, "") }},
		{"sign in with an EDS", 5, 5, 12, func() { d.userToken = d.want(d.signIn("aigul"), 200, "").cookie }},
		{"sign in with a password", 9, 5, 16, func() {
			d.want(d.call("POST /api/sign-in/password", object{"number": signertest.AigulIIN, "password": password}), 200, "")
		}},
		{"use a session within a minute", 0, 0, 0, func() { d.want(d.call("GET /api/session", nil, d.userToken), 200, "") }},
		{"use a session a minute later", 1, 0, 2, func() {
			d.at = d.at.Add(2 * time.Minute)
			d.want(d.call("GET /api/session", nil, d.userToken), 200, "")
		}},
		// The request's id, the ticket, its place in the account's list and the event; two counters beside.
		{"ask support for help", 6, 4, 12, func() {
			ticket = d.want(d.call("POST /api/support", supportRequest, d.userToken), 201, "").body["ticket"].(string)
		}},
		{"ask for the code of another address", 4, 2, 7, func() {
			d.want(d.call("POST /api/account/email", object{"email": "jana@example.kz"}, d.userToken), 202, "")
		}},
		{"type the code of an address", 7, 6, 16, func() {
			d.want(d.call("POST /api/account/email/code", object{"code": d.codeTo("jana@example.kz")}, d.userToken), 204, "")
		}},
		{"ask for the code of a number", 4, 2, 7, func() {
			d.want(d.call("POST /api/account/mobile", object{"mobile": newNumber}, d.userToken), 202, "")
		}},
		{"type the code of a number", 6, 5, 14, func() {
			d.want(d.call("POST /api/account/mobile/code", object{"code": d.codeTo(newNumber)}, d.userToken), 204, "")
		}},
		{"name a representative", 6, 3, 11, func() { d.want(d.call("POST /api/account/representatives", named, d.userToken), 201, "") }},
		{"agree to be a representative", 2, 2, 5, func() {
			r := d.of(d.user, secondRepresentative)
			d.meter.take()
			d.want(d.call("POST /api/representative/consent", object{"token": d.link(t, r, account.LinkPage)}), 200, "")
		}},
		{"withdraw that by one click", 2, 2, 5, func() {
			stop := d.link(t, d.of(d.user, secondRepresentative), account.LinkUnsubscribe)
			ev := d.event("POST /api/representative/unsubscribe/{token}", url.Values{"List-Unsubscribe": {"One-Click"}}, "")
			d.meter.take()
			d.want(d.send(at(ev, "{token}", stop)), 204, "")
		}},
		{"change the password", 6, 4, 13, func() {
			d.want(d.call("POST /api/account/password", object{"current": password, "password": next}, d.userToken), 204, "")
		}},
		// Two counters, the challenge, the reset that waits and its code.
		{"reset the password with an EDS", 5, 3, 11, func() {
			body := d.signed("aigul", d.document("POST /api/account/password-reset/document", object{"lang": "ru"}))
			body["password"] = password
			asked = d.want(d.call("POST /api/account/password-reset", body), 202, "")
		}},
		// The try; then the new password stands on the certificate that set it, which is kept with it.
		{"type the code of the reset", 6, 5, 16, func() {
			code := d.resetCode(asked)
			d.meter.take()
			d.want(d.confirm(asked, code), 204, "")
		}},
		{"find an account", 3, 2, 6, func() {
			d.want(d.do("POST /api/admin/accounts/search", object{"number": signertest.AigulIIN, "reason": reason}, d.firstToken), 200, "")
		}},
		{"answer a request to support", 4, 4, 10, func() {
			d.want(d.do("POST /api/admin/support/{ticket}  ticket="+ticket, object{"state": "answered", "answer": "Бетті жаңартып көріңіз."}, d.firstToken), 200, "")
		}},
		{"prepare an account", 5, 5, 11, func() {
			d.want(d.do(prepareRoute, object{"kind": "natural", "number": "880715450349", "email": "i@court.example", "lang": "kk", "reason": reason}, d.firstToken), 201, "")
		}},
		// An administrator's act uses up its challenge, an item, and keeps the signature in the audit, 2 KB.
		// What one stops for a day waits for another, an item; opening again takes away what waits.
		{"disable an account", 6, 6, 18, func() { status("active", "disabled") }},
		{"open an account again", 7, 7, 20, func() { status("disabled", "active") }},
		{"propose a right", 6, 6, 17, func() { d.want(d.do(right(""), object{"reason": reason}, d.firstToken), 202, "") }},
		{"approve a right", 7, 6, 20, func() { d.want(d.do(right("/approval"), object{"reason": reason}, d.secondToken), 200, "") }},
		{"propose a version", 6, 6, 90, func() {
			texts := object{}
			for _, lang := range locale.Langs {
				texts[string(lang)] = "# v2 " + string(lang) + "\n\n" + strings.Repeat("1.1. Бір сөйлем.\n\n", 500) // 14 KB, as long as v1
			}
			a := d.want(d.do("POST /api/admin/agreements", object{"id": "v2", "texts": texts, "reason": reason}, d.firstToken), 201, "")
			digest = a.body["digest"].(string)
		}},
		{"publish a version", 12, 12, 184, func() { // with the event that has pages written
			d.want(d.do("POST /api/admin/agreements/{id}/approval  id=v2", object{"digest": digest, "reason": reason}, d.secondToken), 201, "")
		}},
		{"propose a window", 4, 3, 13, func() {
			window = d.want(d.call(proposeRoute, d.announcement(25*time.Hour, 24*time.Hour), authorToken), 201, "").body["version"].(float64)
		}},
		{"approve a window", 5, 4, 16, func() {
			window = d.want(d.changeOf(approveRoute, object{"version": window, "reason": "agreed by telephone"}, secondToken), 200, "").body["version"].(float64)
		}},
		{"cancel a window", 3, 3, 9, func() {
			d.want(d.changeOf(cancelRoute, object{"version": window, "reason": "not needed now"}, secondToken), 200, "")
		}},
		{"leave", 11, 11, 26, func() {
			d.want(d.call("POST /api/account/leaving", d.signed("aigul", d.document("POST /api/account/leaving/document", object{"lang": "en"}))), 200, "")
		}},
	} {
		for _, o := range []*office{fresh, d.office} {
			o.meter.take()
		}
		act.do()
		got := d.meter.take()
		if got == (usage{}) {
			got = fresh.meter.take()
		}
		t.Logf("%-36s %2d items, largest transaction %2d of %5d bytes, %2.0f write units, %3.1f read units",
			act.name, got.Items, got.Largest, got.Bytes, got.Writes, got.Reads)
		if got.Items != act.items || got.Largest != act.largest || got.Writes != act.writes {
			t.Errorf("%s: %d items, %d in one transaction, %v write units; stated are %d, %d, %v",
				act.name, got.Items, got.Largest, got.Writes, act.items, act.largest, act.writes)
		}
	}
}
