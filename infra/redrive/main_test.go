package main

import (
	"context"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/courtoffice/courtoffice/infra/local/queues"
)

func TestRedrive(t *testing.T) {
	b, err := queues.Open(t.Context(), filepath.Join(t.TempDir(), "q.db"), []queues.Settings{
		{Name: "office-a", Receives: 1, DeadLetters: "office-dead"}, {Name: "office-dead"}, {Name: "other", Receives: 1, DeadLetters: "other-dead"}, {Name: "other-dead"},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	var srv *httptest.Server
	srv = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { b.Handler(srv.URL).ServeHTTP(w, r) }))
	defer srv.Close()
	for _, q := range []string{"office-a", "other"} {
		if _, err := b.Send(t.Context(), q, "m"); err != nil {
			t.Fatal(err)
		}
		for range 2 { // the second finds it received once too often
			got, err := b.Receive(t.Context(), q, 1, 1, 0)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range got {
				b.Hide(t.Context(), q, m.Receipt, 0)
			}
		}
	}
	client := sqs.New(sqs.Options{Region: "eu-central-1", BaseEndpoint: &srv.URL, Credentials: aws.CredentialsProviderFunc(
		func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "a", SecretAccessKey: "b"}, nil
		})})
	if err := redrive(t.Context(), client, "office-"); err != nil {
		t.Fatal(err)
	}
	for q, want := range map[string]int{"office-a": 1, "office-dead": 0, "other": 0, "other-dead": 1} {
		if list, err := b.List(t.Context(), q); err != nil || len(list) != want {
			t.Errorf("%s has %d messages, want %d: %v", q, len(list), want, err)
		}
	}
	if err := redrive(t.Context(), client, "elsewhere-"); err == nil {
		t.Error("an office that is not there was redriven")
	}
	if err := run(t.Context(), nil); err == nil {
		t.Error("no stage, no complaint")
	}
}
