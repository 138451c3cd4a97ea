package eds_test

import (
	"bytes"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/courtoffice/courtoffice/shared/eds"
	"github.com/courtoffice/courtoffice/shared/eds/certpath"
	"github.com/courtoffice/courtoffice/shared/eds/edstest"
)

// pki is the folder of the test authority, its keys and lists.
var pki = filepath.Join("..", "..", "testdata", "pki")

var now = time.Date(2026, 11, 22, 14, 0, 0, 0, time.UTC)

func testKeys(t testing.TB) map[string]*edstest.Key {
	t.Helper()
	keys, err := edstest.LoadKeys(filepath.Join(pki, "keys"))
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

func sign(t testing.TB, k *edstest.Key, content string, mode edstest.Mode) []byte {
	t.Helper()
	msg, err := k.SignCMS([]byte(content), mode, edstest.At(now))
	if err != nil {
		t.Fatal(err)
	}
	return msg
}

func TestEveryTestKey(t *testing.T) {
	keys := testKeys(t)
	trust := loadTrust(t, filepath.Join(pki, "trust"))
	for _, tt := range []struct {
		key     string
		filing  eds.Code
		signIn  eds.Code
		verdict eds.Indication
		role    eds.Role
	}{
		{"individual-gost", "", "", eds.TotalPassed, eds.RoleIndividual},
		{"individual-gost-2", "", "", eds.TotalPassed, eds.RoleIndividual},
		{"individual-rsa", "", "", eds.TotalPassed, eds.RoleIndividual},
		{"head", "", "", eds.TotalPassed, eds.RoleHead},
		{"signright", "", "", eds.TotalPassed, eds.RoleSignRight},
		{"employee", "", "", eds.TotalPassed, eds.RoleEmployee},
		{"expired", eds.CodeExpired, eds.CodeExpired, eds.TotalFailed, eds.RoleIndividual},
		{"not-yet-valid", eds.CodeNotYetValid, eds.CodeNotYetValid, eds.TotalFailed, eds.RoleIndividual},
		{"revoked", eds.CodeRevoked, eds.CodeRevoked, eds.TotalFailed, eds.RoleIndividual},
		{"suspended", eds.CodeSuspended, eds.CodeSuspended, eds.TotalFailed, eds.RoleIndividual},
		{"auth-only", eds.CodeKeyUsage, "", eds.Indeterminate, eds.RoleIndividual},
		{"untrusted", eds.CodeUntrusted, eds.CodeUntrusted, eds.Indeterminate, eds.RoleIndividual},
	} {
		t.Run(tt.key, func(t *testing.T) {
			msg := sign(t, keys[tt.key], "Талап арыз", edstest.Attached)
			v := eds.Verifier{Trust: trust, Policy: eds.Filing()}
			rep, err := v.Verify(eds.Signed{Data: msg, At: now})
			if rep.Problem() != tt.filing || rep.Indication != tt.verdict || (err == nil) != (tt.verdict == eds.TotalPassed) {
				t.Errorf("filing: %v, %v, want %s %s\n%+v", rep, err, tt.verdict, tt.filing, rep.Signers)
			}
			if got := string(rep.Content()); (got == "Талап арыз") != (tt.verdict == eds.TotalPassed) {
				t.Errorf("content %q with verdict %s", got, rep.Indication)
			}
			s := rep.Signers[0].Subject
			if s.Role != tt.role || !s.IIN.Valid() || s.BIN.IsZero() == (tt.role != eds.RoleIndividual) {
				t.Errorf("subject: role %s, IIN valid %t, BIN %v", s.Role, s.IIN.Valid(), s.BIN)
			}
			v.Policy = eds.SignIn()
			rep, _ = v.Verify(eds.Signed{Data: msg, At: now})
			if rep.Problem() != tt.signIn {
				t.Errorf("sign-in: %v, want %q", rep, tt.signIn)
			}
		})
	}
}

func TestNames(t *testing.T) {
	trust := loadTrust(t, filepath.Join(pki, "trust"))
	v := eds.Verifier{Trust: trust, Policy: eds.Filing()}
	rep, err := v.Verify(eds.Signed{Data: sign(t, testKeys(t)["head"], "x", edstest.Attached), At: now})
	if err != nil {
		t.Fatal(err)
	}
	s := rep.Signers[0].Subject
	got := fmt.Sprint(s.CommonName, "|", s.Surname, "|", s.GivenName, "|", s.Patronymic, "|", s.Organisation, "|", s.IIN.Reveal(), "|", s.BIN.Reveal())
	if want := "ОМАРОВА ІҢКӘР|ОМАРОВА|ІҢКӘР|ӨМІРҚЫЗЫ|«ҮЛГІ» ЖШС|920701450114|120340001230"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestWrapping(t *testing.T) {
	trust := loadTrust(t, filepath.Join(pki, "trust"))
	v := eds.Verifier{Trust: trust, Policy: eds.Filing()}
	der := sign(t, testKeys(t)["individual-gost"], "x", edstest.Attached)
	b64 := base64.StdEncoding.EncodeToString(der)
	wrapped := ""
	for i := 0; i < len(b64); i += 76 {
		wrapped += b64[i:min(i+76, len(b64))] + "\r\n"
	}
	for name, data := range map[string]string{
		"DER": string(der), "PEM": string(edstest.PEM(der)), "PEM with CRLF": strings.ReplaceAll(string(edstest.PEM(der)), "\n", "\r\n"),
		"PKCS7":  strings.ReplaceAll(string(edstest.PEM(der)), "CMS", "PKCS7"),
		"base64": b64, "base64 in lines of 76": wrapped, "BOM": "\xef\xbb\xbf" + b64, "without padding": strings.TrimRight(b64, "="),
	} {
		if _, err := v.Verify(eds.Signed{Data: []byte(data), At: now}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, data := range map[string]string{
		"empty": "", "text": "бұл қолтаңба емес", "label": strings.ReplaceAll(string(edstest.PEM(der)), "CMS", "CERTIFICATE"),
		"two blocks": string(edstest.PEM(der)) + string(edstest.PEM(der)), "certificate": string(testKeys(t)["head"].Certificate),
		"no END": strings.Split(string(edstest.PEM(der)), "-----END")[0],
	} {
		if rep, err := v.Verify(eds.Signed{Data: []byte(data), At: now}); !errors.Is(err, eds.ErrNotASignature) || rep != nil {
			t.Errorf("%s: %v, %v, want ErrNotASignature", name, rep, err)
		}
	}
	for name, data := range map[string][]byte{"truncated": der[:len(der)-1], "trailing byte": append(bytes.Clone(der), 0)} {
		want := eds.CodeFormat
		if name == "trailing byte" {
			want = eds.CodeTrailing
		}
		if rep, err := v.Verify(eds.Signed{Data: data, At: now}); err == nil || rep.Problem() != want {
			t.Errorf("%s: %v, %v, want %s", name, rep, err, want)
		}
	}
}

func TestDetached(t *testing.T) {
	trust := loadTrust(t, filepath.Join(pki, "trust"))
	v := eds.Verifier{Trust: trust, Policy: eds.Filing()}
	key := testKeys(t)["individual-gost"]
	for _, tt := range []struct {
		name    string
		mode    edstest.Mode
		content *string
		want    eds.Code
	}{
		{"detached, right", edstest.Detached, new("құжат"), ""},
		{"detached, wrong", edstest.Detached, new("құжаt"), eds.CodeContent},
		{"detached, missing", edstest.Detached, nil, eds.CodeContentMissing},
		{"attached, same given", edstest.Attached, new("құжат"), ""},
		{"attached, other given", edstest.Attached, new("басқа"), eds.CodeContent},
	} {
		in := eds.Signed{Data: sign(t, key, "құжат", tt.mode), At: now}
		if tt.content != nil {
			in.Content = strings.NewReader(*tt.content)
		}
		if rep, _ := v.Verify(in); rep.Problem() != tt.want {
			t.Errorf("%s: %v, want %q", tt.name, rep, tt.want)
		}
	}
}

// Any changed byte of a message must either leave the meaning alone, which only unsigned places can,
// or be noticed. Nothing may pass with other content.
func TestEveryByteMatters(t *testing.T) {
	trust := loadTrust(t, filepath.Join(pki, "trust"))
	v := eds.Verifier{Trust: trust, Policy: eds.Filing()}
	der := sign(t, testKeys(t)["individual-rsa"], "мазмұны", edstest.Attached)
	passed := 0
	for i := range der {
		changed := bytes.Clone(der)
		changed[i] ^= 1
		rep, err := v.Verify(eds.Signed{Data: changed, At: now})
		if err == nil {
			passed++
			if string(rep.Content()) != "мазмұны" {
				t.Errorf("byte %d: content %q passes", i, rep.Content())
			}
		}
	}
	// Version numbers and the list of digests are not signed.
	if passed > 20 {
		t.Errorf("%d changed messages pass", passed)
	}
}

func TestRequireProduction(t *testing.T) {
	trust := loadTrust(t, filepath.Join(pki, "trust"))
	if err := trust.RequireProduction(); !errors.Is(err, eds.ErrNotProduction) {
		t.Errorf("test roots: %v, want ErrNotProduction", err)
	}
	if err := eds.NewTrust().RequireProduction(); !errors.Is(err, eds.ErrNotProduction) {
		t.Errorf("no roots: %v, want ErrNotProduction", err)
	}
}

func TestRevocationEvidence(t *testing.T) {
	key := testKeys(t)["individual-gost"]
	trust, err := eds.LoadTrust(filepath.Join(pki, "trust"))
	if err != nil {
		t.Fatal(err)
	}
	late := time.Date(2049, 12, 31, 12, 0, 0, 0, time.UTC) // after nextUpdate
	in := eds.Signed{Data: sign(t, key, "x", edstest.Attached), At: late}
	v := eds.Verifier{Trust: trust, Policy: eds.Filing()}
	if rep, err := v.Verify(in); err == nil || rep.Problem() != eds.CodeRevocation || rep.Indication != eds.Indeterminate {
		t.Errorf("stale list: %v, want %s", rep, eds.CodeRevocation)
	}
	v.Policy.Revocation = eds.RevocationDeferred
	if rep, err := v.Verify(in); err != nil || rep.Signers[0].Revocation.Status != eds.Deferred {
		t.Errorf("stale list, deferred: %v, %+v", rep, rep.Signers[0].Revocation)
	}
	in.Data = sign(t, testKeys(t)["revoked"], "x", edstest.Attached)
	if rep, _ := v.Verify(in); rep.Problem() != eds.CodeRevoked {
		t.Errorf("revoked in a stale list, deferred: %v, want %s", rep, eds.CodeRevoked)
	}
}

func TestIndexInPlaceOfList(t *testing.T) {
	read := func(name string) []byte {
		data, err := os.ReadFile(filepath.Join(pki, "trust", name))
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	index, err := eds.BuildIndex(read("nca-gost.crl"), read("nca-gost.cer"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := eds.BuildIndex(read("nca-gost.crl"), read("root-gost.cer")); !errors.Is(err, certpath.ErrSignature) {
		t.Errorf("list of another issuer: %v", err)
	}
	trust := eds.NewTrust()
	for _, name := range []string{"root-gost.cer", "nca-gost.cer"} {
		if err := trust.AddCertificate(read(name)); err != nil {
			t.Fatal(err)
		}
	}
	if err := trust.AddIndex(index); err != nil {
		t.Fatal(err)
	}
	v := eds.Verifier{Trust: trust, Policy: eds.Filing()}
	for key, want := range map[string]eds.Code{"individual-gost": "", "revoked": eds.CodeRevoked, "suspended": eds.CodeSuspended} {
		rep, _ := v.Verify(eds.Signed{Data: sign(t, testKeys(t)[key], "x", edstest.Attached), At: now})
		if rep.Problem() != want || rep.Signers[0].Revocation.Number != "166" {
			t.Errorf("%s: %v, %+v, want %q", key, rep, rep.Signers[0].Revocation, want)
		}
	}
}

func TestReportStaysOutOfLogs(t *testing.T) {
	trust := loadTrust(t, filepath.Join(pki, "trust"))
	v := eds.Verifier{Trust: trust, Policy: eds.Filing()}
	rep, err := v.Verify(eds.Signed{Data: sign(t, testKeys(t)["head"], "x", edstest.Attached), At: now})
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	slog.New(slog.NewJSONHandler(&out, nil)).Info("verified", "report", rep, "subject", rep.Signers[0].Subject)
	for _, private := range []string{"920701", "ОМАРОВА", "120340001230", "ҮЛГІ"} {
		if strings.Contains(out.String(), private) {
			t.Errorf("log holds %q: %s", private, out.String())
		}
	}
	if !strings.Contains(out.String(), "TOTAL-PASSED") {
		t.Errorf("log without verdict: %s", out.String())
	}
}

func TestLoadTrust(t *testing.T) {
	root, err := os.ReadFile(filepath.Join(pki, "trust", "root-gost.cer"))
	if err != nil {
		t.Fatal(err)
	}
	nca, err := os.ReadFile(filepath.Join(pki, "trust", "nca-gost.cer"))
	if err != nil {
		t.Fatal(err)
	}
	list, err := os.ReadFile(filepath.Join(pki, "trust", "nca-gost.crl"))
	if err != nil {
		t.Fatal(err)
	}
	block := func(label string, der []byte) string {
		return string(pem.EncodeToMemory(&pem.Block{Type: label, Bytes: der}))
	}
	certs := "subject=түбір\n" + block("CERTIFICATE", root) + "\nаралық\n" + block("CERTIFICATE", nca)
	for name, tt := range map[string]struct {
		files   map[string]string
		ok      bool
		skipped int
	}{
		"DER":                        {map[string]string{"a.cer": string(root), "b.crt": string(nca), "c.crl": string(list)}, true, 0},
		"sub-folders, one PEM":       {map[string]string{"x/y/all.pem": certs, "x/l.pem": block("X509 CRL", list)}, true, 0},
		"named .der":                 {map[string]string{"a.der": string(root), "b.DER": string(nca), "c.der": string(list)}, true, 0},
		"other files beside":         {map[string]string{"a.pem": certs, "l.crl": string(list), "readme.txt": "x", "key.pem": block("PRIVATE KEY", []byte{1}), "m.der": "x"}, true, 0},
		"no anchor":                  {map[string]string{"b.cer": string(nca)}, false, 0},
		"nothing":                    {nil, false, 0},
		"a certificate that is none": {map[string]string{"a.pem": certs, "b.cer": "x", "c.crl": string(list)}, true, 1},
		"lists that are none":        {map[string]string{"a.pem": certs, "b.crl": "x", "c.crl": string(list), "d.crl": ""}, true, 2},
	} {
		dir := t.TempDir()
		for file, data := range tt.files {
			path := filepath.Join(dir, filepath.FromSlash(file))
			if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, []byte(data), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		trust, err := eds.LoadTrust(dir)
		if (err == nil) != tt.ok {
			t.Errorf("%s: %v", name, err)
		}
		if err != nil {
			continue
		}
		if got := trust.Skipped(); len(got) != tt.skipped {
			t.Errorf("%s: passed over %v, want %d", name, got, tt.skipped)
		}
		v := eds.Verifier{Trust: trust, Policy: eds.Filing()}
		if rep, err := v.Verify(eds.Signed{Data: sign(t, testKeys(t)["head"], "x", edstest.Attached), At: now}); err != nil || len(trust.Anchors()) != 1 {
			t.Errorf("%s: %v, %d anchors", name, rep, len(trust.Anchors()))
		}
	}
	if _, err := (&eds.Verifier{}).Verify(eds.Signed{At: now}); err == nil {
		t.Error("a Verifier without Trust verifies")
	}
}
