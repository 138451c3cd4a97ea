package paper

import "github.com/courtoffice/courtoffice/shared/calendar"

// After reports whether both days are given and a comes after b.
func After(a, b string) bool {
	var x, y calendar.Date
	return x.UnmarshalText([]byte(a)) == nil && y.UnmarshalText([]byte(b)) == nil && y.Before(x)
}
