/*
 * Every operation: what it is called, what it asks for, and who may.
 */
#include "operation_build.h"

#define ALL BY_ALL
#define STAFF BY_STAFF
#define ANY ENTRY_UNKNOWN

#define FIELDS(name, ...) static const struct op_field name##_fields[] = { __VA_ARGS__ { 0 } }

static const char *const whys[] = { "changed", "mistake", NULL };
static const char *const wrongs[] = { "stock", "display", "web", NULL };
static const char *const directions[] = { "in", "out", NULL };

FIELDS(none,);
FIELDS(note,
	{ "text", OP_LONG, OP_MUST, true, "what others should know; staff only read it" },
	{ "case", OP_CASE, OP_MAY, false, "the case it belongs to" },
	{ "about", OP_ROWS, OP_MAY, false, "rows of the timeline that it is about" },);
FIELDS(next,
	{ "text", OP_TEXT, OP_MUST, true, "what is to be done next, and by whom" },
	{ "case", OP_CASE, OP_MAY, false, "the case it belongs to" },);
FIELDS(case_open,
	{ "title", OP_TEXT, OP_MUST, true, "what the customer wants, in a few words" },
	{ "reason", OP_WORD, OP_MAY, false, "a code of what it is about" },
	{ "priority", OP_WORD, OP_MAY, false, "how urgent it is" },
	{ "tags", OP_WORDS, OP_MAY, false, "tags, separated by commas" },
	{ "owner", OP_AGENT, OP_MAY, false, "who answers to the customer; you, when absent" },
	{ "rows", OP_ROWS, OP_MAY, false, "loose contacts that belong to it: all of the last days, when absent" },);
FIELDS(case_set,
	{ "case", OP_CASE, OP_MAY, false, "which case, when there are several" },
	{ "status", OP_STATUS, OP_ONE, false, "open, waiting or solved" },
	{ "title", OP_TEXT, OP_ONE, false, "what the customer wants, in a few words" },
	{ "priority", OP_WORD, OP_ONE, false, "how urgent it is" },
	{ "tag", OP_WORD, OP_ONE, false, "a tag to put on" },
	{ "untag", OP_WORD, OP_ONE, false, "a tag to take off" },
	{ "reason", OP_WORD, OP_ONE, false, "a code of what it is about" },);
FIELDS(case_only,
	{ "case", OP_CASE, OP_MAY, false, "which case, when there are several" },
	{ "reason", OP_WORD, OP_MAY, false, "a code of why" },);
FIELDS(case_agent,
	{ "agent", OP_AGENT, OP_MAY, true, "who; you, when absent" },
	{ "case", OP_CASE, OP_MAY, false, "which case, when there are several" },
	{ "reason", OP_WORD, OP_MAY, false, "a code of why" },);
FIELDS(case_to_team,
	{ "team", OP_TEAM, OP_MUST, true, "which team" },
	{ "case", OP_CASE, OP_MAY, false, "which case, when there are several" },
	{ "reason", OP_WORD, OP_MAY, false, "a code of why" },);
FIELDS(handoff_offer,
	{ "team", OP_TEAM, OP_ONE, false, "the team that is to take it" },
	{ "agent", OP_AGENT, OP_ONE, false, "the agent who is to take it" },
	{ "reason", OP_REASON, OP_MUST, false, "why it goes on" },
	{ "wants", OP_TEXT, OP_MUST, false, "what the customer wants" },
	{ "next", OP_TEXT, OP_MUST, true, "what the receiver should do" },
	{ "tried", OP_TEXT, OP_MAY, false, "what was tried already" },
	{ "promised", OP_TEXT, OP_MAY, false, "what was promised" },
	{ "note", OP_LONG, OP_MAY, false, "anything else the receiver should know" },
	{ "due", OP_WHEN, OP_MAY, false, "when it should be taken at the latest" },
	{ "case", OP_CASE, OP_MAY, false, "which case, when there are several" },);
FIELDS(reason_text,
	{ "reason", OP_TEXT, OP_MUST, true, "why" },);
FIELDS(reason_code,
	{ "reason", OP_WORD, OP_MAY, true, "a code of why" },);
FIELDS(promise_make,
	{ "text", OP_TEXT, OP_MUST, true, "what was promised, as it was said to the customer" },
	{ "due", OP_WHEN, OP_MUST, false, "by when" },
	{ "owner", OP_AGENT, OP_MAY, false, "who keeps it; you, when neither owner nor team is given" },
	{ "team", OP_TEAM, OP_MAY, false, "the team of which somebody is to take it" },
	{ "source", OP_WORD, OP_MAY, false, "where it came from, such as self-service" },
	{ "case", OP_CASE, OP_MAY, false, "the case it belongs to" },);
FIELDS(promise_keep,
	{ "text", OP_TEXT, OP_MAY, true, "how it was kept" },);
FIELDS(promise_assign,
	{ "agent", OP_AGENT, OP_ONE, true, "who keeps it from now on" },
	{ "team", OP_TEAM, OP_ONE, false, "the team of which somebody is to take it" },);
FIELDS(promise_release,
	{ "reason", OP_TEXT, OP_MAY, true, "why" },);
FIELDS(ask,
	{ "text", OP_TEXT, OP_MUST, true, "the question, so that yes or no answers it" },
	{ "team", OP_TEAM, OP_ONE, false, "the team that is asked" },
	{ "role", OP_ROLE, OP_ONE, false, "the role that is asked, such as supervisor" },
	{ "agent", OP_AGENT, OP_ONE, false, "the agent who is asked" },
	{ "amount", OP_MONEY, OP_MAY, false, "the amount that it is about" },
	{ "due", OP_WHEN, OP_MAY, false, "by when the customer needs to know" },
	{ "case", OP_CASE, OP_MAY, false, "the case it belongs to" },);
FIELDS(answer,
	{ "yes", OP_YES, OP_ONE, false, "yes or no" },
	{ "text", OP_TEXT, OP_ONE, true, "the answer" },);
FIELDS(verify,
	{ "how", OP_WAY, OP_MUST, false, "how the customer was verified" },
	{ "field", OP_FIELD, OP_MAY, false, "compare: which field" },
	{ "answer", OP_TEXT, OP_MAY, true, "compare, code: what the customer said; it is not kept" },
	{ "match", OP_YES, OP_MAY, false, "code: did it match, when it was not sent from here" },);
FIELDS(contact_start,
	{ "channel", OP_CHANNEL, OP_MAY, false, "the channel; the one you are signed on to, when absent" },
	{ "number", OP_WORD, OP_MAY, false, "the telephone number or handle of the customer" },
	{ "call", OP_WORD, OP_MAY, false, "the id that the exchange or chat gave it" },
	{ "direction", OP_CHOICE, OP_MAY, false, "in or out; in, when absent", directions },
	{ "site", OP_SITE, OP_MAY, false, "where; your site, when absent" },
	{ "from", OP_CONTACT, OP_MAY, false, "the contact that it goes on from" },
	{ "via", OP_WORD, OP_MAY, false, "what started it, such as a pop" },);
FIELDS(contact_end,
	{ "done", OP_DONE, OP_MAY, false, "codes of what was done, separated by commas" },
	{ "outcome", OP_OUTCOME, OP_MAY, false, "how it ended" },
	{ "reason", OP_WORD, OP_MAY, false, "a code of why, where the outcome has some" },
	{ "line", OP_TEXT, OP_MAY, true, "one line, when the codes do not say it" },
	{ "next", OP_TEXT, OP_MAY, false, "what is to be done next; the outcome's own, when absent" },
	{ "case", OP_CASE, OP_MAY, false, "the case that it was about" },
	{ "satisfaction", OP_COUNT, OP_MAY, false, "how satisfied the customer is, from 1 to 5, when asked" },
	{ "handling", OP_SPAN, OP_MAY, false, "how long it took, when the clock does not know" },);
FIELDS(link,
	{ "identity", OP_IDENTITY, OP_MUST, true, "an e-mail, telephone, handle, number or record of this customer" },
	{ "since", OP_PAST, OP_MAY, false, "since when" },
	{ "evidence", OP_TEXT, OP_MAY, false, "how you know" },);
FIELDS(link_other,
	{ "evidence", OP_TEXT, OP_MAY, false, "how you know that the two are one" },);
FIELDS(unlink,
	{ "identity", OP_IDENTITY, OP_MUST, true, "what is not, or no longer, this customer's" },
	{ "why", OP_CHOICE, OP_MAY, false, "changed (it was theirs) or mistake (it never was); mistake, when absent", whys },
	{ "until", OP_PAST, OP_MAY, false, "changed: until when it was theirs" },);
FIELDS(unlink_other,
	{ "person", OP_WORD, OP_MUST, true, "the person who is somebody else, by id or its beginning" },
	{ "why", OP_CHOICE, OP_MAY, false, "changed or mistake; mistake, when absent", whys },);
FIELDS(assign,
	{ "entry", OP_ENTRY, OP_MUST, true, "the entry that belongs to this customer" },);
FIELDS(attach,
	{ "case", OP_CASE, OP_MAY, false, "which case, when there are several" },
	{ "entry", OP_ENTRY, OP_ONE, false, "a note, contact or other entry" },
	{ "rows", OP_ROWS, OP_ONE, true, "rows of the timeline" },
	{ "off", OP_YES, OP_MAY, false, "take it out of every case" },);
FIELDS(rows,
	{ "rows", OP_ROWS, OP_MUST, true, "rows of the timeline" },);
FIELDS(notice,
	{ "text", OP_LONG, OP_MUST, true, "what everybody there should know" },
	{ "site", OP_SITE, OP_ONE, false, "for which site" },
	{ "team", OP_TEAM, OP_ONE, false, "for which team" },
	{ "until", OP_WHEN, OP_MUST, false, "until when it is shown" },
	{ "replaces", OP_ENTRY, OP_MAY, false, "the notice that it takes the place of" },);
FIELDS(discrepancy,
	{ "about", OP_WORD, OP_MUST, false, "stock, display, web or another word for what is wrong", wrongs },
	{ "item", OP_WORD, OP_MAY, false, "the item" },
	{ "text", OP_TEXT, OP_MUST, true, "what is wrong" },
	{ "site", OP_SITE, OP_MAY, false, "where; your site, when absent" },
	{ "says", OP_TEXT, OP_MAY, false, "what the system says" },
	{ "is", OP_TEXT, OP_MAY, false, "what is true" },);
FIELDS(discrepancy_close,
	{ "outcome", OP_TEXT, OP_MUST, true, "how it ended; the reporter reads it" },);
FIELDS(review,
	{ "text", OP_LONG, OP_ONE, true, "what was good, and what could be better" },
	{ "points", OP_COUNT, OP_ONE, false, "points" },);
FIELDS(redact,
	{ "reason", OP_WORD, OP_MUST, true, "a code of why its words are taken away for good" },);
FIELDS(reveal,
	{ "field", OP_MASKED, OP_MUST, false, "the closed field that you need to see" },
	{ "reason", OP_TEXT, OP_MUST, true, "why; it is kept with your name" },);
FIELDS(view,
	{ "how", OP_WORD, OP_MAY, false, "what was looked at" },
	{ "who", OP_TEXT, OP_MAY, false, "what was asked for, when no person is known" },
	{ "list", OP_WORD, OP_MAY, false, "the hash of a list" },
	{ "reason", OP_TEXT, OP_MAY, true, "why" },
	{ "entries", OP_COUNT, OP_MAY, false, "how many" },);
FIELDS(pop,
	{ "who", OP_WHO, OP_MUST, true, "who is there" },
	{ "call", OP_WORD, OP_MAY, false, "the id that the exchange gave the call" },
	{ "number", OP_WORD, OP_MAY, false, "the number or handle" },
	{ "agent", OP_AGENT, OP_MAY, false, "for whom; for you, when absent" },
	{ "offer", OP_ENTRY, OP_MAY, false, "the hand-off that it is about" },
	{ "channel", OP_CHANNEL, OP_MAY, false, "how they come; phone, when absent" },
	{ "ends", OP_ENTRY, OP_MAY, false, "the pop that it takes back: the caller is gone" },);
FIELDS(action,
	{ "backend", OP_WORD, OP_MUST, false, "where it was done" },
	{ "action", OP_WORD, OP_MUST, false, "what was done" },
	{ "outcome", OP_WORD, OP_MUST, false, "begun, done, refused, unknown" },
	{ "code", OP_WORD, OP_MAY, false, "what it counts as" },
	{ "cost", OP_MONEY, OP_MAY, false, "what it cost" },
	{ "cost_for", OP_WORD, OP_MAY, false, "refund, discount or goodwill" },
	{ "text", OP_LONG, OP_MAY, true, "what was said about it" },
	{ "ref", OP_WORD, OP_MAY, false, "what the backend calls it" },
	{ "answer", OP_ENTRY, OP_MAY, false, "the yes that it uses up" },
	{ "begun", OP_ENTRY, OP_MAY, false, "the entry that says it was begun" },
	{ "case", OP_CASE, OP_MAY, false, "the case it belongs to" },);

#define CUSTOMER(id, command, writes, fields, roles, settled, build, help) \
	{ id, command, help, OP_ON_CUSTOMER, ENTRY_##writes, ANY, fields##_fields, roles, settled, build }
#define CASE(id, command, writes, fields, roles, build, help) \
	{ id, command, help, OP_ON_CASE, ENTRY_##writes, ANY, fields##_fields, roles, true, build }
#define ITEM(id, command, writes, item, fields, roles, build, help) \
	{ id, command, help, OP_ON_ITEM, ENTRY_##writes, item, fields##_fields, roles, false, build }
#define NOBODY(id, command, writes, fields, roles, build, help) \
	{ id, command, help, OP_ON_NOBODY, ENTRY_##writes, ANY, fields##_fields, roles, false, build }

const struct operation operations[] = {
	CUSTOMER("note", "note", NOTE, note, ALL, true, op_note, "write a note about a customer, for staff only"),
	CUSTOMER("next", "next", NEXT, next, ALL, true, op_next, "say what is to be done next"),

	CUSTOMER("case.open", "case open", CASE_OPEN, case_open, ALL, true, op_case_open, "open a case: one thing that a customer wants"),
	CASE("case.set", "case set", CASE_SET, case_set, ALL, op_case_set, "change a case: status, title, priority, tags, reason"),
	CASE("case.close", "case close", CASE_SET, case_only, ALL, op_case_close, "say that a case is solved"),
	CASE("case.reopen", "case reopen", CASE_SET, case_only, ALL, op_case_reopen, "say that a case is open again"),
	CASE("case.own", "case own", CASE_SET, case_agent, STAFF, op_case_own, "name who answers to the customer until it is solved"),
	CASE("case.hold", "case hold", CASE_SET, case_agent, STAFF, op_case_hold, "name who works on a case now"),
	CASE("case.team", "case team", CASE_SET, case_to_team, STAFF, op_case_team, "move a case to a team"),

	CUSTOMER("handoff.offer", "handoff offer", HANDOFF_OFFER, handoff_offer, STAFF, true, op_handoff_offer,
		 "offer a case to a team or an agent, with what they need to know"),
	ITEM("handoff.accept", "handoff accept", HANDOFF_ACCEPT, ENTRY_HANDOFF_OFFER, none, STAFF, op_handoff_claim, "accept a hand-off: the case is yours"),
	ITEM("handoff.decline", "handoff decline", HANDOFF_DECLINE, ENTRY_HANDOFF_OFFER, reason_text, STAFF, op_handoff_decline,
	     "decline a hand-off, with a reason"),
	ITEM("handoff.withdraw", "handoff withdraw", HANDOFF_WITHDRAW, ENTRY_HANDOFF_OFFER, reason_code, STAFF, op_handoff_claim,
	     "take back a hand-off that nobody has accepted"),

	CUSTOMER("promise.make", "promise make", PROMISE_MAKE, promise_make, ALL, true, op_promise_make, "keep in mind what the customer was told, and by when"),
	ITEM("promise.keep", "promise keep", PROMISE_KEEP, ENTRY_PROMISE_MAKE, promise_keep, ALL, op_promise_keep, "say that a promise was kept"),
	ITEM("promise.assign", "promise assign", PROMISE_ASSIGN, ENTRY_PROMISE_MAKE, promise_assign, STAFF, op_promise_assign, "give a promise to somebody else"),
	ITEM("promise.release", "promise release", PROMISE_RELEASE, ENTRY_PROMISE_MAKE, promise_release, STAFF, op_promise_release,
	     "let go of a promise, for the team to take"),
	ITEM("promise.cancel", "promise cancel", PROMISE_CANCEL, ENTRY_PROMISE_MAKE, reason_text, STAFF, op_promise_release,
	     "cancel a promise, with a reason"),
	ITEM("promise.take", "promise take", PROMISE_TAKE, ENTRY_PROMISE_MAKE, none, STAFF, op_promise_take, "take a promise that is nobody's"),

	CUSTOMER("ask", "ask", ASK, ask, STAFF, true, op_ask, "ask a team, a role or a colleague while the customer waits"),
	ITEM("answer", "answer", ANSWER, ENTRY_ASK, answer, STAFF, op_answer, "answer a question; a yes can be used once"),

	CUSTOMER("verify", "verify", VERIFY, verify, ALL, false, op_verify, "verify who the customer of this contact is"),
	CUSTOMER("contact.start", "contact start", CONTACT_START, contact_start, ALL, false, op_contact_start, "begin a contact with a customer"),
	ITEM("contact.end", "contact end", CONTACT_END, ENTRY_CONTACT_START, contact_end, ALL, op_contact_end, "wrap up a contact: what was done, and how it ended"),
	ITEM("contact.hangup", "contact hangup", CONTACT_END, ENTRY_CONTACT_START, none, ALL, op_contact_hangup, "end a contact; the wrap-up may follow later"),

	CUSTOMER("link", "link", LINK, link, STAFF, true, op_link, "link an identity to a customer"),
	CUSTOMER("link.other", NULL, LINK, link_other, STAFF, false, op_link_other, "say that two customers are one"),
	CUSTOMER("unlink", "unlink", UNLINK, unlink, STAFF, false, op_unlink, "take an identity from a customer"),
	CUSTOMER("unlink.other", NULL, UNLINK, unlink_other, STAFF, false, op_unlink_other, "say that a customer is two"),
	CUSTOMER("assign", "assign", ASSIGN, assign, STAFF, true, op_assign, "move an entry to the customer whom it is about"),
	CASE("attach", "attach", ATTACH, attach, ALL, op_attach, "put rows or an entry into a case"),
	CUSTOMER("fold", "fold", FOLD, rows, STAFF, true, op_rows, "let rows be one event again"),
	CUSTOMER("unfold", "unfold", UNFOLD, rows, STAFF, true, op_rows, "show rows apart that are not one event"),

	NOBODY("notice", "notice", NOTICE, notice, ALL, op_notice, "tell a site or a team, until a time"),
	NOBODY("discrepancy", "discrepancy", DISCREPANCY, discrepancy, ALL, op_discrepancy, "report stock, a display or a web text that is wrong"),
	ITEM("discrepancy.close", "discrepancy close", DISCREPANCY_CLOSE, ENTRY_DISCREPANCY, discrepancy_close, ALL, op_discrepancy_close,
	     "tell the reporter how a discrepancy ended"),

	ITEM("review", "review", REVIEW, ANY, review, BY_LEADS, op_review, "review a contact or another entry"),
	ITEM("redact", "redact", REDACT, ANY, redact, BY_LEADS, op_redact, "take away the words of an entry for good"),
	CUSTOMER("erase", "erase", ERASE, none, ROLE_BIT(ADMIN), true, op_erase, "erase all that is held about a customer"),
	CUSTOMER("reveal", "reveal", VIEW, reveal, ALL, true, op_reveal, "open a closed field, with a reason that is kept"),
	CUSTOMER("view", NULL, VIEW, view, ALL, false, op_view, "remember that a customer was looked at"),
	NOBODY("pop", "pop", POP, pop, ALL, op_pop, "show a customer on an agent's screen"),
	CUSTOMER("action", NULL, ACTION, action, ALL, true, op_action, "remember what was done in a backend"),
	{ 0 },
};
