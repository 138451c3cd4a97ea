package mail_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sesv2"

	"github.com/courtoffice/courtoffice/shared/locale"
	"github.com/courtoffice/courtoffice/shared/mail"
	"github.com/courtoffice/courtoffice/shared/notice"
)

// TestSend: what SES is asked, and which of its answers are about the message.
func TestSend(t *testing.T) {
	for _, test := range []struct {
		name    string
		status  int
		problem string
		refused bool
	}{
		{"taken", 200, "", false},
		{"content refused, or its sender not verified", 400, "MessageRejected", false},
		{"address refused", 400, "BadRequestException", true},
		{"too fast", 429, "TooManyRequestsException", false},
		{"over the quota of the day", 400, "LimitExceededException", false},
		{"paused by hand", 400, "SendingPausedException", false},
		{"account suspended", 400, "AccountSuspendedException", false},
		{"own domain not verified", 400, "MailFromDomainNotVerifiedException", false},
		{"away", 500, "InternalServiceErrorException", false},
	} {
		var asked struct {
			FromEmailAddress string
			Destination      struct{ ToAddresses []string }
			Content          struct {
				Simple struct {
					Subject struct{ Data string }
					Headers []struct{ Name, Value string }
				}
			}
		}
		ses := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if err := json.NewDecoder(r.Body).Decode(&asked); err != nil {
				t.Errorf("%s: %v", test.name, err)
			}
			w.Header().Set("Content-Type", "application/json")
			w.Header().Set("X-Amzn-Errortype", test.problem)
			w.WriteHeader(test.status)
			w.Write([]byte(`{"MessageId":"id-1","message":"no"}`))
		}))
		sender := mail.New(sesv2.New(sesv2.Options{
			Region: "eu-central-1", BaseEndpoint: &ses.URL, Retryer: aws.NopRetryer{},
			Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) { return aws.Credentials{}, nil }),
		}), "office@court.example")
		id, err := sender.Send(t.Context(), notice.Message{To: "aigul@мысал.қаз", Subject: "Хабарлама", Body: "Мәтін", Lang: locale.KK})
		ses.Close()
		if (err == nil) != (test.problem == "") || errors.Is(err, notice.ErrRefused) != test.refused || err == nil && id != "id-1" {
			t.Errorf("%s: %q, %v", test.name, id, err)
		}
		if err != nil && (strings.Contains(err.Error(), "aigul") || !strings.Contains(err.Error(), test.problem)) {
			t.Errorf("%s: %v", test.name, err)
		}
		simple := asked.Content.Simple
		if asked.FromEmailAddress != "office@court.example" || strings.Join(asked.Destination.ToAddresses, " ") != "aigul@xn--80awbu3c.xn--80ao21a" ||
			simple.Subject.Data != "Хабарлама" || len(simple.Headers) == 0 || simple.Headers[0].Value != "kk" {
			t.Errorf("%s: asked %+v", test.name, asked)
		}
	}
}
