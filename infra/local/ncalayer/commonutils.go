package ncalayer

import (
	"context"
	"encoding/base64"
	"encoding/json"
)

const moduleCommonUtils = "kz.gov.pki.knca.commonUtils"

// commonReply is an answer of module commonUtils: code "200" with the object, or "500" with a
// message.
type commonReply struct {
	Code           string `json:"code"`
	ResponseObject any    `json:"responseObject,omitempty"`
	Message        string `json:"message,omitempty"`
}

func failed(message string) commonReply { return commonReply{Code: "500", Message: message} }

// cancelled is what commonUtils answers when the user closes its window.
const cancelled = "action.canceled"

// commonUtils answers a request to kz.gov.pki.knca.commonUtils.
func (s *Server) commonUtils(ctx context.Context, origin string, m message) (any, error) {
	mismatch := failed("java.lang.IllegalArgumentException: argument type mismatch. Method: " + m.Method)
	switch m.Method {
	case "getActiveTokens":
		return commonReply{Code: "200", ResponseObject: []string{}}, nil // files are not tokens
	case "changeLocale":
		var lang string
		if !arguments(m.Args, &lang) {
			return mismatch, nil
		}
		s.mu.Lock()
		s.lang = lang
		s.mu.Unlock()
		return commonReply{Code: "200"}, nil
	case "getKeyInfo":
		var storage string
		if !arguments(m.Args, &storage) {
			return mismatch, nil
		}
		k, chosen, err := s.choose(ctx, request{origin: origin, method: m.Method, storages: []string{storage}})
		if err != nil {
			return nil, err
		}
		if !chosen {
			return failed(cancelled), nil
		}
		return commonReply{Code: "200", ResponseObject: k.info()}, nil
	case "createCAdESFromBase64", "createCMSSignatureFromBase64":
		var storage, keyType, data string
		var attach bool
		if !arguments(m.Args, &storage, &keyType, &data, &attach) {
			return mismatch, nil
		}
		content, err := base64.StdEncoding.DecodeString(data)
		if err != nil {
			return failed("data is not base64: " + err.Error()), nil
		}
		k, chosen, err := s.choose(ctx, request{
			origin: origin, method: m.Method, contents: [][]byte{content},
			storages: []string{storage}, keyType: keyType,
		})
		if err != nil {
			return nil, err
		}
		if !chosen {
			return failed(cancelled), nil
		}
		signature, err := s.signPEM(k, content, attach, m.Method == "createCMSSignatureFromBase64")
		if err != nil {
			return failed(err.Error()), nil
		}
		return commonReply{Code: "200", ResponseObject: signature}, nil
	case "createCAdESFromBase64Hash", "applyCAdEST", "signXml", "signXmls":
		return failed(m.Method + " is not supported by the software NCALayer"), nil
	}
	return failed("java.lang.NoSuchMethodException: " + m.Method), nil
}

// arguments decodes a JSON array into as many values. It reports whether number and types agree.
func arguments(args json.RawMessage, into ...any) bool {
	var list []json.RawMessage
	if json.Unmarshal(args, &list) != nil || len(list) != len(into) {
		return false
	}
	for i, raw := range list {
		if string(raw) == "null" || json.Unmarshal(raw, into[i]) != nil {
			return false
		}
	}
	return true
}
