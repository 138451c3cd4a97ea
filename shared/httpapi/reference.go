package httpapi

import (
	"crypto/sha256"

	"github.com/courtoffice/courtoffice/shared/filing"
)

// Reference is what a person is shown of a request, to tell support: made of its id, in the form of a
// ticket number, so that it can be read out on the telephone and a slip of the tongue is found by its
// check character. The log line of the request has it as "ref". Among 300 million requests about one
// pair has the same (2^55 references); an operator then reads two lines.
func Reference(id string) string {
	sum := sha256.Sum256([]byte(id))
	return filing.Ticket([7]byte(sum[:7]))
}
