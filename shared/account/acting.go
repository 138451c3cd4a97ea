package account

import (
	"log/slog"
	"time"

	"github.com/courtoffice/courtoffice/shared/indexkey"
)

// Acting is a person who signed in for a legal person with a certificate that gives the right to
// act for it: whom the organisation has let act, as the office has seen it.
type Acting struct {
	ID      string // Subject.PersonID
	Name    string
	Role    Role
	Number  string // masked IIN
	FirstAt time.Time
	LastAt  time.Time

	Certificate []byte    // DER, the one last used here
	NotAfter    time.Time // when it ends
	PasswordAt  time.Time // since when they have a password, or zero
}

// LogValue implements slog.LogValuer: the role only.
func (a Acting) LogValue() slog.Value { return slog.StringValue(string(a.Role)) }

// String is what LogValue shows, so that %v keeps the name private.
func (a Acting) String() string { return string(a.Role) }

// PersonKey is the look-up key of the person who signed (indexkey.Person): the same in every account
// they act in, their own and those of legal persons. It tells whether two acts are one person's; it
// is shown to nobody.
func (s Subject) PersonKey(indexKey []byte) string {
	return indexkey.Key(indexKey, indexkey.Person, s.IIN.Reveal())
}

// PersonID is the opaque name, within an account, of who acts for a legal person (indexkey.Acting):
// one who acts for several organisations has nothing in common there. "" for a natural person, who
// is the account's only holder.
func (s Subject) PersonID(indexKey []byte, accountID string) string {
	if s.Kind != Legal {
		return ""
	}
	return indexkey.Key(indexKey, indexkey.Acting, accountID, s.IIN.Reveal())
}

// Power is something a person may do in the office for a legal person.
type Power string

const (
	PowerRead    Power = "read"    // see the account, its filings and notices
	PowerDraft   Power = "draft"   // prepare filings
	PowerSign    Power = "sign"    // sign and send filings (CPC 148(4))
	PowerAgree   Power = "agree"   // accept the agreement, register (agreement 2, 3)
	PowerAccount Power = "account" // contacts, their own password and sessions (agreement 3.4, 6)
	PowerLeave   Power = "leave"   // refuse the agreement, which closes the account (agreement 1.5)
	PowerPeople  Power = "people"  // end anyone's sessions and password (agreement 6)
)

// Powers lists what a role lets its holder do for a legal person, in the order they are shown;
// none for a role that may not act. The head acts without a power of attorney (Civil Code 37, CPC
// 57); whoever the organisation had the NCA certify the right to sign for has the same power to
// bind it by signature, which is all that the office's acts ask for. Who may act, the head decides, so
// the head alone takes another's access away. All others need a power of
// attorney that names the power to sign a claim (CPC 60(1)) and goes with the filing.
func (r Role) Powers() []Power {
	switch r {
	case RoleHead:
		return append(RoleSigner.Powers(), PowerPeople)
	case RoleSigner:
		return []Power{PowerRead, PowerDraft, PowerSign, PowerAgree, PowerAccount, PowerLeave}
	}
	return nil
}
