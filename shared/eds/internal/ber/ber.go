// Package ber reads the elements of BER (X.690), of which DER is the strict form, in place.
//
// Signatures made with BouncyCastle come with indefinite lengths and strings cut into chunks. Only
// the frame of a message may be like that: what is hashed is brought to DER first.
package ber

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
)

// MaxDepth bounds nesting. The deepest honest message, a time-stamped one, needs 14.
const MaxDepth = 32

// ErrSyntax means that the bytes are not BER within the limits of this package: tag numbers up to
// 30, lengths up to 2^32-1, nesting up to MaxDepth.
var ErrSyntax = errors.New("malformed BER")

// ErrDepth is ErrSyntax because of nesting beyond MaxDepth.
var ErrDepth = fmt.Errorf("%w: nested too deeply", ErrSyntax)

// ErrPieces means that a string is cut into more pieces than the caller allows.
var ErrPieces = errors.New("string in too many pieces")

// Identifier octets used by callers.
const (
	Integer     = 0x02
	OctetString = 0x04
	Null        = 0x05
	ObjectID    = 0x06
	Sequence    = 0x30
	Set         = 0x31
	Context0    = 0xa0
	Context1    = 0xa1
	constructed = 0x20
)

// Element is one tag-length-value. Its slices lie in the input.
type Element struct {
	Tag        byte   // the identifier octet: class, constructed bit and number
	Raw        []byte // everything, with the end-of-contents octets of an indefinite length
	Body       []byte // the contents alone
	Indefinite bool
}

// Next reads one element from the start of in and returns what follows it. Error: ErrSyntax.
func Next(in []byte) (e Element, rest []byte, err error) { return next(in, 0) }

func next(in []byte, depth int) (Element, []byte, error) {
	if depth > MaxDepth {
		return Element{}, nil, ErrDepth
	}
	if len(in) < 2 || in[0]&0x1f == 0x1f {
		return Element{}, nil, ErrSyntax
	}
	tag, first := in[0], in[1]
	head, length := 2, int64(first)
	switch {
	case first == 0x80:
		if tag&constructed == 0 {
			return Element{}, nil, ErrSyntax
		}
		body := in[2:]
		for rest := body; ; {
			if len(rest) >= 2 && rest[0] == 0 && rest[1] == 0 {
				n := len(body) - len(rest)
				return Element{tag, in[:2+n+2], body[:n], true}, rest[2:], nil
			}
			var err error
			if _, rest, err = next(rest, depth+1); err != nil {
				return Element{}, nil, err
			}
		}
	case first > 0x80:
		n := int(first & 0x7f)
		if n > 8 || len(in) < 2+n {
			return Element{}, nil, ErrSyntax
		}
		length = 0
		for _, b := range in[2 : 2+n] {
			length = length<<8 | int64(b)
			if length > 1<<32-1 {
				return Element{}, nil, ErrSyntax
			}
		}
		head += n
	}
	// A definite length of a tag 0 is an end-of-contents octet out of place.
	if tag == 0 || length > int64(len(in)-head) {
		return Element{}, nil, ErrSyntax
	}
	end := head + int(length)
	return Element{tag, in[:end], in[head:end], false}, in[end:], nil
}

// Only reads one element that fills in. Error: ErrSyntax.
func Only(in []byte, tag byte) (Element, error) {
	e, rest, err := Next(in)
	if err != nil {
		return e, err
	}
	if e.Tag != tag || len(rest) != 0 {
		return e, ErrSyntax
	}
	return e, nil
}

// Read reads one element with that identifier octet from the start of *in and moves *in behind it.
// Error: ErrSyntax.
func Read(in *[]byte, tag byte) (Element, error) {
	e, rest, err := Next(*in)
	if err != nil {
		return e, err
	}
	if e.Tag != tag {
		return e, ErrSyntax
	}
	*in = rest
	return e, nil
}

// Optional is Read for an element that may be absent: then ok is false and *in stays.
func Optional(in *[]byte, tag byte) (e Element, ok bool, err error) {
	if len(*in) == 0 || (*in)[0] != tag {
		return Element{}, false, nil
	}
	e, err = Read(in, tag)
	return e, err == nil, err
}

// Octets returns the contents of a string type as the pieces it is made of, in place: one for the
// primitive form, one for each leaf of the constructed form. limit bounds the number of pieces.
// Errors: ErrSyntax, ErrPieces.
func Octets(e Element, limit int) ([][]byte, error) {
	if e.Tag&constructed == 0 {
		return [][]byte{e.Body}, nil
	}
	var pieces [][]byte
	err := octets(e.Body, &pieces, limit, 0)
	return pieces, err
}

func octets(body []byte, pieces *[][]byte, limit, depth int) error {
	if depth > MaxDepth {
		return ErrDepth
	}
	for len(body) > 0 {
		e, rest, err := Next(body)
		if err != nil {
			return err
		}
		switch e.Tag {
		case OctetString:
			if len(*pieces) == limit {
				return ErrPieces
			}
			*pieces = append(*pieces, e.Body)
		case OctetString | constructed:
			if err := octets(e.Body, pieces, limit, depth+1); err != nil {
				return err
			}
		default:
			return ErrSyntax
		}
		body = rest
	}
	return nil
}

// IsDER reports whether in is exactly one element whose lengths, here and below, are definite and
// minimal. It does not look at the order of sets.
func IsDER(in []byte) bool { return isDER(in, 0) }

func isDER(in []byte, depth int) bool {
	e, rest, err := next(in, depth)
	return err == nil && len(rest) == 0 && isDERElement(e, depth)
}

func isDERElement(e Element, depth int) bool {
	if e.Indefinite || len(e.Raw)-len(e.Body) != headLen(len(e.Body)) || e.Tag == OctetString|constructed {
		return false
	}
	if e.Tag&constructed == 0 {
		return true
	}
	for body := e.Body; len(body) > 0; {
		c, rest, err := next(body, depth+1)
		if err != nil || !isDERElement(c, depth+1) {
			return false
		}
		body = rest
	}
	return true
}

func headLen(n int) int {
	l := 2
	if n >= 0x80 {
		for ; n > 0; n >>= 8 {
			l++
		}
	}
	return l
}

// AppendDER appends the one element of in to dst with definite, minimal lengths, strings in one
// piece and sets in ascending order. Error: ErrSyntax.
func AppendDER(dst, in []byte) ([]byte, error) {
	e, rest, err := Next(in)
	if err != nil || len(rest) != 0 {
		return nil, ErrSyntax
	}
	return appendDER(dst, e, 0)
}

func appendDER(dst []byte, e Element, depth int) ([]byte, error) {
	if depth > MaxDepth {
		return nil, ErrDepth
	}
	if e.Tag&constructed == 0 {
		return append(appendHead(dst, e.Tag, len(e.Body)), e.Body...), nil
	}
	if e.Tag == OctetString|constructed {
		pieces, err := Octets(e, 1<<20)
		if err != nil {
			return nil, err
		}
		body := slices.Concat(pieces...)
		return append(appendHead(dst, OctetString, len(body)), body...), nil
	}
	var members [][]byte
	for body := e.Body; len(body) > 0; {
		c, rest, err := Next(body)
		if err != nil {
			return nil, err
		}
		m, err := appendDER(nil, c, depth+1)
		if err != nil {
			return nil, err
		}
		members, body = append(members, m), rest
	}
	if e.Tag == Set {
		slices.SortFunc(members, bytes.Compare)
	}
	body := slices.Concat(members...)
	return append(appendHead(dst, e.Tag, len(body)), body...), nil
}

func appendHead(dst []byte, tag byte, n int) []byte {
	dst = append(dst, tag)
	if n < 0x80 {
		return append(dst, byte(n))
	}
	size := headLen(n) - 2
	dst = append(dst, 0x80|byte(size))
	for i := size - 1; i >= 0; i-- {
		dst = append(dst, byte(n>>(8*i)))
	}
	return dst
}

// AppendHead appends an identifier octet and the minimal definite length n.
func AppendHead(dst []byte, tag byte, n int) []byte { return appendHead(dst, tag, n) }
