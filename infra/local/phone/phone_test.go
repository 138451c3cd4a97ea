package phone_test

import (
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/courtoffice/courtoffice/infra/local/phone"
	"github.com/courtoffice/courtoffice/shared/eds/cms"
	"github.com/courtoffice/courtoffice/shared/store/engine"
)

// office answers as the two APIs do and keeps what is put back.
type office struct {
	*httptest.Server
	put     map[string]any
	refuses bool
}

func newOffice(t *testing.T) *office {
	o := new(office)
	mux := http.NewServeMux()
	answer := func(w http.ResponseWriter, body any) { json.NewEncoder(w).Encode(body) }
	mux.HandleFunc("GET /code", func(w http.ResponseWriter, r *http.Request) {
		answer(w, map[string]any{
			"description": "words <b>of</b> the office", "organisation": map[string]any{"nameEn": "Court", "bin": "120340001230"},
			"document": map[string]any{"uri": o.URL + "/document", "auth_type": "Token", "auth_token": "secret"},
		})
	})
	mux.HandleFunc("/document", func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer secret" {
			t.Errorf("%s with %q", r.Method, r.Header.Get("Authorization"))
		}
		if r.Method == http.MethodPut && o.refuses {
			w.WriteHeader(http.StatusForbidden)
			answer(w, map[string]any{"title": "Not this one", "detail": "d", "next": "n"})
			return
		}
		if r.Method == http.MethodPut {
			json.NewDecoder(r.Body).Decode(&o.put)
			return
		}
		answer(w, map[string]any{"signMethod": "CMS_WITH_DATA", "version": 1, "documentsToSign": []map[string]any{{
			"id": 1, "nameEn": "Signing in", "meta": []map[string]any{{"name": "Number", "value": "48 21"}},
			"document": map[string]any{"file": map[string]any{"mime": "text/plain", "data": base64.StdEncoding.EncodeToString([]byte("content"))}},
		}}})
	})
	o.Server = httptest.NewServer(mux)
	t.Cleanup(o.Close)
	return o
}

func newPhone(t *testing.T) string {
	t.Helper()
	root, err := engine.Root()
	if err != nil {
		t.Fatal(err)
	}
	s, err := phone.New(filepath.Join(root, "testdata", "pki", "keys"))
	if err != nil {
		t.Fatal(err)
	}
	screen := httptest.NewServer(s.Handler())
	t.Cleanup(screen.Close)
	return screen.URL
}

func read(t *testing.T, res *http.Response, err error) string {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

func scan(t *testing.T, screen, code string) (page, id string) {
	t.Helper()
	res, err := http.Get(screen + "/_phone?lang=en&link=" + url.QueryEscape(code))
	page = read(t, res, err)
	if m := regexp.MustCompile(`name="id" value="([^"]+)"`).FindStringSubmatch(page); m != nil {
		id = m[1]
	}
	return page, id
}

// TestSigns: what is asked for is shown as text, and comes back signed.
func TestSigns(t *testing.T) {
	o, screen := newOffice(t), newPhone(t)
	page, id := scan(t, screen, "mobileSign:"+o.URL+"/code")
	for _, text := range []string{"Court", "120340001230", "words &lt;b&gt;of&lt;/b&gt; the office", "Signing in", "48 21", "content"} {
		if !strings.Contains(page, text) {
			t.Errorf("%q is not shown", text)
		}
	}
	for _, tt := range []struct {
		button, says, content string
		refuses               bool
	}{
		{"cancel", "Not signed.", "", false},
		{"other", "Not this one", "", true},
		{"sign", "Signed.", "content", false},
		{"other", "Signed.", "another document", false},
	} {
		o.put, o.refuses = nil, tt.refuses
		res, err := http.PostForm(screen+"/_phone/sign", url.Values{"id": {id}, "key": {"individual-gost"}, "lang": {"en"}, tt.button: {"1"}})
		if page := read(t, res, err); !strings.Contains(page, tt.says) {
			t.Errorf("%s: %s", tt.button, page)
		}
		content := ""
		if o.put != nil {
			file := o.put["documentsToSign"].([]any)[0].(map[string]any)["document"].(map[string]any)["file"].(map[string]any)
			der, err := base64.StdEncoding.DecodeString(file["data"].(string))
			if err != nil {
				t.Fatal(err)
			}
			signed, err := cms.Parse(der, cms.Limits{Signers: 1})
			if err != nil {
				t.Fatal(err)
			}
			content = string(signed.Content())
		}
		if content != tt.content {
			t.Errorf("%s: signed %q, want %q", tt.button, content, tt.content)
		}
	}
}

// TestFetchesFromThisMachineAlone: with test keys and whatever address a page gives.
func TestFetchesFromThisMachineAlone(t *testing.T) {
	screen := newPhone(t)
	for _, code := range []string{"mobileSign:https://court.example/code", "http://192.0.2.1/code", "http://127.0.0.1.court.example/", "file:///etc/hostname", "no address"} {
		if page, id := scan(t, screen, code); id != "" || !strings.Contains(page, "data-problem") {
			t.Errorf("%s is fetched: %s", code, page)
		}
	}
}
