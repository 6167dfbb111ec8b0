"""The documentation site, built by scripts/docs.sh: pages are docs/*.md and the READMEs of examples and benchmarks, where they lie."""
import sys
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(SOURCE / "docs" / "site"), str(SOURCE / "python")]

project = "Rall"
author = "the authors of Rall"
root_doc = "docs/index"  # Sphinx starts at the root of the project, so that links between pages are those of the files
include_patterns = ["docs/*.md", "examples/*/README.md", "bench/README.md"]
exclude_patterns = [".*", "build*", "out*", "tests"]  # not to be looked through

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx_design", "pages"]
myst_enable_extensions = ["colon_fence"]
myst_heading_anchors = 4
nitpicky = True

# The reference is made of the sources: nothing needs to be built for it.
autodoc_mock_imports = ["neuron", "numpy", "rall._rall"]
autodoc_member_order = "bysource"
default_role = "code"
smartquotes = False  # text here is full of code

html_theme = "furo"
html_title = "Rall"
html_static_path = ["site/static"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_copyright = False
html_show_sphinx = False
html_theme_options = {"navigation_with_keys": True}
