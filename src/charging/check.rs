//! Cross-field rules of a fleet, as messages for the person with the scenario.

use super::acceptance::Acceptance;
use super::class::{Fleet, Replaces, Strategy};
use crate::problem::Problem;

impl Fleet {
    /// Everything wrong with the fleet; keys are relative to the device (`chargers`, `vehicles`, …).
    pub fn check(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        let mut error = |kind, key: &str, message: String, hint: &str| {
            problems.push(Problem::error(kind, message).at_key(key).hint(hint));
        };
        let class = &self.class;
        if self.vehicles == 0 {
            error(
                "empty-fleet",
                "vehicles",
                format!("fleet `{}` has no vehicles", class.id),
                "give the number of vehicles, or leave the device out",
            );
        }
        let guns: usize = self.chargers.iter().map(|guns| guns.count).sum();
        let usable =
            self.chargers.iter().any(|guns| guns.count > 0 && Acceptance::of(class, &guns.class).is_some());
        if guns == 0 {
            error(
                "no-chargers",
                "chargers",
                format!("{} vehicles have no charger", self.vehicles),
                "chargers = [ { class = \"ac-7kw\", count = 10 } ]",
            );
        } else if !usable {
            let classes: Vec<_> = self.chargers.iter().map(|guns| guns.class.id.as_str()).collect();
            error(
                "unusable-chargers",
                "chargers",
                format!("fleet `{}` can use none of the chargers {}", class.id, classes.join(", ")),
                if class.hotelling_kw > 0.0 {
                    "ships on shore power take shore-lv-150kw or shore-hv-1mva"
                } else if class.ship {
                    "ships take ship-1mw, their swapped packs ship-swap-slot-120kw"
                } else if class.onboard_kw <= 0.0 {
                    "it has no on-board charger: give it dc-… chargers"
                } else {
                    "ships and vehicles do not share chargers"
                },
            );
        }
        if self.strategy == Strategy::V2g {
            if class.pack_kwh <= 0.0 {
                error(
                    "no-battery",
                    "strategy",
                    format!("fleet `{}` has no battery to feed back from", class.id),
                    "strategy = \"uncontrolled\"",
                );
            } else if !self.chargers.iter().any(|guns| guns.class.bidirectional && guns.count > 0) {
                error(
                    "not-bidirectional",
                    "chargers",
                    "strategy `v2g` needs at least one bidirectional charger".into(),
                    "classes ac-7kw-v2g, dc-60kw-v2g and dc-120kw-v2g feed back; or strategy = \"managed\"",
                );
            }
        }
        let missing = match self.replaces {
            Replaces::Petrol => (class.petrol_l_per_km <= 0.0).then_some("petrol"),
            Replaces::Diesel => (class.diesel_l_per_km <= 0.0).then_some("diesel"),
            Replaces::MarineDiesel => (class.marine_diesel_kg_per_kwh <= 0.0).then_some("marine-diesel"),
            Replaces::Electric | Replaces::None => None,
        };
        if let Some(fuel) = missing {
            let known = [
                (class.petrol_l_per_km, "\"petrol\""),
                (class.diesel_l_per_km, "\"diesel\""),
                (class.marine_diesel_kg_per_kwh, "\"marine-diesel\""),
            ];
            let known = known.iter().find(|(use_, _)| *use_ > 0.0).map_or("\"none\"", |(_, name)| name);
            error(
                "no-such-counterpart",
                "replaces",
                format!("fleet `{}` has no {fuel} counterpart in the catalogue", class.id),
                &format!("replaces = {known}"),
            );
        }
        if self.site_limit_kw.is_nan() || self.site_limit_kw <= 0.0 {
            error(
                "out-of-range",
                "site_limit_kw",
                format!("{} kW is not above 0 kW", self.site_limit_kw),
                "leave it out for no limit",
            );
        }
        problems
    }
}
