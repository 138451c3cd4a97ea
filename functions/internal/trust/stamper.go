package trust

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/courtoffice/courtoffice/shared/eds"
	"github.com/courtoffice/courtoffice/shared/eds/oid"
	"github.com/courtoffice/courtoffice/shared/eds/online"
)

// ErrResting tells that a service is left alone for a while because it did not answer.
var ErrResting = errors.New("trust: the service is left alone for a while")

// Stamper has a time-stamping authority (RFC 3161) stamp data, within a bound of time. It may be used by
// any number of goroutines.
type Stamper struct {
	address string
	client  online.Client
	current *Current
	policy  eds.Policy
	now     func() time.Time

	mu   sync.Mutex
	rest rest
}

// NewStamper asks at address and believes what current believes, under policy. now is a clock such as
// time.Now.
func NewStamper(address string, current *Current, policy eds.Policy, now func() time.Time) *Stamper {
	return &Stamper{address: address, client: asking(address), current: current, policy: policy, now: now}
}

// Stamp returns a token over the SHA-256 of data that holds in every respect, and its time.
//
// Errors: ErrResting, *eds.VerificationError for a token that does not hold, those of package online.
func (s *Stamper) Stamp(ctx context.Context, data []byte) (token []byte, at time.Time, err error) {
	s.mu.Lock()
	resting := !s.rest.over(s.now())
	s.mu.Unlock()
	if resting {
		return nil, time.Time{}, ErrResting
	}
	ctx, cancel := context.WithTimeout(ctx, askPatience)
	defer cancel()
	token, err = s.client.Stamp(ctx, s.address, oid.SHA256, data)
	s.mu.Lock()
	s.rest.answered(s.now(), err)
	s.mu.Unlock()
	if err != nil {
		return nil, time.Time{}, err
	}
	report, err := (&eds.Verifier{Trust: s.current.Trust(), Policy: s.policy}).VerifyStamp(token, bytes.NewReader(data), s.now())
	if err != nil {
		return nil, time.Time{}, fmt.Errorf("time stamp: %w", err)
	}
	return token, report.TimeStamp.Time, nil
}
