package kzid_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/courtoffice/courtoffice/shared/kzid"
)

func TestParseIIN(t *testing.T) {
	for _, tt := range []struct {
		name, in string
		want     error
	}{
		{"ordinary", "900101300126", nil},
		{"second pass", "900101300811", nil},
		{"wrong check digit", "900101300127", kzid.ErrCheckDigit},
		{"the number in every test certificate", "123456789011", kzid.ErrCheckDigit},
		{"month 13", "901301300126", kzid.ErrLayout},
		{"30 February", "900230300128", kzid.ErrLayout},
		{"century digit 7", "900101700121", kzid.ErrLayout},
		{"BIN is no IIN", "120340001230", kzid.ErrLayout},
		{"short", "90010130012", kzid.ErrForm},
		{"long", "9001013001266", kzid.ErrForm},
		{"letters", "90010130012x", kzid.ErrForm},
		{"space before", " 90010130012", kzid.ErrForm},
		{"Arabic digits", "٩٠٠١٠١٣٠٠١٢٦", kzid.ErrForm},
		{"prefix is not part of it", "IIN900101300126", kzid.ErrForm},
		{"empty", "", kzid.ErrForm},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := kzid.ParseIIN(tt.in)
			if !errors.Is(err, tt.want) {
				t.Fatalf("ParseIIN(%q) = %v, want %v", tt.in, err, tt.want)
			}
			if err == nil && got.Reveal() != tt.in {
				t.Errorf("Reveal = %q, want %q", got.Reveal(), tt.in)
			}
			if err != nil && !got.IsZero() {
				t.Errorf("ParseIIN(%q) returned a number beside its error", tt.in)
			}
		})
	}
}

// twice10 finds eleven digits for which both passes give 10: no check digit may be accepted.
func TestSecondTenIsNeverIssued(t *testing.T) {
	found := 0
	for order := range 10000 {
		head := fmt.Sprintf("9001013%04d", order)
		first, second := 0, 0
		for i, w := range []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11} {
			first += int(head[i]-'0') * w
		}
		for i, w := range []int{3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2} {
			second += int(head[i]-'0') * w
		}
		want := byte(0)
		switch {
		case first%11 != 10:
			want = '0' + byte(first%11)
		case second%11 != 10:
			want = '0' + byte(second%11)
		default:
			found++
		}
		for d := byte('0'); d <= '9'; d++ {
			_, err := kzid.ParseIIN(head + string(d))
			if ok := d == want; ok != (err == nil) {
				t.Fatalf("ParseIIN(%s%c) = %v, want accepted %t", head, d, err, ok)
			}
		}
	}
	if found == 0 {
		t.Fatal("no number with two tens in the range: the case is not tested")
	}
}

func TestParseBIN(t *testing.T) {
	for _, tt := range []struct {
		name, in string
		want     error
	}{
		{"ordinary", "120340001230", nil},
		{"wrong check digit", "120340001231", kzid.ErrCheckDigit},
		{"IIN is no BIN", "900101300126", kzid.ErrLayout},
		{"form", "12034000123", kzid.ErrForm},
	} {
		if _, err := kzid.ParseBIN(tt.in); !errors.Is(err, tt.want) {
			t.Errorf("%s: ParseBIN(%q) = %v, want %v", tt.name, tt.in, err, tt.want)
		}
	}
}

func TestParseFormTakesTestNumbers(t *testing.T) {
	iin, err := kzid.ParseIINForm("123456789011")
	if err != nil || iin.Reveal() != "123456789011" || iin.Valid() {
		t.Errorf("ParseIINForm: %q, %v, valid %t", iin.Reveal(), err, iin.Valid())
	}
	bin, err := kzid.ParseBINForm("000000000000")
	if err != nil || bin.Reveal() != "000000000000" || bin.IsZero() {
		t.Errorf("ParseBINForm of zeros: %q, %v, zero %t", bin.Reveal(), err, bin.IsZero())
	}
}

func TestNumbersStayOutOfOutput(t *testing.T) {
	iin, err := kzid.ParseIIN("900101300126")
	if err != nil {
		t.Fatal(err)
	}
	bin, err := kzid.ParseBIN("120340001230")
	if err != nil {
		t.Fatal(err)
	}
	type holder struct {
		IIN kzid.IIN
		BIN kzid.BIN
		iin kzid.IIN
		bin kzid.BIN
	}
	h := holder{iin, bin, iin, bin}
	var out bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%d", "%x", "%q"} {
		fmt.Fprintf(&out, verb+"\n", h)
		fmt.Fprintf(&out, verb+" "+verb+"\n", iin, bin)
		fmt.Fprintf(&out, verb+"\n", &h)
	}
	slog.New(slog.NewJSONHandler(&out, nil)).Info("x", "iin", iin, "bin", bin, "holder", h)
	slog.New(slog.NewTextHandler(&out, nil)).Info("x", "iin", iin, "bin", bin, "holder", h)
	if err := json.NewEncoder(&out).Encode(h); err != nil {
		t.Fatal(err)
	}
	for _, digits := range []string{"9001013", "1203400", "900101300126", "120340001230"} {
		if strings.Contains(out.String(), digits) {
			t.Errorf("output holds %s:\n%s", digits, out.String())
		}
	}
	if !strings.Contains(out.String(), "******0126") {
		t.Errorf("output does not hold the masked number:\n%s", out.String())
	}
	if iin.Masked() != "******0126" || (kzid.IIN{}).Masked() != "" || (kzid.IIN{}).Reveal() != "" {
		t.Errorf("Masked = %q, zero %q %q", iin.Masked(), kzid.IIN{}.Masked(), kzid.IIN{}.Reveal())
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"900101300126", "120340001230", "", "12345678901２"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if i, err := kzid.ParseIIN(s); err == nil && (i.Reveal() != s || !i.Valid()) {
			t.Errorf("ParseIIN(%q) gives %q", s, i.Reveal())
		}
		if b, err := kzid.ParseBIN(s); err == nil && (b.Reveal() != s || !b.Valid()) {
			t.Errorf("ParseBIN(%q) gives %q", s, b.Reveal())
		}
	})
}

func ExampleParseIIN() {
	iin, err := kzid.ParseIIN("900101300126")
	if err != nil {
		panic(err)
	}
	fmt.Println(iin, iin.Masked(), iin.Reveal())
	// Output: ******0126 ******0126 900101300126
}

func TestInText(t *testing.T) {
	for s, want := range map[string]bool{
		"": false, "990101300123": true, "holder 990 101 300-123 asked": true, "99010130012": false,
		"990101-30012x3": false, "٩٩٠١٠١٣٠٠١٢٣": true, "12 and 3456 and 789012": false,
	} {
		if got := kzid.InText(s); got != want {
			t.Errorf("InText(%q) = %t", s, got)
		}
	}
}

func TestLooksLikeBIN(t *testing.T) {
	for digits, want := range map[string]bool{
		"120340001230": true, "120351001230": true, "900101300126": false, "900131300126": false, "12034": false, "": false,
	} {
		if got := kzid.LooksLikeBIN(digits); got != want {
			t.Errorf("LooksLikeBIN(%q) = %v", digits, got)
		}
	}
}
