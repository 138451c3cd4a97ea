// Package mail hands notices to Amazon SES (API version 2).
package mail

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sesv2"
	"github.com/aws/aws-sdk-go-v2/service/sesv2/types"

	"github.com/courtoffice/courtoffice/shared/delivery"
	"github.com/courtoffice/courtoffice/shared/email"
	"github.com/courtoffice/courtoffice/shared/notice"
)

// Sender sends from one address.
type Sender struct {
	ses  *sesv2.Client
	from string
}

// tags are what SES repeats in its events about a message, to nobody else.
func tags(of delivery.Reference) (list []types.MessageTag) {
	for name, value := range of.Tags() {
		list = append(list, types.MessageTag{Name: &name, Value: &value})
	}
	return list
}

// New returns a sender of mail from the RFC 5322 address from, whose identity SES has verified.
func New(client *sesv2.Client, from string) *Sender { return &Sender{client, from} }

// Send hands m to SES and returns the id SES gave it. That SES took a message does not mean that
// it arrived: its reports come as events of their own, with m.Of (package delivery).
//
// Errors: the SDK's, without the address in their text. A request that SES finds wrong
// (BadRequestException: an address it can't read) wraps notice.ErrRefused too, for it would be
// wrong again. A message that it rejects (MessageRejected) wraps notice.ErrRejected: it says the
// same of the content and of a sender's identity that is not verified yet. A rate or quota that is
// exceeded, a paused account or a service that is away wraps neither.
func (s *Sender) Send(ctx context.Context, m notice.Message) (messageID string, err error) {
	utf8 := aws.String("UTF-8")
	headers := []types.MessageHeader{
		header("Content-Language", string(m.Lang)),
		header("Auto-Submitted", "auto-generated"), // RFC 3834, section 5
	}
	if m.Unsubscribe != "" {
		headers = append(headers,
			header("List-Unsubscribe", "<"+m.Unsubscribe+">"),             // RFC 2369, section 3.2
			header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")) // RFC 8058, section 3.1
	}
	var replyTo []string
	if m.ReplyTo != "" {
		replyTo = []string{m.ReplyTo}
	}
	out, err := s.ses.SendEmail(ctx, &sesv2.SendEmailInput{
		FromEmailAddress: &s.from,
		ReplyToAddresses: replyTo,
		EmailTags:        tags(m.Of),
		Destination:      &types.Destination{ToAddresses: []string{email.ASCII(m.To)}},
		Content: &types.EmailContent{Simple: &types.Message{
			Subject: &types.Content{Data: &m.Subject, Charset: utf8},
			Body:    &types.Body{Text: &types.Content{Data: &m.Body, Charset: utf8}},
			Headers: headers,
		}},
	})
	if _, bad := errors.AsType[*types.BadRequestException](err); bad {
		return "", fmt.Errorf("%w: %w", notice.ErrRefused, err)
	}
	if _, rejected := errors.AsType[*types.MessageRejected](err); rejected {
		return "", fmt.Errorf("%w: %w", notice.ErrRejected, err)
	}
	if err != nil {
		return "", fmt.Errorf("send mail: %w", err)
	}
	return aws.ToString(out.MessageId), nil
}

func header(name, value string) types.MessageHeader {
	return types.MessageHeader{Name: &name, Value: &value}
}
