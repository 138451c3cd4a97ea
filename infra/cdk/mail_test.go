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

// TestReports: mail and text messages report to one topic, that only those two services of this account may
// publish to, and it fills the queue that notify reads, as it came.
func TestReports(t *testing.T) {
	s := synthesised["production"]
	destination := s.office.only(t, "AWS::SES::ConfigurationSetEventDestination")
	if got := text(get(destination, "EventDestination", "MatchingEventTypes")); got != `["send","delivery","deliveryDelay","bounce","complaint","reject"]` {
		t.Errorf("mail reports %s", got)
	}
	set := s.office.only(t, "AWS::SMSVOICE::ConfigurationSet")
	if got := text(set["EventDestinations"]); !strings.Contains(got, `"TEXT_ALL"`) {
		t.Errorf("text messages report %s", got)
	}
	for _, of := range []string{text(get(destination, "EventDestination", "SnsDestination")), text(set["EventDestinations"])} {
		if !strings.Contains(of, "Reports") {
			t.Errorf("a report goes to %s", of)
		}
	}
	subscription := map[string]any{}
	for _, r := range s.data.ofType("AWS::SNS::Subscription") {
		if r.Properties["Protocol"] == "sqs" {
			subscription = r.Properties
		}
	}
	if subscription["RawMessageDelivery"] != true || !strings.Contains(text(subscription["RedrivePolicy"]), "NotifyDeadLetters") {
		t.Errorf("subscription %s", text(subscription))
	}
	policy := text(s.data.named(t, "AWS::SNS::TopicPolicy", "DeliveryReportsPolicy").Properties)
	for _, service := range reporters {
		if !strings.Contains(policy, `"Service":"`+service+`"`) || strings.Count(policy, `"aws:SourceAccount"`) != len(reporters) {
			t.Errorf("%s may not publish, or anybody's may: %s", service, policy)
		}
	}
	notify := s.office.named(t, "AWS::Lambda::Function", "Notify").Properties
	if got := get(notify, "Environment", "Variables", "SMS_SET"); got != "courtoffice-production" || set["ConfigurationSetName"] != got {
		t.Errorf("notify sends by the set %v", got)
	}
	if len(synthesised["test"].data.ofType("AWS::SNS::Subscription")) > 1 || len(synthesised["test"].office.ofType("AWS::SMSVOICE::ConfigurationSet")) != 0 {
		t.Error("a trial has reports")
	}
}
