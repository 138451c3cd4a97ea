package main

import (
	"cmp"
	"errors"
	"fmt"
	"net/mail"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/aws/constructs-go/constructs/v10"

	"github.com/courtoffice/courtoffice/shared/calendar"
)

// Config is what one deployment differs from another in. Each field is a CDK context value
// (cdk.json, or "-c name=value" on the command line).
type Config struct {
	Stage       string // "stage": "production" keeps and protects data, "test" destroys it with the stack
	Region      string // "region": AWS region; a table with a customer key needs to know it
	Account     string // "account": AWS account, 12 digits; for production, where another account has to know it
	Archive     Archive
	Edge        Edge
	ProbeRegion string        // "probeRegion": AWS region, another than the office's, from which the office is tried; empty has no probe
	Arch        string        // "arch": "arm64" or "amd64", the architecture the packages were built for
	Zips        string        // "zips": folder of <function>.zip, relative to the folder of cdk.json
	MailFrom    string        // "mailFrom": RFC 5322 address notices are sent from; its address becomes an SES identity
	SupportMail string        // "supportMail": bare address requests to support are mailed to; the agreement's (5.3) when empty
	MailRate    string        // "mailRate": announcements a second, what SES grants the account less noticeRate and a reserve; 10 when empty
	NoticeRate  string        // "noticeRate": receipts and news of maintenance a second; 3 when empty
	SMSSender   string        // "smsSender": sender id of text messages, registered for Kazakhstan with AWS: 1 to 11 letters, digits and hyphens
	PortalURL   string        // "portalUrl": address people open, no trailing slash; the bucket's CORS origin
	NCALayerURL string        // "ncalayerUrl": websocket the portal signs through, empty for NCALayer's own
	EGovMobile  string        // "egovMobileUrls": as functions.EnvEGovMobile; eGov Mobile signs for portals its operator knows only
	CRLURLs     string        // "crlUrls": the NCA's revocation lists, full and delta, separated by spaces; empty fetches none
	OCSPURL     string        // "ocspUrl": the NCA's OCSP responder; empty asks nobody
	TSPURL      string        // "tspUrl": the NCA's time-stamping authority; empty stamps nothing
	Operators   string        // "operators": bare address that alarms are mailed to
	Today       calendar.Date // "today": from which on rushes are planned, as 2026-11-30; the day of the synthesis when empty
	SigningRoot string        // "signingRoot": how many roots of signing keys there ever were, 1 to 99; one more makes the next
	EarlierKeys string        // "earlierKeys": as functions.EnvEarlierKeys; may be empty
	Publisher   string        // "publisher": JSON of who publishes the pages, as functions.EnvPublisher; may be empty
}

// loadConfig reads the context of node and refuses values that could not be deployed.
// "production" also refuses a portal without https and example addresses.
func loadConfig(node constructs.Node) (Config, error) {
	text := func(name string) string {
		s, _ := node.TryGetContext(&name).(string)
		return s
	}
	c := Config{
		Stage:   text("stage"),
		Region:  text("region"),
		Account: text("account"),
		Archive: Archive{Account: text("archiveAccount"), Region: text("archiveRegion")},
		Edge: Edge{
			Certificate: text("certificate"), APIDomain: text("apiDomain"), APICertificate: text("apiCertificate"),
			OriginKey: cmp.Or(text("originKey"), "1"), Firewall: cmp.Or(text("firewall"), "count"),
		},
		ProbeRegion: text("probeRegion"),
		Arch:        text("arch"),
		Zips:        text("zips"),
		MailFrom:    text("mailFrom"),
		SupportMail: cmp.Or(text("supportMail"), "office@sud.kz"),
		MailRate:    cmp.Or(text("mailRate"), "10"), // SES grants 14 to begin with: one a second is left for what someone waits for
		NoticeRate:  cmp.Or(text("noticeRate"), "3"),
		SMSSender:   text("smsSender"),
		PortalURL:   text("portalUrl"),
		NCALayerURL: text("ncalayerUrl"),
		EGovMobile:  text("egovMobileUrls"),
		CRLURLs:     text("crlUrls"),
		OCSPURL:     text("ocspUrl"),
		TSPURL:      text("tspUrl"),
		SigningRoot: cmp.Or(text("signingRoot"), "1"),
		EarlierKeys: text("earlierKeys"),
		Publisher:   text("publisher"),
		Operators:   text("operators"),
	}
	c.Today = calendar.DateOf(time.Now())
	if day := text("today"); day != "" {
		if err := c.Today.UnmarshalText([]byte(day)); err != nil {
			return c, fmt.Errorf("context today: %w", err)
		}
	}
	return c, c.check()
}

func (c Config) check() error {
	if c.Stage != "production" && c.Stage != "test" {
		return fmt.Errorf("context stage is %q, want production or test", c.Stage)
	}
	if c.Region == "" {
		return errors.New("context region is empty")
	}
	if c.Arch != "arm64" && c.Arch != "amd64" {
		return fmt.Errorf("context arch is %q, want arm64 or amd64", c.Arch)
	}
	if c.Zips == "" {
		return errors.New("context zips is empty")
	}
	if n, err := strconv.Atoi(c.SigningRoot); err != nil || n < 1 || n > 99 {
		return fmt.Errorf("context signingRoot is %q, want a number from 1 to 99", c.SigningRoot)
	}
	from, err := mail.ParseAddress(c.MailFrom)
	if err != nil {
		return fmt.Errorf("context mailFrom: %w", err)
	}
	if a, err := mail.ParseAddress(c.SupportMail); err != nil || a.Address != c.SupportMail {
		return fmt.Errorf("context supportMail is %q, want a bare address", c.SupportMail)
	}
	if !senderID.MatchString(c.SMSSender) || !strings.ContainsFunc(c.SMSSender, unicode.IsLetter) {
		return fmt.Errorf("context smsSender is %q, want 1 to 11 letters, digits and hyphens, a letter among them", c.SMSSender)
	}
	portal, err := url.Parse(c.PortalURL)
	if err != nil {
		return fmt.Errorf("context portalUrl: %w", err)
	}
	if portal.Host == "" || portal.Path != "" {
		return fmt.Errorf("context portalUrl is %q, want scheme://host with no path", c.PortalURL)
	}
	for _, address := range append(strings.Fields(c.CRLURLs), strings.Fields(c.OCSPURL+" "+c.TSPURL)...) {
		if u, err := url.Parse(address); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
			return fmt.Errorf("context crlUrls, ocspUrl or tspUrl has %q, want http or https addresses", address)
		}
	}
	for _, address := range strings.Fields(c.EGovMobile) {
		if u, err := url.Parse(address); err != nil || u.Host == "" || u.Scheme != "https" {
			return fmt.Errorf("context egovMobileUrls has %q, want https addresses", address)
		}
	}
	if c.Production() {
		if err := c.Archive.check(c); err != nil {
			return err
		}
		if a, err := mail.ParseAddress(c.Operators); err != nil || a.Address != c.Operators {
			return fmt.Errorf("context operators is %q, production needs the bare address that alarms are mailed to", c.Operators)
		}
		if c.ProbeRegion == "" {
			return errors.New("context probeRegion is empty: nobody outside would see that the office fails, and nothing could be certified of it")
		}
		if c.CRLURLs == "" {
			return errors.New("context crlUrls is empty: the lists in the packages end a day after they were made")
		}
		if portal.Scheme != "https" {
			return fmt.Errorf("context portalUrl is %q, production needs https", c.PortalURL)
		}
		if strings.HasSuffix(from.Address, ".example") {
			return fmt.Errorf("context mailFrom is %q, production needs a real address", c.MailFrom)
		}
	}
	if c.ProbeRegion != "" && (c.ProbeRegion == c.Region || !accountID.MatchString(c.Account)) {
		return fmt.Errorf("context probeRegion is %q, want another region than the office's, and account with its 12 digits", c.ProbeRegion)
	}
	return c.Edge.check(c)
}

// signingRoot is how many roots there are.
func (c Config) signingRoot() int {
	n, err := strconv.Atoi(c.SigningRoot)
	if err != nil {
		panic(err) // check has parsed it
	}
	return n
}

// Archive is where what must not be lost is kept a second time.
type Archive struct {
	Account string // "archiveAccount": AWS account, 12 digits, another than the office's
	Region  string // "archiveRegion": AWS region, another than the office's
}

var accountID = regexp.MustCompile(`^[0-9]{12}$`)

func (a Archive) check(c Config) error {
	switch {
	case !accountID.MatchString(c.Account):
		return fmt.Errorf("context account is %q, production needs its 12 digits", c.Account)
	case !accountID.MatchString(a.Account) || a.Account == c.Account:
		return fmt.Errorf("context archiveAccount is %q, production needs the 12 digits of another account for its evidence and backups", a.Account)
	case a.Region == "" || a.Region == c.Region:
		return fmt.Errorf("context archiveRegion is %q, production needs another region for its evidence and backups", a.Region)
	}
	return nil
}

var senderID = regexp.MustCompile(`^[A-Za-z0-9-]{1,11}$`)

// Production reports whether data outlives the stacks.
func (c Config) Production() bool { return c.Stage == "production" }

// mailAddress is the bare address of MailFrom.
func (c Config) mailAddress() string {
	from, err := mail.ParseAddress(c.MailFrom)
	if err != nil {
		panic(err) // check has parsed it
	}
	return from.Address
}
