package documents_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/courtoffice/courtoffice/shared/documents"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/store/engine"
)

const filingID = "0193f0c0-0000-7000-8000-000000000001"

func document(id string, content []byte) filing.Document {
	sum := sha256.Sum256(content)
	return filing.Document{
		ID: id, Role: "main_claim", Name: "талап.pdf", MediaType: "application/pdf",
		SHA256: hex.EncodeToString(sum[:]), Size: int64(len(content)),
	}
}

// put sends body the way a browser would and returns the status.
func put(t *testing.T, g documents.Grant, body []byte, edit func(*http.Request)) int {
	t.Helper()
	req, err := http.NewRequest(g.Method, g.URL, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range g.Headers {
		req.Header.Set(name, value)
	}
	if edit != nil {
		edit(req)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	io.Copy(io.Discard, res.Body)
	return res.StatusCode
}

func TestGrantBindsTheBytes(t *testing.T) {
	client, bucket := engine.S3ForTest(t)
	store := documents.New(client, bucket)
	ctx, now := context.Background(), time.Now()
	content := []byte("%PDF-1.7 the claim")

	for i, tt := range []struct {
		name string
		body []byte
		edit func(*http.Request)
	}{
		{"other bytes of the same length", []byte("%PDF-1.7 the clain"), nil},
		{"another length", []byte("%PDF-1.7"), nil},
		{"another media type", content, func(r *http.Request) { r.Header.Set("Content-Type", "text/html") }},
		{"another document's place", content, func(r *http.Request) { r.URL.Path = strings.Replace(r.URL.Path, "00d3", "00d9", 1) }},
		{"another checksum header", []byte("%PDF-1.7 the clain"), func(r *http.Request) {
			r.Header.Set("X-Amz-Checksum-Sha256", "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=")
		}},
	} {
		d := document("0193f0c0-0000-7000-8000-0000000000d"+string(rune('0'+i)), content)
		g, err := store.Grant(ctx, filingID, d, now)
		if err != nil {
			t.Fatal(err)
		}
		if status := put(t, g, tt.body, tt.edit); status < 400 {
			t.Errorf("%s: status %d, want a refusal", tt.name, status)
		}
		if _, err := store.Head(ctx, filingID, d); !errors.Is(err, filing.ErrDocumentMissing) {
			t.Errorf("%s: Head = %v, want ErrDocumentMissing", tt.name, err)
		}
	}

	d := document("0193f0c0-0000-7000-8000-0000000000e0", content)
	g, err := store.Grant(ctx, filingID, d, now)
	if err != nil {
		t.Fatal(err)
	}
	if status := put(t, g, content, nil); status != http.StatusOK {
		t.Fatalf("upload as granted: status %d", status)
	}
	version, err := store.Head(ctx, filingID, d)
	if err != nil || version == "" {
		t.Fatalf("Head = %q, %v", version, err)
	}

	other := document(d.ID, []byte("another claim, longer"))
	if _, err := store.Head(ctx, filingID, other); !errors.Is(err, filing.ErrDocumentChanged) {
		t.Errorf("Head with another hash = %v, want ErrDocumentChanged", err)
	}
}

func TestGrantRefusesABadHash(t *testing.T) {
	client, bucket := engine.S3ForTest(t)
	d := document("0193f0c0-0000-7000-8000-0000000000d1", []byte("x"))
	d.SHA256 = "zz"
	if _, err := documents.New(client, bucket).Grant(context.Background(), filingID, d, time.Now()); err == nil {
		t.Error("a grant was made for a hash that is none")
	}
}
