package eds_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/courtoffice/courtoffice/shared/eds"
)

// reportOf runs one file of testdata/eds.
func reportOf(t *testing.T, name string) *eds.Report {
	t.Helper()
	for _, f := range corpus(t) {
		if f.name == name {
			_, _, _, rep := f.run(t)
			return rep
		}
	}
	t.Fatalf("no %s in testdata/eds", name)
	return nil
}

func TestRepeatedSignerCountsOnce(t *testing.T) {
	if rep := reportOf(t, "signer-repeated"); len(rep.Signers) != 1 {
		t.Errorf("%d signers", len(rep.Signers))
	}
}

func TestTimeStampsOfSeveralAttributes(t *testing.T) {
	for _, name := range []string{"pass-timestamp-two-attributes", "pass-timestamp-two-values"} {
		s := reportOf(t, name).Signers[0]
		if len(s.TimeStamps) != 2 || slices.ContainsFunc(s.TimeStamps, func(x eds.TimeStamp) bool { return !x.Trusted || x.Time.Before(s.ReferenceTime) }) {
			t.Errorf("%s: %+v at %s", name, s.TimeStamps, s.ReferenceTime)
		}
	}
}

func TestCountersignaturesAreReported(t *testing.T) {
	for name, want := range map[string]eds.Indication{"pass-countersignature": eds.TotalPassed, "countersignature": eds.TotalFailed} {
		rep := reportOf(t, name)
		s := rep.Signers[0]
		if len(s.Countersignatures) != 1 || s.Countersignatures[0].Indication != want || s.Indication != eds.TotalPassed {
			t.Errorf("%s: %s, countersigned %+v", name, s.Indication, s.Countersignatures)
			continue
		}
		if who := s.Countersignatures[0].Subject; who.Role != eds.RoleHead {
			t.Errorf("%s: countersigned by %v", name, who)
		}
	}
}

func TestSubjects(t *testing.T) {
	for name, tt := range map[string]struct {
		iin, bin, organisation, serialNumber string
	}{
		"pass-two-organisations":   {"900101300126", "", "«ҮЛГІ» ЖШС; «ҮЛГІ» ЖШС ФИЛИАЛЫ", ""},
		"identity-passport":        {"", "", "", "PASKZ-N01234567"},
		"identity-passport-digits": {"", "", "", "900101300126"},
		"pass-foreign-head":        {"", "120340001230", "«ҮЛГІ» ЖШС", "PASKZ-N01234567"},
		"identity":                 {"", "", "", ""},
	} {
		s := reportOf(t, name).Signers[0].Subject
		if s.IIN.Reveal() != tt.iin || s.BIN.Reveal() != tt.bin || s.Organisation != tt.organisation || s.SerialNumber != tt.serialNumber || !strings.HasPrefix(s.CommonName, "СЕРІКОВ") {
			t.Errorf("%s: %s %s %q %q, want %+v", name, s.IIN.Reveal(), s.BIN.Reveal(), s.Organisation, s.SerialNumber, tt)
		}
	}
}

// An act judged as of its arrival may be settled by evidence that came later.
func TestEvidenceAt(t *testing.T) {
	for _, f := range corpus(t) {
		if f.name != "revocation-unknown-future-ocsp" && f.name != "revocation-unknown-future-list" {
			continue
		}
		v, at := f.verifier(t)
		for hours, want := range map[int]eds.Indication{0: eds.Indeterminate, 2: eds.TotalPassed} {
			in := eds.Signed{Data: f.message, At: at, EvidenceAt: at.Add(time.Duration(hours) * time.Hour)}
			if rep, _ := v.Verify(in); rep.Indication != want || !rep.CheckedAt.Equal(at) {
				t.Errorf("%s, evidence after %d hours: %v at %s, want %s", f.name, hours, rep, rep.CheckedAt, want)
			}
		}
	}
}
