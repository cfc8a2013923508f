/*
 * Who waits at one workstation, oldest first: announced on its socket, or left
 * in the case store. A call stands in it once, however often it is said; what
 * was opened, or is gone, does not come back by the store.
 */
#ifndef DOSSIER_DESK_POP_LIST_H
#define DOSSIER_DESK_POP_LIST_H

#include <dossier/desk/pop.h>

#define POPS_WAITING 32         /* more are for no one person: they are refused, or stay in the store */

struct pop_item {
	struct pop_list *list;
	struct pop pop;                 /* copies */
	struct arena *arena;
	struct timer *over;
	bool stored;                    /* the case store holds it */
	bool told;                      /* for a sink that tells each once */
	void *own;                      /* the sink's */
};
/* Called from the loop, or from pop_list_stored. */
struct pop_list_sink {
	/* A new one, at the end; or one that was said once more, differently perhaps: it has its place and its own. */
	void (*came)(void *arg, struct pop_item *item);
	/* Opened elsewhere, where says; with where absent, hung up. May be NULL. */
	void (*gone)(void *arg, struct pop_item *item, struct str where);
	/* It is freed, for whatever reason: so must own be. May be NULL. */
	void (*freed)(void *arg, struct pop_item *item);
	void *arg;
};
/* folder: NULL: the runtime folder. Where none can be listened in, pops come by the case store alone. */
struct pop_list *pop_list_new(struct desk *desk, const char *folder, const struct pop_list_sink *sink);
void pop_list_free(struct pop_list *list);
/* The desk's agent is another: what waited is put back to the store, or forgotten where it came by socket. */
void pop_list_forget(struct pop_list *list);
/* Those that the case store holds open come, and those go that it holds no more. */
void pop_list_stored(struct pop_list *list, struct entries *entries);

size_t pop_list_count(const struct pop_list *list);
struct pop_item *pop_list_at(const struct pop_list *list, size_t at);
/* By its id; NULL: it waits no more. */
struct pop_item *pop_list_find(const struct pop_list *list, struct str id);
/* Waits nowhere any more: the other workstations and the store are told. The caller's, for pop_item_free. */
struct pop_item *pop_list_open(struct pop_list *list, struct pop_item *item);
void pop_item_free(struct pop_item *item);

#endif
