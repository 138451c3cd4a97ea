package registry

import (
	"context"
	"errors"
	"regexp"
	"time"

	"github.com/courtoffice/courtoffice/shared/defect"
	"github.com/courtoffice/courtoffice/shared/documents"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/httpapi"
	"github.com/courtoffice/courtoffice/shared/verdict"
)

// Bounds on files of the court's own.
const (
	MaxRulingFile    = documents.PartSize // bytes: one request, whose hash storage checks as a whole
	RulingFilesAHour = 60                 // grants to one judge
)

// OwnFileRequest names the court's own PDF of a ruling by what its bytes are.
type OwnFileRequest struct {
	ID     string `path:"id" json:"-"`
	SHA256 string `json:"sha256"`
	Size   int64  `json:"size"` // bytes
}

// OwnFile says what is left to send of the file, and what the office found in it.
type OwnFile struct {
	Upload    documents.Upload `json:"upload"`    // without grants where all of it is there
	Inspected bool             `json:"inspected"` // false: ask again in a moment
	Defects   []Defect         `json:"defects"`   // for which it can't be signed
}

// OwnFile grants a judge the upload of a PDF that is to be signed in place of the one the office makes, and says
// of one that is there what was found in it. It may be repeated.
//
// Errors: filing.ErrNotFound for who is not the judge, filing.ErrElsewhere where no ruling may be made now,
// defect.List, the problem "quota".
func (s *Service) OwnFile(ctx context.Context, r OwnFileRequest) (OwnFile, error) {
	w, sealed, err := s.reach(ctx, r.ID)
	if err != nil {
		return OwnFile{}, err
	}
	e, at := sealed.Envelope, httpapi.ReceivedAt(ctx)
	if _, judge := w.may(e); !judge {
		return OwnFile{}, filing.ErrNotFound
	}
	if !s.mayRule(w, e) {
		return OwnFile{}, filing.ErrElsewhere
	}
	var list defect.List
	file := filing.File{SHA256: r.SHA256, Size: r.Size}
	whole(&list, file)
	if err := list.Err(); err != nil {
		return OwnFile{}, err
	}
	out := OwnFile{Upload: documents.Upload{Grants: []documents.Grant{}, ExpiresAt: at.Add(documents.GrantLife).UTC()}, Defects: []Defect{}}
	o := ownObject(e.ID, file)
	if _, err := s.Documents.Head(ctx, o); errors.Is(err, filing.ErrDocumentMissing) {
		if wait, err := s.Attempts.Count(ctx, "ruling-files#"+w.ID, RulingFilesAHour, time.Hour, at); err != nil {
			return OwnFile{}, err
		} else if wait > 0 {
			return OwnFile{}, &httpapi.Problem{Slug: "quota", Wait: wait}
		}
		out.Upload, err = s.Documents.Grant(ctx, o, nil, at)
		return out, err
	} else if err != nil {
		return OwnFile{}, stored(err)
	}
	v, err := s.inspected(ctx, e.ID, file)
	if err != nil {
		return OwnFile{}, err
	}
	for _, d := range faults(v) {
		out.Defects = append(out.Defects, shown(ctx, d))
	}
	out.Inspected = !v.Has(verdict.NotInspected)
	return out, nil
}

// mayRule reports whether w may make a ruling on the filing where it stands.
func (s *Service) mayRule(w staff, e filing.Envelope) bool {
	for _, act := range s.may(w, e) {
		if act.Ruling {
			return true
		}
	}
	return false
}

// own is the version of the court's own file in the bucket, which is there and was inspected without a finding.
//
// Errors: defect.List.
func (s *Service) own(ctx context.Context, id string, file filing.File) (documents.Stored, error) {
	var list defect.List
	if whole(&list, file); len(list) > 0 {
		return documents.Stored{}, list
	}
	there, err := s.Documents.Head(ctx, ownObject(id, file))
	if err != nil {
		return there, stored(err)
	}
	v, err := s.inspected(ctx, id, file)
	if err != nil {
		return there, err
	}
	if v.Has(verdict.NotInspected) {
		return there, defect.List{{Pointer: "/file", Code: "ruling-file-waits"}}
	}
	return there, faults(v).Err()
}

func ownObject(id string, file filing.File) documents.Object {
	return documents.Object{Filing: id, SHA256: file.SHA256, Size: file.Size, MediaType: "application/pdf"}
}

var hash = regexp.MustCompile(`^[0-9a-f]{64}$`)

// whole says what is wrong with what a request says of the file.
func whole(list *defect.List, file filing.File) {
	if file == (filing.File{}) {
		list.Add("/file", "required", "")
		return
	}
	if !hash.MatchString(file.SHA256) {
		list.Add("/file", "format", "")
	}
	switch {
	case file.Size <= 0:
		list.Add("/file", "file-empty", "")
	case file.Size > MaxRulingFile:
		list.Add("/file", "ruling-file-large", "")
	}
}

// stored says what of the judge's is wrong where the bucket has no such file.
func stored(err error) error {
	if errors.Is(err, filing.ErrDocumentMissing) || errors.Is(err, filing.ErrDocumentChanged) {
		return defect.List{{Pointer: "/file", Code: "ruling-file-missing"}}
	}
	return err
}

func (s *Service) inspected(ctx context.Context, id string, file filing.File) (verdict.Verdict, error) {
	all, err := s.Verdicts.Of(ctx, id, []filing.Document{{SHA256: file.SHA256, Size: file.Size, MediaType: "application/pdf"}}, httpapi.ReceivedAt(ctx))
	if err != nil {
		return verdict.Verdict{}, err
	}
	return all[0], nil
}

// faults are what keeps a file from being a ruling: everything that an inspection finds. What a filer is warned
// of is no way for a court to speak: its file opens for everyone, and has in it what is seen.
func faults(v verdict.Verdict) (list defect.List) {
	for _, c := range v.Findings {
		switch c {
		case verdict.NotInspected:
		case verdict.Mislabelled:
			list.Add("/file", "ruling-file-pdf", "", "found", defect.Key("inspect.found."+string(v.Found)))
		default:
			list.Add("/file", "file-"+string(c), "")
		}
	}
	return list
}
