package sms_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/pinpointsmsvoicev2"

	"github.com/courtoffice/courtoffice/shared/notice"
	"github.com/courtoffice/courtoffice/shared/sms"
)

// service answers every call with the status and body, and keeps the last request.
type service struct {
	status int
	body   string
	target string
	got    map[string]any
}

func (s *service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.target = r.Header.Get("X-Amz-Target")
	json.NewDecoder(r.Body).Decode(&s.got)
	w.Header().Set("Content-Type", "application/x-amz-json-1.0")
	w.WriteHeader(s.status)
	w.Write([]byte(s.body))
}

func send(t *testing.T, s *service) (string, error) {
	t.Helper()
	srv := httptest.NewServer(s)
	defer srv.Close()
	client := pinpointsmsvoicev2.New(pinpointsmsvoicev2.Options{
		Region: "eu-central-1", BaseEndpoint: aws.String(srv.URL), RetryMaxAttempts: 1,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "a", SecretAccessKey: "b"}, nil
		}),
	})
	return sms.New(client, "COURT", "").Send(t.Context(), notice.Text{To: "+77011234567", Body: "Код 123456", Life: 15 * time.Minute})
}

func TestSend(t *testing.T) {
	s := &service{status: 200, body: `{"MessageId":"m-1"}`}
	id, err := send(t, s)
	if err != nil || id != "m-1" || s.target != "PinpointSMSVoiceV2.SendTextMessage" {
		t.Errorf("Send = %q, %v by %s", id, err, s.target)
	}
	for name, want := range map[string]any{
		"DestinationPhoneNumber": "+77011234567", "OriginationIdentity": "COURT", "MessageBody": "Код 123456",
		"MessageType": "TRANSACTIONAL", "TimeToLive": 900.0,
	} {
		if s.got[name] != want {
			t.Errorf("%s is %v, want %v", name, s.got[name], want)
		}
	}
}

// TestErrors: what is about the number for good is told apart, and no error names the number,
// though the service does.
func TestErrors(t *testing.T) {
	for _, tt := range []struct {
		name, body string
		refused    bool
	}{
		{"opted out", `{"__type":"ConflictException","Message":"+77011234567 opted out","Reason":"DESTINATION_PHONE_NUMBER_OPTED_OUT"}`, true},
		{"blocked", `{"__type":"ConflictException","Message":"+77011234567","Reason":"DESTINATION_PHONE_NUMBER_BLOCKED_BY_PROTECT_NUMBER_OVERRIDE"}`, true},
		{"no sender id", `{"__type":"ConflictException","Message":"+77011234567","Reason":"NO_ORIGINATION_IDENTITIES_FOUND"}`, false},
		{"throttled", `{"__type":"ThrottlingException","Message":"+77011234567"}`, false},
		{"wrong", `{"__type":"ValidationException","Message":"Value '+77011234567'","Reason":"INVALID_PARAMETER"}`, false},
		{"spent", `{"__type":"ServiceQuotaExceededException","Message":"+77011234567","Reason":"MONTHLY_SPEND_LIMIT_REACHED_FOR_TEXT"}`, false},
		{"no answer at all", `<html>`, false},
	} {
		_, err := send(t, &service{status: 400, body: tt.body})
		if err == nil || errors.Is(err, notice.ErrRefused) != tt.refused || strings.Contains(err.Error(), "701") {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
}
