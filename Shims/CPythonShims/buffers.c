#include "CPythonShims.h"

// An object that lends memory which is not Python's: its views keep it alive, and it keeps the owner.
typedef struct {
    PyObject_HEAD
    void *data;
    Py_ssize_t byte_count;
    Py_ssize_t item_size;
    int dimensions;
    bool readonly;
    bool contiguous;
    char format[32];
    void *owner;
    void (*release)(void *owner);
    Py_ssize_t *shape;  // and after it the strides
} shared_buffer;

static int lend(PyObject *self, Py_buffer *view, int flags) {
    shared_buffer *buffer = (shared_buffer *)self;
    view->obj = NULL;
    if ((flags & PyBUF_WRITABLE) && buffer->readonly) {
        PyErr_SetString(PyExc_BufferError, "the host passed this array read-only");
        return -1;
    }
    if ((flags & PyBUF_STRIDES) != PyBUF_STRIDES && !buffer->contiguous) {
        PyErr_SetString(PyExc_BufferError, "the elements of this array do not lie one after the other");
        return -1;
    }
    if (((flags & PyBUF_C_CONTIGUOUS) == PyBUF_C_CONTIGUOUS || (flags & PyBUF_ANY_CONTIGUOUS) == PyBUF_ANY_CONTIGUOUS ||
         (flags & PyBUF_F_CONTIGUOUS) == PyBUF_F_CONTIGUOUS) &&
        !(buffer->contiguous && (buffer->dimensions <= 1 || (flags & PyBUF_F_CONTIGUOUS) != PyBUF_F_CONTIGUOUS))) {
        PyErr_SetString(PyExc_BufferError, "the elements of this array do not lie one after the other");
        return -1;
    }
    view->buf = buffer->data;
    view->len = buffer->byte_count;
    view->itemsize = buffer->item_size;
    view->readonly = buffer->readonly;
    view->format = (flags & PyBUF_FORMAT) ? buffer->format : NULL;
    view->ndim = buffer->dimensions;
    view->shape = (flags & PyBUF_ND) && buffer->dimensions > 0 ? buffer->shape : NULL;
    view->strides = (flags & PyBUF_STRIDES) == PyBUF_STRIDES && buffer->dimensions > 0 ? buffer->shape + buffer->dimensions : NULL;
    view->suboffsets = NULL;
    view->internal = NULL;
    view->obj = Py_NewRef(self);
    return 0;
}

static void end(PyObject *self) {
    shared_buffer *buffer = (shared_buffer *)self;
    PyTypeObject *type = Py_TYPE(self);
    if (buffer->release != NULL) buffer->release(buffer->owner);
    PyMem_Free(buffer->shape);
    type->tp_free(self);
    Py_DECREF(type);
}

static PyType_Slot slots[] = {
    {Py_tp_doc, "Memory that the host sees too."},
    {Py_tp_dealloc, end},
    {Py_bf_getbuffer, lend},
    {0, NULL},
};
static PyType_Spec spec = {
    .name = "_dspex.SharedBuffer",
    .basicsize = sizeof(shared_buffer),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .slots = slots,
};

PyObject *cpython_buffer(void *data, Py_ssize_t item_size, const char *format, int dimensions, const Py_ssize_t *shape,
                         const Py_ssize_t *strides, bool contiguous, bool readonly, void *owner, void (*release)(void *owner)) {
    static PyTypeObject *type;
    if (type == NULL) type = (PyTypeObject *)PyType_FromSpec(&spec);
    if (type == NULL) return NULL;
    Py_ssize_t *numbers = PyMem_Malloc(sizeof(Py_ssize_t) * 2 * (size_t)(dimensions > 0 ? dimensions : 1));
    shared_buffer *buffer = numbers == NULL ? NULL : (shared_buffer *)type->tp_alloc(type, 0);
    if (buffer == NULL) {
        PyMem_Free(numbers);
        return PyErr_Occurred() ? NULL : PyErr_NoMemory();
    }
    buffer->data = data;
    buffer->item_size = item_size;
    buffer->byte_count = item_size;
    buffer->dimensions = dimensions;
    buffer->readonly = readonly;
    buffer->contiguous = contiguous;
    strncpy(buffer->format, format, sizeof buffer->format - 1);
    buffer->owner = owner;
    buffer->release = release;
    buffer->shape = numbers;
    for (int index = 0; index < dimensions; index++) {
        numbers[index] = shape[index];
        numbers[dimensions + index] = strides[index];
        buffer->byte_count *= shape[index];
    }
    return (PyObject *)buffer;
}

bool cpython_derives_from_ndarray(PyObject *object) {
    for (PyTypeObject *type = Py_TYPE(object); type != NULL; type = type->tp_base)
        if (strcmp(type->tp_name, "numpy.ndarray") == 0) return true;
    return false;
}
