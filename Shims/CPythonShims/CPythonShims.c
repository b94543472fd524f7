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
