import Testing
import Vocabulary

@Suite("Likeness")
struct LikenessTests {
    private static let words = ["name", "colour", "coat_count", "größe", "Tag"]

    @Test(
        "a slip finds the word that was meant, whatever its case",
        arguments: [
            ("nmae", "name"), ("colours", "colour"), ("color", "colour"), ("COLOUR", "colour"), ("coatcuont", "coat_count"),
            ("grösse", nil), ("grosse", nil), ("größ", "größe"), ("tga", "Tag"), ("tags", "Tag"),
        ])
    func near(word: String, expected: String?) {
        #expect(Likeness.nearest(to: word, among: Self.words) == expected)
    }

    @Test("what is far from everything finds nothing", arguments: ["zebra", "", "x", "colonel", "name_of_the_colour"])
    func far(word: String) {
        #expect(Likeness.nearest(to: word, among: Self.words) == nil)
        #expect(Likeness.nearest(to: word, among: []) == nil)
    }

    @Test("the nearest one wins, and the first of two that are as near")
    func choice() {
        #expect(Likeness.nearest(to: "targats", among: ["target", "targets"]) == "targets")
        #expect(Likeness.nearest(to: "cat", among: ["bat", "hat"]) == "bat")
        #expect(Likeness.nearest(to: "a", among: ["b", "ab"]) == "ab")
    }

    @Test("long words are compared by their beginnings only")
    func long() {
        let long = String(repeating: "a", count: 100_000)

        #expect(Likeness.nearest(to: long, among: ["b", long + "c"]) == long + "c")
    }
}
