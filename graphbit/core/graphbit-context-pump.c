/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-context-pump.h"

#include <errno.h>
#include <sys/epoll.h>
#include <unistd.h>

/**
 * GraphbitContextPump:
 *
 * Lets a foreign event loop drive a [struct@GLib.MainContext] in its own
 * thread.
 *
 * The foreign loop watches [method@ContextPump.get_fd] for reading and calls
 * [method@ContextPump.iterate] when it becomes readable and when the time
 * that the last call returned has passed. The Python override uses it to
 * serve `asyncio`; applications rarely need it.
 *
 * Since: 1.0
 */
struct _GraphbitContextPump
{
  GObject parent_instance;

  GMainContext *context;
  int epoll;
  GArray *watched; /* of GPollFD, as epoll has them */
  GArray *polled;  /* of GPollFD, scratch */
};

G_DEFINE_FINAL_TYPE (GraphbitContextPump, graphbit_context_pump, G_TYPE_OBJECT)

static guint32
to_epoll (gushort events)
{
  return ((events & G_IO_IN) ? EPOLLIN : 0u) | ((events & G_IO_OUT) ? EPOLLOUT : 0u) | ((events & G_IO_PRI) ? EPOLLPRI : 0u);
}

static int
find_fd (GArray *fds,
         int fd)
{
  for (guint i = 0; i < fds->len; i++)
    if (g_array_index (fds, GPollFD, i).fd == fd)
      return (int) i;
  return -1;
}

/* Asks what the context waits for. TRUE: for nothing, something is ready. */
static gboolean
query (GraphbitContextPump *self,
       int *priority,
       int *timeout)
{
  gboolean is_ready = g_main_context_prepare (self->context, priority);
  int n_fds;

  while ((n_fds = g_main_context_query (self->context, *priority, timeout,
                                        (GPollFD *) (gpointer) self->polled->data,
                                        (int) self->polled->len)) > (int) self->polled->len)
    g_array_set_size (self->polled, (guint) n_fds);
  g_array_set_size (self->polled, (guint) n_fds);
  return is_ready;
}

static void
watch (GraphbitContextPump *self)
{
  GArray *wanted = g_array_sized_new (FALSE, FALSE, sizeof (GPollFD), self->polled->len);

  /* Several sources may wait for one descriptor. */
  for (guint i = 0; i < self->polled->len; i++)
    {
      const GPollFD *fd = &g_array_index (self->polled, GPollFD, i);
      int known = find_fd (wanted, fd->fd);

      if (known >= 0)
        g_array_index (wanted, GPollFD, known).events |= fd->events;
      else
        g_array_append_vals (wanted, fd, 1);
    }

  for (guint i = 0; i < self->watched->len; i++)
    if (find_fd (wanted, g_array_index (self->watched, GPollFD, i).fd) < 0)
      epoll_ctl (self->epoll, EPOLL_CTL_DEL, g_array_index (self->watched, GPollFD, i).fd, NULL);

  for (guint i = 0; i < wanted->len; i++)
    {
      const GPollFD *fd = &g_array_index (wanted, GPollFD, i);
      struct epoll_event event = { .events = to_epoll (fd->events), .data.fd = fd->fd };
      int known = find_fd (self->watched, fd->fd);

      if (known >= 0 && g_array_index (self->watched, GPollFD, known).events == fd->events)
        {
          /* A descriptor that was closed has left epoll by itself, and its number may be another's now. */
          if (epoll_ctl (self->epoll, EPOLL_CTL_MOD, fd->fd, &event) < 0 && errno == ENOENT)
            epoll_ctl (self->epoll, EPOLL_CTL_ADD, fd->fd, &event);
        }
      else if (epoll_ctl (self->epoll, EPOLL_CTL_ADD, fd->fd, &event) < 0 && errno == EEXIST)
        epoll_ctl (self->epoll, EPOLL_CTL_MOD, fd->fd, &event);
    }

  g_array_unref (self->watched);
  self->watched = wanted;
}

static void
graphbit_context_pump_finalize (GObject *object)
{
  GraphbitContextPump *self = GRAPHBIT_CONTEXT_PUMP (object);

  g_main_context_unref (self->context);
  close (self->epoll);
  g_array_unref (self->watched);
  g_array_unref (self->polled);

  G_OBJECT_CLASS (graphbit_context_pump_parent_class)->finalize (object);
}

static void
graphbit_context_pump_class_init (GraphbitContextPumpClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = graphbit_context_pump_finalize;
}

static void
graphbit_context_pump_init (GraphbitContextPump *self)
{
  int priority;
  int timeout;

  /* Nobody iterates it in the usual way: it must be woken whoever posts to it. */
  self->context = g_main_context_new_with_flags (G_MAIN_CONTEXT_FLAGS_OWNERLESS_POLLING);
  self->epoll = epoll_create1 (EPOLL_CLOEXEC);
  self->watched = g_array_new (FALSE, FALSE, sizeof (GPollFD));
  self->polled = g_array_new (FALSE, FALSE, sizeof (GPollFD));

  if (g_main_context_acquire (self->context))
    {
      query (self, &priority, &timeout);
      watch (self);
      g_main_context_release (self->context);
    }
}

/**
 * graphbit_context_pump_new:
 *
 * Creates a pump with a main context of its own.
 *
 * Returns: a new pump
 *
 * Since: 1.0
 */
GraphbitContextPump *
graphbit_context_pump_new (void)
{
  return g_object_new (GRAPHBIT_TYPE_CONTEXT_PUMP, NULL);
}

/**
 * graphbit_context_pump_get_context:
 * @self: a pump
 *
 * Gets the context that this pump drives. Push it as thread default while you
 * start what shall call back in the foreign loop.
 *
 * Returns: (transfer none): the context
 *
 * Since: 1.0
 */
GMainContext *
graphbit_context_pump_get_context (GraphbitContextPump *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_CONTEXT_PUMP (self), NULL);

  return self->context;
}

/**
 * graphbit_context_pump_get_fd:
 * @self: a pump
 *
 * Gets the descriptor that becomes readable when there is something to do.
 *
 * Returns: a file descriptor (of `epoll`), owned by the pump
 *
 * Since: 1.0
 */
int
graphbit_context_pump_get_fd (GraphbitContextPump *self)
{
  g_return_val_if_fail (GRAPHBIT_IS_CONTEXT_PUMP (self), -1);

  return self->epoll;
}

/**
 * graphbit_context_pump_iterate:
 * @self: a pump
 *
 * Dispatches what is ready, without waiting. The context is thread default
 * meanwhile.
 *
 * Returns: the time in milliseconds after which it must be called again even
 *   if the descriptor stays quiet; 0: at once; -1: never
 *
 * Since: 1.0
 */
int
graphbit_context_pump_iterate (GraphbitContextPump *self)
{
  gboolean is_ready;
  int priority;
  int timeout;

  g_return_val_if_fail (GRAPHBIT_IS_CONTEXT_PUMP (self), -1);

  if (!g_main_context_acquire (self->context))
    return 0;
  g_main_context_push_thread_default (self->context);
  g_object_ref (self);

  query (self, &priority, &timeout);
  g_poll ((GPollFD *) (gpointer) self->polled->data, self->polled->len, 0);
  if (g_main_context_check (self->context, priority, (GPollFD *) (gpointer) self->polled->data, (int) self->polled->len))
    g_main_context_dispatch (self->context);

  is_ready = query (self, &priority, &timeout);
  watch (self);

  g_main_context_pop_thread_default (self->context);
  g_main_context_release (self->context);
  g_object_unref (self);
  return is_ready ? 0 : timeout;
}
