package eds

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
