package portal_test

import (
	"bytes"
	"compress/gzip"
	"regexp"
	"strings"
	"testing"

	"github.com/courtoffice/courtoffice/shared/locale"
)

// The first page of a visitor, compressed as the edge compresses it, stays under 60 KB: people come with
// old telephones and by the megabyte. infra/browser/first.test.mjs counts its requests and its paint.
func TestWeightOfTheFirstPage(t *testing.T) {
	const most = 60 << 10
	h := service().Handler()
	asked := regexp.MustCompile(`(?:href|src)="(/static/[^"]+)"`)
	for _, lang := range locale.Langs {
		target := "/" + string(lang) + "/"
		_, page, _ := get(t, h, target)
		weights := map[string]int{target: compressed(t, target, page)}
		for _, m := range asked.FindAllStringSubmatch(page, -1) {
			_, body, _ := get(t, h, m[1])
			weights[m[1]] = compressed(t, m[1], body)
		}
		total := 0
		for _, n := range weights {
			total += n
		}
		if total > most || len(weights) > 8 {
			t.Errorf("%s: %d bytes in %d requests, want at most %d in 8: %v", lang, total, len(weights), most, weights)
		}
		t.Logf("%s: %d bytes in %d requests", lang, total, len(weights))
	}
}

func compressed(t *testing.T, name, body string) int {
	t.Helper()
	if strings.HasSuffix(name, ".woff2") { // is compressed already
		return len(body)
	}
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, 6)
	if err != nil {
		t.Fatal(err)
	}
	w.Write([]byte(body))
	w.Close()
	return out.Len()
}
