//! Power and power-coefficient curves over wind speed.

use super::density::{DensityRule, STANDARD_DENSITY_KG_PER_M3};
use crate::problem::Problem;

/// What a curve gives.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum CurveKind {
    /// Electrical power, kW.
    PowerKw,
    /// Power coefficient: share of the wind's power through the rotor.
    Coefficient {
        /// Rotor diameter, m.
        rotor_diameter_m: f64,
    },
}

/// A curve over wind speed at hub height: straight lines between points, zero outside them.
#[derive(Debug, Clone, PartialEq)]
pub struct Curve {
    speed_m_s: Vec<f64>,
    value: Vec<f64>,
    kind: CurveKind,
}

/// Speeds (m/s) and values of a CSV with the columns `wind_speed_m_s` and `power_kw` or `cp`.
///
/// # Errors
/// Missing columns and fields that are no numbers, with row and column (the header is row 1).
pub fn read_curve(bytes: &[u8], value: &str) -> Result<(Vec<f64>, Vec<f64>), Vec<Problem>> {
    let columns = ["wind_speed_m_s", value];
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).flexible(true).from_reader(bytes);
    let header = match reader.headers() {
        Ok(header) => header.clone(),
        Err(error) => return Err(vec![Problem::error("csv", error.to_string()).at_line(1)]),
    };
    let mut problems = Vec::new();
    let mut values = [Vec::new(), Vec::new()];
    for (name, values) in columns.iter().zip(&mut values) {
        let Some(at) = header.iter().position(|column| column.trim_start_matches('\u{feff}') == *name) else {
            let found = header.iter().collect::<Vec<_>>().join(", ");
            let problem = Problem::error("missing-column", format!("column `{name}` is missing")).at_line(1);
            problems.push(problem.hint(format!("found: {found}")));
            continue;
        };
        let mut rows = csv::ReaderBuilder::new().trim(csv::Trim::All).flexible(true).from_reader(bytes);
        for (row, record) in rows.records().enumerate() {
            let field = record.as_ref().ok().and_then(|record| record.get(at)).unwrap_or_default();
            match field.parse::<f64>() {
                Ok(value) if value.is_finite() => values.push(value),
                _ => problems.push(
                    Problem::error("not-a-number", format!("`{field}` is no number"))
                        .in_column(*name)
                        .at_line(row + 2)
                        .at_column(at + 1),
                ),
            }
        }
    }
    let [speeds, powers] = values;
    if problems.is_empty() { Ok((speeds, powers)) } else { Err(problems) }
}

impl Curve {
    /// A curve from its points.
    ///
    /// # Errors
    /// Every defect of the table, with the row counted from 1 below a header: speeds that do not
    /// increase, negative or absurd values, fewer than two points.
    pub fn new(speed_m_s: &[f64], value: &[f64], kind: CurveKind) -> Result<Self, Vec<Problem>> {
        let mut problems = Vec::new();
        let name = match kind {
            CurveKind::PowerKw => "power_kw",
            CurveKind::Coefficient { .. } => "cp",
        };
        if speed_m_s.len() != value.len() || speed_m_s.len() < 2 {
            let message = format!(
                "a curve needs two points at least and as many values as speeds; found {} speeds and {} values",
                speed_m_s.len(),
                value.len()
            );
            return Err(vec![Problem::error("curve", message).at_key("power_curve")]);
        }
        for (row, speed) in speed_m_s.iter().enumerate() {
            let before = if row == 0 { -1e-9 } else { speed_m_s[row - 1] };
            if !(*speed > before && *speed < 100.0) {
                let message = match row {
                    0 => format!("{speed} m/s is not a wind speed between 0 and 100"),
                    _ => format!("{speed} m/s does not follow {before} m/s: speeds must increase, below 100"),
                };
                let problem = Problem::error("not-monotonic", message).in_column("wind_speed_m_s");
                problems.push(problem.at_line(row + 2).hint("sort the rows by wind speed, one row for each"));
            }
        }
        let highest = match kind {
            CurveKind::PowerKw => 100_000.0,
            CurveKind::Coefficient { .. } => 16.0 / 27.0,
        };
        for (row, value) in value.iter().enumerate() {
            if !(0.0..=highest).contains(value) {
                let message = format!("{value} is outside 0 to {highest:.4}");
                let problem = Problem::error("out-of-range", message).in_column(name).at_line(row + 2);
                problems.push(match kind {
                    CurveKind::PowerKw => problem.hint("power in kW; write 0 where the turbine stands"),
                    CurveKind::Coefficient { .. } => problem.hint("Betz' limit is 0.593"),
                });
            }
        }
        if problems.is_empty() {
            return Ok(Self { speed_m_s: speed_m_s.to_vec(), value: value.to_vec(), kind });
        }
        Err(problems)
    }

    /// Highest power of a power curve, kW; of a coefficient curve at standard density.
    pub fn rated_kw(&self) -> f64 {
        let powers = self.speed_m_s.iter().zip(&self.value).map(|(speed, value)| match self.kind {
            CurveKind::PowerKw => *value,
            CurveKind::Coefficient { rotor_diameter_m } => {
                wind_kw(*speed, rotor_diameter_m, STANDARD_DENSITY_KG_PER_M3) * value
            }
        });
        powers.fold(0.0, f64::max)
    }

    /// Last speed of the curve, m/s: the turbine stands above it.
    pub fn cut_out_m_s(&self) -> f64 {
        self.speed_m_s[self.speed_m_s.len() - 1]
    }

    /// Power at a hub wind speed and density, kW.
    pub fn power_kw(&self, speed_m_s: f64, density_kg_per_m3: f64, rule: DensityRule) -> f64 {
        if let CurveKind::Coefficient { rotor_diameter_m } = self.kind {
            let density = match rule {
                DensityRule::None => STANDARD_DENSITY_KG_PER_M3,
                _ => density_kg_per_m3,
            };
            return wind_kw(speed_m_s, rotor_diameter_m, density) * self.interpolate(speed_m_s);
        }
        let ratio = STANDARD_DENSITY_KG_PER_M3 / density_kg_per_m3;
        match rule {
            DensityRule::None => self.interpolate(speed_m_s),
            DensityRule::Iec => self.interpolate(speed_m_s / ratio.cbrt()),
            DensityRule::Linear => (self.interpolate(speed_m_s) / ratio).min(self.rated_kw()),
            DensityRule::SiteCurve => self.stretched(speed_m_s, ratio),
        }
    }

    fn interpolate(&self, speed: f64) -> f64 {
        let speeds = &self.speed_m_s;
        let above = speeds.partition_point(|known| *known <= speed);
        self.between(above, speed, |index| speeds[index])
    }

    /// Interpolation on the curve whose speeds are stretched by density.
    fn stretched(&self, speed: f64, ratio: f64) -> f64 {
        let third = ratio.cbrt();
        let stretch = |index: usize| {
            let known = self.speed_m_s[index];
            let share = ((known - 7.5) / 5.0).clamp(0.0, 1.0);
            let factor = match share {
                share if share <= 0.0 => third,
                share if share >= 1.0 => third * third,
                share => third.powf(1.0 + share),
            };
            known * factor
        };
        // Start where the unstretched curve would be and walk: densities move it by a point or two.
        let mut above = self.speed_m_s.partition_point(|known| *known * third <= speed);
        while above > 0 && stretch(above - 1) > speed {
            above -= 1;
        }
        while above < self.speed_m_s.len() && stretch(above) <= speed {
            above += 1;
        }
        self.between(above, speed, stretch)
    }

    /// Straight line up to point `above`, the first whose speed exceeds `speed`; zero outside.
    fn between(&self, above: usize, speed: f64, at: impl Fn(usize) -> f64) -> f64 {
        let last = self.value.len() - 1;
        if above > last {
            return if at(last) == speed { self.value[last] } else { 0.0 };
        }
        if above == 0 {
            return 0.0;
        }
        let (low, high) = (at(above - 1), at(above));
        let share = (speed - low) / (high - low);
        self.value[above - 1] + (self.value[above] - self.value[above - 1]) * share
    }
}

/// Power of the wind through a rotor, kW: `ρ π d² v³ / 8`.
fn wind_kw(speed_m_s: f64, rotor_diameter_m: f64, density_kg_per_m3: f64) -> f64 {
    density_kg_per_m3 * std::f64::consts::PI * rotor_diameter_m.powi(2) * speed_m_s.powi(3) / 8000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_curve_file_is_read_or_says_where_it_is_wrong() {
        let read = read_curve(b"power_kw, wind_speed_m_s\n0, 3\n100, 5.5\n", "power_kw").expect("is sound");
        assert_eq!(read, (vec![3.0, 5.5], vec![0.0, 100.0]));
        let problems =
            read_curve(b"wind_speed_m_s,power_kw\n3,0\n4,many\n", "power_kw").expect_err("row 3 is wrong");
        assert_eq!((problems[0].place.line, problems[0].place.column), (Some(3), Some(2)));
        let problems = read_curve(b"speed,power_kw\n3,0\n", "power_kw").expect_err("a column is missing");
        assert_eq!(
            problems[0].to_string(),
            "column `wind_speed_m_s` is missing (hint: found: speed, power_kw)"
        );
    }

    #[test]
    fn a_curve_reports_every_row_that_is_wrong() {
        let wrong = Curve::new(&[3.0, 5.0, 5.0, 9.0], &[0.0, -1.0, 5.0, 9.0], CurveKind::PowerKw);
        let problems = wrong.expect_err("two rows are wrong");
        assert_eq!(problems.len(), 2);
        assert_eq!(
            problems[0].to_string(),
            "column `wind_speed_m_s`: 5 m/s does not follow 5 m/s: speeds must increase, below 100 (hint: sort the rows by wind speed, one row for each)"
        );
        assert_eq!(problems[0].place.line, Some(4));
        assert_eq!(problems[1].place.line, Some(3));
        assert!(Curve::new(&[3.0], &[0.0], CurveKind::PowerKw).is_err());
        assert!(Curve::new(&[3.0, f64::NAN], &[0.0, 1.0], CurveKind::PowerKw).is_err());
        let betz = CurveKind::Coefficient { rotor_diameter_m: 100.0 };
        assert!(Curve::new(&[3.0, 4.0], &[0.3, 0.6], betz).is_err());
    }

    /// By hand: half way between 100 and 300 kW; nothing outside; the last point still runs.
    #[test]
    fn a_curve_is_straight_between_points_and_zero_outside() {
        let curve = Curve::new(&[4.0, 8.0, 25.0], &[100.0, 300.0, 300.0], CurveKind::PowerKw).unwrap();
        for (speed, power) in [(3.99, 0.0), (4.0, 100.0), (6.0, 200.0), (25.0, 300.0), (25.01, 0.0)] {
            for rule in [DensityRule::None, DensityRule::SiteCurve, DensityRule::Iec, DensityRule::Linear] {
                assert!((curve.power_kw(speed, 1.225, rule) - power).abs() < 1e-9, "{speed} {rule:?}");
            }
        }
    }
}
