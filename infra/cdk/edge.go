package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudfront"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssecretsmanager"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"github.com/courtoffice/courtoffice/functions"
	"github.com/courtoffice/courtoffice/shared/locale"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// The stack "edge" is in the one region where CloudFront takes certificates, firewalls and logs from.
// Nothing can refer from one region to another without a function of CDK's own, so it knows the others'
// buckets, secrets and domain by their names.
const edgeRegion = "us-east-1"

// Edge is what stands before the office: none without a certificate.
type Edge struct {
	Certificate    string // "certificate": ARN in us-east-1 of the certificate of portalUrl's host
	APIDomain      string // "apiDomain": host of the API behind CloudFront, of nobody's concern else
	APICertificate string // "apiCertificate": ARN in the office's region of the certificate of APIDomain
	OriginKey      string // "originKey": number of the key CloudFront shows to the API; one more at each change
	Firewall       string // "firewall": "count" lets pass what its rules find, "block" doesn't
}

// On reports whether there is an edge.
func (e Edge) On() bool { return e.Certificate != "" }

func (e Edge) check(c Config) error {
	if !e.On() {
		if c.Production() {
			return fmt.Errorf("context certificate is empty, production needs the ARN of the certificate for %s in %s", c.PortalURL, edgeRegion)
		}
		return nil
	}
	in := func(region string) string { return "arn:aws:acm:" + region + ":" + c.Account + ":certificate/" }
	n, err := strconv.Atoi(e.OriginKey)
	switch {
	case !accountID.MatchString(c.Account):
		return fmt.Errorf("context account is %q, an edge needs its 12 digits", c.Account)
	case !strings.HasPrefix(e.Certificate, in(edgeRegion)):
		return fmt.Errorf("context certificate is %q, want %s…", e.Certificate, in(edgeRegion))
	case !strings.HasPrefix(e.APICertificate, in(c.Region)):
		return fmt.Errorf("context apiCertificate is %q, want %s…", e.APICertificate, in(c.Region))
	case !strings.Contains(e.APIDomain, ".") || strings.ContainsAny(e.APIDomain, "/: "):
		return fmt.Errorf("context apiDomain is %q, want a host name", e.APIDomain)
	case "https://"+e.APIDomain == c.PortalURL || !strings.HasPrefix(c.PortalURL, "https://"):
		return fmt.Errorf("context portalUrl is %q, want https and another host than apiDomain", c.PortalURL)
	case err != nil || n < 1:
		return fmt.Errorf("context originKey is %q, want a number from 1 on", e.OriginKey)
	case e.Firewall != "count" && e.Firewall != "block":
		return fmt.Errorf("context firewall is %q, want count or block", e.Firewall)
	}
	return nil
}

// bucket is the name of a bucket with schema.Bucket.Edge in a region.
func (e Edge) bucket(c Config, b schema.Bucket, region string) string {
	return strings.Join([]string{"courtoffice", c.Stage, b.Name, c.Account, region}, "-")
}

// keys are the names of the secrets with the keys that functions take: the one CloudFront shows, and
// the one before, which it shows until it has been deployed too.
func (e Edge) keys(c Config) (current, before string) {
	n, err := strconv.Atoi(e.OriginKey)
	if err != nil {
		panic(err) // check has parsed it
	}
	name := func(n int) string { return "courtoffice-" + c.Stage + "-origin-" + strconv.Itoa(n) }
	return name(n), name(n - 1)
}

// showToEdge lets CloudFront, for distributions of this account, read a bucket.
func showToEdge(config Config, bucket awss3.Bucket) {
	bucket.AddToResourcePolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Principals: &[]awsiam.IPrincipal{awsiam.NewServicePrincipal(jsii.String("cloudfront.amazonaws.com"), nil)},
		Actions:    jsii.Strings("s3:GetObject"),
		Resources:  &[]*string{bucket.ArnForObjects(jsii.String("*"))},
		Conditions: &map[string]any{"ArnLike": map[string]any{"aws:SourceArn": "arn:aws:cloudfront::" + config.Account + ":distribution/*"}},
	}))
}

// originKeys makes the keys by which functions know the edge, with a copy where the edge reads it.
func (d *dataStack) originKeys(config Config) {
	current, before := config.Edge.keys(config)
	var copies *[]*awssecretsmanager.ReplicaRegion
	if config.Region != edgeRegion {
		copies = &[]*awssecretsmanager.ReplicaRegion{{Region: jsii.String(edgeRegion)}}
	}
	for _, name := range []string{before, current} {
		secret := awssecretsmanager.NewSecret(d.Stack, jsii.String(outputName(name)), &awssecretsmanager.SecretProps{
			SecretName:     &name,
			Description:    jsii.String("What CloudFront shows to the API. Deploy with context originKey one more to change it."),
			EncryptionKey:  d.SecretsKey,
			ReplicaRegions: copies,
			GenerateSecretString: &awssecretsmanager.SecretStringGenerator{
				PasswordLength: jsii.Number(64), ExcludePunctuation: jsii.Bool(true), RequireEachIncludedType: jsii.Bool(false),
			},
			RemovalPolicy: awscdk.RemovalPolicy_DESTROY, // it keeps nothing that cannot be made anew
		})
		d.OriginKeys = append(d.OriginKeys, secret)
	}
}

// originKeys is the value of ORIGIN_KEYS.
func (o *officeStack) originKeys() *string {
	var keys []string
	for _, secret := range o.data.OriginKeys {
		keys = append(keys, *secret.SecretValue().UnsafeUnwrap()) // "{{resolve:secretsmanager:…}}", not the value
	}
	if keys == nil {
		return jsii.String("open")
	}
	return jsii.String(strings.Join(keys, " "))
}

// domain gives the API the address by which CloudFront reaches it. Its own is disabled.
func (o *officeStack) domain(config Config, stage awsapigatewayv2.CfnStage) {
	domain := awsapigatewayv2.NewCfnDomainName(o.Stack, jsii.String("ApiDomain"), &awsapigatewayv2.CfnDomainNameProps{
		DomainName: &config.Edge.APIDomain,
		DomainNameConfigurations: []any{&awsapigatewayv2.CfnDomainName_DomainNameConfigurationProperty{
			CertificateArn: &config.Edge.APICertificate, EndpointType: jsii.String("REGIONAL"), SecurityPolicy: jsii.String("TLS_1_2"),
		}},
	})
	mapping := awsapigatewayv2.NewCfnApiMapping(o.Stack, jsii.String("ApiMapping"), &awsapigatewayv2.CfnApiMappingProps{
		ApiId: o.API.HttpApiId(), DomainName: domain.Ref(), Stage: jsii.String("$default"),
	})
	mapping.AddDependency(stage)
	awscdk.NewCfnOutput(o.Stack, jsii.String("ApiRecord"), &awscdk.CfnOutputProps{
		Description: jsii.String("DNS record to set"),
		Value:       jsii.String(config.Edge.APIDomain + " CNAME " + *domain.AttrRegionalDomainName()),
	})
}

// Names within the distribution.
const (
	assetsOrAPI     = "assets-or-api"
	cachingDisabled = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad" // AWS's own policy CachingDisabled
)

// edgeStack holds the content network and its firewall. It has no state.
type edgeStack struct {
	awscdk.Stack
	config       Config
	Distribution awscloudfront.CfnDistribution
}

func newEdgeStack(scope constructs.Construct, config Config) *edgeStack {
	props := stackProps(config, "edge", "Court Office: content network and firewall")
	props.Env = &awscdk.Environment{Account: &config.Account, Region: jsii.String(edgeRegion)}
	e := &edgeStack{Stack: awscdk.NewStack(scope, jsii.String("edge"), props), config: config}
	portal, err := url.Parse(config.PortalURL)
	if err != nil {
		panic(err) // check has parsed it
	}
	var behaviours []any
	var last *awscloudfront.CfnDistribution_DefaultCacheBehaviorProperty
	caches, request, answers := e.caches(), e.handsOn(), e.answers()
	for _, row := range e.routes() {
		target, says := string(row.Origin), answers["buckets"]
		switch row.Origin {
		case functions.FromAPI:
			says = answers["api"]
		case functions.FromAssets:
			target = assetsOrAPI
		case functions.FromPages:
			target, says = assetsOrAPI, answers["pages"]
		}
		methods, viewers := jsii.Strings("GET", "HEAD"), "redirect-to-https"
		if row.Writes {
			methods, viewers = jsii.Strings("GET", "HEAD", "OPTIONS", "PUT", "PATCH", "POST", "DELETE"), "https-only"
		}
		var passes *string
		if row.Longest == 0 {
			passes = request
		}
		if row.Path == "*" {
			last = &awscloudfront.CfnDistribution_DefaultCacheBehaviorProperty{
				TargetOriginId: &target, ViewerProtocolPolicy: &viewers, AllowedMethods: methods, CachedMethods: jsii.Strings("GET", "HEAD"),
				CachePolicyId: caches[row.Name], OriginRequestPolicyId: passes, ResponseHeadersPolicyId: says, Compress: jsii.Bool(true),
			}
			continue
		}
		behaviours = append(behaviours, &awscloudfront.CfnDistribution_CacheBehaviorProperty{
			PathPattern:    &row.Path,
			TargetOriginId: &target, ViewerProtocolPolicy: &viewers, AllowedMethods: methods, CachedMethods: jsii.Strings("GET", "HEAD"),
			CachePolicyId: caches[row.Name], OriginRequestPolicyId: passes, ResponseHeadersPolicyId: says, Compress: jsii.Bool(true),
		})
	}
	// An error is kept for nobody: by itself CloudFront shows one reader's for ten seconds to all.
	var errors []any
	for _, code := range []float64{400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504} {
		errors = append(errors, &awscloudfront.CfnDistribution_CustomErrorResponseProperty{ErrorCode: &code, ErrorCachingMinTtl: jsii.Number(0)})
	}
	e.Distribution = awscloudfront.NewCfnDistribution(e.Stack, jsii.String("Distribution"), &awscloudfront.CfnDistributionProps{
		DistributionConfig: &awscloudfront.CfnDistribution_DistributionConfigProperty{
			Enabled: jsii.Bool(true), Comment: jsii.String("Court Office " + config.Stage),
			Aliases: &[]*string{jsii.String(portal.Host)}, HttpVersion: jsii.String("http2and3"), Ipv6Enabled: jsii.Bool(true),
			ViewerCertificate: &awscloudfront.CfnDistribution_ViewerCertificateProperty{
				AcmCertificateArn: &config.Edge.Certificate, SslSupportMethod: jsii.String("sni-only"), MinimumProtocolVersion: jsii.String("TLSv1.2_2021"),
			},
			WebAclId:             e.firewall().AttrArn(),
			Origins:              e.origins(portal.Host),
			OriginGroups:         assetsGroup(),
			CacheBehaviors:       behaviours,
			DefaultCacheBehavior: last,
			CustomErrorResponses: errors,
		},
	})
	e.log()
	awscdk.NewCfnOutput(e.Stack, jsii.String("PortalRecord"), &awscdk.CfnOutputProps{
		Description: jsii.String("DNS record to set"),
		Value:       jsii.String(portal.Host + " CNAME " + *e.Distribution.AttrDomainName()),
	})
	return e
}

// routes are those of functions.EdgeRoutes whose origin there is.
func (e *edgeStack) routes() []functions.EdgeRoute {
	return slices.DeleteFunc(slices.Clone(functions.EdgeRoutes), func(row functions.EdgeRoute) bool {
		return row.Origin == functions.FromRecord && e.config.ProbeRegion == ""
	})
}

func (e *edgeStack) name(of string) *string {
	return jsii.String("courtoffice-" + e.config.Stage + "-" + of)
}

// origins are the API, which is shown the key, and the buckets, which CloudFront signs its requests to.
func (e *edgeStack) origins(host string) []any {
	current, _ := e.config.Edge.keys(e.config)
	out := []any{&awscloudfront.CfnDistribution_OriginProperty{
		Id: jsii.String(string(functions.FromAPI)), DomainName: &e.config.Edge.APIDomain,
		CustomOriginConfig: &awscloudfront.CfnDistribution_CustomOriginConfigProperty{
			OriginProtocolPolicy: jsii.String("https-only"), OriginSslProtocols: jsii.Strings("TLSv1.2"),
			OriginReadTimeout: jsii.Number(30), OriginKeepaliveTimeout: jsii.Number(60),
		},
		OriginCustomHeaders: []any{
			&awscloudfront.CfnDistribution_OriginCustomHeaderProperty{
				HeaderName: jsii.String(functions.OriginKeyHeader), HeaderValue: jsii.String("{{resolve:secretsmanager:" + current + ":SecretString}}"),
			},
			&awscloudfront.CfnDistribution_OriginCustomHeaderProperty{HeaderName: jsii.String(functions.HostHeader), HeaderValue: &host},
		},
	}}
	access := awscloudfront.NewCfnOriginAccessControl(e.Stack, jsii.String("OriginAccess"), &awscloudfront.CfnOriginAccessControlProps{
		OriginAccessControlConfig: &awscloudfront.CfnOriginAccessControl_OriginAccessControlConfigProperty{
			Name: e.name("buckets"), OriginAccessControlOriginType: jsii.String("s3"),
			SigningBehavior: jsii.String("always"), SigningProtocol: jsii.String("sigv4"),
		},
	})
	for _, of := range edgeBuckets {
		region := e.config.Region
		if of.bucket.Name == schema.Outages.Name {
			region = e.config.ProbeRegion
		}
		if region == "" {
			continue
		}
		out = append(out, &awscloudfront.CfnDistribution_OriginProperty{
			Id:                    jsii.String(string(of.origin)),
			DomainName:            jsii.String(e.config.Edge.bucket(e.config, of.bucket, region) + ".s3." + region + ".amazonaws.com"),
			S3OriginConfig:        &awscloudfront.CfnDistribution_S3OriginConfigProperty{OriginAccessIdentity: jsii.String("")},
			OriginAccessControlId: access.AttrId(),
		})
	}
	return out
}

// edgeBuckets has the buckets that origins are.
var edgeBuckets = []struct {
	origin functions.Origin
	bucket schema.Bucket
}{{functions.FromAssets, schema.Assets}, {functions.FromStatus, schema.Status}, {functions.FromRecord, schema.Outages}}

// assetsGroup asks the API for a page or an asset that the bucket does not have, or does not give: pages are
// there though no function be, and what is not written yet is made.
func assetsGroup() *awscloudfront.CfnDistribution_OriginGroupsProperty {
	codes := []any{403, 404, 500, 502, 503, 504}
	member := func(o functions.Origin) any {
		return &awscloudfront.CfnDistribution_OriginGroupMemberProperty{OriginId: jsii.String(string(o))}
	}
	return &awscloudfront.CfnDistribution_OriginGroupsProperty{Quantity: jsii.Number(1), Items: []any{
		&awscloudfront.CfnDistribution_OriginGroupProperty{
			Id: jsii.String(assetsOrAPI),
			FailoverCriteria: &awscloudfront.CfnDistribution_OriginGroupFailoverCriteriaProperty{
				StatusCodes: &awscloudfront.CfnDistribution_StatusCodesProperty{Quantity: jsii.Number(len(codes)), Items: codes},
			},
			Members: &awscloudfront.CfnDistribution_OriginGroupMembersProperty{
				Quantity: jsii.Number(2), Items: []any{member(functions.FromAssets), member(functions.FromAPI)},
			},
		},
	}}
}

// caches makes the policy of each functions.Caching, by its name.
func (e *edgeStack) caches() map[string]*string {
	out := map[string]*string{functions.Never.Name: jsii.String(cachingDisabled)}
	some := func(names []string) (string, *[]*string) {
		if len(names) == 0 {
			return "none", nil
		}
		return "whitelist", jsii.Strings(names...)
	}
	for _, row := range functions.EdgeRoutes {
		if out[row.Name] != nil {
			continue
		}
		cookies, cookieNames := some(row.Cookies)
		queries, queryNames := some(row.Queries)
		headers, headerNames := some(row.Headers)
		policy := awscloudfront.NewCfnCachePolicy(e.Stack, jsii.String("Cache"+outputName(row.Name)), &awscloudfront.CfnCachePolicyProps{
			CachePolicyConfig: &awscloudfront.CfnCachePolicy_CachePolicyConfigProperty{
				Name: e.name(row.Name), MinTtl: jsii.Number(0), DefaultTtl: jsii.Number(0), MaxTtl: jsii.Number(row.Longest.Seconds()),
				ParametersInCacheKeyAndForwardedToOrigin: &awscloudfront.CfnCachePolicy_ParametersInCacheKeyAndForwardedToOriginProperty{
					EnableAcceptEncodingBrotli: jsii.Bool(true), EnableAcceptEncodingGzip: jsii.Bool(true),
					CookiesConfig:      &awscloudfront.CfnCachePolicy_CookiesConfigProperty{CookieBehavior: &cookies, Cookies: cookieNames},
					QueryStringsConfig: &awscloudfront.CfnCachePolicy_QueryStringsConfigProperty{QueryStringBehavior: &queries, QueryStrings: queryNames},
					HeadersConfig:      &awscloudfront.CfnCachePolicy_HeadersConfigProperty{HeaderBehavior: &headers, Headers: headerNames},
				},
			},
		})
		out[row.Name] = policy.AttrId()
	}
	return out
}

// handsOn is what the API is given of a request whose answer is kept for nobody.
func (e *edgeStack) handsOn() *string {
	return awscloudfront.NewCfnOriginRequestPolicy(e.Stack, jsii.String("HandsOn"), &awscloudfront.CfnOriginRequestPolicyProps{
		OriginRequestPolicyConfig: &awscloudfront.CfnOriginRequestPolicy_OriginRequestPolicyConfigProperty{
			Name:               e.name("hands-on"),
			CookiesConfig:      &awscloudfront.CfnOriginRequestPolicy_CookiesConfigProperty{CookieBehavior: jsii.String("all")},
			QueryStringsConfig: &awscloudfront.CfnOriginRequestPolicy_QueryStringsConfigProperty{QueryStringBehavior: jsii.String("all")},
			HeadersConfig: &awscloudfront.CfnOriginRequestPolicy_HeadersConfigProperty{
				HeaderBehavior: jsii.String("whitelist"), Headers: jsii.Strings(functions.EdgeHeaders...),
			},
		},
	}).AttrId()
}

// answers are the headers that are added: to the API's the one that its gateway's own errors lack, to pages
// functions.PagesSay where the function has not said otherwise, to what a bucket answers else all of
// functions.EdgeSays.
func (e *edgeStack) answers() map[string]*string {
	policy := func(id string, says map[string]string, override bool) *string {
		var custom []any
		for _, name := range slices.Sorted(maps.Keys(says)) {
			if name != "Strict-Transport-Security" && name != "Content-Security-Policy" && name != "X-Content-Type-Options" && name != "Referrer-Policy" {
				custom = append(custom, &awscloudfront.CfnResponseHeadersPolicy_CustomHeaderProperty{
					Header: &name, Value: jsii.String(says[name]), Override: &override,
				})
			}
		}
		security := &awscloudfront.CfnResponseHeadersPolicy_SecurityHeadersConfigProperty{
			StrictTransportSecurity: &awscloudfront.CfnResponseHeadersPolicy_StrictTransportSecurityProperty{
				AccessControlMaxAgeSec: jsii.Number(functions.HSTSSeconds), IncludeSubdomains: jsii.Bool(true), Override: jsii.Bool(true),
			},
		}
		if csp := says["Content-Security-Policy"]; csp != "" {
			security.ContentSecurityPolicy = &awscloudfront.CfnResponseHeadersPolicy_ContentSecurityPolicyProperty{ContentSecurityPolicy: &csp, Override: &override}
		}
		if says["X-Content-Type-Options"] != "" {
			security.ContentTypeOptions = &awscloudfront.CfnResponseHeadersPolicy_ContentTypeOptionsProperty{Override: jsii.Bool(true)}
		}
		if referrer := says["Referrer-Policy"]; referrer != "" {
			security.ReferrerPolicy = &awscloudfront.CfnResponseHeadersPolicy_ReferrerPolicyProperty{ReferrerPolicy: &referrer, Override: jsii.Bool(true)}
		}
		config := &awscloudfront.CfnResponseHeadersPolicy_ResponseHeadersPolicyConfigProperty{Name: e.name(strings.ToLower(id)), SecurityHeadersConfig: security}
		if custom != nil {
			config.CustomHeadersConfig = &awscloudfront.CfnResponseHeadersPolicy_CustomHeadersConfigProperty{Items: custom}
		}
		return awscloudfront.NewCfnResponseHeadersPolicy(e.Stack, jsii.String(id), &awscloudfront.CfnResponseHeadersPolicyProps{ResponseHeadersPolicyConfig: config}).AttrId()
	}
	return map[string]*string{
		"api": policy("ApiSays", nil, true), "pages": policy("PagesSay", functions.PagesSay(e.config.NCALayerURL), false), "buckets": policy("BucketsSay", functions.EdgeSays, true),
	}
}

// log keeps one line a request, without the reader's address, the path or the query: by its id it is
// found in the API's log and the function's.
func (e *edgeStack) log() {
	group := e.logGroup("Log", "/courtoffice/"+e.config.Stage+"/edge", 365)
	source := awslogs.NewCfnDeliverySource(e.Stack, jsii.String("LogSource"), &awslogs.CfnDeliverySourceProps{
		Name: e.name("edge"), LogType: jsii.String("ACCESS_LOGS"),
		ResourceArn: jsii.String("arn:aws:cloudfront::" + e.config.Account + ":distribution/" + *e.Distribution.Ref()),
	})
	to := awslogs.NewCfnDeliveryDestination(e.Stack, jsii.String("LogDestination"), &awslogs.CfnDeliveryDestinationProps{
		Name: e.name("edge"), DestinationResourceArn: group.AttrArn(), OutputFormat: jsii.String("json"),
	})
	delivery := awslogs.NewCfnDelivery(e.Stack, jsii.String("LogDelivery"), &awslogs.CfnDeliveryProps{
		DeliverySourceName: source.Name(), DeliveryDestinationArn: to.AttrArn(), RecordFields: jsii.Strings(edgeLogFields...),
	})
	delivery.AddDependency(source)
}

var edgeLogFields = []string{
	"date", "time", "x-edge-location", "cs-method", "sc-status", "sc-bytes", "time-taken", "time-to-first-byte",
	"x-edge-result-type", "x-edge-detailed-result-type", "x-edge-request-id", "cs-protocol-version", "ssl-protocol",
}

func (e *edgeStack) logGroup(id, name string, days float64) awslogs.CfnLogGroup {
	group := awslogs.NewCfnLogGroup(e.Stack, &id, &awslogs.CfnLogGroupProps{LogGroupName: &name, RetentionInDays: &days})
	group.ApplyRemovalPolicy(keep(e.config), nil)
	return group
}

// throttled is the problem document of a request that a rate rule blocks, in the three languages of the
// office: the firewall does not know the reader's.
func throttled() *string {
	texts := func(part string) string {
		var out []string
		for _, lang := range locale.Langs {
			out = append(out, locale.T(lang, "problem.throttled."+part))
		}
		return strings.Join(out, " · ")
	}
	b, err := json.Marshal(map[string]any{
		"type": "/problems/throttled", "status": 429, "title": texts("title"), "detail": texts("detail"), "next": texts("next"),
	})
	if err != nil {
		panic(err) // they are plain values
	}
	return jsii.String(string(b))
}
