package kms_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/sha256"
	"crypto/x509"
	"errors"
	"net/http/httptest"
	"path/filepath"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	sdk "github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/kms/types"

	"github.com/courtoffice/courtoffice/infra/local/kms"
	"github.com/courtoffice/courtoffice/shared/awsjson"
	own "github.com/courtoffice/courtoffice/shared/kms"
)

var access = credentials.NewStaticCredentialsProvider("a", "b", "")

func serve(t *testing.T, file string) (*kms.Server, string) {
	t.Helper()
	s, err := kms.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	return s, server.URL
}

// TestAsTheSDKSpeaks: the SDK's client and ours are answered alike, and what one sealed the other opens.
func TestAsTheSDKSpeaks(t *testing.T) {
	s, url := serve(t, "")
	client := sdk.New(sdk.Options{Region: "eu-central-1", BaseEndpoint: &url, Credentials: access, Retryer: aws.NopRetryer{}})
	ours := &own.Client{Region: "eu-central-1", Endpoint: url, Credentials: access}
	root, envelope, ctx := own.NewRoot(ours, kms.RootKey), own.NewEnvelope(ours, kms.EnvelopeKey), t.Context()

	public, err := client.GetPublicKey(ctx, &sdk.GetPublicKeyInput{KeyId: aws.String(kms.RootKey)})
	if err != nil || public.KeySpec != types.KeySpecEccNistP256 || public.KeyUsage != types.KeyUsageTypeSignVerify {
		t.Fatalf("%+v, %v", public, err)
	}
	if mine, err := root.PublicKey(ctx); err != nil || !bytes.Equal(mine, public.PublicKey) {
		t.Errorf("%x, %v", mine, err)
	}
	parsed, err := x509.ParsePKIXPublicKey(public.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	message := []byte("a certificate")
	theirs, err := client.Sign(ctx, &sdk.SignInput{KeyId: public.KeyId, Message: message, MessageType: types.MessageTypeRaw, SigningAlgorithm: types.SigningAlgorithmSpecEcdsaSha256})
	if err != nil {
		t.Fatal(err)
	}
	mine, err := root.Sign(ctx, message)
	if err != nil {
		t.Fatal(err)
	}
	digest := sha256.Sum256(message)
	for _, signature := range [][]byte{theirs.Signature, mine} {
		if !ecdsa.VerifyASN1(parsed.(*ecdsa.PublicKey), digest[:], signature) {
			t.Errorf("%x does not verify", signature)
		}
	}

	about := map[string]string{"purpose": "receipt", "more": "of it"}
	sealed, err := envelope.Seal(ctx, []byte("seed"), about)
	if err != nil {
		t.Fatal(err)
	}
	opened, err := client.Decrypt(ctx, &sdk.DecryptInput{KeyId: aws.String(kms.EnvelopeKey), CiphertextBlob: sealed, EncryptionContext: about})
	if err != nil || string(opened.Plaintext) != "seed" {
		t.Errorf("%+v, %v", opened, err)
	}
	other, err := client.Encrypt(ctx, &sdk.EncryptInput{KeyId: aws.String(kms.EnvelopeKey), Plaintext: []byte("seed"), EncryptionContext: about})
	if err != nil {
		t.Fatal(err)
	}
	if plain, err := envelope.Open(ctx, other.CiphertextBlob, about); err != nil || string(plain) != "seed" {
		t.Errorf("%q, %v", plain, err)
	}

	_, err = client.Decrypt(ctx, &sdk.DecryptInput{KeyId: aws.String(kms.EnvelopeKey), CiphertextBlob: sealed})
	if _, ok := errors.AsType[*types.InvalidCiphertextException](err); !ok {
		t.Errorf("without the context: %v", err)
	}
	_, err = envelope.Open(ctx, sealed, nil)
	if said, ok := errors.AsType[*awsjson.Error](err); !ok || said.Type != "InvalidCiphertextException" || said.Status != 400 {
		t.Errorf("without the context: %v", err)
	}
	if _, err := own.NewRoot(ours, "root-2").Sign(ctx, message); err == nil {
		t.Error("a root that is not there signs")
	}
	s.SetDown(true)
	_, err = client.Sign(ctx, &sdk.SignInput{KeyId: public.KeyId, Message: message, MessageType: types.MessageTypeRaw, SigningAlgorithm: types.SigningAlgorithmSpecEcdsaSha256})
	if _, ok := errors.AsType[*types.KMSInternalException](err); !ok {
		t.Errorf("down: %v", err)
	}
	before := s.Calls("Sign")
	if _, err := root.Sign(ctx, message); err == nil || s.Calls("Sign") != before+2 {
		t.Errorf("down: %v after %d tries", err, s.Calls("Sign")-before)
	}
}

// TestKeysAreKept: what was sealed before a restart opens after it, and a root of before is there.
func TestKeysAreKept(t *testing.T) {
	file := filepath.Join(t.TempDir(), "kms.json")
	s, url := serve(t, file)
	ours := &own.Client{Region: "eu-central-1", Endpoint: url, Credentials: access}
	first, err := own.NewRoot(ours, kms.RootKey).PublicKey(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Rotate(); err != nil {
		t.Fatal(err)
	}
	second, err := own.NewRoot(ours, kms.RootKey).PublicKey(t.Context())
	if err != nil || bytes.Equal(first, second) {
		t.Fatalf("the root has not changed: %v", err)
	}
	sealed, err := own.NewEnvelope(ours, kms.EnvelopeKey).Seal(t.Context(), []byte("seed"), nil)
	if err != nil {
		t.Fatal(err)
	}
	_, again := serve(t, file)
	ours = &own.Client{Region: "eu-central-1", Endpoint: again, Credentials: access}
	for id, want := range map[string][]byte{"root-1": first, "root-2": second, kms.RootKey: second} {
		if got, err := own.NewRoot(ours, id).PublicKey(t.Context()); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s: %x, %v", id, got, err)
		}
	}
	if plain, err := own.NewEnvelope(ours, kms.EnvelopeKey).Open(t.Context(), sealed, nil); err != nil || string(plain) != "seed" {
		t.Errorf("%q, %v", plain, err)
	}
}
