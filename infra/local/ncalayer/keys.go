package ncalayer

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/courtoffice/courtoffice/shared/eds/edstest"
)

// key is a test key with its certificate read.
type key struct {
	*edstest.Key
	cert *x509.Certificate
}

func newKey(k *edstest.Key) (key, error) {
	cert, err := x509.ParseCertificate(k.Certificate)
	if err != nil {
		return key{}, fmt.Errorf("ncalayer: certificate of %s: %w", k.Name, err)
	}
	return key{Key: k, cert: cert}, nil
}

// signPEM signs content and wraps the CMS as NCALayer does: PEM with the label CMS. With stamp,
// the time-stamping authority of the test keys stamps the signature.
func (s *Server) signPEM(k key, content []byte, attached, stamp bool) (string, error) {
	var options []edstest.Option
	if stamp {
		if s.stamps == nil {
			return "", errors.New("no time-stamping authority beside the test keys")
		}
		options = append(options, edstest.WithStamp(s.stamps.Stamper(edstest.StampTemplate{Time: time.Now()})))
	}
	der, err := k.SignCMS(content, edstest.Mode(attached), options...)
	if err != nil {
		return "", fmt.Errorf("sign with %s: %w", k.Name, err)
	}
	return string(edstest.PEM(der)), nil
}

// keyInfo is the answer to getKeyInfo. Instants are milliseconds since 1970 as text.
type keyInfo struct {
	Alias                  string `json:"alias"`
	KeyID                  string `json:"keyId"`
	Algorithm              string `json:"algorithm"`
	SubjectCN              string `json:"subjectCn"`
	SubjectDN              string `json:"subjectDn"`
	IssuerCN               string `json:"issuerCn"`
	IssuerDN               string `json:"issuerDn"`
	SerialNumber           string `json:"serialNumber"`
	CertNotBefore          string `json:"certNotBefore"`
	CertNotAfter           string `json:"certNotAfter"`
	AuthorityKeyIdentifier string `json:"authorityKeyIdentifier"`
	PEM                    string `json:"pem"`
}

func (k key) info() keyInfo {
	cert := k.cert
	id := hex.EncodeToString(cert.SubjectKeyId)
	return keyInfo{
		Alias:                  id,
		KeyID:                  id,
		Algorithm:              k.algorithm(),
		SubjectCN:              cert.Subject.CommonName,
		SubjectDN:              distinguishedName(cert.RawSubject),
		IssuerCN:               cert.Issuer.CommonName,
		IssuerDN:               distinguishedName(cert.RawIssuer),
		SerialNumber:           cert.SerialNumber.Text(16),
		CertNotBefore:          strconv.FormatInt(cert.NotBefore.UnixMilli(), 10),
		CertNotAfter:           strconv.FormatInt(cert.NotAfter.UnixMilli(), 10),
		AuthorityKeyIdentifier: hex.EncodeToString(cert.AuthorityKeyId),
		PEM:                    string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert.Raw})),
	}
}

// algorithm names the key's family as NCALayer does.
func (k key) algorithm() string {
	if k.cert.PublicKeyAlgorithm == x509.RSA {
		return "RSA"
	}
	return "ECGOST3410-2015"
}

// attributeNames are the short names of the attribute types NCA subjects use,
// as the Java world writes them.
var attributeNames = map[string]string{
	"2.5.4.3": "CN", "2.5.4.4": "SURNAME", "2.5.4.5": "SERIALNUMBER", "2.5.4.6": "C", "2.5.4.7": "L",
	"2.5.4.8": "ST", "2.5.4.10": "O", "2.5.4.11": "OU", "2.5.4.15": "BUSINESSCATEGORY", "2.5.4.42": "GIVENNAME",
	"1.2.840.113549.1.9.1": "E", "0.9.2342.19200300.100.1.1": "UID", "0.9.2342.19200300.100.1.25": "DC",
}

// distinguishedName writes a DER Name in the order it is encoded, with commas escaped.
func distinguishedName(der []byte) string {
	var rdns pkix.RDNSequence
	if _, err := asn1.Unmarshal(der, &rdns); err != nil {
		return ""
	}
	var parts []string
	for _, rdn := range rdns {
		for _, a := range rdn {
			name, ok := attributeNames[a.Type.String()]
			if !ok {
				name = a.Type.String()
			}
			value := strings.NewReplacer(`\`, `\\`, `,`, `\,`).Replace(fmt.Sprint(a.Value))
			parts = append(parts, name+"="+value)
		}
	}
	return strings.Join(parts, ",")
}
