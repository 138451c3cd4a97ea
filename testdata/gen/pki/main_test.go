package main

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// The committed files are what the generator makes from the committed keys.
func TestGeneratorChangesNothing(t *testing.T) {
	committed := filepath.Join("..", "..")
	dir := t.TempDir()
	for _, sub := range []string{"pki/keys", "pki/authority"} { // the private keys; the rest is made anew
		if err := os.CopyFS(filepath.Join(dir, sub), os.DirFS(filepath.Join(committed, sub))); err != nil {
			t.Fatal(err)
		}
	}
	if err := generate(filepath.Join(dir, "pki"), filepath.Join(dir, "eds")); err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, sub := range []string{"pki", "eds"} {
		made, want := os.DirFS(filepath.Join(dir, sub)), os.DirFS(filepath.Join(committed, sub))
		err := fs.WalkDir(made, ".", func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			got, err := fs.ReadFile(made, name)
			if err != nil {
				return err
			}
			n++
			if have, err := fs.ReadFile(want, name); err != nil || !bytes.Equal(got, have) {
				t.Errorf("%s/%s differs from what is committed: run go run ./testdata/gen/pki", sub, name)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		err = fs.WalkDir(want, ".", func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			if _, err := fs.Stat(made, name); err != nil {
				t.Errorf("%s/%s is committed and not made", sub, name)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if n < 100 {
		t.Errorf("%d files made", n)
	}
}
