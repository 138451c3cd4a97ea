package transport_test

import (
	"encoding/binary"
	"testing"

	"github.com/courtoffice/courtoffice/shared/eds/internal/transport"
)

func utf16(text string, order binary.AppendByteOrder, mark bool) string {
	var out []byte
	if mark {
		out = order.AppendUint16(out, 0xfeff)
	}
	for _, c := range []byte(text) {
		out = order.AppendUint16(out, uint16(c))
	}
	return string(out)
}

func TestUnwrap(t *testing.T) {
	const pem = "-----BEGIN CMS-----\nTUlJ\n-----END CMS-----"
	for name, tt := range map[string]struct{ in, want string }{
		"as it is":                {"TUlJ", "TUlJ"},
		"UTF-16, mark":            {utf16("TUlJ", binary.LittleEndian, true), "TUlJ"},
		"UTF-16, big, mark":       {utf16("TUlJ", binary.BigEndian, true), "TUlJ"},
		"UTF-16":                  {utf16(pem, binary.LittleEndian, false), pem},
		"UTF-16, big":             {utf16(pem, binary.BigEndian, false), pem},
		"JSON":                    {`"TU\u006cJ\n"` + "\n", "TUlJ\n"},
		"JSON of PEM":             {`"-----BEGIN CMS-----\nTUlJ\n-----END CMS-----"`, pem},
		"JSON in UTF-16":          {utf16(`"TUlJ"`, binary.LittleEndian, true), "TUlJ"},
		"JSON, slash":             {`"T\/8="`, "T/8="},
		"line ends written out":   {`-----BEGIN CMS-----\nTUlJ\n-----END CMS-----`, pem},
		"the same with CR":        {`TUlJ\r\nTUlJ\r\n`, "TUlJ\n\nTUlJ\n\n"},
		"data URL":                {"data:application/pkcs7-signature;base64,TUlJ", "TUlJ"},
		"data URL, escaped":       {"DATA:;BASE64,T%2F8%3D", "T/8="},
		"data URL in JSON":        {`"data:application/cms;name=a;base64,T/8="`, "T/8="},
		"data URL without base64": {"data:text/plain,abc", "data:text/plain,abc"},
		"NUL after text":          {"TUlJ\x00\x00", "TUlJ"},
		"mark and NUL":            {"\xef\xbb\xbfTUlJ\n\x00", "TUlJ"},
		"binary":                  {"\x30\x03\x02\x01\x00\x00", "\x30\x03\x02\x01\x00\x00"},
		"a broken string":         {`"TUlJ`, `"TUlJ`},
		"nothing":                 {"", ""},
		"not ASCII in UTF-16":     {"\xff\xfe\x10\x04", "\xff\xfe\x10\x04"},
	} {
		if got := string(transport.Unwrap([]byte(tt.in))); got != tt.want {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
	}
}

func FuzzUnwrap(f *testing.F) {
	f.Add([]byte(`"data:a;base64,T\/8="`))
	f.Add([]byte("\"\xb9\xb9\xb9\xb9\xb9\xb9\xb9\xb9\xb9\xb9\xb9\xb9\"")) // each would become three bytes
	f.Fuzz(func(t *testing.T, data []byte) {
		if out := transport.Unwrap(data); len(out) > 2*len(data)+8 {
			t.Errorf("%d bytes out of %d", len(out), len(data))
		}
	})
}
