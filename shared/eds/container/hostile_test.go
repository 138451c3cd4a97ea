package container_test

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"encoding/base64"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/courtoffice/courtoffice/shared/eds"
	"github.com/courtoffice/courtoffice/shared/eds/algorithm"
	"github.com/courtoffice/courtoffice/shared/eds/certpath"
	"github.com/courtoffice/courtoffice/shared/eds/container"
	"github.com/courtoffice/courtoffice/shared/eds/edstest"
	"github.com/courtoffice/courtoffice/shared/eds/oid"
)

// hostile is a file made to cost more than it should.
type hostile struct {
	name string
	data []byte
}

// entry is a file of an archive, or what is written again and again into one.
type entry struct {
	name    string
	data    []byte
	repeats int // how often data stands in it, 0 for once
}

func archive(tb testing.TB, entries ...entry) []byte {
	tb.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	w.RegisterCompressor(zip.Deflate, func(out io.Writer) (io.WriteCloser, error) { return flate.NewWriter(out, flate.BestCompression) })
	for _, e := range entries {
		f, err := w.Create(e.name)
		for range max(1, e.repeats) {
			if err == nil {
				_, err = f.Write(e.data)
			}
		}
		if err != nil {
			tb.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

// stranger is a key of the slowest kind that nobody certified.
func stranger(tb testing.TB) *edstest.Key {
	tb.Helper()
	private, err := edstest.GenerateGOST2004()
	if err != nil {
		tb.Fatal(err)
	}
	key, err := edstest.NewRoot(private, edstest.Template{Subject: []edstest.Attribute{{Type: oid.CommonName, Value: "БӨТЕН"}, {Type: oid.SerialNumber, Value: "IIN900101300126"}},
		NotBefore: now.AddDate(-1, 0, 0), NotAfter: now.AddDate(1, 0, 0), PathLen: -1, KeyUsage: certpath.DigitalSignature | certpath.NonRepudiation})
	if err != nil {
		tb.Fatal(err)
	}
	return key
}

// hostileContainers are files in which little says much. Each is below a megabyte, so that half a second is
// what it may take.
func hostileContainers(tb testing.TB) (out []hostile) {
	key := stranger(tb)
	sign := func(document []byte, mode edstest.Mode) []byte {
		cms, err := key.SignCMS(document, mode, edstest.At(now))
		if err != nil {
			tb.Fatal(err)
		}
		return cms
	}
	add := func(name string, data []byte) { out = append(out, hostile{name, data}) }
	zeros := make([]byte, 1<<20)
	many := func(n int, name string, data []byte) (out []entry) {
		for i := range n {
			out = append(out, entry{fmt.Sprintf(name, i), data, 0})
		}
		return out
	}
	small := sign([]byte("x"), edstest.Detached)
	add("zip: a file that unpacks to much", archive(tb, entry{"a", zeros, 250}, entry{"a.cms", small, 0}))
	add("zip: many files that unpack to much", archive(tb, append(slices.Concat(many(30, "%d", zeros)), entry{"a.cms", small, 0})...))
	add("zip: many signatures over a long file", archive(tb, append(many(60, "%d.cms", small), entry{"a", zeros, 29})...))
	add("zip: many attached signatures of long documents", archive(tb, many(60, "%d.cms", sign(bytes.Repeat(zeros[:1<<19], 1), edstest.Attached))...))
	add("zip: many signatures", archive(tb, many(60, "%d.cms", small)...))
	add("zip: many signatures of many who certified each other", archive(tb, many(60, "%d.cms", labyrinth(tb))...))
	add("zip: base64 that is none", archive(tb, entry{"a.cms", bytes.Repeat([]byte("MIIB"), 1<<18), 29}))
	add("zip: a signature of white space", archive(tb, entry{"a.cms", bytes.Repeat([]byte(" "), 1<<20), 29}))
	add("zip: labels of PEM", archive(tb, entry{"a.cms", bytes.Repeat([]byte("-----BEGIN CMS-----\n"), 1<<15), 29}))
	add("zip: more files than allowed", archive(tb, many(5000, "%d", nil)...))
	add("zip: folders", archive(tb, many(900, strings.Repeat("a/", 400)+"%d/", nil)...))
	add("zip: digests of many kinds", archive(tb, append(many(3, "%d", bytes.Repeat(zeros, 9)), entry{"x.cms", kinds(tb, key), 0})...))

	reference := func(name, method string) string {
		return `<DataObjectReference URI="` + name + `"><ds:DigestMethod Algorithm="` + method + `"/><ds:DigestValue>` + base64.StdEncoding.EncodeToString(make([]byte, 32)) + `</ds:DigestValue></DataObjectReference>`
	}
	manifest := func(signature, references string) []byte {
		return []byte(`<ASiCManifest xmlns="http://uri.etsi.org/02918/v1.2.1#" xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><SigReference URI="` + signature + `"/>` + references + `</ASiCManifest>`)
	}
	const slow = "http://www.w3.org/2001/04/xmldsig-more#gost34311"
	var manifests []entry
	for i := range 60 {
		manifests = append(manifests, entry{fmt.Sprintf("META-INF/ASiCManifest%d.xml", i), manifest("s.p7s", reference("a", slow)), 0})
	}
	add("asic: many manifests of a long file", archive(tb, append(manifests, entry{"a", zeros, 29}, entry{"s.p7s", small, 0})...))
	add("asic: a manifest of many elements", archive(tb, entry{"META-INF/ASiCManifest.xml", manifest("s.p7s", strings.Repeat("<a/>", 1<<20)), 0}, entry{"s.p7s", small, 0}))
	add("asic: many manifests of many elements", archive(tb, append(many(60, "META-INF/ASiCManifest%d.xml", manifest("s.p7s", strings.Repeat("<a/>", 100_000))), entry{"s.p7s", small, 0})...))

	pdf := edstest.NewPDF("x")
	for i := range 60 {
		if err := pdf.Sign(key, now, edstest.PDFSignature{Name: fmt.Sprint(i)}); err != nil {
			tb.Fatal(err)
		}
	}
	add("pdf: sixty signatures", pdf.Bytes())
	deflated := func(data []byte, n int) string {
		var b bytes.Buffer
		w, err := flate.NewWriter(&b, flate.BestCompression)
		for range n {
			if err == nil {
				_, err = w.Write(data)
			}
		}
		if err != nil || w.Close() != nil {
			tb.Fatal(err)
		}
		return "\x78\xda" + b.String() + "\x00\x00\x00\x00"
	}
	pdf = edstest.NewPDF("x")
	names := ""
	objects := map[int]string{}
	bomb := deflated(zeros, 5)
	for i := range 8 {
		content, spec := pdf.Number(), pdf.Number()
		names += fmt.Sprintf("(%d) %d 0 R ", i, spec)
		objects[content] = edstest.Stream("/Type /EmbeddedFile /Filter /FlateDecode", bomb)
		objects[spec] = fmt.Sprintf("<< /Type /Filespec /F (%d) /EF << /F %d 0 R >> >>", i, content)
	}
	objects[1] = "<< /Type /Catalog /Pages 2 0 R /Names << /EmbeddedFiles << /Names [" + names + "] >> >> >>"
	pdf.Update(objects)
	add("pdf: files that unpack to much", pdf.Bytes())
	pdf = edstest.NewPDF("x")
	for range 900 {
		pdf.Update(map[int]string{4: edstest.Stream("", "x")})
	}
	add("pdf: many updates", pdf.Bytes())
	pdf = edstest.NewPDF("x")
	if err := pdf.Sign(key, now, edstest.PDFSignature{Name: "s"}); err != nil {
		tb.Fatal(err)
	}
	for range 900 {
		pdf.Update(map[int]string{pdf.Number(): "null"})
	}
	add("pdf: many updates of a signed one", pdf.Bytes())
	pdf = edstest.NewPDF("x")
	pdf.Update(map[int]string{4: strings.Repeat("[", 100) + strings.Repeat("]", 100), 5: "[" + strings.Repeat("0 ", 400_000) + "]"})
	add("pdf: an array of many", pdf.Bytes())
	return out
}

// kinds is a detached message that names every digest.
func kinds(tb testing.TB, key *edstest.Key) []byte {
	tb.Helper()
	var signers [][]byte
	for _, id := range []oid.ID{oid.GOST34311, oid.Streebog512, oid.SHA256, oid.SHA1, oid.SHA384, oid.SHA512} {
		si, err := edstest.SignerTemplate{Key: key, Digest: id, Attributes: edstest.BasicAttributes(make([]byte, 32), now), SignatureValue: make([]byte, 64)}.Marshal()
		if err != nil {
			tb.Fatal(err)
		}
		signers = append(signers, si)
	}
	return edstest.Message{Digests: []oid.ID{oid.SHA256}, Certificates: [][]byte{key.Certificate}, Signers: signers}.Marshal()
}

// cpu is the processor time of this process.
func cpu() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// labyrinth is a message whose signer is below an authority of which there are sixty certificates, each of which
// may have signed any other.
func labyrinth(tb testing.TB) []byte {
	tb.Helper()
	ca := stranger(tb).Private
	root := edstest.Template{Subject: []edstest.Attribute{{Type: oid.CommonName, Value: "АТТАС"}}, NotBefore: now.AddDate(-1, 0, 0), NotAfter: now.AddDate(1, 0, 0),
		CA: true, PathLen: -1, KeyUsage: certpath.KeyCertSign}
	var certificates [][]byte
	var key *edstest.Key
	for i := range 20 {
		root.Serial = []byte{1, byte(i)}
		k, err := edstest.NewRoot(ca, root)
		if err == nil && key == nil {
			key, err = k.Issue(stranger(tb).Private, edstest.Template{Subject: []edstest.Attribute{{Type: oid.CommonName, Value: "БӨТЕН"}},
				NotBefore: root.NotBefore, NotAfter: root.NotAfter, PathLen: -1, KeyUsage: certpath.DigitalSignature | certpath.NonRepudiation})
			certificates = append(certificates, key.Certificate)
		}
		if err != nil {
			tb.Fatal(err)
		}
		certificates = append(certificates, k.Certificate)
	}
	sum := sha(tb, oid.GOST34311, []byte("x"))
	si, err := key.SignerInfo(sum, edstest.At(now))
	if err != nil {
		tb.Fatal(err)
	}
	return edstest.Message{Digests: []oid.ID{oid.GOST34311}, Content: []byte("x"), Certificates: certificates, Signers: [][]byte{si}}.Marshal()
}

func sha(tb testing.TB, id oid.ID, data []byte) []byte {
	d, err := algorithm.FindDigest(id)
	if err != nil {
		tb.Fatal(err)
	}
	h := d.New()
	h.Write(data)
	return h.Sum(nil)
}

// ownFile are the limits of the command (shared/eds/cmd/eds), the widest there are.
var ownFile = eds.Limits{Size: 1 << 30, Unpacked: 1 << 30, Files: 10_000, Signers: 512}

// TestHostileWork counts what the corpus costs with the widest limits: one account is kept for all the messages
// of a file. BenchmarkHostile measures the time.
func TestHostileWork(t *testing.T) {
	v := verifier(t)
	v.Policy = eds.Archive()
	v.Policy.Limits = ownFile
	for _, h := range hostileContainers(t) {
		rep, err := container.Verify(v, h.data, now)
		if err == nil {
			t.Errorf("%s passes", h.name)
		}
		if rep == nil {
			continue
		}
		w := eds.Work{}
		for _, s := range rep.Signatures {
			if s.Report != nil {
				w.DigestBytes += s.Report.Work.DigestBytes
				w.PathChecks += s.Report.Work.PathChecks
				w.SignatureChecks += s.Report.Work.SignatureChecks
			}
		}
		mb := int64(len(h.data))>>20 + 1
		if w.DigestBytes > 48<<20+32<<20*mb || w.PathChecks > 144+64*mb || w.SignatureChecks > 144+64*mb {
			t.Errorf("%s: %d bytes cost %+v", h.name, len(h.data), w)
		}
	}
}

// Honest archives pass: one document with many signatures, many documents, a document that packs well.
func TestHonestArchives(t *testing.T) {
	keys, err := edstest.LoadKeys(filepath.Join(testdata, "pki", "keys"))
	if err != nil {
		t.Fatal(err)
	}
	key := keys["individual-gost"]
	entries := func(documents, signatures int, data []byte, repeats int) (out []entry) {
		for i := range documents {
			name := fmt.Sprintf("%d.txt", i)
			data := append([]byte(name), data...)
			out = append(out, entry{name, data, repeats})
			for j := range signatures {
				cms, err := key.SignDetached(bytes.NewReader(bytes.Repeat(data, max(1, repeats))), edstest.At(now.Add(time.Duration(j)*time.Second-time.Hour)))
				if err != nil {
					t.Fatal(err)
				}
				out = append(out, entry{fmt.Sprintf("%s.%d.p7s", name, j), cms, 0})
			}
		}
		return out
	}
	noise := make([]byte, 1<<20)
	for i, x := 0, uint32(1); i < len(noise); i++ {
		x = x*1664525 + 1013904223
		noise[i] = byte(x >> 24)
	}
	for name, data := range map[string][]byte{
		"a document that packs well": archive(t, entries(1, 2, append(make([]byte, 900<<10), noise[:100<<10]...), 20)...),
		"sixty signatures":           archive(t, entries(1, 60, noise, 1)...),
		"sixty documents":            archive(t, entries(60, 1, noise[:100<<10], 1)...),
	} {
		if rep, err := container.Verify(verifier(t), data, now); err != nil {
			t.Errorf("%s: %v, %d signatures", name, err, len(rep.Signatures))
		}
	}
}

// BenchmarkHostile: no file of the corpus costs more than half a second, with the widest limits.
func BenchmarkHostile(b *testing.B) {
	v := verifier(b)
	v.Policy = eds.Archive()
	v.Policy.Limits = ownFile
	corpus := hostileContainers(b)
	for b.Loop() {
		worst, which := time.Duration(0), ""
		for _, h := range corpus {
			best := time.Hour
			for range 2 {
				start := cpu()
				_, _ = container.Verify(v, h.data, now)
				best = min(best, cpu()-start)
			}
			if b.Logf("%s: %d KB, %v", h.name, len(h.data)>>10, best.Round(time.Millisecond)); best > worst {
				worst, which = best, h.name
			}
			if limit := max(1, float64(len(h.data))/(1<<20)) / 2; best.Seconds() >= limit {
				b.Errorf("%s costs %v, at most %.2f s", h.name, best, limit)
			}
		}
		b.ReportMetric(worst.Seconds(), "s")
		b.Logf("the worst: %s", which)
	}
}
