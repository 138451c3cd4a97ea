package filing

import (
	"errors"
	"fmt"
	"slices"

	"github.com/courtoffice/courtoffice/shared/calendar"
	"github.com/courtoffice/courtoffice/shared/kzid"
)

// ErrNoSigner: a signature is needed that nobody has the authority to give.
var ErrNoSigner = errors.New("filing: nobody may sign")

// Arrange names the signatures that a filing needs on a day as its manifest does, and gives each
// person who may give one of them a place. key returns the look-up key of a signer.
//
// Errors: ErrNoSigner, with the party's id; ErrTooMany seats.
func Arrange(seats []Seat, on calendar.Date, key func(Signer) string) ([]Signing, []Place, error) {
	if len(seats) > MaxSeats {
		return nil, nil, fmt.Errorf("%w: %d signatures", ErrTooMany, len(seats))
	}
	var places []Place
	named := make([]Signing, len(seats))
	for i, seat := range seats {
		named[i].Party = seat.Party
		for _, s := range seat.Any {
			if !s.Covers(on) {
				continue
			}
			named[i].Any = append(named[i].Any, Signatory{s.Capacity, s.masked()})
			person := key(s)
			at := slices.IndexFunc(places, func(p Place) bool { return p.Person == person })
			if at < 0 {
				at = len(places)
				places = append(places, Place{person, make([]byte, len(seats))})
			}
			if places[at].Seats[i] == 0 {
				places[at].Seats[i] = byte(len(named[i].Any))
			}
		}
		if len(named[i].Any) == 0 {
			return nil, nil, fmt.Errorf("%w: %q", ErrNoSigner, seat.Party)
		}
	}
	if len(places) == 0 {
		return nil, nil, ErrNoSigner
	}
	return named, places, nil
}

// masked is the number with all but its last four digits hidden.
func (s Signer) masked() string {
	if bin, err := kzid.ParseBINForm(s.BIN); err == nil {
		return bin.Masked()
	}
	iin, _ := kzid.ParseIINForm(s.IIN)
	return iin.Masked()
}
