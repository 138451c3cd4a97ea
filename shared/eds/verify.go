package eds

import (
	"bytes"
	"errors"
	"fmt"
	"hash"
	"io"
	"slices"
	"time"

	"github.com/courtoffice/courtoffice/shared/eds/algorithm"
	"github.com/courtoffice/courtoffice/shared/eds/certpath"
	"github.com/courtoffice/courtoffice/shared/eds/cms"
	"github.com/courtoffice/courtoffice/shared/eds/ocsp"
	"github.com/courtoffice/courtoffice/shared/eds/oid"
)

// Signed is what to verify.
type Signed struct {
	// Data is the message: CMS in DER, BER, PEM or base64, or an XML document. It must not change
	// while the report is in use.
	Data []byte
	// Content is the document of a detached signature; it is read once, as a stream, and may be of
	// any length. For a message that carries its content leave it nil, or give what it must equal.
	Content io.Reader
	// At is the time of the check, usually when the message arrived. Zero means now.
	At time.Time
	// EvidenceAt is when the evidence about revocation was at hand, where that is later than At: an
	// act judged as of its arrival, whose evidence came afterwards. Zero means At. Lists and answers
	// from after it prove nothing good, and responders must be valid then.
	EvidenceAt time.Time
}

// Verifier verifies messages. Its fields must not change while it is in use; then it may be used by
// any number of goroutines.
type Verifier struct {
	// Trust is whom to believe about signers. It must not be nil.
	Trust *Trust
	// StampTrust is whom to believe about time stamps; nil means Trust.
	StampTrust *Trust
	// OCSP are responses, DER, PEM or base64, about the signers' certificates, used beside the lists of Trust. Which
	// response is about whom is found out; those that prove nothing are ignored.
	OCSP [][]byte
	// Ask, where there is one, is a second source about the signer's certificate: it returns a DER
	// OCSP response about cert, or nil. It is called at most once for a signature, when every other
	// check of it holds and neither the lists nor OCSP have fresh evidence or, for an act judged
	// afterwards (Signed.EvidenceAt), any made since the act; and it must return in bounded time. Its
	// answer is judged as those of OCSP are.
	Ask func(cert, issuer *certpath.Certificate) []byte
	// Policy says what counts. The zero Policy accepts nothing.
	Policy Policy

	within *budget // that several messages share
}

// Within returns a verifier for the messages in a file of that many bytes, which may cost together what one
// message may: there is one account for all of them, and the documents that they are over, which the file
// holds, are counted. It is for one goroutine.
func (v *Verifier) Within(size int64) *Verifier {
	shared := *v
	shared.within = &budget{limits: v.Policy.Limits.withDefaults(), file: true}
	l := &shared.within.limits
	l.DigestBytes = min(l.DigestBytes, freeDigest+l.Inflation*size)
	l.PathChecks += size >> 20 * checksPerMB
	l.SignatureChecks += size >> 20 * checksPerMB
	return &shared
}

// Verify reports on every signature of a message.
//
// The error is nil exactly when the verdict is TotalPassed: every signature of the message holds in
// every respect. It is *VerificationError when the verdict is another, ErrNotASignature (wrapped)
// when the data is not a signed message at all, and otherwise an error of Signed.Content. The
// report is returned in the first two cases and nil in the others.
func (v *Verifier) Verify(in Signed) (*Report, error) {
	r := &Report{Policy: v.Policy.Name, CheckedAt: in.At.UTC(), Clock: ClockGiven, Checks: []Check{}, Signers: []Signer{}}
	if in.At.IsZero() {
		r.CheckedAt, r.Clock = time.Now().UTC().Truncate(time.Second), ClockSystem
	}
	r.evidenceAt = r.CheckedAt
	if in.EvidenceAt.After(r.CheckedAt) {
		r.evidenceAt = in.EvidenceAt.UTC()
	}
	if v.Trust == nil {
		return nil, errors.New("eds: a Verifier needs Trust")
	}
	run := v.start()
	before := run.work.spent
	var err error
	if looksXML(in.Data) {
		err = run.verifyXML(r, in)
	} else {
		err = run.verifyCMS(r, in)
	}
	if err != nil {
		return nil, err
	}
	r.Work = run.work.spent.minus(before)
	r.conclude()
	if r.Indication != TotalPassed {
		return r, &VerificationError{r}
	}
	return r, nil
}

// Sum hashes a document of the file that v is Within. ok is false, and then of every sum and message to come,
// when that is more than the file may cost.
func (v *Verifier) Sum(d algorithm.Digest, document []byte) (sum []byte, ok bool) {
	if v.within != nil && !v.within.digest(price(d)*int64(len(document))) {
		return nil, false
	}
	h := d.New()
	h.Write(document)
	return h.Sum(nil), true
}

// verification is one call of a Verifier.
type verification struct {
	*Verifier
	work *budget
	ocsp []*ocsp.Response // of Verifier.OCSP, once read
}

func (v *Verifier) start() *verification {
	if v.within != nil {
		return &verification{Verifier: v, work: v.within}
	}
	return &verification{Verifier: v, work: &budget{limits: v.Policy.Limits.withDefaults()}}
}

// responses are the responses of Verifier.OCSP that can be read.
func (v *verification) responses() []*ocsp.Response {
	if v.ocsp == nil {
		v.ocsp = parseResponses(v.OCSP)
	}
	return v.ocsp
}

// looksXML reports whether the first character is "<", in UTF-16 too.
func looksXML(data []byte) bool {
	for _, bom := range []string{byteOrderMark, "\xff\xfe", "\xfe\xff"} {
		if rest, ok := bytes.CutPrefix(data, []byte(bom)); ok {
			data = rest
			break
		}
	}
	text := bytes.TrimLeft(data, " \t\r\n\x00")
	return len(text) > 0 && text[0] == '<'
}

func (v *verification) verifyCMS(r *Report, in Signed) error {
	r.Format = CMS
	c := (*checks)(&r.Checks)
	if n := int64(len(in.Data)); n > v.work.limits.Size {
		c.limit("size", fmt.Sprintf("message of %d bytes", n))
		return nil
	}
	der, err := cms.Decode(in.Data)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrNotASignature, err)
	}
	msg, err := cms.Parse(der, v.work.limits.cms())
	if errors.Is(err, cms.ErrNotSignedData) {
		return fmt.Errorf("%w: %w", ErrNotASignature, err)
	}
	if errors.Is(err, cms.ErrTrailing) {
		c.fail(CodeTrailing, "")
		return nil
	}
	if e, ok := errors.AsType[*cms.LimitError](err); ok {
		c.limit(e.Limit, err.Error())
		return nil
	}
	if err != nil {
		c.fail(CodeFormat, err.Error())
		return nil
	}
	c.pass(CodeFormat, "")
	if len(msg.Signers) == 0 {
		c.fail(CodeNoSigners, "")
		return nil
	}
	c.pass(CodeLimits, "")
	dropRepeated(msg, c)
	r.Attached, r.ContentSize = msg.Attached, msg.ContentSize()
	doc, err := v.openContent(r, msg, in.Content)
	if err != nil {
		return err
	}
	carried := &carried{msg: msg}
	for i := range msg.Signers {
		r.Signers = append(r.Signers, v.verifySigner(r, msg, &msg.Signers[i], carried, doc))
	}
	r.content = msg.Content()
	return v.diagnose(r, msg, in.Content)
}

// dropRepeated makes a signature that is there twice count once. What is unsigned of the second goes to
// the first, so that a time stamp on either is judged.
func dropRepeated(msg *cms.SignedData, c *checks) {
	var kept []cms.SignerInfo
	for _, si := range msg.Signers {
		i := slices.IndexFunc(kept, func(k cms.SignerInfo) bool { return k.Repeats(&si) })
		if i < 0 {
			kept = append(kept, si)
			continue
		}
		c.fail(CodeRepeated, fmt.Sprintf("signer %d", i+1))
		for _, a := range si.UnsignedAttrs {
			if !slices.ContainsFunc(kept[i].UnsignedAttrs, func(b cms.Attribute) bool {
				return a.Type == b.Type && slices.EqualFunc(a.Values, b.Values, bytes.Equal)
			}) {
				kept[i].UnsignedAttrs = append(kept[i].UnsignedAttrs, a)
			}
		}
	}
	msg.Signers = kept
}

// content is the document of a message with the digests of it that were asked for. Embedded content
// is hashed when the first signature over it has been verified; a document given apart is read once, so
// that it is hashed in advance with every digest that a signer names.
type content struct {
	msg  *cms.SignedData
	work *budget
	sums map[oid.ID][]byte

	unpaid bool // a document given apart was not read: the budget does not allow it
}

// errUnpaid: a document would have cost more than the budget has.
var errUnpaid = errors.New("eds: no more work than the policy allows")

// payer reads a document that a file holds, as long as the budget pays for what is made of each byte.
type payer struct {
	io.Reader
	pay func(n int64) bool
}

func (p payer) Read(b []byte) (int, error) {
	n, err := p.Reader.Read(b)
	if !p.pay(int64(n)) {
		return 0, errUnpaid
	}
	return n, err
}

// paid is a document as read by those hashes: as it is, or for a file that holds it at their price.
func (b *budget) paid(document io.Reader, hashes ...algorithm.Digest) io.Reader {
	if !b.file {
		return document
	}
	each := int64(0)
	for _, h := range hashes {
		each += price(h)
	}
	return payer{document, func(n int64) bool { return b.digest(each * n) }}
}

func (v *verification) openContent(r *Report, msg *cms.SignedData, given io.Reader) (*content, error) {
	doc := &content{msg: msg, work: v.work, sums: make(map[oid.ID][]byte)}
	switch {
	case msg.Attached && given != nil:
		same, err := sameContent(msg, given)
		if err != nil {
			return nil, err
		}
		if !same {
			(*checks)(&r.Checks).fail(CodeContent, "the document given is not the one in the message")
		}
	case !msg.Attached && given != nil:
		n, err := doc.read(given)
		if doc.unpaid = errors.Is(err, errUnpaid); err != nil && !doc.unpaid {
			return nil, err
		}
		r.ContentSize = n
	}
	return doc, nil
}

// read hashes a document given apart.
func (d *content) read(given io.Reader) (int64, error) {
	hashes := make(map[oid.ID]hash.Hash)
	var all []io.Writer
	var kinds []algorithm.Digest
	for i := range d.msg.Signers {
		id := d.msg.Signers[i].DigestAlgorithm.Algorithm
		if _, ok := hashes[id]; ok {
			continue
		}
		if a, err := algorithm.FindDigest(id); err == nil {
			hashes[id] = a.New()
			all, kinds = append(all, hashes[id]), append(kinds, a)
		}
	}
	n, err := io.Copy(io.MultiWriter(all...), d.work.paid(given, kinds...))
	if err != nil {
		return 0, fmt.Errorf("eds: read content: %w", err)
	}
	for id, h := range hashes {
		d.sums[id] = h.Sum(nil)
	}
	return n, nil
}

// sum returns the digest of the document; ok is false when the budget does not allow to make it.
func (d *content) sum(a algorithm.Digest) (sum []byte, ok bool) {
	if d.unpaid {
		return nil, false
	}
	if sum, ok := d.sums[a.OID]; ok || !d.msg.Attached {
		return sum, true
	}
	each := int64(1)
	if d.work.file {
		each = price(a)
	}
	if !d.work.digest(each * d.msg.ContentSize()) {
		return nil, false
	}
	h := a.New()
	_ = d.msg.WriteContent(h) // a hash takes everything
	d.sums[a.OID] = h.Sum(nil)
	return d.sums[a.OID], true
}

func sameContent(msg *cms.SignedData, content io.Reader) (bool, error) {
	d, err := algorithm.FindDigest(oid.SHA256)
	if err != nil {
		return false, err
	}
	a, b := d.New(), d.New()
	if err := msg.WriteContent(a); err != nil {
		return false, err
	}
	if _, err := io.Copy(b, content); err != nil {
		return false, fmt.Errorf("eds: read content: %w", err)
	}
	return bytes.Equal(a.Sum(nil), b.Sum(nil)), nil
}
