#!/usr/bin/env python3
"""Results of a campaign in Python, with the standard library alone; into pandas and ASE where they are installed.

    python3 read_results.py CAMPAIGN              prints a summary
    python3 read_results.py CAMPAIGN --json       prints one JSON object for each completed record

Energies are in hartree, positions in angstrom. The database is only read, and never held for long, so oact may run meanwhile.
"""

import json
import pathlib
import sqlite3
import sys

HARTREE_EV = 27.211386245988


def open_database(campaign):
    """workflow.db of a campaign, read-only."""
    path = pathlib.Path(campaign, "workflow.db").resolve()
    database = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=30)
    database.row_factory = sqlite3.Row
    return database


def completed_records(database):
    """Yields each completed record with an energy as a dict."""
    has_names = database.execute("select count(*) from sqlite_master where name = 'oact_names'").fetchone()[0]
    name = "(select name from oact_names where record_id = structures.id)" if has_names else "null"
    query = f"""select id, {name} as name, elements, coalesce(charge, 0) as charge, coalesce(spin, 1) as multiplicity,
        final_energy as energy_hartree, max_forces as max_gradient, wall_time as wall_time_seconds, geometry
        from structures where status = 'completed' and final_energy is not null and id > ? order by id limit 500"""
    last = 0
    while True:
        # In pages: a long read would keep oact from writing.
        page = database.execute(query, (last,)).fetchall()
        if not page:
            return
        for row in page:
            yield dict(row)
        last = page[-1]["id"]


def parse_xyz(text):
    """XYZ text, or bare atom lines, as imported -> (symbols, positions)."""
    atoms = []
    for line in text.splitlines():
        words = line.split()
        try:
            atoms.append((words[0], [float(word) for word in words[1:4]]))
        except (IndexError, ValueError):
            continue
    atoms = [(symbol, position) for symbol, position in atoms if len(position) == 3]
    return [symbol for symbol, _ in atoms], [position for _, position in atoms]


def to_pandas(records):
    import pandas

    return pandas.DataFrame([{key: value for key, value in record.items() if key != "geometry"} for record in records])


def to_ase(record):
    """The structure as it was imported, with the energy of the calculation; for optimized ones use oact export --format extxyz."""
    from ase import Atoms
    from ase.calculators.singlepoint import SinglePointCalculator

    symbols, positions = parse_xyz(record["geometry"])
    atoms = Atoms(symbols, positions, info={"charge": record["charge"], "multiplicity": record["multiplicity"]})
    atoms.calc = SinglePointCalculator(atoms, energy=record["energy_hartree"] * HARTREE_EV)
    return atoms


def main():
    records = list(completed_records(open_database(sys.argv[1] if len(sys.argv) > 1 else ".")))
    if "--json" in sys.argv:
        for record in records:
            symbols, positions = parse_xyz(record.pop("geometry"))
            print(json.dumps({**record, "symbols": symbols, "positions": positions}))
        return
    print(f"{len(records)} completed records with an energy")
    try:
        print(to_pandas(records).describe())
    except ImportError:
        print("pandas is not installed; energies only:")
        for record in records[:10]:
            print(record["name"] or record["id"], record["energy_hartree"])
    try:
        if records:
            print("first as ASE atoms:", to_ase(records[0]))
    except ImportError:
        print("ASE is not installed.")


if __name__ == "__main__":
    main()
