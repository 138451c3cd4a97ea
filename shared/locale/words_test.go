package locale_test

import (
	"regexp"
	"testing"

	"github.com/courtoffice/courtoffice/shared/locale"
)

// One thing has one name everywhere. Each row forbids a wording in one language and names the one
// that people read instead.
var forbidden = []struct {
	lang    locale.Lang
	pattern string
	instead string
}{
	{locale.KK, `баж төленген құжат`, "мемлекеттік баж төленгенін растайтын құжат"},
	{locale.KK, `сертификат`, "тіркеу куәлігі"},
	{locale.KK, `Құжаттың белгісі`, "құжаттың сәйкестендіру нөмірі"},
	{locale.KK, `Құжаттың барысы`, "құжаттың қаралу барысы"},
	{locale.KK, `тиісінше хабар`, "тиісті түрде хабарлау"},
	{locale.KK, `\(келісімнің`, "Келісімнің"},
	{locale.KK, `Не жетіспейді`, "Тексеру тізімі"},
	{locale.KK, `Уақытша жұмыс істемейді: барлық`, "Оқу, кіру мен жобалардан басқасының бәрі тоқтатылады"},
	{locale.KK, `Барлық уақыт`, "Уақыт … көрсетілген"},
	{locale.KK, `[Хх]эш`, "хеш"},
	{locale.KK, `Бес минут`, "one figure for registration: fifteen minutes with reading"},
	{locale.KK, `[Рр]едакция`, "нұсқа, as the agreement calls its versions"},
	{locale.KK, `АПК \d`, "АПК-нің 148-бабы …"},
	{locale.RU, `[Хх]эш`, "хеш"},
	{locale.RU, `[Вв]ерси\S* (соглашения|пользовательского|\{id\})|(новую|новая|Эту|Действующая|предложена|Предложена|Предложить|нынешняя|Новую|Нынешняя) версию?я?\b|Версия публикуется`, "редакция Соглашения"},
	{locale.RU, `[Кк]витанци\S* (о подаче|суда|сохран)|расписк\S* об оплате`, "расписка of the office, платёжная квитанция of a bank"},
	{locale.RU, `(считается|истекает|сохраняется|завершается|откроется|утратит силу) сам`, "автоматически"},
	{locale.RU, `Всё время`, "Время указано"},
	{locale.RU, `ГПК \d`, "статья 148 ГПК"},
	{locale.RU, `[Пп]ять минут|[Пп]яти минут достаточно`, "one figure for registration: fifteen minutes with reading"},
	{locale.EN, `[Tt]erms are counted`, "time limits run from"},
	{locale.EN, `by itself`, "automatically"},
	{locale.EN, `it is right`, "the signature is valid"},
	{locale.EN, `Five minutes`, "one figure for registration: fifteen minutes with reading"},
	{locale.EN, `CPC \d`, "article 148 of the CPC"},
}

func TestOneThingHasOneName(t *testing.T) {
	for _, f := range forbidden {
		pattern := regexp.MustCompile(f.pattern)
		for _, area := range areas {
			for key, text := range readArea(t, f.lang, area) {
				if found := pattern.FindString(text); found != "" {
					t.Errorf("%s %s: %q in %q: say %s", f.lang, key, found, text, f.instead)
				}
			}
		}
	}
}
