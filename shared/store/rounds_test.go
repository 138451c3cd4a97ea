//go:build !race

package store_test

import (
	"os"
	"strconv"
)

// raceTimes is how often the races of an account's life are run: RACES in the environment, which .ci/run raises.
var raceTimes = func() int {
	if n, err := strconv.Atoi(os.Getenv("RACES")); err == nil && n > 0 {
		return n
	}
	return 300
}()
