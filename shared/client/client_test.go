package client_test

import (
	"bytes"
	"flag"
	"os"
	"testing"

	"github.com/courtoffice/courtoffice/shared/client/generate"
	"github.com/courtoffice/courtoffice/shared/openapi"
)

var update = flag.Bool("update", false, "write office.go anew")

// TestGenerated: office.go is what the document says.
func TestGenerated(t *testing.T) {
	made, err := generate.Client(openapi.Parsed())
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile("office.go", made, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	kept, err := os.ReadFile("office.go")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(kept, made) {
		t.Error("office.go is not what shared/openapi/openapi.json says: go test ./shared/client -update")
	}
}
