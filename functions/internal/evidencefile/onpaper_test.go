package evidencefile_test

import (
	"bytes"
	"errors"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/courtoffice/courtoffice/shared/act"
	"github.com/courtoffice/courtoffice/shared/audit"
	"github.com/courtoffice/courtoffice/shared/calendar"
	"github.com/courtoffice/courtoffice/shared/challenge"
	"github.com/courtoffice/courtoffice/shared/docket"
	"github.com/courtoffice/courtoffice/shared/eds/container"
	"github.com/courtoffice/courtoffice/shared/eds/edstest"
	"github.com/courtoffice/courtoffice/shared/evidence/asice"
	"github.com/courtoffice/courtoffice/shared/evidence/casefile"
	"github.com/courtoffice/courtoffice/shared/evidence/evidencetest"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/locale"
	"github.com/courtoffice/courtoffice/shared/store"
)

// scans are two scanned papers.
var scans = []string{"%PDF-1.7 the claim", "%PDF-1.7 the envelope"}

// signed is what a clerk signs of papers, with the scans in the bucket.
func (tr *trial) signed(id, of, kind, party string) (filing.SignedScan, docket.Scanned) {
	tr.t.Helper()
	came := docket.Scanned{Way: filing.ByPost, From: "Сейітова Айгүл", Received: calendar.DateOf(tr.at.AddDate(0, 0, -2))}
	out := filing.SignedScan{At: tr.at, Pins: filing.Pins{}, Scanned: filing.Scanned{
		ID: id, Case: of, CourtCode: courtOf, Number: "7514-26-00-2/9", Kind: kind, Lang: locale.KK, Clerk: "СЕРІКОВ ҰЛАН", From: came.From, Party: party, Way: came.Way, Received: came.Received, Pages: 2,
	}}
	for _, content := range scans {
		o, stored, err := tr.Documents.Put(tr.t.Context(), id, "application/pdf", []byte(content))
		if err != nil {
			tr.t.Fatal(err)
		}
		out.Pins[o.SHA256] = stored.Version
		out.Scans = append(out.Scans, filing.Scan{File: filing.FileOf([]byte(content)), MediaType: "application/pdf", Name: "скан.pdf", Pages: 1})
	}
	doc, err := act.Document{Act: act.Enter, Challenge: "c", Lang: locale.KK, Statement: "s", Scanned: &out.Scanned}.Encode()
	if err == nil {
		out.CMS, err = tr.Keys["individual-gost-2"].SignCMS(doc, edstest.Attached, edstest.At(evidencetest.SentAt.Add(time.Minute)))
	}
	if err != nil {
		tr.t.Fatal(err)
	}
	return out, came
}

func (tr *trial) entering(s filing.SignedScan) store.Entering {
	return store.Entering{
		Signed: s, Actor: clerk.ID, Challenge: challenge.Challenge{Nonce: "n" + s.ID, NotAfter: tr.at.Add(time.Hour)}, Act: store.Once{ID: s.ID, Digest: "d"},
		Entry: audit.New(audit.CaseEntered, audit.Actor{Account: clerk.ID}, s.Case, "", tr.at, [8]byte([]byte(s.ID)[28:])),
	}
}

// onPaper is an office with a case that came on paper, and a motion of the same party that came on paper too.
func onPaper(t *testing.T) *trial {
	t.Helper()
	o := evidencetest.New(t)
	tr := &trial{Office: o, t: t, cases: store.NewCases(o.DB, o.Table), id: evidencetest.ID(1), at: evidencetest.SentAt.Add(2 * time.Minute).Truncate(time.Millisecond)}
	log, by := store.NewAudit(o.DB, o.Table, o.Table), docket.Actor{By: docket.ByClerk, Account: clerk.ID, Name: "СЕРІКОВ ҰЛАН"}
	signed, came := tr.signed(tr.id, tr.id, "claim", "claimant-1")
	c, err := docket.Enter(docket.Entry{
		Head:    docket.Head{ID: tr.id, Number: signed.Number, Court: courtOf, Judge: judge.ID, Kind: "claim", Lang: locale.KK},
		Parties: []docket.EnteredParty{{Role: docket.Claimant, Type: "natural", Name: "Сейітова Айгүл", Number: aigulIIN}, {Role: docket.Defendant, Type: "natural", Name: "Омаров Ерлан", Number: erlanIIN}}, Scanned: came,
	}, by, root, tr.at)
	if err == nil {
		err = tr.cases.Enter(t.Context(), c, tr.entering(signed), log)
	}
	if err != nil {
		t.Fatal(err)
	}
	tr.at = tr.at.Add(time.Minute)
	later, came := tr.signed(evidencetest.ID(2), tr.id, "motion", "claimant-1")
	after, err := tr.read().AddScanned(docket.Paper{Filing: later.ID, Kind: "motion", Party: "claimant-1", Scanned: &came}, by, tr.at)
	if err == nil {
		err = tr.cases.Add(t.Context(), tr.read(), after, tr.entering(later), log)
	}
	if err != nil {
		t.Fatal(err)
	}
	return tr
}

// TestCaseFileOnPaper: of a case that came on paper the file has the scans and what the clerk signed of them, which
// "eds verify" checks with the rest; a scan that was changed, left out or put in, and a day that nobody signed, do
// not pass.
func TestCaseFileOnPaper(t *testing.T) {
	tr := onPaper(t)
	aigul := person("aigul", key(aigulIIN))
	tr.do(docket.ByJudge, docket.Act{Step: "accept", On: calendar.DateOf(tr.at)})
	tr.do(docket.ByClerk, docket.Act{Step: "serve", Party: "defendant-1"})
	tr.do(docket.ByClerk, docket.Act{Step: docket.EventCorrected, Event: docket.EventEntered, Number: "7514-26-00-2/10", On: calendar.DateOf(tr.at.AddDate(0, 0, -1)), Reason: "Қате"})
	for _, w := range []who{aigul, defendant, clerk, judge} {
		data, _ := tr.file(w, time.Time{}, 0)
		rep, err := verified(t, data)
		if err != nil || rep.Format != container.ASiC || len(rep.Signatures) != 1+2 { // the stamp, two of the clerk
			t.Fatalf("%s: eds says %v, %+v", w.ID, err, rep)
		}
		names, contents := unpacked(t, data)
		got, err := checked(contents, names)
		if err != nil {
			t.Fatalf("%s: %v", w.ID, err)
		}
		if len(got.Facts.Papers) != 2 || got.Facts.Papers[0].Scanned == nil || string(contents["papers/001/documents/02 скан.pdf"]) != scans[1] || contents["papers/002/signatures/1.p7s"] == nil {
			t.Errorf("%s: %v", w.ID, names)
		}
		// Bytes of a scan that are not those that were signed.
		if _, err := verified(t, bytes.Replace(data, []byte("the envelope"), []byte("an envelope "), 1)); err == nil {
			t.Errorf("%s: a changed scan passes", w.ID)
		}
		for what, change := range map[string]func(map[string][]byte) map[string][]byte{
			"another scan": func(c map[string][]byte) map[string][]byte {
				c["papers/001/documents/02 скан.pdf"] = []byte(scans[0])
				return c
			},
			"no signature": func(c map[string][]byte) map[string][]byte { delete(c, "papers/001/signatures/1.p7s"); return c },
			"one more": func(c map[string][]byte) map[string][]byte {
				c["papers/001/documents/03 a.pdf"] = []byte("x")
				return c
			},
			"another's signature": func(c map[string][]byte) map[string][]byte {
				c["papers/001/signatures/1.p7s"] = c["papers/002/signatures/1.p7s"]
				c["case.json"] = bytes.ReplaceAll(c["case.json"], []byte(sumOf(contents, "papers/001/signatures/1.p7s")), []byte(sumOf(contents, "papers/002/signatures/1.p7s")))
				return c
			},
			"another day": func(c map[string][]byte) map[string][]byte {
				day := got.Facts.Papers[0].Scanned.Received
				was := c["case.json"]
				if c["case.json"] = bytes.Replace(was, []byte(`"received": "`+day.String()), []byte(`"received": "`+day.Add(-1).String()), 1); bytes.Equal(was, c["case.json"]) {
					t.Fatalf("%s is not in %s", day, was)
				}
				return c
			},
			"not on paper": func(c map[string][]byte) map[string][]byte {
				head, tail, _ := strings.Cut(string(c["case.json"]), `,
      "scanned": {`)
				_, tail, _ = strings.Cut(tail, "}")
				c["case.json"] = []byte(head + tail)
				return c
			},
		} {
			changed := change(maps.Clone(contents))
			var list []string
			for name := range changed {
				list = append(list, name)
			}
			if _, err := checked(changed, list); !errors.Is(err, casefile.ErrContradiction) && !errors.Is(err, asice.ErrContradiction) {
				t.Errorf("%s: %s: %v", w.ID, what, err)
			}
		}
	}
	tr.do(docket.ByJudge, docket.Act{Step: "seclude", Reason: "Отбасы құпиясы"})
	data, _ := tr.file(defendant, time.Time{}, 0)
	names, contents := unpacked(t, data)
	if got, err := checked(contents, names); err != nil || len(got.Index.Withheld) == 0 || contents["papers/001/signatures/1.p7s"] != nil {
		t.Errorf("behind closed doors: %v, %v", names, err)
	}
}

func sumOf(contents map[string][]byte, name string) string { return filing.Sum(contents[name]) }
