package agreement

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/courtoffice/courtoffice/shared/audit"
	"github.com/courtoffice/courtoffice/shared/defect"
	"github.com/courtoffice/courtoffice/shared/locale"
)

var (
	// ErrSecondPerson: whoever proposed a version can't approve it.
	ErrSecondPerson = errors.New("agreement: a second administrator must approve")
	// ErrNoProposal: no version of that id waits for approval.
	ErrNoProposal = errors.New("agreement: nothing was proposed")
	// ErrProposed: a version of that id waits for approval already.
	ErrProposed = errors.New("agreement: version is already proposed")
)

// MaxText is the largest text in bytes: ten times the agreement of today, and all three fit in
// one transaction of the store.
const MaxText = 150_000

// Proposal is a version that waits for the approval of a second administrator (clause 1.4: with
// the owner's consent). It can't be changed; another one takes its place.
type Proposal struct {
	ID     string
	Texts  map[locale.Lang]Text
	By     audit.Actor // the administrator who proposed it
	At     time.Time
	Reason string
}

var versionID = regexp.MustCompile(`^v[1-9][0-9]{0,4}$`)

// Propose makes a proposal of a version's texts, with lines ended by LF alone.
//
// Errors: defect.List.
func Propose(id string, markdown map[locale.Lang]string, by audit.Actor, reason string, at time.Time) (Proposal, error) {
	var list defect.List
	if !versionID.MatchString(id) {
		list.Add("/id", "format", "agreement 1.4")
	}
	p := Proposal{ID: id, Texts: map[locale.Lang]Text{}, By: by, At: at.UTC().Truncate(time.Millisecond), Reason: reason}
	for _, lang := range locale.Langs {
		text := strings.TrimSpace(strings.ReplaceAll(markdown[lang], "\r\n", "\n")) + "\n"
		switch {
		case text == "\n":
			list.Add("/texts/"+string(lang), "required", "agreement 1.4")
		case !utf8.ValidString(text):
			list.Add("/texts/"+string(lang), "format", "")
		case len(text) > MaxText:
			list.Add("/texts/"+string(lang), "too-long", "")
		}
		p.Texts[lang] = Text{Markdown: text, SHA256: Hash(text)}
	}
	for lang := range markdown {
		if _, ok := p.Texts[lang]; !ok {
			list.Add("/texts/"+string(lang), "unknown-value", "")
		}
	}
	return p, list.Err()
}

// Digest is the hex SHA-256 of the id and the hashes of the texts: what an approval names, so
// that nobody approves what they have not read.
func (p Proposal) Digest() string {
	h := sha256.New()
	h.Write([]byte(p.ID))
	for _, lang := range locale.Langs {
		h.Write([]byte("\n" + p.Texts[lang].SHA256))
	}
	return hex.EncodeToString(h.Sum(nil))
}

// Publish makes the version that the approval of by at the instant at publishes: from then the
// 72 hours count. first says that no version was ever published before.
//
// Errors: ErrSecondPerson.
func (p Proposal) Publish(by audit.Actor, at time.Time, first bool) (Version, error) {
	if !by.Other(p.By) {
		return Version{}, ErrSecondPerson
	}
	texts := map[locale.Lang]string{}
	for lang, text := range p.Texts {
		texts[lang] = text.Markdown
	}
	return New(p.ID, texts, at, first)
}
