package indexkey_test

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"

	"github.com/courtoffice/courtoffice/shared/indexkey"
)

var root = bytes.Repeat([]byte{7}, 32)

var purposes = []indexkey.Purpose{
	indexkey.Number, indexkey.Person, indexkey.Acting, indexkey.Attempts, indexkey.Codes, indexkey.Invitation, indexkey.Support,
	indexkey.Code, indexkey.Link,
}

func TestKeyIsForOnePurpose(t *testing.T) {
	seen := make(map[string]indexkey.Purpose)
	for _, p := range purposes {
		k := indexkey.Key(root, p, "natural", "900101300126")
		version, digits, ok := strings.Cut(k, ".")
		if raw, err := hex.DecodeString(digits); !ok || version != "1" || err != nil || len(raw) != 32 {
			t.Errorf("Key(%s) = %q", p, k)
		}
		if other, ok := seen[digits]; ok {
			t.Errorf("%s and %s have the same key", p, other)
		}
		seen[digits] = p
	}
}

// What is kept must be found for ever: a changed derivation would lose every account.
func TestKeyStays(t *testing.T) {
	const want = "1.73e67155ac4f6a6dba1adb7d5222194c23da56ef022185fc5b58e97874d3c33d"
	if got := indexkey.Key(root, indexkey.Number, "natural", "900101300126"); got != want {
		t.Errorf("Key = %q, want %q", got, want)
	}
}

func TestPartsStayApart(t *testing.T) {
	whole := indexkey.Key(root, indexkey.Codes, "ab", "c")
	for _, parts := range [][]string{{"a", "bc"}, {"abc"}, {"ab", "c", ""}, {"", "ab", "c"}} {
		if indexkey.Key(root, indexkey.Codes, parts...) == whole {
			t.Errorf("%q has the key of ab, c", parts)
		}
	}
	if indexkey.Key(bytes.Repeat([]byte{8}, 32), indexkey.Codes, "ab", "c") == whole {
		t.Error("another root gives the same key")
	}
}

func ExampleKey() {
	key := indexkey.Key(bytes.Repeat([]byte{1}, 32), indexkey.Person, "900101300126")
	fmt.Println(key[:6], len(key))
	// Output: 1.8179 66
}
