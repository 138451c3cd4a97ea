// Command pki rebuilds testdata/pki: an authority shaped like Kazakhstan's NCA, the test keys of
// fictional people and of one fictional company, and revocation lists; and testdata/eds: signed
// messages, each of which shows one check.
//
//	go run ./testdata/gen/pki [folder, default testdata]
//
// Private keys that are there already are kept, and all signatures are deterministic, so a second run
// changes nothing.
package main

import (
	"bytes"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"log"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/courtoffice/courtoffice/shared/eds/certpath"
	"github.com/courtoffice/courtoffice/shared/eds/crl"
	"github.com/courtoffice/courtoffice/shared/eds/edstest"
	"github.com/courtoffice/courtoffice/shared/eds/oid"
)

func main() {
	log.SetFlags(0)
	dir := "testdata"
	if len(os.Args) > 1 {
		dir = os.Args[1]
	}
	if err := generate(filepath.Join(dir, "pki"), filepath.Join(dir, "eds")); err != nil {
		log.Fatal(err)
	}
}

func date(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }

// generator writes below dir.
type generator struct{ dir string }

func generate(dir, corpusDir string) error {
	g := generator{dir}
	for _, sub := range []string{"trust", "keys", "authority"} {
		if err := os.MkdirAll(filepath.Join(dir, sub), 0o755); err != nil {
			return err
		}
	}
	gost, err := g.authority("gost", "GOST", edstest.GenerateGOST)
	if err != nil {
		return err
	}
	rsa, err := g.authority("rsa", "RSA", func() (*edstest.Private, error) { return edstest.GenerateRSA(4096) })
	if err != nil {
		return err
	}
	fake, err := g.pair("untrusted", "GOST", edstest.GenerateGOST)
	if err != nil {
		return err
	}
	if err := g.people(gost, rsa, fake); err != nil {
		return err
	}
	return g.corpus(corpusDir, gost, rsa)
}

// pair is a root and the authority below it.
type pair struct {
	family       string
	root, issuer *edstest.Key
	revoked      []edstest.RevokedCertificate
}

func (g generator) pair(file, family string, generate func() (*edstest.Private, error)) (*pair, error) {
	name := func(cn string) []edstest.Attribute {
		return []edstest.Attribute{{Type: oid.CommonName, Value: cn}, {Type: oid.Country, Value: "KZ"}}
	}
	rootKey, err := g.private("root-"+file, generate)
	if err != nil {
		return nil, err
	}
	root, err := edstest.NewRoot(rootKey, edstest.Template{
		Subject:   name("ҮЛГІ НЕГІЗГІ КУӘЛАНДЫРУШЫ ОРТАЛЫҚ (" + family + ") TEST"),
		NotBefore: date(2023, 1, 1), NotAfter: date(2055, 1, 1), PathLen: -1,
		KeyUsage: certpath.KeyCertSign | certpath.CRLSign,
	})
	if err != nil {
		return nil, err
	}
	issuerKey, err := g.private("nca-"+file, generate)
	if err != nil {
		return nil, err
	}
	issuer, err := root.Issue(issuerKey, edstest.Template{
		Subject:   name("ҮЛГІ ҰЛТТЫҚ КУӘЛАНДЫРУШЫ ОРТАЛЫҚ (" + family + ") TEST"),
		NotBefore: date(2023, 1, 2), NotAfter: date(2052, 1, 1), CA: true, PathLen: -1,
		KeyUsage: certpath.KeyCertSign | certpath.CRLSign, CRLPoint: "http://crl.example.test/root-" + file + ".crl",
	})
	if err != nil {
		return nil, err
	}
	return &pair{family: file, root: root, issuer: issuer}, nil
}

// authority is a pair that is trusted, with its responder and its time-stamping authority.
func (g generator) authority(file, family string, generate func() (*edstest.Private, error)) (*pair, error) {
	p, err := g.pair(file, family, generate)
	if err != nil {
		return nil, err
	}
	for name, der := range map[string][]byte{"root-" + file: p.root.Certificate, "nca-" + file: p.issuer.Certificate} {
		if err := g.write("trust/"+name+".cer", der); err != nil {
			return nil, err
		}
	}
	for _, service := range []struct {
		name string
		t    edstest.Template
	}{
		{"ocsp", edstest.Template{ExtKeyUsage: []oid.ID{oid.OCSPSigning}, NoCheck: true}},
		{"tsa", edstest.Template{ExtKeyUsage: []oid.ID{oid.TimeStamping}, ExtKeyUsageCritical: true, KeyUsage: certpath.DigitalSignature}},
	} {
		key, err := g.private(service.name+"-"+file, leafGenerator(file))
		if err != nil {
			return nil, err
		}
		service.t.Subject = []edstest.Attribute{{Type: oid.CommonName, Value: "ҮЛГІ " + service.name + " TEST"}, {Type: oid.Country, Value: "KZ"}}
		service.t.NotBefore, service.t.NotAfter = date(2025, 1, 1), date(2050, 1, 1)
		k, err := p.issuer.Issue(key, service.t)
		if err != nil {
			return nil, err
		}
		if err := g.save("authority/"+service.name+"-"+file+".pem", k); err != nil {
			return nil, err
		}
	}
	for name, k := range map[string]*edstest.Key{"root-" + file: p.root, "nca-" + file: p.issuer} {
		if err := g.save("authority/"+name+".pem", k); err != nil {
			return nil, err
		}
	}
	return p, nil
}

func leafGenerator(family string) func() (*edstest.Private, error) {
	if family == "rsa" {
		return func() (*edstest.Private, error) { return edstest.GenerateRSA(2048) }
	}
	return edstest.GenerateGOST
}

// lists writes the revocation lists of the root and of the authority, in force until the end of 2049.
func (g generator) lists(p *pair) error {
	for name, l := range map[string]struct {
		key     *edstest.Key
		revoked []edstest.RevokedCertificate
	}{"root": {p.root, nil}, "nca": {p.issuer, p.revoked}} {
		der, err := l.key.CRL(edstest.ListTemplate{
			Number: 166, ThisUpdate: date(2025, 7, 1), NextUpdate: date(2049, 12, 31), Revoked: l.revoked, InnerAbsent: name == "nca",
		})
		if err != nil {
			return err
		}
		if err := g.write("trust/"+name+"-"+p.family+".crl", der); err != nil {
			return err
		}
	}
	return nil
}

// private returns the key kept in authority/ or keys/, or makes it.
func (g generator) private(name string, generate func() (*edstest.Private, error)) (*edstest.Private, error) {
	for _, sub := range []string{"keys", "authority"} {
		data, err := os.ReadFile(filepath.Join(g.dir, sub, name+".pem"))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		for block, rest := pem.Decode(data); block != nil; block, rest = pem.Decode(rest) {
			if block.Type == "PRIVATE KEY" {
				return edstest.ParsePKCS8(block.Bytes)
			}
		}
	}
	p, err := generate()
	if err != nil {
		return nil, err
	}
	if strings.HasPrefix(name, "corpus-") || name == "root-untrusted" || name == "nca-untrusted" { // no certificate beside these
		der, err := p.MarshalPKCS8()
		if err != nil {
			return nil, err
		}
		return p, g.write("authority/"+name+".pem", pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
	}
	return p, nil
}

func (g generator) save(name string, k *edstest.Key) error {
	data, err := k.MarshalPEM()
	if err != nil {
		return err
	}
	return g.write(name, data)
}

func (g generator) write(name string, data []byte) error {
	path := filepath.Join(g.dir, filepath.FromSlash(name))
	if have, err := os.ReadFile(path); err == nil && bytes.Equal(have, data) {
		return nil
	}
	fmt.Println(path)
	return os.WriteFile(path, data, 0o644)
}

func (g generator) writeEntries(entries []edstest.Entry) error {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(entries); err != nil {
		return err
	}
	return g.write("keys/keys.json", out.Bytes())
}

func revoke(k *edstest.Key, at time.Time, r crl.Reason) edstest.RevokedCertificate {
	return edstest.RevokedCertificate{Serial: k.Serial(), At: at, Reason: r}
}
