package functions_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/courtoffice/courtoffice/functions"
)

// rows are the edge routes a path matches, without the last, which takes everything.
func rows(path string) []functions.EdgeRoute {
	last := len(functions.EdgeRoutes) - 1
	return slices.DeleteFunc(slices.Clone(functions.EdgeRoutes[:last]), func(r functions.EdgeRoute) bool { return !r.Matches(path) })
}

// TestEveryRouteHasOneEdgeRoute: what a function serves reaches it by one row, which lets its method
// through and keeps no answer of a person's.
func TestEveryRouteHasOneEdgeRoute(t *testing.T) {
	if last := functions.EdgeRoutes[len(functions.EdgeRoutes)-1]; last.Path != "*" {
		t.Errorf("the last row is %+v", last)
	}
	parameter := regexp.MustCompile(`\{[a-z]+\}`)
	for _, f := range functions.All {
		for _, route := range f.Routes {
			method, path, _ := strings.Cut(route, " ")
			if strings.HasSuffix(path, "...}") {
				continue // the portal's pages: its own test
			}
			matching := rows(parameter.ReplaceAllString(path, "x"))
			if len(matching) != 1 {
				t.Errorf("%s: rows %v, want one", route, matching)
				continue
			}
			r := matching[0]
			if r.Origin != functions.FromAPI || !r.Writes && method != "GET" {
				t.Errorf("%s: row %+v does not lead there", route, r)
			}
			if strings.HasPrefix(path, "/api/") != (r.Longest == 0) {
				t.Errorf("%s: row %+v: only what is no API may be kept", route, r)
			}
		}
	}
}

// TestEdgeRoutesDontOverlap: no row hides another.
func TestEdgeRoutesDontOverlap(t *testing.T) {
	for _, r := range functions.EdgeRoutes[:len(functions.EdgeRoutes)-1] {
		if got := rows(strings.ReplaceAll(r.Path, "*", "x")); len(got) != 1 {
			t.Errorf("%s matches %v", r.Path, got)
		}
		if !strings.HasPrefix(r.Path, "/") || strings.Contains(strings.TrimSuffix(r.Path, "*"), "*") {
			t.Errorf("row %s: want a path, or its beginning and *", r.Path)
		}
		if r.Longest == 0 && len(r.Cookies)+len(r.Queries)+len(r.Headers) > 0 {
			t.Errorf("row %s keeps nothing: it hands on everything", r.Path)
		}
	}
}

// TestEdgeHandsOnWhatIsRead: each header that functions read comes through the edge.
func TestEdgeHandsOnWhatIsRead(t *testing.T) {
	read := regexp.MustCompile(`r\.(?:Header\.Get\("([A-Za-z-]+)"\)|(UserAgent)\(\)|(Cookie)\()`)
	found := map[string]bool{"Origin": true, "Sec-Fetch-Site": true, "CloudFront-Viewer-Address": true} // http.CrossOriginProtection, httpapi
	for _, glob := range []string{"internal/*/*.go", "../shared/httpapi/*.go", "../shared/lambdahttp/*.go"} {
		files, err := filepath.Glob(glob)
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %v, %v", glob, files, err)
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			source, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range read.FindAllStringSubmatch(string(source), -1) {
				switch name := m[1]; {
				case m[2] != "":
					found["User-Agent"] = true
				case m[3] != "", name == "Content-Type", name == "Host": // cookies are a setting of their own; CloudFront hands the others on
				default:
					found[name] = true
				}
			}
		}
	}
	for name := range found {
		if !slices.Contains(functions.EdgeHeaders, name) {
			t.Errorf("functions read %s, which the edge does not hand on", name)
		}
	}
	for _, name := range functions.EdgeHeaders {
		if !found[name] {
			t.Errorf("the edge hands on %s, which nothing reads", name)
		}
	}
}

// TestNoRuleLimitsASeal: the firewall's expression is that of the routes where nothing may stand between
// a signed request and its receipt, and of no other.
func TestNoRuleLimitsASeal(t *testing.T) {
	unlimited := regexp.MustCompile(functions.UnlimitedPaths())
	parameter := regexp.MustCompile(`\{[a-z]+\}`)
	var found []string
	for _, f := range functions.All {
		for _, route := range f.Routes {
			_, path, _ := strings.Cut(route, " ")
			if unlimited.MatchString(parameter.ReplaceAllString(path, "0b9f1a52-6a5b-4d7e-9a51-2f4e6c1d8a90")) {
				found = append(found, route)
			}
		}
	}
	if !slices.Equal(found, functions.Unlimited) {
		t.Errorf("unlimited are %v, want %v", found, functions.Unlimited)
	}
	for _, path := range []string{"/api/filings/1/seal/", "/api/filings/1/2/seal", "/api/filings//seal", "/x/api/filings/1/seal"} {
		if unlimited.MatchString(path) {
			t.Errorf("%s is unlimited too", path)
		}
	}
	for _, r := range functions.Rates {
		if r.Limit < 2000 {
			t.Errorf("%s: %d in five minutes is a limit of people", r.Name, r.Limit)
		}
		for _, begin := range r.Begin {
			if strings.HasPrefix(functions.Unlimited[0], "POST "+begin) {
				t.Errorf("%s covers seals", r.Name)
			}
		}
	}
}
