#include "hostile.h"

#include <dossier/base/buf.h>

#include "chance.h"

#define PIECE(text) { text, sizeof(text) - 1 }

static const struct { const char *text; size_t n; } pieces[] = {
	PIECE("\x1b[31;1m\x1b[2J\x1b[Hpwned"),
	PIECE("\x1b]0;title\x07\x1b]52;c;ZXZpbA==\x07"),
	PIECE("\xc2\x9b" "5A\xc2\x9d" "8;;http://evil.example.org\xc2\x9c"),
	PIECE("\xe2\x80\xae" "txt.exe\xe2\x80\xac"),
	PIECE("\xe2\x81\xa6\xe2\x80\xaf" "x\xe2\x81\xa9"),
	PIECE("a\0b\0"),
	PIECE("z\xe2\x80\x8b\xe2\x80\x8d\xef\xbb\xbfw"),
	PIECE("\r\n\x08\x08\x08\x7fgone"),
	PIECE("Z\xcc\xb4\xcc\xb5\xcc\xb6\xcd\x89\xcd\x8a\xcd\x8b\xcd\x8c\xcd\x8d\xcd\x8e\xcd\x8f"),
	PIECE("=HYPERLINK(\"http://evil.example.org\")"),
	PIECE("'; DROP TABLE entry; -- ${HOME} `id` %s%n%n <b>&lt;script&gt;</b>"),
	PIECE("\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x9a\x80\xef\xb8\x8f\xf3\xa0\x81\xa7"),
};

const char *hostile_piece(uint64_t pick, size_t *n)
{
	size_t i = pick % (sizeof(pieces) / sizeof(*pieces));

	*n = pieces[i].n;
	return pieces[i].text;
}

/* Names of members in which people's words stand, in any of the shapes. */
static const char *const words[] = {
	"first_name", "last_name", "given_name", "family_name", "name", "display_name", "caller_name", "body",
	"content", "note", "title", "product_title", "label", "reason", "city", "locality", "address_1",
	"address_line_1", "nickname", "receipt_no", NULL,
};

static bool is_word(const char *key)
{
	for (int i = 0; words[i]; i++)
		if (strcmp(words[i], key) == 0)
			return true;
	return false;
}

static struct json_object *spoilt(struct json_object *text, struct chance *chance)
{
	struct json_object *out;
	const char *piece;
	struct buf buf;
	size_t n;

	buf_init(&buf, 1 << 20);
	buf_add(&buf, json_object_get_string(text), (size_t)json_object_get_string_len(text));
	piece = hostile_piece(chance_next(chance), &n);
	buf_add(&buf, piece, n);
	/* and now and then more of it than any field was made for */
	if (chance_below(chance, 40) == 0)
		for (int i = 0; i < 8000; i++)
			buf_add(&buf, piece, n);
	out = json_object_new_string_len(buf.data, (int)buf.len);
	buf_release(&buf);
	return out;
}

static void spoil(struct json_object *value, struct chance *chance, int depth)
{
	if (depth > 24)
		return;
	if (json_object_is_type(value, json_type_array)) {
		for (size_t i = 0; i < json_object_array_length(value); i++)
			spoil(json_object_array_get_idx(value, i), chance, depth + 1);
	} else if (json_object_is_type(value, json_type_object)) {
		json_object_object_foreach(value, key, inner) {
			if (json_object_is_type(inner, json_type_string) && is_word(key))
				json_object_object_add(value, key, spoilt(inner, chance));
			else
				spoil(inner, chance, depth + 1);
		}
	}
}

void hostile_spoil(struct json_object *reply, uint64_t seed)
{
	struct chance chance = chance_start(seed, 0, 0x405711e);

	spoil(reply, &chance, 0);
}
