package documents

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"regexp"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/smithy-go"
)

var keyForm = regexp.MustCompile(`^filings/([0-9a-f-]{36})/([0-9a-f]{64})$`)

// ParseKey returns what Key made a key of; ok is false for any other key.
func ParseKey(key string) (filingID, sha256 string, ok bool) {
	m := keyForm.FindStringSubmatch(key)
	if m == nil {
		return "", "", false
	}
	return m[1], m[2], true
}

// Blob reads one version of a stored object by ranges. It keeps a few blocks, so that reading here
// and there costs few requests; it is for one reader at a time.
type Blob struct {
	Size    int64
	InParts bool // S3 did not check the whole against the key: see Sum

	ctx     context.Context // of Open: a ReaderAt takes none
	store   *Store
	key     string
	version string
	blocks  []block // the one used last comes first
}

type block struct {
	at   int64
	data []byte
}

// A request costs about as much time as blockSize bytes of it.
const (
	blockSize  = 1 << 20
	blocksKept = 4
)

// Open finds a version of a stored object; ctx is of all reading from it.
//
// Errors: ErrGone when there is none.
func (s *Store) Open(ctx context.Context, key, version string) (*Blob, error) {
	in := &s3.HeadObjectInput{Bucket: &s.bucket, Key: &key, ChecksumMode: types.ChecksumModeEnabled}
	if version != "" {
		in.VersionId = &version
	}
	out, err := s.s3.HeadObject(ctx, in)
	if gone(err) {
		return nil, fmt.Errorf("%s: %w", key, ErrGone)
	}
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", key, err)
	}
	return &Blob{
		Size: aws.ToInt64(out.ContentLength), InParts: out.Metadata[metaPartSize] != "",
		ctx: ctx, store: s, key: key, version: aws.ToString(out.VersionId),
	}, nil
}

// ErrGone tells that a version is not in the bucket any more.
var ErrGone = errors.New("documents: no such version")

func gone(err error) bool {
	if _, ok := errors.AsType[*types.NotFound](err); ok {
		return true
	}
	api, ok := errors.AsType[smithy.APIError](err)
	return ok && (api.ErrorCode() == "NoSuchVersion" || api.ErrorCode() == "NoSuchKey" || api.ErrorCode() == "MethodNotAllowed") // a delete marker
}

// ReadAt implements io.ReaderAt.
func (b *Blob) ReadAt(p []byte, off int64) (n int, err error) {
	for n < len(p) && err == nil {
		var data []byte
		if data, err = b.from(off + int64(n)); err == nil {
			n += copy(p[n:], data)
		}
	}
	return n, err
}

// from returns what of a block lies from off on.
func (b *Blob) from(off int64) ([]byte, error) {
	if off >= b.Size {
		return nil, io.EOF
	}
	at := off - off%blockSize
	for i, have := range b.blocks {
		if have.at == at {
			copy(b.blocks[1:i+1], b.blocks[:i])
			b.blocks[0] = have
			return have.data[off-at:], nil
		}
	}
	data, err := b.get(fmt.Sprintf("bytes=%d-%d", at, min(at+blockSize, b.Size)-1))
	if err != nil {
		return nil, err
	}
	if int64(len(data)) <= off-at {
		return nil, io.ErrUnexpectedEOF
	}
	b.blocks = append([]block{{at, data}}, b.blocks[:min(len(b.blocks), blocksKept-1)]...)
	return data[off-at:], nil
}

func (b *Blob) get(bytes string) ([]byte, error) {
	out, err := b.store.s3.GetObject(b.ctx, &s3.GetObjectInput{Bucket: &b.store.bucket, Key: &b.key, VersionId: &b.version, Range: &bytes})
	if err != nil {
		return nil, fmt.Errorf("read %s of %s: %w", bytes, b.key, err)
	}
	defer out.Body.Close()
	data, err := io.ReadAll(out.Body)
	if err != nil {
		return nil, fmt.Errorf("read %s of %s: %w", bytes, b.key, err)
	}
	return data, nil
}

// Reader reads the whole from the beginning, in one request. The caller closes it.
func (b *Blob) Reader() (io.ReadCloser, error) {
	out, err := b.store.s3.GetObject(b.ctx, &s3.GetObjectInput{Bucket: &b.store.bucket, Key: &b.key, VersionId: &b.version})
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", b.key, err)
	}
	return out.Body, nil
}

// Sum is the SHA-256 of the whole in hex, for which the whole is read.
func (b *Blob) Sum() (string, error) {
	r, err := b.Reader()
	if err != nil {
		return "", err
	}
	defer r.Close()
	whole := sha256.New()
	if _, err := io.Copy(whole, r); err != nil {
		return "", fmt.Errorf("read %s: %w", b.key, err)
	}
	return hex.EncodeToString(whole.Sum(nil)), nil
}
