package algorithm

import (
	"bytes"
	"slices"
	"sync"
)

// cacheSize is how many keys a Cache holds: the responders and time-stamping authorities of a few
// authorities. With their tables they take 256 KB each.
const cacheSize = 16

// Cache keeps the keys of services that a trusted authority vouches for, by SubjectPublicKeyInfo, so
// that their tables serve the next message too; the one used longest ago goes first. Put in only
// keys whose certificate was checked: a sender must not be able to fill it. A nil Cache is empty and
// stays so. It may be used by any number of goroutines.
type Cache struct {
	mu      sync.Mutex
	entries []cacheEntry // the latest last
}

type cacheEntry struct {
	spki []byte
	key  *Key
}

// Get returns the key kept for spki, or nil.
func (c *Cache) Get(spki []byte) *Key {
	if c == nil {
		return nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	i := slices.IndexFunc(c.entries, func(e cacheEntry) bool { return bytes.Equal(e.spki, spki) })
	if i < 0 {
		return nil
	}
	e := c.entries[i]
	c.entries = append(slices.Delete(c.entries, i, i+1), e)
	return e.key
}

// Put keeps key for spki, which is copied.
func (c *Cache) Put(spki []byte, key *Key) {
	if c == nil || c.Get(spki) != nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.entries) == cacheSize {
		c.entries = slices.Delete(c.entries, 0, 1)
	}
	c.entries = append(c.entries, cacheEntry{bytes.Clone(spki), key})
}
