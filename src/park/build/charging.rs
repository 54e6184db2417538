//! Charging fleets: classes from the catalogue or sessions from a file, the year of sessions, costs.

use std::sync::Arc;

use super::Context;
use super::generation::costs;
use crate::charging::ships;
use crate::charging::{
    ClassUse, Days, Fleet, FleetClass, FleetYear, Guns, Owner, Replaces, Strategy, charger_class,
    charger_class_ids, fleet_class, fleet_class_ids, measured_year, parse_sessions, session_class, simulate,
    simulate_given, simulate_pool,
};
use crate::metrics::{ChargerUse, ChargingFleet};
use crate::park::project::{Charging, Costs, OwnedLimits, Service};
use crate::problem::Problem;
use crate::scenario::Table;
use crate::scenario::nearest::nearest;

/// The charging fleets of a park; what is wrong is left out and reported.
pub fn fleets(context: &Context<'_>, park: &Table, problems: &mut Vec<Problem>) -> Vec<Charging> {
    let mut tables: Vec<&Table> = Vec::new();
    for table in park.tables("charging") {
        tables.push(table);
    }
    let wrong = sharing(&tables);
    if !wrong.is_empty() {
        problems.extend(wrong);
        return Vec::new();
    }
    let mut fleets = Vec::new();
    for (place, table) in tables.iter().enumerate().filter(|(_, table)| host_of(table).is_none()) {
        let guests: Vec<(usize, &Table)> = tables
            .iter()
            .enumerate()
            .filter(|(_, guest)| host_of(guest) == Some(table.name()))
            .map(|(place, guest)| (place, *guest))
            .collect();
        let built = if guests.is_empty() {
            charging(context, park.name(), table, problems).map(|charging| vec![(place, charging)])
        } else {
            pool(context, park.name(), (place, table), &guests, problems)
        };
        match built {
            Ok(built) => fleets.extend(built),
            Err(found) => problems.extend(found),
        }
    }
    fleets.sort_by_key(|(place, _)| *place);
    fleets.into_iter().map(|(_, charging)| charging).collect()
}

/// The charging whose chargers a fleet uses too.
fn host_of(table: &Table) -> Option<&str> {
    table.text("shares_chargers_of")
}

/// What is wrong with who shares whose chargers.
fn sharing(tables: &[&Table]) -> Vec<Problem> {
    const KEY: &str = "shares_chargers_of";
    let mut problems = Vec::new();
    let drawn = |table: &Table| !["series", "sessions", "timetable"].iter().any(|key| table.given(key));
    for guest in tables {
        let Some(name) = host_of(guest) else { continue };
        let Some(host) = tables.iter().find(|table| table.name() == name) else {
            let problem = guest.error(KEY, "unknown-fleet", format!("the park has no charging \"{name}\""));
            problems.push(match nearest(name, tables.iter().map(|table| table.name())) {
                Some(near) => problem.hint(format!("did you mean \"{near}\"?")),
                None => problem.hint("name a `[[park.charging]]` of the same park"),
            });
            continue;
        };
        if host_of(host).is_some() {
            let message = format!("\"{name}\" has no chargers of its own: it shares those of another");
            problems
                .push(guest.error(KEY, "no-chargers", message).hint("name the fleet that has the chargers"));
        } else if !drawn(guest) || !drawn(host) {
            let message = "only fleets of the catalogue share chargers";
            problems.push(guest.error(KEY, "not-shared", message).hint("give both a `fleet`"));
        }
        if guest.tables("chargers").iter().next().is_some() {
            let message = format!("`chargers` are given beside those of \"{name}\"");
            problems.push(guest.error("chargers", "two-sources", message).hint("keep one of them"));
        }
    }
    problems
}

/// Fleets behind one queue: the host, whose chargers they are, and its guests. Standby and costs of the
/// chargers are the host's.
fn pool(
    context: &Context<'_>,
    park: &str,
    host: (usize, &Table),
    guests: &[(usize, &Table)],
    warnings: &mut Vec<Problem>,
) -> Result<Vec<(usize, Charging)>, Vec<Problem>> {
    let first = fleet(context, host.1, None)?;
    let mut shared = first.chargers.clone();
    shared.iter_mut().for_each(|guns| guns.class.standby_kw = 0.0);
    let (mut fleets, mut problems) = (vec![first], Vec::new());
    for (_, guest) in guests {
        match fleet(context, guest, Some(&shared)) {
            Ok(guest) => fleets.push(guest),
            Err(found) => problems.extend(found),
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let days = Days::of(&context.calendar);
    let years = simulate_pool(&fleets, &context.axis, &days, context.options.seed, park);
    let guns = fleets[0].chargers.clone();
    fleets[1..].iter_mut().for_each(|guest| guest.chargers.clear());
    let mut built = Vec::new();
    for (((place, table), fleet), year) in std::iter::once(&host).chain(guests).zip(&fleets).zip(years) {
        warnings.extend(year.warnings().into_iter().map(|warning| table.adopt(warning)));
        built.push((*place, assemble(context, table, fleet, &guns, year)));
    }
    Ok(built)
}

fn charging(
    context: &Context<'_>,
    park: &str,
    table: &Table,
    warnings: &mut Vec<Problem>,
) -> Result<Charging, Vec<Problem>> {
    let fleet = fleet(context, table, None)?;
    if table.given("series") {
        let bus_kw = super::series::series(context, table, Some(0.0), warnings)?;
        let grown = context.ahead.grown(table.number("growth_per_year"));
        let bus_kw = bus_kw.iter().map(|kw| kw * grown).collect();
        let year = measured_year(&fleet, bus_kw, &context.axis);
        let mut charging = assemble(context, table, &fleet, &fleet.chargers, year);
        let sessions = &mut charging.sessions;
        (sessions.sessions, sessions.lost_sessions, sessions.mean_wait_min) = (None, None, None);
        (sessions.demanded_kwh, sessions.unmet_kwh) = (None, None);
        return Ok(charging);
    }
    if let Some(path) = table.text("timetable") {
        let plan = super::ferries::plan(context, table, &fleet, path, warnings)?;
        let year = simulate_given(&fleet, &plan.sessions, &context.axis);
        warnings.extend(year.warnings().into_iter().map(|warning| table.adopt(warning)));
        return Ok(assemble(context, table, &fleet, &fleet.chargers, year));
    }
    let year = match table.text("sessions") {
        None => simulate(&fleet, &context.axis, &Days::of(&context.calendar), context.options.seed, park),
        Some(path) => {
            let bytes = context
                .scenario
                .files
                .read(path)
                .map_err(|problem| vec![Problem { place: table.place("sessions"), ..problem }])?;
            let shown = context.scenario.files.shown(path);
            let key = table.key_path("sessions");
            let keyed = |problems: Vec<Problem>| -> Vec<Problem> {
                problems.into_iter().map(|problem| problem.at_key(key.clone())).collect()
            };
            let parsed =
                parse_sessions(&bytes, &shown, &context.axis, &Days::of(&context.calendar)).map_err(keyed)?;
            warnings.extend(parsed.warnings);
            simulate_given(&fleet, &parsed.sessions, &context.axis)
        }
    };
    warnings.extend(year.warnings().into_iter().map(|warning| table.adopt(warning)));
    Ok(assemble(context, table, &fleet, &fleet.chargers, year))
}

fn charger_use(class: &ClassUse) -> ChargerUse {
    ChargerUse {
        class: class.class.clone(),
        guns: class.guns as f64,
        sessions: class.sessions as f64,
        mean_wait_min: class.mean_wait_min,
        utilisation: class.utilisation,
        charging_share: class.charging_share,
        simultaneity: class.simultaneity,
    }
}

/// The fleet of the model: its own chargers for costs, `guns` for what its sessions used.
fn assemble(
    context: &Context<'_>,
    table: &Table,
    fleet: &Fleet,
    guns: &[Guns],
    mut year: FleetYear,
) -> Charging {
    let window = if context.axis.step_minutes == 5 { 3 } else { 1 };
    let (mut installed_kw, mut defaults) = (0.0, Costs::default());
    for guns in &fleet.chargers {
        let kw = guns.class.installed_kw(guns.count);
        installed_kw += kw;
        defaults.capex += guns.class.capex_per_kw * kw;
        defaults.opex_per_year += guns.class.opex_per_kw_year * kw;
        defaults.life_years = guns.class.life_years.max(defaults.life_years);
    }
    if installed_kw > 0.0 {
        defaults.capex /= installed_kw;
        defaults.opex_per_year /= installed_kw;
    }
    defaults.replacement_fraction = 1.0;
    let sessions = ChargingFleet {
        name: fleet.name.clone(),
        sessions: Some(year.sessions.len() as f64),
        demanded_kwh: Some(year.demanded_kwh),
        delivered_kwh: Some(year.delivered_kwh),
        unmet_kwh: Some(year.unmet_kwh),
        lost_sessions: Some(year.lost_sessions as f64),
        peak_kw: Some(year.peak_kw(window)),
        v2g_kwh: (fleet.strategy == Strategy::V2g).then_some(0.0),
        mean_wait_min: Some(year.mean_wait_min),
        chargers: year.classes.iter().map(charger_use).collect(),
        ..ChargingFleet::default()
    };
    // The model takes the year's series over: copies of all of them would cost a tenth of the year.
    let limits = year.limits.take().map(|limits| {
        Arc::new(OwnedLimits {
            charge_max_kw: limits.p_max_kw,
            latest_kwh: limits.latest_kwh,
            earliest_kwh: limits.earliest_kwh,
            discharge_max_kw: limits.discharge_max_kw,
            discharge_efficiency: limits.round_trip_efficiency,
            discharge_cost_per_kwh: fleet.class.v2g_cost_per_kwh,
            preference: Default::default(),
        })
    });
    Charging {
        name: fleet.name.clone(),
        fleet: Arc::new(Fleet { chargers: guns.to_vec(), ..fleet.clone() }),
        schedules: Arc::default(),
        uncontrolled_kw: std::mem::take(&mut year.uncontrolled_kw).into(),
        fixed_kw: std::mem::take(&mut year.fixed_kw).into(),
        in_baseline: fleet.replaces == Replaces::Electric || table.flag("existing"),
        revenue_per_kwh: table.required_number("energy_price_per_kwh")
            + table.required_number("service_fee_per_kwh"),
        sessions,
        limits,
        costs: costs(table, installed_kw, defaults),
        service: Service::of(table),
        fuel_price_per_gj: table.number("fuel_price_per_gj"),
        year: Arc::new(year),
    }
}

/// The fleet as plain data, at chargers of its own or at those it shares.
fn fleet(context: &Context<'_>, table: &Table, shared: Option<&[Guns]>) -> Result<Fleet, Vec<Problem>> {
    let mut problems = Vec::new();
    let sources = ["series", "sessions"].map(|key| table.given(key));
    if sources == [true, true] {
        let message = "both `series` and `sessions` are given";
        problems.push(table.error("sessions", "two-sources", message).hint("keep one of them"));
    }
    if sources[0] && table.text("strategy") != Some("uncontrolled") {
        let message = "a measured series cannot be moved: who charges and until when is not known";
        let problem = table.error("strategy", "measured-not-managed", message);
        problems.push(problem.hint("set strategy = \"uncontrolled\", or give a fleet or sessions"));
    }
    let timetable = table.given("timetable");
    if timetable && sources.contains(&true) {
        let message = "`timetable` is given beside `sessions` or `series`";
        problems.push(table.error("timetable", "two-sources", message).hint("keep one of them"));
    }
    let given = timetable || sources.contains(&true);
    let class = match (table.text("fleet").or(timetable.then_some("electric-passenger-ship")), given) {
        (Some(id), _) => named(table, "fleet", id, fleet_class(id), fleet_class_ids(), &mut problems),
        (None, true) => Some(session_class()),
        (None, false) => {
            problems.push(
                table
                    .error("", "no-source", "the charging has neither `fleet` nor `sessions` nor `series`")
                    .hint("give a fleet of the catalogue, such as \"commuter-car\", or a file of sessions or of power"),
            );
            None
        }
    };
    let growth = table.number("growth_per_year").filter(|growth| *growth != 0.0);
    if growth.is_some() && (table.given("sessions") || timetable) {
        let message = "sessions of a file or a timetable do not grow";
        let hint = "leave `growth_per_year` out, or give a `fleet` of the catalogue with `vehicles`";
        problems.push(table.error("growth_per_year", "no-growth", message).hint(hint));
    }
    // A fleet that shrinks keeps a vehicle; one that never had any is an error below.
    let grown = |vehicles: usize| {
        ((vehicles as f64 * context.ahead.grown(growth)).round() as usize).max(vehicles.min(1))
    };
    let vehicles = whole(table, "vehicles", &mut problems).map(grown);
    let mut chargers = shared.map_or_else(Vec::new, <[Guns]>::to_vec);
    for row in table.tables("chargers") {
        let id = row.required_text("class");
        let class = named(row, "class", id, charger_class(id), charger_class_ids(), &mut problems);
        let count = whole(row, "count", &mut problems);
        if let (Some(class), Some(count)) = (class, count) {
            chargers.push(Guns { class, count });
        }
    }
    if vehicles.is_none() && !given && problems.is_empty() {
        problems.push(
            table
                .error("fleet", "missing-key", "`vehicles` is missing: a fleet needs its size")
                .hint("add `vehicles = …`"),
        );
    }
    let (Some(mut class), true) = (class, problems.is_empty()) else { return Err(problems) };
    override_class(table, &mut class);
    if let Some(kind) = table.text("ship_type") {
        class.hotelling_kw = hotelling(table, kind)?;
    }
    let fleet = Fleet {
        name: table.name().to_owned(),
        class,
        vehicles: vehicles.unwrap_or(1),
        chargers,
        strategy: match table.required_text("strategy") {
            "managed" => Strategy::Managed,
            "v2g" => Strategy::V2g,
            _ => Strategy::Uncontrolled,
        },
        replaces: match table.required_text("replaces") {
            "petrol" => Replaces::Petrol,
            "diesel" => Replaces::Diesel,
            "marine-diesel" => Replaces::MarineDiesel,
            "none" => Replaces::None,
            _ => Replaces::Electric,
        },
        owner: if table.text("owner") == Some("park") { Owner::Park } else { Owner::ThirdParty },
        site_limit_kw: table.number("site_limit_kw").unwrap_or(f64::INFINITY),
    };
    // Measured power needs no chargers; those that are given tell the efficiency.
    let needed = |problem: &Problem| !(sources[0] && problem.kind == "no-chargers");
    let problems: Vec<Problem> =
        fleet.check().into_iter().filter(needed).map(|problem| table.adopt(problem)).collect();
    if problems.iter().any(Problem::is_error) { Err(problems) } else { Ok(fleet) }
}

/// Power at berth of a type of ship, kW.
fn hotelling(table: &Table, kind: &str) -> Result<f64, Vec<Problem>> {
    let Some(gross_tonnage) = table.number("gross_tonnage") else {
        let message = "`gross_tonnage` is missing: the power at berth hangs on type and tonnage";
        return Err(vec![table.error("ship_type", "missing-key", message).hint("add `gross_tonnage = …`")]);
    };
    ships::hotelling_kw(kind, gross_tonnage).ok_or_else(|| {
        let problem =
            table.error("ship_type", "unknown-class", format!("\"{kind}\" is no known type of ship"));
        vec![match nearest(kind, ships::ship_types()) {
            Some(known) => problem.hint(format!("did you mean \"{known}\"?")),
            None => problem.hint(format!("known: {}", ships::ship_types().collect::<Vec<_>>().join(", "))),
        }]
    })
}

/// Keys of the scenario that replace numbers of the class.
fn override_class(table: &Table, class: &mut FleetClass) {
    let put = |key: &str, number: &mut f64| {
        if let Some(value) = table.number(key) {
            *number = value;
        }
    };
    put("battery_kwh", &mut class.pack_kwh);
    put("km_per_day", &mut class.km_per_day);
    put("consumption_kwh_per_km", &mut class.consumption_kwh_per_km);
    put("plug_in_soc", &mut class.plug_in_soc);
    put("charges_elsewhere_share", &mut class.charges_elsewhere_share);
    put("patience_min", &mut class.patience_min);
    put("tide_window_h", &mut class.tide_window_h);
    put("v2g_soc_min", &mut class.v2g_soc_min);
    put("v2g_cost_per_kwh", &mut class.v2g_cost_per_kwh);
}

/// A whole number of things, if given.
fn whole(table: &Table, key: &str, problems: &mut Vec<Problem>) -> Option<usize> {
    let number = table.number(key)?;
    if number.fract() != 0.0 {
        problems.push(
            table
                .error(key, "not-whole", format!("{number} is not a whole number"))
                .hint(format!("write {}", number.round())),
        );
        return None;
    }
    Some(number as usize)
}

/// A class of the catalogue, or a problem with the nearest name.
fn named<T: Clone>(
    table: &Table,
    key: &str,
    id: &str,
    found: Option<&T>,
    ids: impl Iterator<Item = &'static str>,
    problems: &mut Vec<Problem>,
) -> Option<T> {
    if found.is_none() {
        let ids: Vec<&str> = ids.collect();
        let problem = table.error(key, "unknown-class", format!("\"{id}\" is not in the catalogue"));
        problems.push(match nearest(id, ids.iter().copied()) {
            Some(near) => problem.hint(format!("did you mean \"{near}\"?")),
            None => problem.hint(format!("known: {}", ids.join(", "))),
        });
    }
    found.cloned()
}
