package publish_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/courtoffice/courtoffice/functions/internal/publish"
)

// shelf keeps things in memory until it is told to fail.
type shelf struct {
	sync.Mutex
	kept   map[string]string
	writes []string
	fails  string // key whose writing fails
}

var errFull = errors.New("the shelf is full")

func (s *shelf) Write(_ context.Context, key string, body []byte, header map[string]string) error {
	s.Lock()
	defer s.Unlock()
	if key == s.fails {
		return errFull
	}
	s.writes = append(s.writes, key)
	s.kept[key] = header["Cache-Control"] + string(body)
	return nil
}

func (s *shelf) Read(_ context.Context, key string) ([]byte, error) {
	if text, ok := s.kept[key]; ok {
		return []byte(text), nil
	}
	return nil, nil
}

func (s *shelf) Remove(_ context.Context, key string) error {
	s.Lock()
	defer s.Unlock()
	delete(s.kept, key)
	return nil
}

func (s *shelf) shown() string {
	var out []string
	for _, key := range slices.Sorted(maps.Keys(s.kept)) {
		if key != "list" {
			out = append(out, key+"="+s.kept[key])
		}
	}
	return strings.Join(out, " ")
}

// TestRun: what changed is written and nothing else, what is no more is removed, and after any failure the
// next run leaves what it should, though all be as it was before the one that failed.
func TestRun(t *testing.T) {
	at := time.Date(2026, time.November, 22, 7, 0, 0, 0, time.UTC)
	store := &shelf{kept: map[string]string{}}
	state, age := "a=1 b=1", ""
	assets := 0
	svc := &publish.Service{Store: store, List: "list", Assets: func(context.Context) error { assets++; return nil }}
	svc.Print = func(context.Context, time.Time) (out []publish.Page, _ error) {
		for _, one := range strings.Fields(state) {
			key, body, _ := strings.Cut(one, "=")
			out = append(out, publish.Page{Key: key, Body: []byte(body), Header: map[string]string{"Cache-Control": age}})
		}
		return out, nil
	}
	for i, step := range []struct {
		state, age, fails string
		want              string // what is kept then
		did               publish.Report
	}{
		{state: "a=1 b=1", want: "a=1 b=1", did: publish.Report{Written: 2}},
		{state: "a=1 b=1", want: "a=1 b=1"},
		{state: "a=1 b=2 c=1", want: "a=1 b=2 c=1", did: publish.Report{Written: 2}},
		{state: "a=1", want: "a=1", did: publish.Report{Removed: 2}},
		{state: "a=2 b=3", fails: "b", want: "a=2"},
		{state: "a=1", want: "a=1", did: publish.Report{Written: 1, Removed: 1}}, // a may be 2, and b there
		{state: "a=2", fails: "list", want: "a=1"},
		{state: "a=2", want: "a=2", did: publish.Report{Written: 1}},
		{state: "a=2", age: "public", want: "a=public2", did: publish.Report{Written: 1}}, // headers count
	} {
		state, age, store.fails, store.writes = step.state, step.age, step.fails, nil
		did, err := svc.Run(t.Context(), at)
		if errors.Is(err, errFull) != (step.fails != "") || did != step.did || store.shown() != step.want {
			t.Errorf("step %d: %+v, %v, kept %s; want %+v, %s", i, did, err, store.shown(), step.did, step.want)
		}
		if did == (publish.Report{}) && err == nil && store.writes != nil {
			t.Errorf("step %d wrote %v", i, store.writes)
		}
	}
	if assets != 9 {
		t.Errorf("assets were looked for %d times", assets)
	}
	store.kept["list"] = "no list"
	if did, err := svc.Run(t.Context(), at); did.Written != 1 || err != nil {
		t.Errorf("with a list that is none: %+v, %v", did, err)
	}
	svc.Print = func(context.Context, time.Time) ([]publish.Page, error) { return nil, errFull }
	if _, err := svc.Run(t.Context(), at); !errors.Is(err, errFull) || store.shown() != "a=public2" {
		t.Errorf("with nothing to print: %v, kept %s", err, store.shown())
	}
}

// TestChangedComesLate: a message that comes late takes no page back behind what was written since.
func TestChangedComesLate(t *testing.T) {
	at := time.Date(2026, time.November, 22, 18, 59, 59, 0, time.UTC)
	store := &shelf{kept: map[string]string{}}
	svc := &publish.Service{
		Store: store, List: "list", Assets: func(context.Context) error { return nil },
		Print: func(_ context.Context, at time.Time) ([]publish.Page, error) {
			return []publish.Page{{Key: "a", Body: fmt.Append(nil, at.Format("15:04"))}}, nil
		},
	}
	for _, step := range []struct {
		run  func(context.Context, time.Time) (publish.Report, error)
		at   time.Time
		want string
	}{
		{svc.Changed, at, "a=18:59"}, {svc.Run, at.Add(time.Second), "a=19:00"}, {svc.Changed, at, "a=19:00"}, {svc.Changed, at.Add(time.Hour), "a=19:59"},
		{svc.Run, at, "a=18:59"}, // a clock that was set back is right
	} {
		if _, err := step.run(t.Context(), step.at); err != nil || store.shown() != step.want {
			t.Errorf("at %s: %v, kept %s, want %s", step.at, err, store.shown(), step.want)
		}
	}
}
