//! Tariffs: bands, calendars, demand and capacity charges, power factor, the bill.
