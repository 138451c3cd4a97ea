package asice

import (
	"fmt"
	"slices"
	"strings"

	"github.com/courtoffice/courtoffice/shared/act"
	"github.com/courtoffice/courtoffice/shared/eds/cms"
	"github.com/courtoffice/courtoffice/shared/filing"
)

// Scans lists what the archive of a case holds of a paper that came on paper: the scans, and what the clerk signed of
// them. There is no receipt and no form: nobody filed it here.
func Scans(s filing.SignedScan) []File {
	var files []File
	for i, scan := range s.Scans {
		files = append(files, File{Name: fmt.Sprintf("%s%02d %s", DocumentsIn, i+1, plain(scan.Name)), MediaType: scan.MediaType, SHA256: scan.SHA256, Size: scan.Size})
	}
	return append(files, Held(signaturesIn+"1.p7s", "application/pkcs7-mime", s.CMS))
}

// CheckScans reports whether a clerk's signature names each scan that is there by its hash, and no other file is
// there. Whether the signature holds is for package container to say. It returns what was signed.
//
// Errors: ErrContradiction; those of content.
func CheckScans(names []string, content func(name string) ([]byte, error)) (filing.Scanned, error) {
	name := signaturesIn + "1.p7s"
	if !slices.Contains(names, name) {
		return filing.Scanned{}, contradiction("no signature of the clerk")
	}
	data, err := content(name)
	if err != nil {
		return filing.Scanned{}, err
	}
	msg, err := cms.Parse(data, cms.Limits{})
	if err != nil || !msg.Attached {
		return filing.Scanned{}, contradiction("%s: %v", name, err)
	}
	d, err := act.Parse(msg.Content(), act.Enter)
	if err != nil {
		return filing.Scanned{}, contradiction("no scans are signed: %v", err)
	}
	if len(names) != len(d.Scanned.Scans)+1 {
		return filing.Scanned{}, contradiction("%d scans are signed, %d files are there", len(d.Scanned.Scans), len(names)-1)
	}
	for i, scan := range d.Scanned.Scans {
		at := slices.IndexFunc(names, func(n string) bool { return strings.HasPrefix(n, fmt.Sprintf("%s%02d ", DocumentsIn, i+1)) })
		if at < 0 {
			return filing.Scanned{}, contradiction("scan %d is not there", i+1)
		}
		if err := is(names[at], scan.SHA256, content); err != nil {
			return filing.Scanned{}, err
		}
	}
	return *d.Scanned, nil
}
