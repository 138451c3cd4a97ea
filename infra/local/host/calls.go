package host

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/courtoffice/courtoffice/functions"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// calls stand between each function and what AWS offers, and keep what IAM would have been asked: which
// action on what. A presigned request counts as its function's, as it does for IAM.
type calls struct {
	host *Host

	mu   sync.Mutex
	seen map[string]map[functions.Grant]map[string]int // by function, then by the first word of the partition's key
}

// watched are the services whose calls are kept.
var watched = []string{"DYNAMODB", "S3", "SQS", "KMS", "SESV2", "PINPOINT_SMS_VOICE_V2", "CLOUDWATCH_LOGS", "SECRETS_MANAGER"}

// watch gives a function proxies of its own and returns their addresses by service.
func (c *calls) watch(fn string) (map[string]string, error) {
	out := map[string]string{}
	for _, service := range watched {
		target, err := url.Parse(cmp.Or(c.host.instead[service], c.host.endpoints[service]))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", service, err)
		}
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, fmt.Errorf("calls of %s: %w", fn, err)
		}
		proxy := httputil.NewSingleHostReverseProxy(&url.URL{Scheme: target.Scheme, Host: target.Host})
		proxy.Transport = &http.Transport{MaxIdleConnsPerHost: 64}
		proxy.ErrorLog = slog.NewLogLogger(c.host.cfg.Log.Handler(), slog.LevelDebug)
		if service == "S3" {
			proxy.ModifyResponse = func(res *http.Response) error {
				if res.StatusCode == http.StatusNotFound { // who may not list is told 403
					c.keep(fn, functions.Grant{Action: "s3:ListBucket", On: c.bucket(res.Request)}, "")
				}
				return nil
			}
		}
		server := &http.Server{ErrorLog: proxy.ErrorLog, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			c.note(fn, service, r)
			proxy.ServeHTTP(w, r)
		})}
		go server.Serve(listener)
		c.host.atStop(func() { server.Close() })
		out[service] = "http://" + listener.Addr().String() + target.Path
	}
	return out, nil
}

func (c *calls) keep(fn string, g functions.Grant, key string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.seen[fn] == nil {
		c.seen[fn] = map[functions.Grant]map[string]int{}
	}
	if c.seen[fn][g] == nil {
		c.seen[fn][g] = map[string]int{}
	}
	c.seen[fn][g][key]++
}

// Calls is what functions called so far, by function, action and first word of the partition's key, "" where
// there is none.
func (h *Host) Calls() map[string]map[functions.Grant]map[string]int {
	h.calls.mu.Lock()
	defer h.calls.mu.Unlock()
	out := map[string]map[functions.Grant]map[string]int{}
	for fn, grants := range h.calls.seen {
		out[fn] = map[functions.Grant]map[string]int{}
		for g, keys := range grants {
			out[fn][g] = map[string]int{}
			for k, n := range keys {
				out[fn][g][k] = n
			}
		}
	}
	return out
}

func (c *calls) note(fn, service string, r *http.Request) {
	switch service {
	case "DYNAMODB", "SQS", "KMS":
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return // the proxy meets it too
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		_, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
		switch service {
		case "DYNAMODB":
			c.dynamo(fn, operation, body)
		case "SQS":
			c.sqs(fn, operation, body)
		case "KMS":
			c.kms(fn, operation, body)
		}
	case "S3":
		c.s3(fn, r)
	case "SESV2":
		c.keep(fn, functions.Grant{Action: functions.MailAction}, "")
	case "PINPOINT_SMS_VOICE_V2":
		c.keep(fn, functions.Grant{Action: functions.SMSAction}, "")
	}
}

// attribute is a value of DynamoDB as far as keys have them.
type attribute struct{ S string }

// single is what requests of DynamoDB about one item have in common.
type single struct {
	TableName                 string
	Key, Item                 map[string]attribute
	ExpressionAttributeValues map[string]json.RawMessage
}

// partition is the first word of the partition's key: "FILING#".
func (s single) partition() string {
	return schema.Word(cmp.Or(s.Key[schema.PK].S, s.Item[schema.PK].S))
}

func (c *calls) dynamo(fn, operation string, body []byte) {
	var in struct {
		single
		KeyConditionExpression string

		RequestItems  map[string]json.RawMessage
		TransactItems []map[string]single
	}
	// A type that does not fit is a value the request does not name its key by.
	_ = json.Unmarshal(body, &in)
	one := func(action string, s single) {
		c.keep(fn, functions.Grant{Action: "dynamodb:" + action, On: c.table(s.TableName)}, s.partition())
	}
	switch operation {
	case "TransactWriteItems", "TransactGetItems":
		for _, item := range in.TransactItems {
			for kind, s := range item {
				action := kind + "Item"
				if kind == "ConditionCheck" {
					action = "ConditionCheckItem"
				}
				one(action, s)
			}
		}
	case "BatchGetItem", "BatchWriteItem":
		for table, raw := range in.RequestItems {
			var get struct{ Keys []map[string]attribute }
			_ = json.Unmarshal(raw, &get)
			for _, key := range get.Keys {
				one(operation, single{TableName: table, Key: key})
			}
		}
	case "Query":
		s := in.single
		_, name, _ := strings.Cut(in.KeyConditionExpression, "PK = ") // of the table, or of the index
		name, _, _ = strings.Cut(name, " ")
		var v attribute
		_ = json.Unmarshal(in.ExpressionAttributeValues[name], &v)
		s.Key = map[string]attribute{schema.PK: v}
		one("Query", s)
	default:
		one(operation, in.single)
	}
}

func (c *calls) table(name string) string {
	for _, t := range schema.Tables {
		if deployed, _ := c.host.cfg.tableName(t); deployed == name {
			return t.Name
		}
	}
	return name
}

func (c *calls) sqs(fn, operation string, body []byte) {
	var in struct {
		QueueURL string `json:"QueueUrl"`
	}
	_ = json.Unmarshal(body, &in)
	on := in.QueueURL
	for _, q := range schema.Queues {
		if c.host.queueURLs[q.Name] == in.QueueURL {
			on = q.Name
		}
	}
	c.keep(fn, functions.Grant{Action: "sqs:" + strings.TrimSuffix(operation, "Batch"), On: on}, "")
}

func (c *calls) kms(fn, operation string, body []byte) {
	var in struct{ KeyId string }
	_ = json.Unmarshal(body, &in)
	on := in.KeyId
	switch on {
	case c.host.root:
		on = functions.SigningRoot
	case c.host.envelope:
		on = functions.SigningKeys
	}
	c.keep(fn, functions.Grant{Action: "kms:" + operation, On: on}, "")
}

func (c *calls) bucket(r *http.Request) string {
	name, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	for _, b := range buckets() {
		if deployed, _ := c.host.cfg.bucketName(b); deployed == name {
			return b.Name
		}
	}
	return name
}

func (c *calls) s3(fn string, r *http.Request) {
	_, key, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	query := r.URL.Query()
	has := func(names ...string) bool { return slices.ContainsFunc(names, query.Has) }
	version := ""
	if has("versionId") {
		version = "Version"
	}
	var actions []string
	switch {
	case r.Method == http.MethodOptions: // a browser asks by itself
	case key == "" && has("versions"):
		actions = []string{"ListBucketVersions"}
	case key == "" && has("uploads"):
		actions = []string{"ListBucketMultipartUploads"}
	case key == "":
		actions = []string{"ListBucket"}
	case r.Method == http.MethodGet && has("uploadId"):
		actions = []string{"ListMultipartUploadParts"}
	case r.Method == http.MethodGet && has("retention"):
		actions = []string{"GetObjectRetention"}
	case r.Method == http.MethodPut && has("retention"):
		actions = []string{"PutObjectRetention"}
	case has("tagging"):
		verb := map[string]string{http.MethodGet: "Get", http.MethodPut: "Put", http.MethodDelete: "Delete"}[r.Method]
		actions = []string{verb + "Object" + version + "Tagging"}
	case r.Method == http.MethodGet || r.Method == http.MethodHead:
		actions = []string{"GetObject" + version}
	case r.Method == http.MethodPut || r.Method == http.MethodPost:
		actions = []string{"PutObject"}
		if r.Header.Get("X-Amz-Tagging") != "" || has("x-amz-tagging") {
			actions = append(actions, "PutObjectTagging")
		}
		if source := r.Header.Get("X-Amz-Copy-Source"); strings.Contains(source, "versionId=") {
			actions = append(actions, "GetObjectVersion")
		} else if source != "" {
			actions = append(actions, "GetObject")
		}
	default:
		actions = []string{r.Method}
	}
	for _, a := range actions {
		c.keep(fn, functions.Grant{Action: "s3:" + a, On: c.bucket(r)}, "")
	}
}
