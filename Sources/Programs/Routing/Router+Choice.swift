extension Router {
    /// Every way to run a call, with its score: Swift's first. Python's is none while no pool could serve it.
    func candidates(_ entry: ProgramEntry, _ request: Request, expected: Duration) -> [RouteCandidate] {
        let place = entry.python == nil ? nil : place(entry, request)
        let records = tracker.records(of: entry.kind)
        let hasBoth = entry.native != nil && place != nil
        let scale = RouteScale(
            requirements: request.requirements, complexity: request.complexity, expected: expected)
        var candidates = [RouteCandidate]()
        candidates.reserveCapacity(2)
        if let native = entry.native {
            let contributions = scale.contributions(
                of: .native, capabilities: native.capabilities, record: records.native,
                rival: hasBoth ? records.python : nil, pool: nil, load: nil)
            candidates.append(RouteCandidate(.native, native, contributions))
        }
        if let python = entry.python, let place {
            let contributions = scale.contributions(
                of: .python, capabilities: python.capabilities, record: records.python,
                rival: hasBoth ? records.native : nil, pool: place.pool, load: loads?(place.pool))
            candidates.append(RouteCandidate(.python, python, contributions, pool: place.pool, place.ground))
        }
        return candidates
    }

    /// Which candidate runs the call, and why.
    func choose(
        among candidates: [RouteCandidate], _ request: Request, _ entry: ProgramEntry
    ) throws(RoutingError) -> (index: Int, ground: RouteGround) {
        let asked = request.implementation ?? (request.pool == nil ? nil : .python)
        if let asked {
            guard entry[asked] != nil else {
                throw .unavailable(entry.kind, asked, available: entry.implementations)
            }
            guard let index = candidates.firstIndex(where: { $0.implementation == asked }) else {
                throw .unknownPool(entry.pool ?? defaultPool, known: pools.sorted())
            }
            if request.implementation != nil { return (index, .forced(asked)) }
            return (index, candidates.count == 1 ? .onlyOne(entry.kind, asked) : .askedByPool(entry.kind))
        }
        guard let first = candidates.first else {
            throw .unknownPool(entry.pool ?? defaultPool, known: pools.sorted())
        }
        guard candidates.count > 1 else { return (0, .onlyOne(entry.kind, first.implementation)) }
        let best = candidates[1].score > first.score ? 1 : 0
        let other = 1 - best
        if request.isIdempotent, explorationShare > 0,
            candidates[other].capabilities.isSuperset(of: request.requirements.capabilities),
            random.fraction() < explorationShare
        {
            return (other, .explored(candidates[other].implementation, share: explorationShare))
        }
        let ground = RouteGround.scored(
            candidates[best].implementation, candidates[best].score, over: candidates[other].score)
        return (best, ground)
    }

    /// The pool for a program in Python; nil when none that could serve it is configured.
    private func place(_ entry: ProgramEntry, _ request: Request) -> (pool: String, ground: RouteGround)? {
        if let pool = request.pool { return (pool, .poolNamed(pool)) }
        if let pool = entry.pool, pools.contains(pool) { return (pool, .poolOfKind(pool, entry.kind)) }
        guard pools.contains(defaultPool) else { return nil }
        guard let missing = entry.pool else { return (defaultPool, .defaultPool(defaultPool)) }
        return (defaultPool, .poolMissing(missing, instead: defaultPool))
    }

    /// How clear a choice was; see ``Route/confidence``.
    static func confidence(
        in chosen: RouteCandidate, among candidates: [RouteCandidate], _ ground: RouteGround
    ) -> Double {
        switch ground {
        case .scored, .explored:
            let rival = candidates.first { $0.implementation != chosen.implementation }
            let margin = chosen.score - (rival?.score ?? 0)
            return min(1, max(0, margin / RouteScale.start))
        default: return 1
        }
    }
}

extension RouteCandidate {
    fileprivate init(
        _ implementation: Route.Implementation, _ registered: ProgramImplementation,
        _ contributions: [RouteContribution],
        pool: String? = nil, _ poolGround: RouteGround? = nil
    ) {
        self.init(
            implementation: implementation, modulePath: registered.path, pool: pool,
            capabilities: registered.capabilities, contributions: contributions,
            score: contributions.reduce(0) { $0 + $1.points }, poolGround: poolGround)
    }
}
