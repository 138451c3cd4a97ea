// Package sms hands text messages to AWS End User Messaging SMS (API "Pinpoint SMS Voice V2").
package sms

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/pinpointsmsvoicev2"
	"github.com/aws/aws-sdk-go-v2/service/pinpointsmsvoicev2/types"
	"github.com/aws/smithy-go"

	"github.com/courtoffice/courtoffice/shared/notice"
)

// Sender sends from one sender id.
type Sender struct {
	client *pinpointsmsvoicev2.Client
	from   string
	set    *string
}

// New returns a sender of text messages from the sender id from, which the AWS account has been
// given for Kazakhstan. set is the configuration set that reports of them go by, "" for none.
func New(client *pinpointsmsvoicev2.Client, from, set string) *Sender {
	s := &Sender{client: client, from: from}
	if set != "" {
		s.set = &set
	}
	return s
}

// Send hands t to the service and returns the id it gave. That it took a message does not mean
// that it arrived: its reports come as events of their own, with t.Of (package delivery).
//
// Errors: notice.ErrRefused when the number's holder asked for no more messages or the AWS account
// blocks it; others by their code only, because the service may repeat the number in its words.
func (s *Sender) Send(ctx context.Context, t notice.Text) (messageID string, err error) {
	out, err := s.client.SendTextMessage(ctx, &pinpointsmsvoicev2.SendTextMessageInput{
		DestinationPhoneNumber: &t.To,
		OriginationIdentity:    &s.from,
		MessageBody:            &t.Body,
		MessageType:            types.MessageTypeTransactional,
		ConfigurationSetName:   s.set,
		Context:                t.Of.Tags(),
		TimeToLive:             aws.Int32(int32(t.Life / time.Second)),
	})
	if refused(err) {
		return "", notice.ErrRefused
	}
	if answer, ok := errors.AsType[smithy.APIError](err); ok {
		return "", fmt.Errorf("send text message: %s", answer.ErrorCode())
	}
	if err != nil {
		return "", fmt.Errorf("send text message: %w", err)
	}
	return aws.ToString(out.MessageId), nil
}

// refused reports whether err is about the number and will not change.
func refused(err error) bool {
	conflict, ok := errors.AsType[*types.ConflictException](err)
	return ok && (conflict.Reason == types.ConflictExceptionReasonDestinationPhoneNumberOptedOut ||
		conflict.Reason == types.ConflictExceptionReasonDestinationPhoneNumberBlockedByProtectNumberOverride)
}
