package inspect

import (
	"bytes"

	"github.com/gabriel-vasile/mimetype"

	"github.com/courtoffice/courtoffice/shared/verdict"
)

// mediaTypes maps what mimetype tells, and what filers declare, to kinds. A type that is not here
// counts as its parent.
var mediaTypes = map[string]verdict.Kind{
	"application/pdf": verdict.KindPDF, "image/jpeg": verdict.KindJPEG, "image/png": verdict.KindPNG, "image/tiff": verdict.KindTIFF,
	"application/vnd.openxmlformats-officedocument.wordprocessingml.document": verdict.KindDOCX,
	"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet":       verdict.KindXLSX,
	"application/zip": verdict.KindZip, "application/x-ole-storage": verdict.KindDOC, "text/plain": verdict.KindText,

	"image/heic":          verdict.KindHEIC,
	"image/heic-sequence": verdict.KindHEIC,
	"image/heif":          verdict.KindHEIC,
	"image/heif-sequence": verdict.KindHEIC,
	"application/vnd.oasis.opendocument.text":         verdict.KindODF,
	"application/vnd.oasis.opendocument.spreadsheet":  verdict.KindODF,
	"application/vnd.oasis.opendocument.presentation": verdict.KindODF,
	"application/java-archive":                        verdict.KindExecutable,
	"application/vnd.android.package-archive":         verdict.KindExecutable,
	"application/vnd.debian.binary-package":           verdict.KindExecutable,
	"application/vnd.microsoft.portable-executable":   verdict.KindExecutable,
	"application/wasm":                                verdict.KindExecutable,
	"application/x-elf":                               verdict.KindExecutable,
	"application/x-java-applet":                       verdict.KindExecutable,
	"application/x-mach-binary":                       verdict.KindExecutable,
	"application/x-ms-installer":                      verdict.KindExecutable,
	"application/x-ms-shortcut":                       verdict.KindExecutable,
	"application/x-rpm":                               verdict.KindExecutable,
	"text/javascript":                                 verdict.KindExecutable,
	"text/x-lua":                                      verdict.KindExecutable,
	"text/x-perl":                                     verdict.KindExecutable,
	"text/x-php":                                      verdict.KindExecutable,
	"text/x-python":                                   verdict.KindExecutable,
	"text/x-ruby":                                     verdict.KindExecutable,
	"text/x-shellscript":                              verdict.KindExecutable,
	"text/x-tcl":                                      verdict.KindExecutable,
	"application/gzip":                                verdict.KindArchive,
	"application/vnd.ms-cab-compressed":               verdict.KindArchive,
	"application/vnd.rar":                             verdict.KindArchive,
	"application/x-7z-compressed":                     verdict.KindArchive,
	"application/x-bzip2":                             verdict.KindArchive,
	"application/x-tar":                               verdict.KindArchive,
	"application/x-xz":                                verdict.KindArchive,
	"application/zstd":                                verdict.KindArchive,
}

// kind tells the content by its first bytes, never by a name.
func (in *inspection) kind() verdict.Kind {
	head, err := in.bytes(0, 4096)
	if err != nil {
		return verdict.KindUnknown
	}
	if blank(head) && in.blank() {
		return verdict.KindEmpty
	}
	// What a system would run, whatever follows.
	for _, magic := range []string{"MZ", "#!", "\x7fELF", "\xca\xfe\xba\xbe", "\xcf\xfa\xed\xfe", "\xce\xfa\xed\xfe", "L\x00\x00\x00\x01\x14\x02\x00"} {
		if bytes.HasPrefix(head, []byte(magic)) {
			return verdict.KindExecutable
		}
	}
	if first, _, _ := bytes.Cut(head, []byte("\n")); bytes.EqualFold(bytes.TrimSpace(first), []byte("@echo off")) {
		return verdict.KindExecutable
	}
	// Readers accept a PDF header within the first 1,024 bytes (ISO 32000-2, note in 7.5.2).
	if bytes.Contains(head[:min(len(head), 1024)], []byte("%PDF-")) {
		return verdict.KindPDF
	}
	for m := mimetype.Detect(head); m != nil; m = m.Parent() {
		name, _, _ := bytes.Cut([]byte(m.String()), []byte(";"))
		switch k, ok := mediaTypes[string(name)]; {
		case k == verdict.KindDOC:
			return in.ole()
		case k == verdict.KindDOCX, k == verdict.KindXLSX, k == verdict.KindZip:
			return in.packaged(k)
		case ok:
			return k
		case bytes.HasPrefix(name, []byte("image/")):
			return verdict.KindImage
		case bytes.HasPrefix(name, []byte("audio/")), bytes.HasPrefix(name, []byte("video/")):
			return verdict.KindMedia
		}
	}
	return verdict.KindUnknown
}

func blank(b []byte) bool { return len(bytes.Trim(b, "\x00 \t\r\n\v\f\ufeff")) == 0 }

// blank reports whether the whole file is.
func (in *inspection) blank() bool {
	for off := int64(0); off < in.size; off += 1 << 20 {
		if b, err := in.bytes(off, 1<<20); err != nil || !blank(b) {
			return false
		}
	}
	return true
}
