package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/courtoffice/courtoffice/infra/local/host"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// publish puts the first version of the agreement in force: without one nobody can register.
func (d *deployment) publish(ctx context.Context) error {
	db := dynamodb.New(dynamodb.Options{
		Region: region, BaseEndpoint: &d.endpoint,
		Credentials: credentials.NewStaticCredentialsProvider("test", "test", ""),
	})
	table, err := d.output(schema.Site.Env)
	if err != nil {
		return err
	}
	return host.Seed(ctx, db, table, ".", time.Now())
}

// issueKeys has issue-keys make the first signing keys, as its schedule does within a quarter of an hour of a
// deployment: the emulator runs no schedules.
func (d *deployment) issueKeys(ctx context.Context) error {
	const path = "/2015-03-31/functions/"
	var list struct {
		Functions []struct{ FunctionName string }
	}
	if err := d.lambda(ctx, http.MethodGet, path, nil, &list); err != nil {
		return err
	}
	for _, f := range list.Functions {
		if !strings.Contains(strings.ToLower(f.FunctionName), "issuekeys") {
			continue
		}
		event, err := json.Marshal(map[string]any{"schedule": "keys", "time": time.Now().UTC()})
		if err != nil {
			return err
		}
		var failed struct{ ErrorMessage string }
		if err := d.lambda(ctx, http.MethodPost, path+f.FunctionName+"/invocations", event, &failed); err != nil {
			return err
		}
		if failed.ErrorMessage != "" {
			return fmt.Errorf("%s: %s", f.FunctionName, failed.ErrorMessage)
		}
		return nil
	}
	return fmt.Errorf("no issue-keys among %d functions", len(list.Functions))
}

// lambda calls the API of Lambda, and reads the answer into out where there is one.
func (d *deployment) lambda(ctx context.Context, method, path string, body []byte, out any) error {
	r, err := http.NewRequestWithContext(ctx, method, d.endpoint+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	who, err := credentials.NewStaticCredentialsProvider("test", "test", "").Retrieve(ctx)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(body)
	if err := v4.NewSigner().SignHTTP(ctx, who, r, hex.EncodeToString(sum[:]), "lambda", region, time.Now()); err != nil {
		return err
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	if err != nil {
		return err
	}
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("%s %s: %s %.300s", method, path, res.Status, answer)
	}
	if len(bytes.TrimSpace(answer)) == 0 || bytes.Equal(bytes.TrimSpace(answer), []byte("null")) {
		return nil
	}
	return json.Unmarshal(answer, out)
}
