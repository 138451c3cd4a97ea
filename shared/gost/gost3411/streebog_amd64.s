//go:build !purego

#include "textflag.h"

// Offsets in gfniTables.
#define SBOX 0
#define GATHER 256
#define MATRIX 768
#define TRANSPOSE 1280
#define CONSTANTS 1344

// LPS replaces x by its transform under L, P and S, both transposed. S is two
// look-ups of 128 values each, chosen between by the highest bit. Then every word in
// turn is copied to all elements, which is P, and multiplied by one column of L.
// t, u, v and k are spoiled.
#define LPS(x, t, u, v, k) \
	VPMOVB2M x, k                     \
	VMOVDQA64 x, t                    \
	VPERMI2B Z17, Z16, t              \
	VPERMI2B Z19, Z18, x              \
	VPBLENDMB x, t, k, t              \
	VPERMB t, Z0, x                   \
	VPERMB t, Z1, u                   \
	VPERMB t, Z2, v                   \
	VGF2P8AFFINEQB $0, Z8, x, x       \
	VGF2P8AFFINEQB $0, Z9, u, u       \
	VGF2P8AFFINEQB $0, Z10, v, v      \
	VPTERNLOGQ $0x96, u, v, x         \
	VPERMB t, Z3, u                   \
	VPERMB t, Z4, v                   \
	VGF2P8AFFINEQB $0, Z11, u, u      \
	VGF2P8AFFINEQB $0, Z12, v, v      \
	VPTERNLOGQ $0x96, u, v, x         \
	VPERMB t, Z5, u                   \
	VPERMB t, Z6, v                   \
	VPERMB t, Z7, t                   \
	VGF2P8AFFINEQB $0, Z13, u, u      \
	VGF2P8AFFINEQB $0, Z14, v, v      \
	VGF2P8AFFINEQB $0, Z15, t, t      \
	VPTERNLOGQ $0x96, u, v, x         \
	VPXORQ t, x, x

// func blocksGFNI(h *[8]uint64, n *[2]uint64, sigma *[8]uint64, p *byte, count int)
TEXT ·blocksGFNI(SB), NOSPLIT, $0-40
	MOVQ h+0(FP), DI
	MOVQ n+8(FP), R8
	MOVQ sigma+16(FP), R9
	MOVQ p+24(FP), SI
	MOVQ count+32(FP), CX
	LEAQ ·gfniTables(SB), BX

	VMOVDQU64 (GATHER+0)(BX), Z0
	VMOVDQU64 (GATHER+64)(BX), Z1
	VMOVDQU64 (GATHER+128)(BX), Z2
	VMOVDQU64 (GATHER+192)(BX), Z3
	VMOVDQU64 (GATHER+256)(BX), Z4
	VMOVDQU64 (GATHER+320)(BX), Z5
	VMOVDQU64 (GATHER+384)(BX), Z6
	VMOVDQU64 (GATHER+448)(BX), Z7
	VMOVDQU64 (MATRIX+0)(BX), Z8
	VMOVDQU64 (MATRIX+64)(BX), Z9
	VMOVDQU64 (MATRIX+128)(BX), Z10
	VMOVDQU64 (MATRIX+192)(BX), Z11
	VMOVDQU64 (MATRIX+256)(BX), Z12
	VMOVDQU64 (MATRIX+320)(BX), Z13
	VMOVDQU64 (MATRIX+384)(BX), Z14
	VMOVDQU64 (MATRIX+448)(BX), Z15
	VMOVDQU64 (SBOX+0)(BX), Z16
	VMOVDQU64 (SBOX+64)(BX), Z17
	VMOVDQU64 (SBOX+128)(BX), Z18
	VMOVDQU64 (SBOX+192)(BX), Z19
	VMOVDQU64 TRANSPOSE(BX), Z31

	VMOVDQU64 (DI), Z22
	VPERMB Z22, Z31, Z22 // h, transposed

block:
	// The key: h and the two words of n.
	VMOVDQU64 (R8), X21 // zeroes the rest
	VPERMB Z21, Z31, Z21
	VPXORQ Z22, Z21, Z21
	VMOVDQU64 (SI), Z20
	VPERMB Z20, Z31, Z20 // the message
	VPXORQ Z20, Z22, Z22
	LPS(Z21, Z27, Z28, Z29, K2)

	// Count and checksum of the next block.
	ADDQ $512, 0(R8)
	ADCQ $0, 8(R8)
	MOVQ 0(SI), AX
	ADDQ AX, 0(R9)
	MOVQ 8(SI), AX
	ADCQ AX, 8(R9)
	MOVQ 16(SI), AX
	ADCQ AX, 16(R9)
	MOVQ 24(SI), AX
	ADCQ AX, 24(R9)
	MOVQ 32(SI), AX
	ADCQ AX, 32(R9)
	MOVQ 40(SI), AX
	ADCQ AX, 40(R9)
	MOVQ 48(SI), AX
	ADCQ AX, 48(R9)
	MOVQ 56(SI), AX
	ADCQ AX, 56(R9)

	LEAQ CONSTANTS(BX), DX
	MOVL $12, AX

round:
	VPXORQ Z21, Z20, Z20
	VPXORQ (DX), Z21, Z21
	LPS(Z20, Z24, Z25, Z26, K1)
	LPS(Z21, Z27, Z28, Z29, K2)
	ADDQ $64, DX
	DECL AX
	JNZ round

	VPTERNLOGQ $0x96, Z20, Z21, Z22
	ADDQ $64, SI
	DECQ CX
	JNZ block

	VPERMB Z22, Z31, Z22
	VMOVDQU64 Z22, (DI)
	VZEROUPPER
	RET
