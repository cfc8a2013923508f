/*
 * The text face: what people read at a shell. Everything from outside goes
 * through text_safe, and untrusted text stands last in its row.
 */
#ifndef CLI_TEXT_H
#define CLI_TEXT_H

#include "people.h"

/* Candidates, or the one customer found, with what matched where. */
void text_candidates(struct out *out, struct people *people, const char *who);
/* What the found elements themselves were: the order of order:4. */
void text_found(struct out *out, struct people *people);
/* Whose timeline it is, and whether that is sure. */
void text_heading(struct out *out, struct people *people);
/* What the customer wants, what was tried and promised, what is next, and what it cost. */
void text_brief(struct out *out, struct people *people);
/* The head of a customer: name, records, identities, what is known. */
void text_profile(struct out *out, struct people *people);
/* Rows that the filter keeps, newest first, up to people->newest; with their text below when full. Returns how many. */
size_t text_timeline(struct out *out, struct people *people, const struct timeline_filter *filter, bool full);
/* One row of the customer's timeline with all that it says. */
void text_row(struct out *out, struct people *people, const struct timeline_row *row);
/* Untrusted text, its lines kept and wrapped, each behind indent spaces. */
void text_paragraphs(struct out *out, struct str text, size_t indent);
/* A safe text from column at on; on a terminal it is wrapped behind indent spaces. Ends the line. */
void text_wrap(struct out *out, struct str safe, size_t at, size_t indent);

#endif
