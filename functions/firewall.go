package functions

import (
	"regexp"
	"strings"
)

// Unlimited are the routes that no rule of the firewall looks at: what locks someone out locks no seal.
var Unlimited = []string{"POST /api/filings/{id}/seal", "POST /api/filings/{id}/outcome"}

// UnlimitedPaths is a regular expression of their paths, of the kind that AWS WAF knows.
func UnlimitedPaths() string {
	parameter := regexp.MustCompile(`\{[a-z]+\}`)
	var paths []string
	for _, route := range Unlimited {
		_, path, _ := strings.Cut(route, " ")
		paths = append(paths, parameter.ReplaceAllString(path, "[^/]+"))
	}
	return "^(" + strings.Join(paths, "|") + ")$"
}

// Rate is how many requests an address may make in five minutes. Thousands of readers share one where a
// mobile network has few: these are limits of floods, what a person may try is counted by the functions.
type Rate struct {
	Name  string   // letters, digits and hyphens
	Limit int      // in five minutes
	Begin []string // of paths; nil for every path that is not of Unlimited
}

// Rates has the firewall's.
var Rates = []Rate{
	{Name: "any", Limit: 100_000},
	{Name: "sign-in", Limit: 10_000, Begin: []string{"/api/sign-in"}},
	{Name: "registration", Limit: 10_000, Begin: []string{"/api/registration"}},
	{Name: "support", Limit: 2_000, Begin: []string{"/api/support"}},
}

// Managed is a group of rules that AWS keeps.
type Managed struct {
	Name  string
	Count []string // rules of it that are only ever counted
}

// ManagedRules has the firewall's.
var ManagedRules = []Managed{
	{Name: "AWSManagedRulesAmazonIpReputationList"},
	{Name: "AWSManagedRulesCommonRuleSet", Count: []string{
		"SizeRestrictions_BODY", // what is signed is larger than 8 KB
		// A claim is text about anything, and nothing here opens or runs it.
		"GenericRFI_BODY", "GenericLFI_BODY", "CrossSiteScripting_BODY", "EC2MetaDataSSRF_BODY",
		"NoUserAgent_HEADER", // programs file too
	}},
	{Name: "AWSManagedRulesKnownBadInputsRuleSet"},
}
