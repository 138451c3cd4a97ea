package claim

import (
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/filing/paper"
	"github.com/courtoffice/courtoffice/shared/form"
	"github.com/courtoffice/courtoffice/shared/party"
)

// Natures of a demand, as the rates of the duty tell them apart.
var Natures = []string{"property", "non_property", "moral", "honour", "divorce"}

// Measures of article 156, by the items of its part 1; others are possible by part 2.
var Measures = []string{
	"arrest", "forbid_defendant", "forbid_others", "suspend_sale", "suspend_act", "suspend_enforcement",
	"suspend_auction", "suspend_bailiff", "other",
}

// MaxDemands is the most demands a claim may have.
const MaxDemands = 50

var documentRef = []string{form.Document}

var (
	claimant = party.Role{
		Article: "CPC 148(2)2", FromCert: true, Numbers: form.Recommended, BirthDate: form.Recommended,
		Address: form.Recommended, Bank: form.Recommended,
	}
	sections = form.Keyed("claim", []form.Section{
		{Code: "court", Fields: append(paper.CourtRows("CPC 148(2)1"),
			form.Field{Path: "facts", Type: form.Codes, Codes: VenueFacts(), Article: "CPC 29-32"},
			form.Field{Path: "basis", Type: form.Code, Codes: Bases(), Need: form.Recommended, Article: "CPC 29-32"},
		)},
		paper.PartySection("claimant", claimant),
		paper.PartiesSection("coclaimants", party.Claimant, form.Optional),
		paper.RepresentativesSection(),
		paper.PartiesSection("defendants", party.Opposite, form.Required),
		{Code: "thirdParties", Fields: append(paper.PartiesSection("", party.Third, form.Optional).Fields,
			form.Field{Path: "parties[].demand", Type: form.Code, Codes: []string{"own", "none"}, Need: form.Recommended, Article: "CPC 51"},
			form.Field{Path: "parties[].side", Type: form.Code, Codes: []string{"claimant", "defendant"}, Article: "CPC 52", When: form.When("parties[].demand", "none")},
			form.Field{Path: "parties[].reason", Type: form.Prose, Max: paper.MaxShort, Need: form.Recommended, Article: "CPC 52"},
		)},
		{Code: "demands", Fields: append(append([]form.Field{
			{Path: "items", Type: form.List, Max: MaxDemands, Need: form.Required, Article: "CPC 148(2)4"}},
			paper.StatementRows("items[].", paper.MaxDemand, form.Required, "CPC 148(2)4")...),
			form.Field{Path: "items[].nature", Type: form.Code, Codes: Natures, Need: form.Recommended, Article: "CPC 148(2)4"},
			form.Field{Path: "items[].amountTiyn", Type: form.Amount, Need: form.Recommended, Article: "CPC 148(2)7", When: form.When("items[].nature", "property", "moral", "honour")},
			form.Field{Path: "items[].against[]", Type: form.Ref, Codes: []string{"party"}, Max: paper.MaxParties, Article: "CPC 148(2)4"},
		)},
		{Code: "circumstances", Fields: append(
			paper.StatementRows("breach.", paper.MaxText, form.Required, "CPC 148(2)4"),
			paper.StatementRows("facts.", paper.MaxLong, form.Required, "CPC 148(2)5")...,
		)},
		paper.EvidenceSection(form.Recommended, "CPC 148(2)5"),
		{Code: "pretrial", Fields: []form.Field{
			{Path: "required", Type: form.Code, Codes: []string{"law", "contract", "none"}, Need: form.Recommended, Article: "CPC 148(2)6"},
			{Path: "rule", Type: form.Text, Max: paper.MaxShort, Need: form.Recommended, Article: "CPC 148(2)6", When: form.When("required", "law", "contract")},
			{Path: "steps", Type: form.List, Max: 20, Need: form.Recommended, Article: "CPC 148(2)6", When: form.When("required", "law", "contract")},
			{Path: "steps[].on", Type: form.Date, Need: form.Recommended, Article: "CPC 148(2)6"},
			{Path: "steps[].what", Type: form.Prose, Max: paper.MaxLine, Need: form.Recommended, Article: "CPC 148(2)6"},
			{Path: "steps[].answer", Type: form.Prose, Max: paper.MaxLine},
			{Path: "steps[].document", Type: form.Ref, Codes: documentRef, Need: form.Recommended, Article: "CPC 149(1)5"},
		}},
		{Code: "conciliation", Fields: []form.Field{
			{Path: "steps", Type: form.List, Max: 20, Article: "CPC 148(2)6-1"},
			{Path: "steps[].procedure", Type: form.Code, Codes: []string{"negotiation", "mediation", "participative"}, Need: form.Recommended, Article: "CPC 148(2)6-1"},
			{Path: "steps[].on", Type: form.Date, Article: "CPC 148(2)6-1"},
			{Path: "steps[].outcome", Type: form.Prose, Max: paper.MaxLine, Need: form.Recommended, Article: "CPC 148(2)6-1"},
			{Path: "steps[].document", Type: form.Ref, Codes: documentRef, Need: form.Recommended, Article: "CPC 149(1)5-1"},
		}},
		{Code: "price", Fields: priceRows},
		paper.DutySection(),
		{Code: "interim", Fields: []form.Field{
			{Path: "measures", Type: form.List, Max: 20, Article: "CPC 155"},
			{Path: "measures[].measure", Type: form.Code, Codes: Measures, Need: form.Recommended, Article: "CPC 156(1)"},
			{Path: "measures[].what", Type: form.Prose, Max: paper.MaxDemand, Need: form.Recommended, Article: "CPC 156(1)"},
			{Path: "measures[].against[]", Type: form.Ref, Codes: []string{"party"}, Max: paper.MaxParties, Article: "CPC 156(1)"},
			{Path: "measures[].amountTiyn", Type: form.Amount, Article: "CPC 156", When: form.When("measures[].measure", "arrest")},
			{Path: "measures[].reason", Type: form.Prose, Max: paper.MaxDemand, Need: form.Recommended, Article: "CPC 155"},
		}},
		{Code: "interest", Fields: []form.Field{
			{Path: "body", Type: form.Code, Codes: []string{"prosecutor", "state_body", "organisation"}, Article: "CPC 148(3)"},
			{Path: "reason", Type: form.Prose, Max: paper.MaxDemand, Need: form.Recommended, Article: "CPC 148(3)", When: form.When("body")},
			{Path: "incapable", Type: form.Flag, Article: "CPC 148(3)", When: form.When("body", "prosecutor")},
			{Path: "consent", Type: form.Ref, Codes: documentRef, Article: "CPC 148(3)", Need: form.Recommended, When: form.When("body", "prosecutor"), Instead: []string{"incapable"}},
		}},
	})
)

// documents are the attachments of article 149(1), of which electronic copies go with an electronic
// claim (149(2)); copies by the number of parties (149(1)1) are for paper and never asked for.
var documents = paper.Slots("CPC 149(1)4",
	paper.DutySlot(),
	filing.Slot{Role: "duty_deferral_motion", Article: "CPC 149(1)2"},
	filing.Slot{Role: "exemption_proof", Need: form.Recommended, Article: "TAX 668", When: form.When("duty.exemption")},
	filing.Slot{Role: "pretrial_proof", Need: form.Recommended, Article: "CPC 149(1)5", When: form.When("pretrial.required", "law", "contract")},
	filing.Slot{Role: "conciliation_proof", Need: form.Recommended, Article: "CPC 149(1)5-1", When: form.When("conciliation.steps")},
	filing.Slot{Role: "charter", Need: form.Recommended, Article: "CPC 149(1)7", When: form.When("claimant.type", party.Legal, party.ForeignLegal)},
	filing.Slot{Role: "registration_certificate", Need: form.Recommended, Article: "CPC 149(1)7", When: form.When("claimant.type", party.Legal, party.ForeignLegal)},
	filing.Slot{Role: "charter", Need: form.Recommended, Article: "CPC 149(1)7", When: form.When("coclaimants.parties[].type", party.Legal, party.ForeignLegal)},
	filing.Slot{Role: "registration_certificate", Need: form.Recommended, Article: "CPC 149(1)7", When: form.When("coclaimants.parties[].type", party.Legal, party.ForeignLegal)},
	filing.Slot{Role: "calculation", Article: "CPC 148(2)7"},
	filing.Slot{Role: "jurisdiction_agreement", Need: form.Recommended, Article: "CPC 32", When: form.When("court.basis", "32")},
	filing.Slot{Role: "consent", Article: "CPC 148(3)"},
)
