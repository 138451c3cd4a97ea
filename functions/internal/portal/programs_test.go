package portal_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/courtoffice/courtoffice/shared/filing/kinds"
	"github.com/courtoffice/courtoffice/shared/openapi"
)

func TestDocumentIsServed(t *testing.T) {
	response, body, _ := get(t, service().Handler(), "/openapi.json")
	if response.StatusCode != 200 || response.Header.Get("Content-Type") != "application/json" || !strings.Contains(response.Header.Get("Cache-Control"), "s-maxage=10") {
		t.Fatalf("%d %v", response.StatusCode, response.Header)
	}
	var served, kept any
	if err := json.Unmarshal([]byte(body), &served); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(openapi.JSON, &kept); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(served, kept) {
		t.Error("another document is served")
	}
}

// TestProgramsPagesSayEverything: each operation of the document stands on the page of its function, with
// every schema it names; each form on its own.
func TestProgramsPagesSayEverything(t *testing.T) {
	h, d := service().Handler(), openapi.Parsed()
	pages := map[string]string{}
	for _, tag := range d.Tags {
		_, pages[tag.Name], _ = get(t, h, "/en/programs/"+tag.Name)
	}
	for _, path := range d.Paths {
		for _, m := range *path.Value {
			page := pages[m.Value.Tags[0]]
			if !strings.Contains(page, `<h2 id="`+m.Value.ID+`"><code>`+strings.ToUpper(m.Name)+" "+path.Name+"</code>") {
				t.Errorf("%s is not on the page of %s", m.Value.ID, m.Value.Tags[0])
			}
		}
	}
	for _, k := range kinds.All {
		_, pages["form."+k.Code], _ = get(t, h, "/en/programs/form."+k.Code)
	}
	for name, page := range pages {
		for rest := page; ; {
			_, after, ok := strings.Cut(rest, `href="#`)
			if !ok {
				break
			}
			target, more, _ := strings.Cut(after, `"`)
			if rest = more; target != "main" && !strings.Contains(page, `id="`+target+`"`) {
				t.Errorf("%s: nothing is at #%s", name, target)
			}
		}
	}
}
