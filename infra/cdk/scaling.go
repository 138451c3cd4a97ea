package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsapplicationautoscaling"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/jsii-runtime-go"

	"github.com/courtoffice/courtoffice/functions"
	"github.com/courtoffice/courtoffice/shared/calendar"
)

// planned is how far ahead a deployment plans rushes: the next one goes on from there.
const planned = 400 // days

// ready keeps environments of the version behind alias started, more of them in the rushes from the day
// today on.
func (o *officeStack) ready(id string, alias awslambda.Alias, r functions.Readiness, today calendar.Date) {
	scaling := alias.AddAutoScaling(&awslambda.AutoScalingOptions{MinCapacity: jsii.Number(r.Calm), MaxCapacity: jsii.Number(r.Calm)})
	at := func(when time.Time, what string, n int) {
		name := id + what + strings.ReplaceAll(calendar.DateOf(when.Add(-time.Hour)).String(), "-", "")
		scaling.ScaleOnSchedule(&name, &awsapplicationautoscaling.ScalingSchedule{
			Schedule:    awsapplicationautoscaling.Schedule_Expression(jsii.String(fmt.Sprintf("at(%s)", when.UTC().Format("2006-01-02T15:04:05")))),
			MinCapacity: jsii.Number(n), MaxCapacity: jsii.Number(n),
		})
	}
	for _, rush := range functions.Rushes(today.Add(1), today.Add(planned)) { // today's may be over
		at(rush.From, "Rush", r.Rush)
		at(rush.To, "Calm", r.Calm)
	}
}
