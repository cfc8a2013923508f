/*
 * Which operations there are, who may, and what may be typed.
 */
#include <libintl.h>
#include <stdio.h>

#include <dossier/base/mem.h>
#include <dossier/desk/operation.h>
#include <dossier/model/cases.h>
#include <dossier/model/verify.h>

const struct operation *operation_find(struct str id)
{
	for (const struct operation *op = operations; op->id; op++) {
		if (str_is(id, op->id))
			return op;
	}
	return NULL;
}

const struct op_field *operation_field(const struct operation *op, struct str name)
{
	for (const struct op_field *field = op->fields; field->name; field++) {
		if (str_is(name, field->name))
			return field;
	}
	return NULL;
}

/* Who can be asked to do it: one of the agents who may. */
static const char *who_may(const struct house *house, unsigned may, char out[120])
{
	for (size_t i = 0; i < house->n_agents; i++) {
		const struct house_agent *agent = house->agents[i];
		enum role role;

		if (agent->role && role_parse(str_of(agent->role), &role) && may >> role & 1) {
			snprintf(out, 120, gettext("%.80s has it"), agent->id);
			return out;
		}
	}
	return gettext("nobody has it in this house's settings");
}

bool operation_allowed(const struct operation *op, const struct desk *desk, struct err *err)
{
	unsigned may = op->roles & entry_type_info(op->writes)->roles;
	struct buf names;
	size_t n = 0;
	char who[120];

	if (!desk->house->n_agents || (desk->roles & may))
		return true;
	buf_init(&names, 200);
	for (int role = 0; role < ROLE_COUNT; role++) {
		if (may >> role & 1)
			buf_printf(&names, "%s%s", n++ ? ", " : "", role_word((enum role)role));
	}
	err_set(err, ERR_REFUSED, "%s: this needs the role %s; %s", op->command ? op->command : op->id, names.data ? names.data : "",
		who_may(desk->house, may, who));
	buf_release(&names);
	return false;
}

struct choices { struct str *items; size_t n, cap; };

static void choices_add(struct choices *choices, struct str text)
{
	if (str_empty(text))
		return;
	for (size_t i = 0; i < choices->n; i++) {
		if (str_eq(choices->items[i], text))
			return;
	}
	MEM_ROOM(choices->items, choices->n, choices->cap);
	choices->items[choices->n++] = text;
}

static void choices_texts(struct choices *choices, const struct option_texts *texts)
{
	for (size_t i = 0; i < texts->n; i++)
		choices_add(choices, str_of(texts->items[i]));
}

static void choices_agents(struct choices *choices, const struct house *house, enum op_kind kind)
{
	for (size_t i = 0; i < house->n_agents; i++) {
		const struct house_agent *agent = house->agents[i];

		choices_add(choices, str_of(kind == OP_AGENT ? agent->id : kind == OP_TEAM ? agent->team : agent->site));
	}
}

static void choices_words(struct choices *choices, enum op_kind kind)
{
	if (kind == OP_ROLE) {
		for (int i = 0; i < ROLE_COUNT; i++)
			choices_add(choices, str_of(role_word((enum role)i)));
	} else if (kind == OP_WAY) {
		for (int i = 0; i < VERIFY_WAY_COUNT; i++)
			choices_add(choices, str_of(verify_way_word((enum verify_way)i)));
	} else if (kind == OP_STATUS) {
		/* reopened is the rule's own word */
		for (int i = 0; i < CASE_STATUS_COUNT; i++)
			choices_add(choices, i == CASE_REOPENED ? (struct str){ 0 } : str_of(case_status_word((enum case_status)i)));
	} else if (kind == OP_CHANNEL) {
		for (int i = 0; i < CHANNEL_COUNT; i++)
			choices_add(choices, str_of(channel_word((enum channel)i)));
	} else if (kind == OP_YES) {
		choices_add(choices, STR("yes"));
		choices_add(choices, STR("no"));
	}
}

/* Where the house does not say: what a customer knows by heart and others do not. */
static const char *const compared[] = {
	"profile.addresses", "profile.identities", "profile.names", "profile.since", "profile.tier", "profile.language", "profile.note",
};

struct str *op_choices(const struct desk *desk, const struct op_field *field, size_t *n)
{
	const struct house *house = desk->house;
	struct choices choices = { 0 };

	switch (field->kind) {
	case OP_AGENT: case OP_TEAM: case OP_SITE:
		choices_agents(&choices, house, field->kind);
		break;
	case OP_DONE:
		choices_texts(&choices, &house->done);
		break;
	case OP_REASON:
		choices_texts(&choices, &house->reasons);
		break;
	case OP_FIELD:
		choices_texts(&choices, &house->compare);
		for (size_t i = 0; !house->compare.n && i < sizeof(compared) / sizeof(*compared); i++)
			choices_add(&choices, str_of(compared[i]));
		break;
	case OP_MASKED:
		for (size_t i = 0; i < house->n_masks; i++)
			choices_add(&choices, str_of(house->masks[i].field));
		break;
	case OP_OUTCOME:
		for (size_t i = 0; i < house->n_outcomes; i++)
			choices_add(&choices, str_of(house->outcomes[i].name));
		break;
	case OP_CHANNEL:
		choices_texts(&choices, &house->channels);
		if (!choices.n)
			choices_words(&choices, field->kind);
		break;
	case OP_CHOICE: case OP_WORD:
		for (const char *const *word = field->choices; word && *word; word++)
			choices_add(&choices, str_of(*word));
		break;
	default:
		choices_words(&choices, field->kind);
	}
	*n = choices.n;
	return choices.items;
}

struct str op_choice_words(const struct op_field *field, struct str choice)
{
	static const struct { const char *name, *words; } words[] = {
		{ "profile.addresses", "address" }, { "profile.addresses.postcode", "postcode" }, { "profile.addresses.street", "street" },
		{ "profile.addresses.city", "city" }, { "profile.identities", "telephone, e-mail or other number" }, { "profile.names", "name" },
		{ "profile.since", "customer since" }, { "profile.note", "note on record" }, { "profile.lifetime", "lifetime value" },
		{ "identity.tel", "telephone" }, { "identity.email", "e-mail" }, { "identity.loyalty", "loyalty number" },
		{ "row.text", "texts of notes and messages" }, { "row.title", "titles of rows" }, { "row.amount", "amounts" },
		{ "row.lines", "what was bought" }, { "contact.number", "the caller's number" },
	};

	if (field->kind != OP_FIELD && field->kind != OP_MASKED)
		return choice;
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (str_is(choice, words[i].name))
			return str_of(gettext(words[i].words));
	return str_starts(choice, "profile.") ? str_make(choice.p + strlen("profile."), choice.n - strlen("profile.")) : choice;
}

const char *op_kind_help(enum op_kind kind)
{
	static const char *const helps[] = {
		[OP_TEXT] = "a line of text", [OP_LONG] = "a text", [OP_WORD] = "a word or code", [OP_WORDS] = "words, separated by commas",
		[OP_WHEN] = "a time to come, such as 14:00, +2h, tomorrow 9:00 or fri 10", [OP_PAST] = "a day gone by, such as 2026-11-20, yesterday or 3d",
		[OP_SPAN] = "a length of time, such as 15m or 2h", [OP_MONEY] = "an amount, such as 42.10", [OP_COUNT] = "a whole number",
		[OP_YES] = "yes or no", [OP_IDENTITY] = "an identity, such as jane@example.com or rec:shop/12", [OP_AGENT] = "an agent of the house",
		[OP_TEAM] = "a team of the house", [OP_ROLE] = "a role", [OP_SITE] = "a site of the house", [OP_CHANNEL] = "a channel",
		[OP_WAY] = "a way of verification", [OP_DONE] = "codes of the house's wrap-up list", [OP_OUTCOME] = "an outcome of the house's wrap-up list",
		[OP_REASON] = "a reason of the house's list", [OP_STATUS] = "a status of cases", [OP_CASE] = "a case, by its code",
		[OP_ENTRY] = "an entry, by its id", [OP_CONTACT] = "a contact, by its id", [OP_ROWS] = "rows, as BACKEND/ROW/ID",
		[OP_FIELD] = "a field, such as profile.addresses", [OP_MASKED] = "a field, such as profile.addresses",
		 [OP_CHOICE] = "one of the words", [OP_WHO] = "whatever finds a customer",
	};

	return helps[kind];
}
