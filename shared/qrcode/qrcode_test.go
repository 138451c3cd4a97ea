package qrcode_test

import (
	"fmt"
	"io"
	"strings"
	"testing"

	"rsc.io/qr"

	"github.com/courtoffice/courtoffice/shared/qrcode"
)

// TestDraw: the path fills exactly the dark squares, each once, inside a quiet zone of four, and the
// address of an office of any reasonable length fits.
func TestDraw(t *testing.T) {
	for _, text := range []string{"mobileSign:https://court.example/api/mobile-signing/" + strings.Repeat("A", 54), strings.Repeat("x", 400)} {
		got, err := qrcode.Draw(text)
		if err != nil {
			t.Fatal(err)
		}
		code, err := qr.Encode(text, qr.M)
		if err != nil || got.Size != code.Size+8 {
			t.Fatalf("size %d of %d, %v", got.Size, code.Size, err)
		}
		dark := map[[2]int]int{}
		path := strings.NewReader(got.Path)
		for {
			var x, y, wide, back int
			if _, err := fmt.Fscanf(path, "M%d %dh%dv1h-%dz", &x, &y, &wide, &back); err == io.EOF || err == io.ErrUnexpectedEOF {
				break
			} else if err != nil || wide != back {
				t.Fatalf("%v: %d wide, %d back", err, wide, back)
			}
			for i := range wide {
				dark[[2]int{x + i, y}]++
			}
		}
		for y := range got.Size {
			for x := range got.Size {
				want := 0
				if code.Black(x-4, y-4) {
					want = 1
				}
				if dark[[2]int{x, y}] != want {
					t.Fatalf("square %d, %d is drawn %d times, want %d", x, y, dark[[2]int{x, y}], want)
				}
			}
		}
	}
}
