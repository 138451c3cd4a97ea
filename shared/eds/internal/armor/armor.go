// Package armor takes PEM and base64 wrapping off DER.
package armor

import (
	"bytes"
	"encoding/base64"
	"slices"
)

// Decode returns the bytes of the one PEM block that has one of the labels, or of base64 text, with white
// space anywhere and a byte order mark before. Around the block may stand explanatory text and blocks of
// other labels (RFC 7468, section 5.2), as OpenSSL and 1C write them. ok is false when there is no such
// block or more than one, or the text is neither.
func Decode(data []byte, labels ...string) (der []byte, ok bool) {
	blocks, isPEM := Blocks(data, labels...)
	if isPEM {
		if len(blocks) != 1 {
			return nil, false
		}
		return blocks[0], true
	}
	der, ok = decodeBase64(bytes.TrimSpace(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))))
	if !ok || len(der) == 0 {
		return nil, false
	}
	return der, true
}

// Blocks returns the contents of all PEM blocks that have one of the labels, in order. isPEM tells that
// there is a PEM block of any label, however it may be broken; then no blocks may also mean a broken one.
func Blocks(data []byte, labels ...string) (blocks [][]byte, isPEM bool) {
	const begin, end, dashes = "-----BEGIN ", "-----END ", "-----"
	for rest := data; ; {
		at := bytes.Index(rest, []byte(begin))
		if at < 0 {
			return blocks, isPEM
		}
		started := startsLine(rest[:at])
		rest = rest[at+len(begin):]
		label, body, ok := bytes.Cut(rest, []byte(dashes))
		if !started || !ok || len(label) > 64 || bytes.ContainsAny(label, "\r\n") {
			continue
		}
		isPEM = true
		text, after, ok := bytes.Cut(body, slices.Concat([]byte(end), label, []byte(dashes)))
		if !ok {
			return nil, true
		}
		rest = after
		if !slices.Contains(labels, string(label)) {
			continue
		}
		der, ok := decodeBase64(bytes.TrimSpace(text))
		if !ok || len(der) == 0 {
			return nil, true
		}
		blocks = append(blocks, der)
	}
}

// startsLine reports whether what follows before begins a line, but for a byte order mark or white space.
func startsLine(before []byte) bool {
	line := before[bytes.LastIndexAny(before, "\r\n")+1:]
	return len(bytes.TrimSpace(bytes.TrimPrefix(line, []byte("\xef\xbb\xbf")))) == 0
}

// decodeBase64 decodes the standard alphabet with or without padding and with white space anywhere.
func decodeBase64(text []byte) ([]byte, bool) {
	clean := make([]byte, 0, len(text))
	for _, c := range text {
		switch c {
		case ' ', '\t', '\r', '\n':
		default:
			clean = append(clean, c)
		}
	}
	clean = bytes.TrimRight(clean, "=")
	if pad := len(text) - len(bytes.TrimRight(text, "= \t\r\n")); pad > 0 && bytes.Count(text[len(text)-pad:], []byte("=")) > 2 {
		return nil, false
	}
	der := make([]byte, base64.RawStdEncoding.DecodedLen(len(clean)))
	n, err := base64.RawStdEncoding.Strict().Decode(der, clean)
	return der[:n], err == nil
}
