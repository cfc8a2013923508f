#include <dossier/base/mem.h>

#include "house_parts.h"

/* Numbers and texts one after the other, as this machine writes them: told and taken by one program. */

static void tell_number(struct buf *out, uint32_t number)
{
	buf_add(out, &number, sizeof(number));
}

static void tell_text(struct buf *out, const char *text, size_t n)
{
	tell_number(out, (uint32_t)n);
	buf_add(out, text, n);
}

static bool take_number(struct str *told, uint32_t *number)
{
	if (told->n < sizeof(*number))
		return false;
	memcpy(number, told->p, sizeof(*number));
	*told = str_make(told->p + sizeof(*number), told->n - sizeof(*number));
	return true;
}

static bool take_text(struct str *told, struct str *text)
{
	uint32_t n;

	if (!take_number(told, &n) || n > told->n)
		return false;
	*text = str_make(told->p, n);
	*told = str_make(told->p + n, told->n - n);
	return true;
}

/* Only the secrets: all else that is in the settings came from the files, before the fork. */
static void tell_backend(struct buf *out, const struct house_backend *backend)
{
	const char *password = backend->peer.key_password ? backend->peer.key_password : "";

	tell_number(out, (uint32_t)backend->err.code);
	tell_text(out, backend->err.text, strlen(backend->err.text));
	tell_text(out, password, strlen(password));
	for (size_t i = 0; i < backend->n_secrets; i++) {
		const char *name = backend->secrets[i].name;
		struct json_object *value = NULL;
		bool is_there = name && json_object_object_get_ex(backend->settings, name, &value) && value;

		tell_number(out, is_there);
		if (is_there)
			tell_text(out, json_object_get_string(value), (size_t)json_object_get_string_len(value));
	}
}

static bool take_backend(struct str *told, struct house_backend *backend)
{
	struct str text, password, value;
	uint32_t code, is_there;

	if (!take_number(told, &code) || !take_text(told, &text) || !take_text(told, &password))
		return false;
	backend->err.code = (enum err_code)code;
	snprintf(backend->err.text, sizeof(backend->err.text), "%.*s", STR_ARG(text));
	if (password.n) {
		free((char *)(uintptr_t)backend->peer.key_password);
		backend->peer.key_password = mem_strndup(password.p, password.n);
	}
	for (size_t i = 0; i < backend->n_secrets; i++) {
		if (!take_number(told, &is_there) || (is_there && !take_text(told, &value)))
			return false;
		if (is_there && backend->secrets[i].name)
			json_object_object_add(backend->settings, backend->secrets[i].name, json_object_new_string_len(value.p, (int)value.n));
	}
	return true;
}

void house_tell_secrets(const struct house *house, struct buf *out)
{
	tell_number(out, (uint32_t)house->n_backends);
	for (size_t i = 0; i < house->n_backends; i++)
		tell_backend(out, house->backends[i]);
}

bool house_take_secrets(struct house *house, struct str told)
{
	uint32_t n;

	if (!take_number(&told, &n) || n != house->n_backends)
		return false;
	for (size_t i = 0; i < n; i++)
		if (!take_backend(&told, house->backends[i]))
			return false;
	return told.n == 0;
}
