import sys
from importlib import import_module
from pathlib import Path

if __name__ == "__main__":
    name, port, file = sys.argv[1:]
    module = import_module(f"tools.counterparts.{name}")
    module.serving(int(port), Path(file)).serve_forever()
