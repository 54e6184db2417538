//! Wind: shear, density, power curve.
