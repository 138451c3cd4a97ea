package crl

import (
	"bytes"
	"encoding/binary"
	"slices"
	"time"
)

// Index answers whether a serial number is on a list. It takes 17 bytes an entry: 12 of the serial
// number, 4 of the time, 1 of the reason, sorted.
//
// A serial number of up to 12 bytes is kept whole. Of a longer one, the rest is mixed into the 12,
// so two numbers of an authority could in theory share them; the chance for the NCA's, which are
// SHA-1 values, is below 2^-77 for a list of half a million. The error would be that a certificate
// is taken for revoked, never that a revoked one is taken for good.
type Index struct{ records []byte }

const (
	keySize    = 12
	recordSize = keySize + 4 + 1
)

// serialKey brings the content octets of an INTEGER to 12 bytes. RFC 5280 wants positive numbers and
// asks to be ready for others (section 4.1.2.2): 255 (00 ff) and -1 (ff) are two numbers.
func serialKey(serial []byte) (k [keySize]byte) {
	negative := len(serial) > 0 && serial[0]&0x80 != 0
	for len(serial) > 1 && serial[0] == 0 {
		serial = serial[1:]
	}
	if len(serial) <= keySize && !negative {
		copy(k[keySize-len(serial):], serial)
		return k
	}
	cut := max(len(serial)-keySize, 0)
	copy(k[keySize-len(serial)+cut:], serial[cut:])
	h := uint64(0)
	for _, b := range serial[:cut] {
		h = (h ^ uint64(b)) * 0x100000001b3
	}
	// The length sets a number apart from a shorter one with the same low bytes, the sign from the
	// positive one.
	h = (h ^ uint64(len(serial)-keySize)) * 0x9e3779b97f4a7c15
	if negative {
		h = ^h
	}
	binary.BigEndian.PutUint64(k[:8], binary.BigEndian.Uint64(k[:8])^h)
	return k
}

// Len returns the number of entries.
func (x *Index) Len() int { return len(x.records) / recordSize }

// Find returns the entry of the certificate with that serial number, given as the content octets of
// its INTEGER. If a list names it more than once, a revocation goes before a removal and the
// earliest before a later one.
func (x *Index) Find(serial []byte) (e Entry, ok bool) {
	key := serialKey(serial)
	lo, hi := 0, x.Len()
	for lo < hi {
		mid := int(uint(lo+hi) >> 1)
		if bytes.Compare(x.record(mid)[:keySize], key[:]) < 0 {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	for ; lo < x.Len() && bytes.Equal(x.record(lo)[:keySize], key[:]); lo++ {
		r := x.record(lo)
		n := Entry{time.Unix(int64(binary.BigEndian.Uint32(r[keySize:])), 0).UTC(), Reason(r[keySize+4])}
		if !ok || e.Reason == RemoveFromCRL && n.Reason != RemoveFromCRL {
			e, ok = n, true
		}
	}
	return e, ok
}

func (x *Index) record(i int) []byte { return x.records[i*recordSize : (i+1)*recordSize] }

type entry struct {
	hi     uint64
	lo, at uint32
	reason Reason
}

type builder struct{ entries []entry }

func newBuilder(size int) *builder { return &builder{make([]entry, 0, size)} }

func (b *builder) add(serial []byte, at time.Time, reason Reason) {
	k := serialKey(serial)
	sec := min(max(at.Unix(), 0), 1<<32-1)
	b.entries = append(b.entries, entry{binary.BigEndian.Uint64(k[:]), binary.BigEndian.Uint32(k[8:]), uint32(sec), reason})
}

func (b *builder) index() *Index {
	slices.SortFunc(b.entries, func(x, y entry) int {
		switch {
		case x.hi < y.hi:
			return -1
		case x.hi > y.hi:
			return 1
		case x.lo != y.lo:
			return int(int64(x.lo) - int64(y.lo))
		}
		return int(int64(x.at) - int64(y.at))
	})
	records := make([]byte, 0, len(b.entries)*recordSize)
	for _, e := range b.entries {
		records = binary.BigEndian.AppendUint64(records, e.hi)
		records = binary.BigEndian.AppendUint32(records, e.lo)
		records = binary.BigEndian.AppendUint32(records, e.at)
		records = append(records, byte(e.reason))
	}
	return &Index{records}
}
