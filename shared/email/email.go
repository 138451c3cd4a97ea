// Package email says what an e-mail address is: one rule wherever one is typed, and in the pages
// (lib/email.js), which testdata/addresses.json holds together. It tells a typing mistake; whether mail
// arrives only sending tells.
package email

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"
	"golang.org/x/text/unicode/norm"
)

// Max is the most octets of an address with its host in ASCII (RFC 5321, 4.5.3.1.3).
const Max = 254

const (
	maxLocal = 64 // octets, RFC 5321, 4.5.3.1.1
	maxLabel = 63 // octets, RFC 1034, 3.1
)

// Valid reports whether s is a mailbox: a dot-atom (RFC 5321, 4.1.2) with letters of any script (RFC
// 6531), "@", a host name of two labels or more, as under .қаз. No quotes, comments or address literals.
func Valid(s string) bool {
	local, host, found := strings.Cut(s, "@")
	if !found || !utf8.ValidString(s) || len(local) > maxLocal || !dotAtom(local) {
		return false
	}
	labels := strings.Split(host, ".")
	for _, l := range labels {
		if !label(l) {
			return false
		}
	}
	last := labels[len(labels)-1]
	return len(labels) > 1 && utf8.RuneCountInString(last) > 1 && strings.ContainsFunc(last, func(r rune) bool { return !unicode.IsDigit(r) }) && len(ASCII(s)) <= Max
}

// Deliverable reports whether the office can write to s: Amazon SES takes any host, as ASCII has it, and
// no letters but ASCII before the "@".
func Deliverable(s string) bool {
	local, _, _ := strings.Cut(s, "@")
	return Valid(s) && ascii(local)
}

// ASCII returns a Valid address with its host as the domain name system has it: labels of other letters
// are small, composed (NFC) and in Punycode (RFC 5891, 4.4). What has none stays as it is.
func ASCII(s string) string {
	local, host, found := strings.Cut(s, "@")
	if !found || ascii(host) {
		return s
	}
	labels := strings.Split(host, ".")
	for i, l := range labels {
		if a, err := aLabel(l); err == nil {
			labels[i] = a
		}
	}
	return local + "@" + strings.Join(labels, ".")
}

func dotAtom(s string) bool {
	for part := range strings.SplitSeq(s, ".") {
		if part == "" || strings.ContainsFunc(part, func(r rune) bool {
			return !letter(r) && !strings.ContainsRune("!#$%&'*+-/=?^_`{|}~", r)
		}) {
			return false
		}
	}
	return true
}

func label(s string) bool {
	first, _ := utf8.DecodeRuneInString(s)
	if s == "" || first == '-' || unicode.IsMark(first) || s[len(s)-1] == '-' || len(s) > 4*maxLabel {
		return false
	}
	if a, err := aLabel(s); err != nil || len(a) > maxLabel {
		return false
	}
	return !strings.ContainsFunc(s, func(r rune) bool { return !letter(r) && r != '-' })
}

func letter(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) }

func ascii(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r >= utf8.RuneSelf })
}

// aLabel is a label as the domain name system has it. Error: it only looks like one that is there already.
func aLabel(s string) (string, error) {
	if ascii(s) {
		return s, nil
	}
	return idna.Punycode.ToASCII(norm.NFC.String(strings.ToLower(s)))
}
