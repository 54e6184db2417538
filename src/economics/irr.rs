//! Net present value and every internal rate of return.

/// Net present value at a rate above −1: `Σ CF_t / (1 + r)^t`, year 0 undiscounted.
pub fn npv(rate: f64, flows: &[f64]) -> f64 {
    // Horner in the discount factor.
    let factor = 1.0 / (1.0 + rate);
    flows.iter().rev().fold(0.0, |sum, flow| sum * factor + flow)
}

/// The internal rates of return of a cash flow: none, one, or several, none of which is "the" one.
#[derive(Debug, Clone, PartialEq)]
pub enum Irr {
    /// No real rate above −1 brings the net present value to zero.
    None,
    /// Exactly one does.
    One(f64),
    /// Several do, in ascending order.
    Several(Vec<f64>),
    /// All flows are zero: every rate does.
    Every,
}

impl Irr {
    /// The rate where it is the only one.
    pub fn unique(&self) -> Option<f64> {
        match self {
            Self::One(rate) => Some(*rate),
            _ => None,
        }
    }

    /// All rates, ascending; empty also where every rate would do.
    pub fn roots(&self) -> &[f64] {
        match self {
            Self::One(rate) => std::slice::from_ref(rate),
            Self::Several(rates) => rates,
            Self::None | Self::Every => &[],
        }
    }

    /// What there is, in a word: `unique`, `none`, `several` or `every-rate`.
    pub fn status(&self) -> &'static str {
        match self {
            Self::None => "none",
            Self::One(_) => "unique",
            Self::Several(_) => "several",
            Self::Every => "every-rate",
        }
    }
}

/// Every real internal rate of return above −1.
///
/// The roots of `Σ CF_t x^t` in the discount factor `x > 0` are found by Rolle's theorem as in
/// Laguerre's proof of Descartes' rule: multiplied by `x^−m`, with `m` inside a change of sign, the
/// derivative has one change of sign fewer; its roots cut the axis into pieces on which the
/// weighted polynomial is monotonic, and each piece with opposite signs at its ends is bisected.
pub fn irr(flows: &[f64]) -> Irr {
    if flows.iter().all(|flow| *flow == 0.0) {
        return Irr::Every;
    }
    let mut rates: Vec<f64> = positive_roots(flows).into_iter().map(|x| 1.0 / x - 1.0 + 0.0).collect();
    rates.reverse();
    match rates.len() {
        0 => Irr::None,
        1 => Irr::One(rates[0]),
        _ => Irr::Several(rates),
    }
}

/// Modified internal rate of return: outflows financed at one rate, inflows reinvested at another,
/// `(FV(inflows) / −PV(outflows))^(1/n) − 1`; none without flows of both signs.
pub fn modified_irr(flows: &[f64], finance_rate: f64, reinvestment_rate: f64) -> Option<f64> {
    let years = flows.len().checked_sub(1).filter(|years| *years > 0)? as f64;
    let part = |sign: f64| flows.iter().map(|flow| (flow * sign).max(0.0)).collect::<Vec<_>>();
    let spent = npv(finance_rate, &part(-1.0));
    let earned = npv(reinvestment_rate, &part(1.0)) * (1.0 + reinvestment_rate).powf(years);
    (spent > 0.0 && earned > 0.0).then(|| (earned / spent).powf(1.0 / years) - 1.0)
}

/// Sign of the polynomial at `x > 0`, exactly 0 where rounding hides it. Evaluated from the end
/// that does not overflow.
fn sign_at(coefficients: &[f64], x: f64) -> f64 {
    let sum = |next: f64, factor: f64, coefficients: &mut dyn Iterator<Item = &f64>| {
        coefficients.fold((next, next), |(value, size), c| (value * factor + c, size * factor + c.abs()))
    };
    let (value, size) = if x <= 1.0 {
        sum(0.0, x, &mut coefficients.iter().rev())
    } else {
        sum(0.0, 1.0 / x, &mut coefficients.iter())
    };
    if value.abs() <= 4.0 * f64::EPSILON * size { 0.0 } else { value.signum() }
}

/// Positive roots in ascending order.
fn positive_roots(coefficients: &[f64]) -> Vec<f64> {
    let used: Vec<(usize, f64)> =
        coefficients.iter().copied().enumerate().filter(|(_, c)| *c != 0.0).collect();
    let Some(turn) = used.windows(2).find(|pair| pair[0].1.signum() != pair[1].1.signum()) else {
        return Vec::new();
    };
    let weight = 0.5 * (turn[0].0 + turn[1].0) as f64;
    let derivative: Vec<f64> =
        coefficients.iter().enumerate().map(|(power, c)| (power as f64 - weight) * c).collect();
    let mut roots: Vec<f64> = Vec::new();
    let mut add = |root: f64| {
        let known = roots.last().is_some_and(|last| (root - last).abs() <= 1e-12 * root);
        if !known {
            roots.push(root);
        }
    };
    // Signs towards 0 and infinity are those of the lowest and the highest coefficient.
    let (first, last) = (used[0].1.signum(), used[used.len() - 1].1.signum());
    let turns = positive_roots(&derivative);
    let (mut low, mut low_sign) = (0.0, first);
    for turn in turns.iter().copied().chain([f64::INFINITY]) {
        let end = turn.is_infinite();
        let high_sign = if end { last } else { sign_at(coefficients, turn) };
        if high_sign == 0.0 {
            // The curve touches zero where it turns: a double root.
            add(turn);
        } else if low_sign * high_sign < 0.0 {
            add(bisect(coefficients, low, turn, low_sign));
        }
        (low, low_sign) =
            (turn, if high_sign == 0.0 { sign_after(coefficients, turn, &turns, last) } else { high_sign });
    }
    roots
}

/// Sign between a turning point and the next.
fn sign_after(coefficients: &[f64], turn: f64, turns: &[f64], last: f64) -> f64 {
    match turns.iter().find(|next| **next > turn) {
        Some(next) => sign_at(coefficients, 0.5 * (turn + next)),
        None => last,
    }
}

/// The root between two arguments with opposite signs, to the last bit.
fn bisect(coefficients: &[f64], low: f64, high: f64, low_sign: f64) -> f64 {
    let (mut low, mut high) = (low, high);
    if high.is_infinite() {
        high = low.max(1.0);
        while sign_at(coefficients, high) * low_sign > 0.0 {
            high *= 2.0;
        }
    }
    if low == 0.0 {
        low = high.min(1.0);
        while sign_at(coefficients, low) * low_sign < 0.0 {
            low *= 0.5;
        }
    }
    loop {
        let middle = 0.5 * (low + high);
        if middle <= low || middle >= high {
            return middle;
        }
        match sign_at(coefficients, middle) * low_sign {
            sign if sign > 0.0 => low = middle,
            sign if sign < 0.0 => high = middle,
            _ => return middle,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand: (1 − 1.1 x)(1 − 1.4 x)(1 − 1.2 x) has the rates 10, 20 and 40 %:
    /// 1 − 3.7 x + 4.54 x² − 1.848 x³.
    #[test]
    fn three_rates_are_three_rates() {
        let found = irr(&[1000.0, -3700.0, 4540.0, -1848.0]);
        let Irr::Several(rates) = &found else { panic!("{found:?}") };
        for (rate, expected) in rates.iter().zip([0.1, 0.2, 0.4]) {
            assert!((rate - expected).abs() < 1e-9, "{rates:?}");
        }
        assert_eq!(rates.len(), 3);
        assert_eq!((found.unique(), found.status()), (None, "several"));
    }

    /// By hand: −(1 − 1.1 x)² touches zero at 10 % and is negative elsewhere.
    #[test]
    fn a_rate_where_the_value_only_touches_zero_is_found() {
        let found = irr(&[-100.0, 220.0, -121.0]);
        let rate = found.unique().expect("one");
        assert!((rate - 0.1).abs() < 1e-6, "{rate}");
    }

    #[test]
    fn the_net_present_value_at_every_rate_is_zero() {
        let mut flow = 17.0f64;
        for years in [3usize, 10, 25, 40] {
            let mut flows = vec![-1000.0];
            for year in 1..=years {
                flow = (flow * 7.3 + 11.0) % 400.0;
                flows.push(flow - if year % 8 == 0 { 600.0 } else { 0.0 });
            }
            for rate in irr(&flows).roots() {
                let size: f64 =
                    flows.iter().enumerate().map(|(t, f)| (f / (1.0 + rate).powi(t as i32)).abs()).sum();
                assert!(npv(*rate, &flows).abs() < 1e-9 * size, "{rate} {flows:?}");
            }
        }
    }

    /// A total loss and a flow that only pays have no rate.
    #[test]
    fn flows_of_one_sign_have_no_rate() {
        assert_eq!(irr(&[-100.0, 0.0, 0.0]), Irr::None);
        assert_eq!(irr(&[1.0, 1.0]), Irr::None);
        assert_eq!(irr(&[0.0, 0.0]), Irr::Every);
    }

    /// By hand: −1 then 1e9 a year later is a rate of 1e9 − 1; 1e-6 back is −0.999999.
    #[test]
    fn extreme_rates_are_reached() {
        assert!((irr(&[-1.0, 1e9]).unique().expect("one") / (1e9 - 1.0) - 1.0).abs() < 1e-9);
        assert!((irr(&[-1.0, 1e-6]).unique().expect("one") + 0.999_999).abs() < 1e-9);
    }
}
