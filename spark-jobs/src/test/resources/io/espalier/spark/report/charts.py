# Runs queries and draws their charts. Without Matplotlib, only the tables are shown.
from html import escape

from IPython.display import HTML, display

try:
    import matplotlib.pyplot as plt
except ImportError:
    plt = None


def show(sql, kind, x=None, series=None, value=None, low=None, high=None, facet=None,
         unit="", x_unit=""):
    """Runs a query and shows its chart, if it has one, and its rows."""
    rows = spark.sql(sql).collect()
    if not rows:
        print("No rows.")
        return
    drawn = plt is not None and kind != "table"
    if drawn:
        if kind == "heatmap":
            heat_maps(rows, x, series, value, facet, unit)
        else:
            draw = {"bar": bars, "stacked": stacks, "scatter": points, "line": points}[kind]
            figure, axes = plt.subplots(figsize=(10, 4))
            draw(axes, rows, x, series, value, low, high, "o-" if kind == "line" else "o")
            axes.set_ylabel(unit)
            axes.set_xlabel(x_unit)
            axes.legend(fontsize="small")
        plt.tight_layout()
        plt.show()
    display(HTML(table(rows, folded=drawn)))


def distinct(rows, column):
    """Values of a column, in the order in which they come."""
    return list(dict.fromkeys(row[column] for row in rows))


def number(found):
    return float("nan") if found is None else float(found)


def whiskers(rows, value, low, high):
    """Lengths of the whiskers below and above the values, if the query has both ends."""
    if low is None or high is None:
        return None
    return [[max(0.0, number(row[value]) - number(row[low])) for row in rows],
            [max(0.0, number(row[high]) - number(row[value])) for row in rows]]


def bars(axes, rows, x, series, value, low, high, style):
    places, names = distinct(rows, x), distinct(rows, series)
    width = 0.8 / len(names)
    for i, name in enumerate(names):
        own = [row for row in rows if row[series] == name]
        axes.bar([places.index(row[x]) + (i - (len(names) - 1) / 2) * width for row in own],
                 [number(row[value]) for row in own], width, label=str(name),
                 yerr=whiskers(own, value, low, high), capsize=3)
    axes.set_xticks(range(len(places)), [str(place) for place in places])


def stacks(axes, rows, x, series, value, low, high, style):
    places = distinct(rows, x)
    tops = [0.0] * len(places)
    for name in distinct(rows, series):
        heights = [0.0] * len(places)
        for row in rows:
            if row[series] == name and row[value] is not None:
                heights[places.index(row[x])] += float(row[value])
        axes.bar(range(len(places)), heights, 0.6, bottom=tops, label=str(name))
        tops = [top + height for top, height in zip(tops, heights)]
    axes.set_xticks(range(len(places)), [str(place) for place in places])


def points(axes, rows, x, series, value, low, high, style):
    for name in distinct(rows, series):
        own = [row for row in rows if row[series] == name]
        axes.errorbar([number(row[x]) for row in own], [number(row[value]) for row in own],
                      yerr=whiskers(own, value, low, high), fmt=style, capsize=3,
                      label=str(name))


def heat_maps(rows, x, series, value, facet, unit):
    facets = distinct(rows, facet)
    figure, grid = plt.subplots(1, len(facets), squeeze=False, figsize=(5 * len(facets), 5))
    for axes, name in zip(grid[0], facets):
        own = [row for row in rows if row[facet] == name]
        columns, lines = distinct(own, x), distinct(own, series)
        cells = {(row[series], row[x]): number(row[value]) for row in own}
        image = axes.imshow([[cells.get((line, column), float("nan")) for column in columns]
                             for line in lines], vmin=0, vmax=100, cmap="Blues", aspect="auto")
        axes.set_xticks(range(len(columns)), [str(column) for column in columns])
        axes.set_yticks(range(len(lines)), [str(line) for line in lines])
        axes.set_ylabel(series)
        axes.set_title(f"{facet} {name}")
        figure.colorbar(image, ax=axes, label=unit)


def table(rows, folded):
    """The rows as HTML; folded if a chart shows them already."""
    names = list(rows[0].asDict())
    head = "".join(f"<th>{escape(name)}</th>" for name in names)
    body = "".join(
        "<tr>" + "".join(f"<td>{'' if cell is None else escape(str(cell))}</td>" for cell in row)
        + "</tr>" for row in rows)
    text = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    return f"<details><summary>Figures</summary>{text}</details>" if folded else text
