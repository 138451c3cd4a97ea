package wire

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/courtoffice/courtoffice/functions/internal/holdlog"
	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/awsjson"
	"github.com/courtoffice/courtoffice/shared/outbox"
	"github.com/courtoffice/courtoffice/shared/requestlog"
	"github.com/courtoffice/courtoffice/shared/store"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// HoldLog builds the function hold-log.
func (a *App) HoldLog() func(context.Context, events.SQSEvent) (events.SQSEventResponse, error) {
	cfg, endpoint := a.aws("CLOUDWATCH_LOGS")
	client := awsjson.Client{Region: cfg.Region, Endpoint: aws.ToString(endpoint), Credentials: cfg.Credentials}
	svc := &holdlog.Service{
		Breaches: store.NewBreaches(a.dynamo(), a.cfg.AccountsTable, ""),
		Log:      requestlog.New(client, strings.Fields(a.cfg.LogGroups)),
		Now:      time.Now,
	}
	return a.read(func(ctx context.Context, _ schema.Queue, e outbox.Entry) error {
		if e.Type != string(account.EventBreachOpened) {
			return fmt.Errorf("event %s of %s is not for hold-log", e.Type, e.Of)
		}
		told, err := account.EventOf(e.Event)
		if err != nil {
			return err
		}
		final, err := svc.Opened(ctx, told.Case)
		if err == nil && !final {
			err = errLater
		}
		return err
	})
}
