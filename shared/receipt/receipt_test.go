package receipt_test

import (
	"bytes"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/courtoffice/courtoffice/shared/receipt"
)

// pair is a key of before there were certificates.
type pair struct {
	Private ed25519.PrivateKey
	Public  ed25519.PublicKey
}

func key(seed byte) pair {
	private := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{seed}, 32))
	return pair{private, private.Public().(ed25519.PublicKey)}
}

// plain signs without a certificate.
func (p pair) plain() receipt.Key { return receipt.Key{Private: p.Private} }

// published is what an office published that signed receipts with that key.
func (p pair) published(purpose receipt.Purpose) receipt.Published {
	return receipt.Published{Version: 1, Keys: []receipt.Earlier{receipt.NewEarlier(purpose, p.Public)}}
}

var sample = receipt.Receipt{
	FilingID: "0193f0c0-0000-7000-8000-000000000001", TicketNo: "7F3K-92QH-X4TC", CheckCode: "7F3K9-2QHX4",
	ManifestSHA256: "aa", FormSHA256: "bb", StatementSHA256: "cc",
	Signers: []receipt.Signer{{
		Kind: "natural", Number: "********0126", Name: "СЕРІКБАЕВ <ДАНИЯР> & \u2028", For: []receipt.Seat{{Capacity: "in-person"}},
		JudgedAt: "2026-11-22T19:00:00.123+05:00", Revocation: &receipt.Revocation{Status: "deferred"},
	}},
	SentAt: "2026-11-22T19:00:00.123+05:00", SentAtSource: "gateway", Agreement: "v1", CourtCode: "almaty-bostandyq", Lang: "kk",
}

// issued under version 1 by key(1), as it was: one signer, and the documents in the receipt.
const first = `{"keyId":"34750f98bd59fcfc","receipt":{"agreement":"v1","courtCode":"almaty-bostandyq","files":[{"name":"Талап <қою> &  .pdf","role":"main_claim","sha256":"cc","size":7}],"filingId":"0193f0c0-0000-7000-8000-000000000001","formSha256":"bb","lang":"kk","manifestSha256":"aa","receiptVersion":1,"revocation":{"status":""},"sentAt":"2026-11-22T19:00:00.123+05:00","sentAtSource":"gateway","signer":{"certSerial":"","issuer":"","kind":"natural","name":"СЕРІКБАЕВ ДАНИЯР","number":"********0126","role":""},"ticketNo":"7F3K-92QH-X4TC"},"signature":"vpx2xGmpoKgxuTxpK5z3RG3XLMdjwCUsmMnkSsWJGzLzgiJg7eUwiOGPvDf2mb6d7zjt7XVKnL3OWmn5BthUCw=="}`

func TestIssueThenVerify(t *testing.T) {
	data, err := receipt.Issue(key(1).plain(), sample)
	if err != nil {
		t.Fatal(err)
	}
	want := sample
	want.Version = 2
	got, err := receipt.Verify(key(1).published(receipt.ForReceipts), data)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	var pretty bytes.Buffer
	if err := json.Indent(&pretty, data, "", "  "); err != nil {
		t.Fatal(err)
	}
	if _, err := receipt.Verify(key(1).published(receipt.ForReceipts), pretty.Bytes()); err != nil {
		t.Errorf("indented: %v", err)
	}
}

func TestVersionOneVerifiesForEver(t *testing.T) {
	got, err := receipt.Verify(key(1).published(receipt.ForReceipts), []byte(first))
	if err != nil {
		t.Fatal(err)
	}
	if got.Version != 1 || got.Signer == nil || got.Signer.Name != "СЕРІКБАЕВ ДАНИЯР" || len(got.Files) != 1 || got.Files[0].Size != 7 {
		t.Errorf("%+v", got)
	}
}

func TestVerifyRefuses(t *testing.T) {
	data, err := receipt.Issue(key(1).plain(), sample)
	if err != nil {
		t.Fatal(err)
	}
	pub := key(1).published(receipt.ForReceipts)
	if _, err := receipt.Verify(key(2).published(receipt.ForReceipts), data); !errors.Is(err, receipt.ErrSignature) {
		t.Errorf("another key: %v", err)
	}
	for _, change := range [][2]string{
		{"2026-11-22T19:00:00.123", "2026-11-22T18:59:59.123"},
		{"in-person", "other"},
		{`"lang":"kk"`, `"lang":"kk","note":"and more"`},
		{`"receiptVersion":2`, `"receiptVersion":1`},
	} {
		altered := bytes.Replace(data, []byte(change[0]), []byte(change[1]), 1)
		if bytes.Equal(altered, data) {
			t.Fatalf("%q is not in %s", change[0], data)
		}
		if _, err := receipt.Verify(pub, altered); !errors.Is(err, receipt.ErrSignature) {
			t.Errorf("%s for %s: %v, want ErrSignature", change[1], change[0], err)
		}
	}
	if _, err := receipt.Verify(pub, []byte("{")); err == nil {
		t.Error("half a document was taken")
	}
}

func TestTimeIsLocalWithMilliseconds(t *testing.T) {
	at := time.Date(2026, 11, 22, 18, 59, 59, 999_999_999, time.UTC)
	if got, want := receipt.Time(at), "2026-11-22T23:59:59.999+05:00"; got != want {
		t.Errorf("Time = %s, want %s: a receipt may not round up to the next day", got, want)
	}
}

func ExampleVerify() {
	office := key(1)
	data, _ := receipt.Issue(receipt.Key{Private: office.Private}, receipt.Receipt{TicketNo: "7F3K-92QH-X4TC", SentAt: "2026-11-22T19:00:00.123+05:00"})

	r, err := receipt.Verify(office.published(receipt.ForReceipts), data)
	fmt.Println(r.TicketNo, r.SentAt, err)
	// Output: 7F3K-92QH-X4TC 2026-11-22T19:00:00.123+05:00 <nil>
}

// TestOneText: of a signed receipt no text is taken in which somebody else may read another receipt, nor one
// that the office does not write. Read, which does not verify, takes none of them either.
func TestOneText(t *testing.T) {
	issued, err := receipt.Issue(key(1).plain(), sample)
	if err != nil {
		t.Fatal(err)
	}
	data := string(issued)
	forged := `"receipt":{"ticketNo":"0000-0000-0000","signer":{"name":"БАСҚА БІРЕУ"}},`
	for name, text := range map[string]string{
		"another receipt before it":        strings.Replace(data, `"receipt":`, forged+`"receipt":`, 1),
		"another receipt behind it":        strings.TrimSuffix(data, "}") + "," + strings.TrimSuffix(forged, ",") + "}",
		"its name in another case":         strings.Replace(data, "{", `{"Receipt":{"signer":{"name":"БАСҚА БІРЕУ"}},`, 1),
		"a name escaped":                   strings.Replace(data, "{", `{"\u0072eceipt":{},`, 1),
		"words beside it":                  strings.Replace(data, "{", `{"note":"the claim was granted",`, 1),
		"a number that stands twice":       strings.Replace(data, `"ticketNo":`, `"ticketNo":"0000-0000-0000","ticketNo":`, 1),
		"a member of a signer twice":       strings.Replace(data, `"number":`, `"number":"1","number":`, 1),
		"two documents":                    data + data,
		"something behind it":              data + "0",
		"a byte order mark":                "\ufeff" + data,
		"two signatures":                   strings.Replace(data, `"signature":`, `"signature":"AAAA","signature":`, 1),
		"no certificate, but a name of it": strings.Replace(data, "{", `{"keyCertificate":null,`, 1),
		"an empty certificate":             strings.Replace(data, "{", `{"keyCertificate":"",`, 1),
		"a line break in the signature":    strings.Replace(data, `"signature":"`, `"signature":"\n`, 1),
		"no padding":                       strings.Replace(data, `=="`, `"`, 1),
		"unused bits":                      unusedBits(t, data),
		"bytes that are no UTF-8":          strings.Replace(data, "СЕРІКБАЕВ", "\xff", 1),
	} {
		if text == data {
			t.Fatalf("%s: nothing was changed", name)
		}
		if r, err := receipt.Verify(key(1).published(receipt.ForReceipts), []byte(text)); err == nil {
			t.Errorf("%s: taken, as %q", name, r.TicketNo)
		}
	}
	for _, text := range []string{
		strings.Replace(data, `"receipt":`, forged+`"receipt":`, 1), strings.Replace(data, "{", `{"Receipt":{"signer":{}},`, 1),
	} {
		if r, err := receipt.Read([]byte(text)); err == nil {
			t.Errorf("read as %+v: %.60s", r, text)
		}
	}
	if r, err := receipt.Read(issued); err != nil || r.TicketNo != sample.TicketNo {
		t.Errorf("%+v, %v", r, err)
	}
}

// unusedBits changes the four bits before the padding of the signature that mean nothing.
func unusedBits(t *testing.T, data string) string {
	t.Helper()
	at := strings.LastIndex(data, `=="`) - 1
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
	n := strings.IndexByte(alphabet, data[at])
	if at < 0 || n%16 != 0 {
		t.Fatalf("no padding: %s", data)
	}
	return data[:at] + alphabet[n+1:n+2] + data[at+1:]
}
