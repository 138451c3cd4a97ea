package main

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/courtoffice/courtoffice/functions"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// TestTrustBucket: one function writes what the others believe; nobody else may, and old versions go.
func TestTrustBucket(t *testing.T) {
	stack := synthesised["production"]
	p := stack.data.named(t, "AWS::S3::Bucket", outputName(schema.Trust.Env)).Properties
	if got := get(p, "VersioningConfiguration", "Status"); got != "Enabled" {
		t.Errorf("versions: %v", got)
	}
	if p["ObjectLockEnabled"] != nil || p["CorsConfiguration"] != nil {
		t.Errorf("the bucket of lists is open to browsers or locked: %s", text(p))
	}
	if rules := text(get(p, "LifecycleConfiguration")); !strings.Contains(rules, `"NoncurrentDays":90`) {
		t.Errorf("lifecycle %s", rules)
	}
	writers := []string{}
	for _, f := range functions.All {
		policy := stack.office.named(t, "AWS::IAM::Policy", outputName(f.Name)+"RoleDefaultPolicy").Properties
		for _, s := range get(policy, "PolicyDocument", "Statement").([]any) {
			if strings.Contains(text(get(s, "Resource")), outputName(schema.Trust.Env)) && slices.Contains(list(get(s, "Action")), any("s3:PutObject")) {
				writers = append(writers, f.Name)
			}
		}
	}
	if diff := cmp.Diff([]string{"revocation"}, writers); diff != "" {
		t.Errorf("writers (-want +got):\n%s", diff)
	}
	variables := get(stack.office.named(t, "AWS::Lambda::Function", outputName("revocation")).Properties, "Environment", "Variables")
	if got := get(variables, functions.EnvCRLURLs); got != "http://crl.test/full.crl http://crl.test/delta.crl" {
		t.Errorf("addresses %v", got)
	}
}
