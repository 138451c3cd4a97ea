package ncalayer

import "github.com/courtoffice/courtoffice/shared/locale"

// chooserText holds the chooser's words in one language. They are not in the office's catalogue
// because the chooser stands for a program of the user's machine, not for the office.
type chooserText struct {
	Title, Lead, Languages                         string
	Waiting, From, WithKey, Sign, Cancel, NoneFits string
	Next, Ask, Refuse, Choose                      string
	Until, History, Cancelled, Unfit               string
}

var chooserTexts = map[locale.Lang]chooserText{
	locale.KK: {
		Title:     "Сынақ NCALayer",
		Lead:      "Бұл бет жергілікті стендте NCALayer терезесін алмастырады. Мұндағы кілттер сынақ үшін ғана жасалған, заңдық күші жоқ.",
		Languages: "Тіл",
		Waiting:   "Қол қоюды күтіп тұрған құжат",
		From:      "Сұраған бет",
		WithKey:   "Қай кілтпен қол қойылады",
		Sign:      "Қол қою",
		Cancel:    "Бас тарту",
		NoneFits:  "Бұл сұрауға сәйкес келетін кілт жоқ.",
		Next:      "Келесі сұрауларға қалай жауап берілсін",
		Ask:       "Әр жолы осы бетте сұрау",
		Refuse:    "Әр сұраудан бас тарту",
		Choose:    "Таңдау",
		Until:     "{date} дейін жарамды",
		History:   "Соңғы сұраулар",
		Cancelled: "бас тартылды",
		Unfit:     "таңдалған кілт сұрауға сәйкес келмейді",
	},
	locale.RU: {
		Title:     "Тестовый NCALayer",
		Lead:      "Эта страница заменяет окно NCALayer на локальном стенде. Ключи здесь только тестовые и не имеют юридической силы.",
		Languages: "Язык",
		Waiting:   "Документ ожидает подписи",
		From:      "Запросившая страница",
		WithKey:   "Каким ключом подписать",
		Sign:      "Подписать",
		Cancel:    "Отмена",
		NoneFits:  "Нет ключа, подходящего под этот запрос.",
		Next:      "Как отвечать на следующие запросы",
		Ask:       "Каждый раз спрашивать на этой странице",
		Refuse:    "Отменять каждый запрос",
		Choose:    "Выбрать",
		Until:     "действует до {date}",
		History:   "Последние запросы",
		Cancelled: "отменено",
		Unfit:     "выбранный ключ не подходит под запрос",
	},
	locale.EN: {
		Title:     "Test NCALayer",
		Lead:      "This page stands in for NCALayer's window on the local stack. The keys here are for tests only and have no legal force.",
		Languages: "Language",
		Waiting:   "A document waits for your signature",
		From:      "Asked by",
		WithKey:   "Key to sign with",
		Sign:      "Sign",
		Cancel:    "Cancel",
		NoneFits:  "No key fits this request.",
		Next:      "How to answer the next requests",
		Ask:       "Ask on this page every time",
		Refuse:    "Cancel every request",
		Choose:    "Choose",
		Until:     "valid until {date}",
		History:   "Latest requests",
		Cancelled: "cancelled",
		Unfit:     "the chosen key does not fit the request",
	},
}
