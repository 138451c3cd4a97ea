// Package asice lays the evidence of one filing out as one file that proves itself: an ASiC-E archive under
// a time stamp (ETSI EN 319 162-1, section 4.4). In it are the statement, the form and the documents, the
// signatures over the manifest that names them by hash, each with the time stamp and the OCSP responses that
// were had for it (CAdES B-T and B-LT), the receipt, what happened and what was found out.
//
//	files, err := asice.Files(contents)
//	list := asice.Manifest(files)     // to be stamped
//	archive: asice.First, files, list under asice.ManifestName, the token under asice.StampName
//
// "eds verify" checks the whole, without a network. That the signed manifest names the documents beside it is
// what Check compares.
package asice

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/courtoffice/courtoffice/shared/eds/cms"
	"github.com/courtoffice/courtoffice/shared/filing"
)

// Names of the parts that make an archive ASiC-E.
const (
	ManifestName = "META-INF/ASiCManifest001.xml"
	StampName    = "META-INF/timestamp001.tst"

	mediaType = "application/vnd.etsi.asic-e+zip"
	stampType = "application/vnd.etsi.timestamp-token"
)

// Names of what every archive holds beside documents. Signatures are "signatures/1.p7s" and on, in the
// order they were made.
const (
	FormName    = "form.json"
	EventsName  = "events.json"
	DocumentsIn = "documents/"

	receiptName   = "receipt.json"
	statementName = "statement.pdf"
	findingsName  = "verifications.json"
	signaturesIn  = "signatures/"
)

// First is the file that every archive begins with, stored as it is (section A.1).
var First = Held("mimetype", "", []byte(mediaType))

// File is one file of the archive. Data is nil for one that lies in the documents bucket.
type File struct {
	Name      string
	MediaType string
	SHA256    string // hex
	Size      int64
	Data      []byte
}

// Contents is what is known of a filing that was sent.
type Contents struct {
	Manifest      filing.Manifest
	Signatures    []filing.Signature // the one that sealed last
	Receipt       []byte
	Events        []filing.Event
	Verifications []filing.Verification // oldest first
}

// Files lists what the archive of a filing holds between First and the manifest.
//
// Errors: a signature that cannot be read.
func Files(c Contents) ([]File, error) {
	files := []File{
		Held(receiptName, "application/json", c.Receipt),
		{Name: FormName, MediaType: "application/json", SHA256: c.Manifest.Form.SHA256, Size: c.Manifest.Form.Size},
	}
	if st := c.Manifest.Statement; st != nil {
		files = append(files, File{Name: statementName, MediaType: "application/pdf", SHA256: st.SHA256, Size: st.Size})
	}
	for i, d := range c.Manifest.Documents {
		files = append(files, File{Name: fmt.Sprintf("%s%02d %s", DocumentsIn, i+1, plain(d.Name)), MediaType: d.MediaType, SHA256: d.SHA256, Size: d.Size})
	}
	for i, sig := range c.Signatures {
		message, err := Extended(sig.CMS, c.Verifications)
		if err != nil {
			return nil, fmt.Errorf("asice: signature of %s: %w", c.Manifest.ID, err)
		}
		files = append(files, Held(fmt.Sprintf("%s%d.p7s", signaturesIn, i+1), "application/pkcs7-mime", message))
	}
	for _, part := range []struct {
		name  string
		value any
	}{{EventsName, events(c.Events)}, {findingsName, findings(c.Verifications)}} {
		data, err := json.MarshalIndent(part.value, "", "  ")
		if err != nil {
			return nil, fmt.Errorf("asice: %s: %w", part.name, err)
		}
		files = append(files, Held(part.name, "application/json", append(data, '\n')))
	}
	return files, nil
}

// Held is a file whose bytes are at hand.
func Held(name, mediaType string, data []byte) File {
	return File{Name: name, MediaType: mediaType, SHA256: filing.Sum(data), Size: int64(len(data)), Data: data}
}

// plain makes a name that every system can unpack: without separators, and what Windows refuses.
func plain(name string) string {
	name = strings.Map(func(r rune) rune {
		if r < ' ' || strings.ContainsRune(`/\:*?"<>|`, r) {
			return '_'
		}
		return r
	}, name)
	return strings.TrimRight(name, " .")
}

// Extended is a signature, DER of a CMS, with all that was had to prove it later: time-stamp tokens over its value
// and OCSP responses. Errors: one that cannot be read.
func Extended(message []byte, verifications []filing.Verification) ([]byte, error) {
	sum := filing.Sum(message)
	var tokens, responses [][]byte
	for _, v := range verifications {
		for _, s := range v.Signers {
			if s.Signature != sum {
				continue
			}
			if s.Stamp != nil {
				tokens = append(tokens, s.Stamp)
			}
			if s.OCSP != nil {
				responses = append(responses, s.OCSP)
			}
		}
	}
	return cms.Extend(message, tokens, responses)
}

// event is a filing's event as the archive has it.
type event struct {
	At   time.Time `json:"at"`
	Type string    `json:"type"`
}

func events(list []filing.Event) []event {
	out := []event{}
	for _, e := range list {
		out = append(out, event{e.At.UTC(), e.Type})
	}
	return out
}

// finding is a verification without what the signatures carry.
func findings(list []filing.Verification) []filing.Verification {
	out := []filing.Verification{}
	for _, v := range list {
		v.Signers = slices.Clone(v.Signers)
		for i := range v.Signers {
			v.Signers[i].OCSP, v.Signers[i].Stamp = nil, nil
		}
		out = append(out, v)
	}
	return out
}

// Manifest is the ASiCManifest that names the files with their digests, for a time stamp over it (section
// A.4). The same files give the same bytes.
func Manifest(files []File) ([]byte, error) {
	var b bytes.Buffer
	b.WriteString(xml.Header + `<asic:ASiCManifest xmlns:asic="http://uri.etsi.org/02918/v1.2.1#" xmlns:ds="http://www.w3.org/2000/09/xmldsig#">` + "\n")
	fmt.Fprintf(&b, `<asic:SigReference URI="%s" MimeType="%s"/>`+"\n", StampName, stampType)
	for _, f := range files {
		sum, err := hex.DecodeString(f.SHA256)
		if err != nil {
			return nil, fmt.Errorf("asice: digest of %s: %w", f.Name, err)
		}
		var parts []string
		for part := range strings.SplitSeq(f.Name, "/") {
			parts = append(parts, url.PathEscape(part))
		}
		fmt.Fprintf(&b, `<asic:DataObjectReference URI="%s" MimeType="`, strings.Join(parts, "/"))
		if err := xml.EscapeText(&b, []byte(f.MediaType)); err != nil {
			return nil, err
		}
		fmt.Fprintf(&b, `"><ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/><ds:DigestValue>%s</ds:DigestValue></asic:DataObjectReference>`+"\n",
			base64.StdEncoding.EncodeToString(sum))
	}
	b.WriteString("</asic:ASiCManifest>\n")
	return b.Bytes(), nil
}
