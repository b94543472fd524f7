import CPython
import CPythonShims

/// Starting and forking the one interpreter of a process. All of it belongs to the process's first, and then only, thread.
package enum InterpreterStart {
    /// Starts the interpreter and keeps its lock on this thread.
    ///
    /// - Parameter executable: the `bin/python` of the virtual environment whose packages are to be found.
    /// - Throws: ``PythonFailure`` in the interpreter's own words.
    package static func start(executable: String) throws(PythonFailure) {
        if let problem = unsafe cpython_start(executable) {
            throw PythonFailure(type: "RuntimeError", message: unsafe String(cString: problem))
        }
    }

    /// The interpreter's version, as in `3.11.2`.
    package static var version: String {
        unsafe String(String(cString: Py_GetVersion()).prefix { $0 != " " })
    }

    /// Forks with Python's own hooks around it: locks made anew, random generators reseeded, thread states dropped in the child.
    ///
    /// - Parameter fork: the system call.
    /// - Returns: what it returned: 0 in the child.
    package static func fork(_ fork: () -> Int32) -> Int32 {
        PyOS_BeforeFork()
        let pid = fork()
        if pid == 0 { PyOS_AfterFork_Child() } else { PyOS_AfterFork_Parent() }
        return pid
    }
}
