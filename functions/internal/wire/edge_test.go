package wire

import (
	"encoding/base64"
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/courtoffice/courtoffice/functions"
	"github.com/courtoffice/courtoffice/functions/internal/signin"
	"github.com/courtoffice/courtoffice/shared/httpapi"
	"github.com/courtoffice/courtoffice/shared/signer/signertest"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// TestEdgeHeaders: what the edge is deployed to add is what the functions read.
func TestEdgeHeaders(t *testing.T) {
	for added, read := range map[string]string{
		functions.OriginKeyHeader: httpapi.OriginKeyHeader, functions.HostHeader: httpapi.HostHeader, functions.ViewerHeader: httpapi.ViewerHeader,
	} {
		if added != read {
			t.Errorf("the edge adds %s, functions read %s", added, read)
		}
	}
}

// TestBehindTheEdge: attempts are counted by the address the edge names, which nobody else can name;
// and what is signed carries the configured address, whatever host a request came to.
func TestBehindTheEdge(t *testing.T) {
	o := newOffice(t)
	t.Setenv(functions.EnvOriginKeys, "key")
	o.functions["sign-in"] = o.described(o.app(t, "sign-in").SignIn())
	attempt := func(viewer string, header ...string) events.APIGatewayV2HTTPRequest {
		ev := o.event("POST /api/sign-in/password", object{"number": signertest.AigulIIN, "password": "wrong wrong wrong"}, "")
		ev.Headers[functions.ViewerHeader] = viewer
		for i := 0; i < len(header); i += 2 {
			ev.Headers[header[i]] = header[i+1]
		}
		return ev
	}
	o.want(o.send(attempt("198.51.100.1:1")), 403, "forbidden")
	for range signin.AttemptsByOrigin {
		o.send(attempt("198.51.100.1:1", functions.OriginKeyHeader, "key"))
	}
	o.want(o.send(attempt("198.51.100.1:2", functions.OriginKeyHeader, "key")), 429, "throttled")
	ev := attempt("198.51.100.2:1", functions.OriginKeyHeader, "key")
	ev.Body = strings.ReplaceAll(ev.Body, signertest.AigulIIN, signertest.ErlanIIN)
	o.want(o.send(ev), 401, "wrong-credentials")

	ev = o.event("POST /api/sign-in/document", object{"lang": "en"}, "")
	for name, value := range map[string]string{functions.OriginKeyHeader: "key", functions.HostHeader: "evil.example", "host": "api.evil.example"} {
		ev.Headers[name] = value
	}
	a := o.want(o.send(ev), 200, "")
	words, err := base64.StdEncoding.DecodeString(a.body["document"].(string))
	if err != nil || !strings.Contains(string(words), "https://court.example") || strings.Contains(string(words), "evil") {
		t.Errorf("to sign: %s, %v", words, err)
	}
}

// TestAnnounced: what programs read without any function has the windows in each language.
func TestAnnounced(t *testing.T) {
	o := newOffice(t)
	o.maintained()
	o.published(o.announcement(48*time.Hour, time.Hour))
	client := o.app(t, "maintenance").s3()
	bucket := os.Getenv(schema.Status.Env)
	out, err := client.GetObject(t.Context(), &s3.GetObjectInput{Bucket: &bucket, Key: ptr(schema.Announced)})
	if err != nil {
		t.Fatal(err)
	}
	defer out.Body.Close()
	var all map[string]struct {
		Windows []struct{ ID, Lang, Text string }
	}
	if err := json.NewDecoder(out.Body).Decode(&all); err != nil {
		t.Fatal(err)
	}
	for _, lang := range []string{"kk", "ru", "en"} {
		if w := all[lang].Windows; len(w) != 1 || w[0].ID != windowID || w[0].Lang != lang || w[0].Text == "" {
			t.Errorf("%s: %+v", lang, w)
		}
	}
}
