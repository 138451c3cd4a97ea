package statement_test

import (
	"fmt"

	"github.com/courtoffice/courtoffice/shared/statement"
)

func Example() {
	pdf, err := statement.Render(statement.Version, statement.Document{
		ID:       "0193f0c0-0000-7000-8000-000000000001",
		Language: "kk",
		Title:    "Талап қою арызы",
		Head:     []statement.Entry{{Label: "Талап қоюшы:", Lines: []string{"Әсет Қайратұлы"}}},
		Body: []statement.Block{
			statement.Heading{Text: "Талаптар"},
			statement.List{"Қарызды өндіріп алу: 5 000 000 ₸"},
		},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%s\n", pdf[:8])
	fmt.Println(string(statement.Undrawable("5 000 000 ₸ 😀")))
	// Output:
	// %PDF-1.7
	// 😀
}
