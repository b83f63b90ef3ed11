# Copyright 2026 the graphbit developers
#
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Every link in the generated manual leads somewhere, and every page is reached from its first one.

links.py FOLDER PAGE…

A link into another library's manual has to name one whose address manual.js knows. Nothing is asked of the network.
"""

import html.parser
import os
import re
import sys
import urllib.parse

LEFT_OVER = re.compile(r"\[(?:`)?[a-z]+@[\w.:-]+(?:`)?\]")


class Page(html.parser.HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.links, self.anchors, self.texts = [], set(), []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.anchors.update(attributes[name] for name in ("id", "name") if name in attributes)
        for name in ("href", "src"):
            if name in attributes:
                self.links.append((attributes[name], attributes))

    def handle_data(self, data):
        self.texts.append(data)


def read(folder, name):
    with open(os.path.join(folder, name), encoding="utf-8") as file:
        return file.read()


def known_namespaces(folder):
    return set(re.findall(r"^ *\['(\w+)',", read(folder, "manual.js"), re.MULTILINE))


def link_problems(folder, name, pages, namespaces):
    """The problems of one page; the pages that it leads to are read into pages."""
    for link, attributes in pages[name].links:
        if link == "javascript:void(0)":
            namespace = attributes.get("data-namespace")
            if namespace is not None and namespace not in namespaces:
                yield f"{name}: nobody knows where the manual of {namespace} is"
            continue
        url = urllib.parse.urlsplit(link)
        if url.scheme or url.netloc:
            if url.scheme != "https" or not url.netloc:
                yield f"{name}: {link} is no https address"
            continue
        target = os.path.normpath(os.path.join(os.path.dirname(name), url.path)) if url.path else name
        if not os.path.isfile(os.path.join(folder, target)):
            yield f"{name}: {link} does not exist"
            continue
        if not target.endswith(".html"):
            continue
        if target not in pages:
            pages[target] = Page(read(folder, target))
        if url.fragment and url.fragment not in pages[target].anchors:
            yield f"{name}: there is nothing called {url.fragment} in {target}"


def check(folder, *wanted):
    pages = {"index.html": Page(read(folder, "index.html"))}
    namespaces = known_namespaces(folder)
    done = set()
    while todo := sorted(set(pages) - done):
        for name in todo:
            yield from link_problems(folder, name, pages, namespaces)
            for match in LEFT_OVER.finditer("".join(pages[name].texts)):
                yield f"{name}: {match.group()} was not made a link"
            done.add(name)
    for page in wanted:
        if page.replace(".md", ".html") not in pages:
            yield f"{page}: nothing leads to this page"


if __name__ == "__main__":
    found = list(check(*sys.argv[1:]))
    print("\n".join(found))
    sys.exit(bool(found))
