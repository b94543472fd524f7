import Logging

extension Logger {
    /// Says only what went wrong, on stderr, so that stdout holds nothing but answers.
    static var quiet: Logger {
        var logger = Logger(label: "dspex", factory: { StreamLogHandler.standardError(label: $0) })
        logger.logLevel = .error
        return logger
    }
}
