//go:build ignore

// gen_gtable writes gtable.bin: multiples of the base point of
// id-tc26-gost-3410-12-512-paramSetA as x and y, 64 bytes each, lowest byte
// first. In order:
//
//	(2j+1) * G           for j in [0, 512)
//	(2j+1) * 2^(32i) * G for i in [1, 16), for j in [0, 128)
//
// It computes with math/big and shares no code with the package. Run it with go
// generate; a test does the same work and compares.
package main

import (
	"log"
	"math/big"
	"os"
	"slices"
)

var p = new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), 512), big.NewInt(569))

type point struct{ x, y *big.Int }

// add returns a + b for points that are not each other's negatives.
func add(a, b point) point {
	num, den := new(big.Int), new(big.Int)
	if a.x.Cmp(b.x) == 0 {
		num.Mul(a.x, a.x)
		num.Mul(num, big.NewInt(3))
		num.Sub(num, big.NewInt(3))
		den.Lsh(a.y, 1)
	} else {
		num.Sub(b.y, a.y)
		den.Sub(b.x, a.x)
	}
	den.Mod(den, p)
	num.Mul(num, den.ModInverse(den, p))
	x := new(big.Int).Mul(num, num)
	x.Sub(x, a.x)
	x.Sub(x, b.x)
	x.Mod(x, p)
	y := new(big.Int).Sub(a.x, x)
	y.Mul(y, num)
	y.Sub(y, a.y)
	return point{x, y.Mod(y, p)}
}

func main() {
	log.SetFlags(0)
	gy, _ := new(big.Int).SetString("7503cfe87a836ae3a61b8816e25450e6ce5e1c93acf1abc1778064fdcbefa921df1626be4fd036e93d75e6a50e3a41e98028fe5fc235f5b889a589cb5215f2a4", 16)
	base := point{big.NewInt(3), gy}
	var out []byte
	for tooth := range 16 {
		n := 128
		if tooth == 0 {
			n = 512
		}
		twice, sum := add(base, base), base
		for range n {
			for _, v := range []*big.Int{sum.x, sum.y} {
				var b [64]byte
				v.FillBytes(b[:])
				slices.Reverse(b[:])
				out = append(out, b[:]...)
			}
			sum = add(sum, twice)
		}
		for range 32 {
			base = add(base, base)
		}
	}
	if err := os.WriteFile("gtable.bin", out, 0o644); err != nil {
		log.Fatal(err)
	}
}
