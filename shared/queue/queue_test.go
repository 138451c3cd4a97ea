package queue_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/google/go-cmp/cmp"

	"github.com/courtoffice/courtoffice/shared/queue"
	"github.com/courtoffice/courtoffice/shared/trace"
)

// service answers SendMessageBatch as script says of each message and call, and keeps the calls.
type service struct {
	calls  []string // bodies of each call, joined
	script func(body string, call int) (code string, senderFault bool)
	down   bool
	asked  string
	traces []string // headers of the messages, in order
}

func (s *service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Entries []struct {
			Id, MessageBody         string
			MessageSystemAttributes struct {
				AWSTraceHeader struct{ DataType, StringValue string }
			}
		}
		VisibilityTimeout int
		ReceiptHandle     string
	}
	w.Header().Set("Content-Type", "application/x-amz-json-1.0")
	if s.down || json.NewDecoder(r.Body).Decode(&in) != nil {
		w.WriteHeader(http.StatusBadRequest)
		w.Write([]byte(`{"__type":"com.amazonaws.sqs#QueueDoesNotExist"}`))
		return
	}
	if in.ReceiptHandle != "" {
		s.asked = in.ReceiptHandle + " " + (time.Duration(in.VisibilityTimeout) * time.Second).String()
		w.Write([]byte(`{}`))
		return
	}
	type object = map[string]any
	var bodies []string
	good, bad := []object{}, []object{}
	for _, e := range in.Entries {
		bodies = append(bodies, e.MessageBody)
		if h := e.MessageSystemAttributes.AWSTraceHeader; h.DataType == "String" || h.StringValue == "" {
			s.traces = append(s.traces, h.StringValue)
		}
		if code, fault := s.script(e.MessageBody, len(s.calls)); code != "" {
			bad = append(bad, object{"Id": e.Id, "Code": code, "SenderFault": fault})
		} else {
			good = append(good, object{"Id": e.Id, "MessageId": "m"})
		}
	}
	s.calls = append(s.calls, strings.Join(bodies, ""))
	json.NewEncoder(w).Encode(object{"Successful": good, "Failed": bad})
}

func open(t *testing.T, s *service) *queue.Queue {
	t.Helper()
	srv := httptest.NewServer(s)
	t.Cleanup(srv.Close)
	return queue.New(sqs.New(sqs.Options{
		Region: "eu-central-1", BaseEndpoint: &srv.URL, DisableMessageChecksumValidation: true, Retryer: aws.NopRetryer{},
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "a", SecretAccessKey: "b"}, nil
		}),
	}), srv.URL+"/q")
}

func TestSend(t *testing.T) {
	letters := strings.Split("abcdefghijklm", "")
	long := strings.Repeat("x", 200<<10)
	for _, tt := range []struct {
		name   string
		bodies []string
		script func(string, int) (string, bool)
		calls  []string
		failed []int
	}{
		{"in tens", letters, nil, []string{"abcdefghij", "klm"}, nil},
		{"no call too long", []string{long, long, "a"}, nil, []string{long, long + "a"}, nil},
		{"one failed for a moment", letters[:3], func(body string, call int) (string, bool) {
			return map[bool]string{true: "InternalError"}[body == "b" && call == 0], false
		}, []string{"abc", "b"}, nil},
		{"one goes on failing", letters[:3], func(body string, _ int) (string, bool) {
			return map[bool]string{true: "InternalError"}[body == "b"], false
		}, []string{"abc", "b", "b"}, []int{1}},
		{"one is wrong", letters, func(body string, _ int) (string, bool) {
			return map[bool]string{true: "InvalidMessageContents"}[body == "l"], true
		}, []string{"abcdefghij", "klm"}, []int{11}},
	} {
		s := &service{script: tt.script}
		if s.script == nil {
			s.script = func(string, int) (string, bool) { return "", false }
		}
		var failed []int
		for i := range open(t, s).Send(t.Context(), tt.bodies) {
			failed = append(failed, i)
		}
		slices.Sort(failed)
		if diff := cmp.Diff(tt.calls, s.calls); diff != "" {
			t.Errorf("%s: calls (-want +got):\n%.300s", tt.name, diff)
		}
		if !slices.Equal(failed, tt.failed) {
			t.Errorf("%s: failed %v, want %v", tt.name, failed, tt.failed)
		}
	}
	if failed := open(t, &service{down: true}).Send(t.Context(), letters); len(failed) != len(letters) {
		t.Errorf("with SQS away %d of %d failed", len(failed), len(letters))
	}
}

// TestTraces: a message says which trace it belongs to, and none says an empty one.
func TestTraces(t *testing.T) {
	const root = "1-67891233-abcdef012345678912345678"
	s := &service{script: func(string, int) (string, bool) { return "", false }}
	if failed := open(t, s).Put(t.Context(), []queue.Message{{Body: "a", Trace: root}, {Body: "b"}}); failed != nil {
		t.Fatal(failed)
	}
	if failed := open(t, s).Send(trace.With(t.Context(), root), []string{"c"}); failed != nil {
		t.Fatal(failed)
	}
	if !slices.Equal(s.traces, []string{"Root=" + root, "", "Root=" + root}) {
		t.Errorf("headers %q", s.traces)
	}
}

func TestHide(t *testing.T) {
	s := &service{}
	if err := open(t, s).Hide(t.Context(), "r", 90*time.Second); err != nil || s.asked != "r 1m30s" {
		t.Errorf("asked %q, %v", s.asked, err)
	}
	s.down = true
	if err := open(t, s).Hide(t.Context(), "r", time.Second); err == nil {
		t.Error("no error")
	}
}
