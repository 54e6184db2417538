//! Loss of beam at the glass: incidence angle modifiers.

/// Incidence angle modifier of the module's cover, on the beam only.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum Incidence {
    /// No loss.
    None,
    /// Fresnel reflection and absorption of one glass pane: index 1.526, 4 /m, 2 mm.
    #[default]
    Physical,
    /// ASHRAE: `1 - b (1 / cos AOI - 1)` with this `b`, usually 0.05.
    Ashrae(f64),
}

impl Incidence {
    /// Modifier at an angle of incidence given by its cosine; 0 behind the plane.
    ///
    /// # Source
    /// De Soto, Klein & Beckman (2006), Solar Energy 80, 78-88 (physical);
    /// ASHRAE standard 93-77, Souka & Safwat (1966).
    #[inline(always)]
    pub fn modifier(self, cos_incidence: f64) -> f64 {
        match self {
            Self::None => f64::from(u8::from(cos_incidence > 0.0)),
            Self::Physical => physical(cos_incidence),
            Self::Ashrae(b) => ashrae(cos_incidence, b),
        }
    }
}

/// Transmittance through one pane, relative to normal incidence.
#[inline(always)]
pub(super) fn physical(cos_incidence: f64) -> f64 {
    const INDEX: f64 = 1.526;
    /// Extinction times thickness: 4 /m × 2 mm.
    const DEPTH: f64 = 0.008;
    const NORMAL: f64 = 1.0 - ((INDEX - 1.0) / (INDEX + 1.0)) * ((INDEX - 1.0) / (INDEX + 1.0));
    // exp(-DEPTH) to the last digit; the constant keeps the loop free of calls.
    const NORMAL_ABSORBED: f64 = 0.992_031_914_837_060_6;
    let c = cos_incidence.clamp(0.0, 1.0);
    let refracted = (1.0 - (1.0 - c * c) / (INDEX * INDEX)).sqrt();
    let across = (c - INDEX * refracted) / (c + INDEX * refracted);
    let along = (refracted - INDEX * c) / (refracted + INDEX * c);
    let reflected = 0.5 * (across * across + along * along);
    // exp of a number within -0.0106..-0.008: four terms are exact to 1e-12.
    let x = -DEPTH / refracted;
    let absorbed = 1.0 + x * (1.0 + x / 2.0 * (1.0 + x / 3.0 * (1.0 + x / 4.0)));
    (1.0 - reflected) * absorbed / (NORMAL * NORMAL_ABSORBED)
}

#[inline(always)]
pub(super) fn ashrae(cos_incidence: f64, b: f64) -> f64 {
    let c = cos_incidence.max(1e-9);
    (1.0 - b * (1.0 / c - 1.0)).max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// At grazing incidence everything is reflected, at normal incidence nothing is lost beyond the
    /// normalisation; exp(-0.008) written out is what the standard library says.
    #[test]
    fn modifiers_are_one_at_normal_and_zero_at_grazing_incidence() {
        for model in [Incidence::Physical, Incidence::Ashrae(0.05)] {
            assert!((model.modifier(1.0) - 1.0).abs() < 1e-12);
            assert!(model.modifier(0.0).abs() < 1e-12);
            assert!(model.modifier(-0.5).abs() < 1e-12);
        }
        assert!(((-0.008f64).exp() - 0.992_031_914_837_060_6).abs() < 1e-15);
    }
}
