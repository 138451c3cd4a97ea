package trial

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/courtoffice/courtoffice/infra/local/demo"
	"github.com/courtoffice/courtoffice/infra/local/mailsink"
	"github.com/courtoffice/courtoffice/shared/store"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// Surge plays a deadline night on an office of its own: signed filings lie ready, some come, then ten
// times as many a second, then some again. It says what came of it from the stores.
type Surge struct {
	Binary  string        // the command local
	Rate    float64       // seals a second at the peak; 0 is Share of what the engine alone does
	Peak    time.Duration // how long that lasts; before it and after it a tenth of the rate, half as long each
	Filings int           // prepared where Rate is 0; the peak is as long as they last
	Held    int           // sealed filings that the tables hold before
	Kills   int           // processes to kill, with Faults: the night is as long as that takes, and the engine alone is not measured
	Faults  bool          // refused and lost calls of the stores, slow documents, mail that is away, killed processes
	Every   time.Duration // mean time between two kills of a process, with Faults
	Later   bool          // what follows a seal waits until the night is over: deployed it has processors of its own
	Out     io.Writer     // progress
}

// Share is what the office is to do of what the engine alone does with the same transactions.
const Share = 0.6

// aloneWith is how many seals the engine alone is measured with, half before the night, half after.
const aloneWith = 400

// Night is what came of it.
type Night struct {
	Alone, AloneAfter float64 // seals a second of the engine alone, before and after
	Stages            [3]figures
	Kills             map[string]int // by program
	Books             Books
	Prepared, Drained time.Duration // how long these took
}

// Run does it in dir, an empty folder.
//
// Errors: what the office answered, and every difference between what people have and what the stores
// have.
func (t Surge) Run(ctx context.Context, dir string, o demo.Options) (n Night, err error) {
	flags := []string{"-lists", "1m"} // as deployed
	if t.Faults {
		flags = append(flags, "-faults")
	}
	state := filepath.Join(dir, "office")
	if err := os.Mkdir(state, 0o700); err != nil {
		return n, err
	}
	office, err := StartOffice(ctx, t.Binary, state, flags...)
	if err != nil {
		return n, err
	}
	defer func() { office.Stop() }()

	var due []time.Duration
	count, apart := t.Filings, aloneWith
	if t.Kills > 0 {
		t.Peak, apart = time.Duration(t.Kills)*(t.Every+killTakes), 0
	}
	if t.Held > 0 {
		apart++ // one to copy
	}
	if t.Rate > 0 {
		due = arrivals(t.stages())
		count = len(due)
	}
	begin := time.Now()
	fmt.Fprintf(t.Out, "preparing %d signed filings…\n", count+apart)
	o.URL = office.URL
	filings, err := demo.Prepare(ctx, o, count+apart)
	if err != nil {
		return n, err
	}
	n.Prepared = time.Since(begin)
	keys, err := demo.ReceiptKeys(ctx, office.URL)
	if err != nil {
		return n, err
	}
	filings, spare := filings[:count], filings[count:]
	var shots []shot
	if t.Held > 0 {
		fmt.Fprintf(t.Out, "writing %d sealed filings…\n", t.Held)
		if shots, err = t.hold(ctx, office, spare[:1]); err != nil {
			return n, err
		}
		spare = spare[1:]
	}

	office.Stop()
	file := filepath.Join(dir, "alone.db")
	if err := copyTables(tablesFile(state), file); err != nil {
		return n, err
	}
	if n.Alone, err = t.engine(ctx, file, spare[:len(spare)/2]); err != nil {
		return n, err
	}
	if due == nil {
		t.Rate = Share * n.Alone * 1.05 // so that what is held may fall short by a twentieth
		t.Peak = time.Duration(float64(count) / (1.1 * t.Rate) * float64(time.Second))
		due = arrivals(t.stages())
		due = due[:min(len(due), count)]
	}
	if t.Later {
		office.args = append(office.args, "-later")
	}
	if err := office.start(ctx); err != nil {
		return n, err
	}
	if n.Alone > 0 {
		fmt.Fprintf(t.Out, "the engine alone: %.0f seals a second.\n", n.Alone)
	}
	fmt.Fprintf(t.Out, "the night: %.0f a second for %s, a tenth of it before and after…\n", t.Rate, t.Peak.Round(100*time.Millisecond))
	fmt.Fprintf(t.Out, "watch it at %s/_local/operations\n", office.URL)
	played, kills := t.play(ctx, office, due, filings)
	n.Kills = kills
	for i := range n.Stages {
		n.Stages[i] = between(played, t.from(i), t.from(i+1))
	}
	filings = filings[len(played):]
	shots = append(shots, played...)
	begin = time.Now()
	if t.Later {
		office.Stop()
		office.args = office.args[:len(office.args)-1]
		if err := office.start(ctx); err != nil {
			return n, err
		}
	}
	if err := t.drain(ctx, office); err != nil {
		return n, err
	}
	n.Drained = time.Since(begin)
	subjects, err := office.subjects(ctx)
	if err != nil {
		return n, err
	}
	office.Stop()

	db, stop, err := tables(ctx, tablesFile(state))
	if err != nil {
		return n, err
	}
	defer stop()
	records, err := evidenceOf(ctx, state)
	if err != nil {
		return n, err
	}
	n.Books, err = reconcile(ctx, db, "courtoffice-"+schema.Filings.Name, shots, slices.Concat(filings, spare), keys, subjects, records)
	if err != nil {
		return n, err
	}
	if n.AloneAfter, err = t.engine(ctx, file, spare[len(spare)/2:]); err != nil {
		return n, err
	}
	if killed := n.killed(); killed < t.Kills {
		return n, fmt.Errorf("the night was over after %d kills of %d", killed, t.Kills)
	}
	return n, nil
}

// killTakes is how much longer it takes to kill a process than to wait for the moment: the host comes
// with all others, and an engine that is killed twice in a second takes the host along.
const killTakes = 250 * time.Millisecond

// hold seals a filing, and when everyone was told of it copies it as often as the tables are to hold.
func (t Surge) hold(ctx context.Context, office *Office, one []demo.Prepared) ([]shot, error) {
	shots := fire(ctx, office.URL, []time.Duration{0}, one, 0)
	if shots[0].receipt == nil {
		return nil, fmt.Errorf("seal a filing to copy: refused %v", shots[0].refused)
	}
	if err := t.drain(ctx, office); err != nil {
		return nil, err
	}
	h, err := office.Health(ctx)
	if err != nil {
		return nil, err
	}
	if err := fill(ctx, client(h.Endpoints["DYNAMODB"]), "courtoffice-"+schema.Filings.Name, t.Held); err != nil {
		return nil, fmt.Errorf("write %d filings: %w", t.Held, err)
	}
	return shots, nil
}

// engine is how many of the filings the engine alone seals a second, 0 for none.
func (t Surge) engine(ctx context.Context, file string, filings []demo.Prepared) (float64, error) {
	if len(filings) == 0 {
		return 0, nil
	}
	db, stop, err := tables(ctx, file)
	if err != nil {
		return 0, err
	}
	defer stop()
	return alone(ctx, db, "courtoffice-"+schema.Filings.Name, filings)
}

func (t Surge) stages() []stage {
	return []stage{{t.Rate / 10, t.Peak / 2}, {t.Rate, t.Peak}, {t.Rate / 10, t.Peak / 2}}
}

// from is when stage i begins; when all are over for the one behind the last.
func (t Surge) from(i int) (at time.Duration) {
	for _, s := range t.stages()[:i] {
		at += s.for_
	}
	return at
}

// play sends the signatures, and disturbs the office meanwhile if that is asked for.
func (t Surge) play(ctx context.Context, office *Office, due []time.Duration, filings []demo.Prepared) ([]shot, map[string]int) {
	if !t.Faults {
		return fire(ctx, office.URL, due, filings, 0), nil
	}
	disturbing, stop := context.WithCancel(ctx)
	killed := make(chan map[string]int, 1)
	go func() { killed <- t.disturb(disturbing, office) }()
	shots := fire(ctx, office.URL, due, filings, 0.1)
	stop()
	return shots, <-killed
}

// victims are the programs that are killed, by how often of the sum. The host takes all others along.
var victims = []struct {
	program string
	often   int
}{
	{"file-claim", 10}, {"relay", 3}, {"notify", 3}, {"verify-filing", 2}, {"keep-evidence", 2}, {"lock-documents", 1}, {"dynoxide", 2}, {"versitygw", 1}, {itself, 1},
}

const itself = "local"

// disturb makes the night a bad one until ctx ends, and returns how many processes it killed.
func (t Surge) disturb(ctx context.Context, office *Office) map[string]int {
	kills := map[string]int{}
	var sum int
	for _, v := range victims {
		sum += v.often
	}
	office.tell(ctx, "/_local/faults", map[string]bool{"on": true})
	office.tell(ctx, "/_local/mail/fault", map[string]any{"error": "TooManyRequestsException", "times": 20})
	for killed := 0; ; {
		select {
		case <-ctx.Done():
			return kills
		case <-time.After(time.Duration(rand.ExpFloat64() * float64(t.Every))):
		}
		if err := office.Ensure(context.WithoutCancel(ctx)); err != nil {
			fmt.Fprintln(t.Out, err)
		}
		if t.Kills > 0 && killed == t.Kills {
			continue // those who wait for receipts have time for it
		}
		n := rand.IntN(sum)
		for _, v := range victims {
			if n -= v.often; n >= 0 {
				continue
			}
			if v.program != itself {
				if office.Kill(v.program, rand.IntN) {
					kills[v.program]++
					killed++
				}
			} else if err := office.Restart(context.WithoutCancel(ctx)); err == nil {
				kills[itself]++
				killed++
				office.tell(ctx, "/_local/faults", map[string]bool{"on": true})
			} else {
				fmt.Fprintln(t.Out, err)
			}
			break
		}
	}
}

// drainWithin is how long all that follows a night may take on this machine.
const drainWithin = 10 * time.Minute

// hurryEvery is how often what a killed process may hold is given to another.
const hurryEvery = 30 * time.Second

// drain waits until everyone was told of everything.
func (t Surge) drain(ctx context.Context, office *Office) error {
	ctx, cancel := context.WithTimeout(ctx, drainWithin)
	defer cancel()
	var hurried time.Time
	for quiet := 0; ; {
		// Not at each look: a message that only waits for a process would be received until it is given up.
		hurry := t.Faults && time.Since(hurried) > hurryEvery
		if hurry {
			hurried = time.Now()
		}
		told, err := t.told(ctx, office, hurry)
		if quiet++; !told {
			quiet = 0
		}
		if quiet > 1 { // between a table's stream and the queues nobody sees an event
			return nil
		}
		select {
		case <-ctx.Done():
			return errors.Join(errors.New("someone is still to be told"), err)
		case <-time.After(time.Second):
		}
	}
}

// told reports whether everyone was told of everything. With hurry, faults are over and what a killed
// process held comes again without its time being waited for.
func (t Surge) told(ctx context.Context, office *Office, hurry bool) (bool, error) {
	if err := office.Ensure(ctx); err != nil {
		return false, err
	}
	if hurry {
		err := office.tell(ctx, "/_local/faults", map[string]bool{"on": false})
		if err := errors.Join(err, office.tell(ctx, "/_local/hurry", map[string]string{"held": "15s"})); err != nil {
			return false, err
		}
	}
	h, err := office.Health(ctx)
	if err != nil {
		return false, err
	}
	for _, q := range schema.Queues {
		if q.Env != "" && q.Name != schema.Pages.Name && h.Queues[q.Name] > 0 { // pages are no filing's
			return false, nil
		}
	}
	_, waits, err := store.NewOutbox(client(h.Endpoints["DYNAMODB"]), "courtoffice-"+schema.Filings.Name).Oldest(ctx)
	return !waits && err == nil, err
}

// subjects are those of all mail the office has sent.
func (o *Office) subjects(ctx context.Context) (all []string, err error) {
	var messages []mailsink.Message
	if err := o.get(ctx, "/_local/mail.json", &messages); err != nil {
		return nil, err
	}
	for _, m := range messages {
		all = append(all, m.Subject)
	}
	return all, nil
}

// Print writes n as tables.
func (n Night) Print(out io.Writer) {
	if n.Stages[1].tries == 0 {
		return // it did not come to that
	}
	ms := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
	fmt.Fprintf(out, "\n%-10s %9s %9s %9s %9s %9s %9s %8s %8s  %s\n", "", "asked/s", "held/s", "p50 ms", "p99 ms", "p99.9 ms", "worst ms", "tries", "without", "refused, by status (0: the line was cut)")
	for i, name := range []string{"before", "peak", "after"} {
		f := n.Stages[i]
		fmt.Fprintf(out, "%-10s %9.1f %9.1f %9.1f %9.1f %9.1f %9.1f %8d %8d  %v\n", name, f.asked, f.held,
			ms(f.at(.5)), ms(f.at(.99)), ms(f.at(.999)), ms(f.at(1)), f.tries, f.without, f.refused)
	}
	for _, row := range []struct {
		what  string
		value any
	}{
		{"filings in the tables before", n.Books.Held},
		{"the engine alone, before and after, seals/s", fmt.Sprintf("%.0f, %.0f", n.Alone, n.AloneAfter)},
		{"held at the peak, of the engine's mean", fmt.Sprintf("%.0f%%", 100*n.Ratio())},
		{"processes killed with SIGKILL", fmt.Sprint(n.killed(), " ", n.Kills)},
		{"receipts that people have", n.Books.Answered},
		{"seals in the table", n.Books.Sealed},
		{"of them, people who got no answer in two minutes", n.Books.Silent},
		{"mails that came again", n.Books.Mails},
		{"all told after", n.Drained.Round(100 * time.Millisecond)},
	} {
		if n.Alone > 0 || !strings.Contains(row.what, "engine") {
			fmt.Fprintf(out, "%-50s %v\n", row.what, row.value)
		}
	}
}

func (n Night) killed() (sum int) {
	for _, k := range n.Kills {
		sum += k
	}
	return sum
}

// Ratio is what was held at the peak, of what the engine alone does.
func (n Night) Ratio() float64 {
	if n.AloneAfter == 0 {
		return n.Stages[1].held / n.Alone
	}
	return n.Stages[1].held / ((n.Alone + n.AloneAfter) / 2)
}
