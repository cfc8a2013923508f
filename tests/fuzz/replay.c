/* Arbitrary files of captured exchanges; Base64; hiding and showing the configured address. */
#include <fcntl.h>
#include <sys/stat.h>

#include <dossier/base/mem.h>

#include "../../src/net/replay.h"
#include "fuzz.h"

static char folder[] = "/tmp/dossier-fuzz-XXXXXX";

static void clean_up(void)
{
	char path[64];

	snprintf(path, sizeof(path), "%s/shop/1.txt", folder);
	unlink(path);
	snprintf(path, sizeof(path), "%s/shop", folder);
	rmdir(path);
	rmdir(folder);
}

static void read_file(struct str text)
{
	static bool ready;
	char path[64];
	struct err err = { 0 };
	struct replay *replay;
	int fd;

	snprintf(path, sizeof(path), "%s/shop", folder);
	if (!ready) {
		FUZZ_CHECK(mkdtemp(folder));
		snprintf(path, sizeof(path), "%s/shop", folder);
		FUZZ_CHECK(mkdir(path, 0700) == 0 && atexit(clean_up) == 0);
	}
	ready = true;
	snprintf(path, sizeof(path), "%s/shop/1.txt", folder);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	FUZZ_CHECK(fd >= 0 && write(fd, text.p, text.n) == (ssize_t)text.n);
	close(fd);
	replay = replay_open(folder, "shop", &err);
	FUZZ_CHECK(replay || (err.code == ERR_SYNTAX && err.text[0]));
	replay_free(replay);
}

static void base64_round(struct str bytes)
{
	struct buf there, back;

	buf_init(&there, 1 << 20);
	buf_init(&back, 1 << 20);
	base64_put(&there, bytes);
	FUZZ_CHECK(base64_get(buf_str(&there), &back) && str_eq(buf_str(&back), str_make(bytes.p, bytes.n)));
	buf_reset(&back);
	base64_get(bytes, &back);
	buf_release(&there);
	buf_release(&back);
}

/* Where neither mark stands in the text, what was hidden comes back. */
static void origin_round(struct str text)
{
	static const char origin[] = "https://a.example/";
	struct buf hidden, shown;

	if (memmem(text.p, text.n, "<origin", 7))
		return;
	buf_init(&hidden, 1 << 20);
	buf_init(&shown, 1 << 20);
	replay_hide_origin(origin, text, &hidden);
	FUZZ_CHECK(!memmem(buf_str(&hidden).p, hidden.len, "https://a.example", 17));
	replay_show_origin(origin, buf_str(&hidden), &shown);
	FUZZ_CHECK(str_eq(buf_str(&shown), text));
	buf_release(&hidden);
	buf_release(&shown);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct str text = fuzz_copy(data, n);

	read_file(text);
	base64_round(text);
	origin_round(text);
	fuzz_drop(text);
	return 0;
}
