/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* mockllm - a fast mock OpenAI-compatible HTTP/1.1 server (epoll, one thread per -t).
 * Build: gcc -O2 -Wall -o mockllm mockllm.c -lpthread        See README.md.
 * Binds 127.0.0.1 only. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

typedef struct { char *p; size_t len, cap; } Buf;
static void buf_add(Buf *b, const void *d, size_t n) {
  if (b->len + n + 1 > b->cap) {
    b->cap = (b->len + n + 1) * 2;
    b->p = realloc(b->p, b->cap);
  }
  memcpy(b->p + b->len, d, n);
  b->len += n;
  b->p[b->len] = 0;
}
static void buf_printf(Buf *b, const char *fmt, ...) {
  char t[4096]; va_list ap; va_start(ap, fmt);
  int n = vsnprintf(t, sizeof t, fmt, ap); va_end(ap);
  buf_add(b, t, n);
}

/* ---------------------------------------------------------------- options */
static int opt_port = 8089, opt_threads = 1, opt_dims = 1536, opt_chunks = 50, opt_backlog = 4096;
static double opt_latency_ms, opt_chunk_ms, opt_fail_rate;
static _Atomic uint64_t st_conns, st_reqs, st_open, st_sse, st_emb, st_err, st_inflight, st_peak;

/* ---------------------------------------------------------------- canned bodies */
static Buf chat_ok, chat_tool, emb_one_f, emb_one_b64;
#define MAX_CH 4096
static Buf frame_first, frame_finish, frame_usage, frame_done, frames[16], sse_all /* default chunks, no pacing */;
static const char SSE_HEAD[] = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\n"
  "Cache-Control: no-cache\r\nx-request-id: req_0123456789abcdef\r\nTransfer-Encoding: chunked\r\n\r\n";

static void mk_resp(Buf *out, int status, const char *reason, const char *extra, const char *body, size_t n) {
  out->len = 0;
  buf_printf(out, "HTTP/1.1 %d %s\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n"
             "x-request-id: req_0123456789abcdef\r\nopenai-processing-ms: 1\r\n"
             "x-ratelimit-remaining-requests: 9999\r\nx-ratelimit-remaining-tokens: 149999\r\n%s\r\n",
             status, reason, n, extra);
  buf_add(out, body, n);
}
static void mk_frame(Buf *b, const char *payload) {
  b->len = 0;
  buf_printf(b, "%zx\r\ndata: %s\n\n\r\n", strlen(payload) + 8, payload);
}
static void b64(Buf *o, const unsigned char *p, size_t n) {
  static const char T[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (size_t i = 0; i < n; i += 3) {
    unsigned v = p[i] << 16 | (i + 1 < n ? p[i + 1] << 8 : 0) | (i + 2 < n ? p[i + 2] : 0);
    char q[4] = { T[v >> 18], T[v >> 12 & 63], i + 1 < n ? T[v >> 6 & 63] : '=', i + 2 < n ? T[v & 63] : '=' };
    buf_add(o, q, 4);
  }
}
static const char *WORDS[16] = { " The", " quick", " brown", " fox", " jumps", " over", " the", " lazy",
  " dog", ".", " It", " is", " \\\"quoted\\\"", " caf\\u00e9", " \xe2\x9c\x93", "\\n" };

static void prepare(void) {
  Buf b = { 0 };
  buf_printf(&b, "{\"id\":\"chatcmpl-AbCdEfGhIjKlMnOpQrStUvWx\",\"object\":\"chat.completion\",\"created\":1700000000,"
    "\"model\":\"gpt-4o-mini-2024-07-18\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":"
    "\"Hello! The capital of France is Paris. It lies on the Seine.\\nAnything else?\",\"refusal\":null,\"annotations\":[]},"
    "\"logprobs\":null,\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":19,\"completion_tokens\":17,"
    "\"total_tokens\":36,\"prompt_tokens_details\":{\"cached_tokens\":0,\"audio_tokens\":0},"
    "\"completion_tokens_details\":{\"reasoning_tokens\":0,\"audio_tokens\":0}},\"service_tier\":\"default\","
    "\"system_fingerprint\":\"fp_0123456789\"}");
  mk_resp(&chat_ok, 200, "OK", "", b.p, b.len);
  fprintf(stderr, "mockllm: chat body %zu bytes\n", b.len);
  b.len = 0;
  buf_printf(&b, "{\"id\":\"chatcmpl-tool\",\"object\":\"chat.completion\",\"created\":1700000000,\"model\":\"gpt-4o-mini\","
    "\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"id\":\"call_1\","
    "\"type\":\"function\",\"function\":{\"name\":\"get_weather\",\"arguments\":\"{\\\"city\\\":\\\"Paris\\\"}\"}}]},"
    "\"finish_reason\":\"tool_calls\"}],\"usage\":{\"prompt_tokens\":40,\"completion_tokens\":12,\"total_tokens\":52}}");
  mk_resp(&chat_tool, 200, "OK", "", b.p, b.len);

#define CH "{\"id\":\"chatcmpl-AbCdEfGhIjKlMnOp\",\"object\":\"chat.completion.chunk\",\"created\":1700000000," \
  "\"model\":\"gpt-4o-mini-2024-07-18\",\"service_tier\":\"default\",\"system_fingerprint\":\"fp_0123456789\",\"choices\":["
  char t[1024];
  mk_frame(&frame_first, CH "{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\",\"refusal\":null},\"logprobs\":null,\"finish_reason\":null}],\"usage\":null}");
  mk_frame(&frame_finish, CH "{\"index\":0,\"delta\":{},\"logprobs\":null,\"finish_reason\":\"stop\"}],\"usage\":null}");
  mk_frame(&frame_usage, CH "],\"usage\":{\"prompt_tokens\":19,\"completion_tokens\":50,\"total_tokens\":69}}");
  mk_frame(&frame_done, "[DONE]");
  for (int i = 0; i < 16; i++) {
    snprintf(t, sizeof t, CH "{\"index\":0,\"delta\":{\"content\":\"%s\"},\"logprobs\":null,\"finish_reason\":null}],\"usage\":null}", WORDS[i]);
    mk_frame(&frames[i], t);
  }
  buf_add(&sse_all, SSE_HEAD, sizeof SSE_HEAD - 1);
  buf_add(&sse_all, frame_first.p, frame_first.len);
  for (int i = 0; i < opt_chunks; i++) buf_add(&sse_all, frames[i & 15].p, frames[i & 15].len);
  buf_add(&sse_all, frame_finish.p, frame_finish.len);
  buf_add(&sse_all, frame_done.p, frame_done.len);
  buf_add(&sse_all, "0\r\n\r\n", 5);

  srand(42);
  float *v = malloc(sizeof(float) * opt_dims);
  for (int i = 0; i < opt_dims; i++) {
    v[i] = (float) ((rand() / (double) RAND_MAX - .5) * .2);
    buf_printf(&emb_one_f, "%s%.9g", i ? "," : "", v[i]);
  }
  b64(&emb_one_b64, (unsigned char *) v, sizeof(float) * opt_dims);
  free(v); free(b.p);
}
static void mk_embeddings(Buf *out, int n, int as_b64) {
  Buf b = { 0 };
  buf_printf(&b, "{\"object\":\"list\",\"data\":[");
  for (int i = 0; i < n; i++) {
    buf_printf(&b, "%s{\"object\":\"embedding\",\"index\":%d,\"embedding\":%c", i ? "," : "", i, as_b64 ? '"' : '[');
    Buf *s = as_b64 ? &emb_one_b64 : &emb_one_f;
    buf_add(&b, s->p, s->len);
    buf_printf(&b, "%c}", as_b64 ? '"' : ']');
  }
  buf_printf(&b, "],\"model\":\"text-embedding-3-small\",\"usage\":{\"prompt_tokens\":%d,\"total_tokens\":%d}}", 8 * n, 8 * n);
  mk_resp(out, 200, "OK", "", b.p, b.len);
  free(b.p);
}

/* ---------------------------------------------------------------- connections */
typedef struct {
  int fd, heap_i;            /* heap_i: position in timer heap, -1 = none */
  int busy;                  /* a response is pending; do not parse further */
  int close_after;
  uint64_t due;              /* ns */
  Buf in; size_t in_off;
  const char *out; size_t out_len, out_off; Buf own; int want_out;
  /* pending response */
  enum {
    R_FIXED,
    R_SSE
  } kind;
  int ch_i, ch_n, usage; double ch_ms; int head_sent;
} Conn;

typedef struct { int ep, lfd; Conn **heap; int hn, hcap; unsigned rng; Buf emb[2]; } Loop;

static uint64_t now_ns(void) { struct timespec t; clock_gettime(CLOCK_MONOTONIC, &t); return t.tv_sec * 1000000000ull + t.tv_nsec; }
static void h_set(Loop *l, int i, Conn *c) { l->heap[i] = c; c->heap_i = i; }
static void h_up(Loop *l, int i) {
  Conn *c = l->heap[i];
  while (i && l->heap[(i - 1) / 2]->due > c->due) { h_set(l, i, l->heap[(i - 1) / 2]); i = (i - 1) / 2; }
  h_set(l, i, c);
}
static void h_down(Loop *l, int i) {
  Conn *c = l->heap[i];
  for (int k; (k = 2 * i + 1) < l->hn; i = k) {
    if (k + 1 < l->hn && l->heap[k + 1]->due < l->heap[k]->due) k++;
    if (l->heap[k]->due >= c->due) break;
    h_set(l, i, l->heap[k]);
  }
  h_set(l, i, c);
}
static void timer_add(Loop *l, Conn *c, uint64_t due) {
  if (l->hn == l->hcap) l->heap = realloc(l->heap, sizeof(Conn *) * (l->hcap = l->hcap ? 2 * l->hcap : 1024));
  c->due = due; h_set(l, l->hn, c); l->hn++; h_up(l, l->hn - 1);
}
static void timer_del(Loop *l, Conn *c) {
  int i = c->heap_i; if (i < 0) return;
  c->heap_i = -1; l->hn--;
  if (i != l->hn) { h_set(l, i, l->heap[l->hn]); h_up(l, i); h_down(l, l->heap[i]->heap_i); }
}
static void conn_close(Loop *l, Conn *c) {
  timer_del(l, c); close(c->fd); st_open--; if (c->busy) st_inflight--;
  free(c->in.p); free(c->own.p); free(c);
}
static int conn_flush(Loop *l, Conn *c) { /* 0 done, 1 pending, -1 dead */
  while (c->out_off < c->out_len) {
    ssize_t n = send(c->fd, c->out + c->out_off, c->out_len - c->out_off, MSG_NOSIGNAL);
    if (n < 0) {
      if (errno == EINTR) continue;
      if (errno != EAGAIN) return -1;
      if (!c->want_out) { c->want_out = 1;
        struct epoll_event e = { EPOLLIN | EPOLLOUT, { .ptr = c } }; epoll_ctl(l->ep, EPOLL_CTL_MOD, c->fd, &e); }
      return 1;
    }
    c->out_off += n;
  }
  if (c->want_out) { c->want_out = 0;
    struct epoll_event e = { EPOLLIN, { .ptr = c } }; epoll_ctl(l->ep, EPOLL_CTL_MOD, c->fd, &e); }
  c->out_len = c->out_off = 0;
  return 0;
}

static const char *hdr(const char *h, const char *end, const char *name) {
  size_t n = strlen(name);
  for (const char *p = memchr(h, '\n', end - h); p && p < end; p = memchr(p, '\n', end - p)) {
    p++;
    if ((size_t) (end - p) > n && p[n] == ':' && !strncasecmp(p, name, n)) {
      p += n + 1; while (*p == ' ') p++;
      return p;
    }
  }
  return NULL;
}
static int truthy(const char *b, const char *key) { /* "key" : true */
  const char *p = strstr(b, key); if (!p) return 0;
  p += strlen(key); while (*p == ' ' || *p == ':') p++;
  return !strncmp(p, "true", 4);
}
static int count_inputs(const char *b) {
  const char *p = strstr(b, "\"input\""); if (!p) return 1;
  p += 7; while (*p == ' ' || *p == ':') p++;
  if (*p != '[') return 1;
  int n = 0, in = 0;
  for (p++; *p && (in || *p != ']'); p++) {
    if (in && *p == '\\') { if (!p[1]) break; p++; continue; }
    if (*p == '"') { in = !in; n += in; }
  }
  return n ? n : 1;
}

/* advance a busy connection whose timer expired (or had no delay). -1: closed */
static int conn_step(Loop *l, Conn *c) {
  int r;
  if (c->kind == R_FIXED) {
    r = conn_flush(l, c);
    if (r < 0) { conn_close(l, c); return -1; }
    if (r == 1) return 0;
    c->busy = 0; st_inflight--;
  } else {
    if (c->out_len && (r = conn_flush(l, c))) { if (r < 0) { conn_close(l, c); return -1; } return 0; }
    if (c->ch_i > c->ch_n) { c->busy = 0; st_inflight--; }
    else {
      Buf *o = &c->own; o->len = 0;
      if (!c->head_sent) { c->head_sent = 1; buf_add(o, SSE_HEAD, sizeof SSE_HEAD - 1); buf_add(o, frame_first.p, frame_first.len); }
      do {
        if (c->ch_i < c->ch_n) buf_add(o, frames[c->ch_i & 15].p, frames[c->ch_i & 15].len);
        else {
          buf_add(o, frame_finish.p, frame_finish.len);
          if (c->usage) buf_add(o, frame_usage.p, frame_usage.len);
          buf_add(o, frame_done.p, frame_done.len); buf_add(o, "0\r\n\r\n", 5);
        }
        c->ch_i++;
      } while (c->ch_ms <= 0 && c->ch_i <= c->ch_n);
      c->out = o->p; c->out_len = o->len; c->out_off = 0;
      r = conn_flush(l, c);
      if (r < 0) { conn_close(l, c); return -1; }
      if (c->ch_i > c->ch_n && r == 0) { c->busy = 0; st_inflight--; }
      else if (r == 0) timer_add(l, c, now_ns() + (uint64_t) (c->ch_ms * 1e6));
      /* r==1: resumed from EPOLLOUT */
    }
  }
  if (!c->busy && c->close_after) { conn_close(l, c); return -1; }
  return 0;
}

static void set_out(Conn *c, Buf *b) { c->out = b->p; c->out_len = b->len; c->out_off = 0; }
static void own_resp(Conn *c, int st, const char *reason, const char *extra, const char *body) {
  mk_resp(&c->own, st, reason, extra, body, strlen(body)); set_out(c, &c->own);
}

/* parse as many requests as possible; -1: closed */
static int conn_parse(Loop *l, Conn *c) {
  while (!c->busy && c->in.len > c->in_off) {
    char *h = c->in.p + c->in_off, *lim = c->in.p + c->in.len;
    char *he = memmem(h, lim - h, "\r\n\r\n", 4);
    if (!he) { if (lim - h > 65536) { conn_close(l, c); return -1; } break; }
    char *body = he + 4; size_t blen = 0, used;
    const char *v;
    char save;
    he += 2; save = *he; *he = 0; /* terminate headers */
    v = hdr(h, he, "content-length");
    const char *te = v ? NULL : hdr(h, he, "transfer-encoding");
    if (v) blen = strtoul(v, NULL, 10);
    used = blen;
    if (te && !strncasecmp(te, "chunked", 7)) { /* decode in place */
      char *p = body, *w = body; int done = 0;
      char *tmp = NULL;
      for (;;) {
        char *e = memmem(p, lim - p, "\r\n", 2); if (!e) break;
        size_t n = strtoul(p, NULL, 16);
        if ((size_t) (lim - e) < n + 4) break;
        if (!n) { done = 1; p = e + 4; break; }
        p = e + 2 + n + 2;
      }
      if (!done) { *he = save; break; }
      used = p - body; (void) tmp;
      for (p = body;;) { char *e = strstr(p, "\r\n"); size_t n = strtoul(p, NULL, 16); if (!n) break;
        memmove(w, e + 2, n); w += n; p = e + 2 + n + 2; }
      blen = w - body;
    } else if ((size_t) (lim - body) < blen) {
      if ((v = hdr(h, he, "expect")) && !strncasecmp(v, "100-", 4) && lim == body)
        (void) !send(c->fd, "HTTP/1.1 100 Continue\r\n\r\n", 25, MSG_NOSIGNAL);
      *he = save; break;
    }
    /* ---- full request */
    double lat = opt_latency_ms, fr = opt_fail_rate; c->ch_ms = opt_chunk_ms; c->ch_n = opt_chunks; int status = 0, drop = 0, tools = 0;
    for (const char *x = h; (x = strcasestr(x, "\r\nx-mock-")); x++) {
      const char *k = x + 9, *val = strchr(k, ':'); if (!val) break; val++;
      double d = atof(val);
      if (!strncasecmp(k, "latency-ms", 10)) lat = d;
      else if (!strncasecmp(k, "chunk-ms", 8)) c->ch_ms = d;
      else if (!strncasecmp(k, "chunks", 6)) c->ch_n = d > 0 ? (int) d : 0;
      else if (!strncasecmp(k, "status", 6)) status = (int) d;
      else if (!strncasecmp(k, "drop", 4)) drop = (int) d;
      else if (!strncasecmp(k, "tools", 5)) tools = (int) d;
      else if (!strncasecmp(k, "fail-rate", 9)) fr = d;
    }
    c->close_after = (v = hdr(h, he, "connection")) && !strncasecmp(v, "close", 5);
    char bsave = body[used]; body[blen] = 0; /* buf always has 1 spare byte; restored below */
    c->busy = 1; c->kind = R_FIXED; st_reqs++;
    uint64_t inf = ++st_inflight; if (inf > st_peak) st_peak = inf;
    l->rng = l->rng * 1103515245u + 12345u;
    if (!status && fr > 0 && (l->rng >> 8 & 0xffff) < fr * 65536) status = 429;
    if (drop == 1) { conn_close(l, c); return -1; }
    if (status && status != 200) {
      st_err++;
      own_resp(c, status, status == 429 ? "Too Many Requests" : status == 401 ? "Unauthorized" : "Error",
               status == 429 ? "Retry-After: 1\r\nretry-after-ms: 5\r\n" : "",
               status == 429 ? "{\"error\":{\"message\":\"Rate limit reached\",\"type\":\"requests\",\"param\":null,\"code\":\"rate_limit_exceeded\"}}"
                             : "{\"error\":{\"message\":\"mock error\",\"type\":\"server_error\",\"param\":null,\"code\":null}}");
    } else if (!strncmp(h, "POST /v1/chat/completions", 25)) {
      if (truthy(body, "\"stream\"")) {
        st_sse++;
        c->usage = truthy(body, "\"include_usage\"");
        if (c->ch_ms <= 0 && c->ch_n == opt_chunks && !c->usage) set_out(c, &sse_all);
        else { c->kind = R_SSE; c->ch_i = 0; c->head_sent = 0; }
      } else if (tools && !strstr(body, "\"tool_call_id\"")) set_out(c, &chat_tool);
      else set_out(c, &chat_ok);
    } else if (!strncmp(h, "POST /v1/embeddings", 19)) {
      int n = count_inputs(body), k = strstr(body, "\"base64\"") != NULL; st_emb++;
      if (n == 1) { if (!l->emb[k].p) mk_embeddings(&l->emb[k], 1, k); set_out(c, &l->emb[k]); }
      else { mk_embeddings(&c->own, n, k); set_out(c, &c->own); }
    } else if (!strncmp(h, "GET /v1/models", 14))
      own_resp(c, 200, "OK", "", "{\"object\":\"list\",\"data\":[{\"id\":\"gpt-4o-mini\",\"object\":\"model\",\"created\":1700000000,\"owned_by\":\"mock\"}]}");
    else if (!strncmp(h, "GET /stats", 10)) {
      char t[512];
      snprintf(t, sizeof t, "{\"connections\":%lu,\"open\":%lu,\"requests\":%lu,\"sse\":%lu,\"embeddings\":%lu,\"errors\":%lu,\"peak_inflight\":%lu}",
               st_conns, st_open, st_reqs, st_sse, st_emb, st_err, st_peak);
      own_resp(c, 200, "OK", "", t); lat = 0;
    } else own_resp(c, 404, "Not Found", "", "{\"error\":{\"message\":\"no such route\",\"type\":\"invalid_request_error\",\"param\":null,\"code\":null}}");
    *he = save; body[blen] = 0; body[used] = bsave;
    c->in_off = (body + used) - c->in.p;
    if (c->in_off == c->in.len) c->in_off = c->in.len = 0;
    if (drop == 2) c->close_after = 1, c->out_len /= 2; /* truncated response */
    if (lat > 0) timer_add(l, c, now_ns() + (uint64_t) (lat * 1e6));
    else if (conn_step(l, c) < 0) return -1;
  }
  if (c->in_off) { memmove(c->in.p, c->in.p + c->in_off, c->in.len - c->in_off); c->in.len -= c->in_off; c->in_off = 0; }
  return 0;
}

static void *loop_run(void *arg) {
  Loop L = { 0 }, *l = &L; l->rng = 12345; (void) arg;
  l->ep = epoll_create1(0);
  l->lfd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  int one = 1; setsockopt(l->lfd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one); setsockopt(l->lfd, SOL_SOCKET, SO_REUSEPORT, &one, sizeof one);
  struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(opt_port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
  if (bind(l->lfd, (void *) &a, sizeof a) || listen(l->lfd, opt_backlog)) { perror("bind/listen"); exit(1); }
  struct epoll_event le = { EPOLLIN, { .ptr = NULL } }; epoll_ctl(l->ep, EPOLL_CTL_ADD, l->lfd, &le);
  struct epoll_event ev[512];
  static _Thread_local char rb[65536];
  for (;;) {
    struct timespec ts, *tp = NULL;
    if (l->hn) { uint64_t n = now_ns(), d = l->heap[0]->due > n ? l->heap[0]->due - n : 0; ts = (struct timespec) { d / 1000000000, d % 1000000000 }; tp = &ts; }
    int n = epoll_pwait2(l->ep, ev, 512, tp, NULL);
    if (n < 0 && errno != EINTR) { perror("epoll"); exit(1); }
    for (int i = 0; i < n; i++) {
      Conn *c = ev[i].data.ptr;
      if (!c) {
        for (int fd; (fd = accept4(l->lfd, NULL, NULL, SOCK_NONBLOCK)) >= 0;) {
          setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
          c = calloc(1, sizeof *c); c->fd = fd; c->heap_i = -1;
          struct epoll_event e = { EPOLLIN, { .ptr = c } }; epoll_ctl(l->ep, EPOLL_CTL_ADD, fd, &e);
          st_conns++; st_open++;
        }
        continue;
      }
      if (ev[i].events & EPOLLOUT) {
        if (conn_step(l, c) < 0) continue;
        if (!c->busy && conn_parse(l, c) < 0) continue;
      }
      if (ev[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR)) {
        ssize_t r = recv(c->fd, rb, sizeof rb, 0);
        if (r == 0 || (r < 0 && errno != EAGAIN && errno != EINTR)) { conn_close(l, c); continue; }
        if (r > 0) { buf_add(&c->in, rb, r); if (!c->busy) conn_parse(l, c); }
      }
    }
    if (l->hn) {
      uint64_t t = now_ns();
      while (l->hn && l->heap[0]->due <= t) {
        Conn *c = l->heap[0]; timer_del(l, c);
        if (conn_step(l, c) == 0 && !c->busy) conn_parse(l, c);
      }
    }
  }
  return NULL;
}

int main(int argc, char **argv) {
  const char *e;
  if ((e = getenv("MOCK_PORT"))) opt_port = atoi(e);
  if ((e = getenv("MOCK_LATENCY_MS"))) opt_latency_ms = atof(e);
  if ((e = getenv("MOCK_CHUNK_MS"))) opt_chunk_ms = atof(e);
  if ((e = getenv("MOCK_FAIL_RATE"))) opt_fail_rate = atof(e);
  for (int o; (o = getopt(argc, argv, "p:t:l:c:n:d:f:h")) != -1;) switch (o) {
    case 'p': opt_port = atoi(optarg); break;
    case 't': opt_threads = atoi(optarg); break;
    case 'l': opt_latency_ms = atof(optarg); break;
    case 'c': opt_chunk_ms = atof(optarg); break;
    case 'n': opt_chunks = atoi(optarg); break;
    case 'd': opt_dims = atoi(optarg); break;
    case 'f': opt_fail_rate = atof(optarg); break;
    default: fprintf(stderr, "usage: mockllm [-p port] [-t threads] [-l latency_ms] [-c sse_chunk_ms] [-n sse_chunks] [-d dims] [-f fail_rate]\n"); return 2;
  }
  signal(SIGPIPE, SIG_IGN);
  prepare();
  fprintf(stderr, "mockllm: listening on 127.0.0.1:%d threads=%d latency=%gms chunks=%d chunk-ms=%g dims=%d\n",
          opt_port, opt_threads, opt_latency_ms, opt_chunks, opt_chunk_ms, opt_dims);
  for (int i = 1; i < opt_threads; i++) { pthread_t t; pthread_create(&t, NULL, loop_run, NULL); }
  loop_run(NULL);
}
