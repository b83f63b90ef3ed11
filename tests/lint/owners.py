# Copyright 2026 the graphbit developers
#
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What has one owner is used by its owner only, and what nobody may use by nobody."""

import re

import lint

# what, as a pattern over C without comments; the folder that owns it, or None; what to do instead
OWNERS = [
    (r"#\s*include\s*<libsoup/|\b(?:soup|SOUP)_[A-Za-z]|\bSoup[A-Z]\w*", "http", "go through http/"),
    (r"\b(?:json_object_get_|json_array_get_|json_node_get_|json_reader_|json_parser_)\w*|\bJson(?:Reader|Parser)\b",
     "json", "use the checked getters or the pull reader of json/"),
    (r"\bg_get_(?:monotonic|real)_time\b|\bg_date_time_new_now\w*|\bg_timer_new\b|\bclock_gettime\b|\bgettimeofday\b",
     "core", "ask graphbit_clock_now () or graphbit_clock_wall ()"),
    (r"\bg_uuid_string_random\b|\bg_random_\w+|\bg_rand_\w+|\bgetrandom\b", "core", "ask core's random source"),
    (r"\bg_task_run_in_thread\w*", None, "the I/O thread and the pool do such work"),
    (r"\bG_GNUC_CONST\b", None, "get_type functions are not constant"),
]


def check(root):
    for path in lint.files(root, ["graphbit"], (".c", ".h")):
        text = lint.without_comments(lint.read(root, path))
        for pattern, owner, advice in OWNERS:
            if owner and path.startswith(f"graphbit/{owner}/"):
                continue
            for match in re.finditer(pattern, text):
                belongs = f"belongs to {owner}/" if owner else "is not used here"
                yield f"{path}:{lint.line_of(text, match.start())}: {match.group()} {belongs}: {advice}"


if __name__ == "__main__":
    lint.main(check)
