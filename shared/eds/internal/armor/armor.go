// Package armor takes PEM and base64 wrapping off DER.
package armor

import (
	"bytes"
	"encoding/base64"
)

// Decode returns the bytes of one PEM block with one of the labels, or of base64 text, with white
// space anywhere and a byte order mark before. ok is false when the text is neither.
func Decode(data []byte, labels ...string) (der []byte, ok bool) {
	text := bytes.TrimSpace(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")))
	if bytes.HasPrefix(text, []byte("-----BEGIN ")) {
		ok := false
		for _, l := range labels {
			begin, end := []byte("-----BEGIN "+l+"-----"), []byte("-----END "+l+"-----")
			if bytes.HasPrefix(text, begin) && bytes.HasSuffix(text, end) && len(text) >= len(begin)+len(end) {
				text, ok = text[len(begin):len(text)-len(end)], true
				break
			}
		}
		if !ok {
			return nil, false
		}
	}
	der, ok = decodeBase64(text)
	if !ok || len(der) == 0 {
		return nil, false
	}
	return der, true
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
