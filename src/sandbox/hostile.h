/*
 * Text that tries to harm whoever shows it.
 */
#ifndef SANDBOX_HOSTILE_H
#define SANDBOX_HOSTILE_H

#include <stddef.h>
#include <stdint.h>

#include <json-c/json.h>

/* Adds such text to every field of a reply that people have written. */
void hostile_spoil(struct json_object *reply, uint64_t seed);
/* One short piece of it; may hold NUL bytes. */
const char *hostile_piece(uint64_t pick, size_t *n);

#endif
