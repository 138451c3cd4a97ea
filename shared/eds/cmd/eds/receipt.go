package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/courtoffice/courtoffice/shared/eds"
	"github.com/courtoffice/courtoffice/shared/eds/pades"
	"github.com/courtoffice/courtoffice/shared/receipt"
	"github.com/courtoffice/courtoffice/shared/receipt/sheet"
)

// receiptReport is what is found about a receipt of the office.
type receiptReport struct {
	Indication eds.Indication `json:"indication"`
	// Problem is "signature" for a receipt that was changed or made by another, "certificate", "root-ended",
	// "purpose" or "not-in-force" where its key is at fault, "key" where neither the keys nor the roots are
	// those it names, "page" for a PDF whose page isn't the one this version draws of the receipt it
	// carries, "carried" for one that carries none; else absent.
	Problem string           `json:"problem,omitempty"`
	KeyID   string           `json:"keyId,omitempty"`
	Receipt *receipt.Receipt `json:"receipt,omitempty"` // what the office certifies; nil unless its signature holds
	// Uncertified is what stands on the page of a PDF and the office did not sign: anyone may draw a page with
	// other parties around a receipt that holds.
	Uncertified *sheetFacts `json:"uncertified,omitempty"`
}

// sheetFacts are the words of a page beside its receipt.
type sheetFacts struct {
	Kind    string        `json:"kind"`
	Parties []sheet.Party `json:"parties,omitempty"`
	Tiyn    int64         `json:"tiyn,omitempty"` // price of the claim
	Office  string        `json:"office"`         // address that the page sends its reader to
}

// errReceipt carries the verdict to the exit status.
type errReceipt struct{ indication eds.Indication }

func (e errReceipt) Error() string { return string(e.indication) }

func (c *command) receipt(args []string) error {
	f := c.flagSet("receipt")
	var keys files
	f.Var(&keys, "keys", "`file or address` (https://…/keys.json) of the office's published keys; may be repeated")
	name, err := c.parse(f, args)
	if err != nil {
		return err
	}
	if len(keys) == 0 {
		return c.usage("-keys names the office's published keys")
	}
	published, err := c.published(keys)
	if err != nil {
		return err
	}
	data, err := c.read(name)
	if err != nil {
		return err
	}
	r, err := examine(data, published)
	if err != nil {
		return err
	}
	var verdict error
	if r.Indication != eds.TotalPassed {
		verdict = errReceipt{r.Indication}
	}
	return c.print(r, func(p *printer) { p.receipt(r) }, verdict)
}

// published reads the keys: each source holds what an office publishes at /keys.json, or a key of before
// there were roots as it was published then.
func (c *command) published(sources []string) (all receipt.Published, err error) {
	for _, source := range sources {
		data, err := c.fetch(source)
		if err != nil {
			return all, err
		}
		some, err := receipt.ParsePublished(data)
		if err != nil {
			var k receipt.Earlier
			if json.Unmarshal(data, &k) != nil || k.Algorithm != "Ed25519" || len(k.PublicKey) != 32 || k.KeyID != receipt.KeyID(k.PublicKey) {
				return all, dataError{fmt.Errorf("%s holds no published key", source)}
			}
			some.Keys = []receipt.Earlier{receipt.NewEarlier(receipt.ForReceipts, k.PublicKey)}
		}
		all.Roots, all.Keys = append(all.Roots, some.Roots...), append(all.Keys, some.Keys...)
	}
	return all, nil
}

// trustworthy reports whether nobody on the way can change what an address answers.
func trustworthy(address string) bool {
	for _, prefix := range []string{"https://", "http://127.0.0.1:", "http://localhost:"} {
		if strings.HasPrefix(address, prefix) {
			return true
		}
	}
	return false
}

// fetch reads a file, or a small answer over HTTPS; plain HTTP is for an office on this machine.
func (c *command) fetch(source string) ([]byte, error) {
	if !trustworthy(source) {
		return c.read(source)
	}
	client := http.Client{Timeout: 15 * time.Second, CheckRedirect: func(to *http.Request, via []*http.Request) error {
		if !trustworthy(to.URL.String()) || len(via) == 10 {
			return fmt.Errorf("leads to %s", to.URL.Redacted())
		}
		return nil
	}}
	res, err := client.Get(source)
	if err != nil {
		return nil, inputError{err}
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return nil, inputError{fmt.Errorf("%s: %s", source, res.Status)}
	}
	data, err := io.ReadAll(io.LimitReader(res.Body, 1<<20))
	if err != nil {
		return nil, inputError{err}
	}
	return data, nil
}

// examine judges a receipt: its JSON, or the page with it. An error is for what is neither.
func examine(data []byte, keys receipt.Published) (receiptReport, error) {
	signed, same := data, true
	var drawnWith *sheetFacts
	if pades.Is(data) {
		page, drawn, err := sheet.Open(data)
		if errors.Is(err, sheet.ErrNoReceipt) {
			return receiptReport{Indication: eds.Indeterminate, Problem: "carried"}, nil
		}
		signed, same = page.Signed, drawn
		drawnWith = &sheetFacts{page.Kind, page.Parties, page.Tiyn, page.Office}
	}
	var head struct {
		Receipt json.RawMessage `json:"receipt"`
		KeyID   string          `json:"keyId"`
	}
	if err := json.NewDecoder(bytes.NewReader(signed)).Decode(&head); err != nil || head.Receipt == nil {
		return receiptReport{}, dataError{errors.New("the file is no receipt of the office")}
	}
	out := receiptReport{KeyID: head.KeyID}
	r, err := receipt.Verify(keys, signed)
	switch {
	case errors.Is(err, receipt.ErrUnknownKey), errors.Is(err, receipt.ErrRoot):
		out.Indication, out.Problem = eds.Indeterminate, "key"
	case errors.Is(err, receipt.ErrCertificate):
		out.Indication, out.Problem = eds.TotalFailed, "certificate"
	case errors.Is(err, receipt.ErrRootEnded):
		out.Indication, out.Problem = eds.TotalFailed, "root-ended"
	case errors.Is(err, receipt.ErrPurpose):
		out.Indication, out.Problem = eds.TotalFailed, "purpose"
	case errors.Is(err, receipt.ErrNotInForce):
		out.Indication, out.Problem = eds.TotalFailed, "not-in-force"
	case err != nil:
		out.Indication, out.Problem = eds.TotalFailed, "signature"
	case !same:
		out.Indication, out.Problem, out.Receipt = eds.Indeterminate, "page", &r
	default:
		out.Indication, out.Receipt, out.Uncertified = eds.TotalPassed, &r, drawnWith
	}
	return out, nil
}

// distrust is what to do with a receipt that is not the office's.
var distrust = [3]string{"Оған сенбеңіз. Қолхаттың нөмірі мен тексеру кодын кабинеттің сайтында тексеріңіз.", "Не полагайтесь на неё. Проверьте номер и проверочный код на сайте кабинета.", "Do not rely on it. Check its number and check code at the office's site."}

// uncertified is said before what a page says beside its receipt.
var uncertified = [3]string{"Кабинет куәландырмаған, беттің өзінде ғана бар мәлімет: құжат түрі, тараптар, талап қою бағасы, кабинеттің мекенжайы. Оны нысанмен салыстырыңыз.", "Кабинет не удостоверяет то, что есть только на странице: вид документа, стороны, цену иска, адрес кабинета. Сверьте это с формой.", "What the page alone says is not certified: the kind of document, the parties, the price of the claim, the office's address. Compare it with the form."}

// receiptTexts are what is wrong and what to do, by problem, in Kazakh, Russian and English.
var receiptTexts = map[string][2][3]string{
	"signature": {
		{"Қолхат өзгертілген немесе оны басқа біреу жасаған.", "Расписка изменена или выдана другим.", "The receipt was changed, or somebody else made it."},
		distrust,
	},
	"certificate": {
		{"Қол қойған кілттің куәлігі өзгертілген.", "Свидетельство ключа, которым подписана расписка, изменено.", "The certificate of the key that signed it was altered."}, distrust,
	},
	"root-ended": {
		{"Қол қойған кілт түбірлік кілттің қолданылу мерзімінен тыс куәландырылған.", "Ключ, которым подписана расписка, удостоверен вне срока действия корневого ключа.", "The key that signed it was certified when its root was not in force."}, distrust,
	},
	"purpose": {
		{"Қол қойған кілт басқа құжаттарға арналған.", "Ключ, которым подписана расписка, предназначен для других документов.", "The key that signed it is for other documents."}, distrust,
	},
	"not-in-force": {
		{"Қолхатта көрсетілген уақытта қол қойған кілт қолданыста болмаған.", "В указанное в расписке время ключ, которым она подписана, не действовал.", "The key that signed it was not in force at the time the receipt names."}, distrust,
	},
	"key": {
		{"Берілген кілттердің арасында қолхатта аталған кілт жоқ.", "Среди данных ключей нет того, который назван в расписке.", "None of the keys given is the one the receipt names."},
		{"Қолхатты берген кабинет жариялаған кілттерді -keys арқылы көрсетіңіз.", "Укажите через -keys ключи, которые опубликовал выдавший расписку кабинет.", "Name with -keys the keys published by the office that gave the receipt."},
	},
	"page": {
		{"Қолхатты кабинет берген, бірақ беттің өзі ондағы мәліметтен сызылатын беттен өзгеше: ол өзгертілген немесе басқа нұсқада жасалған.", "Расписку выдал кабинет, но страница отличается от той, что рисуется по её сведениям: она изменена или сделана другой версией.", "The office gave the receipt, but the page is not the one that is drawn of it: it was changed, or made by another version."},
		{"Беттегі жазуға емес, төмендегі мәліметке сеніңіз.", "Полагайтесь не на текст страницы, а на сведения ниже.", "Rely on what stands below, not on the text of the page."},
	},
	"carried": {
		{"Бұл PDF-те тексерілетін қолхат жоқ.", "В этом PDF нет расписки, которую можно проверить.", "This PDF carries no receipt that could be verified."},
		{"Қолхаттың JSON файлын тексеріңіз немесе нөмірі мен тексеру кодын кабинеттің сайтында қараңыз.", "Проверьте файл расписки JSON либо номер и проверочный код на сайте кабинета.", "Verify the receipt's JSON, or its number and check code at the office's site."},
	},
}

func (p *printer) receipt(r receiptReport) {
	p.head(r.Indication, "", "receiptPassed", "receiptFailed", "receiptUnknown")
	if texts, ok := receiptTexts[r.Problem]; ok {
		p.line("problem", "%s [%s]", p.in(texts[0]), r.Problem)
		p.line("next", "%s", p.in(texts[1]))
	}
	p.line("key", "%s", r.KeyID)
	if r.Receipt == nil {
		return
	}
	one := r.Receipt
	p.line("ticket", "%s", one.TicketNo)
	p.line("sentAt", "%s", one.SentAt)
	p.line("court", "%s", one.CourtCode)
	signers := one.Signers
	if one.Signer != nil {
		signers = append(signers, *one.Signer)
	}
	for _, s := range signers {
		p.line("signer", "%s", strings.Join(nonEmpty(s.Organisation, s.Name, s.Number), ", "))
		p.line("certificate", "%s", s.CertSerial)
	}
	p.line("checkCode", "%s", one.CheckCode)
	p.line("manifest", "%s", one.ManifestSHA256)
	p.line("form", "%s", one.FormSHA256)
	p.line("statement", "%s", one.StatementSHA256)
	if f := r.Uncertified; f != nil {
		p.line("uncertified", "%s", p.in(uncertified))
		p.line("kind", "%s", f.Kind)
		for _, party := range f.Parties {
			p.line("party", "%s", strings.Join(nonEmpty(party.Role, party.Name), ": "))
		}
		if f.Tiyn > 0 {
			p.line("price", "%d.%02d KZT", f.Tiyn/100, f.Tiyn%100)
		}
		p.line("address", "%s", f.Office)
	}
}

func nonEmpty(texts ...string) (out []string) {
	for _, t := range texts {
		if t != "" {
			out = append(out, t)
		}
	}
	return out
}
