package mailsink_test

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
	"github.com/aws/aws-sdk-go-v2/service/pinpointsmsvoicev2/types"
	"github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"

	"github.com/courtoffice/courtoffice/infra/local/mailsink"
)

func openTexts(t *testing.T, dir string) (*pinpointsmsvoicev2.Client, string) {
	t.Helper()
	sink, err := mailsink.Open(dir, func() time.Time { return instant })
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(sink.Handler())
	t.Cleanup(server.Close)
	return pinpointsmsvoicev2.New(pinpointsmsvoicev2.Options{
		Region: "eu-central-1", BaseEndpoint: aws.String(server.URL + "/_local/sms"), RetryMaxAttempts: 1,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "local", SecretAccessKey: "local"}, nil
		}),
	}), server.URL
}

func textMessage() *pinpointsmsvoicev2.SendTextMessageInput {
	return &pinpointsmsvoicev2.SendTextMessageInput{
		DestinationPhoneNumber: aws.String("+77011234567"), OriginationIdentity: aws.String("COURT"),
		MessageBody: aws.String("Код 123456 <b>"), MessageType: types.MessageTypeTransactional, TimeToLive: aws.Int32(900),
	}
}

func texts(t *testing.T, url string) []mailsink.Text {
	t.Helper()
	_, body := get(t, url+"/_local/sms.json")
	var out []mailsink.Text
	if err := json.Unmarshal([]byte(body), &out); err != nil {
		t.Fatalf("%v: %s", err, body)
	}
	return out
}

func TestTextIsKeptAndShown(t *testing.T) {
	dir := t.TempDir()
	client, url := openTexts(t, dir)
	if _, body := get(t, url+"/_local/sms.json"); strings.TrimSpace(body) != "[]" {
		t.Errorf("empty list: %s", body)
	}
	out, err := client.SendTextMessage(t.Context(), textMessage())
	if err != nil {
		t.Fatal(err)
	}
	want := []mailsink.Text{{ID: *out.MessageId, At: instant, From: "COURT", To: "+77011234567", Text: "Код 123456 <b>", Segments: 1}}
	if diff := cmp.Diff(want, texts(t, url)); diff != "" {
		t.Errorf("list (-want +got):\n%s", diff)
	}
	if _, page := get(t, url+"/_local/mail"); !strings.Contains(page, "Код 123456 &lt;b&gt;") || !strings.Contains(page, "&#43;77011234567") {
		t.Errorf("inbox page:\n%s", page)
	}
	_, again := openTexts(t, dir)
	if diff := cmp.Diff(want, texts(t, again)); diff != "" {
		t.Errorf("after a restart (-want +got):\n%s", diff)
	}
}

func TestSegments(t *testing.T) {
	client, url := openTexts(t, t.TempDir())
	for i, tt := range []struct {
		body string
		want int
	}{
		{strings.Repeat("a", 160), 1}, {strings.Repeat("a", 161), 2}, {strings.Repeat("a", 306), 2}, {strings.Repeat("a", 307), 3},
		{strings.Repeat("ә", 70), 1}, {strings.Repeat("ә", 71), 2}, {strings.Repeat("ә", 134), 2}, {strings.Repeat("ә", 135), 3},
		{strings.Repeat("😀", 35), 1}, {strings.Repeat("😀", 36), 2},
	} {
		in := textMessage()
		in.MessageBody = &tt.body
		if _, err := client.SendTextMessage(t.Context(), in); err != nil {
			t.Fatal(err)
		}
		if got := texts(t, url)[i].Segments; got != tt.want {
			t.Errorf("%d characters like %.4q: %d segments, want %d", len([]rune(tt.body)), tt.body, got, tt.want)
		}
	}
}

func TestTextRefused(t *testing.T) {
	client, url := openTexts(t, t.TempDir())
	for name, change := range map[string]func(*pinpointsmsvoicev2.SendTextMessageInput){
		"number": func(in *pinpointsmsvoicev2.SendTextMessageInput) {
			in.DestinationPhoneNumber = aws.String("87011234567")
		},
		"no sender":  func(in *pinpointsmsvoicev2.SendTextMessageInput) { in.OriginationIdentity = nil },
		"empty body": func(in *pinpointsmsvoicev2.SendTextMessageInput) { in.MessageBody = aws.String("") },
		"long body": func(in *pinpointsmsvoicev2.SendTextMessageInput) {
			in.MessageBody = aws.String(strings.Repeat("a", 1601))
		},
		"type": func(in *pinpointsmsvoicev2.SendTextMessageInput) { in.MessageType = "NEWS" },
		"life": func(in *pinpointsmsvoicev2.SendTextMessageInput) { in.TimeToLive = aws.Int32(4) },
	} {
		in := textMessage()
		change(in)
		_, err := client.SendTextMessage(t.Context(), in)
		if wrong, ok := errors.AsType[*types.ValidationException](err); !ok || wrong.Reason != types.ValidationExceptionReasonFieldValidationFailed {
			t.Errorf("%s: %v", name, err)
		}
	}
	if got := texts(t, url); len(got) != 0 {
		t.Errorf("kept: %+v", got)
	}
	if _, err := client.SendVoiceMessage(t.Context(), &pinpointsmsvoicev2.SendVoiceMessageInput{
		DestinationPhoneNumber: aws.String("+77011234567"), OriginationIdentity: aws.String("COURT"),
	}); err == nil {
		t.Error("a voice message was taken")
	}
}

func TestTextFaults(t *testing.T) {
	client, url := openTexts(t, t.TempDir())
	fault := func(body string) int {
		t.Helper()
		res, err := http.Post(url+"/_local/sms/fault", "application/json", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		return res.StatusCode
	}
	if got := fault(`{"error":"TooManyRequestsException","times":1}`); got != http.StatusBadRequest {
		t.Errorf("a fault of mail: %d", got)
	}
	for name, code := range map[string]string{"ThrottlingException": "ThrottlingException", "ConflictException": "ConflictException"} {
		if got := fault(`{"error":"` + name + `","times":1}`); got != http.StatusNoContent {
			t.Fatalf("fault: %d", got)
		}
		_, err := client.SendTextMessage(t.Context(), textMessage())
		if answer, ok := errors.AsType[smithy.APIError](err); !ok || answer.ErrorCode() != code {
			t.Errorf("%s: %v", name, err)
		}
		if conflict, ok := errors.AsType[*types.ConflictException](err); ok && conflict.Reason != types.ConflictExceptionReasonDestinationPhoneNumberOptedOut {
			t.Errorf("reason %s", conflict.Reason)
		}
	}
	if _, err := client.SendTextMessage(t.Context(), textMessage()); err != nil {
		t.Errorf("after the faults: %v", err)
	}
}
