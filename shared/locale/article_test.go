package locale_test

import (
	"testing"

	"github.com/courtoffice/courtoffice/shared/locale"
)

func TestArticle(t *testing.T) {
	for _, tt := range []struct{ in, kk, ru, en string }{
		{"CPC 148(2)4", "АПК-нің 148-бабы 2-бөлігінің 4) тармақшасы", "подпункт 4) части 2 статьи 148 ГПК", "item 4) of part 2 of article 148 of the CPC"},
		{"CPC 148(2)6-1", "АПК-нің 148-бабы 2-бөлігінің 6-1) тармақшасы", "подпункт 6-1) части 2 статьи 148 ГПК", "item 6-1) of part 2 of article 148 of the CPC"},
		{"CPC 127(4)(2)", "АПК-нің 127-бабы 4-бөлігінің 2) тармақшасы", "подпункт 2) части 4 статьи 127 ГПК", "item 2) of part 4 of article 127 of the CPC"},
		{"CPC 148(4)", "АПК-нің 148-бабының 4-бөлігі", "часть 4 статьи 148 ГПК", "part 4 of article 148 of the CPC"},
		{"CPC 409(3-1)", "АПК-нің 409-бабының 3-1-бөлігі", "часть 3-1 статьи 409 ГПК", "part 3-1 of article 409 of the CPC"},
		{"CPC 14", "АПК-нің 14-бабы", "статья 14 ГПК", "article 14 of the CPC"},
		{"CPC 267-3(3)", "АПК-нің 267-3-бабының 3-бөлігі", "часть 3 статьи 267-3 ГПК", "part 3 of article 267-3 of the CPC"},
		{"CPC 267-3", "АПК-нің 267-3-бабы", "статья 267-3 ГПК", "article 267-3 of the CPC"},
		{"CPC 139, 140", "АПК-нің 139, 140-баптары", "статьи 139, 140 ГПК", "articles 139, 140 of the CPC"},
		{"CPC 123(5), 148", "АПК-нің 123-бабының 5-бөлігі, АПК-нің 148-бабы", "часть 5 статьи 123 ГПК, статья 148 ГПК", "part 5 of article 123 of the CPC, article 148 of the CPC"},
		{"CPC 29-32", "АПК-нің 29–32-баптары", "статьи 29–32 ГПК", "articles 29–32 of the CPC"},
		{"TAX 665(1)15", "Салық кодексінің 665-бабы 1-тармағының 15) тармақшасы", "подпункт 15) пункта 1 статьи 665 Налогового кодекса", "item 15) of paragraph 1 of article 665 of the Tax Code"},
		{"TAX 665(4)", "Салық кодексінің 665-бабының 4-тармағы", "пункт 4 статьи 665 Налогового кодекса", "paragraph 4 of article 665 of the Tax Code"},
		{"TAX 668:4", "Салық кодексінің 668-бабының 4) тармақшасы", "подпункт 4) статьи 668 Налогового кодекса", "item 4) of article 668 of the Tax Code"},
		{"CC 174", "Азаматтық кодекстің 174-бабы", "статья 174 Гражданского кодекса", "article 174 of the Civil Code"},
		{"agreement 3.2.1", "Келісімнің 3.2.1-тармағы", "пункт 3.2.1 Соглашения", "clause 3.2.1 of the Agreement"},
		{"XYZ 5", "XYZ 5", "XYZ 5", "XYZ 5"},
		{"CPC", "CPC", "CPC", "CPC"},
		{"", "", "", ""},
	} {
		for lang, want := range map[locale.Lang]string{locale.KK: tt.kk, locale.RU: tt.ru, locale.EN: tt.en} {
			if got := locale.Article(lang, tt.in); got != want {
				t.Errorf("Article(%s, %q) = %q, want %q", lang, tt.in, got, want)
			}
		}
	}
}

func FuzzArticle(f *testing.F) {
	f.Add("CPC 148(2)4")
	f.Add("TAX 668:4")
	f.Fuzz(func(t *testing.T, s string) {
		for _, lang := range locale.Langs {
			if got := locale.Article(lang, s); s != "" && got == "" {
				t.Errorf("Article(%s, %q) is empty", lang, s)
			}
		}
	})
}
