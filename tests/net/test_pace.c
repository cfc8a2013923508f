#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <sys/stat.h>

#include <dossier/base/buf.h>

#include "../../src/net/pace.h"

struct bucket {
	char folder[40], path[60], other[60];
	struct clock_fake clock;
	struct pace pace;
};

static struct bucket bucket;

static void put(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_true(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
	close(fd);
}

static int set_up(void **state)
{
	(void)state;
	memset(&bucket, 0, sizeof(bucket));
	snprintf(bucket.folder, sizeof(bucket.folder), "/tmp/dossier-pace-XXXXXX");
	assert_non_null(mkdtemp(bucket.folder));
	snprintf(bucket.path, sizeof(bucket.path), "%s/pace-shop", bucket.folder);
	snprintf(bucket.other, sizeof(bucket.other), "%s/other", bucket.folder);
	clock_fake_init(&bucket.clock, 1795306000123, 1);
	pace_init(&bucket.pace, &bucket.clock.clock, bucket.folder, "shop", 10, 4, 1);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	pace_release(&bucket.pace);
	unlink(bucket.path);
	unlink(bucket.other);
	rmdir(bucket.folder);
	return 0;
}

/* Tokens that are there at once, of the four. */
static int at_once(void)
{
	int n = 0;
	int64_t ms;

	while (pace_take(&bucket.pace, HTTP_PERSON, 0, &ms) == PACE_GO && n < 100)
		n++;
	return n;
}

static void nonsense_in_the_file_is_a_full_bucket(void **state)
{
	static const char *const texts[] = {
		"", "x", "1", "1 ", "4000000 -9223372036854775808\n", "4000000 -1\n", "0 9223372036854775807\n",
		"-9223372036854775808 1795306000123\n", "9223372036854775807 1795306000123\n", "0 1795306000123 \n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		put(bucket.path, texts[i]);
		assert_int_equal(at_once(), 4);
		assert_false(bucket.pace.alone);
	}
	put(bucket.path, "2500000 1795306000123\n");
	assert_int_equal(at_once(), 2);
}

static void a_link_is_not_written_through(void **state)
{
	struct stat st;

	(void)state;
	put(bucket.other, "precious");
	assert_int_equal(symlink(bucket.other, bucket.path), 0);
	at_once();
	assert_true(bucket.pace.alone);
	assert_int_equal(stat(bucket.other, &st), 0);
	assert_int_equal(st.st_size, 8);
}

static void nor_is_a_second_name_of_a_file(void **state)
{
	struct stat st;

	(void)state;
	put(bucket.other, "precious");
	assert_int_equal(link(bucket.other, bucket.path), 0);
	at_once();
	assert_true(bucket.pace.alone);
	assert_int_equal(stat(bucket.other, &st), 0);
	assert_int_equal(st.st_size, 8);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(nonsense_in_the_file_is_a_full_bucket, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_link_is_not_written_through, set_up, tear_down),
		cmocka_unit_test_setup_teardown(nor_is_a_second_name_of_a_file, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
