package pades

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/courtoffice/courtoffice/shared/eds/internal/ber"
)

// Signatures returns the signatures of the document in the order in which they were made, that is by
// how much they cover.
func (d *Document) Signatures() []Signature {
	var list []Signature
	for i, f := range d.fields {
		s := Signature{Field: f.name}
		if int64(i) >= d.limits.Signatures {
			s.Err = fail(Limit, "signers")
			return append(list, s)
		}
		s.Err = d.f.reason(d.read(&s, f))
		at := len(list)
		for at > 0 && s.Bytes < list[at-1].Bytes && s.Bytes > 0 {
			at--
		}
		list = append(list[:at], append([]Signature{s}, list[at:]...)...)
	}
	return list
}

// read fills in a signature and finds what it covers.
func (d *Document) read(s *Signature, f field) error {
	e := d.last.xref[f.value.num]
	v, err := d.last.resolve(f.value)
	if err != nil {
		return err
	}
	sig, ok := v.(dict)
	if !ok || e.kind != 1 {
		return fail(Structure, "no signature dictionary, or a compressed one")
	}
	sub, _ := sig["SubFilter"].(name)
	s.SubFilter = string(sub)
	contents, ok := sig["Contents"].(str)
	if !ok || !contents.hex || contents.from < 0 {
		return fail(Structure, "Contents is not a string of hexadecimal digits in the signature")
	}
	if err := d.cover(s, sig, contents); err != nil {
		return err
	}
	switch sub {
	case "adbe.pkcs7.detached", "ETSI.CAdES.detached":
	case "ETSI.RFC3161":
		s.TimeStamp = true
	default:
		return fail(Form, "SubFilter "+string(sub))
	}
	if s.Contents, err = value(contents.text); err != nil {
		return err
	}
	return d.unchanged(s, f)
}

// value takes the zeros off that fill the place kept for the value.
func value(padded string) ([]byte, error) {
	e, rest, err := ber.Next([]byte(padded))
	if err != nil || e.Tag != ber.Sequence {
		return nil, fail(Structure, "Contents does not start with a message")
	}
	if len(bytes.TrimRight(rest, "\x00")) != 0 {
		return nil, fail(Structure, "Contents holds more than a message")
	}
	return e.Raw, nil
}

// cover demands that the byte range (section 12.8.1) leaves out the value of this very signature and
// nothing else, starts with the file and ends with a revision.
func (d *Document) cover(s *Signature, sig dict, contents str) error {
	a, _ := sig["ByteRange"].(array)
	if len(a) != 4 {
		return fail(Range, "ByteRange has not four numbers")
	}
	var n [4]int64
	for i := range n {
		v, ok := a[i].(int64)
		if !ok || v < 0 || v > int64(len(d.f.data)) {
			return fail(Range, "ByteRange outside the file")
		}
		n[i] = v
	}
	from, to, end := n[1], n[2], n[2]+n[3]
	switch {
	case n[0] != 0:
		return fail(Range, "ByteRange does not begin with the file")
	case from != int64(contents.from) || to != int64(contents.to):
		return fail(Range, "ByteRange leaves out something else than the value of the signature")
	case end > int64(len(d.f.data)):
		return fail(Range, "ByteRange outside the file")
	}
	s.Bytes = end
	s.Whole = len(bytes.TrimLeft(d.f.data[end:], "\x00\t\n\f\r ")) == 0
	s.before, s.after = d.f.data[:from], d.f.data[to:end]
	return nil
}

// unchanged demands that the bytes covered are a whole revision of the document that has this signature,
// and that what was added later is harmless.
func (d *Document) unchanged(s *Signature, f field) error {
	signed, err := d.f.at(int(s.Bytes))
	if err != nil {
		if e, ok := errors.AsType[*Error](err); ok && e.Reason != Structure {
			return err
		}
		return fail(Range, fmt.Sprintf("the bytes covered are no whole document: %v", err))
	}
	own, err := signed.fields()
	if err != nil {
		return err
	}
	there := false
	for _, o := range own {
		there = there || o == f
	}
	if !there || signed.xref[f.value.num] != d.last.xref[f.value.num] {
		return fail(Range, "the signature is not in the revision that it covers")
	}
	if signed.start == d.last.start {
		if !s.Whole {
			return fail(Changed, "something follows that is no update")
		}
		return nil
	}
	s.Later, err = compare(signed, d.last)
	return err
}
