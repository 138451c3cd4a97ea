package account_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/email"
	"github.com/courtoffice/courtoffice/shared/kzid"
	"github.com/courtoffice/courtoffice/shared/locale"
)

func iin(t *testing.T, s string) kzid.IIN {
	t.Helper()
	n, err := kzid.ParseIIN(s)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func bin(t *testing.T, s string) kzid.BIN {
	t.Helper()
	n, err := kzid.ParseBIN(s)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func person(t *testing.T) account.Subject {
	return account.Subject{Kind: account.Natural, IIN: iin(t, "900101300126"), Name: "СЕЙІТОВА АЙГҮЛ"}
}

func company(t *testing.T, role account.Role) account.Subject {
	s := person(t)
	s.Kind, s.BIN, s.Organisation, s.Role = account.Legal, bin(t, "120340001230"), `ТОО "Бұлақ"`, role
	return s
}

func TestMayAct(t *testing.T) {
	nameless := person(t)
	nameless.IIN = kzid.IIN{}
	ownSystem := person(t)
	ownSystem.Role = account.RoleSystem
	personWithBIN := person(t)
	personWithBIN.BIN = bin(t, "120340001230")
	headless := company(t, account.RoleHead)
	headless.IIN = kzid.IIN{}
	for _, tt := range []struct {
		name    string
		subject account.Subject
		want    error
	}{
		{"person", person(t), nil},
		{"head", company(t, account.RoleHead), nil},
		{"right to sign", company(t, account.RoleSigner), nil},
		{"financial documents only", company(t, account.RoleFinanceSigner), account.ErrRole},
		{"personnel", company(t, account.RoleHR), account.ErrRole},
		{"employee", company(t, account.RoleEmployee), account.ErrRole},
		{"information system", company(t, account.RoleSystem), account.ErrRole},
		{"treasury", company(t, account.RoleOther), account.ErrRole},
		{"company without a role", company(t, account.RoleNone), account.ErrRole},
		{"head without a person", headless, account.ErrRole},
		{"a person's information system", ownSystem, account.ErrRole},
		{"person without IIN", nameless, account.ErrRole},
		{"person with a BIN", personWithBIN, account.ErrRole},
		{"nobody", account.Subject{}, account.ErrRole},
	} {
		if err := tt.subject.MayAct(); !errors.Is(err, tt.want) {
			t.Errorf("%s: MayAct = %v, want %v", tt.name, err, tt.want)
		}
	}
}

func TestKey(t *testing.T) {
	k1, k2 := []byte("01234567890123456789012345678901"), []byte("11234567890123456789012345678901")
	p, head, other := person(t), company(t, account.RoleHead), company(t, account.RoleSigner)
	other.IIN, other.Name = iin(t, "900101300811"), "ОМАРОВ ЕРЛАН"
	if p.Key(k1) == p.Key(k2) {
		t.Error("the key does not depend on the index key")
	}
	if p.Key(k1) == head.Key(k1) {
		t.Error("a person and the company they head have one key")
	}
	if head.Key(k1) != other.Key(k1) {
		t.Error("two who act for one company have two keys")
	}
	if keys := account.NumberKeys(k1, "900101300126"); keys[0] != p.Key(k1) || keys[1] == keys[0] {
		t.Errorf("NumberKeys = %v", keys)
	}
	if keys := account.NumberKeys(k1, "120340001230"); keys[1] != head.Key(k1) {
		t.Errorf("NumberKeys = %v", keys)
	}
}

func goodForm() account.Form {
	return account.Form{
		Agreement: "v1",
		Subject:   account.FormSubject{Kind: account.Natural, IIN: "900101300126", Name: "СЕЙІТОВА АЙГҮЛ"},
		Email:     "aigul@example.kz", Mobile: "+77011234567", Lang: locale.KK, Declaration: true,
		NotificationContacts: []account.Contact{{Name: "Ерлан Омаров", Email: "erlan@example.kz", Lang: locale.RU}},
	}
}

func TestFormValidate(t *testing.T) {
	legal := account.FormSubject{Kind: account.Legal, IIN: "900101300126", BIN: "120340001230", Name: "С А", Organisation: "ТОО"}
	contact := func(i int) account.Contact {
		return account.Contact{Name: "N", Email: fmt.Sprintf("n%d@example.kz", i), Lang: locale.EN}
	}
	for _, tt := range []struct {
		name   string
		change func(*account.Form)
		want   []string // pointer and code
	}{
		{"good", func(*account.Form) {}, nil},
		{"good legal", func(f *account.Form) { f.Subject = legal }, nil},
		{"no mobile, no contacts", func(f *account.Form) { f.Mobile, f.NotificationContacts = "", []account.Contact{} }, nil},
		{"five contacts", func(f *account.Form) {
			f.NotificationContacts = []account.Contact{contact(1), contact(2), contact(3), contact(4), contact(5)}
		}, nil},
		{"six contacts", func(f *account.Form) {
			f.NotificationContacts = make([]account.Contact, 6)
		}, []string{"/form/notificationContacts too-many"}},
		{"contacts null", func(f *account.Form) { f.NotificationContacts = nil }, []string{"/form/notificationContacts required"}},
		{"contact is the owner", func(f *account.Form) { f.NotificationContacts[0].Email = "AIGUL@example.kz" },
			[]string{"/form/notificationContacts/0/email duplicate"}},
		{"contact twice", func(f *account.Form) {
			f.NotificationContacts = []account.Contact{contact(1), contact(1)}
		}, []string{"/form/notificationContacts/1/email duplicate"}},
		{"contact empty", func(f *account.Form) { f.NotificationContacts = []account.Contact{{}} }, []string{
			"/form/notificationContacts/0/name required", "/form/notificationContacts/0/email required", "/form/notificationContacts/0/lang unknown-value"}},
		{"contact for thirteen months", func(f *account.Form) { f.NotificationContacts[0].Months = 13 },
			[]string{"/form/notificationContacts/0/months unknown-value"}},
		{"contact for three months", func(f *account.Form) { f.NotificationContacts[0].Months = 3 }, nil},
		{"line break in a contact's name", func(f *account.Form) { f.NotificationContacts[0].Name = "A\r\nBcc: b" },
			[]string{"/form/notificationContacts/0/name format"}},
		{"long name", func(f *account.Form) { f.NotificationContacts[0].Name = strings.Repeat("ә", 201) },
			[]string{"/form/notificationContacts/0/name too-long"}},
		{"no declaration", func(f *account.Form) { f.Declaration = false }, []string{"/form/declaration declaration-required"}},
		{"no language", func(f *account.Form) { f.Lang = "" }, []string{"/form/lang unknown-value"}},
		{"other language", func(f *account.Form) { f.Lang = "KK" }, []string{"/form/lang unknown-value"}},
		{"no version", func(f *account.Form) { f.Agreement = "" }, []string{"/form/agreement required"}},
		{"no e-mail", func(f *account.Form) { f.Email = "" }, []string{"/form/email required"}},
		{"bad e-mail", func(f *account.Form) { f.Email = "kense@" }, []string{"/form/email email-invalid"}},
		{"no domain", func(f *account.Form) { f.Email = "kense@mysal" }, []string{"/form/email email-invalid"}},
		{"an address under .қаз", func(f *account.Form) { f.Email = "kense@мысал.қаз" }, nil},
		{"letters before the @ that mail does not carry", func(f *account.Form) { f.Email = "кеңсе@мысал.қаз" }, []string{"/form/email email-letters"}},
		{"mobile with spaces", func(f *account.Form) { f.Mobile = "+7 701 123 45 67" }, []string{"/form/mobile mobile-invalid"}},
		{"town line", func(f *account.Form) { f.Mobile = "+77172123456" }, nil},
		{"Russian number", func(f *account.Form) { f.Mobile = "+79161234567" }, []string{"/form/mobile mobile-invalid"}},
		{"short mobile", func(f *account.Form) { f.Mobile = "+7701123456" }, []string{"/form/mobile mobile-invalid"}},
		{"Arabic-Indic digits", func(f *account.Form) { f.Mobile = "+770٣٣٣" }, []string{"/form/mobile mobile-invalid"}},
		{"natural with BIN", func(f *account.Form) { f.Subject.BIN, f.Subject.Organisation = "120340001230", "ТОО" },
			[]string{"/form/subject/bin not-allowed", "/form/subject/organisation not-allowed"}},
		{"legal without BIN", func(f *account.Form) { f.Subject.Kind = account.Legal },
			[]string{"/form/subject/bin number-invalid", "/form/subject/organisation required"}},
		{"nobody", func(f *account.Form) { f.Subject = account.FormSubject{} },
			[]string{"/form/subject/kind unknown-value", "/form/subject/iin number-invalid", "/form/subject/name required"}},
	} {
		f := goodForm()
		tt.change(&f)
		var got []string
		for _, d := range f.Validate("/form") {
			got = append(got, d.Pointer+" "+d.Code)
			for _, lang := range locale.Langs {
				if key := "defect." + d.Code; locale.T(lang, key) == key {
					t.Errorf("no text %s in %s", key, lang)
				}
			}
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%s: Validate = %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestFormMatch(t *testing.T) {
	for _, tt := range []struct {
		name    string
		change  func(*account.Form)
		subject account.Subject
		want    []string
	}{
		{"same", func(*account.Form) {}, person(t), nil},
		{"another IIN", func(f *account.Form) { f.Subject.IIN = "900101300811" }, person(t), []string{"/form/subject/iin"}},
		{"another spelling", func(f *account.Form) { f.Subject.Name = "СЕИТОВА АЙГУЛЬ" }, person(t), []string{"/form/subject/name"}},
		{"person's form, company's key", func(*account.Form) {}, company(t, account.RoleHead),
			[]string{"/form/subject/kind", "/form/subject/bin", "/form/subject/organisation"}},
	} {
		f := goodForm()
		tt.change(&f)
		var got []string
		for _, d := range f.Match(tt.subject, "/form") {
			if d.Code != "certificate-mismatch" || d.Article != "agreement 3.2.2" {
				t.Errorf("%s: defect %+v", tt.name, d)
			}
			got = append(got, d.Pointer)
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%s: Match = %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestView(t *testing.T) {
	at := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	a := account.Account{
		ID: "id", Subject: company(t, account.RoleHead), Email: "a@b.kz", Lang: locale.RU,
		Accepted: []string{"v1", "v2"}, Latest: "v2",
	}
	got, err := json.Marshal(a.View("v1", at))
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"id":"id","kind":"legal","name":"СЕЙІТОВА АЙГҮЛ","organisation":"ТОО \"Бұлақ\"","number":"******1230","person":null,` +
		`"email":"a@b.kz","lang":"ru","rights":[],"agreement":{"accepted":"v1","inForce":"v1"},"sessionExpiresAt":"2026-11-22T09:00:00Z"}`
	if string(got) != want {
		t.Errorf("View\n got %s\nwant %s", got, want)
	}
	if v := a.View("v3", at); v.Agreement.Accepted != "v2" {
		t.Errorf("with a newer version in force: accepted %s, want the one accepted last, v2", v.Agreement.Accepted)
	}
}

func TestRightsIn(t *testing.T) {
	for _, tt := range []struct {
		rights []account.Right
		byEDS  bool
		want   string
	}{
		{nil, true, "[]"}, {nil, false, "[]"},
		{[]account.Right{account.Admin, account.Clerk.At("almaty-medeu")}, true, "[admin clerk.almaty-medeu]"},
		{[]account.Right{account.Admin, account.Clerk.At("almaty-medeu")}, false, "[]"},
		{[]account.Right{account.Admin}, false, "[]"},
	} {
		a := account.Account{Rights: tt.rights}
		if got := fmt.Sprint(a.RightsIn(tt.byEDS)); got != tt.want {
			t.Errorf("RightsIn(%t) of %v = %s, want %s", tt.byEDS, tt.rights, got, tt.want)
		}
		if len(a.Rights) != len(tt.rights) {
			t.Errorf("the account's own rights changed to %v", a.Rights)
		}
	}
}

func TestNothingPersonalIsLogged(t *testing.T) {
	var out strings.Builder
	log := slog.New(slog.NewTextHandler(&out, nil))
	a := account.Account{ID: "id", Subject: company(t, account.RoleHead), Email: "aigul@example.kz", Mobile: "+77011234567"}
	log.Info("all", "account", a, "subject", a.Subject, "form", goodForm(), "password", account.Password("kZ8#mQ2!vT6p"),
		"number", account.Number("900101300126"))
	fmt.Fprintf(&out, "%v %v %v %v %+v %+v", account.Number("900101300126"), a, a.Subject, goodForm(), struct{ A account.Account }{a}, struct{ F account.Form }{goodForm()})
	for _, private := range []string{"900101300126", "120340001230", "АЙГҮЛ", "Бұлақ", "aigul@", "7011234567", "kZ8", "erlan"} {
		if strings.Contains(out.String(), private) {
			t.Errorf("%s is in the log: %s", private, out.String())
		}
	}
}

// The first case is RFC 9562, appendix A.6.
func TestNewID(t *testing.T) {
	at := time.Date(2022, 2, 22, 19, 22, 22, 0, time.UTC)
	for _, tt := range []struct {
		random [10]byte
		want   string
	}{
		{[10]byte{0x0c, 0xc3, 0x18, 0xc4, 0xdc, 0x0c, 0x0c, 0x07, 0x39, 0x8f}, "017f22e2-79b0-7cc3-98c4-dc0c0c07398f"},
		{[10]byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}, "017f22e2-79b0-7fff-bfff-ffffffffffff"},
	} {
		if got := account.NewID(at, tt.random); got != tt.want {
			t.Errorf("NewID(%x) = %s, want %s", tt.random, got, tt.want)
		}
	}
}

// However the host of an address is written, codes and invitations to it are counted together.
func TestOneCounterOfAnAddress(t *testing.T) {
	key := []byte("0123456789abcdef0123456789abcdef")
	for name, counter := range map[string]func([]byte, string) string{"codes": account.CodeCounter, "invitations": account.InvitationCounter} {
		want := counter(key, "kense@мысал.қаз")
		for _, same := range []string{"KENSE@МЫСАЛ.ҚАЗ", "kense@" + strings.TrimPrefix(email.ASCII("kense@мысал.қаз"), "kense@")} {
			if counter(key, same) != want {
				t.Errorf("%s: %q has a counter of its own", name, same)
			}
		}
		if counter(key, "kense@мысал2.қаз") == want {
			t.Errorf("%s: two addresses have one counter", name)
		}
	}
}
