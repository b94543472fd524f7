// The part of CPython's API that Swift cannot import: macros, checks, variadics. One small function each, nothing more.
#ifndef CPYTHON_SHIMS_H
#define CPYTHON_SHIMS_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stdbool.h>
#include <string.h>

// --- Kinds of objects -----------------------------------------------------------------------------------------------

enum cpython_kind {
    cpython_none, cpython_false, cpython_true, cpython_int, cpython_float, cpython_str, cpython_bytes, cpython_complex,
    cpython_list, cpython_tuple, cpython_set, cpython_frozenset, cpython_dict, cpython_bytearray, cpython_memoryview, cpython_other
};

// The kind of an object of exactly a built-in type.
static inline enum cpython_kind cpython_kind_of(PyObject *object) {
    PyTypeObject *type = Py_TYPE(object);
    if (type == &PyUnicode_Type) return cpython_str;
    if (type == &PyFloat_Type) return cpython_float;
    if (type == &PyLong_Type) return cpython_int;
    if (type == &PyDict_Type) return cpython_dict;
    if (type == &PyList_Type) return cpython_list;
    if (object == Py_None) return cpython_none;
    if (object == Py_True) return cpython_true;
    if (object == Py_False) return cpython_false;
    if (type == &PyTuple_Type) return cpython_tuple;
    if (type == &PyBytes_Type) return cpython_bytes;
    if (type == &PySet_Type) return cpython_set;
    if (type == &PyFrozenSet_Type) return cpython_frozenset;
    if (type == &PyComplex_Type) return cpython_complex;
    if (type == &PyByteArray_Type) return cpython_bytearray;
    if (type == &PyMemoryView_Type) return cpython_memoryview;
    return cpython_other;
}

// The kind of the built-in type that an object's class derives from.
static inline enum cpython_kind cpython_base_kind_of(PyObject *object) {
    if (PyUnicode_Check(object)) return cpython_str;
    if (PyFloat_Check(object)) return cpython_float;
    if (PyLong_Check(object)) return cpython_int;
    if (PyDict_Check(object)) return cpython_dict;
    if (PyList_Check(object)) return cpython_list;
    if (PyTuple_Check(object)) return cpython_tuple;
    if (PyBytes_Check(object)) return cpython_bytes;
    if (PyFrozenSet_Check(object)) return cpython_frozenset;
    if (PySet_Check(object)) return cpython_set;
    if (PyComplex_Check(object)) return cpython_complex;
    if (PyByteArray_Check(object)) return cpython_bytearray;
    return cpython_other;
}

static inline PyObject *cpython_type(PyObject *object) { return (PyObject *)Py_TYPE(object); }
static inline const char *cpython_type_name(PyObject *object) { return Py_TYPE(object)->tp_name; }
static inline PyObject *cpython_none_object(void) { return Py_None; }
static inline PyObject *cpython_bool_object(bool value) { return value ? Py_True : Py_False; }
static inline bool cpython_is_type(PyObject *object) { return PyType_Check(object); }
static inline bool cpython_is_coroutine(PyObject *object) { return PyCoro_CheckExact(object); }
static inline bool cpython_is_str(PyObject *object) { return PyUnicode_Check(object); }
static inline bool cpython_is_dict(PyObject *object) { return PyDict_Check(object); }
// What a view of contiguous bytes is asked for with.
static const int cpython_contiguous = PyBUF_CONTIG_RO;
static inline bool cpython_is_exception(void) { return PyErr_ExceptionMatches(PyExc_Exception); }
// Whether more than one place leads to an object, so that a walk may come by it twice.
static inline bool cpython_may_recur(PyObject *object) { return Py_REFCNT(object) > 1; }
static inline void cpython_incref(PyObject *object) { Py_INCREF(object); }
static inline void cpython_decref(PyObject *object) { Py_DECREF(object); }

// --- Numbers and text -----------------------------------------------------------------------------------------------

// The value of an int; false when it does not fit 64 bits.
static inline bool cpython_int_value(PyObject *object, int64_t *value) {
    Py_ssize_t digits = Py_SIZE(object);
    if (digits >= -1 && digits <= 1) {
        *value = digits * (int64_t)((PyLongObject *)object)->ob_digit[0];
        if (digits == 0) *value = 0;
        return true;
    }
    int overflow;
    *value = PyLong_AsLongLongAndOverflow(object, &overflow);
    return overflow == 0;
}

static inline size_t cpython_int_bytes(PyObject *object) { return _PyLong_NumBits(object) / 8 + 1; }
static inline int cpython_int_store(PyObject *object, unsigned char *into, size_t count) {
    return _PyLong_AsByteArray((PyLongObject *)object, into, count, 1, 1);
}
static inline PyObject *cpython_int_load(const unsigned char *from, size_t count) {
    return _PyLong_FromByteArray(from, count, 1, 1);
}
static inline double cpython_real(PyObject *object) { return ((PyComplexObject *)object)->cval.real; }
static inline double cpython_imaginary(PyObject *object) { return ((PyComplexObject *)object)->cval.imag; }
static inline double cpython_float_value(PyObject *object) { return PyFloat_AS_DOUBLE(object); }

// Copies a few bytes without a call: texts are mostly short, and the call costs more than they do.
__attribute__((always_inline)) static inline void cpython_copy(char *to, const char *from, size_t length) {
    if (length > 16) {
        memcpy(to, from, length);
    } else if (length >= 8) {
        memcpy(to, from, 8);
        memcpy(to + length - 8, from + length - 8, 8);
    } else if (length >= 4) {
        memcpy(to, from, 4);
        memcpy(to + length - 4, from + length - 4, 4);
    } else {
        for (size_t at = 0; at < length; at++) to[at] = from[at];
    }
}

// The bytes of a str that is short and ASCII; NULL for any other.
__attribute__((always_inline)) static inline const char *cpython_short_ascii(PyObject *object, Py_ssize_t *length) {
    if (!PyUnicode_IS_COMPACT_ASCII(object) || PyUnicode_GET_LENGTH(object) > 255) return NULL;
    *length = PyUnicode_GET_LENGTH(object);
    return (const char *)PyUnicode_1BYTE_DATA(object);
}

// The value of an int of at most one digit of 30 bits; false for any other.
__attribute__((always_inline)) static inline bool cpython_short_int(PyObject *object, int32_t *value) {
    Py_ssize_t digits = Py_SIZE(object);
    if (digits < -1 || digits > 1) return false;
    *value = digits == 0 ? 0 : (int32_t)digits * (int32_t)((PyLongObject *)object)->ob_digit[0];
    return true;
}

// The UTF-8 of a str, without a copy where it is ASCII; NULL with an exception set for a lone surrogate.
static inline const char *cpython_utf8(PyObject *object, Py_ssize_t *length) {
    if (PyUnicode_IS_COMPACT_ASCII(object)) {
        *length = PyUnicode_GET_LENGTH(object);
        return (const char *)PyUnicode_1BYTE_DATA(object);
    }
    return PyUnicode_AsUTF8AndSize(object, length);
}

static inline bool cpython_is_ascii(const char *bytes, size_t length) {
    uint64_t bits = 0;
    size_t at = 0;
    for (; at + 8 <= length; at += 8) {
        uint64_t word;
        memcpy(&word, bytes + at, 8);
        bits |= word;
    }
    for (; at < length; at++) bits |= (unsigned char)bytes[at];
    return (bits & 0x8080808080808080u) == 0;
}

static inline PyObject *cpython_make_str(const char *bytes, size_t length) {
    if (length < 2 || !cpython_is_ascii(bytes, length)) return PyUnicode_DecodeUTF8(bytes, (Py_ssize_t)length, NULL);
    PyObject *text = PyUnicode_New((Py_ssize_t)length, 127);
    if (text != NULL) memcpy(PyUnicode_1BYTE_DATA(text), bytes, length);
    return text;
}

// Whether a str is this ASCII text.
static inline bool cpython_str_equals(PyObject *text, const char *bytes, size_t length) {
    return PyUnicode_IS_COMPACT_ASCII(text) && (size_t)PyUnicode_GET_LENGTH(text) == length &&
           memcmp(PyUnicode_1BYTE_DATA(text), bytes, length) == 0;
}

// --- Containers -----------------------------------------------------------------------------------------------------

static inline Py_ssize_t cpython_list_count(PyObject *list) { return PyList_GET_SIZE(list); }
static inline PyObject *cpython_list_item(PyObject *list, Py_ssize_t index) { return PyList_GET_ITEM(list, index); }
static inline void cpython_list_fill(PyObject *list, Py_ssize_t index, PyObject *item) { PyList_SET_ITEM(list, index, item); }
static inline Py_ssize_t cpython_tuple_count(PyObject *tuple) { return PyTuple_GET_SIZE(tuple); }
static inline PyObject *cpython_tuple_item(PyObject *tuple, Py_ssize_t index) { return PyTuple_GET_ITEM(tuple, index); }
static inline void cpython_tuple_fill(PyObject *tuple, Py_ssize_t index, PyObject *item) { PyTuple_SET_ITEM(tuple, index, item); }
static inline Py_ssize_t cpython_dict_count(PyObject *dict) { return PyDict_GET_SIZE(dict); }
static inline PyObject *cpython_dict_presized(Py_ssize_t count) { return _PyDict_NewPresized(count); }
static inline Py_ssize_t cpython_set_count(PyObject *set) { return PySet_GET_SIZE(set); }
static inline Py_ssize_t cpython_bytes_count(PyObject *bytes) { return PyBytes_GET_SIZE(bytes); }
static inline const char *cpython_bytes_data(PyObject *bytes) { return PyBytes_AS_STRING(bytes); }

static inline Py_ssize_t cpython_bytearray_count(PyObject *bytes) { return PyByteArray_GET_SIZE(bytes); }
static inline const char *cpython_bytearray_data(PyObject *bytes) { return PyByteArray_AS_STRING(bytes); }

// A tuple of which every place is filled, with None.
static inline PyObject *cpython_tuple_of_nones(Py_ssize_t count) {
    PyObject *tuple = PyTuple_New(count);
    for (Py_ssize_t index = 0; tuple != NULL && index < count; index++) PyTuple_SET_ITEM(tuple, index, Py_NewRef(Py_None));
    return tuple;
}
// Puts an item where None was.
static inline void cpython_tuple_replace(PyObject *tuple, Py_ssize_t index, PyObject *item) {
    PyObject *old = PyTuple_GET_ITEM(tuple, index);
    PyTuple_SET_ITEM(tuple, index, item);
    Py_DECREF(old);
}
static inline PyObject *cpython_pair(PyObject *first, PyObject *second) { return PyTuple_Pack(2, first, second); }
static inline bool cpython_is_empty_tuple(PyObject *object) {
    return Py_TYPE(object) == &PyTuple_Type && PyTuple_GET_SIZE(object) == 0;
}
static inline bool cpython_is_tuple(PyObject *object) { return PyTuple_Check(object); }

static inline bool cpython_begins_with_float(PyObject *list) {
    return PyList_GET_SIZE(list) > 0 && Py_TYPE(PyList_GET_ITEM(list, 0)) == &PyFloat_Type;
}
// Stores the numbers of a list of floats, eight bytes each, as this machine has them; false at the first item that is none.
static inline bool cpython_store_floats(PyObject *list, char *to) {
    Py_ssize_t count = PyList_GET_SIZE(list);
    for (Py_ssize_t index = 0; index < count; index++) {
        PyObject *item = PyList_GET_ITEM(list, index);
        if (Py_TYPE(item) != &PyFloat_Type) return false;
        double number = PyFloat_AS_DOUBLE(item);
        memcpy(to + 8 * index, &number, 8);
    }
    return true;
}

// --- Memory that the host sees too --------------------------------------------------------------------------------------

// An object with the buffer protocol over memory of an owner, who is released when its last view is gone: a new reference; NULL with an
// exception set, and the owner not taken over, when there is no memory for it.
PyObject *cpython_buffer(void *data, Py_ssize_t item_size, const char *format, int dimensions, const Py_ssize_t *shape,
                         const Py_ssize_t *strides, bool contiguous, bool readonly, void *owner, void (*release)(void *owner));
// What a view is asked for with: everything there is to know, without the right to write.
static const int cpython_strided = PyBUF_RECORDS_RO;
static inline bool cpython_has_buffer(PyObject *object) { return PyObject_CheckBuffer(object); }
// As PyImport_ImportModule does. Imports anew what another thread, whose import of the same module failed, has taken from sys.modules at
// the moment at which this one was to get it.
PyObject *cpython_import(const char *name);
// Whether an exception that is thrown into a thread at this moment would break what outlives the call: a package that is being imported,
// whose submodules would stay while it goes and could not be imported again; a lock of `logging` or `threading`, never let go; an event loop.
// Called under the interpreter lock, and keeps it.
bool cpython_is_delicate(unsigned long thread);
// Whether some thread runs Python code at this moment. Any thread may ask; the answer may be out of date when it comes.
bool cpython_is_computing(void);
// Whether an object's class is numpy's array, or made of it.
bool cpython_derives_from_ndarray(PyObject *object);

// --- Interpreter, exceptions, threads -------------------------------------------------------------------------------

// Starts the interpreter isolated from environment and user folders, as the `executable` of a virtual environment would start it.
// NULL, or what went wrong.
const char *cpython_start(const char *executable);

// Takes the exception that is set, and has it raised by the next Python code that this thread runs.
void cpython_postpone_exception(void);

// PyErr_NewExceptionWithDoc and PyErr_SetString take pointers that Swift's importer does not know to be constant.
PyObject *cpython_new_exception(const char *name, const char *doc, PyObject *base);
void cpython_raise(PyObject *type, const char *message);
static inline PyObject *cpython_base_exception(void) { return PyExc_BaseException; }
static inline PyObject *cpython_type_error(void) { return PyExc_TypeError; }
static inline PyObject *cpython_value_error(void) { return PyExc_ValueError; }
static inline PyObject *cpython_runtime_error(void) { return PyExc_RuntimeError; }

#endif
