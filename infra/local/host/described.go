package host

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"

	"github.com/courtoffice/courtoffice/shared/openapi"
	"github.com/courtoffice/courtoffice/shared/openapi/conform"
)

// asDescribed lets through what goes over the wire as the API's document says. What does not is answered
// with 500 and what is wrong with it, so that whoever asked fails.
func (h *Host) asDescribed(next http.Handler) http.Handler {
	checker, err := conform.New(openapi.JSON)
	if err != nil {
		panic("host: the API's document: " + err.Error()) // a constant of the build
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		answer := httptest.NewRecorder()
		next.ServeHTTP(answer, r)
		err = checker.Check(conform.Exchange{
			Method: r.Method, Path: r.URL.Path, Query: r.URL.RawQuery, Type: r.Header.Get("Content-Type"), Body: body,
			Status: answer.Code, Header: answer.Header(), Answer: answer.Body.Bytes(),
		})
		if err != nil && !gateways(answer) {
			h.cfg.Log.Error("not as described", "error", err.Error())
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		for name, values := range answer.Header() {
			w.Header()[name] = slices.Clone(values)
		}
		w.WriteHeader(answer.Code)
		w.Write(answer.Body.Bytes())
	})
}

// gateways reports whether an answer is the gateway's own: it says {"message": …} where a function was not
// reached or did not answer.
func gateways(a *httptest.ResponseRecorder) bool {
	return a.Code >= 400 && a.Header().Get("Content-Type") == "application/json" && bytes.HasPrefix(a.Body.Bytes(), []byte(`{"message":`))
}
