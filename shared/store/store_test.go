package store_test

import (
	"context"
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go/middleware"

	"github.com/courtoffice/courtoffice/shared/store"
)

// conflicting returns a client whose first n transactions are cancelled by a conflict, which the
// local engine never reports by itself, and counts all of them.
func conflicting(db *dynamodb.Client, n int) (*dynamodb.Client, *int) {
	calls := 0
	return dynamodb.New(db.Options(), func(o *dynamodb.Options) {
		o.APIOptions = append(o.APIOptions, func(stack *middleware.Stack) error {
			return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("conflict", func(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (middleware.InitializeOutput, middleware.Metadata, error) {
				if _, ok := in.Parameters.(*dynamodb.TransactWriteItemsInput); ok {
					if calls++; calls <= n {
						return middleware.InitializeOutput{}, middleware.Metadata{}, &types.TransactionCanceledException{
							CancellationReasons: []types.CancellationReason{{Code: aws.String("None")}, {Code: aws.String("TransactionConflict")}},
						}
					}
				}
				return next.HandleInitialize(ctx, in)
			}), middleware.Before)
		})
	}), &calls
}

func TestConflictIsTriedAgain(t *testing.T) {
	r, ctx := newRegistry(t), context.Background()
	for n := range 2 {
		r.draft(n)
		r.frozen(n, "m1")
	}
	db, calls := conflicting(r.db, 3)
	if got, err := store.NewFilings(db, r.name).Seal(ctx, sealing(0, "m1")); err != nil || !got.First || *calls != 4 {
		t.Errorf("Seal after three conflicts: %+v, %v, %d calls", got, err, *calls)
	}
	db, calls = conflicting(r.db, 100) // gives up after about a second
	_, err := store.NewFilings(db, r.name).Seal(ctx, sealing(1, "m1"))
	if _, ok := errors.AsType[*types.TransactionCanceledException](err); !ok || *calls != 8 {
		t.Errorf("Seal in endless conflict: %v after %d calls", err, *calls)
	}
}
