package gost3410

// naf sets digits to the width-w non-adjacent form of k and returns the number
// of digits used: k is the sum of digits[i] * 2^i, and every non-zero digit is
// odd, below 2^(w-1) in size and followed by at least w-1 zeros.
func naf(digits *[513]int16, k *scalar, w uint) int {
	n := 0
	var carry uint64
	for pos := uint(0); pos < 513; {
		bit := carry
		if pos < 512 {
			bit += k[pos/64] >> (pos % 64)
		}
		if bit&1 == 0 {
			digits[pos] = 0
			pos++
			continue
		}
		// The low w bits from pos on, plus the carry.
		var word uint64
		if pos < 512 {
			i, off := pos/64, pos%64
			word = k[i] >> off
			if off > 64-w && i < 7 {
				word |= k[i+1] << (64 - off)
			}
			word &= 1<<w - 1
		}
		word += carry
		carry = word >> (w - 1)
		digit := int16(word) - int16(carry<<w)
		digits[pos] = digit
		n = int(pos) + 1
		for pos++; pos < uint(n)+w-1 && pos < 513; pos++ {
			digits[pos] = 0
		}
	}
	return n
}
