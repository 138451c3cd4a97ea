package documents

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/smithy-go"

	"github.com/courtoffice/courtoffice/shared/filing"
)

// PartSize is the length of each part but the last: what goes over a slow line in two minutes, so
// a cut costs no more. An object keeps the length it was sent with.
const PartSize = 16 << 20

// metaPartSize is the metadata that says how long an object's parts are.
const metaPartSize = "part-size"

// PartsError tells that the hashes of the parts are not those of a content of that size.
type PartsError struct{ Want int } // parts

// Error says how many there must be.
func (e *PartsError) Error() string {
	return fmt.Sprintf("documents: %d SHA-256 of parts are wanted", e.Want)
}

// Parts is how many parts content of size bytes is sent in: 0 if it goes in one request.
func Parts(size int64) int {
	if size <= PartSize {
		return 0
	}
	return int((size + PartSize - 1) / PartSize)
}

// CheckParts reports whether parts, the hashes that come with o, can be its parts': 64 hex digits
// each, as many as Parts says, none for content that goes in one request.
//
// Errors: *PartsError.
func CheckParts(o Object, parts []string) error {
	if len(parts) != Parts(o.Size) {
		return &PartsError{Parts(o.Size)}
	}
	for _, p := range parts {
		if _, err := checksum(p); err != nil {
			return &PartsError{Parts(o.Size)}
		}
	}
	_, err := checksum(o.SHA256)
	return err
}

// grantParts adds the grants of the parts that are not there. Two tabs may each begin an upload
// of the same content: both go on with the one begun first.
func (s *Store) grantParts(ctx context.Context, o Object, parts []string, up *Upload) error {
	if err := CheckParts(o, parts); err != nil {
		return err
	}
	if _, err := s.Head(ctx, o); err == nil {
		return nil
	} else if !errors.Is(err, filing.ErrDocumentMissing) {
		return err
	}
	id, err := s.begun(ctx, o)
	if err == nil && id == "" {
		id, err = s.begin(ctx, o)
	}
	if err != nil {
		return err
	}
	arrived, err := s.arrived(ctx, o, id)
	if err != nil {
		return err
	}
	for i, part := range parts {
		sum, _ := checksum(part)
		if aws.ToString(arrived[int32(i+1)].ChecksumSHA256) == sum {
			continue
		}
		offset := int64(i) * PartSize
		size := min(PartSize, o.Size-offset)
		req, err := s.presign.PresignUploadPart(ctx, &s3.UploadPartInput{
			Bucket: &s.bucket, Key: o.key(), UploadId: &id, PartNumber: aws.Int32(int32(i + 1)),
			ChecksumSHA256: &sum, ContentLength: &size,
		}, s3.WithPresignExpires(GrantLife))
		if err != nil {
			return fmt.Errorf("presign part %d of %s: %w", i+1, *o.key(), err)
		}
		up.Grants = append(up.Grants, granted(req, offset, size))
	}
	return nil
}

// begin starts an upload in parts. Its headers are fixed here, not by the client.
func (s *Store) begin(ctx context.Context, o Object) (string, error) {
	out, err := s.s3.CreateMultipartUpload(ctx, &s3.CreateMultipartUploadInput{
		Bucket: &s.bucket, Key: o.key(), ContentType: &o.MediaType,
		ChecksumAlgorithm: types.ChecksumAlgorithmSha256, ChecksumType: types.ChecksumTypeComposite,
		CacheControl: aws.String(cacheControl), ContentDisposition: aws.String(disposition),
		Metadata: map[string]string{metaPartSize: strconv.Itoa(PartSize)}, Tagging: aws.String(unsealed),
	})
	if err != nil {
		return "", fmt.Errorf("begin upload of %s: %w", *o.key(), err)
	}
	return aws.ToString(out.UploadId), nil
}

// begun returns the upload of o that was begun first, "" if there is none.
func (s *Store) begun(ctx context.Context, o Object) (string, error) {
	out, err := s.s3.ListMultipartUploads(ctx, &s3.ListMultipartUploadsInput{Bucket: &s.bucket, Prefix: o.key()})
	if err != nil {
		return "", fmt.Errorf("list uploads of %s: %w", *o.key(), err)
	}
	if len(out.Uploads) == 0 {
		return "", nil
	}
	first := slices.MinFunc(out.Uploads, func(a, b types.MultipartUpload) int {
		return cmp.Or(aws.ToTime(a.Initiated).Compare(aws.ToTime(b.Initiated)), cmp.Compare(aws.ToString(a.UploadId), aws.ToString(b.UploadId)))
	})
	return aws.ToString(first.UploadId), nil
}

// arrived lists the parts of an upload by number. There are at most as many as one answer holds.
func (s *Store) arrived(ctx context.Context, o Object, id string) (map[int32]types.Part, error) {
	out, err := s.s3.ListParts(ctx, &s3.ListPartsInput{Bucket: &s.bucket, Key: o.key(), UploadId: &id})
	if err != nil && thereAlready(err) { // completed since it was listed
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("list parts of %s: %w", *o.key(), err)
	}
	parts := map[int32]types.Part{}
	for _, p := range out.Parts {
		parts[aws.ToInt32(p.PartNumber)] = p
	}
	return parts, nil
}

// Complete makes an object of the parts that were sent, whose hashes are parts, and says what is
// stored. It may be repeated, and two may do it at once: the content is there once. Storage may take a
// moment over it, in which the other is told that parts are missing and asks for grants again.
//
// Errors: *PartsError; filing.ErrDocumentMissing when a part has not arrived, filing.ErrDocumentChanged
// when other bytes are stored.
func (s *Store) Complete(ctx context.Context, o Object, parts []string) (Stored, error) {
	if err := CheckParts(o, parts); err != nil {
		return Stored{}, err
	}
	stored, err := s.Head(ctx, o)
	if !errors.Is(err, filing.ErrDocumentMissing) {
		return stored, err
	}
	if err := s.complete(ctx, o, parts); err != nil && !errors.Is(err, filing.ErrDocumentMissing) {
		return Stored{}, err
	}
	return s.Head(ctx, o) // another may have completed it, and the parts are gone
}

func (s *Store) complete(ctx context.Context, o Object, parts []string) error {
	id, err := s.begun(ctx, o)
	if err != nil || id == "" {
		return err
	}
	arrived, err := s.arrived(ctx, o, id)
	if err != nil {
		return err
	}
	whole := &types.CompletedMultipartUpload{}
	for i, part := range parts {
		sum, _ := checksum(part)
		have := arrived[int32(i+1)]
		if aws.ToString(have.ChecksumSHA256) != sum {
			return fmt.Errorf("%s, part %d: %w", *o.key(), i+1, filing.ErrDocumentMissing)
		}
		whole.Parts = append(whole.Parts, types.CompletedPart{PartNumber: have.PartNumber, ETag: have.ETag, ChecksumSHA256: &sum})
	}
	_, err = s.s3.CompleteMultipartUpload(ctx, &s3.CompleteMultipartUploadInput{
		Bucket: &s.bucket, Key: o.key(), UploadId: &id, MultipartUpload: whole, IfNoneMatch: aws.String("*"),
		ChecksumType: types.ChecksumTypeComposite, MpuObjectSize: &o.Size,
	})
	if err != nil && !thereAlready(err) {
		return fmt.Errorf("complete upload of %s: %w", *o.key(), err)
	}
	return nil
}

// Composite is S3's checksum of content sent in parts: the SHA-256 over the SHA-256 of each, hex.
func Composite(parts []string) (string, error) {
	whole := sha256.New()
	for _, p := range parts {
		sum, err := checksum(p)
		if err != nil {
			return "", err
		}
		raw, _ := base64.StdEncoding.DecodeString(sum)
		whole.Write(raw)
	}
	return hex.EncodeToString(whole.Sum(nil)), nil
}

// thereAlready reports whether a conditional write lost to another of the same content, or its
// upload was completed meanwhile.
func thereAlready(err error) bool {
	api, ok := errors.AsType[smithy.APIError](err)
	return ok && slices.Contains([]string{"PreconditionFailed", "ConditionalRequestConflict", "NoSuchUpload"}, api.ErrorCode())
}
