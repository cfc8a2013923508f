/* libcurl, which is loaded by the first of its functions that is called. */
#ifndef NET_CURL_LATE_H
#define NET_CURL_LATE_H

/* NULL, or why it cannot be loaded, in the loader's words; loads it, so it is for whom something failed. */
const char *curl_late_missing(void);

#endif
