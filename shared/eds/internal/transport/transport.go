// Package transport takes off what programs wrap around the text of a signature on its way: UTF-16, a
// JSON string, a data URL, the NUL bytes of a C buffer.
package transport

import (
	"bytes"
	"encoding/json"
	"net/url"
	"unicode/utf16"
	"unicode/utf8"
)

// Unwrap returns the text inside the wrappings named above, in the order in which they come about,
// and data itself where there are none. Binary data that starts with a SEQUENCE is left alone, NUL
// bytes after it included. What comes out is still PEM or base64, or whatever data was.
func Unwrap(data []byte) []byte {
	if len(data) > 0 && data[0] == 0x30 {
		return data
	}
	text := fromUTF16(data)
	text = bytes.TrimRight(text, "\x00 \t\r\n")
	text = bytes.TrimLeft(bytes.TrimPrefix(text, []byte("\xef\xbb\xbf")), " \t\r\n")
	if len(text) > 1 && text[0] == '"' && utf8.Valid(text) { // RFC 8259, section 8.1: what is not UTF-8 is no JSON
		var inner string
		if json.Unmarshal(text, &inner) == nil {
			text = []byte(inner)
		}
	}
	text = fromDataURL(text)
	// Line ends that were written as two characters: by a program that quotes without JSON around it.
	if bytes.IndexByte(text, '\\') >= 0 {
		for _, escape := range []string{`\r`, `\n`, `\t`} {
			text = bytes.ReplaceAll(text, []byte(escape), []byte("\n"))
		}
		text = bytes.ReplaceAll(text, []byte(`\/`), []byte("/"))
	}
	return text
}

// fromUTF16 decodes text of ASCII characters with two bytes each, as .NET writes it, in either order and
// with or without a byte order mark.
func fromUTF16(data []byte) []byte {
	if len(data) < 4 || len(data)%2 != 0 {
		return data
	}
	high := 1 // where the zero byte of a pair lies
	if data[0] == 0 || data[0] == 0xfe {
		high = 0
	}
	units := make([]uint16, len(data)/2)
	for i := range units {
		units[i] = uint16(data[2*i+high])<<8 | uint16(data[2*i+1-high])
	}
	if units[0] == 0xfeff {
		units = units[1:]
	}
	for _, u := range units {
		if u > 0x7f {
			return data
		}
	}
	return []byte(string(utf16.Decode(units)))
}

// fromDataURL returns the payload of a data URL in base64 (RFC 2397).
func fromDataURL(text []byte) []byte {
	if len(text) < 5 || !bytes.EqualFold(text[:5], []byte("data:")) {
		return text
	}
	head, payload, ok := bytes.Cut(text, []byte(","))
	if !ok || !bytes.HasSuffix(bytes.ToLower(head), []byte(";base64")) {
		return text
	}
	if plain, err := url.PathUnescape(string(payload)); err == nil {
		return []byte(plain)
	}
	return payload
}
