//go:build !amd64 || purego

package gost3411

func forcePortable() func() { return func() {} }
