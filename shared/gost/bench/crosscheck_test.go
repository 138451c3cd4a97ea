// Package bench compares shared/gost with OpenSSL's GOST engine: run.sh in speed,
// crosscheck.sh in results.
package bench

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/courtoffice/courtoffice/shared/gost/gost3410"
	"github.com/courtoffice/courtoffice/shared/gost/gost3411"
)

// spkiPrefix is the SubjectPublicKeyInfo of id-tc26-gost3410-12-512 with paramSetA
// and Streebog-512, up to the key (RFC 9215, section 4.3).
var spkiPrefix, _ = hex.DecodeString("3081aa302106082a85030701010102301506092a850307010201020106082a8503070101020303818400048180")

// peer runs the compiled testdata/peer.c, which crosscheck.sh names in GOST_PEER,
// and returns the lines it prints.
func peer(t *testing.T, stdin string, args ...string) []string {
	t.Helper()
	path := os.Getenv("GOST_PEER")
	if path == "" {
		t.Skip("GOST_PEER is not set; run crosscheck.sh")
	}
	cmd := exec.Command(path, args...)
	cmd.Stdin = strings.NewReader(stdin)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("peer %q: %v", args, err)
	}
	var lines []string
	for s := bufio.NewScanner(bytes.NewReader(out)); s.Scan(); {
		lines = append(lines, s.Text())
	}
	return lines
}

// reversed returns b in the order of the other side.
func reversed(b []byte) []byte {
	b = slices.Clone(b)
	slices.Reverse(b)
	return b
}

func TestCrossCheckTheirs(t *testing.T) {
	lines := peer(t, "", "make", "200")
	if len(lines) != 200 {
		t.Fatalf("%d lines, want 200", len(lines))
	}
	for _, line := range lines {
		var fields [5][]byte
		for i, f := range strings.Fields(line) {
			b, err := hex.DecodeString(strings.Trim(f, "-"))
			if err != nil {
				t.Fatalf("%s: %v", line, err)
			}
			fields[i] = b
		}
		msg, want512, want256, spki, sig := fields[0], fields[1], fields[2], fields[3], fields[4]
		sum512, sum256 := gost3411.Sum512(msg), gost3411.Sum256(msg)
		if !bytes.Equal(sum512[:], want512) || !bytes.Equal(sum256[:], want256) {
			t.Errorf("digests of %x: got %x and %x, want %x and %x", msg, sum512, sum256, want512, want256)
		}
		key, ok := bytes.CutPrefix(spki, spkiPrefix)
		if !ok {
			t.Fatalf("unexpected SubjectPublicKeyInfo %x", spki)
		}
		k, err := gost3410.NewPublicKey(key)
		if err != nil {
			t.Fatalf("%x: %v", key, err)
		}
		if !k.Verify(sum512[:], reversed(sig)) || !gost3410.NewHotKey(k).Verify(sum512[:], reversed(sig)) {
			t.Errorf("key %x, digest %x: their signature %x refused", key, sum512, sig)
		}
	}
}

func TestCrossCheckOurs(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	seed := rand.NewChaCha8([32]byte{1})
	var in strings.Builder
	var want []string
	for range 200 {
		private, err := gost3410.GenerateKey(seed)
		if err != nil {
			t.Fatal(err)
		}
		digest := make([]byte, 64)
		seed.Read(digest)
		sig, err := private.Sign(digest)
		if err != nil {
			t.Fatal(err)
		}
		// Every other signature is spoiled, and both sides say so.
		if r.IntN(2) == 0 {
			sig[r.IntN(128)] ^= 1 << r.IntN(8)
		}
		good := "0"
		if private.Public().Verify(digest, sig) {
			good = "1"
		}
		want = append(want, good)
		fmt.Fprintf(&in, "%x%x %x %x\n", spkiPrefix, private.Public().Bytes(), digest, reversed(sig))
	}
	got := peer(t, in.String(), "check")
	if !slices.Equal(got, want) {
		t.Errorf("OpenSSL says %q, we say %q", got, want)
	}
	if !slices.Contains(want, "0") || !slices.Contains(want, "1") {
		t.Errorf("verdicts are all alike: %q", want)
	}
}
