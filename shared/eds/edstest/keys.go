package edstest

import (
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// Entry is a key as keys.json lists it.
type Entry struct {
	Name  string            `json:"name"`
	Kind  string            `json:"kind"`
	Title map[string]string `json:"title"` // by language: kk, ru, en
}

// LoadKeys reads the folder of test keys: keys.json and, for each entry, NAME.pem with the
// certificate, the private key (PKCS #8) and the certificates above.
func LoadKeys(dir string) (map[string]*Key, error) {
	entries, err := LoadEntries(dir)
	if err != nil {
		return nil, err
	}
	keys := make(map[string]*Key)
	for _, e := range entries {
		data, err := os.ReadFile(filepath.Join(dir, e.Name+".pem"))
		if err != nil {
			return nil, fmt.Errorf("edstest: load keys: %w", err)
		}
		k, err := ParsePEM(data)
		if err != nil {
			return nil, fmt.Errorf("edstest: key %s: %w", e.Name, err)
		}
		k.Name, k.Kind, k.Title = e.Name, e.Kind, e.Title
		keys[e.Name] = k
	}
	return keys, nil
}

// LoadEntries reads keys.json alone, in its order.
func LoadEntries(dir string) ([]Entry, error) {
	data, err := os.ReadFile(filepath.Join(dir, "keys.json"))
	if err != nil {
		return nil, fmt.Errorf("edstest: load keys: %w", err)
	}
	var entries []Entry
	if err := json.Unmarshal(data, &entries); err != nil {
		return nil, fmt.Errorf("edstest: keys.json: %w", err)
	}
	return entries, nil
}

// ParsePEM reads a private key and certificates, of which the first is the key's.
func ParsePEM(data []byte) (*Key, error) {
	k := new(Key)
	for block, rest := pem.Decode(data); block != nil; block, rest = pem.Decode(rest) {
		switch {
		case block.Type == "PRIVATE KEY":
			p, err := ParsePKCS8(block.Bytes)
			if err != nil {
				return nil, err
			}
			k.Private = p
		case block.Type == "CERTIFICATE" && k.Certificate == nil:
			k.Certificate = block.Bytes
		case block.Type == "CERTIFICATE":
			k.Chain = append(k.Chain, block.Bytes)
		}
	}
	if k.Private == nil || k.Certificate == nil {
		return nil, errors.New("edstest: want a private key and a certificate")
	}
	return k, nil
}

// MarshalPEM is what ParsePEM reads, without the rest of the chain.
func (k *Key) MarshalPEM() ([]byte, error) {
	der, err := k.Private.MarshalPKCS8()
	if err != nil {
		return nil, fmt.Errorf("edstest: %w", err)
	}
	out := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: k.Certificate})
	out = append(out, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})...)
	for _, c := range k.Chain {
		out = append(out, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c})...)
	}
	return out, nil
}
