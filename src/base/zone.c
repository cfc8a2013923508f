/*
 * Zones are read from the system's files once, so that no look-up of an
 * offset touches the environment or the C library's one zone for all threads.
 */
#include "zone.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <dossier/base/mem.h>
#include <dossier/base/when.h>

#include "civil.h"

#define ZONE_DIR "/usr/share/zoneinfo"
#define FILE_MAX (1024 * 1024)
#define FAR_SECONDS (INT64_MAX / 1000000)

static bool is_utc(const char *name)
{
	static const char *const names[] = { "UTC", "Z", "GMT", "Etc/UTC", "Etc/GMT" };
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return false;
}

/* "+01:00", "-0330", "+02" */
static bool is_fixed(const char *name, int32_t *offset)
{
	char sign, rest;
	int hours, minutes = 0, n;
	size_t len = strlen(name);

	if ((name[0] != '+' && name[0] != '-') || strspn(name + 1, "0123456789:") + 1 != len)
		return false;
	if (len == 6)
		n = sscanf(name, "%c%2d:%2d%c", &sign, &hours, &minutes, &rest) - 3;
	else if (len == 5)
		n = sscanf(name, "%c%2d%2d%c", &sign, &hours, &minutes, &rest) - 3;
	else if (len == 3)
		n = sscanf(name, "%c%2d%c", &sign, &hours, &rest) - 2;
	else
		return false;
	if (n != 0 || hours > 23 || minutes > 59)
		return false;
	*offset = (hours * 60 + minutes) * 60 * (sign == '-' ? -1 : 1);
	return true;
}

/* Letters, digits and single parts: nothing that could leave the folder. */
static bool is_name(const char *name)
{
	const char *p;

	if (!isalpha((unsigned char)name[0]) || strlen(name) > 64)
		return false;
	for (p = name; *p; p++)
		if (!isalnum((unsigned char)*p) && !memchr("/_+-", *p, 4))
			return false;
	return true;
}

static bool read_file(const char *path, struct buf *out)
{
	struct stat st;
	char block[8192];
	ssize_t n;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0)
		return false;
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
		close(fd);
		errno = ENOENT;
		return false;
	}
	while ((n = read(fd, block, sizeof(block))) > 0)
		buf_add(out, block, (size_t)n);
	close(fd);
	return n == 0 && !out->full;
}

static bool load(const char *name, struct zone *zone, struct err *err)
{
	char *path = mem_printf("%s/%s", ZONE_DIR, name);
	struct buf file;
	bool ok = false;

	buf_init(&file, FILE_MAX);
	if (read_file(path, &file)) {
		ok = zone_file_parse(buf_str(&file), zone);
		if (!ok)
			err_set(err, ERR_SYNTAX, "%s is not a zone file", path);
	} else if (access(ZONE_DIR, F_OK) != 0) {
		err_set(err, ERR_IO, "zone %s: there are no zone files in %s (package tzdata); "
			"UTC and offsets such as +01:00 work without", name, ZONE_DIR);
	} else {
		err_set(err, ERR_NOTFOUND, "\"%s\" is not a known time zone, such as Europe/Berlin, UTC or +01:00", name);
	}
	buf_release(&file);
	free(path);
	return ok;
}

struct zone *zone_new(const char *name, struct err *err)
{
	struct zone *zone = mem_zalloc(sizeof(*zone));

	if (is_utc(name) || is_fixed(name, &zone->first))
		return zone;
	if (!is_name(name))
		err_set(err, ERR_NOTFOUND, "\"%.64s\" is not a time zone, such as Europe/Berlin, UTC or +01:00", name);
	else if (load(name, zone, err))
		return zone;
	zone_free(zone);
	return NULL;
}

void zone_free(struct zone *zone)
{
	if (!zone)
		return;
	free(zone->changes);
	free(zone);
}

static int64_t offset_at(const struct zone *zone, int64_t utc)
{
	size_t low = 0, high = zone->n, mid;

	while (low < high) {
		mid = low + (high - low) / 2;
		if (zone->changes[mid].at <= utc)
			low = mid + 1;
		else
			high = mid;
	}
	if (low == zone->n && zone->rule.set)
		return zone_rule_offset(&zone->rule, utc);
	return low ? zone->changes[low - 1].offset : zone->first;
}

static int64_t seconds_of(int64_t ms)
{
	return ms / CIVIL_SECOND - (ms % CIVIL_SECOND < 0);
}

static bool is_plain(const struct zone *zone, int64_t ms)
{
	return !zone || ms / CIVIL_SECOND > FAR_SECONDS || ms / CIVIL_SECOND < -FAR_SECONDS;
}

int64_t zone_to_utc(const struct zone *zone, int64_t local_ms)
{
	int64_t local, before, after;

	if (is_plain(zone, local_ms))
		return local_ms;
	local = seconds_of(local_ms);
	/* No zone changes twice in two days, so these two are all the offsets that can hold. */
	before = offset_at(zone, local - 86400);
	after = offset_at(zone, local + 86400);
	/* In a fold both hold and the earlier is the one before the change; in a gap neither does, and the
	 * clock that was not yet put forward leads past it. */
	if (before != after && offset_at(zone, local - before) != before && offset_at(zone, local - after) == after)
		before = after;
	return local_ms - before * CIVIL_SECOND;
}

int64_t zone_to_local(const struct zone *zone, int64_t utc_ms)
{
	if (is_plain(zone, utc_ms))
		return utc_ms;
	return utc_ms + offset_at(zone, seconds_of(utc_ms)) * CIVIL_SECOND;
}
