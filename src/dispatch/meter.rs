//! What the park's one meter counts, and the runs of steps over which it counts alike.
//!
//! A year is cut into [`Segment`]s: runs of consecutive steps with the same month, tariff band,
//! demand windows and rule mode. The year loop keeps its sums in registers inside a segment and
//! books them into a [`MeterReading`] at its end, so bands and windows cost little.

/// A run of consecutive steps over which everything piecewise constant is constant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Segment {
    /// First step.
    pub start: u32,
    /// One past the last step; a multiple of the metering window, as is `start`.
    pub end: u32,
    /// Month, 0 to 11.
    pub month: u8,
    /// Tariff band, index into the tariff's bands.
    pub band: u8,
    /// Bit `w` is set where demand window `w` is metered.
    pub windows: u16,
    /// Mode of the rule policy (an index into its table of set-points).
    pub mode: u8,
}

/// Sizes of a [`MeterReading`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MeterLayout {
    /// Tariff bands.
    pub bands: usize,
    /// Demand windows (the flat monthly demand is one of them).
    pub windows: usize,
    /// Steps of a metering window: 1, or 3 where 5-minute steps are metered by quarter-hour.
    pub metering_steps: usize,
}

/// The year's meter, before transformer loss; `N` is `f64` or lanes of designs.
#[derive(Debug, Clone, PartialEq)]
pub struct MeterReading<N> {
    /// Sizes.
    pub layout: MeterLayout,
    /// Imported energy, kWh, `[month * bands + band]`.
    pub import_kwh: Vec<N>,
    /// Exported energy, kWh, `[month * bands + band]`.
    pub export_kwh: Vec<N>,
    /// Σ imported energy × import price of the step, money, per month.
    pub import_cost: Vec<N>,
    /// Σ exported energy × export price of the step, money, per month.
    pub export_revenue: Vec<N>,
    /// Highest metering-window average of import, kW, `[month * windows + window]`.
    pub peak_kw: Vec<N>,
}
