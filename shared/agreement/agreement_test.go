package agreement_test

import (
	"errors"
	"testing"
	"time"

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/agreement"
	"github.com/courtoffice/courtoffice/shared/locale"
)

// almaty is an instant given by the clock on the wall.
func almaty(year int, month time.Month, day, hour, minute, sec, ms int) time.Time {
	return time.Date(year, month, day, hour, minute, sec, ms*1e6, locale.Zone)
}

func version(id string, publishedAt time.Time, first bool) agreement.Version {
	return agreement.Version{ID: id, PublishedAt: publishedAt, EffectiveAt: agreement.EffectiveAt(publishedAt, first)}
}

func TestEffectiveAt(t *testing.T) {
	for _, tt := range []struct {
		name        string
		publishedAt time.Time
		first       bool
		want        time.Time
	}{
		{"first, at once", almaty(2026, 1, 1, 0, 0, 0, 0), true, almaty(2026, 1, 1, 0, 0, 0, 0)},
		{"noon", almaty(2026, 11, 2, 12, 0, 0, 0), false, almaty(2026, 11, 5, 12, 0, 0, 0)},
		{"last millisecond of a day", almaty(2026, 11, 2, 23, 59, 59, 999), false, almaty(2026, 11, 5, 23, 59, 59, 999)},
		{"midnight", almaty(2026, 11, 3, 0, 0, 0, 0), false, almaty(2026, 11, 6, 0, 0, 0, 0)},
		{"over 29 February", almaty(2028, 2, 27, 10, 0, 0, 0), false, almaty(2028, 3, 1, 10, 0, 0, 0)},
		{"last millisecond of 29 February", almaty(2028, 2, 29, 23, 59, 59, 999), false, almaty(2028, 3, 3, 23, 59, 59, 999)},
		{"in force on 29 February", almaty(2028, 2, 26, 0, 0, 0, 0), false, almaty(2028, 2, 29, 0, 0, 0, 0)},
		{"no 29 February", almaty(2027, 2, 27, 10, 0, 0, 0), false, almaty(2027, 3, 2, 10, 0, 0, 0)},
		{"over the new year", almaty(2026, 12, 30, 18, 0, 0, 0), false, almaty(2027, 1, 2, 18, 0, 0, 0)},
	} {
		if got := agreement.EffectiveAt(tt.publishedAt, tt.first); !got.Equal(tt.want) {
			t.Errorf("%s: EffectiveAt = %v, want %v", tt.name, got, tt.want)
		}
	}
}

func TestInForceAndComing(t *testing.T) {
	v1 := version("v1", almaty(2026, 1, 1, 9, 0, 0, 0), true)
	v2 := version("v2", almaty(2026, 11, 2, 23, 59, 59, 999), false) // in force 5 November 23:59:59.999
	v3 := version("v3", almaty(2026, 11, 4, 12, 0, 0, 0), false)     // pending together with v2
	twin := version("v3b", almaty(2026, 11, 4, 12, 0, 0, 0), false)  // published at the same instant as v3
	all := []agreement.Version{v3, v1, v2}
	const ms = time.Millisecond
	for _, tt := range []struct {
		name            string
		versions        []agreement.Version
		at              time.Time
		inForce, coming string
	}{
		{"nothing published", nil, v1.PublishedAt, "", ""},
		{"before the first", all, v1.PublishedAt.Add(-ms), "", ""},
		{"the first binds at once", all, v1.PublishedAt, "v1", ""},
		{"before the second is published", all, v2.PublishedAt.Add(-ms), "v1", ""},
		{"the second is published", all, v2.PublishedAt, "v1", "v2"},
		{"two pending, the earlier comes", all, v3.PublishedAt, "v1", "v2"},
		{"last millisecond of the first", all, v2.EffectiveAt.Add(-ms), "v1", "v2"},
		{"the second binds, the first lapses", all, v2.EffectiveAt, "v2", "v3"},
		{"last millisecond of the second", all, v3.EffectiveAt.Add(-ms), "v2", "v3"},
		{"the third binds", all, v3.EffectiveAt, "v3", ""},
		{"years later", all, v3.EffectiveAt.AddDate(9, 0, 0), "v3", ""},
		{"clock went back before publication", all, v2.PublishedAt.Add(-time.Hour), "v1", ""},
		{"clock went back over the start of force", all, v2.EffectiveAt.Add(-time.Hour), "v1", "v2"},
		{"twins, order one", []agreement.Version{v1, v3, twin}, v3.EffectiveAt, "v3b", ""},
		{"twins, order two", []agreement.Version{twin, v3, v1}, v3.EffectiveAt, "v3b", ""},
		{"coming twins, order one", []agreement.Version{v1, v3, twin}, v3.PublishedAt, "v1", "v3"},
		{"coming twins, order two", []agreement.Version{twin, v3, v1}, v3.PublishedAt, "v1", "v3"},
	} {
		in, inOK := agreement.InForce(tt.versions, tt.at)
		coming, comingOK := agreement.Coming(tt.versions, tt.at)
		if in.ID != tt.inForce || inOK != (tt.inForce != "") {
			t.Errorf("%s: InForce = %q, %v; want %q", tt.name, in.ID, inOK, tt.inForce)
		}
		if coming.ID != tt.coming || comingOK != (tt.coming != "") {
			t.Errorf("%s: Coming = %q, %v; want %q", tt.name, coming.ID, comingOK, tt.coming)
		}
		for _, id := range []string{"v1", "v2", "v3", "v3b", "", "v9"} {
			want := id != "" && (id == tt.inForce || id == tt.coming)
			v, err := agreement.Acceptable(tt.versions, id, tt.at)
			if (err == nil) != want || (want && v.ID != id) || (!want && !errors.Is(err, agreement.ErrNotInForce)) {
				t.Errorf("%s: Acceptable(%q) = %q, %v; want %v", tt.name, id, v.ID, err, want)
			}
		}
	}
}

// TestWhoHasAccepted: an acceptance counts while its version binds, however early it was given, and
// for no other version.
func TestWhoHasAccepted(t *testing.T) {
	v1 := version("v1", almaty(2026, 1, 1, 9, 0, 0, 0), true)
	v2 := version("v2", almaty(2026, 11, 2, 12, 0, 0, 0), false)
	v3 := version("v3", almaty(2026, 11, 4, 12, 0, 0, 0), false) // published before v2 binds
	twin := version("v3b", v3.PublishedAt, false)                // takes v3's place at the instant it would bind
	const ms = time.Millisecond
	for _, tt := range []struct {
		name     string
		versions []agreement.Version
		accepted []string
		at       time.Time
		want     bool
	}{
		{"the one in force", []agreement.Version{v1, v2}, []string{"v1"}, v2.EffectiveAt.Add(-ms), true},
		{"silence: the old one has lapsed", []agreement.Version{v1, v2}, []string{"v1"}, v2.EffectiveAt, false},
		{"the coming one, ahead of time", []agreement.Version{v1, v2}, []string{"v1", "v2"}, v2.EffectiveAt.Add(-ms), true},
		{"which then binds", []agreement.Version{v1, v2}, []string{"v1", "v2"}, v2.EffectiveAt, true},
		{"until the next binds", []agreement.Version{v1, v2, v3}, []string{"v1", "v2"}, v3.EffectiveAt.Add(-ms), true},
		{"and no longer", []agreement.Version{v1, v2, v3}, []string{"v1", "v2"}, v3.EffectiveAt, false},
		{"superseded before it could bind", []agreement.Version{v1, v3, twin}, []string{"v1", "v3"}, v3.EffectiveAt, false},
		{"who registered under the second, by a clock that went back", []agreement.Version{v1, v2}, []string{"v2"}, v2.EffectiveAt.Add(-ms), false},
		{"and forth again", []agreement.Version{v1, v2}, []string{"v2"}, v2.EffectiveAt, true},
	} {
		v, ok := agreement.InForce(tt.versions, tt.at)
		if got := (account.Account{Accepted: tt.accepted}).HasAccepted(v.ID); !ok || got != tt.want {
			t.Errorf("%s: %v has accepted %s: %v, want %v", tt.name, tt.accepted, v.ID, got, tt.want)
		}
	}
}

func TestNew(t *testing.T) {
	at := almaty(2026, 11, 2, 12, 0, 0, 0).Add(123456 * time.Nanosecond)
	texts := map[locale.Lang]string{locale.KK: "Келісім", locale.RU: "Соглашение", locale.EN: "abc"}
	v, err := agreement.New("v1", texts, at, false)
	if err != nil {
		t.Fatal(err)
	}
	// SHA-256 of "abc": FIPS 180-2, appendix B.1.
	if got := v.Texts[locale.EN].SHA256; got != "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" {
		t.Errorf("hash of abc = %s", got)
	}
	if !v.PublishedAt.Equal(almaty(2026, 11, 2, 12, 0, 0, 0)) || !v.EffectiveAt.Equal(almaty(2026, 11, 5, 12, 0, 0, 0)) {
		t.Errorf("published %v, effective %v", v.PublishedAt, v.EffectiveAt)
	}
	for _, tt := range []struct {
		name, id string
		lang     locale.Lang
		text     string
	}{
		{"no id", "", locale.KK, "Келісім"},
		{"no Kazakh text", "v1", locale.KK, ""},
		{"broken Russian text", "v1", locale.RU, "\xff"},
	} {
		bad := map[locale.Lang]string{locale.KK: "Келісім", locale.RU: "Соглашение", locale.EN: "abc"}
		bad[tt.lang] = tt.text
		if _, err := agreement.New(tt.id, bad, at, false); err == nil {
			t.Errorf("%s: accepted", tt.name)
		}
	}
}
