package edstest

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/courtoffice/courtoffice/shared/eds/certpath"
	"github.com/courtoffice/courtoffice/shared/eds/crl"
)

// How often the NCA's lists come out and how long they hold, as in production: a full list each day
// for 27 hours, a delta each hour for seven and a half. A revocation brings out a delta at once.
const (
	FullEvery, FullLife   = 24 * time.Hour, 27 * time.Hour
	DeltaEvery, DeltaLife = time.Hour, 7*time.Hour + 30*time.Minute
)

// firstNumber is that of the first full list: above those of the lists in testdata/pki/trust.
const firstNumber = 1346

// NCA plays the services of Kazakhstan's NCA with the authorities of a folder such as testdata/pki: full
// and delta lists, OCSP and time stamps. It is an http.Handler (see ServeHTTP), and what it publishes
// depends on its clock and State alone. It may be used by any number of goroutines.
type NCA struct {
	now func() time.Time

	mu       sync.Mutex
	issuers  []*issuer
	services map[string]*Key // "ocsp-gost" and so on
	down     bool
}

// issuer is an authority with what it has published.
type issuer struct {
	key         *Key
	cert        *certpath.Certificate
	state       Published
	full, delta []byte
}

// Published is where an authority's lists stand. Deltas have a counter of their own, as the NCA's do.
type Published struct {
	Number, DeltaNumber int64
	FullAt, DeltaAt     time.Time // UTC, to the second
	Revoked             []RevokedCertificate
}

// NewNCA reads the keys of root-gost, nca-gost, ocsp-gost and tsa-gost, and the same of rsa, below
// dir/authority, and revokes dir/keys/revoked and suspended. now tells the time.
func NewNCA(dir string, now func() time.Time) (*NCA, error) {
	n := &NCA{now: now, services: map[string]*Key{}}
	for _, family := range []string{"gost", "rsa"} {
		for _, name := range []string{"root-" + family, "nca-" + family, "ocsp-" + family, "tsa-" + family} {
			data, err := os.ReadFile(filepath.Join(dir, "authority", name+".pem"))
			if err != nil {
				return nil, fmt.Errorf("edstest: NCA: %w", err)
			}
			k, err := ParsePEM(data)
			if err != nil {
				return nil, fmt.Errorf("edstest: NCA: %s: %w", name, err)
			}
			k.Name = name
			n.services[name] = k
			if name != "root-"+family && name != "nca-"+family {
				continue
			}
			cert, err := certpath.Parse(k.Certificate)
			if err != nil {
				return nil, fmt.Errorf("edstest: NCA: %s: %w", name, err)
			}
			n.issuers = append(n.issuers, &issuer{key: k, cert: cert, state: Published{Number: firstNumber - 1}})
		}
	}
	keys, err := LoadKeys(filepath.Join(dir, "keys"))
	if err != nil {
		return nil, err
	}
	for name, r := range map[string]RevokedCertificate{
		"revoked":   {At: time.Date(2025, 6, 1, 0, 0, 0, 0, time.UTC), Reason: crl.KeyCompromise},
		"suspended": {At: time.Date(2025, 6, 2, 0, 0, 0, 0, time.UTC), Reason: crl.CertificateHold},
	} {
		if err := n.revoke(keys[name].Certificate, r.At, r.Reason); err != nil {
			return nil, err
		}
	}
	return n, nil
}

// Lists are the paths of the lists, full ones first, as they are served.
func (n *NCA) Lists() []string {
	var full, deltas []string
	for _, i := range n.issuers {
		full, deltas = append(full, "/"+i.key.Name+".crl"), append(deltas, "/"+i.key.Name+"-delta.crl")
	}
	return append(full, deltas...)
}

// Revoke revokes a certificate, DER, now. The next delta has it. Revoking again changes the reason;
// crl.RemoveFromCRL takes a hold back. Error: one for a certificate of another authority.
func (n *NCA) Revoke(certificate []byte, reason crl.Reason) error {
	return n.revoke(certificate, n.now().UTC().Truncate(time.Second), reason)
}

func (n *NCA) revoke(certificate []byte, at time.Time, reason crl.Reason) error {
	c, err := certpath.Parse(certificate)
	if err != nil {
		return fmt.Errorf("edstest: revoke: %w", err)
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, i := range n.issuers {
		if !bytes.Equal(i.cert.RawSubject, c.RawIssuer) || c.CheckSignature(i.cert.Key, false) != nil {
			continue
		}
		i.state.Revoked = slices.DeleteFunc(i.state.Revoked, func(r RevokedCertificate) bool { return bytes.Equal(r.Serial, c.Serial) })
		i.state.Revoked = append(i.state.Revoked, RevokedCertificate{Serial: c.Serial, At: at, Reason: reason})
		i.state.DeltaAt = time.Time{} // the next delta comes out at once
		return nil
	}
	return fmt.Errorf("edstest: revoke: no authority here issued %s", certpath.NameString(c.RawSubject))
}

// SetDown makes every service answer that it is not there, or work again.
func (n *NCA) SetDown(down bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.down = down
}

// State returns what was published, by authority: NCA.Restore goes on from there, so that numbers do
// not go back when a program starts again.
func (n *NCA) State() map[string]Published {
	n.mu.Lock()
	defer n.mu.Unlock()
	out := map[string]Published{}
	for _, i := range n.issuers {
		out[i.key.Name] = Published{i.state.Number, i.state.DeltaNumber, i.state.FullAt, i.state.DeltaAt, slices.Clone(i.state.Revoked)}
	}
	return out
}

// Restore takes over what State returned.
func (n *NCA) Restore(state map[string]Published) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, i := range n.issuers {
		if s, ok := state[i.key.Name]; ok {
			i.state, i.full, i.delta = s, nil, nil
		}
	}
}

// publish brings out what is due at now. A clock that went back brings out new lists too.
func (i *issuer) publish(now time.Time) error {
	now = now.UTC().Truncate(time.Second)
	s := &i.state
	if now.Before(s.FullAt) || !now.Before(s.FullAt.Add(FullEvery)) {
		s.Number, s.FullAt, s.DeltaAt, i.full = s.Number+1, now, time.Time{}, nil
	}
	if now.Before(s.DeltaAt) || !now.Before(s.DeltaAt.Add(DeltaEvery)) {
		s.DeltaNumber, s.DeltaAt, i.delta = s.DeltaNumber+1, now, nil
	}
	var err error
	if i.full == nil {
		i.full, err = i.key.CRL(ListTemplate{
			Number: s.Number, ThisUpdate: s.FullAt, NextUpdate: s.FullAt.Add(FullLife), InnerAbsent: true,
			Revoked: i.entries(func(r RevokedCertificate) bool { return r.At.Before(s.FullAt) && r.Reason != crl.RemoveFromCRL }),
		})
	}
	if i.delta == nil && err == nil {
		i.delta, err = i.key.CRL(ListTemplate{
			Number: s.DeltaNumber, Base: s.Number, ThisUpdate: s.DeltaAt, NextUpdate: s.DeltaAt.Add(DeltaLife), InnerAbsent: true,
			Revoked: i.entries(func(r RevokedCertificate) bool { return !r.At.Before(s.FullAt) }),
		})
	}
	return err
}

func (i *issuer) entries(in func(RevokedCertificate) bool) []RevokedCertificate {
	var out []RevokedCertificate
	for _, r := range i.state.Revoked {
		if in(r) {
			out = append(out, r)
		}
	}
	return out
}
