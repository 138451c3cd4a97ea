package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/courtoffice/courtoffice/shared/agreement"
	"github.com/courtoffice/courtoffice/shared/audit"
	"github.com/courtoffice/courtoffice/shared/locale"
)

// Proposed versions share the PK of the published ones:
//
//	PROPOSAL#<id>         who proposed it, when, why, the hash of each text and the digest
//	PROPOSED#<id>#<lang>  one text
//
// Approval takes both away and puts VERSION and TEXT items in their place.

type agreementProposalItem struct {
	ID     string            `dynamodbav:"id"`
	SHA256 map[string]string `dynamodbav:"sha256"`
	Digest string            `dynamodbav:"digest"`
	By     string            `dynamodbav:"by"`
	Person string            `dynamodbav:"person,omitempty"`
	At     string            `dynamodbav:"at"`
	Reason string            `dynamodbav:"reason"`
}

func agreementProposalSK(id string) string          { return "PROPOSAL#" + id }
func proposedSK(id string, lang locale.Lang) string { return "PROPOSED#" + id + "#" + string(lang) }

// ProposeAgreement keeps a proposal with its texts, and e, in one transaction.
//
// Errors: agreement.ErrProposed, agreement.ErrPublished.
func (s *Site) ProposeAgreement(ctx context.Context, p agreement.Proposal, e audit.Entry) error {
	it := agreementProposalItem{p.ID, map[string]string{}, p.Digest(), p.By.Account, p.By.Person, instant(p.At), p.Reason}
	for lang, text := range p.Texts {
		it.SHA256[string(lang)] = text.SHA256
	}
	proposal, err := record(agreementPK, agreementProposalSK(p.ID), it)
	if err != nil {
		return err
	}
	entry, err := auditPut(s.table, e)
	if err != nil {
		return err
	}
	absent := aws.String("attribute_not_exists(PK)")
	ops := []types.TransactWriteItem{
		{Put: &types.Put{TableName: &s.name, Item: proposal, ConditionExpression: absent}},
		{ConditionCheck: &types.ConditionCheck{TableName: &s.name, Key: key(agreementPK, versionSK(p.ID)), ConditionExpression: absent}},
		entry,
	}
	for lang, text := range p.Texts {
		it, err := record(agreementPK, proposedSK(p.ID, lang), textItem{text.Markdown, text.SHA256})
		if err != nil {
			return err
		}
		ops = append(ops, types.TransactWriteItem{Put: &types.Put{TableName: &s.name, Item: it}})
	}
	reasons, err := s.transact(ctx, ops...)
	switch {
	case err != nil:
		return fmt.Errorf("propose agreement %s: %w", p.ID, err)
	case failed(reasons, 1):
		return agreement.ErrPublished
	case reasons != nil:
		return agreement.ErrProposed
	}
	return nil
}

// AgreementProposals lists what waits for approval, without the texts.
func (s *Site) AgreementProposals(ctx context.Context) ([]agreement.Proposal, error) {
	found, err := s.under(ctx, agreementPK, agreementProposalSK(""))
	if err != nil {
		return nil, fmt.Errorf("list proposed agreements: %w", err)
	}
	var list []agreement.Proposal
	for _, raw := range found {
		var it agreementProposalItem
		if err := attributevalue.UnmarshalMap(raw, &it); err != nil {
			return nil, fmt.Errorf("decode proposed agreement: %w", err)
		}
		at, err := parseInstant(it.At)
		if err != nil {
			return nil, fmt.Errorf("decode proposed agreement %s: %w", it.ID, err)
		}
		p := agreement.Proposal{ID: it.ID, Texts: map[locale.Lang]agreement.Text{}, By: audit.Actor{Account: it.By, Person: it.Person}, At: at, Reason: it.Reason}
		for lang, sum := range it.SHA256 {
			p.Texts[locale.Lang(lang)] = agreement.Text{SHA256: sum}
		}
		list = append(list, p)
	}
	return list, nil
}

// AgreementProposal returns a proposal with its texts.
//
// Errors: agreement.ErrNoProposal.
func (s *Site) AgreementProposal(ctx context.Context, id string) (agreement.Proposal, error) {
	list, err := s.AgreementProposals(ctx)
	if err != nil {
		return agreement.Proposal{}, err
	}
	for _, p := range list {
		if p.ID != id {
			continue
		}
		for _, lang := range locale.Langs {
			var it textItem
			ok, err := s.get(ctx, agreementPK, proposedSK(id, lang), time.Time{}, &it)
			if err != nil {
				return agreement.Proposal{}, fmt.Errorf("read proposed agreement %s in %s: %w", id, lang, err)
			}
			if !ok {
				return agreement.Proposal{}, agreement.ErrNoProposal // approved or dropped since the listing
			}
			p.Texts[lang] = agreement.Text{Markdown: it.Markdown, SHA256: it.SHA256}
		}
		return p, nil
	}
	return agreement.Proposal{}, agreement.ErrNoProposal
}

// ApproveAgreement publishes v, made of the proposal p by the approval of the actor of e, takes the
// proposal away, begins the announcement to every account and keeps e, in one transaction. Of two
// who approve at once, one does.
//
// Errors: agreement.ErrNoProposal when it is gone or another one, agreement.ErrSecondPerson.
func (s *Site) ApproveAgreement(ctx context.Context, p agreement.Proposal, v agreement.Version, e audit.Entry) error {
	entry, err := auditPut(s.table, e)
	if err != nil {
		return err
	}
	begin, err := s.announce(Announcement{Kind: AnnounceAgreement, Ref: v.ID, StartedAt: v.PublishedAt})
	if err != nil {
		return err
	}
	publish, err := s.publish(v)
	if err != nil {
		return err
	}
	ops := append([]types.TransactWriteItem{{Delete: &types.Delete{
		TableName: &s.name, Key: key(agreementPK, agreementProposalSK(p.ID)),
		ConditionExpression:                 aws.String("digest = :digest AND " + otherPerson),
		ExpressionAttributeValues:           item{":digest": str(p.Digest()), ":me": str(e.Person)},
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	}}, entry, begin}, publish...)
	for _, lang := range locale.Langs {
		ops = append(ops, types.TransactWriteItem{Delete: &types.Delete{TableName: &s.name, Key: key(agreementPK, proposedSK(p.ID, lang))}})
	}
	reasons, err := s.transactAct(ctx, e, ops...)
	switch {
	case err != nil:
		return fmt.Errorf("approve agreement %s: %w", p.ID, err)
	case reasons == nil:
		return nil
	case failed(reasons, 0):
		if digest, ok := reasons[0].Item["digest"].(*types.AttributeValueMemberS); ok && digest.Value == p.Digest() {
			return agreement.ErrSecondPerson
		}
		return agreement.ErrNoProposal
	}
	return fmt.Errorf("approve agreement %s: %w", p.ID, errors.New("published already"))
}

// DropAgreement takes a proposal away and keeps e, in one transaction.
//
// Errors: agreement.ErrNoProposal.
func (s *Site) DropAgreement(ctx context.Context, id string, e audit.Entry) error {
	entry, err := auditPut(s.table, e)
	if err != nil {
		return err
	}
	ops := []types.TransactWriteItem{{Delete: &types.Delete{
		TableName: &s.name, Key: key(agreementPK, agreementProposalSK(id)), ConditionExpression: aws.String("attribute_exists(PK)"),
	}}, entry}
	for _, lang := range locale.Langs {
		ops = append(ops, types.TransactWriteItem{Delete: &types.Delete{TableName: &s.name, Key: key(agreementPK, proposedSK(id, lang))}})
	}
	reasons, err := s.transact(ctx, ops...)
	switch {
	case err != nil:
		return fmt.Errorf("drop proposed agreement %s: %w", id, err)
	case reasons != nil:
		return agreement.ErrNoProposal
	}
	return nil
}
