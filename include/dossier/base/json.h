/*
 * JSON from outside: found, checked and cut into elements as bytes arrive,
 * then parsed one element at a time by json-c. The scanner is strict
 * (RFC 8259, valid UTF-8 without surrogates) and bounded; json-c alone is
 * neither.
 */
#ifndef DOSSIER_BASE_JSON_H
#define DOSSIER_BASE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <json-c/json.h>

#include <dossier/base/buf.h>
#include <dossier/base/err.h>
#include <dossier/base/str.h>

#define JSON_DEPTH 128

/*
 * A JSON Pointer (RFC 6901), compiled, with one addition: a step "[key=value]"
 * after a list picks its first element whose member "key" has that text:
 * /custom_fields[id=42]/value. "" is the whole.
 */
struct pointer;
struct pointer *pointer_new(struct str text, struct err *err);
void pointer_free(struct pointer *pointer);
const char *pointer_text(const struct pointer *pointer);
/* False when nothing stands there. *out may become NULL, which is JSON null; borrowed from root. */
bool pointer_get(const struct pointer *pointer, struct json_object *root, struct json_object **out);

/*
 * The scanner: feed it a reply in any pieces; a byte order mark at its start
 * is passed over. The result does not depend on how the bytes were cut.
 *
 * list: the pointer of the outermost list whose elements are wanted ("" the
 * whole reply), or NULL for none; it must outlive the scan, and pick steps are
 * not allowed in it. Each element is given as its own text, valid only during
 * the call; what lies wholly in one piece is not copied. An object or a scalar
 * where the list was meant is given as one element with "single" true; a null
 * there gives none. Elements are given before the rest of the reply was seen:
 * whoever must not act on a broken reply waits for json_scan_end. A list that
 * stands twice (a repeated key) is refused.
 *
 * Everything else is kept as json_scan_rest, with [] in the place of the list
 * and null in the place of a single element.
 */
struct json_scan;
struct json_scan_sink {
	/* false stops the scan with *err */
	bool (*element)(void *arg, struct str text, bool single, struct err *err);
	void *arg;
};
struct json_scan_limits {
	size_t bytes;           /* of the whole reply */
	size_t element;         /* of one element */
	size_t rest;            /* of everything else; past it the rest is dropped, 0 keeps none */
	size_t count;           /* elements */
	unsigned depth;         /* at most JSON_DEPTH */
	size_t memory;          /* roughly what the values of one element, or of everything else, take once parsed; 0: any */
};
extern const struct json_scan_limits json_scan_defaults;    /* 32 MiB, 8 MiB, 16 MiB, 1,000,000, 128, 384 MiB */

struct json_scan *json_scan_new(const struct pointer *list, const struct json_scan_limits *limits,
				const struct json_scan_sink *sink, struct err *err);
void json_scan_free(struct json_scan *scan);
bool json_scan_feed(struct json_scan *scan, const char *data, size_t n, struct err *err);
/* Call after the last byte: false (ERR_SYNTAX, "cut off at byte N ...") when the document is not whole. */
bool json_scan_end(struct json_scan *scan, struct err *err);
bool json_scan_found(const struct json_scan *scan);         /* something, be it null, stood where the list was wanted */
/* A checked document after json_scan_end was true, valid until json_scan_free; absent before and when it was too large. */
struct str json_scan_rest(const struct json_scan *scan);

/*
 * Parses text that the scanner has checked; other text is never read outside
 * of and gives NULL with *err where its structure is off. Integers beyond
 * int64_t and numbers beyond a double's range become strings with their own
 * text; a lone surrogate escape becomes U+FFFD; \u0000 in a value is kept, in
 * a key it becomes U+FFFD. Decimal numbers keep their text for json_text. Of
 * a key that stands twice in an object the last wins. A JSON null comes back
 * as NULL with err->code ERR_NONE.
 */
struct json_parser;
struct json_parser *json_parser_new(void);
void json_parser_free(struct json_parser *parser);
/* From now on values borrow their keys from the parser, which saves copying them, and must end before it. */
void json_parser_lend_keys(struct json_parser *parser);
struct json_object *json_parse(struct json_parser *parser, struct str text, struct err *err);

/* Checks and parses a small whole document (a log-in reply, a file): bounded by the bytes and depth of limits (NULL: defaults). */
struct json_object *json_parse_whole(struct str text, const struct json_scan_limits *limits, struct err *err);

/*
 * The text of a scalar: strings as they are, numbers as they were written,
 * booleans true and false. False for null, lists and objects. Borrowed from
 * value, or from *tmp (initialised by the caller) for numbers.
 */
bool json_text(struct json_object *value, struct buf *tmp, struct str *out);

/*
 * The members of an object that the scanner has checked, without making
 * values of them. What is found points into the text.
 */
#define JSON_SPANS 48
#define JSON_SPANS_KNOWN 32     /* a power of two: see member_of */
struct json_spans {
	struct json_span { struct str key, value; bool plain; } items[JSON_SPANS];     /* plain: a text without escapes */
	uint32_t n;
	/* Where pointers were found, for the next element with the same keys in the same order. */
	uint64_t shape;
	struct json_known { uint64_t shape; uint32_t at; } known[JSON_SPANS_KNOWN];
};
/* False: it is no object, has as many members as JSON_SPANS, or keys that are written with escapes. */
bool json_spans_init(struct json_spans *spans, struct str text);
/*
 * Of the element that the scan is giving, so that it need not be read a second
 * time; valid as long as the element's text. NULL: json_spans_init says.
 */
struct json_spans *json_scan_spans(struct json_scan *scan);
/*
 * The text of the scalar at pointer, as pointer_get and json_text give it;
 * not followed by a NUL. OTHER: only the parsed value tells.
 */
enum json_found { JSON_FOUND_NOTHING, JSON_FOUND_TEXT, JSON_FOUND_FALSE, JSON_FOUND_OTHER };     /* nothing: or null; FALSE has a text too */
enum json_found json_spans_text(struct json_spans *spans, const struct pointer *pointer, struct str *text);

/* Writing: values as compact JSON with text_json's escapes; decimal text kept; keys in their order; null beyond 256 levels. */
void json_write(struct buf *out, struct json_object *value);

#endif
