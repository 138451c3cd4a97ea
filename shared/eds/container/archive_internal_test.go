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
