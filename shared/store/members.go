package store

import (
	"context"
	"crypto/sha256"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// Shards is how many parts the list of all accounts has in the index. An account's change is
// written to its part too; a partition takes about 1,000 writes a second, so even a deadline on
// which everyone signs in leaves each part far below it.
const Shards = 256

// ShardOf returns the part an account is listed in.
func ShardOf(accountID string) int {
	sum := sha256.Sum256([]byte(accountID))
	return int(sum[0])
}

func shardKey(shard int) string { return fmt.Sprintf("ACCOUNTS#%02x", shard) }

// Members lists accounts of a shard whose ids come after that one, in the order of their ids, at
// most n. The index may be a moment behind: who registers now accepts the agreement now.
func (s *Accounts) Members(ctx context.Context, shard int, after string, n int) ([]account.Account, error) {
	// A key's value can't be empty. No id has a space, which sorts before everything ids are made of.
	out, err := s.db.Query(ctx, &dynamodb.QueryInput{
		TableName: &s.name, IndexName: aws.String(schema.Index), Limit: aws.Int32(int32(n)),
		KeyConditionExpression:    aws.String("GSI1PK = :shard AND GSI1SK > :after"),
		ExpressionAttributeValues: item{":shard": str(shardKey(shard)), ":after": str(after + " ")},
	})
	if err != nil {
		return nil, fmt.Errorf("list accounts of shard %d: %w", shard, err)
	}
	list := make([]account.Account, 0, len(out.Items))
	for _, raw := range out.Items {
		var it accountItem
		if err := attributevalue.UnmarshalMap(raw, &it); err != nil {
			return nil, fmt.Errorf("decode account of shard %d: %w", shard, err)
		}
		a, err := it.account()
		if err != nil {
			return nil, err
		}
		list = append(list, a)
	}
	return list, nil
}
