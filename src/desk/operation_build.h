/*
 * Shared by the files that build operations: what each makes entries of.
 */
#ifndef DOSSIER_DESK_OPERATION_BUILD_H
#define DOSSIER_DESK_OPERATION_BUILD_H

#include <dossier/desk/casework.h>

op_build_fn op_note, op_next, op_case_open, op_case_set, op_case_close, op_case_reopen, op_case_own, op_case_hold, op_case_team,
	op_handoff_offer, op_handoff_claim, op_handoff_decline, op_promise_make, op_promise_keep, op_promise_assign, op_promise_release,
	op_promise_take, op_ask, op_answer, op_verify, op_contact_start, op_contact_end, op_contact_hangup, op_link, op_link_other,
	op_unlink, op_unlink_other, op_assign, op_attach, op_rows, op_notice, op_discrepancy, op_discrepancy_close, op_review, op_redact,
	op_erase, op_reveal, op_view, op_pop, op_action;

/* The entry that was asked for: it gets work->id. */
bool casework_main(struct casework *work, enum entry_type type, struct str person, struct str case_,
		   struct json_object *data, struct err *err);

bool casework_add_id(struct casework *work, enum entry_type type, struct str id, struct str person, struct str case_,
		     struct json_object *data, struct err *err);
/* Opens a case with all loose contacts, on the way to something else. */
bool casework_open(struct casework *work, struct str title, struct str *case_, struct err *err);

/* case_left.c: what a case that is solved now still waits for, in words, into work->left. */
void casework_left(struct casework *work, const struct case_state *state);
/* case_rows.c: into data, and into entries of their own, all that are loose; those of "rows", and what else is one event with a loose one. */
bool case_rows_loose(struct casework *work, struct json_object *data, struct str person, struct str case_, struct err *err);
bool case_rows_typed(struct casework *work, const struct op_values *values, struct json_object *data, struct str person, struct str case_, struct err *err);
/* When the case is undone: what it was opened with is loose again. */
bool case_rows_back(struct casework *work, const struct case_state *state, struct err *err);

/* Data of an entry. Each does nothing when there is no value. */
void data_text(struct json_object *data, const char *name, struct str text);
void data_when(struct json_object *data, const char *name, int64_t at);
void data_count(struct json_object *data, const char *name, int64_t n);
void data_bool(struct json_object *data, const char *name, bool is);
void data_money(struct json_object *data, const char *name, struct money money);
void data_identity(struct json_object *data, const char *name, const struct identity *id);
/* A list of texts, made when missing. */
void data_push(struct json_object *data, const char *name, struct str text);
void data_push_row(struct json_object *data, const char *name, struct str backend, struct str row, struct str id);
/* As the field's kind is; "as" is the member's name, NULL: the field's own. */
void data_from(struct json_object *data, const struct op_values *values, const char *field, const char *as);

int64_t casework_now(const struct casework *work);
uint64_t casework_ord(struct casework *work);
/* A copy in the arena; absent stays absent. */
struct str casework_copy(struct casework *work, struct str text);
struct str casework_uuid(struct casework *work);
struct str casework_author(const struct casework *work);
/* Parsed data of an entry; the caller's to put. */
struct json_object *casework_data(struct casework *work, const struct entry *entry);

/* The entry that item names, of the operation's type; NULL with a sentence. */
const struct entry *casework_item(struct casework *work, enum entry_type type, struct err *err);
/* By id or what it begins with, 4 letters or more, and one only. */
const struct entry *casework_find(struct casework *work, struct str typed, enum entry_type type, struct err *err);
/* Whom what is said of an entry goes to, and in which case it stands now. */
struct str casework_home(const struct casework *work, const struct entry *entry);
struct str casework_case_of(const struct casework *work, const struct entry *entry);

/* The case that "case" names, else the chosen one; absent for none. */
bool casework_case(struct casework *work, const struct op_values *values, struct str *case_, struct err *err);
/* The same for a contact: where none is named or chosen, the one that it is in, else the only one that is open; contact may be NULL. */
bool casework_case_of_contact(struct casework *work, const struct op_values *values, const struct contact *contact, struct str *case_, struct err *err);
/* The same where there must be one: else the only one that is open. NULL with a sentence. */
const struct case_state *casework_case_must(struct casework *work, const struct op_values *values, struct err *err);
/* Sets one field of a case; value absent: taken off. */
bool casework_set(struct casework *work, const struct case_state *state, const char *field, struct str value, struct str reason, struct err *err);

const struct promise *cases_promise(const struct cases *cases, struct str id);
const struct handoff *cases_handoff(const struct cases *cases, struct str id);

/* Links of everything that is known of a group to a person. */
bool casework_link_group(struct casework *work, const struct group *group, struct str person, struct err *err);
/* The person of any group: known to persons, or minted. */
bool casework_group_person(struct casework *work, const struct group *group, const struct persons *persons, struct str *person, struct err *err);

/* Naming every unlink of the two that is known. Nothing is added when they are linked. */
bool casework_link_persons(struct casework *work, struct str a, struct str b, const struct persons *persons, struct str evidence, struct err *err);

/* My live contact with an unknown caller who has a number of this customer's; absent: none. */
struct str casework_caller_contact(struct casework *work);

/* Says match or no match of what was typed with a field of the profile; *known false when nothing is on record. */
bool compare_field(const struct desk *desk, const struct profile *profile, struct str field, struct str typed, bool *known);

/* Reads as the team or role of this session. */
bool casework_is_lead(const struct casework *work);
bool casework_is_me(const struct casework *work, struct str agent);

#endif
