package eds_test

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/courtoffice/courtoffice/shared/eds"
	"github.com/courtoffice/courtoffice/shared/eds/certpath"
	"github.com/courtoffice/courtoffice/shared/eds/edstest"
	"github.com/courtoffice/courtoffice/shared/eds/ocsp"
	"github.com/courtoffice/courtoffice/shared/eds/oid"
)

// BenchmarkFiling is the whole work of verifying a filed document of 50 KB in the steady state:
// the signer is new, those of the authority, the OCSP responder and the time-stamping
// authority are known. Four GOST signatures are checked and the document is hashed, as in
// shared/gost/bench/run.sh, which holds it against the sum of the engine's parts; parsing, paths
// and the report are ours alone.
func BenchmarkFiling(b *testing.B) {
	key, tsa, responder := testKeys(b)["individual-gost"], authority(b, "tsa-gost"), authority(b, "ocsp-gost")
	msg, err := key.SignCMS(make([]byte, 50<<10), edstest.Attached, edstest.At(now), edstest.WithStamp(tsa.Stamper(edstest.StampTemplate{Time: now})))
	if err != nil {
		b.Fatal(err)
	}
	signer, err := certpath.Parse(key.Certificate)
	if err != nil {
		b.Fatal(err)
	}
	issuer, err := certpath.Parse(authority(b, "nca-gost").Certificate)
	if err != nil {
		b.Fatal(err)
	}
	id, err := ocsp.NewCertID(oid.SHA256, issuer, key.Serial())
	if err != nil {
		b.Fatal(err)
	}
	answer, err := responder.OCSP(edstest.Answer{ID: id, ThisUpdate: now})
	if err != nil {
		b.Fatal(err)
	}
	v := eds.Verifier{Trust: loadTrust(b, filepath.Join(pki, "trust")), Policy: eds.Filing(), OCSP: [][]byte{answer}}
	rep, err := v.Verify(eds.Signed{Data: msg, At: now})
	if err != nil || rep.Signers[0].Revocation.Source != "ocsp" || len(rep.Signers[0].TimeStamps) != 1 || !rep.Signers[0].TimeStamps[0].Trusted {
		b.Fatalf("the sample is not what it should be: %v", err)
	}
	b.ReportAllocs()
	start := cpu()
	for b.Loop() {
		eds.Forget(v.Trust, signer)
		if _, err := v.Verify(eds.Signed{Data: msg, At: now}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(cpu()-start)/float64(b.N), "cpu-ns/op")
}

// cpu is the processor time this process has used.
func cpu() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func authority(tb testing.TB, name string) *edstest.Key {
	tb.Helper()
	raw, err := os.ReadFile(filepath.Join(pki, "authority", name+".pem"))
	if err != nil {
		tb.Fatal(err)
	}
	key, err := edstest.ParsePEM(raw)
	if err != nil {
		tb.Fatal(err)
	}
	return key
}
