#include "crowd.h"

const struct script scripts[] = {
	{ "Where is my parcel?", {
	  { 'c', "<p>Hi, my order was meant to be here on Tuesday and the tracking has not moved since.</p>" },
	  { 'b', "<p>Thanks for getting in touch. A member of the team will be with you shortly.</p>" },
	  { 'a', "<p>Hello, sorry about that. The carrier had it in the wrong depot; it is on a van tomorrow.</p>" },
	  { 'c', "<p>ok, thank you</p>" }, { 'x', NULL } } },
	{ "Wrong size", {
	  { 'c', "<p>The jumper is two sizes too big &amp; I'd rather swap than send back. Can you do that?</p>" },
	  { 'a', "<p>Of course. Which size do you need?</p>" },
	  { 'c', "<p>S please</p>" },
	  { 'n', "<p>Wants S, none at Daventry, four at Leeds. Asked the shop to post one.</p>" },
	  { 'a', "<p>I have asked our Leeds shop to post one to you. The label for the other one is in your e-mail.</p>" } } },
	{ NULL, {
	  { 'c', "<p>do you price match?</p>" },
	  { 'b', "<p>You can read our <a href=\"https://help.larkfield.example.com/price\">price promise</a> here.</p>" },
	  { 'c', "<p>that's a 404</p>" } } },
	{ "Cannot log in", {
	  { 'c', "<p>It says my password is wrong and the reset mail never comes</p>" },
	  { 'a', "<p>I have sent it again. Could you look in the junk folder?</p>" },
	  { 'c', "<p>found it, cheers</p>" }, { 'x', NULL } } },
	{ "Invoice with VAT number", {
	  { 'c', "<p>Please send the invoice again with our VAT number GB&nbsp;000&nbsp;0000&nbsp;00.</p><p>Regards</p>" },
	  { 'a', "<p>It is attached to the order now: My account &gt; Orders &gt; Invoice.</p>" }, { 'x', NULL } } },
	{ "Kettle leaks", {
	  { 'c', "<p>The kettle I bought in March drips from the base.<br>Is it still under guarantee?</p>" },
	  { 'a', "<p>Yes, it is. Take it to any of our shops with the receipt or the order number.</p>" },
	  { 'c', "<p>The nearest shop is 60 miles away...</p>" },
	  { 'n', "<p>Offer collection?</p>" },
	  { 'a', "<p>Then we will have it collected. When are you at home?</p>" },
	  { 'c', "<p>Thursday after 2</p>" } } },
	{ "Gift card", {
	  { 'c', "<p>can i use 2 gift cards on one order</p>" },
	  { 'a', "<p>Yes, up to five.</p>" }, { 'x', NULL } } },
	{ "Zamówienie", {
	  { 'c', "<p>Dzień dobry, czy można odebrać zamówienie w sklepie w Leeds?</p>" },
	  { 'a', "<p>Good morning! Yes: choose <b>collect</b> at the till page, then Leeds Briggate.</p>" }, { 'x', NULL } } },
};
const size_t scripts_n = sizeof(scripts) / sizeof(*scripts);

const char *const posts[] = {
	"<p>Shout-out to whoever packed my <span class=\"h-card\"><a href=\"https://social.example.org/@larkfield\">@<span>larkfield</span></a></span> order: not one scrap of plastic.</p>",
	"<p>Day four of waiting for <span class=\"h-card\"><a href=\"https://social.example.org/@larkfield\">@<span>larkfield</span></a></span> to answer an e-mail.</p>",
	"<p>New boots. Old hill. &#x26F0;&#xFE0F;</p>",
	"<p>Does anybody know whether the <a href=\"https://larkfield.example.com/halyard-rucksack\">Halyard</a> fits under an aeroplane seat?</p>",
	"<p>the queue in Briggate on a Saturday...<br />never again</p>",
	"<p>Kettle review: boils water. Five stars.</p><p>Would boil again.</p>",
	"<p><span class=\"h-card\"><a href=\"https://social.example.org/@larkfield\">@<span>larkfield</span></a></span> is the Cardiff shop open on the bank holiday?</p>",
	"<p>Merino in the tumble dryer. Do not ask. <a href=\"https://social.example.org/tags/fail\">#fail</a></p>",
};
const size_t posts_n = sizeof(posts) / sizeof(*posts);

const char *const visit_notes[] = {
	NULL, NULL, NULL, "Gift receipt", "Alteration: hem 2 cm", "Ordered from Daventry, will be told by SMS", "Paid part by gift card",
};
const size_t visit_notes_n = sizeof(visit_notes) / sizeof(*visit_notes);
