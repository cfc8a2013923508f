/*
 * What is being typed, on disk while it is typed; it becomes the entry, or is
 * offered again. Its fields are as the workstation keeps them, so that either
 * goes on with what the other left.
 */
#include "shell_ask.h"

#include <libintl.h>

#include <dossier/base/json.h>
#include <dossier/base/mem.h>

#define DISK_TURNS 100
#define DISK_TURN_MS 20

const struct op_field *asking_words(const struct operation *op)
{
	for (const struct op_field *f = op->fields; f->name; f++)
		if (f->words)
			return f;
	return NULL;
}

void asking_begin(struct asking *a)
{
	a->arena = arena_new();
	buf_init(&a->whole, 64 * 1024);
	free(a->sh->draft);
	a->sh->draft = NULL;
}

/* What a verification was answered with is never kept. */
static bool is_kept(const struct asking *a)
{
	return a->sh->desk->store && a->op->writes != ENTRY_VERIFY && a->op->writes != ENTRY_VIEW && a->op->writes != ENTRY_ERASE;
}

static struct str who_of(struct asking *a)
{
	char *key = a->on_open ? shell_key(a->sh) : NULL;
	struct str who = key ? arena_str(a->arena, str_of(key)) : (struct str){ 0 };

	free(key);
	return who;
}

static void told(void *arg, const struct err *err)
{
	(void)arg;
	if (err->code)
		cli_say("not on disk: %s", err->text);
}

static void open_draft(struct asking *a)
{
	struct draft_sink sink = { told, a };
	struct str who = who_of(a);
	const struct group *group = a->on_open ? customer_group(a->sh->open.customer) : NULL;
	struct draft_of of = { .id = str_of(a->given), .what = str_of(a->op->id), .who = &who, .n_who = who.n > 0, .item = str_of(a->item), .label = str_of(a->on_open ? a->sh->label : NULL) };

	if (group && group->n_persons)
		of.person = group->persons[0];
	if (a->on_open)
		of.case_ = customer_chosen(a->sh->open.customer);
	a->draft = draft_new(a->sh->desk->store, &of, &sink);
}

static struct str words_of(struct asking *a, struct str line, struct buf *text)
{
	const struct op_field *words = asking_words(a->op);

	if (!words || !a->asked || strcmp(words->name, a->asked) != 0)
		return words ? op_text(a->values, words->name) : (struct str){ 0 };
	buf_addstr(text, buf_str(&a->whole));
	if (line.n && text->len)
		buf_addc(text, '\n');
	buf_addstr(text, line);
	return buf_str(text);
}

static void put(struct json_object *object, const char *name, struct str text)
{
	json_object_object_add(object, name, json_object_new_string_len(text.p, (int)text.n));
}

/* {"at": the field that is asked for, "now": what stands there, "typed": {}} */
static char *fields_of(struct asking *a, struct str words, struct str line)
{
	struct json_object *whole = json_object_new_object(), *typed = json_object_new_object();
	const struct op_field *own = asking_words(a->op);
	bool is_own = own && a->asked && strcmp(own->name, a->asked) == 0;
	struct buf text;

	for (const struct op_field *f = a->op->fields; f->name; f++)
		if (op_text(a->values, f->name).n && !(a->asked && strcmp(f->name, a->asked) == 0))
			put(typed, f->name, op_text(a->values, f->name));
	if (a->asked)
		put(whole, "at", str_of(a->asked));
	if (a->asked && (is_own ? words : line).n)
		put(whole, "now", is_own ? words : line);
	json_object_object_add(whole, "typed", typed);
	buf_init(&text, 128 * 1024);
	json_write(&text, whole);
	json_object_put(whole);
	return buf_take(&text);
}

/* A code half typed is nothing to keep; words are. */
static bool is_text(const struct asking *a)
{
	const struct op_field *field = a->asked ? operation_field(a->op, str_of(a->asked)) : NULL;

	return field && (field->kind == OP_TEXT || field->kind == OP_LONG);
}

void asking_keep(struct asking *a, struct str line)
{
	struct buf text;
	struct str words;
	char *fields;

	if (!is_kept(a))
		return;
	buf_init(&text, 128 * 1024);
	words = words_of(a, line, &text);
	if (!a->draft && (words.n || (line.n && is_text(a))))
		open_draft(a);
	if (a->draft) {
		fields = fields_of(a, words, line);
		draft_text(a->draft, words, str_of(fields));
		free(fields);
	}
	buf_release(&text);
}

static bool has_words(const struct asking *a)
{
	for (const struct op_field *f = a->op->fields; f->name; f++)
		if ((f->kind == OP_TEXT || f->kind == OP_LONG) && op_has(a->values, f->name))
			return true;
	return false;
}

/* It is told as kept when it is on disk; a disk that does not answer is told by the draft. */
static void put_down(struct asking *a)
{
	draft_flush(a->draft);
	for (int i = 0; i < DISK_TURNS && !draft_saved(a->draft); i++)
		loop_turn(a->sh->desk->loop, DISK_TURN_MS);
}

const char *asking_end(struct asking *a, bool whole)
{
	bool kept;

	if (whole && is_kept(a) && has_words(a)) {
		a->asked = NULL;
		asking_keep(a, (struct str){ 0 });
	}
	kept = a->draft != NULL;
	if (kept) {
		a->sh->draft = str_dup(draft_id(a->draft));
		put_down(a);
		draft_free(a->draft);
	}
	if (!whole && kept) {
		int64_t wall = clock_wall(a->sh->desk->clock);
		struct buf text;

		buf_init(&text, 64);
		when_strftime(wall, a->sh->desk->house->zone, STR("%H:%M"), &text);
		shell_say(a->sh, "draft of %s kept; \"drafts 1\" goes on with it", text.data);
		buf_release(&text);
		free(a->sh->draft);
		a->sh->draft = NULL;
	} else if (!whole) {
		shell_say(a->sh, "left; nothing was written");
	}
	buf_release(&a->whole);
	arena_free(a->arena);
	return a->sh->draft ? a->sh->draft : a->given;
}

static struct json_object *part(struct json_object *whole, const char *name)
{
	struct json_object *found = NULL;

	return json_object_object_get_ex(whole, name, &found) && json_object_is_type(found, json_type_object) ? found : NULL;
}

static void take_fields(struct asking *a, struct json_object *fields)
{
	const struct op_field *words = asking_words(a->op);

	for (const struct op_field *f = a->op->fields; fields && f->name; f++) {
		struct str text = entry_text(fields, f->name);

		if (f != words && text.n)
			op_values_set(a->values, str_of(f->name), text, NULL);
	}
}

char *asking_fill(struct asking *a, struct str text, struct str fields)
{
	struct err err = { 0 };
	struct json_object *root = fields.n ? json_parse_whole(fields, NULL, &err) : NULL;
	const struct op_field *words = asking_words(a->op);
	bool whole = json_object_is_type(root, json_type_object);
	struct str own = { 0 };
	char *copy;

	if (whole) {
		take_fields(a, part(root, "known"));
		take_fields(a, part(root, "typed"));
	}
	if (whole && words && str_is(entry_text(root, "at"), words->name))
		own = entry_text(root, "now");
	if (!own.n && whole && words && part(root, "typed"))
		own = entry_text(part(root, "typed"), words->name);
	copy = str_dup(whole ? own : text);
	if (words && words->kind == OP_LONG && copy)
		buf_adds(&a->whole, copy);
	json_object_put(root);
	return copy;
}
