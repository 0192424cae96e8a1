# Runs notebooks as Jupyter does, without a browser, and prints a line of JSON for each. The first
# argument is what takes the place of the parameters.
import json
import sys

import nbformat
from nbclient import NotebookClient

for path in sys.argv[2:]:
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    cells = {cell.id: cell for cell in notebook.cells}
    cells["parameters"].source = sys.argv[1]
    NotebookClient(notebook, timeout=300, kernel_name="python3").execute()
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    kinds = [kind for output in outputs for kind in output.get("data", {})]
    print(json.dumps({
        "images": kinds.count("image/png"),
        "tables": kinds.count("text/html"),
        "out": "".join(o.text for o in outputs if o.get("name") == "stdout"),
    }))
