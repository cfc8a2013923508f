/*
 * A connector as its author describes it by the vendor's reference, and the
 * file that becomes of it, with a comment wherever something may be added.
 */
#ifndef CLI_CONNECTOR_DRAFT_H
#define CLI_CONNECTOR_DRAFT_H

#include <dossier/base/buf.h>
#include <dossier/model/identity.h>
#include <dossier/model/interaction.h>

enum draft_auth { DRAFT_BEARER, DRAFT_BASIC, DRAFT_HEADER, DRAFT_OPEN, DRAFT_AUTH_COUNT };

struct draft_find {
	enum id_type by;
	char *path;                     /* "/users?email=<value>" */
	char *match;                    /* pointer into a customer */
};

struct draft_pull {
	enum kind kind;
	char *name;                     /* "orders" */
	char *path;                     /* "/orders?customer=<record>", or by <value> where no customers are known */
	char *each, *id, *at, *title;   /* pointers; title may be empty */
	char *match;                    /* where the asked number stands; only without customers */
};

#define DRAFT_PULLS_MOST 16
struct connector_draft {
	char *name, *title;
	enum draft_auth auth;
	char *header;                   /* of DRAFT_HEADER */
	char *ping, *who;               /* path and pointer; empty: none */
	char *each, *id, *person;       /* a list of customers, and the pointers of one's id and name */
	struct draft_find finds[ID_TYPE_COUNT];
	size_t n_finds;                 /* 0: the system knows no customers, only numbers */
	struct draft_pull pulls[DRAFT_PULLS_MOST];
	size_t n_pulls;
};
void connector_draft_release(struct connector_draft *draft);
/* The whole file, in the words of dossier-connector(5). */
void connector_draft_write(const struct connector_draft *draft, struct buf *out);

#endif
