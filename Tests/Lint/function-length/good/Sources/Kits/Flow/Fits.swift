func fits(
    closure: () -> Void = {}
) -> (Int) -> Void {
    step()
    step()
    step()
    step()
    step()
    step()
    step()
    step()
    step()
    step()
    step()
    step()
    step()
    step()
    step()
    step()
    step()
    step()
    step()
    step()
    step()
    step()
    step()
    step()
    step()
    step()
    step()
    step()
    step()
    step()
    step()
    step()
    step()
    step()
    step()
    step()
    step()
    step()
    step()
    step()
    step()
    step()
    step()
    step()
    step()
    step()
    step()
    step()
    step()
    step()
    step()
    step()
    step()
    step()
    step()
    step()
}

protocol Steps {
    func first()
    func second() async throws(StepError) -> Int
}

struct Long {
    let field0 = "}"
    let field1 = "}"
    let field2 = "}"
    let field3 = "}"
    let field4 = "}"
    let field5 = "}"
    let field6 = "}"
    let field7 = "}"
    let field8 = "}"
    let field9 = "}"
    let field10 = "}"
    let field11 = "}"
    let field12 = "}"
    let field13 = "}"
    let field14 = "}"
    let field15 = "}"
    let field16 = "}"
    let field17 = "}"
    let field18 = "}"
    let field19 = "}"
    let field20 = "}"
    let field21 = "}"
    let field22 = "}"
    let field23 = "}"
    let field24 = "}"
    let field25 = "}"
    let field26 = "}"
    let field27 = "}"
    let field28 = "}"
    let field29 = "}"
    let field30 = "}"
    let field31 = "}"
    let field32 = "}"
    let field33 = "}"
    let field34 = "}"
    let field35 = "}"
    let field36 = "}"
    let field37 = "}"
    let field38 = "}"
    let field39 = "}"
    let field40 = "}"
    let field41 = "}"
    let field42 = "}"
    let field43 = "}"
    let field44 = "}"
    let field45 = "}"
    let field46 = "}"
    let field47 = "}"
    let field48 = "}"
    let field49 = "}"
    let field50 = "}"
    let field51 = "}"
    let field52 = "}"
    let field53 = "}"
    let field54 = "}"
    let field55 = "}"
    let field56 = "}"
    let field57 = "}"
    let field58 = "}"
    let field59 = "}"
    let field60 = "}"
    let field61 = "}"
    let field62 = "}"
    let field63 = "}"
    let field64 = "}"
    let field65 = "}"
    let field66 = "}"
    let field67 = "}"
    let field68 = "}"
    let field69 = "}"
}
