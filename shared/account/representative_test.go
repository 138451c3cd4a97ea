package account_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/defect"
	"github.com/courtoffice/courtoffice/shared/locale"
)

const (
	ownerID          = "01993a5e-0000-7000-8000-00000000aaaa"
	representativeID = "01993a5e-0000-7000-8000-00000000bbbb"
)

func at(t testing.TB, text string) time.Time {
	t.Helper()
	instant, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return instant
}

// named is a representative invited at an instant for six months and all filings.
func named(invited time.Time) account.Representative {
	return account.NewRepresentative(account.Representative{
		ID: representativeID, AccountID: ownerID, Name: "Ерлан", Email: "erlan@example.kz", Lang: locale.RU, Scope: account.ScopeAll, Months: 6,
	}, invited, account.Evidence{Address: "192.0.2.1"})
}

// TestConsentEnds: the months of a consent end with 24:00 in Almaty of the day of the same number,
// or of the month's last day (Civil Code 173, 174).
func TestConsentEnds(t *testing.T) {
	for _, tt := range []struct {
		consented string
		months    int
		until     string
		lastDay   string
	}{
		{"2026-11-22T07:00:00Z", 3, "2027-02-22T19:00:00Z", "2027-02-22"},
		{"2026-11-22T18:59:59.999Z", 12, "2027-11-22T19:00:00Z", "2027-11-22"}, // still the 22nd in Almaty
		{"2026-11-22T19:00:00Z", 12, "2027-11-23T19:00:00Z", "2027-11-23"},     // 24:00 is the next day
		{"2026-08-31T10:00:00Z", 6, "2027-02-28T19:00:00Z", "2027-02-28"},      // no 31 February
		{"2027-08-31T10:00:00Z", 6, "2028-02-29T19:00:00Z", "2028-02-29"},      // a leap year has a 29th
		{"2028-02-29T10:00:00Z", 12, "2029-02-28T19:00:00Z", "2029-02-28"},     // the next has none
		{"2026-12-31T10:00:00Z", 3, "2027-03-31T19:00:00Z", "2027-03-31"},
	} {
		r := named(at(t, tt.consented).Add(-time.Hour))
		r.Months = tt.months
		r, err := r.Agree(at(t, tt.consented), account.Evidence{})
		if err != nil || !r.Until.Equal(at(t, tt.until)) || r.LastDay().String() != tt.lastDay {
			t.Errorf("%d months from %s end %v (%s), %v, want %s (%s)", tt.months, tt.consented, r.Until, r.LastDay(), err, tt.until, tt.lastDay)
		}
		if r.StatusAt(r.Until.Add(-time.Millisecond)) != account.Consented || r.StatusAt(r.Until) != account.Lapsed || r.Live(r.Until) {
			t.Errorf("%d months from %s: %s at the last instant, %s after it", tt.months, tt.consented,
				r.StatusAt(r.Until.Add(-time.Millisecond)), r.StatusAt(r.Until))
		}
	}
}

// TestReceives is the rule of who has a copy, at its edges.
func TestReceives(t *testing.T) {
	invited := at(t, "2026-11-20T07:00:00Z")
	consented := at(t, "2026-11-22T07:00:00Z")
	agreed := func(change func(*account.Representative)) account.Representative {
		r := named(invited)
		if change != nil {
			change(&r)
		}
		r, err := r.Agree(consented, account.Evidence{})
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	all := agreed(nil)
	one := agreed(func(r *account.Representative) { r.Scope, r.Filing = account.ScopeFiling, "f-1" })
	kinds := agreed(func(r *account.Representative) { r.Scope, r.Kinds = account.ScopeKinds, []string{"claim", "appeal"} })
	odd := agreed(func(r *account.Representative) { r.Scope = "everything" })
	until := all.Until
	for _, tt := range []struct {
		name         string
		r            account.Representative
		filing, kind string
		at           time.Time
		want         bool
	}{
		{"invited only", named(invited), "f-1", "claim", consented, false},
		{"a millisecond before the consent", all, "f-1", "claim", consented.Add(-time.Millisecond), false},
		{"at the instant of the consent", all, "f-1", "claim", consented, true},
		{"at the last millisecond", all, "f-1", "claim", until.Add(-time.Millisecond), true},
		{"at 24:00 of the last day", all, "f-1", "claim", until, false},
		{"the filing named", one, "f-1", "claim", consented, true},
		{"another filing", one, "f-2", "claim", consented, false},
		{"no filing's id", one, "", "claim", consented, false},
		{"a kind named", kinds, "f-9", "appeal", consented, true},
		{"another kind", kinds, "f-1", "protest", consented, false},
		{"a scope that is none", odd, "f-1", "claim", consented, false},
		{"declined", named(invited).Refuse(consented, account.Evidence{}), "f-1", "claim", consented, false},
		{"withdrawn since", all.Refuse(consented.Add(time.Hour), account.Evidence{}), "f-1", "claim", consented, false},
		{"ended since", all.End(account.ByHolder, consented.Add(time.Hour), account.Evidence{}), "f-1", "claim", consented, false},
	} {
		if got := tt.r.Receives(tt.filing, tt.kind, tt.at); got != tt.want {
			t.Errorf("%s: %t, want %t", tt.name, got, tt.want)
		}
	}
}

// TestRepresentativeSteps is the table of statuses: what each step comes to from each of them, and
// whom the office tells.
func TestRepresentativeSteps(t *testing.T) {
	invited := at(t, "2026-11-22T07:00:00Z")
	soon := invited.Add(account.InvitationLife - time.Millisecond)
	late := invited.Add(account.InvitationLife)
	agreed, err := named(invited).Agree(soon, account.Evidence{Address: "198.51.100.7"})
	if err != nil || agreed.ConsentedAt != soon || agreed.Consent.Address != "198.51.100.7" || agreed.Naming.Address != "192.0.2.1" {
		t.Fatalf("consent %+v, %v", agreed.Consent, err)
	}
	after := soon.Add(time.Hour)
	declined := named(invited).Refuse(soon, account.Evidence{})
	withdrawn := agreed.Refuse(after, account.Evidence{})
	ended := agreed.End(account.ByHolder, after, account.Evidence{})
	over := account.ErrRepresentativeOver
	for _, tt := range []struct {
		name          string
		r             account.Representative
		at            time.Time
		agree, invite error
		refused       account.RepresentativeStatus
		end           account.RepresentativeStatus
	}{
		{"invited", named(invited), soon, nil, nil, account.Declined, account.Ended},
		{"invited thirty days ago", named(invited), late, over, over, account.Invited, account.Invited}, // as written; lapsed
		{"consented", agreed, after, nil, over, account.Withdrawn, account.Ended},
		{"consented and lapsed", agreed, agreed.Until, over, over, account.Consented, account.Consented},
		{"declined", declined, after, over, over, account.Declined, account.Declined},
		{"withdrawn", withdrawn, after, over, over, account.Withdrawn, account.Withdrawn},
		{"ended", ended, after, over, over, account.Ended, account.Ended},
	} {
		if _, err := tt.r.Agree(tt.at, account.Evidence{}); !errors.Is(err, tt.agree) {
			t.Errorf("%s: agree: %v, want %v", tt.name, err, tt.agree)
		}
		if _, err := tt.r.Invite(tt.at); !errors.Is(err, tt.invite) {
			t.Errorf("%s: invite: %v, want %v", tt.name, err, tt.invite)
		}
		if got := tt.r.Refuse(tt.at, account.Evidence{}).Status; got != tt.refused {
			t.Errorf("%s: refused it is %s, want %s", tt.name, got, tt.refused)
		}
		if got := tt.r.End(account.ByHolder, tt.at, account.Evidence{}).Status; got != tt.end {
			t.Errorf("%s: ended it is %s, want %s", tt.name, got, tt.end)
		}
	}
	again, err := agreed.Agree(after, account.Evidence{Address: "203.0.113.1"})
	if err != nil || again.ConsentedAt != soon || again.Until != agreed.Until || again.Consent.Address != "198.51.100.7" {
		t.Errorf("a second consent took the first one's place: %+v, %v", again.Consent, err)
	}
	renewed, err := named(invited).Invite(soon)
	if err != nil || renewed.Invitations != 2 || renewed.StatusAt(late) != account.Invited || renewed.Naming.Address != "192.0.2.1" {
		t.Errorf("invited again: %d, %s, %v", renewed.Invitations, renewed.StatusAt(late), err)
	}

	for _, tt := range []struct {
		r    account.Representative
		want string
	}{
		{named(invited), "representative.invited " + representativeID + ".1 "},
		{renewed, "representative.invited " + representativeID + ".2 "},
		{agreed, "representative.consented " + representativeID + " "},
		{declined, "representative.declined " + representativeID + " "},
		{withdrawn, "representative.withdrawn " + representativeID + " "},
		{ended, "representative.ended " + representativeID + " erlan@example.kz"},
		{named(invited).End(account.ByHolder, soon, account.Evidence{}), ""}, // nobody had agreed to mail
	} {
		got := ""
		if e, ok := tt.r.Event(); ok {
			got = fmt.Sprintf("%s %s %s", e.Type, e.ID, e.To)
			if e.AccountID != ownerID || e.Representative != representativeID || (e.To != "") != (e.Lang == locale.RU) {
				t.Errorf("event %+v", e)
			}
		}
		if got != tt.want {
			t.Errorf("%s: event %q, want %q", tt.r, got, tt.want)
		}
	}
	for _, tt := range []struct {
		r    account.Representative
		want time.Time
	}{
		{named(invited), late.AddDate(3, 0, 0)}, {agreed, agreed.Until.AddDate(3, 0, 0)}, {withdrawn, after.AddDate(3, 0, 0)},
	} {
		if got := tt.r.KeptUntil(); !got.Equal(tt.want) {
			t.Errorf("%s is kept until %v, want %v", tt.r, got, tt.want)
		}
	}
}

func TestMayName(t *testing.T) {
	now := at(t, "2026-11-22T07:00:00Z")
	var have []account.Representative
	for n := range account.MaxContacts {
		r := named(now)
		r.Email = fmt.Sprintf("n%d@example.kz", n)
		have = append(have, r)
	}
	sixth := named(now)
	if err := account.MayName(have[1:], sixth, now); err != nil {
		t.Errorf("the fifth: %v", err)
	}
	if err := account.MayName(have, sixth, now); !errors.Is(err, account.ErrTooManyRepresentatives) {
		t.Errorf("the sixth: %v", err)
	}
	if err := account.MayName(have, sixth, now.Add(account.InvitationLife)); err != nil {
		t.Errorf("when the invitations have lapsed: %v", err)
	}
	have[0] = have[0].Refuse(now, account.Evidence{})
	if err := account.MayName(have, sixth, now); err != nil {
		t.Errorf("when one declined: %v", err)
	}
	sixth.Email = "N3@example.kz"
	if err := account.MayName(have, sixth, now); !errors.Is(err, account.ErrRepresentativeNamed) {
		t.Errorf("an address that is named: %v", err)
	}
	sixth.Email = have[0].Email
	if err := account.MayName(have, sixth, now); err != nil {
		t.Errorf("the address of one who declined: %v", err)
	}
}

func TestValidateRepresentative(t *testing.T) {
	kinds := []string{"claim", "appeal"}
	for _, tt := range []struct {
		name   string
		change func(*account.Representative)
		want   []string
	}{
		{"all filings", func(*account.Representative) {}, nil},
		{"one filing", func(r *account.Representative) { r.Scope, r.Filing = account.ScopeFiling, representativeID }, nil},
		{"kinds", func(r *account.Representative) { r.Scope, r.Kinds = account.ScopeKinds, kinds }, nil},
		{"nothing", func(r *account.Representative) { *r = account.Representative{} }, []string{
			"/id format", "/name required", "/email required", "/lang unknown-value", "/scope unknown-value", "/months unknown-value"}},
		{"an id in capitals", func(r *account.Representative) { r.ID = strings.ToUpper(r.ID) }, []string{"/id format"}},
		{"a line break", func(r *account.Representative) { r.Name = "A\r\nBcc: b" }, []string{"/name format"}},
		{"no filing named", func(r *account.Representative) { r.Scope = account.ScopeFiling }, []string{"/filing required"}},
		{"a filing beside all", func(r *account.Representative) { r.Filing = representativeID }, []string{"/filing not-allowed"}},
		{"no kind", func(r *account.Representative) { r.Scope = account.ScopeKinds }, []string{"/kinds required"}},
		{"kinds beside all", func(r *account.Representative) { r.Kinds = kinds }, []string{"/kinds not-allowed"}},
		{"a kind there is not", func(r *account.Representative) { r.Scope, r.Kinds = account.ScopeKinds, []string{"protest"} }, []string{"/kinds unknown-value"}},
		{"a kind thrice", func(r *account.Representative) {
			r.Scope, r.Kinds = account.ScopeKinds, []string{"claim", "claim", "claim"}
		}, []string{"/kinds duplicate"}},
		{"thirteen months", func(r *account.Representative) { r.Months = 13 }, []string{"/months unknown-value"}},
	} {
		r := named(time.Time{})
		tt.change(&r)
		var got []string
		for _, d := range r.Validate("", kinds) {
			got = append(got, d.Pointer+" "+d.Code)
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestFormNamesRepresentatives(t *testing.T) {
	for _, tt := range []struct{ months, want int }{{0, account.DefaultPeriod}, {3, 3}} {
		c := account.Contact{Name: "Ерлан", Email: "erlan@example.kz", Lang: locale.RU, Months: tt.months}
		r := c.Representative(ownerID, representativeID)
		if r.Months != tt.want || r.Scope != account.ScopeAll || r.Name != c.Name || r.Email != c.Email || r.Lang != c.Lang {
			t.Errorf("months %d name %+v", tt.months, r)
		}
		if wrong := r.Validate("", nil); len(wrong) > 0 {
			t.Errorf("months %d: %v", tt.months, defect.List(wrong))
		}
	}
}

func TestLinks(t *testing.T) {
	key, other := []byte("01234567890123456789012345678901"), []byte("another key, of thirty-two bytes")
	r := named(time.Time{})
	page, err := r.Link(key, account.LinkPage)
	if err != nil || len(page) != 64 {
		t.Fatalf("Link = %q, %v", page, err)
	}
	stop, err := r.Link(key, account.LinkUnsubscribe)
	if err != nil || stop == page {
		t.Fatalf("Link = %q, %v", stop, err)
	}
	if owner, id, err := account.ParseLink(key, page, account.LinkPage); err != nil || owner != ownerID || id != representativeID {
		t.Errorf("ParseLink = %s, %s, %v", owner, id, err)
	}
	if owner, id, err := account.ParseLink(key, stop, account.LinkPage, account.LinkUnsubscribe); err != nil || owner != ownerID || id != representativeID {
		t.Errorf("ParseLink of either = %s, %s, %v", owner, id, err)
	}
	for i := range page {
		changed := []byte(page)
		changed[i] ^= 1
		if _, _, err := account.ParseLink(key, string(changed), account.LinkPage); !errors.Is(err, account.ErrLink) {
			t.Errorf("character %d changed: %v", i, err)
		}
	}
	for name, parse := range map[string]func() (string, string, error){
		"a link that unsubscribes shows the page": func() (string, string, error) { return account.ParseLink(key, stop, account.LinkPage) },
		"another office's":                        func() (string, string, error) { return account.ParseLink(other, page, account.LinkPage) },
		"nothing":                                 func() (string, string, error) { return account.ParseLink(key, "", account.LinkPage) },
		"longer":                                  func() (string, string, error) { return account.ParseLink(key, page+"AAAA", account.LinkPage) },
		"for no purpose":                          func() (string, string, error) { return account.ParseLink(key, page) },
	} {
		if _, _, err := parse(); !errors.Is(err, account.ErrLink) {
			t.Errorf("%s: %v", name, err)
		}
	}
	r.AccountID = "acc-1"
	if _, err := r.Link(key, account.LinkPage); err == nil {
		t.Error("a link of an id that is no UUID")
	}
}

func TestRepresentativesStayOutOfLogs(t *testing.T) {
	r := named(time.Time{})
	if text := fmt.Sprintf("%v %s %v", r, r, r.LogValue()); strings.Contains(text, "Ерлан") || strings.Contains(text, "erlan@") {
		t.Errorf("shown as %s", text)
	}
	if a, b := account.InvitationCounter([]byte("k"), "A@x.kz"), account.InvitationCounter([]byte("k"), "a@x.kz"); a != b || strings.Contains(a, "x.kz") {
		t.Errorf("counters %s and %s", a, b)
	}
}
