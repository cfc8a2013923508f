/*
 * A record: what one backend says of one of its customers, and why it was
 * found. Its strings live in the arena it was made in; its lists grow only
 * through the functions below, always with that same arena.
 */
#ifndef DOSSIER_MODEL_RECORD_H
#define DOSSIER_MODEL_RECORD_H

#include <stdint.h>

#include <dossier/base/money.h>
#include <dossier/base/when.h>
#include <dossier/model/identity.h>

struct address {
	struct str label;               /* "shipping", "home" */
	struct str lines[3], city, region, postcode, country;
};

struct record_id {
	struct identity id;
	struct str field;               /* the pointer it stood at, for "matched mobile phone" */
	struct str stored;              /* as the backend wrote it */
};

/* Why this record came back: the identity asked for, and where it stood. */
struct record_match {
	struct identity asked;
	struct str field;
	struct str stored;
};

struct record {
	struct str backend, id;         /* rec:backend/id, both set */
	bool guest;                     /* known to be without an account */
	bool reference_only;            /* made from an order or ticket alone: name and address come from that */
	struct str *names;              /* the first is shown; former and second names follow */
	size_t n_names;
	struct record_id *ids;          /* personal and shared identities that it holds */
	size_t n_ids;
	struct record_match *matches;
	size_t n_matches;
	struct address *addresses;
	size_t n_addresses;
	struct str tier, channel, consent, language, note, web;
	bool do_not_contact;
	int64_t since;                  /* WHEN_NONE */
	struct money lifetime;
	/*
	 * What else a pull may need of this record, named by the connector
	 * (keep:), such as a login name: pairs of name and text.
	 */
	struct record_extra { struct str name, value; } *extras;
	size_t n_extras;
};

/* The most of each list that is kept: a backend that sends more is broken or hostile. */
#define RECORD_MOST 200

struct record *record_new(struct arena *arena, struct str backend, struct str id);
void record_add_name(struct arena *arena, struct record *record, struct str name);      /* empty and repeated ones are left out */
void record_add_id(struct arena *arena, struct record *record, const struct identity *id, struct str field, struct str stored);
void record_add_match(struct arena *arena, struct record *record, const struct identity *asked, struct str field, struct str stored);
void record_add_extra(struct arena *arena, struct record *record, struct str name, struct str value);
/*
 * Where something stood, in words for people: "/shipping_address/phone" reads
 * "shipping address phone", "</first_name> </last_name>" "first name last name".
 */
void record_field_words(struct str field, struct buf *out);
struct str record_extra(const struct record *record, const char *name);
void record_identity(const struct record *record, struct identity *out);    /* its rec: */
void record_add_address(struct arena *arena, struct record *record, const struct address *address);  /* copied; empty and repeated ones are left out */
struct record *record_copy(struct arena *arena, const struct record *record);

#endif
