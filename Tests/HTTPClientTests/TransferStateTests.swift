import Testing

@testable import HTTPClient

@Suite("The state of a transfer")
struct TransferStateTests {
    typealias State = TransferState<String>
    let head = HTTPResponseHead(status: 200)
    let failure = HTTPClientError(code: .closedEarly, host: "h", detail: "d")

    func describe(_ actions: [State.Action]) -> [String] {
        actions.map { action in
            switch action {
            case .deliver(let delivery, let waiter): "\(waiter) gets \(short(delivery))"
            case .resumeTransfer: "resume"
            case .abortTransfer: "abort"
            case .letTransferEnd: "let end"
            }
        }
    }

    func short(_ delivery: TransferDelivery) -> String {
        switch delivery {
        case .head(let head): "head \(head.status)"
        case .bytes(let bytes): "\(bytes.count) bytes"
        case .end: "end"
        case .failed(let error): error.label
        }
    }

    @Test("A waiter gets what is there already, or what comes next")
    func order() {
        var state = State(mode: .stream(watermark: 10), host: "h")
        #expect(describe(state.wait(for: .head, "a")) == [])
        #expect(describe(state.received(head)) == ["a gets head 200"])
        #expect(describe(state.received([1, 2]).1) == [])
        #expect(describe(state.received([3]).1) == [])
        #expect(describe(state.wait(for: .bytes, "b")) == ["b gets 3 bytes"])
        #expect(describe(state.wait(for: .bytes, "c")) == [])
        #expect(describe(state.finished(nil)) == ["c gets end"])
        #expect(describe(state.wait(for: .bytes, "d")) == ["d gets end"])
    }

    @Test("A stream rests above the watermark, and goes on once it is read")
    func backpressure() {
        var state = State(mode: .stream(watermark: 10), host: "h")
        _ = state.received(head)
        #expect(state.received(Array(repeating: 0, count: 40)).0 == .accepted)
        #expect(state.received([1]).0 == .paused)
        #expect(describe(state.wait(for: .bytes, "a")) == ["a gets 40 bytes", "resume"])
        #expect(state.received([1]).0 == .accepted)
        #expect(describe(state.wait(for: .bytes, "b")) == ["b gets 1 bytes"])
    }

    @Test("What arrived before a failure is read before the failure")
    func failureAfterBytes() {
        var state = State(mode: .stream(watermark: 10), host: "h")
        _ = state.received(head)
        _ = state.received([1, 2])
        #expect(describe(state.finished(failure)) == [])
        #expect(describe(state.wait(for: .bytes, "a")) == ["a gets 2 bytes"])
        #expect(describe(state.wait(for: .bytes, "b")) == ["b gets http.closedEarly"])
    }

    @Test("A collected body is delivered whole or not at all")
    func collected() {
        var state = State(mode: .collect(maximum: 4), host: "h")
        #expect(describe(state.wait(for: .bytes, "a")) == [])
        _ = state.received(head)
        #expect(describe(state.received([1, 2]).1) == [])
        #expect(describe(state.received([3, 4]).1) == [])
        #expect(describe(state.finished(nil)) == ["a gets 4 bytes"])

        var broken = State(mode: .collect(maximum: 4), host: "h")
        _ = broken.received(head)
        _ = broken.received([1, 2])
        _ = broken.finished(failure)
        #expect(describe(broken.wait(for: .bytes, "a")) == ["a gets http.closedEarly"])
    }

    @Test("A collected body beyond the maximum is refused, and later bytes too")
    func tooLarge() {
        var state = State(mode: .collect(maximum: 4), host: "h")
        _ = state.wait(for: .bytes, "a")
        let (reception, actions) = state.received([1, 2, 3, 4, 5])
        #expect(reception == .refused)
        #expect(describe(actions) == ["a gets http.tooLarge"])
        #expect(state.received([1]).0 == .refused)
        #expect(describe(state.finished(failure)) == [])
    }

    @Test("Aborting drops what is unread, tells the waiter once, and ends the transfer once")
    func abort() {
        var state = State(mode: .stream(watermark: 10), host: "h")
        _ = state.received(head)
        _ = state.wait(for: .bytes, "a")
        let cancelled = HTTPClientError(code: .cancelled, host: "h", detail: "d")
        #expect(describe(state.abort(cancelled)) == ["abort", "a gets http.cancelled"])
        #expect(describe(state.abort(cancelled)) == [])
        #expect(state.received([1]).0 == .refused)
        #expect(describe(state.finished(nil)) == [])
        #expect(describe(state.wait(for: .bytes, "b")) == ["b gets http.cancelled"])
    }

    @Test("A discarded rest is taken up to a limit, then refused")
    func discards() {
        var state = State(mode: .stream(watermark: 10), host: "h")
        _ = state.received(head)
        _ = state.received([1])
        #expect(describe(state.discardRest()) == ["let end"])
        #expect(describe(state.discardRest()) == [])
        #expect(state.received(Array(repeating: 0, count: State.discardLimit)).0 == .accepted)
        #expect(state.received([1]).0 == .refused)
    }

    @Test("A second reader at the same time is refused")
    func twoReaders() {
        var state = State(mode: .stream(watermark: 10), host: "h")
        #expect(describe(state.wait(for: .bytes, "a")) == [])
        #expect(describe(state.wait(for: .bytes, "b")) == ["b gets http.invalidRequest"])
    }
}

@Suite("The head of a response")
struct ResponseHeadParserTests {
    @Test("Interim responses are skipped, folded case is kept, trailers ignored")
    func interim() {
        var parser = ResponseHeadParser()
        var outcomes: [ResponseHeadParser.Outcome] = []
        for line in [
            "HTTP/1.1 100 Continue\r\n", "X: y\r\n", "\r\n", "HTTP/2 201\r\n", "A:  b \r\n", "a: c\r\n", "\r\n",
            "T: trailer\r\n", "\r\n",
        ] {
            outcomes.append(parser.line(Array(line.utf8)))
        }
        let heads = outcomes.compactMap { if case .complete(let head) = $0 { head } else { nil } }
        #expect(
            heads == [
                HTTPResponseHead(
                    status: 201, headers: HTTPHeaders([.init(name: "A", value: "b"), .init(name: "a", value: "c")]))
            ])
        #expect(heads.first?.headers.values("A") == ["b", "c"])
    }

    @Test("A head without end is bounded")
    func bounded() {
        var parser = ResponseHeadParser()
        let line = Array("X: \(String(repeating: "y", count: 1000))\r\n".utf8)
        var count = 0
        while parser.line(line) == .more, count < 1000 { count += 1 }
        #expect(count < 300)
    }
}
