# Copyright 2026 the graphbit developers
#
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The manual's checks find what they are there for. self_test.py MOCK"""

import os
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True

import blocks
import links
import pages

MOCK = sys.argv.pop(1) if len(sys.argv) > 1 else None

GOOD_C = '#include <graphbit/graphbit.h>\nint\nmain (void)\n{\n  g_print ("%s\\n", graphbit_version ());\n  return 0;\n}\n'
IMPORT = "import Graphbit from 'gi://Graphbit?version=1.0';\n"

BLOCK_FAULTS = [
    # language, note, code, what the check says; "" for a good one
    ("c", None, GOOD_C, ""),
    ("c", None, GOOD_C.replace("version ()", "vision ()"), "vision"),
    ("c", None, GOOD_C.replace("return 0", "return 3"), "ended with 3"),
    ("c", "fragment", "graphbit_llm_client_set_debug (client, TRUE);\n", ""),
    ("c", "fragment", "graphbit_llm_client_set_debug (client);\n", "too few arguments"),
    ("c", "functions", "static void\nf (void)\n{\n  g_object_ref (workflow);\n}\n", ""),
    ("c", "functions", "static void\nf (void)\n{\n  g_object_ref (nothing);\n}\n", "nothing"),
    ("vala", None, 'void main () { print ("%s\\n", Graphbit.version ()); }\n', ""),
    ("vala", None, 'void main () { print ("%s\\n", Graphbit.vision ()); }\n', "vision"),
    ("vala", "fragment", 'yield client.complete_async ("Hello!");\n', ""),
    ("vala", "fragment", 'yield client.finish_async ("Hello!");\n', "finish_async"),
    ("python", None, "import graphbit\nprint(graphbit.version())\n", ""),
    ("python", None, "import graphbit\nprint(graphbit.vision())\n", "vision"),
    ("python", "fragment", "result.is_success()\n", ""),
    ("python", "fragment", "await client.complete_async('Hello!')\n", ""),
    ("python", "fragment", "await client.complete_async()\n", "TypeError"),
    ("js", None, IMPORT + "print(Graphbit.version());\n", ""),
    ("js", None, IMPORT + "print(Graphbit.vision());\n", "vision"),
    ("js", "fragment", "await client.complete_async('Hello!');\n", ""),
    ("js", "fragment", "await client.finish_async('Hello!');\n", "finish_async"),
    ("json", None, '{"a": 1}\n', ""),
    ("json", None, "{'a': 1}\n", "not JSON"),
]


class ChecksCanFail(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def put(self, path, text):
        path = os.path.join(self.folder, path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def test_blocks(self):
        with blocks.Server(MOCK) as environment:
            for language, note, code, words in BLOCK_FAULTS:
                with self.subTest(language=language, code=code):
                    said = blocks.check(blocks.Block("page", 1, language, note, code), environment)
                    if said is None:
                        self.skipTest(f"no compiler for {language}")
                    self.assertIn(words, said)
                    self.assertEqual(said == "", words == "", said)

    def test_output(self):
        page = f"```c\n{GOOD_C}```\n\n<!-- output -->\n```text\nOUTPUT\n```\n"
        with blocks.Server(MOCK) as environment:
            for output, words in (("1.0.0", ""), ("2.0.0", "instead of\n2.0.0")):
                found, problems = blocks.blocks_of_text("page", page.replace("OUTPUT", output))
                self.assertEqual(problems, [])
                self.assertIn(words, blocks.check(found[0], environment))

    def test_marks(self):
        for text, words in (("<!-- output -->\n```text\na\n```\n", "no program before"),
                            ("```c\n```\n\n## Next\n\n<!-- output -->\n```text\na\n```\n", "no program before"),
                            ("```\na\n```\n", "which language")):
            self.assertIn(words, "\n".join(blocks.blocks_of_text("page", text)[1]))

    def manual(self, index, other='<a id="there"></a>'):
        self.put("manual.js", "baseURLs = [\n    ['Gio', 'https://docs.gtk.org/gio/'],\n];\n")
        self.put("index.html", index)
        self.put("other.html", other)
        return self.folder

    def test_links(self):
        external = '<a href="javascript:void(0)" data-namespace="%s" data-link="a">a</a>'
        good = '<a href="other.html#there">a</a><a href="https://example.org/">a</a><script src="manual.js"></script>'
        self.assertEqual(list(links.check(self.manual(good + external % "Gio"), "other.md")), [])
        for index, words in ((external % "Gtk", "manual of Gtk"),
                             ('<a href="none.html">a</a>', "does not exist"),
                             ('<a href="other.html#here">a</a>', "nothing called here"),
                             ('<a href="#here">a</a>', "nothing called here"),
                             ('<a href="http://example.org/">a</a>', "no https"),
                             ("<p>[class@Gtk.Window]</p>", "was not made a link"),
                             ("<p>nothing</p>", "nothing leads to this page")):
            with self.subTest(index=index):
                self.assertIn(words, "\n".join(links.check(self.manual(index), "other.md")))

    def project(self, **changes):
        files = {
            "graphbit/core/meson.build": "",
            "graphbit/core/a.c": "  g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_PARSE, \"a\");\n  case GRAPHBIT_ERROR_TIMEOUT:\n",
            "graphbit/manual/errors.md": "Title: Errors\n\n# Errors\n\n| `PARSE` | a |\n| `TIMEOUT` | (nothing in this version gives it) |\n",
            "graphbit/manual/building.md": "Title: Building\n\n# Building\n\n`docs`\n",
            "graphbit/manual/runs.md": "Title: Runs\n\n# Runs\n\n`token`\n",
            "graphbit/manual/floor-core.md": "Title: Core\n\n# Core\n",
            "graphbit/manual/manual.js": "    ['errors.html', 'Errors'],\n    ['building.html', 'Building'],\n"
                                         "    ['runs.html', 'Runs'],\n    ['floor-core.html', 'Core'],\n",
            "meson_options.txt": "option('docs', type: 'feature')\n",
            "a.gir": '<repository xmlns="http://www.gtk.org/introspection/core/1.0"'
                     ' xmlns:c="http://www.gtk.org/introspection/c/1.0"><namespace>'
                     '<enumeration name="Error"><member c:identifier="GRAPHBIT_ERROR_PARSE"/>'
                     '<member c:identifier="GRAPHBIT_ERROR_TIMEOUT"/></enumeration>'
                     '<enumeration name="EventKind"><member c:identifier="GRAPHBIT_EVENT_KIND_TOKEN"/></enumeration>'
                     "</namespace></repository>",
        }
        files.update(changes)
        for path, text in files.items():
            self.put(path, text)
        listed = ("errors.md", "building.md", "runs.md", "floor-core.md")
        return "\n".join(pages.check(self.folder, os.path.join(self.folder, "a.gir"), *listed))

    def test_pages(self):
        self.assertEqual(self.project(), "")
        manual = "graphbit/manual/"
        for path, text, words in (
            (manual + "new.md", "", "is not listed"),
            (manual + "manual.js", "", "its PAGES are not"),
            (manual + "runs.md", "# Runs\n\n`token`\n", "begins with its title"),
            (manual + "runs.md", "Title: Errors\n\n# Errors\n\n`token`\n", "has the title of errors.md"),
            (manual + "runs.md", "Title: Runs\n\n# Runs\n", "does not tell about GRAPHBIT_EVENT_KIND_TOKEN"),
            (manual + "building.md", "Title: Building\n\n# Building\n", "the option docs"),
            (manual + "errors.md", "Title: Errors\n\n# Errors\n\n| `PARSE` | a |\n", "GRAPHBIT_ERROR_TIMEOUT"),
            (manual + "errors.md", "Title: Errors\n\n# Errors\n\n| `PARSE` | a |\n| `TIMEOUT` | a |\n", "nothing gives it, so say"),
            ("graphbit/core/b.c", "  return GRAPHBIT_ERROR_TIMEOUT;\n", "but something gives it"),
            ("graphbit/attic/meson.build", "", "no page for the floor attic"),
        ):
            with self.subTest(path=path, text=text):
                self.setUp()
                self.assertIn(words, self.project(**{path: text}))


if __name__ == "__main__":
    unittest.main()
