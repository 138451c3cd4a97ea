package host

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/courtoffice/courtoffice/functions"
	"github.com/courtoffice/courtoffice/shared/public"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// apiHost is the host the gateway is asked by, as the API's own domain is on AWS.
const apiHost = "api.courtoffice.local"

// edge does what CloudFront does with a request by functions.EdgeRoutes, and keeps nothing: each answer
// is new.
func (h *Host) edge(w http.ResponseWriter, r *http.Request) {
	row := functions.AtEdge(r.URL.Path)
	if reads := r.Method == http.MethodGet || r.Method == http.MethodHead; !reads && !row.Writes {
		http.Error(w, "the edge lets no such method through", http.StatusForbidden)
		return
	}
	switch row.Origin {
	case functions.FromStatus, functions.FromRecord:
		bucket := schema.Status
		if row.Origin == functions.FromRecord {
			bucket = schema.Outages
		}
		if !h.fromBucket(w, r, bucket) {
			http.Error(w, "nothing was written there yet, or its bucket does not answer", http.StatusForbidden)
		}
		return
	case functions.FromAssets, functions.FromPages:
		if h.fromBucket(w, r, schema.Assets) {
			return
		}
	}
	out := h.toOrigin(r, row.Caching)
	if row.Longest > 0 {
		w = withoutCookies{w}
	}
	h.gateway.ServeHTTP(w, out)
}

// toOrigin is the request as the API is given it.
func (h *Host) toOrigin(r *http.Request, kept functions.Caching) *http.Request {
	out := r.Clone(r.Context())
	out.Host = apiHost
	out.Header.Set(functions.OriginKeyHeader, h.keys[functions.EnvOriginKeys])
	out.Header.Set(functions.HostHeader, r.Host)
	out.Header.Set(functions.ViewerHeader, r.RemoteAddr) // both sides of the colon, as CloudFront writes it
	if host, port, err := net.SplitHostPort(r.RemoteAddr); err == nil {
		out.Header.Set(functions.ViewerHeader, host+":"+port)
	}
	allowed := append([]string{"Content-Type", "Content-Length", functions.OriginKeyHeader, functions.HostHeader}, functions.EdgeHeaders...)
	if kept.Longest > 0 {
		allowed = append([]string{functions.OriginKeyHeader, functions.HostHeader}, kept.Headers...)
		query := url.Values{}
		for name, values := range r.URL.Query() {
			if slices.Contains(kept.Queries, name) {
				query[name] = values
			}
		}
		out.URL.RawQuery = query.Encode()
		out.Header.Del("Cookie")
		for _, c := range r.Cookies() {
			if slices.Contains(kept.Cookies, c.Name) {
				out.AddCookie(c)
			}
		}
	}
	for name := range out.Header {
		if name != "Cookie" && !slices.ContainsFunc(allowed, func(a string) bool { return http.CanonicalHeaderKey(a) == name }) {
			out.Header.Del(name)
		}
	}
	return out
}

// fromBucket answers with the object whose key is the path, and reports whether its bucket gave one.
func (h *Host) fromBucket(w http.ResponseWriter, r *http.Request, b schema.Bucket) bool {
	bucket, _ := h.cfg.bucketName(b)
	out, err := h.s3().GetObject(r.Context(), &s3.GetObjectInput{Bucket: &bucket, Key: aws.String(public.File(r.URL.Path[1:]))})
	if _, none := errors.AsType[*types.NoSuchKey](err); err != nil {
		if !none {
			h.cfg.Log.Warn("edge", slog.String("bucket", b.Name), slog.String("error", err.Error()))
		}
		return false
	}
	defer out.Body.Close()
	body, err := io.ReadAll(out.Body)
	if err != nil {
		h.cfg.Log.Warn("edge", slog.String("bucket", b.Name), slog.String("error", err.Error()))
		return false
	}
	says := functions.EdgeSays
	if functions.AtEdge(r.URL.Path).Origin == functions.FromPages {
		says = functions.PagesSay(h.NCALayerURL)
	}
	for name, value := range says {
		w.Header().Set(name, value)
	}
	for name, value := range map[string]*string{
		"Content-Type": out.ContentType, "Cache-Control": out.CacheControl, "Content-Language": out.ContentLanguage,
		"Content-Disposition": out.ContentDisposition, "Etag": out.ETag,
	} {
		if value != nil && *value != "" {
			w.Header().Set(name, *value)
		}
	}
	http.ServeContent(w, r, "", aws.ToTime(out.LastModified), bytes.NewReader(body)) // HEAD, and what has not changed
	return true
}

// withoutCookies sets none: where the edge keeps an answer for everyone it takes Set-Cookie away.
type withoutCookies struct{ http.ResponseWriter }

func (w withoutCookies) WriteHeader(status int) {
	w.Header().Del("Set-Cookie")
	w.ResponseWriter.WriteHeader(status)
}

// throughEdge gives a gateway's event what the edge adds to its request. Other events stay as they are.
func (h *Host) throughEdge(payload []byte) []byte {
	var event map[string]json.RawMessage
	var headers map[string]string
	if json.Unmarshal(payload, &event) != nil || event["requestContext"] == nil || json.Unmarshal(event["headers"], &headers) != nil {
		return payload
	}
	if headers == nil {
		headers = map[string]string{}
	}
	headers[functions.OriginKeyHeader] = h.keys[functions.EnvOriginKeys]
	added, err := json.Marshal(headers)
	if err != nil {
		return payload
	}
	event["headers"] = added
	if out, err := json.Marshal(event); err == nil {
		return out
	}
	return payload
}
