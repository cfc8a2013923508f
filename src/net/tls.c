#include <dirent.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "http_private.h"

/* Folders of certificates that systems keep with hash links. */
static const char *const trust_folders[] = { "/etc/ssl/certs", "/etc/pki/tls/certs" };

/* Hash links look like 1a2b3c4d.0. */
static bool is_hash_link(const char *name)
{
	return strspn(name, "0123456789abcdef") == 8 && name[8] == '.' && name[9] >= '0' && name[9] <= '9';
}

static bool has_hash_links(const char *path)
{
	DIR *dir = opendir(path);
	struct dirent *entry;
	bool found = false;

	if (dir == NULL)
		return false;
	while (!found && (entry = readdir(dir)) != NULL)
		found = is_hash_link(entry->d_name);
	closedir(dir);
	return found;
}

/*
 * The default of many systems reads a bundle of all authorities for each
 * connection, which costs more than the handshake: from the folder only the
 * one authority that is needed is read.
 */
const char *tls_trust_folder(void)
{
	const char *own = secure_getenv("SSL_CERT_DIR");

	if (own != NULL && has_hash_links(own))
		return own;
	for (size_t i = 0; i < sizeof(trust_folders) / sizeof(trust_folders[0]); i++)
		if (has_hash_links(trust_folders[i]))
			return trust_folders[i];
	return NULL;
}

static void system_trust(CURL *easy, const char *folder)
{
	curl_easy_setopt(easy, CURLOPT_CAPATH, folder);
	if (folder != NULL)
		curl_easy_setopt(easy, CURLOPT_CAINFO, NULL);
}

void tls_options(CURL *easy, const struct http_peer_options *options, const char *trust_folder)
{
	curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
	curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
	curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	if (options->ca_file != NULL) {
		curl_easy_setopt(easy, CURLOPT_CAINFO, options->ca_file);
		curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
	} else {
		system_trust(easy, trust_folder);
	}
	if (options->cert_file != NULL) {
		curl_easy_setopt(easy, CURLOPT_SSLCERT, options->cert_file);
		curl_easy_setopt(easy, CURLOPT_SSLKEY, options->key_file != NULL ? options->key_file : options->cert_file);
		if (options->key_password != NULL)
			curl_easy_setopt(easy, CURLOPT_KEYPASSWD, options->key_password);
	}
}
