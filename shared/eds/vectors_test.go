package eds_test

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/courtoffice/courtoffice/shared/eds"
	"github.com/courtoffice/courtoffice/shared/eds/certpath"
	"github.com/courtoffice/courtoffice/shared/eds/crl"
	"github.com/courtoffice/courtoffice/shared/eds/edstest"
	"github.com/courtoffice/courtoffice/shared/eds/ocsp"
)

// vectorDir is the folder of real and hostile signatures, which is not part of the repository.
func vectorDir(t testing.TB) string {
	dir := os.Getenv("EDS_VECTORS")
	if dir == "" {
		t.Skip("EDS_VECTORS is not set")
	}
	return dir
}

type vector struct {
	File            string `json:"file"`
	Kind            string `json:"kind"`
	Algorithm       string `json:"algorithm"`
	Password        string `json:"password"`
	DetachedContent string `json:"detached_content"`
	Signers         []struct {
		SigningTime time.Time `json:"signingTime"`
		Cert        struct {
			NotBefore time.Time `json:"notBefore"`
			NotAfter  time.Time `json:"notAfter"`
		} `json:"cert"`
	} `json:"signers"`
	Expected struct {
		SignatureValid    any    `json:"signature_valid"`
		Verdict           string `json:"verdict"`
		CertificateStatus string `json:"certificate_status"`
		CertStatus        string `json:"cert_status"`
		Role              string `json:"role"`
		RevokedIn         []struct {
			CRL   string `json:"crl"`
			Entry string `json:"entry"`
		} `json:"revoked_in"`
	} `json:"expected"`
}

func loadVectors(t testing.TB) (string, []vector) {
	dir := vectorDir(t)
	data, err := os.ReadFile(filepath.Join(dir, "manifest.json"))
	if err != nil {
		t.Fatal(err)
	}
	var m struct {
		Entries []vector `json:"entries"`
	}
	if err := json.Unmarshal(data, &m); err != nil {
		t.Fatal(err)
	}
	return dir, m.Entries
}

func readVector(t testing.TB, dir, file string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(file)))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func loadTrust(t testing.TB, dir string) *eds.Trust {
	t.Helper()
	trust, err := eds.LoadTrust(dir)
	if err != nil {
		t.Fatal(err)
	}
	return trust
}

// vectorTime lies within the validity of the newest CRL of the vectors.
var vectorTime = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// contents of detached messages that the manifest does not name.
var detached = map[string]string{
	"negative/cms_detached_wrong_content.der":                          "all/content_kk.txt",
	"negative/cms_detached_bom_content.der":                            "all/content_kk.txt",
	"all/cms_gost2015-512_detached_tst_head_5493d0a4.der":              "all/content_skarm_legal_entity_document.txt",
	"all/cms_gost2015-512_detached_tst_individual_fbfbc7a9.der":        "all/content_skarm_individual_document.txt",
	"all/cms_gost2015-512+rsa-sha256_detached_individual_f3a8b61b.der": "",
}

func TestVectorsCMS(t *testing.T) {
	dir, entries := loadVectors(t)
	trust := loadTrust(t, filepath.Join(dir, "all"))
	positive, negative := 0, 0
	for _, e := range entries {
		if !strings.HasPrefix(e.Kind, "cms") {
			continue
		}
		t.Run(e.File, func(t *testing.T) {
			in := eds.Signed{Data: readVector(t, dir, e.File), At: vectorTime}
			name := e.DetachedContent
			if name == "" {
				name = detached[e.File]
			}
			if name != "" {
				if !strings.Contains(name, "/") {
					name = "all/" + name
				}
				f, err := os.Open(filepath.Join(dir, name))
				if err != nil {
					t.Fatal(err)
				}
				defer f.Close()
				in.Content = f
			}
			v := eds.Verifier{Trust: trust, Policy: eds.Filing()}
			rep, err := v.Verify(in)
			if strings.HasPrefix(e.File, "negative/") {
				negative++
				if err == nil {
					t.Errorf("accepted under the policy for filing")
				}
				t.Logf("%v", err)
				return
			}
			positive++
			if rep == nil {
				t.Fatal(err)
			}
			checkPositive(t, e, rep)
		})
	}
	t.Logf("%d positive, %d negative CMS messages", positive, negative)
}

// checkPositive compares a report with what the manifest says of a genuine message.
func checkPositive(t *testing.T, e vector, rep *eds.Report) {
	t.Helper()
	for i, s := range rep.Signers {
		for _, c := range s.Checks {
			switch c.Code {
			case eds.CodeSignature, eds.CodeContent, eds.CodeAttributes, eds.CodeAlgorithm, eds.CodeESS,
				eds.CodeStampImprint, eds.CodeStampSignature, eds.CodeIssuer, eds.CodeReference:
				if c.Status != eds.Passed {
					t.Errorf("signer %d: %s %s %s", i, c.Code, c.Status, c.Detail)
				}
			}
		}
		if s.Algorithm == "" || s.Certificate == nil {
			t.Errorf("signer %d: algorithm %q, certificate found %t", i, s.Algorithm, s.Certificate != nil)
		}
	}
	status := e.Expected.CertificateStatus
	if strings.Contains(e.File, "auth") {
		status = "auth"
	}
	var want []eds.Code
	switch {
	case strings.Contains(e.File, "ncalrs"): // signed with a certificate its makers issued to themselves
		want = []eds.Code{eds.CodeUntrusted}
	case strings.HasPrefix(status, "good"):
		want = []eds.Code{""}
	case strings.Contains(strings.ToLower(status), "revoked"):
		want = []eds.Code{eds.CodeRevoked, eds.CodeSuspended}
	case strings.Contains(status, "expired"), status == "auth":
		want = []eds.Code{eds.CodeExpired}
	default: // a real message: all but the newest were signed with keys that have expired since
		want = []eds.Code{"", eds.CodeExpired, eds.CodeRevocation, eds.CodeNotAllowed}
	}
	if !slices.Contains(want, rep.Problem()) {
		t.Errorf("%v, want one of %q", rep, want)
	}
}

func TestVectorsCertificates(t *testing.T) {
	dir, entries := loadVectors(t)
	trust := loadTrust(t, filepath.Join(dir, "all"))
	n := 0
	for _, e := range entries {
		if e.Kind != "certificate" && e.Kind != "ca-certificate" {
			continue
		}
		n++
		c, err := certpath.Parse(readVector(t, dir, e.File))
		if err != nil {
			t.Errorf("%s: %v", e.File, err)
			continue
		}
		// Two certificates have issuers that were valid only at one end of theirs.
		v := eds.Verifier{Trust: trust, Policy: eds.Archive()}
		rep, err := v.VerifyCertificate(c.Raw, c.NotBefore.Add(24*time.Hour))
		if rep.Anchor == nil {
			rep, err = v.VerifyCertificate(c.Raw, c.NotAfter.Add(-24*time.Hour))
		}
		if bad := e.Expected.Verdict == "reject"; bad != (rep.Anchor == nil) {
			t.Errorf("%s: anchor %v, error %v, want refused %t", e.File, rep.Anchor, err, bad)
		}
		role := e.Expected.Role
		if role == "other" {
			role = ""
		}
		if e.Expected.Verdict == "" && string(rep.Subject.Role) != role && !strings.Contains(e.File, "service") {
			t.Errorf("%s: role %q, want %q", e.File, rep.Subject.Role, role)
		}
	}
	t.Logf("%d certificates", n)
}

func TestVectorsCRL(t *testing.T) {
	dir, entries := loadVectors(t)
	trust := loadTrust(t, filepath.Join(dir, "all"))
	n := 0
	for _, e := range entries {
		if e.Kind != "crl" && e.Kind != "delta-crl" {
			continue
		}
		n++
		l, err := crl.Parse(readVector(t, dir, e.File))
		if err != nil {
			t.Errorf("%s: %v", e.File, err)
			continue
		}
		rep, err := (&eds.Verifier{Trust: trust, Policy: eds.Archive()}).VerifyCRL(readVector(t, dir, e.File), l.ThisUpdate)
		if bad := e.Expected.Verdict == "reject"; bad != (err != nil) {
			t.Errorf("%s: %v (%+v), want refused %t", e.File, err, rep, bad)
		}
	}
	t.Logf("%d lists", n)
}

func TestVectorsKeys(t *testing.T) {
	dir, entries := loadVectors(t)
	trust := loadTrust(t, filepath.Join(dir, "all"))
	count := map[eds.Indication]int{}
	for _, e := range entries {
		if e.Kind != "pkcs12-test-key" {
			continue
		}
		data := readVector(t, dir, e.File)
		if _, err := edstest.LoadPKCS12(data, e.Password+"x"); !errors.Is(err, edstest.ErrPassword) {
			t.Errorf("%s: wrong password: %v", e.File, err)
		}
		key, err := edstest.LoadPKCS12(data, e.Password)
		if err != nil {
			t.Errorf("%s: %v", e.File, err)
			continue
		}
		msg, err := key.SignCMS([]byte("Құжат"), edstest.Attached, edstest.At(vectorTime))
		if err != nil {
			t.Errorf("%s: %v", e.File, err)
			continue
		}
		v := eds.Verifier{Trust: trust, Policy: eds.Filing()}
		rep, err := v.Verify(eds.Signed{Data: msg, At: vectorTime})
		if rep == nil {
			t.Errorf("%s: %v", e.File, err)
			continue
		}
		count[rep.Indication]++
		s := rep.Signers[0]
		c, err := certpath.Parse(key.Certificate)
		if err != nil {
			t.Fatal(err)
		}
		valid := c.ValidAt(vectorTime)
		newest := ""
		for _, r := range e.Expected.RevokedIn {
			if strings.Contains(r.CRL, "00a6") {
				newest = r.Entry
			}
		}
		switch {
		case e.Algorithm == "gost2004":
			if rep.Indication == eds.TotalPassed {
				t.Errorf("%s: legacy key passes under the policy for filing", e.File)
			}
			middle := c.NotBefore.Add(c.NotAfter.Sub(c.NotBefore) / 2)
			old := eds.Verifier{Trust: trust, Policy: eds.Archive()}
			old.Policy.Revocation = eds.RevocationDeferred
			rep, err := old.Verify(eds.Signed{Data: msg, At: middle})
			if revoked := len(e.Expected.RevokedIn) > 0; rep == nil || revoked != (err != nil) {
				t.Errorf("%s: under the policy for archives, in its time: %v, revoked %t", e.File, rep, revoked)
			}
		case valid && newest == "":
			if rep.Indication != eds.TotalPassed || rep.Signers[0].Revocation.Status != eds.Good {
				t.Errorf("%s: %v, %+v", e.File, rep, s.Checks)
			}
		case valid && strings.Contains(newest, "0a0106"):
			if rep.Problem() != eds.CodeSuspended || s.Revocation.Reason != "certificateHold" {
				t.Errorf("%s: %v, want suspended", e.File, rep)
			}
		case valid:
			if rep.Problem() != eds.CodeRevoked {
				t.Errorf("%s: %v, want revoked", e.File, rep)
			}
		default:
			if rep.Indication == eds.TotalPassed {
				t.Errorf("%s: expired key passes", e.File)
			}
		}
	}
	t.Logf("keys: %v", count)
	if count[eds.TotalPassed] == 0 {
		t.Error("no key passes: the test shows nothing")
	}
}

func TestVectorsOCSP(t *testing.T) {
	dir, entries := loadVectors(t)
	trust := loadTrust(t, filepath.Join(dir, "all"))
	for _, tt := range []struct {
		file, cert, issuer string
		at                 time.Time
		want               eds.Code
	}{
		{"all/ocsp_test_ceo_2015_revoked.der", "ee_gost2015_head_2022-07-27_3a90343e72", "ca_test_nca_gost2022", time.Date(2022, 9, 2, 17, 0, 0, 0, time.UTC), eds.CodeSuspended},
		{"all/ocsp_test_individual_sign_2004.der", "ee_rsa_individual_2021-01-18_4279390a14", "ca_test_nca_rsa_2019", time.Date(2022, 9, 2, 17, 0, 0, 0, time.UTC), ""},
		{"all/ocsp_test_individual_sign_2004.der", "ee_rsa_individual_2021-01-18_4279390a14", "ca_test_nca_rsa_2019", time.Date(2022, 9, 3, 17, 0, 0, 0, time.UTC), eds.CodeRevocation},
		{"all/ocsp_test_individual_sign_2004.der", "ee_rsa_individual_2022-01-18_46757a2158", "ca_test_nca_rsa_2019", time.Date(2022, 9, 2, 17, 0, 0, 0, time.UTC), eds.CodeRevocation},
		{"negative/ocsp_unauthorized_responder.der", "ee_gost2015_individual_2026-05-08_3acea55cbc", "ca_test_nca_gost2022", time.Date(2026, 9, 1, 0, 0, 0, 0, time.UTC), eds.CodeResponder},
		{"negative/ocsp_trylater.der", "ee_gost2015_individual_2026-05-08_3acea55cbc", "ca_test_nca_gost2022", time.Date(2026, 9, 1, 0, 0, 0, 0, time.UTC), eds.CodeRevocation},
	} {
		v := eds.Verifier{Trust: trust, Policy: eds.Filing()}
		rep, err := v.VerifyOCSP(readVector(t, dir, tt.file), readVector(t, dir, "all/"+tt.cert+".cer"), readVector(t, dir, "all/"+tt.issuer+".cer"), nil, tt.at)
		if got := problem(rep.Checks); got != tt.want || (err == nil) != (tt.want == "") {
			t.Errorf("%s about %s at %s: %s, %v, want %q", tt.file, tt.cert, tt.at, got, err, tt.want)
		}
	}
	for _, e := range entries {
		if e.Kind == "ocsp-response" {
			if _, err := ocsp.Parse(readVector(t, dir, e.File)); err != nil {
				t.Errorf("%s: %v", e.File, err)
			}
		}
	}
}

func problem(checks []eds.Check) eds.Code {
	return (&eds.Report{Checks: checks}).Problem()
}

func TestVectorsStamps(t *testing.T) {
	dir, entries := loadVectors(t)
	trust := loadTrust(t, filepath.Join(dir, "all"))
	n := 0
	for _, e := range entries {
		if e.Kind != "tsp-response" && e.Kind != "timestamp-token" {
			continue
		}
		n++
		v := eds.Verifier{Trust: trust, Policy: eds.Archive()}
		rep, err := v.VerifyStamp(readVector(t, dir, e.File), nil, vectorTime)
		if err != nil || !rep.TimeStamp.Trusted || rep.ImprintChecked {
			t.Errorf("%s: %v, %+v", e.File, err, rep)
		}
		if rep, err = v.VerifyStamp(readVector(t, dir, e.File), strings.NewReader("басқа"), vectorTime); problem(rep.Checks) != eds.CodeStampImprint {
			t.Errorf("%s over other data: %v, want %s", e.File, err, eds.CodeStampImprint)
		}
	}
	if n == 0 {
		t.Error("no time stamps")
	}
}

func TestVectorsXML(t *testing.T) {
	dir, entries := loadVectors(t)
	trust := loadTrust(t, filepath.Join(dir, "all"))
	positive, negative := 0, 0
	for _, e := range entries {
		if e.Kind != "xmldsig" && e.Kind != "wsse" {
			continue
		}
		t.Run(e.File, func(t *testing.T) {
			v := eds.Verifier{Trust: trust, Policy: eds.Filing()}
			rep, err := v.Verify(eds.Signed{Data: readVector(t, dir, e.File), At: vectorTime})
			if strings.HasPrefix(e.File, "negative/") {
				negative++
				if err == nil {
					t.Errorf("accepted under the policy for filing")
				}
				t.Log(err)
				return
			}
			positive++
			t.Log(rep)
			if rep == nil {
				t.Fatal(err)
			}
			if strings.Contains(e.File, "cosigned") {
				if rep.Indication != eds.TotalFailed || len(rep.Signers) != 2 {
					t.Errorf("%v", rep)
				}
				return
			}
			checkPositive(t, e, rep)
		})
	}
	t.Logf("%d positive, %d negative XML documents", positive, negative)
}
