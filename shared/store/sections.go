package store

import (
	"bytes"
	"compress/flate"
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// A section's bytes are kept deflated (RFC 1951): Kazakh prose takes a third of its UTF-8, and a write
// costs by the kilobyte. What comes back are the same bytes. An item takes 400 KB; what deflates to more
// than sectionPart goes on in parts, so that everything within a form's limits can be kept.

const sectionPart = 300 << 10

type sectionItem struct {
	Code    string `dynamodbav:"code"`
	Version int    `dynamodbav:"version"`
	Updated string `dynamodbav:"updated"`
	Parts   int    `dynamodbav:"parts,omitempty"` // beside this item
	Data    []byte `dynamodbav:"data"`
}

// partSK tells versions that follow each other apart, so that a reader never mixes two.
func partSK(code string, version, n int) string {
	return fmt.Sprintf("%s%s#%d#%02d", partPrefix, code, version%2, n)
}

// sectionItems are the item of a section and its parts.
func sectionItems(h filing.Envelope, s filing.Section) ([]item, error) {
	var deflated bytes.Buffer
	w, err := flate.NewWriter(&deflated, flate.BestSpeed)
	if err == nil {
		_, err = w.Write(s.Value)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		return nil, fmt.Errorf("encode section %s: %w", s.Code, err)
	}
	first, rest := cut(deflated.Bytes())
	it := sectionItem{Code: s.Code, Version: s.Version, Updated: instant(s.UpdatedAt), Data: first}
	items := []item{nil}
	for len(rest) > 0 {
		it.Parts++
		var data []byte
		data, rest = cut(rest)
		part := key(filingPK(h.ID), partSK(s.Code, s.Version, it.Parts))
		part["data"] = &types.AttributeValueMemberB{Value: data}
		items = append(items, part)
	}
	if items[0], err = record(filingPK(h.ID), sectionPrefix+s.Code, it); err != nil {
		return nil, err
	}
	for _, one := range items {
		one[schema.TTL] = ttl(h.CreatedAt.Add(filing.DraftMost))
	}
	return items, nil
}

func cut(b []byte) (first, rest []byte) {
	return b[:min(len(b), sectionPart)], b[min(len(b), sectionPart):]
}

// section puts the bytes together again.
func (it sectionItem) section(parts map[string][]byte) (filing.Section, error) {
	data := it.Data
	for n := range it.Parts {
		data = append(data, parts[partSK(it.Code, it.Version, n+1)]...)
	}
	value, err := io.ReadAll(flate.NewReader(bytes.NewReader(data)))
	if err != nil {
		return filing.Section{}, fmt.Errorf("section %s: %w", it.Code, err)
	}
	at, err := parseInstant(it.Updated)
	if err != nil {
		return filing.Section{}, fmt.Errorf("section %s: %w", it.Code, err)
	}
	return filing.Section{Code: it.Code, Version: it.Version, Value: value, UpdatedAt: at}, nil
}

// Section returns one section of a filing whose head the caller has read; version 0 and "{}" if it
// was never saved.
func (s *Filings) Section(ctx context.Context, id, code string, at time.Time) (filing.Section, error) {
	found, err := s.under(ctx, filingPK(id), sectionPrefix+code)
	if err != nil {
		return filing.Section{}, fmt.Errorf("read section %s of %s: %w", code, id, err)
	}
	for _, raw := range found {
		var it sectionItem
		if err := attributevalue.UnmarshalMap(raw, &it); err != nil || it.Code != code || expired(raw, at) {
			continue
		}
		parts := map[string][]byte{}
		if it.Parts > 0 {
			more, err := s.under(ctx, filingPK(id), partPrefix+code+"#")
			if err != nil {
				return filing.Section{}, fmt.Errorf("read section %s of %s: %w", code, id, err)
			}
			for _, part := range more {
				if b, ok := part["data"].(*types.AttributeValueMemberB); ok {
					parts[text(part, schema.SK)] = b.Value
				}
			}
		}
		return it.section(parts)
	}
	return filing.Section{Code: code, Value: []byte("{}")}, nil
}

// Heading says what of an envelope's head a section decides; nil is decided by another one.
type Heading struct {
	Court, Lang, About, Case, Opposite *string
	Tiyn                               *int64
}

// caseName is the name that headChange gives the attribute "case".
const caseName = "#case"

// set is what h changes in the envelope: a change's set and values. "case" is a word of the expressions' own
// language: headChange names it.
func (h Heading) set() (expr string, values item) {
	values = item{}
	if h.Opposite != nil {
		h.Opposite = aws.String(filing.Shortened(*h.Opposite))
	}
	for _, f := range []struct {
		name  string
		value *string
	}{{"court", h.Court}, {"lang", h.Lang}, {"about", h.About}, {caseName, h.Case}, {"opposite", h.Opposite}} {
		if f.value != nil {
			expr += ", " + f.name + " = :" + strings.TrimPrefix(f.name, "#")
			values[":"+strings.TrimPrefix(f.name, "#")] = str(*f.value)
		}
	}
	if h.Tiyn != nil {
		expr += ", tiyn = :tiyn"
		values[":tiyn"] = num(*h.Tiyn)
	}
	return expr, values
}

// SaveSection replaces a section that is still at version section.Version and returns it one version
// later. A manifest that was out for signature becomes void. heading is what the section says for
// lists.
//
// Errors: filing.ErrNotFound, filing.ErrVersion: the section was changed meanwhile, or the filing is
// no longer a draft.
func (s *Filings) SaveSection(ctx context.Context, h filing.Envelope, section filing.Section, heading Heading, at time.Time) (filing.Section, error) {
	was := section.Version
	section.Version, section.UpdatedAt = was+1, at
	items, err := sectionItems(h, section)
	if err != nil {
		return filing.Section{}, err
	}
	set, values := heading.set()
	ops := s.puts(items)
	if was == 0 {
		ops[0].Put.ConditionExpression = aws.String("attribute_not_exists(PK)")
	} else {
		ops[0].Put.ConditionExpression, ops[0].Put.ExpressionAttributeValues = aws.String("version = :was"), item{":was": num(int64(was))}
	}
	reasons, err := s.change(ctx, h, change{step: "edit", set: set, values: values}, at, ops...)
	switch {
	case err != nil:
		return filing.Section{}, fmt.Errorf("save section %s of %s: %w", section.Code, h.ID, err)
	case failed(reasons, 0):
		return filing.Section{}, refused(reasons[0], h.AccountID)
	case failed(reasons, 1):
		return filing.Section{}, filing.ErrVersion
	}
	return section, nil
}
