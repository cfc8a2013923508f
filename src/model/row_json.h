/* Shared by the two files that write and read rows as JSON: where each text stands. */
#ifndef DOSSIER_MODEL_ROW_JSON_INNER_H
#define DOSSIER_MODEL_ROW_JSON_INNER_H

#include <dossier/model/row_json.h>

struct text_member { const char *name; size_t at; };
#define TEXT_AT(type, member, name) { name, offsetof(struct type, member) }

/* Ended by a NULL name. */
extern const struct text_member interaction_texts[], line_texts[], attachment_texts[], refs_texts[], record_texts[], address_texts[],
	id_texts[];

static inline struct str *text_at(void *thing, const struct text_member *member)
{
	return (struct str *)(void *)((char *)thing + member->at);
}

static inline struct str text_of(const void *thing, const struct text_member *member)
{
	return *(const struct str *)(const void *)((const char *)thing + member->at);
}

#endif
