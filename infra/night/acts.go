package night

import (
	"time"

	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// Act is something that happens on a night, once a request or message.
type Act struct {
	Name     string
	Function string
	Route    string        // of functions.All; "" for what an event causes
	Often    float64       // times for each filing sealed: assumed
	Whole    float64       // times more for a filing that is also written within the night: assumed
	Takes    time.Duration // of the function, warm, mean: assumed, several times what the local stack takes; see Lambda's Duration
	Queue    schema.Queue  // of what an event causes: whose message it is
	Mails    float64       // of what an event causes: messages sent
	Puts     float64       // objects written, by the function or by its leave: counted
	Uses     []Use         // counted
}

// Use is what an act asks of the keys of one pattern, all of them together.
type Use struct {
	Key
	Units
}

func use(table, pattern string, reads, writes float64) Use {
	return Use{Key{Table: table, Pattern: pattern}, Units{reads, writes}}
}

func index(table, pattern string, reads, writes float64) Use {
	return Use{Key{Table: table, Index: true, Pattern: pattern}, Units{reads, writes}}
}

// Acts are those of a filer, then those of the machinery behind a seal. TestNight of
// functions/internal/wire does each and compares Uses with what it counted.
var Acts = []Act{
	{
		Name: "ask for what to sign in with", Function: "sign-in", Route: "POST /api/sign-in/document",
		Often: 0.7, Takes: 20 * time.Millisecond,
	},
	{
		Name: "sign in", Function: "sign-in", Route: "POST /api/sign-in",
		Often: 0.7, Takes: 60 * time.Millisecond,
		Uses: []Use{
			use("accounts", "ACCOUNT#*", 4, 6),
			use("accounts", "CHALLENGE#*", 0, 2),
			use("accounts", "SESSION#*", 0, 2),
			use("accounts", "SUBJECT#*", 1, 0),
			index("accounts", "ACCOUNT#*", 0, 1),
			index("accounts", "OUTBOX#*", 0, 1),
		},
	},
	{
		Name: "open a page", Function: "sign-in", Route: "GET /api/session",
		Often: 4, Whole: 6, Takes: 20 * time.Millisecond,
		Uses: []Use{
			use("accounts", "ACCOUNT#*", 1, 0),
			use("accounts", "SESSION#*", 1, 1),
			index("accounts", "ACCOUNT#*", 0, 1),
		},
	},
	{
		// On their own page: what every page says of them comes from the edge.
		Name: "see the windows", Function: "maintenance", Route: "GET /api/maintenance",
		Often: 0.1, Whole: 0.1, Takes: 10 * time.Millisecond,
	},
	{
		Name: "list filings", Function: "filings", Route: "GET /api/filings",
		Often: 1, Whole: 1, Takes: 40 * time.Millisecond,
		Uses: []Use{
			use("accounts", "ACCOUNT#*", 1, 0),
			use("accounts", "SESSION#*", 1, 0),
			index("filings", "ACCOUNT#*", 0.5, 0),
		},
	},
	{
		Name: "begin a filing", Function: "filings", Route: "PUT /api/filings/{id}",
		Whole: 1, Takes: 60 * time.Millisecond,
		Uses: []Use{
			use("accounts", "ACCOUNT#*", 1, 0),
			use("accounts", "SESSION#*", 1, 0),
			use("filings", "ATTEMPTS#*#*", 0, 1),
			use("filings", "EVENT#*", 1, 0),
			use("filings", "FILING#*", 1, 24),
			index("filings", "ACCOUNT#*", 0, 1),
			index("filings", "EXPIRY#*", 0, 1),
		},
	},
	{
		// The address names the filing, so that the edge has it once; pages that name none come from there.
		Name: "see a page of a filing", Function: "portal", Route: "GET /{path...}",
		Often: 3, Whole: 8, Takes: 10 * time.Millisecond,
	},
	{
		Name: "save a section", Function: "filings", Route: "PUT /api/filings/{id}/sections/{section}",
		Often: 0.2, Whole: 12, Takes: 50 * time.Millisecond,
		Uses: []Use{
			use("accounts", "ACCOUNT#*", 1, 0),
			use("accounts", "SESSION#*", 1, 0),
			use("filings", "FILING#*", 2, 8),
			index("filings", "ACCOUNT#*", 0, 1),
		},
	},
	{
		Name: "ask to upload", Function: "filings", Route: "PUT /api/filings/{id}/documents/{document}",
		Often: 0.1, Whole: 3, Takes: 40 * time.Millisecond, Puts: 1,
		Uses: []Use{
			use("accounts", "ACCOUNT#*", 1, 0),
			use("accounts", "SESSION#*", 1, 0),
			use("filings", "ATTEMPTS#*#*", 0, 2),
			use("filings", "FILING#*", 2, 4),
			index("filings", "ACCOUNT#*", 0, 1),
		},
	},
	{
		Name: "tell of an upload", Function: "filings", Route: "POST /api/filings/{id}/documents/{document}/completion",
		Often: 0.1, Whole: 3, Takes: 60 * time.Millisecond,
		Uses: []Use{
			use("accounts", "ACCOUNT#*", 1, 0),
			use("accounts", "SESSION#*", 1, 0),
			use("filings", "FILING#*", 2, 0),
		},
	},
	{
		Name: "open a filing", Function: "filings", Route: "GET /api/filings/{id}",
		Often: 1.5, Whole: 4, Takes: 40 * time.Millisecond,
		Uses: []Use{
			use("accounts", "ACCOUNT#*", 1, 0),
			use("accounts", "SESSION#*", 1, 0),
			use("filings", "EVENT#*", 1, 0),
			use("filings", "FILING#*", 2, 0),
			use("filings", "VERDICT#*", 1, 0),
		},
	},
	{
		Name: "check a filing", Function: "filings", Route: "GET /api/filings/{id}/check",
		Often: 1, Whole: 3, Takes: 80 * time.Millisecond,
		Uses: []Use{
			use("accounts", "ACCOUNT#*", 1, 0),
			use("accounts", "SESSION#*", 1, 0),
			use("filings", "FILING#*", 2, 0),
			use("filings", "VERDICT#*", 1, 0),
		},
	},
	{
		Name: "ask for what to sign", Function: "filings", Route: "POST /api/filings/{id}/manifest",
		Often: 1, Whole: 0.3, Takes: 250 * time.Millisecond, Puts: 2,
		Uses: []Use{
			use("accounts", "ACCOUNT#*", 1, 0),
			use("accounts", "SESSION#*", 1, 0),
			use("filings", "ATTEMPTS#*#*", 0, 1),
			use("filings", "FILING#*", 3, 8),
			use("filings", "SEAL#*", 0, 2),
			use("filings", "VERDICT#*", 1, 0),
			index("filings", "ACCOUNT#*", 0, 1),
			index("filings", "SIGNER#*", 0, 1),
		},
	},
	{
		Name: "seal", Function: "file-claim", Route: "POST /api/filings/{id}/seal",
		Often: 1, Takes: 80 * time.Millisecond,
		Uses: []Use{
			use("filings", "EVENT#*", 0, 2),
			use("filings", "FILING#*", 0, 6),
			use("filings", "SEAL#*", 0, 10),
			index("filings", "ACCOUNT#*", 0, 1),
			index("filings", "OUTBOX#*", 0, 1),
			index("filings", "SENT#*#*", 0, 1),
			index("filings", "SIGNER#*", 0, 1),
		},
	},
	{
		Name: "seal again", Function: "file-claim", Route: "POST /api/filings/{id}/seal",
		Often: 0.2, Takes: 80 * time.Millisecond,
		Uses: []Use{
			use("filings", "EVENT#*", 0, 2),
			use("filings", "FILING#*", 0, 6),
			use("filings", "SEAL#*", 0, 10),
		},
	},
	{
		Name: "ask what became of it", Function: "file-claim", Route: "POST /api/filings/{id}/outcome",
		Often: 0.1, Takes: 30 * time.Millisecond,
		Uses: []Use{
			use("filings", "FILING#*", 3.75, 0),
			use("filings", "SEAL#*", 1.25, 0),
		},
	},
	{
		Name: "read the receipt", Function: "filings", Route: "GET /api/filings/{id}/receipt",
		Often: 1, Takes: 30 * time.Millisecond,
		Uses: []Use{
			use("accounts", "ACCOUNT#*", 1, 0),
			use("accounts", "SESSION#*", 1, 0),
			use("filings", "FILING#*", 1, 0),
			use("filings", "SEAL#*", 2, 0),
		},
	},
	{
		Name: "mail the receipt", Function: "notify", Queue: schema.Receipts, Mails: 1,
		Often: 1, Takes: 300 * time.Millisecond,
		Uses: []Use{
			use("accounts", "ACCOUNT#*", 2, 0),
			use("filings", "EVENT#*", 0, 2),
			use("filings", "FILING#*", 1, 4),
			index("filings", "OUTBOX#*", 0, 1),
		},
	},
	{
		Name: "lock the documents", Function: "lock-documents", Queue: schema.Locks,
		Often: 1, Takes: 400 * time.Millisecond,
		Uses: []Use{
			use("filings", "FILING#*", 0, 2),
			use("filings", "SEAL#*", 4, 0),
			index("filings", "OUTBOX#*", 0, 1),
		},
	},
	{
		Name: "verify the filing", Function: "verify-filing", Queue: schema.Verifications,
		Often: 1, Takes: 400 * time.Millisecond,
		// By the lists alone. An OCSP answer and a time stamp add some 6 KB to what is kept under SEAL#.
		Uses: []Use{
			use("filings", "COURT#*", 0, 1),
			use("filings", "EVENT#*", 1, 2),
			use("filings", "FILING#*", 1, 8),
			use("filings", "SEAL#*", 3, 4),
			use("filings", "TICKET#*", 0, 1),
			use("filings", "VERDICT#*", 1, 0),
			index("filings", "QUEUE#*#*#*", 0, 1),
			index("filings", "ACCOUNT#*", 0, 1),
			index("filings", "OUTBOX#*", 0, 2),
		},
	},
	{
		Name: "keep the evidence", Function: "keep-evidence", Queue: schema.Copies,
		Often: 1, Takes: time.Second,
		Uses: []Use{
			use("filings", "EVENT#*", 1, 1),
			use("filings", "FILING#*", 1, 2),
			use("filings", "SEAL#*", 2, 0),
			index("filings", "OUTBOX#*", 0, 2),
		},
	},
	{
		Name: "keep the evidence of the verification", Function: "keep-evidence", Queue: schema.Copies,
		Often: 1, Takes: 100 * time.Millisecond,
		Uses: []Use{
			use("filings", "EVENT#*", 1, 0),
			use("filings", "FILING#*", 1, 2),
			use("filings", "SEAL#*", 2, 0),
			index("filings", "OUTBOX#*", 0, 1),
		},
	},
	{
		Name: "mail that it was received", Function: "notify", Queue: schema.Receipts, Mails: 1,
		Often: 1, Takes: 300 * time.Millisecond,
		Uses: []Use{
			use("accounts", "ACCOUNT#*", 2, 0),
			use("filings", "EVENT#*", 0, 2),
			use("filings", "FILING#*", 1, 4),
			index("filings", "OUTBOX#*", 0, 1),
		},
	},
	{
		Name: "keep by whom it is found", Function: "cases", Queue: schema.Openings,
		Often: 1, Takes: 200 * time.Millisecond,
		Uses: []Use{
			index("filings", "OUTBOX#*", 0, 2),
			use("accounts", "ACCOUNT#*", 1, 0),
			use("filings", "EVENT#*", 1, 0),
			use("filings", "FILING#*", 1, 2),
			use("filings", "SEAL#*", 2, 0),
			use("filings", "TRACE#*#*", 0, 13),
		},
	},
}

// Look is what a process reads of a key that everyone shares, and remembers.
type Look struct {
	Key
	Reads     float64 // counted
	Every     time.Duration
	Functions []string // that look
}

// Looks are all of them.
var Looks = []Look{
	{Key{"site", true, "MAINTENANCE"}, 10, 25 * time.Second, []string{"file-claim", "maintenance"}}, // 20 windows of 4 KB
	{Key{"site", false, "AGREEMENT"}, 5, 5 * time.Minute, []string{"filings", "sign-in"}},           // 20 versions of 1 KB
}
