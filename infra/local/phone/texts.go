package phone

import "github.com/courtoffice/courtoffice/shared/locale"

// text holds the screen's words in one language. They are not in the office's catalogue because the
// screen stands for an app of the user's, not for the office.
type text struct {
	Title, Lead, Languages, Scan, Open             string
	Asks, BIN, Document, Content, WithKey          string
	Sign, Cancel, Other, Signed, Cancelled, Failed string
}

var texts = map[locale.Lang]text{
	locale.KK: {
		Title: "Сынақ eGov Mobile", Languages: "Тіл",
		Lead: "Бұл бет жергілікті стендте eGov Mobile қолданбасын алмастырады. Мұндағы кілттер сынақ үшін ғана жасалған, заңдық күші жоқ.",
		Scan: "QR-кодтың мәтіні немесе сілтеме", Open: "Ашу", Asks: "Сұраушы", BIN: "БСН",
		Document: "Қол қойылатын құжат", Content: "Құжаттың толық мәтіні", WithKey: "Қай кілтпен қол қойылады",
		Sign: "Қол қою", Cancel: "Бас тарту", Other: "Басқа құжатқа қол қою (сынақ)",
		Signed: "Қол қойылды. Енді браузерге оралыңыз.", Cancelled: "Қол қойылмады.", Failed: "Орындалмады",
	},
	locale.RU: {
		Title: "Тестовый eGov Mobile", Languages: "Язык",
		Lead: "Эта страница заменяет приложение eGov Mobile на локальном стенде. Ключи здесь только тестовые и не имеют юридической силы.",
		Scan: "Текст QR-кода или ссылка", Open: "Открыть", Asks: "Запрашивает", BIN: "БИН",
		Document: "Документ на подпись", Content: "Полный текст документа", WithKey: "Каким ключом подписать",
		Sign: "Подписать", Cancel: "Отмена", Other: "Подписать другой документ (проверка)",
		Signed: "Подписано. Вернитесь в браузер.", Cancelled: "Не подписано.", Failed: "Не получилось",
	},
	locale.EN: {
		Title: "Test eGov Mobile", Languages: "Language",
		Lead: "This page stands in for the eGov Mobile app on the local stack. The keys here are for tests only and have no legal force.",
		Scan: "Text of the QR code, or the link", Open: "Open", Asks: "Asked by", BIN: "BIN",
		Document: "Document to sign", Content: "Full text of the document", WithKey: "Key to sign with",
		Sign: "Sign", Cancel: "Cancel", Other: "Sign another document (a trial)",
		Signed: "Signed. Go back to the browser.", Cancelled: "Not signed.", Failed: "It did not work",
	},
}
