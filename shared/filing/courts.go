package filing

import (
	"github.com/courtoffice/courtoffice/shared/locale"
)

// Court is one row of the directory of courts. Rows come and go with reorganisations, so the
// directory is data; a claim names a court by its code alone.
type Court struct {
	Code string
	Name map[locale.Lang]string
}

// Courts are those that the claim's page offers: district courts of the two largest cities and their
// inter-district economic courts (CPC 26-27). The directory is package court.
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
