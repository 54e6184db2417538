//! The numbers among the metrics, one by one and without the detour over a document.

use super::Metrics;
use serde::ser::{Error as _, Impossible, Serialize, SerializeStruct, Serializer};
use std::fmt;

/// Where a number stands among the metrics: its group, and its field in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    group: usize,
    field: usize,
}

/// Names of the groups, in the order of the summary.
const GROUPS: [&str; 8] =
    ["energy", "bill", "economics", "carbon", "green_direct", "zero_carbon_park", "intensity", "dispatch"];

/// Lets a taker see a group, if it applies.
fn take<K: Taker>(metrics: &Metrics, group: usize, taker: &mut K) {
    fn fields<T: Serialize, K: Taker>(metrics: Option<&T>, taker: &mut K) {
        if let Some(metrics) = metrics {
            // A group is a struct of leaves, and leaves that are no numbers are left out: nothing fails
            // but a taker that has seen enough.
            let _ = metrics.serialize(Group { field: 0, taker });
        }
    }
    match group {
        0 => fields(metrics.energy.as_ref(), taker),
        1 => fields(metrics.bill.as_ref().map(|bill| &bill.parts), taker),
        2 => fields(metrics.economics.as_ref(), taker),
        3 => fields(metrics.carbon.as_ref(), taker),
        4 => fields(metrics.green_direct.as_ref(), taker),
        5 => fields(metrics.zero_carbon_park.as_ref(), taker),
        6 => fields(metrics.intensity.as_ref(), taker),
        _ => fields(metrics.dispatch.as_ref(), taker),
    }
}

/// Calls `sink` with group, key, place and value of every number and flag of the metrics, in the order
/// of the summary; a flag is 0 or 1, and what does not apply NaN. Groups that do not apply are left
/// out, and so are lists and texts.
pub fn visit(metrics: &Metrics, mut sink: impl FnMut(&'static str, &'static str, Place, f64)) {
    struct Every<F>(F);
    impl<F: FnMut(usize, &'static str, f64)> Taker for Every<F> {
        fn take<T: Serialize + ?Sized>(&mut self, field: usize, key: &'static str, value: &T) -> bool {
            if let Ok(value) = value.serialize(Leaf) {
                (self.0)(field, key, value);
            }
            true
        }
    }
    for (group, name) in GROUPS.into_iter().enumerate() {
        take(metrics, group, &mut Every(|field, key, value| sink(name, key, Place { group, field }, value)));
    }
}

/// Writes the numbers at some places, in rising order and each with its place in the row, into the row;
/// what does not apply stays as it is.
pub fn pick(metrics: &Metrics, mut wanted: &[(Place, usize)], row: &mut [f64]) {
    struct Picker<'a> {
        wanted: &'a [(Place, usize)],
        row: &'a mut [f64],
    }
    impl Taker for Picker<'_> {
        fn take<T: Serialize + ?Sized>(&mut self, field: usize, _: &'static str, value: &T) -> bool {
            while let Some((first, rest)) = self.wanted.split_first() {
                if first.0.field != field {
                    return true;
                }
                if let Ok(value) = value.serialize(Leaf) {
                    self.row[first.1] = value;
                }
                self.wanted = rest;
            }
            false
        }
    }
    while let Some((first, _)) = wanted.first() {
        let group = first.group;
        let (own, rest) = wanted.split_at(wanted.partition_point(|(place, _)| place.group == group));
        take(metrics, group, &mut Picker { wanted: own, row });
        wanted = rest;
    }
}

/// Sees the fields of a group one by one.
trait Taker {
    /// A field by its number in the group; false if no more are wanted.
    fn take<T: Serialize + ?Sized>(&mut self, field: usize, key: &'static str, value: &T) -> bool;
}

/// A leaf that is no number.
#[derive(Debug)]
struct NoNumber;

impl fmt::Display for NoNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a number")
    }
}

impl std::error::Error for NoNumber {}

impl serde::ser::Error for NoNumber {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}

/// Takes a group apart.
struct Group<'a, K> {
    field: usize,
    taker: &'a mut K,
}

impl<K: Taker> SerializeStruct for Group<'_, K> {
    type Ok = ();
    type Error = NoNumber;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        key: &'static str,
        value: &T,
    ) -> Result<(), NoNumber> {
        let field = self.field;
        self.field += 1;
        if self.taker.take(field, key, value) { Ok(()) } else { Err(NoNumber) }
    }

    fn skip_field(&mut self, _: &'static str) -> Result<(), NoNumber> {
        self.field += 1;
        Ok(())
    }

    fn end(self) -> Result<(), NoNumber> {
        Ok(())
    }
}

/// The value of a leaf.
struct Leaf;

macro_rules! no_number {
    ($ok:ty; $($method:ident($($argument:ty),*);)*) => {$(
        fn $method(self, $(_: $argument),*) -> Result<$ok, NoNumber> {
            Err(NoNumber)
        }
    )*};
}

macro_rules! no_compound {
    ($($method:ident($($argument:ty),*) -> $part:ident;)*) => {$(
        fn $method(self, $(_: $argument),*) -> Result<Self::$part, NoNumber> {
            Err(NoNumber::custom(""))
        }
    )*};
}

macro_rules! compounds {
    ($ok:ty) => {
        type SerializeSeq = Impossible<$ok, NoNumber>;
        type SerializeTuple = Impossible<$ok, NoNumber>;
        type SerializeTupleStruct = Impossible<$ok, NoNumber>;
        type SerializeTupleVariant = Impossible<$ok, NoNumber>;
        type SerializeMap = Impossible<$ok, NoNumber>;
        type SerializeStructVariant = Impossible<$ok, NoNumber>;

        no_number! {
            $ok;
            serialize_char(char);
            serialize_str(&str);
            serialize_bytes(&[u8]);
            serialize_unit();
            serialize_unit_struct(&'static str);
            serialize_unit_variant(&'static str, u32, &'static str);
        }

        no_compound! {
            serialize_seq(Option<usize>) -> SerializeSeq;
            serialize_tuple(usize) -> SerializeTuple;
            serialize_tuple_struct(&'static str, usize) -> SerializeTupleStruct;
            serialize_tuple_variant(&'static str, u32, &'static str, usize) -> SerializeTupleVariant;
            serialize_map(Option<usize>) -> SerializeMap;
            serialize_struct_variant(&'static str, u32, &'static str, usize) -> SerializeStructVariant;
        }

        fn serialize_newtype_struct<T: Serialize + ?Sized>(
            self,
            _: &'static str,
            _: &T,
        ) -> Result<$ok, NoNumber> {
            Err(NoNumber)
        }

        fn serialize_newtype_variant<T: Serialize + ?Sized>(
            self,
            _: &'static str,
            _: u32,
            _: &'static str,
            _: &T,
        ) -> Result<$ok, NoNumber> {
            Err(NoNumber)
        }
    };
}

macro_rules! integers {
    ($($method:ident($kind:ty);)*) => {$(
        fn $method(self, value: $kind) -> Result<f64, NoNumber> {
            Ok(value as f64)
        }
    )*};
}

impl Serializer for Leaf {
    type Ok = f64;
    type Error = NoNumber;
    type SerializeStruct = Impossible<f64, NoNumber>;
    compounds!(f64);

    integers! {
        serialize_i8(i8);
        serialize_i16(i16);
        serialize_i32(i32);
        serialize_i64(i64);
        serialize_u8(u8);
        serialize_u16(u16);
        serialize_u32(u32);
        serialize_u64(u64);
        serialize_f32(f32);
        serialize_f64(f64);
    }

    fn serialize_bool(self, flag: bool) -> Result<f64, NoNumber> {
        Ok(f64::from(u8::from(flag)))
    }
    fn serialize_none(self) -> Result<f64, NoNumber> {
        Ok(f64::NAN)
    }
    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<f64, NoNumber> {
        value.serialize(self)
    }
    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self::SerializeStruct, NoNumber> {
        Err(NoNumber)
    }
}

impl<K: Taker> Serializer for Group<'_, K> {
    type Ok = ();
    type Error = NoNumber;
    type SerializeStruct = Self;
    compounds!(());

    no_number! {
        ();
        serialize_bool(bool);
        serialize_i8(i8);
        serialize_i16(i16);
        serialize_i32(i32);
        serialize_i64(i64);
        serialize_u8(u8);
        serialize_u16(u16);
        serialize_u32(u32);
        serialize_u64(u64);
        serialize_f32(f32);
        serialize_f64(f64);
        serialize_none();
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), NoNumber> {
        value.serialize(self)
    }
    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self, NoNumber> {
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::{Bill, BillParts, Carbon, GreenDirect};

    #[test]
    fn numbers_and_flags_come_in_the_order_of_the_summary() {
        let metrics = Metrics {
            bill: Some(Bill {
                parts: BillParts { energy_charge: 3.0, total: 7.0, ..BillParts::default() },
                ..Bill::default()
            }),
            carbon: Some(Carbon { location_based_t: Some(5.0), ..Carbon::default() }),
            green_direct: Some(GreenDirect { pass: Some(true), ..GreenDirect::default() }),
            ..Metrics::default()
        };
        let mut found = Vec::new();
        visit(&metrics, |group, key, _, value| found.push((group, key, value)));
        let of = |group: &str| found.iter().filter(|leaf| leaf.0 == group).count();
        assert_eq!((of("energy"), of("bill"), of("green_direct")), (0, 11, 5));
        let value = |key: &str| found.iter().find(|leaf| leaf.1 == key).map(|leaf| leaf.2);
        assert_eq!((value("energy_charge"), value("total")), (Some(3.0), Some(7.0)));
        assert_eq!((value("location_based_t"), value("pass")), (Some(5.0), Some(1.0)));
        assert!(value("cfe_score").is_some_and(f64::is_nan), "what does not apply is no number");
        assert_eq!(found.first().map(|leaf| leaf.1), Some("energy_charge"));
    }

    /// Every number, picked by its place, is the one that was visited there, whatever group is missing.
    #[test]
    fn places_lead_back_to_the_numbers() {
        let mut places = Vec::new();
        let whole = Metrics {
            energy: Some(Default::default()),
            bill: Some(Bill::default()),
            carbon: Some(Carbon::default()),
            ..Metrics::default()
        };
        visit(&whole, |group, key, place, _| places.push((group, key, place)));
        let metrics = Metrics {
            bill: Some(Bill { parts: BillParts { total: 7.0, ..BillParts::default() }, ..Bill::default() }),
            carbon: Some(Carbon { park_rule_t: Some(5.0), ..Carbon::default() }),
            ..Metrics::default()
        };
        let wanted: Vec<(Place, usize)> =
            places.iter().enumerate().map(|(at, found)| (found.2, at)).collect();
        let mut row = vec![-1.0; places.len()];
        pick(&metrics, &wanted, &mut row);
        let value = |group: &str, key: &str| {
            row[places.iter().position(|found| (found.0, found.1) == (group, key)).expect("a metric")]
        };
        assert_eq!((value("bill", "total"), value("carbon", "park_rule_t")), (7.0, 5.0));
        assert_eq!((value("bill", "energy_charge"), value("energy", "load_kwh")), (0.0, -1.0));
        assert!(value("carbon", "cfe_score").is_nan());
    }
}
