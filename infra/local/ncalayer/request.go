package ncalayer

import (
	"crypto/x509"
	"encoding/asn1"
	"slices"
	"strings"
)

// request is what a page asks the user for, whichever module it came through. Empty members ask
// for nothing.
type request struct {
	origin   string
	method   string
	lang     string
	contents [][]byte // what is to be signed, one member per document
	storages []string // where the key may be kept; test keys are files, "PKCS12"
	keyType  string   // "SIGNATURE", "AUTHENTICATION", anything else lets the user choose
	usages   []string // extended key usages the certificate must have, all of them
	iin, bin string
	serial   string // hexadecimal
}

// fits reports whether NCALayer would show k in the window for r.
func (r request) fits(k key) bool {
	cert := k.cert
	if r.storages != nil && !slices.Contains(r.storages, "PKCS12") {
		return false
	}
	switch r.keyType {
	case "SIGNATURE":
		if cert.KeyUsage&x509.KeyUsageContentCommitment == 0 {
			return false
		}
	case "AUTHENTICATION":
		if !slices.Contains(usages(cert), oidClientAuth) {
			return false
		}
	}
	for _, want := range r.usages {
		if !slices.Contains(usages(cert), want) {
			return false
		}
	}
	if r.iin != "" && !hasAttribute(cert, asn1.ObjectIdentifier{2, 5, 4, 5}, "IIN"+r.iin) {
		return false
	}
	if r.bin != "" && !hasAttribute(cert, asn1.ObjectIdentifier{2, 5, 4, 11}, "BIN"+r.bin) {
		return false
	}
	return r.serial == "" || strings.EqualFold(strings.TrimLeft(r.serial, "0"), cert.SerialNumber.Text(16))
}

const (
	oidClientAuth      = "1.3.6.1.5.5.7.3.2"
	oidEmailProtection = "1.3.6.1.5.5.7.3.4"
)

// usages lists the extended key usages of an NCA certificate as dotted text.
func usages(cert *x509.Certificate) []string {
	var out []string
	for _, u := range cert.ExtKeyUsage {
		switch u {
		case x509.ExtKeyUsageClientAuth:
			out = append(out, oidClientAuth)
		case x509.ExtKeyUsageEmailProtection:
			out = append(out, oidEmailProtection)
		}
	}
	for _, id := range cert.UnknownExtKeyUsage {
		out = append(out, id.String())
	}
	return out
}

func hasAttribute(cert *x509.Certificate, oid asn1.ObjectIdentifier, value string) bool {
	for _, name := range cert.Subject.Names {
		if name.Type.Equal(oid) && name.Value == value {
			return true
		}
	}
	return false
}
