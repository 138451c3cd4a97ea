package duty

import "github.com/courtoffice/courtoffice/shared/calendar"

type computation struct {
	kind   Kind
	mrp    MRP
	on     calendar.Date
	payers []Payer
	shares []int64 // of each payer
	duty   Duty
}

// demands charges those with a price by their sum, the others once for each rate.
func (c *computation) demands(demands []Demand, uncertain bool) error {
	if c.kind == Special {
		return c.fixed(NonProperty)
	}
	sums := map[Nature]int64{}
	for _, d := range demands {
		sums[d.Nature] += d.Tiyn
	}
	for _, nature := range []Nature{Property, Honour} {
		sum, some := sums[nature]
		if !some {
			continue
		}
		if nature == Property && uncertain {
			c.duty.Status = ByJudge
			c.duty.Steps = append(c.duty.Steps, Step{Code: "by-judge", Article: "CPC 105(1)"})
		} else if err := c.percent(nature, sum); err != nil {
			return err
		}
	}
	if _, some := sums[Divorce]; some {
		if err := c.fixed(Divorce); err != nil {
			return err
		}
	}
	_, plain := sums[NonProperty]
	if _, moral := sums[Moral]; plain || moral {
		return c.fixed(NonProperty)
	}
	return nil
}

// percent charges a sum, people and organisations apart, and divides the charge among the payers
// by what each demands.
func (c *computation) percent(nature Nature, sum int64) error {
	parts := c.parts(sum)
	for _, legal := range []bool{false, true} {
		base, some := int64(0), false
		weights := make([]int64, len(c.payers))
		for i, p := range c.payers {
			if p.Legal == legal {
				weights[i], some = parts[i], true
				base += parts[i]
			}
		}
		if !some {
			continue
		}
		rate, ok := rateOn(c.kind, nature, legal, c.on)
		if !ok {
			return &NoRateError{string(nature), c.on}
		}
		charge := c.charge(rate, base)
		c.divide(charge, weights)
	}
	return nil
}

// charge takes the percentage of base, rounds it and holds it to the cap, a step each.
func (c *computation) charge(rate Rate, base int64) int64 {
	whole, rest := base/10_000*rate.BasisPoints, base%10_000*rate.BasisPoints
	charge := whole + rest/10_000
	c.step(Step{Code: "percent", Article: rate.Article, BaseTiyn: base, BasisPoints: rate.BasisPoints, Tiyn: charge})
	if rest%10_000 != 0 {
		if rest%10_000 >= 5_000 {
			charge++
		}
		c.step(Step{Code: "rounding", Tiyn: charge})
	}
	if limit := rate.CapMRP * c.mrp.Tiyn; limit > 0 && charge > limit {
		charge = limit
		c.step(Step{Code: "cap", Article: rate.Article, MRPMilli: rate.CapMRP * 1000, MRPTiyn: c.mrp.Tiyn, Tiyn: charge})
	}
	return charge
}

// fixed charges a rate in MRP once and divides it equally.
func (c *computation) fixed(nature Nature) error {
	rate, ok := rateOn(c.kind, nature, false, c.on)
	if !ok {
		return &NoRateError{string(nature), c.on}
	}
	charge := rate.MRPMilli * c.mrp.Tiyn / 1000
	c.step(Step{Code: "mrp", Article: rate.Article, MRPMilli: rate.MRPMilli, MRPTiyn: c.mrp.Tiyn, Tiyn: charge})
	weights := make([]int64, len(c.payers))
	for i := range weights {
		weights[i] = 1
	}
	c.divide(charge, weights)
	return nil
}

func (c *computation) step(s Step) { c.duty.Steps = append(c.duty.Steps, s) }

// parts returns what each payer demands of a sum: as stated if the parts make up the sum, else
// equally.
func (c *computation) parts(sum int64) []int64 {
	parts, stated := make([]int64, len(c.payers)), int64(0)
	for i, p := range c.payers {
		parts[i] = p.PartTiyn
		stated += p.PartTiyn
	}
	if stated == sum {
		return parts
	}
	n := int64(len(c.payers))
	for i := range parts {
		parts[i] = sum / n
		if int64(i) < sum%n {
			parts[i]++
		}
	}
	return parts
}

// divide adds a charge to the payers' shares by weight; what is left over by division goes to the
// first of them, a tiyn each.
func (c *computation) divide(charge int64, weights []int64) {
	c.duty.Tiyn += charge
	var total int64
	for _, w := range weights {
		total += w
	}
	if total == 0 {
		return
	}
	left := charge
	for i, w := range weights {
		share := mulDiv(charge, w, total)
		c.shares[i] += share
		left -= share
	}
	for i := 0; left > 0; i = (i + 1) % len(weights) {
		if weights[i] > 0 {
			c.shares[i]++
			left--
		}
	}
}

// settle says what is paid now.
func (c *computation) settle(relief Relief) Duty {
	d := c.duty
	if def, ok := DeferralOf(relief.Deferred); ok {
		d.Status = Deferred
		d.Steps = append(d.Steps, Step{Code: "deferred", Article: def.Article, Tiyn: d.Tiyn})
		return d
	}
	d.NowTiyn = d.Tiyn
	if len(c.payers) > 1 {
		for i, p := range c.payers {
			d.Shares = append(d.Shares, Share{p.Party, c.shares[i]})
		}
	}
	return d
}
