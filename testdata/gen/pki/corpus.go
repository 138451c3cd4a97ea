package main

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unicode/utf16"

	"github.com/courtoffice/courtoffice/shared/eds/algorithm"
	"github.com/courtoffice/courtoffice/shared/eds/certpath"
	"github.com/courtoffice/courtoffice/shared/eds/crl"
	"github.com/courtoffice/courtoffice/shared/eds/edstest"
	"github.com/courtoffice/courtoffice/shared/eds/ocsp"
	"github.com/courtoffice/courtoffice/shared/eds/oid"
	"github.com/courtoffice/courtoffice/shared/eds/xmldsig"
	"golang.org/x/text/encoding/charmap"
)

// scenario is one file of the corpus: header lines, an empty line, the message.
type scenario struct {
	about   string
	expect  string // total-passed, or the sub-indication in lower case with hyphens
	code    string // of the only check that did not hold, warnings included; "" for none
	also    string // code of another warning that comes with it
	kind    string // cms (default), xml, text for a message as it is, ocsp, cert, pdf, zip
	policy  string // default filing
	at      time.Time
	roles   string
	defers  bool
	grace   string   // how long a list counts after it has ended, as time.Duration
	stamps  string   // "ignored" where doubtful ones are, "skipped" where none is looked at
	content []byte   // of a detached message
	trust   [][]byte // certificates beside those of the trust folder
	crls    [][]byte
	ocsp    [][]byte
	cert    []byte // kind ocsp: the certificate asked about
	issuer  []byte // and its issuer
	message []byte
}

// bench is what scenarios are made of.
type bench struct {
	g       generator
	gost    *pair
	rsa     *pair
	keys    map[string]*edstest.Key
	service map[string]*edstest.Key
	err     error
	out     map[string]scenario
}

// Times of the corpus: when messages were signed and when they are checked.
var (
	signedAt  = time.Date(2026, 11, 20, 9, 30, 0, 0, time.UTC)
	checkedAt = time.Date(2026, 11, 22, 14, 0, 0, 0, time.UTC)
	document  = []byte("Талап арыз. Исковое заявление. Statement of claim.\n")
)

func (g generator) corpus(dir string, gost, rsa *pair) error {
	keys, err := edstest.LoadKeys(filepath.Join(g.dir, "keys"))
	if err != nil {
		return err
	}
	b := &bench{g: g, gost: gost, rsa: rsa, keys: keys, service: map[string]*edstest.Key{}, out: map[string]scenario{}}
	for _, name := range []string{"ocsp-gost", "ocsp-rsa", "tsa-gost", "tsa-rsa"} {
		data, err := os.ReadFile(filepath.Join(g.dir, "authority", name+".pem"))
		if err != nil {
			return err
		}
		if b.service[name], err = edstest.ParsePEM(data); err != nil {
			return err
		}
	}
	b.passing()
	b.messages()
	b.certificates()
	b.revocations()
	b.stamps()
	b.evidence()
	b.names()
	b.unsigned()
	b.pdfs()
	b.archives()
	b.xml()
	if b.err != nil {
		return b.err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	out := generator{dir}
	for name, s := range b.out {
		if err := out.write(name+".txt", s.marshal()); err != nil {
			return err
		}
	}
	// The examples of package eds read these two.
	for file, name := range map[string]string{"example.p7s": "pass-gost", "revoked.p7s": "certificate-revoked"} {
		if err := out.write(file, edstest.PEM(b.out[name].message)); err != nil {
			return err
		}
	}
	return nil
}

func (s scenario) marshal() []byte {
	var w bytes.Buffer
	line := func(key, value string) {
		if value != "" {
			fmt.Fprintf(&w, "%s: %s\n", key, value)
		}
	}
	b64 := func(key string, list ...[]byte) {
		for _, data := range list {
			if data != nil {
				line(key, base64.StdEncoding.EncodeToString(data))
			}
		}
	}
	if s.at.IsZero() {
		s.at = checkedAt
	}
	line("about", s.about)
	line("expect", s.expect)
	line("code", s.code)
	line("also", s.also)
	line("kind", s.kind)
	line("policy", s.policy)
	line("at", s.at.Format(time.RFC3339))
	line("roles", s.roles)
	if s.defers {
		line("revocation", "deferred")
	}
	line("grace", s.grace)
	line("stamps", s.stamps)
	b64("content", s.content)
	b64("trust", s.trust...)
	b64("crl", s.crls...)
	b64("ocsp", s.ocsp...)
	b64("certificate", s.cert)
	b64("issuer", s.issuer)
	w.WriteByte('\n')
	switch s.kind {
	case "xml", "text":
		w.Write(s.message)
	case "ocsp", "cert", "pdf", "zip":
		w.WriteString(base64.StdEncoding.EncodeToString(s.message) + "\n")
	default:
		w.Write(edstest.PEM(s.message))
	}
	return w.Bytes()
}

// add keeps a scenario; err is that of making its message.
func (b *bench) add(name string, s scenario, err error) {
	if err != nil && b.err == nil {
		b.err = fmt.Errorf("%s: %w", name, err)
	}
	if _, twice := b.out[name]; twice && b.err == nil {
		b.err = fmt.Errorf("%s: two scenarios", name)
	}
	b.out[name] = s
}

// must hands a value on and keeps the first error.
func must[T any](b *bench) func(T, error) T {
	return func(v T, err error) T {
		if err != nil && b.err == nil {
			b.err = err
		}
		return v
	}
}

func (b *bench) attached(k *edstest.Key, options ...edstest.Option) []byte {
	return must[[]byte](b)(k.SignCMS(document, edstest.Attached, append([]edstest.Option{edstest.At(signedAt)}, options...)...))
}

func (b *bench) passing() {
	for name, key := range map[string]string{"gost": "individual-gost", "rsa": "individual-rsa", "head": "head", "signright": "signright"} {
		b.add("pass-"+name, scenario{about: "attached, " + key, expect: "total-passed", message: b.attached(b.keys[key])}, nil)
	}
	k := b.keys["individual-gost"]
	detached, err := k.SignCMS(document, edstest.Detached, edstest.At(signedAt))
	b.add("pass-detached", scenario{about: "the document is apart", expect: "total-passed", content: document, message: detached}, err)
	b.add("content-missing", scenario{about: "the document is apart and was not given", expect: "signed-data-not-found", code: "content-missing", message: detached}, nil)
	b.add("content-digest", scenario{about: "the document was changed after signing", expect: "hash-failure", code: "content-digest",
		content: append(slices.Clone(document), ' '), message: detached}, nil)
	overText, err := k.SignCMS([]byte(base64.StdEncoding.EncodeToString(document)), edstest.Detached, edstest.At(signedAt))
	b.add("content-base64", scenario{about: "signed was the base64 text of the document", expect: "hash-failure", code: "content-base64", content: document, message: overText}, err)
	withMark, err := k.SignCMS(append([]byte("\xef\xbb\xbf"), document...), edstest.Detached, edstest.At(signedAt))
	b.add("content-byte-order-mark", scenario{about: "signed was the document with a byte order mark", expect: "hash-failure", code: "content-byte-order-mark", content: document, message: withMark}, err)
	empty, err := k.SignCMS([]byte{}, edstest.Attached, edstest.At(signedAt))
	b.add("pass-empty", scenario{about: "attached content of no length is not detached", expect: "total-passed", message: empty}, err)
	b.add("pass-chain", scenario{about: "the message carries the path up to the root", expect: "total-passed", message: b.attached(k, edstest.WithChain())}, nil)
	two, err := b.signers(k, b.keys["individual-rsa"])
	b.add("pass-two-signers", scenario{about: "GOST and RSA in one message", expect: "total-passed", message: two}, err)
	b.add("pass-auth-sign-in", scenario{about: "an authentication key proves who is there", expect: "total-passed", policy: "sign-in", message: b.attached(b.keys["auth-only"])}, nil)
	c, err := certpath.Parse(k.Certificate)
	if err == nil {
		bySKI := slices.Concat([]byte{0x80, byte(len(c.SubjectKeyID))}, c.SubjectKeyID)
		si, err := edstest.SignerTemplate{Key: k, Attributes: b.attributes(k, document), Identifier: bySKI, Version: 3}.Marshal()
		b.add("pass-key-identifier", scenario{about: "SignerInfo of version 3 names the certificate by key identifier", expect: "total-passed",
			message: message(k, document, si, func(m *edstest.Message) { m.Version = 3 })}, err)
	}
	sorted := slices.SortedFunc(slices.Values(b.attributes(k, document)), bytes.Compare)
	si, err := edstest.SignerTemplate{Key: k, Attributes: sorted}.Marshal()
	unsorted := bytes.Replace(message(k, document, si, nil), slices.Concat(sorted...), slices.Concat(sorted[2], sorted[1], sorted[0]), 1)
	b.add("pass-unsorted", scenario{about: "signed attributes stored in another order than they are signed in", expect: "total-passed", message: unsorted}, err)
	ber := indefinite(b.attached(k))
	b.add("pass-ber", scenario{about: "the outermost lengths are indefinite", expect: "total-passed", message: ber}, nil)
}

// indefinite rewrites the outermost SEQUENCE and the [0] in it with indefinite lengths.
func indefinite(der []byte) []byte {
	body := content(der)
	idLen := 2 + int(body[1])
	inner := content(body[idLen:])
	return slices.Concat([]byte{0x30, 0x80}, body[:idLen], []byte{0xa0, 0x80}, inner, make([]byte, 4))
}

// content takes tag and length off an element of definite length.
func content(der []byte) []byte {
	if der[1] < 0x80 {
		return der[2:]
	}
	return der[2+int(der[1]&0x7f):]
}

func sum(id oid.ID, data []byte) []byte {
	d, err := algorithm.FindDigest(id)
	if err != nil {
		panic(err) // identifiers here are those of the table
	}
	h := d.New()
	h.Write(data)
	return h.Sum(nil)
}

// attributes are the plain signed attributes over data: content type, time and digest.
func (b *bench) attributes(k *edstest.Key, data []byte) [][]byte {
	return edstest.BasicAttributes(sum(k.Private.Algorithm().Digest, data), signedAt)
}

func message(k *edstest.Key, data, si []byte, change func(*edstest.Message)) []byte {
	m := edstest.Message{Digests: []oid.ID{k.Private.Algorithm().Digest}, Content: data, Certificates: [][]byte{k.Certificate}, Signers: [][]byte{si}}
	if change != nil {
		change(&m)
	}
	return m.Marshal()
}

func (b *bench) signers(keys ...*edstest.Key) ([]byte, error) {
	var m edstest.Message
	m.Content = document
	for _, k := range keys {
		d := k.Private.Algorithm().Digest
		si, err := k.SignerInfo(sum(d, document), edstest.At(signedAt))
		if err != nil {
			return nil, err
		}
		m.Signers, m.Certificates, m.Digests = append(m.Signers, si), append(m.Certificates, k.Certificate), append(m.Digests, d)
	}
	return m.Marshal(), nil
}

func (b *bench) messages() {
	k := b.keys["individual-gost"]
	whole := b.attached(k)
	b.add("format", scenario{about: "cut short", expect: "format-failure", code: "format", message: whole[:len(whole)-1]}, nil)
	b.add("format-trailing", scenario{about: "a NUL byte after the message, as from a buffer of C", expect: "format-failure", code: "trailing-bytes", message: append(slices.Clone(whole), 0)}, nil)
	b.add("no-signers", scenario{about: "no SignerInfo", expect: "format-failure", code: "no-signers",
		message: message(k, document, nil, func(m *edstest.Message) { m.Signers = nil })}, nil)
	many, err := b.signers(slices.Repeat([]*edstest.Key{k}, 65)...)
	b.add("limits", scenario{about: "more signers than are allowed, which is neither good nor bad", expect: "sig-constraints-failure", code: "limits", message: many}, err)
	for name, t := range map[string]struct {
		about, expect, code string
		si                  edstest.SignerTemplate
	}{
		"signed-attributes": {"a signature straight over the content", "format-failure", "signed-attributes",
			edstest.SignerTemplate{SignatureValue: must[[]byte](b)(k.Private.Sign(document))}},
		"signed-attributes-twice": {"two messageDigest attributes, one of them right", "format-failure", "signed-attributes",
			edstest.SignerTemplate{Attributes: append(b.attributes(k, document), edstest.BasicAttributes(make([]byte, 64), signedAt)[2])}},
		"content-type": {"the attribute says TSTInfo, the content is a document", "format-failure", "content-type",
			edstest.SignerTemplate{Attributes: append([][]byte{edstest.ContentTypeAttribute(oid.TSTInfo)}, b.attributes(k, document)[1:]...)}},
		"algorithm-mismatch": {"signature and digest algorithms of RSA with a GOST key", "sig-crypto-failure", "algorithm-mismatch",
			edstest.SignerTemplate{Attributes: b.attributes(k, document), Digest: oid.SHA256, Signature: oid.RSAWithSHA256}},
		"not-supported-256": {"the 256-bit variant of the standard, of which no certificate exists", "sig-constraints-failure", "not-supported",
			edstest.SignerTemplate{Attributes: b.attributes(k, document), Signature: oid.GOST2015Signature256}},
		"signature-zero": {"r = s = 0", "sig-crypto-failure", "signature",
			edstest.SignerTemplate{Attributes: b.attributes(k, document), SignatureValue: make([]byte, 128)}},
		"signing-certificate": {"signingCertificateV2 is about another certificate", "no-signing-certificate-found", "signing-certificate",
			edstest.SignerTemplate{Attributes: append(b.attributes(k, document), edstest.ESSAttribute(b.keys["head"].Certificate))}},
	} {
		t.si.Key = k
		si, err := t.si.Marshal()
		b.add(name, scenario{about: t.about, expect: t.expect, code: t.code, message: message(k, document, si, nil)}, err)
	}
	b.signatureOrders(k)
	si, err := k.SignerInfo(sum(oid.Streebog512, document), edstest.At(signedAt))
	b.add("certificate-missing", scenario{about: "another certificate stands in the message", expect: "no-signing-certificate-found", code: "certificate-missing",
		message: message(k, document, si, func(m *edstest.Message) { m.Certificates = [][]byte{b.keys["head"].Certificate} })}, err)
	oneBad := must[[]byte](b)(edstest.SignerTemplate{Key: b.keys["head"], Attributes: b.attributes(k, document), SignatureValue: bytes.Repeat([]byte{7}, 128)}.Marshal())
	b.add("signature-second", scenario{about: "two signers, the second signature is wrong", expect: "sig-crypto-failure", code: "signature",
		message: message(k, document, si, func(m *edstest.Message) {
			m.Signers, m.Certificates = append(m.Signers, oneBad), append(m.Certificates, b.keys["head"].Certificate)
		})}, nil)
}

// signatureOrders writes a right signature in each of the three byte orders that are wrong.
func (b *bench) signatureOrders(k *edstest.Key) {
	attrs := b.attributes(k, document)
	right := must[[]byte](b)(k.Private.Sign(edstest.AttributeSet(attrs)))
	if len(right) != 128 {
		b.err = errors.New("signature of an odd length")
		return
	}
	reverse := func(p []byte) []byte {
		p = slices.Clone(p)
		slices.Reverse(p)
		return p
	}
	r, s := right[:64], right[64:]
	for name, value := range map[string][]byte{
		"s-r-big-endian":    reverse(right),
		"r-s-big-endian":    slices.Concat(reverse(r), reverse(s)),
		"s-r-little-endian": slices.Concat(s, r),
	} {
		si, err := edstest.SignerTemplate{Key: k, Attributes: attrs, SignatureValue: value}.Marshal()
		b.add("signature-"+name, scenario{about: "a right signature in another byte order", expect: "sig-crypto-failure", code: "signature", message: message(k, document, si, nil)}, err)
	}
}

// leaf issues a certificate for a key of the corpus, like that of individual-gost but for change.
func (b *bench) leaf(issuer *edstest.Key, private string, generate func() (*edstest.Private, error), change func(*edstest.Template)) *edstest.Key {
	key := must[*edstest.Private](b)(b.g.private(private, generate))
	if b.err != nil {
		return b.keys["individual-gost"]
	}
	t := everybody()[0].template("gost")
	if change != nil {
		change(&t)
	}
	return must[*edstest.Key](b)(issuer.Issue(key, t))
}

func (b *bench) gostLeaf(change func(*edstest.Template)) *edstest.Key {
	return b.leaf(b.gost.issuer, "corpus-leaf", edstest.GenerateGOST, change)
}

// authority issues a certificate for an authority of the corpus below the root.
func (b *bench) authority(change func(*edstest.Template)) *edstest.Key {
	return b.leaf(b.gost.root, "corpus-authority", edstest.GenerateGOST, func(t *edstest.Template) {
		*t = edstest.Template{
			Subject: []edstest.Attribute{{Type: oid.CommonName, Value: "ҮЛГІ ҚОСАЛҚЫ ОРТАЛЫҚ TEST"}}, NotBefore: date(2025, 1, 1), NotAfter: date(2050, 1, 1),
			CA: true, PathLen: 0, KeyUsage: certpath.KeyCertSign | certpath.CRLSign,
		}
		if change != nil {
			change(t)
		}
	})
}

// list is a list of issuer in force at the time of the corpus.
func (b *bench) list(issuer *edstest.Key, revoked ...edstest.RevokedCertificate) []byte {
	return must[[]byte](b)(issuer.CRL(edstest.ListTemplate{Number: 167, ThisUpdate: date(2026, 11, 1), NextUpdate: date(2026, 12, 31), Revoked: revoked}))
}

func (b *bench) certificates() {
	simple := func(name, about, expect, code string, k *edstest.Key) {
		b.add(name, scenario{about: about, expect: expect, code: code, message: b.attached(k)}, nil)
	}
	expired := must[[]byte](b)(b.keys["expired"].SignCMS(document, edstest.Attached, edstest.At(date(2024, 6, 1))))
	b.add("certificate-expired", scenario{about: "expired on 1 January 2025; the claim to have signed before does not help", expect: "expired", code: "certificate-expired", message: expired}, nil)
	b.add("certificate-expired-archive", scenario{about: "expired now, and nothing shows when it was signed", expect: "out-of-bounds-no-poe", code: "certificate-expired", policy: "archive", message: expired}, nil)
	early := b.keys["not-yet-valid"]
	si, err := edstest.SignerTemplate{Key: early, Attributes: slices.Delete(b.attributes(early, document), 1, 2)}.Marshal()
	b.add("certificate-not-yet-valid", scenario{about: "valid from 2049, no time claimed", expect: "not-yet-valid", code: "certificate-not-yet-valid", message: message(early, document, si, nil)}, err)
	simple("certificate-not-for-signing", "AUTH_RSA: no nonRepudiation", "chain-constraints-failure", "certificate-not-for-signing", b.keys["auth-only"])
	simple("certificate-untrusted", "a foreign authority with the same names", "no-certificate-chain-found", "certificate-untrusted", b.keys["untrusted"])
	b.add("role-not-allowed", scenario{about: "an ordinary employee where a head is wanted", expect: "sig-constraints-failure", code: "role-not-allowed", roles: "head", message: b.attached(b.keys["employee"])}, nil)

	flipped := *b.keys["individual-gost"]
	flipped.Certificate = slices.Clone(flipped.Certificate)
	flipped.Certificate[len(flipped.Certificate)-1] ^= 1
	simple("issuer-signature", "a bit of the issuer's signature changed", "no-certificate-chain-found", "issuer-signature", &flipped)

	offCurve := *b.gostLeaf(nil)
	offCurve.Certificate = must[[]byte](b)(edstest.ReplaceKey(offCurve.Certificate))
	simple("public-key", "the public point is not on the curve", "sig-crypto-failure", "public-key", &offCurve)

	byLeaf := b.leaf(b.keys["head"], "corpus-leaf", edstest.GenerateGOST, nil)
	b.add("issuer-not-authority", scenario{about: "issued with the key of an ordinary certificate", expect: "chain-constraints-failure", code: "issuer-not-authority", message: b.attached(byLeaf, edstest.WithChain())}, nil)
	long := b.authority(nil)
	below := b.leaf(long, "corpus-second", edstest.GenerateGOST, func(t *edstest.Template) {
		*t = edstest.Template{Subject: []edstest.Attribute{{Type: oid.CommonName, Value: "ҮЛГІ ТЕРЕҢ ОРТАЛЫҚ TEST"}}, NotBefore: date(2025, 1, 1), NotAfter: date(2050, 1, 1), CA: true, PathLen: -1, KeyUsage: certpath.KeyCertSign}
	})
	b.add("issuer-path-length", scenario{about: "one authority more than pathLen allows", expect: "chain-constraints-failure", code: "issuer-not-authority",
		message: b.attached(b.leaf(below, "corpus-leaf", edstest.GenerateGOST, nil), edstest.WithChain())}, nil)
	simple("critical-extension", "a critical extension nobody knows", "chain-constraints-failure", "critical-extension", b.gostLeaf(func(t *edstest.Template) {
		t.Extra = []edstest.Extension{{ID: oid.ID("\x2a\x86\x48\x01"), Critical: true, Value: []byte{5, 0}}}
	}))
	lapsed := b.authority(func(t *edstest.Template) { t.NotAfter = date(2026, 1, 1) })
	b.add("issuer-validity", scenario{about: "the authority's certificate has expired", expect: "out-of-bounds-no-poe", code: "issuer-validity", message: b.attached(b.leaf(lapsed, "corpus-leaf", edstest.GenerateGOST, nil), edstest.WithChain())}, nil)
	simple("identity", "neither IIN nor BIN", "sig-constraints-failure", "identity", b.gostLeaf(func(t *edstest.Template) {
		t.Subject = slices.DeleteFunc(t.Subject, func(a edstest.Attribute) bool { return a.Type == oid.SerialNumber })
	}))
	simple("identity-name", "a line feed and a mark of direction in the name", "sig-constraints-failure", "identity", b.gostLeaf(func(t *edstest.Template) {
		for i, a := range t.Subject {
			if a.Type == oid.CommonName {
				t.Subject[i].Value = "СЕРІКОВ\nTOTAL-PASSED \u202eНАЛҰ"
			}
		}
	}))
	simple("identity-two-numbers", "two different IINs", "sig-constraints-failure", "identity", b.gostLeaf(func(t *edstest.Template) {
		t.Subject = append(t.Subject, edstest.Attribute{Type: oid.SerialNumber, Value: "IIN781124400222"})
	}))
	simple("identity-check-digit", "the check digit of the IIN is wrong, as in the NCA's test certificates", "total-passed", "identity-check-digit", b.gostLeaf(func(t *edstest.Template) {
		for i, a := range t.Subject {
			if a.Type == oid.SerialNumber {
				t.Subject[i].Value = "IIN123456789011"
			}
		}
	}))
	old := b.leaf(b.gost.issuer, "corpus-gost2004", edstest.GenerateGOST2004, nil)
	simple("algorithm-not-allowed", "GOST 34.310-2004 under the policy for filing", "crypto-constraints-failure", "algorithm-not-allowed", old)
	b.add("pass-gost2004-archive", scenario{about: "GOST 34.310-2004 under the policy for archives", expect: "total-passed", policy: "archive", message: b.attached(old)}, nil)
	oldSI, err := edstest.SignerTemplate{Key: old, Attributes: b.attributes(old, document), Signature: oid.GOST2004Key}.Marshal()
	b.add("pass-gost2004-key-identifier", scenario{about: "old Kalkan names the key's algorithm in place of the signature's", expect: "total-passed", policy: "archive", message: message(old, document, oldSI, nil)}, err)
	sha1 := *b.keys["individual-rsa"]
	sha1.Private = sha1.Private.With(oid.RSAWithSHA1)
	simple("algorithm-not-allowed-sha1", "RSA with SHA-1 under the policy for filing", "crypto-constraints-failure", "algorithm-not-allowed", &sha1)
	b.add("pass-rsa-sha1-archive", scenario{about: "RSA with SHA-1 under the policy for archives", expect: "total-passed", policy: "archive", message: b.attached(&sha1)}, nil)
	for name, id := range map[string]oid.ID{"sha384": oid.RSAWithSHA384, "sha512": oid.RSAWithSHA512} {
		rsa := *b.keys["individual-rsa"]
		rsa.Private = rsa.Private.With(id)
		b.add("pass-rsa-"+name, scenario{about: "RSA with " + name, expect: "total-passed", message: b.attached(&rsa)}, nil)
	}
	claim := must[[]byte](b)(b.keys["individual-gost"].SignCMS(document, edstest.Attached, edstest.At(date(2020, 1, 1))))
	b.add("signing-time", scenario{about: "the signer claims a time before the certificate", expect: "total-passed", code: "signing-time", message: claim}, nil)
}

func (b *bench) revocations() {
	k := b.keys["individual-gost"]
	b.add("certificate-revoked", scenario{about: "keyCompromise", expect: "revoked", code: "certificate-revoked", message: b.attached(b.keys["revoked"])}, nil)
	b.add("certificate-suspended", scenario{about: "certificateHold", expect: "revoked", code: "certificate-suspended", message: b.attached(b.keys["suspended"])}, nil)
	b.add("certificate-revoked-archive", scenario{about: "revoked now, and nothing shows when it was signed", expect: "revoked-no-poe", code: "certificate-revoked", policy: "archive", message: b.attached(b.keys["revoked"])}, nil)
	late := time.Date(2049, 12, 31, 12, 0, 0, 0, time.UTC)
	ofRoot := [][]byte{must[[]byte](b)(b.gost.root.CRL(edstest.ListTemplate{Number: 168, ThisUpdate: date(2049, 12, 30), NextUpdate: date(2050, 1, 1)}))}
	b.add("revocation-unknown", scenario{about: "every list of the authority is out of date", crls: ofRoot, expect: "try-later", code: "revocation-unknown", at: late, message: b.attached(k)}, nil)
	b.add("revocation-deferred", scenario{crls: ofRoot, about: "every list of the authority is out of date, and the policy asks later", expect: "total-passed", code: "revocation-deferred", at: late, defers: true, message: b.attached(k)}, nil)
	b.add("revocation-stale", scenario{crls: ofRoot, about: "the list has ended twelve hours ago, and the policy grants a day", expect: "total-passed", code: "revocation-stale", at: late, grace: "24h", message: b.attached(k)}, nil)
	b.add("revocation-unknown-after-grace", scenario{crls: ofRoot, about: "the list has ended twelve hours ago, and the policy grants six", expect: "try-later", code: "revocation-unknown", at: late, grace: "6h", message: b.attached(k)}, nil)
	b.add("certificate-revoked-newer-list", scenario{about: "only the newer of two lists in force has the certificate", expect: "revoked", code: "certificate-revoked",
		crls: [][]byte{b.list(b.gost.issuer, revoke(k, date(2026, 11, 1), crl.Superseded))}, message: b.attached(k)}, nil)
	b.delta(k)

	sub := b.authority(nil)
	leaf := b.leaf(sub, "corpus-leaf", edstest.GenerateGOST, nil)
	signed := b.attached(leaf, edstest.WithChain())
	b.add("issuer-revoked", scenario{about: "the root revoked the authority", expect: "revoked-ca-no-poe", code: "issuer-revoked",
		crls: [][]byte{b.list(sub), b.list(b.gost.root, revoke(sub, date(2026, 11, 1), crl.CACompromise))}, message: signed}, nil)
	b.add("issuer-revocation-unknown", scenario{about: "no list of the authority above says anything", expect: "total-passed", code: "issuer-revocation-unknown",
		at: time.Date(2049, 12, 31, 12, 0, 0, 0, time.UTC), crls: [][]byte{must[[]byte](b)(sub.CRL(edstest.ListTemplate{Number: 1, ThisUpdate: date(2049, 12, 30), NextUpdate: date(2050, 1, 1)}))}, message: signed}, nil)

	responder := b.service["ocsp-gost"]
	id := b.certID(k)
	answer := func(a edstest.Answer) [][]byte {
		a.ID = id
		return [][]byte{must[[]byte](b)(responder.OCSP(a))}
	}
	b.add("pass-ocsp", scenario{crls: ofRoot, about: "every list of the authority is out of date, an OCSP response is fresh", expect: "total-passed", at: late,
		ocsp: answer(edstest.Answer{ThisUpdate: late}), message: b.attached(k)}, nil)
	b.carriedEvidence(k, late, ofRoot, answer(edstest.Answer{ThisUpdate: late})[0])
	b.add("revocation-unknown-ocsp", scenario{crls: ofRoot, about: "every list of the authority is out of date, the OCSP response is of yesterday", expect: "try-later", at: late, code: "revocation-unknown",
		ocsp: answer(edstest.Answer{ThisUpdate: late.Add(-24 * time.Hour)}), message: b.attached(k)}, nil)
	b.add("certificate-revoked-ocsp", scenario{about: "good in the list, revoked by OCSP", expect: "revoked", code: "certificate-revoked",
		ocsp: answer(edstest.Answer{ThisUpdate: checkedAt, Status: ocsp.Revoked, RevokedAt: date(2026, 11, 2), Reason: crl.KeyCompromise}), message: b.attached(k)}, nil)
	b.add("certificate-not-issued", scenario{about: "revoked in 1970 and on hold: the authority does not know the certificate", expect: "certificate-chain-general-failure", code: "certificate-not-issued",
		ocsp: answer(edstest.Answer{ThisUpdate: checkedAt, Status: ocsp.Revoked, RevokedAt: time.Unix(0, 0).UTC(), Reason: crl.CertificateHold}), message: b.attached(k)}, nil)
	unauthorised := *b.keys["employee"]
	b.add("responder-not-authorised", scenario{about: "good, says an ordinary certificate of the same authority", expect: "chain-constraints-failure", code: "responder-not-authorised", kind: "ocsp",
		cert: k.Certificate, issuer: b.gost.issuer.Certificate, message: must[[]byte](b)(unauthorised.OCSP(edstest.Answer{ID: id, ThisUpdate: checkedAt}))}, nil)
	b.add("ocsp-try-later", scenario{about: "tryLater is no answer", expect: "try-later", code: "revocation-unknown", kind: "ocsp",
		cert: k.Certificate, issuer: b.gost.issuer.Certificate, message: edstest.OCSPFailure(ocsp.TryLater)}, nil)
	b.add("ocsp-good", scenario{about: "good, says the responder", expect: "total-passed", kind: "ocsp",
		cert: k.Certificate, issuer: b.gost.issuer.Certificate, message: answer(edstest.Answer{ThisUpdate: checkedAt})[0]}, nil)
}

// carriedEvidence puts a list, and an OCSP response, into the message itself (RFC 5652, section 10.2.1;
// RFC 5940).
func (b *bench) carriedEvidence(k *edstest.Key, at time.Time, ofRoot [][]byte, response []byte) {
	si := must[[]byte](b)(k.SignerInfo(sum(oid.Streebog512, document), edstest.At(signedAt)))
	list := must[[]byte](b)(b.gost.issuer.CRL(edstest.ListTemplate{Number: 169, ThisUpdate: at.Add(-time.Hour), NextUpdate: at.Add(time.Hour)}))
	b.add("pass-carried-list", scenario{about: "the message carries a fresh list", expect: "total-passed", at: at, crls: ofRoot,
		message: message(k, document, si, func(m *edstest.Message) { m.CRLs = [][]byte{list} })}, nil)
	b.add("pass-carried-ocsp", scenario{about: "the message carries a fresh OCSP response", expect: "total-passed", at: at, crls: ofRoot,
		message: message(k, document, si, func(m *edstest.Message) { m.CRLs = [][]byte{edstest.OCSPRevocationInfo(response)} })}, nil)
}

// delta makes lists as the NCA numbers them: the delta by a counter of its own.
func (b *bench) delta(k *edstest.Key) {
	list := func(number int64, r ...edstest.RevokedCertificate) []byte {
		return must[[]byte](b)(b.gost.issuer.CRL(edstest.ListTemplate{Number: number, Base: 166, ThisUpdate: date(2026, 11, 20), NextUpdate: date(2026, 12, 1), Revoked: r}))
	}
	b.add("certificate-revoked-delta", scenario{about: "revoked by a delta with a lower number than its base, as the NCA counts", expect: "revoked", code: "certificate-revoked",
		crls: [][]byte{list(5, revoke(k, date(2026, 11, 19), crl.Superseded))}, message: b.attached(k)}, nil)
	ended := must[[]byte](b)(b.gost.issuer.CRL(edstest.ListTemplate{Number: 5, Base: 166, ThisUpdate: date(2026, 11, 20), NextUpdate: date(2026, 11, 21),
		Revoked: []edstest.RevokedCertificate{revoke(k, date(2026, 11, 19), crl.Superseded)}}))
	b.add("certificate-revoked-ended-delta", scenario{about: "revoked by a delta that has ended; the next one failed to come", expect: "revoked", code: "certificate-revoked",
		crls: [][]byte{ended}, message: b.attached(k)}, nil)
	held := b.keys["suspended"]
	b.add("certificate-suspended-delta", scenario{about: "a removal by a delta with a lower number is not believed", expect: "revoked", code: "certificate-suspended",
		crls: [][]byte{list(5, revoke(held, date(2026, 11, 19), crl.RemoveFromCRL))}, message: b.attached(held)}, nil)
	b.add("pass-delta-removal", scenario{about: "a removal by a delta with a higher number is", expect: "total-passed",
		crls: [][]byte{list(57725, revoke(held, date(2026, 11, 19), crl.RemoveFromCRL))}, message: b.attached(held)}, nil)
}

func (b *bench) certID(k *edstest.Key) ocsp.CertID {
	issuer := must[*certpath.Certificate](b)(certpath.Parse(b.gost.issuer.Certificate))
	if b.err != nil {
		return ocsp.CertID{}
	}
	return must[ocsp.CertID](b)(ocsp.NewCertID(oid.SHA256, issuer, k.Serial()))
}

func (b *bench) stamps() {
	k, tsa := b.keys["individual-gost"], b.service["tsa-gost"]
	with := func(k, tsa *edstest.Key, t edstest.StampTemplate) []byte {
		return b.attached(k, edstest.WithStamp(tsa.Stamper(t)))
	}
	negative := []byte{0xf3, 0x60, 0x64, 0xa6, 0x5b, 0x0b, 0x75, 0x0b}
	b.add("pass-timestamp", scenario{about: "a time stamp with a negative nonce", expect: "total-passed", message: with(k, tsa, edstest.StampTemplate{Time: signedAt, Nonce: negative})}, nil)
	b.add("pass-timestamp-rsa", scenario{about: "an RSA time stamp on a GOST signature", expect: "total-passed", message: with(k, b.service["tsa-rsa"], edstest.StampTemplate{Time: signedAt})}, nil)
	b.add("pass-timestamp-expired", scenario{about: "expired now, stamped while it was valid", expect: "total-passed", code: "signing-time", crls: [][]byte{
		must[[]byte](b)(b.gost.issuer.CRL(edstest.ListTemplate{Number: 1, ThisUpdate: date(2024, 5, 1), NextUpdate: date(2024, 7, 1)})),
		must[[]byte](b)(b.gost.root.CRL(edstest.ListTemplate{Number: 1, ThisUpdate: date(2024, 5, 1), NextUpdate: date(2024, 7, 1)}))},
		message: with(b.keys["expired"], b.stamper(date(2024, 1, 1)), edstest.StampTemplate{Time: date(2024, 6, 1)})}, nil)
	b.add("pass-timestamp-superseded", scenario{about: "revoked as superseded after it was stamped", expect: "total-passed",
		crls:    [][]byte{b.list(b.gost.issuer, revoke(k, date(2026, 11, 21), crl.Superseded))},
		message: with(k, tsa, edstest.StampTemplate{Time: signedAt})}, nil)
	b.add("certificate-revoked-skipped-stamp", scenario{about: "the same where the policy judges on arrival", expect: "revoked", code: "certificate-revoked", stamps: "skipped",
		crls:    [][]byte{b.list(b.gost.issuer, revoke(k, date(2026, 11, 21), crl.Superseded))},
		message: with(k, tsa, edstest.StampTemplate{Time: signedAt})}, nil)
	b.add("certificate-revoked-after-stamp", scenario{about: "keyCompromise after it was stamped reaches back", expect: "revoked", code: "certificate-revoked",
		crls:    [][]byte{b.list(b.gost.issuer, revoke(k, date(2026, 11, 21), crl.KeyCompromise))},
		message: with(k, tsa, edstest.StampTemplate{Time: signedAt})}, nil)
	b.add("timestamp-imprint", scenario{about: "a genuine token of another signature", expect: "hash-failure", code: "timestamp-imprint",
		message: b.attached(k, edstest.WithStamp(func([]byte) ([]byte, error) {
			return tsa.Stamp([]byte("another"), edstest.StampTemplate{Time: signedAt})
		}))}, nil)
	b.add("timestamp-format", scenario{about: "not a token", expect: "format-failure", code: "timestamp-format",
		message: b.attached(k, edstest.WithStamp(func([]byte) ([]byte, error) { return []byte{4, 1, 0}, nil }))}, nil)
	b.add("timestamp-signature", scenario{about: "a bit of the token's signature changed", expect: "sig-crypto-failure", code: "timestamp-signature",
		message: b.attached(k, edstest.WithStamp(func(sig []byte) ([]byte, error) {
			token, err := tsa.Stamp(sig, edstest.StampTemplate{Time: signedAt})
			if err == nil {
				token[len(token)-1] ^= 1
			}
			return token, err
		}))}, nil)
	b.add("timestamp-not-authority", scenario{about: "a right token made with an employee's certificate", expect: "chain-constraints-failure", code: "timestamp-not-authority",
		message: with(k, b.keys["employee"], edstest.StampTemplate{Time: date(2025, 7, 1)})}, nil)
	b.add("timestamp-order", scenario{about: "stamped a year after the check", expect: "timestamp-order-failure", code: "timestamp-order",
		message: with(k, tsa, edstest.StampTemplate{Time: date(2027, 11, 22)})}, nil)

	foreign := must[*edstest.Private](b)(b.g.private("corpus-tsa", edstest.GenerateGOST))
	if b.err != nil {
		return
	}
	usage := edstest.Template{Subject: []edstest.Attribute{{Type: oid.CommonName, Value: "БӨТЕН УАҚЫТ БЕЛГІСІ TEST"}}, NotBefore: date(2025, 1, 1), NotAfter: date(2050, 1, 1),
		ExtKeyUsage: []oid.ID{oid.TimeStamping}, ExtKeyUsageCritical: true}
	unknown := must[*edstest.Key](b)(b.keys["untrusted"].Issue(foreign, usage))
	b.add("timestamp-untrusted", scenario{about: "a time-stamping authority nobody here knows", expect: "no-certificate-chain-found", code: "timestamp-untrusted",
		message: with(k, unknown, edstest.StampTemplate{Time: signedAt})}, nil)
	b.add("pass-timestamp-ignored", scenario{about: "the same where the policy ignores such stamps", expect: "total-passed", code: "timestamp-untrusted", stamps: "ignored",
		message: with(k, unknown, edstest.StampTemplate{Time: signedAt})}, nil)
	b.add("timestamp-validity", scenario{about: "stamped before the authority's certificate began", expect: "out-of-bounds-no-poe", code: "timestamp-validity",
		message: with(k, b.stamper(date(2026, 11, 21)), edstest.StampTemplate{Time: signedAt})}, nil)
	revoked := b.stamper(date(2025, 1, 1))
	b.add("timestamp-revoked", scenario{about: "the authority's certificate was revoked", expect: "revoked-no-poe", code: "timestamp-revoked",
		crls:    [][]byte{b.list(b.gost.issuer, revoke(revoked, date(2026, 11, 1), crl.KeyCompromise))},
		message: with(k, revoked, edstest.StampTemplate{Time: signedAt})}, nil)
	sub := b.authority(nil)
	tsaKey := b.leaf(sub, "corpus-tsa", edstest.GenerateGOST, func(t *edstest.Template) { *t = usage })
	noList := b.attached(k, edstest.WithStamp(tsaKey.Stamper(edstest.StampTemplate{Time: signedAt, Chain: true})))
	b.add("timestamp-revocation-unknown", scenario{about: "no list says anything about the authority: believed with a warning", expect: "total-passed", code: "timestamp-revocation-unknown", message: noList}, nil)
}

// stamper is a time-stamping authority of the trusted issuer, valid from a day on.
func (b *bench) stamper(from time.Time) *edstest.Key {
	return b.leaf(b.gost.issuer, "corpus-tsa", edstest.GenerateGOST, func(t *edstest.Template) {
		*t = edstest.Template{Subject: []edstest.Attribute{{Type: oid.CommonName, Value: "ҮЛГІ УАҚЫТ БЕЛГІСІ TEST"}}, NotBefore: from, NotAfter: date(2050, 1, 1),
			ExtKeyUsage: []oid.ID{oid.TimeStamping}, ExtKeyUsageCritical: true}
	})
}

func (b *bench) xml() {
	k := b.keys["individual-gost"]
	doc := []byte("<талап xmlns=\"urn:example:claim\"><мәтін>Жарық &amp; көлеңке</мәтін></талап>")
	enveloped := must[[]byte](b)(xmlSigner(k, xmldsig.GOST2015).Enveloped(doc))
	if b.err != nil {
		return
	}
	b.add("pass-xml", scenario{about: "enveloped signature over the document", expect: "total-passed", kind: "xml", message: enveloped}, nil)
	b.add("xml-content-digest", scenario{about: "text changed after signing", expect: "hash-failure", code: "content-digest", kind: "xml",
		message: bytes.Replace(enveloped, []byte("көлеңке"), []byte("қараңғы"), 1)}, nil)
	b.add("later-signature", scenario{about: "a second signature broke the first", expect: "hash-failure", code: "later-signature", kind: "xml",
		message: must[[]byte](b)(xmlSigner(b.keys["head"], xmldsig.GOST2015).Enveloped(enveloped))}, nil)
	byID := must[[]byte](b)(xmlSigner(k, xmldsig.GOST2015).ByID([]byte(`<a><part Id="part">мәтін</part></a>`), "part", xmldsig.Exclusive))
	b.add("pass-xml-by-id", scenario{about: "signature over one element", expect: "total-passed", kind: "xml", message: byID}, nil)
	b.add("xml-reference", scenario{about: "an element of the same name beside the signed one", expect: "format-failure", code: "xml-reference", kind: "xml",
		message: bytes.Replace(byID, []byte(`<part Id="part">`), []byte(`<part>басқа мәтін</part><part Id="part">`), 1)}, nil)
	soap := []byte(`<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/" xmlns:wsu="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"><soap:Body wsu:Id="body"><талап>мәтін</талап></soap:Body></soap:Envelope>`)
	b.add("pass-ws-security", scenario{about: "SOAP body signed as on SmartBridge", expect: "total-passed", kind: "xml",
		message: must[[]byte](b)(xmlSigner(b.keys["head"], xmldsig.GOST2015).Body(soap, "body"))}, nil)
	if i := bytes.Index(enveloped, []byte("<талап")); i >= 0 {
		b.add("xml-doctype", scenario{about: "a document type declaration", expect: "format-failure", code: "format", kind: "xml",
			message: slices.Concat([]byte("<!DOCTYPE талап>"), enveloped[i:])}, nil)
	}
	b.smuggled(k, enveloped, byID)
	b.encodings(k, enveloped)
	if !strings.Contains(string(enveloped), "Signature") {
		b.err = errors.New("no signature in the signed document")
	}
}

// smuggled are signed documents with something in them that no signature is over.
func (b *bench) smuggled(k *edstest.Key, enveloped, byID []byte) {
	for name, t := range map[string]struct{ about, expect, code, from, to string }{
		"format-key-info":       {"an element in KeyInfo", "format-failure", "format", "<ds:KeyInfo>", "<ds:KeyInfo><ds:KeyValue><мәтін>басқа</мәтін></ds:KeyValue>"},
		"format-x509-data":      {"an element in X509Data", "format-failure", "format", "<ds:X509Data>", "<ds:X509Data><мәтін>басқа</мәтін>"},
		"format-attribute":      {"an attribute of ds:Signature", "format-failure", "format", "<ds:Signature ", "<ds:Signature мәтін=\"басқа\" "},
		"format-second-body":    {"a SOAP Body in KeyInfo", "format-failure", "format", "<ds:KeyInfo>", "<ds:KeyInfo><Body xmlns=\"http://schemas.xmlsoap.org/soap/envelope/\"/>"},
		"not-supported-object":  {"ds:Object, as XAdES has it", "sig-constraints-failure", "not-supported", "</ds:KeyInfo>", "</ds:KeyInfo><ds:Object/>"},
		"xml-reference-same-id": {"the signature has the id of a signed element", "format-failure", "xml-reference", "<ds:KeyInfo>", "<ds:KeyInfo Id=\"part\">"},
	} {
		doc := enveloped
		if strings.HasPrefix(name, "xml-reference") {
			doc = byID
		}
		b.add(name, scenario{about: t.about, expect: t.expect, code: t.code, kind: "xml", message: bytes.Replace(doc, []byte(t.from), []byte(t.to), 1)}, nil)
	}
	sig := byID[bytes.Index(byID, []byte("<ds:Signature ")) : bytes.Index(byID, []byte("</ds:Signature>"))+len("</ds:Signature>")]
	b.add("signer-repeated-xml", scenario{about: "the same signature over a part twice", expect: "total-passed", code: "signer-repeated", kind: "xml",
		message: bytes.Replace(byID, sig, slices.Concat(sig, sig), 1)}, nil)
	chain := []byte("</ds:X509Certificate>")
	for _, above := range k.Chain {
		chain = append(chain, "<ds:X509Certificate>"+base64.StdEncoding.EncodeToString(above)+"</ds:X509Certificate>"...)
	}
	b.add("pass-xml-chain", scenario{about: "X509Data carries the path up to the root", expect: "total-passed", kind: "xml",
		message: bytes.Replace(enveloped, []byte("</ds:X509Certificate>"), chain, 1)}, nil)
}

// encodings are a signed document written in another encoding, which changes nothing that is signed.
func (b *bench) encodings(k *edstest.Key, enveloped []byte) {
	russian := must[[]byte](b)(xmlSigner(k, xmldsig.GOST2015).Enveloped([]byte("<иск><текст>Свет &amp; тень</текст></иск>")))
	declared := func(encoding string, doc []byte) string {
		return "<?xml version=\"1.0\" encoding=\"" + encoding + "\"?>\n" + string(doc)
	}
	eightBit := must[string](b)(charmap.Windows1251.NewEncoder().String(declared("windows-1251", russian)))
	wide := []byte{0xff, 0xfe}
	for _, u := range utf16.Encode([]rune(declared("UTF-16", enveloped))) {
		wide = binary.LittleEndian.AppendUint16(wide, u)
	}
	b.add("pass-xml-windows-1251", scenario{about: "in windows-1251, as 1C writes", expect: "total-passed", kind: "xml", message: []byte(eightBit)}, nil)
	b.add("pass-xml-utf-16", scenario{about: "in UTF-16, as tools of Windows write", expect: "total-passed", kind: "xml", message: wide}, nil)
	b.add("not-supported-encoding", scenario{about: "in an encoding that is not read", expect: "sig-constraints-failure", code: "not-supported", kind: "xml",
		message: []byte(declared("x-mac-cyrillic", enveloped))}, nil)
	b.add("not-supported-undeclared", scenario{about: "in windows-1251 and not declared so", expect: "sig-constraints-failure", code: "not-supported", kind: "xml",
		message: []byte(strings.Replace(eightBit, " encoding=\"windows-1251\"", "", 1))}, nil)
}

func xmlSigner(k *edstest.Key, m xmldsig.SignatureMethod) *xmldsig.Signer {
	return &xmldsig.Signer{
		Method: m, Certificate: k.Certificate, Sign: k.Private.Sign,
		NewHash: func(m xmldsig.DigestMethod) hash.Hash {
			d, err := algorithm.FindXMLDigest(m.URI())
			if err != nil {
				return nil
			}
			return d.New()
		},
	}
}
