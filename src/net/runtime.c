#include <dossier/net/runtime.h>

#include "pace.h"

char *runtime_folder(const char *given, struct err *err)
{
	return pace_folder(given, err);
}
