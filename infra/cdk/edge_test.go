package main

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/courtoffice/courtoffice/functions"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// only returns the one resource of a type.
func (tm template) only(t *testing.T, typ string) map[string]any {
	t.Helper()
	all := tm.ofType(typ)
	if len(all) != 1 {
		t.Fatalf("%d resources %s, want 1", len(all), typ)
	}
	return all[0].Properties
}

// TestNoEdgeWithoutCertificate: the stage of tests has the API open and no edge.
func TestNoEdgeWithoutCertificate(t *testing.T) {
	s := synthesised["test"]
	if len(s.edge.Resources) != 0 || len(s.office.ofType("AWS::ApiGatewayV2::DomainName")) != 0 {
		t.Errorf("edge %v", s.edge.Resources)
	}
	if s.office.only(t, "AWS::ApiGatewayV2::Api")["DisableExecuteApiEndpoint"] != false {
		t.Error("the API's own address is closed")
	}
	for _, f := range functions.All {
		if len(f.Routes) == 0 {
			continue
		}
		variables := s.office.named(t, "AWS::Lambda::Function", outputName(f.Name)).Properties["Environment"]
		if got := get(variables, "Variables", functions.EnvOriginKeys); got != "open" {
			t.Errorf("%s: %v", f.Name, got)
		}
	}
}

// TestOnlyWayIn: in production the API answers at the address that CloudFront knows, and every function
// with routes takes the key CloudFront shows and the one before it.
func TestOnlyWayIn(t *testing.T) {
	s := synthesised["production"]
	if s.office.only(t, "AWS::ApiGatewayV2::Api")["DisableExecuteApiEndpoint"] != true {
		t.Error("the API's own address is open")
	}
	domain := s.office.only(t, "AWS::ApiGatewayV2::DomainName")
	if domain["DomainName"] != "api.court.test" || !strings.Contains(text(domain), "TLS_1_2") {
		t.Errorf("domain %s", text(domain))
	}
	if mapping := s.office.only(t, "AWS::ApiGatewayV2::ApiMapping"); mapping["Stage"] != "$default" {
		t.Errorf("mapping %s", text(mapping))
	}
	for _, f := range functions.All {
		variables := s.office.named(t, "AWS::Lambda::Function", outputName(f.Name)).Properties["Environment"]
		got := text(get(variables, "Variables", functions.EnvOriginKeys))
		if len(f.Routes) == 0 {
			if got != "null" {
				t.Errorf("%s has no routes and knows %s", f.Name, got)
			}
			continue
		}
		if strings.Count(got, "{{resolve:secretsmanager:") != 2 {
			t.Errorf("%s takes %s, want two secrets", f.Name, got)
		}
	}
	var names []string
	for _, r := range s.data.ofType("AWS::SecretsManager::Secret") {
		if name, named := r.Properties["Name"].(string); named {
			names = append(names, name)
			if region := get(list(r.Properties["ReplicaRegions"])[0], "Region"); region != edgeRegion || r.DeletionPolicy != "Delete" {
				t.Errorf("%s: a copy in %v, %s when it is replaced", name, region, r.DeletionPolicy)
			}
		}
	}
	if diff := cmp.Diff([]string{"courtoffice-production-origin-6", "courtoffice-production-origin-7"}, sorted(names)); diff != "" {
		t.Errorf("keys (-want +got):\n%s", diff)
	}
}

// TestDistribution holds the behaviours against functions.EdgeRoutes.
func TestDistribution(t *testing.T) {
	edge := synthesised["production"].edge
	config := get(edge.only(t, "AWS::CloudFront::Distribution"), "DistributionConfig")
	if diff := cmp.Diff([]any{"court.test"}, get(config, "Aliases")); diff != "" {
		t.Errorf("aliases (-want +got):\n%s", diff)
	}
	if got := text(get(config, "ViewerCertificate")); !strings.Contains(got, "us-east-1") || !strings.Contains(got, "TLSv1.2_2021") {
		t.Errorf("certificate %s", got)
	}
	if get(config, "WebACLId") == nil {
		t.Error("no firewall")
	}
	behaviours := append(slices.Clone(list(get(config, "CacheBehaviors"))), get(config, "DefaultCacheBehavior"))
	if len(behaviours) != len(functions.EdgeRoutes) {
		t.Fatalf("%d behaviours, want %d", len(behaviours), len(functions.EdgeRoutes))
	}
	for i, row := range functions.EdgeRoutes {
		b := behaviours[i]
		if path := get(b, "PathPattern"); path != row.Path && (path != nil || row.Path != "*") {
			t.Errorf("behaviour %d: %v, want %s", i, path, row.Path)
		}
		target := map[functions.Origin]string{functions.FromAPI: "api", functions.FromAssets: assetsOrAPI, functions.FromPages: assetsOrAPI, functions.FromStatus: "status", functions.FromRecord: "record"}[row.Origin]
		if get(b, "TargetOriginId") != target {
			t.Errorf("%s leads to %v, want %s", row.Path, get(b, "TargetOriginId"), target)
		}
		if writes := slices.Contains(list(get(b, "AllowedMethods")), any("POST")); writes != row.Writes {
			t.Errorf("%s lets through %v", row.Path, get(b, "AllowedMethods"))
		}
		if disabled := get(b, "CachePolicyId") == cachingDisabled; disabled != (row.Longest == 0) || disabled != (get(b, "OriginRequestPolicyId") != nil) {
			t.Errorf("%s: %s", row.Path, text(b))
		}
		if get(b, "ResponseHeadersPolicyId") == nil || !slices.Contains([]string{"https-only", "redirect-to-https"}, get(b, "ViewerProtocolPolicy").(string)) {
			t.Errorf("%s: %s", row.Path, text(b))
		}
	}
	errors := list(get(config, "CustomErrorResponses"))
	for _, e := range errors {
		if get(e, "ErrorCachingMinTTL") != 0.0 {
			t.Errorf("an error is kept: %s", text(e))
		}
	}
	if len(errors) != 11 {
		t.Errorf("%d errors have no rule of ours", 11-len(errors))
	}
}

// TestOrigins: the API is shown the key and the host people asked; the buckets are this account's, read
// by CloudFront alone; only pages and assets fall back to the API.
func TestOrigins(t *testing.T) {
	s := synthesised["production"]
	config := get(s.edge.only(t, "AWS::CloudFront::Distribution"), "DistributionConfig")
	origins := map[string]any{}
	for _, o := range list(get(config, "Origins")) {
		origins[get(o, "Id").(string)] = o
	}
	headers := map[string]any{}
	for _, h := range list(get(origins["api"], "OriginCustomHeaders")) {
		headers[get(h, "HeaderName").(string)] = get(h, "HeaderValue")
	}
	if diff := cmp.Diff(map[string]any{
		functions.OriginKeyHeader: "{{resolve:secretsmanager:courtoffice-production-origin-7:SecretString}}", functions.HostHeader: "court.test",
	}, headers); diff != "" {
		t.Errorf("what the API is shown (-want +got):\n%s", diff)
	}
	if get(origins["api"], "DomainName") != "api.court.test" || get(origins["api"], "CustomOriginConfig", "OriginProtocolPolicy") != "https-only" {
		t.Errorf("api: %s", text(origins["api"]))
	}
	for id, b := range map[string]schema.Bucket{"assets": schema.Assets, "status": schema.Status} {
		name := s.data.named(t, "AWS::S3::Bucket", outputName(b.Env)).Properties["BucketName"]
		if get(origins[id], "DomainName") != name.(string)+".s3.eu-central-1.amazonaws.com" || get(origins[id], "OriginAccessControlId") == nil {
			t.Errorf("%s: %s, bucket %v", id, text(origins[id]), name)
		}
		policy := text(s.data.named(t, "AWS::S3::BucketPolicy", outputName(b.Env)+"Policy").Properties)
		if !strings.Contains(policy, `"cloudfront.amazonaws.com"`) || !strings.Contains(policy, "arn:aws:cloudfront::111111111111:distribution/*") {
			t.Errorf("%s: %s", id, policy)
		}
	}
	for _, b := range []schema.Bucket{schema.Documents, schema.Evidence, schema.Trust} {
		if policy := text(s.data.named(t, "AWS::S3::BucketPolicy", outputName(b.Env)+"Policy").Properties); strings.Contains(policy, "cloudfront") {
			t.Errorf("%s is shown to the edge: %s", b.Name, policy)
		}
	}
	groups := list(get(config, "OriginGroups", "Items"))
	if codes := get(groups[0], "FailoverCriteria", "StatusCodes", "Items"); !sameJSON(text(codes), `[403,404,500,502,503,504]`) {
		t.Errorf("what is not given is asked for on %s", text(codes))
	}
	if len(groups) != 1 || !sameJSON(text(get(groups[0], "Members", "Items")), `[{"OriginId":"assets"},{"OriginId":"api"}]`) {
		t.Errorf("groups %s", text(groups))
	}
}

// TestWhatIsKept: a cache policy hands on and tells apart no more than its row says.
func TestWhatIsKept(t *testing.T) {
	edge := synthesised["production"].edge
	named := map[string]functions.Caching{}
	for _, row := range functions.EdgeRoutes {
		if row.Longest > 0 {
			named["courtoffice-production-"+row.Name] = row.Caching
		}
	}
	policies := edge.ofType("AWS::CloudFront::CachePolicy")
	if len(policies) != len(named) {
		t.Errorf("%d policies, want %d", len(policies), len(named))
	}
	for _, p := range policies {
		c := get(p.Properties, "CachePolicyConfig")
		row := named[get(c, "Name").(string)]
		if get(c, "MinTTL") != 0.0 || get(c, "DefaultTTL") != 0.0 || get(c, "MaxTTL") != row.Longest.Seconds() {
			t.Errorf("%s is kept %s", row.Name, text(c))
		}
		for what, want := range map[string][]string{"Cookies": row.Cookies, "QueryStrings": row.Queries, "Headers": row.Headers} {
			key := get(c, "ParametersInCacheKeyAndForwardedToOrigin", what+"Config")
			got := get(key, what)
			if behaviour := get(key, strings.TrimSuffix(what, "s")+"Behavior"); (behaviour == "none") != (want == nil) || want != nil && text(got) != text(want) {
				t.Errorf("%s: %s %s, want %v", row.Name, what, text(key), want)
			}
		}
	}
	handed := get(edge.only(t, "AWS::CloudFront::OriginRequestPolicy"), "OriginRequestPolicyConfig", "HeadersConfig")
	if text(get(handed, "Headers")) != text(functions.EdgeHeaders) {
		t.Errorf("the API is given %s", text(handed))
	}
}

// TestAnswersOfBuckets holds the headers against functions.EdgeSays and functions.PagesSay; those of pages
// give way to what a function says of its own.
func TestAnswersOfBuckets(t *testing.T) {
	edge := synthesised["production"].edge
	named := map[string]string{} // logical ids, by name
	for id, p := range edge.Resources {
		if p.Type != "AWS::CloudFront::ResponseHeadersPolicy" {
			continue
		}
		said := functions.EdgeSays
		config := get(p.Properties, "ResponseHeadersPolicyConfig")
		if hsts := get(config, "SecurityHeadersConfig", "StrictTransportSecurity"); get(hsts, "AccessControlMaxAgeSec") != 63_072_000.0 || get(hsts, "IncludeSubdomains") != true {
			t.Errorf("HSTS %s", text(hsts))
		}
		name := strings.TrimPrefix(get(config, "Name").(string), "courtoffice-production-")
		named[name] = id
		switch name {
		case "apisays":
			continue
		case "pagessay":
			said = functions.PagesSay()
		}
		overrides := name != "pagessay"
		security := get(config, "SecurityHeadersConfig")
		csp, referrer := get(security, "ContentSecurityPolicy"), get(security, "ReferrerPolicy")
		if get(csp, "ContentSecurityPolicy") != said["Content-Security-Policy"] || get(csp, "Override") != overrides ||
			get(referrer, "ReferrerPolicy") != said["Referrer-Policy"] || get(security, "ContentTypeOptions") == nil {
			t.Errorf("%s: %s", name, text(security))
		}
		custom := list(get(config, "CustomHeadersConfig", "Items"))
		for _, c := range custom {
			if header := get(c, "Header").(string); get(c, "Value") != said[header] || get(c, "Override") != overrides {
				t.Errorf("%s: %s", name, text(c))
			}
		}
		if 4+len(custom) != len(said) {
			t.Errorf("%s: %s, want %v", name, text(config), said)
		}
	}
	config := get(edge.only(t, "AWS::CloudFront::Distribution"), "DistributionConfig")
	for i, b := range list(get(config, "CacheBehaviors")) {
		want := map[functions.Origin]string{functions.FromAPI: "apisays", functions.FromPages: "pagessay"}[functions.EdgeRoutes[i].Origin]
		if want == "" {
			want = "bucketssay"
		}
		if got := text(get(b, "ResponseHeadersPolicyId")); !strings.Contains(got, named[want]) {
			t.Errorf("%v says %s, want %s", get(b, "PathPattern"), got, want)
		}
	}
}

// TestFirewall: rules count before they block, and none looks at what seals.
func TestFirewall(t *testing.T) {
	edge := synthesised["production"].edge
	acl := edge.only(t, "AWS::WAFv2::WebACL")
	rules := list(acl["Rules"])
	if acl["Scope"] != "CLOUDFRONT" || len(rules) != len(functions.ManagedRules)+len(functions.Rates) {
		t.Errorf("firewall %s", text(acl))
	}
	const notASeal = `{"NotStatement":{"Statement":{"RegexMatchStatement":{`
	for i, r := range rules {
		if get(r, "Priority") != float64(i) {
			t.Errorf("priority %v at %d", get(r, "Priority"), i)
		}
		scope := get(r, "Statement", "ManagedRuleGroupStatement", "ScopeDownStatement")
		action := get(r, "OverrideAction")
		if rate := get(r, "Statement", "RateBasedStatement"); rate != nil {
			scope, action = get(rate, "ScopeDownStatement"), get(r, "Action")
			row := functions.Rates[i-len(functions.ManagedRules)]
			if get(rate, "Limit") != float64(row.Limit) || get(rate, "EvaluationWindowSec") != 300.0 || get(rate, "AggregateKeyType") != "IP" {
				t.Errorf("%s: %s", row.Name, text(rate))
			}
			if row.Begin != nil {
				for _, begin := range row.Begin {
					if !strings.Contains(text(scope), `"`+begin+`"`) {
						t.Errorf("%s: %s", row.Name, text(scope))
					}
				}
				scope = nil
			}
		}
		if scope != nil && !strings.HasPrefix(text(scope), notASeal) {
			t.Errorf("%v looks at seals: %s", get(r, "Name"), text(scope))
		}
		if text(action) != `{"Count":{}}` {
			t.Errorf("%v does %s at first", get(r, "Name"), text(action))
		}
	}
	if body := get(acl, "CustomResponseBodies", "throttled", "Content"); !strings.Contains(text(body), "problems/throttled") || len(text(body)) > 4096 {
		t.Errorf("what a blocked reader is told: %s", text(body))
	}
	log := edge.only(t, "AWS::WAFv2::LoggingConfiguration")
	if got := text(log["RedactedFields"]); !strings.Contains(got, "UriPath") || !strings.Contains(got, "QueryString") || !strings.Contains(got, "cookie") {
		t.Errorf("the firewall logs all but %s", got)
	}
}

// TestEdgeLog: neither the reader's address nor the path or the query is logged, and logs are forgotten.
func TestEdgeLog(t *testing.T) {
	edge := synthesised["production"].edge
	fields := list(edge.only(t, "AWS::Logs::Delivery")["RecordFields"])
	for _, field := range fields {
		if name := field.(string); strings.HasPrefix(name, "c-") || strings.HasPrefix(name, "cs-uri") || strings.Contains(name, "(") {
			t.Errorf("%s is logged", name)
		}
	}
	if len(fields) < 10 {
		t.Errorf("logged are %v", fields)
	}
	for _, g := range edge.ofType("AWS::Logs::LogGroup") {
		if g.Properties["RetentionInDays"] == nil {
			t.Errorf("%s is kept for ever", text(g.Properties))
		}
	}
}
