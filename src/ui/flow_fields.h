/*
 * What a form asks for an operation: a field of the form for each of its own,
 * with what the house has to choose from.
 */
#ifndef UI_FLOW_FIELDS_H
#define UI_FLOW_FIELDS_H

#include <dossier/desk/casework.h>

#include "form.h"

#define FLOW_FIELDS_MOST 16

/* How many; both arrays have FLOW_FIELDS_MOST, and the lists in choices are the caller's to free. */
size_t flow_fields(struct ui *ui, const struct operation *op, struct form_field *fields, struct str **choices);
/* It is marked by number while another field is asked for. */
bool flow_marks(const struct operation *op, const char *field);
/* Of the contacts that a new case is offered: how many, their keys and what is shown of each, in arena. */
size_t flow_ticks(struct ui *ui, const struct casework *work, const struct present *present, struct arena *arena, struct str **choices, struct str **labels);
/* The whole brief that goes along with a hand-off. Closed: what was filled in, and not typed, is named only. */
void flow_brief(const struct op_values *values, const struct form *form, bool closed, struct buf *out);

#endif
