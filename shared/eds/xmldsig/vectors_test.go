package xmldsig_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/courtoffice/courtoffice/shared/eds/xmldsig"
)

// negatives holds, for each document that must be refused, the reason it has to be refused for.
var negatives = map[string]xmldsig.Reason{
	"wsse_body_changed.xml":                 xmldsig.ReasonDigest,
	"xml_attr_changed.xml":                  xmldsig.ReasonDigest,
	"xml_digest_sha1.xml":                   xmldsig.ReasonSHA1,
	"xml_doctype_entity.xml":                xmldsig.ReasonDoctype,
	"xml_doctype_xxe.xml":                   xmldsig.ReasonDoctype,
	"xml_external_reference.xml":            xmldsig.ReasonURI,
	"xml_no_keyinfo.xml":                    xmldsig.ReasonNoCertificate,
	"xml_no_reference.xml":                  xmldsig.ReasonNoReference,
	"xml_sigmethod_mismatch_rsa.xml":        xmldsig.ReasonDigestMethod,
	"xml_signaturevalue_flipped.xml":        "GOST signature does not verify",
	"xml_signedinfo_whitespace.xml":         "GOST signature does not verify",
	"xml_unsigned_after_signature_attr.xml": xmldsig.ReasonDigest,
	"xml_whitespace_added.xml":              xmldsig.ReasonDigest,
	"xml_xsw1.xml":                          xmldsig.ReasonObject,
	"xml_xsw4.xml":                          xmldsig.ReasonPlacement,
	"xml_xsw5.xml":                          xmldsig.ReasonDuplicateID,
	"xml_xsw7.xml":                          xmldsig.ReasonDuplicateID,
	"xml_xsw8.xml":                          xmldsig.ReasonObject,
}

// TestVectors runs every XML document of the vectors folder, which EDS_VECTORS names.
func TestVectors(t *testing.T) {
	dir := os.Getenv("EDS_VECTORS")
	if dir == "" {
		t.Skip("EDS_VECTORS is not set")
	}
	raw, err := os.ReadFile(filepath.Join(dir, "manifest.json"))
	if err != nil {
		t.Fatal(err)
	}
	var manifest struct {
		Entries []struct {
			File, Kind string
			Expected   struct{ Verdict string }
		}
	}
	if err := json.Unmarshal(raw, &manifest); err != nil {
		t.Fatal(err)
	}
	good, bad := 0, 0
	for _, e := range manifest.Entries {
		if e.Kind != "xmldsig" && e.Kind != "wsse" {
			continue
		}
		name := filepath.Base(e.File)
		t.Run(name, func(t *testing.T) {
			doc, err := os.ReadFile(filepath.Join(dir, e.File))
			if err != nil {
				t.Fatal(err)
			}
			sigs, err := verify(doc)
			switch {
			case e.Expected.Verdict == "reject":
				bad++
				if want := negatives[name]; reason(err) != want {
					t.Errorf("got %v, want reason %q", err, want)
				}
			case name == "ours_xml_cosigned_individual_head.xml":
				good++
				if got := reason(err); got != xmldsig.ReasonLaterSignature {
					t.Errorf("first signature: got %v", err)
				}
				if err := sigs[1].Check(newHash); err != nil {
					t.Errorf("last signature: %v", err)
				}
				for _, s := range sigs {
					if err := verifyValue(s); err != nil {
						t.Errorf("value of signature %d: %v", s.Index, err)
					}
				}
			default:
				good++
				if err != nil {
					t.Error(err)
				}
				for _, s := range sigs {
					for _, r := range s.References {
						t.Logf("%s %s %q %s", strings.TrimSuffix(name, ".xml"), s.Method, r.URI, r.Element.Path())
					}
				}
			}
		})
	}
	t.Logf("%d documents accepted as expected, %d refused", good, bad)
	if bad < len(negatives) || good == 0 {
		t.Errorf("%d good and %d bad documents in the manifest", good, bad)
	}
}
