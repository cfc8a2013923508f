/*
 * What a customer that is opened on a running look-up asks of it; backends
 * by their place on the desk.
 */
#ifndef DOSSIER_SRC_DESK_LOOKUP_PARTS_H
#define DOSSIER_SRC_DESK_LOOKUP_PARTS_H

#include <dossier/desk/lookup.h>

bool lookup_asks(const struct lookup *lookup, size_t at);
bool lookup_failed(const struct lookup *lookup, size_t at);

#endif
