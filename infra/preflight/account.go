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
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

// account asks AWS of an account. Seven services are asked one thing each, so it signs its requests
// itself instead of bringing a client of each along.
type account struct {
	values      map[string]string // context of the deployment
	credentials aws.CredentialsProvider
	endpoint    string // of one that answers for all services; "" for AWS
}

// question is one request.
type question struct {
	service string // as the host names it: "ssm"
	signed  string // as signatures name it, when that is another
	region  string // "" for the deployment's
	path    string // with query; "" is "/"
	target  string // operation of a JSON service, "" for a GET
	in      any    // of a JSON service
}

// ask returns the status and, unless out is nil, decodes an answer of 200 into it.
func (a *account) ask(ctx context.Context, q question, out any) (status int, err error) {
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	region := q.region
	if region == "" {
		region = a.values["region"]
	}
	base := "https://" + q.service + "." + region + ".amazonaws.com"
	if q.service == "iam" {
		base, region = "https://iam.amazonaws.com", "us-east-1" // of no region
	}
	if a.endpoint != "" {
		base = a.endpoint
	}
	if q.path == "" {
		q.path = "/"
	}
	var body []byte
	method := http.MethodGet
	if q.target != "" {
		method = http.MethodPost
		if body, err = json.Marshal(q.in); err != nil {
			return 0, err
		}
	}
	r, err := http.NewRequestWithContext(ctx, method, base+q.path, bytes.NewReader(body))
	if err != nil {
		return 0, err
	}
	r.Header.Set("Accept", "application/json")
	if q.target != "" {
		r.Header.Set("Content-Type", "application/x-amz-json-1.1")
		if q.service == "sms-voice" {
			r.Header.Set("Content-Type", "application/x-amz-json-1.0")
		}
		r.Header.Set("X-Amz-Target", q.target)
	}
	sum := sha256.Sum256(body)
	credentials, err := a.credentials.Retrieve(ctx)
	if err != nil {
		return 0, err
	}
	name := q.signed
	if name == "" {
		name = q.service
	}
	if err := v4.NewSigner().SignHTTP(ctx, credentials, r, hex.EncodeToString(sum[:]), name, region, time.Now()); err != nil {
		return 0, err
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, err
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(res.Body, 4<<20))
	if err != nil {
		return 0, err
	}
	if res.StatusCode == http.StatusForbidden {
		return res.StatusCode, fmt.Errorf("these credentials may not ask: %.200s", answer)
	}
	if res.StatusCode == http.StatusOK && out != nil {
		err = json.Unmarshal(answer, out)
	}
	return res.StatusCode, err
}
