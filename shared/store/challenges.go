package store

import (
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/courtoffice/courtoffice/shared/challenge"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// A used challenge is remembered longer than it could be used: a request that reached the
// gateway in its last millisecond is still on its way.
const challengeMargin = time.Hour

type challengeItem struct {
	By string `dynamodbav:"by"`
}

func challengeKey(c challenge.Challenge) item { return key("CHALLENGE#"+c.Nonce, "CHALLENGE") }

// use is the operation that uses up a challenge within the transaction of its act. It fails when
// the challenge was used before. by is the opaque key of who used it.
func (t table) use(c challenge.Challenge, by string) types.TransactWriteItem {
	it := challengeKey(c)
	it["by"], it[schema.TTL] = str(by), ttl(c.NotAfter.Add(challengeMargin))
	return types.TransactWriteItem{Put: &types.Put{
		TableName: &t.name, Item: it, ConditionExpression: aws.String("attribute_not_exists(PK)"),
	}}
}

// useOn is use that also remembers the browser.
func (s table) useOn(c challenge.Challenge, by, device string) types.TransactWriteItem {
	op := s.use(c, by)
	if device != "" {
		op.Put.Item["device"] = str(device)
	}
	return op
}
