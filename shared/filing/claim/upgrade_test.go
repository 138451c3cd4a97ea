package claim_test

import (
	"os"
	"testing"

	"github.com/courtoffice/courtoffice/shared/filing/claim"
	"github.com/courtoffice/courtoffice/shared/form"
)

// A draft of the first form loses nothing that it held.
func TestUpgrade(t *testing.T) {
	raw, err := os.ReadFile("../../../testdata/claims/money/claim.json")
	if err != nil {
		t.Fatal(err)
	}
	v, err := claim.Kind.Upgrade(1, raw)
	if err != nil {
		t.Fatal(err)
	}
	if list := form.Check(claim.Kind.Form, v, form.Draft); list != nil {
		t.Errorf("no draft: %v", list)
	}
	c, err := form.Bind[claim.Claim](v)
	if err != nil {
		t.Fatal(err)
	}
	d := c.Defendants.Parties[0]
	if c.Court.Code != "almaty-bostandyq" || c.Court.Lang != "kk" || c.Court.Basis != "29(2)" || c.Price.TotalTiyn != 500_000_000 ||
		len(c.Demands.Items) != 2 || c.Demands.Items[1].AmountTiyn != 50_000_000 || d.BIN != "120340001230" || d.Address.Text == "" ||
		c.Circumstances.Breach.Text == "" || c.Circumstances.Facts.Text == "" {
		t.Errorf("%+v", c)
	}
	if _, err := claim.Kind.Upgrade(3, raw); err == nil {
		t.Error("a version that never was")
	}
	if _, err := claim.Kind.Upgrade(1, []byte("{")); err == nil {
		t.Error("half a draft")
	}
}
