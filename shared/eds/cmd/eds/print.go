package main

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/courtoffice/courtoffice/shared/eds"
)

// printer writes reports for people.
type printer struct {
	w    io.Writer
	lang string
}

// labels in Kazakh, Russian and English.
var labels = map[string][3]string{
	"passed":         {"Қолтаңба жарамды", "Подпись действительна", "The signature is valid"},
	"failed":         {"Қолтаңба жарамсыз", "Подпись недействительна", "The signature is not valid"},
	"indeterminate":  {"Қолтаңбаның жарамдылығын анықтау мүмкін болмады", "Действительность подписи установить не удалось", "It could not be established whether the signature is valid"},
	"ok":             {"Тексеруден өтті", "Проверку прошло", "The check passed"},
	"notOk":          {"Тексеруден өтпеді", "Проверку не прошло", "The check did not pass"},
	"policy":         {"Саясат", "Политика", "Policy"},
	"checkedAt":      {"Тексеру уақыты", "Время проверки", "Checked at"},
	"signer":         {"Қол қоюшы", "Подписавший", "Signer"},
	"role":           {"Рөлі", "Роль", "Role"},
	"iin":            {"ЖСН", "ИИН", "IIN"},
	"bin":            {"БСН", "БИН", "BIN"},
	"serialNumber":   {"Құжат нөмірі", "Номер документа", "Document number"},
	"countersigned":  {"Куәландырған", "Заверил", "Countersigned"},
	"organisation":   {"Ұйым", "Организация", "Organisation"},
	"algorithm":      {"Алгоритм", "Алгоритм", "Algorithm"},
	"certificate":    {"Тіркеу куәлігі", "Свидетельство", "Certificate"},
	"validity":       {"Жарамдылық мерзімі", "Срок действия", "Valid"},
	"issuer":         {"Берген орталық", "Издатель", "Issuer"},
	"anchor":         {"Сенім тірегі", "Доверенный корень", "Trust anchor"},
	"signingTime":    {"Қол қоюшы көрсеткен уақыт", "Время по словам подписавшего", "Time claimed by the signer"},
	"reference":      {"Тіркеу куәлігі мына уақытқа тексерілді", "Свидетельство проверено на момент", "Certificate judged at"},
	"stamp":          {"Уақыт белгісі", "Метка времени", "Time stamp"},
	"revocation":     {"Кері қайтарып алынуы", "Отзыв", "Revocation"},
	"signed":         {"Қол қойылған бөлік", "Подписанная часть", "Signed part"},
	"problem":        {"Мәселе", "Проблема", "Problem"},
	"next":           {"Не істеу керек", "Что делать", "What to do"},
	"note":           {"Ескерту", "Замечание", "Note"},
	"entries":        {"Жазбалар саны", "Записей", "Entries"},
	"number":         {"Нөмірі", "Номер", "Number"},
	"status":         {"Күйі", "Состояние", "Status"},
	"name":           {"Қолтаңба", "Подпись", "Signature"},
	"covers":         {"Қол қойылғаны", "Подписано", "Covers"},
	"whole":          {"құжат толығымен", "весь документ", "the whole document"},
	"part":           {"құжаттың алғашқы байттары: %d", "первые байты документа: %d", "the first bytes of the document: %d"},
	"later":          {"Кейін қосылғаны", "Добавлено позже", "Added later"},
	"signature":      {"қолтаңба", "подпись", "a signature"},
	"evidence":       {"тексеру деректері", "данные для проверки", "validation data"},
	"receiptPassed":  {"Қолхатты кабинет берген, ол өзгертілмеген", "Расписку выдал кабинет, она не изменена", "The office gave this receipt, and nobody changed it"},
	"receiptFailed":  {"Қолхат жарамсыз", "Расписка недействительна", "The receipt is not valid"},
	"receiptUnknown": {"Қолхатты тексеру мүмкін болмады", "Проверить расписку не удалось", "The receipt could not be verified"},
	"key":            {"Кабинеттің кілті", "Ключ кабинета", "Key of the office"},
	"uncertified":    {"Куәландырылмаған", "Не удостоверено", "Not certified"},
	"kind":           {"Құжат түрі", "Вид документа", "Kind of document"},
	"party":          {"Тарап", "Сторона", "Party"},
	"price":          {"Талап қою бағасы", "Цена иска", "Price of the claim"},
	"address":        {"Кабинеттің мекенжайы", "Адрес кабинета", "Address of the office"},
	"ticket":         {"Қолхат нөмірі", "Номер расписки", "Receipt number"},
	"sentAt":         {"Жіберілген уақыты", "Отправлено", "Sent"},
	"court":          {"Сот", "Суд", "Court"},
	"checkCode":      {"Тексеру коды", "Проверочный код", "Check code"},
	"manifest":       {"Қол қойылған құжаттың SHA-256", "SHA-256 подписанного документа", "SHA-256 of the signed document"},
	"form":           {"Нысанның SHA-256", "SHA-256 формы", "SHA-256 of the form"},
	"statement":      {"Өтініш мәтінінің SHA-256", "SHA-256 текста обращения", "SHA-256 of the statement"},
	"information":    {"құжат туралы мәлімет", "сведения о документе", "information about the document"},
}

func (p *printer) label(key string) string { return p.in(labels[key]) }

// in is a text in the reader's language.
func (p *printer) in(texts [3]string) string {
	i := 0
	switch p.lang {
	case "ru":
		i = 1
	case "en":
		i = 2
	}
	return texts[i]
}

func (p *printer) line(key, format string, args ...any) {
	if text := fmt.Sprintf(format, args...); strings.TrimSpace(text) != "" {
		fmt.Fprintf(p.w, "  %s: %s\n", p.label(key), escape(text))
	}
}

func at(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

func (p *printer) head(i eds.Indication, sub eds.SubIndication, passed, failed, unknown string) {
	key := map[eds.Indication]string{eds.TotalPassed: passed, eds.TotalFailed: failed}[i]
	if key == "" {
		key = unknown
	}
	fmt.Fprintln(p.w, strings.TrimSpace(fmt.Sprintf("%s %s", i, sub)))
	fmt.Fprintln(p.w, p.label(key)+".")
}

func (p *printer) checks(list []eds.Check) {
	for _, c := range list {
		if c.Status == eds.Passed {
			continue
		}
		title, next := eds.Text(c.Code, p.lang)
		if c.Status == eds.Warning {
			p.line("note", "%s [%s]", title, c.Code)
			continue
		}
		p.line("problem", "%s [%s]", title, c.Code)
		p.line("next", "%s", next)
	}
}

func (p *printer) person(s eds.Subject) {
	p.line("signer", "%s", strings.TrimSpace(s.CommonName+" "+s.Patronymic))
	p.line("role", "%s", s.Role)
	p.line("iin", "%s", s.IIN.Reveal())
	p.line("bin", "%s", s.BIN.Reveal())
	p.line("organisation", "%s", s.Organisation)
	p.line("serialNumber", "%s", s.SerialNumber)
}

func (p *printer) cert(c *eds.Certificate) {
	if c == nil {
		return
	}
	p.line("certificate", "%s, %s", c.Serial, c.Subject)
	p.line("issuer", "%s", c.Issuer)
	p.line("validity", "%s – %s", at(c.NotBefore), at(c.NotAfter))
}

func (p *printer) anchor(c *eds.Certificate) {
	if c != nil {
		p.line("anchor", "%s, sha256 %s", c.Subject, c.SHA256)
	}
}

func (p *printer) revocation(r eds.Revocation) {
	p.line("revocation", "%s", strings.Join(strings.Fields(fmt.Sprint(r.Status, " ", r.Source, " ", r.Number, " ", r.Delta, " ",
		at(r.ThisUpdate), " ", at(r.RevokedAt), " ", r.Reason)), " "))
}

func (p *printer) report(r *eds.Report) {
	p.head(r.Indication, r.SubIndication, "passed", "failed", "indeterminate")
	p.line("policy", "%s", r.Policy)
	p.line("checkedAt", "%s", at(r.CheckedAt))
	p.checks(r.Checks)
	for i, s := range r.Signers {
		fmt.Fprintf(p.w, "\n%d. %s %s\n", i+1, s.Indication, s.SubIndication)
		p.signature(s)
	}
}

// signature writes what was found about one signer.
func (p *printer) signature(s eds.Signer) {
	p.person(s.Subject)
	p.line("algorithm", "%s", s.Algorithm)
	p.cert(s.Certificate)
	p.anchor(s.Anchor)
	p.line("signingTime", "%s", at(s.SigningTime))
	if !s.ReferenceTime.IsZero() {
		p.line("reference", "%s (%s)", at(s.ReferenceTime), s.Clock)
	}
	for _, t := range s.TimeStamps {
		p.line("stamp", "%s", at(t.Time))
	}
	p.revocation(s.Revocation)
	for _, e := range s.Signed {
		p.line("signed", "%s", e.Path)
	}
	p.checks(s.Checks)
	for _, x := range s.Countersignatures {
		p.line("countersigned", "%s %s", x.Indication, x.SubIndication)
		p.signature(x)
	}
}

func (p *printer) certificate(r eds.CertificateReport) {
	p.head(r.Indication, r.SubIndication, "ok", "notOk", "notOk")
	p.line("checkedAt", "%s", at(r.CheckedAt))
	p.person(r.Subject)
	p.cert(r.Certificate)
	p.line("algorithm", "%s", r.Certificate.Algorithm)
	p.line("status", "%s", strings.Join(append(r.Certificate.KeyUsage, r.Certificate.ExtKeyUsage...), " "))
	p.anchor(r.Anchor)
	p.revocation(r.Revocation)
	p.checks(r.Checks)
}

func (p *printer) list(r eds.CRLReport) {
	p.head(r.Indication, r.SubIndication, "ok", "notOk", "notOk")
	p.line("checkedAt", "%s", at(r.CheckedAt))
	p.line("issuer", "%s", r.Issuer)
	p.line("number", "%s", strings.TrimSpace(r.Number+" "+r.Base))
	p.line("validity", "%s – %s", at(r.ThisUpdate), at(r.NextUpdate))
	p.line("entries", "%d", r.Entries)
	p.anchor(r.Anchor)
	p.checks(r.Checks)
}

func (p *printer) response(r eds.OCSPReport) {
	p.head(r.Indication, r.SubIndication, "ok", "notOk", "notOk")
	p.line("checkedAt", "%s", at(r.CheckedAt))
	p.line("status", "%s", r.ResponseStatus)
	p.cert(r.Responder)
	p.anchor(r.Anchor)
	p.revocation(r.Revocation)
	p.checks(r.Checks)
}

func (p *printer) stamp(r eds.StampReport) {
	p.head(r.Indication, r.SubIndication, "ok", "notOk", "notOk")
	p.line("checkedAt", "%s", at(r.CheckedAt))
	p.line("stamp", "%s, %s, %s", at(r.TimeStamp.Time), r.TimeStamp.Serial, r.TimeStamp.Policy)
	p.cert(r.TimeStamp.Signer)
	p.anchor(r.TimeStamp.Anchor)
	p.checks(r.Checks)
}
