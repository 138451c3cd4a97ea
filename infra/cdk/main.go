// Command cdk synthesises the office's CloudFormation: the stacks "data" (what must not be
// lost), "office" (what can be deployed anew at any time) and, for production, "edge" (the content
// network and firewall before it), "archive" (where what must not be lost is kept again, in another
// account and region) and "probe" (which tries the office from another region).
//
// What is deployed is read from functions.All and store/schema; where it is deployed, from
// the context values of Config. Start with office.go; grants.go says what each access means.
// The app looks nothing up in an account, so a synthesis needs no credentials.
package main

import (
	"fmt"
	"os"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"
)

func main() {
	defer jsii.Close()
	app := awscdk.NewApp(nil)
	if _, err := build(app); err != nil {
		fmt.Fprintln(os.Stderr, "cdk:", err)
		jsii.Close()
		os.Exit(1)
	}
	app.Synth(nil)
}

// stacks are the stacks of one deployment.
type stacks struct {
	data    *dataStack
	office  *officeStack
	archive awscdk.Stack // of production, else nil
	edge    *edgeStack   // where there is a certificate, else nil
	probe   *probeStack  // where there is a region for it, else nil
}

// build adds the stacks to app and has every resource checked against cdk-nag's packs of rules: a
// finding is an error unless nag.go accepts it with a reason.
func build(app awscdk.App) (stacks, error) {
	config, err := loadConfig(app.Node())
	if err != nil {
		return stacks{}, err
	}
	var archive awscdk.Stack
	if config.Production() {
		archive = newArchiveStack(app, config)
	}
	data := newDataStack(app, config)
	office := newOfficeStack(app, config, data)
	var edge *edgeStack
	if config.Edge.On() {
		edge = newEdgeStack(app, config)
		edge.AddDependency(office.Stack, jsii.String("it shows the key that functions take by then"))
	}
	var probe *probeStack
	if config.ProbeRegion != "" {
		probe = newProbeStack(app, config)
	}
	awscdk.Tags_Of(app).Add(jsii.String("courtoffice"), &config.Stage, nil)
	suppress(config, data, office)
	if edge != nil {
		suppressEdge(edge)
	}
	if probe != nil {
		suppressProbe(probe)
	}
	s := stacks{data, office, archive, edge, probe}
	suppressPacks(config, s)
	check(app)
	return s, nil
}

// stackProps names a stack courtoffice-<stage>-<name>, so that stages can share an account.
func stackProps(config Config, name, does string) *awscdk.StackProps {
	return &awscdk.StackProps{
		StackName:             jsii.String("courtoffice-" + config.Stage + "-" + name),
		Description:           &does,
		Env:                   &awscdk.Environment{Region: &config.Region},
		TerminationProtection: jsii.Bool(config.Production()),
	}
}
