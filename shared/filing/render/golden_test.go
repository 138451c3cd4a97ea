package render_test

import (
	"bufio"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/filing/filingtest"
	"github.com/courtoffice/courtoffice/shared/filing/kinds"
	"github.com/courtoffice/courtoffice/shared/filing/render"
	"github.com/courtoffice/courtoffice/shared/form"
	"github.com/courtoffice/courtoffice/shared/locale"
	"github.com/courtoffice/courtoffice/shared/statement"
)

var update = flag.Bool("update", false, "write the sums of a new render.Version, or of kinds that have none yet")

var golden = filepath.Join("testdata", "statements.sha256")

// TestBytesOfVersion: a manifest names the renderer by render.Version alone, so whoever draws a statement
// again by that version must get its bytes: the words of the catalogues, the names of courts, the order of
// rows and the drawing are all fixed by it.
func TestBytesOfVersion(t *testing.T) {
	version, want := readSums(t)
	got := map[string]string{}
	for _, k := range kinds.All {
		for _, lang := range []locale.Lang{locale.KK, locale.RU} {
			got[k.Code+" "+string(lang)] = sumOf(t, k, lang)
		}
	}
	if *update {
		for name, sum := range want {
			if version == render.Version && got[name] != sum {
				t.Fatalf("%s: other bytes under the same version %s: raise render.Version first", name, version)
			}
		}
		writeSums(t, got)
		return
	}
	if version != render.Version {
		t.Fatalf("%s has version %s, the renderer is %s: go test ./shared/filing/render -update", golden, version, render.Version)
	}
	for _, name := range slices.Sorted(maps.Keys(got)) {
		switch {
		case want[name] == "":
			t.Errorf("%s has no sum: go test ./shared/filing/render -update", name)
		case want[name] != got[name]:
			t.Errorf("%s: the statement has other bytes under version %s. What was signed by that version can't be drawn again: raise render.Version, then go test ./shared/filing/render -update", name, version)
		}
	}
	for name := range want {
		if got[name] == "" {
			t.Errorf("%s has a sum and is no kind", name)
		}
	}
}

// sumOf is the SHA-256 of the statement of a kind's sample in a language.
func sumOf(t *testing.T, k filing.Kind, lang locale.Lang) string {
	t.Helper()
	v, documents := sampleIn(t, k, lang)
	pdf, err := statement.Render(statement.Version, render.Statement(k, v, documents, "0193f0c0-0000-7000-8000-000000000001"))
	if err != nil {
		t.Fatalf("%s: %v", k.Code, err)
	}
	return filing.Sum(pdf)
}

// sampleIn is the sample of a kind with the proceedings in that language.
func sampleIn(t *testing.T, k filing.Kind, lang locale.Lang) (form.Value, []filing.Document) {
	t.Helper()
	v, facts := filingtest.Sample(t, k)
	for _, section := range k.Form.Sections {
		object, ok := v[section.Code].(map[string]any)
		if ok && slices.ContainsFunc(section.Fields, func(f form.Field) bool { return f.Path == "lang" }) {
			object["lang"] = string(lang)
		}
	}
	if is := render.Lang(k.Head(v)); is != lang {
		t.Fatalf("%s: the statement is in %s, want %s", k.Code, is, lang)
	}
	for i := range facts.Documents {
		facts.Documents[i].SHA256 = strings.Repeat("ab", 32)
	}
	return v, facts.Documents
}

// readSums reads the version, on the first line, and the sums by "kind language".
func readSums(t *testing.T) (version string, sums map[string]string) {
	t.Helper()
	raw, err := os.ReadFile(golden)
	if err != nil && !*update {
		t.Fatal(err)
	}
	sums = map[string]string{}
	lines := bufio.NewScanner(strings.NewReader(string(raw)))
	if lines.Scan() {
		version = lines.Text()
	}
	for lines.Scan() {
		name, sum, ok := strings.Cut(lines.Text(), ": ")
		if !ok {
			t.Fatalf("%s: line %q", golden, lines.Text())
		}
		sums[name] = sum
	}
	return version, sums
}

func writeSums(t *testing.T, sums map[string]string) {
	t.Helper()
	var out strings.Builder
	fmt.Fprintln(&out, render.Version)
	for _, name := range slices.Sorted(maps.Keys(sums)) {
		fmt.Fprintf(&out, "%s: %s\n", name, sums[name])
	}
	if err := os.MkdirAll(filepath.Dir(golden), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(golden, []byte(out.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}
