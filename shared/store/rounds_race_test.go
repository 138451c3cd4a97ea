//go:build race

package store_test

// raceTimes is how often the races of an account's life are run where each takes many times longer
// and what is looked for shows in the first.
const raceTimes = 100
