package main

import (
	"strings"
	"testing"

	"github.com/courtoffice/courtoffice/functions"
	"github.com/courtoffice/courtoffice/shared/receipt"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// TestSigningKeys: a root signs for issue-keys alone, and what it certified is opened by who signs alone,
// each for its own purpose; no other key opens it.
func TestSigningKeys(t *testing.T) {
	for stage, s := range synthesised {
		root := s.data.named(t, "AWS::KMS::Key", "SigningRoot1")
		wantPolicy(t, stage, "root", root)
		if root.Properties["KeySpec"] != "ECC_NIST_P256" || root.Properties["KeyUsage"] != "SIGN_VERIFY" {
			t.Errorf("root: %s", text(root.Properties))
		}
		for _, key := range []struct {
			id, action string
			who        func(functions.Function) bool
		}{
			{"SigningRoot1", "kms:Sign", func(f functions.Function) bool { return f.Issues }},
			{"SigningKeys", "kms:Decrypt", func(f functions.Function) bool { return f.Signs != "" }},
		} {
			found := false
			for _, statement := range list(get(s.data.named(t, "AWS::KMS::Key", key.id).Properties, "KeyPolicy", "Statement")) {
				if get(statement, "Effect") != "Deny" || get(statement, "Action") != key.action {
					continue
				}
				found = true
				who := list(get(statement, "Condition", "ArnNotEquals", "aws:PrincipalArn"))
				for _, f := range functions.All {
					named := strings.Contains(text(who), ":role/courtoffice-"+stage+"-"+f.Name+"\"")
					if named != key.who(f) {
						t.Errorf("%s of %s: %s is let through: %t", key.action, key.id, f.Name, named)
					}
				}
				if get(statement, "Principal", "AWS") != "*" {
					t.Errorf("%s of %s is denied to %s", key.action, key.id, text(get(statement, "Principal")))
				}
			}
			if !found {
				t.Errorf("%s of %s is anyone's", key.action, key.id)
			}
		}
		for _, f := range functions.All {
			policy := s.office.named(t, "AWS::IAM::Policy", outputName(f.Name)+"RoleDefaultPolicy").Properties
			name := s.office.named(t, "AWS::IAM::Role", outputName(f.Name)+"Role").Properties["RoleName"]
			if fixed := f.Issues || f.Signs != ""; fixed != (name == "courtoffice-"+stage+"-"+f.Name) {
				t.Errorf("%s: role %v", f.Name, name)
			}
			got := map[string]string{} // action: condition
			for _, statement := range list(get(policy, "PolicyDocument", "Statement")) {
				if resource := text(get(statement, "Resource")); strings.Contains(resource, "SigningRoot") || strings.Contains(resource, "SigningKeys") {
					for _, action := range list(get(statement, "Action")) {
						got[action.(string)] = text(get(statement, "Condition"))
					}
				}
			}
			want := map[string]string{}
			if f.Issues {
				want = map[string]string{"kms:GetPublicKey": "null", "kms:Sign": "null", "kms:Encrypt": "null"}
			}
			if f.Signs != "" {
				want["kms:Decrypt"] = `{"StringEquals":{"kms:EncryptionContext:purpose":"` + f.Signs + `"}}`
			}
			if text(got) != text(want) {
				t.Errorf("%s: %s, want %s", f.Name, text(got), text(want))
			}
		}
	}
	purposes := ""
	for _, f := range functions.All {
		purposes += f.Signs
	}
	if purposes != string(receipt.ForReceipts)+string(receipt.ForWebhooks)+string(receipt.ForInterruptions) {
		t.Errorf("functions sign %q", purposes)
	}
}

// TestKeysAreOnlyAdded: who makes keys does so under their prefix, and nothing else in the table.
func TestKeysAreOnlyAdded(t *testing.T) {
	policy := synthesised["production"].office.named(t, "AWS::IAM::Policy", "IssueKeysRoleDefaultPolicy").Properties
	for _, statement := range list(get(policy, "PolicyDocument", "Statement")) {
		if !strings.Contains(text(get(statement, "Action")), "dynamodb:PutItem") {
			continue
		}
		if got := text(get(statement, "Condition")); got != `{"ForAllValues:StringLike":{"dynamodb:LeadingKeys":["`+schema.Keys+`*"]}}` {
			t.Errorf("puts under %s", got)
		}
		return
	}
	t.Error("it puts nothing")
}
