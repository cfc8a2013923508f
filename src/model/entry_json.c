/*
 * The JSON form of an entry. data is kept as the bytes it came in, and so are
 * members of the envelope that only a newer program knows.
 */
#include <inttypes.h>

#include <dossier/base/text.h>

#include "entry_inner.h"

#define ENVELOPE_MOST 8192

struct reading { struct arena *arena; struct str data; bool wrong; };

static bool data_element(void *arg, struct str text, bool single, struct err *err)
{
	struct reading *reading = arg;

	(void)err;
	if (!single || !text.n || text.p[0] != '{')
		reading->wrong = true;
	else
		reading->data = arena_str(reading->arena, text);
	return true;
}

static bool number_of(struct json_object *value, int64_t *out)
{
	if (!json_object_is_type(value, json_type_int))
		return false;
	*out = json_object_get_int64(value);
	return true;
}

static bool read_number(struct json_object *value, const char *name, struct entry *entry)
{
	int64_t number;

	if (!number_of(value, &number))
		return false;
	if (!strcmp(name, "at"))
		entry->at = number;
	else if (!strcmp(name, "got"))
		entry->got = number;
	else if (number < 0)
		return false;
	else if (!strcmp(name, "ord"))
		entry->ord = (uint64_t)number;
	else if (number > UINT32_MAX)
		return false;
	else if (!strcmp(name, "v"))
		entry->v = (uint32_t)number;
	else
		entry->epoch = (uint32_t)number;
	return true;
}

static bool read_text(struct arena *arena, struct json_object *value, struct str *to)
{
	if (!json_object_is_type(value, json_type_string))
		return false;
	*to = arena_str(arena, str_make(json_object_get_string(value), (size_t)json_object_get_string_len(value)));
	return true;
}

static bool read_member(struct arena *arena, const char *name, struct json_object *value, struct entry *entry, struct buf *more)
{
	static const char *const numbers[] = { "v", "at", "ord", "got", "epoch" };
	const struct { const char *name; struct str *to; } texts[] = {
		{ "id", &entry->id }, { "type", &entry->word }, { "person", &entry->person }, { "case", &entry->case_ },
		{ "author", &entry->author }, { "team", &entry->team }, { "channel", &entry->channel },
	};

	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++) {
		if (!strcmp(name, numbers[i]))
			return read_number(value, name, entry);
	}
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		if (!strcmp(name, texts[i].name))
			return read_text(arena, value, texts[i].to);
	}
	if (!strcmp(name, "data"))
		return true;
	if (more->len)
		buf_addc(more, ',');
	text_json(more, str_of(name));
	buf_addc(more, ':');
	json_write(more, value);
	return !more->full;
}

static bool read_envelope(struct arena *arena, struct str rest, struct entry *entry, struct err *err)
{
	struct json_object *envelope = json_parse_whole(rest, NULL, err);
	struct buf more;
	bool good = json_object_is_type(envelope, json_type_object);

	if (!good) {
		json_object_put(envelope);
		return err_set(err, ERR_SHAPE, "an entry must be a JSON object");
	}
	buf_init(&more, ENVELOPE_MOST);
	json_object_object_foreach(envelope, name, value) {
		if (good && !read_member(arena, name, value, entry, &more)) {
			err_set(err, ERR_SHAPE, "\"%.60s\" of an entry is not what it should be", name);
			good = false;
		}
	}
	if (good && more.len)
		entry->more = arena_str(arena, buf_str(&more));
	buf_release(&more);
	json_object_put(envelope);
	return good;
}

bool entry_read(struct arena *arena, struct str text, struct entry *out, struct err *err)
{
	const struct json_scan_limits limits = {
		ENTRY_DATA_MOST + 2 * ENVELOPE_MOST, ENTRY_DATA_MOST, ENVELOPE_MOST, 2, JSON_DEPTH,
	};
	struct reading reading = { .arena = arena };
	const struct json_scan_sink sink = { data_element, &reading };
	struct pointer *list = pointer_new(STR("/data"), err);
	struct json_scan *scan = json_scan_new(list, &limits, &sink, err);
	bool good;

	*out = (struct entry){ .at = WHEN_NONE, .got = WHEN_NONE };
	good = scan && json_scan_feed(scan, text.p ? text.p : "", text.n, err) && json_scan_end(scan, err);
	if (good && (reading.wrong || !reading.data.p))
		good = err_set(err, ERR_SHAPE, "an entry needs \"data\": an object");
	if (good && !json_scan_rest(scan).p)
		good = err_set(err, ERR_LIMIT, "an entry's envelope may have at most %d bytes", ENVELOPE_MOST);
	good = good && read_envelope(arena, json_scan_rest(scan), out, err);
	json_scan_free(scan);
	pointer_free(list);
	out->data = reading.data;
	return good && entry_adopt(out, err);
}

bool entry_adopt(struct entry *entry, struct err *err)
{
	if (entry->at == WHEN_NONE)
		return err_set(err, ERR_SHAPE, "an entry needs \"at\": milliseconds since 1970");
	if (!entry_type_parse(entry->word, &entry->type))
		entry->type = ENTRY_UNKNOWN;
	return entry_check_envelope(entry, err);
}

static void write_text(struct buf *out, const char *name, struct str text)
{
	if (!text.p)
		return;
	buf_printf(out, ",\"%s\":", name);
	text_json(out, text);
}

void entry_write(const struct entry *entry, struct buf *out)
{
	buf_printf(out, "{\"v\":%" PRIu32, entry->v);
	write_text(out, "id", entry->id);
	write_text(out, "type", entry->word);
	write_text(out, "person", entry->person);
	write_text(out, "case", entry->case_);
	buf_printf(out, ",\"at\":%" PRId64 ",\"ord\":%" PRIu64, entry->at, entry->ord);
	if (entry->got != WHEN_NONE)
		buf_printf(out, ",\"got\":%" PRId64, entry->got);
	if (entry->epoch)
		buf_printf(out, ",\"epoch\":%" PRIu32, entry->epoch);
	write_text(out, "author", entry->author);
	write_text(out, "team", entry->team);
	write_text(out, "channel", entry->channel);
	buf_adds(out, ",\"data\":");
	buf_addstr(out, entry->data);
	if (entry->more.p) {
		buf_addc(out, ',');
		buf_addstr(out, entry->more);
	}
	buf_addc(out, '}');
}
