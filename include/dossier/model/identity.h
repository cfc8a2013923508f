/*
 * Identities: one typed, normalised way to name a customer. The words are
 * those of the design: email:, tel:, x:, mastodon:, loyalty:, receipt:,
 * postcode:, order:, ticket:, reservation:, name:, rec:backend/id; and what only
the case store knows: contact:, case: (its id or its code), person:.
 */
#ifndef DOSSIER_MODEL_IDENTITY_H
#define DOSSIER_MODEL_IDENTITY_H

#include <stdbool.h>
#include <stddef.h>

#include <dossier/base/buf.h>
#include <dossier/base/err.h>
#include <dossier/base/mem.h>
#include <dossier/base/str.h>

enum id_class {
	ID_RECORD,      /* rec: and the backend's permanent id */
	ID_PERSONAL,    /* one human being: joins records */
	ID_SHARED,      /* a household may share it: never joins by itself */
	ID_REFERENCE,   /* order, ticket: resolved through its backend, never linked */
};

/* X(NAME, word, class) */
#define ID_TYPES(X) \
	X(REC, "rec", ID_RECORD) \
	X(EMAIL, "email", ID_PERSONAL) \
	X(LOYALTY, "loyalty", ID_PERSONAL) \
	X(ACCOUNT, "account", ID_PERSONAL) \
	X(TEL, "tel", ID_SHARED) \
	X(NAME, "name", ID_SHARED) \
	X(POSTCODE, "postcode", ID_SHARED) \
	X(X, "x", ID_SHARED) \
	X(MASTODON, "mastodon", ID_SHARED) \
	X(HANDLE, "handle", ID_SHARED) \
	X(CARD4, "card4", ID_SHARED) \
	X(ORDER, "order", ID_REFERENCE) \
	X(RECEIPT, "receipt", ID_REFERENCE) \
	X(TICKET, "ticket", ID_REFERENCE) \
	X(RESERVATION, "reservation", ID_REFERENCE) \
	X(TRACKING, "tracking", ID_REFERENCE) \
	X(ITEM, "item", ID_REFERENCE) \
	X(CONTACT, "contact", ID_REFERENCE) \
	X(CASE, "case", ID_REFERENCE) \
	X(PERSON, "person", ID_REFERENCE)

enum id_type {
#define X(name, word, class) ID_TYPE_##name,
	ID_TYPES(X)
#undef X
	ID_TYPE_COUNT
};

struct identity {
	enum id_type type;
	struct str backend;     /* for rec and account: the configured id of the backend; else absent */
	struct str value;       /* normalised; a telephone is E.164 where it can be read so, else its digits */
};

const char *identity_type_word(enum id_type type);
bool identity_type_parse(struct str word, enum id_type *type);
enum id_class identity_class(enum id_type type);

/*
 * Normalises a value of a known type into *out, its strings in arena.
 * country (ISO 3166 alpha-2, may be NULL) is for telephones without a country
 * code. False with a sentence when the value cannot be of that type.
 * email: domain to ASCII form and lower case (IDNA 2008), local part case
 * folded, NFC; name: NFC, spaces single; handles: with one leading @;
 * receipt, order, ticket: trimmed, a leading # off.
 */
bool identity_make(struct arena *arena, enum id_type type, struct str backend, struct str value,
		   const char *country, struct identity *out, struct err *err);

/* Reads the typed form "email:jane@example.com", "rec:shop/cus_01". False when there is no known type before the colon. */
bool identity_parse(struct arena *arena, struct str text, const char *country, struct identity *out, struct err *err);
void identity_print(const struct identity *id, struct buf *out);       /* the typed form */

/* Equal after normalisation; telephones by phone_same, names by equality under text_fold_plain. */
bool identity_same(const struct identity *a, const struct identity *b);
/* True when a value as a backend stores it (not normalised) is this identity; names: name_agrees. */
bool identity_matches(const struct identity *asked, struct str stored, const char *country);
struct identity identity_copy(struct arena *arena, const struct identity *id);

/*
 * Telephones. Country codes, trunk prefixes and international prefixes from a
 * small table, source: ITU-T E.164 list of codes and ITU dialling procedures.
 */
struct phone {
	char e164[20];          /* "+351912345678", or empty when the country is not known */
	char digits[24];        /* all digits as typed */
	char country[3];        /* alpha-2, or empty */
};
/* True for text that can be a telephone: 3 to 15 digits with the usual punctuation, nothing else ("ext 12" is cut off). */
bool phone_parse(struct str typed, const char *country, struct phone *out);
/* Both in E.164: equal. Else the last seven digits agree and so does all that stands before in the shorter. */
bool phone_same(const struct phone *a, const struct phone *b);
/*
 * e164 (nothing where that is not known), national (with its trunk prefix),
 * digits (E.164 without its plus), last:N, spread:C (C between all digits, which
 * are the national ones without trunk prefix). What cannot be formed is the
 * digits as typed. False for another word.
 */
bool phone_form(const struct phone *phone, struct str form, struct buf *out);
bool phone_country_known(const char *country);

/* Names. */
bool name_agrees(struct str a, struct str b);       /* DOMAIN "Names agree"; empty agrees with any */
bool name_is_empty(struct str text);                /* no word is left when titles and punctuation are gone */
/* Conflict: no name of a agrees with any name of b (former and second names are in the lists too). */
bool names_conflict(const struct str *a, size_t na, const struct str *b, size_t nb);

#endif
