#include <dossier/base/yaml.h>

#include "load.h"

static void read_addresses(struct load *l, struct node node, void *to);
static void read_id_word(struct load *l, struct node node, void *to, enum id_type type);

/* A reader is told no word, so each type of identity has its own. */
#define ID_READER(name) \
	static void read_id_##name(struct load *l, struct node node, void *to) \
	{ \
		read_id_word(l, node, to, ID_TYPE_##name); \
	}
ID_READER(EMAIL)
ID_READER(TEL)
ID_READER(LOYALTY)
ID_READER(ACCOUNT)
ID_READER(POSTCODE)
ID_READER(X)
ID_READER(MASTODON)
ID_READER(HANDLE)
ID_READER(CARD4)
#undef ID_READER

const struct word address_words[] = {
	{ "each", read_expr, offsetof(struct plan_address, each), "where the list of addresses stands" },
	{ "label", read_expr, offsetof(struct plan_address, label), "what for: shipping, home" },
	{ "line1", read_expr, offsetof(struct plan_address, line1), "street and number" },
	{ "line2", read_expr, offsetof(struct plan_address, line2), "more of it" },
	{ "line3", read_expr, offsetof(struct plan_address, line3), "more of it" },
	{ "city", read_expr, offsetof(struct plan_address, city), "city" },
	{ "region", read_expr, offsetof(struct plan_address, region), "state or province" },
	{ "postcode", read_expr, offsetof(struct plan_address, postcode), "postcode" },
	{ "country", read_expr, offsetof(struct plan_address, country), "country" },
	{ NULL }
};

#define FIELD(name) offsetof(struct plan_record, name)
const struct word record_words[] = {
	{ "id", read_expr, FIELD(id), "the record's permanent id" },
	{ "name", read_exprs, FIELD(names), "names, the one to show first" },
	{ "email", read_id_EMAIL, 0, "e-mail addresses" },
	{ "tel", read_id_TEL, 0, "telephone numbers" },
	{ "loyalty", read_id_LOYALTY, 0, "loyalty numbers" },
	{ "account", read_id_ACCOUNT, 0, "the backend's stable account ids" },
	{ "postcode", read_id_POSTCODE, 0, "postcodes to be found by" },
	{ "x", read_id_X, 0, "handles on X" },
	{ "mastodon", read_id_MASTODON, 0, "handles on Mastodon" },
	{ "handle", read_id_HANDLE, 0, "other handles" },
	{ "card4", read_id_CARD4, 0, "a card's last four digits" },
	{ "guest", read_expr, FIELD(guest), "true for one without an account" },
	{ "reference_only", read_expr, FIELD(reference_only), "true for one made from an order or ticket alone" },
	{ "since", read_expr, FIELD(since), "customer since" },
	{ "tier", read_expr, FIELD(tier), "customer group" },
	{ "channel", read_expr, FIELD(channel), "preferred channel" },
	{ "consent", read_expr, FIELD(consent), "what the customer agreed to" },
	{ "do_not_contact", read_expr, FIELD(do_not_contact), "true for one who must not be contacted" },
	{ "language", read_expr, FIELD(language), "language" },
	{ "note", read_expr, FIELD(note), "the backend's own note" },
	{ "web", read_expr, FIELD(web), "an address for the browser" },
	{ "lifetime", read_expr, FIELD(lifetime), "money spent in all" },
	{ "address", read_addresses, 0, "addresses" },
	{ "keep", read_saves, FIELD(keep), "values that pulls need, known as <record.NAME>" },
	{ NULL }
};
#undef FIELD

static void read_id_word(struct load *l, struct node node, void *to, enum id_type type)
{
	struct plan_record *record = to;
	struct plan_record_id id = { type, expr_read(l, node) };

	if (id.value)
		PLAN_ADD(record->ids, id);
}

static void read_addresses(struct load *l, struct node node, void *to)
{
	struct plan_record *record = to;

	for (size_t i = 0; i < node_count(node); i++) {
		struct plan_address address = { 0 };
		struct part part = { address_words, &address, l->fetch };

		block_read(l, node_at(node, i), &part, 1, NULL, "address");
		PLAN_ADD(record->addresses, address);
	}
}

static void want_pointers(struct load *l, const struct plan_record *record)
{
	expr_wants_pointer(l, record->id, "id", "customer", DIAG_ERROR);
	expr_wants_pointer(l, record->since, "since", "customer", DIAG_WARNING);
	for (size_t i = 0; i < record->names.n; i++)
		expr_wants_pointer(l, record->names.items[i], "name", "customer", DIAG_WARNING);
	for (size_t i = 0; i < record->ids.n; i++)
		expr_wants_pointer(l, record->ids.items[i].value, identity_type_word(record->ids.items[i].type), "customer", DIAG_WARNING);
}

void read_record(struct load *l, struct node node, void *to)
{
	struct plan_record *record = mem_zalloc(sizeof(*record));
	struct part part = { record_words, record, l->fetch };
	size_t mark = l->n_names;

	record->line = node.line;
	*(struct plan_record **)to = record;
	block_read(l, node, &part, 1, NULL, "record");
	/* kept values are <record.x>, never bare */
	l->n_names = mark;
	want_pointers(l, record);
	if (!record->id)
		load_error(l, node.line, "record: id: is missing, such as id: /id");
}
