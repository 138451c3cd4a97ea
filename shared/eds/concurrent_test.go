package eds_test

import (
	"path/filepath"
	"sync"
	"testing"

	"github.com/courtoffice/courtoffice/shared/eds"
)

// One Verifier serves many requests at once: lists are checked and let go of, tables of keys appear.
func TestOneVerifierManyGoroutines(t *testing.T) {
	files := corpus(t)
	v := &eds.Verifier{Trust: loadTrust(t, filepath.Join(pki, "trust")), Policy: eds.Filing()}
	want := map[string]eds.Code{}
	for _, f := range files {
		if f.get("kind") == "" {
			if rep, _ := v.Verify(eds.Signed{Data: f.message, At: now}); rep != nil {
				want[f.name] = rep.Problem()
			}
		}
	}
	fresh := &eds.Verifier{Trust: loadTrust(t, filepath.Join(pki, "trust")), Policy: eds.Filing()}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for _, f := range files {
				problem, ok := want[f.name]
				if !ok {
					continue
				}
				if rep, _ := fresh.Verify(eds.Signed{Data: f.message, At: now}); rep == nil || rep.Problem() != problem {
					t.Errorf("%s: %v, alone it was %q", f.name, rep, problem)
				}
			}
		})
	}
	wg.Wait()
}

// Whom to believe about time stamps is a question of its own.
func TestStampTrustIsSeparate(t *testing.T) {
	for _, f := range corpus(t) {
		if f.name != "pass-timestamp" {
			continue
		}
		v, at := f.verifier(t)
		v.StampTrust = eds.NewTrust()
		if rep, _ := v.Verify(eds.Signed{Data: f.message, At: at}); rep.Problem() != eds.CodeStampUntrusted || rep.Indication != eds.Indeterminate {
			t.Errorf("without trust: %v, want %s", rep, eds.CodeStampUntrusted)
		}
		v.Policy.DoubtfulStamps = eds.StampIgnored
		rep, err := v.Verify(eds.Signed{Data: f.message, At: at})
		if err != nil {
			t.Fatal(err)
		}
		s := rep.Signers[0]
		if len(s.TimeStamps) != 1 || s.TimeStamps[0].Trusted || s.Clock != eds.ClockCheck || !s.ReferenceTime.Equal(at) {
			t.Errorf("stamp believed without trust: %+v, %s", s.TimeStamps, s.Clock)
		}
		v.StampTrust = v.Trust
		if rep, err = v.Verify(eds.Signed{Data: f.message, At: at}); err != nil {
			t.Fatal(err)
		}
		if s := rep.Signers[0]; !s.TimeStamps[0].Trusted || s.Clock != eds.ClockStamp || s.TimeStamps[0].Anchor == nil || !s.ReferenceTime.Equal(s.TimeStamps[0].Time) {
			t.Errorf("stamp not believed with trust: %+v, %s", s.TimeStamps, s.Clock)
		}
		return
	}
	t.Fatal("no pass-timestamp in the corpus")
}
