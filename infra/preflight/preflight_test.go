package main

import (
	"context"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/courtoffice/courtoffice/functions"
)

// granted is an account that has everything, by what is asked.
func granted() map[string]string {
	var quotas []map[string]any
	for _, q := range []struct {
		name  string
		value float64
	}{
		{"Concurrent executions", functions.QuotaConcurrency.Request}, {"Throttle rate", functions.QuotaRequests.Request},
		{"Table-level write throughput limit", functions.QuotaWrites.Request}, {"Table-level read throughput limit", functions.QuotaReads.Request},
		{"Sending rate", functions.QuotaMail.Request},
	} {
		quotas = append(quotas, map[string]any{"QuotaName": q.name, "QuotaCode": "L-1", "Value": q.value})
	}
	b, err := json.Marshal(map[string]any{"Quotas": quotas})
	if err != nil {
		panic(err)
	}
	return map[string]string{
		"GetCallerIdentity": `{"GetCallerIdentityResponse":{"GetCallerIdentityResult":{"Account":"111111111111"}}}`,
		"GetParameter":      `{}`, "GetRole": `{}`,
		"DescribeCertificate":             `{"Certificate":{"Status":"ISSUED","SubjectAlternativeNames":["*.court.test","court.test"]}}`,
		"/v2/email/account":               `{"ProductionAccessEnabled":true,"SendingEnabled":true}`,
		"/v2/email/identities/court.test": `{"VerifiedForSendingStatus":true}`,
		"DescribeSenderIds":               `{"SenderIds":[{"SenderId":"COURT"}]}`,
		"ListServiceQuotas":               string(b),
	}
}

// preflight looks at an account that answers so, and returns what it prints.
func preflight(t *testing.T, answers, change map[string]string) (string, int) {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.Contains(r.Header.Get("Authorization"), "Signature=") {
			t.Errorf("%s is not signed", r.URL)
		}
		asked := r.URL.Path
		if _, op, json := strings.Cut(r.Header.Get("X-Amz-Target"), "."); json {
			asked = op
		} else if op := r.URL.Query().Get("Action"); op != "" {
			asked = op
		}
		answer, ok := answers[asked]
		if !ok {
			w.WriteHeader(http.StatusBadRequest)
		}
		io.WriteString(w, answer)
	}))
	defer server.Close()
	a := &account{endpoint: server.URL, values: map[string]string{
		"stage": "production", "region": "eu-central-1", "probeRegion": "eu-west-1", "account": "111111111111", "portalUrl": "https://court.test", "apiDomain": "api.court.test",
		"certificate": "arn:c", "apiCertificate": "arn:a", "mailFrom": "Court <office@court.test>", "smsSender": "COURT",
	}, credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
		return aws.Credentials{AccessKeyID: "a", SecretAccessKey: "b"}, nil
	})}
	maps.Copy(a.values, change)
	var out strings.Builder
	missing := a.look(t.Context(), &out)
	return out.String(), missing
}

// TestPreflight takes one thing at a time from an account that has everything: it alone is missing, and
// what is printed says what to do.
func TestPreflight(t *testing.T) {
	if out, missing := preflight(t, granted(), nil); missing != 0 || strings.Count(out, "ok ") != len(checks) {
		t.Fatalf("of an account that has everything %d are missing:\n%s", missing, out)
	}
	for _, tt := range []struct {
		asked, answer string // "" refuses
		missing       int
		says          string
	}{
		{"GetCallerIdentity", `{"GetCallerIdentityResponse":{"GetCallerIdentityResult":{"Account":"222222222222"}}}`, 1, "of account 222222222222"},
		{"GetParameter", "", 3, "cdk bootstrap aws://111111111111/us-east-1"},
		{"GetParameter", "", 3, "cdk bootstrap aws://111111111111/eu-west-1"},
		{"DescribeCertificate", `{"Certificate":{"Status":"PENDING_VALIDATION"}}`, 2, "set the DNS record"},
		{"DescribeCertificate", `{"Certificate":{"Status":"ISSUED","SubjectAlternativeNames":["other.test"]}}`, 2, "not for api.court.test"},
		{"/v2/email/account", `{"SendingEnabled":true}`, 1, "production access"},
		{"/v2/email/identities/court.test", `{}`, 1, "court.test is not verified"},
		{"/v2/email/identities/court.test", "", 0, "ok       mail: identity verified"}, // not there yet
		{"DescribeSenderIds", `{}`, 1, "sender id COURT"},
		{"GetRole", "", 1, "create-service-linked-role"},
		{"ListServiceQuotas", `{"Quotas":[{"QuotaName":"Concurrent executions","QuotaCode":"L-B","Value":1000}]}`, 5, "1000 at once are granted, a deadline night needs 12000: request quota L-B of lambda"},
	} {
		answers := granted()
		delete(answers, tt.asked)
		if tt.answer != "" {
			answers[tt.asked] = tt.answer
		}
		if out, missing := preflight(t, answers, nil); missing != tt.missing || !strings.Contains(out, tt.says) {
			t.Errorf("%s answers %q: %d missing, want %d and %q:\n%s", tt.asked, tt.answer, missing, tt.missing, tt.says, out)
		}
	}
	if out, missing := preflight(t, granted(), map[string]string{"certificate": ""}); missing != 1 || !strings.Contains(out, "-c certificate=ARN") {
		t.Errorf("without a certificate: %d\n%s", missing, out)
	}
	trial := map[string]string{"GetCallerIdentity": granted()["GetCallerIdentity"], "GetParameter": "{}"}
	if out, missing := preflight(t, trial, map[string]string{"stage": "test", "certificate": "", "probeRegion": ""}); missing != 0 || strings.Count(out, "ok ") != 2 {
		t.Errorf("a trial needs no more: %d\n%s", missing, out)
	}
}

func TestValues(t *testing.T) {
	got, err := values("../../cdk.json", []string{"-c", "stage=production", "-c", "tspUrl=http://a/?b=c"})
	if err != nil || got["stage"] != "production" || got["tspUrl"] != "http://a/?b=c" || got["region"] == "" {
		t.Errorf("%v, %v", got, err)
	}
	for _, args := range [][]string{{"stage=production"}, {"-c"}, {"-c", "stage"}} {
		if _, err := values("../../cdk.json", args); err == nil {
			t.Errorf("%v is taken", args)
		}
	}
}
