//go:build !purego

package cpu

import (
	"os"
	"strings"
	"testing"
)

// TestAgainstKernel compares with the flags that Linux publishes.
func TestAgainstKernel(t *testing.T) {
	info, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		t.Skip("no /proc/cpuinfo to compare with")
	}
	flags := map[string]bool{}
	for line := range strings.Lines(string(info)) {
		if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "flags" {
			for _, f := range strings.Fields(value) {
				flags[f] = true
			}
			break
		}
	}
	if len(flags) == 0 {
		t.Skip("/proc/cpuinfo has no flags")
	}
	avx512 := flags["avx512f"] && flags["avx512bw"] && flags["avx512dq"] && flags["avx512vl"]
	want := Features{
		ADX:    flags["adx"],
		BMI2:   flags["bmi2"],
		AVX512: avx512,
		VBMI:   avx512 && flags["avx512vbmi"],
		GFNI:   avx512 && flags["gfni"],
	}
	if X86 != want {
		t.Errorf("detected %+v, the kernel says %+v", X86, want)
	}
}
