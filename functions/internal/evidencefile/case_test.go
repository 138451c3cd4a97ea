package evidencefile_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/courtoffice/courtoffice/functions/internal/cases"
	"github.com/courtoffice/courtoffice/functions/internal/evidencefile"
	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/docket"
	"github.com/courtoffice/courtoffice/shared/eds"
	"github.com/courtoffice/courtoffice/shared/eds/cms"
	"github.com/courtoffice/courtoffice/shared/eds/container"
	"github.com/courtoffice/courtoffice/shared/eds/edstest"
	"github.com/courtoffice/courtoffice/shared/evidence/asice"
	"github.com/courtoffice/courtoffice/shared/evidence/casefile"
	"github.com/courtoffice/courtoffice/shared/evidence/evidencetest"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/httpapi"
	"github.com/courtoffice/courtoffice/shared/locale"
	"github.com/courtoffice/courtoffice/shared/session"
	"github.com/courtoffice/courtoffice/shared/store"
)

const (
	aigulIIN = "900101300126"
	erlanIIN = "900101300811"
	courtOf  = "almaty-medeu"
)

var root = bytes.Repeat([]byte{7}, 32)

func key(iin string) string { return account.NumberKeys(root, iin)[0] }

// who is a session.
type who struct {
	account.Account
	by session.Means
}

func (w who) Session(context.Context) (account.Account, session.Session, error) {
	if w.ID == "" {
		return account.Account{}, session.Session{}, session.ErrNone
	}
	return w.Account, session.Session{AccountID: w.ID, By: w.by}, nil
}

func (w who) Acting(ctx context.Context) (account.Account, session.Session, error) {
	return w.Session(ctx)
}

func person(id, key string, rights ...account.Right) who {
	return who{account.Account{ID: id, Key: key, Subject: account.Subject{Kind: account.Natural, Name: strings.ToUpper(id)}, Rights: rights}, session.ByEDS}
}

// Everyone who may want the file.
var (
	claimant       = person("claimant", "claimant-key")
	defendant      = person("defendant", key(erlanIIN))
	representative = person("representative", key(aigulIIN))
	clerk          = person("clerk", "clerk-key", account.Right("clerk."+courtOf))
	judge          = person("judge", "judge-key", account.Right("judge."+courtOf))
	nobody         = who{}
	stranger       = person("stranger", "stranger-key")
	elsewhere      = person("elsewhere", "elsewhere-key", "clerk.almaty-bostandyq")
	administrator  = person("administrator", "administrator-key", account.Admin)
	byPassword     = who{clerk.Account, session.ByPassword}
)

// trial is an office with a case.
type trial struct {
	*evidencetest.Office
	t     *testing.T
	cases *store.Cases
	id    string
	at    time.Time
	acts  int
}

// tried opens a case of a filing that two signed and a judge accepted.
func tried(t *testing.T) *trial {
	t.Helper()
	return triedWith(t, func(*trial) {})
}

// triedWith is tried in an office that was changed before.
func triedWith(t *testing.T, change func(*trial)) *trial {
	t.Helper()
	o := evidencetest.New(t)
	tr := &trial{Office: o, t: t, cases: store.NewCases(o.DB, o.Table), id: evidencetest.ID(1), at: evidencetest.SentAt.Add(2 * time.Minute).Truncate(time.Millisecond)}
	change(tr)
	e := o.Seal(t, tr.id, "individual-gost", "individual-gost-2")
	known(t, o, e)
	_, ruling := tr.Rule(tr.t, e.ID, "individual-gost-2", tr.at)
	tr.stamped(ruling)
	c := docket.Open(docket.Head{ID: e.ID, Number: "7514-26-00-2/1", Court: courtOf, Judge: judge.ID, Kind: e.Kind, Lang: locale.KK}, []docket.Party{
		{ID: "c1", Role: docket.Claimant, Type: "natural", Name: "Сейітова Айгүл"}, {ID: "d1", Role: docket.Defendant, Type: "natural", Name: "Омаров Е.", Stated: "••••1234"},
	}, nil, docket.Filer{SentAt: e.SentAt}, tr.at)
	c.Parties[0].Key, c.Parties[0].Number, c.Parties[0].From = claimant.Key, "••••0126", tr.at
	if err := tr.cases.Open(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	return tr
}

// stamped has verify-filing find that the ruling's certificate was good, with a time stamp over its signature.
func (tr *trial) stamped(ruling filing.Signature) {
	tr.t.Helper()
	sealed, err := tr.Filings.Sealed(tr.t.Context(), tr.id)
	if err != nil {
		tr.t.Fatal(err)
	}
	msg, err := cms.Parse(ruling.CMS, cms.Limits{})
	if err != nil {
		tr.t.Fatal(err)
	}
	found := filing.Verified{Signature: filing.Sum(ruling.CMS), Revocation: "good", Source: "crl", StampedAt: tr.at.Add(3 * time.Second)}
	if found.Stamp, err = authority(tr.t, "tsa-gost").Stamp(msg.Signers[0].Signature, edstest.StampTemplate{Time: found.StampedAt.Truncate(time.Second)}); err != nil {
		tr.t.Fatal(err)
	}
	v := filing.Verification{V: 1, At: tr.at.Add(4 * time.Second), Step: "settle", Signers: []filing.Verified{found}}
	if done, err := tr.Filings.Verify(tr.t.Context(), sealed.Envelope, v); err != nil || !done {
		tr.t.Fatal(done, err)
	}
}

func (tr *trial) read() docket.Case {
	tr.t.Helper()
	c, err := tr.cases.Case(tr.t.Context(), tr.id)
	if err != nil {
		tr.t.Fatal(err)
	}
	return c
}

// do does an act of the clerk, or of the judge, and returns its id.
func (tr *trial) do(by docket.By, a docket.Act) string {
	tr.t.Helper()
	tr.acts++
	tr.at = tr.at.Add(time.Minute)
	c := tr.read()
	a.ID, a.Revision = evidencetest.ID(0x100+tr.acts), c.Revision
	after, err := c.Do(a, docket.Actor{By: by, Account: string(by), Name: "СЕРІКОВ ҰЛАН"}, root, tr.at)
	if err == nil {
		err = tr.cases.Do(tr.t.Context(), c, after, store.Once{ID: a.ID})
	}
	if err != nil {
		tr.t.Fatal(a.Step, err)
	}
	return a.ID
}

// Contacts that a party told the office.
const (
	claimantMail  = "claimant@mail.example"
	defendantMail = "defendant@mail.example"
)

// told keeps what notify keeps of a notice.
func (tr *trial) told(party, notice, typ, to string) {
	tr.t.Helper()
	n := docket.NoticeEvent{CaseID: tr.id, Party: party, Notice: notice}
	if _, err := tr.cases.Prove(tr.t.Context(), tr.id, notice+"#email#"+typ, n.Proves(typ, docket.Email, to, 0, tr.at)); err != nil {
		tr.t.Fatal(err)
	}
}

// confirmed has the clerk confirm the defendant, who sees nothing by that.
func (tr *trial) confirmed() {
	tr.do(docket.ByClerk, docket.Act{Step: "confirm", Party: "d1", Number: erlanIIN, Name: "Омаров Ерлан"})
}

// served serves the defendant, summons both sides and takes the defendant's paper.
func (tr *trial) served() {
	tr.t.Helper()
	tr.told("d1", tr.do(docket.ByClerk, docket.Act{Step: "serve", Party: "d1"}), docket.EventTold, defendantMail)
	tr.do(docket.ByJudge, docket.Act{Step: "appoint", Hearing: docket.Hearing{At: tr.at.AddDate(0, 0, 20), Place: "№ 4 зал"}})
	for party, to := range map[string]string{"c1": claimantMail, "d1": defendantMail} {
		id := tr.do(docket.ByClerk, docket.Act{Step: "summon", Party: party, Address: "Алматы қаласы, Үлгі көшесі, 1"})
		tr.told(party, id, docket.EventTold, to)
		tr.told(party, id, docket.EventFailed, to)
	}
	e := tr.SealAt(tr.t, evidencetest.SentAt, evidencetest.ID(2), "individual-gost-2")
	before := tr.read()
	after, ok := before.Attach(docket.Paper{Filing: e.ID, Kind: e.Kind, At: e.SentAt}, defendant.Key, tr.at)
	if !ok {
		tr.t.Fatal("nobody's paper")
	}
	if err := tr.cases.Do(tr.t.Context(), before, after, store.ByOffice("attach", e.ID)); err != nil {
		tr.t.Fatal(err)
	}
}

func (tr *trial) service(w who) *evidencefile.Service {
	s := service(tr.t, tr.Office, holder(w.ID))
	s.IndexKey = root
	s.Cases = &cases.Service{Gate: w, Cases: tr.cases, Filings: tr.Filings, Documents: tr.Documents, IndexKey: root}
	return s
}

func (tr *trial) ctx() context.Context {
	return httpapi.WithEdge(tr.t.Context(), httpapi.Edge{ReceivedAt: tr.at})
}

// file takes the whole file as a page does, as of an instant and a revision, or as of now.
func (tr *trial) file(w who, at time.Time, revision int) ([]byte, evidencefile.CaseReply) {
	tr.t.Helper()
	s := tr.service(w)
	req := evidencefile.CaseRequest{ID: tr.id, At: at, Revision: revision}
	var all evidencefile.Reply
	var sums []string
	for {
		r, err := s.CaseFile(tr.ctx(), req)
		if err != nil {
			tr.t.Fatalf("%s, part %d: %v", w.ID, req.Part, err)
		}
		all.Files = append(all.Files, r.Files...)
		req.At, req.Revision, req.Part = r.At, r.Revision, req.Part+1
		if req.Part < r.Parts {
			sums = append(sums, r.Sum)
			continue
		}
		if !slices.Equal(sums, r.Sums) {
			tr.t.Errorf("%s: the last part names %q, handed out was %q", w.ID, r.Sums, sums)
		}
		all.StampedAt = *r.StampedAt
		return archive(tr.t, all), r
	}
}

func unpacked(t testing.TB, data []byte) ([]string, map[string][]byte) {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	contents := map[string][]byte{}
	for _, f := range z.File {
		in, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if contents[f.Name], err = io.ReadAll(in); err != nil {
			t.Fatal(err)
		}
		names = append(names, f.Name)
	}
	return names, contents
}

func checked(data map[string][]byte, names []string) (casefile.Checked, error) {
	return casefile.Check(names, func(name string) ([]byte, error) { return data[name], nil })
}

// verified is the report of "eds verify" on an archive.
func verified(t testing.TB, data []byte) (*container.Report, error) {
	t.Helper()
	trust, err := eds.LoadTrust(filepath.Join(evidencetest.PKI(), "trust"))
	if err != nil {
		t.Fatal(err)
	}
	return container.Verify(&eds.Verifier{Trust: trust, Policy: eds.Filing()}, data, evidencetest.SentAt.Add(2*time.Hour))
}

// TestCaseFile: everyone who may see the case has a file that proves itself, says the same of the case byte for
// byte, and has of what is for some eyes only exactly what is for theirs; what is withheld from one is in the
// file of another under the same hash.
func TestCaseFile(t *testing.T) {
	tr := tried(t)
	tr.confirmed()
	tr.served()
	tr.do(docket.ByClerk, docket.Act{Step: "admit", Party: "d1", Number: aigulIIN, Name: "Сейітова Айгүл"})
	tr.at = tr.at.Add(time.Minute)
	at, revision := tr.at, tr.read().Revision
	for _, w := range []who{claimant, defendant, representative, clerk, judge} { // their looks are in everyone's then
		if _, err := tr.service(w).CaseFile(tr.ctx(), evidencefile.CaseRequest{ID: tr.id}); err != nil {
			t.Fatal(err)
		}
	}
	tr.at = tr.at.Add(time.Minute)
	everything := map[string][]byte{} // private parts, by name
	var facts []byte
	files := map[string]map[string][]byte{}
	for _, w := range []who{clerk, judge, claimant, defendant, representative} {
		data, r := tr.file(w, at, revision)
		rep, err := verified(t, data)
		if err != nil || rep.Format != container.ASiC {
			t.Errorf("%s: eds says %v", w.ID, err)
			continue
		}
		if len(rep.Signatures) != 1+2+1+1 { // stamp, claim, ruling, the defendant's paper
			t.Errorf("%s: %d signatures", w.ID, len(rep.Signatures))
		}
		for _, s := range rep.Signatures {
			if strings.Contains(s.Name, "/rulings/") && (s.Indication != eds.TotalPassed || len(s.Report.Signers[0].TimeStamps) != 1) {
				t.Errorf("%s: the ruling's signature: %s, stamps %+v", w.ID, s.Indication, s.Report.Signers[0].TimeStamps)
			}
		}
		names, contents := unpacked(t, data)
		got, err := checked(contents, names)
		if err != nil {
			t.Errorf("%s: %v", w.ID, err)
			continue
		}
		if names[0] != "mimetype" || r.Name != "case-7514-26-00-2-1.asice" || len(got.Facts.Papers) != 2 || len(got.Facts.Looks) == 0 {
			t.Errorf("%s: %q %s %+v", w.ID, names, r.Name, got.Facts)
		}
		if facts == nil {
			facts = contents[casefile.FactsName]
		} else if !bytes.Equal(facts, contents[casefile.FactsName]) {
			t.Errorf("%s reads other facts", w.ID)
		}
		files[w.ID] = contents
		for name, data := range contents {
			if strings.HasPrefix(name, "private/") {
				everything[name] = data
			}
		}
	}
	for _, tt := range []struct {
		who              string
		withholds        map[casefile.Why]bool
		forms            []string // of papers, that are there
		claimantMailSeen bool
		defendantSeen    bool
	}{
		{"clerk", map[casefile.Why]bool{}, []string{"papers/001/form.json", "papers/002/form.json"}, true, true},
		{"judge", map[casefile.Why]bool{}, []string{"papers/001/form.json", "papers/002/form.json"}, true, true},
		{"claimant", map[casefile.Why]bool{casefile.Contacts: true, casefile.Service: true, casefile.Audit: true, casefile.Court: true}, []string{"papers/001/form.json"}, true, false},
		{"defendant", map[casefile.Why]bool{casefile.Contacts: true, casefile.Service: true, casefile.Audit: true, casefile.Court: true}, []string{"papers/002/form.json"}, false, true},
		{"representative", map[casefile.Why]bool{casefile.Contacts: true, casefile.Service: true, casefile.Audit: true, casefile.Court: true}, []string{"papers/002/form.json"}, false, true},
	} {
		contents := files[tt.who]
		var index casefile.Index
		if err := json.Unmarshal(contents[casefile.IndexName], &index); err != nil {
			t.Fatal(tt.who, err)
		}
		why := map[casefile.Why]bool{}
		for _, w := range index.Withheld {
			why[w.Why] = true
			if strings.HasPrefix(w.Name, "private/") && filing.Sum(everything[w.Name]) != w.SHA256 {
				t.Errorf("%s: %s (%s) is withheld, and in nobody's file", tt.who, w.Name, w.Why)
			}
			for _, lang := range locale.Langs {
				if index.Words[w.Why][lang] == "" {
					t.Errorf("%s: no words for %s", tt.who, w.Why)
				}
			}
		}
		if fmt.Sprint(why) != fmt.Sprint(tt.withholds) {
			t.Errorf("%s: withheld for %v, want %v", tt.who, why, tt.withholds)
		}
		var forms []string
		text := ""
		for name, data := range contents {
			if strings.HasSuffix(name, "/form.json") {
				forms = append(forms, name)
			}
			text += string(data)
		}
		slices.Sort(forms)
		if !slices.Equal(forms, tt.forms) {
			t.Errorf("%s has the forms %q", tt.who, forms)
		}
		if strings.Contains(text, claimantMail) != tt.claimantMailSeen || strings.Contains(text, defendantMail) != tt.defendantSeen {
			t.Errorf("%s sees the claimant's address: %t, the defendant's: %t", tt.who, strings.Contains(text, claimantMail), strings.Contains(text, defendantMail))
		}
		for _, secret := range []string{aigulIIN, erlanIIN, claimant.Key, defendant.Key} {
			if bytes.Contains(contents[casefile.FactsName], []byte(secret)) || bytes.Contains(contents[casefile.IndexName], []byte(secret)) {
				t.Errorf("%s reads %s", tt.who, secret)
			}
		}
	}
	mail := func(party, typ string) (n int) { // proofs of service that the court's file has
		for _, data := range everything {
			if strings.Contains(string(data), `"type":"`+typ+`"`) && strings.Contains(string(data), `"party":"`+party+`"`) {
				n++
			}
		}
		return n
	}
	if got := []int{mail("d1", "told"), mail("d1", "failed"), mail("c1", "told"), mail("c1", "failed"), mail("d1", "opened")}; !slices.Equal(got, []int{2, 1, 1, 1, 2}) {
		t.Errorf("proofs of service: %v", got)
	}
	tampered(t, files["claimant"])
}

// tampered tries what may be wrong with an archive that is under a time stamp all the same.
func tampered(t *testing.T, good map[string][]byte) {
	t.Helper()
	facts := func(change func(*casefile.Facts)) func(map[string][]byte) {
		return edited(t, casefile.FactsName, change)
	}
	index := func(change func(*casefile.Index)) func(map[string][]byte) {
		return edited(t, casefile.IndexName, change)
	}
	replaced := func(name, old, new string) func(map[string][]byte) {
		return func(f map[string][]byte) {
			if !strings.Contains(string(f[name]), old) {
				t.Fatalf("%s has no %q", name, old)
			}
			f[name] = []byte(strings.Replace(string(f[name]), old, new, 1))
		}
	}
	private := ""
	for name := range good {
		if strings.HasPrefix(name, "private/") {
			private = name
		}
	}
	for what, change := range map[string]func(map[string][]byte){
		"no facts":                    func(f map[string][]byte) { delete(f, casefile.FactsName) },
		"facts of another instant":    facts(func(f *casefile.Facts) { f.At = f.At.AddDate(0, 0, 1) }),
		"one more file":               func(f map[string][]byte) { f["papers/001/more.pdf"] = nil },
		"a private part is gone":      func(f map[string][]byte) { delete(f, private) },
		"a private part is changed":   func(f map[string][]byte) { f[private] = []byte("{}") },
		"nothing is withheld":         index(func(i *casefile.Index) { i.Withheld = nil }),
		"withheld without a reason":   index(func(i *casefile.Index) { i.Withheld[0].Why = "" }),
		"withheld under another hash": index(func(i *casefile.Index) { i.Withheld[0].SHA256 = strings.Repeat("0", 64) }),
		"another ruling":              func(f map[string][]byte) { f["papers/001/rulings/1.pdf"] = []byte("%PDF-1.7 another") },
		"no signature":                func(f map[string][]byte) { delete(f, "papers/001/signatures/2.p7s") },
		"papers have changed places":  facts(func(f *casefile.Facts) { f.Papers[0].Filing = evidencetest.ID(2) }),
		"facts told twice":            replaced(casefile.FactsName, "{", `{"number": "0",`),
		"facts in another case":       replaced(casefile.FactsName, "{", `{"NUMBER": "0",`),
		"words beside the facts":      replaced(casefile.FactsName, "{", `{"note": "the claim was granted",`),
		"facts twice": func(f map[string][]byte) {
			f[casefile.FactsName] = append(slices.Clone(f[casefile.FactsName]), "{}"...)
		},
		"reasons told twice": replaced(casefile.IndexName, `"why": `, `"why": "", "why": `),
		"a signature of another paper": func(f map[string][]byte) {
			f["papers/001/signatures/1.p7s"] = f["papers/002/signatures/1.p7s"]
		},
	} {
		contents := map[string][]byte{}
		for name, data := range good {
			contents[name] = data
		}
		change(contents)
		var names []string
		for name := range contents {
			names = append(names, name)
		}
		if _, err := checked(contents, names); !errors.Is(err, casefile.ErrContradiction) && !errors.Is(err, asice.ErrContradiction) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// edited changes one of the files that the office writes, as it writes them.
func edited[T any](t *testing.T, name string, change func(*T)) func(map[string][]byte) {
	return func(f map[string][]byte) {
		t.Helper()
		var v T
		if err := json.Unmarshal(f[name], &v); err != nil {
			t.Fatal(err)
		}
		change(&v)
		data, err := json.MarshalIndent(v, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		f[name] = append(data, '\n')
	}
}

// TestWhoTakesACaseFile: who may not see the case is told that there is none, whatever they ask with; a party and
// its representative have it from service on and while the authority stands.
func TestWhoTakesACaseFile(t *testing.T) {
	tr := tried(t)
	take := func(w who, at time.Time) error {
		_, err := tr.service(w).CaseFile(tr.ctx(), evidencefile.CaseRequest{ID: tr.id, At: at, Revision: tr.read().Revision})
		return err
	}
	try := func(when string, want map[string]error, people ...who) {
		t.Helper()
		for _, w := range people {
			for _, at := range []time.Time{{}, tr.at.Add(-time.Second)} {
				if err := take(w, at); !errors.Is(err, want[w.ID]) {
					t.Errorf("%s, %s: %v, want %v", when, w.ID, err, want[w.ID])
				}
			}
		}
	}
	strangers := map[string]error{"": session.ErrNone, "stranger": docket.ErrNotFound, "elsewhere": docket.ErrNotFound, "administrator": docket.ErrNotFound}
	try("opened", strangers, nobody, stranger, elsewhere, administrator, claimant, clerk, judge)
	if err := take(byPassword, time.Time{}); err != docket.ErrNotFound {
		t.Errorf("a clerk by the password: %v", err)
	}
	unserved := map[string]error{"defendant": docket.ErrNotFound, "representative": docket.ErrNotFound}
	try("opened", unserved, defendant, representative)
	tr.confirmed()
	admitted := tr.do(docket.ByClerk, docket.Act{Step: "admit", Party: "d1", Number: aigulIIN, Name: "Сейітова Айгүл"})
	try("confirmed, not served", unserved, defendant, representative)
	tr.served()
	try("served", strangers, defendant, representative, nobody, stranger, elsewhere, administrator)
	tr.do(docket.ByClerk, docket.Act{Step: "unrepresent", Representative: admitted, Reason: "Сенімхат кері қайтарылды"})
	try("authority taken back", unserved, representative)
	if _, err := tr.service(claimant).CaseFile(tr.ctx(), evidencefile.CaseRequest{ID: "no-id"}); err != docket.ErrNotFound {
		t.Errorf("no id: %v", err)
	}
}

// TestClosedDoors: of a case heard behind closed doors a party has its own papers, the others' by their hashes.
func TestClosedDoors(t *testing.T) {
	tr := tried(t)
	tr.confirmed()
	tr.served()
	tr.do(docket.ByJudge, docket.Act{Step: "seclude", Reason: "Жеке өмірге қол сұқпау"})
	for _, tt := range []struct {
		who            who
		first, second  bool // the papers' files are there
		withheldClosed bool
	}{{claimant, true, false, true}, {defendant, false, true, true}, {judge, true, true, false}} {
		data, _ := tr.file(tt.who, time.Time{}, 0)
		if _, err := verified(t, data); err != nil {
			t.Errorf("%s: %v", tt.who.ID, err)
		}
		names, contents := unpacked(t, data)
		got, err := checked(contents, names)
		if err != nil {
			t.Errorf("%s: %v", tt.who.ID, err)
		}
		there := func(prefix string) bool {
			return slices.ContainsFunc(names, func(n string) bool { return strings.HasPrefix(n, prefix) })
		}
		closed := slices.ContainsFunc(got.Index.Withheld, func(w casefile.Withheld) bool { return w.Why == casefile.Closed })
		if there("papers/001/") != tt.first || there("papers/002/") != tt.second || closed != tt.withheldClosed {
			t.Errorf("%s: first %t, second %t, withheld %t", tt.who.ID, there("papers/001/"), there("papers/002/"), closed)
		}
	}
}

// TestJob: a part may be asked for again, a day long; what happens meanwhile is left out, and a case that is
// another is begun anew.
func TestJob(t *testing.T) {
	tr := tried(t)
	tr.confirmed()
	tr.served()
	s := tr.service(defendant)
	ask := func(req evidencefile.CaseRequest) (evidencefile.CaseReply, error) {
		req.ID = tr.id
		return s.CaseFile(tr.ctx(), req)
	}
	first, err := ask(evidencefile.CaseRequest{})
	if err != nil || first.Part != 0 || first.Parts != 3 || first.StampedAt != nil {
		t.Fatalf("%+v, %v", first, err)
	}
	again := evidencefile.CaseRequest{At: first.At, Revision: first.Revision}
	tr.at = tr.at.Add(time.Hour)
	tr.told("d1", "another", docket.EventTold, "later@mail.example")
	if r, err := ask(again); err != nil || r.Sum != first.Sum || !r.At.Equal(first.At) {
		t.Errorf("asked again: %+v, %v", r, err)
	}
	data, _ := tr.file(defendant, first.At, first.Revision)
	if bytes.Contains(data, []byte("later@mail.example")) {
		t.Error("what happened since is in the file")
	}
	c := tr.read()
	if taken, ok := c.Happened(docket.EventTaken, "d1"); !ok || taken.Paper != tr.id {
		t.Errorf("that the papers were taken is not kept: %+v", c.Events)
	}
	for what, req := range map[string]evidencefile.CaseRequest{
		"of tomorrow":         {At: tr.at.Add(time.Second), Revision: first.Revision},
		"of another revision": {At: first.At, Revision: first.Revision - 1},
	} {
		if _, err := ask(req); err != docket.ErrChanged {
			t.Errorf("%s: %v", what, err)
		}
	}
	for _, part := range []int{-1, 3} {
		req := again
		req.Part = part
		if _, err := ask(req); err == nil {
			t.Errorf("part %d", part)
		}
	}
	tr.at = first.At.Add(evidencefile.JobLife + time.Second)
	if _, err := ask(again); err != docket.ErrChanged {
		t.Errorf("after a day: %v", err)
	}
	tr.at = first.At.Add(2 * time.Hour)
	silent := tr.service(defendant)
	silent.Stamp = nil
	again.ID, again.Part = tr.id, 2
	if p, ok := errors.AsType[*httpapi.Problem](func() error { _, err := silent.CaseFile(tr.ctx(), again); return err }()); !ok || p.Slug != "no-time-stamp" {
		t.Errorf("while nobody stamps: %v", p)
	}
}

// TestSixtyDocuments measures the file of a case whose claim has sixty documents of 200 KB.
func TestSixtyDocuments(t *testing.T) {
	const documents, size = 60, 200 << 10
	tr := triedWith(t, func(tr *trial) {
		tr.Add = func(id string, m *filing.Manifest, pins filing.Pins) {
			for i := len(m.Documents); i < documents; i++ {
				content := append([]byte(fmt.Sprintf("%%PDF-1.7 %s %d\n", id, i)), bytes.Repeat([]byte{byte(i)}, size)...)
				kept, stored, err := tr.Documents.Put(t.Context(), id, "application/pdf", content)
				if err != nil {
					t.Fatal(err)
				}
				pins[kept.SHA256] = stored.Version
				m.Documents = append(m.Documents, filing.Filed{Document: filing.Document{
					ID: evidencetest.ID(0x1000 + i), MediaType: "application/pdf", Name: fmt.Sprintf("%d.pdf", i), Role: "evidence", SHA256: kept.SHA256, Size: kept.Size,
				}})
			}
		}
	})
	began := time.Now()
	data, _ := tr.file(claimant, time.Time{}, 0)
	took := time.Since(began)
	began = time.Now()
	if _, err := verified(t, data); err != nil {
		t.Fatal(err)
	}
	checkedIn := time.Since(began)
	names, contents := unpacked(t, data)
	began = time.Now()
	got, err := checked(contents, names)
	if err != nil || len(got.Facts.Papers[0].Files) < documents {
		t.Fatal(got.Facts.Papers, err)
	}
	t.Logf("%d documents of %d KB: %d files, %.1f MB; handed out and put together in %v, signatures and stamps verified in %v, parts compared in %v",
		documents, size>>10, len(names), float64(len(data))/1e6, took.Round(time.Millisecond), checkedIn.Round(time.Millisecond), time.Since(began).Round(time.Millisecond))
}
