package describe

import (
	"reflect"
	"slices"
	"strings"

	"github.com/courtoffice/courtoffice/shared/openapi"
	"github.com/courtoffice/courtoffice/shared/outbox"
	"github.com/courtoffice/courtoffice/shared/store/schema"
	"github.com/courtoffice/courtoffice/shared/webhook"
)

// poster is the function that posts.
const poster = "deliver-webhooks"

// mailed are the queues of what people are told.
var mailed = []schema.Queue{schema.Notices, schema.Receipts, schema.News}

// posted are the types of events that may be posted, by what they are of: each that the outbox has told, and no
// other list.
func posted() (names []string, types map[string][]any) {
	types = map[string][]any{}
	add := func(typ string) {
		of, _, _ := strings.Cut(typ, ".")
		if webhook.Members[of] == nil {
			of = "account"
		}
		if types[of] == nil {
			names = append(names, of)
		}
		types[of] = append(types[of], typ)
	}
	for _, row := range outbox.Rows {
		if slices.ContainsFunc(row.Queues, func(q schema.Queue) bool { return slices.Contains(mailed, q) }) {
			for _, typ := range row.Types {
				add(typ)
			}
		}
	}
	add(webhook.TypePing)
	return names, types
}

// headers are those of a message, with what they hold.
var headers = []struct{ name, says, pattern string }{
	{webhook.IDHeader, "Id of the event: the same however often it comes.", `^[0-9a-f]{32}$`},
	{webhook.TimestampHeader, "When this try was made: seconds since 1970, UTC.", `^[0-9]+$`},
	{webhook.SignatureHeader, "`v1a,` and the base64 of the Ed25519 signature over `{webhook-id}.{webhook-timestamp}.{body}`.", `^v1a,[0-9A-Za-z+/]{86}==$`},
	{webhook.CertificateHeader, "The root's word for the key, base64: see the introduction.", `^[0-9A-Za-z+/]{178}==$`},
}

// webhooks describes what the office posts to the addresses that an organisation registered.
func (m *maker) webhooks() (out openapi.Map[*openapi.PathItem], err error) {
	names, types := posted()
	for _, name := range names {
		body, err := m.schema(reflect.TypeFor[webhook.Event](), false)
		if err != nil {
			return nil, err
		}
		members := append([]string{"hook", "account"}, webhook.Members[name]...)
		op := &openapi.Operation{
			ID: "webhook" + strings.ToUpper(name[:1]) + name[1:], Tags: []string{poster}, Security: []map[string][]string{},
			Summary:     "Something happened that the organisation is told by mail: " + name,
			Description: "The ids of data that its types may have: " + strings.Join(members, ", ") + ".",
			Body: &openapi.Body{Required: true, Content: openapi.Map[*openapi.MediaType]{{Name: "application/json", Value: &openapi.MediaType{Schema: &openapi.Schema{
				Ref: body.Ref, Properties: openapi.Map[*openapi.Schema]{{Name: "type", Value: &openapi.Schema{Enum: types[name]}}},
			}}}}},
			Responses: openapi.Map[*openapi.Response]{
				{Name: "2XX", Value: &openapi.Response{Description: "It is kept, and does not come again."}},
				{Name: "410", Value: &openapi.Response{Description: "Nothing is to come to this address any more: it is paused."}},
				{Name: "default", Value: &openapi.Response{Description: "It comes again, later each time, for about a day. A redirect is not followed."}},
			},
		}
		for _, h := range headers {
			op.Parameters = append(op.Parameters, &openapi.Parameter{
				Name: strings.ToLower(h.name), In: "header", Description: h.says, Required: true, Schema: &openapi.Schema{Type: openapi.Types{"string"}, Pattern: h.pattern},
			})
		}
		out = append(out, openapi.Member[*openapi.PathItem]{Name: name, Value: &openapi.PathItem{{Name: "post", Value: op}}})
	}
	return out, nil
}
