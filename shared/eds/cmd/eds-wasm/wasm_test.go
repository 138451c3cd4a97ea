package main_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/courtoffice/courtoffice/shared/eds/edstest"
)

// TestInNode builds the module and runs the wrapper around it as a page would.
func TestInNode(t *testing.T) {
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("node is not installed")
	}
	module := filepath.Join(t.TempDir(), "eds.wasm")
	build := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", module, ".")
	build.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	checkSize(t, module)
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	testdata := filepath.Join("..", "..", "..", "..", "testdata")
	text := filepath.Join(t.TempDir(), "text")
	if err := os.WriteFile(text, []byte("бұл қолтаңба емес"), 0o600); err != nil {
		t.Fatal(err)
	}
	keys, err := edstest.LoadKeys(filepath.Join(testdata, "pki", "keys"))
	if err != nil {
		t.Fatal(err)
	}
	pdf := edstest.NewPDF("x")
	if err := pdf.Sign(keys["individual-gost"], time.Date(2026, 11, 20, 9, 30, 0, 0, time.UTC), edstest.PDFSignature{Name: "S"}); err != nil {
		t.Fatal(err)
	}
	document := filepath.Join(t.TempDir(), "x.pdf")
	if err := os.WriteFile(document, pdf.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	run := exec.Command(node, filepath.Join("testdata", "run.mjs"), filepath.Join(strings.TrimSpace(string(root)), "lib", "wasm", "wasm_exec.js"),
		"eds.mjs", module, filepath.Join(testdata, "pki", "trust"), "2026-11-22T14:00:00Z",
		filepath.Join(testdata, "eds", "example.p7s"), filepath.Join(testdata, "eds", "revoked.p7s"), text, document)
	out, err := run.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	type line struct {
		Indication string
		IIN        string
		Texts      map[string][2]string
		Error      string
	}
	var got []line
	for text := range bytes.Lines(out) {
		var l line
		if err := json.Unmarshal(text, &l); err != nil {
			t.Fatalf("%v: %s", err, text)
		}
		got = append(got, l)
	}
	if len(got) != 4 || got[3].Indication != "TOTAL-PASSED" || got[3].IIN != "900101300126" || got[0].Indication != "TOTAL-PASSED" || got[0].IIN != "900101300126" ||
		got[1].Indication != "TOTAL-FAILED" || got[1].Texts["certificate-revoked"][0] != "Регистрационное свидетельство отозвано." || got[2].Error != "not a signature" {
		t.Errorf("%+v", got)
	}
}

// The module must stay below 3 MB as it goes over the wire.
func checkSize(t *testing.T, module string) {
	t.Helper()
	data, err := os.ReadFile(module)
	if err != nil {
		t.Fatal(err)
	}
	var packed bytes.Buffer
	w, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(w, bytes.NewReader(data)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d bytes, %d compressed", len(data), packed.Len())
	if packed.Len() >= 3<<20 {
		t.Errorf("%d bytes compressed, want below 3 MB", packed.Len())
	}
}
