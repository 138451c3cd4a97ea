package eds_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/courtoffice/courtoffice/shared/eds"
	"github.com/courtoffice/courtoffice/shared/eds/container"
	"github.com/courtoffice/courtoffice/shared/eds/internal/schema"
)

// corpusFile is a file of testdata/eds: header lines, an empty line, the message.
type corpusFile struct {
	name    string
	header  map[string][]string
	message []byte
}

func (f corpusFile) get(key string) string {
	if v := f.header[key]; len(v) > 0 {
		return v[0]
	}
	return ""
}

func (f corpusFile) bytes(t testing.TB, key string) [][]byte {
	t.Helper()
	var list [][]byte
	for _, v := range f.header[key] {
		data, err := base64.StdEncoding.DecodeString(v)
		if err != nil {
			t.Fatalf("%s: %s: %v", f.name, key, err)
		}
		list = append(list, data)
	}
	return list
}

func corpus(t testing.TB) []corpusFile {
	t.Helper()
	names, err := filepath.Glob(filepath.Join("..", "..", "testdata", "eds", "*.txt"))
	if err != nil || len(names) == 0 {
		t.Fatalf("no corpus: %v", err)
	}
	var files []corpusFile
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		head, message, ok := bytes.Cut(data, []byte("\n\n"))
		if !ok {
			t.Fatalf("%s: no empty line", name)
		}
		f := corpusFile{name: strings.TrimSuffix(filepath.Base(name), ".txt"), header: map[string][]string{}, message: message}
		for line := range strings.Lines(string(head)) {
			key, value, ok := strings.Cut(strings.TrimSpace(line), ": ")
			if !ok {
				t.Fatalf("%s: header line %q", name, line)
			}
			f.header[key] = append(f.header[key], value)
		}
		files = append(files, f)
	}
	return files
}

// verifier makes a Verifier as the header says.
func (f corpusFile) verifier(t testing.TB) (*eds.Verifier, time.Time) {
	t.Helper()
	v := &eds.Verifier{Trust: loadTrust(t, filepath.Join(pki, "trust")), OCSP: f.bytes(t, "ocsp")}
	for _, der := range f.bytes(t, "trust") {
		if err := v.Trust.AddCertificate(der); err != nil {
			t.Fatalf("%s: %v", f.name, err)
		}
	}
	for _, der := range f.bytes(t, "crl") {
		if err := v.Trust.AddCRL(der); err != nil {
			t.Fatalf("%s: %v", f.name, err)
		}
	}
	v.Policy = map[string]func() eds.Policy{"": eds.Filing, "sign-in": eds.SignIn, "archive": eds.Archive}[f.get("policy")]()
	if f.get("roles") != "" {
		v.Policy.Roles = []eds.Role{eds.Role(f.get("roles"))}
	}
	if f.get("revocation") == "deferred" {
		v.Policy.Revocation = eds.RevocationDeferred
	}
	if f.get("stamps") == "ignored" {
		v.Policy.DoubtfulStamps = eds.StampIgnored
	}
	if f.get("stamps") == "skipped" {
		v.Policy.DoubtfulStamps = eds.StampSkipped
	}
	if f.get("grace") != "" {
		var err error
		if v.Policy.ListGrace, err = time.ParseDuration(f.get("grace")); err != nil {
			t.Fatalf("%s: %v", f.name, err)
		}
	}
	at, err := time.Parse(time.RFC3339, f.get("at"))
	if err != nil {
		t.Fatalf("%s: %v", f.name, err)
	}
	return v, at
}

// run verifies the message of the file and returns the verdict and all checks.
func (f corpusFile) run(t testing.TB) (eds.Indication, eds.SubIndication, []eds.Check, *eds.Report) {
	t.Helper()
	v, at := f.verifier(t)
	switch f.get("kind") {
	case "cert":
		rep, _ := v.VerifyCertificate(f.message, at)
		return rep.Indication, rep.SubIndication, rep.Checks, nil
	case "pdf", "zip":
		data, err := base64.StdEncoding.DecodeString(strings.TrimSpace(string(f.message)))
		if err != nil {
			t.Fatal(err)
		}
		rep, err := container.Verify(v, data, at)
		if rep == nil {
			t.Fatalf("%s: %v", f.name, err)
		}
		e, failed := errors.AsType[*eds.VerificationError](err)
		if failed != (rep.Indication != eds.TotalPassed) {
			t.Errorf("%s: error %v with verdict %s", f.name, err, rep.Indication)
		}
		if failed {
			return rep.Indication, rep.SubIndication, e.Report.Checks, nil
		}
		return rep.Indication, rep.SubIndication, containerChecks(rep), nil
	case "ocsp":
		rep, _ := v.VerifyOCSP(f.message, f.bytes(t, "certificate")[0], f.bytes(t, "issuer")[0], nil, at)
		return rep.Indication, rep.SubIndication, rep.Checks, nil
	}
	in := eds.Signed{Data: f.message, At: at}
	if content := f.bytes(t, "content"); content != nil {
		in.Content = bytes.NewReader(content[0])
	}
	rep, err := v.Verify(in)
	if rep == nil {
		t.Fatalf("%s: %v", f.name, err)
	}
	if (err == nil) != (rep.Indication == eds.TotalPassed) {
		t.Errorf("%s: error %v with verdict %s", f.name, err, rep.Indication)
	}
	all := rep.Checks
	for _, s := range rep.Signers {
		all = append(all[:len(all):len(all)], s.Checks...)
	}
	return rep.Indication, rep.SubIndication, all, rep
}

func containerChecks(rep *container.Report) []eds.Check {
	all := rep.Checks
	for _, s := range rep.Signatures {
		all = append(all[:len(all):len(all)], s.Checks...)
		if s.Report != nil {
			all = append(all, s.Report.Checks...)
			for _, x := range s.Report.Signers {
				all = append(all, x.Checks...)
			}
		}
	}
	return all
}

func TestCorpus(t *testing.T) {
	data, err := os.ReadFile("report.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	rules, err := schema.Parse(data)
	if err != nil {
		t.Fatal(err)
	}
	covered := map[eds.Code]bool{eds.CodeTestAnchor: true} // every file has that one
	subs := map[eds.SubIndication]bool{}
	for _, f := range corpus(t) {
		t.Run(f.name, func(t *testing.T) {
			indication, sub, checks, rep := f.run(t)
			got := "total-passed"
			if indication != eds.TotalPassed {
				got = strings.ToLower(strings.ReplaceAll(string(sub), "_", "-"))
			}
			if got != f.get("expect") {
				t.Errorf("%s: %s %s, want %s", f.get("about"), indication, sub, f.get("expect"))
			}
			want := eds.Code(f.get("code"))
			anchored := false
			for _, c := range checks {
				switch {
				case c.Code == eds.CodeTestAnchor:
					anchored = true
				case c.Code == eds.CodeContent && (want == eds.CodeBase64Text || want == eds.CodeByteOrderMark):
					// these two explain why the digest does not fit
				case c.Status == eds.Warning && c.Code == eds.Code(f.get("also")):
				case c.Status != eds.Passed && c.Code != want:
					t.Errorf("%s: check %s too: %s, %s", f.get("about"), c.Code, c.Status, c.Detail)
				case c.Status != eds.Passed:
					covered[c.Code], subs[c.SubIndication] = true, true
				}
			}
			if want != "" && !slices.ContainsFunc(checks, func(c eds.Check) bool { return c.Code == want && c.Status != eds.Passed }) {
				t.Errorf("%s: check %s holds", f.get("about"), want)
			}
			if rep == nil {
				return
			}
			if indication == eds.TotalPassed && !anchored {
				t.Error("the report does not warn of the test root")
			}
			text, err := json.Marshal(rep)
			if err != nil {
				t.Fatal(err)
			}
			if err := rules.Validate(text); err != nil {
				t.Errorf("report does not follow the schema: %v\n%s", err, text)
			}
		})
	}
	for _, code := range eds.Codes() {
		if !covered[code] {
			t.Errorf("no file of testdata/eds shows %s alone", code)
		}
	}
	if len(subs) < 15 {
		t.Errorf("%d sub-indications occur: %v", len(subs), subs)
	}
}
