//go:build !purego

package gost3411

// forcePortable switches the assembly off until the function it returns is called.
func forcePortable() func() {
	before := useGFNI
	useGFNI = false
	return func() { useGFNI = before }
}
