package main

import (
	"encoding/base64"
	"slices"
	"strings"
	"time"

	"github.com/courtoffice/courtoffice/shared/eds/certpath"
	"github.com/courtoffice/courtoffice/shared/eds/crl"
	"github.com/courtoffice/courtoffice/shared/eds/edstest"
	"github.com/courtoffice/courtoffice/shared/eds/ocsp"
	"github.com/courtoffice/courtoffice/shared/eds/oid"
)

// late is an instant at which every list of the trust folder is out of date.
var late = time.Date(2049, 12, 31, 12, 0, 0, 0, time.UTC)

// evidence is about lists and answers that prove less than they say.
func (b *bench) evidence() {
	k := b.keys["individual-gost"]
	signed := b.attached(k)
	ofRoot := must[[]byte](b)(b.gost.root.CRL(edstest.ListTemplate{Number: 168, ThisUpdate: date(2049, 12, 30), NextUpdate: date(2050, 1, 1)}))
	future := must[[]byte](b)(b.gost.issuer.CRL(edstest.ListTemplate{Number: 169, ThisUpdate: late.Add(time.Hour), NextUpdate: date(2051, 1, 1)}))
	b.add("revocation-unknown-future-list", scenario{about: "the only list not out of date was made an hour after the check", expect: "try-later", code: "revocation-unknown",
		at: late, crls: [][]byte{ofRoot, future}, message: signed}, nil)
	answer := must[[]byte](b)(b.service["ocsp-gost"].OCSP(edstest.Answer{ID: b.certID(k), ThisUpdate: late.Add(time.Hour)}))
	b.add("revocation-unknown-future-ocsp", scenario{about: "an OCSP response made an hour after the check", expect: "try-later", code: "revocation-unknown",
		at: late, crls: [][]byte{ofRoot}, ocsp: [][]byte{answer}, message: signed}, nil)
	b.responders(k)
	b.suspensions(k)
	b.listKeys()
	b.weak()
}

// responder is a responder of the trusted authority, valid until an instant.
func (b *bench) responder(until time.Time) *edstest.Key {
	return b.leaf(b.gost.issuer, "corpus-second", edstest.GenerateGOST, func(t *edstest.Template) {
		*t = edstest.Template{Subject: []edstest.Attribute{{Type: oid.CommonName, Value: "ҮЛГІ ЖАУАП БЕРУШІ TEST"}}, NotBefore: date(2025, 1, 1), NotAfter: until,
			ExtKeyUsage: []oid.ID{oid.OCSPSigning}, NoCheck: true}
	})
}

func (b *bench) responders(k *edstest.Key) {
	about := func(name string, s scenario, by *edstest.Key, a edstest.Answer) {
		a.ID = b.certID(k)
		s.kind, s.cert, s.issuer, s.message = "ocsp", k.Certificate, b.gost.issuer.Certificate, must[[]byte](b)(by.OCSP(a))
		b.add(name, s, nil)
	}
	expired, valid := b.responder(date(2026, 11, 1)), b.responder(date(2050, 1, 1))
	about("responder-expired", scenario{about: "a responder that expired dates its answer back", expect: "chain-constraints-failure", code: "responder-not-authorised"},
		expired, edstest.Answer{ThisUpdate: date(2026, 10, 31), NextUpdate: date(2027, 1, 1)})
	about("ocsp-good-expired-first", scenario{about: "an expired certificate of the responder stands before the valid one", expect: "total-passed"},
		valid, edstest.Answer{ThisUpdate: checkedAt, Certificates: [][]byte{expired.Certificate}})
	var others []edstest.Answer
	for i := range 70 {
		id := b.certID(k)
		id.Serial = []byte{1, byte(i)}
		others = append(others, edstest.Answer{ID: id, ThisUpdate: checkedAt})
	}
	about("ocsp-good-many-answers", scenario{about: "70 answers about others come before", expect: "total-passed"}, valid, edstest.Answer{ThisUpdate: checkedAt, Before: others})
}

// suspensions are about a signature stamped while its certificate was on hold.
func (b *bench) suspensions(k *edstest.Key) {
	stamped := b.attached(k, edstest.WithStamp(b.service["tsa-gost"].Stamper(edstest.StampTemplate{Time: signedAt})))
	inForce := must[[]byte](b)(b.gost.issuer.CRL(edstest.ListTemplate{Number: 167, ThisUpdate: date(2026, 11, 19), NextUpdate: date(2026, 11, 21), Revoked: []edstest.RevokedCertificate{revoke(k, date(2026, 11, 18), crl.CertificateHold)}}))
	since := must[[]byte](b)(b.gost.issuer.CRL(edstest.ListTemplate{Number: 168, ThisUpdate: date(2026, 11, 21), NextUpdate: date(2026, 12, 31)}))
	b.add("certificate-suspended-then-resumed", scenario{about: "on hold when stamped; the list made since does not know of it", expect: "revoked", code: "certificate-suspended",
		crls: [][]byte{inForce, since}, message: stamped}, nil)
	b.add("certificate-revoked-late-entry", scenario{about: "revoked before the stamp, listed after it", expect: "revoked", code: "certificate-revoked",
		crls:    [][]byte{must[[]byte](b)(b.gost.issuer.CRL(edstest.ListTemplate{Number: 168, ThisUpdate: date(2026, 11, 21), NextUpdate: date(2026, 12, 31), Revoked: []edstest.RevokedCertificate{revoke(k, date(2026, 11, 18), crl.Superseded)}}))},
		message: stamped}, nil)
	b.add("pass-list-from-later", scenario{about: "a list made a month after the check does not replace the one in force", expect: "total-passed",
		crls: [][]byte{must[[]byte](b)(b.gost.issuer.CRL(edstest.ListTemplate{Number: 169, ThisUpdate: date(2026, 12, 22), NextUpdate: date(2027, 1, 22)}))}, message: b.attached(k)}, nil)
}

// listKeys are about an authority that signs its lists with a key of their own.
func (b *bench) listKeys() {
	sub := b.authority(func(t *edstest.Template) { t.KeyUsage = certpath.KeyCertSign })
	leaf := b.leaf(sub, "corpus-leaf", edstest.GenerateGOST, nil)
	signed := b.attached(leaf, edstest.WithChain())
	lister := func(by *edstest.Key) *edstest.Key {
		return b.leaf(by, "corpus-second", edstest.GenerateGOST, func(t *edstest.Template) {
			*t = edstest.Template{Subject: []edstest.Attribute{{Type: oid.CommonName, Value: "ҮЛГІ ҚОСАЛҚЫ ОРТАЛЫҚ TEST"}}, NotBefore: date(2025, 1, 1), NotAfter: date(2050, 1, 1),
				CA: true, PathLen: 0, KeyUsage: certpath.CRLSign}
		})
	}
	own := lister(b.gost.root)
	b.add("pass-list-of-other-key", scenario{about: "the list is signed with another key of the authority", expect: "total-passed",
		trust: [][]byte{own.Certificate}, crls: [][]byte{b.list(own)}, message: signed}, nil)
	b.add("certificate-revoked-other-key", scenario{about: "the list is signed with another key of the authority, and has the certificate", expect: "revoked", code: "certificate-revoked",
		trust: [][]byte{own.Certificate}, crls: [][]byte{b.list(own, revoke(leaf, date(2026, 11, 1), crl.Superseded))}, message: signed}, nil)
	b.add("revocation-unknown-revoked-key", scenario{about: "the key that signed the list was revoked", expect: "try-later", code: "revocation-unknown",
		trust: [][]byte{own.Certificate}, crls: [][]byte{b.list(own), b.list(b.gost.root, revoke(own, date(2026, 11, 1), crl.KeyCompromise))}, message: signed}, nil)
	stranger := lister(b.rsa.root)
	b.add("revocation-unknown-other-root", scenario{about: "the list is by an authority of the same name below another root", expect: "try-later", code: "revocation-unknown",
		trust: [][]byte{stranger.Certificate}, crls: [][]byte{b.list(stranger)}, message: signed}, nil)
}

// weak is about evidence and certificates with algorithms that the policy does not allow.
func (b *bench) weak() {
	issuer, k := *b.rsa.issuer, b.keys["individual-rsa"]
	issuer.Private = issuer.Private.With(oid.RSAWithSHA1)
	list := must[[]byte](b)(issuer.CRL(edstest.ListTemplate{Number: 169, ThisUpdate: date(2049, 12, 31), NextUpdate: date(2050, 1, 1)}))
	ofRoot := must[[]byte](b)(b.rsa.root.CRL(edstest.ListTemplate{Number: 168, ThisUpdate: date(2049, 12, 30), NextUpdate: date(2050, 1, 1)}))
	b.add("revocation-unknown-sha1-list", scenario{about: "the only list in force is signed with SHA-1", expect: "try-later", code: "revocation-unknown",
		at: late, crls: [][]byte{ofRoot, list}, message: b.attached(k)}, nil)
	responder := *b.service["ocsp-rsa"]
	responder.Private = responder.Private.With(oid.RSAWithSHA1)
	c, err := certpath.Parse(issuer.Certificate)
	if err != nil {
		b.add("ocsp-sha1", scenario{}, err)
		return
	}
	id := must[ocsp.CertID](b)(ocsp.NewCertID(oid.SHA1, c, k.Serial()))
	b.add("ocsp-sha1", scenario{about: "the responder signs with SHA-1", expect: "crypto-constraints-failure", code: "algorithm-not-allowed", kind: "ocsp",
		cert: k.Certificate, issuer: issuer.Certificate, message: must[[]byte](b)(responder.OCSP(edstest.Answer{ID: id, ThisUpdate: checkedAt}))}, nil)
	short := b.leaf(b.gost.issuer, "corpus-rsa1024", func() (*edstest.Private, error) { return edstest.GenerateRSA(1024) }, nil)
	b.add("cert-rsa-1024", scenario{about: "a certificate for an RSA key of 1024 bits", expect: "crypto-constraints-failure", code: "algorithm-not-allowed", kind: "cert", message: short.Certificate}, nil)
	old := b.leaf(b.gost.issuer, "corpus-gost2004", edstest.GenerateGOST2004, nil)
	b.add("cert-gost2004", scenario{about: "a certificate for a key of GOST 34.310-2004", expect: "crypto-constraints-failure", code: "algorithm-not-allowed", kind: "cert", message: old.Certificate}, nil)
	b.add("cert-gost2004-archive", scenario{about: "the same under the policy for archives", expect: "total-passed", kind: "cert", policy: "archive", message: old.Certificate}, nil)
}

// names is about names, numbers and constraints in certificates.
func (b *bench) names() {
	simple := func(name, about, expect, code string, change func(*edstest.Template)) {
		b.add(name, scenario{about: about, expect: expect, code: code, message: b.attached(b.gostLeaf(change))}, nil)
	}
	simple("pass-name-folded", "the issuer's name differs from the authority's subject in case and space", "total-passed", "", func(t *edstest.Template) {
		t.IssuerName = edstest.Name(edstest.Attribute{Type: oid.CommonName, Value: " үлгі Ұлттық  куәландырушы орталық (gost) test"}, edstest.Attribute{Type: oid.Country, Value: "kz"})
	})
	simple("certificate-untrusted-name", "the issuer's name is another one", "no-certificate-chain-found", "certificate-untrusted", func(t *edstest.Template) {
		t.IssuerName = edstest.Name(edstest.Attribute{Type: oid.CommonName, Value: "ҮЛГІ ҰЛТТЫҚКУӘЛАНДЫРУШЫ ОРТАЛЫҚ (GOST) TEST"}, edstest.Attribute{Type: oid.Country, Value: "KZ"})
	})
	for name, id := range map[string]oid.ID{"name": oid.NameConstraints, "policy": oid.PolicyConstraints} {
		sub := b.authority(func(t *edstest.Template) {
			t.Extra = []edstest.Extension{{ID: id, Value: []byte{0x30, 3, 0x80, 1, 0}}}
		})
		b.add(name+"-constraints", scenario{about: "an authority with " + name + "Constraints that are not critical", expect: "chain-constraints-failure", code: "critical-extension",
			crls: [][]byte{b.list(sub)}, message: b.attached(b.leaf(sub, "corpus-leaf", edstest.GenerateGOST, nil), edstest.WithChain())}, nil)
	}
	minusOne := edstest.RevokedCertificate{Serial: []byte{0xff}, At: date(2026, 11, 1), Reason: crl.Superseded}
	for _, t := range []struct {
		name, about, expect, code string
		serial                    []byte
	}{
		{"pass-serial-255", "serial number 255, and -1 is on the list", "total-passed", "", []byte{0, 0xff}},
		{"certificate-revoked-negative", "serial number -1 is on the list", "revoked", "certificate-revoked", []byte{0xff}},
	} {
		leaf := b.gostLeaf(func(x *edstest.Template) { x.Serial = t.serial })
		b.add(t.name, scenario{about: t.about, expect: t.expect, code: t.code, crls: [][]byte{b.list(b.gost.issuer, minusOne)}, message: b.attached(leaf)}, nil)
	}
	b.subjects(simple)
}

// subjects are people whom the NCA writes otherwise than most.
func (b *bench) subjects(simple func(name, about, expect, code string, change func(*edstest.Template))) {
	number := func(value string) func(*edstest.Template) {
		return func(t *edstest.Template) {
			for i, a := range t.Subject {
				if a.Type == oid.SerialNumber {
					t.Subject[i].Value = value
				}
			}
		}
	}
	simple("pass-two-organisations", "two attributes O", "total-passed", "", func(t *edstest.Template) {
		t.Subject = append(t.Subject, edstest.Attribute{Type: oid.Organization, Value: company}, edstest.Attribute{Type: oid.Organization, Value: "«ҮЛГІ» ЖШС ФИЛИАЛЫ"})
	})
	simple("identity-passport", "a foreigner's passport in place of the IIN", "sig-constraints-failure", "identity", number("PASKZ-N01234567"))
	simple("identity-passport-digits", "a passport number of twelve digits without the letters IIN", "sig-constraints-failure", "identity", number("900101300126"))
	simple("pass-foreign-head", "a passport, and the BIN of the company", "total-passed", "", func(t *edstest.Template) {
		number("PASKZ-N01234567")(t)
		t.Subject = append(t.Subject, edstest.Attribute{Type: oid.Organization, Value: company}, edstest.Attribute{Type: oid.OrganizationalUnit, Value: "BIN" + bin})
		t.ExtKeyUsage = []oid.ID{oid.EmailProtection, oid.RoleLegal, oid.RoleHead}
	})
}

// unsigned is about what others can add to a signature, and how messages travel.
func (b *bench) unsigned() {
	k, head := b.keys["individual-gost"], b.keys["head"]
	tsa := b.service["tsa-gost"]
	stamp := func(signature []byte, at time.Time) []byte {
		return must[[]byte](b)(tsa.Stamp(signature, edstest.StampTemplate{Time: at}))
	}
	stamps := func(f func(a, z []byte) [][]byte) []byte {
		return b.attached(k, edstest.WithUnsigned(func(signature []byte) ([][]byte, error) {
			return f(stamp(signature, signedAt), stamp(signature, signedAt.Add(time.Hour))), nil
		}))
	}
	b.add("pass-timestamp-two-attributes", scenario{about: "two time stamps, each in an attribute of its own", expect: "total-passed", message: stamps(func(a, z []byte) [][]byte {
		return [][]byte{edstest.SignedAttribute(oid.TimeStampTokenAttr, a), edstest.SignedAttribute(oid.TimeStampTokenAttr, z)}
	})}, nil)
	b.add("pass-timestamp-two-values", scenario{about: "two time stamps in one attribute", expect: "total-passed", message: stamps(func(a, z []byte) [][]byte {
		return [][]byte{edstest.SignedAttribute(oid.TimeStampTokenAttr, a, z)}
	})}, nil)
	b.add("timestamp-format-empty", scenario{about: "a time-stamp attribute without a token", expect: "format-failure", code: "timestamp-format", message: stamps(func(_, _ []byte) [][]byte {
		return [][]byte{edstest.SignedAttribute(oid.TimeStampTokenAttr)}
	})}, nil)
	b.add("limits-stamps", scenario{about: "nine time stamps in attributes of their own", expect: "sig-constraints-failure", code: "limits", message: stamps(func(a, _ []byte) [][]byte {
		return slices.Repeat([][]byte{edstest.SignedAttribute(oid.TimeStampTokenAttr, a)}, 9)
	})}, nil)

	si := must[[]byte](b)(k.SignerInfo(sum(oid.Streebog512, document), edstest.At(signedAt)))
	b.add("signer-repeated", scenario{about: "the same SignerInfo twice", expect: "total-passed", code: "signer-repeated",
		message: message(k, document, si, func(m *edstest.Message) { m.Signers = append(m.Signers, si) })}, nil)
	counter := func(name, about, code string, f func(signature []byte) ([]byte, error)) {
		msg := must[[]byte](b)(k.SignerInfo(sum(oid.Streebog512, document), edstest.At(signedAt), edstest.WithUnsigned(func(signature []byte) ([][]byte, error) {
			attr, err := f(signature)
			return [][]byte{attr}, err
		})))
		b.add(name, scenario{about: about, expect: "total-passed", code: code, message: message(k, document, msg, func(m *edstest.Message) { m.Certificates = append(m.Certificates, head.Certificate) })}, nil)
	}
	counter("pass-countersignature", "the head countersigns", "", func(signature []byte) ([]byte, error) { return head.Countersignature(signature, signedAt) })
	counter("countersignature", "a countersignature on another signature", "countersignature", func(signature []byte) ([]byte, error) {
		return head.Countersignature(append(slices.Clone(signature), 0), signedAt)
	})
	for name, id := range map[string]oid.ID{"sha384": oid.SHA384, "sha512": oid.SHA512} {
		attr := must[[]byte](b)(edstest.ESSAttributeWith(id, k.Certificate))
		si, err := edstest.SignerTemplate{Key: k, Attributes: append(b.attributes(k, document), attr)}.Marshal()
		b.add("pass-ess-"+name, scenario{about: "signingCertificateV2 with " + name, expect: "total-passed", message: message(k, document, si, nil)}, err)
	}
	b.longTerm()
	b.transport(b.attached(k))
}

// longTerm is a message of level LT by nine people, with two answers about each.
func (b *bench) longTerm() {
	var m edstest.Message
	m.Content = document
	for _, name := range []string{"individual-gost", "individual-gost-2", "individual-rsa", "head", "signright", "employee"} {
		m = b.withEvidence(m, b.keys[name])
	}
	for i := range 3 {
		m = b.withEvidence(m, b.gostLeaf(func(t *edstest.Template) { t.Serial = []byte{0x20, byte(i)} }))
	}
	b.add("pass-nine-signers-evidence", scenario{about: "nine signers, and two OCSP responses about each in the message", expect: "total-passed", message: m.Marshal()}, nil)
}

func (b *bench) withEvidence(m edstest.Message, k *edstest.Key) edstest.Message {
	d := k.Private.Algorithm().Digest
	m.Signers = append(m.Signers, must[[]byte](b)(k.SignerInfo(sum(d, document), edstest.At(signedAt))))
	m.Certificates = append(m.Certificates, k.Certificate)
	if !slices.Contains(m.Digests, d) {
		m.Digests = append(m.Digests, d)
	}
	c, err := certpath.Parse(k.Chain[0])
	if err != nil {
		b.err = err
		return m
	}
	responder := b.service["ocsp-gost"]
	if k.Private.Algorithm().OID == oid.RSAWithSHA256 {
		responder = b.service["ocsp-rsa"]
	}
	id := must[ocsp.CertID](b)(ocsp.NewCertID(oid.SHA256, c, k.Serial()))
	for _, at := range []time.Time{signedAt, checkedAt} {
		m.CRLs = append(m.CRLs, edstest.OCSPRevocationInfo(must[[]byte](b)(responder.OCSP(edstest.Answer{ID: id, ThisUpdate: at}))))
	}
	return m
}

// transport is one message in the wrappings it is met in.
func (b *bench) transport(der []byte) {
	pem := string(edstest.PEM(der))
	b64 := base64.StdEncoding.EncodeToString(der)
	escaped := strings.ReplaceAll(pem, "\n", `\n`)
	wide := func(text string) []byte {
		out := []byte{0xff, 0xfe}
		for _, c := range []byte(text) {
			out = append(out, c, 0)
		}
		return out
	}
	for name, text := range map[string][]byte{
		"data-url":     []byte("data:application/pkcs7-signature;base64," + b64),
		"json":         []byte(`"` + escaped + `"`),
		"literal-n":    []byte(escaped),
		"utf16":        wide(b64),
		"utf16-pem":    wide(pem),
		"trailing-nul": []byte(b64 + "\x00"),
		"json-slashes": []byte(`"` + strings.ReplaceAll(b64, "/", `\/`) + `"`),
	} {
		b.add("pass-transport-"+name, scenario{about: "the message as " + name, expect: "total-passed", kind: "text", message: text}, nil)
	}
}
