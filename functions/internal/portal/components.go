package portal

import (
	"fmt"
	"html/template"
	"reflect"
	"regexp"
	"strings"
)

// component is what a template under templates/components is given. One type serves all: each reads
// what it has a use for, and a name that is none of these is an error when the page is rendered, so a
// misspelt parameter can't go unseen.
type component struct {
	ID, Label, Hint, Text, Type string
	Kind                        string // modifier: "secondary", "warning", "success", "good", "warn"
	Href, Link                  string // address and words of a link
	Of                          string // what a change link changes, for those who hear it alone

	Value        string // of a field that was sent already
	Pointer      string // JSON pointer of the field in the API's request: where its errors go
	Mode         string // inputmode
	Autocomplete string
	Placeholder  string
	Name         string // in the address a form without a script goes to
	Lang         string // of what is typed
	Width        string // "2" … "20": of so many characters
	Accept       string
	Describe     string // ids of more descriptions, behind the hint's

	Max   int // characters that can be typed at all; a text of a person has a Limit instead
	Limit int // characters or bytes that are taken; more are counted, never cut
	Lines int // height of a textarea

	Required, Plain, Inline, Small, Strength, Multiple, Disabled bool

	Hook    template.HTMLAttr // data attributes by which a module finds the element
	Options []option
	Rows    []row
}

// option is one of a choice.
type option struct {
	Value, Text string
	Hint        string // of a radio button
	Lang        string
	Chosen      bool
}

// row is a line of a list: a key and its value, a task, a link.
type row struct {
	Key, Value string
	Kind       string // of a task's tag: "green", "yellow", "grey", or empty for none
	Change     string // address
	Time       string // RFC 3339 of Value
	Code       bool   // Value is a hash or the like
	Current    bool
	Hook       template.HTMLAttr
}

// DescribedBy lists the ids of what describes the field.
func (c component) DescribedBy() string {
	ids := []string{}
	if c.Hint != "" {
		ids = append(ids, c.ID+"-hint")
	}
	if c.Strength {
		ids = append(ids, c.ID+"-state")
	}
	if c.Describe != "" {
		ids = append(ids, c.Describe)
	}
	return strings.Join(ids, " ")
}

// hooks is what Hook may hold: data attributes and hidden, without markup.
var hooks = regexp.MustCompile(`^(?:(?:data-[a-z-]+(?:="[\w/.:-]*")?|hidden|download) ?)+$`)

// with makes the parameters of a component, or of an option or row, of names and values in turn.
func with[T any](pairs ...any) (T, error) {
	var out T
	if len(pairs)%2 != 0 {
		return out, fmt.Errorf("portal: %T: a name without a value", out)
	}
	v := reflect.ValueOf(&out).Elem()
	for i := 0; i < len(pairs); i += 2 {
		name, _ := pairs[i].(string)
		field := v.FieldByNameFunc(func(s string) bool { return strings.EqualFold(s, name) })
		if !field.IsValid() {
			return out, fmt.Errorf("portal: %T has no parameter %q", out, name)
		}
		value := reflect.ValueOf(pairs[i+1])
		if text, ok := pairs[i+1].(string); ok && field.Type() == reflect.TypeFor[template.HTMLAttr]() && !hooks.MatchString(text) {
			return out, fmt.Errorf("portal: %q is no data attribute", text)
		}
		if !value.IsValid() || !value.CanConvert(field.Type()) || value.Kind() == reflect.Int && field.Kind() == reflect.String {
			return out, fmt.Errorf("portal: %T: %s can't be %v", out, name, pairs[i+1])
		}
		field.Set(value.Convert(field.Type()))
	}
	return out, nil
}

// list puts options or rows together.
func list[T any](items ...T) []T { return items }
