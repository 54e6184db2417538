"""pvlib and windpowerlib on the rows of this folder: writes peers.csv.

    pip install pvlib==0.16.1 windpowerlib==0.2.2
    python tests/data/validation/peers.py

Rows, parameters and error measures are those of examples/validate/cases.rs.
"""

from pathlib import Path

import numpy as np
import pandas as pd
import pvlib
import windpowerlib
from windpowerlib import density, power_output, wind_speed

HERE = Path(__file__).parent
OUT = []


def book(case, tool, hours, months, modelled, measured):
    frame = pd.DataFrame({"hour": hours, "month": months - 1, "p": modelled, "m": measured})
    frame["e"] = frame.p - frame.m
    groups = [("all", [(0, frame)])]
    groups += [(name, list(frame.groupby(name))) for name in ("hour", "month")]
    for name, parts in groups:
        for key, part in parts:
            rmse = np.sqrt((part.e**2).mean())
            OUT.append((case, tool, name, key, part.p.mean(), part.e.mean(), rmse))


def pvwatts_ac(light, cell, capacity):
    dc = pvlib.pvsystem.pvwatts_dc(light, cell, 1.0, -0.0037) * (1 - 0.14)
    return pvlib.inverter.pvwatts(dc, 1.0 / 0.96, 0.96) * capacity


def serf_east():
    data = pd.read_csv(HERE / "serf_east_2016_hourly.csv.gz", parse_dates=["start"], index_col="start")
    times = (data.index + pd.Timedelta("30min")).tz_localize("Etc/GMT+7")
    place = pvlib.location.Location(39.742, -105.1727, altitude=1829.0)
    sun = place.get_solarposition(times)
    ghi = pd.Series(data.ghi_w_per_m2.values, times)
    extra = pvlib.irradiance.get_extra_radiation(times)
    mass = pvlib.atmosphere.get_relative_airmass(sun.apparent_zenith)
    pressure = pvlib.atmosphere.alt2pres(1829.0)
    dirint = pvlib.irradiance.dirint(ghi, sun.zenith, times, pressure=pressure).fillna(0)
    erbs = pvlib.irradiance.erbs(ghi, sun.zenith, times)
    for case, dni, dhi in (
        ("serf-east-erbs", erbs["dni"], erbs["dhi"]),
        ("serf-east-dirint", dirint, (ghi - dirint * np.cos(np.radians(sun.zenith)).clip(lower=0)).clip(lower=0)),
    ):
        poa = pvlib.irradiance.get_total_irradiance(
            45, 158, sun.apparent_zenith, sun.azimuth, dni, ghi, dhi, dni_extra=extra, airmass=mass, albedo=0.2, model="perez"
        ).fillna(0)
        aoi = pvlib.irradiance.aoi(45, 158, sun.apparent_zenith, sun.azimuth)
        light = poa.poa_direct * pvlib.iam.physical(aoi) + poa.poa_diffuse
        cell = pvlib.temperature.faiman(poa.poa_global, pd.Series(data.temperature_c.values, times), 2.0)
        power = pvwatts_ac(light, cell, 6.0)
        keep = data.ghi_w_per_m2.values > 0
        book(case, f"pvlib {pvlib.__version__}", data.index.hour[keep], data.index.month[keep],
             power.values[keep], data.power_w.values[keep] / 1000)


def state_grid(station, capacity):
    data = pd.read_csv(HERE / f"state_grid_station_{station}_hourly.csv.gz", parse_dates=["start"], index_col="start")
    data = data[data.poa_w_per_m2 > 5]
    cell = pvlib.temperature.faiman(data.poa_w_per_m2, data.temperature_c, 2.0)
    power = pvwatts_ac(data.poa_w_per_m2, cell, capacity)
    book(f"state-grid-{station}", f"pvlib {pvlib.__version__}", data.index.hour, data.index.month,
         power.values, data.power_mw.values)


def la_haute_borne():
    tool = f"windpowerlib {windpowerlib.__version__}"
    curve = pd.read_csv(HERE / "mm92_2050_power_curve.csv")
    speeds = curve.wind_speed_m_s * (92.5 / 82) ** (2 / 3)
    watts = curve.power_kw * 1000
    era5 = pd.read_csv(HERE / "la_haute_borne_era5_2014_hourly.csv.gz", parse_dates=["start_utc"], index_col="start_utc")

    def power_kw(speed, rho):
        out = power_output.power_curve(speed, speeds, watts, density=rho, density_correction=True)
        return np.asarray(out) / 1000

    for name in ("R80711", "R80721", "R80736"):
        data = pd.read_csv(HERE / f"la_haute_borne_{name}_2014_10min.csv.gz", parse_dates=["start_utc"], index_col="start_utc")
        keep = (data.wind_speed_m_s > 0) & ~((data.power_kw < 5) & (data.wind_speed_m_s > 4.5))
        data = data[keep]
        pressure = pd.Series(era5.pressure_pa.reindex(data.index.floor("h")).values, data.index)
        rho = density.ideal_gas(pressure, 0, 80, data.temperature_c + 273.15)
        power = power_kw(data.wind_speed_m_s, rho)
        book(f"haute-borne-{name.lower()}", tool, data.index.hour, data.index.month, power, data.power_kw.values)
        if name == "R80711":
            hours = data.power_kw.groupby(data.index.floor("h")).agg(["mean", "count"])
            hours = hours[hours["count"] == 6]["mean"]
            part = era5.reindex(hours.index)
            speed = wind_speed.hellman(part.wind_speed_100m_m_s, 100, 80, hellman_exponent=0.14)
            kelvin = part.temperature_2m_c + 273.15 - 0.0065 * 78
            rho = density.ideal_gas(part.pressure_pa, 0, 80, kelvin)
            book("haute-borne-era5", tool, hours.index.hour, hours.index.month, power_kw(speed, rho), hours.values)


serf_east()
state_grid(1, 50.0)
state_grid(2, 130.0)
la_haute_borne()
columns = ["case", "tool", "group", "key", "modelled", "mbe", "rmse"]
pd.DataFrame(OUT, columns=columns).to_csv(HERE / "peers.csv", index=False, float_format="%.9g")
