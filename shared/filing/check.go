package filing

import (
	"regexp"
	"slices"
	"strings"
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

// Check reports what is wrong with a document slot.
func (d Document) Check() error {
	var l defect.List
	if !IsID(d.ID) {
		l.Add("/document", "format", "")
	}
	if !slices.Contains(Roles, d.Role) {
		l.Add("/role", "unknown-value", "CPC 149")
	}
	if n := utf8.RuneCountInString(d.Name); n == 0 {
		l.Add("/name", "required", "")
	} else if n > MaxDocumentName {
		l.Add("/name", "too-long", "")
	} else if strings.ContainsFunc(d.Name, func(r rune) bool { return r < ' ' || r == '/' || r == '\\' || r == 0x7f }) {
		l.Add("/name", "format", "")
	}
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
