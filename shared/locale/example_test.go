package locale_test

import (
	"fmt"

	"github.com/courtoffice/courtoffice/shared/locale"
)

func ExampleT() {
	lang := locale.Match("", "", "ru-RU,ru;q=0.9,en;q=0.8")
	fmt.Println(locale.T(lang, "notice.filing-sent.subject", "ticket", "7K2M-94QX"))
	fmt.Println(locale.T(lang, "problem.unsigned.title"))
	// Output:
	// Иск отправлен, номер талона 7K2M-94QX
	// Не подписано
}
