/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#if !defined(GRAPHBIT_INSIDE) && !defined(GRAPHBIT_COMPILATION)
# error "Only <graphbit/graphbit.h> can be included directly."
#endif

#include "graphbit-version.h"

/* Inside the library config.h makes these visible; outside they are plain declarations. */
#ifndef _GRAPHBIT_EXTERN
# ifdef GRAPHBIT_COMPILATION
#  include "config.h"
# else
#  define _GRAPHBIT_EXTERN extern
# endif
#endif

/**
 * GRAPHBIT_CHECK_VERSION:
 * @major: required major version
 * @minor: required minor version
 * @micro: required micro version
 *
 * Whether the headers compiled against are of at least this version.
 *
 * Since: 1.0
 */
#define GRAPHBIT_CHECK_VERSION(major, minor, micro) \
  (GRAPHBIT_MAJOR_VERSION > (major) || \
   (GRAPHBIT_MAJOR_VERSION == (major) && GRAPHBIT_MINOR_VERSION > (minor)) || \
   (GRAPHBIT_MAJOR_VERSION == (major) && GRAPHBIT_MINOR_VERSION == (minor) && GRAPHBIT_MICRO_VERSION >= (micro)))

#define GRAPHBIT_AVAILABLE_IN_ALL _GRAPHBIT_EXTERN
#define GRAPHBIT_AVAILABLE_IN_1_0 _GRAPHBIT_EXTERN
