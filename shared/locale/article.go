package locale

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// code is a law or a document whose clauses are cited. Its names stand in the genitive.
type code struct {
	kk, ru, en string
	part       [3]string // what "(2)" is called: kk with its ending before and without an item, ru and en
}

var (
	parts      = [3]string{"бөлі", "части", "part"}
	paragraphs = [3]string{"тарма", "пункта", "paragraph"}
)

var codes = map[string]code{
	"CPC": {"АПК-нің", "ГПК", "the CPC", parts},
	"TAX": {"Салық кодексінің", "Налогового кодекса", "the Tax Code", paragraphs},
	"CC":  {"Азаматтық кодекстің", "Гражданского кодекса", "the Civil Code", paragraphs},
}

// citation is CODE ARTICLE [(PART)] [ITEM], or CODE ARTICLE:ITEM where the article has no parts.
var citation = regexp.MustCompile(`^([A-Z]+) ([0-9]+(?:-[0-9]+)?)(?:\(([0-9]+(?:-[0-9]+)?)\)|:)?(?:\(?([0-9]+(?:-[0-9]+)?)\)?)?$`)

// Article writes a citation out in words, as a sentence has it: "CPC 148(2)4" is «АПК-нің 148-бабы
// 2-бөлігінің 4) тармақшасы», «подпункт 4) части 2 статьи 148 ГПК», "item 4) of part 2 of article
// 148 of the CPC".
//
// Codes are CPC (Civil Procedure Code), TAX (Tax Code) and CC (Civil Code); "agreement 3.3" is a
// clause of the user agreement; "CPC 29-32" is a range, while "CPC 267-3" is one article, as its
// second number is not greater, and "CPC 139, 140" is both. What is not a citation is returned as it is.
func Article(lang Lang, s string) string {
	if clause, ok := strings.CutPrefix(s, "agreement "); ok {
		return in(lang, "Келісімнің "+clause+"-тармағы", "пункт "+clause+" Соглашения", "clause "+clause+" of the Agreement")
	}
	if list := strings.Split(s, ", "); len(list) > 1 {
		return articles(lang, list)
	}
	m := citation.FindStringSubmatch(s)
	if m == nil {
		return s
	}
	c, ok := codes[m[1]]
	if !ok {
		return s
	}
	article, part, item := m[2], m[3], m[4]
	if first, last, dash := strings.Cut(article, "-"); dash && number(last) > number(first) {
		return in(lang, fmt.Sprintf("%s %s–%s-баптары", c.kk, first, last), fmt.Sprintf("статьи %s–%s %s", first, last, c.ru),
			fmt.Sprintf("articles %s–%s of %s", first, last, c.en))
	}
	return in(lang, c.kazakh(article, part, item), c.russian(article, part, item), c.english(article, part, item))
}

// articles writes out what list cites of one law, which its first names.
func articles(lang Lang, list []string) string {
	law, first, _ := strings.Cut(list[0], " ")
	numbers := append([]string{first}, list[1:]...)
	c, ok := codes[law]
	whole := !slices.ContainsFunc(numbers, func(n string) bool { return strings.Trim(n, "0123456789") != "" })
	switch joined := strings.Join(numbers, ", "); {
	case ok && whole:
		return in(lang, fmt.Sprintf("%s %s-баптары", c.kk, joined), fmt.Sprintf("статьи %s %s", joined, c.ru), fmt.Sprintf("articles %s of %s", joined, c.en))
	case !ok:
		return law + " " + joined
	}
	for i, n := range numbers {
		numbers[i] = Article(lang, law+" "+n)
	}
	return strings.Join(numbers, ", ")
}

// kazakh puts each clause in the possessive of the one above it. "бөлік" gives "бөлігі" and
// "бөлігінің", "тармақ" gives "тармағы" and "тармағының".
func (c code) kazakh(article, part, item string) string {
	end, genitive := "гі", "гінің"
	if c.part[0] == paragraphs[0] {
		end, genitive = "ғы", "ғының"
	}
	switch {
	case part != "" && item != "":
		return fmt.Sprintf("%s %s-бабы %s-%s%s %s) тармақшасы", c.kk, article, part, c.part[0], genitive, item)
	case part != "":
		return fmt.Sprintf("%s %s-бабының %s-%s%s", c.kk, article, part, c.part[0], end)
	case item != "":
		return fmt.Sprintf("%s %s-бабының %s) тармақшасы", c.kk, article, item)
	}
	return fmt.Sprintf("%s %s-бабы", c.kk, article)
}

func (c code) russian(article, part, item string) string {
	nominative := map[string]string{"части": "часть", "пункта": "пункт"}[c.part[1]]
	switch {
	case part != "" && item != "":
		return fmt.Sprintf("подпункт %s) %s %s статьи %s %s", item, c.part[1], part, article, c.ru)
	case part != "":
		return fmt.Sprintf("%s %s статьи %s %s", nominative, part, article, c.ru)
	case item != "":
		return fmt.Sprintf("подпункт %s) статьи %s %s", item, article, c.ru)
	}
	return fmt.Sprintf("статья %s %s", article, c.ru)
}

func (c code) english(article, part, item string) string {
	out := fmt.Sprintf("article %s of %s", article, c.en)
	if part != "" {
		out = fmt.Sprintf("%s %s of %s", c.part[2], part, out)
	}
	if item != "" {
		out = fmt.Sprintf("item %s) of %s", item, out)
	}
	return out
}

func in(lang Lang, kk, ru, en string) string {
	switch lang {
	case RU:
		return ru
	case EN:
		return en
	}
	return kk
}

func number(s string) int {
	n, _ := strconv.Atoi(s) // digits by the pattern
	return n
}
