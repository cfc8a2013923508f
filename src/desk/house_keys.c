#include <stddef.h>

#include "house_parts.h"

#define IN(type, member) offsetof(struct type, member)
#define HOUR (60 * 60 * INT64_C(1000))
#define DAY (24 * HOUR)
#define YEARS(n) ((n) * 366 * DAY)

const struct option house_file_keys[] = {
	{ "house", OPTION_ANY, IN(house_file, house), .help = "who the house is" },
	{ "agents", OPTION_ANY, IN(house_file, agents), .help = "who works here" },
	{ "identities", OPTION_ANY, IN(house_file, identities), .help = "the house's own patterns, tried first" },
	{ "backends", OPTION_ANY, IN(house_file, backends), .help = "the systems that are asked" },
	{ "store", OPTION_ANY, IN(house_file, store), .help = "where notes, hand-offs and promises are kept" },
	{ "contacts", OPTION_ANY, IN(house_file, contacts), .help = "channels, codes and outcomes of contacts" },
	{ "handoffs", OPTION_ANY, IN(house_file, handoffs), .help = "reasons for hand-offs" },
	{ "templates", OPTION_ANY, IN(house_file, templates), .help = "texts that agents begin with" },
	{ "verification", OPTION_ANY, IN(house_file, verification), .help = "what each way of verifying is worth" },
	{ "masks", OPTION_ANY, IN(house_file, masks), .help = "fields that are closed" },
	{ "windows", OPTION_ANY, IN(house_file, windows), .help = "how long is soon" },
	{ "costs", OPTION_ANY, IN(house_file, costs), .help = "what work costs" },
	{ "session", OPTION_ANY, IN(house_file, session), .help = "who sits at a workstation, and for how long" },
	{ "retention", OPTION_ANY, IN(house_file, retention), .help = "how long entries are kept, by type" },
	{ "legal_hold", OPTION_ANY, IN(house_file, legal_hold), .help = "persons whose entries no age deletes" },
	{ "browser", OPTION_TEXTS, IN(house_file, browser), .help = "what opens addresses: a program and its arguments" },
	{ "scanner", OPTION_ANY, IN(house_file, scanner), .help = "what bar code scanners send around a code" },
	{ "looks", OPTION_ANY, IN(house_file, looks), .help = "personal: looks of the workstation" },
	{ "keys", OPTION_ANY, IN(house_file, keys), .help = "personal: keys of the workstation" },
	{ "preferences", OPTION_ANY, IN(house_file, preferences), .help = "personal: other preferences" },
	{ 0 },
};

const struct option house_head_keys[] = {
	{ "name", OPTION_TEXT, IN(house, name), .help = "what the house is called" },
	{ "country", OPTION_TEXT, IN(house, country), .help = "ISO 3166 code: telephones without a country code" },
	{ "currency", OPTION_TEXT, IN(house, currency), .help = "ISO 4217 code: amounts without a currency" },
	{ "zone", OPTION_TEXT, IN(house, zone_name), "UTC", .help = "zone of the house's clocks" },
	{ 0 },
};

const struct option house_agent_keys[] = {
	{ "name", OPTION_TEXT, IN(house_agent, name), .required = true, .help = "as people say it" },
	{ "login", OPTION_TEXT, IN(house_agent, login), .help = "log-in of the operating system" },
	{ "email", OPTION_TEXT, IN(house_agent, email), .help = "address that backends know" },
	{ "phone", OPTION_TEXT, IN(house_agent, phone), .help = "the telephone at their place" },
	{ "role", OPTION_TEXT, IN(house_agent, role), "agent", .help = "what they may do" },
	{ "team", OPTION_TEXT, IN(house_agent, team), .help = "the team they are in" },
	{ "site", OPTION_TEXT, IN(house_agent, site), .help = "the place they work at" },
	{ "aliases", OPTION_TEXTS, IN(house_agent, aliases), .help = "their names in backends" },
	{ "badge", OPTION_TEXT, IN(house_agent, badge), .help = "what their card's bar code says" },
	{ "pin", OPTION_TEXT, IN(house_agent, pin), .help = "their PIN, hashed" },
	{ 0 },
};

const struct option house_identity_keys[] = {
	{ "type", OPTION_TEXT, IN(identity_keys, type), .required = true, .help = "type of identity" },
	{ "pattern", OPTION_TEXT, IN(identity_keys, pattern), .required = true, .help = "POSIX extended regular expression" },
	{ "value", OPTION_TEXT, IN(identity_keys, value), .help = "the identity, with \\1 to \\9 for groups" },
	{ 0 },
};

const struct option house_backend_keys[] = {
	{ "connector", OPTION_TEXT, IN(backend_keys, connector), .required = true, .help = "name or absolute path" },
	{ "settings", OPTION_ANY, IN(backend_keys, settings), .help = "what the connector asks for" },
	{ "deadline", OPTION_DURATION, IN(backend_keys, deadline), "10s", 50, 3600 * 1000, .help = "for a whole look-up and pull" },
	{ "connect", OPTION_DURATION, IN(backend_keys, connect), "3s", 50, 600 * 1000, .help = "for a connection" },
	{ "rate", OPTION_ANY, IN(backend_keys, rate), .help = "requests a second of all processes of the host" },
	{ "burst", OPTION_INT, IN(backend_keys, burst), NULL, 1, 10000, .help = "requests at once before the rate holds" },
	{ "concurrency", OPTION_INT, IN(backend_keys, concurrency), NULL, 1, 100, .help = "requests under way at a time" },
	{ "retries", OPTION_INT, IN(backend_keys, retries), "2", 0, 10, .help = "of reads, after the first try" },
	{ "pages", OPTION_INT, IN(backend_keys, pages), NULL, 1, 10000, .help = "of one list" },
	{ "body", OPTION_SIZE, IN(backend_keys, body), "32M", 1024, (int64_t)1 << 30, .help = "largest reply" },
	{ "headers", OPTION_SIZE, IN(backend_keys, headers), "64k", 1024, 1 << 20, .help = "largest head of a reply" },
	{ "ca_file", OPTION_TEXT, IN(backend_keys, ca_file), .help = "certificates trusted instead of the system's" },
	{ "cert_file", OPTION_TEXT, IN(backend_keys, cert_file), .help = "client certificate" },
	{ "key_file", OPTION_TEXT, IN(backend_keys, key_file), .help = "its key" },
	{ "key_password", OPTION_ANY, IN(backend_keys, key_password), .help = "of the key" },
	{ "country", OPTION_TEXT, IN(backend_keys, country), .help = "instead of the connector's or the house's" },
	{ "currency", OPTION_TEXT, IN(backend_keys, currency), .help = "instead of the connector's or the house's" },
	{ "zone", OPTION_TEXT, IN(backend_keys, zone), .help = "instead of the connector's or the house's" },
	{ "off", OPTION_BOOL, IN(backend_keys, off), "false", .help = "not asked for now" },
	{ 0 },
};

const struct option house_source_keys[] = {
	{ "file", OPTION_TEXT, IN(source_keys, file), .help = "first line of this file" },
	{ "env", OPTION_TEXT, IN(source_keys, env), .help = "this variable of the environment" },
	{ "command", OPTION_TEXTS, IN(source_keys, command), .help = "first line this command prints" },
	{ 0 },
};

const struct option house_store_keys[] = {
	{ "path", OPTION_TEXT, IN(house_store, path), .help = "the file that all agents share" },
	{ "local", OPTION_TEXT, IN(house_store, local), .help = "folder of each agent's private file" },
	{ "keep", OPTION_DURATION, IN(house_store, keep), "30d", HOUR, YEARS(10), .help = "copies that nobody opened again" },
	{ 0 },
};

const struct option house_contact_keys[] = {
	{ "channels", OPTION_TEXTS, IN(contact_keys, channels), .help = "channels that agents sign on to" },
	{ "done", OPTION_TEXTS, IN(contact_keys, done), .help = "codes of what was done" },
	{ "outcomes", OPTION_ANY, IN(contact_keys, outcomes), .help = "how a contact may end" },
	{ 0 },
};

const struct option house_outcome_keys[] = {
	{ "status", OPTION_TEXT, IN(house_outcome, status), .help = "what it makes of the case" },
	{ "next", OPTION_TEXT, IN(house_outcome, next), .help = "the next step, to begin with" },
	{ "reasons", OPTION_TEXTS, IN(house_outcome, reasons), .help = "codes of which one is to be chosen" },
	{ 0 },
};

const struct option house_handoff_keys[] = {
	{ "reasons", OPTION_TEXTS, IN(house, reasons), .help = "codes of which one is to be chosen" },
	{ 0 },
};

const struct option house_verify_keys[] = {
	{ "stated", OPTION_INT, IN(verify_keys, stated), "1", 0, 9, .help = "level of the customer's word" },
	{ "compare", OPTION_INT, IN(verify_keys, compare), "2", 0, 9, .help = "level of an answer that was compared" },
	{ "code", OPTION_INT, IN(verify_keys, code), "3", 0, 9, .help = "level of a code that was sent" },
	{ "seen", OPTION_INT, IN(verify_keys, seen), "3", 0, 9, .help = "level of a card that was seen" },
	{ "carried", OPTION_INT, IN(verify_keys, carried), "2", 0, 9, .help = "the most that is carried on" },
	{ "lasts", OPTION_DURATION, IN(verify_keys, lasts), "12h", 1000, YEARS(1), .help = "the longest that one counts" },
	{ "carries", OPTION_DURATION, IN(verify_keys, carries), "24h", 0, YEARS(1), .help = "how old one may be to be carried on" },
	{ "tries", OPTION_INT, IN(verify_keys, tries), "3", 1, 100, .help = "wrong answers in one contact" },
	{ "tries_person", OPTION_INT, IN(verify_keys, tries_person), "6", 1, 1000, .help = "wrong answers about one person" },
	{ "tries_time", OPTION_DURATION, IN(verify_keys, tries_time), "24h", 1000, YEARS(1), .help = "time in which those count" },
	{ "fields", OPTION_TEXTS, IN(verify_keys, fields), .help = "what may be compared" },
	{ 0 },
};

const struct option house_mask_keys[] = {
	{ "field", OPTION_TEXT, IN(mask_keys, field), .required = true, .help = "a name of the data contract" },
	{ "level", OPTION_ANY, IN(mask_keys, level), .help = "what opens it" },
	{ "roles", OPTION_TEXTS, IN(mask_keys, roles), .help = "for whom it is closed" },
	{ 0 },
};

const struct option house_window_keys[] = {
	{ "comes_back", OPTION_DURATION, IN(house_windows, comes_back), "7d", HOUR, YEARS(1), .help = "coming back counts as a repeat" },
	{ "loose", OPTION_DURATION, IN(house_windows, loose), "14d", HOUR, YEARS(1), .help = "contacts offered to a new case" },
	{ "reopen", OPTION_DURATION, IN(house_windows, reopen), "7d", 0, YEARS(1), .help = "a solved case reopens by itself" },
	{ "promise", OPTION_DURATION, IN(house_windows, promise), "15m", 0, 30 * DAY, .help = "before it is due its team sees it" },
	{ "handoff", OPTION_DURATION, IN(house_windows, handoff), "4h", 0, 365 * DAY, .help = "an offer without a time is overdue" },
	{ "question", OPTION_DURATION, IN(house_windows, question), "10m", 0, 30 * DAY, .help = "one without a time is late" },
	{ "refresh", OPTION_DURATION, IN(house_windows, refresh), "30s", 0, DAY, .help = "an open customer is asked for again" },
	{ "pick", OPTION_DURATION, IN(house_windows, pick), "0", 0, 30 * DAY, .help = "a paid order that nobody has in hand is told" },
	{ "pop", OPTION_DURATION, IN(house_windows, pop), "10m", 0, HOUR, .help = "a pop that nobody opened is gone" },
	{ 0 },
};

const struct option house_session_keys[] = {
	{ "lock", OPTION_DURATION, IN(house_session, lock), "0", 0, DAY, .help = "without a key until the screen locks" },
	{ "switch", OPTION_TEXT, IN(house_session, takes_over), "anywhere", .help = "where another agent may take over" },
	{ 0 },
};

const struct option house_cost_keys[] = {
	{ "hour", OPTION_TEXT, IN(cost_keys, hour), .help = "of handling" },
	{ 0 },
};

const struct option house_scanner_keys[] = {
	{ "prefix", OPTION_TEXT, IN(house_scanner, prefix), .help = "sent before every code: a control character, or several" },
	{ "suffix", OPTION_TEXT, IN(house_scanner, suffix), .help = "sent after it; without one the line end" },
	{ 0 },
};

const struct house_section house_sections[] = {
	{ "", house_file_keys },
	{ "house", house_head_keys },
	{ "agents", house_agent_keys },
	{ "identities", house_identity_keys },
	{ "backends", house_backend_keys },
	{ "secret", house_source_keys },
	{ "store", house_store_keys },
	{ "contacts", house_contact_keys },
	{ "outcomes", house_outcome_keys },
	{ "handoffs", house_handoff_keys },
	{ "verification", house_verify_keys },
	{ "masks", house_mask_keys },
	{ "windows", house_window_keys },
	{ "costs", house_cost_keys },
	{ "scanner", house_scanner_keys },
	{ "session", house_session_keys },
	{ 0 },
};
