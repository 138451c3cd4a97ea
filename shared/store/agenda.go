package store

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/courtoffice/courtoffice/shared/calendar"
	"github.com/courtoffice/courtoffice/shared/docket"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// The head of a case in which something is to be done by a day stands in the index, under its court and
// that day. It leaves with the last of it, so a court's key holds what goes on there, not its history; it takes
// the writes of people who act in cases, a few a second at most.

func agendaKey(court string) string { return "AGENDA#" + court }

// agenda puts the head of a case where its next day is, or leaves it out of the index.
func agenda(head item, c docket.Case) {
	if day, ok := c.NextDay(); ok {
		head[schema.GSI1PK], head[schema.GSI1SK] = str(agendaKey(c.Court)), str(day.String()+"#"+c.ID)
	}
}

// Agenda calls f with each case of a court in which something is to be done by the end of that day, or was,
// what ends first first, until f fails. The index may be a moment behind.
func (s *Cases) Agenda(ctx context.Context, court string, until calendar.Date, f func(docket.Case) error) error {
	pages := dynamodb.NewQueryPaginator(s.db, &dynamodb.QueryInput{
		TableName: &s.name, IndexName: aws.String(schema.Index), KeyConditionExpression: aws.String("GSI1PK = :court AND GSI1SK < :after"),
		ExpressionAttributeValues: item{":court": str(agendaKey(court)), ":after": str(until.Add(1).String())},
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return fmt.Errorf("read the agenda of %s: %w", court, err)
		}
		for _, it := range page.Items {
			var h docket.Head
			if err := decode(it, &h); err != nil {
				return err
			}
			c, err := s.Case(ctx, h.ID)
			if err == nil {
				err = f(c)
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

func morningPK(day calendar.Date) string { return "MORNING#" + day.String() }

// morningLife is how long it is remembered which courts were told.
const morningLife = 7 * 24 * time.Hour

// Mornings returns the courts whose staff was told on the morning of a day.
func (s *Cases) Mornings(ctx context.Context, day calendar.Date) (map[string]bool, error) {
	found, err := s.under(ctx, morningPK(day), "")
	if err != nil {
		return nil, fmt.Errorf("read the morning of %s: %w", day, err)
	}
	told := map[string]bool{}
	for _, it := range found {
		told[text(it, schema.SK)] = true
	}
	return told, nil
}

// MorningDone keeps that the staff of a court was told on the morning of a day.
func (s *Cases) MorningDone(ctx context.Context, court string, day calendar.Date, at time.Time) error {
	it := key(morningPK(day), court)
	it["at"], it[schema.TTL] = str(instant(at)), ttl(at.Add(morningLife))
	if _, err := s.db.PutItem(ctx, &dynamodb.PutItemInput{TableName: &s.name, Item: it}); err != nil {
		return fmt.Errorf("keep the morning of %s at %s: %w", day, court, err)
	}
	return nil
}
