/*
 * Which fields are closed to an agent: the house's masks that bind the role,
 * each in every place where the same would show, and what a partner must not
 * see in any house.
 */
#include <dossier/base/mem.h>

#include "desk_mask.h"

/* Where the same stands under another name; a face that shows one shows the other. */
static const struct twin { const char *field, *also; } twins[] = {
	{ "profile.name", "profile.names" }, { "profile.names", "profile.name" }, { "profile.names", "record.names" },
	{ "profile.names", "group.name" }, { "record.names", "profile.names" }, { "group.name", "profile.names" },
	{ "identity.name", "profile.names" },
	{ "profile.identities", "record.identities" }, { "record.identities", "profile.identities" },
	{ "record.identities", "record.matched" }, { "record.identities", "group.matched" }, { "record.identities", "group.reasons" },
	{ "record.identities", "row.number" }, { "record.identities", "contact.number" },
	{ "record.matched", "group.matched" }, { "group.matched", "record.matched" },
	{ "identity.tel", "row.number" }, { "identity.tel", "contact.number" },
	{ "identity.x", "row.number" }, { "identity.mastodon", "row.number" }, { "identity.handle", "row.number" },
	{ "row.number", "contact.number" },
	{ "identity.postcode", "record.addresses.postcode" },
	{ "profile.addresses", "record.addresses" }, { "record.addresses", "profile.addresses" },
	/* the profile has an address as one text */
	{ "record.addresses.lines", "profile.addresses" }, { "record.addresses.city", "profile.addresses" },
	{ "record.addresses.region", "profile.addresses" }, { "record.addresses.postcode", "profile.addresses" },
	{ "record.addresses.country", "profile.addresses" }, { "record.addresses.label", "profile.addresses" },
	{ "profile.tier", "record.tier" }, { "record.tier", "profile.tier" },
	{ "profile.since", "record.since" }, { "record.since", "profile.since" },
	{ "profile.lifetime", "record.lifetime" }, { "record.lifetime", "profile.lifetime" }, { "profile.lifetime", "brief.effort.lifetime" },
	{ "profile.channel", "record.channel" }, { "record.channel", "profile.channel" },
	{ "profile.consent", "record.consent" }, { "record.consent", "profile.consent" },
	{ "profile.do_not_contact", "record.do_not_contact" }, { "record.do_not_contact", "profile.do_not_contact" },
	{ "profile.do_not_contact", "profile.do_not_contact_by" },
	{ "profile.language", "record.language" }, { "record.language", "profile.language" },
	{ "profile.note", "record.note" }, { "record.note", "profile.note" },
	{ "profile.web", "record.web" }, { "record.web", "profile.web" },
	{ "row.amount", "row.lines.amount" },
	{ "case.title", "brief.wants" }, { "handoff.next", "brief.next.text" },
	{ "promise.text", "brief.promised.text" },
};

static bool is_below(const char *field, const char *above)
{
	size_t n = strlen(above);

	return !strncmp(field, above, n) && (!field[n] || field[n] == '.');
}

struct closing { const char *done[64]; size_t n; };

/* One rule, wherever it leads: what is below the field and has a twin takes it along. */
static void close_field(struct mask *mask, const char *field, int64_t level, struct closing *closing)
{
	for (size_t i = 0; i < closing->n; i++) {
		if (!strcmp(closing->done[i], field))
			return;
	}
	if (closing->n == sizeof(closing->done) / sizeof(*closing->done))
		return;
	closing->done[closing->n++] = field;
	mask_until(mask, field, level);
	for (size_t i = 0; i < sizeof(twins) / sizeof(*twins); i++) {
		if (is_below(twins[i].field, field))
			close_field(mask, twins[i].also, level, closing);
	}
}

/* Who has a role besides that the mask does not name is not bound by it. */
static bool binds(const struct desk *desk, const struct house_mask *rule)
{
	return !rule->roles || !(desk->roles & ~rule->roles);
}

/* A partner who does not deal with the customer learns who it is, and no more. */
static const char *const not_dealing[] = {
	"brief", "case", "contact", "handoff", "promise", "question", "entry", "row.title", "row.text", "row.lines", "row.amount",
	"row.refs", "row.attachments", "row.agent", "row.number", "row.web", "profile.identities", "profile.addresses",
	"profile.lifetime", "profile.note", "profile.tier", "profile.since", "profile.consent",
};

struct mask *desk_mask_new(const struct desk *desk, bool dealing)
{
	const struct house *house = desk->house;
	struct mask *mask = mask_new();
	size_t n = 0;

	for (size_t i = 0; i < house->n_masks; i++) {
		if (!binds(desk, &house->masks[i]))
			continue;
		close_field(mask, house->masks[i].field, house->masks[i].level, &(struct closing){ 0 });
		n++;
	}
	for (size_t i = 0; desk_is_partner(desk) && !dealing && i < sizeof(not_dealing) / sizeof(*not_dealing); i++, n++)
		close_field(mask, not_dealing[i], INT64_MAX, &(struct closing){ 0 });
	if (n)
		return mask;
	mask_free(mask);
	return NULL;
}

const struct mask *desk_mask(struct desk *desk)
{
	if (!desk->mask_made)
		desk->mask = desk_mask_new(desk, false);
	desk->mask_made = true;
	return desk->mask;
}

bool desk_is_partner(const struct desk *desk)
{
	return desk->roles == ROLE_BIT(PARTNER);
}

bool desk_may_read(const struct desk *desk, const struct entry *entry)
{
	return !desk_is_partner(desk) || (desk->team.p && str_eq(entry->team, desk->team)) || str_eq(entry->author, desk->agent);
}

/* What stands among the rows is closed there; a brief is everybody's. */
bool desk_closes(const struct desk *desk, const struct entry *entry)
{
	static const enum entry_type notes[] = { ENTRY_NOTE, ENTRY_CONTACT_END, ENTRY_ACTION, ENTRY_REVIEW };
	bool note = !entry_known(entry);

	for (size_t i = 0; i < sizeof(notes) / sizeof(*notes); i++)
		note |= entry->type == notes[i];
	return note && !desk_may_read(desk, entry);
}
