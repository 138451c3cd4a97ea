package inspect_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/google/go-cmp/cmp"

	"github.com/courtoffice/courtoffice/functions/internal/inspect"
	"github.com/courtoffice/courtoffice/shared/documents"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/store"
	"github.com/courtoffice/courtoffice/shared/store/engine"
	"github.com/courtoffice/courtoffice/shared/store/schema"
	"github.com/courtoffice/courtoffice/shared/verdict"
)

const filingID = "0193f0c0-0000-7000-8000-000000000001"

var now = time.Date(2026, 11, 22, 14, 0, 0, 0, time.UTC)

type office struct {
	*inspect.Service
	t      *testing.T
	s3     *s3.Client
	bucket string
}

func newOffice(t *testing.T) office {
	db, name := engine.ForTest(t)
	client, bucket := engine.S3ForTest(t)
	return office{&inspect.Service{
		Documents: documents.New(client, bucket), Verdicts: store.NewVerdicts(db, name(schema.Filings)),
		Now: func() time.Time { return now },
	}, t, client, bucket}
}

func sum(b []byte) string {
	raw := sha256.Sum256(b)
	return hex.EncodeToString(raw[:])
}

// verdict handles an upload, twice as delivery is at least once, and returns what is then known.
func (o office) verdict(key, version string) verdict.Verdict {
	o.t.Helper()
	for range 2 {
		if err := o.Handle(o.t.Context(), inspect.Upload{Key: key, Version: version}); err != nil {
			o.t.Fatal(err)
		}
	}
	_, hash, _ := documents.ParseKey(key)
	all, err := o.Verdicts.Of(o.t.Context(), filingID, []filing.Document{{SHA256: hash, MediaType: "application/pdf"}}, now)
	if err != nil {
		o.t.Fatal(err)
	}
	return all[0]
}

func (o office) put(content []byte) (key, version string) {
	o.t.Helper()
	object, stored, err := o.Documents.Put(o.t.Context(), filingID, "application/pdf", content)
	if err != nil {
		o.t.Fatal(err)
	}
	return documents.Key(filingID, object.SHA256), stored.Version
}

func TestUploadsAreInspected(t *testing.T) {
	o := newOffice(t)
	claim, err := os.ReadFile(filepath.Join("..", "..", "..", "testdata", "claims", "money", "claim.pdf"))
	if err != nil {
		t.Fatal(err)
	}
	if got := o.verdict(o.put(claim)); got.Forbids() || len(got.Findings) > 0 || got.Pages != 2 {
		t.Errorf("the sample claim: %+v", got)
	}
	if got := o.verdict(o.put([]byte("MZ\x90\x00 a program, not a PDF"))); !got.Has(verdict.Executable) || !got.Forbids() {
		t.Errorf("a program: %+v", got)
	}
	key, _ := o.put([]byte("#!/bin/sh"))
	if got := o.verdict(key, ""); !got.Has(verdict.Executable) {
		t.Errorf("without a version: %+v", got)
	}
	for name, up := range map[string]inspect.Upload{
		"not a filing's":     {Key: "index.html"},
		"gone":               {Key: documents.Key(filingID, sum([]byte("never"))), Version: ""},
		"another's version":  {Key: documents.Key(filingID, sum([]byte("never"))), Version: "01ARZ3NDEKTSV4RRFFQ69G5FAV"},
		"with a strange key": {Key: "filings/../../x"},
	} {
		if err := o.Handle(t.Context(), up); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestWholeDiffersFromItsKey sends parts that make another whole than the one they were announced as.
func TestWholeDiffersFromItsKey(t *testing.T) {
	o := newOffice(t)
	content := append([]byte("%PDF-1.7\n"), bytes.Repeat([]byte("x"), documents.PartSize)...)
	var parts []string
	for part := range slices.Chunk(content, documents.PartSize) {
		parts = append(parts, sum(part))
	}
	for _, tt := range []struct {
		name, hash string
		want       bool
	}{{"its own hash", sum(content), false}, {"another hash", sum([]byte("y")), true}} {
		object := documents.Object{Filing: filingID, SHA256: tt.hash, Size: int64(len(content)), MediaType: "application/pdf"}
		up, err := o.Documents.Grant(t.Context(), object, parts, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		for _, g := range up.Grants {
			req, err := http.NewRequest(g.Method, g.URL, bytes.NewReader(content[g.Offset:g.Offset+g.Size]))
			if err != nil {
				t.Fatal(err)
			}
			for name, value := range g.Headers {
				req.Header.Set(name, value)
			}
			res, err := http.DefaultClient.Do(req)
			if err != nil || res.StatusCode != http.StatusOK {
				t.Fatalf("%v, %v", res, err)
			}
			res.Body.Close()
		}
		stored, err := o.Documents.Complete(t.Context(), object, parts)
		if err != nil {
			t.Fatal(err)
		}
		if got := o.verdict(documents.Key(filingID, tt.hash), stored.Version); got.Has(verdict.HashDiffers) != tt.want || got.Forbids() != tt.want {
			t.Errorf("%s: %+v", tt.name, got)
		}
	}
}

func TestScanner(t *testing.T) {
	o := newOffice(t)
	content := []byte("%PDF-1.7\nmalware")
	down := true
	o.Scan = func(_ context.Context, file io.Reader) (string, error) {
		if down {
			return "", errors.New("the scanner is away")
		}
		all, err := io.ReadAll(file)
		if !cmp.Equal(all, content) {
			t.Errorf("scanned %q", all)
		}
		return "Eicar", err
	}
	key, version := o.put(content)
	if err := o.Handle(t.Context(), inspect.Upload{Key: key, Version: version}); err == nil {
		t.Error("an upload that could not be scanned is done with")
	}
	down = false
	if got := o.verdict(key, version); !got.Has(verdict.Infected) || !got.Forbids() {
		t.Errorf("infected: %+v", got)
	}
}

// TestTheVersionCounts: what was put over it later is another upload.
func TestTheVersionCounts(t *testing.T) {
	o := newOffice(t)
	key, version := o.put([]byte("%PDF-1.7\nfirst"))
	if _, err := o.s3.PutObject(t.Context(), &s3.PutObjectInput{Bucket: &o.bucket, Key: &key, Body: bytes.NewReader([]byte("MZ")), ChecksumAlgorithm: types.ChecksumAlgorithmSha256, ContentType: aws.String("application/pdf")}); err != nil {
		t.Fatal(err)
	}
	if got := o.verdict(key, version); got.Has(verdict.Executable) {
		t.Errorf("%+v", got)
	}
}
