/* Shared by the files that make the brief. */
#ifndef DOSSIER_MODEL_BRIEF_INNER_H
#define DOSSIER_MODEL_BRIEF_INNER_H

#include <dossier/model/brief.h>

/* A row that counts, oldest first, with all that is counted of it: a hundred thousand rows are looked into once. */
struct touch {
	const struct timeline_row *row;
	const struct contact *contact;  /* the store's, or NULL */
	int64_t at, end;
	bool contact_row;               /* a contact; else an action or what a connector says was done */
	bool inbound;
	bool back;                      /* an inbound contact came within the window after it */
	bool live;                      /* nobody has ended it: what is being done was not tried yet */
	bool said;                      /* a backend says what was done */
	bool visit;
	bool handled;                   /* somebody of ours took part; a message that waits for an answer says nothing about what was tried */
	unsigned channels, transfers;   /* of a contact, as is handling; channels: a bit each */
	int64_t handling;               /* ms */
};

struct touches {
	struct touch *items;
	size_t n, cap;
	const struct timeline_row **refunds;    /* whether they count or not, newest first */
	size_t n_refunds, cap_refunds;
};

/* False without a time, or with one that no calendar has: such rows are shown but not reckoned with. */
static inline bool row_dated(const struct timeline_row *row)
{
	const int64_t most = INT64_C(1) << 53;

	return row->head->at > -most && row->head->at < most;
}
/* True when a row is of a contact: somebody dealt with the customer, or the customer spoke. */
bool row_is_contact(const struct timeline_row *row);
const struct contact *row_contact(const struct cases *cases, const struct timeline_row *row);
struct touches brief_touches(const struct brief_in *in);
void effort_of(const struct brief_in *in, struct touch *touch);
bool is_refund(const struct interaction *it);
/* The case that the row belongs to, absent when it is loose. */
struct str row_case(const struct brief_in *in, const struct timeline_row *row);
void brief_tried(struct brief *brief, const struct touches *touches, const struct brief_in *in);
void brief_effort(struct brief *brief, const struct touches *touches, const struct brief_in *in);

#endif
