package filing

import (
	"slices"

	"github.com/courtoffice/courtoffice/shared/locale"
)

// Court is one row of the directory of courts. Rows come and go with reorganisations, so the
// directory is data; a claim names a court by its code alone.
type Court struct {
	Code string
	Name map[locale.Lang]string
}

// Courts is the directory the first release ships: district courts of the two largest cities
// and their inter-district economic courts (CPC 26-27). The complete, dated directory belongs
// to the site table and the administrator.
var Courts = []Court{
	{"almaty-bostandyq", map[locale.Lang]string{
		locale.KK: "Алматы қаласы Бостандық аудандық соты",
		locale.RU: "Бостандыкский районный суд города Алматы",
		locale.EN: "Bostandyk District Court of Almaty",
	}},
	{"almaty-medeu", map[locale.Lang]string{
		locale.KK: "Алматы қаласы Медеу аудандық соты",
		locale.RU: "Медеуский районный суд города Алматы",
		locale.EN: "Medeu District Court of Almaty",
	}},
	{"almaty-economic", map[locale.Lang]string{
		locale.KK: "Алматы қаласының мамандандырылған ауданаралық экономикалық соты",
		locale.RU: "Специализированный межрайонный экономический суд города Алматы",
		locale.EN: "Specialised Inter-district Economic Court of Almaty",
	}},
	{"astana-esil", map[locale.Lang]string{
		locale.KK: "Астана қаласы Есіл аудандық соты",
		locale.RU: "Есильский районный суд города Астаны",
		locale.EN: "Esil District Court of Astana",
	}},
	{"astana-saryarka", map[locale.Lang]string{
		locale.KK: "Астана қаласы Сарыарқа аудандық соты",
		locale.RU: "Сарыаркинский районный суд города Астаны",
		locale.EN: "Saryarka District Court of Astana",
	}},
	{"astana-economic", map[locale.Lang]string{
		locale.KK: "Астана қаласының мамандандырылған ауданаралық экономикалық соты",
		locale.RU: "Специализированный межрайонный экономический суд города Астаны",
		locale.EN: "Specialised Inter-district Economic Court of Astana",
	}},
}

// CourtName returns the name of the court with that code in lang, or the code itself.
func CourtName(code string, lang locale.Lang) string {
	i := slices.IndexFunc(Courts, func(c Court) bool { return c.Code == code })
	if i < 0 {
		return code
	}
	return Courts[i].Name[lang]
}

func known(code string) bool {
	return slices.ContainsFunc(Courts, func(c Court) bool { return c.Code == code })
}
