/*
 * Every name of the data contract, as masks and verification call it: the map,
 * then the field.
 */
#include <dossier/desk/present.h>

#define X(name, word, class) "identity." word,
const char *const present_names[] = {
	"record", "record.id", "record.backend", "record.guest", "record.reference_only", "record.names", "record.identities",
	"record.matched", "record.matched.backend", "record.matched.asked", "record.matched.field", "record.matched.stored",
	"record.addresses", "record.addresses.label", "record.addresses.lines", "record.addresses.city", "record.addresses.region",
	"record.addresses.postcode", "record.addresses.country", "record.tier", "record.since", "record.lifetime", "record.channel",
	"record.consent", "record.do_not_contact", "record.language", "record.note", "record.web",

	"group", "group.name", "group.shared_only", "group.typed", "group.matched", "group.matched.backend", "group.matched.asked",
	"group.matched.field", "group.matched.stored", "group.reasons", "group.reasons.text", "group.reasons.by", "group.persons",
	"group.records",

	"profile", "profile.name", "profile.names", "profile.identities", "profile.addresses", "profile.tier", "profile.since",
	"profile.lifetime", "profile.channel", "profile.consent", "profile.do_not_contact", "profile.do_not_contact_by",
	"profile.language", "profile.note", "profile.web",

	"row", "row.id", "row.backend", "row.row", "row.kind", "row.step", "row.channel", "row.direction", "row.at", "row.until",
	"row.title", "row.text", "row.reader", "row.agent", "row.place", "row.place.id", "row.place.name", "row.status", "row.done",
	"row.outcome", "row.amount", "row.lines", "row.lines.title", "row.lines.sku", "row.lines.quantity", "row.lines.amount",
	"row.refs", "row.refs.order", "row.refs.receipt", "row.refs.ticket", "row.refs.tracking", "row.refs.call", "row.refs.case",
	"row.web", "row.attachments", "row.attachments.name", "row.attachments.type", "row.attachments.size", "row.attachments.web",
	"row.part_of", "row.number", "row.shared_only", "row.sources", "row.sources.backend", "row.sources.row", "row.sources.id",

	"source", "source.backend", "source.state", "source.error", "source.why", "source.since", "source.retry_at",
	"source.requests", "source.rows", "source.dropped", "source.left", "source.ms",

	"article", "article.id", "article.backend", "article.title", "article.text", "article.at", "article.web",
	"stock", "stock.backend", "stock.item", "stock.title", "stock.sku", "stock.ean", "stock.site", "stock.site.id",
	"stock.site.name", "stock.quantity", "stock.condition", "stock.price", "stock.web",

	"identity", ID_TYPES(X)
	NULL
};
#undef X

bool present_knows(const char *field)
{
	for (const char *const *name = present_names; *name; name++) {
		if (!strcmp(*name, field))
			return true;
	}
	return false;
}
