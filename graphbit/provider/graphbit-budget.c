/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-budget-private.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "graphbit-error.h"

/* What is set aside for an answer whose length nothing limits. */
#define DEFAULT_COMPLETION 1024

/**
 * GraphbitBudget:
 *
 * Limits what requests may cost, in tokens and in money.
 *
 * A budget counts for every client that it is given to
 * ([property@LlmClient:budget]), and for each run of an executor on its own
 * ([property@Executor:budget]); that of [func@Budget.get_default] counts for the
 * whole process. Before a request is sent, what it may need is reserved: its
 * prompt, estimated at four bytes per token and 1,500 tokens per image, and
 * [property@LlmOptions:max-tokens], or 1,024 where that is not set, or what is
 * left if that is less. If the budget does not have that, the request fails with
 * %GRAPHBIT_ERROR_BUDGET_EXCEEDED and nothing is sent. At its end, what
 * the provider says that it used takes the reservation's place; so a budget can
 * be overdrawn only by what an estimate was too low.
 *
 * Money is US dollars, at the list prices that the library knows;
 * [method@Budget.set_price] tells it others. Tokens that the provider took from
 * its cache have their own price. With a limit on money, a model without a price
 * is refused with %GRAPHBIT_ERROR_FAILED_PRECONDITION.
 *
 * All methods may be called in any thread. The properties notify in the home of
 * the request that changed them.
 *
 * Since: 1.0
 */
struct _GraphbitBudget
{
  GObject parent_instance;

  GMutex mutex;
  gint64 max_tokens;
  double max_cost;
  gint64 used_tokens;
  double used_cost;
  gint64 reserved_tokens;
  double reserved_cost;
  guint n_holds;
  GHashTable *prices; /* NULL or model → GraphbitPrice */
};

enum
{
  PROP_0,
  PROP_MAX_TOKENS,
  PROP_MAX_COST,
  PROP_USED_TOKENS,
  PROP_USED_COST,
  PROP_RESERVED_TOKENS,
  PROP_RESERVED_COST,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (GraphbitBudget, graphbit_budget, G_TYPE_OBJECT)

static GraphbitBudget *default_budget; /* atomic */

static void
graphbit_budget_finalize (GObject *object)
{
  GraphbitBudget *self = GRAPHBIT_BUDGET (object);

  g_clear_pointer (&self->prices, g_hash_table_unref);
  g_mutex_clear (&self->mutex);

  G_OBJECT_CLASS (graphbit_budget_parent_class)->finalize (object);
}

static void
graphbit_budget_get_property (GObject *object,
                              guint property_id,
                              GValue *value,
                              GParamSpec *pspec)
{
  GraphbitBudget *self = GRAPHBIT_BUDGET (object);

  switch (property_id)
    {
    case PROP_MAX_TOKENS:
      g_value_set_int64 (value, graphbit_budget_get_max_tokens (self));
      break;
    case PROP_MAX_COST:
      g_value_set_double (value, graphbit_budget_get_max_cost (self));
      break;
    case PROP_USED_TOKENS:
      g_value_set_int64 (value, graphbit_budget_get_used_tokens (self));
      break;
    case PROP_USED_COST:
      g_value_set_double (value, graphbit_budget_get_used_cost (self));
      break;
    case PROP_RESERVED_TOKENS:
      g_value_set_int64 (value, graphbit_budget_get_reserved_tokens (self));
      break;
    case PROP_RESERVED_COST:
      g_value_set_double (value, graphbit_budget_get_reserved_cost (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
graphbit_budget_set_property (GObject *object,
                              guint property_id,
                              const GValue *value,
                              GParamSpec *pspec)
{
  GraphbitBudget *self = GRAPHBIT_BUDGET (object);

  switch (property_id)
    {
    case PROP_MAX_TOKENS:
      graphbit_budget_set_max_tokens (self, g_value_get_int64 (value));
      break;
    case PROP_MAX_COST:
      graphbit_budget_set_max_cost (self, g_value_get_double (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
graphbit_budget_class_init (GraphbitBudgetClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags written = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;
  const GParamFlags read = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->finalize = graphbit_budget_finalize;
  object_class->get_property = graphbit_budget_get_property;
  object_class->set_property = graphbit_budget_set_property;

  /**
   * GraphbitBudget:max-tokens: (getter get_max_tokens) (setter set_max_tokens)
   *
   * How many tokens may be used, of prompts and answers together. 0: any number.
   *
   * Since: 1.0
   */
  properties[PROP_MAX_TOKENS] = g_param_spec_int64 ("max-tokens", NULL, NULL, 0, G_MAXINT64, 0, written);

  /**
   * GraphbitBudget:max-cost: (getter get_max_cost) (setter set_max_cost)
   *
   * How much money may be spent, in US dollars. 0.0, the default: any amount.
   *
   * Since: 1.0
   */
  properties[PROP_MAX_COST] = g_param_spec_double ("max-cost", NULL, NULL, 0, G_MAXDOUBLE, 0, written);

  /**
   * GraphbitBudget:used-tokens: (getter get_used_tokens)
   *
   * How many tokens the requests that have ended used.
   *
   * Since: 1.0
   */
  properties[PROP_USED_TOKENS] = g_param_spec_int64 ("used-tokens", NULL, NULL, 0, G_MAXINT64, 0, read);

  /**
   * GraphbitBudget:used-cost: (getter get_used_cost)
   *
   * What they cost, in US dollars, as far as prices are known.
   *
   * Since: 1.0
   */
  properties[PROP_USED_COST] = g_param_spec_double ("used-cost", NULL, NULL, 0, G_MAXDOUBLE, 0, read);

  /**
   * GraphbitBudget:reserved-tokens: (getter get_reserved_tokens)
   *
   * How many tokens are set aside for the requests that are on their way.
   *
   * Since: 1.0
   */
  properties[PROP_RESERVED_TOKENS] = g_param_spec_int64 ("reserved-tokens", NULL, NULL, 0, G_MAXINT64, 0, read);

  /**
   * GraphbitBudget:reserved-cost: (getter get_reserved_cost)
   *
   * What is set aside for them, in US dollars.
   *
   * Since: 1.0
   */
  properties[PROP_RESERVED_COST] = g_param_spec_double ("reserved-cost", NULL, NULL, 0, G_MAXDOUBLE, 0, read);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
graphbit_budget_init (GraphbitBudget *self)
{
  g_mutex_init (&self->mutex);
}

/**
 * graphbit_budget_new:
 * @max_tokens: how many tokens may be used, or 0 for any number
 * @max_cost: how many US dollars may be spent, or 0 for any amount
 *
 * Makes a budget.
 *
 * Returns: (transfer full): a new budget
 *
 * Since: 1.0
 */
GraphbitBudget *
graphbit_budget_new (gint64 max_tokens,
                     double max_cost)
{
  g_return_val_if_fail (max_tokens >= 0, NULL);
  g_return_val_if_fail (max_cost >= 0, NULL);

  return g_object_new (GRAPHBIT_TYPE_BUDGET, "max-tokens", max_tokens, "max-cost", max_cost, NULL);
}

/**
 * graphbit_budget_get_default:
 *
 * Gets the budget of the whole process. It has no limits until you set some, and
 * counts from the first call of this function on. Its prices are those of all
 * other budgets that have none of their own.
 *
 * Returns: (transfer none): the budget
 *
 * Since: 1.0
 */
GraphbitBudget *
graphbit_budget_get_default (void)
{
  static gsize once;

  if (g_once_init_enter (&once))
    {
      g_atomic_pointer_set (&default_budget, g_object_new (GRAPHBIT_TYPE_BUDGET, NULL));
      g_once_init_leave (&once, 1);
    }

  return default_budget;
}

GraphbitBudget *
graphbit_budget_peek_default (void)
{
  return g_atomic_pointer_get (&default_budget);
}

GraphbitBudget *
graphbit_budget_new_like (GraphbitBudget *self)
{
  GraphbitBudget *copy = g_object_new (GRAPHBIT_TYPE_BUDGET, NULL);

  g_mutex_lock (&self->mutex);
  copy->max_tokens = self->max_tokens;
  copy->max_cost = self->max_cost;
  if (self->prices != NULL)
    {
      GHashTableIter iter;
      gpointer model, price;

      copy->prices = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
      g_hash_table_iter_init (&iter, self->prices);
      while (g_hash_table_iter_next (&iter, &model, &price))
        g_hash_table_insert (copy->prices, g_strdup (model), g_memdup2 (price, sizeof (GraphbitPrice)));
    }
  g_mutex_unlock (&self->mutex);

  return copy;
}

#define LOCKED(type, field)                   \
  type value;                                 \
                                              \
  g_return_val_if_fail (GRAPHBIT_IS_BUDGET (self), 0); \
                                              \
  g_mutex_lock (&self->mutex);                \
  value = self->field;                        \
  g_mutex_unlock (&self->mutex);              \
  return value

/**
 * graphbit_budget_get_max_tokens: (get-property max-tokens)
 * @self: a budget
 *
 * Gets how many tokens may be used.
 *
 * Returns: the number, or 0 for any
 *
 * Since: 1.0
 */
gint64
graphbit_budget_get_max_tokens (GraphbitBudget *self)
{
  LOCKED (gint64, max_tokens);
}

/**
 * graphbit_budget_set_max_tokens: (set-property max-tokens)
 * @self: a budget
 * @max_tokens: the number, or 0 for any
 *
 * Sets how many tokens may be used. Requests that are on their way are not
 * stopped.
 *
 * Since: 1.0
 */
void
graphbit_budget_set_max_tokens (GraphbitBudget *self,
                                gint64 max_tokens)
{
  gboolean is_other;

  g_return_if_fail (GRAPHBIT_IS_BUDGET (self));
  g_return_if_fail (max_tokens >= 0);

  g_mutex_lock (&self->mutex);
  is_other = self->max_tokens != max_tokens;
  self->max_tokens = max_tokens;
  g_mutex_unlock (&self->mutex);
  if (is_other)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MAX_TOKENS]);
}

/**
 * graphbit_budget_get_max_cost: (get-property max-cost)
 * @self: a budget
 *
 * Gets how much money may be spent.
 *
 * Returns: US dollars, or 0 for any amount
 *
 * Since: 1.0
 */
double
graphbit_budget_get_max_cost (GraphbitBudget *self)
{
  LOCKED (double, max_cost);
}

/**
 * graphbit_budget_set_max_cost: (set-property max-cost)
 * @self: a budget
 * @max_cost: US dollars, or 0 for any amount
 *
 * Sets how much money may be spent. Requests that are on their way are not
 * stopped.
 *
 * Since: 1.0
 */
void
graphbit_budget_set_max_cost (GraphbitBudget *self,
                              double max_cost)
{
  gboolean is_other;

  g_return_if_fail (GRAPHBIT_IS_BUDGET (self));
  g_return_if_fail (max_cost >= 0);

  g_mutex_lock (&self->mutex);
  is_other = self->max_cost < max_cost || self->max_cost > max_cost;
  self->max_cost = max_cost;
  g_mutex_unlock (&self->mutex);
  if (is_other)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MAX_COST]);
}

/**
 * graphbit_budget_get_used_tokens: (get-property used-tokens)
 * @self: a budget
 *
 * Gets how many tokens the requests that have ended used.
 *
 * Returns: a number
 *
 * Since: 1.0
 */
gint64
graphbit_budget_get_used_tokens (GraphbitBudget *self)
{
  LOCKED (gint64, used_tokens);
}

/**
 * graphbit_budget_get_used_cost: (get-property used-cost)
 * @self: a budget
 *
 * Gets what the requests that have ended cost.
 *
 * Returns: US dollars
 *
 * Since: 1.0
 */
double
graphbit_budget_get_used_cost (GraphbitBudget *self)
{
  LOCKED (double, used_cost);
}

/**
 * graphbit_budget_get_reserved_tokens: (get-property reserved-tokens)
 * @self: a budget
 *
 * Gets how many tokens are set aside for the requests that are on their way.
 *
 * Returns: a number
 *
 * Since: 1.0
 */
gint64
graphbit_budget_get_reserved_tokens (GraphbitBudget *self)
{
  LOCKED (gint64, reserved_tokens);
}

/**
 * graphbit_budget_get_reserved_cost: (get-property reserved-cost)
 * @self: a budget
 *
 * Gets what is set aside for the requests that are on their way.
 *
 * Returns: US dollars
 *
 * Since: 1.0
 */
double
graphbit_budget_get_reserved_cost (GraphbitBudget *self)
{
  LOCKED (double, reserved_cost);
}

void
graphbit_budget_tell_use (GraphbitBudget *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_USED_TOKENS]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_USED_COST]);
}

void
graphbit_budget_tell_reservation (GraphbitBudget *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RESERVED_TOKENS]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RESERVED_COST]);
}

/**
 * graphbit_budget_reset:
 * @self: a budget
 *
 * Forgets what was used. What is reserved stays.
 *
 * Since: 1.0
 */
void
graphbit_budget_reset (GraphbitBudget *self)
{
  g_return_if_fail (GRAPHBIT_IS_BUDGET (self));

  g_mutex_lock (&self->mutex);
  self->used_tokens = 0;
  self->used_cost = 0;
  g_mutex_unlock (&self->mutex);
  graphbit_budget_tell_use (self);
}

/**
 * graphbit_budget_set_price:
 * @self: a budget
 * @model: the model's name, as [property@LlmConfig:model] has it
 * @input: US dollars for a million tokens of prompts
 * @cached_input: the same for those that the provider had in its cache, or a
 *   negative number for the price of @input
 * @cache_write: the same for those that it puts there, or a negative number for
 *   the price of @input
 * @output: US dollars for a million tokens of answers
 *
 * Tells the price of a model, whoever offers it.
 *
 * Since: 1.0
 */
void
graphbit_budget_set_price (GraphbitBudget *self,
                           const char *model,
                           double input,
                           double cached_input,
                           double cache_write,
                           double output)
{
  GraphbitPrice price;

  g_return_if_fail (GRAPHBIT_IS_BUDGET (self));
  g_return_if_fail (model != NULL);
  g_return_if_fail (input >= 0 && output >= 0);

  price.input = input;
  price.cached_input = cached_input < 0 ? input : cached_input;
  price.cache_write = cache_write < 0 ? input : cache_write;
  price.output = output;

  g_mutex_lock (&self->mutex);
  if (self->prices == NULL)
    self->prices = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_hash_table_insert (self->prices, g_strdup (model), g_memdup2 (&price, sizeof price));
  g_mutex_unlock (&self->mutex);
}

/* Locked. */
static gboolean
find_own_price (GraphbitBudget *self,
                const char *model,
                GraphbitPrice *price)
{
  const GraphbitPrice *own = self->prices != NULL && model != NULL ? g_hash_table_lookup (self->prices, model) : NULL;

  if (own == NULL)
    return FALSE;
  *price = *own;
  return TRUE;
}

static gboolean
find_price (GraphbitBudget *self,
            const char *provider,
            const char *model,
            GraphbitPrice *price)
{
  GraphbitBudget *process = graphbit_budget_peek_default ();
  const GraphbitPrice *listed;
  gboolean is_found;

  g_mutex_lock (&self->mutex);
  is_found = find_own_price (self, model, price);
  g_mutex_unlock (&self->mutex);
  if (!is_found && process != NULL && process != self)
    {
      g_mutex_lock (&process->mutex);
      is_found = find_own_price (process, model, price);
      g_mutex_unlock (&process->mutex);
    }
  if (is_found)
    return TRUE;

  listed = graphbit_prices_lookup (provider, model);
  if (listed != NULL)
    *price = *listed;
  return listed != NULL;
}

/**
 * graphbit_budget_compute_cost:
 * @self: a budget
 * @provider: a provider, as [property@LlmConfig:provider] has it
 * @model: the model's name
 * @prompt_tokens: tokens of the prompt, all of them
 * @cached_tokens: those of them that came from the provider's cache
 * @cache_write_tokens: those of them that were put there
 * @completion_tokens: tokens of the answer
 *
 * Computes what tokens cost: (@prompt_tokens − @cached_tokens −
 * @cache_write_tokens) · input + @cached_tokens · cached input +
 * @cache_write_tokens · cache write + @completion_tokens · output, at the prices
 * set by [method@Budget.set_price], else at the provider's list prices.
 *
 * Returns: US dollars, or a negative number if no price is known
 *
 * Since: 1.0
 */
double
graphbit_budget_compute_cost (GraphbitBudget *self,
                              const char *provider,
                              const char *model,
                              gint64 prompt_tokens,
                              gint64 cached_tokens,
                              gint64 cache_write_tokens,
                              gint64 completion_tokens)
{
  const GraphbitTokens tokens = {
    MAX (prompt_tokens, 0), MAX (cached_tokens, 0), MAX (cache_write_tokens, 0), MAX (completion_tokens, 0)
  };
  GraphbitPrice price;

  g_return_val_if_fail (GRAPHBIT_IS_BUDGET (self), -1);
  g_return_val_if_fail (provider != NULL, -1);
  g_return_val_if_fail (model != NULL, -1);

  return find_price (self, provider, model, &price) ? graphbit_price_compute (&price, &tokens) : -1;
}

/* Requests */

static void
set_money_error (GError **error,
                 double left,
                 double need)
{
  char left_text[G_ASCII_DTOSTR_BUF_SIZE], need_text[G_ASCII_DTOSTR_BUF_SIZE];

  g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_BUDGET_EXCEEDED,
               _("The budget has $%s left, and the request may cost $%s; raise the budget's max-cost or reset it"),
               g_ascii_formatd (left_text, sizeof left_text, "%.6g", MAX (left, 0)),
               g_ascii_formatd (need_text, sizeof need_text, "%.6g", need));
}

/* A server may claim any number. */
static gint64
add_tokens (gint64 one,
            gint64 other)
{
  return other > G_MAXINT64 - one ? G_MAXINT64 : one + other;
}

gboolean
graphbit_budget_reserve (GraphbitBudget *self,
                         const char *provider,
                         const char *model,
                         gint64 prompt,
                         gint64 completion,
                         GraphbitBudgetHold *hold,
                         GError **error)
{
  GraphbitPrice price = { 0, 0, 0, 0 };
  gboolean has_price = find_price (self, provider, model, &price);
  gint64 answer = completion >= 0 ? completion : DEFAULT_COMPLETION;
  double left_money = INFINITY, cost;
  gint64 left = G_MAXINT64;
  gboolean has_tokens, has_money;

  g_mutex_lock (&self->mutex);

  if (self->max_cost > 0 && !has_price)
    {
      g_mutex_unlock (&self->mutex);
      g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_FAILED_PRECONDITION,
                   _("The budget limits money, and no price is known for %s; tell it with graphbit_budget_set_price ()"),
                   model != NULL ? model : provider);
      return FALSE;
    }

  if (self->max_tokens > 0)
    left = self->max_tokens - add_tokens (self->used_tokens, self->reserved_tokens);
  if (self->max_cost > 0)
    left_money = self->max_cost - self->used_cost - self->reserved_cost;
  if (completion < 0)
    {
      /* nobody asked for so many: what is left will do */
      answer = MIN (answer, MAX (left - prompt, 1));
      if (price.output > 0 && left_money < INFINITY)
        {
          double affordable = (left_money * 1e6 - (double) prompt * price.input) / price.output;

          answer = MIN (answer, MAX ((gint64) CLAMP (affordable, 0, DEFAULT_COMPLETION), 1));
        }
    }

  cost = graphbit_price_compute (&price, &(GraphbitTokens){ .prompt = prompt, .completion = answer });
  has_tokens = prompt + answer <= left;
  has_money = cost <= left_money;
  if (has_tokens && has_money)
    {
      hold->budget = g_object_ref (self);
      hold->tokens = prompt + answer;
      hold->cost = cost;
      self->n_holds++;
      self->reserved_tokens += hold->tokens;
      self->reserved_cost += cost;
    }
  g_mutex_unlock (&self->mutex);

  if (has_tokens && has_money)
    return TRUE;

  if (has_tokens)
    set_money_error (error, left_money, cost);
  else
    g_set_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_BUDGET_EXCEEDED,
                 _("The budget has %" G_GINT64_FORMAT " tokens left, and the request may need %" G_GINT64_FORMAT
                   "; raise the budget's max-tokens or reset it"),
                 MAX (left, 0), prompt + answer);
  return FALSE;
}

void
graphbit_budget_settle (GraphbitBudgetHold *hold,
                        const char *provider,
                        const char *model,
                        const GraphbitTokens *used)
{
  g_autoptr (GraphbitBudget) self = g_steal_pointer (&hold->budget);
  GraphbitPrice price = { 0, 0, 0, 0 };

  if (self == NULL)
    return;

  if (used != NULL)
    find_price (self, provider, model, &price);

  g_mutex_lock (&self->mutex);
  self->n_holds--;
  self->reserved_tokens -= hold->tokens;
  /* so that the roundings of many sums never add up */
  self->reserved_cost = self->n_holds > 0 ? MAX (self->reserved_cost - hold->cost, 0) : 0;
  if (used != NULL)
    {
      self->used_tokens = add_tokens (self->used_tokens, add_tokens (used->prompt, used->completion));
      self->used_cost += graphbit_price_compute (&price, used);
    }
  g_mutex_unlock (&self->mutex);
}
