// Package kms plays the key service for the office on this machine: the calls that package shared/kms
// makes, in the service's own protocol, with keys in a file that anyone on it may read.
package kms

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
)

// Names of the keys, as an alias names them.
const (
	RootKey     = "alias/courtoffice-signing-root" // the newest
	EnvelopeKey = "alias/courtoffice-signing-keys"
)

// Server answers as the key service does. Start with Open.
type Server struct {
	file  string
	down  atomic.Bool
	calls sync.Map // by operation: *atomic.Int64

	mu       sync.Mutex
	roots    []*ecdsa.PrivateKey // the last signs
	envelope []byte              // AES-256
}

// state is what the file has.
type state struct {
	Roots    [][]byte `json:"roots"` // PKCS #8
	Envelope []byte   `json:"envelope"`
}

// Open reads the keys in file, or makes them. "" keeps them in memory.
func Open(file string) (*Server, error) {
	s := &Server{file: file}
	var kept state
	raw, err := []byte(nil), error(fs.ErrNotExist)
	if file != "" {
		raw, err = os.ReadFile(file)
	}
	if err == nil {
		err = json.Unmarshal(raw, &kept)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("keys of the key service: %w", err)
	}
	for _, der := range kept.Roots {
		key, err := x509.ParsePKCS8PrivateKey(der)
		root, ok := key.(*ecdsa.PrivateKey)
		if err != nil || !ok {
			return nil, fmt.Errorf("keys of the key service: root: %v", err)
		}
		s.roots = append(s.roots, root)
	}
	if s.envelope = kept.Envelope; len(s.envelope) != 32 {
		s.envelope = make([]byte, 32)
		rand.Read(s.envelope)
	}
	if len(s.roots) == 0 {
		return s, s.Rotate()
	}
	return s, nil
}

// Rotate makes a new root, which the alias RootKey then names.
func (s *Server) Rotate() error {
	root, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return fmt.Errorf("new root: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.roots = append(s.roots, root)
	if s.file == "" {
		return nil
	}
	kept := state{Envelope: s.envelope}
	for _, root := range s.roots {
		der, err := x509.MarshalPKCS8PrivateKey(root)
		if err != nil {
			return fmt.Errorf("new root: %w", err)
		}
		kept.Roots = append(kept.Roots, der)
	}
	raw, err := json.Marshal(kept)
	if err == nil {
		err = os.WriteFile(s.file, raw, 0o600)
	}
	if err != nil {
		return fmt.Errorf("new root: %w", err)
	}
	return nil
}

// SetDown has every call fail, as in an outage, or work again.
func (s *Server) SetDown(down bool) { s.down.Store(down) }

// Calls returns how often an operation such as "Decrypt" was asked for.
func (s *Server) Calls(operation string) int64 {
	n, _ := s.calls.LoadOrStore(operation, new(atomic.Int64))
	return n.(*atomic.Int64).Load()
}

// refused is an error that the service answers.
type refused struct {
	status int
	typ    string
}

func (r refused) Error() string { return r.typ }

type request struct {
	KeyID             string            `json:"KeyId"`
	Message           []byte            `json:"Message"`
	MessageType       string            `json:"MessageType"`
	SigningAlgorithm  string            `json:"SigningAlgorithm"`
	Plaintext         []byte            `json:"Plaintext"`
	CiphertextBlob    []byte            `json:"CiphertextBlob"`
	EncryptionContext map[string]string `json:"EncryptionContext"`
}

// ServeHTTP answers GetPublicKey, Sign, Encrypt and Decrypt.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	operation := strings.TrimPrefix(r.Header.Get("X-Amz-Target"), "TrentService.")
	n, _ := s.calls.LoadOrStore(operation, new(atomic.Int64))
	n.(*atomic.Int64).Add(1)
	var in request
	err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<20)).Decode(&in)
	var out map[string]any
	switch {
	case s.down.Load():
		err = refused{http.StatusInternalServerError, "KMSInternalException"}
	case err != nil:
		err = refused{http.StatusBadRequest, "SerializationException"}
	default:
		out, err = s.answer(operation, in)
	}
	status, body := http.StatusOK, any(out)
	if err != nil {
		status = http.StatusInternalServerError
		if said, ok := errors.AsType[refused](err); ok {
			status = said.status
		}
		body = map[string]string{"__type": err.Error(), "message": err.Error()}
	}
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(body)
}

func (s *Server) answer(operation string, in request) (map[string]any, error) {
	switch operation {
	case "GetPublicKey":
		root, id, err := s.root(in.KeyID)
		if err != nil {
			return nil, err
		}
		spki, err := x509.MarshalPKIXPublicKey(&root.PublicKey)
		return map[string]any{"KeyId": id, "PublicKey": spki, "KeySpec": "ECC_NIST_P256", "KeyUsage": "SIGN_VERIFY", "SigningAlgorithms": []string{"ECDSA_SHA_256"}}, err
	case "Sign":
		root, id, err := s.root(in.KeyID)
		if err != nil {
			return nil, err
		}
		if in.SigningAlgorithm != "ECDSA_SHA_256" || in.MessageType != "RAW" || len(in.Message) == 0 || len(in.Message) > 4096 {
			return nil, refused{http.StatusBadRequest, "ValidationException"}
		}
		digest := sha256.Sum256(in.Message)
		signature, err := ecdsa.SignASN1(rand.Reader, root, digest[:])
		return map[string]any{"KeyId": id, "Signature": signature, "SigningAlgorithm": in.SigningAlgorithm}, err
	case "Encrypt", "Decrypt":
		if in.KeyID != EnvelopeKey {
			return nil, refused{http.StatusBadRequest, "NotFoundException"}
		}
		return s.crypt(operation, in)
	}
	return nil, refused{http.StatusBadRequest, "UnknownOperationException"}
}

// root is the root that an id names: the alias, or the one with a number from 1 on.
func (s *Server) root(id string) (*ecdsa.PrivateKey, string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := len(s.roots)
	if id != RootKey {
		var err error
		if n, err = strconv.Atoi(strings.TrimPrefix(id, "root-")); err != nil || n < 1 || n > len(s.roots) {
			return nil, "", refused{http.StatusBadRequest, "NotFoundException"}
		}
	}
	return s.roots[n-1], "root-" + strconv.Itoa(n), nil
}

func (s *Server) crypt(operation string, in request) (map[string]any, error) {
	block, err := aes.NewCipher(s.envelope)
	if err != nil {
		return nil, err
	}
	gcm, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return nil, err
	}
	about, err := json.Marshal(in.EncryptionContext) // its members are sorted
	if err != nil {
		return nil, err
	}
	if operation == "Encrypt" {
		return map[string]any{"KeyId": EnvelopeKey, "CiphertextBlob": gcm.Seal(nil, nil, in.Plaintext, about)}, nil
	}
	plain, err := gcm.Open(nil, nil, in.CiphertextBlob, about)
	if err != nil {
		return nil, refused{http.StatusBadRequest, "InvalidCiphertextException"}
	}
	return map[string]any{"KeyId": EnvelopeKey, "Plaintext": plain}, nil
}
