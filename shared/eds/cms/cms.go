// Package cms reads signed messages of the Cryptographic Message Syntax (RFC 5652) as NCALayer,
// Kalkan and NCANode write them: DER or BER, with a PEM label, in base64, or bare.
//
//	der, err := cms.Decode(upload)     // PEM, base64 or DER
//	msg, err := cms.Parse(der, cms.Limits{})
//	for _, s := range msg.Signers { … }
//
// The result points into the input: the content is not copied, and the input must not change while
// the result is in use. Nothing is verified here; package eds does that.
package cms

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/courtoffice/courtoffice/shared/eds/internal/ber"
	"github.com/courtoffice/courtoffice/shared/eds/oid"
)

// ErrNotSignedData means that the input is not a CMS ContentInfo with id-signedData: another
// format, another content type, or nothing at all.
var ErrNotSignedData = errors.New("cms: not signed data")

// SyntaxError means that the input starts as signed data and then breaks the syntax.
type SyntaxError struct {
	Part string // the field of RFC 5652 that could not be read
}

func (e *SyntaxError) Error() string { return "cms: malformed " + e.Part }

// ErrTrailing means that bytes follow a message that may be whole in itself.
var ErrTrailing = errors.New("cms: bytes after the end of the message")

// LimitError means that the input has more of something than Limits allow; nothing is wrong with
// its syntax as far as it was read.
type LimitError struct {
	Limit string // "signers", "certificates", "certificate-bytes", "evidence", "attributes", "pieces", or "levels of nesting", which is fixed
	Most  int
}

func (e *LimitError) Error() string { return fmt.Sprintf("cms: more than %d %s", e.Most, e.Limit) }

// part says where the syntax is broken; an error about a limit stays what it is.
func part(err error, name string) error {
	if _, ok := errors.AsType[*LimitError](err); ok {
		return err
	}
	if errors.Is(err, ber.ErrDepth) {
		return &LimitError{"levels of nesting", ber.MaxDepth}
	}
	return &SyntaxError{name}
}

// Limits bound what Parse accepts. A zero field means its default.
type Limits struct {
	Signers      int // SignerInfos, default 32
	Certificates int // default 64

	CertificateBytes int // of one certificate, default 64 KiB
	Evidence         int // CRLs and OCSP responses together, default 64
	Attributes       int // in one SignerInfo, signed or unsigned, default 64
	Pieces           int // parts of a content OCTET STRING cut up in BER, default 1<<16
}

func (l Limits) withDefaults() Limits {
	for _, f := range []struct {
		field *int
		value int
	}{{&l.Signers, 32}, {&l.Certificates, 64}, {&l.CertificateBytes, 64 << 10}, {&l.Evidence, 64}, {&l.Attributes, 64}, {&l.Pieces, 1 << 16}} {
		if *f.field == 0 {
			*f.field = f.value
		}
	}
	return l
}

// AlgorithmIdentifier is an algorithm and its parameters (RFC 5280, section 4.1.1.2).
type AlgorithmIdentifier struct {
	Algorithm  oid.ID
	Parameters []byte // DER of the parameters, nil if absent
}

// SignedData is a parsed message (RFC 5652, section 5.1).
type SignedData struct {
	Version          int
	DigestAlgorithms []AlgorithmIdentifier
	ContentType      oid.ID
	// Attached tells a message that carries its content, be it empty, from a detached one.
	Attached     bool
	content      [][]byte
	Certificates [][]byte // DER of X.509 certificates; other kinds are left out
	CRLs         [][]byte // DER of CertificateLists
	OCSP         [][]byte // DER of OCSPResponses (RFC 5940)
	Signers      []SignerInfo
}

// SignerInfo is one signature of a message (RFC 5652, section 5.3).
type SignerInfo struct {
	Version int
	// Issuer and Serial, or SubjectKeyID, name the signer's certificate: the DER Name and the
	// content octets of the INTEGER, or the key identifier.
	Issuer, Serial, SubjectKeyID []byte
	DigestAlgorithm              AlgorithmIdentifier
	// SignedAttrs is nil when the field is absent, not nil when it is present and empty.
	SignedAttrs        []Attribute
	SignatureAlgorithm AlgorithmIdentifier
	Signature          []byte
	UnsignedAttrs      []Attribute
	// Unsorted tells that the signed attributes were not stored in DER; SignedBytes mends that.
	Unsorted    bool
	signedBytes []byte
}

// Attribute is a type with its values, each one DER element. Both lie in the input, or in a copy
// where the input was not DER.
type Attribute struct {
	Type   oid.ID
	Values [][]byte
}

// SignedBytes returns the DER SET OF Attribute that is hashed for the signature (RFC 5652, section
// 5.4), or nil if the SignerInfo has no signed attributes.
func (s *SignerInfo) SignedBytes() []byte { return s.signedBytes }

// Attr returns the values of the only signed attribute of that type. n is how many attributes of
// the type there are; values is nil unless n is 1.
func (s *SignerInfo) Attr(typ oid.ID) (values [][]byte, n int) { return find(s.SignedAttrs, typ) }

// UnsignedValues returns the values of all unsigned attributes of that type, in stored order.
func (s *SignerInfo) UnsignedValues(typ oid.ID) [][]byte {
	var values [][]byte
	for _, a := range s.UnsignedAttrs {
		if a.Type == typ {
			values = append(values, a.Values...)
		}
	}
	return values
}

// ParseSignerInfo reads exactly one SignerInfo, as a countersignature is (RFC 5652, section 11.4). der
// must stay unchanged while the result is used. Error: *SyntaxError.
func ParseSignerInfo(der []byte, limits Limits) (SignerInfo, error) {
	var s SignerInfo
	e, err := ber.Only(der, ber.Sequence)
	if err != nil {
		return s, &SyntaxError{"SignerInfo"}
	}
	err = s.parse(e.Body, limits.withDefaults())
	return s, err
}

// Repeats reports whether s is the same signature as o: the same signer, algorithms, signed attributes
// and value. What is unsigned may differ, as anyone can add to it.
func (s *SignerInfo) Repeats(o *SignerInfo) bool {
	same := func(a, b AlgorithmIdentifier) bool {
		return a.Algorithm == b.Algorithm && bytes.Equal(a.Parameters, b.Parameters)
	}
	return s.Version == o.Version && same(s.DigestAlgorithm, o.DigestAlgorithm) && same(s.SignatureAlgorithm, o.SignatureAlgorithm) &&
		bytes.Equal(s.Issuer, o.Issuer) && bytes.Equal(s.Serial, o.Serial) && bytes.Equal(s.SubjectKeyID, o.SubjectKeyID) &&
		bytes.Equal(s.signedBytes, o.signedBytes) && bytes.Equal(s.Signature, o.Signature)
}

func find(attrs []Attribute, typ oid.ID) (values [][]byte, n int) {
	for _, a := range attrs {
		if a.Type == typ {
			values = a.Values
			n++
		}
	}
	if n != 1 {
		values = nil
	}
	return values, n
}

// Content returns the embedded content, nil if the message is detached. It is a slice of the input
// unless the content came in pieces.
func (d *SignedData) Content() []byte {
	if !d.Attached {
		return nil
	}
	if len(d.content) == 1 {
		return d.content[0]
	}
	if len(d.content) == 0 {
		return []byte{}
	}
	return slices.Concat(d.content...)
}

// ContentSize returns the length of the embedded content in bytes.
func (d *SignedData) ContentSize() int64 {
	n := int64(0)
	for _, p := range d.content {
		n += int64(len(p))
	}
	return n
}

// WriteContent writes the embedded content to w without joining its pieces, and returns the error
// of w.
func (d *SignedData) WriteContent(w io.Writer) error {
	for _, p := range d.content {
		if _, err := w.Write(p); err != nil {
			return fmt.Errorf("cms: write content: %w", err)
		}
	}
	return nil
}

// Parse reads exactly one ContentInfo with SignedData. der is BER or DER without any wrapping (see
// Decode) and must stay unchanged while the result is used.
//
// Errors: ErrNotSignedData, ErrTrailing, *SyntaxError, *LimitError.
func Parse(der []byte, limits Limits) (*SignedData, error) {
	limits = limits.withDefaults()
	body, trailing, err := signedDataBody(der)
	if err != nil {
		return nil, err
	}
	if trailing {
		return nil, ErrTrailing
	}
	d := new(SignedData)
	if d.Version, err = readVersion(&body); err != nil {
		return nil, &SyntaxError{"SignedData.version"}
	}
	if err := d.readDigestAlgorithms(&body, limits); err != nil {
		return nil, part(err, "SignedData.digestAlgorithms")
	}
	if err := d.readContent(&body, limits); err != nil {
		return nil, part(err, "SignedData.encapContentInfo")
	}
	if err := d.readCertificates(&body, limits); err != nil {
		return nil, part(err, "SignedData.certificates")
	}
	if err := d.readRevocation(&body, limits); err != nil {
		return nil, part(err, "SignedData.crls")
	}
	if err := d.readSigners(&body, limits); err != nil {
		return nil, err
	}
	if len(body) != 0 {
		return nil, &SyntaxError{"SignedData: fields after signerInfos"}
	}
	return d, nil
}

// signedDataBody returns the contents of the SignedData SEQUENCE. A message cut short is still
// recognised as signed data by its first bytes, so that it is called broken and not foreign.
func signedDataBody(in []byte) (body []byte, trailing bool, err error) {
	if !looksSigned(in) {
		return nil, false, ErrNotSignedData
	}
	info, rest, err := ber.Next(in)
	if err != nil || info.Tag != ber.Sequence {
		return nil, false, part(err, "ContentInfo")
	}
	b := info.Body
	if _, err := ber.Read(&b, ber.ObjectID); err != nil {
		return nil, false, &SyntaxError{"ContentInfo.contentType"}
	}
	wrap, err := ber.Read(&b, ber.Context0)
	if err != nil || len(b) != 0 {
		return nil, false, &SyntaxError{"ContentInfo.content"}
	}
	data, err := ber.Only(wrap.Body, ber.Sequence)
	if err != nil {
		return nil, false, &SyntaxError{"SignedData"}
	}
	return data.Body, len(rest) != 0, nil
}

func looksSigned(in []byte) bool {
	if len(in) < 4 || in[0] != ber.Sequence {
		return false
	}
	head := 2
	if in[1] > 0x80 {
		head += int(in[1] & 0x7f)
	}
	const want = "\x06\x09" + string(oid.SignedData)
	return len(in) >= head+len(want) && string(in[head:head+len(want)]) == want
}

func readVersion(in *[]byte) (int, error) {
	e, err := ber.Read(in, ber.Integer)
	if err != nil {
		return 0, err
	}
	if len(e.Body) != 1 || e.Body[0] > 5 {
		return 0, ber.ErrSyntax
	}
	return int(e.Body[0]), nil
}

// ParseAlgorithm reads an AlgorithmIdentifier that fills in. Error: *SyntaxError.
func ParseAlgorithm(in []byte) (AlgorithmIdentifier, error) {
	rest := in
	a, err := readAlgorithm(&rest)
	if err != nil || len(rest) != 0 {
		return AlgorithmIdentifier{}, &SyntaxError{"AlgorithmIdentifier"}
	}
	return a, nil
}

func readAlgorithm(in *[]byte) (a AlgorithmIdentifier, err error) {
	seq, err := ber.Read(in, ber.Sequence)
	if err != nil {
		return a, err
	}
	body := seq.Body
	id, err := ber.Read(&body, ber.ObjectID)
	if err != nil {
		return a, err
	}
	a.Algorithm = oid.Of(id.Body)
	if len(body) == 0 {
		return a, nil
	}
	p, rest, err := ber.Next(body)
	if err != nil || len(rest) != 0 {
		return a, ber.ErrSyntax
	}
	a.Parameters = p.Raw
	return a, nil
}

func (d *SignedData) readDigestAlgorithms(in *[]byte, limits Limits) error {
	set, err := ber.Read(in, ber.Set)
	if err != nil {
		return err
	}
	for body := set.Body; len(body) > 0; {
		a, err := readAlgorithm(&body)
		if err != nil {
			return err
		}
		if len(d.DigestAlgorithms) > limits.Signers {
			return &LimitError{"signers", limits.Signers}
		}
		d.DigestAlgorithms = append(d.DigestAlgorithms, a)
	}
	return nil
}

func (d *SignedData) readContent(in *[]byte, limits Limits) error {
	seq, err := ber.Read(in, ber.Sequence)
	if err != nil {
		return err
	}
	body := seq.Body
	id, err := ber.Read(&body, ber.ObjectID)
	if err != nil {
		return err
	}
	d.ContentType = oid.Of(id.Body)
	wrap, ok, err := ber.Optional(&body, ber.Context0)
	if err != nil || len(body) != 0 {
		return ber.ErrSyntax
	}
	if !ok {
		return nil
	}
	s, rest, err := ber.Next(wrap.Body)
	if err != nil || len(rest) != 0 || s.Tag&^0x20 != ber.OctetString {
		return ber.ErrSyntax
	}
	d.Attached = true
	if d.content, err = ber.Octets(s, limits.Pieces); errors.Is(err, ber.ErrPieces) {
		return &LimitError{"pieces", limits.Pieces}
	}
	return err
}

func (d *SignedData) readCertificates(in *[]byte, limits Limits) error {
	set, ok, err := ber.Optional(in, ber.Context0)
	if err != nil || !ok {
		return err
	}
	n := 0
	for body := set.Body; len(body) > 0; n++ {
		e, rest, err := ber.Next(body)
		if err != nil {
			return err
		}
		if n == limits.Certificates {
			return &LimitError{"certificates", n}
		}
		if e.Tag == ber.Sequence {
			if len(e.Raw) > limits.CertificateBytes {
				return &LimitError{"certificate-bytes", limits.CertificateBytes}
			}
			d.Certificates = append(d.Certificates, e.Raw)
		}
		body = rest
	}
	return nil
}

func (d *SignedData) readRevocation(in *[]byte, limits Limits) error {
	set, ok, err := ber.Optional(in, ber.Context1)
	if err != nil || !ok {
		return err
	}
	n := 0
	for body := set.Body; len(body) > 0; n++ {
		e, rest, err := ber.Next(body)
		if err != nil {
			return err
		}
		if n == limits.Evidence {
			return &LimitError{"evidence", n}
		}
		switch e.Tag {
		case ber.Sequence:
			d.CRLs = append(d.CRLs, e.Raw)
		case ber.Context1: // OtherRevocationInfoFormat, IMPLICIT
			other := e.Body
			id, err := ber.Read(&other, ber.ObjectID)
			if err != nil {
				return err
			}
			if oid.Of(id.Body) == oid.OCSPResponseFormat {
				d.OCSP = append(d.OCSP, other)
			}
		}
		body = rest
	}
	return nil
}

func (d *SignedData) readSigners(in *[]byte, limits Limits) error {
	set, err := ber.Read(in, ber.Set)
	if err != nil {
		return &SyntaxError{"SignedData.signerInfos"}
	}
	for body := set.Body; len(body) > 0; {
		e, err := ber.Read(&body, ber.Sequence)
		if err != nil {
			return &SyntaxError{"SignerInfo"}
		}
		if len(d.Signers) == limits.Signers {
			return &LimitError{"signers", limits.Signers}
		}
		var s SignerInfo
		if err := s.parse(e.Body, limits); err != nil {
			return err
		}
		d.Signers = append(d.Signers, s)
	}
	return nil
}

func (s *SignerInfo) parse(body []byte, limits Limits) (err error) {
	if s.Version, err = readVersion(&body); err != nil {
		return &SyntaxError{"SignerInfo.version"}
	}
	if err := s.readSID(&body); err != nil {
		return &SyntaxError{"SignerInfo.sid"}
	}
	if s.DigestAlgorithm, err = readAlgorithm(&body); err != nil {
		return &SyntaxError{"SignerInfo.digestAlgorithm"}
	}
	signed, ok, err := ber.Optional(&body, ber.Context0)
	if err == nil && ok {
		err = s.readSignedAttrs(signed, limits)
	}
	if err != nil {
		return part(err, "SignerInfo.signedAttrs")
	}
	if s.SignatureAlgorithm, err = readAlgorithm(&body); err != nil {
		return &SyntaxError{"SignerInfo.signatureAlgorithm"}
	}
	sig, err := ber.Read(&body, ber.OctetString)
	if err != nil {
		return &SyntaxError{"SignerInfo.signature"}
	}
	s.Signature = sig.Body
	unsigned, ok, err := ber.Optional(&body, ber.Context1)
	if err == nil && ok {
		s.UnsignedAttrs, err = readAttributes(unsigned.Body, limits)
	}
	if err != nil || len(body) != 0 {
		return part(err, "SignerInfo.unsignedAttrs")
	}
	return nil
}

func (s *SignerInfo) readSID(in *[]byte) error {
	e, rest, err := ber.Next(*in)
	if err != nil {
		return err
	}
	*in = rest
	switch e.Tag {
	case ber.Sequence:
		body := e.Body
		issuer, err := ber.Read(&body, ber.Sequence)
		if err != nil {
			return err
		}
		serial, err := ber.Read(&body, ber.Integer)
		if err != nil || len(body) != 0 || len(serial.Body) == 0 {
			return ber.ErrSyntax
		}
		s.Issuer, s.Serial = issuer.Raw, serial.Body
	case 0x80:
		if len(e.Body) == 0 {
			return ber.ErrSyntax
		}
		s.SubjectKeyID = e.Body
	default:
		return ber.ErrSyntax
	}
	return nil
}

// readSignedAttrs brings the attributes to the DER SET that was signed. Attributes that came in
// DER keep their bytes; only the order of the set may change (RFC 5652, section 5.4).
func (s *SignerInfo) readSignedAttrs(e ber.Element, limits Limits) error {
	members, err := readMembers(e.Body, limits) // before anything that looks at every byte
	if err != nil {
		return err
	}
	body := e.Body
	if e.Indefinite || !ber.IsDER(e.Raw) {
		der, err := ber.AppendDER(nil, e.Raw)
		if err != nil {
			return err
		}
		d, err := ber.Only(der, ber.Context0)
		if err != nil {
			return err
		}
		body, s.Unsorted = d.Body, true
		if members, err = readMembers(body, limits); err != nil {
			return err
		}
	}
	ascending := func(a, b ber.Element) int { return bytes.Compare(a.Raw, b.Raw) }
	sorted := slices.IsSortedFunc(members, ascending)
	s.signedBytes = ber.AppendHead(make([]byte, 0, len(body)+6), ber.Set, len(body))
	if sorted {
		s.signedBytes = append(s.signedBytes, body...)
	} else {
		s.Unsorted = true
		slices.SortFunc(members, ascending)
		for _, m := range members {
			s.signedBytes = append(s.signedBytes, m.Raw...)
		}
	}
	s.SignedAttrs, err = attributes(members, limits) // not nil, be there none
	return err
}

// readMembers cuts a SET OF SEQUENCE into its members.
func readMembers(body []byte, limits Limits) (members []ber.Element, err error) {
	members = make([]ber.Element, 0, 6) // what NCALayer signs
	for len(body) > 0 {
		m, err := ber.Read(&body, ber.Sequence)
		if err != nil {
			return nil, err
		}
		if len(members) == limits.Attributes {
			return nil, &LimitError{"attributes", limits.Attributes}
		}
		members = append(members, m)
	}
	return members, nil
}

func readAttributes(body []byte, limits Limits) ([]Attribute, error) {
	members, err := readMembers(body, limits)
	if err != nil {
		return nil, err
	}
	return attributes(members, limits)
}

func attributes(members []ber.Element, limits Limits) ([]Attribute, error) {
	attrs := make([]Attribute, 0, len(members))
	for _, m := range members {
		in := m.Body
		id, err := ber.Read(&in, ber.ObjectID)
		if err != nil {
			return nil, err
		}
		set, err := ber.Read(&in, ber.Set)
		if err != nil || len(in) != 0 {
			return nil, ber.ErrSyntax
		}
		a := Attribute{Type: oid.Of(id.Body)}
		for vals := set.Body; len(vals) > 0; {
			v, rest, err := ber.Next(vals)
			if err != nil {
				return nil, err
			}
			if len(a.Values) == limits.Attributes {
				return nil, &LimitError{"attributes", limits.Attributes}
			}
			a.Values, vals = append(a.Values, v.Raw), rest
		}
		attrs = append(attrs, a)
	}
	return attrs, nil
}
