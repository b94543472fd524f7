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

// Whether a frame, or one that waits for it, is of the module that imports modules. Takes over the reference.
static bool is_within_import(PyFrameObject *frame) {
    bool found = false;
    while (frame != NULL) {
        PyCodeObject *code = PyFrame_GetCode(frame);
        found = found || PyUnicode_CompareWithASCIIString(code->co_filename, "<frozen importlib._bootstrap>") == 0;
        Py_DECREF(code);
        PyFrameObject *caller = found ? NULL : PyFrame_GetBack(frame);
        Py_DECREF(frame);
        frame = caller;
    }
    return found;
}

bool cpython_is_importing(unsigned long thread) {
    // A collection would run finalizers.
    const int collects = PyGC_Disable();
    PyObject *current = PySys_GetObject("_current_frames");
    PyObject *frames = current != NULL ? PyObject_CallNoArgs(current) : NULL;
    PyObject *number = frames != NULL ? PyLong_FromUnsignedLong(thread) : NULL;
    PyObject *frame = number != NULL ? PyDict_GetItemWithError(frames, number) : NULL;
    Py_XINCREF(frame);
    const bool is_importing = is_within_import((PyFrameObject *)frame);
    Py_XDECREF(number);
    Py_XDECREF(frames);
    PyErr_Clear();
    if (collects) PyGC_Enable();
    return is_importing;
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
