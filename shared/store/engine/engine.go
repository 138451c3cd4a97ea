// Package engine starts the engines the local stack and the tests run on: dynoxide for DynamoDB
// and versitygw for S3, each a child process on a free loopback port, and makes the office's
// tables and bucket in them. Start with ForTest and S3ForTest in tests, with StartDynamo,
// StartS3, CreateTables and CreateBucket in programs.
//
// No function imports it: handlers see an endpoint and names, never an engine. It does not
// imitate throttling, eventual consistency, transaction conflicts or TTL deletion, and neither
// do the engines; tests inject those with an SDK middleware.
package engine

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"
)

// Region, AccessKey and SecretKey are what the engines expect. versitygw checks the signature
// made with them; dynoxide accepts any.
const (
	Region    = "eu-central-1"
	AccessKey = "local"
	SecretKey = "localsecret"
)

// ErrNotInstalled is wrapped by the errors of StartDynamo and StartS3 when a program is missing.
// The message names the make target that brings it.
var ErrNotInstalled = errors.New("not installed")

// StartDynamo starts dynoxide on a free loopback port and returns when it accepts connections
// (1 to 14 ms). dbPath is its SQLite file, made if absent; "" keeps everything in memory. Two
// processes must not open one file: the caller locks. ctx bounds the start only.
func StartDynamo(ctx context.Context, dbPath string) (*Process, error) {
	if platform := runtime.GOOS + "/" + runtime.GOARCH; platform != "linux/amd64" {
		return nil, fmt.Errorf("dynoxide for %s is %w: infra/tools pins it for linux/amd64 only; point AWS_ENDPOINT_URL_DYNAMODB at another DynamoDB", platform, ErrNotInstalled)
	}
	program, err := find("infra/tools/node_modules/@dynoxide/linux-x64/dynoxide")
	if err != nil {
		return nil, err
	}
	return serve(ctx, func(port int) *exec.Cmd {
		args := []string{"--host", "127.0.0.1", "--port", strconv.Itoa(port)}
		if dbPath != "" {
			args = append(args, "--db-path", dbPath)
		}
		return exec.Command(program, args...)
	})
}

// StartS3 starts versitygw on a free loopback port over the folders dir/data and dir/versions,
// which it makes, and returns when it accepts connections (about 0.3 s). The file system must
// keep extended attributes. It posts S3's event notifications to the URL told, unless that is empty;
// whoever listens there must do so already. ctx bounds the start only.
func StartS3(ctx context.Context, dir, told string) (*Process, error) {
	program, err := find("build/tools/versitygw")
	if err != nil {
		return nil, err
	}
	dir, err = filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("folder of the S3 engine: %w", err)
	}
	data, versions := filepath.Join(dir, "data"), filepath.Join(dir, "versions")
	for _, d := range []string{data, versions} {
		if err := os.MkdirAll(d, 0o755); err != nil {
			return nil, fmt.Errorf("folder of the S3 engine: %w", err)
		}
	}
	return serve(ctx, func(port int) *exec.Cmd {
		cmd := exec.Command(program, "--port", "127.0.0.1:"+strconv.Itoa(port), "--region", Region, "--quiet",
			"--event-webhook-url", told, "posix", "--versioning-dir", versions, data)
		cmd.Env = append(os.Environ(), "ROOT_ACCESS_KEY="+AccessKey, "ROOT_SECRET_KEY="+SecretKey)
		return cmd
	})
}

// Dynamo returns a client for the DynamoDB-compatible endpoint url. It refuses, as DynamoDB does and
// dynoxide does not, a Query whose key condition compares with an empty value.
func Dynamo(url string) *dynamodb.Client {
	return dynamodb.New(dynamodb.Options{
		Region: Region, Credentials: credentials(), BaseEndpoint: aws.String(url),
		APIOptions: []func(*middleware.Stack) error{func(stack *middleware.Stack) error {
			return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("RefuseEmptyKey", refuseEmptyKey), middleware.Before)
		}},
	})
}

var placeholder = regexp.MustCompile(`:\w+`)

func refuseEmptyKey(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (out middleware.InitializeOutput, m middleware.Metadata, err error) {
	if q, ok := in.Parameters.(*dynamodb.QueryInput); ok {
		for _, name := range placeholder.FindAllString(aws.ToString(q.KeyConditionExpression), -1) {
			s, isText := q.ExpressionAttributeValues[name].(*types.AttributeValueMemberS)
			b, isBytes := q.ExpressionAttributeValues[name].(*types.AttributeValueMemberB)
			if isText && s.Value == "" || isBytes && len(b.Value) == 0 {
				return out, m, &smithy.GenericAPIError{
					Code: "ValidationException", Message: "the key condition's value " + name + " is empty", Fault: smithy.FaultClient,
				}
			}
		}
	}
	return next.HandleInitialize(ctx, in)
}

// S3 returns a client for the S3-compatible endpoint url, with path-style addresses.
func S3(url string) *s3.Client {
	return s3.New(s3.Options{
		Region: Region, Credentials: credentials(), BaseEndpoint: aws.String(url), UsePathStyle: true,
	})
}

func credentials() aws.CredentialsProvider {
	return aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
		return aws.Credentials{AccessKeyID: AccessKey, SecretAccessKey: SecretKey}, nil
	})
}

// Root returns the repository's top folder: the nearest one at or above the working directory
// that holds functions/functions.go. Tests run in their package's folder, programs anywhere in
// the repository.
func Root() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "functions", "functions.go")); err == nil {
			return dir, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", errors.New("not inside the courtoffice repository")
		}
		dir = parent
	}
}

func find(path string) (string, error) {
	root, err := Root()
	if err != nil {
		return "", err
	}
	program := filepath.Join(root, filepath.FromSlash(path))
	if !executable(program) {
		return "", fmt.Errorf("%s is %w: run `make tools`", path, ErrNotInstalled)
	}
	return program, nil
}
