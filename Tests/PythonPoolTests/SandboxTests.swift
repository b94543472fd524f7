import Foundation
import Marshalling
import Testing

@testable import PythonPool

/// Code that nobody has read, in a real sandbox: what it must not do it cannot, and what it may do works.
@Suite struct SandboxTests {
    private static let libc = """
        import ctypes, os
        libc = ctypes.CDLL(None, use_errno=True)
        def call(*arguments):
            answer = libc.syscall(*[ctypes.c_long(argument) for argument in arguments])
            if answer < 0: raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
            return answer

        """

    /// Kernels with and without what is newer than Linux 5.13, and users with and without namespaces.
    static let machines: [String] = ["this", "no namespaces", "Landlock 3, no namespaces", "Landlock 1, no namespaces"]

    private static func machine(_ kind: String) -> @Sendable () -> HostFacilities {
        { () -> HostFacilities in
            var machine = HostFacilities.probe()
            if kind != "this" { machine.kernel.namespaceProblem = "switched off for this test" }
            if kind.hasPrefix("Landlock"), let version = Int(kind.dropFirst(9).prefix(1)) {
                machine.kernel.landlock = min(version, machine.kernel.landlock)
            }
            return machine
        }
    }

    private static let refused: [(what: String, source: String)] = [
        ("a TCP socket", "import socket; socket.socket()"),
        ("a UDP socket", "import socket; socket.socket(type=socket.SOCK_DGRAM)"),
        ("an IPv6 socket", "import socket; socket.socket(socket.AF_INET6)"),
        ("a Unix socket", "import socket; socket.socket(socket.AF_UNIX)"),
        ("a netlink socket", "import socket; socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)"),
        ("a packet socket", "import socket; socket.socket(socket.AF_PACKET, socket.SOCK_RAW)"),
        ("a vsock socket", "import socket; socket.socket(socket.AF_VSOCK)"),
        ("a key of the user", "open(secret).read()"),
        ("the user's accounts", "open('/etc/passwd').read()"),
        ("the names in the root folder", "import os; os.listdir('/')"),
        ("the names in the user's folder", "import os; os.listdir(folder)"),
        (
            "a key through a link of its own",
            "import os, uuid; own = str(uuid.uuid4()); os.symlink(secret, own); open(own).read()"
        ),
        ("a key through a descriptor of the host", "open(f'/proc/{host}/root' + secret).read()"),
        ("writing into the user's folder", "open(folder + '/planted', 'w')"),
        ("writing to the temporary folder", "open('/tmp/dspex-planted', 'w')"),
        ("writing to shared memory", "open('/dev/shm/dspex-planted', 'w')"),
        ("writing to its packages", "import sandbox_fixture; open(sandbox_fixture.__file__, 'a')"),
        ("a folder of the user's", "import os; os.mkdir(folder + '/planted')"),
        ("deleting a key", "import os; os.unlink(secret)"),
        ("renaming a key", "import os; os.rename(secret, folder + '/planted')"),
        ("the host's environment", "open(f'/proc/{host}/environ').read()"),
        ("the zygote's environment", "import os; open(f'/proc/{os.getppid()}/environ').read()"),
        ("the host's command line", "open(f'/proc/{host}/cmdline').read()"),
        ("the host's memory", "open(f'/proc/{host}/mem', 'rb')"),
        ("the first process", "open('/proc/1/environ').read()"),
        ("killing the host", "import os; os.kill(host, 0)"),
        ("killing the zygote", "import os; os.kill(os.getppid(), 9)"),
        ("killing the host's group", "import os; os.killpg(os.getpgid(host), 0)"),
        ("a child process", "import os; os.fork()"),
        ("a program", "import os; os.execv('/bin/true', ['true'])"),
        ("a spawned program", "import os; os.posix_spawn('/bin/true', ['true'], {})"),
        ("tracing the host", libc + "call(101 if os.uname().machine == 'x86_64' else 117, 16, host, 0, 0)"),
        (
            "reading the host's memory",
            libc + "call(310 if os.uname().machine == 'x86_64' else 270, host, 0, 0, 0, 0, 0)"
        ),
        ("a namespace", libc + "call(272 if os.uname().machine == 'x86_64' else 97, 0x10000000)"),
        (
            "a mount",
            libc
                + "libc.mount(b'x', b'.', b'tmpfs', 0, None) and call(165 if os.uname().machine == 'x86_64' else 40, 0, 0, 0, 0, 0)"
        ),
        ("a mount by descriptor", libc + "call(430, 0, 0)"),
        ("a program in the kernel", libc + "call(321 if os.uname().machine == 'x86_64' else 280, 0, 0, 0)"),
        ("a key ring", libc + "call(250 if os.uname().machine == 'x86_64' else 219, 0, 0, 0)"),
        ("performance counters", libc + "call(298 if os.uname().machine == 'x86_64' else 241, 0, 0, 0, 0, 0)"),
        ("userfaultfd", libc + "call(323 if os.uname().machine == 'x86_64' else 282, 0)"),
        ("kernel modules", libc + "call(313 if os.uname().machine == 'x86_64' else 273, 0, 0, 0)"),
        ("another's descriptor", libc + "call(438, 0, 0, 0)"),
        ("typing into the terminal", "import fcntl; fcntl.ioctl(2, 0x5412, b'x')"),
        ("outliving its parent", libc + "call(157 if os.uname().machine == 'x86_64' else 167, 1, 0, 0, 0, 0)"),
        ("the clock", "import time; time.clock_settime(time.CLOCK_REALTIME, 0)"),
        ("a nicer life", "import os; os.nice(-5)"),
        ("a bigger limit", "import resource; resource.setrlimit(resource.RLIMIT_NOFILE, (9999, 9999))"),
    ]

    @Test(arguments: machines)
    func `What code must not do is refused`(_ kind: String) async throws {
        let secret = try SecretFile()
        let names: PythonDictionary = [
            "secret": .string(secret.path), "folder": .string(secret.folder),
            "host": .int(Int(ProcessInfo.processInfo.processIdentifier)),
        ]
        try await withIsolatedPool(.sandbox, machine: Self.machine(kind)) { (python: PythonPool) async throws in
            let worker = try await python.call("pool_fixture.pid")
            for (what, source) in Self.refused {
                let attempt = try await python.attempt(source, names)
                // A limit that may not be raised is a ValueError for Python.
                let isLimit = what == "a bigger limit" && "\(attempt)".contains("maximum limit")
                #expect(attempt.isRefused || isLimit, "\(what): \(attempt)")
            }
            #expect(secret.isUntouched)
            #expect(try await python.call("pool_fixture.pid") == worker, "and the worker lives on")
        }
    }

    @Test(arguments: machines)
    func `Files of others keep content, mode and times`(_ kind: String) async throws {
        let secret = try SecretFile()
        // A folder that may be read, so that only the protection from changes is asked.
        var isolation = PythonPool.Isolation.sandbox
        isolation.readable = [secret.folder]
        try await withIsolatedPool(isolation, machine: Self.machine(kind)) { (python: PythonPool) async throws in
            let names: PythonDictionary = ["secret": .string(secret.path)]
            #expect(
                try await python.attempt("result = open(secret).read()", names) == .result(.string(SecretFile.content)))
            for source in [
                "os.truncate(secret, 0)", "os.open(secret, os.O_RDONLY | os.O_TRUNC)", "open(secret, 'r+')",
                "os.chmod(secret, 0o777)", "os.chown(secret, 1, 1)", "os.utime(secret, (1, 1))",
                "os.setxattr(secret, 'user.planted', b'1')", "os.link(secret, 'mine'); open('mine', 'w')",
            ] {
                let attempt = try await python.attempt("import os; " + source, names)
                guard case .raised(let type, let message) = attempt else {
                    Issue.record("\(source): \(attempt)")
                    continue
                }
                // EXDEV where two folders are two file systems
                #expect(attempt.isRefused || message.contains("cross-device"), "\(source): \(type): \(message)")
            }
            #expect(secret.isUntouched)
        }
    }

    @Test(arguments: machines)
    func `What code may do works`(_ kind: String) async throws {
        try await withIsolatedPool(.sandbox, machine: Self.machine(kind)) { (python: PythonPool) async throws in
            python.onUpcall("double") { upcall in .int((upcall.payload.int ?? 0) * 2) }
            #expect(try await python.call("pool_fixture.ask", ["double", 21]) == 42)
            #expect(
                try await python.call("pool_fixture.ask_from_threads", ["double", 8]).elements
                    == (0..<8).map { .int($0 * 2) })
            let large = PythonValue.bytes([UInt8](repeating: 7, count: 20 << 20))
            #expect(try await python.call("pool_fixture.echo", [large]) == large)
            for source in [
                "import numpy; result = float(numpy.ones((500, 500)).dot(numpy.ones(500)).sum()) == 250000.0",
                "import tempfile; f = tempfile.NamedTemporaryFile(); f.write(b'x'); result = f.name.startswith(tempfile.gettempdir())",
                "import os, tempfile; result = os.getcwd() == os.environ['HOME'] == tempfile.gettempdir()",
                "import os; os.makedirs('a/b'); open('a/b/c', 'w').write('x'); os.rename('a/b/c', 'a/b/d'); result = os.listdir('a/b') == ['d']",
                "import asyncio; result = asyncio.run(asyncio.sleep(0.001, True))",
                "import ssl, sqlite3, decimal, zoneinfo; result = sqlite3.connect('own.db').execute('select 1').fetchone() == (1,)",
                "import concurrent.futures as f; result = sum(f.ThreadPoolExecutor(8).map(abs, range(-9, 0))) == 45",
                "import os; result = len(os.urandom(8)) == 8 and bool(os.listdir('/proc/self/fd'))",
                "import os; open('/dev/null', 'w').write('x'); os.kill(os.getpid(), 0); result = True",
                "import socket; a, b = socket.socketpair(); a.send(b'x'); result = b.recv(1) == b'x'",
                "import subprocess\ntry: subprocess.run(['true'])\nexcept PermissionError: result = True",
            ] {
                #expect(try await python.attempt(source) == .result(true), "\(source)")
            }
        }
    }

    @Test func `Memory, descriptors, files and the folder have an end`() async throws {
        var isolation = PythonPool.Isolation.sandbox
        isolation.files = .scratch(megabytes: 8)
        isolation.limits.fileSizeMB = 32
        try await withIsolatedPool(isolation) { (python: PythonPool) async throws in
            let memory = try await python.attempt("result = bytearray(8 << 30)")
            guard case .raised("MemoryError", _) = memory else { return #expect(Bool(false), "\(memory)") }
            let files = try await python.attempt("held = [open('/dev/null') for _ in range(1000)]")
            guard case .raised("OSError", let words) = files else { return #expect(Bool(false), "\(files)") }
            #expect(words.contains("Too many open files"))
            let folder = try await python.attempt(
                "for n in range(1000): open(f'{n}', 'wb').write(bytes(1 << 20))")
            let isLimited = python.isolationReport?.applied[.namespaces] != nil
            #expect("\(folder)".contains("No space left") == isLimited)
            let file = try await python.attempt(
                "import os, ctypes; os.ftruncate(os.memfd_create('large'), 64 << 20)")
            #expect("\(file)".contains("File too large"))
            #expect(try await python.call("pool_fixture.echo", [1]) == 1, "the worker lives on")
        }
    }

    @Test func `Processor time has an end, and the worker is replaced`() async throws {
        var isolation = PythonPool.Isolation.none
        isolation.limits.cpuSeconds = 1
        try await withIsolatedPool(isolation) { (python: PythonPool) async throws in
            let error = await poolError { _ = try await python.call("pool_fixture.spin") }
            guard case .workerDied(let death) = error else {
                return #expect(Bool(false), "\(String(describing: error))")
            }
            #expect(death.cause == .signalled(24), "no SIGKILL, which anybody may have sent")
            #expect(try await python.call("pool_fixture.echo", [1]) == 1)
        }
    }

    @Test func `Workers share no folder, and each folder goes with its worker`() async throws {
        try await withIsolatedPool(.sandbox, size: 2) { (python: PythonPool) async throws in
            try await python.start()
            let ask = "import os, time; open('mine', 'x'); os.makedirs('a/b/c'); time.sleep(0.2); result = os.getcwd()"
            async let one = python.attempt(ask)
            async let other = python.attempt(ask)
            let folders = try await [one, other].compactMap { attempt -> String? in
                if case .result(let folder) = attempt { folder.string } else { nil }
            }
            #expect(folders.count == 2 && folders[0] != folders[1])
            #expect(folders.allSatisfy { FileManager.default.fileExists(atPath: $0) })
            for worker in python.statistics.workers { kill(worker.pid, SIGKILL) }
            let gone = try await eventually { folders.allSatisfy { !FileManager.default.fileExists(atPath: $0) } }
            #expect(gone)
        }
    }

    @Test func `What a worker leaves in its folder does not survive it, however it is arranged`() async throws {
        let secret = try SecretFile()
        var isolation = PythonPool.Isolation.sandbox
        isolation.reducesPrivileges = true
        let machine = Self.machine("no namespaces")
        try await withIsolatedPool(isolation, machine: machine) { (python: PythonPool) async throws in
            let attempt = try await python.attempt(
                """
                import os
                os.symlink(secret, 'link')
                os.symlink(folder, 'folder')
                home = os.getcwd()
                for depth in range(300):
                    os.mkdir('deeper')
                    os.chdir('deeper')
                open('bottom', 'w').write('x')
                os.chdir(home)
                os.mkdir('closed', 0o000)
                result = home
                """, ["secret": .string(secret.path), "folder": .string(secret.folder)])
            guard case .result(.string(let home)) = attempt else { return #expect(Bool(false), "\(attempt)") }
            #expect(FileManager.default.fileExists(atPath: home))
            _ = await poolError { _ = try await python.call("pool_fixture.leave", [0]) }
            let gone = try await eventually { !FileManager.default.fileExists(atPath: home) }
            #expect(gone)
            #expect(secret.isUntouched)
        }
    }

    @Test func `A sandboxed worker ends with its zygote, and its folder does not stay`() async throws {
        try await withIsolatedPool(.sandbox) { (python: PythonPool) async throws in
            let facts = try await python.attempt("import os; result = [os.getpid(), os.getcwd()]")
            guard case .result(let value) = facts, let worker = value[0]?.int, let folder = value[1]?.string,
                let zygote = python.statistics.zygote
            else { return #expect(Bool(false), "\(facts)") }
            kill(zygote, SIGKILL)
            let gone = try await eventually { !isRunning(worker) && !FileManager.default.fileExists(atPath: folder) }
            #expect(gone)
        }
    }

    @Test func `A sandboxed worker is stopped, killed and replaced like any other`() async throws {
        try await withIsolatedPool(.sandbox) { (python: PythonPool) async throws in
            let before = try await python.call("pool_fixture.pid")
            let (begun, signal) = AsyncStream<Void>.makeStream()
            python.onUpcall("begun") { _ in
                signal.yield()
                return .none
            }
            let deaf = Task {
                try await python.attempt(
                    """
                    import _dspex
                    told = False
                    while True:
                        try:
                            if not told:
                                told = True
                                _dspex.upcall('begun', None)
                            while True: pass
                        except BaseException: continue
                    """)
            }
            for await _ in begun { break }
            deaf.cancel()
            await #expect(throws: CancellationError.self) { try await deaf.value }
            #expect(try await python.call("pool_fixture.pid") != before)
            let crash = await poolError { _ = try await python.call("pool_fixture.crash") }
            guard case .workerDied(let death) = crash else {
                return #expect(Bool(false), "\(String(describing: crash))")
            }
            #expect(death.cause == .signalled(11))
            #expect(death.traceback.contains("in crash"))
        }
    }

    @Test func `Where processes may be started, they are kept from the same things`() async throws {
        let secret = try SecretFile()
        var isolation = PythonPool.Isolation.sandbox
        isolation.startsProcesses = true
        isolation.required.remove(.signals)
        try await withIsolatedPool(isolation) { (python: PythonPool) async throws in
            let attempt = try await python.attempt(
                """
                import subprocess
                def run(words): return subprocess.run(words, shell=True, capture_output=True, text=True)
                result = [run('echo here').stdout, run(f'cat {secret}').returncode, run(f'kill -0 {host}').returncode,
                          run('unshare -U true').returncode]
                """,
                ["secret": .string(secret.path), "host": .int(Int(ProcessInfo.processInfo.processIdentifier))])
            guard case .result(let value) = attempt else { return #expect(Bool(false), "\(attempt)") }
            #expect(value[0] == "here\n")
            #expect(value[1] == 1 && value[3] == 1)
            #expect(value[2] == 1 || python.isolationReport?.applied[.signals] == nil)
        }
    }

    @Test func `Without a folder of its own nothing can be written`() async throws {
        let isolation = PythonPool.Isolation(files: .readOnly)
        try await withIsolatedPool(isolation) { (python: PythonPool) async throws in
            let folder = FileManager.default.currentDirectoryPath
            let names: PythonDictionary = ["folder": .string(folder)]
            #expect(try await python.attempt("import os; result = os.getcwd() == folder", names) == .result(true))
            #expect(try await python.attempt("import os; result = len(os.listdir()) > 0") == .result(true))
            let write = try await python.attempt("open('planted', 'w')")
            #expect(write.isRefused, "\(write)")
            // The network was not asked to go.
            #expect(try await python.attempt("import socket; socket.socket(); result = True") == .result(true))
        }
    }

    @Test func `A folder that is named writable can be written`() async throws {
        let shared = try SecretFile()
        var isolation = PythonPool.Isolation.sandbox
        isolation.writable = [shared.folder, "/nowhere/at/all"]
        try await withIsolatedPool(isolation) { (python: PythonPool) async throws in
            let names: PythonDictionary = ["folder": .string(shared.folder)]
            #expect(
                try await python.attempt("open(folder + '/answer', 'w').write('42'); result = True", names)
                    == .result(true))
            #expect(try String(contentsOfFile: shared.folder + "/answer", encoding: .utf8) == "42")
        }
    }
}
