package streams

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"sync"
)

// endOfShard marks a shard that was closed and read to its end.
const endOfShard = "end"

// checkpoint keeps, in a file, the last sequence number of each shard that needs no delivery
// any more. A checkpoint of another stream (the table was made anew) counts as empty.
type checkpoint struct {
	path string

	mu     sync.Mutex
	Stream string            `json:"stream"`
	Shards map[string]string `json:"shards"`
}

func openCheckpoint(path, stream string) (*checkpoint, error) {
	c := &checkpoint{path: path}
	b, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(b, c)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("stream position: %w", err)
	}
	if c.Stream != stream || c.Shards == nil {
		c.Stream, c.Shards = stream, map[string]string{}
	}
	return c, nil
}

func (c *checkpoint) at(shard string) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.Shards[shard]
}

func (c *checkpoint) finished(shard string) bool { return c.at(shard) == endOfShard }

// lowest is the lowest position of a shard that is not at its end; 0 for none.
func (c *checkpoint) lowest() int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	var low int64
	for _, at := range c.Shards {
		if n, err := strconv.ParseInt(at, 10, 64); err == nil && (low == 0 || n < low) {
			low = n
		}
	}
	return low
}

func (c *checkpoint) set(shard, sequence string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.Shards[shard] = sequence
	b, err := json.Marshal(c)
	if err != nil {
		return err
	}
	return writeFile(c.path, b)
}

// writeFile replaces path so that a reader sees all of b or none.
func writeFile(path string, b []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(path+".new", b, 0o644); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}
