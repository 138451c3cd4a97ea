package ncalayer_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/courtoffice/courtoffice/infra/local/ncalayer"
	"github.com/courtoffice/courtoffice/shared/eds"
	"github.com/courtoffice/courtoffice/shared/filing"
)

const pki = "../../../testdata/pki"

func serve(t *testing.T) (*ncalayer.Server, string) {
	t.Helper()
	s, err := ncalayer.New(pki + "/keys")
	if err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer(s.Handler())
	t.Cleanup(func() {
		s.Close()
		web.Close()
	})
	return s, web.URL
}

// page is a web page's side of a connection.
type page struct {
	*testing.T
	conn *websocket.Conn
}

func dial(t *testing.T, url string) *page {
	t.Helper()
	conn, _, err := websocket.Dial(t.Context(), url, &websocket.DialOptions{HTTPHeader: http.Header{"Origin": {"http://127.0.0.1:8080"}}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.CloseNow() })
	conn.SetReadLimit(1 << 20)
	p := &page{T: t, conn: conn}
	if got, want := p.receive(), `{"result":{"version":"1.4"}}`; got != want {
		t.Fatalf("greeting %s, want %s", got, want)
	}
	return p
}

func (p *page) send(text string) {
	p.Helper()
	if err := p.conn.Write(p.Context(), websocket.MessageText, []byte(text)); err != nil {
		p.Fatal(err)
	}
}

func (p *page) receive() string {
	p.Helper()
	ctx, cancel := context.WithTimeout(p.Context(), 10*time.Second)
	defer cancel()
	_, data, err := p.conn.Read(ctx)
	if err != nil {
		p.Fatal(err)
	}
	return string(data)
}

func (p *page) ask(text string) string {
	p.Helper()
	p.send(text)
	return p.receive()
}

// verified returns the content of an attached CMS after checking it against the test anchors.
func verified(t *testing.T, signature string) (content []byte, signer eds.Signer) {
	t.Helper()
	trust, err := eds.LoadTrust(pki + "/trust")
	if err != nil {
		t.Fatal(err)
	}
	report, err := (&eds.Verifier{Trust: trust, Policy: eds.Filing()}).Verify(eds.Signed{Data: []byte(signature)})
	if err != nil {
		t.Fatalf("signature %.80s: %v", signature, err)
	}
	return report.Content(), report.Signers[0]
}

const content = `{"act":"sign-in","statement":"Мен кіремін"}`

var content64 = base64.StdEncoding.EncodeToString([]byte(content))

func basicsRequest(params string) string {
	return `{"module":"kz.gov.pki.knca.basics","method":"sign","args":{"allowedStorages":null,"format":"cms","data":"` + content64 +
		`","signingParams":{"decode":true,"encapsulate":true,"digested":false},"signerParams":{` + params + `},"locale":"kk"}}`
}

// result decodes the one signature of a basics answer.
func result(t *testing.T, answer string) string {
	t.Helper()
	var reply struct {
		Status bool
		Body   struct{ Result []string }
	}
	if err := json.Unmarshal([]byte(answer), &reply); err != nil || !reply.Status || len(reply.Body.Result) != 1 {
		t.Fatalf("answer %.200s, want one signature", answer)
	}
	return reply.Body.Result[0]
}

func TestSignsWithTheChosenKey(t *testing.T) {
	s, url := serve(t)
	p := dial(t, url)
	for _, test := range []struct {
		key, params string
		role        eds.Role
	}{
		{"individual-gost", ``, eds.RoleIndividual},
		{"individual-rsa", `"extKeyUsageOids":["1.3.6.1.5.5.7.3.4","1.2.398.3.3.4.1.1"],"chain":[]`, eds.RoleIndividual},
		{"head", `"extKeyUsageOids":["1.2.398.3.3.4.1.2","1.2.398.3.3.4.1.2.1"]`, eds.RoleHead},
		{"signright", `"extKeyUsageOids":["1.3.6.1.5.5.7.3.4"]`, eds.RoleSignRight},
	} {
		if err := s.Choose(test.key); err != nil {
			t.Fatal(err)
		}
		got, signer := verified(t, result(t, p.ask(basicsRequest(test.params))))
		if string(got) != content || signer.Subject.Role != test.role {
			t.Errorf("%s: content %q by %s, want role %s", test.key, got, signer.Subject.Role, test.role)
		}
	}
}

// TestSignsTheLargestManifest: one message each way, in both modules, carries a document to sign of the largest
// size. The real NCALayer's own bound is not published; the page's client has none.
func TestSignsTheLargestManifest(t *testing.T) {
	s, url := serve(t)
	if err := s.Choose("individual-gost"); err != nil {
		t.Fatal(err)
	}
	p := dial(t, url)
	largest := bytes.Repeat([]byte("ә"), filing.MaxManifest/2)
	data := base64.StdEncoding.EncodeToString(largest)
	for name, ask := range map[string]func() string{
		"basics": func() string { return result(t, p.ask(strings.Replace(basicsRequest(``), content64, data, 1))) },
		"commonUtils": func() string {
			var reply struct{ ResponseObject string }
			if err := json.Unmarshal([]byte(p.ask(`{"module":"kz.gov.pki.knca.commonUtils","method":"createCAdESFromBase64","args":["PKCS12","SIGNATURE","`+data+`",true]}`)), &reply); err != nil {
				t.Fatal(err)
			}
			return reply.ResponseObject
		},
	} {
		signature := ask()
		if got, _ := verified(t, signature); !bytes.Equal(got, largest) {
			t.Errorf("%s: signed %d bytes of %d", name, len(got), len(largest))
		}
		t.Logf("%s: a signature of %d bytes", name, len(signature))
	}
}

func TestAnswersOnTheWire(t *testing.T) {
	s, url := serve(t)
	p := dial(t, url)
	common := func(method, args string) string {
		return `{"module":"kz.gov.pki.knca.commonUtils","method":"` + method + `","args":` + args + `}`
	}
	mismatch := func(method string) string {
		return `{"code":"500","message":"java.lang.IllegalArgumentException: argument type mismatch. Method: ` + method + `"}`
	}
	for _, test := range []struct{ name, choice, request, answer string }{
		{"heartbeat", "individual-gost", "--heartbeat--", "--heartbeat--"},
		{"probe for KAZTOKEN", "individual-gost", `{"module":"kz.digiflow.mobile.extensions","method":"getVersion"}`, `{"success":false,"errorCode":"MODULE_NOT_FOUND"}`},
		{"not JSON", "individual-gost", `{`, `{"success":false,"errorCode":"MALFORMED_REQUEST"}`},
		{"basics, unknown method", "individual-gost", `{"module":"kz.gov.pki.knca.basics","method":"verify","args":{}}`, `{"status":false,"code":"METHOD_NOT_FOUND","message":"No such method: verify"}`},
		{"basics, wrong type", "individual-gost", `{"module":"kz.gov.pki.knca.basics","method":"sign","args":{"format":"cms","data":"MTEK","signingParams":555}}`, `{"status":false,"code":"INVOCATION_ERROR"…`},
		{"basics, not base64", "individual-gost", `{"module":"kz.gov.pki.knca.basics","method":"sign","args":{"format":"cms","data":"қ","signingParams":{"decode":true}}}`, `{"status":false,"code":"INVOCATION_ERROR"…`},
		{"basics, no data", "individual-gost", `{"module":"kz.gov.pki.knca.basics","method":"sign","args":{"format":"cms"}}`, `{"status":false,"code":"INVOCATION_ERROR"…`},
		{"basics, XML", "individual-gost", `{"module":"kz.gov.pki.knca.basics","method":"sign","args":{"format":"xml","data":"<a/>"}}`, `{"status":false,"code":"INVOCATION_ERROR"…`},
		{"basics, cancelled", "cancel", basicsRequest(``), `{"status":true,"body":{}}`},
		{"basics, key of another person", "individual-gost", basicsRequest(`"iin":"000000000000"`), `{"status":true,"body":{}}`},
		{"basics, key of another company", "head", basicsRequest(`"bin":"000000000000"`), `{"status":true,"body":{}}`},
		{"basics, another serial number", "head", basicsRequest(`"serialNumber":"01"`), `{"status":true,"body":{}}`},
		{"basics, key without that usage", "individual-gost", basicsRequest(`"extKeyUsageOids":["1.2.398.3.3.4.1.2"]`), `{"status":true,"body":{}}`},
		{"active tokens", "individual-gost", `{"module":"kz.gov.pki.knca.commonUtils","method":"getActiveTokens"}`, `{"code":"200","responseObject":[]}`},
		{"change locale", "individual-gost", common("changeLocale", `["en"]`), `{"code":"200"}`},
		{"change locale, wrong type", "individual-gost", common("changeLocale", `[2]`), mismatch("changeLocale")},
		{"key info, wrong type", "individual-gost", common("getKeyInfo", `[null]`), mismatch("getKeyInfo")},
		{"key info, cancelled", "cancel", common("getKeyInfo", `["PKCS12"]`), `{"code":"500","message":"action.canceled"}`},
		{"key info, no token", "individual-gost", common("getKeyInfo", `["AKKaztokenStore"]`), `{"code":"500","message":"action.canceled"}`},
		{"CAdES, cancelled", "cancel", common("createCAdESFromBase64", `["PKCS12","SIGNATURE","MTEK",true]`), `{"code":"500","message":"action.canceled"}`},
		{"CAdES, wrong type", "individual-gost", common("createCAdESFromBase64", `["PKCS12",123,"MTEK",false]`), mismatch("createCAdESFromBase64")},
		{"CAdES, argument missing", "individual-gost", common("createCAdESFromBase64", `["PKCS12","SIGNATURE","MTEK"]`), mismatch("createCAdESFromBase64")},
		{"signing key to sign in", "individual-gost", common("createCAdESFromBase64", `["PKCS12","AUTHENTICATION","MTEK",true]`), `{"code":"500","message":"action.canceled"}`},
		{"login key to sign", "auth-only", common("createCAdESFromBase64", `["PKCS12","SIGNATURE","MTEK",true]`), `{"code":"500","message":"action.canceled"}`},
		{"XML", "individual-gost", common("signXml", `["PKCS12","SIGNATURE","<a/>","",""]`), `{"code":"500","message":"signXml is not supported by the software NCALayer"}`},
		{"unknown method", "individual-gost", common("formatDisk", `[]`), `{"code":"500","message":"java.lang.NoSuchMethodException: formatDisk"}`},
	} {
		if err := s.Choose(test.choice); err != nil {
			t.Fatal(err)
		}
		got := p.ask(test.request)
		want, prefix := strings.CutSuffix(test.answer, "…")
		if got != want && !(prefix && strings.HasPrefix(got, want)) {
			t.Errorf("%s: answer %s, want %s", test.name, got, test.answer)
		}
	}
}

func TestAskWaitsForTheClick(t *testing.T) {
	s, base := serve(t)
	p := dial(t, base)
	if err := s.Choose(ncalayer.Ask); err != nil {
		t.Fatal(err)
	}
	type state struct {
		Pending *struct {
			ID        int
			Origin    string
			Documents []string
			Keys      []struct{ Name string }
		}
	}
	waiting := func() state {
		for range 100 {
			res, err := http.Get(base + "/_ncalayer/state")
			if err != nil {
				t.Fatal(err)
			}
			var st state
			err = json.NewDecoder(res.Body).Decode(&st)
			res.Body.Close()
			if err != nil {
				t.Fatal(err)
			}
			if st.Pending != nil {
				return st
			}
			time.Sleep(10 * time.Millisecond)
		}
		t.Fatal("no request waits")
		return state{}
	}
	post := func(values url.Values) int {
		res, err := http.PostForm(base+"/_ncalayer/request", values)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		return res.StatusCode
	}

	p.send(basicsRequest(`"extKeyUsageOids":["1.2.398.3.3.4.1.2.1"]`))
	st := waiting()
	if st.Pending.Origin != "http://127.0.0.1:8080" || len(st.Pending.Documents) != 1 || !strings.HasPrefix(st.Pending.Documents[0], "Мен кіремін") {
		t.Errorf("shown %+v, want the page and the statement first", st.Pending)
	}
	if len(st.Pending.Keys) != 1 || st.Pending.Keys[0].Name != "head" {
		t.Errorf("keys on offer %+v, want head alone", st.Pending.Keys)
	}
	if got := p.ask("--heartbeat--"); got != "--heartbeat--" {
		t.Errorf("while asking, heartbeat got %s", got)
	}
	if code := post(url.Values{"id": {"999"}, "key": {"head"}}); code != http.StatusConflict {
		t.Errorf("answer to another request: %d", code)
	}
	if code := post(url.Values{"id": {"1"}, "key": {"head"}}); code != http.StatusOK {
		t.Errorf("answer: %d", code)
	}
	if got, _ := verified(t, result(t, p.receive())); string(got) != content {
		t.Errorf("signed %q", got)
	}

	p.send(basicsRequest(``))
	waiting()
	post(url.Values{"id": {"2"}, "cancel": {"1"}})
	if got, want := p.receive(), `{"status":true,"body":{}}`; got != want {
		t.Errorf("cancelled by click: %s, want %s", got, want)
	}

	// A page that goes away takes its request with it, and the next page is served.
	p.send(basicsRequest(``))
	waiting()
	p.conn.CloseNow()
	next := dial(t, base)
	next.send(basicsRequest(``))
	for waiting().Pending.ID != 4 {
		time.Sleep(10 * time.Millisecond)
	}
	post(url.Values{"id": {"4"}, "key": {"individual-gost"}})
	result(t, next.receive())
}

func TestServesLoopbackPagesOnly(t *testing.T) {
	_, base := serve(t)
	for _, test := range []struct {
		name, host, origin string
		want               int
	}{
		{"page of this machine", "", "http://localhost:8080", http.StatusSwitchingProtocols},
		{"page of this machine by number", "", "http://127.0.0.1:3000", http.StatusSwitchingProtocols},
		{"program without an origin", "", "", http.StatusSwitchingProtocols},
		{"page from elsewhere", "", "https://sud.kz", http.StatusForbidden},
		{"name that looks like this machine", "", "http://localhost.sud.kz", http.StatusForbidden},
		{"page from a file", "", "null", http.StatusForbidden},
		{"name rebound to this machine", "sud.kz", "http://sud.kz", http.StatusForbidden},
		{"name rebound, no origin", "sud.kz", "", http.StatusForbidden},
	} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, base, nil)
		if err != nil {
			t.Fatal(err)
		}
		if test.host != "" {
			req.Host = test.host
		}
		for name, value := range map[string]string{"Origin": test.origin, "Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA=="} {
			if value != "" {
				req.Header.Set(name, value)
			}
		}
		res, err := http.DefaultTransport.RoundTrip(req)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != test.want {
			t.Errorf("%s: %d, want %d", test.name, res.StatusCode, test.want)
		}
	}
	// The chooser's own forms are for its own page: another local page may sign, not choose.
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, base+"/_ncalayer/key", strings.NewReader("key=head"))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Origin", "http://127.0.0.1:1")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != http.StatusForbidden {
		t.Errorf("key chosen by another page: %d", res.StatusCode)
	}
}

func TestChooserInThreeLanguages(t *testing.T) {
	s, base := serve(t)
	seen := map[string]bool{}
	for _, lang := range []string{"kk", "ru", "en"} {
		res, err := http.Get(base + "/_ncalayer?lang=" + lang)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(res.Body)
		res.Body.Close()
		if err != nil || res.StatusCode != http.StatusOK {
			t.Fatalf("%s: %d %s, %v", lang, res.StatusCode, body, err)
		}
		html := string(body)
		for _, want := range []string{`<html lang="` + lang + `">`, `value="individual-gost" checked`, `value="revoked"`, `value="ask"`, `value="cancel"`} {
			if !strings.Contains(html, want) {
				t.Errorf("%s: page lacks %s", lang, want)
			}
		}
		_, title, _ := strings.Cut(html, "<title>")
		title, _, _ = strings.Cut(title, "</title>")
		if title == "" || seen[title] {
			t.Errorf("%s: title %q", lang, title)
		}
		seen[title] = true
	}
	if res, err := http.PostForm(base+"/_ncalayer/key", url.Values{"key": {"nobody"}}); err != nil || res.StatusCode != http.StatusBadRequest {
		t.Errorf("unknown key: %v, %v", res.StatusCode, err)
	}
	if err := s.Choose("nobody"); err == nil {
		t.Error("unknown key chosen")
	}
}

// TestPublicClient runs the client that pages use, unchanged, against the server.
func TestPublicClient(t *testing.T) {
	_, base := serve(t)
	client, err := filepath.Abs("../../tools/node_modules/ncalayer-js-client/ncalayer-client.js")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(client); err != nil {
		t.Fatalf("%v: run `make tools`", err)
	}
	cmd := exec.CommandContext(t.Context(), "node", "testdata/client.cjs", client, strings.Replace(base, "http", "ws", 1), content64)
	cmd.Stderr = os.Stderr
	data, err := cmd.Output()
	if err != nil {
		t.Fatalf("client: %v", err)
	}
	type outcome struct {
		Value     any
		Error     string
		Cancelled bool
	}
	var out struct {
		Version                                  string
		IsKmd                                    bool
		Tokens                                   []string
		KeyInfo                                  map[string]string
		Attached, Detached, Cades, Cms           string
		Several                                  []string
		BadArguments, Locale, Hash, Xml, NoToken outcome
		CancelledBasics, CancelledCommon         outcome
	}
	if err := json.Unmarshal(data, &out); err != nil {
		t.Fatalf("%v in %s", err, data)
	}
	if out.Version != "1.4" || out.IsKmd || len(out.Tokens) != 0 {
		t.Errorf("version %q, KAZTOKEN %t, tokens %v", out.Version, out.IsKmd, out.Tokens)
	}
	for _, name := range []string{"alias", "keyId", "algorithm", "subjectCn", "subjectDn", "issuerCn", "issuerDn", "serialNumber", "certNotBefore", "certNotAfter", "authorityKeyIdentifier", "pem"} {
		if out.KeyInfo[name] == "" {
			t.Errorf("key info without %s: %v", name, out.KeyInfo)
		}
	}
	for _, want := range []string{"CN=", "SERIALNUMBER=IIN", "C=KZ"} {
		if !strings.Contains(out.KeyInfo["subjectDn"], want) {
			t.Errorf("subject %s lacks %s", out.KeyInfo["subjectDn"], want)
		}
	}
	for name, signature := range map[string]string{"basics with tsaProfile": out.Attached, "createCMSSignature": out.Cms} {
		if _, signer := verified(t, signature); len(signer.TimeStamps) != 1 || !signer.TimeStamps[0].Trusted {
			t.Errorf("%s: time stamps %+v, want one that holds", name, signer.TimeStamps)
		}
	}
	if _, signer := verified(t, out.Cades); len(signer.TimeStamps) != 0 {
		t.Error("createCAdES added a time stamp that nobody asked for")
	}
	if len(out.Several) != 2 {
		t.Errorf("%d signatures of two documents", len(out.Several))
	}
	for _, signature := range append(out.Several, out.Attached, out.Cades, out.Cms) {
		if got, _ := verified(t, signature); string(got) != content {
			t.Errorf("signed %q", got)
		}
	}
	trust, err := eds.LoadTrust(pki + "/trust")
	if err != nil {
		t.Fatal(err)
	}
	verifier := &eds.Verifier{Trust: trust, Policy: eds.Filing()}
	if _, err := verifier.Verify(eds.Signed{Data: []byte(out.Detached), Content: strings.NewReader(content)}); err != nil {
		t.Errorf("detached: %v", err)
	}
	if _, err := verifier.Verify(eds.Signed{Data: []byte(out.Detached)}); err == nil {
		t.Error("the detached signature carries its content")
	}
	for name, o := range map[string]outcome{"bad arguments": out.BadArguments, "hash": out.Hash, "XML": out.Xml} {
		if o.Error == "" || o.Cancelled {
			t.Errorf("%s: %+v, want an error that is no cancellation", name, o)
		}
	}
	for name, o := range map[string]outcome{"no token": out.NoToken, "cancelled": out.CancelledBasics} {
		if !o.Cancelled {
			t.Errorf("%s: %+v, want a cancellation", name, o)
		}
	}
	if !strings.Contains(out.CancelledCommon.Error, "action.canceled") || out.Locale.Error != "" {
		t.Errorf("commonUtils cancelled %+v, locale %+v", out.CancelledCommon, out.Locale)
	}
}
