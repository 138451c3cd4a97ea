package docket

// Way is by what a notice reaches a party.
type Way string

// Ways of a notice.
const (
	Cabinet Way = "cabinet" // the office, where the party reads it
	Email   Way = "email"
	SMS     Way = "sms"
	Other   Way = "other" // other electronic means that fix the notice
	OnPaper Way = "paper"
)
