package eds_test

import (
	"archive/zip"
	"bufio"
	"errors"
	"io/fs"
	"os"
	"strings"
	"testing"

	"github.com/courtoffice/courtoffice/shared/eds"
	"github.com/courtoffice/courtoffice/shared/eds/ocsp"
)

// cryptographyVectors opens the wheel of PyPI's cryptography_vectors, which `make pkits` fetches.
func cryptographyVectors(t *testing.T) *zip.ReadCloser {
	t.Helper()
	name := os.Getenv("CRYPTOGRAPHY_VECTORS")
	if name == "" {
		t.Skip("CRYPTOGRAPHY_VECTORS is not set: make pkits")
	}
	z, err := zip.OpenReader(name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { z.Close() })
	return z
}

// pkitsCase is a row of testdata/pkits.tsv.
type pkitsCase struct {
	number, expect, settings string
	path, lists              []string
	unsupported              string
}

func pkitsCases(t *testing.T) []pkitsCase {
	t.Helper()
	f, err := os.Open("testdata/pkits.tsv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var cases []pkitsCase
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if strings.HasPrefix(lines.Text(), "#") {
			continue
		}
		col := strings.Split(lines.Text(), "\t")
		if len(col) != 6 {
			t.Fatalf("row %q has %d columns", lines.Text(), len(col))
		}
		cases = append(cases, pkitsCase{col[0], col[1], col[2], strings.Fields(col[3]), strings.Fields(strings.Trim(col[4], "-")), col[5]})
	}
	return cases
}

// TestPKITS runs NIST's Public Key Interoperability Test Suite. A path that must not hold never does;
// one that must hold does unless its row says why not, and a row that says so is right about it.
func TestPKITS(t *testing.T) {
	z := cryptographyVectors(t)
	read := func(name string) []byte {
		data, err := fs.ReadFile(z, "cryptography_vectors/x509/PKITS_data/"+name)
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	trust := func(certs, lists []string) *eds.Trust {
		tr := eds.NewTrust()
		for _, c := range certs {
			if err := tr.AddCertificate(read("certs/" + c + ".crt")); err != nil {
				t.Logf("%s: %v", c, err)
			}
		}
		for _, l := range lists {
			if err := tr.AddCRL(read("crls/" + l + ".crl")); err != nil {
				t.Logf("%s: %v", l, err)
			}
		}
		return tr
	}
	cases := pkitsCases(t)
	// Besides each case's own files, everything at once: no list or authority may help another's path.
	seen := map[string]bool{}
	var allCerts, allLists []string
	for _, c := range cases {
		for i, name := range append([]string{"TrustAnchorRootCertificate"}, c.path...) {
			if !seen[name] && i < len(c.path) {
				seen[name], allCerts = true, append(allCerts, name)
			}
		}
		for _, name := range append([]string{"TrustAnchorRootCRL"}, c.lists...) {
			if !seen[name] {
				seen[name], allLists = true, append(allLists, name)
			}
		}
	}
	all := trust(allCerts, allLists)
	right, unsupported := 0, 0
	for _, c := range cases {
		t.Run(c.number, func(t *testing.T) {
			ee := read("certs/" + c.path[len(c.path)-1] + ".crt")
			v := eds.Verifier{Policy: eds.Filing()}
			v.Policy.Identity = false
			v.Trust = trust(append([]string{"TrustAnchorRootCertificate"}, c.path[:len(c.path)-1]...), append([]string{"TrustAnchorRootCRL"}, c.lists...))
			rep, err := v.VerifyCertificate(ee, now)
			accepted := err == nil
			v.Trust = all
			if _, err := v.VerifyCertificate(ee, now); err == nil && c.expect == "invalid" && c.unsupported == "" {
				t.Error("accepted among all authorities and lists")
			}
			switch {
			case accepted == (c.expect == "valid") && c.unsupported == "":
				right++
			case accepted == (c.expect == "valid"):
				t.Errorf("right, though the table says: %s", c.unsupported)
			case accepted && c.settings == "-":
				t.Errorf("WRONG ACCEPT: %+v", rep.Checks)
			case c.unsupported == "":
				t.Errorf("accepted %t, want %s (%s): %v %+v", accepted, c.expect, c.settings, err, rep.Checks)
			default:
				unsupported++
			}
		})
	}
	t.Logf("%d subtests: %d right, %d unsupported, no wrong accept", len(cases), right, unsupported)
	if len(cases) != 249 {
		t.Errorf("%d cases", len(cases))
	}
}

// The OCSP responses of the same package, real and broken ones, are read or refused, and none proves
// anything about a stranger's certificate.
func TestForeignOCSP(t *testing.T) {
	z := cryptographyVectors(t)
	names, err := fs.Glob(z, "cryptography_vectors/x509/ocsp/*.der")
	if err != nil || len(names) < 20 {
		t.Fatalf("%d files, %v", len(names), err)
	}
	person, issuer := testKeys(t)["individual-gost"], testKeys(t)["individual-gost"].Chain[0]
	v := eds.Verifier{Trust: loadTrust(t, pki+"/trust"), Policy: eds.Filing()}
	for _, name := range names {
		data, err := fs.ReadFile(z, name)
		if err != nil {
			t.Fatal(err)
		}
		rep, err := v.VerifyOCSP(data, person.Certificate, issuer, nil, now)
		if err == nil {
			t.Errorf("%s: %+v", name, rep)
		}
		if broken := strings.Contains(name, "-req") || strings.Contains(name, "/req-") || strings.Contains(name, "no-response-bytes") ||
			strings.Contains(name, "unknown-response-status") || strings.Contains(name, "type-unknown-oid"); errors.Is(err, ocsp.ErrSyntax) != broken {
			t.Errorf("%s: %v", name, err)
		}
	}
}
