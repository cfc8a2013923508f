/*
 * What a face needs around a backend's action: may I, what was typed as a
 * typed field, and the memory of ids, so that a repeat does nothing.
 */
#ifndef DOSSIER_DESK_ACT_H
#define DOSSIER_DESK_ACT_H

#include <dossier/desk/desk.h>

const struct plan_action *act_find(const struct plan *plan, const char *name);
const struct plan_ask_field *act_field(const struct plan_action *action, struct str name);
/* A house without agents has no roles to check. False with ERR_REFUSED. */
bool act_allowed(const struct house *house, const struct plan_action *action, struct err *err);
/* One field as the action wants it: NULL with ERR_USAGE naming the field and what would be right. */
struct json_object *act_value(const struct desk *desk, const struct plan_ask_field *field, struct str text, struct err *err);
/* "money", "text", "one of General, Billing", "the id of one of tickets" */
void act_field_kind(const struct plan_ask_field *field, struct buf *out);

/*
 * Ids of actions, each a small file in the user's state folder. An id is
 * taken before anything is sent; whoever finds it taken sends nothing.
 */
enum act_once {
	ACT_ONCE_MINE,                  /* it is new, and now mine */
	ACT_ONCE_DONE,                  /* it was done before */
	ACT_ONCE_OPEN,                  /* it was begun, and nobody knows how it ended */
	ACT_ONCE_REFUSED,               /* err: no UUID, another action's, or the folder cannot be written */
};
/* words: what is to be done, without line ends. */
enum act_once act_once_begin(const char *id, const char *words, const struct clock *clock, int64_t *since, struct err *err);
/* done: remembered for good. Not sent: forgotten, the id may be used again. Unknown: stays begun. */
void act_once_end(const char *id, enum backend_outcome outcome);

#endif
