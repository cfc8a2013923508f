/*
 * The brief and its kin in words, the same on every face. What was read from
 * outside is in them as it came: a face makes the whole safe. Each appends to
 * out; nothing known reads "not stated" or "nothing", never a blank.
 */
#ifndef DOSSIER_DESK_TELL_H
#define DOSSIER_DESK_TELL_H

#include <dossier/base/buf.h>
#include <dossier/model/brief.h>
#include <dossier/model/mask.h>
#include <dossier/model/misfit.h>
#include <dossier/model/verify.h>

struct desk;
struct json_object;
struct json_parser;
struct tell {
	int64_t now;
	const struct zone *zone;
	const struct mask *mask;        /* NULL: nothing is closed */
	const struct desk *desk;        /* of whoever reads entries; NULL: there are none in it */
	bool ascii;                     /* x and - instead of signs outside ASCII */
	bool wide;                      /* there is room for more than the least */
};

/* A time of day when it is today, else the day with it: "14:00", "tomorrow 09:00", "19 Nov 16:20". */
void tell_time(const struct tell *tell, int64_t at, struct buf *out);
/* The same with "today" said. */
void tell_due(const struct tell *tell, int64_t at, struct buf *out);
/* "3 min", "1 h 19 min", "9 d"; wide: "9 days". */
void tell_span(const struct tell *tell, int64_t ms, struct buf *out);

void tell_wants(const struct tell *tell, const struct brief *brief, struct buf *out);
/* Which case that is: "case 1/2 - K7F2 - ana - 9 d"; nothing without one. */
void tell_of(const struct tell *tell, const struct brief *brief, const struct cases *cases, struct buf *out);
void tell_tried(const struct tell *tell, const struct brief *brief, struct buf *out);
void tell_promised(const struct tell *tell, const struct brief *brief, struct buf *out);
/* "12 contacts 4 channels 3 transfers". */
void tell_effort(const struct tell *tell, const struct brief *brief, struct buf *out);
/* The rest of it: days, repeats, cost beside lifetime value; nothing where there is none. */
void tell_cost(const struct tell *tell, const struct brief *brief, struct buf *out);
void tell_next(const struct tell *tell, const struct brief *brief, struct buf *out);
/* Whose it is and when: "hand-off, raj 12:38"; nothing without one. */
void tell_next_by(const struct tell *tell, const struct brief *brief, struct buf *out);
/* One promise: "call back today 14:00, ana". */
void tell_promise(const struct tell *tell, const struct promise *promise, struct buf *out);
/* What another contact showed: "code 12:09 here: v v" where it may be carried on, else "last: code 12:09". */
void tell_verified_before(const struct tell *tell, const struct verified *last, bool carries, struct buf *out);
/* What does not fit, in a sentence: "the appointment of 24 Nov 10:00 stands, but order 1409 was cancelled on 22 Nov 09:10". */
void tell_misfit(const struct tell *tell, const struct misfit *misfit, struct buf *out);
/* "NOT VERIFIED", or "verified by code 12:09, level 3". */
void tell_verified(const struct tell *tell, const struct verified *verified, struct buf *out);

/* What an entry did, in at most 15 columns: "handed off"; a newer program's by its word. */
void tell_entry_kind(const struct entry *entry, struct buf *out);
/* Why its words are not told to this agent, or not now; NULL: they are. */
const char *tell_entry_closed(const struct tell *tell, const struct entry *entry);
/* One field of what is open is closed by its own name: a number by "contact.number" or "identity.tel". */
bool tell_entry_hides(const struct tell *tell, const struct entry *entry, const struct entry_field *field, struct json_object *value);
/* Its words for people, without ids: "to billing, send it, for rights"; or why they are closed. */
void tell_entry_words(const struct tell *tell, const struct entry *entry, struct json_parser *parser, struct buf *out);
/* One field's value: a time as tell_due has it, an amount with its currency, an id by its short code, a row by its key. */
void tell_entry_value(const struct tell *tell, const struct entry_field *field, struct json_object *value, struct buf *out);

#endif
