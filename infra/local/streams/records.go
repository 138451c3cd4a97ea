package streams

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"time"

	"modernc.org/sqlite" // in Go, so that the local host is built without a C compiler
	sqlite3 "modernc.org/sqlite/lib"
)

// Records are the stream records in the SQLite file of the DynamoDB engine dynoxide 1.2.1, which
// keeps those of all tables in one table, without an index, for ever. Each write looks for the
// highest sequence number there and each read for what comes after one, so both take longer with
// every write that ever was. An index makes them cost the same at any size; trimming keeps the
// file small.
type Records struct{ db *sql.DB }

// kept is how long DynamoDB keeps a stream record.
const kept = 24 * time.Hour

// trimAtOnce is how many records one transaction deletes: the engine's writes wait for it.
const trimAtOnce = 500

// OpenRecords opens the file beside the engine that runs on it, and makes the index unless it is
// there. Both may write: SQLite's locks order them.
func OpenRecords(ctx context.Context, path string) (*Records, error) {
	name := (&url.URL{Scheme: "file", Opaque: url.PathEscape(path), RawQuery: "_pragma=busy_timeout(5000)&_txlock=immediate"}).String()
	db, err := sql.Open("sqlite", name)
	if err != nil {
		return nil, fmt.Errorf("stream records: %w", err)
	}
	db.SetMaxOpenConns(1)
	// Both of the engine's questions name the table and compare the number as an integer.
	if _, err := db.ExecContext(ctx, `CREATE INDEX IF NOT EXISTS courtoffice_stream_position
		ON _stream_records (table_name, CAST(sequence_number AS INTEGER))`); err != nil {
		db.Close()
		return nil, fmt.Errorf("index of the stream records: %w", err)
	}
	return &Records{db}, nil
}

// Close leaves the file to the engine.
func (r *Records) Close() error { return r.db.Close() }

// Trim deletes the records of a table up to the sequence number passed, and whatever is older than
// 24 hours at the instant at, and returns how many. While the engine writes without a pause it
// deletes none: there is time for that. The newest stays: from it the engine counts on,
// and a stream that began at 1 again would hide its records from a reader that is further.
func (r *Records) Trim(ctx context.Context, table string, passed int64, at time.Time) (int64, error) {
	var all int64
	for {
		done, err := r.db.ExecContext(ctx, `DELETE FROM _stream_records WHERE id IN (
			SELECT id FROM _stream_records
			WHERE table_name = ?1 AND (CAST(sequence_number AS INTEGER) <= ?2 OR created_at < ?3)
				AND CAST(sequence_number AS INTEGER) < (SELECT MAX(CAST(sequence_number AS INTEGER)) FROM _stream_records WHERE table_name = ?1)
			LIMIT ?4)`, table, passed, at.Add(-kept).Unix(), trimAtOnce)
		if busy, ok := errors.AsType[*sqlite.Error](err); ok && busy.Code()&0xff == sqlite3.SQLITE_BUSY {
			return all, nil
		}
		if err != nil {
			return all, fmt.Errorf("trim the stream of %s: %w", table, err)
		}
		n, err := done.RowsAffected()
		if all += n; err != nil || n < trimAtOnce {
			return all, err
		}
	}
}
