# SPDX-License-Identifier: LGPL-2.1-or-later
"""Searches a folder of Markdown pages, such as the library's manual, by what their sections are about.

search.py FOLDER QUESTION
"""

import pathlib
import sys

import gi

gi.require_version("Graphbit", "1.0")
from gi.repository import Graphbit

if len(sys.argv) != 3:
    sys.exit("search.py FOLDER QUESTION")
folder, question = sys.argv[1:]
sections = [
    (path.name, section)
    for path in sorted(pathlib.Path(folder).glob("*.md"))
    for section in path.read_text(encoding="utf-8").split("\n## ")
]

print("The offline provider is no model: it compares words and parts of words, not meanings.")
client = Graphbit.EmbeddingClient(Graphbit.EmbeddingConfig.offline())
index = Graphbit.EmbeddingIndex()
for (name, section), embedding in zip(sections, client.embed_many([section for _, section in sections])):
    index.add(f"{name}: {section.splitlines()[0]}", embedding)
for match in index.search(client.embed(question), 3):
    print(f"{match.get_score():.2f} {match.get_id()}")
