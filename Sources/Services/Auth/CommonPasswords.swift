/// What people choose most often, as published lists of leaked passwords show again and again. Lower case, without spaces.
enum CommonPasswords {
    /// Words and keyboard walks out of which easy passwords are put together.
    static let pieces: [[Unicode.Scalar]] = (words + names + walks).map { Array($0.unicodeScalars) }

    /// Long passwords that are famous as a whole.
    static let whole: Set<String> = [
        "correcthorsebatterystaple", "thequickbrownfox", "thequickbrownfoxjumps", "thequickbrownfoxjumpsoverthelazydog",
        "tobeornottobethatisthequestion", "tobeornottobe", "maytheforcebewithyou", "theforcebewithyou", "iamyourfather",
        "winteriscoming", "onceuponatime", "todayisagoodday", "itwasadarkandstormynight", "livelongandprosper",
        "youshallnotpass", "openthepodbaydoors", "allyourbasearebelongtous", "theanswerisfortytwo", "dontpanicdontpanic",
        "ilovemyfamily", "ilovemychildren", "ilovemyhusband", "ilovemymother", "ilovemydaughter", "ilovemyself",
        "iloveyouforever", "iloveyousomuch", "jesusismysavior", "jesuslovesme", "godisgoodallthetime", "inthebeginning",
        "inthenameofgod", "ingodwetrust", "thankyouverymuch", "happybirthday", "happybirthdaytoyou", "merrychristmas",
        "happynewyear", "knockknockwhosthere", "opensesameopensesame", "neverinamillionyears", "keepcalmandcarryon",
        "neveragainneveragain", "forgotmypassword", "iforgotmypassword", "thisismypassword", "mypasswordispassword",
        "passwordisnotsecure", "notapassword", "whatismypassword", "iwillneverforget", "thisisasecurepassword",
        "thisisaverylongpassword", "averylongpassword", "asecurepassword", "supersecretpassword", "topsecretpassword",
        "changemeimmediately", "pleasechangeme", "donotusethispassword", "hackmeifyoucan", "catchmeifyoucan",
        "trustno1trustno1", "oneringtorulethemall", "hastalavistababy", "houstonwehaveaproblem", "elementarymydearwatson",
        "twinkletwinklelittlestar", "maryhadalittlelamb", "humptydumpty", "abcdefghijklmnopqrstuvwxyz", "helloworldhelloworld",
    ]

    private static let words = [
        "access", "account", "action", "admin", "administrator", "adobe", "alpha", "america", "angel", "apple", "arsenal",
        "babe", "baby", "babygirl", "backup", "badboy", "bailey", "banana", "baseball", "basketball", "batman", "beach",
        "beautiful", "beer", "bigdaddy", "bitch", "blessed", "blink", "blue", "bond", "boss", "brown", "bubbles", "buddy",
        "bullshit", "buster", "butter", "butterfly", "camaro", "champion", "changeit", "changeme", "cheese", "chelsea",
        "cherry", "chicken", "chocolate", "christ", "cisco", "coffee", "computer", "cookie", "corvette", "cowboy", "crystal",
        "database", "debug", "default", "demo", "destiny", "devops", "diamond", "dolphin", "donald", "dragon", "dreams",
        "eagle", "enter", "example", "falcon", "family", "ferrari", "flower", "football", "forever", "freedom", "friend",
        "fuck", "fuckyou", "gateway", "genesis", "ginger", "girl", "golden", "golf", "google", "guest", "guitar", "hacker",
        "hammer", "happy", "hardcore", "harley", "heaven", "hello", "hockey", "home", "hunter", "iloveyou", "internet",
        "jesus", "killer", "king", "kitty", "letmein", "liverpool", "login", "london", "love", "lovely", "lover", "lucky",
        "magic", "manager", "marine", "master", "matrix", "mercedes", "merlin", "money", "monitor", "monkey", "monster",
        "music", "mustang", "mypass", "network", "nothing", "office", "online", "operator", "orange", "oracle", "pass",
        "passme", "passphrase", "passw", "passwd", "passwort", "password", "peanut", "pepper", "phoenix", "player", "please",
        "pokemon", "porsche", "power", "prince", "princess", "private", "purple", "pussy", "rainbow", "ranger", "remote",
        "root", "rootroot", "rush", "samsung", "scooter", "secret", "secure", "security", "server", "service", "shadow",
        "silver", "slipknot", "smile", "snoopy", "soccer", "spider", "spring", "staff", "starwars", "success", "summer",
        "sunshine", "super", "superman", "superuser", "support", "sweet", "system", "teacher", "tech", "temp", "temporary",
        "tennis", "test", "tester", "testing", "thunder", "tiger", "tigger", "toor", "trustno", "user", "welcome", "whatever",
        "winner", "winter", "wizard", "yankees", "yellow", "autumn", "monday", "friday", "january", "december", "november",
        "october", "september", "august", "april", "company", "corporate", "hallo", "hola", "bonjour", "motdepasse", "senha",
        "contrasena", "sommer", "herbst", "geheim", "schatz", "liebe", "teamo", "soleil", "azerty", "parola", "haslo",
    ]

    private static let names = [
        "alexander", "alexis", "amanda", "andrea", "andrew", "anthony", "ashley", "austin", "brandon", "carlos", "charlie",
        "chris", "daniel", "david", "elizabeth", "george", "hannah", "jackson", "jasmine", "jennifer", "jessica", "johnny",
        "jordan", "joshua", "justin", "maggie", "maria", "martin", "matthew", "michael", "michelle", "morgan", "nicole",
        "oliver", "patrick", "richard", "robert", "samantha", "steven", "taylor", "thomas", "victoria", "william",
    ]

    private static let walks = [
        "qwertyuiop", "qwertyuio", "qwertyui", "qwertyu", "qwerty", "qwert", "qwer", "asdfghjkl", "asdfghjk", "asdfgh", "asdfg",
        "asdf", "zxcvbnm", "zxcvbn", "zxcvb", "zxcv", "poiuytrewq", "lkjhgfdsa", "mnbvcxz", "qwertz", "qwertzuiop", "yxcvbnm",
        "qazwsx", "qazwsxedc", "wsxedc", "edcrfv", "rfvtgb", "tgbyhn", "yhnujm", "1qaz2wsx", "1qaz", "2wsx", "3edc", "4rfv",
        "5tgb", "6yhn", "zaq12wsx", "zaq1", "xsw2", "cde3", "1q2w3e4r5t6y", "1q2w3e4r5t", "1q2w3e4r", "q1w2e3r4t5", "q1w2e3r4",
        "1234567890", "0987654321", "9876543210", "123123", "121212", "112233", "123321", "147258369", "159753", "789456123",
        "246810", "13579", "abc123", "a1b2c3d4", "a1b2c3", "123qwe", "qwe123", "123abc", "1a2b3c", "asd123", "12qwaszx",
        "!a#s%^&*()", "!a#s%^", "!a#s",
    ]
}
