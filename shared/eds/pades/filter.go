package pades

import (
	"bytes"
	"compress/zlib"
	"io"
)

// decode takes the filters off a stream: none, or FlateDecode with a PNG predictor, which is all that
// cross-reference streams, object streams and attachments are met with.
func (f *file) decode(s stream) ([]byte, error) {
	filter, parms := s.dict["Filter"], s.dict["DecodeParms"]
	if a, ok := filter.(array); ok {
		switch len(a) {
		case 0:
			filter = nil
		case 1:
			filter = a[0]
			if p, ok := parms.(array); ok && len(p) == 1 {
				parms = p[0]
			}
		default:
			return nil, fail(Structure, "a stream with several filters")
		}
	}
	if filter == nil {
		if f.unpacked -= int64(len(s.raw)); f.unpacked < 0 {
			return nil, fail(Limit, "unpacked")
		}
		return s.raw, nil
	}
	if filter != name("FlateDecode") {
		return nil, fail(Structure, "a stream with another filter than FlateDecode")
	}
	data, err := f.inflate(s.raw)
	if err != nil {
		return nil, err
	}
	p, _ := parms.(dict)
	predictor, _ := p["Predictor"].(int64)
	switch {
	case predictor <= 1:
		return data, nil
	case predictor < 10:
		return nil, fail(Structure, "a stream with a TIFF predictor")
	}
	return unpredict(data, p)
}

func (f *file) inflate(raw []byte) ([]byte, error) {
	z, err := zlib.NewReader(bytes.NewReader(raw))
	if err != nil {
		return nil, fail(Structure, "a stream that cannot be inflated")
	}
	defer z.Close()
	data, err := io.ReadAll(io.LimitReader(z, f.unpacked+1))
	if err != nil {
		return nil, fail(Structure, "a stream that cannot be inflated")
	}
	if f.unpacked -= int64(len(data)); f.unpacked < 0 {
		return nil, fail(Limit, "unpacked")
	}
	return data, nil
}

// unpredict undoes the PNG filters (RFC 2083, section 6) on rows of bytes.
func unpredict(data []byte, p dict) ([]byte, error) {
	columns := int64(1)
	if n, ok := p["Columns"].(int64); ok {
		columns = n
	}
	for key, want := range map[name]int64{"Colors": 1, "BitsPerComponent": 8} {
		if n, ok := p[key].(int64); ok && n != want {
			return nil, fail(Structure, "a predictor for pictures")
		}
	}
	if columns < 1 || columns > 1<<16 || len(data)%int(columns+1) != 0 {
		return nil, fail(Structure, "rows of a predictor")
	}
	n := int(columns)
	out := make([]byte, 0, len(data))
	above := make([]byte, n)
	for row := data; len(row) > 0; row = row[n+1:] {
		kind, line := row[0], bytes.Clone(row[1:n+1])
		for i := range line {
			left, upLeft := byte(0), byte(0)
			if i > 0 {
				left, upLeft = line[i-1], above[i-1]
			}
			switch kind {
			case 0:
			case 1:
				line[i] += left
			case 2:
				line[i] += above[i]
			case 3:
				line[i] += byte((int(left) + int(above[i])) / 2)
			case 4:
				line[i] += paeth(left, above[i], upLeft)
			default:
				return nil, fail(Structure, "a predictor row of an unknown kind")
			}
		}
		out = append(out, line...)
		above = line
	}
	return out, nil
}

func paeth(a, b, c byte) byte {
	p := int(a) + int(b) - int(c)
	da, db, dc := abs(p-int(a)), abs(p-int(b)), abs(p-int(c))
	switch {
	case da <= db && da <= dc:
		return a
	case db <= dc:
		return b
	}
	return c
}

func abs(n int) int {
	if n < 0 {
		return -n
	}
	return n
}
