package wire

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/challenge"
	"github.com/courtoffice/courtoffice/shared/eds/edstest"
	"github.com/courtoffice/courtoffice/shared/passkey/passkeytest"
	"github.com/courtoffice/courtoffice/shared/session"
	"github.com/courtoffice/courtoffice/shared/store"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

var update = flag.Bool("update", false, "record the payloads under events anew")

// recordedToken is the session cookie in recorded payloads.
const recordedToken = "cmVjb3JkZWQtc2Vzc2lvbi10b2tlbi1vZi0zMi1ieXQ"

// TestRecordedEvents replays the payloads of events/ for the functions around accounts, in the
// order a person causes them, with keys of testdata/pki. With -update it records them: a signed
// payload can only be made from the document the office gave out.
//
// They are made for CHALLENGE_KEY 02…02 and the time their timeEpoch says.
func TestRecordedEvents(t *testing.T) {
	root := filepath.Join("..", "..", "..")
	o := withPasskeys(newOfficeTrusting(t, filepath.Join(root, "testdata", "pki", "trust")))
	keys, err := edstest.LoadKeys(filepath.Join(root, "testdata", "pki", "keys"))
	if err != nil {
		t.Fatal(err)
	}
	var last answer
	signature := func() string {
		doc, err := base64.StdEncoding.DecodeString(last.body["document"].(string))
		if err != nil {
			t.Fatal(err)
		}
		der, err := keys["individual-gost"].SignCMS(doc, edstest.Attached, edstest.At(o.at))
		if err != nil {
			t.Fatal(err)
		}
		return string(edstest.PEM(der))
	}
	var subject object
	device := &passkeytest.Passkey{}
	for _, tt := range []struct {
		file   string
		route  string
		body   func() any // what is sent when recording; nil for nothing
		token  string
		status int
	}{
		{"accept-agreement/agreement.json", "GET /api/agreement", nil, "", 200},
		{"accept-agreement/acceptance-document.json", "POST /api/agreement/acceptance/document",
			func() any { return object{"agreement": "v1", "lang": "kk"} }, "", 200},
		{"accept-agreement/acceptance.json", "POST /api/agreement/acceptance",
			func() any { return object{"signature": signature()} }, "", 201},
		{"register/save-form.json", "PUT /api/registration/form", func() any { return saved(0, "aigul@exa") }, "", 200},
		{"register/form.json", "GET /api/registration/form", nil, "", 200},
		{"register/forget-form.json", "DELETE /api/registration/form", nil, "", 204},
		{"register/registration-document.json", "POST /api/registration/document", func() any {
			delete(subject, "role")
			return object{"form": with(form(), "subject", subject)}
		}, "", 200},
		{"register/registration.json", "POST /api/registration",
			func() any { return object{"signature": signature(), "password": password} }, "", 201},
		{"sign-in/sign-in-document.json", "POST /api/sign-in/document", func() any { return object{"lang": "ru"} }, "", 200},
		{"sign-in/sign-in.json", "POST /api/sign-in", func() any { return object{"signature": signature()} }, "", 200},
		{"sign-in/password.json", "POST /api/sign-in/password",
			func() any { return object{"number": subject["iin"], "password": password} }, "", 200},
		{"sign-in/session.json", "GET /api/session", nil, recordedToken, 200},
		{"account/account.json", "GET /api/account", nil, recordedToken, 200},
		{"account/email.json", "POST /api/account/email", func() any { return object{"email": "aigul@example.kz"} }, recordedToken, 202},
		{"account/email-code.json", "POST /api/account/email/code", func() any { return object{"code": "000000"} }, recordedToken, 422},
		{"account/objection.json", "POST /api/account/email/objection", func() any { return object{"from": "2026-11-22T07:00:00Z"} }, recordedToken, 404}, // nothing took its place
		{"account/objection-by-link.json", "POST /api/contact-objection", func() any { return object{"token": strings.Repeat("A", 64)} }, "", 404},
		{"account/breaches.json", "GET /api/account/breaches", nil, recordedToken, 200},
		{"account/mobile.json", "POST /api/account/mobile", func() any { return object{"mobile": "+77077654321"} }, recordedToken, 202},
		{"account/mobile-code.json", "POST /api/account/mobile/code", func() any { return object{"code": "000000"} }, recordedToken, 422},
		{"account/remove-mobile.json", "DELETE /api/account/mobile", nil, recordedToken, 204},
		{"account/sessions.json", "GET /api/account/sessions", nil, recordedToken, 200},
		{"account/audit.json", "GET /api/account/audit", nil, recordedToken, 200},
		{"account/export.json", "GET /api/account/export", nil, recordedToken, 200},
		{"account/end-acting.json", "DELETE /api/account/acting/{person}", nil, recordedToken, 403}, // nobody acts for a natural person
		{"account/end-other-sessions.json", "DELETE /api/account/sessions", nil, recordedToken, 204},
		{"passkey/passkey-document.json", "POST /api/passkeys/document", func() any { return object{"lang": "kk"} }, recordedToken, 200},
		{"passkey/add-passkey.json", "POST /api/passkeys", func() any {
			asked, err := base64.StdEncoding.DecodeString(last.body["challenge"].(string))
			if err == nil {
				device, err = passkeytest.New(passkeytest.ES256, "court.example", "https://court.example", nil)
			}
			var made passkeytest.Made
			if err == nil {
				made, err = device.Create(asked)
			}
			if err != nil {
				t.Fatal(err)
			}
			return object{"signature": signature(), "name": "Жұмыстағы ноутбук", "credential": made.Credential, "clientData": made.ClientData, "attestation": made.Attestation}
		}, recordedToken, 201},
		{"passkey/passkeys.json", "GET /api/passkeys", nil, recordedToken, 200},
		{"passkey/challenge.json", "POST /api/sign-in/passkey/challenge", func() any { return object{} }, "", 200},
		{"passkey/sign-in.json", "POST /api/sign-in/passkey", func() any {
			asked, err := base64.StdEncoding.DecodeString(last.body["challenge"].(string))
			var used passkeytest.Used
			if err == nil {
				used, err = device.Get(asked)
			}
			if err != nil {
				t.Fatal(err)
			}
			return used
		}, "", 401}, // the handle is of an account, whose id is another each time
		{"passkey/remove-passkey.json", "DELETE /api/passkeys/{passkey}", nil, recordedToken, 204},
		{"account/password.json", "POST /api/account/password",
			func() any { return object{"current": password, "password": "көк тау, сары алма 8"} }, recordedToken, 204},
		{"account/support.json", "POST /api/support", func() any { return supportRequest }, recordedToken, 201},
		{"account/support-list.json", "GET /api/support", nil, recordedToken, 200},
		{"account/support-state.json", "POST /api/support/state", func() any { return object{"ticket": recordedTicket} }, "", 200},
		{"account/end-session.json", "DELETE /api/account/sessions/{session}", nil, recordedToken, 204},
		{"sign-in/sign-out.json", "DELETE /api/session", nil, recordedToken, 204},
		{"account/password-reset-document.json", "POST /api/account/password-reset/document",
			func() any { return object{"lang": "kk"} }, "", 200},
		{"account/password-reset.json", "POST /api/account/password-reset",
			func() any { return object{"signature": signature(), "password": password} }, "", 409}, // the address is not verified
		{"account/password-reset-confirmation.json", "POST /api/account/password-reset/confirmation",
			func() any { return object{"reset": recordedTarget + "~~nonce", "code": "000000"} }, "", 422},
		{"account/leaving-document.json", "POST /api/account/leaving/document", func() any { return object{"lang": "kk"} }, "", 200},
		{"account/leaving.json", "POST /api/account/leaving", func() any { return object{"signature": signature()} }, "", 200},
	} {
		path := filepath.Join(root, "events", filepath.FromSlash(tt.file))
		if *update {
			var body any
			if tt.body != nil {
				body = tt.body()
			}
			o.formCookie = ""
			if strings.HasSuffix(tt.route, " /api/registration/form") {
				o.formCookie = recordedToken
			}
			record(t, path, at(at(at(o.event(tt.route, body, tt.token), "{session}", session.ID(recordedToken)), "{person}", recordedPerson), "{passkey}", store.PasskeyID(device.ID)))
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
		case "POST /api/agreement/acceptance":
			subject = last.body["subject"].(object)
			o.private = append(o.private, subject["iin"].(string), subject["name"].(string))
			// The recorded cookie becomes the registration that the acceptance opened.
			registrations := store.NewRegistrations(o.db, o.name(schema.Accounts))
			opened, _, _, err := registrations.Opening(t.Context(), session.ID(last.registration), o.at)
			if err == nil {
				opened.ID = session.ID(recordedToken)
				err = registrations.Open(t.Context(), opened, challenge.Challenge{Nonce: "recorded", NotAfter: o.at})
			}
			if err != nil {
				t.Fatal(err)
			}
		case "POST /api/account/password-reset/document":
			accounts := store.NewAccounts(o.db, o.name(schema.Accounts))
			a, err := accounts.ByNumber(t.Context(), account.NumberKeys(bytes.Repeat([]byte{1}, 32), subject["iin"].(string)))
			if err != nil || a.Email != "aigul@example.kz" || a.Representatives != 1 {
				t.Errorf("account %+v, %v", a, err)
			}
		case "POST /api/support":
			o.ticket()
		case "POST /api/registration":
			// The recorded cookie becomes a session of the new account.
			if err := store.NewSessions(o.db, o.name(schema.Accounts)).SignIn(t.Context(), challenge.Challenge{NotAfter: o.at}, session.Session{
				ID: session.ID(recordedToken), AccountID: last.body["id"].(string), By: session.ByEDS, CreatedAt: o.at, SeenAt: o.at,
			}); err != nil {
				t.Fatal(err)
			}
		}
	}
	accounts := store.NewAccounts(o.db, o.name(schema.Accounts))
	a, err := accounts.Account(t.Context(), last.body["account"].(string))
	if err != nil || a.Status != account.Closed || a.Subject.IIN.Reveal() != subject["iin"] {
		t.Errorf("account %+v, %v", a, err)
	}
}

func record(t *testing.T, path string, ev events.APIGatewayV2HTTPRequest) {
	t.Helper()
	ev.RequestContext.AccountID, ev.RequestContext.APIID = "123456789012", "api1234567"
	ev.RequestContext.DomainPrefix = "court"
	ev.RequestContext.Time = "22/Nov/2026:07:00:00 +0000"
	if ev.Body == "" {
		delete(ev.Headers, "content-type")
	}
	raw, err := json.Marshal(ev)
	var payload map[string]any
	if err == nil {
		err = json.Unmarshal(raw, &payload)
	}
	if err == nil {
		// The type always writes it; API Gateway does only with mutual TLS.
		delete(payload["requestContext"].(object), "authentication")
		raw, err = json.MarshalIndent(payload, "", "  ")
	}
	if err == nil {
		err = os.MkdirAll(filepath.Dir(path), 0o755)
	}
	if err == nil {
		err = os.WriteFile(path, append(raw, '\n'), 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
}
