package wire

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/courtoffice/courtoffice/functions"
	"github.com/courtoffice/courtoffice/shared/httpapi"
	"github.com/courtoffice/courtoffice/shared/locale"
	"github.com/courtoffice/courtoffice/shared/outbox"
	"github.com/courtoffice/courtoffice/shared/public"
	"github.com/courtoffice/courtoffice/shared/store/engine"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// press is the function publish and what it has written.
type press struct {
	*office
	handle func(payload []byte)
	portal http.Handler // nil when it may remember what was before
	client *s3.Client
	bucket string
}

func (o *office) press() *press {
	o.Helper()
	p := &press{office: o}
	p.client, p.bucket = engine.S3ForTest(o.T)
	o.Setenv("AWS_ENDPOINT_URL_S3", *p.client.Options().BaseEndpoint)
	o.Setenv(schema.Assets.Env, p.bucket)
	o.Setenv(schema.Pages.Env, "http://127.0.0.1:1/pages")
	o.Setenv(functions.EnvNCALayerURL, "")
	handle := o.app(o.T, "publish").Publish()
	p.handle = func(payload []byte) {
		o.Helper()
		if _, err := handle(o.Context(), payload); err != nil {
			o.Fatal(err)
		}
		p.portal = nil
	}
	return p
}

// due is the payload of its schedule at the office's time.
func (p *press) due() []byte {
	return fmt.Appendf(nil, `{"schedule":"pages","time":%q}`, p.at.Format(time.RFC3339))
}

// page is what readers have from the bucket under an address: the headers that S3 keeps, and the body; ""
// where there is none.
func (p *press) page(path string) string {
	p.Helper()
	key := public.File(path[1:])
	out, err := p.client.GetObject(p.Context(), &s3.GetObjectInput{Bucket: &p.bucket, Key: &key})
	if err != nil {
		return ""
	}
	defer out.Body.Close()
	body, err := io.ReadAll(out.Body)
	if err != nil {
		p.Fatal(err)
	}
	return strings.Join([]string{
		aws.ToString(out.ContentType), aws.ToString(out.CacheControl), aws.ToString(out.ContentLanguage), aws.ToString(out.ContentDisposition), string(body),
	}, "\n")
}

// served is what the function portal answers under an address, in the form of page, and its other headers.
func (p *press) served(path string) (page string, other map[string]string) {
	p.Helper()
	r := httptest.NewRequest("GET", path, nil)
	w := httptest.NewRecorder()
	if p.portal == nil {
		p.portal = p.app(p.T, "portal").Portal()
	}
	p.portal.ServeHTTP(w, r.WithContext(httpapi.WithEdge(p.Context(), httpapi.Edge{ReceivedAt: p.at})))
	if w.Code != 200 {
		return "", nil
	}
	h, other := w.Header(), map[string]string{}
	for name := range h {
		if !slices.Contains(public.Kept, name) && name != "X-Request-Id" {
			other[name] = h.Get(name)
		}
	}
	return strings.Join([]string{h.Get("Content-Type"), h.Get("Cache-Control"), h.Get("Content-Language"), h.Get("Content-Disposition"), w.Body.String()}, "\n"), other
}

// TestRecordedPublish replays the payloads of the function publish: every page lies where the edge looks for
// it as the portal would answer it, with its headers but for those that the edge adds, and what pages load
// with them. A new agreement and a window change them, each by the message that tells of it.
func TestRecordedPublish(t *testing.T) {
	o := newOffice(t)
	p := o.press()
	p.handle(payload(t, "publish/pages.json"))
	listed := map[string]bool{}
	for pages := s3.NewListObjectsV2Paginator(p.client, &s3.ListObjectsV2Input{Bucket: &p.bucket}); pages.HasMorePages(); {
		page, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, object := range page.Contents {
			listed[*object.Key] = true
		}
	}
	assets, pages := 0, 0
	for key := range listed {
		path := "/" + strings.TrimSuffix(key, ".html")
		switch row := functions.AtEdge(path); {
		case row.Origin == functions.FromAssets:
			assets++
		case row.Origin == functions.FromPages:
			pages++
			served, says := p.served(path)
			if kept := p.page(path); kept != served {
				t.Errorf("%s is kept as %.300q and served as %.300q", path, kept, served)
			}
			if want := functions.PagesSay(""); fmt.Sprint(says) != fmt.Sprint(want) {
				t.Errorf("%s: the function says %v, the edge %v", path, says, want)
			}
		case key != schema.PagesList:
			t.Errorf("%s is written and has no address", key)
		}
	}
	if assets < 150 || pages < 300 {
		t.Errorf("%d assets, %d pages", assets, pages)
	}
	for _, lang := range locale.Langs {
		for _, behind := range []string{"/", "/help", "/agreement", "/agreement/v1", "/agreement/v1/text", "/maintenance", "/verify", "/sign-in", "/problems/internal", "/programs/form.claim"} {
			if path := "/" + string(lang) + behind; !listed[public.File(path[1:])] {
				t.Errorf("%s is not written", path)
			}
		}
	}

	if strings.Contains(p.page("/kk/agreement"), "v2") || p.page("/kk/agreement/v2") != "" {
		t.Error("there is a version before it was published")
	}
	o.publish("v2", o.at, false)
	p.handle(payload(t, "publish/agreement.json"))
	for _, lang := range locale.Langs {
		if !strings.Contains(p.page("/"+string(lang)+"/agreement"), "v2") || p.page("/"+string(lang)+"/agreement/v2") == "" {
			t.Errorf("%s: the version that was published is not there", lang)
		}
	}
	o.at = o.at.Add(72 * time.Hour) // it comes into force
	p.handle(p.due())
	if served, _ := p.served("/ru/agreement"); p.page("/ru/agreement") != served || !strings.Contains(served, "v2 ru") {
		t.Errorf("in force: %.300q", served)
	}
}

// TestPagesOfAWindow: every page says of a window what holds, from the message of its publication to that of
// its withdrawal; one that nobody withdrew begins and ends by the minute's run.
func TestPagesOfAWindow(t *testing.T) {
	o := newOffice(t)
	o.maintained()
	p := o.press()
	begin := o.at
	told := func(typ string) {
		t.Helper()
		e := outbox.Entry{Event: outbox.New(1, typ, windowID, o.at.Format(time.RFC3339), struct{}{}), PK: "MAINTENANCE", SK: "OUTBOX#" + typ}
		batch, err := json.Marshal(events.SQSEvent{Records: []events.SQSMessage{message(t, schema.Pages, e)}})
		if err != nil {
			t.Fatal(err)
		}
		p.handle(batch)
	}
	// shown is "" for no word of the window on a page, "warn" while it stops something.
	shown := func(path string) string {
		t.Helper()
		page := p.page(path)
		if served, _ := p.served(path); served != page {
			t.Errorf("%s: kept %.300q, served %.300q", path, page, served)
		}
		switch {
		case strings.Contains(page, `data-stopped="true"`):
			return "warn"
		case strings.Contains(page, "data-until="):
			return "soon"
		}
		return ""
	}
	want := func(when, notice string, listed bool) {
		t.Helper()
		for lang, text := range map[string]string{"kk": "Дерекқор жаңартылады", "ru": "Обновление базы", "en": "Database upgrade"} {
			for _, behind := range []string{"/", "/help", "/sign-in", "/agreement/v1", "/maintenance"} {
				if got := shown("/" + lang + behind); got != notice {
					t.Errorf("%s: /%s%s shows %q, want %q", when, lang, behind, got, notice)
				}
			}
			if got := strings.Contains(p.page("/"+lang+"/maintenance"), text); got != listed {
				t.Errorf("%s: /%s/maintenance lists it: %t", when, lang, got)
			}
		}
	}
	p.handle(p.due())
	want("before", "", false)
	o.published(o.announcement(25*time.Hour, time.Hour))
	p.handle(payload(t, "publish/window.json"))
	want("published", "soon", true)
	o.at = begin.Add(25 * time.Hour)
	p.handle(p.due())
	want("it begins", "warn", true)
	o.at = begin.Add(26 * time.Hour)
	p.handle(p.due())
	want("it has ended", "", true)

	o = newOffice(t)
	o.maintained()
	p = o.press()
	o.published(o.announcement(25*time.Hour, time.Hour))
	told("maintenance.announced")
	want("published", "soon", true)
	o.want(o.changeOf(cancelRoute, object{"version": 2, "reason": "not needed"}, authorToken), 200, "")
	told("maintenance.cancelled")
	want("withdrawn", "", true)
}

// TestPagesAtMidnight: at midnight in Almaty the pages that name the day are written anew, and no other.
func TestPagesAtMidnight(t *testing.T) {
	o := newOffice(t)
	p := o.press()
	written := func() map[string]time.Time {
		out := map[string]time.Time{}
		for pages := s3.NewListObjectsV2Paginator(p.client, &s3.ListObjectsV2Input{Bucket: &p.bucket}); pages.HasMorePages(); {
			page, err := pages.NextPage(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			for _, object := range page.Contents {
				out[*object.Key] = *object.LastModified
			}
		}
		return out
	}
	o.at = time.Date(2026, time.November, 22, 18, 59, 0, 0, time.UTC)
	p.handle(p.due())
	before := written()
	time.Sleep(time.Second) // S3 dates objects to the second
	o.at = o.at.Add(59 * time.Second)
	p.handle(p.due())
	if fmt.Sprint(written()) != fmt.Sprint(before) {
		t.Error("a minute in which nothing changed wrote something")
	}
	if got := p.page("/ru/"); !strings.Contains(got, locale.Date(locale.RU, o.at)) {
		t.Errorf("before midnight: %.300q", got)
	}
	o.at = o.at.Add(time.Second)
	p.handle(p.due())
	var changed []string
	for key, at := range written() {
		if at.After(before[key]) {
			changed = append(changed, key)
		}
	}
	slices.Sort(changed)
	if want := []string{"en/.html", "kk/.html", "pages.json", "ru/.html"}; !slices.Equal(changed, want) {
		t.Errorf("written at midnight: %v, want %v", changed, want)
	}
	if served, _ := p.served("/kk/"); p.page("/kk/") != served || !strings.Contains(served, locale.Date(locale.KK, o.at)) {
		t.Errorf("after midnight: %.300q", served)
	}
}

// TestNothingIsWrittenWithoutTheTable: what can't be read leaves every page as it was.
func TestNothingIsWrittenWithoutTheTable(t *testing.T) {
	o := newOffice(t)
	p := o.press()
	p.handle(p.due())
	before := p.page("/kk/")
	t.Setenv(schema.Site.Env, "no-such-table")
	if _, err := o.app(t, "publish").Publish()(t.Context(), p.due()); err == nil {
		t.Error("no error")
	}
	if p.page("/kk/") != before || before == "" {
		t.Error("the first page was written without its agreement")
	}
}
