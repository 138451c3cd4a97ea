package main

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/courtoffice/courtoffice/shared/eds/certpath"
	"github.com/courtoffice/courtoffice/shared/eds/edstest"
	"github.com/courtoffice/courtoffice/shared/eds/internal/schema"
	"github.com/courtoffice/courtoffice/shared/eds/oid"
)

var (
	testdata = filepath.Join("..", "..", "..", "..", "testdata")
	trust    = filepath.Join(testdata, "pki", "trust")
)

const checked = "2026-11-22T14:00:00Z"

// corpus cuts a file of testdata/eds into its headers and its message, and writes both to files.
func corpus(t *testing.T, name string) (message string, header map[string]string) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(testdata, "eds", name+".txt"))
	if err != nil {
		t.Fatal(err)
	}
	head, body, ok := bytes.Cut(data, []byte("\n\n"))
	if !ok {
		t.Fatalf("%s: no empty line", name)
	}
	header = map[string]string{}
	for line := range strings.Lines(string(head)) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
		switch key {
		case "content", "crl", "ocsp", "certificate", "issuer":
			der, err := base64.StdEncoding.DecodeString(value)
			if err != nil {
				t.Fatal(err)
			}
			value = write(t, key, der)
		}
		header[key] = value
	}
	if header["kind"] == "ocsp" {
		der, err := base64.StdEncoding.DecodeString(strings.TrimSpace(string(body)))
		if err != nil {
			t.Fatal(err)
		}
		body = der
	}
	return write(t, "message", body), header
}

func write(t *testing.T, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func call(args ...string) (status int, stdout, stderr string) {
	var out, err bytes.Buffer
	status = run(args, strings.NewReader(""), &out, &err)
	return status, out.String(), err.String()
}

func TestVerify(t *testing.T) {
	for name, want := range map[string]int{
		"pass-gost": 0, "pass-rsa": 0, "pass-detached": 0, "pass-xml": 0, "pass-ws-security": 0, "pass-timestamp": 0,
		"pass-gost2004-archive": 0, "pass-auth-sign-in": 0, "pass-ocsp": 0, "pass-delta-removal": 0,
		"content-digest": 1, "certificate-revoked": 1, "certificate-suspended": 1, "certificate-expired": 1,
		"signature-zero": 1, "format": 1, "xml-reference": 1, "timestamp-imprint": 1,
		"certificate-untrusted": 2, "content-missing": 2, "revocation-unknown": 2, "certificate-not-for-signing": 2, "certificate-expired-archive": 2,
	} {
		message, h := corpus(t, name)
		args := []string{"verify", "-trust", trust, "-at", h["at"]}
		for _, f := range []string{"content", "crl", "ocsp", "policy"} {
			if h[f] != "" {
				args = append(args, "-"+f, h[f])
			}
		}
		status, out, stderr := call(append(args, message)...)
		if status != want {
			t.Errorf("%s: status %d, want %d\n%s%s", name, status, want, out, stderr)
		}
		if want != 0 && !strings.Contains(out, "["+h["code"]+"]") {
			t.Errorf("%s: no word of %s:\n%s", name, h["code"], out)
		}
	}
}

// What was signed is written where the signature passes, and only there.
func TestSignedDocumentIsWritten(t *testing.T) {
	for name, want := range map[string]bool{"pass-gost": true, "certificate-revoked": false, "signature-zero": false} {
		message, h := corpus(t, name)
		out := filepath.Join(t.TempDir(), "document")
		call("verify", "-trust", trust, "-at", h["at"], "-out", out, message)
		document, err := os.ReadFile(out)
		if written := err == nil && len(document) > 0; written != want {
			t.Errorf("%s: %q, %v", name, document, err)
		}
	}
}

// Where there is nothing to write, nothing is written; a file that is there stays as it is, also when
// the writing fails half way.
func TestOutIsWholeOrUntouched(t *testing.T) {
	for name, want := range map[string]struct {
		status int
		out    string
	}{
		"pass-gost": {0, "Талап арыз. Исковое заявление. Statement of claim.\n"}, "pass-xml": {64, "before"}, "pass-ws-security": {64, "before"},
		"pass-detached": {64, "before"}, "pass-empty": {64, "before"}, "certificate-revoked": {1, "before"}, "format": {1, "before"},
	} {
		message, h := corpus(t, name)
		out := write(t, "document", []byte("before"))
		args := []string{"verify", "-trust", trust, "-at", h["at"], "-out", out}
		if h["content"] != "" {
			args = append(args, "-content", h["content"])
		}
		status, text, stderr := call(append(args, message)...)
		document, err := os.ReadFile(out)
		if err != nil || status != want.status || string(document) != want.out {
			t.Errorf("%s: status %d, %q, %v\n%s%s", name, status, document, err, text, stderr)
		}
		if left, err := filepath.Glob(filepath.Join(filepath.Dir(out), ".eds-*")); err != nil || len(left) != 0 {
			t.Errorf("%s: left behind: %v, %v", name, left, err)
		}
	}
	// A link stays a link, and the mode of the file stays.
	message, h := corpus(t, "pass-gost")
	out := write(t, "document", []byte("before"))
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(out, link); err != nil {
		t.Fatal(err)
	}
	if status, _, stderr := call("verify", "-trust", trust, "-at", h["at"], "-out", link, message); status != 0 {
		t.Fatalf("status %d, %s", status, stderr)
	}
	info, err := os.Lstat(link)
	if err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("%v, %v: no link any more", info, err)
	}
	if info, err = os.Stat(out); err != nil || info.Mode().Perm() != 0o600 || info.Size() < 10 {
		t.Errorf("%v, %v", info, err)
	}
}

// hostileName has what forges lines, steers terminals and turns text around.
const hostileName = "А\nTOTAL-PASSED\r\x1b[2K\u009b1m\u202eЖ\u2028\u2066\u200fЯ"

// Names out of a certificate stay on their line, in text, JSON and errors.
func TestNothingFromAFileIsPrintedRaw(t *testing.T) {
	private, err := edstest.GenerateGOST()
	if err != nil {
		t.Fatal(err)
	}
	root, err := edstest.NewRoot(private, edstest.Template{Subject: []edstest.Attribute{{Type: oid.CommonName, Value: hostileName}}, PathLen: -1,
		NotBefore: mustTime(t, "2026-01-01T00:00:00Z"), NotAfter: mustTime(t, "2027-01-01T00:00:00Z"), KeyUsage: certpath.KeyCertSign | certpath.CRLSign | certpath.DigitalSignature | certpath.NonRepudiation})
	if err != nil {
		t.Fatal(err)
	}
	signed, err := root.SignCMS([]byte("x"), edstest.Attached, edstest.At(mustTime(t, checked)))
	if err != nil {
		t.Fatal(err)
	}
	list, err := root.CRL(edstest.ListTemplate{Number: 1, ThisUpdate: mustTime(t, checked), NextUpdate: mustTime(t, "2026-12-01T00:00:00Z")})
	if err != nil {
		t.Fatal(err)
	}
	message, cert, crl := write(t, "m", signed), write(t, "c.cer", root.Certificate), write(t, "l.crl", list)
	for _, args := range [][]string{
		{"verify", "-trust", filepath.Dir(cert), message}, {"verify", "-json", "-trust", filepath.Dir(cert), message}, {"verify", message}, {"verify", "-json", message},
		{"cert", "-trust", filepath.Dir(cert), cert}, {"cert", "-json", cert}, {"crl", "-trust", filepath.Dir(cert), crl}, {"crl", "-json", crl}, {"verify", cert},
	} {
		status, out, stderr := call(append([]string{args[0], "-at", checked}, args[1:]...)...)
		if args[len(args)-1] != cert || args[0] == "cert" {
			if !strings.Contains(out, `А\u000aTOTAL-PASSED`) && !strings.Contains(out, `А\nTOTAL-PASSED`) { // JSON has its own word for a line feed
				t.Errorf("%q: status %d, no name in\n%s%s", args, status, out, stderr)
			}
		}
		for i, line := range strings.Split(out+stderr, "\n") {
			if i > 0 && strings.HasPrefix(line, "TOTAL-") {
				t.Errorf("%q: a forged line %q", args, line)
			}
			for _, r := range line {
				if !unicode.IsPrint(r) {
					t.Errorf("%q: %U in %q", args, r, line)
				}
			}
		}
		if slices.Contains(args, "-json") && !json.Valid([]byte(out)) {
			t.Errorf("%q: not JSON: %s", args, out)
		}
	}
}

// PEM with what programs write around it is read wherever PEM is.
func TestTextAroundPEM(t *testing.T) {
	around := func(label string, der []byte) []byte {
		return slices.Concat([]byte("Bag Attributes\r\n    friendlyName: ТЕСТ\nsubject=C = KZ\n"), pem.EncodeToMemory(&pem.Block{Type: label, Bytes: der}), []byte("соңы\n"))
	}
	read := func(name string) []byte {
		data, err := os.ReadFile(filepath.Join(trust, name))
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	keys, err := edstest.LoadKeys(filepath.Join(testdata, "pki", "keys"))
	if err != nil {
		t.Fatal(err)
	}
	signed, err := keys["head"].SignCMS([]byte("x"), edstest.Attached, edstest.At(mustTime(t, checked)))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	bundle := slices.Concat(around("CERTIFICATE", read("nca-gost.cer")), around("PRIVATE KEY", []byte{1}), around("CERTIFICATE", read("root-gost.cer")),
		around("X509 CRL", read("nca-gost.crl")), around("X509 CRL", read("root-gost.crl")))
	if err := os.WriteFile(filepath.Join(dir, "bundle.pem"), bundle, 0o600); err != nil {
		t.Fatal(err)
	}
	answer, h := corpus(t, "ocsp-good")
	response, err := os.ReadFile(answer)
	if err != nil {
		t.Fatal(err)
	}
	chain := slices.Concat(around("CERTIFICATE", keys["head"].Certificate), around("CERTIFICATE", read("nca-gost.cer")))
	for name, args := range map[string][]string{
		"signature":   {"verify", "-trust", dir, write(t, "m", around("CMS", signed))},
		"certificate": {"cert", "-trust", dir, write(t, "c", around("CERTIFICATE", keys["head"].Certificate))},
		"chain":       {"cert", "-trust", dir, write(t, "c", chain)},
		"list":        {"crl", "-trust", dir, write(t, "l", around("X509 CRL", read("nca-gost.crl")))},
		"list flag":   {"verify", "-trust", dir, "-crl", write(t, "l", around("X509 CRL", read("nca-gost.crl"))), write(t, "m", signed)},
		"response":    {"ocsp", "-trust", dir, "-cert", h["certificate"], "-issuer", write(t, "i", around("CERTIFICATE", read("nca-gost.cer"))), write(t, "o", around("OCSP RESPONSE", response))},
		"base64":      {"ocsp", "-trust", dir, "-cert", h["certificate"], "-issuer", h["issuer"], write(t, "o", []byte(base64.StdEncoding.EncodeToString(response)))},
		"OCSP flag":   {"verify", "-trust", dir, "-ocsp", write(t, "o", around("OCSP RESPONSE", response)), write(t, "m", signed)},
	} {
		if status, out, stderr := call(append([]string{args[0], "-at", checked}, args[1:]...)...); status != 0 {
			t.Errorf("%s: status %d\n%s%s", name, status, out, stderr)
		}
	}
}

func TestLanguages(t *testing.T) {
	message, h := corpus(t, "certificate-revoked")
	for lang, want := range map[string]string{"kk": "Тіркеу куәлігі кері қайтарып алынған.", "ru": "Регистрационное свидетельство отозвано.", "en": "The certificate was revoked."} {
		_, out, _ := call("verify", "-trust", trust, "-at", h["at"], "-lang", lang, message)
		if !strings.Contains(out, want) || !strings.Contains(out, "TOTAL-FAILED REVOKED") {
			t.Errorf("%s: %s", lang, out)
		}
	}
	for key, l := range labels {
		for i, text := range l {
			if text == "" {
				t.Errorf("label %s has no text %d", key, i)
			}
		}
	}
}

func TestJSON(t *testing.T) {
	data, err := os.ReadFile(filepath.Join("..", "..", "report.schema.json"))
	if err != nil {
		t.Fatal(err)
	}
	s, err := schema.Parse(data)
	if err != nil {
		t.Fatal(err)
	}
	message, h := corpus(t, "pass-head")
	status, out, _ := call("verify", "-trust", trust, "-at", h["at"], "-json", message)
	if err := s.Validate([]byte(out)); status != 0 || err != nil {
		t.Errorf("status %d, %v\n%s", status, err, out)
	}
	if !strings.Contains(out, `"iin": "920701450114"`) || !strings.Contains(out, "ӨМІРҚЫЗЫ") {
		t.Errorf("no signer in %s", out)
	}
}

// eds cert answers about revocation wherever there is something to answer from: lists of the trust folder
// that are out of date, spoilt or unreadable are no reason to answer later.
func TestCertHeedsTheTrustFolder(t *testing.T) {
	file := func(name string) string {
		data, err := os.ReadFile(filepath.Join(trust, name))
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	keys, err := edstest.LoadKeys(filepath.Join(testdata, "pki", "keys"))
	if err != nil {
		t.Fatal(err)
	}
	person := write(t, "person.cer", keys["individual-gost"].Certificate)
	list := file("nca-gost.crl")
	for _, tt := range []struct {
		name   string
		files  map[string]string
		at     string
		status int
	}{
		{"no list", nil, checked, 0},
		{"a list in force", map[string]string{"l.crl": list}, checked, 0},
		{"a list out of date", map[string]string{"l.crl": list}, "2049-12-31T12:00:00Z", 2},
		{"a list from the future", map[string]string{"l.crl": list}, "2025-06-01T00:00:00Z", 2},
		{"a spoilt list", map[string]string{"l.crl": list[:len(list)-1] + "x"}, checked, 2},
		{"the list of another authority", map[string]string{"l.crl": file("nca-rsa.crl")}, checked, 2},
		{"an unreadable list", map[string]string{"l.crl": "x"}, checked, 2},
	} {
		dir := t.TempDir()
		files := map[string]string{"r.cer": file("root-gost.cer"), "n.cer": file("nca-gost.cer")}
		maps.Copy(files, tt.files)
		for name, data := range files {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(data), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if status, out, errs := call("cert", "-trust", dir, "-at", tt.at, person); status != tt.status {
			t.Errorf("%s: status %d, want %d\n%s%s", tt.name, status, tt.status, out, errs)
		}
	}
}

// -ocsp takes a response in DER, in base64 and as PEM.
func TestOCSPForms(t *testing.T) {
	message, header := corpus(t, "pass-ocsp")
	der, err := os.ReadFile(header["ocsp"])
	if err != nil {
		t.Fatal(err)
	}
	b64 := base64.StdEncoding.EncodeToString(der)
	for name, data := range map[string]string{"DER": string(der), "base64": b64, "PEM": "-----BEGIN OCSP RESPONSE-----\n" + b64 + "\n-----END OCSP RESPONSE-----\n", "JSON": `"` + b64 + `"`} {
		if status, out, errs := call("verify", "-trust", trust, "-at", header["at"], "-ocsp", write(t, "response", []byte(data)), message); status != 0 {
			t.Errorf("%s: status %d\n%s%s", name, status, out, errs)
		}
	}
	if status, _, _ := call("verify", "-trust", trust, "-at", header["at"], "-ocsp", message, message); status != 65 {
		t.Errorf("a message for a response: status %d", status)
	}
}

func TestUsageAndForeignData(t *testing.T) {
	message, _ := corpus(t, "pass-gost")
	text := write(t, "text", []byte("бұл қолтаңба емес"))
	for _, tt := range []struct {
		want int
		args []string
	}{
		{64, nil}, {64, []string{"sing"}}, {64, []string{"verify"}}, {64, []string{"verify", "-no-such-flag", message}},
		{64, []string{"verify", "-at", "yesterday", message}}, {64, []string{"verify", "-policy", "none", message}},
		{64, []string{"verify", "-lang", "de", message}}, {65, []string{"verify", "-trust", t.TempDir(), message}},
		{64, []string{"verify", "-limit", "signers", message}}, {64, []string{"verify", "-limit", "signers=0", message}}, {64, []string{"verify", "-limit", "no-such=1", message}},
		{65, []string{"verify", "-trust", trust, "-crl", message, message}}, {66, []string{"verify", "-trust", trust, "/no/such/file"}},
		{65, []string{"verify", "-trust", trust, "-ocsp", message, message}}, {66, []string{"verify", "-trust", trust, "-crl", "/no/such/file", message}},
		{66, []string{"verify", "-trust", "/no/such/folder", message}}, {66, []string{"verify", "-content", "/no/such/file", message}},
		{66, []string{"sign", "-p12", "/no/such/file", message}}, {65, []string{"sign", "-p12", text, message}},
		{73, []string{"verify", "-trust", trust, "-at", checked, "-out", filepath.Join(t.TempDir(), "no", "such", "folder"), message}},
		{2, []string{"verify", "-trust", trust, "-at", checked, "-limit", "size=10", message}},
		{64, []string{"verify", message, message}}, {64, []string{"ocsp", "-trust", trust, message}}, {64, []string{"sign", message}},
		{65, []string{"verify", "-trust", trust, text}}, {65, []string{"cert", text}}, {65, []string{"crl", text}},
		{65, []string{"tst", "-trust", trust, message}}, {65, []string{"verify", "-trust", trust, write(t, "x.xml", []byte("<a/>"))}},
		{0, []string{"help"}}, {0, []string{"verify", "-h"}}, {2, []string{"verify", "-at", checked, message}},
	} {
		if status, out, stderr := call(tt.args...); status != tt.want {
			t.Errorf("%q: status %d, want %d\n%s%s", tt.args, status, tt.want, out, stderr)
		}
	}
}

func TestCertificateListAndResponse(t *testing.T) {
	keys, err := edstest.LoadKeys(filepath.Join(testdata, "pki", "keys"))
	if err != nil {
		t.Fatal(err)
	}
	crl := filepath.Join(trust, "nca-gost.crl")
	for name, want := range map[string]int{"head": 0, "individual-rsa": 0, "auth-only": 0, "revoked": 1, "suspended": 1, "expired": 1, "not-yet-valid": 1, "untrusted": 2} {
		file := write(t, "c.cer", keys[name].Certificate)
		if status, out, _ := call("cert", "-trust", trust, "-at", checked, file); status != want {
			t.Errorf("cert %s: status %d, want %d\n%s", name, status, want, out)
		}
	}
	if status, out, _ := call("cert", "-trust", trust, "-at", "2050-06-01T00:00:00Z", "-crl", crl, filepath.Join(trust, "nca-gost.cer")); status != 2 {
		t.Errorf("list asked for and out of date: status %d\n%s", status, out)
	}
	for when, want := range map[string]int{checked: 0, "2025-06-30T00:00:00Z": 2, "2050-01-01T00:00:00Z": 2} {
		if status, out, _ := call("crl", "-trust", trust, "-at", when, crl); status != want {
			t.Errorf("crl at %s: status %d, want %d\n%s", when, status, want, out)
		}
	}
	for name, want := range map[string]int{"ocsp-good": 0, "ocsp-try-later": 2, "responder-not-authorised": 2} {
		message, h := corpus(t, name)
		if status, out, _ := call("ocsp", "-trust", trust, "-at", h["at"], "-cert", h["certificate"], "-issuer", h["issuer"], message); status != want {
			t.Errorf("%s: status %d, want %d\n%s", name, status, want, out)
		}
	}
}

func TestTimeStamp(t *testing.T) {
	data, err := os.ReadFile(filepath.Join(testdata, "pki", "authority", "tsa-gost.pem"))
	if err != nil {
		t.Fatal(err)
	}
	tsa, err := edstest.ParsePEM(data)
	if err != nil {
		t.Fatal(err)
	}
	stamped, other := write(t, "data", []byte("деректер")), write(t, "other", []byte("басқа"))
	token, err := tsa.Stamp([]byte("деректер"), edstest.StampTemplate{Time: mustTime(t, checked)})
	if err != nil {
		t.Fatal(err)
	}
	file, response := write(t, "t.tst", token), write(t, "t.tsr", edstest.StampResponse(token))
	for _, tt := range []struct {
		want int
		args []string
	}{
		{0, []string{"-trust", trust, "-at", checked, file}}, {0, []string{"-trust", trust, "-at", checked, "-data", stamped, file}},
		{0, []string{"-trust", trust, "-at", checked, "-data", stamped, response}}, {1, []string{"-trust", trust, "-at", checked, "-data", other, file}},
		{2, []string{"-at", checked, file}}, {2, []string{"-trust", trust, "-at", "2026-01-01T00:00:00Z", file}},
	} {
		if status, out, stderr := call(append([]string{"tst"}, tt.args...)...); status != tt.want {
			t.Errorf("%q: status %d, want %d\n%s%s", tt.args, status, tt.want, out, stderr)
		}
	}
}

// The signing command needs one of the NCA's key files, which are not part of the repository.
func TestSign(t *testing.T) {
	vectors := os.Getenv("EDS_VECTORS")
	if vectors == "" {
		t.Skip("EDS_VECTORS is not set")
	}
	p12 := filepath.Join(vectors, "all", "p12_gost2015_individual_2026-05-08_6c425659bd.p12")
	doc, xml := write(t, "doc", []byte("құжат")), write(t, "doc.xml", []byte("<құжат>мәтін</құжат>"))
	for _, tt := range []struct {
		out   string
		flags []string
		file  string
		check []string
	}{
		{"a.cms", nil, doc, nil}, {"a.pem", nil, doc, nil}, {"a.p7s", []string{"-detached"}, doc, []string{"-content", doc}}, {"a.xml", []string{"-xml"}, xml, nil},
	} {
		out := filepath.Join(t.TempDir(), tt.out)
		args := append([]string{"sign", "-p12", p12, "-password", "Qwerty12", "-out", out}, tt.flags...)
		if status, _, stderr := call(append(args, tt.file)...); status != 0 {
			t.Errorf("%q: status %d, %s", args, status, stderr)
			continue
		}
		check := append([]string{"verify", "-trust", filepath.Join(vectors, "all"), "-at", checked}, tt.check...)
		if status, text, stderr := call(append(check, out)...); status != 0 {
			t.Errorf("%q: status %d\n%s%s", check, status, text, stderr)
		}
	}
	if status, _, _ := call("sign", "-p12", p12, "-password", "wrong", doc); status != 65 {
		t.Errorf("wrong password: status %d", status)
	}
	var v any
	if _, out, _ := call("verify", "-json", "-at", checked, filepath.Join(vectors, "all", "ours_cms_att_kk_head_revoked.der")); json.Unmarshal([]byte(out), &v) != nil {
		t.Errorf("not JSON: %s", out)
	}
}

func mustTime(t *testing.T, s string) time.Time {
	t.Helper()
	v, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return v
}
