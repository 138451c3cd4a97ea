//go:build js && wasm

// Command eds-wasm is package eds in a browser: it gives the page the function edsVerify. See
// eds.mjs, the wrapper around it.
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"syscall/js"
	"time"

	"github.com/courtoffice/courtoffice/shared/eds"
	"github.com/courtoffice/courtoffice/shared/eds/container"
)

func main() {
	js.Global().Set("edsVerify", js.FuncOf(verify))
	select {}
}

// request is what the wrapper hands over: message and content as they are, the rest as JSON with byte
// arrays in base64.
type request struct {
	Message []byte    `json:"-"`
	Content []byte    `json:"-"`     // of a detached message, nil otherwise
	Trust   [][]byte  `json:"trust"` // certificates
	CRLs    [][]byte  `json:"crls"`
	OCSP    [][]byte  `json:"ocsp"`
	At      time.Time `json:"at"`     // absent for now
	Policy  string    `json:"policy"` // filing, sign-in, archive, offline
	Lang    string    `json:"lang"`   // kk, ru, en
}

// response is the answer: a report with words for its checks, or an error.
type response struct {
	// Report is *eds.Report, or *container.Report for a PDF or an archive.
	Report any    `json:"report,omitempty"`
	Texts  words  `json:"texts,omitempty"`
	Error  string `json:"error,omitempty"`
	// NotASignature tells the error that the file is not signed from others.
	NotASignature bool `json:"notASignature,omitempty"`
}

// verify takes a request as JSON text, the message and its content as Uint8Array (null for none), and
// returns a response as JSON text.
func verify(_ js.Value, args []js.Value) any {
	var req request
	if len(args) != 3 || json.Unmarshal([]byte(args[0].String()), &req) != nil {
		return encode(response{Error: "malformed request"})
	}
	req.Message, req.Content = bytesOf(args[1]), bytesOf(args[2])
	return encode(answer(req))
}

// bytesOf copies a Uint8Array; null is nil.
func bytesOf(array js.Value) []byte {
	if array.IsNull() {
		return nil
	}
	out := make([]byte, array.Get("byteLength").Int())
	js.CopyBytesToGo(out, array)
	return out
}

// offline is the policy for a reader without a connection: any document, however old, and what is not
// known of a revocation is a warning.
func offline() eds.Policy {
	p := eds.Archive()
	p.Name = "offline"
	p.Revocation = eds.RevocationDeferred
	return p
}

func encode(r response) string {
	text, err := json.Marshal(r)
	if err != nil {
		return `{"error":"report cannot be encoded"}`
	}
	return string(text)
}

func answer(req request) response {
	policy, ok := map[string]func() eds.Policy{"": eds.Filing, "filing": eds.Filing, "sign-in": eds.SignIn, "archive": eds.Archive, "offline": offline}[req.Policy]
	if !ok {
		return response{Error: "no such policy"}
	}
	v := eds.Verifier{Trust: eds.NewTrust(), Policy: policy(), OCSP: req.OCSP}
	for _, c := range req.Trust {
		if err := v.Trust.AddCertificate(c); err != nil {
			return response{Error: err.Error()}
		}
	}
	for _, l := range req.CRLs {
		if err := v.Trust.AddCRL(l); err != nil {
			return response{Error: err.Error()}
		}
	}
	if container.Is(req.Message) {
		return inContainer(&v, req)
	}
	in := eds.Signed{Data: req.Message, At: req.At}
	if req.Content != nil {
		in.Content = bytes.NewReader(req.Content)
	}
	rep, err := v.Verify(in)
	if rep == nil {
		return response{Error: err.Error(), NotASignature: errors.Is(err, eds.ErrNotASignature)}
	}
	texts := words{}
	texts.report(rep, req.Lang)
	return response{Report: rep, Texts: texts}
}

// inContainer verifies a PDF or an archive.
func inContainer(v *eds.Verifier, req request) response {
	rep, err := container.Verify(v, req.Message, req.At)
	if rep == nil {
		return response{Error: err.Error(), NotASignature: errors.Is(err, eds.ErrNotASignature)}
	}
	texts := words{}
	texts.add(rep.Checks, req.Lang)
	for _, s := range rep.Signatures {
		texts.add(s.Checks, req.Lang)
		if s.Report != nil {
			texts.report(s.Report, req.Lang)
		}
		if s.Stamp != nil {
			texts.add(s.Stamp.Checks, req.Lang)
		}
	}
	return response{Report: rep, Texts: texts}
}

// words are what is wrong and what to do, by code.
type words map[eds.Code][2]string

func (w words) add(checks []eds.Check, lang string) {
	for _, c := range checks {
		if c.Status != eds.Passed {
			title, next := eds.Text(c.Code, lang)
			w[c.Code] = [2]string{title, next}
		}
	}
}

func (w words) report(rep *eds.Report, lang string) {
	w.add(rep.Checks, lang)
	for _, s := range rep.Signers {
		w.add(s.Checks, lang)
	}
}
