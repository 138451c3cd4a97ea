package container

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// file is a document or a signature in an archive or attached to a PDF.
type file struct {
	name string
	data []byte
}

// refusal says why a container is not read.
type refusal struct {
	kind   refusalKind
	detail string
}

type refusalKind int

const (
	structure refusalKind = iota
	encrypted
	overLimit // detail begins with the limit's name
)

func (r *refusal) Error() string { return "container: " + r.detail }

func refuse(kind refusalKind, format string, args ...any) *refusal {
	return &refusal{kind, fmt.Sprintf(format, args...)}
}

// zipped is a row of the central directory.
type zipped struct {
	name             string
	flags, method    uint16
	sum              uint32
	packed, size     int64
	offset           int64
	nameBytes, extra []byte
	madeBy           uint16
	externalAttrs    uint32
	descriptor       bool
}

const (
	endSignature     = "PK\x05\x06"
	centralSignature = "PK\x01\x02"
	localSignature   = "PK\x03\x04"
	dataSignature    = "PK\x07\x08"

	endSize, centralSize, localSize = 22, 46, 30
)

func isZIP(data []byte) bool { return bytes.HasPrefix(data, []byte(localSignature)) }

// readZIP reads an archive (PKWARE APPNOTE 6.3.10) that can be read in one way only: the central directory
// and the headers of the files agree, the files fill the archive without gap or overlap, no name comes
// twice, and nothing stands before or behind. Files are stored or deflated. most is how many files,
// unpacked how many bytes they may take together.
func readZIP(data []byte, most, unpacked int64) ([]file, *refusal) {
	rows, start, err := directory(data, most)
	if err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	var files []file
	end := int64(0)
	slices.SortFunc(rows, func(a, b zipped) int { return int(a.offset - b.offset) })
	for _, z := range rows {
		if z.offset != end {
			return nil, refuse(structure, "bytes between the files of the archive, or files that overlap")
		}
		key := strings.ToLower(strings.TrimSuffix(z.name, "/"))
		if seen[key] {
			return nil, refuse(structure, "two files named %q", z.name)
		}
		seen[key] = true
		if unpacked -= z.size; unpacked < 0 {
			return nil, refuse(overLimit, "unpacked: more than allowed")
		}
		content, next, err := z.read(data[:start])
		if err != nil {
			return nil, err
		}
		end = next
		if strings.HasSuffix(z.name, "/") {
			if z.size != 0 {
				return nil, refuse(structure, "a folder with a content")
			}
			continue
		}
		files = append(files, file{z.name, content})
	}
	if end != start {
		return nil, refuse(structure, "bytes between the files and the directory")
	}
	return files, nil
}

// directory reads the central directory and returns where it starts.
func directory(data []byte, most int64) ([]zipped, int64, *refusal) {
	at := bytes.LastIndex(data, []byte(endSignature))
	if at < 0 || len(data)-at < endSize {
		return nil, 0, refuse(structure, "no end of an archive")
	}
	e := data[at:]
	comment := int(binary.LittleEndian.Uint16(e[20:]))
	n, n2 := binary.LittleEndian.Uint16(e[8:]), binary.LittleEndian.Uint16(e[10:])
	size, start := int64(binary.LittleEndian.Uint32(e[12:])), int64(binary.LittleEndian.Uint32(e[16:]))
	switch {
	case len(e) != endSize+comment || binary.LittleEndian.Uint32(e[4:]) != 0 || n != n2:
		return nil, 0, refuse(structure, "bytes behind the archive, or an archive in parts")
	case n == 0xffff || start == 1<<32-1:
		return nil, 0, refuse(structure, "an archive of the 64-bit kind")
	case start+size != int64(at):
		return nil, 0, refuse(structure, "the directory is not where the archive says")
	case int64(n) > most:
		return nil, 0, refuse(overLimit, "files: %d", n)
	}
	var rows []zipped
	rest := data[start:at]
	for range n {
		if len(rest) < centralSize || string(rest[:4]) != centralSignature {
			return nil, 0, refuse(structure, "the directory is broken")
		}
		z := zipped{
			madeBy: binary.LittleEndian.Uint16(rest[4:]), flags: binary.LittleEndian.Uint16(rest[8:]), method: binary.LittleEndian.Uint16(rest[10:]),
			sum: binary.LittleEndian.Uint32(rest[16:]), packed: int64(binary.LittleEndian.Uint32(rest[20:])), size: int64(binary.LittleEndian.Uint32(rest[24:])),
			externalAttrs: binary.LittleEndian.Uint32(rest[38:]), offset: int64(binary.LittleEndian.Uint32(rest[42:])),
		}
		names, extra, note := int(binary.LittleEndian.Uint16(rest[28:])), int(binary.LittleEndian.Uint16(rest[30:])), int(binary.LittleEndian.Uint16(rest[32:]))
		if len(rest) < centralSize+names+extra+note {
			return nil, 0, refuse(structure, "the directory is broken")
		}
		z.nameBytes, z.extra = rest[centralSize:centralSize+names], rest[centralSize+names:centralSize+names+extra]
		rest = rest[centralSize+names+extra+note:]
		if err := z.check(); err != nil {
			return nil, 0, err
		}
		rows = append(rows, z)
	}
	if len(rest) != 0 {
		return nil, 0, refuse(structure, "the directory is longer than it says")
	}
	return rows, start, nil
}

// check looks at what the directory says of one file.
func (z *zipped) check() *refusal {
	z.name = fileName(z.nameBytes)
	unicode, ok := unicodeName(z.extra, z.nameBytes)
	if !ok {
		return refuse(structure, "%q has another name beside it", z.name)
	}
	if unicode != "" {
		z.name = unicode
	}
	const unix, symlink, kind = 3, 0xa000, 0xf000
	switch {
	case z.flags&1 != 0:
		return refuse(encrypted, "%q", z.name)
	case z.method != 0 && z.method != 8:
		return refuse(structure, "%q is packed by method %d", z.name, z.method)
	case z.madeBy>>8 == unix && z.externalAttrs>>16&kind == symlink:
		return refuse(structure, "%q is a link", z.name)
	case z.name == "" || strings.HasPrefix(z.name, "/") || strings.ContainsAny(z.name, "\\:") || slices.Contains(strings.Split(z.name, "/"), "..") ||
		strings.ContainsFunc(z.name, func(r rune) bool { return r < ' ' || r == 0x7f }):
		return refuse(structure, "the name %q", z.name)
	}
	z.descriptor = z.flags&(1<<3) != 0
	return nil
}

// fileName decodes a name: UTF-8, else code page 866, which Windows writes in Kazakhstan.
func fileName(b []byte) string {
	if utf8.Valid(b) {
		return string(b)
	}
	var s strings.Builder
	for _, c := range b {
		switch {
		case c < 0x80:
			s.WriteByte(c)
		case c < 0xb0:
			s.WriteRune('А' + rune(c-0x80))
		case c >= 0xe0 && c < 0xf0:
			s.WriteRune('р' + rune(c-0xe0))
		default:
			s.WriteRune('�')
		}
	}
	return s.String()
}

// unicodeName reads the Info-ZIP Unicode Path extra field (APPNOTE 4.6.9), "" if there is none. ok is false
// for one that is not about this name: some readers would take it all the same.
func unicodeName(extra, plain []byte) (name string, ok bool) {
	for len(extra) >= 4 {
		id, size := binary.LittleEndian.Uint16(extra), int(binary.LittleEndian.Uint16(extra[2:]))
		if len(extra) < 4+size {
			return "", false
		}
		field := extra[4 : 4+size]
		extra = extra[4+size:]
		if id != 0x7075 {
			continue
		}
		if name != "" || len(field) < 6 || field[0] != 1 || binary.LittleEndian.Uint32(field[1:]) != crc32.ChecksumIEEE(plain) || !utf8.Valid(field[5:]) {
			return "", false
		}
		name = string(field[5:])
		// Where the plain name can be read for itself, both must agree.
		if utf8.Valid(plain) && name != string(plain) {
			return "", false
		}
	}
	return name, true
}

// read unpacks a file and returns where the next one must start. data ends where the directory starts.
func (z *zipped) read(data []byte) ([]byte, int64, *refusal) {
	bad := func(what string) ([]byte, int64, *refusal) {
		return nil, 0, refuse(structure, "%q: %s", z.name, what)
	}
	if z.offset+localSize > int64(len(data)) || string(data[z.offset:z.offset+4]) != localSignature {
		return bad("no header")
	}
	h := data[z.offset:]
	names, extra := int64(binary.LittleEndian.Uint16(h[26:])), int64(binary.LittleEndian.Uint16(h[28:]))
	from := z.offset + localSize + names + extra
	end := from + z.packed
	if from > int64(len(data)) || end > int64(len(data)) || !bytes.Equal(data[z.offset+localSize:z.offset+localSize+names], z.nameBytes) ||
		binary.LittleEndian.Uint16(h[6:]) != z.flags || binary.LittleEndian.Uint16(h[8:]) != z.method {
		return bad("the header does not fit the directory")
	}
	local, ok := unicodeName(h[localSize+names:localSize+names+extra], z.nameBytes)
	if central, _ := unicodeName(z.extra, z.nameBytes); !ok || local != "" && local != central {
		return bad("the header has another name beside it")
	}
	sum, packed, size := binary.LittleEndian.Uint32(h[14:]), int64(binary.LittleEndian.Uint32(h[18:])), int64(binary.LittleEndian.Uint32(h[22:]))
	if z.descriptor {
		if sum == 0 && packed == 0 && size == 0 {
			sum, packed, size = z.sum, z.packed, z.size
		}
		d := data[end:]
		if bytes.HasPrefix(d, []byte(dataSignature)) {
			d = d[4:]
			end += 4
		}
		if len(d) < 12 || binary.LittleEndian.Uint32(d) != z.sum || int64(binary.LittleEndian.Uint32(d[4:])) != z.packed || int64(binary.LittleEndian.Uint32(d[8:])) != z.size {
			return bad("the sizes behind it do not fit the directory")
		}
		end += 12
	}
	if sum != z.sum || packed != z.packed || size != z.size {
		return bad("the header does not fit the directory")
	}
	content, ok := z.unpack(data[from : from+z.packed])
	if !ok || crc32.ChecksumIEEE(content) != z.sum {
		return bad("the content does not fit the directory")
	}
	return content, end, nil
}

func (z *zipped) unpack(raw []byte) ([]byte, bool) {
	if z.method == 0 {
		return raw, z.packed == z.size
	}
	in := bytes.NewReader(raw)
	r := flate.NewReader(in)
	content, err := io.ReadAll(io.LimitReader(r, z.size+1))
	return content, err == nil && int64(len(content)) == z.size && in.Len() == 0
}
