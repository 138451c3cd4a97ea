package account_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/courtoffice/courtoffice/shared/account"
)

func TestWeak(t *testing.T) {
	const number, email = "900101300126", "aigul.s@example.kz"
	for _, tt := range []struct {
		password string
		want     string // codes, or "" for a good one
	}{
		{"тау-бұлақ 7 қоян", ""},
		{"correct horse battery", ""},
		{"kZ8#mQ2!vT6p", ""},
		{"сары алма тас 41", ""},
		{"kZ8#mQ2!vT6", "password-short"},      // 11
		{"қоян тау 12", "password-short"},      // 11 characters, 18 bytes
		{"", "password-short password-common"}, // nothing differs
		{strings.Repeat("kZ8#mQ2!", 32), "password-common"},
		{strings.Repeat("kZ8#mQ2!", 32) + "x", "password-long"}, // 257 bytes
		{"x900101300126y-tau", "password-personal"},
		{"My-AIGUL.S-is-long", "password-personal"},
		{"aaaaaaaaaaaaaaa", "password-common"},
		{"123456789012", "password-common"},
		{"987654321098", "password-common"},
		{"abcabcabcabc", "password-common"},
		{"Password-2026!", "password-common"},
		{"P@ssw0rd202611", "password-common"},
		{"qwertyuiop123", "password-common"},
		{"Kazakhstan2050!", "password-common"},
		{"Қазақстан2050!", "password-common"},
		{"йцукенгшщз12345", "password-common"},
		{"құпия сөз 2026", "password-common"},
		{"1q2w3e4r5t6y", "password-common"},
		{"long enough \xff but not text", "format"},
	} {
		var codes []string
		for _, d := range account.Password(tt.password).Weak("/password", number, email) {
			if d.Pointer != "/password" || d.Article != "agreement 3.4" {
				t.Errorf("%q: defect %+v", tt.password, d)
			}
			codes = append(codes, d.Code)
		}
		if got := strings.Join(codes, " "); got != tt.want {
			t.Errorf("Weak(%q) = %q, want %q", tt.password, got, tt.want)
		}
	}
}

func TestHash(t *testing.T) {
	p := account.Password("тау-бұлақ 7 қоян")
	hash := p.Hash([16]byte{1, 2, 3})
	if !strings.HasPrefix(hash, "$argon2id$v=19$m=19456,t=2,p=1$AQIDAAAAAAAAAAAAAAAAAA$") {
		t.Fatalf("Hash = %s", hash)
	}
	for _, tt := range []struct {
		name     string
		password account.Password
		hash     string
		want     bool
		err      error
	}{
		{"right", p, hash, true, nil},
		{"wrong", p + ".", hash, false, nil},
		{"empty", "", hash, false, nil},
		{"no account", p, "", false, nil},
		{"no account, no password", "", "", false, nil},
		{"overlong", account.Password(strings.Repeat("x", 257)), hash, false, nil},
		// RFC 9106 parameters other than ours, from the argon2 reference program:
		// echo -n password | argon2 somesalt -id -t 2 -m 16 -p 1
		{"another cost", "password", "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc", true, nil},
		{"not PHC", p, "secret", false, account.ErrHash},
		{"another scheme", p, strings.Replace(hash, "argon2id", "argon2i", 1), false, account.ErrHash},
		{"memory bomb", p, strings.Replace(hash, "m=19456", "m=4294967295", 1), false, account.ErrHash},
		{"no pass", p, strings.Replace(hash, "t=2", "t=0", 1), false, account.ErrHash},
		{"no lane", p, strings.Replace(hash, "p=1", "p=0", 1), false, account.ErrHash},
		{"cut key", p, hash[:len(hash)-30], false, account.ErrHash},
	} {
		got, err := tt.password.Matches(tt.hash)
		if got != tt.want || !errors.Is(err, tt.err) {
			t.Errorf("%s: Matches = %v, %v; want %v, %v", tt.name, got, err, tt.want, tt.err)
		}
	}
}

func TestPasswordKeepsItselfOutOfPrint(t *testing.T) {
	v := struct{ P account.Password }{"kZ8#mQ2!vT6p"}
	if out := fmt.Sprintf("%v %+v %#v %s %q", v, v, v, v.P, v.P); strings.Contains(out, "kZ8") {
		t.Errorf("printed: %s", out)
	}
}

func BenchmarkHash(b *testing.B) {
	for b.Loop() {
		account.Password("kZ8#mQ2!vT6p").Hash([16]byte{1})
	}
}

func TestLapsed(t *testing.T) {
	end := time.Date(2027, 8, 14, 7, 0, 0, 0, time.UTC)
	with := account.Credential{Hash: "$", Person: account.Acting{Certificate: []byte("DER"), NotAfter: end}}
	for _, tt := range []struct {
		name    string
		c       account.Credential
		at      time.Time
		revoked bool
		want    bool
	}{
		{"long before", with, end.AddDate(0, -6, 0), false, false},
		{"in its last second", with, end, false, false},
		{"a moment later", with, end.Add(time.Millisecond), false, true},
		{"revoked", with, end.AddDate(0, -6, 0), true, true},
		{"no certificate known", account.Credential{Hash: "$"}, end, false, true},
	} {
		if got := tt.c.Lapsed(tt.at, tt.revoked); got != tt.want {
			t.Errorf("%s: Lapsed = %v, want %v", tt.name, got, tt.want)
		}
	}
}
