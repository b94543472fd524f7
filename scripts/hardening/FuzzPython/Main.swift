import FuzzDriver

@main
enum Main {
    static func main() { FuzzTarget.run([.python]) }
}
