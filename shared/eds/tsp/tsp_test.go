package tsp_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/courtoffice/courtoffice/shared/eds/edstest"
	"github.com/courtoffice/courtoffice/shared/eds/oid"
	"github.com/courtoffice/courtoffice/shared/eds/tsp"
)

func token(t testing.TB, tmpl edstest.StampTemplate) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", "..", "testdata", "pki", "authority", "tsa-gost.pem"))
	if err != nil {
		t.Fatal(err)
	}
	k, err := edstest.ParsePEM(data)
	if err != nil {
		t.Fatal(err)
	}
	der, err := k.Stamp([]byte("деректер"), tmpl)
	if err != nil {
		t.Fatal(err)
	}
	return der
}

var at = time.Date(2026, 11, 22, 14, 0, 0, 0, time.UTC)

func TestParse(t *testing.T) {
	for _, nonce := range [][]byte{nil, {1}, {0xf3, 0x60, 0x64, 0xa6}, {0, 0x80}} {
		der := token(t, edstest.StampTemplate{Time: at, Nonce: nonce, Serial: []byte{0x12, 0x34}, Imprint: oid.SHA256})
		tok, err := tsp.Parse(der)
		if err != nil {
			t.Fatal(err)
		}
		i := tok.Info
		if !i.Time.Equal(at) || !bytes.Equal(i.Nonce, nonce) || !bytes.Equal(i.Serial, []byte{0x12, 0x34}) || i.ImprintAlgorithm.Algorithm != oid.SHA256 || len(i.Imprint) != 32 || i.Policy != oid.PolicyNCA {
			t.Errorf("nonce % x: %+v", nonce, i)
		}
		r, err := tsp.ParseResponse(edstest.StampResponse(der))
		if err != nil || !r.Granted() || !bytes.Equal(r.Token, der) {
			t.Errorf("response: %+v, %v", r, err)
		}
		for n := range der {
			if _, err := tsp.Parse(der[:n]); err == nil {
				t.Fatalf("cut to %d bytes: read", n)
			}
		}
	}
}

// info is a TSTInfo with that genTime.
func info(genTime string) []byte {
	body := []byte{2, 1, 1, 6, 1, 42, 0x30, 11, 0x30, 3, 6, 1, 42, 4, 4, 1, 2, 3, 4, 2, 1, 1, 0x18, byte(len(genTime))}
	body = append(body, genTime...)
	return append([]byte{0x30, byte(len(body))}, body...)
}

func TestGenTime(t *testing.T) {
	for in, want := range map[string]time.Time{
		"20261122140000Z":      at,
		"20261122140000.5Z":    at.Add(500 * time.Millisecond),
		"20261122140000.123Z":  at.Add(123 * time.Millisecond),
		"20261122140000.10Z":   {}, // trailing zeros are not DER
		"20261122140000.Z":     {},
		"20261122140000":       {},
		"202611221400Z":        {},
		"20261122140000+0500":  {},
		"20261332140000Z":      {},
		"20261122140000.0000Z": {},
	} {
		got, err := tsp.ParseInfo(info(in))
		if want.IsZero() && !errors.Is(err, tsp.ErrSyntax) || !want.IsZero() && (err != nil || !got.Time.Equal(want)) {
			t.Errorf("%s: %v, %v", in, got.Time, err)
		}
	}
}

func TestResponses(t *testing.T) {
	for name, tt := range map[string]struct {
		in      []byte
		granted bool
		err     error
	}{
		"rejected":             {[]byte{0x30, 5, 0x30, 3, 2, 1, 2}, false, nil},
		"granted, but nothing": {[]byte{0x30, 5, 0x30, 3, 2, 1, 0}, false, nil},
		"empty":                {nil, false, tsp.ErrSyntax},
		"token alone":          {token(t, edstest.StampTemplate{Time: at}), false, tsp.ErrSyntax},
	} {
		r, err := tsp.ParseResponse(tt.in)
		if !errors.Is(err, tt.err) || r.Granted() != tt.granted {
			t.Errorf("%s: %+v, %v", name, r, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(token(f, edstest.StampTemplate{Time: at, Nonce: []byte{0x80}}))
	f.Fuzz(func(t *testing.T, data []byte) {
		if tok, err := tsp.Parse(data); (tok == nil) == (err == nil) {
			t.Errorf("%v, %v", tok, err)
		}
	})
}

func FuzzParseInfo(f *testing.F) {
	f.Add(info("20261122140000Z"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if i, err := tsp.ParseInfo(data); err == nil && (len(i.Serial) == 0 || i.Time.IsZero() && i.Time.Year() > 1) {
			t.Errorf("%+v", i)
		}
	})
}

func FuzzParseResponse(f *testing.F) {
	f.Add(edstest.StampResponse(token(f, edstest.StampTemplate{Time: at})))
	f.Fuzz(func(t *testing.T, data []byte) {
		if r, err := tsp.ParseResponse(data); err != nil && r.Granted() {
			t.Errorf("%+v, %v", r, err)
		}
	})
}
