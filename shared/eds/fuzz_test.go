package eds_test

import (
	"bytes"
	"errors"
	"io"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/courtoffice/courtoffice/shared/eds"
	"github.com/courtoffice/courtoffice/shared/eds/certpath"
	"github.com/courtoffice/courtoffice/shared/eds/edstest"
	"github.com/courtoffice/courtoffice/shared/eds/xmldsig"
)

// FuzzVerify starts from the corpus. Whatever comes in: the error, the verdict and the content agree,
// and what passes is content that one of the seeds really signed.
func FuzzVerify(f *testing.F) {
	v := &eds.Verifier{Trust: loadTrust(f, filepath.Join(pki, "trust")), Policy: eds.Filing()}
	signed := map[string]bool{}
	for _, file := range corpus(f) {
		if kind := file.get("kind"); kind != "" && kind != "xml" && kind != "text" {
			continue
		}
		if len(file.message) < 12<<10 {
			f.Add(file.message)
		}
		if rep, err := v.Verify(eds.Signed{Data: file.message, At: now}); err == nil {
			signed[string(rep.Content())] = true
		}
	}
	if len(signed) < 2 {
		f.Fatalf("%d contents in the corpus pass", len(signed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		rep, err := v.Verify(eds.Signed{Data: data, At: now})
		switch {
		case err == nil:
			if rep.Indication != eds.TotalPassed || rep.Problem() != "" || !signed[string(rep.Content())] || len(rep.Signers) == 0 {
				t.Errorf("%v passes with content %q", rep, rep.Content())
			}
		case rep == nil:
			if !errors.Is(err, eds.ErrNotASignature) {
				t.Errorf("%v without a report", err)
			}
		default:
			if rep.Indication == eds.TotalPassed || rep.Content() != nil || rep.Problem() == "" {
				t.Errorf("%v with content %q", rep, rep.Content())
			}
			for _, s := range rep.Signers {
				for _, e := range s.Signed {
					if e.Element != (*xmldsig.Element)(nil) {
						t.Error("an element is handed out without a verdict")
					}
				}
			}
		}
	})
}

// zeros is a long document that nobody holds in memory.
type zeros struct{ left int64 }

func (z *zeros) Read(p []byte) (int, error) {
	if z.left == 0 {
		return 0, io.EOF
	}
	n := min(int64(len(p)), z.left)
	clear(p[:n])
	z.left -= n
	return int(n), nil
}

// A detached document of any length is hashed as it comes.
func TestDetachedContentIsStreamed(t *testing.T) {
	const size = 96 << 20
	key := testKeys(t)["individual-rsa"]
	msg, err := key.SignDetached(&zeros{size}, edstest.At(now))
	if err != nil {
		t.Fatal(err)
	}
	v := eds.Verifier{Trust: loadTrust(t, filepath.Join(pki, "trust")), Policy: eds.Filing()}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	rep, err := v.Verify(eds.Signed{Data: msg, Content: &zeros{size}, At: now})
	runtime.ReadMemStats(&after)
	if err != nil || rep.ContentSize != size {
		t.Fatalf("%v, %d bytes", err, rep.ContentSize)
	}
	if used := after.TotalAlloc - before.TotalAlloc; used > 2<<20 {
		t.Errorf("%d bytes allocated for a document of %d", used, int64(size))
	}
}

// Attached content is not copied: a message of 8 MB costs no more memory than a small one.
func TestAttachedContentIsNotCopied(t *testing.T) {
	content := make([]byte, 8<<20)
	msg, err := testKeys(t)["individual-rsa"].SignCMS(content, edstest.Attached, edstest.At(now))
	if err != nil {
		t.Fatal(err)
	}
	v := eds.Verifier{Trust: loadTrust(t, filepath.Join(pki, "trust")), Policy: eds.Filing()}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	rep, err := v.Verify(eds.Signed{Data: msg, At: now})
	runtime.ReadMemStats(&after)
	if err != nil || !bytes.Equal(rep.Content(), content) {
		t.Fatal(err)
	}
	if used := after.TotalAlloc - before.TotalAlloc; used > 1<<20 {
		t.Errorf("%d bytes allocated for a message of %d", used, len(msg))
	}
}

// A failing reader is an error, not a verdict.
func TestContentError(t *testing.T) {
	msg := sign(t, testKeys(t)["individual-gost"], "x", edstest.Detached)
	v := eds.Verifier{Trust: loadTrust(t, filepath.Join(pki, "trust")), Policy: eds.Filing()}
	broken := errors.New("диск")
	rep, err := v.Verify(eds.Signed{Data: msg, Content: io.MultiReader(bytes.NewReader([]byte("x")), errReader{broken}), At: now})
	if rep != nil || !errors.Is(err, broken) {
		t.Errorf("%v, %v", rep, err)
	}
}

type errReader struct{ err error }

func (e errReader) Read([]byte) (int, error) { return 0, e.err }

func BenchmarkVerify(b *testing.B) {
	for _, name := range []string{"individual-gost", "individual-rsa"} {
		b.Run(name, func(b *testing.B) {
			msg, err := testKeys(b)[name].SignCMS(make([]byte, 50<<10), edstest.Attached, edstest.At(now))
			if err != nil {
				b.Fatal(err)
			}
			v := eds.Verifier{Trust: loadTrust(b, filepath.Join(pki, "trust")), Policy: eds.Filing()}
			signer, err := certpath.Parse(testKeys(b)[name].Certificate)
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				eds.Forget(v.Trust, signer)
				if _, err := v.Verify(eds.Signed{Data: msg, At: now}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
