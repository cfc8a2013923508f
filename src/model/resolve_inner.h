/*
 * Parts of the resolver. resolve.c keeps facts and questions; each time facts
 * changed, all that follows from them is worked out anew, so nothing can
 * depend on their order: resolve_join.c builds edges between nodes,
 * resolve_apart.c takes away those that must not stand, resolve_show.c says
 * what a face is told.
 */
#ifndef DOSSIER_MODEL_RESOLVE_INNER_H
#define DOSSIER_MODEL_RESOLVE_INNER_H

#include <dossier/model/resolve.h>

#include <dossier/model/intern.h>

#define NOBODY UINT32_MAX

/* A record or a person. */
struct node {
	struct str backend, id;         /* backend is absent for a person */
	const struct record **versions; /* a record as each answer told it */
	size_t n_versions, cap_versions;
	struct identity *holds;         /* a person's */
	size_t n_holds, cap_holds;
	/* worked out: */
	const struct record *record;    /* all versions in one; NULL for a person */
	uint32_t place;                 /* among the nodes in their own order */
	const struct str *names;
	size_t n_names;
};

struct pair {
	struct str a, b;                /* persons */
	struct identity *shared;
	size_t n_shared;
};

struct question {
	struct str backend;
	struct identity id;
	unsigned round;
	bool handed, answered, failed;
};

struct asked_backend { struct str name; unsigned types, more; };

struct resolve {
	struct arena *facts;
	struct who who;
	char *country;
	struct asked_backend *backends;
	size_t n_backends, cap_backends;
	struct node **nodes;
	size_t n_nodes, cap_nodes;
	struct intern node_keys;        /* its numbers are places in nodes */
	struct pair *links, *forbidden;
	size_t n_links, cap_links, n_forbidden, cap_forbidden;
	struct question *questions;
	size_t n_questions, cap_questions;
	struct intern question_keys;    /* its numbers are places in questions */
	bool started;                   /* what was typed has become questions */
	bool open;                      /* an identity of the facts may become a question */
	struct settled *settled;        /* NULL: facts have changed */
};

/* An identity that can join, and who holds it. */
struct held {
	struct identity id;
	uint32_t *nodes;                /* heap */
	size_t n, cap;
	bool shared;                    /* a forbidden pair holds it, or too many do */
};

enum edge_kind {
	EDGE_LINK,      /* two persons linked */
	EDGE_HELD,      /* a person holds this record */
	EDGE_SAME,      /* one personal identity */
};

struct edge {
	uint32_t a, b;
	enum edge_kind kind;
	uint32_t held;                  /* of EDGE_HELD and EDGE_SAME */
	bool dropped;
};

struct settled {
	struct arena *arena;
	struct resolve *resolve;
	struct node **nodes;            /* in their own order: records by backend and id, then persons */
	size_t n, n_records;
	struct held *held;
	size_t n_held, cap_held;
	struct intern held_keys;
	struct edge *edges;
	size_t n_edges, cap_edges;
	uint32_t *group;                /* of each node: the place of its first member */
	/*
	 * The same by links alone, and by that first place every name of those
	 * whom links make one: the former and second names of each other.
	 */
	uint32_t *strong;
	struct str **names;
	size_t *n_names;
	struct str *notes;
	size_t n_notes, cap_notes;
	struct group *groups;           /* only those to show */
	struct resolve_result result;
};

/* The key of an identity in an intern table, after what is in key already. */
void identity_key(struct buf *key, const struct identity *id);
bool identity_exact(const struct identity *a, const struct identity *b);
const struct question *resolve_question_find(const struct resolve *resolve, struct str backend, const struct identity *id);
struct node *resolve_node_find(const struct resolve *resolve, struct str backend, struct str id);

/* All versions of a record in one, whatever order they came in; in arena where it had to be made. */
const struct record *record_merge(struct arena *arena, const struct record **versions, size_t n);

void settled_note(struct settled *settled, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Groups by the edges that stand, of the kinds with a bit in "kinds". */
void settled_groups(const struct settled *settled, unsigned kinds, uint32_t *group);
void settled_join(struct settled *settled);
void settled_apart(struct settled *settled);
void settled_show(struct settled *settled);
/* Any name of one agrees with any of the other; no name agrees with all. */
bool names_may_be_one(const struct str *a, size_t na, const struct str *b, size_t nb);
/* The same of all names of two groups by links, named by their first places. */
bool settled_may_be_one(const struct settled *settled, uint32_t a, uint32_t b);
/* The class of an identity, where a personal one that must not join counts as shared. */
enum id_class settled_class(const struct settled *settled, const struct identity *id);

#endif
