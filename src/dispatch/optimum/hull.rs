//! The convex hull of steps whose cost is not convex, under caps on import.
//!
//! The points of a step are what one meter and one storage can do: energy put into the cells,
//! import, and cost. Mixing points stands for no schedule, but what it costs is a bound, and with
//! demand charges it has the multipliers that make the bound of the true steps sharp.

use super::node::{Bus, Caps, Offers, PHYSICAL};
use super::physical::PowerCurves;

/// Something a step can do.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Point {
    /// Energy put into the cells, kWh.
    kwh: f64,
    /// Import, kW.
    import_kw: f64,
    /// Cost without demand, money.
    cost: f64,
}

/// The points of every step that is not convex.
#[derive(Debug, Clone, Default)]
pub struct Hull {
    points: Vec<Point>,
    range: Vec<(u32, u32)>,
}

/// Points of a mixture under caps: energy put into the cells, cost with what lies above the caps.
type Mixtures = Vec<(f64, f64)>;

impl Hull {
    /// The points of `bus`, whose caps are left aside. They are those of the cheapest way to serve
    /// every power without demand, and with all of its price.
    pub fn new(bus: &Bus<'_>) -> Self {
        let mut hull = Self::default();
        let mut curves = PowerCurves::default();
        let steps = bus.site.steps();
        let dearest: Vec<f64> =
            (0..steps).map(|t| bus.site.demand_price_per_kw(t) / bus.site.step_hours).collect();
        let free = Bus { caps_kw: &[], surcharge_per_kwh: &[], ..*bus };
        let paid = Bus { caps_kw: &[], surcharge_per_kwh: &dearest, ..*bus };
        for t in 0..steps {
            let first = hull.points.len();
            if !bus.site.is_convex_step(t) {
                for bus in [&free, &paid] {
                    let offers = bus.physical_offers(t, &mut curves);
                    let mut kwh = offers.top_kwh;
                    for length in std::iter::once(0.0).chain(offers.pieces().iter().map(|piece| piece.kwh)) {
                        kwh -= length;
                        let rate = if kwh > 0.0 {
                            bus.rates.charge_kwh_per_kw
                        } else {
                            bus.rates.discharge_kwh_per_kw
                        };
                        let flows = bus.flows(t, kwh / rate);
                        let point = Point { kwh, import_kw: flows.import_kw, cost: flows.cost };
                        if !hull.points[first..].contains(&point) {
                            hull.points.push(point);
                        }
                    }
                }
            }
            hull.range.push((first as u32, hull.points.len() as u32));
        }
        hull
    }

    fn points(&self, t: usize) -> &[Point] {
        let (first, end) = self.range[t];
        &self.points[first as usize..end as usize]
    }

    /// The pieces of the hull of step `t`, which must not be convex.
    pub fn offers(&self, bus: &Bus<'_>, t: usize) -> Offers<PHYSICAL> {
        let points = self.points(t);
        let mut mixtures = Mixtures::new();
        let caps = bus.caps(t);
        for point in points {
            mixtures.push((point.kwh, point.cost + above(&caps, point.import_kw)));
        }
        for cap in caps.iter() {
            let under = points.iter().filter(|point| point.import_kw < cap.cap_kw);
            for low in under {
                for high in points.iter().filter(|point| point.import_kw > cap.cap_kw) {
                    let share = (cap.cap_kw - low.import_kw) / (high.import_kw - low.import_kw);
                    let mix = |a: f64, b: f64| a + share * (b - a);
                    let cost = mix(low.cost, high.cost) + above(&caps, cap.cap_kw);
                    mixtures.push((mix(low.kwh, high.kwh), cost));
                }
            }
        }
        lower_hull(&mut mixtures);
        let (top, bottom) = (mixtures[0], mixtures[mixtures.len() - 1]);
        let mut offers = Offers::between(top.0, bottom.0);
        offers.top_cost = top.1;
        for pair in mixtures.windows(2) {
            let kwh = pair[0].0 - pair[1].0;
            offers.push((pair[0].1 - pair[1].1) / kwh, kwh);
        }
        offers
    }

    /// Money per kW of import that supports step `t` of the hull at a value of stored energy, and
    /// the least the step can cost at both.
    pub fn support(&self, bus: &Bus<'_>, t: usize, price: f64) -> (f64, f64) {
        let points = self.points(t);
        let caps = bus.caps(t);
        let least = |weight: f64| {
            let cost = points.iter().map(|point| point.cost + weight * point.import_kw - price * point.kwh);
            cost.fold(f64::INFINITY, f64::min)
        };
        // Concave in the weight: its best is where it or the caps' cost has a kink.
        let mut best = (f64::NEG_INFINITY, 0.0, least(0.0));
        let mut consider = |weight: f64| {
            let bound = least(weight);
            let (mut rest, mut spent) = (weight, 0.0);
            for cap in caps.iter() {
                let part = rest.min(cap.price_per_kw);
                spent += part * cap.cap_kw;
                rest -= part;
            }
            if bound - spent > best.0 {
                best = (bound - spent, weight, bound);
            }
        };
        let mut most = 0.0;
        consider(0.0);
        for cap in caps.iter() {
            most += cap.price_per_kw;
            consider(most);
        }
        for (number, a) in points.iter().enumerate() {
            for b in &points[..number] {
                let rise = a.import_kw - b.import_kw;
                let weight = (b.cost - a.cost - price * (b.kwh - a.kwh)) / rise;
                if weight > 0.0 && weight < most {
                    consider(weight);
                }
            }
        }
        (best.1, best.2)
    }
}

/// What import above the caps costs, money.
fn above(caps: &Caps, import_kw: f64) -> f64 {
    caps.iter().map(|cap| cap.price_per_kw * (import_kw - cap.cap_kw).max(0.0)).sum()
}

/// Keeps the lower convex hull, from the highest energy down.
fn lower_hull(points: &mut Mixtures) {
    points.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.total_cmp(&b.1)));
    let mut kept = 0;
    for i in 0..points.len() {
        let point = points[i];
        if kept > 0 && points[kept - 1].0 - point.0 <= 1e-9 {
            points[kept - 1].1 = points[kept - 1].1.min(point.1);
            continue;
        }
        while kept > 1 {
            let (a, b) = (points[kept - 2], points[kept - 1]);
            if (b.1 - a.1) * (point.0 - a.0) > (point.1 - a.1) * (b.0 - a.0) {
                break;
            }
            kept -= 1;
        }
        points[kept] = point;
        kept += 1;
    }
    points.truncate(kept);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand: (1, 3) lies above the line from (0, 0) to (2, 2), (1, 0.5) below it.
    #[test]
    fn the_hull_is_below_every_point() {
        let mut points = vec![(0.0, 0.0), (1.0, 3.0), (2.0, 2.0), (1.0, 0.5), (2.0, 5.0)];
        lower_hull(&mut points);
        assert_eq!(points, [(2.0, 2.0), (1.0, 0.5), (0.0, 0.0)]);
    }
}
