/*
 * Making JSON from a template that reads like the JSON that it makes:
 *
 *	make("{'id':%s,'total':%m,'items':%o,'metadata':null}", id, minor, items)
 *
 * Single quotes stand for double ones. Values:
 *
 *	%s  const char *          text, null for NULL
 *	%i  int    %l  int64_t    a number
 *	%b  int                   true or false
 *	%t  int64_t               a time as ISO 8601 with milliseconds, null for WHEN_NONE
 *	%e  int64_t               a time as epoch seconds, null for WHEN_NONE
 *	%m  int64_t               hundredths as a decimal number, without trailing zeros
 *	%M  int64_t               the same as a text
 *	%o  struct json_object *  a value that becomes part of it, null for NULL
 *
 * Templates are ours: a broken one ends the program.
 */
#ifndef SANDBOX_MAKE_H
#define SANDBOX_MAKE_H

#include <json-c/json.h>

struct json_object *make(const char *template, ...);

/* Appends to a list; owns value. */
void make_append(struct json_object *list, struct json_object *value);

#endif
