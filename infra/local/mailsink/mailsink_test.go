package mailsink_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sesv2"
	"github.com/aws/aws-sdk-go-v2/service/sesv2/types"
	"github.com/google/go-cmp/cmp"

	"github.com/courtoffice/courtoffice/infra/local/mailsink"
)

var instant = time.Date(2026, 11, 22, 14, 0, 0, 0, time.UTC)

func open(t *testing.T, dir string) (*sesv2.Client, string) {
	t.Helper()
	sink, err := mailsink.Open(dir, func() time.Time { return instant })
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(sink.Handler())
	t.Cleanup(server.Close)
	return sesv2.New(sesv2.Options{
		Region: "eu-central-1", BaseEndpoint: aws.String(server.URL + "/_local/ses"), RetryMaxAttempts: 1,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "local", SecretAccessKey: "local"}, nil
		}),
	}), server.URL
}

func notice() *sesv2.SendEmailInput {
	text := func(s string) *types.Content { return &types.Content{Data: &s, Charset: aws.String("UTF-8")} }
	return &sesv2.SendEmailInput{
		FromEmailAddress: aws.String("Сот кабинеті <office@court.example>"),
		Destination: &types.Destination{
			ToAddresses: []string{"Өтініш беруші <claimant@mail.example>"}, BccAddresses: []string{"copy@mail.example"},
		},
		ReplyToAddresses: []string{"noreply@court.example"},
		Content: &types.EmailContent{Simple: &types.Message{
			Subject: text("Талап қою арызы жіберілді: № 12-АӘ және тағы да өте ұзын тақырып, ол бірнеше жолға бөлінеді"),
			Body: &types.Body{
				Text: text("Сәлеметсіз бе!\nАрызыңыз жіберілді: http://127.0.0.1:8080/filings/1?lang=kk.\n" + strings.Repeat("ұзын жол ", 40)),
				Html: text("<p>Сәлеметсіз бе!</p><script>alert(1)</script>"),
			},
			Headers:     []types.MessageHeader{{Name: aws.String("Content-Language"), Value: aws.String("kk")}, {Name: aws.String("X-Notice"), Value: aws.String("n-1")}},
			Attachments: []types.Attachment{{FileName: aws.String("түбіртек.json"), ContentType: aws.String("application/json"), RawContent: []byte(strings.Repeat("x", 300))}},
		}},
	}
}

func get(t *testing.T, url string) (*http.Response, string) {
	t.Helper()
	res, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, string(b)
}

func list(t *testing.T, url string) []mailsink.Message {
	t.Helper()
	_, body := get(t, url+"/_local/mail.json")
	var out []mailsink.Message
	if err := json.Unmarshal([]byte(body), &out); err != nil {
		t.Fatalf("%s: %v", body, err)
	}
	return out
}

func TestSimpleMessage(t *testing.T) {
	dir := t.TempDir()
	client, url := open(t, dir)
	if _, body := get(t, url+"/_local/mail.json"); body != "[]\n" {
		t.Errorf("empty list is %q", body)
	}
	in := notice()
	out, err := client.SendEmail(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	got := list(t, url)
	if len(got) != 1 {
		t.Fatalf("%d messages", len(got))
	}
	m := got[0]
	simple := in.Content.Simple
	want := mailsink.Message{
		ID: *out.MessageId, At: instant, From: "Сот кабинеті <office@court.example>",
		To: []string{"claimant@mail.example", "copy@mail.example"}, Subject: *simple.Subject.Data, Language: "kk",
		// The canonical line ending of mail is CRLF.
		Text: strings.ReplaceAll(*simple.Body.Text.Data, "\n", "\r\n"), HTML: *simple.Body.Html.Data,
		Headers: m.Headers, Attachments: []mailsink.Attachment{{"түбіртек.json", "application/json", 300}},
	}
	m.From = strings.ReplaceAll(m.From, `"`, "")
	if diff := cmp.Diff(want, m); diff != "" {
		t.Errorf("message (-want +got):\n%s", diff)
	}
	if m.Headers["X-Notice"] != "n-1" || !strings.Contains(m.Headers["To"], "Өтініш беруші") || strings.Contains(m.Headers["To"], "copy") {
		t.Errorf("headers %v", m.Headers)
	}
	eml, err := os.ReadFile(filepath.Join(dir, m.ID+".eml"))
	if err != nil {
		t.Fatal(err)
	}
	for i, line := range strings.Split(string(eml), "\r\n") {
		if len(line) > 998 || strings.ContainsFunc(line, func(r rune) bool { return r > 126 }) {
			t.Errorf("line %d is not plain ASCII mail: %q", i, line)
		}
	}
	if res, body := get(t, url+"/_local/mail/"+m.ID+".eml"); body != string(eml) || res.Header.Get("Content-Type") != "message/rfc822" {
		t.Errorf("download: %v, %d bytes, want %d", res.Header, len(body), len(eml))
	}

	client, url = open(t, dir) // after a restart
	if _, err := client.SendEmail(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	if got := list(t, url); len(got) != 2 || got[0].ID != m.ID {
		t.Errorf("after a restart: %d messages, first %s, want %s", len(got), got[0].ID, m.ID)
	}
}

func TestRawMessage(t *testing.T) {
	client, url := open(t, t.TempDir())
	raw := "From: a@court.example\r\nTo: b@mail.example, c@mail.example\r\nSubject: =?utf-8?B?0KHQvtGC?=\r\n\r\nтело\r\n"
	if _, err := client.SendEmail(t.Context(), &sesv2.SendEmailInput{
		Content: &types.EmailContent{Raw: &types.RawMessage{Data: []byte(raw)}},
	}); err != nil {
		t.Fatal(err)
	}
	m := list(t, url)[0]
	if m.Subject != "Сот" || m.Text != "тело\r\n" || m.From != "a@court.example" || len(m.To) != 2 {
		t.Errorf("message %+v", m)
	}
	if _, body := get(t, url+"/_local/mail/"+m.ID+".eml"); body != raw {
		t.Errorf("eml %q, want the raw bytes", body)
	}
}

func TestRefusals(t *testing.T) {
	client, url := open(t, t.TempDir())
	for name, change := range map[string]func(*sesv2.SendEmailInput){
		"no sender":     func(in *sesv2.SendEmailInput) { in.FromEmailAddress = nil },
		"bad sender":    func(in *sesv2.SendEmailInput) { in.FromEmailAddress = aws.String("nobody") },
		"no recipient":  func(in *sesv2.SendEmailInput) { in.Destination = nil },
		"bad recipient": func(in *sesv2.SendEmailInput) { in.Destination.ToAddresses = []string{"a b@c"} },
		"51 recipients": func(in *sesv2.SendEmailInput) { in.Destination.ToAddresses = make51() },
		"template":      func(in *sesv2.SendEmailInput) { in.Content = &types.EmailContent{Template: &types.Template{}} },
		"line break in header": func(in *sesv2.SendEmailInput) {
			in.Content.Simple.Headers[1].Value = aws.String("a\r\nBcc: x@y.example")
		},
		"line break in subject": func(in *sesv2.SendEmailInput) { in.Content.Simple.Subject.Data = aws.String("a\nBcc: x@y.example") },
		"line break in address": func(in *sesv2.SendEmailInput) {
			in.Destination.ToAddresses = []string{"a@b.example\r\nBcc: x@y.example"}
		},
		"no body": func(in *sesv2.SendEmailInput) { in.Content.Simple.Body = &types.Body{} },
	} {
		in := notice()
		change(in)
		_, err := client.SendEmail(t.Context(), in)
		if _, ok := errors.AsType[*types.BadRequestException](err); !ok {
			t.Errorf("%s: %v, want BadRequestException", name, err)
		}
	}
	if got := list(t, url); len(got) != 0 {
		t.Errorf("%d messages kept", len(got))
	}
}

func make51() []string {
	out := make([]string, 51)
	for i := range out {
		out[i] = "a@mail.example"
	}
	return out
}

func TestFaults(t *testing.T) {
	client, url := open(t, t.TempDir())
	inject := func(body string, want int) {
		t.Helper()
		res, err := http.Post(url+"/_local/mail/fault", "application/json", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != want {
			t.Errorf("fault %s: %d, want %d", body, res.StatusCode, want)
		}
	}
	inject(`{"error":"TooManyRequestsException","times":2}`, 204)
	for range 2 {
		_, err := client.SendEmail(t.Context(), notice())
		if _, ok := errors.AsType[*types.TooManyRequestsException](err); !ok {
			t.Errorf("send: %v, want TooManyRequestsException", err)
		}
	}
	inject(`{"error":"MessageRejected","times":1}`, 204)
	_, err := client.SendEmail(t.Context(), notice())
	if _, ok := errors.AsType[*types.MessageRejected](err); !ok {
		t.Errorf("send: %v, want MessageRejected", err)
	}
	if _, err := client.SendEmail(t.Context(), notice()); err != nil {
		t.Errorf("after the faults: %v", err)
	}
	inject(`{"error":"Nonsense","times":1}`, 400)
}

func TestPagesEscape(t *testing.T) {
	client, url := open(t, t.TempDir())
	in := notice()
	const attack = `<script>alert("1")</script>`
	in.Content.Simple.Subject.Data = aws.String("Тақырып " + attack)
	in.Content.Simple.Body.Text.Data = aws.String(attack + ` http://a.example/"onmouseover="x javascript:alert(1)`)
	in.Content.Simple.Attachments[0].FileName = aws.String("a<b>.pdf")
	out, err := client.SendEmail(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	page := url + "/_local/mail/" + *out.MessageId
	for _, path := range []string{url + "/_local/mail", page} {
		res, body := get(t, path)
		if strings.Contains(body, "<script") || strings.Contains(body, "a<b>") {
			t.Errorf("%s is not escaped:\n%s", path, body)
		}
		if !strings.Contains(body, "Тақырып &lt;script&gt;") || !strings.Contains(body, `lang="kk"`) {
			t.Errorf("%s lacks the subject or its language:\n%s", path, body)
		}
		if !strings.HasPrefix(res.Header.Get("Content-Security-Policy"), "default-src 'none'") {
			t.Errorf("%s: policy %q", path, res.Header.Get("Content-Security-Policy"))
		}
	}
	_, body := get(t, page)
	if !strings.Contains(body, `<a href="http://a.example/">http://a.example/</a>`) || strings.Contains(body, `href="javascript`) {
		t.Errorf("links:\n%s", body)
	}
	if res, body := get(t, page+"/html"); !strings.HasPrefix(res.Header.Get("Content-Security-Policy"), "sandbox") || !strings.Contains(body, "Сәлеметсіз") {
		t.Errorf("html part: policy %q, body %q", res.Header.Get("Content-Security-Policy"), body)
	}
	for _, path := range []string{"/_local/mail/..%2Findex.jsonl", "/_local/mail/..%2F..%2Fx.eml", "/_local/mail/none", "/_local/mail/none/html"} {
		if res, _ := get(t, url+path); res.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %d, want 404", path, res.StatusCode)
		}
	}
	if res, _ := get(t, url+"/_local/mail/style.css"); res.Header.Get("Content-Type") != "text/css; charset=utf-8" {
		t.Errorf("style: %v", res.Header)
	}
}
