package main

import (
	"context"
	"errors"
	"net"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/courtoffice/courtoffice/functions"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

const (
	miniStackVersion    = "1.5.33"
	cryptographyVersion = "45.0.7" // MiniStack makes asymmetric keys by it
)

// onMiniStack deploys the office whole and runs the demo through its HTTP API.
func onMiniStack(ctx context.Context, arch, trust string) (err error) {
	d, stop, err := emulator{"MiniStack " + miniStackVersion, installMiniStack, startMiniStack}.ready(ctx, arch, trust)
	if err != nil {
		return err
	}
	defer stop()
	if err := step("cdk synth", func() error { return d.synth(ctx, d.endpoint) }); err != nil {
		return err
	}
	if err := step("cdk bootstrap", func() error { return d.bootstrap(ctx) }); err != nil {
		return err
	}
	defer func() {
		err = errors.Join(err, step("cdk destroy data office", func() error { return d.destroy(ctx, "data", "office") }))
	}()
	if err := step("cdk deploy data office", func() error { return d.deploy(ctx, "data", "office") }); err != nil {
		return err
	}
	if err := step("publish the agreement", func() error { return d.publish(ctx) }); err != nil {
		return err
	}
	if err := step("make the first signing keys", func() error { return d.issueKeys(ctx) }); err != nil {
		return err
	}
	// "*.localhost" may not resolve: the address by path is the same API.
	id, err := d.output("ApiId")
	if err != nil {
		return err
	}
	api := d.endpoint + "/_aws/execute-api/" + id + "/$default"
	return step("demo on the deployed HTTP API", func() error {
		edge, err := d.edge(api)
		if err != nil {
			return err
		}
		defer edge.Close()
		return demo(ctx, d, edge.URL, d.endpoint+"/_ministack/ses/messages")
	})
}

// edge answers as the edge does, which an endpoint has not: with the API, and with the status bucket what lies there.
func (d *deployment) edge(api string) (*httptest.Server, error) {
	name, err := d.output(schema.Status.Env)
	if err != nil {
		return nil, err
	}
	to, err := url.Parse(api)
	if err != nil {
		return nil, err
	}
	bucket, err := url.Parse(d.endpoint + "/" + name)
	if err != nil {
		return nil, err
	}
	return httptest.NewServer(&httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		from := to
		if slices.ContainsFunc(functions.EdgeRoutes, func(e functions.EdgeRoute) bool { return e.Origin == functions.FromStatus && e.Path == r.In.URL.Path }) {
			from = bucket
		}
		r.SetURL(from)
	}}), nil
}

func miniStackFolder() string {
	return filepath.Join(folder, "ministack-"+miniStackVersion+"-"+cryptographyVersion)
}

func installMiniStack(ctx context.Context) error {
	dir := miniStackFolder()
	return once(dir, func() error {
		if err := needPython(ctx); err != nil {
			return err
		}
		return runAll(ctx,
			command{name: "python3", args: []string{"-m", "venv", dir}},
			command{name: filepath.Join(dir, "bin/pip"), args: []string{"install", "-q", "ministack==" + miniStackVersion, "cryptography==" + cryptographyVersion}},
		)
	})
}

// startMiniStack runs it with an empty state. Functions inherit its environment, so it gets
// none of ours.
func startMiniStack(ctx context.Context) (*server, string, error) {
	address, err := freeAddress()
	if err != nil {
		return nil, "", err
	}
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, "", err
	}
	state, err := filepath.Abs(filepath.Join(folder, "ministack-state"))
	if err != nil {
		return nil, "", err
	}
	if err := os.RemoveAll(state); err != nil {
		return nil, "", err
	}
	endpoint := "http://" + address
	s, err := command{
		name: filepath.Join(miniStackFolder(), "bin/python"),
		args: []string{"-m", "ministack"},
		env: []string{
			"PATH=" + os.Getenv("PATH"), "HOME=" + state, "TMPDIR=" + os.TempDir(),
			"BIND_HOST=" + host, "GATEWAY_PORT=" + port, "MINISTACK_REGION=" + region, "STATE_DIR=" + state,
			"AWS_ENDPOINT_URL=" + endpoint, "IOT_MTLS_ENABLED=0", "SFTP_ENABLED=0",
		},
	}.start(filepath.Join(folder, "ministack.log"))
	if err != nil {
		return nil, "", err
	}
	if err := s.ready(ctx, endpoint+"/_ministack/health", 30*time.Second); err != nil {
		s.stop()
		return nil, "", err
	}
	return s, endpoint, nil
}

// tools installs the CDK's command line, if it is not there.
func tools(ctx context.Context) error {
	if _, err := os.Stat("infra/tools/node_modules/.bin/cdk"); err == nil {
		return nil
	}
	return command{name: "npm", args: []string{"ci", "--no-fund", "--no-audit"}, dir: "infra/tools"}.run(ctx)
}

// needPython makes sure that python3 can make a virtual environment.
func needPython(ctx context.Context) error {
	if err := need(ctx, map[string]string{"python3": "python3"}); err != nil {
		return err
	}
	if (command{name: "python3", args: []string{"-c", "import ensurepip, venv"}}).run(ctx) == nil {
		return nil
	}
	return install(ctx, []string{"the venv of python3"}, []string{"python3-venv"})
}

// once calls install, unless it succeeded before, with an empty dir. A file marks the success.
func once(dir string, install func() error) error {
	mark := filepath.Join(dir, "installed")
	if _, err := os.Stat(mark); err == nil {
		return nil
	}
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	if err := install(); err != nil {
		return err
	}
	return os.WriteFile(mark, nil, 0o644)
}
