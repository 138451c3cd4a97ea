package statement_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/courtoffice/courtoffice/shared/statement"
)

var keep = flag.String("keep", "", "folder to write the rendered statements to, to be looked at")

const filingID = "0193f0c0-0000-7000-8000-000000000001"

// letters has every letter of the three languages and the signs that papers use.
const letters = "АаӘәБбВвГгҒғДдЕеЁёЖжЗзИиЙйКкҚқЛлМмНнҢңОоӨөПпРрСсТтУуҰұҮүФфХхҺһЦцЧчШшЩщЪъЫыІіЬьЭэЮюЯя" +
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789" +
	"ÁáǴǵİıŃńÓóÚúÝýÄäÖöÜüÑñĞğŞşÇçƏəŪū" +
	"₸«»–—№„“”‚‘’…•·§°±×÷−½≤≥≠≈€$£₽©®™→!\"#%&'()*+,-./:;<=>?@[\\]^_`{|}~"

func russian() statement.Document {
	return statement.Document{
		ID: filingID, Language: "ru",
		Title: "Исковое заявление", Subtitle: "о взыскании суммы долга по договору займа",
		Head: []statement.Entry{
			{"В суд:", []string{"Медеуский районный суд города Алматы"}},
			{"Истец:", []string{"Жанболатұлы Әсет Қайратұлы", "ИИН 000000000000", "г. Алматы, ул. Толе би, д. 59, кв. 12", "+7 700 000 00 00, aset@example.kz"}},
			{"Ответчик:", []string{"ТОО «Құрылыс-Сервис Өңдеу»", "БИН 000000000000", "г. Алматы, пр. Абая, д. 150/230, офис 404"}},
			{"Цена иска:", []string{"5 000 000 ₸"}},
		},
		Body: []statement.Block{
			statement.Heading{"1. Требования"},
			statement.List{
				"Взыскать с ответчика ТОО «Құрылыс-Сервис Өңдеу» в пользу истца сумму основного долга по договору займа № 17 от 3 марта 2026 года в размере 5 000 000 ₸.",
				"Взыскать с ответчика расходы по уплате государственной пошлины в размере 50 000 ₸.",
			},
			statement.Heading{"2. Обстоятельства"},
			statement.Paragraph{"3 марта 2026 года между истцом и ответчиком заключён договор займа № 17, по которому истец передал ответчику 5 000 000 ₸ на срок до 3 июня 2026 года — что подтверждается распиской и платёжным поручением.\nВ установленный срок сумма займа возвращена не была. Претензия от 10 июня 2026 года, вручённая 12 июня 2026 года, оставлена без ответа (статьи 272, 715 и 722 Гражданского кодекса Республики Казахстан)."},
			statement.Heading{"3. Расчёт цены иска"},
			statement.Table{
				Columns: []statement.Column{{"Что взыскивается", 5, false}, {"Основание", 4, false}, {"Период", 4, false}, {"Сумма, ₸", 3, true}},
				Rows: [][]string{
					{"Основной долг", "договор займа № 17", "03.03.2026–03.06.2026", "5 000 000"},
					{"Неустойка", "пункт 5.2 договора", "04.06.2026–01.10.2026", "250 000"},
				},
				Foot: []string{"Итого", "", "", "5 250 000"},
			},
			statement.Heading{"4. Сведения о деле"},
			statement.Facts{
				{"Подсудность", "по месту жительства ответчика (статья 29 ГПК РК)"},
				{"Досудебное урегулирование", "Претензия направлена 10 июня 2026 года заказным письмом, вручена 12 июня 2026 года.\nОтвета нет."},
				{"Обеспечение иска", "не заявлено"},
			},
			statement.Heading{"5. Приложения"},
			statement.Table{
				Columns: []statement.Column{{"№", 1, true}, {"Документ", 6, false}, {"SHA-256", 7, false}},
				Rows: [][]string{
					{"1", "Договор займа № 17.pdf", strings.Repeat("0123456789abcdef", 4)},
					{"2", "Расписка.pdf", strings.Repeat("fedcba9876543210", 4)},
				},
			},
		},
	}
}

// large is a claim at every published limit at once.
func large() statement.Document {
	sentence := "Жауапкер қарыз шарты бойынша міндеттемесін орындамады, ұзақ мерзімді өтеу кестесі бұзылды; һәм төлем ғана емес, өсімпұл да төленбеді. "
	text := func(n int) string { return string([]rune(strings.Repeat(sentence, n/len([]rune(sentence))+1))[:n]) }
	d := statement.Document{ID: filingID, Language: "kk", Title: "Талап қою арызы"}
	for i := range 50 {
		d.Head = append(d.Head, statement.Entry{Label: fmt.Sprintf("%d-жауапкер:", i+1), Lines: []string{"«Ұзақ Өңір Құрылыс» ЖШС", "БСН 000000000000", "Қызылорда облысы, Сырдария ауданы, Тереңөзек кенті, Әбдіхалықов көшесі, 15-үй"}})
	}
	d.Body = append(d.Body, statement.Heading{"1. Мән-жайлар"}, statement.Paragraph{strings.ReplaceAll(text(60000), "бұзылды; ", "бұзылды;\n")})
	var demands statement.List
	for range 50 {
		demands = append(demands, text(2000))
	}
	d.Body = append(d.Body, statement.Heading{"2. Талаптар"}, demands)
	documents := statement.Table{Columns: []statement.Column{{"№", 1, true}, {"Құжат", 6, false}, {"Көлемі", 2, true}, {"SHA-256", 7, false}}}
	for i := range 100 {
		documents.Rows = append(documents.Rows, []string{fmt.Sprint(i + 1), strings.Repeat("Ұ", 120) + ".pdf", "104 857 600", strings.Repeat("0123456789abcdef", 4)})
	}
	d.Body = append(d.Body, statement.Heading{"3. Құжаттар"}, documents)
	return d
}

func edges() statement.Document {
	return statement.Document{
		ID: filingID, Language: "kk", Title: "Шеткі жағдайлар " + strings.Repeat("ұзын тақырып ", 20),
		Body: []statement.Block{
			statement.Heading{"Әріптер"},
			statement.Paragraph{letters},
			statement.Heading{strings.Repeat("Қалың", 40)},
			statement.Paragraph{strings.Repeat("Ұзынсөз", 200)},
			statement.Paragraph{"\n\n \nqwe\u00adrty " + strings.Repeat("тасымал\u00adдау", 30) + " https://example.kz/" + strings.Repeat("path/", 40)},
			statement.Paragraph{""},
			statement.Facts{{"", ""}, {strings.Repeat("Белгі ", 60), strings.Repeat("мән ", 1500)}},
			statement.List{},
			statement.Table{Columns: []statement.Column{{strings.Repeat("Баған ", 120), 1, false}, {"Ж", 12, false}},
				Rows: [][]string{{strings.Repeat("9", 300), strings.Repeat("жол ", 3000)}, {"", ""}}},
			statement.Table{},
		},
	}
}

func render(t testing.TB, d statement.Document) []byte {
	t.Helper()
	pdf, err := statement.Render(statement.Version, d)
	if err != nil {
		t.Fatal(err)
	}
	return pdf
}

// golden are SHA-256 of statements by renderer version. They never change: a renderer that draws
// otherwise is a new version.
var golden = map[string]map[string]string{
	"1": {
		"russian": "4584e79be315f2c9635669bc19ac91f1be8efc3a4db78d7dfb0dbd0e4f196371",
		"large":   "e47f8bd0a4460bf0aef05248523160f21134d7a85f372d5534e93de96d55b139",
		"edges":   "0c7a769d35dfd79fc30a1fc9388a1d49800bb5aedee73183299ee9449328c565",
	},
}

var samples = map[string]func() statement.Document{"russian": russian, "large": large, "edges": edges}

func TestSameBytesForEver(t *testing.T) {
	for version, hashes := range golden {
		for name, want := range hashes {
			pdf, err := statement.Render(version, samples[name]())
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if *keep != "" {
				if err := os.WriteFile(filepath.Join(*keep, name+"-"+version+".pdf"), pdf, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			sum := sha256.Sum256(pdf)
			if got := hex.EncodeToString(sum[:]); got != want {
				t.Errorf("version %s, %s: SHA-256 %s, want %s (%d bytes)", version, name, got, want, len(pdf))
			}
		}
	}
	if golden[statement.Version] == nil {
		t.Errorf("version %s has no golden statements", statement.Version)
	}
}

func BenchmarkRender(b *testing.B) {
	for _, name := range []string{"russian", "large"} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			d := samples[name]()
			for b.Loop() {
				render(b, d)
			}
		})
	}
}

// text reads a PDF back with poppler, which knows nothing of this package.
func text(t *testing.T, pdf []byte, options ...string) string {
	t.Helper()
	if _, err := exec.LookPath("pdftotext"); err != nil {
		t.Skip("no pdftotext (Debian: poppler-utils)")
	}
	file := filepath.Join(t.TempDir(), "x.pdf")
	if err := os.WriteFile(file, pdf, 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("pdftotext", append(options, file, "-")...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil || stderr.Len() > 0 {
		t.Fatalf("pdftotext: %v %s", err, stderr.String())
	}
	return string(out)
}

func TestTextComesBackAsWritten(t *testing.T) {
	got := text(t, render(t, edges()), "-raw")
	for _, c := range letters {
		if !strings.ContainsRune(got, c) {
			t.Errorf("%q is lost", c)
		}
	}
	got = text(t, render(t, russian()), "-raw")
	for _, want := range []string{"Медеуский районный суд города Алматы", "5\u00a0000\u00a0000 ₸", "1. Требования", "Страница 1 из 2", filingID, "Итого"} {
		if !strings.Contains(got, want) && !strings.Contains(got, strings.ReplaceAll(want, "\u00a0", " ")) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
}

// TestNothingIsLost finds every text of the largest claim, letter by letter, in what a reader gets.
func TestNothingIsLost(t *testing.T) {
	d := large()
	out := text(t, render(t, d), "-raw")
	pages := strings.Count(out, "\f")
	for i := range pages {
		foot := fmt.Sprintf("Өтініш %s, көрініс нұсқасы 1 %d беттің %d-беті\n", filingID, pages, i+1)
		if strings.Count(out, foot) != 1 {
			t.Fatalf("no foot %q", foot)
		}
		out = strings.Replace(out, foot, "", 1)
	}
	if heads := strings.Count(out, "Көлемі"); heads < 5 {
		t.Errorf("the head of a table over several pages is drawn %d times", heads)
	}
	letters := func(s string) string { return strings.Join(strings.Fields(s), "") }
	out = letters(out)
	find := func(text string) {
		if !strings.Contains(out, letters(text)) {
			t.Errorf("lost: %.60s…", text)
		}
	}
	for _, e := range d.Head {
		find(e.Label + strings.Join(e.Lines, ""))
	}
	find(d.Body[1].(statement.Paragraph).Text)
	for i, demand := range d.Body[3].(statement.List) {
		find(fmt.Sprintf("%d.%s", i+1, demand))
	}
}

func TestUndrawable(t *testing.T) {
	for in, want := range map[string]string{
		letters: "",
		"а\tб\r\nв\u2028г\u2003д\u202fе\ufeff": "",
		"и\u0306 = й": "", // as macOS writes it
		"қарыз 😀 және 中文, тағы 😀": "😀中文",
		"left\u202eright": "\u202e",
		"nul\x00":         "\x00",
		"bad \xff":        "\ufffd",
	} {
		if got := string(statement.Undrawable(in)); got != want {
			t.Errorf("Undrawable(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestRenderRefuses(t *testing.T) {
	table := func(columns int, shares int, row ...string) statement.Document {
		tb := statement.Table{Rows: [][]string{row}}
		for range columns {
			tb.Columns = append(tb.Columns, statement.Column{Head: "x", Share: shares})
		}
		return statement.Document{Language: "kk", Body: []statement.Block{tb}}
	}
	for _, tt := range []struct {
		name, version string
		d             statement.Document
		is            func(error) bool
	}{
		{"an unknown version", "0", russian(), is[*statement.VersionError]},
		{"English", "1", statement.Document{Language: "en"}, is[*statement.LanguageError]},
		{"a glyph", "1", statement.Document{Language: "kk", Body: []statement.Block{statement.Facts{{"a", "日"}}}}, is[*statement.GlyphError]},
		{"a short row", "1", table(2, 1, "one"), is[*statement.TableError]},
		{"no width", "1", table(1, 0, "one"), is[*statement.TableError]},
		{"too long", "1", statement.Document{Language: "kk", Body: []statement.Block{statement.Paragraph{strings.Repeat("а\n", 200_000)}}}, is[*statement.LongError]},
	} {
		if _, err := statement.Render(tt.version, tt.d); !tt.is(err) {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
}

func is[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}

func FuzzRender(f *testing.F) {
	f.Add("Қарыз", letters, 3)
	f.Add("a-b/c — d", "\u00ad\u200b \u00a0\n", 1)
	f.Fuzz(func(t *testing.T, title, body string, share int) {
		d := statement.Document{ID: "x", Language: "ru", Title: title, Head: []statement.Entry{{title, []string{body}}},
			Body: []statement.Block{
				statement.Heading{title}, statement.Paragraph{body}, statement.Facts{{title, body}}, statement.List{body},
				statement.Table{Columns: []statement.Column{{title, 1, false}, {body, share, true}}, Rows: [][]string{{body, title}}},
			}}
		pdf, err := statement.Render(statement.Version, d)
		if err != nil {
			return
		}
		again, _ := statement.Render(statement.Version, d)
		if !bytes.Equal(pdf, again) {
			t.Error("two renderings differ")
		}
	})
}
