// Package mandate takes the signatures of administrators: what changes the office for others is an act
// of its own, signed with the EDS over words that say what is done, to whom and why.
//
// A request without a signature is answered with the document to sign; the same request with the
// signature does the act. Read Reader.Take.
package mandate

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/act"
	"github.com/courtoffice/courtoffice/shared/audit"
	"github.com/courtoffice/courtoffice/shared/httpapi"
	"github.com/courtoffice/courtoffice/shared/signer"
)

// Reader makes the documents and reads them back.
type Reader struct {
	Acts     signer.Acts
	IndexKey []byte // 32 bytes
}

// Take reads the signature of the administrator by over exactly the act want, received now. Where sent
// is empty there is none yet: ask is the answer then, the document to sign in the language of the
// answer, and nothing is to be done.
//
// Errors: those of signer.Acts.Read, "wrong-signer" for another person's signature or a company's,
// signer.ErrDocument for one over another act.
func (r Reader) Take(ctx context.Context, sent signer.Signature, by audit.Actor, want act.Administration) (signed audit.Signed, ask *httpapi.Reply, err error) {
	want.Reason = strings.TrimSpace(want.Reason)
	at := httpapi.ReceivedAt(ctx)
	if sent == "" {
		var nonce [16]byte
		rand.Read(nonce[:])
		unsigned, err := r.Acts.Document(act.Document{Act: act.Administer, Lang: httpapi.Lang(ctx), Administration: &want}, nonce, at)
		return audit.Signed{}, &httpapi.Reply{Body: unsigned}, err
	}
	read, err := r.Acts.Read(sent, act.Administer, at)
	switch {
	case err != nil:
		return audit.Signed{}, nil, err
	case read.Subject.Kind != account.Natural || !by.Is(read.Subject.PersonKey(r.IndexKey)):
		return audit.Signed{}, nil, &httpapi.Problem{Slug: "wrong-signer"}
	case *read.Document.Administration != want:
		return audit.Signed{}, nil, signer.ErrDocument
	}
	sum := sha256.Sum256(read.CMS)
	return audit.Signed{CMS: read.CMS, SHA256: hex.EncodeToString(sum[:]), Nonce: read.Challenge.Nonce, NotAfter: read.Challenge.NotAfter}, nil, nil
}

// Of is an account as a document names it: what the page showed of it.
func Of(a account.Account) string {
	name := a.Subject.Organisation
	if name == "" {
		name = a.Subject.Name
	}
	return strings.TrimSpace(name + " " + a.Subject.Masked())
}
