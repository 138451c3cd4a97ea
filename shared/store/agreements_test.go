package store_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/courtoffice/courtoffice/shared/agreement"
	"github.com/courtoffice/courtoffice/shared/audit"
	"github.com/courtoffice/courtoffice/shared/locale"
	"github.com/courtoffice/courtoffice/shared/store"
)

// TestPublishRace: while somebody accepts one version, two administrators approve the next at once:
// the acceptance counts, one approval publishes, one announcement begins, nothing of the proposal
// is left.
func TestPublishRace(t *testing.T) {
	t.Parallel()
	a := newArchive(t)
	site := store.NewSite(a.db, a.site)
	markdown := map[locale.Lang]string{locale.KK: "а", locale.RU: "б", locale.EN: "c"}
	for n := range raceTimes {
		id, before := fmt.Sprintf("v%d", n+2), fmt.Sprintf("v%d", n+1)
		p, err := agreement.Propose(id, markdown, actor("first"), "asked by letter", noon)
		if err != nil {
			t.Fatal(err)
		}
		if err := site.ProposeAgreement(t.Context(), p, a.entry(audit.AgreementProposed, "first", id)); err != nil {
			t.Fatal(err)
		}
		c := a.challenge()
		var wg sync.WaitGroup
		var accepted error
		approved := make([]error, 2)
		wg.Go(func() { _, _, _, accepted = a.acceptances.Accept(t.Context(), a.acceptance(aigul(t), before, c), c) })
		for i, by := range []string{"second", "third"} {
			e := a.entry(audit.AgreementApproved, by, id)
			wg.Go(func() {
				v, err := p.Publish(actor(by), noon, false)
				if err == nil {
					err = site.ApproveAgreement(t.Context(), p, v, e)
				}
				approved[i] = err
			})
		}
		wg.Wait()
		lost := approved[0]
		if lost == nil {
			lost = approved[1]
		}
		if accepted != nil || (approved[0] == nil) == (approved[1] == nil) || !errors.Is(lost, agreement.ErrNoProposal) {
			t.Fatalf("round %d: accepted %v, approved %v", n, accepted, approved)
		}
	}
	versions, err := site.FreshAgreements(t.Context(), noon)
	pending, err2 := site.Announcements(t.Context())
	left, err3 := site.AgreementProposals(t.Context())
	if err := errors.Join(err, err2, err3); err != nil || len(versions) != raceTimes || len(pending) != raceTimes || len(left) != 0 {
		t.Errorf("%d versions, %d announcements, %d proposals after %d rounds, %v", len(versions), len(pending), len(left), raceTimes, err)
	}
}
