package drafts

import (
	"crypto/sha256"
	"encoding/hex"

	"github.com/courtoffice/courtoffice/shared/act"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/locale"
)

func manifest(f filing.Filing, agreement string, lang locale.Lang, statement string) ([]byte, error) {
	m, err := filing.ManifestOf(f, agreement)
	if err != nil {
		return nil, err
	}
	return act.Document{Act: act.FileClaim, Lang: lang, Statement: statement, Filing: &m}.Encode()
}

func hexSHA256(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}
