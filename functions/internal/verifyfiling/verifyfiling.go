// Package verifyfiling is the function that settles what the seal could not wait for: revocation of the
// certificates by lists and OCSP, a time stamp over each signature, what inspection found in the
// documents. It runs from a queue, never before the receipt, and sentAt stays what it is. The signatures of
// rulings are settled by it likewise, so that a ruling too outlives its judge's certificate.
//
// A filing is received as soon as what is known suffices: services that are down hold nobody up as long
// as a list covers the signature. What comes later, word from since the signature and the time stamps,
// is looked for again until it is there, and kept with the filing. Each signature is judged as of the
// instant the gateway received it, by evidence that may have come afterwards.
package verifyfiling

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/courtoffice/courtoffice/shared/documents"
	"github.com/courtoffice/courtoffice/shared/eds"
	"github.com/courtoffice/courtoffice/shared/eds/certpath"
	"github.com/courtoffice/courtoffice/shared/eds/cms"
	"github.com/courtoffice/courtoffice/shared/evidence"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/store"
	"github.com/courtoffice/courtoffice/shared/verdict"
)

// ErrUnknown: what is known does not suffice yet to say whether a certificate was good. It is asked again.
var ErrUnknown = errors.New("verifyfiling: no evidence covers the signature yet")

// Ask returns a DER OCSP response about cert, or nil: see eds.Verifier.
type Ask = func(cert, issuer *certpath.Certificate) []byte

// Service verifies filings.
type Service struct {
	Filings   *store.Filings
	Verdicts  *store.Verdicts
	Documents *documents.Store
	// Verify verifies a signature under the policy of seals, but with evidence required, asking ask.
	Verify func(in eds.Signed, ask Ask) (*eds.Report, error)
	Ask    Ask // nil asks nobody
	// Stamp returns a time-stamp token over data that holds, and its time. nil stamps nothing.
	Stamp func(ctx context.Context, data []byte) (token []byte, at time.Time, err error)
	Now   func() time.Time
	Log   *slog.Logger
}

// atOnce is how many signatures of a filing are looked at at a time.
const atOnce = 8

// Handle verifies the filing of that id, which was sent, and the rulings there are on it, and returns whether
// nothing is left to find out. It may be called again.
//
// Errors: ErrUnknown, while the filing is not received; filing.ErrNotFound.
func (s *Service) Handle(ctx context.Context, id string) (settled bool, err error) {
	sealed, err := s.Filings.Sealed(ctx, id)
	if err != nil {
		return false, fmt.Errorf("verify filing %s: %w", id, err)
	}
	before := sealed.Verifications
	if len(before) == 0 { // who holds the receipt finds it from now on
		if err := s.Filings.Enter(ctx, sealed.Envelope); err != nil {
			return false, fmt.Errorf("verify filing %s: %w", id, err)
		}
	}
	signatures := slices.Concat(sealed.Signatures, sealed.Rulings)
	for _, v := range before {
		if v.Step == "reject" || len(v.Signers) == len(signatures) && v.Settled(s.Stamp != nil) {
			return true, nil
		}
	}
	v := filing.Verification{V: 1}
	if v.Signers, err = s.signers(ctx, signatures, before); err != nil {
		return false, fmt.Errorf("verify filing %s: %w", id, err)
	}
	received := sealed.Envelope.Status != filing.Sent
	if !received {
		if v.Rejected, err = s.rejected(ctx, sealed); err != nil {
			return false, fmt.Errorf("verify filing %s: %w", id, err)
		}
	}
	v.At = s.Now().UTC().Truncate(time.Millisecond)
	switch v.Step = v.Next(); {
	case received && v.Step == "doubt" && sealed.Envelope.Status.May("doubt"):
	case received && !slices.ContainsFunc(before, func(b filing.Verification) bool { return b.Learned() == v.Learned() }):
		v.Step = "settle" // or a part of it: a time stamp is the better the sooner it is had
	case received:
		return false, nil
	case v.Step == "":
		return false, fmt.Errorf("verify filing %s: %w", id, ErrUnknown)
	}
	if _, err := s.Filings.Verify(ctx, sealed.Envelope, v); err != nil {
		return false, err
	}
	return v.Step == "reject" || v.Settled(s.Stamp != nil), nil
}

// signers looks at every signature. What was found out before about one, and can't change, is taken over.
func (s *Service) signers(ctx context.Context, signatures []filing.Signature, before []filing.Verification) ([]filing.Verified, error) {
	out := make([]filing.Verified, len(signatures))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(atOnce)
	for i, sig := range signatures {
		group.Go(func() error {
			sum := filing.Sum(sig.CMS)
			known, _ := filing.Found(before, sum)
			var err error
			out[i], err = s.signature(ctx, sig, sum, known)
			return err
		})
	}
	return out, group.Wait()
}

// signature looks at one signature.
//
// Errors: one that does not hold, although it was sealed: somebody has to look.
func (s *Service) signature(ctx context.Context, sig filing.Signature, sum string, known filing.Verified) (filing.Verified, error) {
	out := known
	var group errgroup.Group
	if out.Stamp == nil && s.Stamp != nil {
		group.Go(func() error {
			token, at, err := s.stamp(ctx, sig.CMS)
			if err != nil { // it is asked for again; nothing waits for it
				s.Log.LogAttrs(ctx, slog.LevelWarn, "time stamp", slog.String("error", err.Error()))
				return nil
			}
			out.Stamp, out.StampedAt = token, at
			return nil
		})
	}
	fresh := filing.Verified{}
	group.Go(func() (err error) {
		if !known.Since {
			fresh, err = s.revocation(sig)
		}
		return err
	})
	if err := group.Wait(); err != nil {
		return filing.Verified{}, err
	}
	if !known.Since {
		fresh.Stamp, fresh.StampedAt = out.Stamp, out.StampedAt
		out = fresh
	}
	out.Signature = sum
	return out, nil
}

// stamp has the value of the signature stamped, as in a CAdES-T (EN 319 122-1, section 5.3): it proves
// that the signature, and so the manifest it signs, existed before the certificate could end.
func (s *Service) stamp(ctx context.Context, data []byte) (token []byte, at time.Time, err error) {
	msg, err := cms.Parse(data, cms.Limits{Signers: 1})
	if err != nil {
		return nil, time.Time{}, err
	}
	return s.Stamp(ctx, msg.Signers[0].Signature)
}

// revocation verifies the signature anew, as of when it was judged, with the evidence of now.
func (s *Service) revocation(sig filing.Signature) (filing.Verified, error) {
	var response []byte
	ask := s.Ask
	if ask != nil {
		ask = func(cert, issuer *certpath.Certificate) []byte {
			response = s.Ask(cert, issuer)
			return response
		}
	}
	report, err := s.Verify(eds.Signed{Data: sig.CMS, At: sig.JudgedAt, EvidenceAt: s.Now()}, ask)
	if report == nil || len(report.Signers) != 1 {
		return filing.Verified{}, errors.Join(errors.New("a sealed signature can't be read"), err)
	}
	r := report.Signers[0].Revocation
	switch problem := report.Problem(); problem {
	case "", eds.CodeRevocation, eds.CodeRevoked, eds.CodeSuspended, eds.CodeNotIssued:
	default:
		return filing.Verified{}, fmt.Errorf("a sealed signature does not hold: %s", problem)
	}
	out := filing.Verified{
		Revocation: string(r.Status), Source: r.Source, Number: r.Number, Delta: r.Delta, ThisUpdate: r.ThisUpdate, RevokedAt: r.RevokedAt, Reason: r.Reason,
		Since: r.Status == eds.Good && !r.ThisUpdate.Before(sig.JudgedAt),
	}
	if r.Source == "ocsp" {
		out.OCSP = response
	}
	return out, nil
}

// rejected is what inspection found in the documents that forbids a filing. Where there is no verdict, a
// document whose parts alone were hashed is hashed now; nothing else waits for inspection.
func (s *Service) rejected(ctx context.Context, sealed store.Sealed) (list []filing.Rejection, err error) {
	last := sealed.Signatures[len(sealed.Signatures)-1]
	m, err := evidence.ReadManifest(last.CMS, sealed.Envelope.Manifest)
	if err != nil {
		return nil, err
	}
	docs := make([]filing.Document, len(m.Documents))
	for i, d := range m.Documents {
		docs[i] = d.Document
	}
	found, err := s.Verdicts.Of(ctx, m.ID, docs, s.Now())
	if err != nil {
		return nil, err
	}
	for i, d := range m.Documents {
		if v := &found[i]; v.Has(verdict.NotInspected) && d.PartSize > 0 {
			if *v, err = s.hashed(ctx, m.ID, d, sealed.Pins[d.SHA256]); err != nil {
				return nil, err
			}
		}
		for _, c := range found[i].Findings {
			if !c.Forbids() {
				continue
			}
			r := filing.Rejection{Pointer: "/documents/" + d.ID, Code: "file-" + string(c)}
			if c == verdict.Mislabelled {
				r.Found = string(found[i].Found)
			}
			list = append(list, r)
		}
	}
	return list, nil
}

// hashed is the verdict on a document that nobody has read whole.
func (s *Service) hashed(ctx context.Context, filingID string, d filing.Filed, version string) (verdict.Verdict, error) {
	blob, err := s.Documents.Open(ctx, documents.Key(filingID, d.SHA256), version)
	if err != nil {
		return verdict.Verdict{}, err
	}
	sum, err := blob.Sum()
	if err == nil && sum != d.SHA256 {
		return verdict.Missing.Add(verdict.HashDiffers), nil
	}
	return verdict.Missing, err
}
