import FuzzDriver

@main
enum Main {
    static func main() {
        FuzzTarget.run([
            .decoder, .codec, .typed, .ring, .channel, .zygote, .json, .signature,
        ])
    }
}
