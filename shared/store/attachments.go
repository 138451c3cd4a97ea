package store

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// attachmentItem is an attachment: an item of its own, so that an upload rewrites no text and two
// uploads at once are in nobody's way.
type attachmentItem struct {
	ID        string `dynamodbav:"id"`
	MediaType string `dynamodbav:"mediaType"`
	Name      string `dynamodbav:"name"`
	Role      string `dynamodbav:"role"`
	SHA256    string `dynamodbav:"sha256"`
	Size      int64  `dynamodbav:"size"`
	Version   int    `dynamodbav:"version"`
	Added     string `dynamodbav:"added"`
}

func attachmentRecord(h filing.Envelope, a filing.Attachment) (item, error) {
	it, err := record(filingPK(h.ID), documentPrefix+a.ID, attachmentItem{
		ID: a.ID, MediaType: a.MediaType, Name: a.Name, Role: a.Role, SHA256: a.SHA256, Size: a.Size,
		Version: a.Version, Added: instant(a.AddedAt),
	})
	if err == nil {
		it[schema.TTL] = ttl(h.CreatedAt.Add(filing.DraftMost))
	}
	return it, err
}

func (it attachmentItem) attachment() (filing.Attachment, error) {
	at, err := parseInstant(it.Added)
	return filing.Attachment{
		Document: filing.Document{ID: it.ID, MediaType: it.MediaType, Name: it.Name, Role: it.Role, SHA256: it.SHA256, Size: it.Size},
		Version:  it.Version, AddedAt: at,
	}, err
}

// Attachment returns one attachment of a filing whose head the caller has read.
//
// Errors: filing.ErrNotFound.
func (s *Filings) Attachment(ctx context.Context, id, document string, at time.Time) (filing.Attachment, error) {
	var it attachmentItem
	ok, err := s.get(ctx, filingPK(id), documentPrefix+document, at, &it)
	if err != nil {
		return filing.Attachment{}, fmt.Errorf("read document %s of %s: %w", document, id, err)
	}
	if !ok {
		return filing.Attachment{}, filing.ErrNotFound
	}
	return it.attachment()
}

// SaveAttachment adds an attachment (Version 0) or replaces what one says that is still at a.Version,
// and returns it one version later. A manifest that was out for signature becomes void.
//
// Errors: filing.ErrNotFound; filing.ErrVersion: the attachment was changed meanwhile, or the filing is no
// longer a draft; filing.ErrTooMany beyond filing.MaxDocuments.
func (s *Filings) SaveAttachment(ctx context.Context, h filing.Envelope, a filing.Attachment, at time.Time) (filing.Attachment, error) {
	was := a.Version
	a.Version++
	c := change{step: "edit"}
	if was == 0 {
		a.AddedAt = at
		c.set, c.condition, c.values = ", attached = attached + :one", " AND attached < :most", item{":most": num(filing.MaxDocuments)}
	}
	it, err := attachmentRecord(h, a)
	if err != nil {
		return filing.Attachment{}, err
	}
	put := s.once(it)
	if was > 0 {
		put.Put.ConditionExpression, put.Put.ExpressionAttributeValues = aws.String("version = :was"), item{":was": num(int64(was))}
	}
	reasons, err := s.change(ctx, h, c, at, put)
	switch {
	case err != nil:
		return filing.Attachment{}, fmt.Errorf("save document %s of %s: %w", a.ID, h.ID, err)
	case failed(reasons, 1):
		return filing.Attachment{}, filing.ErrVersion
	case failed(reasons, 0):
		return filing.Attachment{}, full(reasons[0], h.AccountID)
	}
	return a, nil
}

// full is refused, or that there is no room.
func full(reason types.CancellationReason, accountID string) error {
	if filing.Status(text(reason.Item, "status")).May("edit") && text(reason.Item, "account") == accountID {
		return filing.ErrTooMany
	}
	return refused(reason, accountID)
}

// DropAttachment removes an attachment that is still at version. Its bytes are left to the bucket's
// lifecycle.
//
// Errors: filing.ErrNotFound, filing.ErrVersion.
func (s *Filings) DropAttachment(ctx context.Context, h filing.Envelope, document string, version int, at time.Time) error {
	reasons, err := s.change(ctx, h, change{step: "edit", set: ", attached = attached - :one"}, at,
		types.TransactWriteItem{Delete: &types.Delete{
			TableName: &s.name, Key: key(filingPK(h.ID), documentPrefix+document), ConditionExpression: aws.String("version = :was"),
			ExpressionAttributeValues:           item{":was": num(int64(version))},
			ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
		}})
	switch {
	case err != nil:
		return fmt.Errorf("drop document %s of %s: %w", document, h.ID, err)
	case failed(reasons, 0):
		return refused(reasons[0], h.AccountID)
	case failed(reasons, 1) && len(reasons[1].Item) == 0:
		return filing.ErrNotFound
	case failed(reasons, 1):
		return filing.ErrVersion
	}
	return nil
}
