// Package evidencetest makes sealed filings for tests, on the real engines: signed with the test keys,
// sealed through the store, with a receipt of a test key.
package evidencetest

import (
	"bytes"
	"crypto/ed25519"
	"fmt"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/courtoffice/courtoffice/shared/act"
	"github.com/courtoffice/courtoffice/shared/calendar"
	"github.com/courtoffice/courtoffice/shared/documents"
	"github.com/courtoffice/courtoffice/shared/eds/edstest"
	"github.com/courtoffice/courtoffice/shared/evidence"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/locale"
	"github.com/courtoffice/courtoffice/shared/receipt"
	"github.com/courtoffice/courtoffice/shared/store"
	"github.com/courtoffice/courtoffice/shared/store/engine"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// SentAt is when filings are sent: the test certificates and lists hold then.
var SentAt = time.Date(2026, 11, 22, 18, 59, 59, 999_000_000, time.UTC)

// Account is whose they are.
const Account = "0193f0c0-0000-7000-8000-00000000acc1"

// Office is where filings are sealed.
type Office struct {
	DB        *dynamodb.Client
	Table     string // of filings
	S3        *s3.Client
	Bucket    func(schema.Bucket) string
	Filings   *store.Filings
	Documents *documents.Store
	Evidence  *documents.Evidence
	Receipts  receipt.Published
	Keys      map[string]*edstest.Key

	Add func(id string, m *filing.Manifest, pins filing.Pins) // adds documents to what is sealed; may be nil

	signs ed25519.PrivateKey
}

// PKI is the folder of the test keys and authorities.
func PKI() string {
	_, file, _, _ := runtime.Caller(0)
	return filepath.Join(filepath.Dir(file), "..", "..", "..", "testdata", "pki")
}

// New starts the engines for t.
func New(t testing.TB) *Office {
	t.Helper()
	db, table := engine.ForTest(t)
	client, bucket := engine.BucketsForTest(t)
	keys, err := edstest.LoadKeys(filepath.Join(PKI(), "keys"))
	if err != nil {
		t.Fatal(err)
	}
	signs := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{2}, 32))
	return &Office{
		DB: db, Table: table(schema.Filings), S3: client, Bucket: bucket, Filings: store.NewFilings(db, table(schema.Filings)),
		Documents: documents.New(client, bucket(schema.Documents)), Evidence: documents.NewEvidence(client, bucket(schema.Evidence)),
		Receipts: receipt.Published{Version: 1, Keys: []receipt.Earlier{receipt.NewEarlier(receipt.ForReceipts, signs.Public().(ed25519.PublicKey))}}, Keys: keys, signs: signs,
	}
}

// ID is the id of the nth filing.
func ID(n int) string { return fmt.Sprintf("0193f0c0-0000-7000-8000-%012x", n) }

// Seal sends a filing with two documents, one of them in it twice, signed by the holders of the keys, a
// second after each other, the last at SentAt.
func (o *Office) Seal(t testing.TB, id string, keys ...string) filing.Envelope {
	t.Helper()
	return o.SealAt(t, SentAt, id, keys...)
}

// SealAt is Seal at another instant.
func (o *Office) SealAt(t testing.TB, at time.Time, id string, keys ...string) filing.Envelope {
	t.Helper()
	ctx, began := t.Context(), at.Add(-time.Hour)
	m, pins := o.files(t, id)
	draft := filing.Filing{Envelope: filing.Envelope{
		ID: id, AccountID: Account, Kind: filing.KindClaim, Form: 1, Head: filing.Head{Court: "almaty-medeu", Lang: locale.KK, Opposite: "«Жетісу» ЖШС", Tiyn: 15_000_000},
	}}
	for _, d := range m.Documents {
		draft.Attached = append(draft.Attached, filing.Attachment{Document: d.Document})
	}
	f, err := o.Filings.Create(ctx, draft, began)
	if err != nil {
		t.Fatal(err)
	}
	frozen := filing.Frozen{Filing: f.Envelope, Seats: len(keys), Pins: pins, SealBy: at.Add(72 * time.Hour)}
	for i, key := range keys {
		m.Seats = append(m.Seats, filing.Signing{Party: fmt.Sprintf("c%d", i+1), Any: []filing.Signatory{{Capacity: filing.InPerson, Number: "••••0126"}}})
		place := filing.Place{Person: "person-" + key, Seats: make([]byte, len(keys))}
		place.Seats[i] = 1
		frozen.Places = append(frozen.Places, place)
	}
	m.SealBy = frozen.SealBy.Format(time.RFC3339Nano)
	if frozen.Document, err = (act.Document{Act: act.FileClaim, Lang: locale.KK, Office: "https://court.example", Statement: "s", Filing: &m}).Encode(); err != nil {
		t.Fatal(err)
	}
	if err := o.Filings.Freeze(ctx, frozen, began); err != nil {
		t.Fatal(err)
	}
	o.sign(t, frozen, m, at, keys)
	sealed, err := o.Filings.Sealed(ctx, id)
	if err != nil {
		t.Fatal(err)
	}
	return sealed.Envelope
}

// files puts what the filing consists of into the bucket.
func (o *Office) files(t testing.TB, id string) (filing.Manifest, filing.Pins) {
	t.Helper()
	pins := filing.Pins{}
	put := func(mediaType, content string) filing.File {
		kept, stored, err := o.Documents.Put(t.Context(), id, mediaType, []byte(content))
		if err != nil {
			t.Fatal(err)
		}
		pins[kept.SHA256] = stored.Version
		return filing.File{SHA256: kept.SHA256, Size: kept.Size}
	}
	m := filing.Manifest{
		Account: Account, Agreement: "v1", CourtCode: "almaty-medeu", ID: id, Kind: filing.KindClaim, V: filing.ManifestVersion,
		Form:      filing.FormFile{File: put("application/json", `{"court":{"code":"almaty-medeu"}}`), Version: 1},
		Statement: &filing.Statement{File: put("application/pdf", "%PDF-1.7 the statement of "+id), Lang: locale.KK, Renderer: "1"},
	}
	for i, content := range []string{"%PDF-1.7 the contract of " + id, "%PDF-1.7 the letter", "%PDF-1.7 the contract of " + id} {
		file := put("application/pdf", content)
		m.Documents = append(m.Documents, filing.Filed{Document: filing.Document{
			ID: ID(0xd0 + i), MediaType: "application/pdf", Name: fmt.Sprintf("%d.pdf", i), Role: "evidence", SHA256: file.SHA256, Size: file.Size,
		}})
	}
	if o.Add != nil {
		o.Add(id, &m, pins)
	}
	return m, pins
}

// sign gives each seat its signature.
func (o *Office) sign(t testing.TB, frozen filing.Frozen, m filing.Manifest, sentAt time.Time, keys []string) {
	t.Helper()
	r := receipt.Receipt{
		FilingID: m.ID, TicketNo: filing.Ticket([7]byte{byte(len(m.ID)), m.ID[35], m.ID[34]}), CheckCode: filing.CheckCode([7]byte{m.ID[34], m.ID[35]}), ManifestSHA256: frozen.SHA256(), FormSHA256: m.Form.SHA256,
		StatementSHA256: m.Statement.SHA256, SentAt: receipt.Time(sentAt), SentAtSource: "gateway", Agreement: m.Agreement, CourtCode: m.CourtCode, Lang: "kk",
	}
	for i, name := range keys {
		at := sentAt.Add(time.Duration(i-len(keys)+1) * time.Second)
		cms, err := o.Keys[name].SignCMS(frozen.Document, edstest.Attached, edstest.At(at))
		if err != nil {
			t.Fatal(err)
		}
		r.Signers = append(r.Signers, receipt.Signer{Kind: "natural", Number: "••••0126", Name: name, JudgedAt: receipt.Time(at), Revocation: &receipt.Revocation{Status: "deferred"}})
		sig := filing.Signature{Place: frozen.Places[i], CMS: cms, JudgedAt: at, Entry: []byte("{}")}
		if i < len(keys)-1 {
			if _, _, err := o.Filings.Sign(t.Context(), m.ID, m.Account, frozen.SHA256(), sig); err != nil {
				t.Fatal(err)
			}
			continue
		}
		seal := filing.Seal{FilingID: m.ID, Account: m.Account, CourtCode: m.CourtCode, Kind: m.Kind, Manifest: frozen.SHA256(), Signature: sig, SentAt: at, TicketNo: r.TicketNo}
		if len(keys) > 1 {
			seal.Seats = []int{i}
		}
		if seal.Receipt, err = receipt.Issue(receipt.Key{Private: o.signs}, r); err != nil {
			t.Fatal(err)
		}
		if _, err := o.Filings.Seal(t.Context(), seal); err != nil {
			t.Fatal(err)
		}
	}
}

// Rule leads a received filing through the court to a ruling that accepts it, signed by the key of that name: three
// acts, a second apart, from at on. It returns the ruling and its signature.
func (o *Office) Rule(t testing.TB, id, key string, at time.Time) (filing.Ruling, filing.Signature) {
	t.Helper()
	sealed, err := o.Filings.Sealed(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	e := sealed.Envelope
	if _, err := o.Filings.Take(t.Context(), id, e.Court, filing.Lease{Holder: "clerk", Until: at.Add(time.Hour)}, at); err != nil {
		t.Fatal(err)
	}
	signedAt := at.Add(2 * time.Second)
	pdf := []byte("%PDF-1.7 the ruling on " + id)
	ruling := filing.Ruling{Step: "accept", Filing: id, Kind: e.Kind, CourtCode: e.Court, Number: "1-" + id, Judge: "J", Date: calendar.DateOf(at), Lang: locale.KK, File: filing.FileOf(pdf), Renderer: "1"}
	document, err := act.Document{Act: act.Rule, Challenge: "c", Lang: locale.KK, Statement: "s", Ruling: &ruling}.Encode()
	if err != nil {
		t.Fatal(err)
	}
	cms, err := o.Keys[key].SignCMS(document, edstest.Attached, edstest.At(signedAt))
	if err != nil {
		t.Fatal(err)
	}
	pins := filing.Pins{}
	for mediaType, content := range map[string][]byte{"application/pdf": pdf, "application/pkcs7-mime": cms} {
		object, stored, err := o.Documents.Put(t.Context(), id, mediaType, content)
		if err != nil {
			t.Fatal(err)
		}
		pins[object.SHA256] = stored.Version
	}
	for i, a := range []filing.CourtAct{
		{Step: "register", By: filing.ByClerk, Actor: "clerk", Number: ruling.Number, Judge: "judge", JudgeName: "J"},
		{Step: "review", By: filing.ByClerk, Actor: "clerk"},
		{Step: "accept", By: filing.ByJudge, Actor: "judge", Ruling: &ruling, CMS: cms, Pins: pins, Nonce: "n" + id, NotAfter: at.Add(time.Hour)},
	} {
		a.ID, a.Filing, a.Court, a.At = fmt.Sprintf("0193f0c0-0000-7000-900%d-%s", i, id[24:]), id, e.Court, at.Add(time.Duration(i)*time.Second)
		sealed, err := o.Filings.Sealed(t.Context(), id)
		if err == nil {
			err = o.Filings.Act(t.Context(), sealed.Envelope, a)
		}
		if err != nil {
			t.Fatal(a.Step, err)
		}
	}
	return ruling, filing.Signature{CMS: cms, JudgedAt: signedAt}
}

// Record reads the record of a filing as it was sent.
func (o *Office) Record(t testing.TB, id string) evidence.Sealed {
	t.Helper()
	data, err := o.Evidence.Get(t.Context(), evidence.RecordKey(id, evidence.NameSealed))
	if err != nil {
		t.Fatal(err)
	}
	record, err := evidence.ParseSealed(id, data)
	if err != nil {
		t.Fatal(err)
	}
	return record
}

// Check opens what a record names and checks all of it.
func (o *Office) Check(t testing.TB, record evidence.Sealed) error {
	t.Helper()
	return record.Check(
		func(sum string) ([]byte, error) {
			data, err := o.Evidence.Get(t.Context(), evidence.ContentKey(record.Filing.ID, sum))
			if err == nil && filing.Sum(data) != sum {
				err = filing.ErrDocumentChanged
			}
			return data, err
		},
		func(data []byte) (receipt.Receipt, error) { return receipt.Verify(o.Receipts, data) })
}
