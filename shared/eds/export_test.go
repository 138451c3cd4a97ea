package eds

import "github.com/courtoffice/courtoffice/shared/eds/certpath"

// Codes are those that have a rule, for the test that each has a text and a scenario.
func Codes() []Code {
	var all []Code
	for _, r := range rules {
		all = append(all, r.code)
	}
	return all
}

// HasText reports whether code has a text of its own.
func HasText(code Code) bool {
	_, ok := findText(code)
	return ok
}

// Forget makes t check the path of a certificate it has seen before as if it were the first time.
func Forget(t *Trust, c *certpath.Certificate) { t.pool.Forget(c) }
