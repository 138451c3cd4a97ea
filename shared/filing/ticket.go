package filing

import "strings"

// alphabet is Crockford's base 32: no I, L, O or U, so that a ticket can be read aloud.
const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// Ticket makes a ticket number of 7 random bytes (from crypto/rand): eleven characters of 5 bits
// and a check character, grouped as "7F3K-92QH-X4TC". It holds no count, date or place, so
// nothing can be learnt from one and no counter has to be kept.
//
// The check character is Luhn's algorithm modulo 32: it finds every wrong character and nearly
// every swap of neighbours.
func Ticket(random [7]byte) string {
	digits := fives(random, 11)
	return grouped(append(digits, check(digits)), 4)
}

// CheckCode makes the ten characters of a receipt that, with its ticket number, let their holder see
// the receipt's facts: 50 of 56 random bits (from crypto/rand), grouped as "7F3K9-2QHX4".
func CheckCode(random [7]byte) string { return grouped(fives(random, 10), 5) }

// fives are the first n groups of five bits.
func fives(random [7]byte, n int) []byte {
	var bits uint64
	for _, b := range random {
		bits = bits<<8 | uint64(b)
	}
	digits := make([]byte, n)
	for i := range digits {
		digits[i] = byte(bits >> (5 * i) & 31)
	}
	return digits
}

// grouped writes digits of the alphabet with a hyphen after every n.
func grouped(digits []byte, n int) string {
	var out strings.Builder
	for i, d := range digits {
		if i > 0 && i%n == 0 {
			out.WriteByte('-')
		}
		out.WriteByte(alphabet[d])
	}
	return out.String()
}

// IsTicket reports whether s is a ticket number with a right check character.
func IsTicket(s string) bool {
	plain := strings.ReplaceAll(s, "-", "")
	if len(plain) != 12 || len(s) != 14 || s[4] != '-' || s[9] != '-' {
		return false
	}
	digits := make([]byte, 12)
	for i := range digits {
		d := strings.IndexByte(alphabet, plain[i])
		if d < 0 {
			return false
		}
		digits[i] = byte(d)
	}
	return check(digits[:11]) == digits[11]
}

// TypedTicket returns the ticket number that a person typed: in small letters, without hyphens or
// with spaces, O for 0, I or L for 1. ok is false for what is no ticket number.
func TypedTicket(typed string) (ticket string, ok bool) {
	plain := plain(typed)
	if len(plain) != 12 {
		return "", false
	}
	ticket = plain[:4] + "-" + plain[4:8] + "-" + plain[8:]
	return ticket, IsTicket(ticket)
}

// TypedCheckCode returns the check code that a person typed, as TypedTicket does a ticket number. ok is
// false for what can be none.
func TypedCheckCode(typed string) (code string, ok bool) {
	plain := plain(typed)
	if len(plain) != 10 || strings.Trim(plain, alphabet) != "" {
		return "", false
	}
	return plain[:5] + "-" + plain[5:], true
}

// plain is what a person typed in the letters of the alphabet, without hyphens and spaces.
func plain(typed string) string {
	return strings.NewReplacer("O", "0", "I", "1", "L", "1", "-", "").Replace(strings.ToUpper(strings.Join(strings.Fields(typed), "")))
}

func check(digits []byte) byte {
	sum, factor := 0, 2
	for i := len(digits) - 1; i >= 0; i-- {
		n := factor * int(digits[i])
		sum += n/32 + n%32
		factor = 3 - factor
	}
	return byte((32 - sum%32) % 32)
}
