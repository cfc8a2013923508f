#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <dossier/base/clock.h>
#include <dossier/base/mem.h>
#include <dossier/base/text.h>

static void check(const char *html, const char *expected)
{
	struct buf out;

	buf_init(&out, 100000);
	text_from_html(&out, str_of(html));
	assert_string_equal(out.data ? out.data : "", expected);
	buf_release(&out);
}

static void test_words(void **state)
{
	(void)state;
	check("plain", "plain");
	check("<p>Hello <b>you</b></p><p>there</p>", "Hello you\nthere");
	check("  a \n\t b  ", "a b");
	check("a<br>b<br/><br>c<br><br><br><br>d", "a\nb\n\nc\n\nd");
	check("<DIV>a</DIV><div>b</div>", "a\nb");
	check("<ul><li>one<li>two</ul>", "- one\n- two");
	check("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc");
	check("<pre>a\n  b</pre>c", "a\n  b\nc");
	check("<html><head><title>no</title><style>p{}</style></head><body>yes<script>if (a<b) x()</script>!</body>", "yes!");
	check("a<!-- no <b> -->b<!DOCTYPE html><?xml ?>c", "abc");
	check("<p>&nbsp;</p><p>x</p>", "x");
	check("", "");
}

static void test_entities(void **state)
{
	(void)state;
	check("a &lt;b&gt; &amp;amp; &quot;", "a <b> &amp; \"");
	check("&eacute;&#233;&#xE9;&Uuml;&szlig;&yuml;", "\xC3\xA9\xC3\xA9\xC3\xA9\xC3\x9C\xC3\x9F\xC3\xBF");
	check("&euro;&#128;&hellip;", "\xE2\x82\xAC\xE2\x82\xAC\xE2\x80\xA6");
	check("&#0;&#xD800;&#x110000;&#99999999999999999999;", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
	check("a & b &unknown; &; &#; &#x; AT&T", "a & b &unknown; &; &#; &#x; AT&T");
	check("&lt;script&gt;", "<script>");
}

static void test_links(void **state)
{
	(void)state;
	check("<a href=\"https://example.com/?a=1&amp;b=2\">here</a>.", "here <https://example.com/?a=1&b=2>.");
	check("<a class=x href='https://example.com'>https://example.com</a>", "https://example.com");
	check("<p>Dear <a href=\"https://social.example.com/@larkfield\" class=\"u-url mention\">@<span>larkfield</span></a>, an umbrella? "
	      "<a href=\"https://social.example.com/tags/rain\" rel=\"tag\">#<span>rain</span></a></p>", "Dear @larkfield, an umbrella? #rain");
	check("<a href=\"https://example.com/1\"># 1 of all</a>", "# 1 of all <https://example.com/1>");
	check("<a href=mailto:jane@example.com>jane@example.com</a>", "jane@example.com");
	check("<a href=\"javascript:x()\">a</a> <a href=\"#b\">b</a> <a name=c>c</a>", "a b c");
	check("<a href=https://example.com/1>one<a href=https://example.com/2>two",
	      "one <https://example.com/1>two <https://example.com/2>");
	check("<a title=\"a > b\" href=\"https://example.com\">x</a>", "x <https://example.com>");
}

static void test_broken(void **state)
{
	(void)state;
	check("3 < 4 and 5 > 4 <3", "3 < 4 and 5 > 4 <3");
	check("a <b and no end", "a <b and no end");
	check("a <b c=\"no end> d", "a d");
	check("x<script>never ends", "x");
	check("x<!-- never ends", "x");
	check("a\xFF" "b", "a\xEF\xBF\xBD" "b");
	check("</p></>x", "</>x");
	check("<", "<");
	check("</", "</");
	check("<a", "<a");
}

/* Repeated beginnings without ends must not cost the square of their number. */
static void test_bombs(void **state)
{
	static const char *const pieces[] = {
		"<", "<a ", "<a b=\"", "<a b='\">", "<a b=\"<c>\" ", "<!--", "<!-", "<script>", "<a href=x>", "&", "&#", "<pre>", "</a b=\">\" ",
	};
	size_t i, n, size = 1 << 20;
	struct buf in, out;

	(void)state;
	for (i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
		buf_init(&in, size + 100);
		buf_init(&out, 16 * size);
		n = strlen(pieces[i]);
		while (in.len + n < size)
			buf_add(&in, pieces[i], n);
		text_from_html(&out, buf_str(&in));
		buf_reset(&out);
		buf_addc(&in, '>');
		text_from_html(&out, buf_str(&in));
		buf_release(&in);
		buf_release(&out);
	}
}

static void test_random(void **state)
{
	static const char *const pieces[] = {
		"<", ">", "a", "/", "\"", "'", "=", " ", "href", "&", ";", "#", "x41", "<a ", "</a>", "<p>", "<pre>", "-->", "<!--", "\xE9", "\n",
	};
	struct clock_fake fake;
	struct buf in, out;
	int round, i;

	(void)state;
	clock_fake_init(&fake, 0, 99);
	buf_init(&in, 1000);
	buf_init(&out, 100000);
	for (round = 0; round < 5000; round++) {
		char *exact;

		buf_reset(&in);
		buf_reset(&out);
		for (i = 0; i < 40; i++)
			buf_adds(&in, pieces[clock_random(&fake.clock) % (sizeof(pieces) / sizeof(pieces[0]))]);
		/* no byte to spare, so that a sanitizer sees a read past the end */
		exact = mem_alloc(in.len);
		memcpy(exact, in.data, in.len);
		text_from_html(&out, str_make(exact, in.len));
		assert_true(text_is_utf8(buf_str(&out)));
		free(exact);
	}
	buf_release(&in);
	buf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_entities),
		cmocka_unit_test(test_links),
		cmocka_unit_test(test_broken),
		cmocka_unit_test(test_bombs),
		cmocka_unit_test(test_random),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
