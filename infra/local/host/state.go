package host

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/courtoffice/courtoffice/functions"
)

// lock takes the state folder for this process. The lock ends with the process, however it ends.
func lock(dir, address string) (*os.File, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("state folder: %w", err)
	}
	path := filepath.Join(dir, "lock")
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, fmt.Errorf("lock of the state folder: %w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		f.Close()
		holder, _ := os.ReadFile(path)
		return nil, fmt.Errorf("another local office uses %s (%s): stop it first, or give -state another folder", dir, strings.TrimSpace(string(holder)))
	}
	if err := f.Truncate(0); err != nil {
		f.Close()
		return nil, fmt.Errorf("lock of the state folder: %w", err)
	}
	fmt.Fprintf(f, "process %d on %s\n", os.Getpid(), address)
	return f, nil
}

// loadKeys returns the functions' secret keys, 32 bytes in hex each, made at the first run and
// kept: look-up keys must stay valid over restarts. What else an older office kept stays: see earlierKeys.
func loadKeys(path string) (map[string]string, error) {
	keys := map[string]string{}
	b, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(b, &keys)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("keys of the local office: %w", err)
	}
	changed := false
	for _, name := range []string{functions.EnvIndexKey, functions.EnvChallengeKey, functions.EnvOriginKeys} {
		if keys[name] == "" {
			var key [32]byte
			rand.Read(key[:])
			keys[name], changed = hex.EncodeToString(key[:]), true
		}
	}
	if !changed {
		return keys, nil
	}
	if b, err = json.MarshalIndent(keys, "", "  "); err != nil {
		return nil, fmt.Errorf("keys of the local office: %w", err)
	}
	if err := os.WriteFile(path, append(b, '\n'), 0o600); err != nil {
		return nil, fmt.Errorf("keys of the local office: %w", err)
	}
	return keys, nil
}
