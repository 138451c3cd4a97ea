package container

import (
	"bytes"
	"encoding/base64"
	"errors"
	"net/url"
	"strings"

	"github.com/courtoffice/courtoffice/shared/eds"
	"github.com/courtoffice/courtoffice/shared/eds/algorithm"
	"github.com/courtoffice/courtoffice/shared/eds/xmldsig"
)

const (
	asicNamespace = "http://uri.etsi.org/02918/v1.2.1#"
	dsigNamespace = "http://www.w3.org/2000/09/xmldsig#"
	asicType      = "application/vnd.etsi.asic-e+zip"
	metaFolder    = "META-INF/"
)

// stampType is that of a time-stamp token, in place of a signature.
const stampType = "application/vnd.etsi.timestamp-token"

// isASiC reports whether an archive is ASiC-E with CAdES or time-stamp tokens: it says so, or has a manifest
// that does (ETSI EN 319 162-1, sections 4.4.2 and 4.4.4).
func isASiC(files []file) bool {
	for _, f := range files {
		if f.name == "mimetype" && strings.TrimSpace(string(f.data)) == asicType || isManifest(f.name) {
			return true
		}
	}
	return false
}

func isManifest(name string) bool {
	base, ok := strings.CutPrefix(name, metaFolder)
	return ok && strings.HasPrefix(base, "ASiCManifest") && strings.HasSuffix(base, ".xml")
}

// manifest is an ASiCManifest: which signature or time stamp is over it, and which files it names with
// their digests.
type manifest struct {
	signature string
	stamp     bool
	files     map[string]bool
}

// asic verifies an ASiC-E archive: each manifest has a detached signature or a time stamp and the digests of
// files; every file outside META-INF must be in such a manifest. A time stamp tells when files were
// together, and not who signed: among the files under it CMS messages are looked for, as in any archive,
// and there must be one.
func (r *run) asic(files []file) error {
	byName := map[string]file{}
	for _, f := range files {
		byName[f.name] = f
	}
	signed := map[string]bool{}
	used := map[string]bool{}
	nodes := min(r.limits.Nodes, freeNodes+r.size) // one account for all manifests
	var stamped []file
	known := map[string]bool{} // of stamped
	broken, signatures := false, 0
	for _, f := range files {
		if !isManifest(f.name) {
			continue
		}
		if int64(len(r.out.Signatures)) == r.limits.Signers {
			r.limit("signers: more manifests than are allowed")
			return nil
		}
		out := Signature{Name: f.name, Checks: []eds.Check{}}
		m, detail, code := r.readManifest(f, byName, &nodes)
		if detail != "" {
			out.Checks = append(out.Checks, eds.NewCheck(code, detail))
			r.out.Signatures = append(r.out.Signatures, out)
			broken = true
			continue
		}
		out.Name = m.signature
		for _, g := range files { // in the order of the archive
			if m.files[g.name] {
				out.Covers = append(out.Covers, g.name)
				signed[g.name] = true
			}
		}
		used[m.signature] = true
		out.Checks = append(out.Checks, eds.Check{Code: eds.CodeContent, Status: eds.Passed})
		if m.stamp {
			r.stamp(&out, byName[m.signature].data, reader(f.data))
			for _, name := range out.Covers {
				if !known[name] {
					known[name] = true
					stamped = append(stamped, byName[name])
				}
			}
		} else {
			signatures++
			r.signature(&out, byName[m.signature].data, reader(f.data))
		}
		r.out.Signatures = append(r.out.Signatures, out)
	}
	b := newBundle(r, stamped)
	b.pdfs = nil // a PDF under a time stamp is a document, whoever signed it for whatever end
	signatures += len(b.signatures)
	b.verify(false)
	if broken {
		return nil // what its files are cannot be told
	}
	for _, f := range files {
		switch inMeta := strings.HasPrefix(f.name, metaFolder); {
		case f.name == "mimetype", isManifest(f.name), used[f.name], signed[f.name], noise(f):
		case inMeta && (named(f.name) || strings.HasSuffix(f.name, ".tst")):
			r.fail(eds.CodeForm, "%q belongs to no manifest", f.name)
		case inMeta && strings.HasSuffix(f.name, ".xml") && strings.Contains(f.name, "signatures"):
			r.fail(eds.CodeForm, "%q: XAdES in an archive", f.name)
		default:
			r.fail(eds.CodeUnsignedFile, "%q", f.name)
		}
	}
	if signatures == 0 {
		r.fail(eds.CodeNoSigners, "")
	}
	return nil
}

// readManifest reads a manifest and compares the digests of the files it names (section A.4). detail says
// what is wrong, and code what follows.
func (r *run) readManifest(f file, files map[string]file, nodes *int64) (m manifest, detail string, code eds.Code) {
	doc, err := xmldsig.Parse(f.data, xmldsig.Limits{MaxBytes: int(r.limits.Size), MaxDepth: int(r.limits.Depth), MaxNodes: int(max(1, *nodes))})
	if e, ok := errors.AsType[*xmldsig.Error](err); ok && e.Reason == xmldsig.ReasonLimit {
		return m, f.name + ": " + err.Error(), eds.CodeLimits
	}
	if err != nil {
		return m, err.Error(), eds.CodeStructure
	}
	*nodes -= int64(bytes.Count(f.data, []byte("<")))
	m.files = map[string]bool{}
	bad := func(what string) (manifest, string, eds.Code) { return m, f.name + ": " + what, eds.CodeStructure }
	root := doc.Root()
	if space, local := root.Name(); space != asicNamespace || local != "ASiCManifest" {
		return bad("not a manifest")
	}
	for e := range root.Children() {
		switch space, local := e.Name(); {
		case space == asicNamespace && local == "SigReference":
			name, ok := target(e)
			if _, there := files[name]; !ok || !there || m.signature != "" {
				return bad("the signature it names")
			}
			m.signature = name
			if kind, ok := e.Attr("", "MimeType"); ok {
				m.stamp = kind == stampType
			} else {
				m.stamp = strings.HasSuffix(name, ".tst")
			}
		case space == asicNamespace && local == "DataObjectReference":
			name, ok := target(e)
			data, there := files[name]
			if !ok || !there || m.files[name] {
				return bad("a file it names is missing, or named twice")
			}
			switch same, code := r.digestOf(e, data.data); {
			case code == eds.CodeLimits:
				return m, "digest-bytes: no more work than the policy allows", code
			case code != "":
				return bad("a digest method that is not known")
			case !same:
				return m, name, eds.CodeContent
			}
			m.files[name] = true
		case local == "ASiCManifestExtensions":
			return bad("extensions")
		default:
			return bad("an element " + local)
		}
	}
	if m.signature == "" || len(m.files) == 0 {
		return bad("names no signature, or no file")
	}
	return m, "", ""
}

// target is the file that an element refers to, relative to the root of the archive.
func target(e *xmldsig.Element) (string, bool) {
	uri, ok := e.Attr("", "URI")
	if !ok {
		return "", false
	}
	name, err := url.PathUnescape(uri)
	return strings.TrimPrefix(name, "/"), err == nil
}

// digestOf compares the digest of a file with the one that a manifest has; code is set where that cannot be done.
func (r *run) digestOf(e *xmldsig.Element, data []byte) (same bool, code eds.Code) {
	method, value := "", ""
	for c := range e.Children() {
		switch space, local := c.Name(); {
		case space == dsigNamespace && local == "DigestMethod":
			method, _ = c.Attr("", "Algorithm")
		case space == dsigNamespace && local == "DigestValue":
			value, _ = c.Text()
		}
	}
	d, err := algorithm.FindXMLDigest(method)
	if err != nil || d.Name == "sha-1" {
		return false, eds.CodeUnsupported
	}
	sum, ok := r.v.Sum(d, data)
	if !ok {
		return false, eds.CodeLimits
	}
	want, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(value), ""))
	return err == nil && bytes.Equal(want, sum), ""
}
