//go:build !amd64 || purego

package field512

func mul(z, x, y *Element) { mulGeneric(z, x, y) }

func sqr(z, x *Element) { sqrGeneric(z, x) }
