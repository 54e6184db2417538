//! Grid carbon factors of the catalogue.

use crate::catalogue::Sourced;
use std::collections::BTreeMap;
use std::sync::OnceLock;

fn catalogue() -> &'static BTreeMap<String, Sourced> {
    static FACTORS: OnceLock<BTreeMap<String, Sourced>> = OnceLock::new();
    FACTORS.get_or_init(|| {
        crate::catalogue::parse("grid_factors", include_str!("../../scenarios/catalogue/grid_factors.toml"))
    })
}

/// The factor of a place and year, kg/kWh, with its evidence; `fujian-2023` and the like.
pub fn grid_factor(name: &str) -> Option<&'static Sourced> {
    catalogue().get(name)
}

/// Names of all factors.
pub fn grid_factor_names() -> impl Iterator<Item = &'static str> {
    catalogue().keys().map(String::as_str)
}

/// The year at the end of a factor's name.
pub fn year_of(name: &str) -> Option<i32> {
    name.rsplit('-').next()?.parse().ok()
}

/// The regional grid of a place, as the official tables group the provinces.
fn region_of(place: &str) -> Option<&'static str> {
    Some(match place {
        "beijing" | "tianjin" | "hebei" | "shanxi" | "shandong" | "inner-mongolia" => "north-china",
        "liaoning" | "jilin" | "heilongjiang" => "northeast",
        "shanghai" | "jiangsu" | "zhejiang" | "anhui" | "fujian" => "east-china",
        "henan" | "hubei" | "hunan" | "jiangxi" => "central-china",
        "shaanxi" | "gansu" | "qinghai" | "ningxia" | "xinjiang" => "northwest",
        "guangdong" | "guangxi" | "yunnan" | "guizhou" | "hainan" => "south-china",
        "sichuan" | "chongqing" => "southwest",
        _ => return None,
    })
}

/// The factors of the region and of the country in the year of a place's factor, as far as there are any.
pub fn wider(name: &str) -> Vec<String> {
    let Some((place, year)) = name.rsplit_once('-') else { return Vec::new() };
    let wider = region_of(place).into_iter().chain(["china"]);
    let names = wider.map(|place| format!("{place}-{year}"));
    names.filter(|wider| wider != name && grid_factor(wider).is_some()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The official table: Fujian 0.4092 in 2022, 0.4711 in 2021; the national average 0.5366 in 2022.
    #[test]
    fn factors_are_those_of_the_official_table() {
        let value = |name| grid_factor(name).map(|factor| factor.value);
        assert_eq!(value("fujian-2022"), Some(0.4092));
        assert_eq!(value("fujian-2021"), Some(0.4711));
        assert_eq!(value("china-2022"), Some(0.5366));
        assert_eq!(wider("fujian-2023"), ["east-china-2023", "china-2023"]);
        assert_eq!(wider("china-2022"), Vec::<String>::new());
        assert_eq!(year_of("fujian-2023"), Some(2023));
        assert!(grid_factor_names().all(|name| value(name).is_some_and(|v| (0.05..1.0).contains(&v))));
    }
}
