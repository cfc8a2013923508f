#include <dossier/model/identity.h>

#include <dossier/base/text.h>

#include "normal.h"

static const struct { const char *word; enum id_class class; } types[] = {
#define X(name, word, class) { word, class },
	ID_TYPES(X)
#undef X
};

const char *identity_type_word(enum id_type type)
{
	return types[type].word;
}

bool identity_type_parse(struct str word, enum id_type *type)
{
	int i;

	for (i = 0; i < ID_TYPE_COUNT; i++)
		if (str_caseis(word, types[i].word)) {
			*type = (enum id_type)i;
			return true;
		}
	return false;
}

enum id_class identity_class(enum id_type type)
{
	return types[type].class;
}

static bool has_backend(enum id_type type)
{
	return type == ID_TYPE_REC || type == ID_TYPE_ACCOUNT;
}

bool identity_make(struct arena *arena, enum id_type type, struct str backend, struct str value,
		   const char *country, struct identity *out, struct err *err)
{
	struct buf normal;
	bool ok;

	memset(out, 0, sizeof(*out));
	if (has_backend(type) && (str_empty(backend) || memchr(backend.p, '/', backend.n)))
		return err_set(err, ERR_SYNTAX, "%s needs the backend's name before a slash, such as %s:shop/1001",
			       types[type].word, types[type].word);
	buf_init(&normal, NORMAL_MAX);
	ok = normal_value(type, value, country, &normal, err);
	if (ok) {
		out->type = type;
		if (has_backend(type))
			out->backend = arena_str(arena, backend);
		out->value = arena_str(arena, buf_str(&normal));
	}
	buf_release(&normal);
	return ok;
}

bool identity_parse(struct arena *arena, struct str text, const char *country, struct identity *out, struct err *err)
{
	struct str word, value, backend = { NULL, 0 };
	const char *mark;
	enum id_type type;

	memset(out, 0, sizeof(*out));
	text = str_trim(text);
	mark = text.n ? memchr(text.p, ':', text.n) : NULL;
	if (!mark || !identity_type_parse(str_make(text.p, (size_t)(mark - text.p)), &type))
		return err_set(err, ERR_SYNTAX, "\"%.*s\" does not begin with a kind of identity, such as email: or order:",
			       (int)(text.n < 80 ? text.n : 80), text.p ? text.p : "");
	word = str_make(text.p, (size_t)(mark - text.p));
	value = str_trim(str_make(mark + 1, text.n - word.n - 1));
	if (has_backend(type)) {
		mark = value.n ? memchr(value.p, '/', value.n) : NULL;
		if (mark) {
			backend = str_make(value.p, (size_t)(mark - value.p));
			value = str_make(mark + 1, value.n - backend.n - 1);
		}
	}
	return identity_make(arena, type, backend, value, country, out, err);
}

void identity_print(const struct identity *id, struct buf *out)
{
	buf_adds(out, types[id->type].word);
	buf_addc(out, ':');
	if (has_backend(id->type)) {
		buf_addstr(out, id->backend);
		buf_addc(out, '/');
	}
	buf_addstr(out, id->value);
}

static bool folded_equal(struct str a, struct str b, void (*fold)(struct buf *, struct str))
{
	struct buf fa, fb;
	bool equal;

	if (str_eq(a, b))
		return true;
	buf_init(&fa, UINT32_MAX);
	buf_init(&fb, UINT32_MAX);
	fold(&fa, a);
	fold(&fb, b);
	/* Marks alone fold to nothing: then only the same text is equal. */
	equal = fa.len && str_eq(buf_str(&fa), buf_str(&fb));
	buf_release(&fa);
	buf_release(&fb);
	return equal;
}

static bool same_number(struct str a, struct str b)
{
	struct phone pa, pb;

	if (!phone_parse(a, NULL, &pa) || !phone_parse(b, NULL, &pb))
		return str_eq(a, b);
	return phone_same(&pa, &pb);
}

/* 0123 and 123 are one bar code: the shorter forms are padded with zeros. */
static struct str bare_item(struct str value)
{
	struct str bare = value;
	uint32_t i;

	for (i = 0; i < value.n; i++)
		if (!isdigit((unsigned char)value.p[i]))
			return value;
	if (value.n < 8)
		return value;
	while (bare.n > 1 && bare.p[0] == '0') {
		bare.p++;
		bare.n--;
	}
	return bare;
}

bool identity_same(const struct identity *a, const struct identity *b)
{
	if (a->type != b->type)
		return false;
	if (has_backend(a->type))
		return str_eq(a->backend, b->backend) && str_eq(a->value, b->value);
	switch (a->type) {
	case ID_TYPE_TEL:
		return same_number(a->value, b->value);
	case ID_TYPE_NAME:
		return folded_equal(a->value, b->value, text_fold_plain);
	case ID_TYPE_ITEM:
		return folded_equal(bare_item(a->value), bare_item(b->value), text_fold);
	default:
		return folded_equal(a->value, b->value, text_fold);
	}
}

static bool number_matches(struct str asked, struct str stored, const char *country)
{
	struct phone pa, pb;
	struct str core;

	if (!phone_parse(asked, country, &pa))
		return false;
	/* People write "0160 9876543 (evenings)" into that field. */
	core = normal_number_in(stored);
	return (phone_parse(stored, country, &pb) || phone_parse(core, country, &pb)) && phone_same(&pa, &pb);
}

bool identity_matches(const struct identity *asked, struct str stored, const char *country)
{
	struct identity made;
	struct arena *arena;
	bool same;

	stored = str_trim(stored);
	if (str_empty(stored))
		return false;
	if (has_backend(asked->type))
		return str_eq(asked->value, stored);
	if (asked->type == ID_TYPE_TEL)
		return number_matches(asked->value, stored, country);
	/* Whoever asks for a name without a word in it ("%", "Mr") asks for nobody, not for all. */
	if (asked->type == ID_TYPE_NAME)
		return !name_is_empty(asked->value) && !name_is_empty(stored) && name_agrees(asked->value, stored);
	if (asked->type == ID_TYPE_POSTCODE && normal_postcode_begins(stored, asked->value))
		return true;
	arena = arena_new();
	same = identity_make(arena, asked->type, (struct str){ NULL, 0 }, stored, country, &made, NULL) &&
	       identity_same(asked, &made);
	arena_free(arena);
	return same;
}

struct identity identity_copy(struct arena *arena, const struct identity *id)
{
	struct identity copy = { .type = id->type };

	if (id->backend.p)
		copy.backend = arena_str(arena, id->backend);
	if (id->value.p)
		copy.value = arena_str(arena, id->value);
	return copy;
}
