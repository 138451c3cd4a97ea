package host

import (
	"errors"
	"io"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// statusPage shows the static status page as it lies in its bucket, with no function asked.
func (h *Host) statusPage(w http.ResponseWriter, r *http.Request) {
	bucket, _ := h.cfg.bucketName(schema.Status)
	out, err := h.s3().GetObject(r.Context(), &s3.GetObjectInput{Bucket: &bucket, Key: aws.String(schema.StatusPage)})
	if _, none := errors.AsType[*types.NoSuchKey](err); none {
		http.Error(w, "no status page was written yet", http.StatusNotFound)
		return
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	defer out.Body.Close()
	w.Header().Set("Content-Type", aws.ToString(out.ContentType))
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
	io.Copy(w, out.Body)
}
