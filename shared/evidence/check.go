package evidence

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/courtoffice/courtoffice/shared/act"
	"github.com/courtoffice/courtoffice/shared/eds/cms"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/receipt"
)

// ErrContradiction: parts of the evidence do not belong to each other.
var ErrContradiction = errors.New("evidence: contradiction")

func contradiction(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrContradiction, fmt.Sprintf(format, args...))
}

// ReadManifest reads the manifest out of a signature, which carries it. sum is the SHA-256 of the
// document that was signed. Whether the signature holds is package eds's to say.
//
// Errors: ErrContradiction when another document was signed; what cannot be read.
func ReadManifest(signature []byte, sum string) (filing.Manifest, error) {
	msg, err := cms.Parse(signature, cms.Limits{})
	if err != nil {
		return filing.Manifest{}, fmt.Errorf("evidence: %w", err)
	}
	content := msg.Content()
	if got := filing.Sum(content); got != sum {
		return filing.Manifest{}, contradiction("signed was %s, not %s", got, sum)
	}
	d, err := act.Manifest(content)
	if err != nil {
		return filing.Manifest{}, fmt.Errorf("evidence: %w", err)
	}
	return *d.Filing, nil
}

// ParseSealed reads a record of that filing. Errors: ErrContradiction; of JSON.
func ParseSealed(filingID string, data []byte) (Sealed, error) {
	var s Sealed
	if err := json.Unmarshal(data, &s); err != nil {
		return Sealed{}, fmt.Errorf("evidence: record of %s: %w", filingID, err)
	}
	switch {
	case s.V != Version:
		return Sealed{}, contradiction("record of %s has format %d", filingID, s.V)
	case s.Filing.ID != filingID:
		return Sealed{}, contradiction("record of %s names %s", filingID, s.Filing.ID)
	case len(s.Signatures) == 0:
		return Sealed{}, contradiction("record of %s has no signature", filingID)
	}
	return s, nil
}

// ParseVerified reads a record of a verification of that filing. Errors: ErrContradiction; of JSON.
func ParseVerified(filingID string, data []byte) (Verified, error) {
	var v Verified
	if err := json.Unmarshal(data, &v); err != nil {
		return Verified{}, fmt.Errorf("evidence: record of %s: %w", filingID, err)
	}
	if v.V != Version || v.Filing != filingID {
		return Verified{}, contradiction("record of %s has format %d and names %s", filingID, v.V, v.Filing)
	}
	return v, nil
}

// Then is the filing as it stood after those verifications, in order.
//
// Errors: ErrContradiction for a step that can't be taken.
func (s Sealed) Then(list []filing.Verification) (filing.Envelope, error) {
	e := s.Filing.Envelope()
	for _, v := range list {
		if v.Step == "settle" {
			continue
		}
		if !slices.Contains([]string{"receive", "reject", "doubt"}, v.Step) || !e.Status.May(v.Step) {
			return e, contradiction("%s can't %s from %s", e.ID, v.Step, e.Status)
		}
		e.Status, e.UpdatedAt, e.Rejected = filing.StepOf(v.Step).To, v.At, v.Rejected
	}
	return e, nil
}

// Check reports whether the record agrees with what it names: every signature carries the same manifest
// of this filing, the manifest names exactly the record's files, and the receipt, which verify opens,
// certifies this manifest, form and statement, ticket and instant. content returns the content with a
// SHA-256; the caller has compared it. It is asked for signatures and the receipt only.
//
// What it does not do is verify the signatures: see package eds.
//
// Errors: ErrContradiction, those of content and verify.
func (s Sealed) Check(content func(sha256 string) ([]byte, error), verify func(data []byte) (receipt.Receipt, error)) error {
	var m filing.Manifest
	for _, sig := range s.Signatures {
		data, err := content(sig.SHA256)
		if err != nil {
			return err
		}
		if m, err = ReadManifest(data, s.Filing.Manifest); err != nil {
			return err
		}
	}
	if err := s.agrees(m); err != nil {
		return err
	}
	data, err := content(s.Receipt)
	if err != nil {
		return err
	}
	r, err := verify(data)
	if err != nil {
		return fmt.Errorf("evidence: receipt of %s: %w", s.Filing.ID, err)
	}
	return s.certified(r, m)
}

// agrees compares the record with the manifest.
func (s Sealed) agrees(m filing.Manifest) error {
	f := s.Filing
	if m.ID != f.ID || m.Account != f.Account || m.Kind != f.Kind || m.CourtCode != f.Court || m.Replaces != f.Replaces || m.Form.Version != f.Form || len(m.Documents) != f.Documents {
		return contradiction("the envelope of %s is not its manifest's", f.ID)
	}
	pins := filing.Pins{}
	for _, file := range s.Files {
		pins[file.SHA256] = file.Version
	}
	files, err := FilesOf(m, pins)
	if err != nil {
		return contradiction("%v", err)
	}
	if !slices.Equal(files, s.Files) {
		return contradiction("the files of %s are not its manifest's", f.ID)
	}
	return nil
}

// certified compares the record with the receipt.
func (s Sealed) certified(r receipt.Receipt, m filing.Manifest) error {
	f := s.Filing
	statement := ""
	if m.Statement != nil {
		statement = m.Statement.SHA256
	}
	if r.FilingID != f.ID || r.TicketNo != f.Ticket || r.ManifestSHA256 != f.Manifest || r.FormSHA256 != m.Form.SHA256 ||
		r.StatementSHA256 != statement || r.SentAt != receipt.Time(f.Sent) || len(r.Signers) != len(s.Signatures) {
		return contradiction("the receipt of %s certifies something else", f.ID)
	}
	return nil
}
