//! The numbers among the metrics, one by one and without the detour over a document.

use super::Metrics;
use serde::ser::{Error as _, Impossible, Serialize, SerializeStruct, Serializer};
use std::fmt;

/// Calls `sink` with group, key and value of every number and flag of the metrics, in the order of
/// the summary; none is NaN, a flag 0 or 1. Groups that do not apply are left out, and so are
/// lists and texts.
pub fn visit(metrics: &Metrics, mut sink: impl FnMut(&'static str, &'static str, f64)) {
    fn group<T: Serialize>(
        name: &'static str,
        metrics: Option<&T>,
        sink: &mut impl FnMut(&'static str, &'static str, f64),
    ) {
        if let Some(metrics) = metrics {
            // A group is a struct of leaves, and leaves that are no numbers are left out: nothing fails.
            let _ = metrics.serialize(Group { sink: &mut |key, value| sink(name, key, value) });
        }
    }
    group("energy", metrics.energy.as_ref(), &mut sink);
    group("bill", metrics.bill.as_ref().map(|bill| &bill.parts), &mut sink);
    group("economics", metrics.economics.as_ref(), &mut sink);
    group("carbon", metrics.carbon.as_ref(), &mut sink);
    group("green_direct", metrics.green_direct.as_ref(), &mut sink);
    group("zero_carbon_park", metrics.zero_carbon_park.as_ref(), &mut sink);
    group("intensity", metrics.intensity.as_ref(), &mut sink);
    group("dispatch", metrics.dispatch.as_ref(), &mut sink);
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
struct Group<'a> {
    sink: &'a mut dyn FnMut(&'static str, f64),
}

impl SerializeStruct for Group<'_> {
    type Ok = ();
    type Error = NoNumber;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        key: &'static str,
        value: &T,
    ) -> Result<(), NoNumber> {
        if let Ok(value) = value.serialize(Leaf) {
            (self.sink)(key, value);
        }
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

impl<'a> Serializer for Group<'a> {
    type Ok = ();
    type Error = NoNumber;
    type SerializeStruct = Group<'a>;
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
        visit(&metrics, |group, key, value| found.push((group, key, value)));
        let of = |group: &str| found.iter().filter(|leaf| leaf.0 == group).count();
        assert_eq!((of("energy"), of("bill"), of("green_direct")), (0, 11, 5));
        let value = |key: &str| found.iter().find(|leaf| leaf.1 == key).map(|leaf| leaf.2);
        assert_eq!((value("energy_charge"), value("total")), (Some(3.0), Some(7.0)));
        assert_eq!((value("location_based_t"), value("pass")), (Some(5.0), Some(1.0)));
        assert!(value("cfe_score").is_some_and(f64::is_nan), "what does not apply is no number");
        assert_eq!(found.first().map(|leaf| leaf.1), Some("energy_charge"));
    }
}
