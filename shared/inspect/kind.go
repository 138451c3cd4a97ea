package inspect

import (
	"bytes"

	"github.com/gabriel-vasile/mimetype"
)

// Kind is what the content of a file is, as people call it.
type Kind string

const (
	KindPDF  Kind = "pdf"
	KindJPEG Kind = "jpeg"
	KindPNG  Kind = "png"
	KindDOCX Kind = "docx"
	KindXLSX Kind = "xlsx"

	KindHEIC            Kind = "heic"
	KindTIFF            Kind = "tiff"
	KindImage           Kind = "image" // any other picture
	KindDOC             Kind = "doc"   // binary documents of old office programs
	KindODF             Kind = "odf"   // OpenDocument
	KindEncryptedOffice Kind = "encrypted-office"
	KindZip             Kind = "zip"
	KindArchive         Kind = "archive" // any other
	KindText            Kind = "text"    // also HTML, RTF, XML
	KindMedia           Kind = "media"   // sound or film
	KindExecutable      Kind = "executable"
	KindEmpty           Kind = "empty"
	KindUnknown         Kind = "unknown"
)

// Kinds lists every kind.
var Kinds = []Kind{
	KindPDF, KindJPEG, KindPNG, KindDOCX, KindXLSX, KindHEIC, KindTIFF, KindImage, KindDOC, KindODF,
	KindEncryptedOffice, KindZip, KindArchive, KindText, KindMedia, KindExecutable, KindEmpty, KindUnknown,
}

// mediaTypes maps what mimetype tells, and what filers declare, to kinds. A type that is not here
// counts as its parent.
var mediaTypes = map[string]Kind{
	"application/pdf": KindPDF, "image/jpeg": KindJPEG, "image/png": KindPNG, "image/tiff": KindTIFF,
	"application/vnd.openxmlformats-officedocument.wordprocessingml.document": KindDOCX,
	"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet":       KindXLSX,
	"application/zip": KindZip, "application/x-ole-storage": KindDOC, "text/plain": KindText,

	"image/heic":          KindHEIC,
	"image/heic-sequence": KindHEIC,
	"image/heif":          KindHEIC,
	"image/heif-sequence": KindHEIC,
	"application/vnd.oasis.opendocument.text":         KindODF,
	"application/vnd.oasis.opendocument.spreadsheet":  KindODF,
	"application/vnd.oasis.opendocument.presentation": KindODF,
	"application/java-archive":                        KindExecutable,
	"application/vnd.android.package-archive":         KindExecutable,
	"application/vnd.debian.binary-package":           KindExecutable,
	"application/vnd.microsoft.portable-executable":   KindExecutable,
	"application/wasm":                                KindExecutable,
	"application/x-elf":                               KindExecutable,
	"application/x-java-applet":                       KindExecutable,
	"application/x-mach-binary":                       KindExecutable,
	"application/x-ms-installer":                      KindExecutable,
	"application/x-ms-shortcut":                       KindExecutable,
	"application/x-rpm":                               KindExecutable,
	"text/javascript":                                 KindExecutable,
	"text/x-lua":                                      KindExecutable,
	"text/x-perl":                                     KindExecutable,
	"text/x-php":                                      KindExecutable,
	"text/x-python":                                   KindExecutable,
	"text/x-ruby":                                     KindExecutable,
	"text/x-shellscript":                              KindExecutable,
	"text/x-tcl":                                      KindExecutable,
	"application/gzip":                                KindArchive,
	"application/vnd.ms-cab-compressed":               KindArchive,
	"application/vnd.rar":                             KindArchive,
	"application/x-7z-compressed":                     KindArchive,
	"application/x-bzip2":                             KindArchive,
	"application/x-tar":                               KindArchive,
	"application/x-xz":                                KindArchive,
	"application/zstd":                                KindArchive,
}

// kindOf is the kind that a media type declares.
func kindOf(mediaType string) Kind {
	if k, ok := mediaTypes[mediaType]; ok {
		return k
	}
	return KindUnknown
}

// kind tells the content by its first bytes, never by a name.
func (in *inspection) kind() Kind {
	head, err := in.bytes(0, 4096)
	if err != nil {
		return KindUnknown
	}
	if blank(head) && in.blank() {
		return KindEmpty
	}
	// What a system would run, whatever follows.
	for _, magic := range []string{"MZ", "#!", "\x7fELF", "\xca\xfe\xba\xbe", "\xcf\xfa\xed\xfe", "\xce\xfa\xed\xfe", "L\x00\x00\x00\x01\x14\x02\x00"} {
		if bytes.HasPrefix(head, []byte(magic)) {
			return KindExecutable
		}
	}
	if first, _, _ := bytes.Cut(head, []byte("\n")); bytes.EqualFold(bytes.TrimSpace(first), []byte("@echo off")) {
		return KindExecutable
	}
	// Readers accept a PDF header within the first 1,024 bytes (ISO 32000-2, note in 7.5.2).
	if bytes.Contains(head[:min(len(head), 1024)], []byte("%PDF-")) {
		return KindPDF
	}
	for m := mimetype.Detect(head); m != nil; m = m.Parent() {
		name, _, _ := bytes.Cut([]byte(m.String()), []byte(";"))
		switch k, ok := mediaTypes[string(name)]; {
		case k == KindDOC:
			return in.ole()
		case k == KindDOCX, k == KindXLSX, k == KindZip:
			return in.packaged(k)
		case ok:
			return k
		case bytes.HasPrefix(name, []byte("image/")):
			return KindImage
		case bytes.HasPrefix(name, []byte("audio/")), bytes.HasPrefix(name, []byte("video/")):
			return KindMedia
		}
	}
	return KindUnknown
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
