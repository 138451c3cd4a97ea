package receipt

// InterruptionVersion is the version of the certificate's format. Fields are added, never re-meant.
const InterruptionVersion = 1

// Interruption is what the office certifies of a time at which it did not take what people had to
// hand in: who missed a term by it shows the certificate to the court (agreement, section 7; CPC
// 126). Instants are as Time writes them.
type Interruption struct {
	Version     int      `json:"interruptionVersion"`
	ID          string   `json:"id"`
	From        string   `json:"from"`
	To          string   `json:"to"`          // its end; as it is planned, unless Ended; "" of an outage that was not announced and lasts
	Ended       bool     `json:"ended"`       // by AsOf
	Affects     []string `json:"affects"`     // names of the functions that were stopped; empty means all that may stop
	Outage      bool     `json:"outage"`      // it was not announced as long ahead as section 7 promises
	AnnouncedAt string   `json:"announcedAt"` // when people were first told; "" of an outage that was not announced
	AsOf        string   `json:"asOf"`        // when the office said so

	Observed *Observed `json:"observed,omitempty"` // of an outage that was not announced: how it is known
}

// Observed is what was seen of an outage from outside, once a minute: see package outage.
type Observed struct {
	Probe      string `json:"probe"`      // what was tried
	Failed     int    `json:"failed"`     // minutes from From on in which it failed; of others before To nothing is known
	LastFailed string `json:"lastFailed"` // the last of them
	LearntAt   string `json:"learntAt"`   // the minute that made it an outage
}

// IssueInterruption signs i and returns the certificate as canonical JSON: {"certificate": i,
// "keyId", "keyCertificate", "signature"}, see Issue. It sets i.Version.
func IssueInterruption(key Key, i Interruption) ([]byte, error) {
	i.Version = InterruptionVersion
	return sign(key, "certificate", i)
}

// VerifyInterruption checks a certificate as Verify does a receipt.
//
// Errors: as of Verify.
func VerifyInterruption(keys Published, data []byte) (Interruption, error) {
	var i Interruption
	if err := open(keys, ForInterruptions, "certificate", data, &i, func() string { return i.AsOf }); err != nil {
		return Interruption{}, err
	}
	if i.Version != InterruptionVersion {
		return Interruption{}, ErrSignature
	}
	return i, nil
}
