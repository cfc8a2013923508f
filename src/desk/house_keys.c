#include <stddef.h>

#include "house_parts.h"

#define IN(type, member) offsetof(struct type, member)

const struct option house_file_keys[] = {
	{ "house", OPTION_ANY, IN(house_file, house), .help = "who the house is" },
	{ "agents", OPTION_ANY, IN(house_file, agents), .help = "who works here" },
	{ "identities", OPTION_ANY, IN(house_file, identities), .help = "the house's own patterns, tried first" },
	{ "backends", OPTION_ANY, IN(house_file, backends), .help = "the systems that are asked" },
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
	{ "role", OPTION_TEXT, IN(house_agent, role), "agent", .help = "what they may do" },
	{ "team", OPTION_TEXT, IN(house_agent, team), .help = "the team they are in" },
	{ "site", OPTION_TEXT, IN(house_agent, site), .help = "the place they work at" },
	{ "aliases", OPTION_TEXTS, IN(house_agent, aliases), .help = "their names in backends" },
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

const struct house_section house_sections[] = {
	{ "", house_file_keys },
	{ "house", house_head_keys },
	{ "agents", house_agent_keys },
	{ "identities", house_identity_keys },
	{ "backends", house_backend_keys },
	{ "secret", house_source_keys },
	{ 0 },
};
