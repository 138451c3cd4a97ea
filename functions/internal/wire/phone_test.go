package wire

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/courtoffice/courtoffice/functions"
	"github.com/courtoffice/courtoffice/functions/internal/mobilesigning"
	"github.com/courtoffice/courtoffice/shared/act"
	"github.com/courtoffice/courtoffice/shared/locale"
	"github.com/courtoffice/courtoffice/shared/phone"
	"github.com/courtoffice/courtoffice/shared/signer"
	"github.com/courtoffice/courtoffice/shared/store"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

const (
	offerRoute  = "POST /api/mobile-signing"
	accessRoute = "GET /api/mobile-signing/{id}"
	getRoute    = "GET /api/mobile-signing/{id}/document/{opening}"
	putRoute    = "PUT /api/mobile-signing/{id}/document/{opening}"
)

// phones is an office that people sign in on a phone.
type phones struct{ *office }

func newPhones(t *testing.T) phones {
	t.Helper()
	o := newOffice(t)
	t.Setenv(functions.EnvPublisher, `{"name": {"kk": "Сот әкімшілігі", "ru": "Судебная администрация"}, "bin": "120340001230"}`)
	t.Setenv(functions.EnvEGovMobile, "https://m.egov.kz/mobileSign/?link= https://m.egov.kz/businessSign/?link=")
	o.functions["mobile-signing"] = o.described(o.app(t, "mobile-signing").MobileSigning())
	return phones{o}
}

// offered asks for a code for what a route gives out.
func (p phones) offered(route string, body any) (offer mobilesigning.Offered, document []byte) {
	p.Helper()
	given := p.want(p.call(route, body), 200, "")
	document, err := base64.StdEncoding.DecodeString(given.body["document"].(string))
	if err != nil {
		p.Fatal(err)
	}
	a := p.want(p.call(offerRoute, object{"document": given.body["document"], "permit": given.body["permit"]}), 201, "")
	return decodeAs[mobilesigning.Offered](p.T, a), document
}

// browser asks for the code of an offer what the browser may.
func (p phones) browser(of mobilesigning.Offered, what string, more ...object) answer {
	p.Helper()
	body := object{"token": of.Token}
	for _, m := range more {
		for k, v := range m {
			body[k] = v
		}
	}
	return p.send(at(p.event("POST /api/mobile-signing/{id}/"+what, body, ""), "{id}", of.ID))
}

func (p phones) state(of mobilesigning.Offered) string {
	p.Helper()
	return p.want(p.browser(of, "progress"), 200, "").body["state"].(string)
}

// scan is API 1.
func (p phones) scan(of mobilesigning.Offered) answer {
	p.Helper()
	return p.send(at(p.event(accessRoute, nil, ""), "{id}", of.ID))
}

// scanned is a phone that has read the code: its token and digits.
func (p phones) scanned(of mobilesigning.Offered) (token, digits string) {
	p.Helper()
	a := decodeAs[mobilesigning.Access](p.T, p.want(p.scan(of), 200, ""))
	found := regexp.MustCompile(`: (\d\d) (\d\d)\.`).FindStringSubmatch(a.Description)
	if found == nil {
		p.Fatalf("no digits in %q", a.Description)
	}
	return a.Document.URI[strings.LastIndexByte(a.Document.URI, '/')+1:], found[1] + found[2]
}

// api2 is a request of a phone with that token.
func (p phones) api2(route string, of mobilesigning.Offered, token string, body any) answer {
	p.Helper()
	return p.send(at(at(p.event(route, body, ""), "{id}", of.ID), "{opening}", token))
}

// put brings a document back, signed by key.
func (p phones) put(of mobilesigning.Offered, token, key string, document []byte) answer {
	p.Helper()
	return p.api2(putRoute, of, token, p.pack(p.signed(key, document)["signature"].(string)))
}

func (p phones) pack(signature string) object {
	file := object{"mime": "text/plain", "data": signature}
	return object{
		"signMethod": "CMS_WITH_DATA", "version": 1, "addedByTheApp": true,
		"documentsToSign": []object{{"id": 1, "nameRu": "", "nameKz": "", "nameEn": "", "meta": []object{}, "document": object{"file": file}}},
	}
}

// TestSigningInOnAPhone walks the whole way, with answers that get lost on it.
func TestSigningInOnAPhone(t *testing.T) {
	p := newPhones(t)
	p.registered()
	of, document := p.offered("POST /api/sign-in/document", object{"lang": "kk"})
	address := "https://court.example/api/mobile-signing/" + of.ID
	if link := "https%3A%2F%2Fcourt.example%2Fapi%2Fmobile-signing%2F" + of.ID + "%3FmgovSign"; of.Links.Person != "https://m.egov.kz/mobileSign/?link="+link ||
		of.Links.Business != "https://m.egov.kz/businessSign/?link="+link {
		t.Errorf("links %+v", of.Links)
	}
	if got := of.ExpiresAt.Sub(p.at); got != phone.Life {
		t.Errorf("the code serves %v", got)
	}
	if s := p.state(of); s != "waiting" {
		t.Errorf("state %s", s)
	}

	p.scanned(of) // an answer that got lost: the phone asks again
	access := decodeAs[mobilesigning.Access](t, p.want(p.scan(of), 200, ""))
	if o := access.Organisation; o.NameKz != "Сот әкімшілігі" || o.NameRu != "Судебная администрация" || o.NameEn != "Court Office" || o.BIN != "120340001230" {
		t.Errorf("asked by %+v", o)
	}
	if !strings.HasPrefix(access.Document.URI, address+"/document/") || access.Document.AuthType != "None" || access.Document.AuthToken != "" || !strings.Contains(access.Description, "https://court.example") {
		t.Errorf("%+v", access)
	}
	if until, err := time.Parse("2006-01-02T15:04:05.000-07:00", access.ExpiryDate); err != nil || !until.Equal(of.ExpiresAt) {
		t.Errorf("expires at %s, %v", access.ExpiryDate, err)
	}
	token, digits := p.scanned(of)
	if s := p.state(of); s != "waiting" {
		t.Errorf("state %s after the code was only read", s)
	}
	for range 2 { // the first answer got lost
		a := decodeAs[mobilesigning.Package](t, p.want(p.api2(getRoute, of, token, nil), 200, ""))
		shown := fmt.Sprint(a.Documents[0].Meta)
		var d struct{ Statement string }
		if err := json.Unmarshal(document, &d); err != nil {
			t.Fatal(err)
		}
		if a.SignMethod != "CMS_WITH_DATA" || a.Documents[0].NameKz != "Сот кабинетіне кіру" || a.Documents[0].Document.File.Data != base64.StdEncoding.EncodeToString(document) ||
			!strings.Contains(shown, d.Statement) || !strings.Contains(shown, digits[:2]+" "+digits[2:]) {
			t.Errorf("%+v", a)
		}
	}
	if s := p.state(of); s != "opened" {
		t.Errorf("state %s", s)
	}
	signature := p.signed("aigul", document)["signature"].(string)
	for range 2 {
		p.want(p.api2(putRoute, of, token, p.pack(signature)), 200, "")
	}
	if a := p.want(p.browser(of, "progress"), 200, ""); a.body["state"] != "opened" || a.body["signature"] != nil {
		t.Errorf("before the digits: %s", a.raw)
	}
	p.want(p.browser(of, "digits", object{"digits": other(digits)}), 422, "phone-digits")
	p.want(p.browser(of, "digits", object{"digits": digits}), 204, "")
	var cms any
	for range 2 {
		a := p.want(p.browser(of, "progress"), 200, "")
		if cms = a.body["signature"]; a.body["state"] != "signed" {
			t.Fatalf("%s", a.raw)
		}
	}
	p.want(p.call("POST /api/sign-in", object{"signature": cms}), 200, "")
	p.want(p.call("POST /api/sign-in", object{"signature": cms}), 409, "challenge-used")

	p.want(p.scan(of), 409, "phone-taken")
	p.want(p.api2(getRoute, of, token, nil), 409, "phone-signed")
	p.want(p.put(of, token, "erlan", document), 409, "phone-signed")
}

// other is four digits that are not those.
func other(digits string) string {
	if digits == "0000" {
		return "0001"
	}
	return "0000"
}

// TestPhoneOfAnother: who passes a code on, who reads it over a shoulder, who guesses.
func TestPhoneOfAnother(t *testing.T) {
	p := newPhones(t)
	of, document := p.offered("POST /api/sign-in/document", object{"lang": "ru"})
	mine, _ := p.scanned(of)
	theirs, digits := p.scanned(of)
	p.want(p.api2(getRoute, of, theirs, nil), 200, "")
	p.want(p.api2(getRoute, of, mine, nil), 409, "phone-taken")
	p.want(p.put(of, mine, "aigul", document), 409, "phone-taken")
	p.want(p.put(of, theirs, "erlan", document), 200, "")
	// The person at the browser has the digits of their own phone, not of the one that opened the code.
	for range phone.Tries {
		p.want(p.browser(of, "digits", object{"digits": other(digits)}), 422, "phone-digits")
	}
	p.want(p.browser(of, "digits", object{"digits": digits}), 410, "phone-over")
	p.want(p.browser(of, "progress"), 410, "phone-over")
	p.want(p.api2(getRoute, of, theirs, nil), 410, "phone-over")

	of, document = p.offered("POST /api/sign-in/document", object{"lang": "en"})
	p.want(p.browser(of, "digits", object{"digits": "0000"}), 410, "phone-over") // nobody opened it: nothing to guess
	token, digits := p.scanned(of)
	p.want(p.put(of, token, "aigul", document), 410, "phone-over") // the document was not fetched
	p.want(p.api2(getRoute, of, token, nil), 200, "")
	p.want(p.browser(of, "digits", object{"digits": digits}), 204, "")
	if s := p.state(of); s != "matched" {
		t.Errorf("state %s", s)
	}
	p.want(p.browser(of, "cancellation"), 204, "")
	p.want(p.browser(of, "cancellation"), 204, "")
	p.want(p.put(of, token, "aigul", document), 410, "phone-over")
	p.want(p.browser(of, "progress"), 410, "phone-over")
	p.want(p.scan(of), 410, "phone-over")
}

// TestPhoneRefusals: what is refused before anything is read, and what is none of the office's.
func TestPhoneRefusals(t *testing.T) {
	p := newPhones(t)
	given := p.want(p.call("POST /api/sign-in/document", object{"lang": "kk"}), 200, "").body
	forged := base64.StdEncoding.EncodeToString([]byte(`{"act":"sign-in","lang":"kk","statement":"Мен барлық мүлкімді беремін."}`))
	p.operations()
	for name, body := range map[string]object{
		"a document of somebody else": {"document": forged, "permit": given["permit"]},
		"no permit":                   {"document": given["document"], "permit": ""},
		"no document":                 {"document": "", "permit": given["permit"]},
	} {
		if a := p.call(offerRoute, body); a.status != 410 || a.slug != "phone-over" {
			t.Errorf("%s: %d %s", name, a.status, a.slug)
		}
	}
	p.want(p.call(offerRoute, object{"document": strings.Repeat("A", mobilesigning.MaxBody), "permit": ""}), 413, "body-too-large")
	if got := p.operations(); got != "" {
		t.Errorf("refusals call %s", got)
	}

	of, document := p.offered("POST /api/sign-in/document", object{"lang": "kk"})
	token, _ := p.scanned(of)
	p.want(p.api2(getRoute, of, token, nil), 200, "")
	p.operations()
	stranger := of
	stranger.Token = token // all that a phone knows
	p.want(p.browser(stranger, "progress"), 410, "phone-over")
	p.want(p.browser(stranger, "digits", object{"digits": "0000"}), 410, "phone-over")
	p.want(p.browser(stranger, "cancellation"), 410, "phone-over")
	for _, bad := range []string{"-", of.Token, token[:len(token)-2] + "AA", of.ID} {
		p.want(p.api2(getRoute, of, bad, nil), 410, "phone-over")
		p.want(p.api2(putRoute, of, bad, "{ no JSON"), 410, "phone-over") // the token before any parsing
	}
	unknown := of
	unknown.ID = of.ID[:20] + "AAAA" + of.ID[24:]
	p.want(p.scan(unknown), 410, "phone-over")
	p.want(p.api2(putRoute, of, token, strings.Repeat(" ", mobilesigning.MaxBody+1)), 413, "body-too-large")
	if got := p.operations(); got != "" {
		t.Errorf("refusals call %s", got)
	}

	p.want(p.put(of, token, "aigul", append(document, ' ')), 403, "phone-other-document")
	p.want(p.api2(putRoute, of, token, p.pack("AAAA")), 403, "phone-other-document")
	p.want(p.api2(putRoute, of, token, object{"signMethod": "XML", "version": 1, "documentsToSign": []object{}}), 403, "phone-other-document")
	p.want(p.put(of, token, "aigul", document), 200, "") // what was refused spoiled nothing

	late := p.at.Add(phone.Life)
	of, document = p.offered("POST /api/sign-in/document", object{"lang": "kk"})
	token, digits := p.scanned(of)
	p.want(p.api2(getRoute, of, token, nil), 200, "")
	p.at = late.Add(-time.Millisecond)
	p.want(p.put(of, token, "aigul", document), 200, "")
	p.at = late
	p.want(p.browser(of, "digits", object{"digits": digits}), 410, "phone-over")
	p.want(p.scan(of), 410, "phone-over")
	p.want(p.put(of, token, "aigul", document), 410, "phone-over")
	p.want(p.call(offerRoute, object{"document": given["document"], "permit": given["permit"]}), 410, "phone-over")
}

// TestPhonesRace: of phones that come for a document at once one has it, and of digits typed at once no
// more are looked at than may be typed.
func TestPhonesRace(t *testing.T) {
	p := newPhones(t)
	p.accept("aigul", "v1") // logs something before the rounds
	for range 20 {          // a thousand rounds are the store's
		of, _ := p.offered("POST /api/sign-in/document", object{"lang": "kk"})
		var tokens [3]string
		for i := range tokens {
			tokens[i], _ = p.scanned(of)
		}
		statuses := together(len(tokens), func(i int) int { return p.api2(getRoute, of, tokens[i], nil).status })
		if statuses[200] != 1 || statuses[409] != len(tokens)-1 {
			t.Fatalf("answers %v", statuses)
		}
		statuses = together(8, func(int) int { return p.browser(of, "digits", object{"digits": "none"}).status })
		if statuses[422] != phone.Tries || statuses[410] != 8-phone.Tries {
			t.Fatalf("answers %v", statuses)
		}
	}
}

func together(n int, do func(int) int) map[int]int {
	var wg sync.WaitGroup
	var mu sync.Mutex
	got := map[int]int{}
	for i := range n {
		wg.Go(func() {
			status := do(i)
			mu.Lock()
			defer mu.Unlock()
			got[status]++
		})
	}
	wg.Wait()
	return got
}

// TestPhoneUnits: what one signature on a phone costs beside the act itself, which costs what it
// costs with NCALayer.
func TestPhoneUnits(t *testing.T) {
	p := newPhones(t)
	var of mobilesigning.Offered
	var document []byte
	var token, digits string
	var sum usage
	for _, step := range []struct {
		name          string
		writes, reads float64
		do            func()
	}{
		{"offer a document", 1, 0, func() { of, document = p.offered("POST /api/sign-in/document", object{"lang": "kk"}) }},
		{"look before the phone came", 0, 1, func() { p.state(of) }},
		{"read the code", 0, 1, func() { token, digits = p.scanned(of) }},
		{"fetch the document", 1, 1, func() { p.want(p.api2(getRoute, of, token, nil), 200, "") }},
		{"bring the signature", 2, 1, func() { p.want(p.put(of, token, "aigul", document), 200, "") }},
		{"type the digits", 2, 0, func() { p.want(p.browser(of, "digits", object{"digits": digits}), 204, "") }},
		{"take the signature", 0, 2, func() { p.want(p.browser(of, "progress"), 200, "") }},
	} {
		p.meter.take()
		step.do()
		got := p.meter.take()
		t.Logf("%-28s %v write units, %v read units", step.name, got.Writes, got.Reads)
		if got.Writes != step.writes || got.Reads != step.reads {
			t.Errorf("%s: %v write units, %v read units; stated are %v, %v", step.name, got.Writes, got.Reads, step.writes, step.reads)
		}
		sum.Writes, sum.Reads = sum.Writes+got.Writes, sum.Reads+got.Reads
	}
	t.Logf("together %v write units, %v read units", sum.Writes, sum.Reads)
}

// TestRecordedPhones replays the payloads of events/mobile-signing, in the order of a signature.
//
// They are made for INDEX_KEY 01…01.
func TestRecordedPhones(t *testing.T) {
	p := newPhones(t)
	indexKey := bytes.Repeat([]byte{1}, 32)
	given, err := signer.Acts{ChallengeKey: bytes.Repeat([]byte{2}, 32), IndexKey: indexKey, Office: "https://court.example"}.
		Document(act.Document{Act: act.SignIn, Lang: locale.KK}, [16]byte{1}, p.at)
	if err != nil {
		t.Fatal(err)
	}
	c := phone.NewCode(indexKey, [16]byte{2}, p.at, given.ExpiresAt)
	if err := store.NewPhones(p.db, p.name(schema.Accounts)).Offer(t.Context(), c, given.Document); err != nil {
		t.Fatal(err)
	}
	opening := c.Opening(indexKey, [16]byte{3})
	browser := object{"token": c.Browser(indexKey)}
	for _, tt := range []struct {
		file, route string
		body        func() any
		status      int
	}{
		{"offer", offerRoute, func() any { return object{"document": given.Document, "permit": given.Permit} }, 201},
		{"access", accessRoute, nil, 200},
		{"document", getRoute, nil, 200},
		{"progress", "POST /api/mobile-signing/{id}/progress", func() any { return browser }, 200},
		{"digits", "POST /api/mobile-signing/{id}/digits", func() any { return with(browser, "digits", c.Digits(indexKey, opening)) }, 204},
		{"signed", putRoute, func() any { return p.pack(p.signed("aigul", given.Document)["signature"].(string)) }, 200},
		{"cancellation", "POST /api/mobile-signing/{id}/cancellation", func() any { return browser }, 204},
	} {
		file := "mobile-signing/" + tt.file + ".json"
		if *update {
			var body any
			if tt.body != nil {
				body = tt.body()
			}
			ev := at(at(p.event(tt.route, body, ""), "{id}", c.ID), "{opening}", opening)
			record(t, filepath.Join("..", "..", "..", "events", filepath.FromSlash(file)), ev)
		}
		ev := request(t, file)
		if ev.RouteKey != tt.route {
			t.Errorf("%s is for %s", file, ev.RouteKey)
		}
		p.want(p.send(ev), tt.status, "")
	}
}

// TestEveryDocumentMayGoToAPhone: whatever is given out to be signed comes with its permit.
func TestEveryDocumentMayGoToAPhone(t *testing.T) {
	m := newMatrix(t)
	for _, tt := range []struct {
		route, column string
		body          any
		act           act.Kind
	}{
		{"POST /api/sign-in/document", "nobody", object{"lang": "kk"}, act.SignIn},
		{"POST /api/agreement/acceptance/document", "nobody", object{"agreement": "v1", "lang": "kk"}, act.AcceptAgreement},
		{"POST /api/registration/document", "nobody", object{"form": m.company()}, act.Register},
		{"POST /api/account/password-reset/document", "nobody", object{"lang": "kk"}, act.ResetPassword},
		{"POST /api/account/leaving/document", "owner", object{"lang": "kk"}, act.Leave},
		{"POST /api/admin/agreements/{id}/approval", "administrator", object{"digest": m.digest, "reason": reason}, act.Administer},
		{"GET /api/filings/{id}/manifest", "owner", nil, act.FileClaim},
		{"POST /api/filings/{id}/manifest", "owner", object{"revision": m.version}, act.FileClaim},
	} {
		var given struct {
			Document []byte `json:"document"`
			Permit   string `json:"permit"`
		}
		res := m.respond(m.place(m.event(tt.route, tt.body, m.tokens[tt.column])))
		if err := json.Unmarshal([]byte(res.Body), &given); err != nil || res.StatusCode != 200 {
			t.Fatalf("%s: %d, %v: %s", tt.route, res.StatusCode, err, res.Body)
		}
		of := decodeAs[mobilesigning.Offered](t, m.want(m.call(offerRoute, object{"document": given.Document, "permit": given.Permit}), 201, ""))
		p := phones{m.office}
		token, _ := p.scanned(of)
		a := decodeAs[mobilesigning.Package](t, m.want(p.api2(getRoute, of, token, nil), 200, ""))
		for lang, name := range map[locale.Lang]string{locale.KK: a.Documents[0].NameKz, locale.RU: a.Documents[0].NameRu, locale.EN: a.Documents[0].NameEn} {
			if want := locale.T(lang, "phone.document."+string(tt.act)); name != want {
				t.Errorf("%s: called %q, want %q", tt.route, name, want)
			}
		}
		t.Logf("%-18s %5d bytes to sign", tt.act, len(given.Document))
	}
}

// TestPhoneNamesEveryAct: a phone has a name in each language for whatever may be signed.
func TestPhoneNamesEveryAct(t *testing.T) {
	for key := range locale.Texts(locale.KK, "act.") {
		parts := strings.Split(key, ".")
		if len(parts) == 3 && parts[2] == "statement" && !locale.Has("phone.document."+parts[1]) {
			t.Errorf("no name for the act %s", parts[1])
		}
	}
}
