package trial

import (
	"strings"
	"testing"
	"time"

	"github.com/courtoffice/courtoffice/infra/local/mailsink"
)

// A trial that takes a loss or a needless copy for the promised outcome would prove nothing.
func TestJudge(t *testing.T) {
	begin := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	sent := func(n int, after time.Duration) mailsink.Message {
		return mailsink.Message{To: []string{address(n)}, At: begin.Add(after)}
	}
	for _, test := range []struct {
		name     string
		messages []mailsink.Message
		kills    []time.Duration
		want     Result
		err      string
	}{
		{"each one", []mailsink.Message{sent(0, 0), sent(1, 1)}, nil, Result{Told: 2}, ""},
		{"one was killed while telling", []mailsink.Message{sent(0, 0), sent(1, time.Second), sent(1, time.Minute)}, []time.Duration{2 * time.Second},
			Result{Told: 2, Kills: 1, Twice: 1, Worst: 1}, ""},
		{"arrived just after the kill", []mailsink.Message{sent(0, 0), sent(1, time.Second+settle/2), sent(1, time.Minute)}, []time.Duration{time.Second},
			Result{Told: 2, Kills: 1, Twice: 1, Worst: 1}, ""},
		{"two kills, three copies", []mailsink.Message{sent(0, 0), sent(1, 0), sent(1, time.Minute), sent(1, 2*time.Minute)}, []time.Duration{time.Second, 61 * time.Second},
			Result{Told: 2, Kills: 2, More: 1, Worst: 1}, ""},
		{"someone not told", []mailsink.Message{sent(0, 0)}, nil, Result{Told: 1}, "n1@example.kz was not told"},
		{"again without a kill", []mailsink.Message{sent(0, 0), sent(1, 0), sent(1, time.Minute)}, nil, Result{Told: 2, Twice: 1}, "no kill explains"},
		{"again long before a kill", []mailsink.Message{sent(0, 0), sent(1, 0), sent(1, time.Minute)}, []time.Duration{10 * time.Second},
			Result{Told: 2, Kills: 1, Twice: 1}, "no kill explains"},
		{"again after the kill", []mailsink.Message{sent(0, 0), sent(1, 2*time.Second), sent(1, 3*time.Second)}, []time.Duration{time.Second},
			Result{Told: 2, Kills: 1, Twice: 1}, "no kill explains"},
		{"two of one lane", []mailsink.Message{sent(0, 0), sent(0, time.Minute), sent(1, 0), sent(1, time.Minute)}, []time.Duration{time.Second},
			Result{Told: 2, Kills: 1, Twice: 2, Worst: 2}, "repeated 2 messages of 1 lanes"},
	} {
		var kills []kill
		for _, after := range test.kills {
			kills = append(kills, kill{begin.Add(after), begin.Add(after + settle)})
		}
		got, err := judge(test.messages, 2, 1, kills)
		got.Before = nil
		if got.Told != test.want.Told || got.Kills != test.want.Kills || got.Twice != test.want.Twice || got.More != test.want.More || got.Worst != test.want.Worst {
			t.Errorf("%s: %+v, want %+v", test.name, got, test.want)
		}
		if (err == nil) != (test.err == "") || err != nil && !strings.Contains(err.Error(), test.err) {
			t.Errorf("%s: %v, want %q", test.name, err, test.err)
		}
	}
}
