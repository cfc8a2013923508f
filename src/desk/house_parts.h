/*
 * What the files of the house share: one load under way, and where a secret
 * comes from.
 */
#ifndef DOSSIER_SRC_DESK_HOUSE_PARTS_H
#define DOSSIER_SRC_DESK_HOUSE_PARTS_H

#include <dossier/base/yaml.h>
#include <dossier/desk/house.h>

struct house_secret {
	char *name;                     /* of the setting; NULL: the key's password */
	enum { SECRET_FILE, SECRET_ENV, SECRET_COMMAND } from;
	char *place;                    /* path or variable */
	struct option_texts argv;
	int line;
};

struct house_load {
	struct house *house;
	struct diags *diags;
	const char *data;               /* of the options, may be NULL */
	char *dir;                      /* folder of the house's file */
	unsigned mode;                  /* of the house's file */
	bool later, origins;            /* house_options' */
};

/* The keys of a file; OPTION_ANY each. */
struct house_file {
	struct json_object *house, *agents, *identities, *backends, *looks, *keys, *preferences, *store, *contacts, *handoffs, *templates,
		*verification, *masks, *windows, *costs, *session, *retention, *legal_hold, *scanner;
	struct option_texts browser;
};
/* The keys of other sections that are not yet what they become. */
struct contact_keys { struct option_texts channels, done; struct json_object *outcomes; };
struct verify_keys {
	int64_t stated, compare, code, seen, carried, lasts, carries, tries, tries_person, tries_time;
	struct option_texts fields;
};
struct mask_keys { char *field; struct json_object *level; struct option_texts roles; };
struct cost_keys { char *hour; };
/* The keys of one backend that are not yet what they become. */
struct backend_keys {
	char *connector, *ca_file, *cert_file, *key_file, *country, *currency, *zone;
	struct json_object *settings, *rate, *key_password;
	int64_t deadline, connect, burst, concurrency, retries, pages, body, headers;
	bool off;
};
struct identity_keys { char *type, *pattern, *value; };
struct source_keys { char *file, *env; struct option_texts command; };
extern const struct option house_file_keys[], house_head_keys[], house_agent_keys[], house_identity_keys[],
	house_backend_keys[], house_source_keys[], house_store_keys[], house_contact_keys[], house_outcome_keys[],
	house_handoff_keys[], house_verify_keys[], house_mask_keys[], house_window_keys[], house_cost_keys[], house_session_keys[];

void house_error(struct house_load *load, struct yaml_mark mark, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
void house_warning(struct house_load *load, struct yaml_mark mark, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* True for a map; an error naming what otherwise. */
bool house_is_map(struct house_load *load, struct json_object *value, struct yaml_mark mark, const char *what);
/* A name of ours: a letter, then letters, digits, - and _, 32 at most. */
bool house_is_id(const char *text);
/* A path as written, taken from the folder of the house's file. */
char *house_path(const struct house_load *load, const char *path);

void house_read_head(struct house_load *load, struct json_object *map);
void house_read_agents(struct house_load *load, struct json_object *map);
void house_read_identities(struct house_load *load, struct json_object *list);
void house_read_backends(struct house_load *load, struct json_object *map);
/* What follows from a section that is not there: map or list NULL. */
void house_read_store(struct house_load *load, struct json_object *map);
void house_read_contacts(struct house_load *load, struct json_object *map);
void house_read_handoffs(struct house_load *load, struct json_object *map);
void house_read_templates(struct house_load *load, struct json_object *map);
void house_read_windows(struct house_load *load, struct json_object *map);
void house_read_scanner(struct house_load *load, struct json_object *map);
void house_read_costs(struct house_load *load, struct json_object *map);
void house_read_session(struct house_load *load, struct json_object *map);
void house_read_retention(struct house_load *load, struct json_object *map);
void house_read_legal_hold(struct house_load *load, struct json_object *root);
void house_read_verification(struct house_load *load, struct json_object *map);
void house_read_masks(struct house_load *load, struct json_object *root);
void house_release_work(struct house *house);
/* country, currency and zone: each NULL or checked; what names whose they are. */
void house_check_place(struct house_load *load, struct json_object *map, const char *what,
		       const char *country, const char *currency, const char *zone);

/* {file: ..}, {env: ..} or {command: [..]} as a new secret of the backend. False when it is none of them. */
bool secret_read(struct house_load *load, struct house_backend *backend, const char *name,
		 struct json_object *map, struct yaml_mark mark);
void secret_release(struct house_secret *secret);

/* Fills house->origins from the file's values and the defaults in force. */
void house_read_origins(struct house *house, struct json_object *root);

#endif
