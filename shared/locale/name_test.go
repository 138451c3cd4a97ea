package locale_test

import (
	"testing"

	"github.com/courtoffice/courtoffice/shared/locale"
)

func TestName(t *testing.T) {
	for in, want := range map[string]string{
		"СЕРІКОВ ҰЛАН":          "Серіков Ұлан",
		"СЕРІКОВ ҰЛАН АЙДАРҰЛЫ": "Серіков Ұлан Айдарұлы",
		"ӘЛІ ІҢКӘР ҒАЛЫМҚЫЗЫ":   "Әлі Іңкәр Ғалымқызы",
		"ИВАНОВА-ПЕТРОВА АННА":  "Иванова-Петрова Анна",
		"Д'АРТАНЬЯН ШАРЛЬ":      "Д'артаньян Шарль",
		"ЖШС «БЕРЕКЕ»":          "ЖШС «Береке»",
		"«БЕРЕКЕ КЗ» ЖШС":       "«Береке Кз» ЖШС",
		"ТОО \"АЛТЫН ДАЛА\"":    "ТОО \"Алтын Дала\"",
		"ЖК СЕРІКОВ Ұ.А.":       "ЖК Серіков Ұ.А.",
		"ҚР ӘДІЛЕТ МИНИСТРЛІГІ": "ҚР Әділет Министрлігі",
		"ACME LLP":            "Acme LLP",
		"Серіков Ұлан":        "Серіков Ұлан",
		"«KazMunayGas» ҰК АҚ": "«KazMunayGas» ҰК АҚ",
		"ГКП НА ПХВ":          "ГКП На ПХВ",
		"":                    "",
		"900101300126":        "900101300126",
		"№ 5 МЕКТЕП":          "№ 5 Мектеп",
	} {
		if got := locale.Name(in); got != want {
			t.Errorf("Name(%q) = %q, want %q", in, got, want)
		}
		if twice := locale.Name(locale.Name(in)); twice != want {
			t.Errorf("Name of Name(%q) is %q, want %q", in, twice, want)
		}
	}
}
