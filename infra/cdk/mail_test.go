package main

import (
	"slices"
	"strings"
	"testing"
)

// TestMailDomain: production sends from its domain, signed, with bounces of its own, and prints the
// records that prove it; a function may send from the one address.
func TestMailDomain(t *testing.T) {
	office := synthesised["production"].office
	identity := office.only(t, "AWS::SES::EmailIdentity")
	if identity["EmailIdentity"] != "court.test" || get(identity, "MailFromAttributes", "MailFromDomain") != "bounces.court.test" ||
		get(identity, "DkimSigningAttributes", "NextSigningKeyLength") != "RSA_2048_BIT" || get(identity, "ConfigurationSetAttributes", "ConfigurationSetName") == nil {
		t.Errorf("identity %s", text(identity))
	}
	if set := office.only(t, "AWS::SES::ConfigurationSet"); text(get(set, "SuppressionOptions", "SuppressedReasons")) != `["BOUNCE","COMPLAINT"]` || get(set, "ReputationOptions", "ReputationMetricsEnabled") != true {
		t.Errorf("set %s", text(set))
	}
	var records []string
	for name, o := range office.Outputs {
		if strings.HasPrefix(name, "MailRecord") {
			records = append(records, text(get(o, "Value")))
		}
	}
	if len(records) != 6 {
		t.Errorf("%d records, want three of DKIM and three of the domain", len(records))
	}
	for _, want := range []string{"bounces.court.test MX 10 feedback-smtp.eu-central-1.amazonses.com", "v=spf1 include:amazonses.com -all", "_dmarc.court.test TXT", "mailto:operators@court.test"} {
		if !slices.ContainsFunc(records, func(r string) bool { return strings.Contains(r, want) }) {
			t.Errorf("no record has %q: %v", want, records)
		}
	}
	for _, fn := range []string{"Notify", "Announce"} {
		policy := text(office.named(t, "AWS::IAM::Policy", fn+"RoleDefaultPolicy").Properties)
		if !strings.Contains(policy, `"ses:FromAddress":"office@court.test"`) {
			t.Errorf("%s may send from any address: %s", fn, policy)
		}
	}
	if trial := synthesised["test"].office.only(t, "AWS::SES::EmailIdentity"); trial["EmailIdentity"] != "office@court.test" {
		t.Errorf("a trial sends from %s", text(trial))
	}
}
