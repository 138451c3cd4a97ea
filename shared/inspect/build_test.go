package inspect_test

import (
	"archive/zip"
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"image/jpeg"
	"image/png"
	"maps"
	"slices"
	"strings"
	"unicode/utf16"
)

// The corpus is made here, file by file: nothing in it comes from outside.

const (
	pdfType  = "application/pdf"
	jpegType = "image/jpeg"
	pngType  = "image/png"
	docxType = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	xlsxType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
)

// objects are those of a small PDF by number, with more added or replaced by edit.
func objects(edit map[int]string) map[int]string {
	all := map[int]string{
		1: "<</Type/Catalog/Pages 2 0 R>>",
		2: "<</Type/Pages/Count 2/Kids[3 0 R 4 0 R]>>",
		3: "<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>",
		4: "<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 5 0 R>>",
		5: "<</Length 12>>\nstream\n(a) Tj 1 0 R\nendstream",
	}
	maps.Copy(all, edit)
	return all
}

// classic is a PDF with a cross-reference table; trailer is added to its trailer.
func classic(all map[int]string, trailer string) []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.4\n")
	offsets := map[int]int{}
	for _, n := range slices.Sorted(maps.Keys(all)) {
		offsets[n] = b.Len()
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", n, all[n])
	}
	size, at := slices.Max(slices.Collect(maps.Keys(all)))+1, b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", size)
	for n := 1; n < size; n++ {
		if off, ok := offsets[n]; ok {
			fmt.Fprintf(&b, "%010d 00000 n \n", off)
		} else {
			b.WriteString("0000000000 65535 f \n")
		}
	}
	fmt.Fprintf(&b, "trailer\n<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n", size, strings.ReplaceAll(trailer, "XREF", fmt.Sprint(at)), at)
	return b.Bytes()
}

func deflate(b []byte) []byte {
	var out bytes.Buffer
	z := zlib.NewWriter(&out)
	z.Write(b)
	z.Close()
	return out.Bytes()
}

// packed is the same PDF as programs write it today: dictionaries in an object stream with pad
// spaces behind them, and a cross-reference stream.
func packed(all map[int]string, pad int, dict string) []byte {
	var head, body, b bytes.Buffer
	b.WriteString("%PDF-1.5\n")
	rows := map[int][3]int{0: {0, 0, 65535}}
	const stream, reference = 100, 101
	for i, n := range slices.Sorted(maps.Keys(all)) {
		if strings.Contains(all[n], "stream") {
			rows[n] = [3]int{1, b.Len(), 0}
			fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", n, all[n])
			continue
		}
		rows[n] = [3]int{2, stream, i}
		fmt.Fprintf(&head, "%d %d ", n, body.Len())
		body.WriteString(all[n] + " ")
	}
	content := deflate(slices.Concat(head.Bytes(), body.Bytes(), bytes.Repeat([]byte(" "), pad)))
	rows[stream] = [3]int{1, b.Len(), 0}
	fmt.Fprintf(&b, "%d 0 obj\n<</Type/ObjStm/N %d/First %d/Filter/FlateDecode/Length %d>>\nstream\n%s\nendstream\nendobj\n",
		stream, bytes.Count(head.Bytes(), []byte(" "))/2, head.Len(), len(content), content)
	at := b.Len()
	rows[reference] = [3]int{1, at, 0}
	var table bytes.Buffer
	for n := range reference + 1 {
		table.WriteByte(2) // PNG filter "up" is undone with the row above
		row := slices.Concat([]byte{byte(rows[n][0])}, binary.BigEndian.AppendUint32(nil, uint32(rows[n][1])), binary.BigEndian.AppendUint16(nil, uint16(rows[n][2])))
		if n > 0 {
			above := slices.Concat([]byte{byte(rows[n-1][0])}, binary.BigEndian.AppendUint32(nil, uint32(rows[n-1][1])), binary.BigEndian.AppendUint16(nil, uint16(rows[n-1][2])))
			for i := range row {
				row[i] -= above[i]
			}
		}
		table.Write(row)
	}
	references := deflate(table.Bytes())
	fmt.Fprintf(&b, "%d 0 obj\n<</Type/XRef/Size %d/W[1 4 2]/Root 1 0 R/Filter/FlateDecode/DecodeParms<</Predictor 12/Columns 7>>/Length %d%s>>\nstream\n%s\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n",
		reference, reference+1, len(references), dict, references, at)
	return b.Bytes()
}

const (
	wordMain  = `<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>`
	sheetMain = `<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>`
)

// office is a package with these content types and further parts.
func office(types string, parts map[string]string) []byte {
	parts = maps.Clone(parts)
	if parts == nil {
		parts = map[string]string{}
	}
	for prefix, mark := range map[string]string{"word/document.xml": "ml.document", "xl/workbook.xml": "ml.sheet"} {
		if strings.Contains(types, mark) {
			parts[prefix] = "<x/>"
		}
	}
	parts["[Content_Types].xml"] = `<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` + types + `</Types>`
	return archive(parts)
}

func archive(parts map[string]string) []byte {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, name := range slices.Sorted(maps.Keys(parts)) {
		f, err := w.Create(name)
		if err != nil {
			panic(err)
		}
		f.Write([]byte(parts[name]))
	}
	w.Close()
	return b.Bytes()
}

// compound is an OLE file whose directory has an entry called name.
func compound(name string) []byte {
	b := make([]byte, 512*3)
	copy(b, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
	binary.LittleEndian.PutUint16(b[24:], 0x3e)
	binary.LittleEndian.PutUint16(b[26:], 3)
	binary.LittleEndian.PutUint16(b[28:], 0xfffe)
	binary.LittleEndian.PutUint16(b[30:], 9)
	binary.LittleEndian.PutUint32(b[48:], 1) // directory in sector 1
	for i := range 109 {
		binary.LittleEndian.PutUint32(b[76+4*i:], 0xffffffff)
	}
	binary.LittleEndian.PutUint32(b[76:], 0) // allocation table in sector 0
	binary.LittleEndian.PutUint32(b[512:], 0xfffffffd)
	binary.LittleEndian.PutUint32(b[516:], 1) // the directory's chain is a loop
	for i, u := range utf16.Encode([]rune(name)) {
		binary.LittleEndian.PutUint16(b[1024+2*i:], u)
	}
	return b
}

func picture() image.Image { return image.NewGray(image.Rect(0, 0, 8, 8)) }

func jpegPicture() []byte {
	var b bytes.Buffer
	jpeg.Encode(&b, picture(), nil)
	return b.Bytes()
}

func pngPicture() []byte {
	var b bytes.Buffer
	png.Encode(&b, picture())
	return b.Bytes()
}

// pngBomb says that it has so many pixels; unpacked it would take gigabytes.
func pngBomb(width, height uint32) []byte {
	b := pngPicture()
	binary.BigEndian.PutUint32(b[16:], width)
	binary.BigEndian.PutUint32(b[20:], height)
	binary.BigEndian.PutUint32(b[29:], crc32.ChecksumIEEE(b[12:29]))
	return b
}
