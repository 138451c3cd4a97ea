package documents

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// Lock keeps a version of a filing's content from being deleted until then. compliance is the
// mode that not even the owner of the account can lift; without it the lock is S3's governance
// mode, for stacks that come and go. A lock can be prolonged, so locking again is harmless.
//
// Once the version is locked, and not before, it loses the tag by which unsealed content goes.
func (s *Store) Lock(ctx context.Context, filingID, sha256, version string, until time.Time, compliance bool) error {
	mode := types.ObjectLockRetentionModeGovernance
	if compliance {
		mode = types.ObjectLockRetentionModeCompliance
	}
	_, err := s.s3.PutObjectRetention(ctx, &s3.PutObjectRetentionInput{
		Bucket: &s.bucket, Key: aws.String(Key(filingID, sha256)), VersionId: &version,
		Retention: &types.ObjectLockRetention{Mode: mode, RetainUntilDate: &until},
	})
	if err != nil {
		return fmt.Errorf("lock %s: %w", Key(filingID, sha256), err)
	}
	_, err = s.s3.DeleteObjectTagging(ctx, &s3.DeleteObjectTaggingInput{Bucket: &s.bucket, Key: aws.String(Key(filingID, sha256)), VersionId: &version})
	if err != nil {
		return fmt.Errorf("take the tag off %s: %w", Key(filingID, sha256), err)
	}
	return nil
}
