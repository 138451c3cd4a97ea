package ber_test

import (
	"bytes"
	"errors"
	"testing"

	"github.com/courtoffice/courtoffice/shared/eds/internal/ber"
)

func TestNext(t *testing.T) {
	for _, tt := range []struct {
		name, in   string
		body, rest string
		ok         bool
	}{
		{"short", "\x04\x02ab!", "ab", "!", true},
		{"empty", "\x05\x00", "", "", true},
		{"long form of a short length", "\x04\x81\x02ab", "ab", "", true},
		{"five octets of length", "\x04\x85\x00\x00\x00\x00\x01a", "a", "", true},
		{"indefinite", "\x30\x80\x05\x00\x00\x00!", "\x05\x00", "!", true},
		{"indefinite in indefinite", "\x30\x80\x30\x80\x00\x00\x05\x00\x00\x00", "\x30\x80\x00\x00\x05\x00", "", true},
		{"end octets inside a string", "\x30\x80\x04\x02\x00\x00\x00\x00", "\x04\x02\x00\x00", "", true},
		{"primitive with indefinite length", "\x04\x80a\x00\x00", "", "", false},
		{"no end", "\x30\x80\x05\x00", "", "", false},
		{"cut", "\x04\x05ab", "", "", false},
		{"length of 2^32", "\x04\x85\x01\x00\x00\x00\x00", "", "", false},
		{"length of nine octets", "\x04\x89\x00\x00\x00\x00\x00\x00\x00\x00\x01a", "", "", false},
		{"high tag number", "\x1f\x81\x01\x00", "", "", false},
		{"end octets out of place", "\x00\x00", "", "", false},
		{"nothing", "", "", "", false},
	} {
		e, rest, err := ber.Next([]byte(tt.in))
		if tt.ok != (err == nil) || tt.ok && (string(e.Body) != tt.body || string(rest) != tt.rest || string(e.Raw)+tt.rest != tt.in) {
			t.Errorf("%s: body %q, rest %q, %v", tt.name, e.Body, rest, err)
		}
		if err != nil && !errors.Is(err, ber.ErrSyntax) {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
}

func TestDepth(t *testing.T) {
	deep := bytes.Repeat([]byte{0x30, 0x80}, ber.MaxDepth+2)
	if _, _, err := ber.Next(append(deep, bytes.Repeat([]byte{0, 0}, ber.MaxDepth+2)...)); !errors.Is(err, ber.ErrSyntax) {
		t.Errorf("%v, want ErrSyntax", err)
	}
}

func TestDER(t *testing.T) {
	for in, want := range map[string]string{
		"\x30\x80\x02\x01\x05\x00\x00":                              "\x30\x03\x02\x01\x05",
		"\x24\x80\x04\x01a\x24\x05\x04\x01b\x04\x00\x00\x00":        "\x04\x02ab",
		"\x31\x06\x02\x01\x09\x02\x01\x03":                          "\x31\x06\x02\x01\x03\x02\x01\x09",
		"\x30\x81\x02\x05\x00":                                      "\x30\x02\x05\x00",
		"\xa0\x80\x30\x80\x00\x00\x00\x00":                          "\xa0\x02\x30\x00",
		"\x04\x82\x00\x80" + string(bytes.Repeat([]byte{'x'}, 128)): "\x04\x81\x80" + string(bytes.Repeat([]byte{'x'}, 128)),
		"\x04\x84\x00\x00\x01\x00" + string(make([]byte, 256)):      "\x04\x82\x01\x00" + string(make([]byte, 256)),
	} {
		if in != "\x31\x06\x02\x01\x09\x02\x01\x03" && ber.IsDER([]byte(in)) {
			t.Errorf("% x passes for DER", in)
		}
		got, err := ber.AppendDER(nil, []byte(in))
		if err != nil || string(got) != want || !ber.IsDER(got) {
			t.Errorf("% x: % x, %v, want % x", in, got, err, want)
		}
	}
}

// DER of DER is itself, whatever the input.
func FuzzAppendDER(f *testing.F) {
	f.Add([]byte("\x30\x80\x24\x80\x04\x01a\x00\x00\x00\x00"))
	f.Add([]byte("\x31\x06\x02\x01\x09\x02\x01\x03"))
	f.Fuzz(func(t *testing.T, data []byte) {
		der, err := ber.AppendDER(nil, data)
		if err != nil {
			return
		}
		if !ber.IsDER(der) || len(der) > len(data) {
			t.Errorf("% x from % x is not DER", der, data)
		}
		again, err := ber.AppendDER(nil, der)
		if err != nil || !bytes.Equal(again, der) {
			t.Errorf("% x becomes % x, %v", der, again, err)
		}
	})
}
