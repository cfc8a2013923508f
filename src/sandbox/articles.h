/*
 * What the house's help pages say.
 */
#ifndef SANDBOX_ARTICLES_H
#define SANDBOX_ARTICLES_H

#include "request.h"

/* Those that hold most of the words, the best first. */
void articles_search(struct request *request);

#endif
