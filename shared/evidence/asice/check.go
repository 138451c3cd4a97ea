package asice

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/courtoffice/courtoffice/shared/act"
	"github.com/courtoffice/courtoffice/shared/eds/cms"
	"github.com/courtoffice/courtoffice/shared/filing"
)

// ErrContradiction: parts of an archive do not belong to each other.
var ErrContradiction = errors.New("asice: contradiction")

func contradiction(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrContradiction, fmt.Sprintf(format, args...))
}

// Check reports whether what is in an archive belongs together: every signature carries one manifest of one
// filing, and the form, the statement and each document that it names are there, by their hashes, and no
// other document is. content returns a file by its name. Whether signatures, stamps and the receipt hold is
// for package container and package receipt to say.
//
// It returns the manifest. Errors: ErrContradiction; those of content.
func Check(names []string, content func(name string) ([]byte, error)) (filing.Manifest, error) {
	return CheckWithout(nil, names, content)
}

// CheckWithout is Check of what is there without some files that are withheld: name of each, as FormName, with
// the SHA-256 by which it is known, hex.
func CheckWithout(withheld map[string]string, names []string, content func(name string) ([]byte, error)) (filing.Manifest, error) {
	var signed []byte
	for _, name := range names {
		if !strings.HasPrefix(name, signaturesIn) {
			continue
		}
		data, err := content(name)
		if err != nil {
			return filing.Manifest{}, err
		}
		msg, err := cms.Parse(data, cms.Limits{})
		if err != nil {
			return filing.Manifest{}, contradiction("%s: %v", name, err)
		}
		if signed == nil {
			signed = msg.Content()
		}
		if !msg.Attached || !bytes.Equal(signed, msg.Content()) {
			return filing.Manifest{}, contradiction("%s is over something else", name)
		}
	}
	d, err := act.Manifest(signed)
	if err != nil {
		return filing.Manifest{}, contradiction("no manifest is signed: %v", err)
	}
	return *d.Filing, there(*d.Filing, withheld, names, content)
}

// there compares what the manifest names with what is in the archive.
func there(m filing.Manifest, withheld map[string]string, names []string, content func(name string) ([]byte, error)) error {
	want := map[string]string{FormName: m.Form.SHA256}
	if m.Statement != nil {
		want[statementName] = m.Statement.SHA256
	}
	for name, sum := range want {
		if known, ok := withheld[name]; ok {
			if known != sum {
				return contradiction("%s that is withheld is not what was signed", name)
			}
			continue
		}
		if err := is(name, sum, content); err != nil {
			return err
		}
	}
	documents := slices.DeleteFunc(slices.Clone(names), func(n string) bool { return !strings.HasPrefix(n, DocumentsIn) })
	if len(documents) != len(m.Documents) {
		return contradiction("%d documents are signed, %d are there", len(m.Documents), len(documents))
	}
	for i, d := range m.Documents {
		at := slices.IndexFunc(documents, func(n string) bool { return strings.HasPrefix(n, fmt.Sprintf("%s%02d ", DocumentsIn, i+1)) })
		if at < 0 {
			return contradiction("document %d is not there", i+1)
		}
		if err := is(documents[at], d.SHA256, content); err != nil {
			return err
		}
	}
	return nil
}

func is(name, sum string, content func(name string) ([]byte, error)) error {
	data, err := content(name)
	if err != nil {
		return err
	}
	if filing.Sum(data) != sum {
		return contradiction("%s is not what was signed", name)
	}
	return nil
}
