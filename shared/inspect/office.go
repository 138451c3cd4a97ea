package inspect

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/courtoffice/courtoffice/shared/verdict"
)

// Content types of the main part (ECMA-376, part 1, 11.3.10 and 12.3.23), with and without macros.
var mainParts = map[string]verdict.Kind{
	"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml": verdict.KindDOCX,
	"application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml": verdict.KindDOCX,
	"application/vnd.ms-word.document.macroEnabled.main+xml":                           verdict.KindDOCX,
	"application/vnd.ms-word.template.macroEnabledTemplate.main+xml":                   verdict.KindDOCX,
	"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml":       verdict.KindXLSX,
	"application/vnd.openxmlformats-officedocument.spreadsheetml.template.main+xml":    verdict.KindXLSX,
	"application/vnd.ms-excel.sheet.macroEnabled.main+xml":                             verdict.KindXLSX,
	"application/vnd.ms-excel.template.macroEnabled.main+xml":                          verdict.KindXLSX,
}

// packaged tells which document of Office Open XML (ECMA-376, part 2) an archive is, by its content
// types, verdict.KindZip if none. What cannot be listed, such as one cut short, is what its first bytes
// say: guess.
func (in *inspection) packaged(guess verdict.Kind) verdict.Kind {
	files, err := in.entries()
	if err != nil {
		return guess
	}
	kind := verdict.KindZip
	for _, f := range files {
		if !strings.EqualFold(f.Name, "[Content_Types].xml") {
			continue
		}
		if raw, err := in.part(f); err == nil {
			elements(raw, func(attributes map[string]string) {
				if k, ok := mainParts[attributes["ContentType"]]; ok {
					kind = k
				}
			})
		}
	}
	return kind
}

// sealedArchive finds that an archive needs a password.
func (in *inspection) sealedArchive() {
	files, _ := in.entries()
	if slices.ContainsFunc(files, func(f *zip.File) bool { return f.Flags&1 != 0 }) {
		in.find(verdict.Encrypted)
	}
}

// office looks what is in such a document besides its text.
func (in *inspection) office() {
	files, err := in.entries()
	if err != nil {
		in.fault(err)
		return
	}
	var size uint64
	for _, f := range files {
		name := strings.ToLower(f.Name)
		size += f.UncompressedSize64
		switch {
		case f.Flags&1 != 0:
			in.find(verdict.Encrypted)
		case name == "[content_types].xml":
			in.fault(in.contentTypes(f))
		case strings.HasSuffix(name, "vbaproject.bin"), strings.Contains(name, "/macrosheets/"):
			in.find(verdict.Macros)
		case strings.Contains(name, "/embeddings/"), strings.HasSuffix(name, ".exe"), strings.HasSuffix(name, ".dll"):
			in.find(verdict.Attachments)
		case strings.Contains(name, "/activex/"):
			in.find(verdict.ActiveContent)
		case strings.HasSuffix(name, ".rels"):
			in.fault(in.relations(f))
		}
	}
	if size > maxPackage {
		in.find(verdict.Enormous)
	}
}

// entries lists the archive, after a look at how much there is to list.
func (in *inspection) entries() ([]*zip.File, error) {
	const end = "PK\x05\x06"
	tail, err := in.bytes(max(0, in.size-66_000), 66_000)
	if err != nil {
		return nil, err
	}
	at := bytes.LastIndex(tail, []byte(end))
	if at < 0 || len(tail)-at < 22 {
		return nil, errBroken // cut short: the directory stands at the end
	}
	count, size := binary.LittleEndian.Uint16(tail[at+10:]), binary.LittleEndian.Uint32(tail[at+12:])
	if count > 20_000 || size > 8<<20 { // 65,535 and 4 GB stand for a ZIP64 directory, which no such document needs
		return nil, errLimit
	}
	// The reader goes by where the directory begins, and by a ZIP64 record where there is one: what it reads must be
	// what was looked at just now.
	start := int64(binary.LittleEndian.Uint32(tail[at+16:]))
	switch {
	case at >= 20 && string(tail[at-20:at-16]) == "PK\x06\x07":
		return nil, errLimit
	case start+int64(size) != max(0, in.size-66_000)+int64(at):
		return nil, errBroken
	}
	r, err := zip.NewReader(in, in.size)
	if errors.Is(err, zip.ErrInsecurePath) {
		err = nil // nothing is written anywhere
	}
	if err != nil {
		return nil, err
	}
	return r.File, nil
}

// part reads one entry, which must be small.
func (in *inspection) part(f *zip.File) ([]byte, error) {
	r, err := f.Open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return in.unpack(r, 4<<20)
}

// contentTypes finds macros that a document says it has.
func (in *inspection) contentTypes(f *zip.File) error {
	raw, err := in.part(f)
	if err != nil {
		return err
	}
	return elements(raw, func(attributes map[string]string) {
		if strings.Contains(attributes["ContentType"], "macroEnabled") || strings.HasSuffix(attributes["ContentType"], "vbaProject") {
			in.find(verdict.Macros)
		}
	})
}

// relations finds what a document fetches when it is opened: a template or an object from outside.
// A link that waits to be clicked is none.
func (in *inspection) relations(f *zip.File) error {
	raw, err := in.part(f)
	if err != nil {
		return err
	}
	return elements(raw, func(attributes map[string]string) {
		kind := attributes["Type"][strings.LastIndex(attributes["Type"], "/")+1:]
		if attributes["TargetMode"] == "External" && kind != "hyperlink" && kind != "externalLinkPath" {
			in.find(verdict.ActiveContent)
		}
	})
}

// elements calls see with the attributes of each element.
func elements(raw []byte, see func(attributes map[string]string)) error {
	d := xml.NewDecoder(bytes.NewReader(raw))
	d.CharsetReader = func(string, io.Reader) (io.Reader, error) { return nil, errBroken }
	for depth := 0; ; {
		token, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		switch t := token.(type) {
		case xml.StartElement:
			if depth++; depth > maxDepth {
				return errLimit
			}
			attributes := map[string]string{}
			for _, a := range t.Attr {
				attributes[a.Name.Local] = a.Value
			}
			see(attributes)
		case xml.EndElement:
			depth--
		}
	}
}
