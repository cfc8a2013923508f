/*
 * What a field of an action offers by number: rows to pick from, choices, and
 * what is known of the customer.
 */
#ifndef UI_ACT_OFFERED_H
#define UI_ACT_OFFERED_H

#include "act.h"

#define ACT_OFFERED_MOST 9      /* a digit each */

/* What is read, and what it stands for; in the arena. */
struct act_offered { struct str words[ACT_OFFERED_MOST], values[ACT_OFFERED_MOST]; size_t n; };

void act_offered_init(struct act_offered *offered, struct customer_view *cv, const char *backend, const struct plan_ask_field *field, struct arena *arena);

#endif
