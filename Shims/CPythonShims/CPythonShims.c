#include "CPythonShims.h"

const char *cpython_start(const char *executable) {
    PyConfig config;
    PyConfig_InitIsolatedConfig(&config);
    // Buffered output of a worker that is killed would be lost.
    config.buffered_stdio = 0;
    config.install_signal_handlers = 0;
    PyStatus status = PyConfig_SetBytesString(&config, &config.executable, executable);
    if (!PyStatus_Exception(status)) status = Py_InitializeFromConfig(&config);
    PyConfig_Clear(&config);
    if (!PyStatus_Exception(status)) return NULL;
    return status.err_msg != NULL ? status.err_msg : "the interpreter could not be started";
}

PyObject *cpython_new_exception(const char *name, const char *doc, PyObject *base) {
    return PyErr_NewExceptionWithDoc(name, doc, base, NULL);
}

PyObject *cpython_import(const char *name) {
    for (int left = 8;; left--) {
        PyObject *module = PyImport_ImportModule(name);
        if (module != NULL || left == 0 || !PyErr_ExceptionMatches(PyExc_KeyError)) return module;
        PyObject *type, *value, *traceback;
        PyErr_Fetch(&type, &value, &traceback);
        if (traceback != NULL) {
            // The module's own code has raised it.
            PyErr_Restore(type, value, traceback);
            return NULL;
        }
        Py_XDECREF(type);
        Py_XDECREF(value);
    }
}

// Whether a frame's code takes a lock or lets go of it: left just after the one or just before the other, it keeps it for ever. Not what else
// those modules do: a thread that waits does so in there.
static bool handles_lock(PyFrameObject *frame) {
    PyCodeObject *code = PyFrame_GetCode(frame);
    static const char *const names[] = {"acquire", "_acquireLock", "_acquire_restore", "__enter__",
                                        "release", "_releaseLock", "_release_save",    "__exit__"};
    bool does = false;
    for (size_t index = 0; index < sizeof names / sizeof *names; index++) {
        does = does || PyUnicode_CompareWithASCIIString(code->co_name, names[index]) == 0;
    }
    Py_DECREF(code);
    return does;
}

static bool is_delicate(PyFrameObject *frame) {
    PyObject *globals = PyFrame_GetGlobals(frame);
    PyObject *name = PyDict_GetItemString(globals, "__name__");
    const char *module = name != NULL && PyUnicode_Check(name) ? PyUnicode_AsUTF8(name) : NULL;
    Py_DECREF(globals);
    if (module == NULL) return false;
    if (strcmp(module, "logging") == 0 || strcmp(module, "threading") == 0) return handles_lock(frame);
    // A loop would lose the callback that it was about to run.
    return strncmp(module, "asyncio.", 8) == 0;
}

// Whether a frame's code is what imports modules.
static bool imports(PyFrameObject *frame) {
    PyCodeObject *code = PyFrame_GetCode(frame);
    const bool does = PyUnicode_CompareWithASCIIString(code->co_filename, "<frozen importlib._bootstrap>") == 0;
    Py_DECREF(code);
    return does;
}

bool cpython_is_delicate(unsigned long thread) {
    // A collection would run finalizers.
    const int collects = PyGC_Disable();
    PyObject *current = PySys_GetObject("_current_frames");
    PyObject *frames = current != NULL ? PyObject_CallNoArgs(current) : NULL;
    PyObject *number = frames != NULL ? PyLong_FromUnsignedLong(thread) : NULL;
    PyFrameObject *frame = (PyFrameObject *)(number != NULL ? PyDict_GetItemWithError(frames, number) : NULL);
    Py_XINCREF(frame);
    bool found = frame != NULL && is_delicate(frame);
    while (frame != NULL) {
        found = found || imports(frame);
        PyFrameObject *caller = found ? NULL : PyFrame_GetBack(frame);
        Py_DECREF(frame);
        frame = caller;
    }
    Py_XDECREF(number);
    Py_XDECREF(frames);
    PyErr_Clear();
    if (collects) PyGC_Enable();
    return found;
}

// Until 3.11 the interpreter knows its one running thread, and tells it to whoever asks; later versions tell each thread of itself.
bool cpython_is_computing(void) { return PY_VERSION_HEX < 0x030C0000 && _PyThreadState_UncheckedGet() != NULL; }

void cpython_raise(PyObject *type, const char *message) { PyErr_SetString(type, message); }

void cpython_postpone_exception(void) {
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    if (type != NULL) PyThreadState_SetAsyncExc(PyThread_get_thread_ident(), type);
    Py_XDECREF(type);
    Py_XDECREF(value);
    Py_XDECREF(traceback);
}
