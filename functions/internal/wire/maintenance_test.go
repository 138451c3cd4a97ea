package wire

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/google/go-cmp/cmp"

	"github.com/courtoffice/courtoffice/functions"
	"github.com/courtoffice/courtoffice/shared/calendar"
	"github.com/courtoffice/courtoffice/shared/challenge"
	"github.com/courtoffice/courtoffice/shared/locale"
	"github.com/courtoffice/courtoffice/shared/outage"
	"github.com/courtoffice/courtoffice/shared/receipt"
	"github.com/courtoffice/courtoffice/shared/session"
	"github.com/courtoffice/courtoffice/shared/signer/signertest"
	"github.com/courtoffice/courtoffice/shared/store"
	"github.com/courtoffice/courtoffice/shared/store/engine"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

const (
	windowID     = "01993a5e-0000-7000-8000-0000000000e1"
	authorToken  = "YXV0aG9yLXNlc3Npb24tdG9rZW4tb2YtMzItYnl0ZXM"
	secondToken  = "c2Vjb25kLXNlc3Npb24tdG9rZW4tb2YtMzItYnl0ZXM"
	visitorToken = "dmlzaXRvci1zZXNzaW9uLXRva2VuLW9mLTMyLWJ5dGU"
)

// staffIIN is of everybody whom holder makes.
const staffIIN = "880715450349"

// holder keeps an account with a session that token opens.
func (o *office) holder(id, token string, by session.Means, rights ...string) {
	o.Helper()
	it := map[string]types.AttributeValue{
		"PK": text("ACCOUNT#" + id), "SK": text("ACCOUNT"), "id": text(id), "status": text("active"), "subject": text("-"),
		"kind": text("natural"), "iin": text(staffIIN), "name": text("СЕРІКОВ ҰЛАН"), "email": text(id + "@example.kz"), "lang": text("kk"),
		"accepted": &types.AttributeValueMemberSS{Value: []string{"v1"}}, "acceptedVersion": text("v1"), "created": text("2026-11-22T07:00:00.000Z"), "verified": text("2026-11-22T07:00:00.000Z"),
	}
	if len(rights) > 0 {
		it["rights"] = &types.AttributeValueMemberSS{Value: rights}
	}
	if _, err := o.db.PutItem(o.Context(), &dynamodb.PutItemInput{TableName: ptr(o.name(schema.Accounts)), Item: it}); err != nil {
		o.Fatal(err)
	}
	o.reopen(id, token, by)
	o.private = append(o.private, "СЕРІКОВ", "@example.kz", staffIIN, token)
}

// persons are who acts in the accounts that holder makes, the administrators with a key to sign with.
var persons = map[string]string{
	"scribe": personKey(signertest.DanaIIN),
	"author": personKey(signertest.DanaIIN), "second": personKey(signertest.ErlanIIN),
	"visitor": "person of visitor", "byPassword": "person of byPassword", "judge": personKey("781124400222"), // individual-gost-2
}

// reopen opens a session anew: the tests run over days.
func (o *office) reopen(id, token string, by session.Means) {
	o.Helper()
	if _, err := o.db.DeleteItem(o.Context(), &dynamodb.DeleteItemInput{
		TableName: ptr(o.name(schema.Accounts)),
		Key:       map[string]types.AttributeValue{"PK": text("SESSION#" + session.ID(token)), "SK": text("SESSION")},
	}); err != nil {
		o.Fatal(err)
	}
	if err := store.NewSessions(o.db, o.name(schema.Accounts)).SignIn(o.Context(), challenge.Challenge{
		Nonce: token + o.at.String(), NotAfter: o.at,
	}, session.Session{
		ID: session.ID(token), AccountID: id, By: by, Person: session.Person{Key: persons[id]}, CreatedAt: o.at, SeenAt: o.at,
	}); err != nil {
		o.Fatal(err)
	}
}

// maintained adds the function maintenance to o, with two administrators and a user.
func (o *office) maintained() (page func() string) {
	o.Helper()
	client, bucket := engine.S3ForTest(o.T)
	for name, value := range map[string]string{
		"AWS_ENDPOINT_URL_S3": *client.Options().BaseEndpoint, schema.Status.Env: bucket, functions.EnvPortalURL: "https://court.example",
	} {
		o.Setenv(name, value)
	}
	o.signing()
	o.functions["maintenance"] = o.described((*App).MaintenanceRoutes(o.app(o.T, "maintenance")))
	o.holder("author", authorToken, session.ByEDS, "admin")
	o.holder("second", secondToken, session.ByEDS, "admin")
	o.holder("visitor", visitorToken, session.ByEDS, "clerk.almaty-bostandyq")
	return func() string {
		o.Helper()
		out, err := client.GetObject(o.Context(), &s3.GetObjectInput{Bucket: &bucket, Key: ptr(schema.StatusPage)})
		if err != nil {
			o.Fatal(err)
		}
		defer out.Body.Close()
		b, err := io.ReadAll(out.Body)
		if err != nil || *out.ContentType != "text/html; charset=utf-8" {
			o.Fatalf("status page: %v, %s", err, *out.ContentType)
		}
		return string(b)
	}
}

// announcement is a plan that begins after and lasts for so long.
func (o *office) announcement(after, lasts time.Duration) object {
	return object{
		"id": windowID, "from": o.at.Add(after).Format(time.RFC3339), "to": o.at.Add(after + lasts).Format(time.RFC3339),
		"affects": []string{}, "emergency": false, "reason": "upgrade of the database",
		"texts": object{"kk": "Дерекқор жаңартылады; <b>сақ</b> болыңыз, қайта кіріңіз", "ru": "Обновление базы", "en": "Database upgrade"},
	}
}

// raw asks for what is no JSON.
func (o *office) raw(route, query string) events.APIGatewayV2HTTPResponse {
	o.Helper()
	ev := o.event(route, nil, "")
	ev.RawQueryString = query
	res, err := o.functions[o.function(route)](o.Context(), ev)
	if err != nil {
		o.Fatal(err)
	}
	return res
}

// changeOf is a call on the one window.
func (o *office) changeOf(route string, body any, token string) answer {
	o.Helper()
	return o.send(at(o.event(route, body, token), "{id}", windowID))
}

// published is the window of a plan that one administrator proposed and another approved.
func (o *office) published(plan object) answer {
	o.Helper()
	o.want(o.call(proposeRoute, plan, authorToken), 201, "")
	approval := at(o.event(approveRoute, object{"version": 1, "reason": "agreed by telephone"}, secondToken), "{id}", plan["id"].(string))
	return o.want(o.send(approval), 200, "")
}

const (
	proposeRoute = "POST /api/admin/maintenance"
	changeRoute  = "PUT /api/admin/maintenance/{id}"
	cancelRoute  = "POST /api/admin/maintenance/{id}/cancellation"
	approveRoute = "POST /api/admin/maintenance/{id}/approval"

	certificateRoute = "GET /api/maintenance/{id}/certificate"
)

// TestMaintenance: a window over midnight is proposed, approved, changed, in force, over.
func TestMaintenance(t *testing.T) {
	o := newOffice(t)
	page := o.maintained()
	begin := o.at
	plan := o.announcement(26*time.Hour, 12*time.Hour) // 12:00 in Almaty, so over the midnight of the day after
	if o.want(o.call("GET /api/maintenance", nil), 200, "").body["notice"] != nil {
		t.Error("a notice before any window")
	}
	first := o.want(o.call(proposeRoute, plan, authorToken), 201, "")
	if first.body["phase"] != "proposed" || first.body["mine"] != true {
		t.Errorf("proposed: %s", first.raw)
	}
	if again := o.want(o.call(proposeRoute, plan, authorToken), 200, ""); again.raw != first.raw {
		t.Errorf("a repeat: %s, first %s", again.raw, first.raw)
	}
	o.want(o.call(proposeRoute, with(plan, "reason", "another reason why", "emergency", true), authorToken), 409, "version-conflict")
	o.want(o.call(proposeRoute, plan, secondToken), 409, "version-conflict")
	if list := o.want(o.call("GET /api/maintenance", nil), 200, ""); len(list.body["windows"].([]any)) != 0 {
		t.Errorf("users see a proposal: %s", list.raw)
	}
	if strings.Contains(page(), "Дерекқор") {
		t.Error("the status page shows a proposal")
	}
	act := object{"version": 1, "reason": "agreed by telephone"}
	o.want(o.changeOf(approveRoute, act, authorToken), 403, "second-administrator")
	o.want(o.changeOf(approveRoute, with(act, "version", 2), secondToken), 409, "version-conflict")
	approved := o.want(o.changeOf(approveRoute, act, secondToken), 200, "")
	if approved.body["phase"] != "coming" || approved.body["version"] != 2.0 {
		t.Errorf("approved: %s", approved.raw)
	}
	if again := o.want(o.changeOf(approveRoute, act, secondToken), 200, ""); again.raw != approved.raw {
		t.Errorf("approved twice: %s, first %s", again.raw, approved.raw)
	}
	for _, lang := range locale.Langs {
		ev := o.event("GET /api/maintenance", nil, "")
		ev.RawQueryString = "lang=" + string(lang)
		list := o.want(o.send(ev), 200, "")
		notice, _ := list.body["notice"].(object)
		if notice["text"] != plan["texts"].(object)[string(lang)] || notice["texts"] != nil || notice["author"] != nil {
			t.Errorf("%s: notice %v", lang, notice)
		}
		if !strings.Contains(html.UnescapeString(page()), locale.Time(lang, begin.Add(26*time.Hour))) {
			t.Errorf("the status page has no start in %s", lang)
		}
	}
	if p := page(); strings.Contains(p, "<b>") || strings.Contains(p, "<script") || strings.Contains(p, "<link") {
		t.Error("the status page has foreign markup or loads something")
	}

	// Shorter, by another administrator; a repeat is the same, a lost update is refused.
	shorter := with(o.announcement(26*time.Hour, 11*time.Hour), "version", 2)
	changed := o.want(o.changeOf(changeRoute, shorter, secondToken), 200, "")
	if again := o.want(o.changeOf(changeRoute, shorter, secondToken), 200, ""); again.raw != changed.raw {
		t.Errorf("changed twice: %s, first %s", again.raw, changed.raw)
	}
	o.want(o.changeOf(changeRoute, with(shorter, "to", plan["to"]), authorToken), 409, "version-conflict")

	// The last millisecond before, and the first of the window, whatever the processes remember.
	write := func() answer {
		return o.call("POST /api/agreement/acceptance/document", object{"agreement": "v1", "lang": "kk"})
	}
	o.at = begin.Add(26*time.Hour - time.Millisecond)
	o.want(write(), 200, "")
	o.at = begin.Add(26 * time.Hour)
	closed := o.want(write(), 503, "maintenance")
	o.want(o.call("POST /api/support", supportRequest), 201, "") // whatever stops, help can be asked for
	notice, _ := closed.body["maintenance"].(object)
	if closed.header["retry-after"] != "39600" || notice["id"] != windowID || !strings.Contains(closed.body["detail"].(string), "Дерекқор") ||
		closed.body["article"] != "agreement 7" {
		t.Errorf("closed: %v %s", closed.header, closed.raw)
	}
	ev := o.event("POST /api/registration", object{}, "")
	ev.RawQueryString = "lang=en"
	if a := o.want(o.send(ev), 503, "maintenance"); !strings.HasPrefix(a.body["detail"].(string), "Database upgrade The work ends on ") {
		t.Errorf("in English: %s", a.raw)
	}
	o.want(o.call("GET /api/agreement", nil), 200, "")                             // reading stays
	o.want(o.call("POST /api/sign-in/document", object{"lang": "kk"}), 200, "")    // so do signing in
	if res := o.raw("GET /maintenance.ics", ""); res.StatusCode != http.StatusOK { // and the feeds
		t.Errorf("feed: %d", res.StatusCode)
	}
	o.at = begin.Add(26*time.Hour - time.Millisecond) // a request that had reached the gateway before
	o.want(write(), 200, "")
	o.at = begin.Add(37 * time.Hour)
	o.want(write(), 200, "")
}

// TestEmergency: it needs no day's notice, binds within a minute and ends when cancelled.
func TestEmergency(t *testing.T) {
	o := newOffice(t)
	page := o.maintained()
	write := func() answer {
		return o.call("POST /api/agreement/acceptance/document", object{"agreement": "v1", "lang": "kk"})
	}
	o.want(write(), 200, "") // the function has looked: there is no window
	plan := with(o.announcement(-time.Minute, 2*time.Hour), "affects", []string{"accept-agreement", "file-claim"})
	o.want(o.call(proposeRoute, plan, authorToken), 422, "invalid-fields")
	plan["emergency"] = true
	w := o.published(plan) // nobody stops seals alone, however urgent it is
	if w.body["phase"] != "in-force" || w.body["from"] != o.at.UTC().Format("2006-01-02T15:04:05.000Z") {
		t.Errorf("emergency: %s", w.raw)
	}
	if !strings.Contains(page(), locale.T(locale.RU, "maintenance.emergency")) {
		t.Error("the status page doesn't say that it is urgent")
	}
	published := o.at
	o.at = published.Add(time.Minute)
	o.want(write(), 503, "maintenance")
	o.want(o.call("POST /api/registration/document", object{}), 422, "invalid-fields") // not stopped
	o.want(o.changeOf(cancelRoute, object{"version": 2, "reason": "it is done already"}, secondToken), 200, "")
	o.want(o.changeOf(cancelRoute, object{"version": 2, "reason": "it is done already"}, secondToken), 200, "")
	o.want(o.changeOf(cancelRoute, object{"version": 3, "reason": "it is done already"}, secondToken), 409, "window-over")
	o.at = published.Add(2 * time.Minute)
	o.want(write(), 200, "")
}

// TestCertificate: from the beginning of an interruption on, and only then, anyone may have it
// certified; a second look after its end says the same but for the time of the look.
func TestCertificate(t *testing.T) {
	o := newOffice(t)
	o.maintained()
	begin := o.at
	plan := with(o.announcement(26*time.Hour, 2*time.Hour), "affects", []string{"file-claim"})
	o.published(plan)
	keys := o.publishedKeys()
	want := receipt.Interruption{
		Version: 1, ID: windowID, From: receipt.Time(begin.Add(26 * time.Hour)), To: receipt.Time(begin.Add(28 * time.Hour)),
		Affects: []string{"file-claim"}, AnnouncedAt: receipt.Time(begin),
	}
	ask := func() answer { return o.send(at(o.event(certificateRoute, nil, ""), "{id}", windowID)) }
	o.want(o.send(at(o.event(certificateRoute, nil, ""), "{id}", "no-such-window")), 404, "not-found")
	for _, tt := range []struct {
		after time.Duration
		ended bool
		found bool
	}{
		{0, false, false}, {26*time.Hour - time.Millisecond, false, false},
		{26 * time.Hour, false, true}, {28*time.Hour - time.Millisecond, false, true},
		{28 * time.Hour, true, true}, {366 * 24 * time.Hour, true, true},
	} {
		o.at = begin.Add(tt.after)
		o.signing()
		if !tt.found {
			o.want(ask(), 404, "not-found")
			continue
		}
		want.AsOf, want.Ended = receipt.Time(o.at), tt.ended
		got, err := receipt.VerifyInterruption(keys, []byte(o.want(ask(), 200, "").raw))
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("after %v: %v (-want +got):\n%s", tt.after, err, diff)
		}
	}
}

// TestCertificateOfWhatNeverWas: a window cancelled ahead interrupted nothing; one cancelled under
// way ended then, and one that was not announced a day ahead is an outage.
func TestCertificateOfWhatNeverWas(t *testing.T) {
	o := newOffice(t)
	o.maintained()
	begin := o.at
	ask := func() answer { return o.send(at(o.event(certificateRoute, nil, ""), "{id}", windowID)) }
	o.published(with(o.announcement(-time.Minute, 2*time.Hour), "emergency", true))
	o.at = begin.Add(time.Minute)
	o.want(o.changeOf(cancelRoute, object{"version": 2, "reason": "it is done already"}, secondToken), 200, "")
	a := o.want(ask(), 200, "")
	certificate := a.body["certificate"].(object)
	if certificate["outage"] != true || certificate["ended"] != true || certificate["from"] != receipt.Time(begin) || certificate["to"] != receipt.Time(o.at) {
		t.Errorf("outage: %s", a.raw)
	}

	o = newOffice(t)
	o.maintained()
	o.published(o.announcement(25*time.Hour, time.Hour))
	o.want(o.changeOf(cancelRoute, object{"version": 2, "reason": "not needed after all"}, secondToken), 200, "")
	o.at = o.at.Add(48 * time.Hour)
	o.want(ask(), 404, "not-found")
}

func TestMaintenanceRefusals(t *testing.T) {
	o := newOffice(t)
	o.maintained()
	o.holder("password", recordedToken, session.ByPassword, "admin")
	plan := o.announcement(25*time.Hour, time.Hour)
	for _, tt := range []struct {
		name   string
		change object
		faults string
	}{
		{"one hour too late", object{"from": o.at.Add(23 * time.Hour).Format(time.RFC3339)}, "/from lead-time"},
		{"no dates, no reason", object{"from": "tomorrow", "to": "", "reason": ""}, "/from format, /to format, /reason required"},
		{"nothing at all", object{"from": "", "to": "", "reason": "", "texts": object{}},
			"/from format, /to format, /reason required, /texts/kk required, /texts/ru required, /texts/en required"},
		{"what nothing can stop", object{"affects": []string{"filings"}}, "/affects/0 unknown-value"},
		{"a language too many", object{"texts": object{"kk": "а", "ru": "б", "en": "c", "de": "d"}}, "/texts unknown-value"},
		{"no id", object{"id": "1"}, "/id format"},
	} {
		for name, value := range plan {
			if _, ok := tt.change[name]; !ok {
				tt.change[name] = value
			}
		}
		a := o.want(o.call(proposeRoute, tt.change, authorToken), 422, "invalid-fields")
		var got []string
		for _, f := range a.body["errors"].([]any) {
			got = append(got, f.(object)["pointer"].(string)+" "+f.(object)["code"].(string))
			if f.(object)["detail"] == "" {
				t.Errorf("%s: a fault without text", tt.name)
			}
		}
		if strings.Join(got, ", ") != tt.faults {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.faults)
		}
	}
	o.want(o.changeOf(cancelRoute, object{"version": 1, "reason": "there is none"}, authorToken), 404, "not-found")
	// Who may do what.
	for _, route := range []string{"GET /api/admin/maintenance", proposeRoute, changeRoute, cancelRoute, approveRoute} {
		for token, want := range map[string]string{"": "unauthenticated", visitorToken: "forbidden", recordedToken: "forbidden"} {
			var body any
			if !strings.HasPrefix(route, "GET") {
				body = object{}
			}
			if a := o.changeOf(route, body, token); a.slug != want {
				t.Errorf("%s by %.4q: %d %s, want %s", route, token, a.status, a.slug, want)
			}
		}
	}
	o.want(o.call("GET /api/maintenance/subscription", nil), 401, "unauthenticated")
	o.want(o.call("PUT /api/maintenance/subscription", object{"subscribed": true}), 401, "unauthenticated")
	for _, on := range []bool{true, false} {
		o.want(o.call("PUT /api/maintenance/subscription", object{"subscribed": on}, visitorToken), 200, "")
		if a := o.want(o.call("GET /api/maintenance/subscription", nil, visitorToken), 200, ""); a.body["subscribed"] != on {
			t.Errorf("subscription %v, want %v", a.body, on)
		}
	}
}

// TestFeeds: other programs can read them, in every language.
func TestFeeds(t *testing.T) {
	o := newOffice(t)
	page := o.maintained()
	if res := o.raw("GET /maintenance.atom", ""); res.StatusCode != 200 || strings.Contains(res.Body, "<entry>") {
		t.Errorf("an empty feed: %d %s", res.StatusCode, res.Body)
	}
	o.published(o.announcement(26*time.Hour, time.Hour))
	for _, lang := range locale.Langs {
		res := o.raw("GET /maintenance.atom", "lang="+string(lang))
		var feed struct {
			XMLName xml.Name `xml:"http://www.w3.org/2005/Atom feed"`
			Lang    string   `xml:"lang,attr"`
			ID      string   `xml:"id"`
			Updated string   `xml:"updated"`
			Author  string   `xml:"author>name"`
			Entries []struct {
				ID, Title, Updated, Content string
			} `xml:"entry"`
		}
		dec := xml.NewDecoder(strings.NewReader(res.Body))
		dec.DefaultSpace = "http://www.w3.org/2005/Atom"
		if err := dec.Decode(&feed); err != nil {
			t.Fatal(err)
		}
		if _, err := time.Parse(time.RFC3339, feed.Updated); err != nil || feed.Lang != string(lang) || feed.Author == "" || feed.ID == "" {
			t.Errorf("%s: feed %+v, %v", lang, feed, err)
		}
		if len(feed.Entries) != 1 || res.Headers["content-type"] != "application/atom+xml; charset=utf-8" || res.Headers["cache-control"] != "public, max-age=60" {
			t.Fatalf("%s: %v %s", lang, res.Headers, res.Body)
		}
		ics := o.raw("GET /maintenance.ics", "lang="+string(lang))
		for line := range strings.SplitSeq(strings.TrimSuffix(ics.Body, "\r\n"), "\r\n") {
			if len(line) > 75 || strings.ContainsAny(line, "\r\n") {
				t.Errorf("%s: %d octets in %q", lang, len(line), line)
			}
			if !json.Valid([]byte(`"`+strings.ReplaceAll(line, `\`, ``)+`"`)) && !strings.Contains(line, `"`) {
				t.Errorf("%s: a character was split in %q", lang, line)
			}
		}
		whole := strings.ReplaceAll(ics.Body, "\r\n ", "")
		for _, want := range []string{
			"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n", "\r\nUID:" + windowID + "\r\n", "\r\nDTSTART:" + o.at.Add(26*time.Hour).UTC().Format("20060102T150405Z") + "\r\n",
			"\r\nSTATUS:CONFIRMED\r\n", "\r\nSEQUENCE:1\r\n", "END:VEVENT\r\nEND:VCALENDAR\r\n",
		} {
			if !strings.Contains(whole, want) {
				t.Errorf("%s: no %q in\n%s", lang, want, whole)
			}
		}
		if lang == locale.KK && !strings.Contains(whole, `Дерекқор жаңартылады\; <b>сақ</b> болыңыз\, қайта кіріңіз\n`) {
			t.Errorf("text is not escaped:\n%s", whole)
		}
		t.Logf("%s: atom %d bytes, ics %d bytes with one window", lang, len(res.Body), len(ics.Body))
	}
	t.Logf("status page: %d bytes with one window", len(page()))
	o.want(o.changeOf(cancelRoute, object{"version": 2, "reason": "not needed any more"}, authorToken), 200, "")
	if ics := o.raw("GET /maintenance.ics", ""); !strings.Contains(ics.Body, "STATUS:CANCELLED") || !strings.Contains(ics.Body, "SEQUENCE:2") {
		t.Errorf("cancelled:\n%s", ics.Body)
	}
}

// TestSizes: what a reader fetches every minute stays small, however much is announced. The static
// page lists ten windows at most.
func TestSizes(t *testing.T) {
	o := newOffice(t)
	page := o.maintained()
	tick := o.app(t, "maintenance").Maintenance()
	proposed := 0
	for _, tt := range []struct{ windows, json, atom, calendar, page int }{ // bytes at most
		{0, 100, 1_000, 300, 2_600}, // with outages: where the record is
		{10, 4_200, 8_700, 7_700, 13_500},
		{100, 38_000, 79_000, 74_000, 14_000},
	} {
		for ; proposed < tt.windows; proposed++ {
			plan := o.announcement(25*time.Hour+time.Duration(proposed)*2*time.Hour, time.Hour)
			plan["id"] = fmt.Sprintf("01993a5e-0000-7000-8000-%012x", proposed)
			o.published(plan)
		}
		o.at = o.at.Add(2 * time.Minute)
		if _, err := tick(t.Context(), fmt.Appendf(nil, `{"schedule":"maintenance","time":%q}`, o.at.Format(time.RFC3339))); err != nil {
			t.Fatal(err)
		}
		got := []int{
			len(o.raw("GET /api/maintenance", "lang=kk").Body), len(o.raw("GET /maintenance.atom", "lang=kk").Body),
			len(o.raw("GET /maintenance.ics", "lang=kk").Body), len(page()),
		}
		t.Logf("%d windows: JSON, Atom, iCalendar, page: %v bytes", tt.windows, got)
		for i, most := range []int{tt.json, tt.atom, tt.calendar, tt.page} {
			if got[i] > most || got[i] == 0 {
				t.Errorf("%d windows: %v bytes, want at most %v", tt.windows, got, tt)
			}
		}
	}
}

// TestSubscriptionNeedsAVerifiedAddress: what was only typed may be a stranger's mailbox.
func TestSubscriptionNeedsAVerifiedAddress(t *testing.T) {
	o := newOffice(t)
	o.maintained()
	_, token := o.registered()
	subscription := func(on bool) answer {
		return o.call("PUT /api/maintenance/subscription", object{"subscribed": on}, token)
	}
	seen := func() string {
		t.Helper()
		return strings.TrimSpace(o.want(o.call("GET /api/maintenance/subscription", nil, token), 200, "").raw)
	}
	o.want(subscription(true), 409, "address-unverified")
	o.want(subscription(false), 200, "")
	if got := seen(); got != `{"subscribed":false,"verified":false}` {
		t.Errorf("before the code: %s", got)
	}
	o.want(o.call("POST /api/account/email/code", object{"code": o.codeTo("aigul@example.kz")}, token), 204, "")
	o.want(subscription(true), 200, "")
	if got := seen(); got != `{"subscribed":true,"verified":true}` {
		t.Errorf("after it: %s", got)
	}
}

// TestStoppableFunctionsHaveNames: people are told what a window stops.
func TestStoppableFunctionsHaveNames(t *testing.T) {
	names := functions.Stoppable()
	for _, name := range names {
		if !locale.Has("maintenance.affects." + name) {
			t.Errorf("maintenance.affects.%s has no text", name)
		}
	}
	if !slices.Contains(names, "file-claim") || slices.Contains(names, "maintenance") || slices.Contains(names, "sign-in") || slices.Contains(names, "portal") || slices.Contains(names, "account") {
		t.Errorf("stoppable: %q", names)
	}
}

// TestRushesAreShown: administrators see the evenings that a deployment plans for, as rows have them.
func TestRushesAreShown(t *testing.T) {
	o := newOffice(t)
	o.maintained()
	var got struct {
		Rushes []struct {
			Day      calendar.Date
			From, To time.Time
			Why      string
			Ready    []functions.Readiness
		}
	}
	if err := json.Unmarshal([]byte(o.want(o.call("GET /api/admin/maintenance", nil, authorToken), 200, "").raw), &got); err != nil {
		t.Fatal(err)
	}
	if len(got.Rushes) < 3 { // a hundred days have three ends of months at least
		t.Fatalf("rushes: %+v", got.Rushes)
	}
	today := calendar.DateOf(o.at)
	for i, want := range functions.Rushes(today, today.Add(100)) {
		r := got.Rushes[i]
		if r.Day != want.Day || !r.From.Equal(want.From) || !r.To.Equal(want.To) || !slices.Equal(r.Ready, functions.Ready) || !locale.Has("js.maintenance.rush."+r.Why) {
			t.Errorf("%+v, want %+v", r, want)
		}
	}
}

// TestRecordedMaintenance replays events/maintenance in the order of a window's life.
func TestRecordedMaintenance(t *testing.T) {
	o := newOffice(t)
	o.maintained()
	plan := o.announcement(26*time.Hour, 12*time.Hour)
	for _, tt := range []struct {
		file, route string
		body        any
		token       string
		status      int
	}{
		{"subscribe.json", "PUT /api/maintenance/subscription", object{"subscribed": true}, visitorToken, 200},
		{"subscription.json", "GET /api/maintenance/subscription", nil, visitorToken, 200},
		{"propose.json", proposeRoute, plan, authorToken, 201},
		{"approve.json", approveRoute, object{"version": 1, "reason": "agreed by telephone"}, secondToken, 200},
		{"change.json", changeRoute, with(o.announcement(26*time.Hour, 11*time.Hour), "version", 2), authorToken, 200},
		{"admin-list.json", "GET /api/admin/maintenance", nil, secondToken, 200},
		{"list.json", "GET /api/maintenance", nil, "", 200},
		{"atom.json", "GET /maintenance.atom", nil, "", 200},
		{"calendar.json", "GET /maintenance.ics", nil, "", 200},
		{"certificate.json", certificateRoute, nil, "", 200},
		{"cancel.json", cancelRoute, object{"version": 3, "reason": "not needed any more"}, secondToken, 200},
	} {
		path := filepath.Join("..", "..", "..", "events", "maintenance", tt.file)
		if *update {
			now := o.at
			if tt.route == certificateRoute {
				o.at = now.Add(27 * time.Hour) // under way
			}
			record(t, path, at(o.event(tt.route, tt.body, tt.token), "{id}", windowID))
			o.at = now
		}
		ev := request(t, "maintenance/"+tt.file)
		if ev.RouteKey != tt.route {
			t.Errorf("%s is for %s", tt.file, ev.RouteKey)
		}
		o.want(o.send(ev), tt.status, "")
	}
}

// TestTick: the clock reminds and writes the page anew, by the time the payload says.
func TestTick(t *testing.T) {
	o := newOffice(t)
	page := o.maintained()
	handle := (*App).Maintenance(o.app(t, "maintenance"))
	if _, err := handle(t.Context(), payload(t, "maintenance/tick.json")); err != nil {
		t.Fatal(err)
	}
	if p := page(); !strings.Contains(p, locale.T(locale.KK, "maintenance.state.works")) || !strings.Contains(html.UnescapeString(p), "2026 жылғы 22 қараша, 12:00:00") {
		t.Errorf("status page of the recorded tick:\n%s", p)
	}
	o.published(o.announcement(26*time.Hour, time.Hour))
	begin := o.at
	tick := func(after time.Duration) {
		t.Helper()
		payload := `{"schedule":"maintenance","time":"` + begin.Add(after).Format(time.RFC3339) + `"}`
		for range 2 { // delivery is at least once
			if _, err := handle(t.Context(), []byte(payload)); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, tt := range []struct {
		after time.Duration
		state string
		told  string
	}{
		{time.Hour, "maintenance.state.coming", "announced"},
		{2 * time.Hour, "maintenance.state.coming", "announced reminder-day"},
		{25*time.Hour + time.Minute, "maintenance.state.coming", "announced reminder-day reminder-hour"},
		{26 * time.Hour, "maintenance.state.stopped", "announced reminder-day reminder-hour"},
		{27 * time.Hour, "maintenance.state.works", "announced reminder-day reminder-hour ended"},
	} {
		tick(tt.after)
		out, err := o.db.Query(t.Context(), &dynamodb.QueryInput{
			TableName: ptr(o.name(schema.Site)), KeyConditionExpression: ptr("PK = :pk AND begins_with(SK, :sk)"),
			ExpressionAttributeValues: map[string]types.AttributeValue{":pk": text("MAINTENANCE"), ":sk": text("OUTBOX#")},
		})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, it := range out.Items {
			got = append(got, strings.TrimPrefix(it["type"].(*types.AttributeValueMemberS).Value, "maintenance."))
		}
		want := strings.Fields(tt.told)
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("after %v: told %q, want %q", tt.after, got, want)
		}
		state, _, _ := strings.Cut(locale.T(locale.EN, tt.state), "{")
		if !strings.Contains(page(), state) {
			t.Errorf("after %v: no %q in the status page", tt.after, state)
		}
	}
	for _, payload := range []string{`{"schedule":"other","time":"2026-11-22T07:00:00Z"}`, `{"schedule":"maintenance"}`} {
		if _, err := handle(t.Context(), []byte(payload)); err == nil {
			t.Errorf("%s was taken", payload)
		}
	}
	ev, err := json.Marshal(o.event("GET /api/maintenance", nil, ""))
	if err != nil {
		t.Fatal(err)
	}
	if res, err := handle(t.Context(), ev); err != nil || res.(events.APIGatewayV2HTTPResponse).StatusCode != 200 {
		t.Errorf("a request to the deployed handler: %v, %v", res, err)
	}
}

// TestSealAtTheStartOfAWindow: a seal that the gateway had received before the window began is
// seen to, whenever the function gets it; the one a millisecond later is refused.
func TestSealAtTheStartOfAWindow(t *testing.T) {
	o := newOffice(t)
	o.maintained()
	for name, value := range map[string]string{
		schema.Filings.Env: o.name(schema.Filings), schema.Documents.Env: "documents",
	} {
		t.Setenv(name, value)
	}
	o.functions["file-claim"] = o.described((*App).FileClaim(o.app(t, "file-claim")))
	begin := o.at.Add(26 * time.Hour)
	o.published(with(o.announcement(26*time.Hour, time.Hour), "affects", []string{"file-claim"}))
	seal := func(when time.Time) answer {
		o.at = when
		return o.send(at(o.event("POST /api/filings/{id}/seal", object{"signature": "bm8gc2lnbmF0dXJl"}, ""), "{id}", windowID))
	}
	o.want(seal(begin), 503, "maintenance")
	o.want(seal(begin.Add(-time.Millisecond)), 409, "manifest-void") // it was looked at
	o.want(seal(begin.Add(time.Hour-time.Millisecond)), 503, "maintenance")
	o.want(seal(begin.Add(time.Hour)), 409, "manifest-void")
	o.at = begin
	o.want(o.call("POST /api/registration/document", object{}), 422, "invalid-fields") // another function's writes go on
}

// TestOutagesAreTold: feeds and the status page have the outages of the record as entries of their own, running and
// past, in every language; where the record can't be read the page says so, and has what it had.
func TestOutagesAreTold(t *testing.T) {
	o := newOffice(t)
	page := o.maintained()
	from := o.at.UTC().Truncate(time.Minute).Add(-time.Hour)
	ended := outage.Outage{ID: "sending-" + from.Format("20060102T1504Z"), Probe: "sending", Affects: "file-claim", From: from, To: from.Add(7 * time.Minute), Last: from.Add(6 * time.Minute), Failed: 7, LearntAt: from.Add(time.Minute)}
	running := outage.Outage{ID: "sign-in-" + from.Add(50*time.Minute).Format("20060102T1504Z"), Probe: "sign-in", Affects: "sign-in", From: from.Add(50 * time.Minute), Last: from.Add(52 * time.Minute), Failed: 3, LearntAt: from.Add(51 * time.Minute)}
	var record atomic.Value
	keep := func(list ...outage.Outage) {
		data, err := json.Marshal(outage.Record{Version: outage.Version, AsOf: o.at, Outages: list})
		if err != nil {
			t.Fatal(err)
		}
		record.Store(data)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		data := record.Load().([]byte)
		if r.URL.Path != "/"+schema.OutageRecord || data[0] != '{' {
			w.WriteHeader(http.StatusBadGateway)
		}
		w.Write(data)
	}))
	defer server.Close()
	t.Setenv(functions.EnvPortalURL, server.URL)
	anew := func() { // a process that has read nothing yet
		o.functions["maintenance"] = o.described((*App).MaintenanceRoutes(o.app(t, "maintenance")))
	}
	keep(running, ended)
	anew()
	o.published(o.announcement(26*time.Hour, time.Hour))
	for _, lang := range locale.Langs {
		atom, ics := o.raw("GET /maintenance.atom", "lang="+string(lang)), o.raw("GET /maintenance.ics", "lang="+string(lang))
		var feed struct {
			Updated string `xml:"updated"`
			Entries []struct {
				ID        string `xml:"id"`
				Title     string `xml:"title"`
				Published string `xml:"published"`
				Updated   string `xml:"updated"`
				Content   string `xml:"content"`
			} `xml:"entry"`
		}
		if err := xml.Unmarshal([]byte(atom.Body), &feed); err != nil || len(feed.Entries) != 3 {
			t.Fatalf("%s: %v %s", lang, err, atom.Body)
		}
		now, past := feed.Entries[0], feed.Entries[1]
		if now.ID != server.URL+"/outages.json#"+running.ID || now.Title != locale.T(lang, "maintenance.outage.lasts", "from", locale.Time(lang, running.From)) || now.Updated != now.Published {
			t.Errorf("%s: running %+v", lang, now)
		}
		if past.Title != locale.T(lang, "maintenance.outage", "from", locale.Time(lang, ended.From), "to", locale.Time(lang, ended.To)) ||
			!strings.Contains(past.Content, locale.T(lang, "maintenance.affects.file-claim")) || !strings.Contains(past.Content, "7") || past.Updated == past.Published {
			t.Errorf("%s: past %+v", lang, past)
		}
		if at := feed.Entries[2].Updated; feed.Updated != at {
			t.Errorf("%s: the feed changed at %s, its latest entry at %s", lang, feed.Updated, at)
		}
		whole := strings.ReplaceAll(ics.Body, "\r\n ", "")
		for _, want := range []string{
			"UID:" + running.ID + "\r\n", "SEQUENCE:0\r\nDTSTART:" + running.From.Format("20060102T150405Z") + "\r\nDTEND:" + running.Last.Add(time.Minute).Format("20060102T150405Z") + "\r\n", "STATUS:TENTATIVE\r\n",
			"UID:" + ended.ID + "\r\n", "SEQUENCE:1\r\nDTSTART:" + ended.From.Format("20060102T150405Z") + "\r\nDTEND:" + ended.To.Format("20060102T150405Z") + "\r\n",
		} {
			if !strings.Contains(whole, want) {
				t.Errorf("%s: no %q in\n%s", lang, want, whole)
			}
		}
		for _, want := range []string{
			locale.T(lang, "maintenance.state.outage", "from", locale.Time(lang, running.From)), locale.T(lang, "maintenance.outage.lasts", "from", locale.Time(lang, running.From)),
			locale.T(lang, "maintenance.outage", "from", locale.Time(lang, ended.From), "to", locale.Time(lang, ended.To)), locale.T(lang, "maintenance.outages"), server.URL + "/outages.json",
		} {
			if !strings.Contains(page(), html.EscapeString(want)) {
				t.Errorf("%s: the status page does not say %q", lang, want)
			}
		}
	}
	// Nothing is running, then there is no record to be read.
	keep(ended)
	anew()
	o.want(o.changeOf(cancelRoute, object{"version": 2, "reason": "not needed any more"}, authorToken), 200, "")
	if strings.Contains(page(), html.EscapeString(locale.T(locale.EN, "maintenance.outage.lasts", "from", locale.Time(locale.EN, running.From)))) || !strings.Contains(page(), locale.T(locale.EN, "maintenance.state.works")) {
		t.Errorf("after the outage: %s", page())
	}
	record.Store([]byte("-"))
	anew()
	again := o.announcement(26*time.Hour, time.Hour)
	again["id"] = "01993a5e-0000-7000-8000-00000000fade"
	o.published(again)
	if !strings.Contains(page(), html.EscapeString(locale.T(locale.KK, "maintenance.outages.unread"))) {
		t.Errorf("without a record: %s", page())
	}
	if atom := o.raw("GET /maintenance.atom", "lang=en"); atom.StatusCode != 200 || strings.Contains(atom.Body, "#sending-") {
		t.Errorf("without a record: %d %s", atom.StatusCode, atom.Body)
	}
}
