package container

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"slices"
	"testing"
)

// zipNamed makes an archive of one file with a name in code page 866 and an extra field.
func zipNamed(t *testing.T, name string, extra []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	f, err := w.CreateHeader(&zip.FileHeader{Name: name, Extra: extra, NonUTF8: true})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Write([]byte("x")); err != nil || w.Close() != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func pathField(plain, name string) []byte {
	field := binary.LittleEndian.AppendUint16(nil, 0x7075)
	field = binary.LittleEndian.AppendUint16(field, uint16(5+len(name)))
	field = binary.LittleEndian.AppendUint32(append(field, 1), crc32.ChecksumIEEE([]byte(plain)))
	return append(field, name...)
}

// What a system leaves in an archive is passed over, a document that has its name or lies in its folder is not.
func TestLeftovers(t *testing.T) {
	for _, tt := range []struct {
		name, data string
		want       bool
	}{
		{"__MACOSX/._иск.txt", "\x00\x05\x16\x07\x00\x02\x00\x00Mac OS X", true},
		{".DS_Store", "\x00\x00\x00\x01Bud1\x00", true},
		{"a/Thumbs.db", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\x00", true},
		{"desktop.ini", "[.ShellClassInfo]\r\nIconResource=x", true},
		{"__MACOSX/иск.pdf", "%PDF-1.7", false},
		{"__MACOSX/._иск.pdf", "%PDF-1.7", false},
		{"Thumbs.db", "Шарт", false},
		{".DS_Store", "<html>", false},
		{"desktop.ini", "Шарт", false},
		{"._a", "\x00\x05\x16\x07" + string(make([]byte, maxLeftover)), false},
	} {
		if got := noise(file{tt.name, []byte(tt.data)}); got != tt.want {
			t.Errorf("%s with %.20q: %t", tt.name, tt.data, got)
		}
	}
}

func TestNamesInArchives(t *testing.T) {
	const windows = "\x88\xe1\xaa.txt" // Иск.txt in code page 866
	for _, tt := range []struct {
		what, name string
		extra      []byte
		want       string // "" to be refused
	}{
		{"UTF-8", "иск.txt", nil, "иск.txt"},
		{"code page 866", windows, nil, "Иск.txt"},
		{"with its Unicode name", windows, pathField(windows, "Иск.txt"), "Иск.txt"},
		{"Kazakh letters, which the code page has not", "\x88?\xaa.txt", pathField("\x88?\xaa.txt", "Иқк.txt"), "Иқк.txt"},
		{"a Unicode name of another file", windows, pathField("a.txt", "a.txt"), ""},
		{"two Unicode names", windows, slices.Concat(pathField(windows, "Иск.txt"), pathField(windows, "a.txt")), ""},
		{"two names that can both be read", "a.txt", pathField("a.txt", "b.txt"), ""},
		{"a Unicode name that leads elsewhere", windows, pathField(windows, "../x"), ""},
		{"a backslash", `a\b`, nil, ""},
		{"a drive", `c:x`, nil, ""},
	} {
		files, err := readZIP(zipNamed(t, tt.name, tt.extra), 10, 1<<20)
		switch {
		case tt.want == "" && err == nil:
			t.Errorf("%s: read as %q", tt.what, files[0].name)
		case tt.want != "" && (err != nil || files[0].name != tt.want):
			t.Errorf("%s: %v, %v, want %q", tt.what, files, err, tt.want)
		}
	}
}
