package filings

import (
	"fmt"
	"strings"
	"testing"

	"github.com/courtoffice/courtoffice/shared/filing/kinds"
	"github.com/courtoffice/courtoffice/shared/form"
	"github.com/courtoffice/courtoffice/shared/httpapi"
)

// TestLargestForm: a filing of any kind, with every list full, has not too many values to be taken at once.
func TestLargestForm(t *testing.T) {
	for _, kind := range kinds.All {
		var body strings.Builder // as many values as such a filing has, in another order
		n := 0
		fmt.Fprintf(&body, `{"kind":%q,"sections":{"x":[`, kind.Code)
		for _, section := range kind.Form.Sections {
			most := map[string]int{}
			for _, f := range section.Fields {
				if f.Type == form.List || strings.HasSuffix(f.Path, "[]") {
					most[strings.TrimSuffix(f.Path, "[]")] = f.Max
				}
			}
			for _, f := range section.Fields {
				times, before := 1, ""
				lists := strings.Split(f.Path, "[]")
				for _, list := range lists[:len(lists)-1] {
					if before += list; most[before] > 0 {
						times *= most[before]
					} else {
						times *= 50
					}
					before += "[]"
				}
				for range times {
					body.WriteString(strings.Repeat(`"",`, 2+strings.Count(f.Path, "."))) // its name, its value, and what it lies in
					n++
				}
			}
		}
		body.WriteString(`0]}}`)
		var req CreateRequest
		if err := httpapi.Decode([]byte(body.String()), &req); err != nil || body.Len() > httpapi.MaxBody {
			t.Errorf("%s: %d fields in %d bytes: %v", kind.Code, n, body.Len(), err)
		}
	}
}
