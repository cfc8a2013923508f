/*
 * SHA-256, for names that two programs must make alike without asking each
 * other.
 */
#ifndef DOSSIER_BASE_HASH_H
#define DOSSIER_BASE_HASH_H

#include <dossier/base/str.h>

/* Of all parts, each with its length before it, so that moving a boundary gives another hash. */
void hash_sha256(const struct str *parts, size_t n, unsigned char out[32]);
/* RFC 9562 version 8 made of that hash: the same parts give the same UUID everywhere. */
void hash_uuid8(const struct str *parts, size_t n, char out[37]);
/* PBKDF2 with HMAC-SHA-256 (RFC 8018): slow on purpose, the more rounds the slower. */
void hash_pbkdf2(struct str secret, struct str salt, unsigned rounds, unsigned char out[32]);

#endif
