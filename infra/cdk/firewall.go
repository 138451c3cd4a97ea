package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awswafv2"
	"github.com/aws/jsii-runtime-go"

	"github.com/courtoffice/courtoffice/functions"
)

// nothing is an action or a field without settings.
var nothing = map[string]any{}

// firewall makes the rules of functions.ManagedRules and functions.Rates. None of them looks at what
// seals. Until the context says "block" they count what they would have refused.
func (e *edgeStack) firewall() awswafv2.CfnWebACL {
	visible := func(name string) *awswafv2.CfnWebACL_VisibilityConfigProperty {
		return &awswafv2.CfnWebACL_VisibilityConfigProperty{
			CloudWatchMetricsEnabled: jsii.Bool(true), SampledRequestsEnabled: jsii.Bool(true), MetricName: &name,
		}
	}
	notASeal := &awswafv2.CfnWebACL_StatementProperty{NotStatement: &awswafv2.CfnWebACL_NotStatementProperty{
		Statement: &awswafv2.CfnWebACL_StatementProperty{RegexMatchStatement: &awswafv2.CfnWebACL_RegexMatchStatementProperty{
			FieldToMatch: uriPath(), RegexString: jsii.String(functions.UnlimitedPaths()), TextTransformations: asItIs(),
		}},
	}}
	blocks := e.config.Edge.Firewall == "block"
	var rules []any
	next := func() *float64 { return jsii.Number(len(rules)) }
	for _, m := range functions.ManagedRules {
		action := &awswafv2.CfnWebACL_OverrideActionProperty{Count: nothing}
		if blocks {
			action = &awswafv2.CfnWebACL_OverrideActionProperty{None: nothing}
		}
		var counted []any
		for _, name := range m.Count {
			counted = append(counted, &awswafv2.CfnWebACL_RuleActionOverrideProperty{
				Name: &name, ActionToUse: &awswafv2.CfnWebACL_RuleActionProperty{Count: nothing},
			})
		}
		group := &awswafv2.CfnWebACL_ManagedRuleGroupStatementProperty{
			VendorName: jsii.String("AWS"), Name: &m.Name, ScopeDownStatement: notASeal,
		}
		if counted != nil {
			group.RuleActionOverrides = counted
		}
		rules = append(rules, &awswafv2.CfnWebACL_RuleProperty{
			Name: &m.Name, Priority: next(), OverrideAction: action, VisibilityConfig: visible(m.Name),
			Statement: &awswafv2.CfnWebACL_StatementProperty{ManagedRuleGroupStatement: group},
		})
	}
	for _, r := range functions.Rates {
		action := &awswafv2.CfnWebACL_RuleActionProperty{Count: nothing}
		if blocks {
			action = &awswafv2.CfnWebACL_RuleActionProperty{Block: &awswafv2.CfnWebACL_BlockActionProperty{
				CustomResponse: &awswafv2.CfnWebACL_CustomResponseProperty{ResponseCode: jsii.Number(429), CustomResponseBodyKey: jsii.String("throttled")},
			}}
		}
		rules = append(rules, &awswafv2.CfnWebACL_RuleProperty{
			Name: jsii.String("rate-" + r.Name), Priority: next(), Action: action, VisibilityConfig: visible("rate-" + r.Name),
			Statement: &awswafv2.CfnWebACL_StatementProperty{RateBasedStatement: &awswafv2.CfnWebACL_RateBasedStatementProperty{
				AggregateKeyType: jsii.String("IP"), EvaluationWindowSec: jsii.Number(300), Limit: jsii.Number(r.Limit),
				ScopeDownStatement: scope(r, notASeal),
			}},
		})
	}
	acl := awswafv2.NewCfnWebACL(e.Stack, jsii.String("Firewall"), &awswafv2.CfnWebACLProps{
		Scope: jsii.String("CLOUDFRONT"), DefaultAction: &awswafv2.CfnWebACL_DefaultActionProperty{Allow: nothing},
		VisibilityConfig: visible("firewall"), Rules: rules,
		CustomResponseBodies: map[string]any{"throttled": &awswafv2.CfnWebACL_CustomResponseBodyProperty{
			ContentType: jsii.String("APPLICATION_JSON"), Content: throttled(),
		}},
	})
	e.logFindings(acl)
	return acl
}

// scope is what a rate counts.
func scope(r functions.Rate, notASeal any) any {
	var begins []any
	for _, path := range r.Begin {
		begins = append(begins, &awswafv2.CfnWebACL_StatementProperty{ByteMatchStatement: &awswafv2.CfnWebACL_ByteMatchStatementProperty{
			FieldToMatch: uriPath(), PositionalConstraint: jsii.String("STARTS_WITH"), SearchString: &path, TextTransformations: asItIs(),
		}})
	}
	switch len(begins) {
	case 0:
		return notASeal
	case 1:
		return begins[0]
	}
	return &awswafv2.CfnWebACL_StatementProperty{OrStatement: &awswafv2.CfnWebACL_OrStatementProperty{Statements: begins}}
}

func uriPath() any { return &awswafv2.CfnWebACL_FieldToMatchProperty{UriPath: nothing} }

func asItIs() []any {
	return []any{&awswafv2.CfnWebACL_TextTransformationProperty{Priority: jsii.Number(0), Type: jsii.String("NONE")}}
}

// logFindings keeps for a month what a rule counted or blocked, by which it is judged before it may
// block: with the address, because that is what rules are about, without path, query and cookies.
func (e *edgeStack) logFindings(acl awswafv2.CfnWebACL) {
	group := e.logGroup("FirewallLog", "aws-waf-logs-courtoffice-"+e.config.Stage, 30) // the beginning is WAF's rule
	condition := func(action string) any { return map[string]any{"ActionCondition": map[string]any{"Action": action}} }
	awswafv2.NewCfnLoggingConfiguration(e.Stack, jsii.String("FirewallLogging"), &awswafv2.CfnLoggingConfigurationProps{
		ResourceArn: acl.AttrArn(), LogDestinationConfigs: &[]any{group.AttrArn()},
		LoggingFilter: map[string]any{"DefaultBehavior": "DROP", "Filters": []any{map[string]any{
			"Behavior": "KEEP", "Requirement": "MEETS_ANY",
			"Conditions": []any{condition("BLOCK"), condition("COUNT"), condition("EXCLUDED_AS_COUNT")},
		}}},
		RedactedFields: []any{
			&awswafv2.CfnLoggingConfiguration_FieldToMatchProperty{UriPath: nothing},
			&awswafv2.CfnLoggingConfiguration_FieldToMatchProperty{QueryString: nothing},
			&awswafv2.CfnLoggingConfiguration_FieldToMatchProperty{SingleHeader: map[string]any{"Name": "cookie"}},
		},
	})
}
