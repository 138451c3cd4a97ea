// Package signertest gives tests of signed acts a small authority shaped like the NCA, fixed in
// time, with a key for every kind of person that an act can come from.
//
//	pki := signertest.New(t)
//	sent := pki.Sign(t, "aigul", document)   // PEM, as NCALayer returns it
//
// Everything is valid at signertest.At except what its name says is not.
package signertest

import (
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/courtoffice/courtoffice/shared/eds"
	"github.com/courtoffice/courtoffice/shared/eds/certpath"
	"github.com/courtoffice/courtoffice/shared/eds/crl"
	"github.com/courtoffice/courtoffice/shared/eds/edstest"
	"github.com/courtoffice/courtoffice/shared/eds/oid"
	"github.com/courtoffice/courtoffice/shared/signer"
)

// At is the instant the keys are made for: Sunday 22 November 2026, noon in Kazakhstan. The
// revocation list holds for the day before and the week after.
var At = time.Date(2026, 11, 22, 7, 0, 0, 0, time.UTC)

// Numbers of the people and of the company they act for: made up, with right check digits.
const (
	AigulIIN = "900101300126"
	ErlanIIN = "900101300811"
	DanaIIN  = "850310400315"
	BIN      = "120340001230"
	Company  = `"БҰЛАҚ" ЖШС`
)

// PKI is the authority with its keys.
type PKI struct {
	Dir  string // trust folder: root, CA, revocation list
	Keys map[string]*edstest.Key

	ca *edstest.Key
}

// person is one certificate to be issued.
type person struct {
	iin, surname, name string
	legal              bool // acts for Company
	roles              []oid.ID
	from, to           time.Duration // around At
	family             func() (*edstest.Private, error)
	usage              certpath.KeyUsage
}

// rsaKey is one key for the whole process: finding primes is what takes time here.
var rsaKey = sync.OnceValues(func() (*edstest.Private, error) { return edstest.GenerateRSA(2048) })

// New makes the authority and its keys:
//
//	aigul, erlan, dana                 natural persons
//	head, signer                       aigul and erlan acting for Company
//	finance, hr, employee, system      who may not act for it
//	expired, future, revoked, suspended  aigul with a key that must not count
//	auth                               aigul's RSA key for authentication only
//	rsa                                aigul's RSA key for signing
//	stranger                           aigul by an authority nobody knows
func New(t testing.TB) *PKI {
	t.Helper()
	p := &PKI{Dir: t.TempDir(), Keys: map[string]*edstest.Key{}}
	root := authority(t, nil, "СЫНАҚ НЕГІЗГІ ОРТАЛЫҚ")
	ca := authority(t, root, "СЫНАҚ ҰЛТТЫҚ ОРТАЛЫҚ")
	stranger := authority(t, nil, "БӨТЕН ОРТАЛЫҚ")
	for name, who := range map[string]person{
		"aigul":     {roles: []oid.ID{oid.RoleIndividual}},
		"erlan":     {iin: ErlanIIN, surname: "ОМАРОВ", name: "ЕРЛАН", roles: []oid.ID{oid.RoleIndividual}},
		"dana":      {iin: DanaIIN, surname: "САДЫҚОВА", name: "ДАНА", roles: []oid.ID{oid.RoleIndividual}},
		"head":      {legal: true, roles: []oid.ID{oid.RoleLegal, oid.RoleHead}},
		"signer":    {iin: ErlanIIN, surname: "ОМАРОВ", name: "ЕРЛАН", legal: true, roles: []oid.ID{oid.RoleLegal, oid.RoleSignRight}},
		"finance":   {legal: true, roles: []oid.ID{oid.RoleLegal, oid.RoleFinanceRight}},
		"hr":        {legal: true, roles: []oid.ID{oid.RoleLegal, oid.RoleHR}},
		"employee":  {legal: true, roles: []oid.ID{oid.RoleLegal, oid.RoleEmployee}},
		"system":    {iin: "-", legal: true, roles: []oid.ID{oid.RoleLegal, oid.RoleSystem}},
		"expired":   {roles: []oid.ID{oid.RoleIndividual}, from: -400 * 24 * time.Hour, to: -time.Second},
		"future":    {roles: []oid.ID{oid.RoleIndividual}, from: time.Second},
		"revoked":   {roles: []oid.ID{oid.RoleIndividual}},
		"suspended": {roles: []oid.ID{oid.RoleIndividual}},
		"auth": {roles: []oid.ID{oid.ClientAuth, oid.RoleIndividual}, family: rsaKey,
			usage: certpath.DigitalSignature | certpath.KeyEncipherment},
		"rsa":      {roles: []oid.ID{oid.EmailProtection, oid.RoleIndividual}, family: rsaKey},
		"stranger": {roles: []oid.ID{oid.RoleIndividual}},
	} {
		issuer := ca
		if name == "stranger" {
			issuer = stranger
		}
		p.Keys[name] = issue(t, issuer, who)
	}
	p.ca = ca
	list, err := ca.CRL(edstest.ListTemplate{
		Number: 1, ThisUpdate: At.Add(-24 * time.Hour), NextUpdate: At.Add(7 * 24 * time.Hour),
		Revoked: []edstest.RevokedCertificate{
			{Serial: p.Keys["revoked"].Serial(), At: At.Add(-48 * time.Hour), Reason: crl.KeyCompromise},
			{Serial: p.Keys["suspended"].Serial(), At: At.Add(-48 * time.Hour), Reason: crl.CertificateHold},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{"root.cer": root.Certificate, "ca.cer": ca.Certificate, "ca.crl": list} {
		if err := os.WriteFile(filepath.Join(p.Dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return p
}

// Person gives a natural person of that number a key of that name.
func (p *PKI) Person(t testing.TB, name, iin, surname, given string) {
	t.Helper()
	p.Keys[name] = issue(t, p.ca, person{iin: iin, surname: surname, name: given, roles: []oid.ID{oid.RoleIndividual}})
}

func authority(t testing.TB, above *edstest.Key, name string) *edstest.Key {
	t.Helper()
	private, err := edstest.GenerateGOST()
	if err != nil {
		t.Fatal(err)
	}
	template := edstest.Template{
		Subject:   []edstest.Attribute{{Type: oid.CommonName, Value: name}, {Type: oid.Country, Value: "KZ"}},
		NotBefore: At.AddDate(-5, 0, 0), NotAfter: At.AddDate(15, 0, 0),
		CA: true, PathLen: -1, KeyUsage: certpath.KeyCertSign | certpath.CRLSign,
	}
	var key *edstest.Key
	if above == nil {
		key, err = edstest.NewRoot(private, template)
	} else {
		key, err = above.Issue(private, template)
	}
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func issue(t testing.TB, ca *edstest.Key, who person) *edstest.Key {
	t.Helper()
	if who.iin == "" {
		who.iin, who.surname, who.name = AigulIIN, "СЕЙІТОВА", "АЙГҮЛ"
	}
	if who.from == 0 {
		who.from = -100 * 24 * time.Hour
	}
	if who.to == 0 {
		who.to = 265 * 24 * time.Hour
	}
	if who.family == nil {
		who.family = edstest.GenerateGOST
	}
	if who.usage == 0 {
		who.usage = certpath.DigitalSignature | certpath.NonRepudiation
	}
	subject := []edstest.Attribute{
		{Type: oid.CommonName, Value: who.surname + " " + who.name},
		{Type: oid.Surname, Value: who.surname},
		{Type: oid.SerialNumber, Value: "IIN" + who.iin},
		{Type: oid.Country, Value: "KZ"},
	}
	if who.iin == "-" {
		subject = []edstest.Attribute{{Type: oid.CommonName, Value: `АЖ "БҰЛАҚ"`}, {Type: oid.Country, Value: "KZ"}}
	}
	if who.legal {
		subject = append(subject,
			edstest.Attribute{Type: oid.Organization, Value: Company}, edstest.Attribute{Type: oid.OrganizationalUnit, Value: "BIN" + BIN})
	}
	private, err := who.family()
	if err != nil {
		t.Fatal(err)
	}
	key, err := ca.Issue(private, edstest.Template{
		Subject: subject, NotBefore: At.Add(who.from), NotAfter: At.Add(who.to), PathLen: -1,
		KeyUsage: who.usage, ExtKeyUsage: who.roles,
	})
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// Verifier verifies against the authority under a policy.
func (p *PKI) Verifier(t testing.TB, policy eds.Policy) *eds.Verifier {
	t.Helper()
	trust, err := eds.LoadTrust(p.Dir)
	if err != nil {
		t.Fatal(err)
	}
	return &eds.Verifier{Trust: trust, Policy: policy}
}

// Sign signs content, attached, with the key of that name and returns PEM.
func (p *PKI) Sign(t testing.TB, name string, content []byte) signer.Signature {
	t.Helper()
	key, ok := p.Keys[name]
	if !ok {
		t.Fatalf("no key %q", name)
	}
	der, err := key.SignCMS(content, edstest.Attached, edstest.At(At))
	if err != nil {
		t.Fatal(err)
	}
	return signer.Signature(edstest.PEM(der))
}
