//! What a fleet, a charger and a visit are: plain, validated data.

/// Current at the gun.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Current {
    /// Alternating current: the vehicle's on-board charger converts and limits it.
    Ac,
    /// Direct current: the charger converts, the battery limits.
    Dc,
    /// Shore connection of a ship at berth: supplies the ship's own network.
    Shore,
}

/// A class of chargers.
#[derive(Debug, Clone, PartialEq)]
pub struct ChargerClass {
    /// Name in the catalogue, such as `ac-7kw`.
    pub id: String,
    /// Current at the gun.
    pub current: Current,
    /// Rated power of one gun, at the gun, kW.
    pub power_kw: f64,
    /// Power at the gun per power at the park bus.
    pub efficiency: f64,
    /// Power a gun takes from the bus at all times, kW.
    pub standby_kw: f64,
    /// Whether it stands at a berth and serves ships, and ships only.
    pub berth: bool,
    /// Whether it can feed back.
    pub bidirectional: bool,
    /// Guns that share one cabinet; 1 where each gun has its own converter.
    pub guns_per_cabinet: usize,
    /// Power of the cabinet at its guns, kW; that of the gun where nothing is shared.
    pub cabinet_kw: f64,
    /// Investment per kW of gun power (of cabinet power where shared), money of the catalogue (CNY).
    pub capex_per_kw: f64,
    /// Fixed operation and maintenance, money per kW and year.
    pub opex_per_kw_year: f64,
    /// Years until replacement.
    pub life_years: f64,
}

impl ChargerClass {
    /// Installed power of a number of guns, at the guns, kW; cabinets count once.
    pub fn installed_kw(&self, guns: usize) -> f64 {
        guns.div_ceil(self.guns_per_cabinet.max(1)) as f64 * self.cabinet_kw
    }
}

/// A number of guns of one class.
#[derive(Debug, Clone, PartialEq)]
pub struct Guns {
    /// Their class.
    pub class: ChargerClass,
    /// How many guns.
    pub count: usize,
}

/// How long a vehicle occupies its gun.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Stay {
    /// It is parked: a log-normal stay, gun occupied until departure whether full or not.
    Parked {
        /// Mean stay, h.
        mean_h: f64,
        /// Standard deviation, h.
        sd_h: f64,
    },
    /// It leaves when charged, after an exponential time to unplug.
    UntilCharged {
        /// Mean time from the end of charging to a free gun, min.
        linger_min: f64,
    },
}

/// A visit to the park that a vehicle makes on an active day.
#[derive(Debug, Clone, PartialEq)]
pub struct Visit {
    /// Share of the day's distance driven since the visit before.
    pub distance_share: f64,
    /// Arrival on the wall clock: a mixture of normal humps `[weight, mean_h, sd_h]`, wrapped at midnight.
    pub humps: Vec<[f64; 3]>,
    /// How long it stays.
    pub stay: Stay,
}

/// How a class of vehicles or ships uses and takes energy.
#[derive(Debug, Clone, PartialEq)]
pub struct FleetClass {
    /// Name in the catalogue, such as `commuter-car`.
    pub id: String,
    /// Name for people, English and Chinese.
    pub title: [String; 2],
    /// A ship: it takes berths, not parking places.
    pub ship: bool,
    /// Usable battery energy, kWh; 0 for shore power, which has no battery.
    pub pack_kwh: f64,
    /// Energy from the battery per distance, kWh/km, yearly mean.
    pub consumption_kwh_per_km: f64,
    /// Mean distance of an active day, km (log-normal).
    pub km_per_day: f64,
    /// Coefficient of variation of the daily distance.
    pub km_cv: f64,
    /// On-board charger for alternating current, kW at the gun; 0: none.
    pub onboard_kw: f64,
    /// Efficiency of the on-board charger.
    pub onboard_efficiency: f64,
    /// Highest direct-current power, kW; 0: none.
    pub dc_kw: f64,
    /// State of charge above which the accepted power falls.
    pub taper_from_soc: f64,
    /// Share of `dc_kw` accepted when full; linear between.
    pub taper_share: f64,
    /// State of charge a driver charges to.
    pub soc_target: f64,
    /// Mean state of charge at or below which a driver plugs in.
    pub plug_in_soc: f64,
    /// Its standard deviation over drivers and occasions.
    pub plug_in_soc_sd: f64,
    /// Share of vehicles that always charge elsewhere (at home).
    pub charges_elsewhere_share: f64,
    /// Share of vehicles active on workdays, weekends, holidays.
    pub active: [f64; 3],
    /// Consumption relative to the yearly mean, January to December.
    pub season: [f64; 12],
    /// Visits of an active day, in the order they are made.
    pub visits: Vec<Visit>,
    /// Whether humps are shifts that a vehicle works in turn, a week each.
    pub rotating_shifts: bool,
    /// Time from a free gun to flowing power, min (mooring, plugging, handshake).
    pub connection_min: f64,
    /// Longest wait for a gun, min, before the vehicle leaves.
    pub patience_min: f64,
    /// Waiting vehicles that make an arriving one turn away.
    pub balk_length: usize,
    /// Minutes after which one that left comes back once; 0: it does not.
    pub return_min: f64,
    /// Standard deviation of the stated departure around the real one, min.
    pub departure_sd_min: f64,
    /// Mean power of a ship at berth, kW, for shore power; 0 otherwise.
    pub hotelling_kw: f64,
    /// Coefficient of variation of that power over ships and calls.
    pub hotelling_cv: f64,
    /// Hours before and after high water in which a ship may berth; 0: any time.
    pub tide_window_h: f64,
    /// Lowest state of charge under V2G.
    pub v2g_soc_min: f64,
    /// Ageing cost of a kWh discharged to the park, money of the catalogue (CNY).
    pub v2g_cost_per_kwh: f64,
    /// Petrol of the same transport, l/km; 0: has no such counterpart.
    pub petrol_l_per_km: f64,
    /// Diesel of the same transport, l/km; 0: has no such counterpart.
    pub diesel_l_per_km: f64,
    /// Marine diesel per kWh charged, kg/kWh; 0: has no such counterpart.
    pub marine_diesel_kg_per_kwh: f64,
}

/// How a fleet is charged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strategy {
    /// Full power from plugging in until charged.
    Uncontrolled,
    /// Surplus renewables first, then cheap hours, done by departure.
    Managed,
    /// Managed, and may feed back through bidirectional chargers.
    V2g,
}

/// What the same transport uses in the baseline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Replaces {
    /// Electricity, charged uncontrolled.
    Electric,
    /// Petrol.
    Petrol,
    /// Road diesel.
    Diesel,
    /// Marine diesel.
    MarineDiesel,
    /// Nothing: new demand.
    None,
}

/// Whose fuel was displaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner {
    /// The park's.
    Park,
    /// Somebody else's.
    ThirdParty,
}

/// A fleet of a park with its chargers.
#[derive(Debug, Clone, PartialEq)]
pub struct Fleet {
    /// Device name, unique in the park.
    pub name: String,
    /// What drives and how.
    pub class: FleetClass,
    /// Vehicles or ships.
    pub vehicles: usize,
    /// Chargers; fleets simulated as one pool share those of the first.
    pub chargers: Vec<Guns>,
    /// How it is charged.
    pub strategy: Strategy,
    /// What the same transport uses in the baseline.
    pub replaces: Replaces,
    /// Whose fuel that was.
    pub owner: Owner,
    /// Highest power of all its chargers together at the bus, kW; infinite: none.
    pub site_limit_kw: f64,
}
