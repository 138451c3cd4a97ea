package logs_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/courtoffice/courtoffice/infra/local/logs"
	"github.com/courtoffice/courtoffice/shared/awsjson"
	"github.com/courtoffice/courtoffice/shared/requestlog"
)

var noon = time.Date(2026, 11, 22, 7, 0, 0, 0, time.UTC)

const holder = "01993a5e-0000-7000-8000-00000000aaaa"

// served returns the log of two functions, one of which has logged text.
func served(t *testing.T, text string) *requestlog.Log {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "account"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(logs.New(func(group string) string { return filepath.Join(dir, group) }))
	t.Cleanup(s.Close)
	log := requestlog.New(awsjson.Client{
		Region: "eu-central-1", Endpoint: s.URL,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "a", SecretAccessKey: "b"}, nil
		}),
	}, []string{"sign-in", "account"})
	log.Wait = time.Millisecond
	return log
}

func line(at time.Time, request, account string) string {
	return fmt.Sprintf(`{"time":%q,"level":"INFO","msg":"request","fn":"account","request":%q,"account":%q}`+"\n", at.Format(time.RFC3339Nano), request, account)
}

// TestFind: lines of the account and of the request, of the time asked for, latest first; an id that
// stands within a text names nothing.
func TestFind(t *testing.T) {
	log := served(t, strings.Join([]string{
		line(noon.Add(-time.Hour), "early", holder),
		line(noon, "JKJaXmPLvHcESHA=", "another"),
		line(noon.Add(time.Second), "mine", holder),
		line(noon.Add(2*time.Second), "others", "another"),
		`{"time":"2026-11-22T07:00:03Z","msg":"request","error":"at {\"account\":\"` + holder + `\"}"}` + "\n",
		"panic: no JSON with :\"" + holder + "\"\n",
		line(noon.Add(time.Hour), "late", holder),
	}, ""))
	lines, more, err := log.Find(t.Context(), noon, noon.Add(time.Minute), []string{holder, "JKJaXmPLvHcESHA="}, 10)
	if err != nil || more || len(lines) != 2 {
		t.Fatalf("%+v, %t, %v", lines, more, err)
	}
	if !lines[0].At.Equal(noon.Add(time.Second)) || !strings.Contains(lines[0].Text, `"mine"`) || !strings.Contains(lines[1].Text, `"JKJaXmPLvHcESHA="`) {
		t.Errorf("%+v", lines)
	}
	if _, _, err := log.Find(t.Context(), noon, noon, []string{`x"/ or 1`}, 10); err == nil {
		t.Error("a query can be written into a value")
	}
}

// TestFindPages: more lines than a query gives are found by several, each line once; what is over the
// limit is told of.
func TestFindPages(t *testing.T) {
	var text strings.Builder
	for i := range 25 {
		text.WriteString(line(noon.Add(time.Duration(i)*400*time.Millisecond), fmt.Sprint("r", i), holder))
	}
	for _, tt := range []struct {
		page, limit, want int
		more              bool
	}{
		{100, 100, 25, false}, {25, 25, 25, false}, {7, 100, 25, false}, {4, 100, 25, false}, {7, 10, 10, true}, {7, 25, 25, false},
		{2, 100, 2, true}, // a second has more lines than a page
	} {
		log := served(t, text.String())
		log.Page = tt.page
		lines, more, err := log.Find(t.Context(), noon, noon.Add(time.Minute), []string{holder}, tt.limit)
		if err != nil || len(lines) != tt.want || more != tt.more {
			t.Errorf("%+v: %d lines, more %t, %v", tt, len(lines), more, err)
		}
		for i, l := range lines {
			if want := fmt.Sprintf(`"r%d"`, 24-i); !strings.Contains(l.Text, want) {
				t.Errorf("%+v: line %d is not %s: %s", tt, i, want, l.Text)
			}
		}
	}
}
