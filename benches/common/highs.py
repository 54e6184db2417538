"""Seconds of CPU that HiGHS needs for the common job's optimum, on one thread.

Prints one line per case: name, seconds, objective. Needs highspy and numpy. The bench `optimum` runs it
where they are installed, so that both are timed in one sitting.
"""
import csv
import gzip
import pathlib
import sys
import time

import highspy
import numpy as np

DATA = pathlib.Path(__file__).resolve().parents[2] / "tests" / "data" / "common_job"
DEMAND = 40.0
EFFICIENCY = 0.95
CASES = {
    "8760_steps_base": ("hourly.csv.gz", 1.0, (1000.0, 500.0, 2000.0, 1000.0)),
    "8760_steps_sun": ("hourly.csv.gz", 1.0, (3000.0, 1000.0, 4000.0, 2000.0)),
    "35040_steps_base": ("15min.csv.gz", 0.25, (1000.0, 500.0, 2000.0, 1000.0)),
}


def read(name):
    with gzip.open(DATA / name, "rt", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return {key: np.array([float(row[key]) for row in rows]) for key in rows[0]}


def model(name, hours, plant, demand):
    """Variables: charge, discharge, energy, import, export per step, then a peak per month."""
    pv, wind, kwh, kw = plant
    series = read(name)
    steps = len(series["load_kw"])
    net = series["load_kw"] + series["ev_kw"] - pv * series["pv_per_kw"] - wind * series["wind_per_kw"]
    month = series["month"].astype(int) - 1
    at = np.arange(steps)
    charge, discharge, energy, buy, sell = (at + k * steps for k in range(5))
    peak = 5 * steps + np.arange(12)
    rows, columns, values = [], [], []

    def add(row, column, value):
        rows.append(row)
        columns.append(column)
        values.append(np.broadcast_to(value, row.shape))

    # Balance, stored energy, peaks.
    for column, value in ((charge, -1.0), (discharge, 1.0), (buy, 1.0), (sell, -1.0)):
        add(at, column, value)
    add(steps + at, charge, -EFFICIENCY * hours)
    add(steps + at, discharge, hours / EFFICIENCY)
    add(steps + at, energy, 1.0)
    add(steps + at[1:], energy[:-1], -1.0)
    lower, upper = [net, np.zeros(steps)], [net, np.zeros(steps)]
    lower[1][0] = upper[1][0] = 1000.0
    if demand:
        add(2 * steps + at, buy, 1.0)
        add(2 * steps + at, peak[month], -1.0)
        lower.append(np.full(steps, -highspy.kHighsInf))
        upper.append(np.zeros(steps))
    lower, upper = np.concatenate(lower), np.concatenate(upper)
    rows, columns, values = map(np.concatenate, (rows, columns, values))
    order = np.lexsort((rows, columns))
    count = 5 * steps + 12
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = count, len(lower)
    lp.col_cost_ = np.concatenate(
        [np.zeros(3 * steps), series["price_buy"] * hours, -series["price_sell"] * hours, np.full(12, DEMAND * demand)]
    )
    col_lower, col_upper = np.zeros(count), np.full(count, highspy.kHighsInf)
    col_upper[charge] = col_upper[discharge] = kw
    col_upper[energy] = kwh
    col_lower[energy[-1]] = col_upper[energy[-1]] = 1000.0
    lp.col_lower_, lp.col_upper_, lp.row_lower_, lp.row_upper_ = col_lower, col_upper, lower, upper
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_ = np.searchsorted(columns[order], np.arange(count + 1)).astype(np.int32)
    lp.a_matrix_.index_ = rows[order].astype(np.int32)
    lp.a_matrix_.value_ = values[order]
    return lp


def solve(lp):
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("solver", "simplex")
    solver.passModel(lp)
    start = time.process_time()
    solver.run()
    return time.process_time() - start, solver.getInfo().objective_function_value


for case, (name, hours, plant) in CASES.items():
    if len(sys.argv) > 1 and case not in sys.argv[1:]:
        continue
    for demand in (False, True):
        lp = model(name, hours, plant, demand)
        times = [solve(lp) for _ in range(1 if hours < 1.0 else 3)]
        seconds, objective = sorted(times)[len(times) // 2]
        print(f"{'with_demand' if demand else 'energy_only'}/{case} {seconds:.6f} {objective:.6f}", flush=True)
