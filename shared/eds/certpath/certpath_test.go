package certpath_test

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/courtoffice/courtoffice/shared/eds/algorithm"
	"github.com/courtoffice/courtoffice/shared/eds/certpath"
	"github.com/courtoffice/courtoffice/shared/eds/edstest"
	"github.com/courtoffice/courtoffice/shared/eds/oid"
)

var pki = filepath.Join("..", "..", "..", "testdata", "pki")

func certificates(t testing.TB) map[string][]byte {
	t.Helper()
	all := map[string][]byte{}
	for _, pattern := range []string{"trust/*.cer", "keys/*.pem", "authority/*.pem"} {
		names, err := filepath.Glob(filepath.Join(pki, pattern))
		if err != nil || len(names) == 0 {
			t.Fatalf("%s: %v", pattern, err)
		}
		for _, name := range names {
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			if b, _ := pem.Decode(data); b != nil {
				if data = b.Bytes; b.Type != "CERTIFICATE" {
					continue
				}
			}
			all[filepath.Base(name)] = data
		}
	}
	return all
}

// crypto/x509 is an independent reader of everything but the keys.
func compare(t *testing.T, der []byte, c *certpath.Certificate, std *x509.Certificate) {
	t.Helper()
	if !bytes.Equal(std.RawSubject, c.RawSubject) || !bytes.Equal(std.RawIssuer, c.RawIssuer) || !bytes.Equal(std.RawTBSCertificate, c.RawTBS) ||
		!bytes.Equal(std.RawSubjectPublicKeyInfo, c.RawSPKI) || !bytes.Equal(std.Signature, c.Signature) ||
		!std.NotBefore.Equal(c.NotBefore) || !std.NotAfter.Equal(c.NotAfter) ||
		!bytes.Equal(std.SubjectKeyId, c.SubjectKeyID) || !bytes.Equal(std.AuthorityKeyId, c.AuthorityKeyID) {
		t.Errorf("fields differ: % x", der)
	}
	if std.IsCA != c.IsCA || std.BasicConstraintsValid != c.HasBasicConstraints || int(std.KeyUsage) != int(c.KeyUsage)&0x1ff {
		t.Errorf("CA %t %t, usage %b %b", std.IsCA, c.IsCA, std.KeyUsage, c.KeyUsage)
	}
	if len(std.ExtKeyUsage)+len(std.UnknownExtKeyUsage) != len(c.ExtKeyUsage) || !slices.Equal(std.CRLDistributionPoints, c.CRLPoints) || !slices.Equal(std.OCSPServer, c.OCSPServers) {
		t.Errorf("EKU %v %v, points %v %v", std.UnknownExtKeyUsage, c.ExtKeyUsage, std.CRLDistributionPoints, c.CRLPoints)
	}
}

func TestParseAgreesWithStandardLibrary(t *testing.T) {
	for name, der := range certificates(t) {
		c, err := certpath.Parse(der)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		std, err := x509.ParseCertificate(der)
		if err != nil {
			t.Errorf("%s: crypto/x509: %v", name, err)
			continue
		}
		compare(t, der, c, std)
	}
}

func TestParseRefuses(t *testing.T) {
	der := certificates(t)["head.pem"]
	for i := range der {
		if _, err := certpath.Parse(der[:i]); !errors.Is(err, certpath.ErrSyntax) {
			t.Fatalf("cut to %d bytes: %v", i, err)
		}
	}
	if _, err := certpath.Parse(append(bytes.Clone(der), 0)); !errors.Is(err, certpath.ErrSyntax) {
		t.Errorf("trailing byte: %v", err)
	}
}

var (
	from = time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)
	to   = time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)
	at   = time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
)

func template(cn string, change func(*edstest.Template)) edstest.Template {
	t := edstest.Template{Subject: []edstest.Attribute{{Type: oid.CommonName, Value: cn}}, NotBefore: from, NotAfter: to, CA: true, PathLen: -1,
		KeyUsage: certpath.KeyCertSign | certpath.CRLSign}
	if change != nil {
		change(&t)
	}
	return t
}

func newKey(t *testing.T) *edstest.Private {
	t.Helper()
	k, err := edstest.GenerateGOST()
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func issue(t *testing.T, by *edstest.Key, tmpl edstest.Template) *edstest.Key {
	t.Helper()
	var k *edstest.Key
	var err error
	if by == nil {
		k, err = edstest.NewRoot(newKey(t), tmpl)
	} else {
		k, err = by.Issue(newKey(t), tmpl)
	}
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func parse(t *testing.T, k *edstest.Key) *certpath.Certificate {
	t.Helper()
	c, err := certpath.Parse(k.Certificate)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func leaf(t *edstest.Template) { t.CA, t.KeyUsage = false, certpath.DigitalSignature }

func TestBuild(t *testing.T) {
	root := issue(t, nil, template("ТҮБІР", nil))
	sub := issue(t, root, template("ОРТАЛЫҚ", nil))
	person := issue(t, sub, template("АДАМ", leaf))
	// The same names with other keys.
	fakeRoot := issue(t, nil, template("ТҮБІР", nil))
	fakeSub := issue(t, fakeRoot, template("ОРТАЛЫҚ", nil))
	fakePerson := issue(t, fakeSub, template("АДАМ", leaf))
	sameID := issue(t, nil, template("ТҮБІР", func(x *edstest.Template) { x.SubjectKeyID = parse(t, root).SubjectKeyID }))
	sameIDPerson := issue(t, sameID, template("АДАМ", func(x *edstest.Template) { leaf(x); x.IssuerID = parse(t, root).SubjectKeyID }))

	for _, tt := range []struct {
		name   string
		of     *edstest.Key
		extra  []*edstest.Key
		pooled []*edstest.Key
		want   certpath.Reason
		length int
	}{
		{"authority in the message", person, []*edstest.Key{sub}, nil, "", 3},
		{"authority in the pool", person, nil, []*edstest.Key{sub}, "", 3},
		{"authority of the root", sub, nil, nil, "", 2},
		{"the anchor itself", root, nil, nil, "", 1},
		{"no authority", person, nil, nil, certpath.NoIssuer, 0},
		{"the root in the message is no anchor", fakePerson, []*edstest.Key{fakeSub, fakeRoot}, nil, certpath.NoIssuer, 0},
		{"a root of the same name and key identifier", sameIDPerson, []*edstest.Key{sameID}, nil, certpath.BadSignature, 0},
		{"fake authorities beside the right one", person, []*edstest.Key{fakeSub, fakeRoot, sub}, nil, "", 3},
		{"a person as authority", issue(t, person, template("БАСҚА", leaf)), []*edstest.Key{person, sub}, nil, certpath.NotAuthority, 0},
		{"no basicConstraints", issue(t, issue(t, root, template("АШЫҚ", func(x *edstest.Template) { x.NoBasicConstraints = true })), template("АДАМ", leaf)), nil, nil, certpath.NotAuthority, 0},
		{"no keyCertSign", issue(t, issue(t, root, template("АШЫҚ", func(x *edstest.Template) { x.KeyUsage = certpath.CRLSign })), template("АДАМ", leaf)), nil, nil, certpath.NotAuthority, 0},
		{"no keyUsage", issue(t, issue(t, root, template("АШЫҚ", func(x *edstest.Template) { x.KeyUsage = 0 })), template("АДАМ", leaf)), nil, nil, certpath.NotAuthority, 0},
		{"pathLen 0 above a person", issue(t, issue(t, root, template("АШЫҚ", func(x *edstest.Template) { x.PathLen = 0 })), template("АДАМ", leaf)), nil, nil, "", 3},
		{"pathLen 0 above an authority", issue(t, issue(t, issue(t, root, template("АШЫҚ", func(x *edstest.Template) { x.PathLen = 0 })), template("ТӨМЕН", nil)), template("АДАМ", leaf)), nil, nil, certpath.NotAuthority, 0},
		{"expired authority", issue(t, issue(t, root, template("АШЫҚ", func(x *edstest.Template) { x.NotAfter = at.Add(-time.Second) })), template("АДАМ", leaf)), nil, nil, certpath.OutsideValidity, 0},
		{"authority of tomorrow", issue(t, issue(t, root, template("АШЫҚ", func(x *edstest.Template) { x.NotBefore = at.Add(time.Second) })), template("АДАМ", leaf)), nil, nil, certpath.OutsideValidity, 0},
		{"unknown critical extension above", issue(t, issue(t, root, template("АШЫҚ", func(x *edstest.Template) {
			x.Extra = []edstest.Extension{{ID: "\x2a\x03", Critical: true, Value: []byte{5, 0}}}
		})), template("АДАМ", leaf)), nil, nil, certpath.UnknownExtension, 0},
		{"unknown critical extension", issue(t, sub, template("АДАМ", func(x *edstest.Template) {
			leaf(x)
			x.Extra = []edstest.Extension{{ID: "\x2a\x03", Critical: true, Value: []byte{5, 0}}}
		})), nil, nil, certpath.UnknownExtension, 0},
		{"unknown extension that is not critical", issue(t, sub, template("АДАМ", func(x *edstest.Template) {
			leaf(x)
			x.Extra = []edstest.Extension{{ID: "\x2a\x03", Value: []byte{5, 0}}}
		})), nil, nil, "", 3},
		{"critical EKU, keyUsage not critical", issue(t, sub, template("АДАМ", func(x *edstest.Template) {
			leaf(x)
			x.ExtKeyUsage, x.ExtKeyUsageCritical, x.KeyUsageNotCritical = []oid.ID{oid.RoleSignRight}, true, true
		})), nil, nil, "", 3},
	} {
		var pool certpath.Pool
		pool.AddAnchor(parse(t, root))
		for _, k := range tt.pooled {
			pool.AddIntermediate(parse(t, k))
		}
		o := certpath.Options{At: at}
		for _, k := range tt.extra {
			o.Extra = append(o.Extra, parse(t, k))
		}
		if tt.extra == nil && tt.pooled == nil && tt.name != "no authority" {
			for _, der := range tt.of.Chain {
				c, err := certpath.Parse(der)
				if err != nil {
					t.Fatal(err)
				}
				o.Extra = append(o.Extra, c)
			}
		}
		for range 2 { // the second time, signatures between certificates of the pool are remembered
			path, err := pool.Build(parse(t, tt.of), o)
			if e, ok := errors.AsType[*certpath.PathError](err); tt.want == "" && err != nil || tt.want != "" && (!ok || e.Reason != tt.want) || len(path) != tt.length {
				t.Errorf("%s: %d certificates, %v, want %d, %q", tt.name, len(path), err, tt.length, tt.want)
			}
		}
	}
}

func TestBuildAllowed(t *testing.T) {
	root := issue(t, nil, template("ТҮБІР", nil))
	var pool certpath.Pool
	pool.AddAnchor(parse(t, root))
	_, err := pool.Build(parse(t, issue(t, root, template("АДАМ", leaf))), certpath.Options{At: at, Allowed: func(algorithm.Signature, *algorithm.Key) bool { return false }})
	if e, ok := errors.AsType[*certpath.PathError](err); !ok || e.Reason != certpath.AlgorithmRefused {
		t.Errorf("%v, want %s", err, certpath.AlgorithmRefused)
	}
}

// A message may bring many certificates of one name; the work must not grow with all their pairs.
func TestBuildBoundsWork(t *testing.T) {
	root := issue(t, nil, template("ТҮБІР", nil))
	var pool certpath.Pool
	pool.AddAnchor(parse(t, root))
	key := newKey(t)
	var extra []*certpath.Certificate
	for i := range 60 {
		k, err := edstest.NewRoot(key, template("АТТАС", func(x *edstest.Template) { x.Serial = []byte{1, byte(i)} }))
		if err != nil {
			t.Fatal(err)
		}
		extra = append(extra, parse(t, k))
	}
	start := time.Now()
	if _, err := pool.Build(extra[0], certpath.Options{At: at, Extra: extra, MaxDepth: 6}); err == nil {
		t.Error("a path is found")
	}
	if d := time.Since(start); d > 5*time.Second {
		t.Errorf("took %s", d)
	}
}

func TestNames(t *testing.T) {
	der := edstest.Name(edstest.Attribute{Type: oid.CommonName, Value: `ТЕСТ, "А" + Ә`}, edstest.Attribute{Type: oid.Country, Value: "KZ"}, edstest.Attribute{Type: "\x2a\x03", Value: "x"})
	if got, want := certpath.NameString(der), `CN=ТЕСТ\, "А" \+ Ә,C=KZ,1.2.3=x`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	for _, bad := range [][]byte{nil, {0x30, 1}, {0x30, 2, 0x31, 0}, edstest.Name(edstest.Attribute{Type: oid.CommonName, Value: "\xff"}), append(der, 0)} {
		if _, err := certpath.ParseName(bad); !errors.Is(err, certpath.ErrSyntax) {
			t.Errorf("% x: %v", bad, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, der := range certificates(f) {
		f.Add(der)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := certpath.Parse(data)
		if err != nil {
			return
		}
		if !bytes.Equal(c.Raw, data) {
			t.Error("Raw is not the input")
		}
		certpath.NameString(c.RawSubject)
		if std, err := x509.ParseCertificate(data); err == nil {
			compare(t, data, c, std)
		}
	})
}

func FuzzParseName(f *testing.F) {
	f.Add(edstest.Name(edstest.Attribute{Type: oid.CommonName, Value: "Ә"}))
	f.Fuzz(func(t *testing.T, data []byte) {
		if _, err := certpath.ParseName(data); err != nil && certpath.NameString(data) != "" {
			t.Error("a malformed name has a text")
		}
	})
}
