/*
 * What templates and mappings see in tests: a reply's element, settings, an
 * agent, a record, and a clock that stands still.
 */
#ifndef TESTS_BACKEND_SCOPE_H
#define TESTS_BACKEND_SCOPE_H

#include <dossier/backend/map.h>
#include <dossier/base/clock.h>

struct world {
	struct clock_fake clock;
	struct scope_house house;
	struct vars vars;
	struct arena *arena;
	struct record *record;
	struct scope outer, scope;
	bool used;
	char notes[4096];
};

void world_init(struct world *world);
void world_release(struct world *world);
void world_element(struct world *world, const char *json);      /* of the scope */
void world_outer(struct world *world, const char *json);        /* of the scope above it */
void world_root(struct world *world, const char *json);
/* Notes gathered so far, one a line. */
struct map_notes world_notes(struct world *world);

/* A whole connector around some lines of a pull's block (indented by four), or NULL with a failed test. */
struct plan *plan_of(const char *lines);
struct json_object *json_of(const char *text);

#endif
