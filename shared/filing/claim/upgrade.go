package claim

import (
	"encoding/json"
	"fmt"

	"github.com/courtoffice/courtoffice/shared/filing/paper"
	"github.com/courtoffice/courtoffice/shared/form"
	"github.com/courtoffice/courtoffice/shared/locale"
	"github.com/courtoffice/courtoffice/shared/party"
)

// flat is the form of version 1.
type flat struct {
	Lang              locale.Lang     `json:"lang"`
	CourtCode         string          `json:"courtCode"`
	JurisdictionBasis string          `json:"jurisdictionBasis"` // an article: "29"
	Demands           []flatDemand    `json:"demands"`
	Breach            string          `json:"breach"`
	Circumstances     string          `json:"circumstances"`
	ClaimPriceTiyn    int64           `json:"claimPriceTiyn"`
	Defendants        []flatDefendant `json:"defendants"`
}

type flatDemand struct {
	Text       string `json:"text"`
	Nature     string `json:"nature"`
	AmountTiyn int64  `json:"amountTiyn"`
}

type flatDefendant struct {
	Type               string `json:"type"` // "natural" or "legal"
	FullName           string `json:"fullName"`
	IIN                string `json:"iin"`
	BIN                string `json:"bin"`
	Address            string `json:"address"`
	WhereaboutsUnknown bool   `json:"whereaboutsUnknown"`
	Email              string `json:"email"`
	Mobile             string `json:"mobile"`
}

// upgrade reads a draft of version 1, whose form was flat, into sections. Who the
// claimant is was not in it: the office fills that in from the certificate. A basis that named only
// article 30 or 31 is dropped, as these have many; a name that was one text becomes a surname.
func upgrade(version int, raw []byte) (form.Value, error) {
	if version != 1 {
		return nil, fmt.Errorf("claim: no form of version %d", version)
	}
	var old flat
	if err := json.Unmarshal(raw, &old); err != nil {
		return nil, fmt.Errorf("claim: version 1: %w", err)
	}
	c := Claim{
		Court: Court{Court: paper.Court{Lang: old.Lang, Code: old.CourtCode}},
		Circumstances: Circumstances{
			Breach: paper.Statement{Text: old.Breach}, Facts: paper.Statement{Text: old.Circumstances},
		},
		Price: Price{TotalTiyn: old.ClaimPriceTiyn},
	}
	for _, d := range old.Demands {
		c.Demands.Items = append(c.Demands.Items, Demand{Statement: paper.Statement{Text: d.Text}, Nature: d.Nature, AmountTiyn: d.AmountTiyn})
	}
	for i, d := range old.Defendants {
		c.Defendants.Parties = append(c.Defendants.Parties, defendant(i, d))
	}
	if len(c.Defendants.Parties) > 0 {
		c.Court.Basis = map[string]string{"29": general(c.Defendants.Parties[0]), "32": "32"}[old.JurisdictionBasis]
	}
	return current.Of(c)
}

func defendant(i int, d flatDefendant) party.Party {
	p := party.Party{
		ID: fmt.Sprintf("d%d", i+1), Type: d.Type, Address: party.Address{Text: d.Address}, WhereaboutsUnknown: d.WhereaboutsUnknown,
		Email: d.Email, Mobile: d.Mobile,
	}
	if p.IsPerson() {
		p.Surname, p.IIN = d.FullName, d.IIN
	} else {
		p.Name, p.BIN = d.FullName, d.BIN
	}
	return p
}

func general(p party.Party) string {
	if p.IsPerson() {
		return "29(1)"
	}
	return "29(2)"
}
