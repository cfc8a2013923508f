/* What the files of YAML share among themselves. */
#ifndef SRC_BASE_YAML_IN_H
#define SRC_BASE_YAML_IN_H

#include <dossier/base/yaml.h>

/* The type of a plain scalar by the core schema. On false it stays text, and *why says what is wrong. */
bool yaml_scalar(struct str text, struct json_object **out, const char **why);

struct yaml_place { int line, column; };

/* The name of a file, held by every container that came from it. */
struct yaml_source { size_t users; char name[]; };
struct yaml_source *yaml_source_new(const char *name);
void yaml_source_drop(struct yaml_source *source);

/* Marks live on containers, because json-c's null is no object that could carry any. */
void yaml_marks_start(struct json_object *container, struct yaml_source *source, struct yaml_place at);
/* In the order of adding; key is NULL in a list. */
void yaml_marks_add(struct json_object *container, const char *key, struct yaml_place key_at,
		    struct yaml_place value_at, bool plain);

#endif
