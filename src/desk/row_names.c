#include "row_names.h"

#include <libintl.h>

static const struct { const char *one, *many; } names[] = {
	{ "appointment", "appointments" }, { "article", "articles" }, { "call", "calls" }, { "chat", "chats" }, { "conversation", "conversations" },
	{ "delivery", "deliveries" }, { "message", "messages" }, { "order", "orders" }, { "payment", "payments" }, { "post", "posts" },
	{ "reservation", "reservations" }, { "return", "returns" }, { "sale", "sales" }, { "ticket", "tickets" }, { "visit", "visits" },
};

void row_name_count(size_t n, const char *backend, const char *row, struct buf *out)
{
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (strcmp(names[i].many, row) != 0)
			continue;
		buf_printf(out, "%zu %s %s", n, backend, ngettext(names[i].one, names[i].many, n));
		return;
	}
	buf_printf(out, ngettext("%zu row of %s %s", "%zu rows of %s %s", n), n, backend, row);
}
