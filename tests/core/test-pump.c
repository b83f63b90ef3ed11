/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <poll.h>
#include <unistd.h>

#include "graphbit-context-pump.h"

#include <glib-unix.h>

static int
wait_readable (GraphbitContextPump *pump,
               int timeout)
{
  struct pollfd fd = { .fd = graphbit_context_pump_get_fd (pump), .events = POLLIN };

  return poll (&fd, 1, timeout);
}

static gboolean
count_once (gpointer data)
{
  ++*(int *) data;
  return G_SOURCE_REMOVE;
}

static gboolean
read_byte (int fd,
           GIOCondition condition,
           gpointer data)
{
  char byte;

  g_assert_cmpint (read (fd, &byte, 1), ==, 1);
  g_string_append_c (data, byte);
  return G_SOURCE_CONTINUE;
}

static void
test_idle_and_timeout (void)
{
  g_autoptr (GraphbitContextPump) pump = graphbit_context_pump_new ();
  GMainContext *context = graphbit_context_pump_get_context (pump);
  g_autoptr (GSource) idle = g_idle_source_new ();
  g_autoptr (GSource) timeout = g_timeout_source_new (20);
  int n = 0;
  int wait;

  g_assert_cmpint (graphbit_context_pump_iterate (pump), ==, -1);
  g_source_set_callback (idle, count_once, &n, NULL);
  g_source_attach (idle, context);
  g_assert_cmpint (wait_readable (pump, -1), ==, 1);
  while ((wait = graphbit_context_pump_iterate (pump)) == 0)
    ;
  g_assert_cmpint (n, ==, 1);
  g_assert_cmpint (wait, ==, -1);

  g_source_set_callback (timeout, count_once, &n, NULL);
  g_source_attach (timeout, context);
  while (n == 1)
    {
      wait = graphbit_context_pump_iterate (pump);
      g_assert_cmpint (wait, <=, 20);
      if (n == 1)
        wait_readable (pump, wait);
    }
  g_assert_cmpint (n, ==, 2);
}

static gpointer
wake_from_afar (gpointer data)
{
  g_main_context_invoke (((gpointer *) data)[0], count_once, ((gpointer *) data)[1]);
  return NULL;
}

static void
test_other_thread (void)
{
  g_autoptr (GraphbitContextPump) pump = graphbit_context_pump_new ();
  GThread *thread;
  int n = 0;
  gpointer data[] = { graphbit_context_pump_get_context (pump), &n };

  while (graphbit_context_pump_iterate (pump) == 0)
    ;
  g_assert_true (g_main_context_acquire (data[0])); /* else it would run there and then */
  thread = g_thread_new ("far", wake_from_afar, data);
  g_thread_join (thread);
  g_main_context_release (data[0]);
  g_assert_cmpint (wait_readable (pump, -1), ==, 1);
  while (n == 0)
    graphbit_context_pump_iterate (pump);
}

static void
test_descriptors (void)
{
  g_autoptr (GraphbitContextPump) pump = graphbit_context_pump_new ();
  GString *seen = g_string_new (NULL);

  /* the same number again and again for another pipe: epoll must not lose it */
  for (int i = 0; i < 5; i++)
    {
      g_autoptr (GSource) source = NULL;
      int fds[2];
      gsize before = seen->len;

      g_assert_cmpint (pipe (fds), ==, 0);
      source = g_unix_fd_source_new (fds[0], G_IO_IN);
      g_source_set_callback (source, G_SOURCE_FUNC (read_byte), seen, NULL);
      g_source_attach (source, graphbit_context_pump_get_context (pump));
      graphbit_context_pump_iterate (pump);
      g_assert_cmpint (write (fds[1], "x", 1), ==, 1);
      g_assert_cmpint (wait_readable (pump, -1), ==, 1);
      while (seen->len == before)
        graphbit_context_pump_iterate (pump);
      g_source_destroy (source);
      close (fds[0]);
      close (fds[1]);
    }
  g_assert_cmpstr (seen->str, ==, "xxxxx");
  g_string_free (seen, TRUE);
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/pump/idle-and-timeout", test_idle_and_timeout);
  g_test_add_func ("/pump/other-thread", test_other_thread);
  g_test_add_func ("/pump/descriptors", test_descriptors);

  return g_test_run ();
}
