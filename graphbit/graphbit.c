/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-module.h"

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
 * graphbit_shutdown:
 *
 * Ends everything that is under way, and the library's threads.
 *
 * What is pending gets %G_IO_ERROR_CANCELLED in its own context,
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
