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
	"github.com/courtoffice/courtoffice/shared/eds/cms"
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
	// OCSP are responses, in DER, PEM or base64, about the signers' certificates, used beside the lists of Trust. Which
	// response is about whom is found out; those that prove nothing are ignored.
	OCSP [][]byte
	// Policy says what counts. The zero Policy accepts nothing.
	Policy Policy
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
	var err error
	if looksXML(in.Data) {
		err = v.verifyXML(r, in)
	} else {
		err = v.verifyCMS(r, in)
	}
	if err != nil {
		return nil, err
	}
	r.conclude()
	if r.Indication != TotalPassed {
		return r, &VerificationError{r}
	}
	return r, nil
}

func looksXML(data []byte) bool {
	text := bytes.TrimLeft(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")), " \t\r\n")
	return len(text) > 0 && text[0] == '<'
}

func (v *Verifier) verifyCMS(r *Report, in Signed) error {
	r.Format = CMS
	limits := v.Policy.Limits.withDefaults()
	if int64(len(in.Data)) > limits.Size {
		(*checks)(&r.Checks).fail(CodeLimits, fmt.Sprintf("message of %d bytes", len(in.Data)))
		return nil
	}
	der, err := cms.Decode(in.Data)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrNotASignature, err)
	}
	// One signer more than is allowed is read, so that there being too many is not taken for bad syntax.
	msg, err := cms.Parse(der, cms.Limits{Signers: limits.Signers + 1, CRLs: 4 * limits.Signers})
	if errors.Is(err, cms.ErrNotSignedData) {
		return fmt.Errorf("%w: %w", ErrNotASignature, err)
	}
	c := (*checks)(&r.Checks)
	if errors.Is(err, cms.ErrTrailing) {
		c.fail(CodeTrailing, "")
		return nil
	}
	if err != nil {
		c.fail(CodeFormat, err.Error())
		return nil
	}
	c.pass(CodeFormat, "")
	switch n := len(msg.Signers); {
	case n == 0:
		c.fail(CodeNoSigners, "")
		return nil
	case n > limits.Signers:
		c.fail(CodeLimits, fmt.Sprintf("%d signers", n))
		return nil
	}
	c.pass(CodeLimits, "")
	dropRepeated(msg, c)
	r.Attached, r.ContentSize = msg.Attached, msg.ContentSize()
	sums, err := v.digestContent(r, msg, in.Content)
	if err != nil {
		return err
	}
	carried := readCarried(msg)
	for i := range msg.Signers {
		r.Signers = append(r.Signers, v.verifySigner(r, msg, &msg.Signers[i], carried, sums))
	}
	r.content = msg.Content()
	return diagnose(r, msg, in.Content)
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

// digestContent hashes the content once with every digest that its signers name, and compares
// given content with embedded content where there are both.
func (v *Verifier) digestContent(r *Report, msg *cms.SignedData, content io.Reader) (map[oid.ID][]byte, error) {
	if !msg.Attached && content == nil {
		return nil, nil
	}
	hashes := make(map[oid.ID]hash.Hash)
	var all []io.Writer
	for i := range msg.Signers {
		id := msg.Signers[i].DigestAlgorithm.Algorithm
		if _, ok := hashes[id]; ok {
			continue
		}
		if d, err := algorithm.FindDigest(id); err == nil {
			hashes[id] = d.New()
			all = append(all, hashes[id])
		}
	}
	w := io.MultiWriter(all...)
	if msg.Attached {
		if err := msg.WriteContent(w); err != nil {
			return nil, err
		}
		if content != nil {
			same, err := sameContent(msg, content)
			if err != nil {
				return nil, err
			}
			if !same {
				(*checks)(&r.Checks).fail(CodeContent, "the document given is not the one in the message")
			}
		}
	} else {
		n, err := io.Copy(w, content)
		if err != nil {
			return nil, fmt.Errorf("eds: read content: %w", err)
		}
		r.ContentSize = n
	}
	sums := make(map[oid.ID][]byte)
	for id, h := range hashes {
		sums[id] = h.Sum(nil)
	}
	return sums, nil
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
