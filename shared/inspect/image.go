package inspect

import (
	"bytes"
	"image"
	_ "image/jpeg"
	_ "image/png"
	"io"

	"github.com/courtoffice/courtoffice/shared/verdict"
)

// image reads the size of a picture from its head, without unpacking it, and looks whether it ends
// as its format asks.
func (in *inspection) image() {
	config, _, err := image.DecodeConfig(io.NewSectionReader(in, 0, min(in.size, 16<<20)))
	if err != nil || config.Width == 0 || config.Height == 0 {
		in.find(verdict.Damaged)
		return
	}
	if int64(config.Width)*int64(config.Height) > maxPixels {
		in.find(verdict.Enormous)
	}
	end := []byte("\xff\xd9") // EOI; cameras add data of their own behind it
	if in.verdict.Found == verdict.KindPNG {
		end = []byte("IEND\xaeB`\x82")
	}
	tail, err := in.bytes(max(0, in.size-1<<20), 1<<20)
	if err == nil && !bytes.Contains(tail, end) {
		in.find(verdict.Damaged)
	}
}
