package statement

// Matrix is a square of dark and light modules, such as a QR code (ISO/IEC 18004). It stands whole on a
// page, with the four modules of white around it that readers need.
type Matrix struct {
	Side int                 // modules of a side
	Dark func(x, y int) bool // from the upper left corner
}

const (
	matrixSize  = 110_000 // with the white around
	matrixQuiet = 4       // modules
)

func (m Matrix) texts(func(string)) {}

// draw joins what is dark in a row: a hair of white between modules would disturb readers.
func (m Matrix) draw(l *layout) {
	l.need(matrixSize)
	module := matrixSize / (m.Side + 2*matrixQuiet)
	for y := range m.Side {
		top := l.y + (y+matrixQuiet)*module
		for x := 0; x < m.Side; x++ {
			from := x
			for x < m.Side && m.Dark(x, y) {
				x++
			}
			if x > from {
				l.write("%s %s %s %s re f\n", pt(marginLeft+(from+matrixQuiet)*module), pt(pageHeight-top-module), pt((x-from)*module), pt(module))
			}
		}
	}
	l.space(matrixSize)
}
