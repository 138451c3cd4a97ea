package xmldsig

import "testing"

// TestClass holds the written-out table against its rule.
func TestClass(t *testing.T) {
	for i := range 256 {
		c, want := byte(i), uint8(nameNo)
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c == '_':
			want = nameFirst
		case c >= '0' && c <= '9', c == '-', c == '.':
			want = nameLater
		case c == ':':
			want = nameColon
		case c >= 0x80:
			want = nameWide
		}
		if c < 0x20 && c != '\t' && c != '\n' || c == '<' || c == '>' || c == '&' || c == 0xEF {
			want |= textStop
		}
		if c < 0x20 || c == '<' || c == '&' || c == '"' || c == '\'' || c == 0xEF {
			want |= valueStop
		}
		if class[i] != want {
			t.Errorf("class[%#x] = %#x, want %#x", i, class[i], want)
		}
	}
}
