//go:build !race

package store_test

// raceTimes is how often the races of an account's life are run.
const raceTimes = 1000
