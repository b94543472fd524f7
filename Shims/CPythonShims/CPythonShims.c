#include "CPythonShims.h"
