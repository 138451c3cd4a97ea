package webauthn_test

import (
	"bytes"
	"errors"
	"fmt"
	"testing"

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/base64url"
	"github.com/courtoffice/courtoffice/shared/passkey"
	"github.com/courtoffice/courtoffice/shared/passkey/passkeytest"
	"github.com/courtoffice/courtoffice/shared/passkey/webauthn"
)

const (
	domain = "court.example"
	origin = "https://court.example"
)

var check webauthn.Checker

var (
	asked = bytes.Repeat([]byte{5}, 56)
	text  = base64url.Encode(asked)
)

func office(t testing.TB) passkey.Office {
	o, err := passkey.Of(origin)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func device(t testing.TB, algorithm int) *passkeytest.Passkey {
	p, err := passkeytest.New(algorithm, domain, origin, []byte("handle"))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func made(t testing.TB, p *passkeytest.Passkey) passkey.Made {
	m, err := p.Create(asked)
	if err != nil {
		t.Fatal(err)
	}
	return passkey.Made{ID: m.Credential, ClientData: m.ClientData, Attestation: m.Attestation}
}

func used(t testing.TB, p *passkeytest.Passkey, kind string) passkey.Used {
	u, err := p.GetAs(kind, asked)
	if err != nil {
		t.Fatal(err)
	}
	return passkey.Used{ID: u.Credential, ClientData: u.ClientData, Data: u.Data, Signature: u.Signature, Handle: u.Handle}
}

func TestOf(t *testing.T) {
	for address, want := range map[string]string{
		"https://court.example": "court.example", "http://localhost:8080": "localhost", "https://a.b.kz:8443": "a.b.kz",
		"http://127.0.0.1:8080": "", "http://[::1]:8080": "", "": "", "court.example": "", "https://%": "",
	} {
		o, err := passkey.Of(address)
		if o.Domain != want || (want == "") != errors.Is(err, passkey.ErrHost) {
			t.Errorf("Of(%q) = %q, %v; want %q", address, o.Domain, err, want)
		}
	}
}

func TestCeremonies(t *testing.T) {
	for _, algorithm := range passkey.Algorithms {
		t.Run(fmt.Sprint(algorithm), func(t *testing.T) {
			d := device(t, algorithm)
			d.Count, d.Flags = 1, d.Flags|passkeytest.Eligible
			p, err := check.Made(office(t), text, made(t, d))
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(p.ID, d.ID) || p.Count != 1 || !p.Eligible || p.Backed {
				t.Errorf("made %+v", p)
			}
			d.Count, d.Flags = 2, d.Flags|passkeytest.Backed
			u := used(t, d, "webauthn.get")
			if got := passkey.Challenge(u.ClientData); got != text {
				t.Errorf("challenge %q, want %q", got, text)
			}
			now, err := check.Used(office(t), text, p, u)
			if err != nil || now.Count != 2 || !now.Backed {
				t.Fatalf("used %+v, %v", now, err)
			}
			for name, change := range map[string]func(*passkey.Used){
				"the signature":   func(u *passkey.Used) { u.Signature[len(u.Signature)/2] ^= 1 },
				"what was signed": func(u *passkey.Used) { u.Data[36] ^= 8 },
				"the client data": func(u *passkey.Used) { u.ClientData = append(u.ClientData, ' ') },
			} {
				u := used(t, d, "webauthn.get")
				change(&u)
				if _, err := check.Used(office(t), text, p, u); !errors.Is(err, passkey.ErrAnswer) {
					t.Errorf("with %s changed: %v", name, err)
				}
			}
		})
	}
}

// TestMade has one thing wrong in each row.
func TestMade(t *testing.T) {
	for name, wrong := range map[string]struct {
		algorithm int
		device    func(*passkeytest.Passkey)
		answer    func(*passkey.Made)
		challenge string
	}{
		"another origin":                {device: func(p *passkeytest.Passkey) { p.Origin = "https://court.example.evil.example" }},
		"a lower scheme":                {device: func(p *passkeytest.Passkey) { p.Origin = "http://court.example" }},
		"another port":                  {device: func(p *passkeytest.Passkey) { p.Origin = "https://court.example:444" }},
		"another domain":                {device: func(p *passkeytest.Passkey) { p.Domain = "evil.example" }},
		"in another's frame":            {device: func(p *passkeytest.Passkey) { p.Cross = true }},
		"nobody verified":               {device: func(p *passkeytest.Passkey) { p.Flags &^= passkeytest.Verified }},
		"nobody there":                  {device: func(p *passkeytest.Passkey) { p.Flags &^= passkeytest.Present }},
		"backed up and not eligible":    {device: func(p *passkeytest.Passkey) { p.Flags |= passkeytest.Backed }},
		"an attestation of a device":    {device: func(p *passkeytest.Passkey) { p.Format = "android-key" }},
		"an attestation without a sign": {device: func(p *passkeytest.Passkey) { p.Format = "packed" }},
		"an algorithm not asked for":    {algorithm: passkeytest.ES384},
		"another challenge":             {challenge: base64url.Encode(bytes.Repeat([]byte{6}, 56))},
		"another credential":            {answer: func(m *passkey.Made) { m.ID = []byte("another") }},
		"no credential":                 {answer: func(m *passkey.Made) { m.ID = nil }},
		"no attestation":                {answer: func(m *passkey.Made) { m.Attestation = nil }},
		"a cut attestation":             {answer: func(m *passkey.Made) { m.Attestation = m.Attestation[:len(m.Attestation)-9] }},
		"no client data":                {answer: func(m *passkey.Made) { m.ClientData = nil }},
		"a long answer":                 {answer: func(m *passkey.Made) { m.Attestation = bytes.Repeat(m.Attestation, 200) }},
	} {
		t.Run(name, func(t *testing.T) {
			algorithm, challenge := passkeytest.ES256, text
			if wrong.algorithm != 0 {
				algorithm = wrong.algorithm
			}
			if wrong.challenge != "" {
				challenge = wrong.challenge
			}
			d := device(t, algorithm)
			if wrong.device != nil {
				wrong.device(d)
			}
			m := made(t, d)
			if wrong.answer != nil {
				wrong.answer(&m)
			}
			if p, err := check.Made(office(t), challenge, m); !errors.Is(err, passkey.ErrAnswer) {
				t.Errorf("made %+v, %v", p, err)
			}
		})
	}
}

// TestUsed has one thing wrong in each row.
func TestUsed(t *testing.T) {
	for name, wrong := range map[string]struct {
		device    func(*passkeytest.Passkey)
		kind      string
		challenge string
		passkey   func(*account.Passkey)
		want      error
	}{
		"another origin":         {device: func(p *passkeytest.Passkey) { p.Origin = "https://evil.example" }},
		"another domain":         {device: func(p *passkeytest.Passkey) { p.Domain = "evil.example" }},
		"in another's frame":     {device: func(p *passkeytest.Passkey) { p.Cross = true }},
		"nobody verified":        {device: func(p *passkeytest.Passkey) { p.Flags &^= passkeytest.Verified }},
		"nobody there":           {device: func(p *passkeytest.Passkey) { p.Flags &^= passkeytest.Present }},
		"eligible all at once":   {device: func(p *passkeytest.Passkey) { p.Flags |= passkeytest.Eligible }},
		"another ceremony":       {kind: "webauthn.create"},
		"another challenge":      {challenge: base64url.Encode(bytes.Repeat([]byte{6}, 56))},
		"another passkey":        {passkey: func(p *account.Passkey) { p.ID = []byte("another") }},
		"a key that is no key":   {passkey: func(p *account.Passkey) { p.Key = p.Key[:9] }},
		"the same count":         {device: func(p *passkeytest.Passkey) { p.Count = 7 }, want: account.ErrPasskeyCopied},
		"a count that went back": {device: func(p *passkeytest.Passkey) { p.Count = 3 }, want: account.ErrPasskeyCopied},
		"no count any more":      {device: func(p *passkeytest.Passkey) { p.Count = 0 }, want: account.ErrPasskeyCopied},
	} {
		t.Run(name, func(t *testing.T) {
			d := device(t, passkeytest.ES256)
			d.Count = 7
			p, err := check.Made(office(t), text, made(t, d))
			if err != nil {
				t.Fatal(err)
			}
			d.Count = 8
			kind, challenge, want := "webauthn.get", text, passkey.ErrAnswer
			if wrong.kind != "" {
				kind = wrong.kind
			}
			if wrong.challenge != "" {
				challenge = wrong.challenge
			}
			if wrong.want != nil {
				want = wrong.want
			}
			if wrong.device != nil {
				wrong.device(d)
			}
			if wrong.passkey != nil {
				wrong.passkey(&p)
			}
			if now, err := check.Used(office(t), challenge, p, used(t, d, kind)); !errors.Is(err, want) {
				t.Errorf("used %+v, %v; want %v", now, err, want)
			}
		})
	}
}

// What does not count never goes back: passkeys that are copied between devices answer 0 for ever.
func TestUncounted(t *testing.T) {
	d := device(t, passkeytest.EdDSA)
	p, err := check.Made(office(t), text, made(t, d))
	for range 3 {
		if err == nil {
			p, err = check.Used(office(t), text, p, used(t, d, "webauthn.get"))
		}
	}
	if err != nil || p.Count != 0 {
		t.Errorf("%+v, %v", p, err)
	}
}

// FuzzMade and FuzzUsed: whatever a browser sends is read or refused.
func FuzzMade(f *testing.F) {
	d := device(f, passkeytest.ES256)
	m := made(f, d)
	f.Add(m.ID, m.ClientData, m.Attestation)
	for _, algorithm := range []int{passkeytest.EdDSA, passkeytest.RS256} {
		m := made(f, device(f, algorithm))
		f.Add(m.ID, m.ClientData, m.Attestation)
	}
	o := office(f)
	f.Fuzz(func(t *testing.T, id, clientData, attestation []byte) {
		p, err := check.Made(o, text, passkey.Made{ID: id, ClientData: clientData, Attestation: attestation})
		if (err == nil) == errors.Is(err, passkey.ErrAnswer) {
			t.Fatalf("%v", err)
		}
		if err == nil && (len(p.ID) == 0 || len(p.Key) == 0) {
			t.Fatalf("made %+v", p)
		}
	})
}

func FuzzUsed(f *testing.F) {
	d := device(f, passkeytest.ES256)
	o := office(f)
	p, err := check.Made(o, text, made(f, d))
	if err != nil {
		f.Fatal(err)
	}
	u := used(f, d, "webauthn.get")
	f.Add(u.ClientData, u.Data, u.Signature)
	f.Fuzz(func(t *testing.T, clientData, data, signature []byte) {
		_, err := check.Used(o, text, p, passkey.Used{ID: p.ID, ClientData: clientData, Data: data, Signature: signature, Handle: u.Handle})
		same := bytes.Equal(clientData, u.ClientData) && bytes.Equal(data, u.Data)
		if err == nil && !same {
			t.Fatalf("another text holds: %q %x", clientData, data)
		}
		if err != nil && !errors.Is(err, passkey.ErrAnswer) {
			t.Fatalf("%v", err)
		}
	})
}
