package eds

import (
	"fmt"
	"iter"

	"github.com/courtoffice/courtoffice/shared/eds/algorithm"
	"github.com/courtoffice/courtoffice/shared/eds/certpath"
	"github.com/courtoffice/courtoffice/shared/eds/cms"
	"github.com/courtoffice/courtoffice/shared/eds/oid"
	"github.com/courtoffice/courtoffice/shared/eds/xmldsig"
)

// Limits are all the bounds on what one message may hold and on the work it may cause. A zero field
// means the default, which is for one file on a machine of one's own; Policy.Online has those of a
// service that strangers send to. What is over a limit is neither good nor bad: the verdict is
// INDETERMINATE with CodeLimits, and the detail begins with the limit's name.
type Limits struct {
	// What a message may hold.
	Size             int64 // bytes of the message; detached content is not limited
	Signers          int64 // signatures of a message
	Certificates     int64 // certificates that a message brings
	CertificateBytes int64 // bytes of one certificate that a message brings
	Evidence         int64 // revocation lists and OCSP responses that a message brings
	Stamps           int64 // time stamps of one signature
	Attributes       int64 // of one SignerInfo, signed or unsigned, or of one XML element
	Pieces           int64 // parts that the content of a BER message is cut into
	Depth            int64 // nesting of XML elements
	Nodes            int64 // XML tags, comments, instructions and CDATA sections; values of a PDF
	Namespaces       int64 // XML namespace declarations in scope at once
	NameBytes        int64 // bytes of one XML name
	References       int64 // references of all XML signatures together
	Files            int64 // files of an archive, or attached to a PDF
	Unpacked         int64 // bytes that the files of an archive or the streams of a PDF take unpacked
	Inflation        int64 // bytes unpacked or hashed for each byte of an archive or a PDF, beside some that are free

	// How far the search for a path goes.
	Path int64 // certificates in a path

	// What the whole message may cost, whatever it holds.
	Growth          int64 // canonical bytes for each byte of the XML document
	CanonicalBytes  int64 // canonical bytes of all XML signatures together
	DigestBytes     int64 // bytes hashed; detached content is not counted
	PathChecks      int64 // signatures of certificates checked
	SignatureChecks int64 // signatures of signers, time stamps, lists and responses checked
}

// limit is a row of the table of limits.
type limit struct {
	name   string
	of     func(*Limits) *int64
	value  int64 // default
	online int64
}

// The defaults hold a hostile file to half a second for each megabyte, the slowest algorithm taken:
// GOST 34.310 with 1.3 ms a check and GOST 34.311 with 40 MB/s. The online values hold it to less than
// three honest signatures: one signer, a path of three of which the upper part is known, evidence that
// NCALayer does not send but may.
var limits = [...]limit{
	{"size", func(l *Limits) *int64 { return &l.Size }, 64 << 20, 256 << 10},
	{"signers", func(l *Limits) *int64 { return &l.Signers }, 64, 1},
	{"certificates", func(l *Limits) *int64 { return &l.Certificates }, 256, 8},
	{"certificate-bytes", func(l *Limits) *int64 { return &l.CertificateBytes }, 256 << 10, 32 << 10},
	{"evidence", func(l *Limits) *int64 { return &l.Evidence }, 128, 2},
	{"stamps", func(l *Limits) *int64 { return &l.Stamps }, 8, 2},
	{"attributes", func(l *Limits) *int64 { return &l.Attributes }, 128, 32},
	{"pieces", func(l *Limits) *int64 { return &l.Pieces }, 1 << 16, 256},
	{"depth", func(l *Limits) *int64 { return &l.Depth }, 128, 64},
	{"nodes", func(l *Limits) *int64 { return &l.Nodes }, 2_000_000, 4096},
	{"namespaces", func(l *Limits) *int64 { return &l.Namespaces }, 64, 32},
	{"name-bytes", func(l *Limits) *int64 { return &l.NameBytes }, 512, 256},
	{"references", func(l *Limits) *int64 { return &l.References }, 64, 4},
	{"files", func(l *Limits) *int64 { return &l.Files }, 1000, 16},
	{"unpacked", func(l *Limits) *int64 { return &l.Unpacked }, 256 << 20, 1 << 20},
	{"inflation", func(l *Limits) *int64 { return &l.Inflation }, 32, 4},
	{"path", func(l *Limits) *int64 { return &l.Path }, 6, 6},
	{"growth", func(l *Limits) *int64 { return &l.Growth }, 8, 4},
	{"canonical-bytes", func(l *Limits) *int64 { return &l.CanonicalBytes }, 512 << 20, 512 << 10},
	{"digest-bytes", func(l *Limits) *int64 { return &l.DigestBytes }, 2 << 30, 320 << 10},
	{"path-checks", func(l *Limits) *int64 { return &l.PathChecks }, 144, 4},
	{"signature-checks", func(l *Limits) *int64 { return &l.SignatureChecks }, 144, 3},
}

// What a file that holds messages may cost whatever its size: bytes unpacked and hashed, and how many checks
// more each of its megabytes may bring.
const (
	freeUnpacked = 32 << 20
	freeDigest   = 48 << 20
	checksPerMB  = 64
)

// Unpack returns how many bytes a file of that size may take unpacked.
func (l Limits) Unpack(size int64) int64 {
	l = l.withDefaults()
	return min(l.Unpacked, freeUnpacked+l.Inflation*size)
}

// price is what a byte hashed costs, in bytes of the other algorithms: GOST 34.311 is the slow one.
func price(d algorithm.Digest) int64 {
	if d.OID == oid.GOST34311 {
		return 5
	}
	return 1
}

func (l Limits) withDefaults() Limits {
	for _, row := range limits {
		if v := row.of(&l); *v <= 0 {
			*v = row.value
		}
	}
	return l
}

// Effective returns l with the defaults in place of zeros.
func (l Limits) Effective() Limits { return l.withDefaults() }

func onlineLimits() (l Limits) {
	for _, row := range limits {
		*row.of(&l) = row.online
	}
	return l
}

func (l Limits) cms() cms.Limits {
	return cms.Limits{Signers: int(l.Signers), Certificates: int(l.Certificates), CertificateBytes: int(l.CertificateBytes), Evidence: int(l.Evidence), Attributes: int(l.Attributes), Pieces: int(l.Pieces)}
}

// xml are the limits of an XML document of that many bytes. The growth that is allowed to one canonical
// form is that of all together.
func (b *budget) xml(size int) xmldsig.Limits {
	l := &b.limits
	b.canonicalMost = min(l.CanonicalBytes, b.spent.CanonicalBytes+l.Growth*int64(size)+64<<10)
	return xmldsig.Limits{
		MaxBytes: int(l.Size), MaxDepth: int(l.Depth), MaxNodes: int(l.Nodes), MaxAttributes: int(l.Attributes),
		MaxNamespaces: int(l.Namespaces), MaxNameBytes: int(l.NameBytes), MaxSignatures: int(l.Signers),
		MaxReferences: int(l.References), MaxCertificates: int(l.Certificates), MaxGrowth: int(l.Growth), MaxCanonicalBytes: b.canonicalMost, Spend: b.canonical,
	}
}

// Set changes the limit of that name, such as "signers". value must be above 0.
func (l *Limits) Set(name string, value int64) error {
	for _, row := range limits {
		if row.name == name && value > 0 {
			*row.of(l) = value
			return nil
		}
	}
	return fmt.Errorf("eds: no limit %s=%d", name, value)
}

// All yields every limit by name with its value, the default where it is zero.
func (l Limits) All() iter.Seq2[string, int64] {
	l = l.withDefaults()
	return func(yield func(string, int64) bool) {
		for _, row := range limits {
			if !yield(row.name, *row.of(&l)) {
				return
			}
		}
	}
}

// Work is what a verification has cost, in the units of Limits.
type Work struct {
	CanonicalBytes, DigestBytes, PathChecks, SignatureChecks int64
}

func (w Work) minus(x Work) Work {
	return Work{w.CanonicalBytes - x.CanonicalBytes, w.DigestBytes - x.DigestBytes, w.PathChecks - x.PathChecks, w.SignatureChecks - x.SignatureChecks}
}

// budget is the account of one verification. Once a limit is reached nothing more is granted, so that
// what follows ends soon.
type budget struct {
	limits Limits
	spent  Work
	out    string // name of the limit that was reached first
	file   bool   // of a file that holds messages and their documents

	canonicalMost int64 // what CanonicalBytes is for the document that is read
}

func (b *budget) spend(name string, spent *int64, n, most int64) bool {
	if b.out == "" && *spent+n > most {
		b.out = name
	}
	if b.out != "" {
		return false
	}
	*spent += n
	return true
}

func (b *budget) canonical(n int64) bool {
	return b.spend("canonical-bytes", &b.spent.CanonicalBytes, n, b.canonicalMost)
}

func (b *budget) digest(n int64) bool {
	return b.spend("digest-bytes", &b.spent.DigestBytes, n, b.limits.DigestBytes)
}

func (b *budget) signature() bool {
	return b.spend("signature-checks", &b.spent.SignatureChecks, 1, b.limits.SignatureChecks)
}

// path grants the check of one certificate's signature, which hashes the certificate.
func (b *budget) path(c *certpath.Certificate) bool {
	return b.digest(int64(len(c.RawTBS))) && b.spend("path-checks", &b.spent.PathChecks, 1, b.limits.PathChecks)
}
