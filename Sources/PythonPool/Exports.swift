// Values, their dictionary and the wire form's errors are part of every call: `import PythonPool` is enough to use them.
@_exported public import Marshalling
