package locale

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// forms are the legal forms of organisations as registers abbreviate them: they keep their capitals.
var forms = map[string]bool{
	"ЖШС": true, "ТОО": true, "АҚ": true, "АО": true, "ЖК": true, "ИП": true, "ММ": true, "ГУ": true, "РММ": true, "РГУ": true, "КММ": true, "КГУ": true,
	"РМК": true, "РГП": true, "МКК": true, "КМК": true, "ГКП": true, "ШЖҚ": true, "ПХВ": true, "ҚБ": true, "ОО": true, "ӨК": true, "ПК": true, "ПИК": true, "ОСИ": true,
	"ҚР": true, "РК": true, "СҚО": true, "СКО": true, "ШҚО": true, "ВКО": true, "БҚО": true, "ЗКО": true, "LLP": true, "JSC": true, "LTD": true, "LLC": true, "KZ": true,
}

var words = regexp.MustCompile(`\pL[\pL'’ʼ]*`)

// Name writes the name of a person or an organisation as people write names: "СЕРІКОВ ҰЛАН
// АЙДАРҰЛЫ", as certificates have it, is «Серіков Ұлан Айдарұлы», and "«БЕРЕКЕ» ЖШС" is «Береке»
// ЖШС. A legal form keeps its capitals, parts of a double name begin with one each, and a name that
// has small letters already is somebody's own spelling and stays as it is.
func Name(s string) string {
	if strings.ContainsFunc(s, unicode.IsLower) {
		return s
	}
	return words.ReplaceAllStringFunc(s, func(word string) string {
		if forms[word] {
			return word
		}
		_, n := utf8.DecodeRuneInString(word)
		return word[:n] + strings.ToLower(word[n:])
	})
}
