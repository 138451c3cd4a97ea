module github.com/courtoffice/courtoffice/testdata/gen/claimpdf

go 1.26

require (
	codeberg.org/go-fonts/dejavu v0.4.0
	codeberg.org/go-pdf/fpdf v0.12.0
)
