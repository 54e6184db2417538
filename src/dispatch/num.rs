//! The number a kernel computes with: one park (`f64`) or several designs side by side
//! ([`Lanes`]).
//!
//! A kernel written over [`Num`] is branch-free: comparisons become [`Num::min`], [`Num::max`]
//! and [`Num::select_gt`], which compile to single vector instructions. Every operation is the
//! IEEE operation on each lane alone, in the order written, so a lane computes the same bits as
//! the scalar run of the same expression; nothing is contracted or reassociated.

use std::array;
use std::fmt::Debug;
use std::ops::{Add, AddAssign, Div, Index, IndexMut, Mul, MulAssign, Neg, Sub, SubAssign};

/// Designs that are computed side by side where nothing else is said.
pub const LANES: usize = 8;

/// A real number, or several side by side that never meet.
///
/// # Example
/// ```
/// use zeropark::dispatch::{Lanes, Num};
///
/// /// Power a store takes of a request, kW: nothing negative, no more than there is room for.
/// fn taken<N: Num>(request_kw: N, room_kw: N) -> N {
///     request_kw.min(room_kw).max(N::ZERO)
/// }
/// assert_eq!(taken(5.0, 3.0), 3.0);
/// let lanes = taken(Lanes([5.0, -1.0]), Lanes([3.0, 3.0]));
/// assert_eq!(lanes, Lanes([3.0, 0.0]));
/// ```
pub trait Num:
    Copy
    + Debug
    + Default
    + PartialEq
    + Send
    + Sync
    + 'static
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Neg<Output = Self>
    + AddAssign
    + SubAssign
    + MulAssign
    + Mul<f64, Output = Self>
{
    /// How many numbers stand side by side.
    const WIDTH: usize;
    /// 0 in every lane.
    const ZERO: Self;
    /// 1 in every lane.
    const ONE: Self;

    /// The same value in every lane.
    fn splat(value: f64) -> Self;
    /// The value of each lane by its index.
    fn from_fn(f: impl FnMut(usize) -> f64) -> Self;
    /// The value of a lane.
    ///
    /// # Panics
    /// If `index >= WIDTH`.
    fn lane(self, index: usize) -> f64;
    /// Consecutive steps of a series from one on, in the lanes.
    ///
    /// # Panics
    /// If the series ends before.
    fn at(series: &[f64], step: usize) -> Self;
    /// Writes the lanes into consecutive steps of a series from one on.
    ///
    /// # Panics
    /// If the series ends before.
    fn put(self, series: &mut [f64], step: usize);
    /// The sum of all lanes.
    #[inline(always)]
    fn joined(self) -> f64 {
        (0..Self::WIDTH).map(|lane| self.lane(lane)).sum()
    }
    /// The smaller of two; `other` where either is NaN.
    fn min(self, other: Self) -> Self;
    /// The larger of two; `other` where either is NaN.
    fn max(self, other: Self) -> Self;
    /// Magnitude.
    fn abs(self) -> Self;
    /// Square root.
    fn sqrt(self) -> Self;
    /// `then` in the lanes where `self > bound`, else `otherwise`.
    fn select_gt(self, bound: Self, then: Self, otherwise: Self) -> Self;

    /// Whether any lane is above its bound.
    fn any_gt(self, bound: Self) -> bool;

    /// Whether any lane is above 0.
    #[inline(always)]
    fn any_positive(self) -> bool {
        self.any_gt(Self::ZERO)
    }

    /// The part above 0.
    #[inline(always)]
    fn positive(self) -> Self {
        self.max(Self::ZERO)
    }

    /// Kept within two bounds; `low` where they cross.
    #[inline(always)]
    fn clamp_to(self, low: Self, high: Self) -> Self {
        self.min(high).max(low)
    }
}

impl Num for f64 {
    const WIDTH: usize = 1;
    const ZERO: Self = 0.0;
    const ONE: Self = 1.0;

    #[inline(always)]
    fn splat(value: f64) -> Self {
        value
    }
    #[inline(always)]
    fn from_fn(mut f: impl FnMut(usize) -> f64) -> Self {
        f(0)
    }
    #[inline(always)]
    fn lane(self, index: usize) -> f64 {
        assert!(index == 0, "f64 has one lane");
        self
    }
    #[inline(always)]
    fn at(series: &[f64], step: usize) -> Self {
        series[step]
    }
    #[inline(always)]
    fn put(self, series: &mut [f64], step: usize) {
        series[step] = self;
    }
    // The comparison forms are one instruction; `f64::min` spends three on NaN and signed zero.
    #[inline(always)]
    fn min(self, other: Self) -> Self {
        if self < other { self } else { other }
    }
    #[inline(always)]
    fn max(self, other: Self) -> Self {
        if self > other { self } else { other }
    }
    #[inline(always)]
    fn abs(self) -> Self {
        f64::abs(self)
    }
    #[inline(always)]
    fn sqrt(self) -> Self {
        f64::sqrt(self)
    }
    #[inline(always)]
    fn select_gt(self, bound: Self, then: Self, otherwise: Self) -> Self {
        if self > bound { then } else { otherwise }
    }
    #[inline(always)]
    fn any_gt(self, bound: Self) -> bool {
        self > bound
    }
}

/// `W` numbers side by side, one per design; aligned so that eight of them are one vector register.
#[derive(Debug, Clone, Copy, PartialEq)]
#[repr(align(64))]
pub struct Lanes<const W: usize>(pub [f64; W]);

impl<const W: usize> Lanes<W> {
    #[inline(always)]
    fn map(self, f: impl Fn(f64) -> f64) -> Self {
        Self(array::from_fn(|i| f(self.0[i])))
    }

    #[inline(always)]
    fn zip(self, other: Self, f: impl Fn(f64, f64) -> f64) -> Self {
        Self(array::from_fn(|i| f(self.0[i], other.0[i])))
    }
}

impl<const W: usize> Default for Lanes<W> {
    fn default() -> Self {
        Self([0.0; W])
    }
}

impl<const W: usize> Index<usize> for Lanes<W> {
    type Output = f64;
    fn index(&self, lane: usize) -> &f64 {
        &self.0[lane]
    }
}

impl<const W: usize> IndexMut<usize> for Lanes<W> {
    fn index_mut(&mut self, lane: usize) -> &mut f64 {
        &mut self.0[lane]
    }
}

macro_rules! lanewise {
    ($($op:ident $method:ident $assign:ident $assign_method:ident $sign:tt;)*) => {$(
        impl<const W: usize> $op for Lanes<W> {
            type Output = Self;
            #[inline(always)]
            fn $method(self, other: Self) -> Self {
                self.zip(other, |a, b| a $sign b)
            }
        }
        impl<const W: usize> $assign for Lanes<W> {
            #[inline(always)]
            fn $assign_method(&mut self, other: Self) {
                *self = *self $sign other;
            }
        }
    )*};
}

lanewise! {
    Add add AddAssign add_assign +;
    Sub sub SubAssign sub_assign -;
    Mul mul MulAssign mul_assign *;
}

impl<const W: usize> Div for Lanes<W> {
    type Output = Self;
    #[inline(always)]
    fn div(self, other: Self) -> Self {
        self.zip(other, |a, b| a / b)
    }
}

impl<const W: usize> Mul<f64> for Lanes<W> {
    type Output = Self;
    #[inline(always)]
    fn mul(self, factor: f64) -> Self {
        self.map(|a| a * factor)
    }
}

impl<const W: usize> Neg for Lanes<W> {
    type Output = Self;
    #[inline(always)]
    fn neg(self) -> Self {
        self.map(|a| -a)
    }
}

impl<const W: usize> Num for Lanes<W> {
    const WIDTH: usize = W;
    const ZERO: Self = Self([0.0; W]);
    const ONE: Self = Self([1.0; W]);

    #[inline(always)]
    fn splat(value: f64) -> Self {
        Self([value; W])
    }
    #[inline(always)]
    fn from_fn(f: impl FnMut(usize) -> f64) -> Self {
        Self(array::from_fn(f))
    }
    #[inline(always)]
    fn lane(self, index: usize) -> f64 {
        self.0[index]
    }
    #[inline(always)]
    fn at(series: &[f64], step: usize) -> Self {
        let mut lanes = [0.0; W];
        lanes.copy_from_slice(&series[step..step + W]);
        Self(lanes)
    }
    #[inline(always)]
    fn put(self, series: &mut [f64], step: usize) {
        series[step..step + W].copy_from_slice(&self.0);
    }
    #[inline(always)]
    fn min(self, other: Self) -> Self {
        self.zip(other, <f64 as Num>::min)
    }
    #[inline(always)]
    fn max(self, other: Self) -> Self {
        self.zip(other, <f64 as Num>::max)
    }
    #[inline(always)]
    fn abs(self) -> Self {
        self.map(f64::abs)
    }
    #[inline(always)]
    fn sqrt(self) -> Self {
        self.map(f64::sqrt)
    }
    #[inline(always)]
    fn select_gt(self, bound: Self, then: Self, otherwise: Self) -> Self {
        Self(array::from_fn(|i| if self.0[i] > bound.0[i] { then.0[i] } else { otherwise.0[i] }))
    }
    #[inline(always)]
    fn any_gt(self, bound: Self) -> bool {
        (0..W).fold(false, |any, lane| any | (self.0[lane] > bound.0[lane]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A mix of every operation, so that one law covers them all.
    fn mixed<N: Num>(a: N, b: N, c: N) -> N {
        let clamped = (a * b - c).clamp_to(-b.abs(), c.abs() + N::ONE);
        let chosen = a.select_gt(b, clamped, a.min(b).max(c));
        (chosen + a * 0.5) / (c * c + N::splat(2.0)).sqrt() - a.positive()
    }

    proptest! {
        /// A lane never sees its neighbours: it has the bits of the scalar run.
        #[test]
        fn a_lane_has_the_bits_of_the_scalar_run(values in prop::array::uniform3(prop::array::uniform8(-1e6..1e6f64))) {
            let [a, b, c] = values.map(Lanes);
            let lanes = mixed(a, b, c);
            for i in 0..8 {
                let alone = mixed(a[i], b[i], c[i]);
                prop_assert_eq!(lanes.lane(i).to_bits(), alone.to_bits());
            }
        }
    }

    #[test]
    fn crossed_bounds_give_the_lower_one() {
        assert_eq!(5.0.clamp_to(2.0, 1.0), 2.0);
        assert_eq!(Lanes([5.0, 0.0]).clamp_to(Lanes([2.0, 0.0]), Lanes([1.0, 3.0])), Lanes([2.0, 0.0]));
    }
}
