/*
 * backend_find and backend_pull of a backend that is a feed.
 */
#ifndef DOSSIER_SRC_BACKEND_FEED_ASK_H
#define DOSSIER_SRC_BACKEND_FEED_ASK_H

#include "engine.h"

struct backend_call *feed_find(struct backend *backend, const struct identity *id, const struct backend_options *options,
			       const struct backend_sink *sink);
struct backend_call *feed_pull(struct backend *backend, const struct backend_subject *subject, const struct backend_options *options,
			       const struct backend_sink *sink);

#endif
