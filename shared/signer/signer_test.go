package signer_test

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/act"
	"github.com/courtoffice/courtoffice/shared/challenge"
	"github.com/courtoffice/courtoffice/shared/eds"
	"github.com/courtoffice/courtoffice/shared/eds/algorithm"
	"github.com/courtoffice/courtoffice/shared/eds/edstest"
	"github.com/courtoffice/courtoffice/shared/locale"
	"github.com/courtoffice/courtoffice/shared/signer"
	"github.com/courtoffice/courtoffice/shared/signer/signertest"
)

const origin = "https://court.example"

var key = []byte("01234567890123456789012345678901")

func TestRead(t *testing.T) {
	pki := signertest.New(t)
	acts := signer.Acts{Verifier: pki.Verifier(t, eds.Filing()), ChallengeKey: key, Office: origin}
	at := signertest.At

	document := func(d act.Document) []byte {
		t.Helper()
		out, err := acts.Document(d, [16]byte{7}, at)
		if err != nil {
			t.Fatal(err)
		}
		return out.Document
	}
	good := document(act.Document{Act: act.AcceptAgreement, Lang: locale.RU, Agreement: &act.Agreement{ID: "v1", SHA256: "aa"}})
	// change alters a member of the good document and keeps it canonical.
	change := func(f func(*act.Document)) []byte {
		t.Helper()
		var d act.Document
		if err := json.Unmarshal(good, &d); err != nil {
			t.Fatal(err)
		}
		f(&d)
		out, err := d.Encode()
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	der, err := pki.Keys["aigul"].SignCMS(good, edstest.Attached, edstest.At(at))
	if err != nil {
		t.Fatal(err)
	}
	plain := base64.StdEncoding.EncodeToString(der)
	detached, err := pki.Keys["aigul"].SignCMS(good, edstest.Detached, edstest.At(at))
	if err != nil {
		t.Fatal(err)
	}
	tampered := []byte(strings.Replace(string(der), `"sha256":"aa"`, `"sha256":"bb"`, 1))
	code := func(want eds.Code) func(error) bool {
		return func(err error) bool {
			v, ok := errors.AsType[*eds.VerificationError](err)
			return ok && v.Report.Problem() == want
		}
	}
	is := func(want error) func(error) bool { return func(err error) bool { return errors.Is(err, want) } }
	b64 := func(b []byte) signer.Signature { return signer.Signature(base64.StdEncoding.EncodeToString(b)) }
	elsewhere, err := signer.Acts{ChallengeKey: key, Office: "https://evil.example"}.Document(
		act.Document{Act: act.AcceptAgreement, Lang: locale.RU, Agreement: &act.Agreement{ID: "v1"}}, [16]byte{8}, at)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name string
		sent signer.Signature
		at   time.Duration
		ok   func(error) bool // nil: no error
	}{
		{"PEM", pki.Sign(t, "aigul", good), 0, nil},
		{"PEM with text around", "қол: \n" + pki.Sign(t, "aigul", good) + "\nmore", 0, nil},
		{"base64", signer.Signature(plain), 0, nil},
		{"base64 in lines", signer.Signature(plain[:64] + "\r\n" + plain[64:] + "\n"), 0, nil},
		{"RSA", pki.Sign(t, "rsa", good), 0, nil},
		{"the last moment", pki.Sign(t, "aigul", good), challenge.Life, nil},

		{"nothing", "", 0, is(signer.ErrUnsigned)},
		{"spaces", " \n", 0, is(signer.ErrUnsigned)},
		{"not base64", "%%%", 0, is(signer.ErrBase64)},
		{"cut base64", signer.Signature(plain[:len(plain)-1]), 0, is(signer.ErrBase64)},
		{"PEM without an end", "-----BEGIN CMS-----\nAAAA\n", 0, is(signer.ErrBase64)},
		{"PEM twice", pki.Sign(t, "aigul", good) + pki.Sign(t, "aigul", good), 0, is(signer.ErrBase64)},
		{"base64 of nothing signed", b64(good), 0, is(eds.ErrNotASignature)},
		{"an XML document", b64([]byte("<a/>")), 0, is(eds.ErrNotASignature)},
		{"detached", b64(detached), 0, is(signer.ErrDetached)},
		{"tampered", b64(tampered), 0, code(eds.CodeContent)},
		{"expired", pki.Sign(t, "expired", good), 0, code(eds.CodeExpired)},
		{"not yet valid", pki.Sign(t, "future", good), 0, code(eds.CodeNotYetValid)},
		{"revoked", pki.Sign(t, "revoked", good), 0, code(eds.CodeRevoked)},
		{"suspended", pki.Sign(t, "suspended", good), 0, code(eds.CodeSuspended)},
		{"unknown authority", pki.Sign(t, "stranger", good), 0, code(eds.CodeUntrusted)},
		{"authentication key", pki.Sign(t, "auth", good), 0, code(eds.CodeKeyUsage)},
		{"two signers", b64(twice(t, pki, good)), 0, is(signer.ErrSeveral)},

		{"not a document", pki.Sign(t, "aigul", []byte("{}")), 0, is(signer.ErrDocument)},
		{"a document of another act", pki.Sign(t, "aigul", document(act.Document{Act: act.SignIn, Lang: locale.RU})), 0, is(signer.ErrDocument)},
		{"other words", pki.Sign(t, "aigul", change(func(d *act.Document) { d.Statement = "Я ничего не принимаю." })), 0, is(signer.ErrDocument)},
		{"words in another language", pki.Sign(t, "aigul", change(func(d *act.Document) { d.Lang = locale.EN })), 0, is(signer.ErrDocument)},
		{"no language of ours", pki.Sign(t, "aigul", change(func(d *act.Document) {
			d.Lang, d.Statement = "xx", locale.T(locale.KK, "act.accept-agreement.statement", "office", origin, "id", "v1")
		})), 0, is(signer.ErrDocument)},
		{"a space more", pki.Sign(t, "aigul", append([]byte(" "), good...)), 0, is(signer.ErrDocument)},
		{"no challenge of ours", pki.Sign(t, "aigul", change(func(d *act.Document) { d.Challenge = "AAAA" })), 0, is(challenge.ErrInvalid)},
		{"an act in another office", pki.Sign(t, "aigul", change(func(d *act.Document) { d.Office = "https://evil.example" })), 0, is(challenge.ErrInvalid)},
		{"an act in no office", pki.Sign(t, "aigul", change(func(d *act.Document) { d.Office = "" })), 0, is(challenge.ErrInvalid)},
		{"a challenge for another site", pki.Sign(t, "aigul", elsewhere.Document), 0, is(challenge.ErrInvalid)},
		{"a millisecond late", pki.Sign(t, "aigul", good), challenge.Life + time.Millisecond, is(challenge.ErrExpired)},
	} {
		got, err := acts.Read(tt.sent, act.AcceptAgreement, at.Add(tt.at))
		if tt.ok != nil {
			if !tt.ok(err) {
				t.Errorf("%s: error %v", tt.name, err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		if got.Subject.IIN.Reveal() != signertest.AigulIIN || got.Subject.Kind != account.Natural || got.Subject.Name != "СЕЙІТОВА АЙГҮЛ" ||
			got.Document.Agreement.ID != "v1" || got.Challenge.Nonce != "07000000000000000000000000000000" || len(got.CMS) == 0 || got.CMS[0] != 0x30 {
			t.Errorf("%s: %+v", tt.name, got)
		}
	}
}

// twice is one message with the signatures of two people.
func twice(t *testing.T, pki *signertest.PKI, content []byte) []byte {
	t.Helper()
	a, b := pki.Keys["aigul"], pki.Keys["erlan"]
	digest, err := algorithm.FindDigest(a.Private.Algorithm().Digest)
	if err != nil {
		t.Fatal(err)
	}
	h := digest.New()
	h.Write(content)
	sum := h.Sum(nil)
	var infos [][]byte
	for _, k := range []*edstest.Key{a, b} {
		info, err := k.SignerInfo(sum, edstest.At(signertest.At))
		if err != nil {
			t.Fatal(err)
		}
		infos = append(infos, info)
	}
	return edstest.Message{Content: content, Certificates: [][]byte{a.Certificate, b.Certificate}, Signers: infos}.Marshal()
}

// watching keeps the report of what is verified.
type watching struct {
	signer.Verifier
	report *eds.Report
}

func (w watching) Verify(s eds.Signed) (*eds.Report, error) {
	r, err := w.Verifier.Verify(s)
	if r != nil {
		*w.report = *r
	}
	return r, err
}

func TestSubject(t *testing.T) {
	pki := signertest.New(t)
	verifier := pki.Verifier(t, eds.Filing())
	for _, tt := range []struct {
		key  string
		kind account.Kind
		role account.Role
		may  bool
	}{
		{"aigul", account.Natural, account.RoleNone, true},
		{"head", account.Legal, account.RoleHead, true},
		{"signer", account.Legal, account.RoleSigner, true},
		{"finance", account.Legal, account.RoleFinanceSigner, false},
		{"hr", account.Legal, account.RoleHR, false},
		{"employee", account.Legal, account.RoleEmployee, false},
		{"system", account.Legal, account.RoleSystem, false},
	} {
		signature := pki.Sign(t, tt.key, []byte("x"))
		var seen eds.Report
		opened, err := signer.Open(watching{verifier, &seen}, signature, signertest.At)
		if tt.may && (err != nil || string(opened.Content) != "x") || !tt.may && !errors.Is(err, account.ErrRole) {
			t.Errorf("%s: content %q, %v", tt.key, opened.Content, err)
		}
		s := signer.Subject(seen.Signers[0].Subject)
		if s.Kind != tt.kind || s.Role != tt.role {
			t.Errorf("%s: %v %v", tt.key, s.Kind, s.Role)
		}
		if s.Kind == account.Legal && (s.BIN.Reveal() != signertest.BIN || s.Organisation != signertest.Company) {
			t.Errorf("%s: organisation %q", tt.key, s.Organisation)
		}
	}
}

func TestSignatureKeepsItselfOutOfPrint(t *testing.T) {
	if out := fmt.Sprintf("%v %+v", signer.Signature("secret"), struct{ S signer.Signature }{"secret"}); strings.Contains(out, "secret") {
		t.Errorf("printed: %s", out)
	}
}

// What is not one CMS message with its document, and what the office did not hand out, never reaches
// the verifier.
func TestStrangersCostNothing(t *testing.T) {
	pki := signertest.New(t)
	counted := &counting{}
	acts := signer.Acts{Verifier: counted, ChallengeKey: key, Office: origin}
	at := signertest.At
	ours, err := acts.Document(act.Document{Act: act.SignIn, Lang: locale.RU}, [16]byte{1}, at)
	if err != nil {
		t.Fatal(err)
	}
	detached, err := pki.Keys["aigul"].SignCMS(ours.Document, edstest.Detached, edstest.At(at))
	if err != nil {
		t.Fatal(err)
	}
	b64 := func(b []byte) signer.Signature { return signer.Signature(base64.StdEncoding.EncodeToString(b)) }
	xml := b64([]byte("<a>" + strings.Repeat("<b/>", 10000) + "</a>"))
	for name, sent := range map[string]signer.Signature{
		"XML": xml, "XML as it is": "<a/>", "detached": b64(detached), "two signers": b64(twice(t, pki, ours.Document)),
		"no signers": b64(edstest.Message{Content: ours.Document, Certificates: [][]byte{pki.Keys["aigul"].Certificate}}.Marshal()),
		"not ours":   pki.Sign(t, "aigul", []byte("{}")), "cut": b64(detached[:len(detached)/2]),
		"another act": pki.Sign(t, "aigul", handedOut(t, acts, origin+".evil", at)),
	} {
		if _, err := acts.Read(sent, act.SignIn, at); err == nil || counted.n != 0 {
			t.Errorf("%s: error %v, %d verifications", name, err, counted.n)
		}
	}
	if _, err := acts.Read(pki.Sign(t, "aigul", ours.Document), act.SignIn, at); !errors.Is(err, errCounted) || counted.n != 1 {
		t.Errorf("ours: error %v, %d verifications, want one", err, counted.n)
	}
}

// handedOut is a document to sign in with, made for a site.
func handedOut(t *testing.T, acts signer.Acts, office string, at time.Time) []byte {
	t.Helper()
	acts.Office = office
	out, err := acts.Document(act.Document{Act: act.SignIn, Lang: locale.RU}, [16]byte{2}, at)
	if err != nil {
		t.Fatal(err)
	}
	return out.Document
}

var errCounted = errors.New("counted")

// counting counts what it is asked to verify.
type counting struct{ n int }

func (c *counting) Verify(eds.Signed) (*eds.Report, error) {
	c.n++
	return nil, errCounted
}
