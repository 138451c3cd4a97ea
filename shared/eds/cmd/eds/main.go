// Command eds verifies electronic signatures of Kazakhstan's NCA: CMS, signed XML and WS-Security,
// certificates, revocation lists, OCSP responses and time stamps; and receipts of the office, by the keys
// it publishes. It also signs, with test keys.
//
//	eds verify -trust DIR [-content FILE] [-json] FILE
//
// Exit status: 0 TOTAL-PASSED, 1 TOTAL-FAILED, 2 INDETERMINATE, 64 wrong usage, 65 a file is not what
// it should be, 66 one cannot be read, 73 one cannot be written, 70 anything else. "eds help" lists commands and flags.
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/courtoffice/courtoffice/shared/eds"
	"github.com/courtoffice/courtoffice/shared/eds/certpath"
	"github.com/courtoffice/courtoffice/shared/eds/crl"
	"github.com/courtoffice/courtoffice/shared/eds/ocsp"
)

// Exit statuses; those from 64 on are those of sysexits.h.
const (
	exitPassed        = 0
	exitFailed        = 1
	exitIndeterminate = 2
	exitUsage         = 64
	exitData          = 65
	exitInput         = 66
	exitSoftware      = 70
	exitOutput        = 73
)

func main() { os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }

// errUsage is an error in how the command was called; it was printed already.
var errUsage = errors.New("usage")

func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	c := &command{stdin: stdin, out: stdout, err: stderr}
	if len(args) == 0 {
		fmt.Fprint(stderr, usage)
		return exitUsage
	}
	commands := map[string]func([]string) error{
		"verify": c.verify, "cert": c.cert, "crl": c.crl, "ocsp": c.ocsp, "tst": c.tst, "sign": c.sign, "receipt": c.receipt,
	}
	do, ok := commands[args[0]]
	switch {
	case args[0] == "help" || args[0] == "-h" || args[0] == "-help" || args[0] == "--help":
		help(stdout)
		return exitPassed
	case !ok:
		fmt.Fprintf(stderr, "eds: no command %q\n%s", args[0], usage)
		return exitUsage
	}
	return c.exit(do(args[1:]))
}

// exit turns the outcome of a command into an exit status.
func (c *command) exit(err error) int {
	verdict, isVerdict := errors.AsType[*eds.VerificationError](err)
	var found errReceipt
	switch {
	case err == nil || errors.Is(err, flag.ErrHelp):
		return exitPassed
	case isVerdict && verdict.Report.Indication == eds.TotalFailed:
		return exitFailed
	case isVerdict:
		return exitIndeterminate
	case errors.As(err, &found):
		return map[eds.Indication]int{eds.TotalFailed: exitFailed, eds.Indeterminate: exitIndeterminate}[found.indication]
	case errors.Is(err, errUsage):
		return exitUsage
	}
	fmt.Fprintln(c.err, escape(err.Error()))
	var data dataError
	var input inputError
	var output outputError
	switch {
	case errors.As(err, &input):
		return exitInput
	case errors.As(err, &output):
		return exitOutput
	case errors.As(err, &data), errors.Is(err, eds.ErrNotASignature), errors.Is(err, certpath.ErrSyntax), errors.Is(err, crl.ErrSyntax), errors.Is(err, ocsp.ErrSyntax):
		return exitData
	}
	return exitSoftware
}

// usage says what is wrong with how the command was called.
func (c *command) usage(format string, args ...any) error {
	fmt.Fprintf(c.err, "eds: "+format+"\n", args...)
	return errUsage
}

// command holds what the flags said.
type command struct {
	stdin    io.Reader
	out, err io.Writer

	trust, stampTrust string
	crls, responses   files
	at                time.Time
	policy            string
	lang              string
	json              bool
	limits            []limit
}

// limit is one -limit flag.
type limit struct {
	name  string
	value int64
}

// files is a flag that may be given several times.
type files []string

func (f *files) String() string { return fmt.Sprint(*f) }

func (f *files) Set(name string) error {
	*f = append(*f, name)
	return nil
}

// flagSet declares the flags of how a report is printed.
func (c *command) flagSet(name string) *flag.FlagSet {
	f := flag.NewFlagSet("eds "+name, flag.ContinueOnError)
	f.SetOutput(c.err)
	f.StringVar(&c.lang, "lang", "kk", "`language` of the text: kk, ru, en")
	f.BoolVar(&c.json, "json", false, "print the report as JSON")
	return f
}

// flags declares the flags that every command but sign and receipt takes.
func (c *command) flags(name, policy string) *flag.FlagSet {
	f := c.flagSet(name)
	f.StringVar(&c.trust, "trust", "", "`folder` of certificates: self-signed ones are anchors, the rest candidates for the path; lists in it are used")
	f.Func("at", "`instant` of the check, RFC 3339 (default now)", func(s string) (err error) {
		c.at, err = time.Parse(time.RFC3339, s)
		return err
	})
	f.StringVar(&c.policy, "policy", policy, "`name` of the policy: filing, sign-in, archive")
	f.Func("limit", "`NAME=N` in place of a limit of the policy; may be repeated (eds help lists them)", func(s string) error {
		name, value, _ := strings.Cut(s, "=")
		n, err := strconv.ParseInt(value, 10, 64)
		if err != nil {
			return fmt.Errorf("want NAME=N")
		}
		c.limits = append(c.limits, limit{name, n})
		return new(eds.Limits).Set(name, n)
	})
	return f
}

// parse reads the flags and returns the one file that must follow them.
func (c *command) parse(f *flag.FlagSet, args []string) (string, error) {
	if err := f.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return "", err
		}
		return "", errUsage
	}
	if f.NArg() != 1 {
		err := c.usage("want one file, got %d", f.NArg())
		f.Usage()
		return "", err
	}
	if c.lang != "kk" && c.lang != "ru" && c.lang != "en" && c.lang != "" {
		return "", c.usage("no language %q", c.lang)
	}
	if c.at.IsZero() {
		c.at = time.Now().UTC().Truncate(time.Second)
	}
	return f.Arg(0), nil
}

// verifier is made from the flags.
func (c *command) verifier() (*eds.Verifier, error) {
	policies := map[string]func() eds.Policy{"filing": eds.Filing, "sign-in": eds.SignIn, "archive": eds.Archive, "inspect": inspection}
	policy, ok := policies[c.policy]
	if !ok {
		return nil, c.usage("no policy %q", c.policy)
	}
	v := &eds.Verifier{Trust: eds.NewTrust(), Policy: policy()}
	v.Policy.Limits = ownFile
	for _, l := range c.limits {
		if err := v.Policy.Limits.Set(l.name, l.value); err != nil {
			return nil, err
		}
	}
	var err error
	if c.trust != "" {
		if v.Trust, err = c.loadTrust(c.trust); err != nil {
			return nil, err
		}
	}
	if c.stampTrust != "" {
		if v.StampTrust, err = c.loadTrust(c.stampTrust); err != nil {
			return nil, err
		}
	}
	for _, name := range c.crls {
		data, err := c.read(name)
		if err != nil {
			return nil, err
		}
		if err := v.Trust.AddCRL(data); err != nil {
			return nil, dataError{fmt.Errorf("%s is not a revocation list", name)}
		}
		if v.StampTrust != nil {
			if err := v.StampTrust.AddCRL(data); err != nil {
				return nil, err
			}
		}
	}
	for _, name := range c.responses {
		data, err := c.read(name)
		if err != nil {
			return nil, err
		}
		if _, err := ocsp.Decode(data); err != nil {
			return nil, dataError{fmt.Errorf("%s is not an OCSP response", name)}
		}
		v.OCSP = append(v.OCSP, data)
	}
	return v, nil
}

func (c *command) loadTrust(dir string) (*eds.Trust, error) {
	t, err := eds.LoadTrust(dir)
	if _, ok := errors.AsType[*fs.PathError](err); ok {
		return nil, inputError{err}
	}
	if err != nil {
		return nil, dataError{err}
	}
	for _, skipped := range t.Skipped() {
		fmt.Fprintln(c.err, "eds: passed over:", escape(skipped.Error()))
	}
	return t, nil
}

// inspection is the policy for certificates, lists and stamps on their own: all algorithms, judged
// at the time of the check.
func inspection() eds.Policy {
	p := eds.Archive()
	p.Name, p.Time, p.Identity = "inspect", eds.TimeOfCheck, false
	return p
}

// print writes a report as JSON or with text, and hands the verdict on.
func (c *command) print(report any, people func(*printer), verdict error) error {
	if !c.json {
		people(&printer{c.out, c.lang})
		return verdict
	}
	var text strings.Builder
	enc := json.NewEncoder(&text)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	if err := enc.Encode(report); err != nil {
		return err
	}
	if _, err := io.WriteString(c.out, escapeLines(text.String())); err != nil {
		return outputError{err}
	}
	return verdict
}

// ownFile are the limits for a file that somebody checks on a machine of their own: among others that of a whole
// case, with some hundred filings in it.
var ownFile = eds.Limits{Size: 1 << 30, Unpacked: 1 << 30, Files: 10_000, Signers: 512}

// help writes the usage and the limits with their defaults.
func help(w io.Writer) {
	fmt.Fprint(w, usage, "\nLimits and their defaults:\n")
	for name, value := range ownFile.All() {
		fmt.Fprintf(w, "  %-17s %d\n", name, value)
	}
}

const usage = `eds verifies electronic signatures of Kazakhstan's NCA.

  eds verify [-trust DIR] [-tsa-trust DIR] [-crl FILE]... [-ocsp FILE]... [-content FILE]
             [-at RFC3339] [-policy filing|sign-in|archive] [-lang kk|ru|en] [-json]
             [-out FILE] FILE
  eds cert   [-trust DIR] [-crl FILE]... FILE         certificate and its path
  eds crl    -trust DIR FILE                          revocation list
  eds ocsp   -trust DIR -cert FILE -issuer FILE FILE  OCSP response
  eds tst    -trust DIR [-data FILE] FILE             time-stamp token or response
  eds receipt -keys FILE|URL... FILE                  receipt of the office, JSON or its page (PDF)
  eds sign   -p12 FILE -password P [-detached] [-xml] [-out FILE] FILE

All but sign and receipt take -at, -lang, -json and -limit NAME=N, receipt -lang and -json. FILE may be - for the standard input.
Exit status: 0 TOTAL-PASSED, 1 TOTAL-FAILED, 2 INDETERMINATE, 64 usage, 65 not a signature,
66 a file cannot be read, 73 a file cannot be written, 70 anything else.
`
