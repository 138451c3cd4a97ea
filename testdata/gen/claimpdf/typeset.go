package main

import (
	"bytes"
	"regexp"
	"strconv"
	"strings"
	"time"

	"codeberg.org/go-fonts/dejavu/dejavuserif"
	"codeberg.org/go-fonts/dejavu/dejavuserifbold"
	"codeberg.org/go-fonts/dejavu/dejavuserifitalic"
	"codeberg.org/go-pdf/fpdf"
)

// Page measures in millimetres; the left margin is wider, as in papers that are bound into a file.
const (
	left, right, top, bottom = 30.0, 15.0, 18.0, 18.0
	width                    = 210 - left - right
	line                     = 4.9
	size                     = 10 // points
)

// digitGap matches the space inside an amount such as "5 000 000", or after a number sign.
var digitGap = regexp.MustCompile(`(\d|№) (\d)`)

// typeset sets text on A4 pages and returns the PDF. Each line of text is a block, told by how it starts:
//
//	#    centred bold title
//	##   bold heading
//	>    line of the address block, at the right of the page
//	~    italic line: place, date, signature
//	|    table row, its cells divided by |; the first row of a table is its head
//	---  page break
//
// Any other line is a paragraph. Empty lines are ignored.
func typeset(title, text string, compress bool) ([]byte, error) {
	pdf := fpdf.New("P", "mm", "A4", "")
	pdf.SetCompression(compress)
	made := time.Date(2026, 10, 5, 0, 0, 0, 0, time.UTC)
	pdf.SetCreationDate(made)
	pdf.SetModificationDate(made)
	pdf.SetCatalogSort(true) // otherwise the order of fonts follows a map
	pdf.SetTitle(title, true)
	pdf.SetLang("kk")
	pdf.AddUTF8FontFromBytes("serif", "", dejavuserif.TTF)
	pdf.AddUTF8FontFromBytes("serif", "B", dejavuserifbold.TTF)
	pdf.AddUTF8FontFromBytes("serif", "I", dejavuserifitalic.TTF)
	pdf.SetMargins(left, top, right)
	pdf.SetAutoPageBreak(true, bottom)
	pdf.SetFooterFunc(func() {
		pdf.SetY(-12)
		pdf.SetFont("serif", "", 9)
		pdf.CellFormat(width, 5, strconv.Itoa(pdf.PageNo()), "", 0, "C", false, 0, "")
	})
	pdf.AddPage()

	inTable := false
	for block := range strings.Lines(text) {
		// Two passes, because neighbouring matches share a digit, as in "№ 1 2".
		block = strings.TrimSpace(block)
		for range 2 {
			block = digitGap.ReplaceAllString(block, "$1\u00a0$2")
		}
		mark, rest, _ := strings.Cut(block, " ")
		if inTable && mark != "|" {
			pdf.Ln(line / 2)
		}
		style := ""
		switch {
		case mark == "#", mark == "##", mark == "|" && !inTable:
			style = "B"
		case mark == "~":
			style = "I"
		}
		inTable = mark == "|"
		pdf.SetFont("serif", style, size)
		switch mark {
		case "":
		case "---":
			pdf.AddPage()
		case "#":
			pdf.Ln(line / 2)
			pdf.MultiCell(width, line, rest, "", "C", false)
			pdf.Ln(line / 4)
		case "##":
			pdf.Ln(line / 4)
			pdf.MultiCell(width, line, rest, "", "L", false)
			pdf.Ln(line / 4)
		case ">":
			pdf.SetX(left + width*0.35)
			pdf.MultiCell(width*0.65, line, rest, "", "L", false)
		case "~":
			pdf.Ln(line / 4)
			pdf.MultiCell(width, line, rest, "", "L", false)
			pdf.Ln(line / 4)
		case "|":
			row(pdf, strings.Split(rest, "|"))
		default:
			pdf.MultiCell(width, line, block, "", "L", false)
			pdf.Ln(line / 4)
		}
	}
	var out bytes.Buffer
	err := pdf.Output(&out)
	return out.Bytes(), err
}

// row draws one table row of equal columns, as high as its longest cell.
func row(pdf *fpdf.Fpdf, cells []string) {
	w := width / float64(len(cells))
	high := 1
	for _, cell := range cells {
		high = max(high, len(pdf.SplitText(strings.TrimSpace(cell), w)))
	}
	h := float64(high) * line
	x, y := pdf.GetXY()
	for _, cell := range cells {
		pdf.Rect(x, y, w, h, "D")
		pdf.SetXY(x, y)
		pdf.MultiCell(w, line, strings.TrimSpace(cell), "", "L", false)
		x += w
	}
	pdf.SetXY(left, y+h)
}
