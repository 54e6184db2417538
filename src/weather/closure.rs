//! The clock of the radiation, told by closure: GHI = DHI + DNI · cos z.
//!
//! Some files carry radiation that is shifted against their own clock (the TMYx files are, each
//! in its own way). With the sun taken at the right time the three columns close; the shift at
//! which they close best is the file's.

use crate::solar::position::{Observer, SunPath};
use crate::time::Axis;

/// How well the radiation columns close.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Closure {
    /// Minutes from the middle of an interval to the sun that closes best; 0 for sound files.
    pub shift_minutes: f64,
    /// Root mean square of GHI − DHI − DNI · cos z there, W/m², over hours with the sun above 5°.
    pub error_w_per_m2: f64,
    /// The same without any shift.
    pub error_unshifted_w_per_m2: f64,
}

/// Finds the shift, in quarter-hours up to two hours, at which hourly radiation closes best.
///
/// Shapes: `[hours]`, on the axis of the file's own clock (60-minute steps).
pub fn closure(observer: &Observer, axis: &Axis, ghi: &[f64], dni: &[f64], dhi: &[f64]) -> Closure {
    let error = |shift: f64| -> f64 {
        let sun = SunPath::new(observer, axis, shift);
        let (mut sum, mut count) = (0.0, 0.0_f64);
        for step in 0..ghi.len().min(sun.len()) {
            let cos_zenith = sun.zenith_deg[step].to_radians().cos();
            if cos_zenith > 0.087 && ghi[step] > 0.0 {
                let gap = ghi[step] - dhi[step] - dni[step] * cos_zenith;
                sum += gap * gap;
                count += 1.0;
            }
        }
        (sum / count.max(1.0)).sqrt()
    };
    let unshifted = error(0.0);
    let mut best = (0.0, unshifted);
    for quarter in -8..=8 {
        let shift = f64::from(quarter) * 15.0;
        let found = error(shift);
        // A shift is believed only if it closes clearly better.
        if found < best.1 && found < 0.9 * unshifted {
            best = (shift, found);
        }
    }
    Closure { shift_minutes: best.0, error_w_per_m2: best.1, error_unshifted_w_per_m2: unshifted }
}
