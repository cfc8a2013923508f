#include "zone.h"

#include <string.h>

#include <dossier/base/mem.h>

#define HEADER 44
#define OFFSET_MAX (26 * 3600)

/* The counts of a header, in the order of RFC 8536. */
struct header {
	uint32_t isut, isstd, leap, changes, types, chars;
	size_t time_size;
	char version;
};

static uint64_t big_endian(const char *p, size_t n)
{
	uint64_t value = 0;

	while (n--)
		value = value << 8 | (unsigned char)*p++;
	return value;
}

static bool read_header(struct str file, size_t at, size_t time_size, struct header *out)
{
	const char *p = file.p + at;

	if (file.n < at || file.n - at < HEADER || memcmp(p, "TZif", 4) != 0)
		return false;
	out->version = p[4];
	out->time_size = time_size;
	out->isut = (uint32_t)big_endian(p + 20, 4);
	out->isstd = (uint32_t)big_endian(p + 24, 4);
	out->leap = (uint32_t)big_endian(p + 28, 4);
	out->changes = (uint32_t)big_endian(p + 32, 4);
	out->types = (uint32_t)big_endian(p + 36, 4);
	out->chars = (uint32_t)big_endian(p + 40, 4);
	/* No real zone has more; sums below cannot overflow. */
	return out->changes <= 100000 && out->types >= 1 && out->types <= 256 && out->chars <= 10000 &&
	       out->leap <= 10000 && out->isut <= 256 && out->isstd <= 256;
}

static size_t body_size(const struct header *h)
{
	return h->changes * (h->time_size + 1) + h->types * 6 + h->chars + h->leap * (h->time_size + 4) + h->isstd + h->isut;
}

static bool type_offset(const char *types, const struct header *h, unsigned type, int32_t *offset)
{
	if (type >= h->types)
		return false;
	*offset = (int32_t)(uint32_t)big_endian(types + type * 6, 4);
	return *offset >= -OFFSET_MAX && *offset <= OFFSET_MAX;
}

static bool read_body(const char *p, const struct header *h, struct zone *zone)
{
	const char *indices = p + h->changes * h->time_size, *types = indices + h->changes;
	uint32_t i;

	if (!type_offset(types, h, 0, &zone->first))
		return false;
	zone->changes = mem_array(h->changes, sizeof(*zone->changes));
	zone->n = h->changes;
	for (i = 0; i < h->changes; i++) {
		struct zone_change *change = &zone->changes[i];
		uint64_t at = big_endian(p + i * h->time_size, h->time_size);

		change->at = h->time_size == 4 ? (int32_t)(uint32_t)at : (int64_t)at;
		if (!type_offset(types, h, (unsigned char)indices[i], &change->offset) ||
		    (i && change->at <= change[-1].at))
			return false;
	}
	return true;
}

/* The last line of newer files: between two new lines, perhaps empty. */
static bool read_rule(struct str file, size_t at, struct zone_rule *rule)
{
	const char *end;

	if (at >= file.n || file.p[at] != '\n')
		return false;
	end = memchr(file.p + at + 1, '\n', file.n - at - 1);
	if (!end)
		return false;
	if (end == file.p + at + 1)
		return true;
	return zone_rule_parse(str_make(file.p + at + 1, (size_t)(end - file.p) - at - 1), rule);
}

bool zone_file_parse(struct str file, struct zone *zone)
{
	struct header header;
	size_t at = 0;

	if (!read_header(file, 0, 4, &header))
		return false;
	if (header.version >= '2') {
		at = HEADER + body_size(&header);
		if (!read_header(file, at, 8, &header))
			return false;
	}
	if (file.n - at - HEADER < body_size(&header) || !read_body(file.p + at + HEADER, &header, zone))
		return false;
	return header.version < '2' || read_rule(file, at + HEADER + body_size(&header), &zone->rule);
}
