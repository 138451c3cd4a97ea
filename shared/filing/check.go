package filing

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/courtoffice/courtoffice/shared/defect"
)

// Limits of a filing's documents.
const (
	MaxDocuments    = 100
	MaxDocument     = 100 << 20 // bytes
	MaxDocumentName = 200       // characters (Unicode code points)
)

// Roles of documents, by the item of article 149(1) they answer; main_claim is the statement
// itself.
var Roles = []string{
	"main_claim", "duty_proof", "power_of_attorney", "evidence", "pretrial_proof", "conciliation_proof",
	"evidence_motion", "charter", "registration_certificate", "translation", "calculation",
	"jurisdiction_agreement", "other",
	"duty_deferral_motion", "exemption_proof", "warrant", "consent", "superior_consent", "court_act", "late_act",
	"outage_certificate", "reason_proof", "sending_proof", "publication_proof", "refusal", "value_proof", "rebuttal",
}

// MediaTypes a document may have.
var MediaTypes = []string{
	"application/pdf", "image/jpeg", "image/png",
	"application/vnd.openxmlformats-officedocument.wordprocessingml.document",
	"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

var (
	uuid      = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	hexSHA256 = regexp.MustCompile(`^[0-9a-f]{64}$`)
)

// IsID reports whether s is a UUID in lower case, as clients choose for filings and documents.
func IsID(s string) bool { return uuid.MatchString(s) }

// visible reports whether a reader sees a character: neither space, control nor format character, nor a
// mark alone, nor one of the letters that are blank.
func visible(r rune) bool {
	return unicode.In(r, unicode.L, unicode.N, unicode.P, unicode.S) && !unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r) && r != '\u2800'
}

// misleading reports whether a character may not stand in a file's name: it separates folders or lines
// (also U+2028, U+2029), is a control of C0 or C1, or changes the direction of what is around it, so that
// "talap\u202efdp.exe" is read as a PDF's name (Unicode TR 36, 3.1; UAX 9, 2.1-2.4).
func misleading(r rune) bool {
	return r == '/' || r == '\\' || unicode.In(r, unicode.Cc, unicode.Zl, unicode.Zp, unicode.Bidi_Control)
}

// Check reports what is wrong with a document slot.
func (d Document) Check() error {
	var l defect.List
	if !IsID(d.ID) {
		l.Add("/document", "format", "")
	}
	if !slices.Contains(Roles, d.Role) {
		l.Add("/role", "unknown-value", "CPC 149")
	}
	CheckName(&l, "/name", d.Name)
	if !slices.Contains(MediaTypes, d.MediaType) {
		l.Add("/mediaType", "media-type-not-accepted", "")
	}
	if !hexSHA256.MatchString(d.SHA256) {
		l.Add("/sha256", "format", "")
	}
	if d.Size <= 0 {
		l.Add("/size", "document-empty", "")
	} else if d.Size > MaxDocument {
		l.Add("/size", "document-too-large", "")
	}
	return l.Err()
}

// CheckName says what is wrong with the name of a document.
func CheckName(l *defect.List, pointer, name string) {
	if !strings.ContainsFunc(name, visible) {
		l.Add(pointer, "required", "")
	} else if utf8.RuneCountInString(name) > MaxDocumentName {
		l.Add(pointer, "too-long", "")
	} else if !utf8.ValidString(name) || strings.ContainsFunc(name, misleading) {
		l.Add(pointer, "format", "")
	}
}
