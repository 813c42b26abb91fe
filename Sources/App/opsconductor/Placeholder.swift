@main
struct OpsConductor {
    static func main() {}
}
