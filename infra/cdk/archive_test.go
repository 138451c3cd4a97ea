package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// wantRetention checks that what is in a bucket is locked by rule where schema says so, in production by
// a mode that nobody can lift, and that only uploads which no seal came to depend on expire.
func wantRetention(t *testing.T, stage string, bucket schema.Bucket, p map[string]any) {
	t.Helper()
	rule := get(p, "ObjectLockConfiguration", "Rule", "DefaultRetention")
	mode := map[string]string{"production": "COMPLIANCE", "test": "GOVERNANCE"}[stage]
	switch {
	case bucket.Retain == 0 && rule != nil:
		t.Errorf("%s %s: retains by rule %s", stage, bucket.Name, text(rule))
	case bucket.Retain > 0 && (get(rule, "Mode") != mode || get(rule, "Days") != bucket.Retain.Hours()/24):
		t.Errorf("%s %s: rule %s, want %s for %s", stage, bucket.Name, text(rule), mode, bucket.Retain)
	}
	var expiring []any
	for _, r := range list(get(p, "LifecycleConfiguration", "Rules")) {
		if get(r, "ExpirationInDays") != nil || get(r, "NoncurrentVersionExpiration") != nil && bucket.Lock {
			expiring = append(expiring, get(r, "TagFilters"), get(r, "ExpirationInDays"), get(r, "Status"))
		}
	}
	var want []any
	if bucket.Uploads {
		want = []any{[]any{map[string]any{"Key": schema.Unsealed, "Value": schema.UnsealedValue}}, float64(schema.UnsealedDays), "Enabled"}
	}
	if diff := cmp.Diff(want, expiring); diff != "" {
		t.Errorf("%s %s: what expires (-want +got):\n%s", stage, bucket.Name, diff)
	}
}

// TestUnsealedOutlivesDrafts: an upload goes only after every draft that may name it has gone.
func TestUnsealedOutlivesDrafts(t *testing.T) {
	if schema.UnsealedDays <= 365 {
		t.Errorf("an unsealed upload lives %d days, a draft 365", schema.UnsealedDays)
	}
}

// TestReplication: each bucket that is kept apart is copied, deletions aside, to a locked bucket that
// another account owns in another region, and to nothing else.
func TestReplication(t *testing.T) {
	s := synthesised["production"]
	const bucket, key = "courtoffice-production-archive-222222222222-eu-north-1", "arn:aws:kms:eu-north-1:222222222222:alias/courtoffice-production-archive"
	for _, b := range schema.Buckets {
		got := get(s.data.named(t, "AWS::S3::Bucket", outputName(b.Env)).Properties, "ReplicationConfiguration", "Rules")
		if !b.Apart {
			if got != nil {
				t.Errorf("%s is copied: %s", b.Name, text(got))
			}
			continue
		}
		quarter := map[string]any{"Minutes": 15.0}
		if diff := cmp.Diff([]any{map[string]any{
			"Id": "archive", "Status": "Enabled", "Priority": 0.0, "Filter": map[string]any{"Prefix": ""},
			"DeleteMarkerReplication": map[string]any{"Status": "Disabled"},
			"SourceSelectionCriteria": map[string]any{"SseKmsEncryptedObjects": map[string]any{"Status": "Enabled"}},
			"Destination": map[string]any{
				"Bucket": "arn:aws:s3:::" + bucket, "Account": "222222222222", "AccessControlTranslation": map[string]any{"Owner": "Destination"},
				"EncryptionConfiguration": map[string]any{"ReplicaKmsKeyID": key},
				"ReplicationTime":         map[string]any{"Status": "Enabled", "Time": quarter},
				"Metrics":                 map[string]any{"Status": "Enabled", "EventThreshold": quarter},
			},
		}}, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", b.Name, diff)
		}
	}
	copies := s.archive.named(t, "AWS::S3::Bucket", "Evidence")
	if get(copies.Properties, "BucketName") != bucket || copies.DeletionPolicy != "Retain" || get(copies.Properties, "VersioningConfiguration", "Status") != "Enabled" {
		t.Errorf("the copies' bucket: %s", text(copies))
	}
	wantRetention(t, "production", schema.Bucket{Name: "archive", Lock: true, Retain: schema.Retention}, copies.Properties)
	for _, policy := range []string{text(s.archive.ofType("AWS::S3::BucketPolicy")), text(s.archive.ofType("AWS::KMS::Key"))} {
		if !strings.Contains(policy, `"aws:PrincipalArn":"arn:aws:iam::111111111111:role/courtoffice-production-replication"`) {
			t.Errorf("policy %s does not let the office's role copy, and no other", policy)
		}
	}
	if role := s.data.named(t, "AWS::IAM::Role", "ReplicationRole"); role.Properties["RoleName"] != "courtoffice-production-replication" {
		t.Errorf("role %v", role.Properties["RoleName"])
	}
	if n := len(synthesised["test"].data.ofType("AWS::Backup::BackupVault")) + len(synthesised["test"].archive.Resources); n != 0 {
		t.Errorf("%d resources of production in test", n)
	}
}

// TestBackups: every table is backed up each night to two locked vaults, one of them the archive's.
func TestBackups(t *testing.T) {
	s := synthesised["production"]
	for name, tmpl := range map[string]template{"courtoffice-production": s.data, "courtoffice-production-archive": s.archive} {
		vault := tmpl.named(t, "AWS::Backup::BackupVault", "Vault")
		if diff := cmp.Diff(map[string]any{"MinRetentionDays": 35.0, "ChangeableForDays": 3.0}, get(vault.Properties, "LockConfiguration")); diff != "" ||
			vault.Properties["BackupVaultName"] != name || vault.DeletionPolicy != "Retain" {
			t.Errorf("%s: %s", name, text(vault))
		}
	}
	rules := list(get(s.data.named(t, "AWS::Backup::BackupPlan", "Backups").Properties, "BackupPlan", "BackupPlanRule"))
	if len(rules) != 1 || get(rules[0], "ScheduleExpression") != "cron(30 21 * * ? *)" || get(rules[0], "Lifecycle", "DeleteAfterDays") != 35.0 ||
		!strings.Contains(text(get(rules[0], "CopyActions")), "arn:aws:backup:eu-north-1:222222222222:backup-vault:courtoffice-production-archive") {
		t.Errorf("rules %s", text(rules))
	}
	selected := list(get(s.data.ofType("AWS::Backup::BackupSelection")[0].Properties, "BackupSelection", "Resources"))
	if len(selected) != len(schema.Tables) {
		t.Errorf("backed up %s, want all tables", text(selected))
	}
}

// TestKeysCannotBeEnded: in production no key can be deleted or disabled by anyone, and who tries, or
// changes a key's policy first, is told of.
func TestKeysCannotBeEnded(t *testing.T) {
	s := synthesised["production"]
	keys := append(s.data.ofType("AWS::KMS::Key"), s.archive.ofType("AWS::KMS::Key")...)
	if len(keys) != 6 {
		t.Errorf("%d keys, want those of data, what is apart, secrets, signing keys, their root and the archive", len(keys))
	}
	for _, key := range keys {
		denied := ""
		for _, s := range list(get(key.Properties, "KeyPolicy", "Statement")) {
			if get(s, "Effect") == "Deny" {
				denied += text(s)
			}
		}
		for _, want := range []string{"kms:ScheduleKeyDeletion", "kms:DisableKey", `"Principal":{"AWS":"*"}`} {
			if !strings.Contains(denied, want) {
				t.Errorf("%v: denied %s, want %s", key.Properties["Description"], denied, want)
			}
		}
	}
	pattern := text(get(s.data.Resources["KeysThreatened"].Properties, "EventPattern"))
	for _, call := range []string{"ScheduleKeyDeletion", "DisableKey", "PutKeyPolicy"} {
		if !strings.Contains(pattern, call) {
			t.Errorf("%s is not watched: %s", call, pattern)
		}
	}
	alarm := s.data.named(t, "AWS::CloudWatch::Alarm", "AlarmKeysThreatened").Properties
	if alarm["MetricName"] != "TriggeredRules" || alarm["Threshold"] != 0.0 || !strings.Contains(text(alarm["Dimensions"]), "KeysThreatened") {
		t.Errorf("alarm %s", text(alarm))
	}
	if len(s.data.ofType("AWS::CloudTrail::Trail")) != 1 {
		t.Error("no trail: EventBridge is told nothing of calls to KMS")
	}
	for _, key := range synthesised["test"].data.ofType("AWS::KMS::Key") {
		if strings.Contains(text(key.Properties), "kms:ScheduleKeyDeletion\",\"kms:DisableKey\",\"kms:DeleteImportedKeyMaterial\"],\"Effect\":\"Deny\"") {
			t.Errorf("a key of a test stage can't go: %s", text(key.Properties))
		}
	}
}
