package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

// TestCommittedFiles fails when a text, the layout or a library changed and the PDF files were not
// rebuilt, or when the same sources give different bytes.
func TestCommittedFiles(t *testing.T) {
	dir := filepath.FromSlash("../../claims/money")
	for range 2 {
		docs, err := documents(filepath.Join(dir, "claim.json"))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"claim.pdf", "contract.pdf"} {
			want, err := os.ReadFile(filepath.Join(dir, name))
			if err != nil {
				t.Fatal(err)
			}
			if got := docs[name]; !bytes.Equal(got, want) {
				t.Errorf("%s: built %d bytes that differ from the %d committed; run go run .", name, len(got), len(want))
			}
		}
	}
}

func TestTenge(t *testing.T) {
	for tiyn, want := range map[int64]string{0: "0", 99_900: "999", 100_000: "1 000", 5_000_000: "50 000", 500_000_000: "5 000 000"} {
		if got := tenge(tiyn); got != want {
			t.Errorf("tenge(%d) = %q, want %q", tiyn, got, want)
		}
	}
}
