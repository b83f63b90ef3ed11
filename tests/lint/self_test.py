# Copyright 2026 the graphbit developers
#
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Shows that each linter can fail: a small good project has no problem, each fault made in it has one."""

import os
import shutil
import sys
import tempfile
import unittest

import docs
import floors
import form
import lint
import names
import owners
import readme
import translations
import vapi

LICENCE = "SPDX-License-Identifier: LGPL-2.1-or-later\n"
HEADER = f"/*\n * {LICENCE} */\n"
C = f'{HEADER}\n#include "config.h"\n'
HELLO = "print('hello')\n"
GOOD = {
    "meson.build": f"# {LICENCE}",
    "po/POTFILES.in": "# In order.\ngraphbit/http/graphbit-http.c\n",
    "README.md": f"# graphbit\n\n<!-- examples/python/hello.py -->\n```python\n# {LICENCE}{HELLO}```\n",
    "examples/python/hello.py": f"# {LICENCE}{HELLO}",
    "graphbit/core/graphbit-clock.c": f'{C}\n/* not "json_object_get_int */\n#include "graphbit-types.h"\nx = g_get_monotonic_time ();\n',
    "graphbit/core/graphbit-types.h": HEADER,
    "graphbit/json/graphbit-json-private.h": HEADER,
    "graphbit/text/graphbit-template-private.h": HEADER,
    "graphbit/http/graphbit-http.c": f'{C}#include <libsoup/soup.h>\n#include "graphbit-json-private.h"\n\nt = _("Say so");\n'
                                     'accept = "*/*"; soup_session_new (); /* g_task_run_in_thread */\n',
    "graphbit/llm/graphbit-llm-client.h": f"{HEADER}#define GRAPHBIT_TYPE_LLM_CLIENT (graphbit_llm_client_get_type ())\n"
                                          "typedef enum\n{\n  A,\n} B;\n",
    "graphbit/llm/graphbit-llm-call.c": f'{C}#include "graphbit-llm-dialect-private.h"\n',
    "graphbit/llm/wire/graphbit-llm-dialect-private.h": f'{HEADER}#include "graphbit-llm-client.h"\n',
    "graphbit/llm/wire/graphbit-llm-body-private.h": f'{HEADER}#include "graphbit-llm-dialect-private.h"\n',
    "graphbit/graphbit.c": f'{C}#include "graphbit-llm-client.h"\n',
}

FAULTS = [
    # linter, file, what is appended (or put, with None for a good file), what the problem says
    (floors, "graphbit/core/graphbit-clock.c", '#include "graphbit-json-private.h"\n', "higher floor"),
    (floors, "graphbit/json/graphbit-json-private.h", '# include "graphbit-template-private.h"\n', "on one floor"),
    (floors, "graphbit/http/graphbit-http.c", '#include "core/graphbit-types.h"\n', "bare name"),
    (floors, "graphbit/http/graphbit-http.c", '#include <graphbit/graphbit.h>\n', "bare name"),
    (floors, "graphbit/cellar/graphbit-cellar.c", C, "no floor"),
    (floors, "graphbit/llm/graphbit-llm-call.c", '#include "graphbit-llm-body-private.h"\n', "outside llm/wire/"),
    (floors, "graphbit/http/graphbit-http.c", '#include "graphbit-llm-dialect-private.h"\n', "higher floor"),
    (floors, "graphbit/llm/graphbit-types.h", HEADER, "has this name already"),
    (owners, "graphbit/llm/graphbit-llm-client.h", "#include <libsoup/soup.h>\n", "belongs to http/"),
    (owners, "graphbit/llm/graphbit-llm-client.h", "SoupMessage *message;\n", "belongs to http/"),
    (owners, "graphbit/http/graphbit-http.c", 'json_object_get_int_member (o, "a");\n', "belongs to json/"),
    (owners, "graphbit/http/graphbit-http.c", "json_node_get_string (n);\n", "belongs to json/"),
    (owners, "graphbit/http/graphbit-http.c", "g_autoptr (JsonParser) p;\n", "belongs to json/"),
    (owners, "graphbit/http/graphbit-http.c", "g_get_real_time ();\n", "belongs to core/"),
    (owners, "graphbit/http/graphbit-http.c", "g_random_int ();\n", "belongs to core/"),
    (owners, "graphbit/http/graphbit-http.c", "g_uuid_string_random ();\n", "belongs to core/"),
    (owners, "graphbit/core/graphbit-clock.c", "g_task_run_in_thread (t, f);\n", "not used here"),
    (owners, "graphbit/core/graphbit-types.h", "GType t (void) G_GNUC_CONST;\n", "not used here"),
    (form, "graphbit/llm/graphbit-new.c", '#include "config.h"\n', "SPDX"),
    (form, "tests/run", "#!/bin/bash\n", "SPDX"),
    (form, "tests/a.py", f"# {LICENCE}a", "ends with one newline"),
    (form, "graphbit/http/graphbit-http.c", "\n", "ends with one newline"),
    (form, "graphbit/http/graphbit-http.c", "\tx;\n", "a tab"),
    (form, "graphbit/http/graphbit-http.c", "x; \n", "trailing blanks"),
    (form, "graphbit/http/graphbit-http.c", "x;\r\n", "line feed"),
    (form, "graphbit/http/graphbit-http.c", "typedef enum { X, Y } Z;\n", "enumeration on one line"),
    (form, "graphbit/http/graphbit-late.c", f'{HEADER}#include <gio/gio.h>\n#include "config.h"\n', "first include"),
    (form, "graphbit/llm/graphbit-llm-client.h", "#define GRAPHBIT_TYPE_LLM_STREAM (x ())\n", "one public class"),
    (form, "graphbit/llm/graphbit-llm-stream.h", f"{HEADER}#define GRAPHBIT_TYPE_TOOL (x ())\n", "belongs into graphbit-tool.h"),
    (translations, "graphbit/core/graphbit-clock.c", 't = N_("Text");\n', "is not listed"),
    (translations, "graphbit/core/graphbit-clock.c", 't = g_dngettext (GETTEXT_PACKAGE, "a", "b", n);\n', "is not listed"),
    (translations, "po/POTFILES.in", "graphbit/none.c\n", "does not exist"),
    (translations, "po/POTFILES.in", "graphbit/core/graphbit-types.h\n", "in order"),
    (translations, "po/POTFILES.in", "graphbit/core/graphbit-types.h\n", "no texts"),
    (readme, "examples/python/hello.py", "more\n", "differs"),
    (readme, "examples/python/hello.py", "more\n" * 15, "16 lines of code"),
    (readme, "examples/c/hello.c", HEADER, "is not shown"),
    (readme, "README.md", "<!-- examples/none.c -->\n```c\n```\n", "does not exist"),
    (readme, "README.md", "<!-- examples/none.c -->\n", "no code block"),
]

GIR = """<repository xmlns="http://www.gtk.org/introspection/core/1.0"
  xmlns:glib="http://www.gtk.org/introspection/glib/1.0" xmlns:c="http://www.gtk.org/introspection/c/1.0">
<namespace name="Graphbit"><class name="Base" version="1.0"><doc>A base.</doc>
  <property name="title" version="1.0"><doc>The title.</doc></property></class>
<class name="Client" parent="Base" version="1.0"><doc>A client.</doc>%s</class>%s</namespace></repository>"""
NOTHING = '<return-value><type name="none"/></return-value>'
TEXT = '<return-value><doc>Text.</doc><type name="utf8"/></return-value>'


def member(tag, name, *names_of_parameters, returned=NOTHING, doc="<doc>Text.</doc>"):
    inner = "".join(f'<parameter name="{n}"><doc>Text.</doc></parameter>' for n in names_of_parameters)
    return f'<{tag} name="{name}" version="1.0">{doc}{returned}<parameters>{inner}</parameters></{tag}>'


START = "<doc>Calls back in the main context; [method@Client.run_finish]</doc>"
FINISH = "<doc>Ends [method@Client.run_async].</doc>"
ASYNC = (member("method", "run_async", "text", "cancellable", "callback", "user_data", doc=START)
         + member("method", "run_finish", "result", returned=TEXT, doc=FINISH))
THROWING = '<method name="load" version="1.0" throws="1"><doc>%s</doc></method>'
NULLABLE = '<return-value nullable="1"><doc>%s</doc><type name="utf8"/></return-value>'
GOOD_GIR = (ASYNC + member("method", "run", "text", "cancellable", returned=TEXT) + member("constructor", "new")
            + THROWING % "Fails as [method@Client.run] does." + member("method", "find", returned=NULLABLE % "it, or %NULL")
            + member("glib:signal", "call", doc="<doc>Emitted in the main context.</doc>"))
GIR_FAULTS = [
    (names, member("method", "connect"), "", "hides"),
    (names, member("glib:signal", "notify"), "", "hides"),
    (names, member("method", "print"), "", "keyword of Python"),
    (names, member("method", "delete"), "", "keyword of JavaScript and Vala"),
    (names, member("property", "lock"), "", "keyword of Vala"),
    (names, member("glib:signal", "throw"), "", "keyword of JavaScript"),
    (names, member("method", "send", "from"), "", "keyword of Python"),
    (names, "", member("function", "send", "in"), "keyword of Python"),
    (names, member("method", "title"), "", "is a property and a method"),
    (names, member("method", "key_required") + member("glib:signal", "key-required"), "", "is a method and a signal"),
    (names, member("constructor", "new_title"), "", "stands beside the property title"),
    (names, member("method", "load_async", "callback", "user_data"), "", "no load_finish"),
    (names, ASYNC, "", "no sync twin"),
    (names, ASYNC + member("method", "run", "words", "cancellable", returned=TEXT), "", "its twin asks for"),
    (names, ASYNC + member("method", "run", "text", "cancellable"), "", "different types"),
    (docs, member("method", "run", doc=""), "", "no documentation"),
    (docs, "<property name='a' version='1.0'/>", "", "Client:a: no documentation"),
    (docs, member("glib:signal", "a", doc=""), "", "Client::a: no documentation"),
    (docs, "<property name='a'><doc>A.</doc></property>", "", "no “Since:”"),
    (docs, "", "<class name='Bare' version='1.0'/>", "Bare: no documentation"),
    (docs, "", "<enumeration name='E' version='1.0'><doc>E.</doc><member name='a'/></enumeration>", "member a is not"),
    (docs, "", "<record name='R' version='1.0'><doc>R.</doc><field name='f'/></record>", "field f is public"),
    (docs, "", member("function", "run", doc=""), "run: no documentation"),
    (docs, member("method", "get", returned='<return-value><type name="utf8"/></return-value>'), "", "return value"),
    (docs, member("method", "run", doc="<doc>Gives %GRAPHBIT_NOTHING.</doc>"), "", "there is no GRAPHBIT_NOTHING"),
    (docs, member("method", "run", doc="<doc>Fails with [error@Gio.IOErrorEnum.CANCELLED].</doc>"), "", "show the type only"),
    (docs, member("method", "get", returned=NULLABLE % "the text"), "", "when the return value is %NULL"),
    (docs, member("method", "run", "text").replace("<parameter ", '<parameter nullable="1" '), "", "what %NULL means"),
    (docs, THROWING % "Gets it.", "", "with which codes it fails"),
    (docs, ASYNC.replace(START, "<doc>In the main context.</doc>"), "", "run_async: does not name run_finish"),
    (docs, ASYNC.replace(FINISH, "<doc>Ends it.</doc>"), "", "run_finish: does not name run_async"),
    (docs, ASYNC.replace("main context", "street"), "", "in which main context it calls back"),
    (docs, member("glib:signal", "a"), "", "in which main context it is called"),
    (docs, "", member("callback", "Func"), "in which main context it is called"),
    (docs, "<method name='a' version='1.0'><doc>A.</doc><parameters><parameter name='b'/></parameters></method>", "",
     "parameter b is not documented"),
]


class LintersCanFail(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def put(self, path, text, mode="w"):
        path = os.path.join(self.folder.name, path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, mode, encoding="utf-8", newline="") as file:
            file.write(text)
        return path

    def project(self):
        for path, text in GOOD.items():
            self.put(path, text)
        return self.folder.name

    def test_good_project(self):
        for linter in (floors, owners, form, translations, readme):
            self.assertEqual(list(linter.check(self.project())), [], linter.__name__)

    def test_faults(self):
        for linter, path, text, words in FAULTS:
            with self.subTest(linter=linter.__name__, text=text):
                self.setUp()
                root = self.project()
                self.put(path, text, "a")
                self.assertIn(words, "\n".join(linter.check(root)))

    def test_readme_update(self):
        root = self.project()
        self.put("examples/python/hello.py", "more\n", "a")
        readme.update(root)
        self.assertEqual(list(readme.check(root)), [])

    def test_good_gir(self):
        gir = self.put("a.gir", GIR % (GOOD_GIR, ""))
        for linter in (names, docs):
            self.assertEqual(list(linter.check(gir)), [], linter.__name__)

    def test_gir_faults(self):
        for linter, inside, beside, words in GIR_FAULTS:
            with self.subTest(linter=linter.__name__, inside=inside, beside=beside):
                gir = self.put("a.gir", GIR % (inside, beside))
                self.assertIn(words, "\n".join(linter.check(gir)))

    @unittest.skipUnless(shutil.which("vapigen"), "no vapigen")
    def test_vapi(self):
        gir = self.put("Graphbit-1.0.gir", '<repository version="1.2" xmlns="http://www.gtk.org/introspection/core/1.0">'
                                           '<namespace name="Graphbit" version="1.0"/></repository>')
        self.assertEqual(list(vapi.check("vapigen", gir, self.folder.name)), [])
        self.put("Graphbit-1.0.metadata", "Nothing skip\n")
        self.assertIn("warning", "\n".join(vapi.check("vapigen", gir, self.folder.name)))

    def test_comments(self):
        self.assertEqual(lint.without_comments('a /* b\nc */ "/* d" // e'), 'a     \n     "/* d"     ')


if __name__ == "__main__":
    sys.dont_write_bytecode = True
    unittest.main()
