/*
 * Actions in backends, from the screen: one is chosen, its fields are asked
 * for, it is read once more in words, sent once, and what became of it is
 * told wherever the agent is by then.
 */
#ifndef UI_ACT_H
#define UI_ACT_H

#include <dossier/desk/act.h>

#include <dossier/store/draft.h>

#include "customer_view.h"

/* The list of what is offered about the customer and the chosen row. */
void act_choose(struct customer_view *cv);
#define OFFERS_MOST 100
struct view *act_view_new(struct customer_view *of);        /* NULL: nothing is offered */
/* Asks for its fields; the row that is chosen now is what it is about. */
void act_start(struct customer_view *cv, const struct act_offer *offer);
/* act_money.c: what is left of the row with that id, less than nothing where only its currency is known; false: nothing may be told. */
bool act_money(struct customer_view *cv, const char *backend, struct str id, struct money *left);
/* No more than what is left may go back. */
bool act_money_ends(const struct plan_ask_field *field, struct money left);
/* The number of what was typed with the order's own currency, "20 GBP" or "£20". */
struct str act_money_bare(struct str text, struct money left);
/* False with a sentence: another currency was typed beside the number; it is more than is left. */
bool act_money_alone(const struct plan_ask_field *field, struct str text, struct money left, struct err *err);
bool act_money_fits(const struct plan_ask_field *field, struct str text, struct money left, struct err *err);
/* A draft of an action, from their list; false: it is none, or it is not offered any more. */
bool act_resume(struct customer_view *cv, const struct draft_kept *kept);
/* The view goes: what is only being typed ends as a draft, what was sent goes on. */
void acts_forget(struct customer_view *cv);
/* Part of the end of ui: what is still under way then is not waited for. */
void acts_release(struct ui *ui);
bool acts_sent(const struct ui *ui);

#endif
