package cms

import (
	"github.com/courtoffice/courtoffice/shared/eds/internal/armor"
	"github.com/courtoffice/courtoffice/shared/eds/internal/transport"
)

// labels are the PEM labels under which signed messages are met: CMS (RFC 7468; NCALayer and
// Kalkan), PKCS7 (OpenSSL) and the older long form.
var labels = []string{"CMS", "PKCS7", "PKCS #7 SIGNED DATA"}

// Decode takes the wrapping off a message: a byte order mark, one PEM block, or base64 with any
// white space in it, be it in UTF-16, in a JSON string, in a data URL, with its line ends written as \n
// or with NUL bytes after it. DER and BER come back as they are, sharing memory with data; the result is
// not checked to be a message.
//
// Text and blocks of other labels around the PEM block are left alone (RFC 7468, section 5.2).
//
// Error: ErrNotSignedData if the wrapping itself is broken: another label, two blocks, characters
// outside the base64 alphabet.
func Decode(data []byte) ([]byte, error) {
	if len(data) > 0 && data[0] == 0x30 {
		return data, nil
	}
	der, ok := armor.Decode(transport.Unwrap(data), labels...)
	if !ok {
		return nil, ErrNotSignedData
	}
	return der, nil
}
