/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-module.h"

#include "graphbit-endpoint-private.h"
#include "graphbit-runtime-private.h"

/**
 * graphbit_version:
 *
 * Gets the version of the library that runs, which may be newer than the
 * headers compiled against.
 *
 * Returns: the version, such as `1.0.0`
 *
 * Since: 1.0
 */
const char *
graphbit_version (void)
{
  return GRAPHBIT_VERSION_S;
}

/**
 * graphbit_get_major_version:
 *
 * Gets the major version of the library that runs.
 *
 * Returns: the first part of [func@version]
 *
 * Since: 1.0
 */
guint
graphbit_get_major_version (void)
{
  return GRAPHBIT_MAJOR_VERSION;
}

/**
 * graphbit_get_minor_version:
 *
 * Gets the minor version of the library that runs.
 *
 * Returns: the second part of [func@version]
 *
 * Since: 1.0
 */
guint
graphbit_get_minor_version (void)
{
  return GRAPHBIT_MINOR_VERSION;
}

/**
 * graphbit_get_micro_version:
 *
 * Gets the micro version of the library that runs.
 *
 * Returns: the third part of [func@version]
 *
 * Since: 1.0
 */
guint
graphbit_get_micro_version (void)
{
  return GRAPHBIT_MICRO_VERSION;
}

/**
 * graphbit_get_endpoints:
 *
 * Gets the servers that this process talks to, with the state of their limits
 * and circuit breakers.
 *
 * What is there now is in the list at once, for which the function waits for a
 * turn of the library's own thread. While the list is held, it and its items are
 * kept up to date in the thread-default main context of the caller, ten times a
 * second at most. After [func@shutdown] it is empty.
 *
 * Returns: (transfer full): a list of [class@Endpoint], in the order in which
 *   they were first used
 *
 * Since: 1.0
 */
GListModel *
graphbit_get_endpoints (void)
{
  return graphbit_endpoint_list_new ();
}

/**
 * graphbit_shutdown:
 *
 * Ends everything that is under way, and the library's threads.
 *
 * What is pending gets [error@Gio.IOErrorEnum.CANCELLED] in its own context,
 * when that runs next; this function does not wait for it. The library can be
 * used again afterwards. There is no need to call it at the end of a program.
 *
 * Since: 1.0
 */
void
graphbit_shutdown (void)
{
  graphbit_runtime_shutdown ();
}
