/*
 * dossier sandbox story: what the practice data is made to show. The words are
 * the sandbox's own, from its state file, so that it and its stories agree.
 */
#include <ctype.h>

#include <dossier/base/mem.h>
#include <dossier/base/text.h>

#include "sandbox.h"
#include "text.h"

#define LINE_MOST (64 * 1024)

static struct str member(struct json_object *map, const char *name)
{
	struct json_object *value = json_object_object_get(map, name);

	return json_object_is_type(value, json_type_string)
		? str_make(json_object_get_string(value), (size_t)json_object_get_string_len(value)) : STR("");
}

static struct json_object *list_of(struct json_object *map, const char *name, size_t *n)
{
	struct json_object *list = json_object_object_get(map, name);

	*n = json_object_is_type(list, json_type_array) ? json_object_array_length(list) : 0;
	return list;
}

static void put(struct out *out, struct str text)
{
	struct buf safe;

	buf_init(&safe, LINE_MOST);
	text_safe(&safe, text, 0);
	out_str(out, buf_str(&safe));
	buf_release(&safe);
}

static void put_wrapped(struct out *out, struct str text, size_t indent)
{
	struct buf safe;

	buf_init(&safe, LINE_MOST);
	text_safe(&safe, text, 0);
	text_wrap(out, buf_str(&safe), indent, indent);
	buf_release(&safe);
}

/* The parts of a name may be joined with "-", as completion offers it. */
static bool is_called(struct str name, const char *asked)
{
	size_t n = strlen(asked);

	for (uint32_t at = 0; n && at + n <= name.n; at++) {
		size_t i = 0;

		while (i < n && (tolower((unsigned char)name.p[at + i]) == tolower((unsigned char)asked[i]) ||
				 (name.p[at + i] == ' ' && asked[i] == '-')))
			i++;
		if (i == n)
			return true;
	}
	return false;
}

static void text_story(struct out *out, struct json_object *story)
{
	size_t n;
	struct json_object *list = list_of(story, "who", &n);

	out_style(out, OUT_BOLD);
	put(out, member(story, "name"));
	out_style(out, OUT_PLAIN);
	out_text(out, "\n");
	put_wrapped(out, member(story, "about"), 0);
	out_text(out, "\nWho:\n");
	for (size_t i = 0; i < n; i++) {
		out_text(out, "  ");
		put(out, str_of(json_object_get_string(json_object_array_get_idx(list, i))));
		out_text(out, "\n");
	}
	list = list_of(story, "steps", &n);
	for (size_t i = 0; i < n; i++) {
		struct json_object *step = json_object_array_get_idx(list, i);

		out_printf(out, "\n%zu. ", i + 1);
		out_style(out, OUT_BOLD);
		out_text(out, "dossier --sandbox ");
		put(out, member(step, "type"));
		out_style(out, OUT_PLAIN);
		out_text(out, "\n   ");
		put_wrapped(out, member(step, "look"), 3);
	}
}

static void put_story(struct out *out, struct json_object *story)
{
	const struct fields *f = out_fields(out);
	size_t n;
	struct json_object *list = list_of(story, "who", &n);

	out_open(out);
	f->text(f->arg, "name", member(story, "name"));
	f->text(f->arg, "about", member(story, "about"));
	f->begin_list(f->arg, "who");
	for (size_t i = 0; i < n; i++)
		f->text(f->arg, NULL, str_of(json_object_get_string(json_object_array_get_idx(list, i))));
	f->end_list(f->arg);
	f->begin_list(f->arg, "steps");
	list = list_of(story, "steps", &n);
	for (size_t i = 0; i < n; i++) {
		f->begin_map(f->arg, NULL);
		f->text(f->arg, "type", member(json_object_array_get_idx(list, i), "type"));
		f->text(f->arg, "look", member(json_object_array_get_idx(list, i), "look"));
		f->end_map(f->arg);
	}
	f->end_list(f->arg);
	out_close(out);
}

static void put_name(struct out *out, struct json_object *story)
{
	out_style(out, OUT_BOLD);
	put(out, member(story, "name"));
	out_style(out, OUT_PLAIN);
	out_text(out, "\n  ");
	put_wrapped(out, member(story, "about"), 2);
}

/* All words behind "story" are one name: "sandbox story direct billing". */
static char *asked_for(int argc, char **argv)
{
	struct buf name;

	buf_init(&name, LINE_MOST);
	for (int i = 0; i < argc; i++)
		buf_printf(&name, "%s%s", i ? " " : "", argv[i]);
	return buf_take(&name);
}

int cmd_sandbox_story(struct cli *cli, const void *options, int argc, char **argv)
{
	static const char *const columns[] = { "name", "about", "who", NULL };
	struct json_object *stories, *only = NULL;
	struct sandbox sandbox;
	char *asked;
	bool started;
	size_t n, fits = 0;

	(void)options;
	if (!sandbox_use(&sandbox, &started)) {
		sandbox_release(&sandbox);
		return CLI_NOTHING;
	}
	asked = asked_for(argc, argv);
	stories = list_of(sandbox.state, "stories", &n);
	if (cli->format == OUT_CSV || cli->format == OUT_TSV)
		out_table(cli->out, columns);
	for (size_t i = 0; i < n; i++) {
		struct json_object *story = json_object_array_get_idx(stories, i);

		if (argc > 0 && !is_called(member(story, "name"), asked))
			continue;
		fits++;
		only = story;
		if (cli->format != OUT_TEXT)
			put_story(cli->out, story);
		else if (argc == 0)
			put_name(cli->out, story);
	}
	if (cli->format == OUT_TEXT && argc == 0)
		out_text(cli->out, "\n\"dossier sandbox story STORY\" tells one of them.\n");
	if (cli->format == OUT_TEXT && argc > 0 && fits == 1)
		text_story(cli->out, only);
	if (argc > 0 && fits != 1)
		cli_say(fits ? "several stories are called \"%s\"; \"dossier sandbox story\" lists them"
			     : "no story is called \"%s\"; \"dossier sandbox story\" lists them", asked);
	free(asked);
	sandbox_release(&sandbox);
	return argc == 0 || fits == 1 ? CLI_DONE : CLI_NONE;
}
