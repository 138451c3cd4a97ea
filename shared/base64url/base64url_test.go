package base64url_test

import (
	"bytes"
	"testing"

	"github.com/courtoffice/courtoffice/shared/base64url"
)

func TestDecode(t *testing.T) {
	for _, c := range []struct {
		text string
		want []byte // nil: refused
	}{
		{"", []byte{}},
		{"-_8", []byte{0xfb, 0xff}},
		{"-_8\n", nil},
		{"\r-_8", nil},
		{"-\r\n_8", nil},
		{"-_8=", nil},
		{"-_9", nil}, // bits that nothing uses
		{"+/8", nil},
		{"-_8 ", nil},
		{"-", nil},
	} {
		got, err := base64url.Decode(c.text)
		if (err == nil) != (c.want != nil) || !bytes.Equal(got, c.want) {
			t.Errorf("Decode(%q) = %x, %v", c.text, got, err)
		}
	}
}

// FuzzDecode: a text that is accepted is the one that its bytes are written as.
func FuzzDecode(f *testing.F) {
	f.Add("-_8")
	f.Add("AQAAAaIjh0\n\n_7Y")
	f.Fuzz(func(t *testing.T, text string) {
		if raw, err := base64url.Decode(text); err == nil && base64url.Encode(raw) != text {
			t.Errorf("%q reads as %x, which is written %q", text, raw, base64url.Encode(raw))
		}
	})
}
