package main

import (
	"archive/zip"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/courtoffice/courtoffice/functions"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

const (
	localStackVersion = "4.9.2"      // open, and runs on Python 3.11 without Docker
	localStackDate    = "2025-10-25" // its dependencies of later days break it
	uvVersion         = "0.13.9"     // resolves packages as of a date
)

// onLocalStack deploys the stack data, and runs the functions in the local host on its
// tables, bucket and queues: LocalStack's open release has no HTTP API and no SES v2, and no
// Lambda without Docker.
func onLocalStack(ctx context.Context, arch, trust string) (err error) {
	d, stop, err := emulator{"LocalStack " + localStackVersion, installLocalStack, startLocalStack}.ready(ctx, arch, trust)
	if err != nil {
		return err
	}
	defer stop()
	address, err := freeAddress() // of the office: the bucket takes uploads from its pages
	if err != nil {
		return err
	}
	if err := step("cdk synth", func() error { return d.synth(ctx, "http://"+address) }); err != nil {
		return err
	}
	if err := step("cdk bootstrap", func() error { return d.bootstrap(ctx) }); err != nil {
		return err
	}
	defer func() {
		err = errors.Join(err, step("cdk destroy data", func() error { return d.destroy(ctx, "data") }))
	}()
	if err := step("cdk deploy data", func() error { return d.deploy(ctx, "data") }); err != nil {
		return err
	}
	var office *server
	if err := step("start the local host", func() (err error) { office, err = d.startHost(ctx, address, trust); return err }); err != nil {
		return err
	}
	defer office.stop()
	return step("demo on the local host", func() error {
		return demo(ctx, d, "http://"+address, "http://"+address+"/_local/mail.json")
	})
}

// startHost starts the functions in the local host at address, on what was deployed.
func (d *deployment) startHost(ctx context.Context, address, trust string) (*server, error) {
	signing, err := freeAddress()
	if err != nil {
		return nil, err
	}
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	state := filepath.Join(folder, "host")
	if err := os.RemoveAll(state); err != nil {
		return nil, err
	}
	env := append(environment(d.endpoint), "PORT="+port, "NCALAYER="+signing)
	variables := map[string]string{} // the host's variables, with the name of the output
	for _, t := range schema.Tables {
		variables[t.Env] = t.Env
	}
	for _, b := range schema.Buckets {
		variables[b.Env] = b.Env
	}
	for _, q := range schema.Queues {
		variables[strings.ToUpper(strings.ReplaceAll(q.Name, "-", "_"))+"_QUEUE"] = q.Name
	}
	for _, key := range []string{functions.EnvSigningRoot, functions.EnvSigningKeys} {
		variables[key] = key
	}
	for variable, output := range variables {
		value, err := d.output(output)
		if err != nil {
			return nil, err
		}
		env = append(env, variable+"="+value)
	}
	s, err := command{name: local, args: []string{"run", "-state", state, "-trust", trust}, env: env}.start(filepath.Join(folder, "host.log"))
	if err != nil {
		return nil, err
	}
	if err := s.ready(ctx, "http://"+address+"/_local/health", time.Minute); err != nil {
		s.stop()
		return nil, err
	}
	return s, nil
}

func localStackFolder() string { return filepath.Join(folder, "localstack-"+localStackVersion) }

// installLocalStack puts LocalStack and, where it would download it to, DynamoDB Local.
func installLocalStack(ctx context.Context) error {
	dir, err := filepath.Abs(localStackFolder())
	if err != nil {
		return err
	}
	return once(dir, func() error {
		if err := needPython(ctx); err != nil {
			return err
		}
		if err := need(ctx, map[string]string{"javac": "default-jdk-headless", "mvn": "maven"}); err != nil {
			return err
		}
		uv, venv := filepath.Join(dir, "uv"), filepath.Join(dir, "venv")
		if err := runAll(ctx,
			command{name: "python3", args: []string{"-m", "venv", uv}},
			command{name: filepath.Join(uv, "bin/pip"), args: []string{"install", "-q", "uv==" + uvVersion}},
			command{name: "python3", args: []string{"-m", "venv", "--without-pip", venv}},
			command{name: filepath.Join(uv, "bin/uv"), args: []string{
				"pip", "install", "-q", "--python", filepath.Join(venv, "bin/python"),
				"--exclude-newer", localStackDate, "localstack-core[runtime]==" + localStackVersion,
			}},
		); err != nil {
			return err
		}
		return installDynamoDB(ctx, filepath.Join(dir, "root/var/lib/localstack/lib"))
	})
}

// installDynamoDB lays DynamoDB Local out under lib as LocalStack expects it: the libraries, a
// jar that names them all in its Class-Path, an agent that does nothing, and a Java runtime.
func installDynamoDB(ctx context.Context, lib string) error {
	home := filepath.Join(lib, "dynamodb-local/2")
	libraries := filepath.Join(home, "DynamoDBLocal_lib")
	err := command{name: "mvn", args: []string{
		"-q", "-B", "-f", "infra/stack/dynamodb-local/pom.xml", "dependency:copy-dependencies", "-DoutputDirectory=" + libraries,
	}}.run(ctx)
	if err != nil {
		return err
	}
	jars, err := filepath.Glob(filepath.Join(libraries, "*.jar"))
	if err != nil {
		return err
	}
	classPath := "Class-Path:"
	for _, jar := range jars {
		classPath += " DynamoDBLocal_lib/" + filepath.Base(jar)
	}
	if err := writeJar(filepath.Join(home, "DynamoDBLocal.jar"), "",
		"Main-Class: com.amazonaws.services.dynamodbv2.local.main.ServerRunner", classPath); err != nil {
		return err
	}
	err = command{name: "javac", args: []string{"--release", "11", "-d", home, "infra/stack/dynamodb-local/Agent.java"}}.run(ctx)
	if err != nil {
		return err
	}
	if err := writeJar(filepath.Join(home, "ddb-local-loader-0.1.jar"), filepath.Join(home, "Agent.class"), "Premain-Class: Agent"); err != nil {
		return err
	}
	javac, err := exec.LookPath("javac")
	if err == nil {
		javac, err = filepath.EvalSymlinks(javac)
	}
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Join(lib, "java"), 0o755); err != nil {
		return err
	}
	return os.Symlink(filepath.Dir(filepath.Dir(javac)), filepath.Join(lib, "java/21"))
}

// writeJar writes a jar with a manifest of lines, folded at 72 bytes as its format wants, and
// the file class, if any.
func writeJar(name, class string, lines ...string) error {
	w, err := os.Create(name)
	if err != nil {
		return err
	}
	defer w.Close()
	z := zip.NewWriter(w)
	manifest, err := z.Create("META-INF/MANIFEST.MF")
	if err != nil {
		return err
	}
	for _, line := range append([]string{"Manifest-Version: 1.0"}, lines...) {
		for len(line) > 70 {
			fmt.Fprint(manifest, line[:70], "\r\n")
			line = " " + line[70:]
		}
		fmt.Fprint(manifest, line, "\r\n")
	}
	if class != "" {
		if err := addFile(z, filepath.Base(class), class, 0o644); err != nil {
			return err
		}
	}
	if err := z.Close(); err != nil {
		return err
	}
	return w.Close()
}

// startLocalStack runs it in host mode, listening on loopback only, with the services the
// stack data needs and nothing that asks the network.
func startLocalStack(ctx context.Context) (*server, string, error) {
	address, err := freeAddress()
	if err != nil {
		return nil, "", err
	}
	dir, err := filepath.Abs(localStackFolder())
	if err != nil {
		return nil, "", err
	}
	services := []string{
		"s3", "sqs", "sns", "sts", "iam", "ssm", "kms", "secretsmanager", "events", "logs",
		"cloudformation", "dynamodb", "dynamodbstreams", "cloudwatch",
	}
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, "", err
	}
	s, err := command{
		name: filepath.Join(dir, "venv/bin/python"),
		args: []string{"-m", "localstack.runtime.main"},
		env: []string{
			"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "TMPDIR=" + os.TempDir(), "LANG=C.UTF-8",
			"FILESYSTEM_ROOT=" + filepath.Join(dir, "root"), "OVERRIDE_IN_DOCKER=0",
			"GATEWAY_SERVER=hypercorn", "GATEWAY_LISTEN=" + address, "LOCALSTACK_HOST=127.0.0.1:" + port,
			"SQS_ENDPOINT_STRATEGY=path", "DYNAMODB_IN_MEMORY=1", "DNS_ADDRESS=0", "DISABLE_EVENTS=1", "SKIP_SSL_CERT_DOWNLOAD=1",
			"SERVICES=" + strings.Join(services, ","), "STRICT_SERVICE_LOADING=1",
			// the streams of DynamoDB Local itself, not a copy through Kinesis, which it would download
			"PROVIDER_OVERRIDE_DYNAMODB=v2", "PROVIDER_OVERRIDE_DYNAMODBSTREAMS=v2",
		},
	}.start(filepath.Join(folder, "localstack.log"))
	if err != nil {
		return nil, "", err
	}
	endpoint := "http://" + address
	if err := s.ready(ctx, endpoint+"/_localstack/health", time.Minute); err != nil {
		s.stop()
		return nil, "", err
	}
	return s, endpoint, nil
}
