#include <dossier/base/hash.h>

#include <nettle/pbkdf2.h>
#include <nettle/sha2.h>

void hash_sha256(const struct str *parts, size_t n, unsigned char out[32])
{
	struct sha256_ctx ctx;

	sha256_init(&ctx);
	for (size_t i = 0; i < n; i++) {
		unsigned char len[4];

		for (int k = 0; k < 4; k++)
			len[k] = (unsigned char)(parts[i].n >> (24 - 8 * k));
		sha256_update(&ctx, sizeof(len), len);
		sha256_update(&ctx, parts[i].n, (const uint8_t *)(parts[i].p ? parts[i].p : ""));
	}
	sha256_digest(&ctx, 32, out);
}

void hash_pbkdf2(struct str secret, struct str salt, unsigned rounds, unsigned char out[32])
{
	pbkdf2_hmac_sha256(secret.n, (const uint8_t *)(secret.p ? secret.p : ""), rounds, salt.n, (const uint8_t *)(salt.p ? salt.p : ""), 32, out);
}

void hash_uuid8(const struct str *parts, size_t n, char out[37])
{
	static const char hex[] = "0123456789abcdef";
	unsigned char hash[32];

	hash_sha256(parts, n, hash);
	hash[6] = (unsigned char)((hash[6] & 0x0F) | 0x80);
	hash[8] = (unsigned char)((hash[8] & 0x3F) | 0x80);
	for (int i = 0; i < 16; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			*out++ = '-';
		*out++ = hex[hash[i] >> 4];
		*out++ = hex[hash[i] & 15];
	}
	*out = '\0';
}
