package xmldsig_test

import (
	"testing"

	"github.com/courtoffice/courtoffice/shared/eds/xmldsig"
)

// TestEncodings: the canonical form is the same whatever the document is in.
func TestEncodings(t *testing.T) {
	const declared = `<?xml version="1.0" encoding="`
	for _, tt := range []struct{ doc, want string }{
		{declared + `UTF-8"?><a b="я">ә</a>`, `<a b="я">ә</a>`},
		{declared + "windows-1251\"?><a b='\xff'>\xcf\xf0\xe8\xb9 \x88 \xb2</a>", `<a b="я">При№ € І</a>`},
		{declared + "CP1251\"?><\xe0/>", `<а></а>`},
		{declared + "kz-1048\"?><a>\x8d\x8e\x9d\x9e\xa1\xa2\xa3\xa5\xaa\xaf\xb2\xb3\xb4\xba\xbc\xbd\xbe\xbf \xe0\xff</a>", `<a>ҚҺқһҰұӘӨҒҮІіөғәҢңү ая</a>`},
		{declared + "KOI8-R\"?><a>\xf4\xc5\xcb\xd3\xd4</a>", `<a>Текст</a>`},
		{declared + "ibm866\"?><a>\x92\xa5\xaa\xe1\xe2</a>", `<a>Текст</a>`},
		{declared + "ISO-8859-5\"?><a>\xc2\xd5\xda\xe1\xe2</a>", `<a>Текст</a>`},
		{declared + "iso-8859-1\"?><a>\xe9</a>", `<a>é</a>`},
		{declared + "windows-1252\"?><a>\x80</a>", `<a>€</a>`},
		{declared + "us-ascii\"?><a>x</a>", `<a>x</a>`},
		{"\xff\xfe<\x00a\x00>\x00O\x04=\xd8\x00\xde<\x00/\x00a\x00>\x00", "<a>я😀</a>"},
		{"\xfe\xff\x00<\x00a\x00>\x04\x4f\xff\xfd\x00<\x00/\x00a\x00>", "<a>я\uFFFD</a>"},
		{"<\x00a\x00/\x00>\x00", "<a></a>"},
		{"\x00<\x00a\x00/\x00>", "<a></a>"},
	} {
		if got := canonical(t, tt.doc, xmldsig.Inclusive); got != tt.want {
			t.Errorf("%q: %q, want %q", tt.doc, got, tt.want)
		}
	}
}
