package filing

import (
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/courtoffice/courtoffice/shared/defect"
	"github.com/courtoffice/courtoffice/shared/kzid"
	"github.com/courtoffice/courtoffice/shared/locale"
)

// Limits of a filing. Lengths are in characters (Unicode code points).
const (
	MaxDemands       = 50
	MaxDemand        = 2_000
	MaxBreach        = 20_000
	MaxCircumstances = 60_000
	MaxDefendants    = 50
	MaxName          = 500
	MaxAddress       = 1_000
	MaxAmount        = 1_000_000_000_000_000 // tiyn
	MaxDocuments     = 100
	MaxDocument      = 100 << 20 // bytes
	MaxDocumentName  = 200
)

// Bases are the articles a claimant may rest the choice of court on (CPC 29-32).
var Bases = []string{"29", "30", "31", "32"}

// Natures of a demand.
var Natures = []string{"property", "non_property", "moral"}

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

// CheckDraft reports what may not even be kept as a draft: what is too long or outside its code
// list. Anything may be missing.
func (c Claim) CheckDraft() error {
	var l defect.List
	if c.Lang != "" && c.Lang != locale.KK && c.Lang != locale.RU {
		l.Add("/claim/lang", "unknown-value", "CPC 14")
	}
	if c.CourtCode != "" && !known(c.CourtCode) {
		l.Add("/claim/courtCode", "unknown-value", "CPC 148(2)1")
	}
	if c.JurisdictionBasis != "" && !slices.Contains(Bases, c.JurisdictionBasis) {
		l.Add("/claim/jurisdictionBasis", "unknown-value", "CPC 29-32")
	}
	long(&l, "/claim/breach", c.Breach, MaxBreach)
	long(&l, "/claim/circumstances", c.Circumstances, MaxCircumstances)
	amount(&l, "/claim/claimPriceTiyn", c.ClaimPriceTiyn)
	if len(c.Demands) > MaxDemands {
		l.Add("/claim/demands", "too-many", "")
	}
	for i, d := range c.Demands {
		at := "/claim/demands/" + strconv.Itoa(i)
		long(&l, at+"/text", d.Text, MaxDemand)
		if d.Nature != "" && !slices.Contains(Natures, d.Nature) {
			l.Add(at+"/nature", "unknown-value", "CPC 148(2)4")
		}
		amount(&l, at+"/amountTiyn", d.AmountTiyn)
	}
	if len(c.Defendants) > MaxDefendants {
		l.Add("/claim/defendants", "too-many", "")
	}
	for i, d := range c.Defendants {
		at := "/claim/defendants/" + strconv.Itoa(i)
		if d.Type != "" && d.Type != "natural" && d.Type != "legal" {
			l.Add(at+"/type", "unknown-value", "CPC 148(2)3")
		}
		long(&l, at+"/fullName", d.FullName, MaxName)
		long(&l, at+"/address", d.Address, MaxAddress)
		long(&l, at+"/email", d.Email, 254)
		long(&l, at+"/mobile", d.Mobile, 20)
		long(&l, at+"/iin", d.IIN, 12)
		long(&l, at+"/bin", d.BIN, 12)
	}
	return l.Err()
}

// Check reports everything that keeps f from being signed, with the article that asks for it.
// A nil error means that a manifest may be made. Faults that the court can let be cured later
// (a missing duty document, article 152(1)3) do not stop a filing.
func (f Filing) Check() error {
	c := f.Claim
	var l defect.List
	if list, ok := errors.AsType[defect.List](c.CheckDraft()); ok {
		l = list
	}
	required(&l, "/claim/lang", string(c.Lang), "CPC 14")
	required(&l, "/claim/courtCode", c.CourtCode, "CPC 148(2)1")
	required(&l, "/claim/jurisdictionBasis", c.JurisdictionBasis, "CPC 29-32")
	required(&l, "/claim/breach", c.Breach, "CPC 148(2)4")
	required(&l, "/claim/circumstances", c.Circumstances, "CPC 148(2)5")

	if len(c.Demands) == 0 {
		l.Add("/claim/demands", "required", "CPC 148(2)4")
	}
	var price int64
	for i, d := range c.Demands {
		at := "/claim/demands/" + strconv.Itoa(i)
		required(&l, at+"/text", d.Text, "CPC 148(2)4")
		required(&l, at+"/nature", d.Nature, "CPC 148(2)4")
		if d.Nature == "property" {
			if d.AmountTiyn <= 0 {
				l.Add(at+"/amountTiyn", "required", "CPC 148(2)7")
			}
			price += d.AmountTiyn
		}
	}
	if c.ClaimPriceTiyn != price {
		l.Add("/claim/claimPriceTiyn", "amount-mismatch", "CPC 104")
	}

	if len(c.Defendants) == 0 {
		l.Add("/claim/defendants", "required", "CPC 148(2)3")
	}
	for i, d := range c.Defendants {
		at := "/claim/defendants/" + strconv.Itoa(i)
		required(&l, at+"/type", d.Type, "CPC 148(2)3")
		required(&l, at+"/fullName", d.FullName, "CPC 148(2)3")
		if !d.WhereaboutsUnknown {
			required(&l, at+"/address", d.Address, "CPC 148(2)3")
		}
		if d.IIN != "" {
			if _, err := kzid.ParseIIN(d.IIN); err != nil {
				l.Add(at+"/iin", "number-invalid", "CPC 148(2)3")
			}
		}
		if d.BIN != "" {
			if _, err := kzid.ParseBIN(d.BIN); err != nil {
				l.Add(at+"/bin", "number-invalid", "CPC 148(2)3")
			}
		}
	}

	if !slices.ContainsFunc(f.Documents, func(d Document) bool { return d.Role == "main_claim" }) {
		l.Add("/documents", "document-required", "CPC 148(1)")
	}
	return l.Err()
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

func required(l *defect.List, pointer, value, article string) {
	if strings.TrimSpace(value) == "" {
		l.Add(pointer, "required", article)
	}
}

func long(l *defect.List, pointer, value string, most int) {
	if utf8.RuneCountInString(value) > most {
		l.Add(pointer, "too-long", "")
	}
	if !utf8.ValidString(value) {
		l.Add(pointer, "format", "")
	}
}

func amount(l *defect.List, pointer string, tiyn int64) {
	if tiyn < 0 || tiyn > MaxAmount {
		l.Add(pointer, "amount-invalid", "")
	}
}
