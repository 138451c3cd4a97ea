package main

import (
	"time"

	"github.com/courtoffice/courtoffice/shared/eds/certpath"
	"github.com/courtoffice/courtoffice/shared/eds/crl"
	"github.com/courtoffice/courtoffice/shared/eds/edstest"
	"github.com/courtoffice/courtoffice/shared/eds/oid"
)

// person is a fictional holder of a key.
type person struct {
	name       string // of the key
	kind       string // eds.Role
	iin        string
	surname    string
	given      string
	patronymic string
	company    bool
	rsa        bool
	usage      []oid.ID
	from, to   time.Time
	kk, ru, en string
}

// The company and its number.
const (
	company = "«ҮЛГІ» ЖШС"
	bin     = "120340001230"
)

func everybody() []person {
	from, to := date(2025, 1, 1), date(2050, 1, 1)
	individual := []oid.ID{oid.EmailProtection, oid.RoleIndividual}
	legal := func(role oid.ID) []oid.ID { return []oid.ID{oid.EmailProtection, oid.RoleLegal, role} }
	return []person{
		{"individual-gost", "individual", "900101300126", "СЕРІКОВ", "ҰЛАН", "ҚАНАТҰЛЫ", false, false, individual, from, to,
			"Жеке тұлға: Ұлан Серіков", "Физическое лицо: Улан Сериков", "Natural person: Ulan Serikov"},
		{"individual-gost-2", "individual", "781124400222", "ЖҮНІСОВА", "ӘСЕЛ", "БОЛАТҚЫЗЫ", false, false, individual, from, to,
			"Басқа жеке тұлға: Әсел Жүнісова", "Другое физическое лицо: Асель Жунусова", "Another natural person: Asel Zhunisova"},
		{"individual-rsa", "individual", "850315400134", "ҒАББАСОВА", "ГҮЛНҰР", "", false, true, individual, from, to,
			"Жеке тұлға, RSA кілті: Гүлнұр Ғаббасова", "Физическое лицо, ключ RSA: Гульнур Габбасова", "Natural person, RSA key: Gulnur Gabbasova"},
		{"head", "head", "920701450114", "ОМАРОВА", "ІҢКӘР", "ӨМІРҚЫЗЫ", true, false, legal(oid.RoleHead), from, to,
			"Бірінші басшы: Іңкәр Омарова, «Үлгі» ЖШС", "Первый руководитель: Инкар Омарова, ТОО «Үлгі»", "Head: Inkar Omarova, Ulgi LLP"},
		{"signright", "signright", "950529300330", "ҚАСЫМОВ", "НҰРЖАН", "ЕРЛАНҰЛЫ", true, false, legal(oid.RoleSignRight), from, to,
			"Қол қою құқығы бар қызметкер: Нұржан Қасымов, «Үлгі» ЖШС", "Сотрудник с правом подписи: Нуржан Касымов, ТОО «Үлгі»", "Employee with the right to sign: Nurzhan Kasymov, Ulgi LLP"},
		{"employee", "employee", "880815300449", "ТІЛЕУОВ", "БЕКЗАТ", "ҒАНИҰЛЫ", true, false, legal(oid.RoleEmployee), from, to,
			"Қызметкер: Бекзат Тілеуов, «Үлгі» ЖШС", "Сотрудник: Бекзат Тилеуов, ТОО «Үлгі»", "Employee: Bekzat Tileuov, Ulgi LLP"},
		{"expired", "individual", "050202500555", "ТӨЛЕГЕНОВ", "АЯН", "МАРАТҰЛЫ", false, false, individual, date(2024, 1, 1), from,
			"Мерзімі өткен тіркеу куәлігі: Аян Төлегенов", "Свидетельство с истёкшим сроком: Аян Толегенов", "Expired certificate: Ayan Tolegenov"},
		{"not-yet-valid", "individual", "990412300669", "ДӘУЛЕТОВ", "ЕРНАР", "", false, false, individual, date(2049, 1, 1), to,
			"Мерзімі басталмаған тіркеу куәлігі: Ернар Дәулетов", "Свидетельство, срок которого не начался: Ернар Даулетов", "Certificate not yet valid: Yernar Dauletov"},
		{"revoked", "individual", "910201400772", "ҚУАНЫШЕВА", "ДАНА", "САБЫРҚЫЗЫ", false, false, individual, from, to,
			"Кері қайтарып алынған тіркеу куәлігі: Дана Қуанышева", "Отозванное свидетельство: Дана Куанышева", "Revoked certificate: Dana Kuanysheva"},
		{"suspended", "individual", "870606400883", "ӘБІЛОВА", "МӨЛДІР", "ТАЛҒАТҚЫЗЫ", false, false, individual, from, to,
			"Қолданысы тоқтатыла тұрған тіркеу куәлігі: Мөлдір Әбілова", "Приостановленное свидетельство: Мольдир Абилова", "Suspended certificate: Moldir Abilova"},
		{"auth-only", "individual", "850315400134", "ҒАББАСОВА", "ГҮЛНҰР", "", false, true, []oid.ID{oid.ClientAuth, oid.RoleIndividual}, from, to,
			"Тек кіруге арналған кілт (AUTH_RSA): Гүлнұр Ғаббасова", "Ключ только для входа (AUTH_RSA): Гульнур Габбасова", "Key for authentication only (AUTH_RSA): Gulnur Gabbasova"},
		{"untrusted", "individual", "900101300126", "СЕРІКОВ", "ҰЛАН", "ҚАНАТҰЛЫ", false, false, individual, from, to,
			"Сенімсіз орталық берген тіркеу куәлігі: Ұлан Серіков", "Свидетельство чужого центра с теми же именами: Улан Сериков", "Certificate of a foreign authority with the same names: Ulan Serikov"},
	}
}

func (g generator) people(gost, rsa, fake *pair) error {
	var entries []edstest.Entry
	for _, p := range everybody() {
		issuer := gost
		if p.rsa {
			issuer = rsa
		}
		if p.name == "untrusted" {
			issuer = fake
		}
		private, err := g.private(p.name, leafGenerator(issuer.family))
		if err != nil {
			return err
		}
		k, err := issuer.issuer.Issue(private, p.template(issuer.family))
		if err != nil {
			return err
		}
		switch p.name {
		case "revoked":
			issuer.revoked = append(issuer.revoked, revoke(k, date(2025, 6, 1), crl.KeyCompromise))
		case "suspended":
			issuer.revoked = append(issuer.revoked, revoke(k, date(2025, 6, 2), crl.CertificateHold))
		}
		if err := g.save("keys/"+p.name+".pem", k); err != nil {
			return err
		}
		entries = append(entries, edstest.Entry{Name: p.name, Kind: p.kind, Title: map[string]string{"kk": p.kk, "ru": p.ru, "en": p.en}})
	}
	for _, p := range []*pair{gost, rsa} {
		if err := g.lists(p); err != nil {
			return err
		}
	}
	return g.writeEntries(entries)
}

// template follows the certificates of the NCA: one GOST key for signing and login, RSA keys apart,
// and the swapped critical flags of employees with the right to sign.
func (p person) template(family string) edstest.Template {
	t := edstest.Template{
		NotBefore: p.from, NotAfter: p.to, ExtKeyUsage: p.usage,
		KeyUsage: certpath.DigitalSignature | certpath.NonRepudiation | certpath.KeyAgreement,
		CRLPoint: "http://crl.example.test/nca-" + family + ".crl", FreshestCRL: "http://crl.example.test/nca-d-" + family + ".crl",
		OCSP: "http://ocsp.example.test/",
	}
	if p.rsa {
		t.KeyUsage = certpath.DigitalSignature | certpath.NonRepudiation
	}
	if p.name == "auth-only" {
		t.KeyUsage = certpath.DigitalSignature | certpath.KeyEncipherment
	}
	if p.kind == "signright" {
		t.ExtKeyUsageCritical, t.KeyUsageNotCritical = true, true
	}
	add := func(id oid.ID, value string) {
		if value != "" {
			t.Subject = append(t.Subject, edstest.Attribute{Type: id, Value: value})
		}
	}
	add(oid.CommonName, p.surname+" "+p.given)
	add(oid.Surname, p.surname)
	add(oid.SerialNumber, "IIN"+p.iin)
	add(oid.Country, "KZ")
	if p.company {
		add(oid.Organization, company)
		add(oid.OrganizationalUnit, "BIN"+bin)
	}
	add(oid.GivenName, p.patronymic)
	return t
}
