package describe

import (
	"encoding/json"
	"reflect"
	"time"

	"github.com/courtoffice/courtoffice/functions/internal/mobilesigning"
	"github.com/courtoffice/courtoffice/functions/internal/profile"
	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/calendar"
	"github.com/courtoffice/courtoffice/shared/defect"
	"github.com/courtoffice/courtoffice/shared/docket"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/filing/kinds"
	"github.com/courtoffice/courtoffice/shared/kzid"
	"github.com/courtoffice/courtoffice/shared/openapi"
	"github.com/courtoffice/courtoffice/shared/signer"
	"github.com/courtoffice/courtoffice/shared/verdict"
	"github.com/courtoffice/courtoffice/shared/webhook"
)

func str(s openapi.Schema) openapi.Schema {
	s.Type = openapi.Types{"string"}
	return s
}

// values are the types that say nothing of themselves by reflection.
var values = map[reflect.Type]openapi.Schema{
	reflect.TypeFor[time.Time]():       str(openapi.Schema{Format: "date-time"}),
	reflect.TypeFor[calendar.Date]():   str(openapi.Schema{Format: "date", Pattern: `^[0-9]{4}-[0-9]{2}-[0-9]{2}$`, Description: "A day in Kazakhstan."}),
	reflect.TypeFor[kzid.IIN]():        str(openapi.Schema{Pattern: `^(\*{8}[0-9]{4})?$`}),
	reflect.TypeFor[kzid.BIN]():        str(openapi.Schema{Pattern: `^(\*{8}[0-9]{4})?$`}),
	reflect.TypeFor[account.Number]():  str(openapi.Schema{Pattern: `^([0-9]{12})?$`, Description: "IIN or BIN, twelve digits."}),
	reflect.TypeFor[defect.Severity](): str(openapi.Schema{Enum: []any{"error", "warning"}}),
	reflect.TypeFor[json.RawMessage](): {},
	reflect.TypeFor[signer.Signature](): str(openapi.Schema{
		Description: "CMS (RFC 5652) with the document attached and one signer, as base64 or PEM: what NCALayer makes of the document's bytes.",
	}),
}

// otherwise are members that hold more than values of their type.
var otherwise = map[string]openapi.Schema{"docket.Act.number": str(openapi.Schema{})}

// readThemselves decode no other way than their fields say, but for members they don't know.
var readThemselves = []reflect.Type{reflect.TypeFor[mobilesigning.SignedRequest]()}

// lenient are taken with members that they don't know: apps add to them.
var lenient = []reflect.Type{
	reflect.TypeFor[mobilesigning.SignedRequest](), reflect.TypeFor[mobilesigning.ToSign](), reflect.TypeFor[mobilesigning.Meta](),
	reflect.TypeFor[mobilesigning.Document](), reflect.TypeFor[mobilesigning.File](),
}

// renamed are types that the document calls otherwise.
var renamed = map[reflect.Type]string{reflect.TypeFor[Receipt](): "Receipt", reflect.TypeFor[Certificate](): "Certificate"}

// open are text types whose constants are not all there is.
var open = []reflect.Type{reflect.TypeFor[account.Right](), reflect.TypeFor[profile.Token](), reflect.TypeFor[profile.Typed](), reflect.TypeFor[account.Password]()}

// mayBeEmpty are text types of which "" is said too.
var mayBeEmpty = []reflect.Type{reflect.TypeFor[docket.Way](), reflect.TypeFor[verdict.Kind](), reflect.TypeFor[account.Side](), reflect.TypeFor[webhook.By]()}

// empty are members that may be "" though their type has other values.
var empty = []string{
	"signin.DocumentRequest.lang", "acceptagreement.DocumentRequest.lang", "profile.DocumentRequest.lang", // that of the answer
	"filings.Summary.lang",       // before its section is saved
	"account.Typed.lang",         // before it is chosen
	"account.Contact.lang",       // likewise
	"cases.PaperView.status",     // of what came on paper
	"registry.EnterRequest.lang", // of what is added to a case
}

// nulls are lists and maps that may be null.
var nulls = []string{}

// optional are members of requests that may be left away.
var optional = []string{
	"signin.DocumentRequest.lang", "signin.PasswordRequest.person", "acceptagreement.DocumentRequest.lang", "profile.DocumentRequest.lang",
	"filings.CreateRequest.sections", "filings.DocumentRequest.parts", "filings.CopyRequest.corrects",
	"admin.StatusRequest.signature", "admin.RightRequest.signature", "admin.Approval.signature", "admin.BreachRequest.signature", "admin.ClosingRequest.signature",
	"maintenance.PlanRequest.signature", "maintenance.ActRequest.signature", "maintenance.PlanRequest.id",
	"support.Request.reference", "support.Request.problem", "support.Request.ago", "support.Request.page", "support.Request.filing", "support.Request.portal", "support.Request.ncalayer", "support.Request.email",
	"registry.ActRequest.decision", "registry.ActRequest.on", "registry.SearchRequest.cursor",
	"registry.ActRequest.number", "registry.ActRequest.judge", "registry.ActRequest.longer", "registry.ActRequest.code", "registry.ActRequest.pointer", "registry.ActRequest.words",
	"registry.ActRequest.grounds", "registry.ActRequest.reasons", "registry.ActRequest.signature", "registry.ActRequest.file",
	"registry.EnterRequest.number", "registry.EnterRequest.lang", "registry.EnterRequest.judge", "registry.EnterRequest.parties", "registry.EnterRequest.representatives",
	"registry.EnterRequest.case", "registry.EnterRequest.party", "registry.EnterRequest.posted", "registry.EnterRequest.signature",
}

// texts say what a member, a path's or a query's part may be, where its type does not.
var texts = map[string]openapi.Schema{
	"filings.CreateRequest.kind":     {Enum: anyOf(kinds.Codes())},
	"filings.Summary.kind":           {Enum: anyOf(kinds.Codes())},
	"registry.Entry.kind":            {Enum: anyOf(kinds.Codes())},
	"filings.CreateRequest.id":       {Format: "uuid"},
	"filing.Document.role":           {Enum: anyOf(filing.Roles)},
	"filing.Document.mediaType":      {Enum: anyOf(filing.MediaTypes)},
	"filing.Document.sha256":         hex64,
	"filing.Document.name":           {MinLength: 1, MaxLength: 200},
	"filings.DocumentRequest.sha256": hex64,
	"filings.DocumentRequest.name":   {MinLength: 1, MaxLength: 200},
	"filings.ManifestReply.sha256":   hex64,
	"registry.ActRequest.act":        {Format: "uuid"},
	"registry.OwnFileRequest.sha256": hex64,
	"registry.EnterRequest.act":      {Format: "uuid"},
	"registry.EnterRequest.kind":     {Enum: anyOf(kinds.Codes())},
	"registry.EnterRequest.way":      {Enum: anyOf(filing.PaperWays)},
	"registry.EnteredScan.sha256":    hex64,
	"registry.EnteredScan.mediaType": {Enum: anyOf(filing.ScanTypes)},
	"registry.ScanRequest.act":       {Format: "uuid"},
	"registry.ScanRequest.sha256":    hex64,
	"registry.ScanRequest.mediaType": {Enum: anyOf(filing.ScanTypes)},
	"cases.ScannedView.way":          {Enum: anyOf(filing.PaperWays)},
	"filing.File.sha256":             hex64,
	"docket.Act.id":                  {Format: "uuid"},
}

var hex64 = openapi.Schema{Pattern: "^[0-9a-f]{64}$"}
