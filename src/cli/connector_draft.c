/* The file of a connector that "backends new" asked for. */
#include "connector_draft.h"

#include <dossier/base/json.h>
#include <dossier/base/mem.h>

void connector_draft_release(struct connector_draft *draft)
{
	free(draft->name);
	free(draft->title);
	free(draft->header);
	free(draft->ping);
	free(draft->who);
	free(draft->each);
	free(draft->id);
	free(draft->person);
	for (size_t i = 0; i < draft->n_finds; i++) {
		free(draft->finds[i].path);
		free(draft->finds[i].match);
	}
	for (size_t i = 0; i < draft->n_pulls; i++) {
		struct draft_pull *pull = &draft->pulls[i];

		free(pull->name);
		free(pull->path);
		free(pull->each);
		free(pull->id);
		free(pull->at);
		free(pull->title);
		free(pull->match);
	}
	*draft = (struct connector_draft){ 0 };
}

/* A string of JSON is one of YAML. */
static void put_quoted(struct buf *out, struct str text)
{
	struct json_object *string = json_object_new_string_len(text.p ? text.p : "", (int)text.n);

	json_write(out, string);
	json_object_put(string);
}

static void put_word(struct buf *out, const char *indent, const char *word, const char *value)
{
	buf_printf(out, "%s%s: ", indent, word);
	put_quoted(out, str_of(value));
	buf_addc(out, '\n');
}

/* What stands behind the ? goes into a map of its own, so that values are escaped for their place. */
static void put_request(struct buf *out, const char *indent, const char *path)
{
	size_t n = strcspn(path, "?");
	const char *p = path + n;
	const char *before = "";

	buf_printf(out, "%sget: ", indent);
	put_quoted(out, str_make(path, n));
	buf_addc(out, '\n');
	if (!*p || !p[1])
		return;
	buf_printf(out, "%squery: {", indent);
	for (p++; *p; p += *p == '&') {
		size_t pair = strcspn(p, "&"), name = strcspn(p, "=&");

		if (name) {
			buf_adds(out, before);
			put_quoted(out, str_make(p, name));
			buf_adds(out, ": ");
			put_quoted(out, name < pair ? str_make(p + name + 1, pair - name - 1) : STR(""));
			before = ", ";
		}
		p += pair;
	}
	buf_adds(out, "}\n");
}

static void put_auth(const struct connector_draft *draft, struct buf *out)
{
	static const char *const settings[DRAFT_AUTH_COUNT] = {
		[DRAFT_BEARER] = "  token: {required: true, secret: true}\n",
		[DRAFT_BASIC] = "  user: {required: true}\n  password: {required: true, secret: true}\n",
		[DRAFT_HEADER] = "  key: {required: true, secret: true}\n",
		[DRAFT_OPEN] = "",
	};
	static const char *const words[DRAFT_AUTH_COUNT] = {
		[DRAFT_BEARER] = "auth: {bearer: \"<settings.token>\"}\n",
		[DRAFT_BASIC] = "auth: {basic: {user: \"<settings.user>\", password: \"<settings.password>\"}}\n",
		[DRAFT_OPEN] = "# Without credentials. Otherwise one of bearer, basic, header, oauth2 and login:\n# auth: {bearer: \"<settings.token>\"}\n",
	};

	buf_adds(out, "\nsettings:\n  url: {required: true, help: \"Base address\"}\n");
	buf_adds(out, settings[draft->auth]);
	if (draft->auth == DRAFT_HEADER) {
		buf_adds(out, "auth: {header: ");
		put_quoted(out, str_of(draft->header));
		buf_adds(out, ", value: \"<settings.key>\"}\n");
	} else {
		buf_adds(out, words[draft->auth]);
	}
}

static void put_head(const struct connector_draft *draft, struct buf *out)
{
	buf_printf(out, "# Every word is explained by dossier-connector(5).\nconnector: %s\n", draft->name);
	put_word(out, "", "title", draft->title);
	buf_adds(out, "# Against what it was tried, when, and what its credentials must be allowed to do:\n"
		 "# verified: {against: \"version 1.0\", date: 2026-01-31}\n"
		 "# rights: \"A token that may read customers and orders.\"\n");
	put_auth(draft, out);
	buf_adds(out, "# Where the text of an error stands in a reply:\n# error: [/message, /errors/0/detail]\n");
	if (*draft->ping) {
		buf_adds(out, "# For \"backends ping\": is it there, am I let in, and as whom.\nping:\n");
		put_request(out, "  ", draft->ping);
		if (*draft->who)
			put_word(out, "  ", "who", draft->who);
	}
}

static const struct draft_find *find_by(const struct connector_draft *draft, enum id_type by)
{
	for (size_t i = 0; i < draft->n_finds; i++)
		if (draft->finds[i].by == by)
			return &draft->finds[i];
	return NULL;
}

static void put_customers(const struct connector_draft *draft, struct buf *out)
{
	static const struct { enum id_type type; const char *word; } members[] = { { ID_TYPE_EMAIL, "email" }, { ID_TYPE_TEL, "tel" } };

	buf_adds(out, "\n# A customer: pointers into one of those that find brings.\nrecord:\n");
	put_word(out, "  ", "id", draft->id);
	if (*draft->person)
		put_word(out, "  ", "name", draft->person);
	for (size_t i = 0; i < sizeof(members) / sizeof(*members); i++)
		if (find_by(draft, members[i].type))
			put_word(out, "  ", members[i].word, find_by(draft, members[i].type)->match);
	buf_adds(out, "  # since: /created_at\n");
	buf_adds(out, "\n# Tried in order until one finds somebody. A value inside a query language needs the filter quote.\nfind:\n");
	for (size_t i = 0; i < draft->n_finds; i++) {
		buf_printf(out, "  - by: %s\n", identity_type_word(draft->finds[i].by));
		if (draft->finds[i].by == ID_TYPE_TEL)
			buf_adds(out, "    # how the system writes numbers, each tried: e164, national, digits, last:7\n    forms: [e164, national]\n");
		put_request(out, "    ", draft->finds[i].path);
		if (i == 0)
			buf_adds(out, "    # none: 404               where that means \"nobody here\"\n");
		put_word(out, "    ", "each", draft->each);
		if (i == 0)
			buf_adds(out, "    # what must be what was asked for; who does not match is dropped\n");
		put_word(out, "    ", "match", draft->finds[i].match);
	}
}

static void put_pull(const struct connector_draft *draft, const struct draft_pull *pull, struct buf *out)
{
	bool first = pull == draft->pulls;

	buf_printf(out, "  %s:\n    per: %s\n", pull->name, draft->n_finds ? "record" : "tel");
	if (!draft->n_finds)
		buf_adds(out, "    forms: [e164]\n");
	put_request(out, "    ", pull->path);
	if (first)
		buf_adds(out, "    # Only what is new:         query: {since: \"<since|date:%Y-%m-%d>\"}\n"
			 "    # Where there is more than one page, such as:\n"
			 "    # page: {next: /next}   or  page: {number: page, size: per_page, of: 100}\n");
	put_word(out, "    ", "each", pull->each);
	if (!draft->n_finds)
		put_word(out, "    ", "match", pull->match);
	buf_printf(out, "    row:\n      kind: %s\n", kind_word(pull->kind));
	put_word(out, "      ", "id", pull->id);
	put_word(out, "      ", "at", pull->at);
	if (*pull->title)
		put_word(out, "      ", "title", pull->title);
	if (first)
		buf_adds(out, "      # direction: {if: {/direction: inbound}, then: in, else: out}\n"
			 "      # status: /state\n"
			 "      # amount: {money: /total, currency: /currency}\n"
			 "      # web: \"<settings.url>/orders/</id>\"\n");
}

void connector_draft_write(const struct connector_draft *draft, struct buf *out)
{
	put_head(draft, out);
	if (draft->n_finds)
		put_customers(draft, out);
	if (!draft->n_pulls)
		return;
	buf_adds(out, "\n# What happened, list by list.\npull:\n");
	for (size_t i = 0; i < draft->n_pulls; i++)
		put_pull(draft, &draft->pulls[i], out);
}
