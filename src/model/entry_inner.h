/* Shared by the files that make, read and check entries. */
#ifndef DOSSIER_MODEL_ENTRY_INNER_H
#define DOSSIER_MODEL_ENTRY_INNER_H

#include <dossier/model/entry.h>

#define ENTRY_DEPTH 8   /* of data */
#define RULE_AUTHOR "rule"
#define STRIPPED "{\"redacted\":true"       /* how stripped data begins; no author can write that */

bool uuid_text(struct str text);                /* 36 characters, small letters */
char uuid_version(struct str uuid);
/* The envelope: ids, lengths, what the type needs. */
bool entry_check_envelope(const struct entry *entry, struct err *err);
/* data against the table of a known type; strict: unknown members are refused. */
bool entry_check_data(enum entry_type type, struct json_object *data, bool strict, struct err *err);
/*
 * A UUID that stands first in data, which is where entry_make puts a type's
 * first field: found without parsing. False: it may stand elsewhere.
 */
bool entry_uuid(const struct entry *entry, const char *name, struct str *out);
const struct entry_field *entry_field_find(enum entry_type type, const char *name);

#endif
