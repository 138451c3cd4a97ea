package store_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/courtoffice/courtoffice/shared/docket"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/store"
	"github.com/courtoffice/courtoffice/shared/store/engine"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// TestTraces: what is found by a party comes latest first, each once over all pages, and only at its court.
func TestTraces(t *testing.T) {
	db, name := engine.ForTest(t)
	s := store.NewTraces(db, name(schema.Filings))
	first := time.Date(2026, 11, 2, 6, 0, 0, 0, time.UTC)
	const filings = 137
	var want []string
	for i := range filings {
		id := fmt.Sprintf("0193f0c0-0000-7000-8000-%012x", i)
		list := []docket.Trace{{Of: id, At: first.Add(time.Duration(i) * time.Minute), Place: "d1", Tokens: []string{"иса", "number"}, Words: []string{"исаева", "айжан"}}}
		if i%3 == 0 { // two of the name in one filing
			list = append(list, docket.Trace{Of: id, At: list[0].At, Place: "d2", Tokens: []string{"иса"}, Words: []string{"исаев", "болат"}})
		}
		for range 2 {
			if err := s.Keep(t.Context(), "almaty-medeu", list); err != nil {
				t.Fatal(err)
			}
		}
		want = append(want, id)
	}
	slices.Reverse(want)
	all := func(court string, sought docket.Sought, n int) (got []string) {
		t.Helper()
		for cursor, pages := "", 0; ; pages++ {
			ids, next, err := s.Find(t.Context(), court, sought, cursor, n)
			if err != nil || pages > filings {
				t.Fatal(pages, err)
			}
			got = append(got, ids...)
			if cursor = next; next == "" {
				return got
			}
		}
	}
	for _, sought := range []docket.Sought{
		{Tokens: []string{"иса"}, Words: []string{"исаев"}}, {Tokens: []string{"number"}}, {Tokens: []string{"number", "nothing"}}, {Tokens: []string{"number", "иса"}},
	} {
		for _, n := range []int{1, 10, 500} {
			if got := all("almaty-medeu", sought, n); !slices.Equal(got, want) {
				t.Errorf("%v by %d: %d found, want %d", sought, n, len(got), len(want))
			}
		}
	}
	if got := all("almaty-medeu", docket.Sought{Tokens: []string{"иса"}, Words: []string{"исаев", "бол"}}, 7); len(got) != (filings+2)/3 {
		t.Errorf("two words: %d", len(got))
	}
	if got := all("almaty-bostandyq", docket.Sought{Tokens: []string{"number"}}, 7); len(got) != 0 {
		t.Errorf("at another court: %v", got)
	}
	if _, _, err := s.Find(t.Context(), "almaty-medeu", docket.Sought{Tokens: []string{"number"}}, "!", 1); !errors.Is(err, filing.ErrCursor) {
		t.Errorf("a cursor that is none: %v", err)
	}
}
