#include <dossier/base/text.h>

#include "timeline_inner.h"

#define AGENT_NAME_MAX 512

struct alias {
	char *alias, *name;     /* both folded */
};

struct timeline_agents {
	struct alias *items;
	size_t n, cap;
};

struct timeline_agents *timeline_agents_new(void)
{
	return mem_zalloc(sizeof(struct timeline_agents));
}

void timeline_agents_free(struct timeline_agents *agents)
{
	if (!agents)
		return;
	for (size_t i = 0; i < agents->n; i++) {
		free(agents->items[i].alias);
		free(agents->items[i].name);
	}
	free(agents->items);
	free(agents);
}

static const char *agents_find(const struct timeline_agents *agents, struct str folded)
{
	for (size_t i = 0; agents && i < agents->n; i++) {
		if (str_is(folded, agents->items[i].alias))
			return agents->items[i].name;
	}
	return NULL;
}

void timeline_agents_add(struct timeline_agents *agents, const char *name, const char *alias)
{
	struct buf from, to;

	buf_init(&from, AGENT_NAME_MAX);
	buf_init(&to, AGENT_NAME_MAX);
	timeline_agent_key(agents, str_of(alias), &from);
	timeline_agent_key(agents, str_of(name), &to);
	if (from.len && to.len && !str_eq(buf_str(&from), buf_str(&to))) {
		/* Whoever was the alias before is that agent too. */
		for (size_t i = 0; i < agents->n; i++) {
			if (str_is(buf_str(&from), agents->items[i].name)) {
				free(agents->items[i].name);
				agents->items[i].name = str_dup(buf_str(&to));
			}
		}
		MEM_ROOM(agents->items, agents->n, agents->cap);
		agents->items[agents->n++] = (struct alias){ str_dup(buf_str(&from)), str_dup(buf_str(&to)) };
	}
	buf_release(&from);
	buf_release(&to);
}

void timeline_agent_key(const struct timeline_agents *agents, struct str name, struct buf *out)
{
	const char *known;

	buf_reset(out);
	text_fold(out, str_trim(name));
	known = agents_find(agents, buf_str(out));
	if (known) {
		buf_reset(out);
		buf_adds(out, known);
	}
}
