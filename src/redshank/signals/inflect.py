"""Forms of a word: tense, number, British and American spelling, and the slips of a hurried hand.

Rules name a lemma; these functions say in what forms an officer may write it.
"""

from __future__ import annotations

_IRREGULAR = {
    v[0]: v
    for v in (
        line.split()
        for line in """
give gives gave given giving|buy buys bought buying|get gets got gotten getting|take takes took taken taking
go goes went gone going|drive drives drove driven driving|steal steals stole stolen stealing|tell tells told telling
hold holds held holding|keep keeps kept keeping|send sends sent sending|meet meets met meeting|find finds found finding
leave leaves left leaving|run runs ran running|hide hides hid hidden hiding|bring brings brought bringing
sell sells sold selling|pay pays paid paying|make makes made making|say says said saying|see sees saw seen seeing
speak speaks spoke spoken speaking|come comes came coming|hit hits hitting|hurt hurts hurting|beat beats beaten beating
let lets letting|wear wears wore worn wearing|sleep sleeps slept sleeping|drink drinks drank drunk drinking
have has had having|be is are was were been being am|do does did done doing|become becomes became becoming
feel feels felt feeling|think thinks thought thinking|break breaks broke broken breaking|lose loses lost losing
show shows showed shown showing|put puts putting|know knows knew known knowing|sit sits sat sitting|stand stands stood standing
forbid forbids forbade forbidden forbidding|catch catches caught catching|ride rides rode ridden riding
deal deals dealt dealing|spend spends spent spending|write writes wrote written writing|hear hears heard hearing
set sets setting|cut cuts cutting|lend lends lent lending|fall falls fell fallen falling|lie lies lied lying
owe owes owed owing|begin begins began begun beginning|withdraw withdraws withdrew withdrawn withdrawing
choose chooses chose chosen choosing|stay stays stayed staying|travel travels travelled traveled travelling traveling
wake wakes woke woken waking|read reads reading|eat eats ate eaten eating|throw throws threw thrown throwing
stick sticks stuck sticking|draw draws drew drawn drawing|swear swears swore sworn swearing|shut shuts shutting
offer offers offered offering|visit visits visited visiting|happen happens happened happening|enter enters entered entering
threaten threatens threatened threatening|collect collects collected collecting|transfer transfers transferred transferring
control controls controlled controlling|traffic traffics trafficked trafficking|refer refers referred referring
target targets targeted targeting|abscond absconds absconded absconding|use uses used using|die dies died dying
disclose discloses disclosed disclosing|confide confides confided confiding|message messages messaged messaging
wander wanders wandered wandering|deliver delivers delivered delivering|monitor monitors monitored monitoring
harbour harbours harboured harbouring|gather gathers gathered gathering|happen happens happened happening
follow follows followed following|answer answers answered answering|shelter shelters sheltered sheltering
bully bullies bullied bullying|stop stops stopped stopping|pressure pressures pressured pressuring|bail bails bailed bailing
""".replace("|", "\n")
        .strip()
        .splitlines()
    )
}
_VOWELS = "aeiou"
# Stems that rules write for short: "messag~" stands for every form of "message", "carr~" of "carry".
_STEMS = {
    stem: stem + "e"
    for stem in [
        "arrang",
        "arriv",
        "associat",
        "challeng",
        "chang",
        "coerc",
        "communicat",
        "confid",
        "confin",
        "confiscat",
        "congregat",
        "consum",
        "decid",
        "dictat",
        "disclos",
        "disengag",
        "divulg",
        "encourag",
        "exchang",
        "exercis",
        "forc",
        "giv",
        "hid",
        "inhal",
        "intimidat",
        "introduc",
        "liv",
        "manipulat",
        "messag",
        "mov",
        "notic",
        "operat",
        "persuad",
        "phon",
        "pos",
        "pressuris",
        "pressur",
        "procur",
        "provid",
        "purchas",
        "quot",
        "rais",
        "receiv",
        "refus",
        "remov",
        "replac",
        "rotat",
        "secret",
        "smok",
        "socialis",
        "spik",
        "stor",
        "tak",
        "vap",
        "engag",
        "participat",
        "alleg",
        "fabricat",
        "trad",
        "wast",
        "lik",
        "declin",
        "plac",
        "involv",
        "prostitut",
    ]
} | {
    "sen": "send",
    "spen": "spend",
    "carr": "carry",
    "worr": "worry",
    "notif": "notify",
    "suppl": "supply",
    "compl": "comply",
    "withh": "withhold",
    "threat": "threaten",
    "cho": "choose",
    "withdr": "withdraw",
    "swapp": "swap",
}


def verb(lemma: str) -> set[str]:
    """All forms of a verb: give → give, gives, gave, given, giving."""
    lemma = _STEMS.get(lemma, lemma)
    if lemma in _IRREGULAR:
        return set(_IRREGULAR[lemma])
    if lemma.endswith("e") and not lemma.endswith(("ee", "ye", "oe")):
        return {lemma, lemma + "s", lemma + "d", lemma[:-1] + "ing"}
    if lemma.endswith("y") and lemma[-2] not in _VOWELS:
        return {lemma, lemma[:-1] + "ies", lemma[:-1] + "ied", lemma + "ing"}
    if lemma.endswith(("s", "x", "z", "ch", "sh", "o")):
        return {lemma, lemma + "es", lemma + "ed", lemma + "ing"}
    doubled = (
        len(lemma) >= 3
        and lemma[-1] not in "aeiouwxyh"
        and lemma[-2] in _VOWELS
        and lemma[-3] not in _VOWELS
        and sum(c in _VOWELS for c in lemma) == 1
    )
    stem = lemma + lemma[-1] if doubled else lemma
    return {lemma, lemma + "s", stem + "ed", stem + "ing"}


def noun(lemma: str) -> set[str]:
    """Singular and plural: address → address, addresses."""
    special = {"man": "men", "woman": "women", "child": "children", "wife": "wives", "person": "people"}
    for one, many in special.items():
        if lemma == one or (one in ("man", "woman", "wife") and lemma.endswith(one)):
            return {lemma, lemma[: -len(one)] + many} | ({"persons"} if lemma == "person" else set())
    if lemma.endswith("y") and lemma[-2] not in _VOWELS:
        return {lemma, lemma[:-1] + "ies"}
    if lemma.endswith(("s", "x", "z", "ch", "sh")):
        return {lemma, lemma + "es"}
    return {lemma, lemma + "s"}


def slips(word: str) -> set[str]:
    """One slip of the hand in a longer word: a letter left out, two changed over, one doubled or not doubled.

    The first letter stays, and words under seven letters are left alone: there a slip is often another word.
    """
    if len(word) < 7 or not word.isalpha():
        return set()
    out = set()
    for i in range(1, len(word)):
        # A lost last letter is often another form ("hotels", "hotel"), so only inner letters are dropped.
        if i < len(word) - 1:
            out.add(word[:i] + word[i + 1 :])
            out.add(word[: i + 1] + word[i] + word[i + 1 :])
        if i < len(word) - 1 and word[i] != word[i + 1]:
            out.add(word[:i] + word[i + 1] + word[i] + word[i + 2 :])
    out.discard(word)
    return out
