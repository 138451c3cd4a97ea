package form

import (
	"strings"
)

// ValidIBAN reports whether s is an account number of a bank in Kazakhstan without spaces: "KZ",
// two check digits, three digits of the bank, 13 letters or digits; ISO 13616-1, check by ISO/IEC
// 7064, MOD 97-10.
func ValidIBAN(s string) bool {
	if len(s) != 20 || s[:2] != "KZ" || !digits(s[2:7]) {
		return false
	}
	rest := 0
	for _, r := range s[4:] + s[:4] {
		switch {
		case r >= '0' && r <= '9':
			rest = (rest*10 + int(r-'0')) % 97
		case r >= 'A' && r <= 'Z':
			rest = (rest*100 + int(r-'A') + 10) % 97
		default:
			return false
		}
	}
	return rest == 1
}

// ValidBIC reports whether s is a business identifier code (ISO 9362): 8 or 11 characters, of
// which the fifth and sixth are letters of the country.
func ValidBIC(s string) bool {
	if len(s) != 8 && len(s) != 11 {
		return false
	}
	for i := range len(s) {
		letter := s[i] >= 'A' && s[i] <= 'Z'
		digit := s[i] >= '0' && s[i] <= '9'
		if !letter && (!digit || i == 4 || i == 5) {
			return false
		}
	}
	return true
}

// ValidPhone reports whether s is a telephone number as ITU-T E.164 writes it: "+", 8 to 15
// digits; under +7 exactly eleven.
func ValidPhone(s string) bool {
	number, plus := strings.CutPrefix(s, "+")
	if !plus || !digits(number) || len(number) < 8 || len(number) > 15 || number[0] == '0' {
		return false
	}
	return number[0] != '7' || len(number) == 11
}

// phone writes a number dialled inside the country (8 701 ..., 701 ...) or from abroad (00 7 ...)
// as E.164.
func phone(s string) string {
	s = compact(s)
	switch {
	case !digits(s):
		return s
	case len(s) == 11 && (s[0] == '8' || s[0] == '7'):
		return "+7" + s[1:]
	case len(s) == 10 && s[0] == '7':
		return "+7" + s
	case strings.HasPrefix(s, "00"):
		return "+" + s[2:]
	}
	return s
}

func digits(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool { return r < '0' || r > '9' })
}
