/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <stddef.h>

/* An allocator to be loaded before the C library: the same under another name. */
extern void *__libc_malloc (size_t size);
void *malloc (size_t size);

void *
malloc (size_t size)
{
  return __libc_malloc (size);
}
