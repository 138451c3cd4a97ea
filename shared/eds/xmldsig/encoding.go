package xmldsig

import (
	"bytes"
	"encoding/binary"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// Documents are read in UTF-8. 1C and tools of Windows write others: those that a document may
// declare (XML 1.0, section 4.3.3) are brought to UTF-8 first, which changes nothing that is signed:
// canonical forms are in UTF-8 whatever the document is in, and without the declaration.

// charset decodes a byte to its character, U+FFFD if there is none.
type charset func(byte) rune

func findCharset(label string) charset {
	switch strings.ToLower(label) {
	case "windows-1251", "cp1251":
		return charmap.Windows1251.DecodeByte
	case "kz-1048", "strk1048-2002", "rk1048":
		return kz1048
	case "windows-1252", "cp1252":
		return charmap.Windows1252.DecodeByte
	case "iso-8859-1", "latin1":
		return charmap.ISO8859_1.DecodeByte
	case "iso-8859-5":
		return charmap.ISO8859_5.DecodeByte
	case "koi8-r":
		return charmap.KOI8R.DecodeByte
	case "ibm866", "cp866":
		return charmap.CodePage866.DecodeByte
	case "us-ascii":
		return func(b byte) rune {
			if b < utf8.RuneSelf {
				return rune(b)
			}
			return utf8.RuneError
		}
	}
	return nil
}

// kz1048 is ST RK 1048-2002, the eight-bit code of Kazakhstan: windows-1251 with the Kazakh letters in
// place of those of its neighbours.
func kz1048(b byte) rune {
	const places, letters = "\x8d\x8e\x9d\x9e\xa1\xa2\xa3\xa5\xaa\xaf\xb4\xba\xbc\xbd\xbe\xbf", "ҚҺқһҰұӘӨҒҮөғәҢңү"
	if i := strings.IndexByte(places, b); i >= 0 {
		return []rune(letters)[i]
	}
	return charmap.Windows1251.DecodeByte(b)
}

// decode returns doc in UTF-8, doc itself if it is, and the offset after the byte order mark and the
// XML declaration. Nothing is guessed: bytes that the declared encoding does not have, and a declaration
// that contradicts the bytes, are refused.
func decode(doc []byte) (text []byte, after int, err *Error) {
	if wide := utf16Order(doc); wide != nil {
		if text, err = fromUTF16(doc, wide); err != nil {
			return nil, 0, err
		}
		own := map[binary.ByteOrder]string{binary.LittleEndian: "utf-16le", binary.BigEndian: "utf-16be"}[wide]
		label, after, err := declaration(text)
		if l := strings.ToLower(label); err == nil && l != "" && l != "utf-16" && l != own {
			err = refuse(ReasonEncoding, 0, "in UTF-16, declared as "+quote([]byte(label)))
		}
		return text, after, err
	}
	label, after, err := declaration(doc)
	switch {
	case err != nil:
		return nil, 0, err
	case label == "", strings.EqualFold(label, "utf-8"), strings.EqualFold(label, "utf8"):
		if !utf8.Valid(doc) {
			return nil, 0, refuse(ReasonEncoding, -1, "not UTF-8")
		}
		return doc, after, nil
	case bytes.HasPrefix(doc, bom):
		return nil, 0, refuse(ReasonEncoding, 0, "in UTF-8, declared as "+quote([]byte(label)))
	}
	set := findCharset(label)
	if set == nil {
		return nil, 0, refuse(ReasonEncoding, 0, quote([]byte(label))+" is not read")
	}
	var upper [utf8.RuneSelf]rune // the lower half of each set is ASCII
	for i := range upper {
		upper[i] = set(byte(i + utf8.RuneSelf))
	}
	text = make([]byte, 0, len(doc)+len(doc)/2)
	for i, b := range doc {
		if b < utf8.RuneSelf {
			text = append(text, b)
			continue
		}
		r := upper[b-utf8.RuneSelf]
		if r == utf8.RuneError {
			return nil, 0, refuse(ReasonEncoding, i, "not "+quote([]byte(label)))
		}
		text = utf8.AppendRune(text, r)
	}
	return text, after, nil
}

// utf16Order recognises UTF-16 by its byte order mark or by the first "<" (XML 1.0, appendix F).
func utf16Order(doc []byte) binary.ByteOrder {
	switch {
	case len(doc) < 2:
	case doc[0] == 0xFE && doc[1] == 0xFF, doc[0] == 0 && doc[1] == '<':
		return binary.BigEndian
	case doc[0] == 0xFF && doc[1] == 0xFE, doc[0] == '<' && doc[1] == 0:
		return binary.LittleEndian
	}
	return nil
}

func fromUTF16(doc []byte, order binary.ByteOrder) ([]byte, *Error) {
	if len(doc)%2 != 0 {
		return nil, refuse(ReasonEncoding, len(doc), "half a character of UTF-16")
	}
	text := make([]byte, 0, len(doc))
	for i := 0; i < len(doc); i += 2 {
		r := rune(order.Uint16(doc[i:]))
		switch {
		case i == 0 && r == 0xFEFF:
			continue
		case r == 0: // no character of XML, and every other one in UTF-32
			return nil, refuse(ReasonEncoding, i, "not UTF-16")
		}
		if utf16.IsSurrogate(r) {
			if i += 2; i < len(doc) {
				r = utf16.DecodeRune(r, rune(order.Uint16(doc[i:])))
			}
			if i >= len(doc) || r == utf8.RuneError {
				return nil, refuse(ReasonEncoding, i, "half a pair of UTF-16")
			}
		}
		text = utf8.AppendRune(text, r)
	}
	return text, nil
}

// declaration reads the XML declaration, if there is one, in text that is ASCII as far as it goes.
func declaration(text []byte) (encoding string, after int, err *Error) {
	if bytes.HasPrefix(text, bom) {
		after = len(bom)
	}
	rest := text[after:]
	if len(rest) <= 5 || string(rest[:5]) != "<?xml" || !isSpace(rest[5]) {
		return "", after, nil
	}
	end := bytes.Index(rest, []byte("?>"))
	if end < 0 {
		return "", 0, refuse(ReasonDeclaration, after, "unfinished XML declaration")
	}
	encoding, err = xmlDecl(rest[5:end], after)
	return encoding, after + end + 2, err
}
