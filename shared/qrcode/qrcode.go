// Package qrcode draws QR codes (ISO/IEC 18004) for pages.
package qrcode

import (
	"fmt"
	"strings"

	"rsc.io/qr"
)

// Code is a code as an SVG path of unit squares.
type Code struct {
	Size int    `json:"size"` // of the view box, its quiet zone included
	Path string `json:"path"` // the dark squares
}

const quiet = 4 // squares around a code that must stay light

// Draw makes the code of a text. A fifth of it may be hidden by a reflection.
//
// Errors: the text is longer than a code holds.
func Draw(text string) (Code, error) {
	code, err := qr.Encode(text, qr.M)
	if err != nil {
		return Code{}, fmt.Errorf("draw a code: %w", err)
	}
	var path strings.Builder
	for y := range code.Size {
		for x := 0; x < code.Size; x++ {
			from := x
			for code.Black(x, y) {
				x++
			}
			if x > from {
				fmt.Fprintf(&path, "M%d %dh%dv1h-%dz", from+quiet, y+quiet, x-from, x-from)
			}
		}
	}
	return Code{Size: code.Size + 2*quiet, Path: path.String()}, nil
}
