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

	"entry", "entry.data", "entry.id", "entry.type", "entry.person", "entry.case", "entry.at", "entry.got", "entry.author",
	"entry.team", "entry.channel", "entry.redacted",
	"misfit", "misfit.kind", "misfit.backend", "misfit.row", "misfit.id", "misfit.order", "misfit.at", "misfit.since", "misfit.promise",
	"brief", "brief.tried", "brief.tried.kind", "brief.tried.code", "brief.tried.times", "brief.tried.back",
	"brief.tried.first", "brief.tried.last", "brief.tried.verdict", "brief.effort", "brief.effort.contacts",
	"brief.effort.channels", "brief.effort.transfers", "brief.effort.days", "brief.effort.repeats", "brief.effort.handling",
	"brief.effort.cost", "brief.effort.lifetime", "brief.next", "brief.next.text", "brief.next.by", "brief.next.at",
	"brief.next.type", "brief.promised", "brief.case", "brief.code", "brief.wants", "brief.wants_from", "brief.wants_at",
	"brief.more_promised",
	"case", "case.registers", "case.registers.name", "case.registers.value", "case.registers.also", "case.id", "case.code",
	"case.person", "case.status", "case.title", "case.owner", "case.holder", "case.team", "case.opened", "case.opened_by",
	"case.solved", "case.entries", "case.handoffs",
	"handoff", "handoff.id", "handoff.person", "handoff.case", "handoff.code", "handoff.state", "handoff.by", "handoff.at",
	"handoff.due", "handoff.to_team", "handoff.to_agent", "handoff.reason", "handoff.wants", "handoff.tried",
	"handoff.promised", "handoff.next", "handoff.note", "handoff.contact", "handoff.closed_by", "handoff.closed",
	"handoff.declined",
	"promise", "promise.id", "promise.person", "promise.case", "promise.state", "promise.text", "promise.due", "promise.owner",
	"promise.team", "promise.by", "promise.at", "promise.ended_by", "promise.ended",
	"question", "question.id", "question.person", "question.case", "question.text", "question.by", "question.at",
	"question.due", "question.to_team", "question.to_role", "question.to_agent", "question.amount", "question.answered",
	"question.answered_by", "question.yes", "question.answer", "question.used",
	"contact", "contact.done", "contact.id", "contact.person", "contact.case", "contact.agent", "contact.channel",
	"contact.direction", "contact.call", "contact.number", "contact.site", "contact.from", "contact.until", "contact.ended",
	"contact.wrapped", "contact.outcome", "contact.reason", "contact.line", "contact.satisfaction", "contact.handling",
	"notice", "notice.id", "notice.site", "notice.team", "notice.text", "notice.until", "notice.by", "notice.at",
	"discrepancy", "discrepancy.id", "discrepancy.about", "discrepancy.item", "discrepancy.site", "discrepancy.text",
	"discrepancy.says", "discrepancy.is",
	"discrepancy.by", "discrepancy.at", "discrepancy.closed", "discrepancy.closed_by", "discrepancy.outcome",
	"verified", "verified.level", "verified.way", "verified.at", "verified.until", "verified.by", "verified.travelled",
	"verified.misses",

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
