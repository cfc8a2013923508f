/* What templates and mappings see in the fuzz targets: settings, an agent, a record, a clock that stands still. */
#ifndef TESTS_FUZZ_WORLD_H
#define TESTS_FUZZ_WORLD_H

#include <dossier/backend/map.h>
#include <dossier/base/clock.h>

/* Of the setting "token": nothing that an input would spell by chance. */
#define WORLD_SECRET "zq9-h4kw-77xv-j2mp-5r8t"

struct world {
	struct clock_fake clock;
	struct scope_house house;
	struct vars vars;
	struct arena *arena;
	struct record *record;
	struct scope outer, scope;
	bool used;
};

void world_init(struct world *world);
void world_release(struct world *world);
/* The reply (taken) as root and as the element of both scopes. */
void world_reply(struct world *world, struct json_object *reply);
/* All that a plan makes of an element: its rows, nested ones too, its record, its matches. */
void world_map(struct world *world, const struct plan *plan, struct json_object *element);

#endif
