#include <libintl.h>
#include <stdarg.h>

#include <dossier/base/diag.h>
#include <dossier/base/mem.h>

enum { DIAGS_MOST = 1000 };

void diags_add(struct diags *diags, enum diag_level level, const char *file, int line, const char *fmt, ...)
{
	char *text = NULL;
	va_list ap;

	if (level == DIAG_ERROR)
		diags->errors++;
	if (diags->n > DIAGS_MOST)
		return;
	MEM_ROOM(diags->items, diags->n, diags->cap);
	struct diag *diag = &diags->items[diags->n++];
	if (diags->n > DIAGS_MOST) {
		*diag = (struct diag){ DIAG_NOTE, NULL, 0, mem_strdup("more was found and left out") };
		return;
	}
	va_start(ap, fmt);
	if (vasprintf(&text, gettext(fmt), ap) < 0)
		text = mem_strdup(fmt);
	va_end(ap);
	*diag = (struct diag){ level, mem_strdup(file), line, text };
}

void diags_release(struct diags *diags)
{
	for (size_t i = 0; i < diags->n; i++) {
		free(diags->items[i].file);
		free(diags->items[i].text);
	}
	free(diags->items);
	memset(diags, 0, sizeof(*diags));
}
