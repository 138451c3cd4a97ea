package holdlog_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/courtoffice/courtoffice/functions/internal/holdlog"
	"github.com/courtoffice/courtoffice/infra/local/logs"
	"github.com/courtoffice/courtoffice/shared/awsjson"
	"github.com/courtoffice/courtoffice/shared/breach"
	"github.com/courtoffice/courtoffice/shared/requestlog"
	"github.com/courtoffice/courtoffice/shared/store"
	"github.com/courtoffice/courtoffice/shared/store/engine"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

var opened = time.Date(2026, 11, 22, 7, 0, 0, 0, time.UTC)

// TestLateLines: what is there is held at once; a line that comes late is added when the log is looked
// through for good, and nothing after that.
func TestLateLines(t *testing.T) {
	ctx := t.Context()
	db, name := engine.ForTest(t)
	breaches := store.NewBreaches(db, name(schema.Accounts), name(schema.Filings))
	c := breach.Case{ID: "9f1c2e3d4b5a6978", Account: "a1", Origin: breach.ByObjection, OpenedAt: opened}
	if _, _, err := breaches.Object(ctx, c); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "account")
	insights := httptest.NewServer(logs.New(func(string) string { return file }))
	t.Cleanup(insights.Close)
	now := opened
	svc := &holdlog.Service{
		Breaches: breaches, Now: func() time.Time { return now },
		Log: requestlog.New(awsjson.Client{
			Region: "eu-central-1", Endpoint: insights.URL,
			Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
				return aws.Credentials{AccessKeyID: "a", SecretAccessKey: "b"}, nil
			}),
		}, []string{"account"}),
	}
	svc.Log.Wait = time.Millisecond
	text := ""
	for _, step := range []struct {
		after time.Duration
		lines int // in the log
		final bool
		want  int // held
	}{
		{0, 0, false, 0},
		{time.Minute, 40, false, 0}, // the first look stays what is shown
		{time.Hour, 41, true, 41},
		{2 * time.Hour, 50, true, 41},
	} {
		for i := len(text) / len(line(0)); i < step.lines; i++ {
			text += line(i)
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		now = opened.Add(step.after)
		final, err := svc.Opened(ctx, c.ID)
		if err != nil || final != step.final {
			t.Errorf("after %v: final %t, %v", step.after, final, err)
		}
		got, err := breaches.Case(ctx, c.ID)
		if err != nil || got.Log.Final != step.final || got.Log.Lines != step.want {
			t.Errorf("after %v: %+v, %v", step.after, got.Log, err)
		}
	}
	if _, err := svc.Opened(ctx, "0000000000000000"); err == nil {
		t.Error("a case that is not there")
	}
}

func line(i int) string {
	return fmt.Sprintf(`{"time":%q,"msg":"request","request":"r%03d","account":"a1"}`+"\n", opened.Add(time.Duration(i-500)*time.Second).Format(time.RFC3339), i)
}
