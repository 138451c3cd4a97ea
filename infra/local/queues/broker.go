// Package queues plays Amazon SQS for the local office: standard queues that outlive a restart, with
// visibility timeouts, receive counts and dead letters (Broker); the JSON protocol that the SDKs
// speak (Broker.Handler); and Lambda's event source mapping from a queue to a function, on this or
// any other SQS (Poller).
//
// FIFO queues, message attributes, delays and policies are not played: the office uses none.
package queues

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"
	_ "modernc.org/sqlite" // in Go, so that the local host is built without a C compiler
)

// Settings are those of one queue.
type Settings struct {
	Name        string
	Visibility  time.Duration // how long a received message stays hidden
	Receives    int           // after so many a message goes to DeadLetters; 0 for never
	DeadLetters string        // name of a queue
}

// Retention is how long a message is kept, in every queue.
const Retention = 14 * 24 * time.Hour

// ErrNoQueue means that there is no queue of that name.
var ErrNoQueue = errors.New("queues: no such queue")

// ErrReceipt means that a receipt handle is not the latest of a message, or that of none.
var ErrReceipt = errors.New("queues: no message in flight has this receipt handle")

// Message is one message.
type Message struct {
	ID       string
	Queue    string
	Body     string
	Trace    string // AWSTraceHeader, or ""
	Receipt  string // handle, of a received one
	SentAt   time.Time
	Receives int
}

// Broker keeps messages in a SQLite file. Its methods are safe for use by many at once.
type Broker struct {
	db     *sql.DB
	queues map[string]Settings

	mu      sync.Mutex
	changed chan struct{} // closed and made anew when something may have become visible
}

// Open returns the broker of a file, made if absent, with the queues of settings. The caller sees
// to it that no other has the file open. What was in flight when the last one ended, with no reader
// left to say what became of it, is visible at once.
func Open(ctx context.Context, path string, settings []Settings) (*Broker, error) {
	name := (&url.URL{Scheme: "file", Opaque: url.PathEscape(path), RawQuery: "_pragma=journal_mode(wal)&_pragma=synchronous(normal)&_txlock=immediate"}).String()
	db, err := sql.Open("sqlite", name)
	if err != nil {
		return nil, fmt.Errorf("queues: %w", err)
	}
	db.SetMaxOpenConns(1)
	b := &Broker{db: db, queues: map[string]Settings{}, changed: make(chan struct{})}
	for _, s := range settings {
		b.queues[s.Name] = s
	}
	for _, s := range settings {
		if _, ok := b.queues[s.DeadLetters]; !ok && s.DeadLetters != "" {
			db.Close()
			return nil, fmt.Errorf("%w: %s, for dead letters of %s", ErrNoQueue, s.DeadLetters, s.Name)
		}
	}
	if err := b.begin(ctx); err != nil {
		db.Close()
		return nil, fmt.Errorf("queues: %w", err)
	}
	return b, nil
}

// begin makes the tables of the file, and what an older one lacks.
func (b *Broker) begin(ctx context.Context) error {
	now := time.Now()
	for _, statement := range []struct {
		sql  string
		args []any
	}{
		{`CREATE TABLE IF NOT EXISTS messages (
			n INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, queue TEXT NOT NULL, source TEXT NOT NULL, body TEXT NOT NULL,
			sent INTEGER NOT NULL, visible INTEGER NOT NULL, asked INTEGER NOT NULL, receives INTEGER NOT NULL, receipt TEXT NOT NULL)`, nil},
		{`CREATE INDEX IF NOT EXISTS messages_visible ON messages (queue, visible)`, nil},
		{`CREATE INDEX IF NOT EXISTS messages_receipt ON messages (receipt)`, nil},
		{`DELETE FROM messages WHERE sent <= ?`, []any{now.Add(-Retention).UnixMilli()}},
		{`UPDATE messages SET visible = ? WHERE asked = 0`, []any{now.UnixMilli()}},
	} {
		if _, err := b.db.ExecContext(ctx, statement.sql, statement.args...); err != nil {
			return err
		}
	}
	var has int
	if err := b.db.QueryRowContext(ctx, `SELECT COUNT(*) FROM pragma_table_info('messages') WHERE name = 'trace'`).Scan(&has); err != nil || has > 0 {
		return err
	}
	_, err := b.db.ExecContext(ctx, `ALTER TABLE messages ADD COLUMN trace TEXT NOT NULL DEFAULT ''`)
	return err
}

// Close ends the use of the file.
func (b *Broker) Close() error { return b.db.Close() }

func (b *Broker) settings(queue string) (Settings, error) {
	s, ok := b.queues[queue]
	if !ok {
		return s, fmt.Errorf("%w: %s", ErrNoQueue, queue)
	}
	return s, nil
}

// Send keeps messages durably and returns their ids.
func (b *Broker) Send(ctx context.Context, queue string, bodies ...string) ([]string, error) {
	return b.send(ctx, queue, "", bodies...)
}

func (b *Broker) send(ctx context.Context, queue, trace string, bodies ...string) ([]string, error) {
	if _, err := b.settings(queue); err != nil {
		return nil, err
	}
	now := time.Now().UnixMilli()
	var ids []string
	err := b.within(ctx, func(tx *sql.Tx) error {
		for _, body := range bodies {
			id := uuid.NewString()
			if _, err := tx.ExecContext(ctx, `INSERT INTO messages (id, queue, source, body, sent, visible, asked, receives, receipt, trace)
				VALUES (?, ?, '', ?, ?, ?, 0, 0, '', ?)`, id, queue, body, now, now, trace); err != nil {
				return err
			}
			ids = append(ids, id)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("send to %s: %w", queue, err)
	}
	b.tell()
	return ids, nil
}

// Receive returns up to n visible messages and hides them for visibility, or for the queue's own
// time where that is 0. With none it waits for one, at most for wait.
func (b *Broker) Receive(ctx context.Context, queue string, n int, visibility, wait time.Duration) ([]Message, error) {
	s, err := b.settings(queue)
	if err != nil {
		return nil, err
	}
	deadline := time.Now().Add(wait)
	for {
		b.mu.Lock()
		changed := b.changed
		b.mu.Unlock()
		found, next, err := b.take(ctx, s, n, cmp.Or(visibility, s.Visibility))
		if err != nil {
			return nil, fmt.Errorf("receive from %s: %w", queue, err)
		}
		left := time.Until(deadline)
		if len(found) > 0 || left <= 0 {
			return found, nil
		}
		if !next.IsZero() {
			left = min(left, max(time.Until(next), time.Millisecond))
		}
		timer := time.NewTimer(left)
		select {
		case <-changed:
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return nil, ctx.Err()
		}
		timer.Stop()
	}
}

// take receives what is visible now. Otherwise it returns when the next message will be, the zero
// time for no message.
func (b *Broker) take(ctx context.Context, s Settings, n int, visibility time.Duration) (found []Message, next time.Time, err error) {
	now := time.Now()
	oldest := now.Add(-Retention).UnixMilli()
	err = b.within(ctx, func(tx *sql.Tx) error {
		if s.Receives > 0 {
			if _, err := tx.ExecContext(ctx, `UPDATE messages SET queue = ?, source = ?, receives = 0, asked = 0, receipt = ''
				WHERE queue = ? AND visible <= ? AND receives >= ?`, s.DeadLetters, s.Name, s.Name, now.UnixMilli(), s.Receives); err != nil {
				return err
			}
		}
		rows, err := tx.QueryContext(ctx, `SELECT id, body, sent, receives, trace FROM messages
			WHERE queue = ? AND visible <= ? AND sent > ? ORDER BY visible, n LIMIT ?`, s.Name, now.UnixMilli(), oldest, n)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			m := Message{Queue: s.Name}
			var sent int64
			if err := rows.Scan(&m.ID, &m.Body, &sent, &m.Receives, &m.Trace); err != nil {
				return err
			}
			m.SentAt, m.Receives, m.Receipt = time.UnixMilli(sent), m.Receives+1, m.ID+"."+uuid.NewString()
			found = append(found, m)
		}
		if err := rows.Err(); err != nil {
			return err
		}
		for _, m := range found {
			if _, err := tx.ExecContext(ctx, `UPDATE messages SET visible = ?, asked = 0, receives = ?, receipt = ? WHERE id = ?`,
				now.Add(visibility).UnixMilli(), m.Receives, m.Receipt, m.ID); err != nil {
				return err
			}
		}
		if len(found) > 0 {
			return nil
		}
		var at sql.NullInt64
		err = tx.QueryRowContext(ctx, `SELECT MIN(visible) FROM messages WHERE queue = ? AND sent > ?`, s.Name, oldest).Scan(&at)
		if at.Valid {
			next = time.UnixMilli(at.Int64)
		}
		return err
	})
	return found, next, err
}

// Delete removes a message that was received. A handle that an earlier receive gave does so too.
func (b *Broker) Delete(ctx context.Context, queue, receipt string) error {
	if _, err := b.settings(queue); err != nil {
		return err
	}
	id, _, _ := strings.Cut(receipt, ".")
	if _, err := b.db.ExecContext(ctx, `DELETE FROM messages WHERE queue = ? AND id = ?`, queue, id); err != nil {
		return fmt.Errorf("delete from %s: %w", queue, err)
	}
	return nil
}

// Hide has a message that was received become visible after d.
//
// Errors: ErrReceipt.
func (b *Broker) Hide(ctx context.Context, queue, receipt string, d time.Duration) error {
	if _, err := b.settings(queue); err != nil {
		return err
	}
	done, err := b.db.ExecContext(ctx, `UPDATE messages SET visible = ?, asked = 1 WHERE queue = ? AND receipt = ?`,
		time.Now().Add(d).UnixMilli(), queue, receipt)
	if err != nil {
		return fmt.Errorf("hide in %s: %w", queue, err)
	}
	if n, err := done.RowsAffected(); err != nil || n == 0 {
		return errors.Join(ErrReceipt, err)
	}
	b.tell()
	return nil
}

// Hurry makes visible what Hide has hidden: the office's clock was moved.
func (b *Broker) Hurry(ctx context.Context) error {
	if _, err := b.db.ExecContext(ctx, `UPDATE messages SET visible = ?, asked = 0 WHERE asked = 1`, time.Now().UnixMilli()); err != nil {
		return fmt.Errorf("hurry: %w", err)
	}
	b.tell()
	return nil
}

// Abandon makes visible what was received over age ago and neither deleted nor hidden since: its
// reader was killed.
func (b *Broker) Abandon(ctx context.Context, age time.Duration) error {
	now := time.Now()
	for _, s := range b.queues {
		if _, err := b.db.ExecContext(ctx, `UPDATE messages SET visible = ?1 WHERE queue = ?2 AND asked = 0 AND visible > ?1 AND visible <= ?3`,
			now.UnixMilli(), s.Name, now.Add(s.Visibility-age).UnixMilli()); err != nil {
			return fmt.Errorf("abandon: %w", err)
		}
	}
	b.tell()
	return nil
}

// Redrive moves the messages of a queue of dead letters back to the queues they came from and
// returns how many. One that was sent to it directly stays.
func (b *Broker) Redrive(ctx context.Context, queue string) (int64, error) {
	if _, err := b.settings(queue); err != nil {
		return 0, err
	}
	done, err := b.db.ExecContext(ctx, `UPDATE messages SET queue = source, source = '', receives = 0, asked = 0, receipt = '', visible = ?
		WHERE queue = ? AND source != ''`, time.Now().UnixMilli(), queue)
	if err != nil {
		return 0, fmt.Errorf("redrive %s: %w", queue, err)
	}
	b.tell()
	return done.RowsAffected()
}

// Depth is how many messages of a queue are visible, and how many are hidden.
func (b *Broker) Depth(ctx context.Context, queue string) (visible, hidden int, err error) {
	if _, err := b.settings(queue); err != nil {
		return 0, 0, err
	}
	now := time.Now()
	err = b.db.QueryRowContext(ctx, `SELECT COALESCE(SUM(visible <= ?1), 0), COALESCE(SUM(visible > ?1), 0) FROM messages WHERE queue = ?2 AND sent > ?3`,
		now.UnixMilli(), queue, now.Add(-Retention).UnixMilli()).Scan(&visible, &hidden)
	if err != nil {
		err = fmt.Errorf("depth of %s: %w", queue, err)
	}
	return visible, hidden, err
}

// Oldest is how long the oldest message of a queue has been in it, 0 without one.
func (b *Broker) Oldest(ctx context.Context, queue string) (time.Duration, error) {
	if _, err := b.settings(queue); err != nil {
		return 0, err
	}
	now := time.Now()
	var sent sql.NullInt64
	err := b.db.QueryRowContext(ctx, `SELECT MIN(sent) FROM messages WHERE queue = ?1 AND sent > ?2`, queue, now.Add(-Retention).UnixMilli()).Scan(&sent)
	if err != nil || !sent.Valid {
		return 0, err
	}
	return now.Sub(time.UnixMilli(sent.Int64)), nil
}

// List returns the messages of a queue, oldest first, and receives none.
func (b *Broker) List(ctx context.Context, queue string) ([]Message, error) {
	rows, err := b.db.QueryContext(ctx, `SELECT id, body, sent, receives FROM messages WHERE queue = ? ORDER BY n`, queue)
	if err != nil {
		return nil, fmt.Errorf("list %s: %w", queue, err)
	}
	defer rows.Close()
	var all []Message
	for rows.Next() {
		m := Message{Queue: queue}
		var sent int64
		if err := rows.Scan(&m.ID, &m.Body, &sent, &m.Receives); err != nil {
			return nil, fmt.Errorf("list %s: %w", queue, err)
		}
		m.SentAt = time.UnixMilli(sent)
		all = append(all, m)
	}
	return all, rows.Err()
}

func (b *Broker) within(ctx context.Context, f func(*sql.Tx) error) error {
	tx, err := b.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if err := f(tx); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	return tx.Commit()
}

// tell wakes whoever waits for a message.
func (b *Broker) tell() {
	b.mu.Lock()
	defer b.mu.Unlock()
	close(b.changed)
	b.changed = make(chan struct{})
}
