import ArgumentParser
import DSPex

/// Who runs a program, on the command line.
enum RouteChoice: String, ExpressibleByArgument, CaseIterable {
    case auto
    case native
    case python

    var implementation: Route.Implementation? { Route.Implementation(rawValue: rawValue) }
}
