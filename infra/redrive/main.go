// Command redrive has dead letters tried again: it starts, for each queue of dead letters of a
// deployed office, the move of its messages back to the queues they came from. An operator runs it
// with the deployment's AWS credentials once the cause is mended:
//
//	go run ./infra/redrive -stage production
//
// A message that is told twice is told once: readers keep what they have done. What relay's own
// dead letters hold are positions of stream records, not messages; they stay, and the sweep copies
// the events they speak of from the outbox. The office on this machine has `build/local redrive`.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

func main() {
	if err := run(context.Background(), os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "redrive:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("redrive", flag.ContinueOnError)
	stage := flags.String("stage", "", "stage of the deployment: production or test")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *stage == "" {
		return errors.New("-stage is missing")
	}
	cfg, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return err
	}
	return redrive(ctx, sqs.NewFromConfig(cfg), "courtoffice-"+*stage+"-data-")
}

// redrive moves the messages of every queue whose name begins with prefix and whose messages other
// queues gave up.
func redrive(ctx context.Context, client *sqs.Client, prefix string) error {
	found := false
	pages := sqs.NewListQueuesPaginator(client, &sqs.ListQueuesInput{QueueNamePrefix: &prefix, MaxResults: aws.Int32(1000)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, url := range page.QueueUrls {
			name := url[strings.LastIndex(url, "/")+1:]
			sources, err := client.ListDeadLetterSourceQueues(ctx, &sqs.ListDeadLetterSourceQueuesInput{QueueUrl: &url})
			if err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
			if len(sources.QueueUrls) == 0 {
				continue
			}
			found = true
			out, err := client.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{QueueUrl: &url, AttributeNames: []types.QueueAttributeName{
				types.QueueAttributeNameQueueArn, types.QueueAttributeNameApproximateNumberOfMessages,
			}})
			if err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
			n := out.Attributes[string(types.QueueAttributeNameApproximateNumberOfMessages)]
			if n != "0" {
				arn := out.Attributes[string(types.QueueAttributeNameQueueArn)]
				if _, err := client.StartMessageMoveTask(ctx, &sqs.StartMessageMoveTaskInput{SourceArn: &arn}); err != nil {
					return fmt.Errorf("%s: %w", name, err)
				}
			}
			fmt.Printf("%s: about %s messages\n", name, n)
		}
	}
	if !found {
		return fmt.Errorf("no queues of dead letters have names that begin with %s", prefix)
	}
	return nil
}
