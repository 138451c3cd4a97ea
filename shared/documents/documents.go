// Package documents keeps filed documents in S3. A grant lets the browser put exactly one known
// content under one key, Head proves what is there and which version of it, Download hands it
// back to its owner. A filer's bytes never pass through a function on their way in.
//
// A key is made of the filing's id and the content's SHA-256, so what is under it can be nothing
// else, and nothing that is there is ever written again (If-None-Match: *). Content above PartSize
// is sent in parts that S3 checks one by one; it does not check the whole against the key, so Head
// tells what is needed to do that: see Stored.
package documents

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// Store is the documents bucket through one client.
type Store struct {
	s3      *s3.Client
	presign *s3.PresignClient
	bucket  string
}

// New returns the store of bucket.
func New(client *s3.Client, bucket string) *Store {
	return &Store{client, s3.NewPresignClient(client), bucket}
}

// Key returns where content is kept; sha256 is 64 lower-case hex digits. A key holds a random id
// and a hash, nothing personal.
func Key(filingID, sha256 string) string { return "filings/" + filingID + "/" + sha256 }

// Object is one content of a filing: what its bytes must be.
type Object struct {
	Filing    string // id
	SHA256    string // of the whole, 64 lower-case hex digits
	Size      int64  // bytes
	MediaType string
}

// Of is the content that d names.
func Of(filingID string, d filing.Document) Object {
	return Object{filingID, d.SHA256, d.Size, d.MediaType}
}

// Filed is what file names of a filing that is frozen or sent, and what it is called: "form", "statement"
// or a document's id.
func Filed(filingID string, m filing.Manifest, file string) (o Object, name string, ok bool) {
	switch {
	case file == "form":
		return Object{filingID, m.Form.SHA256, m.Form.Size, "application/json"}, m.Kind + ".json", true
	case file == "statement" && m.Statement != nil:
		return Object{filingID, m.Statement.SHA256, m.Statement.Size, "application/pdf"}, m.Kind + ".pdf", true
	}
	i := slices.IndexFunc(m.Documents, func(d filing.Filed) bool { return d.ID == file })
	if i < 0 {
		return Object{}, "", false
	}
	return Of(filingID, m.Documents[i].Document), m.Documents[i].Name, true
}

// RuledIn is what file names of the rulings on a filing, oldest first, with the bucket's version of it and what it is
// called: of the latest as Ruled, of its corrections "correction-1", the first, and "correction-1-signature".
func RuledIn(list []filing.SignedRuling, file string) (o Object, version, name string, ok bool) {
	r, corrections, _ := filing.Standing(list)
	for n, c := range corrections {
		if rest, is := strings.CutPrefix(file, "correction-"+strconv.Itoa(n+1)); is && (rest == "" || rest == "-signature") {
			r, file = c, "ruling"+rest
			break
		}
	}
	o, name, ok = Ruled(r, file)
	return o, r.Pins[o.SHA256], name, ok && r.Step != ""
}

// Ruled is what file names of a ruling, and what it is called: "ruling" or its "ruling-signature".
func Ruled(r filing.SignedRuling, file string) (o Object, name string, ok bool) {
	switch file {
	case "ruling":
		return Object{r.Filing, r.File.SHA256, r.File.Size, "application/pdf"}, "ruling-" + r.Step + ".pdf", true
	case "ruling-signature":
		return Object{r.Filing, r.Signature.SHA256, r.Signature.Size, "application/pkcs7-mime"}, "ruling-" + r.Step + ".p7s", true
	}
	return Object{}, "", false
}

func (o Object) key() *string { return aws.String(Key(o.Filing, o.SHA256)) }

// S3 keeps the headers of an upload and gives them back with the object. A URL that leaves one
// unsigned lets its holder choose it, so each has this value.
const (
	cacheControl    = "private, no-store"
	disposition     = "attachment"
	contentEncoding = "identity"
	contentLanguage = "und" // BCP 47: not determined
)

var expired = time.Unix(0, 0)

// unsealed is the tag of what goes by itself unless Lock takes the tag off.
const unsealed = schema.Unsealed + "=" + schema.UnsealedValue

// checksum turns hex into the base64 S3 speaks.
func checksum(hexSHA256 string) (string, error) {
	raw, err := hex.DecodeString(hexSHA256)
	if err != nil || len(raw) != 32 {
		return "", fmt.Errorf("documents: %q is not a SHA-256", hexSHA256)
	}
	return base64.StdEncoding.EncodeToString(raw), nil
}
