/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "graphbit-failure-private.h"
#include "graphbit-secret-private.h"

static void
test_failure (void)
{
  g_autoptr (GraphbitFailure) failure = graphbit_failure_new (GRAPHBIT_ERROR_RATE_LIMITED, "%s asks to wait %s s", "Acme", "7", NULL);
  g_autoptr (GraphbitFailure) copy = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GraphbitErrorDetails) details = NULL;
  g_autoptr (GObject) partial = g_object_new (G_TYPE_OBJECT, NULL);

  failure->http_status = 429;
  failure->provider_code = g_strdup ("slow_down");
  failure->provider_message = g_strdup ("Slow down");
  failure->request_id = g_strdup ("req_1");
  failure->retry_after_ms = 7000;
  failure->attempts = 4;
  copy = graphbit_failure_copy (failure);
  error = graphbit_failure_to_error (copy, partial);
  g_assert_error (error, GRAPHBIT_ERROR, GRAPHBIT_ERROR_RATE_LIMITED);
  g_assert_cmpstr (error->message, ==, "Acme asks to wait 7 s");

  details = graphbit_error_details_from_error (error);
  g_assert_cmpint (graphbit_error_details_get_http_status (details), ==, 429);
  g_assert_cmpstr (graphbit_error_details_get_provider_code (details), ==, "slow_down");
  g_assert_cmpstr (graphbit_error_details_get_provider_message (details), ==, "Slow down");
  g_assert_cmpstr (graphbit_error_details_get_request_id (details), ==, "req_1");
  g_assert_cmpint (graphbit_error_details_get_retry_after_ms (details), ==, 7000);
  g_assert_cmpuint (graphbit_error_details_get_attempts (details), ==, 4);
  g_assert_true (graphbit_error_details_get_partial_response (details) == partial);
}

/* What a binding does that copies only code and message. */
static void
test_copied (void)
{
  g_autoptr (GraphbitFailure) failure = graphbit_failure_new (GRAPHBIT_ERROR_UNAVAILABLE, "gone", NULL);
  g_autoptr (GError) error = graphbit_failure_to_error (failure, NULL);
  g_autoptr (GError) copy = g_error_new_literal (error->domain, error->code, error->message);
  g_autoptr (GError) other = g_error_new_literal (error->domain, error->code, "something else");
  g_autoptr (GError) real_copy = g_error_copy (error);
  GraphbitErrorDetails *details;

  g_assert_null (graphbit_error_details_from_error (copy));
  graphbit_error_hand_out (&error);
  details = graphbit_error_details_from_error (copy);
  g_assert_nonnull (details);
  g_object_unref (details);
  g_assert_null (graphbit_error_details_from_error (other));
  details = graphbit_error_details_from_error (real_copy);
  g_assert_nonnull (details);
  g_object_unref (details);

  /* the next one without details forgets it */
  graphbit_error_hand_out (&copy);
  g_assert_null (graphbit_error_details_from_error (copy));
}

static void
test_cancelled (void)
{
  g_autoptr (GraphbitFailure) failure = graphbit_failure_new_cancelled ();
  g_autoptr (GError) error = graphbit_failure_to_error (failure, NULL);

  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_null (graphbit_error_details_from_error (error));
}

static void
test_secret (void)
{
  GraphbitSecret *secret = graphbit_secret_new ("sk-marker");

  g_assert_cmpstr (graphbit_secret_peek (secret), ==, "sk-marker");
  graphbit_secret_unref (graphbit_secret_ref (secret));
  g_assert_cmpstr (graphbit_secret_peek (secret), ==, "sk-marker");
  graphbit_secret_unref (secret);
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/error/failure", test_failure);
  g_test_add_func ("/error/copied", test_copied);
  g_test_add_func ("/error/cancelled", test_cancelled);
  g_test_add_func ("/error/secret", test_secret);

  return g_test_run ();
}
