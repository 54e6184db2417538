//! Sunrise, transit and sunset.

use std::f64::consts::TAU;

use super::{HORIZON_DEG, Observer, days_since_j2000, geocentric, mean_sidereal_turns};

/// The three events around the transit of one UTC day, as Unix times in s.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SunEvents {
    /// Upper limb at the horizon before the transit; `None` in polar day or night.
    pub sunrise_unix_s: Option<f64>,
    /// The sun crosses the meridian, highest of the day.
    pub transit_unix_s: f64,
    /// Upper limb at the horizon after the transit; `None` in polar day or night.
    pub sunset_unix_s: Option<f64>,
}

/// Sunrise and sunset around the transit that lies in a UTC day.
///
/// # Arguments
/// * `day_unix_s` - 00:00 UTC of the day, Unix time, s
/// * `delta_t_s` - terrestrial minus universal time, s
///
/// The sun's centre is at -0.8333° (radius and refraction, sea-level horizon). Each event is a
/// Newton iteration on the hour angle with the sun's place at that very moment.
///
/// # Source
/// Definition as in Reda & Andreas, appendix A.2; solved directly instead of by its interpolation.
pub fn sun_events(observer: &Observer, day_unix_s: f64, delta_t_s: f64) -> SunEvents {
    let sky = Sky { observer, delta_t_s };
    // The hour angle grows by one turn a day: start where a uniform sun would cross the meridian.
    let (start_turns, _) = sky.hour_and_declination(day_unix_s);
    let mut transit_unix_s = day_unix_s + (-start_turns).rem_euclid(1.0) * 86_400.0;
    for _ in 0..4 {
        transit_unix_s -= signed_turn(sky.hour_and_declination(transit_unix_s).0) * 86_400.0;
    }
    if transit_unix_s < day_unix_s {
        transit_unix_s += 86_400.0;
    } else if transit_unix_s >= day_unix_s + 86_400.0 {
        transit_unix_s -= 86_400.0;
    }
    SunEvents {
        sunrise_unix_s: sky.crossing(transit_unix_s, -1.0),
        transit_unix_s,
        sunset_unix_s: sky.crossing(transit_unix_s, 1.0),
    }
}

/// A turn within -0.5..0.5.
fn signed_turn(turns: f64) -> f64 {
    turns - turns.round()
}

struct Sky<'a> {
    observer: &'a Observer,
    delta_t_s: f64,
}

impl Sky<'_> {
    /// Local hour angle (turns, west positive) and declination (rad).
    fn hour_and_declination(&self, unix_s: f64) -> (f64, f64) {
        let days = days_since_j2000(unix_s);
        let sun = geocentric(&[days + self.delta_t_s / 86_400.0])[0];
        let turns = mean_sidereal_turns(days) + (sun.equinoxes_rad - sun.right_ascension_rad) / TAU;
        (turns + self.observer.longitude_deg / 360.0, sun.declination_rad)
    }

    /// The moment before (-1) or after (+1) a transit at which the sun's limb is at the horizon.
    fn crossing(&self, transit_unix_s: f64, side: f64) -> Option<f64> {
        let latitude = self.observer.latitude_deg.to_radians();
        let mut unix_s = transit_unix_s;
        for _ in 0..6 {
            let (hour, declination) = self.hour_and_declination(unix_s);
            let cosine = (HORIZON_DEG.to_radians().sin() - latitude.sin() * declination.sin())
                / (latitude.cos() * declination.cos());
            if !(-1.0..=1.0).contains(&cosine) {
                return None;
            }
            let target = side * cosine.acos() / TAU;
            unix_s += signed_turn(target - signed_turn(hour)) * 86_400.0;
        }
        Some(unix_s)
    }
}
