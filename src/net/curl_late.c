/*
 * libcurl and what it brings (some thirty libraries) take longer to be linked
 * than all else until the first frame, and many commands ask nobody: it is
 * loaded when the first of its functions is called. These have its names and
 * types, so callers include its header and see no difference.
 */
#include <dlfcn.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <curl/curl.h>

#include "curl_late.h"

#define LIBRARY "libcurl.so.4"

#ifdef CURL_URL_GET_IS_CONST
#define CURLU_READ const CURLU
#else
#define CURLU_READ CURLU
#endif

/* Those with a fixed list of arguments: what they give, name, parameters, arguments. */
#define PLAIN(X) \
	X(CURL *, curl_easy_init, (void), ()) \
	X(const char *, curl_easy_strerror, (CURLcode code), (code)) \
	X(CURLcode, curl_global_init, (long flags), (flags)) \
	X(CURLM *, curl_multi_init, (void), ()) \
	X(CURLMcode, curl_multi_add_handle, (CURLM *multi, CURL *easy), (multi, easy)) \
	X(CURLMcode, curl_multi_remove_handle, (CURLM *multi, CURL *easy), (multi, easy)) \
	X(CURLMcode, curl_multi_socket_action, (CURLM *multi, curl_socket_t fd, int ready, int *running), (multi, fd, ready, running)) \
	X(CURLMcode, curl_multi_socket_all, (CURLM *multi, int *running), (multi, running)) \
	X(CURLMsg *, curl_multi_info_read, (CURLM *multi, int *left), (multi, left)) \
	X(CURLMcode, curl_multi_cleanup, (CURLM *multi), (multi)) \
	X(CURLSH *, curl_share_init, (void), ()) \
	X(CURLSHcode, curl_share_cleanup, (CURLSH *share), (share)) \
	X(struct curl_slist *, curl_slist_append, (struct curl_slist *list, const char *text), (list, text)) \
	X(CURLU *, curl_url, (void), ()) \
	X(CURLUcode, curl_url_get, (CURLU_READ *url, CURLUPart what, char **part, unsigned flags), (url, what, part, flags)) \
	X(CURLUcode, curl_url_set, (CURLU *url, CURLUPart what, const char *part, unsigned flags), (url, what, part, flags))
#define VOID(X) \
	X(curl_easy_cleanup, (CURL *easy), (easy)) \
	X(curl_global_cleanup, (void), ()) \
	X(curl_slist_free_all, (struct curl_slist *list), (list)) \
	X(curl_url_cleanup, (CURLU *url), (url)) \
	X(curl_free, (void *p), (p))
#define VARIADIC(X) \
	X(CURLcode, curl_easy_setopt, (CURL *easy, CURLoption option, ...)) \
	X(CURLcode, curl_easy_getinfo, (CURL *easy, CURLINFO info, ...)) \
	X(CURLMcode, curl_multi_setopt, (CURLM *multi, CURLMoption option, ...)) \
	X(CURLSHcode, curl_share_setopt, (CURLSH *share, CURLSHoption option, ...))

struct library {
	bool here;
	char why[160];          /* it is not */
#define FIELD(type, name, parameters, ...) type (*name) parameters;
#define VOID_FIELD(name, parameters, arguments) void (*name) parameters;
	PLAIN(FIELD)
	VOID(VOID_FIELD)
	VARIADIC(FIELD)
};

static bool take(struct library *library, void *handle, const char *name, void *place)
{
	void *symbol = dlsym(handle, name);

	memcpy(place, &symbol, sizeof(symbol));
	if (!symbol)
		snprintf(library->why, sizeof(library->why), LIBRARY " is too old and has no %s", name);
	return symbol != NULL;
}

static bool take_all(void *handle, struct library *library)
{
	return true
#define TAKE(type, name, ...) && take(library, handle, #name, &library->name)
#define TAKE_VOID(name, ...) && take(library, handle, #name, &library->name)
		PLAIN(TAKE) VOID(TAKE_VOID) VARIADIC(TAKE);
}

/* A process has the library once, whoever asks. The loop's thread only. */
static const struct library *tried(void)
{
	static struct library library;
	static bool loaded;
	void *handle;

	if (loaded)
		return &library;
	loaded = true;
	handle = dlopen(LIBRARY, RTLD_LAZY | RTLD_LOCAL);
	if (!handle)
		snprintf(library.why, sizeof(library.why), "%s", dlerror());
	library.here = handle && take_all(handle, &library);
	return &library;
}

/* NULL: it is not there. */
static const struct library *library(void)
{
	return tried()->here ? tried() : NULL;
}

const char *curl_late_missing(void)
{
	return tried()->here ? NULL : tried()->why;
}

/* Without the library nothing is NULL, 0 or false: the first call that counts is curl_global_init, which fails. */
#define DEFINE(type, name, parameters, arguments) \
	type (name) parameters { return library() ? library()->name arguments : (type)FAILED(name); }
#define FAILED(name) FAILED_##name
#define FAILED_curl_easy_init 0
#define FAILED_curl_easy_strerror "libcurl is missing"
#define FAILED_curl_global_init CURLE_FAILED_INIT
#define FAILED_curl_multi_init 0
#define FAILED_curl_multi_add_handle CURLM_INTERNAL_ERROR
#define FAILED_curl_multi_remove_handle CURLM_INTERNAL_ERROR
#define FAILED_curl_multi_socket_action CURLM_INTERNAL_ERROR
#define FAILED_curl_multi_socket_all CURLM_INTERNAL_ERROR
#define FAILED_curl_multi_info_read 0
#define FAILED_curl_multi_cleanup CURLM_INTERNAL_ERROR
#define FAILED_curl_share_init 0
#define FAILED_curl_share_cleanup CURLSHE_INVALID
#define FAILED_curl_slist_append 0
#define FAILED_curl_url 0
#define FAILED_curl_url_get CURLUE_BAD_HANDLE
#define FAILED_curl_url_set CURLUE_BAD_HANDLE
PLAIN(DEFINE)

#define DEFINE_VOID(name, parameters, arguments) \
	void (name) parameters { if (library()) library()->name arguments; }
VOID(DEFINE_VOID)

/* The option's number says of which type its value is. */
CURLcode (curl_easy_setopt)(CURL *easy, CURLoption option, ...)
{
	const struct library *lib = library();
	CURLcode code;
	va_list ap;

	if (!lib)
		return CURLE_FAILED_INIT;
	va_start(ap, option);
	if (option < CURLOPTTYPE_OBJECTPOINT)
		code = (lib->curl_easy_setopt)(easy, option, va_arg(ap, long));
	else if (option >= CURLOPTTYPE_OFF_T && option < CURLOPTTYPE_BLOB)
		code = (lib->curl_easy_setopt)(easy, option, va_arg(ap, curl_off_t));
	else
		code = (lib->curl_easy_setopt)(easy, option, va_arg(ap, void *));
	va_end(ap);
	return code;
}

CURLcode (curl_easy_getinfo)(CURL *easy, CURLINFO info, ...)
{
	const struct library *lib = library();
	CURLcode code;
	va_list ap;

	va_start(ap, info);
	code = lib ? (lib->curl_easy_getinfo)(easy, info, va_arg(ap, void *)) : CURLE_FAILED_INIT;
	va_end(ap);
	return code;
}

CURLMcode (curl_multi_setopt)(CURLM *multi, CURLMoption option, ...)
{
	const struct library *lib = library();
	CURLMcode code;
	va_list ap;

	if (!lib)
		return CURLM_INTERNAL_ERROR;
	va_start(ap, option);
	if ((int)option < CURLOPTTYPE_OBJECTPOINT)
		code = (lib->curl_multi_setopt)(multi, option, va_arg(ap, long));
	else
		code = (lib->curl_multi_setopt)(multi, option, va_arg(ap, void *));
	va_end(ap);
	return code;
}

/* What is shared is named by an int; all else is a pointer. */
CURLSHcode (curl_share_setopt)(CURLSH *share, CURLSHoption option, ...)
{
	const struct library *lib = library();
	CURLSHcode code;
	va_list ap;

	if (!lib)
		return CURLSHE_INVALID;
	va_start(ap, option);
	if (option == CURLSHOPT_SHARE || option == CURLSHOPT_UNSHARE)
		code = (lib->curl_share_setopt)(share, option, va_arg(ap, int));
	else
		code = (lib->curl_share_setopt)(share, option, va_arg(ap, void *));
	va_end(ap);
	return code;
}
