package inspect

import (
	"bytes"
	"encoding/binary"
	"unicode/utf16"

	"github.com/courtoffice/courtoffice/shared/verdict"
)

// ole looks into a compound file (MS-CFB): old office documents are one, and so is the envelope
// of an encrypted new one (MS-OFFCRYPTO), which has a stream EncryptedPackage.
func (in *inspection) ole() verdict.Kind {
	head, err := in.bytes(0, 512)
	if err != nil || len(head) < 512 {
		return verdict.KindDOC
	}
	shift := binary.LittleEndian.Uint16(head[30:])
	if shift != 9 && shift != 12 {
		return verdict.KindDOC
	}
	sector := int64(1) << shift
	read := func(n uint32) []byte {
		b, err := in.bytes((int64(n)+1)*sector, sector)
		if err != nil || int64(len(b)) < sector {
			return nil
		}
		return b
	}
	var name []byte
	for _, u := range utf16.Encode([]rune("EncryptedPackage\x00")) {
		name = binary.LittleEndian.AppendUint16(name, u)
	}
	next := binary.LittleEndian.Uint32(head[48:]) // the directory's first sector
	for range 64 {                                // a small file: an encrypted one has some ten entries
		if next >= 0xfffffffa {
			return verdict.KindDOC
		}
		directory := read(next)
		if bytes.Contains(directory, name) {
			return verdict.KindEncryptedOffice
		}
		// The chain goes on in the allocation table, whose first 109 sectors the header lists.
		per := uint32(sector / 4)
		if next/per >= 109 {
			return verdict.KindDOC
		}
		table := read(binary.LittleEndian.Uint32(head[76+4*(next/per):]))
		if table == nil {
			return verdict.KindDOC
		}
		next = binary.LittleEndian.Uint32(table[4*(next%per):])
	}
	return verdict.KindDOC
}
