package verdict

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

// accepted maps the media types a document may be declared to have.
var accepted = map[string]Kind{
	"application/pdf": KindPDF, "image/jpeg": KindJPEG, "image/png": KindPNG,
	"application/vnd.openxmlformats-officedocument.wordprocessingml.document": KindDOCX,
	"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet":       KindXLSX,
}
