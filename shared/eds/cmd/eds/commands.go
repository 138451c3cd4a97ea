package main

import (
	"bytes"
	"errors"
	"flag"
	"hash"
	"io"
	"path/filepath"
	"strings"
	"time"

	"github.com/courtoffice/courtoffice/shared/eds"
	"github.com/courtoffice/courtoffice/shared/eds/algorithm"
	"github.com/courtoffice/courtoffice/shared/eds/container"
	"github.com/courtoffice/courtoffice/shared/eds/edstest"
	"github.com/courtoffice/courtoffice/shared/eds/xmldsig"
)

func (c *command) verify(args []string) error {
	f := c.flags("verify", "filing")
	f.StringVar(&c.stampTrust, "tsa-trust", "", "`folder` of certificates to believe about time stamps (default that of -trust)")
	f.Var(&c.crls, "crl", "revocation list `file`; may be repeated")
	f.Var(&c.responses, "ocsp", "OCSP response `file`; may be repeated")
	content := f.String("content", "", "the signed document `file` of a detached signature")
	out := f.String("out", "", "`file` to write the signed document to, if the signature passes")
	name, err := c.parse(f, args)
	if err != nil {
		return err
	}
	v, err := c.verifier()
	if err != nil {
		return err
	}
	in := eds.Signed{At: c.at}
	if in.Data, err = c.read(name); err != nil {
		return err
	}
	if container.Is(in.Data) {
		if *content != "" || *out != "" {
			return c.usage("a PDF or an archive holds its documents; -content and -out are for messages")
		}
		return c.container(v, in.Data)
	}
	if *content != "" {
		file, err := open(*content)
		if err != nil {
			return err
		}
		defer file.Close()
		in.Content = file
	}
	rep, err := v.Verify(in)
	if rep == nil {
		return err
	}
	err = c.print(rep, func(p *printer) { p.report(rep) }, err)
	if *out == "" || rep.Indication != eds.TotalPassed {
		return err
	}
	if len(rep.Content()) == 0 {
		return c.usage("-out: %s does not carry a document apart from the signature; nothing was written", name)
	}
	return writeFile(*out, rep.Content())
}

// container verifies a PDF or an archive.
func (c *command) container(v *eds.Verifier, data []byte) error {
	rep, err := container.Verify(v, data, c.at)
	if rep == nil {
		return err
	}
	return c.print(rep, func(p *printer) { p.container(rep) }, err)
}

func (c *command) cert(args []string) error {
	f := c.flags("cert", "inspect")
	f.Var(&c.crls, "crl", "revocation list `file`; may be repeated. Without one, and with none in the folder, the verdict is about the path alone")
	f.Var(&c.responses, "ocsp", "OCSP response `file`; may be repeated")
	name, err := c.parse(f, args)
	if err != nil {
		return err
	}
	v, err := c.verifier()
	if err != nil {
		return err
	}
	if len(c.crls) == 0 && len(c.responses) == 0 && !v.Trust.HasLists() && len(v.Trust.Skipped()) == 0 {
		v.Policy.Revocation = eds.RevocationDeferred
	}
	data, err := c.read(name)
	if err != nil {
		return err
	}
	rep, err := v.VerifyCertificate(data, c.at)
	if rep.Indication == "" {
		return err
	}
	return c.print(rep, func(p *printer) { p.certificate(rep) }, err)
}

func (c *command) crl(args []string) error {
	name, err := c.parse(c.flags("crl", "inspect"), args)
	if err != nil {
		return err
	}
	v, err := c.verifier()
	if err != nil {
		return err
	}
	data, err := c.read(name)
	if err != nil {
		return err
	}
	rep, err := v.VerifyCRL(data, c.at)
	if rep.Indication == "" {
		return err
	}
	return c.print(rep, func(p *printer) { p.list(rep) }, err)
}

func (c *command) ocsp(args []string) error {
	f := c.flags("ocsp", "inspect")
	cert := f.String("cert", "", "certificate `file` that was asked about")
	issuer := f.String("issuer", "", "certificate `file` of its issuer")
	name, err := c.parse(f, args)
	if err != nil {
		return err
	}
	if *cert == "" || *issuer == "" {
		return c.usage("-cert and -issuer are needed")
	}
	v, err := c.verifier()
	if err != nil {
		return err
	}
	var data [3][]byte
	for i, n := range []string{name, *cert, *issuer} {
		if data[i], err = c.read(n); err != nil {
			return err
		}
	}
	rep, err := v.VerifyOCSP(data[0], data[1], data[2], nil, c.at)
	if rep.Indication == "" {
		return err
	}
	return c.print(rep, func(p *printer) { p.response(rep) }, err)
}

func (c *command) tst(args []string) error {
	f := c.flags("tst", "inspect")
	stamped := f.String("data", "", "the stamped `file`")
	name, err := c.parse(f, args)
	if err != nil {
		return err
	}
	v, err := c.verifier()
	if err != nil {
		return err
	}
	token, err := c.read(name)
	if err != nil {
		return err
	}
	var data io.Reader
	if *stamped != "" {
		file, err := open(*stamped)
		if err != nil {
			return err
		}
		defer file.Close()
		data = file
	}
	rep, err := v.VerifyStamp(token, data, c.at)
	if rep.Indication == "" {
		return err
	}
	return c.print(rep, func(p *printer) { p.stamp(rep) }, err)
}

func (c *command) sign(args []string) error {
	f := flag.NewFlagSet("eds sign", flag.ContinueOnError)
	f.SetOutput(c.err)
	p12 := f.String("p12", "", "key `file` (PKCS #12)")
	password := f.String("password", "", "its `password`")
	isDetached := f.Bool("detached", false, "leave the content out of the signature")
	isXML := f.Bool("xml", false, "sign an XML document, enveloped")
	out := f.String("out", "", "`file` for the result, DER if named .der, .cms or .p7s (default standard output, PEM)")
	at := time.Now()
	f.Func("at", "signing time to claim, RFC 3339 `instant` (default now)", func(s string) (err error) {
		at, err = time.Parse(time.RFC3339, s)
		return err
	})
	if err := f.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return err
		}
		return errUsage
	}
	if f.NArg() != 1 || *p12 == "" || *isXML && *isDetached {
		return c.usage("want -p12 and one file, and not both -xml and -detached")
	}
	data, err := c.read(*p12)
	if err != nil {
		return err
	}
	key, err := edstest.LoadPKCS12(data, *password)
	if err != nil {
		return dataError{err}
	}
	var signed []byte
	switch {
	case *isXML:
		doc, err := c.read(f.Arg(0))
		if err != nil {
			return err
		}
		if signed, err = signXML(key, doc); err != nil {
			return err
		}
	case *isDetached:
		file, err := open(f.Arg(0))
		if err != nil {
			return err
		}
		defer file.Close()
		if signed, err = key.SignDetached(file, edstest.At(at)); err != nil {
			return err
		}
	default:
		content, err := c.read(f.Arg(0))
		if err != nil {
			return err
		}
		if signed, err = key.SignCMS(content, edstest.Attached, edstest.At(at)); err != nil {
			return err
		}
	}
	ext := strings.ToLower(filepath.Ext(*out))
	if !*isXML && ext != ".der" && ext != ".cms" && ext != ".p7s" {
		signed = edstest.PEM(signed)
	}
	if *out == "" {
		_, err := io.Copy(c.out, bytes.NewReader(signed))
		return err
	}
	return writeFile(*out, signed)
}

func signXML(key *edstest.Key, doc []byte) ([]byte, error) {
	methods := map[string]xmldsig.SignatureMethod{
		"gost2015-512": xmldsig.GOST2015, "gost2004": xmldsig.GOST2004, "rsa-sha256": xmldsig.RSASHA256,
	}
	s := xmldsig.Signer{
		Method: methods[key.Private.Algorithm().Name], Certificate: key.Certificate, Sign: key.Private.Sign,
		NewHash: func(m xmldsig.DigestMethod) hash.Hash {
			d, err := algorithm.FindXMLDigest(m.URI())
			if err != nil {
				return nil
			}
			return d.New()
		},
	}
	return s.Enveloped(doc)
}
