package gost3410

// HotKey is a public key with a table of its multiples, 256 KB, that makes
// Verify several times faster. Building it costs as much as a handful of
// verifications, so it suits the few keys that are trusted beforehand: of
// certification authorities, OCSP responders and time-stamping authorities. Do
// not build one for a key that an unknown sender chose. Its methods may be called
// concurrently. The zero value verifies nothing.
type HotKey struct {
	key   *PublicKey
	table [combTeeth][combTooth]affine // [i][j] is (2j+1) * 2^(32i) * key
}

// NewHotKey computes the table of k.
func NewHotKey(k *PublicKey) *HotKey {
	h := &HotKey{key: k}
	var tooth jacobian
	tooth.setAffine(&k.point)
	// The base of every tooth and its double.
	var jac [2 * combTeeth]jacobian
	var aff [2 * combTeeth]affine
	for i := range combTeeth {
		jac[2*i] = tooth
		tooth.double()
		jac[2*i+1] = tooth
		for range combStep - 1 {
			tooth.double()
		}
	}
	toAffine(aff[:], jac[:])
	points := make([]jacobian, combTooth)
	for i := range combTeeth {
		// Different multiples of one point below q: never equal or opposite.
		points[0].setAffine(&aff[2*i])
		for j := 1; j < combTooth; j++ {
			points[j] = points[j-1]
			points[j].addDistinct(&aff[2*i+1])
		}
		toAffine(h.table[i][:], points)
	}
	return h
}

// PublicKey returns the key h was made from.
func (h *HotKey) PublicKey() *PublicKey { return h.key }

// Verify gives the same answer as PublicKey.Verify. It does not allocate.
func (h *HotKey) Verify(digest, sig []byte) bool {
	var z1, z2, r scalar
	if h.key == nil || !h.key.valid() || !splitVar(&z1, &z2, &r, digest, sig) {
		return false
	}
	var c jacobian
	h.linearVar(&c, &z1, &z2)
	return c.hasXVar(&r)
}

// linearVar sets c to z1*G + z2*Q in variable time: digit 32i+j of both numbers
// is looked up in tooth i and added before the last j doublings.
func (h *HotKey) linearVar(c *jacobian, z1, z2 *scalar) {
	var d1, d2 [513]int16
	naf(&d1, z1, combWidth)
	naf(&d2, z2, combWidth)
	*c = jacobian{}
	for j := combStep; j >= 0; j-- {
		c.double()
		// Digit 512 belongs to the last tooth, one step above the others.
		first := 0
		if j == combStep {
			first = combTeeth - 1
		}
		for i := first; i < combTeeth; i++ {
			if d := d2[combStep*i+j]; d != 0 {
				c.addSignedVar(h.table[i][:], d)
			}
			if d := d1[combStep*i+j]; d != 0 {
				c.addSignedBaseVar(i, d)
			}
		}
	}
}
