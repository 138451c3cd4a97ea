//go:build js && wasm

// Command wasm is package eds in a browser or Node: it gives eds.mjs a function that verifies a
// message against given anchors and lists. Nothing leaves the machine it runs on.
//
// Build it with GOOS=js GOARCH=wasm (make wasm); eds.mjs is how programs call it.
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"syscall/js"
	"time"

	"github.com/courtoffice/courtoffice/shared/eds"
)

func main() {
	js.Global().Set("courtofficeEDS", js.FuncOf(func(_ js.Value, args []js.Value) any {
		out, err := verify(args[0])
		if err != nil {
			out, _ = json.Marshal(map[string]string{"error": err.Error()})
		}
		return string(out)
	}))
	select {} // the function lives as long as the page
}

// answer is what eds.mjs gets, as JSON.
type answer struct {
	Report  *eds.Report `json:"report,omitempty"`
	Problem eds.Code    `json:"problem"` // the check that decided, "" when all holds
	Text    string      `json:"text"`    // what it means, in the language asked for
	Next    string      `json:"next"`    // what to do about it
}

// verify takes the object of eds.mjs: message and content (Uint8Array), trust (array of
// Uint8Array: certificates and lists in DER or PEM), policy, lang, at (milliseconds or absent).
func verify(in js.Value) ([]byte, error) {
	policies := map[string]func() eds.Policy{"filing": eds.Filing, "sign-in": eds.SignIn, "archive": eds.Archive}
	policy, ok := policies[in.Get("policy").String()]
	if !ok {
		return nil, fmt.Errorf("unknown policy %q", in.Get("policy").String())
	}
	v := &eds.Verifier{Trust: eds.NewTrust(), Policy: policy()}
	list := in.Get("trust")
	for i := range list.Length() {
		data := octets(list.Index(i))
		if certErr := v.Trust.AddCertificate(data); certErr != nil {
			if err := v.Trust.AddCRL(data); err != nil {
				return nil, fmt.Errorf("trust[%d] is neither a certificate (%v) nor a list (%w)", i, certErr, err)
			}
		}
	}
	signed := eds.Signed{Data: octets(in.Get("message"))}
	if content := in.Get("content"); content.Truthy() {
		signed.Content = bytes.NewReader(octets(content))
	}
	if at := in.Get("at"); at.Type() == js.TypeNumber {
		signed.At = time.UnixMilli(int64(at.Float())).UTC()
	}
	report, err := v.Verify(signed)
	if _, verdict := errors.AsType[*eds.VerificationError](err); err != nil && !verdict {
		return nil, err
	}
	out := answer{Report: report}
	if out.Problem = report.Problem(); out.Problem != "" {
		out.Text, out.Next = eds.Text(out.Problem, in.Get("lang").String())
	}
	return json.Marshal(out)
}

func octets(v js.Value) []byte {
	b := make([]byte, v.Get("byteLength").Int())
	js.CopyBytesToGo(b, v)
	return b
}
