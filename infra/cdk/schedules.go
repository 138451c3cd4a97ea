package main

import (
	"fmt"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsscheduler"
	"github.com/aws/jsii-runtime-go"

	"github.com/courtoffice/courtoffice/functions"
)

// schedule runs fn by the clock with EventBridge Scheduler, which writes the instant the run was
// due into the payload. A run that fails is not repeated: the next one does its work too.
func schedule(stack awscdk.Stack, fn awslambda.Function, name string, s functions.Schedule) {
	id := outputName(name) + "Schedule" + outputName(s.Name)
	role := awsiam.NewRole(stack, jsii.String(id+"Role"), &awsiam.RoleProps{
		AssumedBy:   awsiam.NewServicePrincipal(jsii.String("scheduler.amazonaws.com"), nil),
		Description: jsii.String("Court Office: schedule " + s.Name + " of " + name),
	})
	role.AddToPolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Actions: jsii.Strings("lambda:InvokeFunction"), Resources: &[]*string{fn.FunctionArn()},
	}))
	minutes := int(s.Every.Minutes())
	unit := "minutes"
	if minutes == 1 {
		unit = "minute"
	}
	schedule := awsscheduler.NewCfnSchedule(stack, &id, &awsscheduler.CfnScheduleProps{
		Description:        jsii.String(s.Name),
		ScheduleExpression: jsii.String(fmt.Sprintf("rate(%d %s)", minutes, unit)),
		FlexibleTimeWindow: &awsscheduler.CfnSchedule_FlexibleTimeWindowProperty{Mode: jsii.String("OFF")},
		Target: &awsscheduler.CfnSchedule_TargetProperty{
			Arn:     fn.FunctionArn(),
			RoleArn: role.RoleArn(),
			Input:   jsii.String(fmt.Sprintf(`{"schedule":%q,"time":"<aws.scheduler.scheduled-time>"}`, s.Name)),
			RetryPolicy: &awsscheduler.CfnSchedule_RetryPolicyProperty{
				MaximumRetryAttempts: jsii.Number(0), MaximumEventAgeInSeconds: jsii.Number(60),
			},
		},
	})
	schedule.Node().AddDependency(role)
}
