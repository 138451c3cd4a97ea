package main

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/courtoffice/courtoffice/shared/eds/edstest"
)

// TestCoversOneByOne: what a signature is over is told file by file, so that one whose name has a comma, or a mark
// that turns the line around, is not taken for two, nor for another.
func TestCoversOneByOne(t *testing.T) {
	pki := filepath.Join("..", "..", "..", "..", "testdata", "pki")
	keys, err := edstest.LoadKeys(filepath.Join(pki, "keys"))
	if err != nil {
		t.Fatal(err)
	}
	const name = "шарт.pdf, қосымша\u202efdp.exe"
	at := time.Date(2026, 11, 22, 14, 0, 0, 0, time.UTC)
	signature, err := keys["individual-gost"].SignCMS([]byte("x"), edstest.Detached, edstest.At(at))
	if err != nil {
		t.Fatal(err)
	}
	var archive bytes.Buffer
	w := zip.NewWriter(&archive)
	for _, f := range []struct {
		name string
		data []byte
	}{{name, []byte("x")}, {name + ".cms", signature}} {
		out, err := w.Create(f.name)
		if err == nil {
			_, err = out.Write(f.data)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	status, out, stderr := call("verify", "-trust", filepath.Join(pki, "trust"), "-at", at.Format(time.RFC3339), "-lang", "en", write(t, "a.zip", archive.Bytes()))
	if status != 0 || strings.Count(out, "Covers: ") != 1 || !strings.Contains(out, "Covers: шарт.pdf, қосымша\\u202efdp.exe\n") {
		t.Errorf("%d\n%s%s", status, out, stderr)
	}
	sample, err := os.ReadFile(filepath.Join(pki, "..", "eds", "pass-asic-e.txt"))
	if err != nil {
		t.Fatal(err)
	}
	_, body, _ := bytes.Cut(sample, []byte("\n\n"))
	two, err := base64.StdEncoding.DecodeString(strings.TrimSpace(string(body)))
	if err != nil {
		t.Fatal(err)
	}
	status, out, stderr = call("verify", "-trust", filepath.Join(pki, "trust"), "-at", at.Format(time.RFC3339), "-lang", "en", write(t, "a.asice", two))
	if status != 0 || !strings.Contains(out, "  Covers: claim.txt\n  Covers: a b.txt\n") {
		t.Errorf("%d\n%s%s", status, out, stderr)
	}
}
