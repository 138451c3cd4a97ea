package main

import (
	"context"
	"fmt"
	"io"
	"net/mail"
	"net/url"
	"strings"

	"github.com/courtoffice/courtoffice/functions"
)

const edgeRegion = "us-east-1" // of CloudFront's certificates and firewalls

// check is one thing a deployment needs. look returns what is missing and what to do, "" for nothing.
type check struct {
	name  string
	needs func(a *account) bool // nil for every deployment
	look  func(ctx context.Context, a *account) (missing string, err error)
}

func production(a *account) bool { return a.values["stage"] == "production" }

func edge(a *account) bool { return a.values["certificate"] != "" || production(a) }

var checks = []check{
	{"credentials", nil, credentials},
	{"cdk bootstrap", nil, bootstrapped("")},
	{"cdk bootstrap of the edge", edge, bootstrapped(edgeRegion)},
	{"cdk bootstrap of the probe", func(a *account) bool { return a.values["probeRegion"] != "" }, func(ctx context.Context, a *account) (string, error) {
		return bootstrapped(a.values["probeRegion"])(ctx, a)
	}},
	{"certificate of the portal", edge, certificate("certificate", edgeRegion, func(a *account) string {
		u, _ := url.Parse(a.values["portalUrl"]) // cdk refuses one that is none
		return u.Hostname()
	})},
	{"certificate of the API", edge, certificate("apiCertificate", "", func(a *account) string { return a.values["apiDomain"] })},
	{"mail: out of the sandbox", production, mailAccount},
	{"mail: identity verified", production, mailIdentity},
	{"text messages: sender id", production, sender},
	{"service role of API Gateway", edge, serviceRole("AWSServiceRoleForAPIGateway", "ops.apigateway.amazonaws.com")},
	{"quota " + functions.QuotaConcurrency.Name, production, quota(functions.QuotaConcurrency, "lambda", "Concurrent executions")},
	{"quota " + functions.QuotaRequests.Name, production, quota(functions.QuotaRequests, "apigateway", "Throttle rate")},
	{"quota " + functions.QuotaWrites.Name, production, quota(functions.QuotaWrites, "dynamodb", "Table-level write throughput limit")},
	{"quota " + functions.QuotaReads.Name, production, quota(functions.QuotaReads, "dynamodb", "Table-level read throughput limit")},
	{"quota " + functions.QuotaMail.Name, production, quota(functions.QuotaMail, "ses", "Sending rate")},
}

// look does every check that the deployment needs, writes a line of each and returns how many lack
// something.
func (a *account) look(ctx context.Context, out io.Writer) (missing int) {
	for _, c := range checks {
		if c.needs != nil && !c.needs(a) {
			continue
		}
		lacks, err := c.look(ctx, a)
		if err != nil {
			lacks = err.Error()
		}
		if lacks == "" {
			fmt.Fprintf(out, "ok       %s\n", c.name)
			continue
		}
		missing++
		fmt.Fprintf(out, "missing  %s: %s\n", c.name, lacks)
	}
	return missing
}

func credentials(ctx context.Context, a *account) (string, error) {
	var out struct {
		GetCallerIdentityResponse struct {
			GetCallerIdentityResult struct{ Account string }
		}
	}
	status, err := a.ask(ctx, question{service: "sts", path: "/?Action=GetCallerIdentity&Version=2011-06-15"}, &out)
	got, want := out.GetCallerIdentityResponse.GetCallerIdentityResult.Account, a.values["account"]
	switch {
	case err != nil:
		return "", err
	case status != 200:
		return fmt.Sprintf("AWS answers %d: set AWS_PROFILE or the access keys", status), nil
	case want != "" && got != want:
		return fmt.Sprintf("they are of account %s, the context names %s", got, want), nil
	}
	return "", nil
}

func bootstrapped(region string) func(context.Context, *account) (string, error) {
	return func(ctx context.Context, a *account) (string, error) {
		status, err := a.ask(ctx, question{
			service: "ssm", region: region, target: "AmazonSSM.GetParameter", in: map[string]string{"Name": "/cdk-bootstrap/hnb659fds/version"},
		}, nil)
		if err != nil || status == 200 {
			return "", err
		}
		if region == "" {
			region = a.values["region"]
		}
		return fmt.Sprintf("run cdk bootstrap aws://%s/%s", a.values["account"], region), nil
	}
}

// certificate looks for the one of a context value, issued and for the host it must be for.
func certificate(value, region string, host func(*account) string) func(context.Context, *account) (string, error) {
	return func(ctx context.Context, a *account) (string, error) {
		if a.values[value] == "" {
			return fmt.Sprintf("request one for %s of Certificate Manager and name it: -c %s=ARN", host(a), value), nil
		}
		var out struct {
			Certificate struct {
				Status                  string
				SubjectAlternativeNames []string
			}
		}
		status, err := a.ask(ctx, question{
			service: "acm", region: region, target: "CertificateManager.DescribeCertificate", in: map[string]string{"CertificateArn": a.values[value]},
		}, &out)
		switch {
		case err != nil:
			return "", err
		case status != 200:
			return fmt.Sprintf("there is no %s", a.values[value]), nil
		case out.Certificate.Status != "ISSUED":
			return fmt.Sprintf("it is %s: set the DNS record that Certificate Manager shows", out.Certificate.Status), nil
		}
		_, parent, _ := strings.Cut(host(a), ".")
		for _, name := range out.Certificate.SubjectAlternativeNames {
			if name == host(a) || name == "*."+parent {
				return "", nil
			}
		}
		return fmt.Sprintf("it is for %s, not for %s", strings.Join(out.Certificate.SubjectAlternativeNames, ", "), host(a)), nil
	}
}

func mailAccount(ctx context.Context, a *account) (string, error) {
	var out struct{ ProductionAccessEnabled, SendingEnabled bool }
	status, err := a.ask(ctx, question{service: "email", signed: "ses", path: "/v2/email/account"}, &out)
	switch {
	case err != nil:
		return "", err
	case status != 200 || !out.ProductionAccessEnabled:
		return "request production access of SES: in the sandbox it writes to verified addresses only", nil
	case !out.SendingEnabled:
		return "SES has stopped sending for this account: see its reputation", nil
	}
	return "", nil
}

func mailIdentity(ctx context.Context, a *account) (string, error) {
	from, err := mail.ParseAddress(a.values["mailFrom"])
	if err != nil {
		return "context mailFrom is no address", nil
	}
	_, domain, _ := strings.Cut(from.Address, "@")
	waits := ""
	for _, identity := range []string{domain, from.Address} {
		var out struct{ VerifiedForSendingStatus bool }
		status, err := a.ask(ctx, question{service: "email", signed: "ses", path: "/v2/email/identities/" + url.PathEscape(identity)}, &out)
		switch {
		case err != nil:
			return "", err
		case status == 200 && out.VerifiedForSendingStatus:
			return "", nil
		case status == 200:
			waits = identity + " is not verified: do what SES asks for"
		}
	}
	return waits, nil // the first deployment makes the identity
}

func sender(ctx context.Context, a *account) (string, error) {
	var out struct{ SenderIds []struct{ SenderId string } }
	_, err := a.ask(ctx, question{
		service: "sms-voice", target: "PinpointSMSVoiceV2.DescribeSenderIds",
		in: map[string]any{"SenderIds": []map[string]string{{"SenderId": a.values["smsSender"], "IsoCountryCode": "KZ"}}},
	}, &out)
	if err != nil || len(out.SenderIds) > 0 {
		return "", err
	}
	return fmt.Sprintf("request the sender id %s for Kazakhstan of AWS End User Messaging", a.values["smsSender"]), nil
}

func serviceRole(role, service string) func(context.Context, *account) (string, error) {
	return func(ctx context.Context, a *account) (string, error) {
		status, err := a.ask(ctx, question{service: "iam", path: "/?Action=GetRole&Version=2010-05-08&RoleName=" + role}, nil)
		if err != nil || status == 200 {
			return "", err
		}
		return "run aws iam create-service-linked-role --aws-service-name " + service, nil
	}
}

// quota looks for what AWS grants under a name, and compares it with what a deadline night needs.
func quota(q functions.Quota, service, name string) func(context.Context, *account) (string, error) {
	return func(ctx context.Context, a *account) (string, error) {
		in := map[string]any{"ServiceCode": service, "MaxResults": 100}
		for {
			var out struct {
				NextToken string
				Quotas    []struct {
					QuotaName, QuotaCode string
					Value                float64
				}
			}
			status, err := a.ask(ctx, question{service: "servicequotas", target: "ServiceQuotasV20190624.ListServiceQuotas", in: in}, &out)
			if err != nil {
				return "", err
			}
			for _, got := range out.Quotas {
				if got.QuotaName != name {
					continue
				}
				if got.Value >= q.Request {
					return "", nil
				}
				return fmt.Sprintf("%.0f %s are granted, a deadline night needs %.0f: request quota %s of %s", got.Value, q.Unit, q.Request, got.QuotaCode, service), nil
			}
			if status != 200 || out.NextToken == "" {
				return fmt.Sprintf("AWS names no quota %q of %s: look at it by hand, %.0f %s are needed", name, service, q.Request, q.Unit), nil
			}
			in["NextToken"] = out.NextToken
		}
	}
}
