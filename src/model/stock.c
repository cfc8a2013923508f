#include <dossier/model/stock.h>

#include "words.h"

WORDS_DEFINE(condition, condition, CONDITION_COUNT, CONDITIONS(WORDS_ITEM))
WORDS_DEFINE(row_type, row_type, ROW_TYPE_COUNT, "interaction", "stock", "product", "article", "day")
