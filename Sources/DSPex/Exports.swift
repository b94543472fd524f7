// Importing DSPex is enough: the types that its functions take and return come with it.

@_exported public import LanguageModels
@_exported public import Marshalling
@_exported public import Programs
@_exported public import PythonPool
@_exported public import Signatures
