package eds

import (
	"bytes"
	"errors"
	"fmt"
	"hash"
	"io"
	"time"

	"github.com/courtoffice/courtoffice/shared/eds/algorithm"
	"github.com/courtoffice/courtoffice/shared/eds/certpath"
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
}

// Verifier verifies messages. Its fields must not change while it is in use; then it may be used by
// any number of goroutines.
type Verifier struct {
	// Trust is whom to believe about signers. It must not be nil.
	Trust *Trust
	// StampTrust is whom to believe about time stamps; nil means Trust.
	StampTrust *Trust
	// OCSP are DER responses about the signers' certificates, used beside the lists of Trust. Which
	// response is about whom is found out; those that prove nothing are ignored.
	OCSP [][]byte
	// Ask, where there is one, is a second source about the signer's certificate: it returns a DER
	// OCSP response about cert, or nil. It is called at most once for a signature, when every other
	// check of it holds and neither the lists nor OCSP have fresh evidence, and it must return in
	// bounded time. Its answer is judged as those of OCSP are.
	Ask func(cert, issuer *certpath.Certificate) []byte
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
	msg, err := cms.Parse(der, cms.Limits{Signers: limits.Signers + 1})
	if errors.Is(err, cms.ErrNotSignedData) {
		return fmt.Errorf("%w: %w", ErrNotASignature, err)
	}
	c := (*checks)(&r.Checks)
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
