"""Values for several things at once, as a config gives them: lists, or the columns of CSV files."""
import csv


def rows_of(value, folder):
    with (folder / value["csv"]).open() as file:
        return list(csv.DictReader(file))


def column(value, folder):
    """A list as it is, or the column of {"csv": file, "column": name}; numbers are numbers in it."""
    return [number_or_text(row[value["column"]]) for row in rows_of(value, folder)] if isinstance(value, dict) else value


def per_instance(value, n, folder):
    """A value for each of n things: one for all, a list, or a column."""
    value = column(value, folder)
    if not isinstance(value, list):
        return [value] * n
    assert len(value) == n, f"{len(value)} values for {n}"
    return value


def number_or_text(text):
    try:
        return float(text)
    except ValueError:
        return text
