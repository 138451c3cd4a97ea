package main

import (
	"os"
	"strings"
	"testing"
	"testing/fstest"
)

func known(t *testing.T) list {
	t.Helper()
	l, err := parse(listed)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// TestNoPinIsConcerned: nothing that the repository pins has a known advisory.
func TestNoPinIsConcerned(t *testing.T) {
	pins, err := pinsIn(os.DirFS("../.."))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]int{}
	for _, p := range pins {
		files[p.file]++
	}
	for _, file := range []string{"go.mod", "infra/cdk/go.mod", "infra/tools/go.mod", "infra/tools/package-lock.json", "shared/eds/xmldsig/bench/go.mod"} {
		if files[file] < 3 {
			t.Errorf("%s pins %d modules", file, files[file])
		}
	}
	for _, hit := range known(t).concerned(pins) {
		t.Error(hit)
	}
}

// TestVulnerablePinFails: each line of the list is found in a file that pins the version before its
// fix, and not in one that pins the fix.
func TestVulnerablePinFails(t *testing.T) {
	l := known(t)
	for _, tt := range []struct {
		name, file, content string
		want                string // id, "" for none
	}{
		{"x/net before", "go.mod", "module a\n\ngo 1.26\n\nrequire (\n\tgolang.org/x/net v0.52.0 // indirect\n)\n", "GO-2026-4918"},
		{"x/net of today", "go.mod", "module a\n\nrequire golang.org/x/net v0.62.0\n", ""},
		{"a require of one line", "go.mod", "module a\nrequire github.com/golang-jwt/jwt/v5 v5.2.1\n", "GO-2025-3553"},
		{"the fix itself", "go.mod", "module a\nrequire github.com/golang-jwt/jwt/v5 v5.2.2\n", ""},
		{"before the fix's release", "go.mod", "module a\nrequire github.com/golang-jwt/jwt/v5 v5.2.2-rc.1\n", "GO-2025-3553"},
		{"a pseudo-version", "sub/go.mod", "module a\nrequire golang.org/x/text v0.0.0-20170915032832-14c0d48ead0c\n", "GO-2022-1059"},
		{"what can't be read", "go.mod", "module a\nrequire golang.org/x/text latest\n", "GO-2022-1059"},
		{"another module of the name", "go.mod", "module a\nrequire example.org/x/net v0.1.0\n", ""},
		{"nested in npm", "package-lock.json", `{"packages":{"":{"version":"0.1.0"},"node_modules/a/node_modules/braces":{"version":"3.0.2"}}}`, "GHSA-grv7-fg5c-xmjg"},
		{"under another name", "package-lock.json", `{"packages":{"node_modules/mine":{"name":"ws","version":"8.16.0"}}}`, "GHSA-3h5v-q93c-6h6q"},
		{"below the versions concerned", "package-lock.json", `{"packages":{"node_modules/semver":{"version":"6.3.1"}}}`, ""},
		{"scoped", "package-lock.json", `{"packages":{"node_modules/@a/braces":{"version":"1.0.0"}}}`, ""},
	} {
		pins, err := pinsIn(fstest.MapFS{tt.file: {Data: []byte(tt.content)}, "node_modules/x/package-lock.json": {Data: []byte("not read")}})
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		hits := strings.Join(l.concerned(pins), "\n")
		if tt.want == "" && hits != "" || !strings.Contains(hits, tt.want) {
			t.Errorf("%s: %q, want %q", tt.name, hits, tt.want)
		}
	}
	for _, a := range l.advisories {
		if hits := l.concerned([]pin{{"f", a.ecosystem, a.module, a.fixed.String() + "-0"}}); !strings.Contains(strings.Join(hits, "\n"), a.id) {
			t.Errorf("%s %s before %s is not found", a.module, a.id, a.fixed)
		}
	}
}

func TestParse(t *testing.T) {
	for _, text := range []string{"", "date 2026-11-30", "go a v1.0.0 ID", "date x\ngo a v1.0.0 ID", "date 2026-11-30\ngo a one ID", "date 2026-11-30\npip a 1.0.0 ID", "date 2026-11-30\ngo a ID"} {
		if l, err := parse(text); err == nil {
			t.Errorf("parse(%q) = %+v", text, l)
		}
	}
	if _, err := pinsIn(fstest.MapFS{"readme": {}}); err == nil {
		t.Error("an empty folder passes")
	}
	if _, err := pinsIn(fstest.MapFS{"package-lock.json": {Data: []byte("{")}}); err == nil {
		t.Error("a broken lock passes")
	}
}
