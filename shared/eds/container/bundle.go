package container

import (
	"bytes"
	"path"
	"slices"
	"strings"

	"github.com/courtoffice/courtoffice/shared/eds"
	"github.com/courtoffice/courtoffice/shared/eds/algorithm"
	"github.com/courtoffice/courtoffice/shared/eds/cms"
	"github.com/courtoffice/courtoffice/shared/eds/oid"
	"github.com/courtoffice/courtoffice/shared/eds/pades"
	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// bundle are documents and signatures side by side, in an archive or attached to a PDF.
type bundle struct {
	r          *run
	signatures []signatureFile
	documents  []file
	pdfs       map[string]*pades.Document // those among the documents that have signatures of their own
	sums       map[oid.ID][][]byte        // of the documents, by algorithm
	signed     map[string]bool
}

// signatureFile is a file that holds a CMS message.
type signatureFile struct {
	file
	message *cms.SignedData // nil if it cannot be read
}

// newBundle tells signatures from documents by what they are, and by their names where what claims to be
// a signature cannot be read.
func newBundle(r *run, files []file) *bundle {
	b := &bundle{r: r, pdfs: map[string]*pades.Document{}, sums: map[oid.ID][][]byte{}, signed: map[string]bool{}}
	for _, f := range files {
		if noise(f) {
			continue
		}
		if message, ok := readMessage(f); ok {
			b.signatures = append(b.signatures, signatureFile{f, message})
			continue
		}
		b.documents = append(b.documents, f)
		if !pades.Is(f.data) {
			continue
		}
		doc, err := pades.Parse(f.data, pades.Limits{Nodes: r.limits.Nodes, Unpacked: r.limits.Unpacked, Signatures: r.limits.Signers, Files: r.limits.Files})
		if err == nil && len(doc.Signatures()) > 0 {
			b.pdfs[f.name] = doc
		}
	}
	return b
}

// extensions are those that signatures are saved with.
var extensions = []string{".cms", ".p7s", ".p7m", ".sig", ".sign", ".sgn"}

func named(name string) bool {
	return slices.Contains(extensions, strings.ToLower(path.Ext(name)))
}

// readMessage reads a CMS message. ok is false for what is none and is not named so.
func readMessage(f file) (message *cms.SignedData, ok bool) {
	if !named(f.name) && len(f.data) > 1<<20 && f.data[0] != 0x30 {
		return nil, false // a long text: base64 of a message has a name that says so
	}
	der, err := cms.Decode(f.data)
	if err != nil {
		return nil, named(f.name)
	}
	message, err = cms.Parse(der, cms.Limits{})
	if err != nil {
		_, limit := err.(*cms.LimitError)
		return nil, limit || named(f.name)
	}
	return message, message.ContentType == oid.Data && len(message.Signers) > 0 || named(f.name)
}

// verify reports on all signatures. every tells that each document must be signed.
func (b *bundle) verify(every bool) {
	if n := int64(len(b.signatures)); n > b.r.limits.Signers {
		b.r.limit("signers: %d signature files", n)
		return
	}
	for _, s := range b.signatures {
		b.signature(s)
	}
	for _, d := range b.documents {
		if doc := b.pdfs[d.name]; doc != nil {
			for _, s := range doc.Signatures() {
				b.r.inPDF(d.name+": ", s)
			}
			b.signed[d.name] = true
		}
	}
	for _, d := range b.documents {
		if every && !b.signed[d.name] {
			b.r.fail(eds.CodeUnsignedFile, "%q", d.name)
		}
	}
}

func (b *bundle) signature(s signatureFile) {
	out := Signature{Name: s.name, Checks: []eds.Check{}}
	defer func() { b.r.out.Signatures = append(b.r.out.Signatures, out) }()
	if s.message == nil || s.message.Attached {
		b.r.signature(&out, s.data, nil)
		return
	}
	d, found := b.document(s)
	if !found {
		b.r.signature(&out, s.data, nil)
		return
	}
	out.Covers = []string{d.name}
	b.signed[d.name] = true
	b.r.signature(&out, s.data, reader(d.data))
}

// document finds what a detached signature is over: the document whose name its own is made from, and if
// there is none the one that has the signed digest.
func (b *bundle) document(s signatureFile) (file, bool) {
	stem := strings.TrimSuffix(s.name, path.Ext(s.name))
	for _, d := range b.documents {
		if d.name == stem {
			return d, true
		}
	}
	for i := range s.message.Signers {
		si := &s.message.Signers[i]
		values, n := si.Attr(oid.MessageDigestAttr)
		if n != 1 || len(values) != 1 {
			continue
		}
		in := cryptobyte.String(values[0])
		var want cryptobyte.String
		if !in.ReadASN1(&want, asn1.OCTET_STRING) {
			continue
		}
		for j, sum := range b.digests(si.DigestAlgorithm.Algorithm) {
			if bytes.Equal(sum, want) {
				return b.documents[j], true
			}
		}
	}
	if len(b.documents) == 1 {
		return b.documents[0], true
	}
	return file{}, false
}

// digests are those of all documents.
func (b *bundle) digests(id oid.ID) [][]byte {
	if sums, ok := b.sums[id]; ok {
		return sums
	}
	d, err := algorithm.FindDigest(id)
	if err != nil {
		return nil
	}
	b.sums[id] = [][]byte{}
	for _, f := range b.documents {
		sum, ok := b.r.v.Sum(d, f.data)
		if !ok {
			b.r.limit("digest-bytes: no more work than the policy allows")
			return nil
		}
		b.sums[id] = append(b.sums[id], sum)
	}
	return b.sums[id]
}
