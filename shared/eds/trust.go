package eds

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/courtoffice/courtoffice/shared/eds/algorithm"
	"github.com/courtoffice/courtoffice/shared/eds/certpath"
	"github.com/courtoffice/courtoffice/shared/eds/crl"
)

// Trust is whom to believe: anchors, the authorities below them, and revocation lists. Fill it
// first; afterwards any number of goroutines may verify with it.
type Trust struct {
	pool *certpath.Pool
	crls map[string][]*crlEntry // by certpath.NameKey of the issuer
	// services are the keys of OCSP responders and time-stamping authorities found trusted.
	services *algorithm.Cache
	skipped  []error
}

// crlEntry is a list with what is known about its signature.
type crlEntry struct {
	list *crl.List
	mu   sync.Mutex
	// signer is the fingerprint of the public key that signed the list, once found.
	signer [32]byte
	found  bool
	// others are the fingerprints of keys that did not sign it. Only keys of trusted authorities are
	// tried, so there are few.
	others map[[32]byte]bool
}

// NewTrust returns a Trust that believes nobody.
func NewTrust() *Trust {
	return &Trust{pool: new(certpath.Pool), crls: make(map[string][]*crlEntry), services: new(algorithm.Cache)}
}

// LoadTrust reads every file in dir and below it that is named .cer, .crt or .crl, in DER or PEM, and
// those named .pem or .der that hold certificates or lists. Certificates signed by their own key are
// anchors, the others candidates for the middle of a path. Files with other names are left alone. A
// .cer, .crt or .crl that cannot be read is passed over, because it can only take trust away, and
// named by Skipped. There must be at least one anchor.
func LoadTrust(dir string) (*Trust, error) {
	t := NewTrust()
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil && name == dir:
			return err
		case err != nil:
			t.skipped = append(t.skipped, err)
		case !d.IsDir():
			if err := t.load(name); err != nil {
				t.skipped = append(t.skipped, err)
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("eds: load trust: %w", err)
	}
	if len(t.pool.Anchors()) == 0 {
		return nil, fmt.Errorf("eds: load trust: no self-signed certificate in %s", dir)
	}
	return t, nil
}

// Skipped returns an error for each certificate or list that LoadTrust could not read, in the order of
// their file names.
func (t *Trust) Skipped() []error { return t.skipped }

func (t *Trust) load(name string) error {
	ext := strings.ToLower(filepath.Ext(name))
	maybe := ext == ".pem" || ext == ".der" // may also hold keys, messages and so on
	if !maybe && ext != ".cer" && ext != ".crt" && ext != ".crl" {
		return nil
	}
	data, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	certErr, listErr := t.AddCertificates(data), t.AddCRL(data)
	switch {
	case maybe, ext == ".crl" && listErr == nil, ext != ".crl" && certErr == nil:
		return nil
	case ext == ".crl":
		return fmt.Errorf("%s: %w", name, listErr)
	}
	return fmt.Errorf("%s: %w", name, certErr)
}

// AddCertificates is AddCertificate for a file of one certificate or, in PEM, several, among them other
// blocks and text. None is added unless all can be read. Error: certpath.ErrSyntax.
func (t *Trust) AddCertificates(data []byte) error {
	all, err := certpath.DecodeAll(data)
	for _, c := range all {
		t.add(c)
	}
	return err
}

// AddCertificate adds a certificate, DER or PEM: as an anchor if it is signed by its own key, else as
// a candidate for the middle of a path. data must not change afterwards.
// Error: certpath.ErrSyntax.
func (t *Trust) AddCertificate(data []byte) error {
	c, err := certpath.Decode(data)
	if err == nil {
		t.add(c)
	}
	return err
}

func (t *Trust) add(c *certpath.Certificate) {
	if c.SelfIssued() && c.CheckSignature(c.Key, false) == nil {
		t.pool.AddAnchor(c)
	} else {
		t.pool.AddIntermediate(c)
	}
}

// AddCRL adds a revocation list or, in PEM, several. Signatures are checked when lists are used. data
// must not change afterwards. None is added unless all can be read. Error: crl.ErrSyntax.
func (t *Trust) AddCRL(data []byte) error {
	all, err := crl.DecodeAll(data)
	for _, l := range all {
		t.addList(&crlEntry{list: l})
	}
	return err
}

// AddIndex adds a revocation list in the compact form of BuildIndex. The form carries no signature: it
// must come from storage that nobody else writes to. data must not change afterwards.
// Error: crl.ErrIndex.
func (t *Trust) AddIndex(data []byte) error {
	l, signer, err := crl.LoadIndex(data)
	if err != nil {
		return err
	}
	t.addList(&crlEntry{list: l, signer: signer, found: true})
	return nil
}

func (t *Trust) addList(e *crlEntry) {
	key := certpath.NameKey(e.list.RawIssuer)
	t.crls[key] = append(t.crls[key], e)
}

// HasLists reports whether any revocation list was added, usable or not.
func (t *Trust) HasLists() bool { return len(t.crls) > 0 }

// BuildIndex checks that issuer, a certificate in DER or PEM, signed list, and brings the list to the
// compact form: a full list of the NCA, 20 MB, becomes 7 MB that load in a few milliseconds.
// Errors: those of crl.Decode, certpath.Decode and crl.List.CheckSignature, crl.ErrIndex for a list
// that covers only some certificates.
func BuildIndex(list, issuer []byte) ([]byte, error) {
	l, err := crl.Decode(list)
	if err != nil {
		return nil, err
	}
	ca, err := certpath.Decode(issuer)
	if err != nil {
		return nil, err
	}
	if !certpath.SameName(ca.RawSubject, l.RawIssuer) || !(&crlEntry{list: l}).signedBy(ca) {
		return nil, certpath.ErrSignature
	}
	return l.MarshalIndex(sha256.Sum256(ca.RawSPKI))
}

// Anchors describes the trust anchors, in no order.
func (t *Trust) Anchors() []Certificate {
	var all []Certificate
	for _, c := range t.pool.Anchors() {
		all = append(all, *describe(c))
	}
	return all
}

// Certificates are the certificates in DER, anchors first, each kind in no order: what another Trust is
// given by AddCertificate to believe the same authorities.
func (t *Trust) Certificates() [][]byte {
	var all [][]byte
	for _, c := range append(slices.Clone(t.pool.Anchors()), t.pool.Intermediates()...) {
		all = append(all, c.Raw)
	}
	return all
}

// ErrNotProduction is returned by RequireProduction.
var ErrNotProduction = errors.New("eds: trust anchor is not one of the NCA's production roots")

// RequireProduction returns an error that wraps ErrNotProduction unless every anchor is one of the
// pinned production roots of the NCA: an office that decides cases must not start with test roots.
func (t *Trust) RequireProduction() error {
	anchors := t.pool.Anchors()
	if len(anchors) == 0 {
		return fmt.Errorf("no anchors: %w", ErrNotProduction)
	}
	for _, c := range anchors {
		if sum := c.SHA256(); !isProductionAnchor(sum) {
			return fmt.Errorf("%s, sha256 %x: %w", certpath.NameString(c.RawSubject), sum, ErrNotProduction)
		}
	}
	return nil
}

// productionAnchors are the SHA-256 fingerprints of the NCA's production roots: GOST 2022, RSA 2020,
// GOST 2020 and, expired, GOST 2015 and RSA 2015. The bytes of RSA 2020 and GOST 2020 were seen in
// one public collection only: compare them with pki.gov.kz before the first release.
var productionAnchors = [...]string{
	"af77725f8328bb24f89d81da3acdf7cee4324248538b7ba2cd2a860517fb9dca",
	"9ba06354b626641715182e4d07c9dbaa1777720fa795d03174ffc68876535dcd",
	"c48164ab5ccaaee6b938299a1e3aeebd6f698bb2bd716a0f0d85befc46166aa2",
	"9ab210e54e6b0343321131202d9edcc2598f598cfdd9ee4ec1056021ab2e9759",
	"a7064abc5699827f370c67b09f1a1bfd7ad5e1514d471223df209c08300ea972",
}

func isProductionAnchor(sum [32]byte) bool {
	s := hex.EncodeToString(sum[:])
	for _, want := range productionAnchors {
		if s == want {
			return true
		}
	}
	return false
}
