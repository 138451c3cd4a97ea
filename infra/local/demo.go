package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/courtoffice/courtoffice/infra/local/demo"
	"github.com/courtoffice/courtoffice/infra/local/host"
	"github.com/courtoffice/courtoffice/shared/eds/edstest"
	"github.com/courtoffice/courtoffice/shared/store/engine"
)

// runDemo files a claim on the office at -url, on the one that runs at PORT, or, where there is
// none or -trust asks for other anchors, on one that it starts and stops itself.
func runDemo(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("demo", flag.ContinueOnError)
	url := flags.String("url", "", "address of a running office")
	inbox := flags.String("inbox", "", "address of its inbox as JSON (default URL/_local/mail.json)")
	trust := flags.String("trust", "", "folder of trust anchors and CRLs for an office of its own (default testdata/pki/trust)")
	key := flags.String("key", "", "claimant's key, a PKCS#12 file opened by PASSWORD (default the test keys)")
	repeat := flags.Int("repeat", 0, "measure so many registrations, sign-ins and seals after the walk")
	if err := flags.Parse(args); err != nil {
		return err
	}
	root, err := engine.Root()
	if err != nil {
		return err
	}
	o := demo.Options{
		URL: *url, Inbox: *inbox, Repeat: *repeat, Waits: true, Out: os.Stdout,
		Claim: filepath.Join(root, "testdata", "claims", "money"),
	}
	if *key != "" {
		o.Key, err = readKey(*key, os.Getenv("PASSWORD"))
	} else {
		o.Authority, o.Keys, err = testPeople(filepath.Join(root, "testdata", "pki"))
	}
	if err != nil {
		return err
	}
	if o.URL == "" && *trust == "" {
		o.URL, _ = running(ctx)
	}
	if o.URL == "" {
		h, stop, err := fresh(ctx, func(c *host.Config) { c.Root, c.TrustDir, c.Described = root, *trust, true })
		if err != nil {
			return err
		}
		defer stop()
		o.URL = h.URL
	}
	fmt.Println("Office:", o.URL)
	return demo.Run(ctx, o)
}

// walker is the repository's root, and a walk with the test keys that reports to out.
func walker(out io.Writer) (root string, o demo.Options, err error) {
	if root, err = engine.Root(); err != nil {
		return "", o, err
	}
	o = demo.Options{Out: out, Claim: filepath.Join(root, "testdata", "claims", "money")}
	o.Authority, o.Keys, err = testPeople(filepath.Join(root, "testdata", "pki"))
	return root, o, err
}

// testPeople reads the test authority, which issues keys to new people, and the test keys.
func testPeople(pki string) (*edstest.Key, map[string]*edstest.Key, error) {
	data, err := os.ReadFile(filepath.Join(pki, "authority", "nca-gost.pem"))
	if err != nil {
		return nil, nil, err
	}
	authority, err := edstest.ParsePEM(data)
	if err != nil {
		return nil, nil, err
	}
	keys, err := edstest.LoadKeys(filepath.Join(pki, "keys"))
	return authority, keys, err
}

// readKey opens a PKCS#12 file. The key is named like the file.
func readKey(path, password string) (*edstest.Key, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	k, err := edstest.LoadPKCS12(data, password)
	if err != nil {
		return nil, fmt.Errorf("key %s: %w", filepath.Base(path), err)
	}
	k.Name = strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))
	return k, nil
}
