package eds

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"

	"github.com/courtoffice/courtoffice/shared/eds/algorithm"
	"github.com/courtoffice/courtoffice/shared/eds/cms"
	"github.com/courtoffice/courtoffice/shared/eds/oid"
	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// byteOrderMark is what editors on Windows put before UTF-8.
const byteOrderMark = "\xef\xbb\xbf"

// diagnose tells apart the honest mistakes behind a detached signature that does not fit: web pages
// sign the base64 text of a file, or the file without its byte order mark. It explains and never
// accepts. It needs a document that can be read again.
func (v *verification) diagnose(r *Report, msg *cms.SignedData, content io.Reader) error {
	again, ok := content.(io.ReadSeeker)
	if !ok || msg.Attached {
		return nil
	}
	tried := make(map[oid.ID][][]byte) // digests of every guess, made once for all signers
	for i := range r.Signers {
		c := (*checks)(&r.Signers[i].Checks)
		if !c.failed(CodeContent) {
			continue
		}
		si := &msg.Signers[i]
		d, err := algorithm.FindDigest(si.DigestAlgorithm.Algorithm)
		if err != nil {
			continue
		}
		if tried[d.OID] == nil {
			if v.work.file && !v.work.digest(5*price(d)*r.ContentSize) {
				return nil
			}
			if tried[d.OID], err = guessed(d, again); err != nil {
				return err
			}
		}
		for j, sum := range tried[d.OID] {
			if signedDigest(si, sum) {
				c.fail(guesses[j].code, guesses[j].detail)
				break
			}
		}
	}
	return nil
}

// guessed hashes every guess; the sum is nil where the document has no such reading.
func guessed(d algorithm.Digest, again io.ReadSeeker) ([][]byte, error) {
	sums := make([][]byte, len(guesses))
	for i, guess := range guesses {
		if _, err := again.Seek(0, io.SeekStart); err != nil {
			return nil, fmt.Errorf("eds: read content again: %w", err)
		}
		h := d.New()
		if guess.write(h, again) == nil {
			sums[i] = h.Sum(nil)
		}
	}
	return sums, nil
}

func (c *checks) failed(code Code) bool {
	for _, x := range *c {
		if x.Code == code && x.Status == Failed {
			return true
		}
	}
	return false
}

func signedDigest(si *cms.SignerInfo, sum []byte) bool {
	values, n := si.Attr(oid.MessageDigestAttr)
	if n != 1 || len(values) != 1 {
		return false
	}
	in := cryptobyte.String(values[0])
	var want cryptobyte.String
	return sum != nil && in.ReadASN1(&want, asn1.OCTET_STRING) && bytes.Equal(want, sum)
}

// guess is another reading of a document.
type guess struct {
	code   Code
	detail string
	write  func(w io.Writer, r io.Reader) error
}

var guesses = []guess{
	{CodeBase64Text, "the signature is over the base64 text of the document", func(w io.Writer, r io.Reader) error {
		e := base64.NewEncoder(base64.StdEncoding, w)
		if _, err := io.Copy(e, r); err != nil {
			return err
		}
		return e.Close()
	}},
	{CodeBase64Text, "the signature is over what the document is the base64 text of", func(w io.Writer, r io.Reader) error {
		_, err := io.Copy(w, base64.NewDecoder(base64.StdEncoding, r))
		return err
	}},
	{CodeByteOrderMark, "the signature is over the document with a byte order mark", func(w io.Writer, r io.Reader) error {
		_, err := io.Copy(w, io.MultiReader(bytes.NewReader([]byte(byteOrderMark)), r))
		return err
	}},
	{CodeByteOrderMark, "the signature is over the document without its byte order mark", func(w io.Writer, r io.Reader) error {
		head := make([]byte, len(byteOrderMark))
		if _, err := io.ReadFull(r, head); err != nil || string(head) != byteOrderMark {
			return io.ErrUnexpectedEOF
		}
		_, err := io.Copy(w, r)
		return err
	}},
}
