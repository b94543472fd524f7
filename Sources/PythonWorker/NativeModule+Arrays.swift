import CPython
import CPythonShims
import Marshalling
import PythonRuntime

/// Arrays that Python code makes for the host to see.
extension NativeModule {
    static var arrayFunctions: [(String, String, Int32, PyCFunction)] {
        unsafe [
            (
                "shared_array", "shared_array(dtype, shape, zeroed): a new array in memory that the host sees too.",
                METH_VARARGS, { unsafe NativeModule.sharedArray($1) }
            )
        ]
    }

    private static func sharedArray(_ arguments: ObjectPointer?) -> ObjectPointer? {
        // Before the fork, all workers would have the same memory.
        guard unsafe Worker.switchboard != nil else {
            return unsafe raise(cpython_runtime_error(), "there is no host to share with before the worker is forked")
        }
        do {
            let values = try insidePython { (interpreter: borrowing Interpreter) throws(PythonFailure) in
                guard let arguments = unsafe arguments else { return PythonValue.none }
                return unsafe try interpreter.share(arguments).value(interpreter)
            }
            guard let name = values[0]?.string, let dtype = DType(name: name), let zeroed = values[2]?.bool,
                let shape = values[1]?.elements?.map(\.int), !shape.contains(nil)
            else {
                return unsafe raise(
                    cpython_type_error(), "shared_array(dtype: a name such as 'float32', shape: a tuple, zeroed: bool)")
            }
            return unsafe try ArrayObjects.make(dtype, shape.compactMap(\.self), zeroed: zeroed)
        } catch let error as PythonFailure {
            return unsafe raise(cpython_value_error(), error.message)
        } catch {
            return unsafe raise(cpython_value_error(), "\(error)")
        }
    }
}
