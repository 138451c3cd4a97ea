// Package schema checks JSON values against the part of JSON Schema (draft 2020-12) that
// report.schema.json uses, for tests: type, enum, properties, required, additionalProperties false,
// items, pattern, minimum, format date-time, and $ref into $defs.
package schema

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Schema is a parsed document.
type Schema struct{ root map[string]any }

// Parse reads a schema. Its keywords are checked when they are used.
func Parse(data []byte) (*Schema, error) {
	s := new(Schema)
	if err := json.Unmarshal(data, &s.root); err != nil {
		return nil, fmt.Errorf("schema: %w", err)
	}
	return s, nil
}

// Validate reports the first place where the JSON text does not follow the schema.
func (s *Schema) Validate(data []byte) error {
	var v any
	if err := json.Unmarshal(data, &v); err != nil {
		return fmt.Errorf("schema: %w", err)
	}
	return s.check(s.root, v, "$")
}

func (s *Schema) check(rule map[string]any, v any, path string) error {
	for keyword, arg := range rule {
		var err error
		switch keyword {
		case "$schema", "$id", "$defs", "title", "description", "additionalProperties":
		case "$ref":
			name := strings.TrimPrefix(arg.(string), "#/$defs/")
			def, ok := s.root["$defs"].(map[string]any)[name].(map[string]any)
			if !ok {
				return fmt.Errorf("%s: no definition %q", path, name)
			}
			err = s.check(def, v, path)
		case "type":
			if got := typeOf(v); got != arg && !(got == "integer" && arg == "number") {
				err = fmt.Errorf("%s: %s, want %s", path, got, arg)
			}
		case "enum":
			if !slices.Contains(arg.([]any), v) {
				err = fmt.Errorf("%s: %v is not one of %v", path, v, arg)
			}
		case "pattern":
			if text, ok := v.(string); ok && !regexp.MustCompile(arg.(string)).MatchString(text) {
				err = fmt.Errorf("%s: %q does not match %s", path, text, arg)
			}
		case "minimum":
			if n, ok := v.(float64); ok && n < arg.(float64) {
				err = fmt.Errorf("%s: %v is below %v", path, n, arg)
			}
		case "format":
			if text, ok := v.(string); ok && arg == "date-time" {
				if _, bad := time.Parse(time.RFC3339Nano, text); bad != nil {
					err = fmt.Errorf("%s: %w", path, bad)
				}
			}
		case "required":
			object, _ := v.(map[string]any)
			for _, name := range arg.([]any) {
				if _, ok := object[name.(string)]; !ok {
					err = fmt.Errorf("%s: %v is missing", path, name)
				}
			}
		case "properties":
			err = s.properties(rule, arg.(map[string]any), v, path)
		case "items":
			list, _ := v.([]any)
			for i, item := range list {
				if err = s.check(arg.(map[string]any), item, fmt.Sprintf("%s[%d]", path, i)); err != nil {
					break
				}
			}
		default:
			err = fmt.Errorf("%s: keyword %q is not known here", path, keyword)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *Schema) properties(rule, properties map[string]any, v any, path string) error {
	object, _ := v.(map[string]any)
	for name, value := range object {
		sub, ok := properties[name].(map[string]any)
		if !ok {
			if rule["additionalProperties"] == false {
				return fmt.Errorf("%s: %s is not in the schema", path, name)
			}
			continue
		}
		if err := s.check(sub, value, path+"."+name); err != nil {
			return err
		}
	}
	return nil
}

func typeOf(v any) string {
	switch v := v.(type) {
	case map[string]any:
		return "object"
	case []any:
		return "array"
	case string:
		return "string"
	case bool:
		return "boolean"
	case float64:
		if v == float64(int64(v)) {
			return "integer"
		}
		return "number"
	}
	return "null"
}
