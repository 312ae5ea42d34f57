"""Settings of the site; `python course.py site` copies this folder and runs Sphinx in the copy."""

import inspect
import re

from docutils import nodes
from sphinx.search.en import SearchEnglish

import crmlab

project = "crmlab"
author = "The crmlab authors"
project_copyright = "the crmlab authors. Code MIT, lessons CC BY 4.0"
language = "en"
extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.mathjax", "numpydoc"]
exclude_patterns = ["_static", "_templates"]
templates_path = ["_templates"]

nb_execution_mode = "off"
myst_enable_extensions = ["dollarmath", "amsmath"]
myst_heading_anchors = 3

default_role = "py:obj"
autodoc_typehints = "none"
autodoc_member_order = "bysource"
add_module_names = False
toc_object_entries_show_parents = "hide"
python_maximum_signature_line_length = 70
numpydoc_show_class_members = False
numpydoc_xref_param_type = False

mathjax_path = "mathjax.js"
mathjax3_config = {"tex": {"inlineMath": [["\\(", "\\)"]]}}

html_theme = "pydata_sphinx_theme"
html_title = "crmlab"
html_static_path = ["_static"]
html_css_files = ["book.css"]
html_use_index = False
html_domain_indices = False
html_show_sourcelink = False
html_copy_source = False
html_show_sphinx = False
html_show_search_summary = False  # a page opened as a file may not read other pages
html_sidebars = {"index": [], "start": [], "terms": [], "numbers": []}
html_context = {"default_mode": "auto"}
html_theme_options = {
    "navbar_align": "left",
    "navbar_end": ["theme-switcher"],
    "header_links_before_dropdown": 6,
    "secondary_sidebar_items": ["page-toc"],
    "show_nav_level": 2,
    "show_toc_level": 1,
    "back_to_top_button": False,
    "footer_start": ["copyright"],
    "footer_end": [],
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
}


class EnglishAndChinese(SearchEnglish):
    """English words, and every piece of a Chinese term, so that a part of it finds it."""

    def split(self, text):
        """Words of a text; of a run of Chinese characters, all its parts."""
        words = []
        for word in super().split(text):
            words.append(word)
            for run in re.findall(r"[\u4e00-\u9fff]+", word):
                places = range(len(run))
                words += [run[i : j + 1] for i in places for j in range(i, min(i + 8, len(run)))]
        return words


def names_of_its_own(_app, _kind, _name, thing, _options, lines):
    """Write the names of a function's own arguments, and of a result's fields, as code."""
    try:
        own = set(inspect.signature(thing).parameters)
    except (TypeError, ValueError):
        own = set()
    own |= set(getattr(thing, "__dataclass_fields__", ()))
    for place, line in enumerate(lines):
        lines[place] = re.sub(
            r"(?<![`:\w])`(\w+)`(?!`|_)",
            lambda found: f"``{found[1]}``" if found[1] in own else found[0],
            line,
        )


def one_of_that_name(_app, env, reference, content):
    """Find what is named without its room, in the same room if it is there."""
    target = reference["reftarget"]
    if reference.get("refdomain") != "py":
        return None
    room, _, name = target.rpartition(".")
    if room == "crmlab" and name in crmlab._NAMES:
        target = f"{crmlab._NAMES[name]}.{name}"
    domain = env.get_domain("py")
    found = sorted(full for full in domain.objects if full.endswith(f".{target}"))
    here = reference.get("py:module") or "crmlab"
    found = [full for full in found if full.startswith(here)] or found
    if not found and room[:1].isupper():  # a field, which stands in the text of its class
        found = [full for full in domain.objects if full.endswith(f".{room}")]
    if not found:
        return None
    entry = domain.objects[found[0]]
    page = env.app.builder.get_relative_uri(reference["refdoc"], entry.docname)
    return nodes.reference("", "", content, internal=True, refuri=f"{page}#{entry.node_id}")


def setup(app):
    """Teach the search Chinese, and read docstrings as they are meant."""
    app.add_search_language(EnglishAndChinese)
    app.connect("autodoc-process-docstring", names_of_its_own, priority=400)
    app.connect("missing-reference", one_of_that_name)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
