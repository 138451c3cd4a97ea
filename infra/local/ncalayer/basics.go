package ncalayer

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
)

const moduleBasics = "kz.gov.pki.knca.basics"

// signArgs are the arguments of basics.sign.
type signArgs struct {
	AllowedStorages []string `json:"allowedStorages"`
	Format          string   `json:"format"` // "cms" or "xml"
	Data            texts    `json:"data"`
	SigningParams   struct {
		Decode      bool      `json:"decode"`      // data is base64 of what is to be signed, not the text itself
		Encapsulate bool      `json:"encapsulate"` // attached
		Digested    bool      `json:"digested"`    // data is a hash
		TSAProfile  *struct{} `json:"tsaProfile"`  // an object, even an empty one, asks for a time stamp
	} `json:"signingParams"`
	SignerParams struct {
		ExtKeyUsageOIDs []string `json:"extKeyUsageOids"`
		IIN             string   `json:"iin"`
		BIN             string   `json:"bin"`
		SerialNumber    string   `json:"serialNumber"`
	} `json:"signerParams"`
	Locale string `json:"locale"`
}

// texts is a string or an array of strings.
type texts []string

func (t *texts) UnmarshalJSON(data []byte) error {
	if bytes.HasPrefix(bytes.TrimSpace(data), []byte{'['}) {
		return json.Unmarshal(data, (*[]string)(t))
	}
	*t = make([]string, 1)
	return json.Unmarshal(data, &(*t)[0])
}

// basicsReply is an answer of module basics. A body without result means that the user
// cancelled; a failure has status false and the other three members.
type basicsReply struct {
	Status  bool        `json:"status"`
	Body    *basicsBody `json:"body,omitempty"`
	Code    string      `json:"code,omitempty"`
	Message string      `json:"message,omitempty"`
	Details string      `json:"details,omitempty"`
}

// basicsBody carries one signature per document, always as an array, as NCALayer 1.4 does.
type basicsBody struct {
	Result []string `json:"result,omitempty"`
}

func invocationError(details string) basicsReply {
	return basicsReply{Code: "INVOCATION_ERROR", Message: "An invoked method threw an exception.", Details: details}
}

// basics answers a request to kz.gov.pki.knca.basics, whose one method is sign.
func (s *Server) basics(ctx context.Context, origin string, m message) (any, error) {
	if m.Method != "sign" {
		return basicsReply{Code: "METHOD_NOT_FOUND", Message: "No such method: " + m.Method}, nil
	}
	var args signArgs
	if err := json.Unmarshal(m.Args, &args); err != nil {
		return invocationError(err.Error()), nil
	}
	if args.Format != "cms" {
		return invocationError(fmt.Sprintf("format %q is not supported by the software NCALayer", args.Format)), nil
	}
	if args.SigningParams.Digested {
		return invocationError("signing a hash is not supported by the software NCALayer"), nil
	}
	contents := make([][]byte, len(args.Data))
	for i, text := range args.Data {
		contents[i] = []byte(text)
		if args.SigningParams.Decode {
			decoded, err := base64.StdEncoding.DecodeString(text)
			if err != nil {
				return invocationError("data is not base64: " + err.Error()), nil
			}
			contents[i] = decoded
		}
	}
	if len(contents) == 0 {
		return invocationError("data is empty"), nil
	}
	k, chosen, err := s.choose(ctx, request{
		origin: origin, method: m.Method, lang: args.Locale, contents: contents,
		storages: args.AllowedStorages, usages: args.SignerParams.ExtKeyUsageOIDs,
		iin: args.SignerParams.IIN, bin: args.SignerParams.BIN, serial: args.SignerParams.SerialNumber,
	})
	if err != nil {
		return nil, err
	}
	reply := basicsReply{Status: true, Body: new(basicsBody)}
	if !chosen {
		return reply, nil
	}
	for _, content := range contents {
		signature, err := s.signPEM(k, content, args.SigningParams.Encapsulate, args.SigningParams.TSAProfile != nil)
		if err != nil {
			return invocationError(err.Error()), nil
		}
		reply.Body.Result = append(reply.Body.Result, signature)
	}
	return reply, nil
}
