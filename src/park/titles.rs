//! What readers call the devices of a park.

use crate::report::data::Localised;
use crate::scenario::Scenario;
use std::collections::BTreeMap;

/// Titles of devices by `kind.name`, of those that have one.
pub type Titles = BTreeMap<String, Localised>;

/// The titles of the devices of every park, in the order of the parks.
pub fn titles(scenario: &Scenario) -> Vec<Titles> {
    const KINDS: [&str; 5] = ["pv", "wind", "storage", "charging", "inspection"];
    let of_park = |park: &crate::scenario::Table| {
        let devices =
            KINDS.iter().flat_map(|kind| park.tables(kind).iter().map(move |device| (*kind, device)));
        devices
            .filter_map(|(kind, device)| {
                let (en, zh) = device.localised("title")?;
                let title = Localised { en: en.to_owned(), zh: zh.to_owned() };
                Some((format!("{kind}.{}", device.name()), title))
            })
            .collect()
    };
    scenario.root.tables("park").iter().map(of_park).collect()
}
