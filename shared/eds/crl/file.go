package crl

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"math/big"
	"time"

	"github.com/courtoffice/courtoffice/shared/eds/cms"
	"github.com/courtoffice/courtoffice/shared/eds/oid"
)

// ErrIndex means that bytes are not an index file, or that they were changed.
var ErrIndex = errors.New("crl: malformed index")

// magic starts an index file; its digits are the version.
const magic = "CRLIDX02"

// header is what an index file keeps of its list.
type header struct {
	Issuer         []byte    `json:"issuer"` // DER Name
	AuthorityKeyID []byte    `json:"authorityKeyId,omitempty"`
	Number         *big.Int  `json:"number,omitempty"`
	Base           *big.Int  `json:"base,omitempty"`
	ThisUpdate     time.Time `json:"thisUpdate"`
	NextUpdate     time.Time `json:"nextUpdate,omitzero"`
	Algorithm      []byte    `json:"algorithm"` // object identifier of the signature, content octets
	Signer         []byte    `json:"signer"`    // SHA-256 of the signer's SubjectPublicKeyInfo
}

// MarshalIndex writes l as an index file: 17 bytes an entry, ready to be searched without parsing, so
// that a function with a list of half a million starts at once. signer is the SHA-256 of the
// SubjectPublicKeyInfo of the key that the caller found to have signed l; whoever loads the file
// relies on that, so it belongs in storage of one's own. Unusable lists must not be kept.
//
// The file is the eight bytes "CRLIDX02", the length of a JSON header (four bytes, big-endian), the
// header, the records, and the SHA-256 of all that.
func (l *List) MarshalIndex(signer [32]byte) ([]byte, error) {
	if l.Unusable != "" {
		return nil, ErrIndex
	}
	h, err := json.Marshal(header{l.RawIssuer, l.AuthorityKeyID, l.Number, l.Base, l.ThisUpdate, l.NextUpdate, []byte(l.Algorithm.Algorithm), signer[:]})
	if err != nil {
		return nil, err
	}
	out := make([]byte, 0, len(magic)+4+len(h)+len(l.Entries.records)+sha256.Size)
	out = append(out, magic...)
	out = binary.BigEndian.AppendUint32(out, uint32(len(h)))
	out = append(out, h...)
	out = append(out, l.Entries.records...)
	sum := sha256.Sum256(out)
	return append(out, sum[:]...), nil
}

// LoadIndex reads an index file. The list refers to data, which must not change afterwards; its
// CheckSignature fails, because only the index is left: signer says whose key had signed it.
// Error: ErrIndex.
func LoadIndex(data []byte) (l *List, signer [32]byte, err error) {
	fixed := len(magic) + 4
	if len(data) < fixed+sha256.Size || string(data[:len(magic)]) != magic {
		return nil, signer, ErrIndex
	}
	end := len(data) - sha256.Size
	if sum := sha256.Sum256(data[:end]); !bytes.Equal(sum[:], data[end:]) {
		return nil, signer, ErrIndex
	}
	size := int64(binary.BigEndian.Uint32(data[len(magic):]))
	if size > int64(end-fixed) {
		return nil, signer, ErrIndex
	}
	var h header
	records := data[fixed+int(size) : end : end]
	if json.Unmarshal(data[fixed:fixed+int(size)], &h) != nil || len(h.Signer) != 32 || len(records)%recordSize != 0 {
		return nil, signer, ErrIndex
	}
	copy(signer[:], h.Signer)
	return &List{
		RawIssuer: h.Issuer, AuthorityKeyID: h.AuthorityKeyID, Number: h.Number, Base: h.Base,
		ThisUpdate: h.ThisUpdate, NextUpdate: h.NextUpdate, Algorithm: cms.AlgorithmIdentifier{Algorithm: oid.Of(h.Algorithm)}, Entries: &Index{records},
	}, signer, nil
}
