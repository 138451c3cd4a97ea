package crl

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"time"
)

// Reasons why Set.Offer keeps what it has.
var (
	// ErrUnusable means that the list limits itself to some certificates, or lacks its number or
	// nextUpdate: nothing could be shown with it.
	ErrUnusable = errors.New("crl: list proves nothing")
	// ErrFuture means that the list is dated after now: the authority's clock or ours is wrong.
	ErrFuture = errors.New("crl: list is of the future")
	// ErrOlder means that the list goes back behind the one held: somebody plays an old one.
	ErrOlder = errors.New("crl: list is older than the one held")
	// ErrEnded means that the list has ended while the one held has not.
	ErrEnded = errors.New("crl: list has ended")
	// ErrShort means that more than half of the entries of the list held, which is still in
	// force, are gone.
	ErrShort = errors.New("crl: list has lost most of its entries")
	// ErrBase means that a delta belongs to another full list than the one held.
	ErrBase = errors.New("crl: delta has another base")
)

// Skew is how far the clocks of authorities may be ahead of ours.
const Skew = 5 * time.Minute

// shortFrom is the number of entries from which losing half of them is no accident.
const shortFrom = 100

// Held is the newest good full list of an authority, with the newest delta that applies to it.
type Held struct {
	Signer [32]byte // SHA-256 of the SubjectPublicKeyInfo that signed both
	Full   *List
	Delta  *List // nil for none
}

// Set holds the lists of some authorities, one entry for each key. The zero value is empty.
//
// It only goes forward: Offer takes a list that is newer than the one held and nothing else, so a
// download that is damaged, old or not to be trusted never costs what was known before.
type Set struct{ Held []Held }

// Offer puts l, whose signature by signer the caller has checked, in place of the list of that key if
// it is better at the instant now. changed is false, without an error, for the very list that is
// held. A full list keeps the delta beside it as long as that applies (List.AppliesTo).
//
// A held list that is itself of the future does not stand in the way of one with a later number: the
// clock was wrong when it came.
//
// Errors, wrapped with the numbers: ErrUnusable, ErrFuture, ErrOlder, ErrEnded, ErrShort, ErrBase.
func (s *Set) Offer(l *List, signer [32]byte, now time.Time) (changed bool, err error) {
	if l.Unusable != "" || l.Number == nil || l.NextUpdate.IsZero() {
		return false, ErrUnusable
	}
	if l.ThisUpdate.After(now.Add(Skew)) {
		return false, fmt.Errorf("%w: %s", ErrFuture, l.ThisUpdate.Format(time.RFC3339))
	}
	h := s.of(l, signer)
	if l.IsDelta() {
		if h == nil {
			return false, fmt.Errorf("%w: %s, and no full list is held", ErrBase, l.Base)
		}
		if applies, _ := l.AppliesTo(h.Full); !applies {
			return false, fmt.Errorf("%w: %s, and %s is held", ErrBase, l.Base, h.Full.Number)
		}
		if changed, err = better(l, h.Delta, now); changed {
			h.Delta = l
		}
		return changed, err
	}
	if h == nil {
		s.Held = append(s.Held, Held{Signer: signer, Full: l})
		return true, nil
	}
	if changed, err = better(l, h.Full, now); !changed {
		return false, err
	}
	if n := h.Full.Entries.Len(); n >= shortFrom && l.Entries.Len() < n/2 && !now.After(h.Full.NextUpdate) {
		return false, fmt.Errorf("%w: %d of %d", ErrShort, l.Entries.Len(), n)
	}
	h.Full = l
	if h.Delta != nil {
		if applies, _ := h.Delta.AppliesTo(l); !applies {
			h.Delta = nil
		}
	}
	return true, nil
}

func (s *Set) of(l *List, signer [32]byte) *Held {
	for i := range s.Held {
		if h := &s.Held[i]; h.Signer == signer && bytes.Equal(h.Full.RawIssuer, l.RawIssuer) {
			return h
		}
	}
	return nil
}

// better reports whether l may stand in place of held, a list of the same kind and key.
func better(l, held *List, now time.Time) (bool, error) {
	if held == nil {
		return true, nil
	}
	number := l.Number.Cmp(held.Number)
	switch {
	case number == 0 && l.ThisUpdate.Equal(held.ThisUpdate):
		return false, nil
	case number < 0, l.ThisUpdate.Before(held.ThisUpdate) && !held.ThisUpdate.After(now.Add(Skew)):
		return false, fmt.Errorf("%w: %s of %s, held is %s of %s", ErrOlder, l.Number, l.ThisUpdate.Format(time.RFC3339),
			held.Number, held.ThisUpdate.Format(time.RFC3339))
	case now.After(l.NextUpdate) && !now.After(held.NextUpdate):
		return false, fmt.Errorf("%w: %s", ErrEnded, l.NextUpdate.Format(time.RFC3339))
	}
	return true, nil
}

// setMagic starts the file of a set; its digits are the version.
const setMagic = "CRLSET01"

// Marshal writes the set as one file, so that a full list and its delta are replaced together: the
// eight bytes "CRLSET01", the number of lists, then for each list its length and its index file
// (List.MarshalIndex), a delta after its full list. Numbers take four bytes, big-endian.
func (s *Set) Marshal() ([]byte, error) {
	out, n := make([]byte, len(setMagic)+4), uint32(0)
	copy(out, setMagic)
	for _, h := range s.Held {
		for _, l := range []*List{h.Full, h.Delta} {
			if l == nil {
				continue
			}
			data, err := l.MarshalIndex(h.Signer)
			if err != nil {
				return nil, err
			}
			out = binary.BigEndian.AppendUint32(out, uint32(len(data)))
			out = append(out, data...)
			n++
		}
	}
	binary.BigEndian.PutUint32(out[len(setMagic):], n)
	return out, nil
}

// LoadSet reads the file of a set. The lists refer to data, which must not change afterwards.
// Error: ErrIndex.
func LoadSet(data []byte) (*Set, error) {
	rest, ok := bytes.CutPrefix(data, []byte(setMagic))
	if !ok || len(rest) < 4 {
		return nil, ErrIndex
	}
	s, n := new(Set), binary.BigEndian.Uint32(rest)
	for rest = rest[4:]; n > 0; n-- {
		if len(rest) < 4 || uint64(binary.BigEndian.Uint32(rest)) > uint64(len(rest)-4) {
			return nil, ErrIndex
		}
		size := int(binary.BigEndian.Uint32(rest))
		l, signer, err := LoadIndex(rest[4 : 4+size])
		if err != nil || l.Number == nil {
			return nil, ErrIndex
		}
		rest = rest[4+size:]
		h := s.of(l, signer)
		switch {
		case !l.IsDelta() && h == nil:
			s.Held = append(s.Held, Held{Signer: signer, Full: l})
		case l.IsDelta() && h != nil && h.Delta == nil:
			h.Delta = l
		default:
			return nil, ErrIndex
		}
	}
	if len(rest) > 0 {
		return nil, ErrIndex
	}
	return s, nil
}
