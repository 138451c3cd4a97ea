package account

import (
	"crypto/subtle"
	_ "embed"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"

	"github.com/courtoffice/courtoffice/shared/defect"
)

// Password is a password as typed. It keeps itself out of logs.
type Password string

// LogValue implements slog.LogValuer.
func (p Password) LogValue() slog.Value { return slog.StringValue("[password]") }

// String keeps %v from showing the password; string(p) is the way to it.
func (p Password) String() string { return "[password]" }

// GoString keeps %#v from showing the password.
func (p Password) GoString() string { return "[password]" }

// Length limits of a password. There is no composition rule and no forced change: length and
// the list of common ones do more (NIST SP 800-63B, section 5.1.1.2).
const (
	MinPassword = 12  // characters
	MaxPassword = 256 // bytes
)

// Weak lists why a password is refused (agreement 3.4); nil means it is good. personal are words
// that must not be in it, whatever the case: the account's number and e-mail address. Of an
// address the part before the @ counts by itself. Words shorter than four bytes are passed over.
func (p Password) Weak(pointer string, personal ...string) defect.List {
	const clause = "agreement 3.4"
	var l defect.List
	s := string(p)
	switch {
	case !utf8.ValidString(s):
		l.Add(pointer, "format", clause)
		return l
	case utf8.RuneCountInString(s) < MinPassword:
		l.Add(pointer, "password-short", clause)
	case len(s) > MaxPassword:
		l.Add(pointer, "password-long", clause)
	}
	lower := strings.ToLower(s)
	for _, word := range personal {
		word, _, _ = strings.Cut(strings.ToLower(word), "@")
		if len(word) >= 4 && strings.Contains(lower, word) {
			l.Add(pointer, "password-personal", clause)
			break
		}
	}
	if common(lower) {
		l.Add(pointer, "password-common", clause)
	}
	return l
}

//go:embed common.txt
var commonText string

// commonWords are the words and keyboard walks that common long passwords are made of, one a
// line in common.txt. The list is our own.
var commonWords = sync.OnceValue(func() map[string]bool {
	words := map[string]bool{}
	for line := range strings.Lines(commonText) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			words[line] = true
		}
	}
	return words
})

// common reports whether a password, in lower case, is one that lists of leaked passwords begin
// with: fewer than five different characters, a short piece repeated, steps along the alphabet
// or the digits, or listed words with nothing but digits and signs around them.
func common(s string) bool {
	runes := []rune(s)
	distinct := map[rune]bool{}
	steps := 0
	for i, r := range runes {
		distinct[r] = true
		if i > 0 && (r == runes[i-1]+1 || r == runes[i-1]-1) {
			steps++
		}
	}
	if len(distinct) < 5 || steps*4 >= (len(runes)-1)*3 {
		return true
	}
	for n := 1; n <= len(runes)/2; n++ {
		if strings.HasPrefix(strings.Repeat(string(runes[:n]), len(runes)/n+1), s) {
			return true
		}
	}
	words := commonWords()
	if words[s] {
		return true
	}
	// "Password-2026!" and "P@ssw0rd2026" are "password".
	plain := strings.NewReplacer("@", "a", "$", "s", "0", "o", "1", "i", "3", "e", "4", "a", "5", "s", "7", "t").
		Replace(strings.TrimRightFunc(s, func(r rune) bool { return !unicode.IsLetter(r) }))
	for _, form := range []string{s, plain} {
		letters := strings.FieldsFunc(form, func(r rune) bool { return !unicode.IsLetter(r) })
		if len(letters) > 0 && allIn(words, letters) {
			return true
		}
	}
	return false
}

func allIn(words map[string]bool, list []string) bool {
	for _, w := range list {
		if !words[w] {
			return false
		}
	}
	return true
}

// Cost of argon2id (RFC 9106) for new hashes: 19 MiB, two passes, one lane, the least that
// OWASP's password storage sheet gives for this memory. Stored hashes carry their own.
const (
	argonMemory  = 19 * 1024 // KiB
	argonTime    = 2
	argonLanes   = 1
	argonSalt    = 16 // bytes
	argonKey     = 32 // bytes
	argonAtATime = 2
)

// hashing bounds the hashes made at once in a process, so that their memory is known: twice
// 19 MiB. A Lambda process has one request at a time; a program that embeds the office has not.
var hashing = make(chan struct{}, argonAtATime)

// ErrPassword: the password is not, or no longer, the account's.
var ErrPassword = errors.New("account: another password")

// ErrHash: a stored hash is not one Hash makes.
var ErrHash = errors.New("account: stored password hash is malformed")

// Hash returns the password's argon2id hash in PHC form,
// "$argon2id$v=19$m=19456,t=2,p=1$<salt>$<key>", unpadded base64. salt must be fresh from
// crypto/rand. It waits while two other hashes are being made.
func (p Password) Hash(salt [argonSalt]byte) string {
	key := derive(string(p), salt[:], argonTime, argonMemory, argonLanes, argonKey)
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, argonMemory, argonTime, argonLanes,
		b64.EncodeToString(salt[:]), b64.EncodeToString(key))
}

// Matches reports whether hash is the password's, in time that doesn't depend on where they
// differ. For an account that does not exist, or a password longer than MaxPassword, pass the
// hash "": the work is the same and the answer false.
//
// Errors: ErrHash.
func (p Password) Matches(hash string) (bool, error) {
	absent := hash == ""
	if absent {
		hash = decoy
	}
	if len(p) > MaxPassword {
		p, absent = "", true
	}
	var version, memory, time uint32
	var lanes uint8
	parts := strings.Split(hash, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" {
		return false, ErrHash
	}
	if _, err := fmt.Sscanf(parts[2], "v=%d", &version); err != nil || version != argon2.Version {
		return false, ErrHash
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &memory, &time, &lanes); err != nil ||
		memory > 1<<18 || time == 0 || time > 16 || lanes == 0 {
		return false, ErrHash
	}
	salt, err := base64.RawStdEncoding.Strict().DecodeString(parts[4])
	if err != nil {
		return false, ErrHash
	}
	want, err := base64.RawStdEncoding.Strict().DecodeString(parts[5])
	if err != nil || len(want) < 16 || len(want) > 64 {
		return false, ErrHash
	}
	got := derive(string(p), salt, time, memory, lanes, uint32(len(want)))
	return subtle.ConstantTimeCompare(got, want) == 1 && !absent, nil
}

// decoy is a hash of the cost of real ones that no password is looked for behind.
const decoy = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

func derive(password string, salt []byte, time, memory uint32, lanes uint8, length uint32) []byte {
	hashing <- struct{}{}
	defer func() { <-hashing }()
	return argon2.IDKey([]byte(password), salt, time, memory, lanes, length)
}

// Credential is the password of who acts in an account. It is that person's alone, also for a legal
// person's account: whoever leaves the organisation takes no password along.
type Credential struct {
	Hash   string // of Password.Hash; "" where there is none
	Person Acting // who set it; of a natural person the certificate only
}

// Lapsed reports whether the password opens nothing any more at the instant at: the certificate its
// person last used here has ended (its last second included, RFC 5280, section 4.1.2.5), was
// revoked, or none is known. It opens again when the person has signed in with a new one.
func (c Credential) Lapsed(at time.Time, revoked bool) bool {
	return revoked || len(c.Person.Certificate) == 0 || at.After(c.Person.NotAfter)
}

// PasswordChange is a new password on its way in.
type PasswordChange struct {
	AccountID string
	Person    Acting // whose it is; a change without a certificate leaves the one that is known
	ID        string // of the event that tells of it
	From, To  string // hashes; From is not looked at by a reset
	By        string // "password" or "eds"
	Keep      string // id of the session that stays, or ""
	At        time.Time
}

// Event tells the holder of the change.
func (p PasswordChange) Event() Event {
	e := NewEvent(EventPasswordChanged, p.AccountID, p.ID, p.At)
	e.By = p.By
	return e
}
