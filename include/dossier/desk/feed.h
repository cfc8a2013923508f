/*
 * Feeds: where the backend that maps rows of files and the store that keeps
 * them come together.
 */
#ifndef DOSSIER_DESK_FEED_H
#define DOSSIER_DESK_FEED_H

#include <dossier/desk/desk.h>

/* What a backend of this desk asks for its kept rows; answers with an error where no store is open. */
struct feed_source desk_feed_source(struct desk *desk);

struct feed_loaded {
	struct feed_counts counts;      /* rows told, passed over, dropped with a finding */
	size_t stored, same;            /* new or changed; as they were */
	bool whole;                     /* all of the file was read */
	struct err err;                 /* the store refused: what was stored before stays, a repeat goes on */
};
/* Keeps the rows of a file, running the loop meanwhile. dry: reads it and keeps nothing. */
void desk_feed_load(struct desk *desk, struct desk_backend *feed, struct str bytes, const char *file, bool dry, struct diags *diags,
		    struct feed_loaded *loaded);

#endif
