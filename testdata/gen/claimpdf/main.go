// Command claimpdf writes the two PDF documents of the sample claim in testdata/claims/money:
// claim.pdf, the statement of claim, whose facts come from claim.json so that form and document
// cannot disagree, and contract.pdf, the contract it rests on.
//
// To rebuild them, in this folder:
//
//	go run .
//
// The same sources give the same bytes (go test checks the committed files), because a manifest names
// a document by its SHA-256. This is a module of its own so that the office does not depend on
// a PDF library. Text is set in DejaVu Serif, which has all Kazakh letters; it comes as a Go module
// under the Bitstream Vera licence.
package main

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strconv"
	"text/template"
)

//go:embed claim.txt
var claimText string

//go:embed contract.txt
var contractText string

// claim holds what the statement of claim repeats from claim.json.
type claim struct {
	JurisdictionBasis string
	Demands           []struct{ Text string }
	Breach            string
	Circumstances     string
	ClaimPriceTiyn    int64
	Defendants        []struct{ FullName, BIN, Address, Email string }
}

// DutyTiyn is the state duty of a natural person's property claim, 1 % of its price
// (Tax Code of 18.07.2025, article 665(1)); the cap is far above this claim.
func (c claim) DutyTiyn() int64 { return c.ClaimPriceTiyn / 100 }

func main() {
	dir := flag.String("dir", "../../claims/money", "folder that holds claim.json and receives the PDF files")
	flag.Parse()
	docs, err := documents(filepath.Join(*dir, "claim.json"))
	if err != nil {
		log.Fatal(err)
	}
	for name, pdf := range docs {
		if err := os.WriteFile(filepath.Join(*dir, name), pdf, 0o644); err != nil {
			log.Fatal(err)
		}
	}
}

// documents returns the PDF files by name, made from the claim form at path.
func documents(path string) (map[string][]byte, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var c claim
	if err := json.Unmarshal(raw, &c); err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	tmpl, err := template.New("claim").Funcs(template.FuncMap{
		"inc":   func(i int) int { return i + 1 },
		"tenge": tenge,
	}).Parse(claimText)
	if err != nil {
		return nil, err
	}
	var text bytes.Buffer
	if err := tmpl.Execute(&text, c); err != nil {
		return nil, err
	}
	claimPDF, err := typeset("Талап қою", text.String(), true)
	if err != nil {
		return nil, fmt.Errorf("claim.pdf: %w", err)
	}
	// Left uncompressed: an upload needs a file large enough to show progress.
	contractPDF, err := typeset("Қарыз шарты", contractText, false)
	if err != nil {
		return nil, fmt.Errorf("contract.pdf: %w", err)
	}
	return map[string][]byte{"claim.pdf": claimPDF, "contract.pdf": contractPDF}, nil
}

// tenge writes whole tenge with a space between thousands: 500000000 tiyn is "5 000 000".
func tenge(tiyn int64) string {
	s := strconv.FormatInt(tiyn/100, 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + " " + s[i:]
	}
	return s
}
