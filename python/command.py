#!python
"""`rall`, as pip installs it: the program that lies in the package, whose loading is not waited for."""
import importlib.util
import os
import sys

program = os.path.join(os.path.dirname(importlib.util.find_spec("rall").origin), "bin", "rall")
os.execv(program, [program, *sys.argv[1:]])
