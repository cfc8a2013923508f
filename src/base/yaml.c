#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <yaml.h>

#include "yaml_in.h"

#include <dossier/base/buf.h>
#include <dossier/base/mem.h>

enum { TEXT_MOST = 1 << 20, DEPTH_MOST = 64, NODES_MOST = 100000 };

enum turn { TURN_KEY, TURN_VALUE, TURN_DROP };

struct frame {
	struct json_object *container;
	bool owned;             /* nobody else holds it: it is dropped when it ends */
	enum turn turn;         /* of a map */
	char *key;
	struct yaml_place key_at;
	size_t nodes_before;
	char *anchor;
};

struct anchor {
	char *name;
	struct json_object *value;
	size_t nodes;
};

struct loader {
	struct yaml_source *source;
	struct diags *diags;
	struct json_object *root;
	bool stop, second;
	struct frame frames[DEPTH_MOST];
	size_t depth;
	struct { struct anchor *items; size_t n, cap; } anchors;
	size_t nodes;           /* with every alias counted as all it stands for */
};

/* What libyaml says, and what helps an administrator. */
static const struct { const char *problem, *help; } helps[] = {
	{ "found character that cannot start any token",
	  "a text cannot start with this character: put one that starts with @, ` or % in quotes, and indent by spaces, not by tabs" },
	{ "mapping values are not allowed in this context",
	  "a key cannot stand here; put a text that holds \": \" in quotes, and check the indentation" },
	{ "did not find expected key", "a key is expected here; check the indentation and the quotes" },
	{ "did not find expected '-' indicator", "\"- \" is expected here; check the indentation" },
	{ "could not find expected ':'", "a colon and a space are expected after the key" },
	{ "found unexpected end of stream", "a quote or bracket is never closed" },
	{ "did not find expected ',' or ']'", "a comma or ] is expected in the list" },
	{ "did not find expected ',' or '}'", "a comma or } is expected in the map" },
	{ "found a tab character that violates indentation", "lines are indented by spaces, not by tabs" },
	{ "found a tab character where an indentation space is expected", "lines are indented by spaces, not by tabs" },
	{ "control characters are not allowed", "a control character stands here" },
};

static struct yaml_place place_of(yaml_mark_t mark)
{
	return (struct yaml_place){ (int)mark.line + 1, (int)mark.column + 1 };
}

static void __attribute__((format(printf, 3, 4)))
complain(struct loader *loader, struct yaml_place at, const char *fmt, ...)
{
	char text[400];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	diags_add(loader->diags, DIAG_ERROR, loader->source->name, at.line, "%s", text);
}

static struct frame *top(struct loader *loader)
{
	return loader->depth ? &loader->frames[loader->depth - 1] : NULL;
}

static bool in_key(struct loader *loader)
{
	struct frame *frame = top(loader);

	return frame && json_object_is_type(frame->container, json_type_object) && frame->turn == TURN_KEY;
}

/* Gives value its place; false when it has none and the caller still owns it. */
static bool attach(struct loader *loader, struct json_object *value, struct yaml_place at, bool plain)
{
	struct frame *frame = top(loader);

	if (!frame) {
		loader->root = value;
		return true;
	}
	if (json_object_is_type(frame->container, json_type_array)) {
		json_object_array_add(frame->container, value);
		yaml_marks_add(frame->container, NULL, at, at, plain);
		return true;
	}
	bool placed = frame->turn == TURN_VALUE;
	if (placed) {
		json_object_object_add(frame->container, frame->key, value);
		yaml_marks_add(frame->container, frame->key, frame->key_at, at, plain);
	}
	frame->turn = frame->turn == TURN_KEY ? TURN_DROP : TURN_KEY;
	free(frame->key);
	frame->key = NULL;
	return placed;
}

static bool count(struct loader *loader, size_t nodes, struct yaml_place at)
{
	loader->nodes += nodes;
	if (loader->nodes <= NODES_MOST)
		return true;
	complain(loader, at, "the file holds more than %d values", NODES_MOST);
	loader->stop = true;
	return false;
}

static struct anchor *anchor_find(struct loader *loader, const char *name)
{
	for (size_t i = loader->anchors.n; i > 0; i--)
		if (strcmp(loader->anchors.items[i - 1].name, name) == 0)
			return &loader->anchors.items[i - 1];
	return NULL;
}

static void anchor_set(struct loader *loader, const char *name, struct json_object *value, size_t nodes)
{
	struct anchor *anchor = anchor_find(loader, name);

	if (!anchor) {
		MEM_ROOM(loader->anchors.items, loader->anchors.n, loader->anchors.cap);
		anchor = &loader->anchors.items[loader->anchors.n++];
		*anchor = (struct anchor){ .name = mem_strdup(name) };
	}
	json_object_put(anchor->value);
	anchor->value = json_object_get(value);
	anchor->nodes = nodes;
}

static void refuse_tag(struct loader *loader, const yaml_char_t *tag, struct yaml_place at)
{
	if (tag)
		complain(loader, at, "a tag (%.80s) cannot be used; put a text in quotes instead", (const char *)tag);
}

/* A complex key is read, to find its end, and dropped together with its value. */
static void refuse_complex_key(struct loader *loader, struct yaml_place at)
{
	if (in_key(loader))
		complain(loader, at, "a key must be a text, not a list, a map or an alias");
}

static void take_key(struct loader *loader, struct str text, struct yaml_place at, bool plain)
{
	struct frame *frame = top(loader);

	frame->turn = TURN_DROP;
	if (plain && str_is(text, "<<")) {
		complain(loader, at, "merge keys (<<) are not supported; write the keys out");
	} else if (memchr(text.p, '\0', text.n)) {
		complain(loader, at, "a key cannot hold a NUL");
	} else if (json_object_object_get_ex(frame->container, text.p, NULL)) {
		complain(loader, at, "the key \"%.80s\" stands here a second time (first in line %d); this one is ignored",
			 text.p, yaml_mark_key(frame->container, text.p).line);
	} else {
		frame->turn = TURN_VALUE;
		frame->key = str_dup(text);
		frame->key_at = at;
	}
}

static struct json_object *scalar_value(struct loader *loader, struct str text, struct yaml_place at, bool plain)
{
	struct json_object *value = NULL;
	const char *why = NULL;

	if (memchr(text.p, '\0', text.n)) {
		complain(loader, at, "a text cannot hold a NUL; it is cut there");
		text = str_of(text.p);
	}
	if (!plain)
		return json_object_new_string_len(text.p, (int)text.n);
	if (!yaml_scalar(text, &value, &why))
		complain(loader, at, "%.80s: %s", text.p, why);
	return value;
}

static void on_scalar(struct loader *loader, const yaml_event_t *event)
{
	struct yaml_place at = place_of(event->start_mark);
	struct str text = str_make((const char *)event->data.scalar.value, event->data.scalar.length);
	const char *anchor = (const char *)event->data.scalar.anchor;
	bool plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;

	refuse_tag(loader, event->data.scalar.tag, at);
	if (!count(loader, 1, at))
		return;
	if (in_key(loader)) {
		take_key(loader, text, at, plain);
		if (anchor)
			complain(loader, at, "an anchor (&%.80s) cannot stand before a key", anchor);
		return;
	}
	struct json_object *value = scalar_value(loader, text, at, plain);
	if (anchor)
		anchor_set(loader, anchor, value, 1);
	if (!attach(loader, value, at, plain))
		json_object_put(value);
}

static bool anchor_is_open(struct loader *loader, const char *name)
{
	for (size_t i = 0; i < loader->depth; i++)
		if (loader->frames[i].anchor && strcmp(loader->frames[i].anchor, name) == 0)
			return true;
	return false;
}

static void on_alias(struct loader *loader, const yaml_event_t *event)
{
	struct yaml_place at = place_of(event->start_mark);
	const char *name = (const char *)event->data.alias.anchor;
	struct anchor *anchor = anchor_find(loader, name);
	struct json_object *value = NULL;

	refuse_complex_key(loader, at);
	if (anchor_is_open(loader, name)) {
		complain(loader, at, "*%.80s stands inside what it names", name);
		anchor = NULL;
	} else if (!anchor) {
		complain(loader, at, "*%.80s: nothing above is marked &%.80s", name, name);
	}
	if (!count(loader, anchor ? anchor->nodes : 1, at))
		return;
	if (anchor)
		value = json_object_get(anchor->value);
	if (!attach(loader, value, at, false))
		json_object_put(value);
}

static void on_start(struct loader *loader, struct json_object *container, const yaml_char_t *tag,
		     const yaml_char_t *anchor, struct yaml_place at)
{
	refuse_tag(loader, tag, at);
	refuse_complex_key(loader, at);
	if (loader->depth == DEPTH_MOST) {
		complain(loader, at, "lists and maps are nested deeper than %d levels", DEPTH_MOST);
		loader->stop = true;
	}
	if (loader->stop || !count(loader, 1, at)) {
		json_object_put(container);
		return;
	}
	yaml_marks_start(container, loader->source, at);
	bool owned = !attach(loader, container, at, false);
	loader->frames[loader->depth++] = (struct frame){
		.container = container,
		.owned = owned,
		.nodes_before = loader->nodes - 1,
		.anchor = mem_strdup((const char *)anchor),
	};
}

static void on_end(struct loader *loader)
{
	struct frame *frame = top(loader);

	loader->depth--;
	if (frame->anchor)
		anchor_set(loader, frame->anchor, frame->container, loader->nodes - frame->nodes_before);
	if (frame->owned)
		json_object_put(frame->container);
	free(frame->anchor);
	free(frame->key);
}

static void on_event(struct loader *loader, const yaml_event_t *event)
{
	struct yaml_place at = place_of(event->start_mark);

	switch (event->type) {
	case YAML_DOCUMENT_START_EVENT:
		if (loader->second)
			complain(loader, at, "a second document starts here; only the first is read");
		loader->stop = loader->second;
		loader->second = true;
		break;
	case YAML_SCALAR_EVENT:
		on_scalar(loader, event);
		break;
	case YAML_ALIAS_EVENT:
		on_alias(loader, event);
		break;
	case YAML_SEQUENCE_START_EVENT:
		on_start(loader, json_object_new_array(), event->data.sequence_start.tag,
			 event->data.sequence_start.anchor, at);
		break;
	case YAML_MAPPING_START_EVENT:
		on_start(loader, json_object_new_object(), event->data.mapping_start.tag,
			 event->data.mapping_start.anchor, at);
		break;
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		on_end(loader);
		break;
	default:
		break;
	}
}

/* The reader's own errors carry a byte offset and no line. */
static int line_of(struct str text, size_t offset)
{
	int line = 1;

	for (size_t i = 0; i < offset && i < text.n; i++)
		line += text.p[i] == '\n';
	return line;
}

static void on_problem(struct loader *loader, const yaml_parser_t *parser, struct str text)
{
	const char *problem = parser->problem ? parser->problem : "the text cannot be read";
	struct yaml_place at = place_of(parser->problem_mark);

	if (parser->error == YAML_READER_ERROR) {
		at.line = line_of(text, parser->problem_offset);
		complain(loader, at, "the text cannot be read from here on: %s", problem);
		return;
	}
	for (size_t i = 0; i < sizeof(helps) / sizeof(helps[0]); i++)
		if (strcmp(helps[i].problem, problem) == 0)
			problem = helps[i].help;
	if (parser->context && parser->context_mark.line + 1 < (size_t)at.line)
		complain(loader, at, "%s (%s that started in line %zu)", problem, parser->context,
			 parser->context_mark.line + 1);
	else
		complain(loader, at, "%s", problem);
}

static void read_events(struct loader *loader, struct str text)
{
	yaml_parser_t parser;
	yaml_event_t event;

	if (!yaml_parser_initialize(&parser))
		mem_alloc(SIZE_MAX);
	yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&parser, (const unsigned char *)text.p, text.n);
	while (!loader->stop) {
		if (!yaml_parser_parse(&parser, &event)) {
			on_problem(loader, &parser, text);
			break;
		}
		on_event(loader, &event);
		loader->stop = loader->stop || event.type == YAML_STREAM_END_EVENT;
		yaml_event_delete(&event);
	}
	yaml_parser_delete(&parser);
}

static struct json_object *loader_finish(struct loader *loader)
{
	while (loader->depth > 0) {
		/* cut short: an anchor of what is not whole is of no use to anybody */
		free(top(loader)->anchor);
		top(loader)->anchor = NULL;
		on_end(loader);
	}
	for (size_t i = 0; i < loader->anchors.n; i++) {
		free(loader->anchors.items[i].name);
		json_object_put(loader->anchors.items[i].value);
	}
	free(loader->anchors.items);
	yaml_source_drop(loader->source);
	return loader->root;
}

struct json_object *yaml_parse(struct str text, const char *name, struct diags *diags)
{
	struct loader loader = { .source = yaml_source_new(name), .diags = diags };
	size_t errors = diags->errors;

	if (str_starts(text, "\xEF\xBB\xBF"))
		text = str_make(text.p + 3, text.n - 3);
	const char *nul = text.n ? memchr(text.p, '\0', text.n) : NULL;
	if (text.n > TEXT_MOST) {
		complain(&loader, (struct yaml_place){ 0, 0 }, "the file is larger than %d KiB", TEXT_MOST / 1024);
	} else {
		if (nul) {
			/* libyaml would take it for the end and say nothing */
			text.n = (uint32_t)(nul - text.p);
			complain(&loader, (struct yaml_place){ line_of(text, text.n), 0 }, "a NUL byte stands here");
		}
		read_events(&loader, text);
	}
	struct json_object *root = loader_finish(&loader);
	if (!root && diags->errors == errors)
		diags_add(diags, DIAG_ERROR, name, 1, "nothing stands in this file");
	return root;
}

static bool read_file(const char *path, struct buf *out)
{
	char block[16384];
	struct stat st;
	ssize_t n = -1;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0)
		return false;
	if (fstat(fd, &st) == 0 && !S_ISREG(st.st_mode))
		errno = S_ISDIR(st.st_mode) ? EISDIR : EINVAL;
	else
		while ((n = read(fd, block, sizeof(block))) > 0)
			if (!buf_add(out, block, (size_t)n))
				break;
	int cause = errno;
	close(fd);
	errno = cause;
	return n >= 0;
}

struct json_object *yaml_load(const char *path, struct diags *diags)
{
	struct json_object *root = NULL;
	struct buf text;

	buf_init(&text, TEXT_MOST + 3);
	if (!read_file(path, &text))
		diags_add(diags, DIAG_ERROR, path, 0, "cannot be read: %s", strerror(errno));
	else if (text.full)
		diags_add(diags, DIAG_ERROR, path, 0, "the file is larger than %d KiB", TEXT_MOST / 1024);
	else
		root = yaml_parse(buf_str(&text), path, diags);
	buf_release(&text);
	return root;
}
