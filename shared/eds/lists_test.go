package eds_test

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/courtoffice/courtoffice/shared/eds"
	"github.com/courtoffice/courtoffice/shared/eds/certpath"
	"github.com/courtoffice/courtoffice/shared/eds/crl"
	"github.com/courtoffice/courtoffice/shared/eds/edstest"
	"github.com/courtoffice/courtoffice/shared/eds/ocsp"
	"github.com/courtoffice/courtoffice/shared/eds/oid"
)

// anchorsOnly is the test trust without its lists.
func anchorsOnly(t testing.TB) *eds.Trust {
	t.Helper()
	trust := eds.NewTrust()
	for _, name := range []string{"root-gost", "nca-gost", "root-rsa", "nca-rsa"} {
		der, err := os.ReadFile(filepath.Join(pki, "trust", name+".cer"))
		if err != nil {
			t.Fatal(err)
		}
		if err := trust.AddCertificate(der); err != nil {
			t.Fatal(err)
		}
	}
	return trust
}

func list(t testing.TB, k *edstest.Key, l edstest.ListTemplate) []byte {
	t.Helper()
	der, err := k.CRL(l)
	if err != nil {
		t.Fatal(err)
	}
	return der
}

func TestCheckList(t *testing.T) {
	trust := anchorsOnly(t)
	good := edstest.ListTemplate{Number: 200, ThisUpdate: now.Add(-time.Hour), NextUpdate: now.Add(time.Hour)}
	byNCA := list(t, authority(t, "nca-gost"), good)
	sha1 := *authority(t, "nca-rsa")
	sha1.Private = sha1.Private.With(oid.RSAWithSHA1)
	stranger := testKeys(t)["untrusted"]
	foreign, err := edstest.GenerateGOST()
	if err != nil {
		t.Fatal(err)
	}
	ca, err := certpath.Parse(authority(t, "nca-gost").Certificate)
	if err != nil {
		t.Fatal(err)
	}
	// The same name, another key.
	fake := &edstest.Key{Private: foreign, Certificate: authority(t, "nca-gost").Certificate}
	for _, tt := range []struct {
		name string
		data []byte
		want error
	}{
		{"of the authority", byNCA, nil},
		{"of a root", list(t, authority(t, "root-rsa"), good), nil},
		{"cut short", byNCA[:len(byNCA)-1], crl.ErrSyntax},
		{"a page of a captive portal", []byte("<html>"), crl.ErrSyntax},
		{"nothing", nil, crl.ErrSyntax},
		{"by another key of the same name", list(t, fake, good), certpath.ErrSignature},
		{"by somebody's certificate", list(t, stranger, good), certpath.ErrSignature},
		{"a bit changed", append(bytes.Clone(byNCA[:len(byNCA)-1]), byNCA[len(byNCA)-1]^1), certpath.ErrSignature},
		{"RSA with SHA-1", list(t, &sha1, good), certpath.ErrSignature},
	} {
		l, signer, err := trust.CheckList(tt.data, now)
		if !errors.Is(err, tt.want) || (err == nil) != (l != nil) {
			t.Errorf("%s: %v, want %v", tt.name, err, tt.want)
		}
		if tt.name == "of the authority" && signer != sha256.Sum256(ca.RawSPKI) {
			t.Errorf("%s: signer %x", tt.name, signer)
		}
	}
	if _, _, err := trust.CheckList(byNCA, time.Date(2060, 1, 1, 0, 0, 0, 0, time.UTC)); !errors.Is(err, certpath.ErrSignature) {
		t.Errorf("after the authority's own end: %v", err)
	}
}

// TestWithLists: lists of a set stand in place of older ones of the trust folder, in a Trust of its own.
func TestWithLists(t *testing.T) {
	base := loadTrust(t, filepath.Join(pki, "trust")) // its lists hold until 2049
	key := testKeys(t)["individual-gost"]
	set := new(crl.Set)
	for _, l := range []edstest.ListTemplate{
		{Number: 200, ThisUpdate: now.Add(-3 * time.Hour), NextUpdate: now.Add(time.Hour)},
		{Number: 7, Base: 200, ThisUpdate: now.Add(-2 * time.Hour), NextUpdate: now.Add(-time.Hour),
			Revoked: []edstest.RevokedCertificate{{Serial: key.Serial(), At: now.Add(-2 * time.Hour), Reason: crl.Superseded}}},
	} {
		l, signer, err := base.CheckList(list(t, authority(t, "nca-gost"), l), now)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := set.Offer(l, signer, now); err != nil {
			t.Fatal(err)
		}
	}
	fresh := base.WithLists(set)
	for _, tt := range []struct {
		name  string
		trust *eds.Trust
		at    time.Time
		want  eds.Code
	}{
		{"the trust folder alone", base, now, ""},
		{"revoked in a delta that has ended", fresh, now, eds.CodeRevoked},
		{"the same after the full list has ended too", fresh, now.Add(2 * time.Hour), eds.CodeRevoked},
		{"the base did not change", base, now, ""},
	} {
		v := eds.Verifier{Trust: tt.trust, Policy: eds.Filing()}
		rep, _ := v.Verify(eds.Signed{Data: sign(t, key, "x", edstest.Attached), At: tt.at})
		if rep.Problem() != tt.want {
			t.Errorf("%s: %v, want %q", tt.name, rep, tt.want)
		}
	}
	// An older list of the folder, though it holds until 2049, does not outlive the newer one.
	v := eds.Verifier{Trust: fresh, Policy: eds.Filing()}
	other := eds.Signed{Data: sign(t, testKeys(t)["head"], "x", edstest.Attached), At: now.Add(2 * time.Hour)}
	if rep, _ := v.Verify(other); rep.Problem() != eds.CodeRevocation {
		t.Errorf("after the list has ended: %v", rep)
	}
	v.Policy.ListGrace = 2 * time.Hour
	if rep, err := v.Verify(other); err != nil || rep.Signers[0].Revocation.Status != eds.Stale || rep.Signers[0].Revocation.Number != "200" {
		t.Errorf("within the grace: %v, %+v", rep, rep.Signers[0].Revocation)
	}
}

// TestAskAfterwards: an act that is judged afterwards is asked about although the lists in force at the
// time say good: what was found out since counts. Without an answer the lists suffice.
func TestAskAfterwards(t *testing.T) {
	key, responder := testKeys(t)["individual-gost"], authority(t, "ocsp-gost")
	issuer, err := certpath.Parse(authority(t, "nca-gost").Certificate)
	if err != nil {
		t.Fatal(err)
	}
	id, err := ocsp.NewCertID(oid.SHA256, issuer, key.Serial())
	if err != nil {
		t.Fatal(err)
	}
	answer := func(a edstest.Answer) []byte {
		a.ID, a.ThisUpdate = id, now.Add(time.Hour)
		der, err := responder.OCSP(a)
		if err != nil {
			t.Fatal(err)
		}
		return der
	}
	revoked := edstest.Answer{Status: ocsp.Revoked, RevokedAt: now.Add(-time.Hour), Reason: crl.Superseded}
	for _, tt := range []struct {
		name   string
		at     time.Duration // of the evidence, from the act
		answer []byte
		asked  int
		status eds.RevocationStatus
		source string
	}{
		{"at once", 0, answer(revoked), 0, eds.Good, "crl"},
		{"afterwards, good", time.Hour, answer(edstest.Answer{}), 1, eds.Good, "ocsp"},
		{"afterwards, revoked before", time.Hour, answer(revoked), 1, eds.IsRevoked, "ocsp"},
		{"afterwards, nobody answers", time.Hour, nil, 1, eds.Good, "crl"},
	} {
		asked := 0
		v := eds.Verifier{Trust: loadTrust(t, filepath.Join(pki, "trust")), Policy: eds.Filing(), Ask: func(cert, ca *certpath.Certificate) []byte {
			asked++
			return tt.answer
		}}
		rep, _ := v.Verify(eds.Signed{Data: sign(t, key, "x", edstest.Attached), At: now, EvidenceAt: now.Add(tt.at)})
		if r := rep.Signers[0].Revocation; r.Status != tt.status || r.Source != tt.source || asked != tt.asked {
			t.Errorf("%s: %s by %s, asked %d times; want %s by %s, %d", tt.name, r.Status, r.Source, asked, tt.status, tt.source, tt.asked)
		}
	}
}

// TestAsk: the second source is asked about a signature that holds in every other respect, when the
// lists leave the question open, and never else.
func TestAsk(t *testing.T) {
	keys, responder := testKeys(t), authority(t, "ocsp-gost")
	issuer, err := certpath.Parse(authority(t, "nca-gost").Certificate)
	if err != nil {
		t.Fatal(err)
	}
	answer := func(k *edstest.Key, a edstest.Answer) []byte {
		if a.ID, err = ocsp.NewCertID(oid.SHA256, issuer, k.Serial()); err != nil {
			t.Fatal(err)
		}
		a.ThisUpdate = now.Add(time.Second)
		der, err := responder.OCSP(a)
		if err != nil {
			t.Fatal(err)
		}
		return der
	}
	key := keys["individual-gost"]
	changed := sign(t, key, "a document", edstest.Attached)
	changed = bytes.Replace(changed, []byte("a document"), []byte("A document"), 1)
	for _, tt := range []struct {
		name   string
		trust  *eds.Trust
		data   []byte
		answer []byte
		asked  bool
		want   eds.Code
		status eds.RevocationStatus
	}{
		{"good", anchorsOnly(t), sign(t, key, "x", edstest.Attached), answer(key, edstest.Answer{}), true, "", eds.Good},
		{"revoked", anchorsOnly(t), sign(t, key, "x", edstest.Attached),
			answer(key, edstest.Answer{Status: ocsp.Revoked, RevokedAt: now.Add(-time.Hour), Reason: crl.Superseded}), true, eds.CodeRevoked, eds.IsRevoked},
		{"no answer", anchorsOnly(t), sign(t, key, "x", edstest.Attached), nil, true, eds.CodeRevocation, eds.StatusUnknown},
		{"about somebody else", anchorsOnly(t), sign(t, key, "x", edstest.Attached), answer(keys["head"], edstest.Answer{}), true, eds.CodeRevocation, eds.StatusUnknown},
		{"lists suffice", loadTrust(t, filepath.Join(pki, "trust")), sign(t, key, "x", edstest.Attached), nil, false, "", eds.Good},
		{"the signature does not hold", anchorsOnly(t), changed, nil, false, eds.CodeContent, eds.StatusUnknown},
		{"expired", anchorsOnly(t), sign(t, keys["expired"], "x", edstest.Attached), nil, false, eds.CodeExpired, eds.StatusUnknown},
		{"not for signing", anchorsOnly(t), sign(t, keys["auth-only"], "x", edstest.Attached), nil, false, eds.CodeKeyUsage, eds.StatusUnknown},
	} {
		asked := 0
		v := eds.Verifier{Trust: tt.trust, Policy: eds.Filing(), Ask: func(cert, ca *certpath.Certificate) []byte {
			asked++
			return tt.answer
		}}
		rep, _ := v.Verify(eds.Signed{Data: tt.data, At: now})
		if rep.Problem() != tt.want || rep.Signers[0].Revocation.Status != tt.status || (asked == 1) != tt.asked || asked > 1 {
			t.Errorf("%s: %v, %s, asked %d times; want %q, %s, asked %t", tt.name, rep, rep.Signers[0].Revocation.Status, asked, tt.want, tt.status, tt.asked)
		}
	}
}
