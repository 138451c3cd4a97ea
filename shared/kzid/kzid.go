// Package kzid holds Kazakhstan's identification numbers: the IIN of a person and the BIN of an
// organisation, each twelve decimal digits.
//
// The types keep themselves out of logs. fmt, log/slog and encoding/json see only the last four
// digits; Reveal returns all twelve and is the only way to them, so every place that shows or
// stores a number can be found by that name. The zero value means "no number".
//
// Check digit: weights 1 to 11 modulo 11; when that gives 10, weights 3 to 11, 1, 2; when that gives
// 10 again, the number is never issued. Public validators that take 0 then are wrong.
package kzid

import (
	"errors"
	"log/slog"
	"time"
	"unicode"
)

// Errors of Parse and ParseForm. They never hold the number.
var (
	// ErrForm means that the text is not exactly twelve ASCII digits.
	ErrForm = errors.New("kzid: want twelve digits")
	// ErrCheckDigit means that the last digit does not follow from the other eleven.
	ErrCheckDigit = errors.New("kzid: wrong check digit")
	// ErrLayout means that the date or type digits cannot occur in a number of that kind.
	ErrLayout = errors.New("kzid: digits do not fit this kind of number")
)

// number keeps the digits xored with veil, so that printing a struct that holds a number in an
// unexported field, where fmt cannot call String, does not show them. Zero is no number.
type number struct{ veiled uint64 }

const (
	present = uint64(1) << 63
	veil    = 0x2d99_f5a1_c04b_6e37
)

func parseForm(s string) (number, error) {
	if len(s) != 12 {
		return number{}, ErrForm
	}
	v := uint64(0)
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return number{}, ErrForm
		}
		v = v*10 + uint64(s[i]-'0')
	}
	return number{(v | present) ^ veil}, nil
}

func (n number) reveal() string {
	if n.veiled == 0 {
		return ""
	}
	v := (n.veiled ^ veil) &^ present
	var b [12]byte
	for i := len(b) - 1; i >= 0; i-- {
		b[i] = '0' + byte(v%10)
		v /= 10
	}
	return string(b[:])
}

func (n number) masked() string {
	if n.veiled == 0 {
		return ""
	}
	return "******" + n.reveal()[8:]
}

// checkDigit returns the digit that must follow the first eleven, ok false when no digit may.
func checkDigit(s string) (digit byte, ok bool) {
	first, second := 0, 0
	for i := range 11 {
		d := int(s[i] - '0')
		first += d * (i + 1)
		second += d * ((i+2)%11 + 1)
	}
	sum := first % 11
	if sum == 10 {
		sum = second % 11
	}
	return '0' + byte(sum), sum != 10
}

func checked(s string) (number, error) {
	n, err := parseForm(s)
	if err != nil {
		return number{}, err
	}
	if d, ok := checkDigit(s); !ok || d != s[11] {
		return number{}, ErrCheckDigit
	}
	return n, nil
}

// IIN is the number of a natural person: YYMMDD of birth, a digit of century and sex, four digits
// of order, a check digit. Values compare with ==.
type IIN struct{ n number }

// ParseIIN reads twelve digits with nothing around them and checks date, century digit and check
// digit. Errors: ErrForm, ErrCheckDigit, ErrLayout.
func ParseIIN(s string) (IIN, error) {
	n, err := checked(s)
	if err != nil {
		return IIN{}, err
	}
	// The digit 0 is seen with foreigners; 1-2, 3-4, 5-6 are the XIX, XX and XXI centuries.
	century := s[6] - '0'
	if century > 6 || !validDate(s, century) {
		return IIN{}, ErrLayout
	}
	return IIN{n}, nil
}

func validDate(s string, century byte) bool {
	yy := int(s[0]-'0')*10 + int(s[1]-'0')
	month := int(s[2]-'0')*10 + int(s[3]-'0')
	day := int(s[4]-'0')*10 + int(s[5]-'0')
	if month < 1 || month > 12 || day < 1 || day > 31 {
		return false
	}
	if century == 0 { // the century is not known: 29 February may be right
		yy += 2000 - yy%4
		return day <= time.Date(yy, time.Month(month)+1, 0, 0, 0, 0, 0, time.UTC).Day()
	}
	yy += 1800 + 100*int((century-1)/2)
	return day <= time.Date(yy, time.Month(month)+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

// ParseIINForm reads twelve digits and checks nothing else. It is for numbers that the certificate
// authority vouches for: its test certificates carry numbers with a wrong check digit.
// Error: ErrForm.
func ParseIINForm(s string) (IIN, error) {
	n, err := parseForm(s)
	return IIN{n}, err
}

// Reveal returns the twelve digits, or "" for the zero value.
func (i IIN) Reveal() string { return i.n.reveal() }

// Masked returns six asterisks and the last four digits, or "" for the zero value.
func (i IIN) Masked() string { return i.n.masked() }

// String is Masked, so that a number printed by mistake stays private.
func (i IIN) String() string { return i.n.masked() }

// GoString is Masked in quotes, for %#v.
func (i IIN) GoString() string { return `kzid.IIN("` + i.n.masked() + `")` }

// LogValue implements slog.LogValuer with Masked.
func (i IIN) LogValue() slog.Value { return slog.StringValue(i.n.masked()) }

// MarshalText gives Masked. There is no way back from it: who must send the digits calls Reveal.
func (i IIN) MarshalText() ([]byte, error) { return []byte(i.n.masked()), nil }

// IsZero reports whether i holds no number.
func (i IIN) IsZero() bool { return i == IIN{} }

// Valid reports whether ParseIIN would accept the number.
func (i IIN) Valid() bool {
	_, err := ParseIIN(i.Reveal())
	return err == nil
}

// BIN is the number of an organisation: YYMM of registration, a digit of type (4 resident, 5
// non-resident, 6 joint individual enterprise), one of feature, five of order, a check digit.
// Values compare with ==.
type BIN struct{ n number }

// ParseBIN reads twelve digits with nothing around them and checks month, type digit and check
// digit. Errors: ErrForm, ErrCheckDigit, ErrLayout.
func ParseBIN(s string) (BIN, error) {
	n, err := checked(s)
	if err != nil {
		return BIN{}, err
	}
	month := int(s[2]-'0')*10 + int(s[3]-'0')
	if month < 1 || month > 12 || s[4] < '4' || s[4] > '6' {
		return BIN{}, ErrLayout
	}
	return BIN{n}, nil
}

// LooksLikeBIN reports whether twelve digits are laid out as a BIN and not as an IIN: the fifth is the
// kind of organisation, 4 to 6, where an IIN has the first digit of a day, 0 to 3.
func LooksLikeBIN(digits string) bool { return len(digits) == 12 && digits[4] >= '4' }

// ParseBINForm reads twelve digits and checks nothing else; see ParseIINForm. Error: ErrForm.
func ParseBINForm(s string) (BIN, error) {
	n, err := parseForm(s)
	return BIN{n}, err
}

// Reveal returns the twelve digits, or "" for the zero value.
func (b BIN) Reveal() string { return b.n.reveal() }

// Masked returns six asterisks and the last four digits, or "" for the zero value.
func (b BIN) Masked() string { return b.n.masked() }

// String is Masked, so that a number printed by mistake stays private.
func (b BIN) String() string { return b.n.masked() }

// GoString is Masked in quotes, for %#v.
func (b BIN) GoString() string { return `kzid.BIN("` + b.n.masked() + `")` }

// LogValue implements slog.LogValuer with Masked.
func (b BIN) LogValue() slog.Value { return slog.StringValue(b.n.masked()) }

// MarshalText gives Masked. There is no way back from it: who must send the digits calls Reveal.
func (b BIN) MarshalText() ([]byte, error) { return []byte(b.n.masked()), nil }

// IsZero reports whether b holds no number.
func (b BIN) IsZero() bool { return b == BIN{} }

// Valid reports whether ParseBIN would accept the number.
func (b BIN) Valid() bool {
	_, err := ParseBIN(b.Reveal())
	return err == nil
}

// InText reports whether twelve digits follow each other in a text, with spaces and hyphens
// between them or not: an IIN or a BIN, right or mistyped. It is for texts that must have none.
func InText(s string) bool {
	n := 0
	for _, r := range s {
		switch {
		case unicode.IsDigit(r):
			if n++; n == 12 {
				return true
			}
		case r == ' ' || r == '-':
		default:
			n = 0
		}
	}
	return false
}
