"""The planted groups and lookalikes of the second hand, written by hand, neutral and without any detail of harm.

A scene is ``(day, hour, table, who, text, signals)``. ``who`` holds tokens: ``a:suspect`` (a member with a role in
``people``), ``vrm:seen`` and ``tel:contact`` (the group's vehicle or number as a row), ``@District`` and
``loc:Name_of_place``. A member named only in braces in the text stands in no table. ``signals`` are codes of
``CODES`` with the first letter of the status (p: long past). Letters a-d are adults, w-z children.
"""

from typing import NamedTuple

CODES = {
    "ME": "missing_episode", "RM": "repeat_missing", "RI": "return_interview_overdue", "OA": "older_associate",
    "UG": "unexplained_gifts", "HP": "hotel_or_premises", "TV": "taxi_or_vehicle", "MP": "multiple_phones",
    "OC": "online_contact", "TR": "transported", "SS": "substance_supply", "SA": "school_absence",
    "CB": "concern_by_business", "AK": "associates_with_known_suspect", "CL": "county_lines", "DI": "disclosure",
    "MS": "multiple_suspects", "CC": "coercion_or_control", "UI": "unexplained_injury", "DT": "debt_or_threat",
}  # fmt: skip
STATUS = {"a": "affirmed", "n": "negated", "h": "hypothetical", "r": "reported_speech", "p": "historic"}


class Planted(NamedTuple):
    """One planted set of people: a group to be found, or (``decoy``) a lookalike to be left alone."""

    name: str
    kind: str
    strength: str  # weak, moderate, strong; empty for a decoy
    cast: str  # letter:sex:age, the age in years at the first day
    district: str
    sexual: bool
    criminal: bool
    scenes: tuple[tuple[int, int, str, str, str, str], ...]
    decoy: bool = False


C, D, M, T, U, V, R = (
    "crimes", "incidents", "missing_episodes", "intelligence", "custody", "vulnerability_entries", "partner_referrals",
)  # fmt: skip

GROUPS = (
    Planted("zed", "number in text", "strong", "a:M:34 b:M:29 c:M:41 x:F:14 y:F:15", "Saltgate", True, False, (
        (40, 21, M, "x:missing", "LAST SEEN: bus stop, Mill Lane. ENQUIRIES: last number dialled {phone}, saved as Zed. CIRCUMSTANCES: went out after tea. A classmate believes she has gone to meet a man of about 35 who goes by {a1}.", "OA:a"),
        (55, 10, T, "a:subject b:associate", "Intelligence suggests that {a} uses mobile {phone} and that {b} has the same handset at weekends.", ""),
        (71, 22, D, "y:subject", "2251 KJB  RP is mother of {y}\n2253 KJB  daughter's handset shows calls at all hours from {phone}, mother rang it and a man answered\n2301 MKS  unit asked to attend", ""),
        (90, 3, U, "b:detained", "DP had with him one handset, number {phone}. Says it was lent to him by {c}. Adult. No injuries to DP.", ""),
        (104, 14, T, "c:subject", "Intelligence suggests that {c} looks after a handset numbered {phone} and that two children, {x} and {y}, are told to ring it when called.", "CC:a OA:a"),
        (128, 9, R, "y:subject", "From: Designated Lead. Dear colleague, {y1} spoke to her head of year and has told her that two men, one of them {a1}, wait together for her and {x1} by the weir.", "DI:a OA:a MS:a"),
        (190, 16, C, "x:victim a:suspect b:suspect", "Concern recorded; details restricted. Both suspects acted together. Number used: {phone}.", "MS:a"),
    )),
    Planted("estate car", "vehicle over districts", "strong", "a:M:45 b:M:38 x:F:13 y:F:14 z:F:15", "Orrin Vale", True, False, (
        (60, 23, D, "x:subject vrm:seen @Saltgate", "2319 SHN  officer on patrol: {vrm} parked by the weir, girl in rear seat gave name {x}, driver not her family. Driver gave name {a}.", "TV:a OA:a"),
        (63, 1, D, "y:subject @Carrow_Reach", "0102 DLC  RP sees a girl being picked up by a man in a car reg {vrm}. Girl is {y}, RP's neighbour. Parents do not know the car.", "TV:a OA:a"),
        (75, 12, T, "a:subject vrm:keeper", "Keeper of {vrm} is {a}. Intelligence suggests that {b} also drives it late in the evening.", ""),
        (88, 0, M, "z:missing @Thornmere", "CIRCUMSTANCES: missing since 1900. FOUND: dropped at the end of Kiln Lane by a car, part index {vrm}. She named the driver as {b1}.", "TV:a"),
        (110, 23, D, "y:subject b:associate @Thornmere vrm:stopped", "2340 TPW  stop check {vrm}. Driver {b}. Passenger {y}, fifteen miles from home, driver unrelated and no good reason given.", "TV:a TR:a OA:a"),
        (150, 11, R, "x:subject z:associate @Saltgate", "The social worker writes that {x1} and {z1} are both collected by the same estate car, {vrm}, and that neither family knows who the driver is.", "TV:a"),
    )),
    Planted("flat over the grill", "premises", "strong", "a:M:52 b:M:27 c:M:31 x:F:14 y:M:15", "Carrow Reach", True, False, (
        (30, 22, D, "x:subject loc:Pepperpot_Grill", "2207 RAO  neighbour reports children going up to the flat above the Pepperpot Grill, one known as {x}\n2209 RAO  flat said to be let to {a}", "HP:a"),
        (52, 2, M, "y:missing loc:Pepperpot_Grill", "CIRCUMSTANCES: not home by curfew. FOUND: stairs of the flat above the Pepperpot Grill with {b}, aged 27, not a relative.", "HP:a OA:a"),
        (66, 15, R, "a:subject loc:Pepperpot_Grill", "Licensing officer: late refreshment visit to the Pepperpot Grill. Holder {a}. {c} was serving. Two children were upstairs and were given food without paying.", "HP:a UG:a"),
        (97, 10, T, "b:subject c:associate", "Intelligence suggests that {b} and {c} act together at the flat above the Pepperpot Grill and that {x} is told when to be there.", "MS:a HP:a CC:a"),
        (140, 17, C, "y:victim c:suspect loc:Pepperpot_Grill", "Concern recorded at the flat above the Pepperpot Grill; details restricted.", "HP:a"),
        (141, 5, U, "c:detained", "DP arrested at the Pepperpot Grill, tenant of the flat is {a}. DP keeps keys for {b}.", ""),
    )),
    Planted("northstar", "online handle", "moderate", "a:M:26 b:M:33 x:F:13 y:F:13 z:M:14", "Thornmere", True, False, (
        (80, 20, C, "x:victim", "Aggrieved was contacted online by a stranger using the account {handle}. Details restricted.", "OC:a"),
        (92, 11, R, "y:subject", "Safeguarding e-mail: {y} in year 8 has been messaged online by an adult she does not know. Account name {handle}.", "OC:a"),
        (117, 9, T, "a:subject", "Intelligence suggests that {a} operates the online account {handle} and that {b} has the password and writes from it too.", "MS:a"),
        (133, 18, U, "b:detained", "Devices seized. Account {handle} signed in on a tablet. DP says the account belongs to {a2}.", ""),
        (160, 20, V, "z:subject", "An unknown person going by {handle} has made contact with {z1} through a game and asks to meet.", "OC:a"),
    )),
    Planted("the introduction", "introduced by an older girl", "strong", "a:M:36 b:M:40 w:F:16 x:F:13 y:F:14 z:F:13", "Saltgate", True, False, (
        (100, 12, T, "w:subject x:associate y:associate", "Intelligence suggests that {w}, herself a child, has been made to introduce {x} and {y} to a man called {a}.", "CC:a OA:a"),
        (112, 21, M, "x:missing w:associate", "CIRCUMSTANCES: missing with {w}. FOUND: bandstand, in company of {a}, in his thirties, no relation.", "OA:a"),
        (125, 10, R, "z:subject w:associate", "Dear MASH, {z} has told her tutor that {w1} took her to meet {b}, an adult whom her family does not know.", "DI:a OA:a"),
        (139, 15, C, "y:victim a:suspect w:suspect", "Concern recorded; details restricted. The child {w} is named as suspect and was herself under control of {a}.", "CC:a"),
        (170, 13, T, "b:subject a:associate", "Intelligence suggests that {a} and {b} share the cost of a flat and jointly decide which children are brought.", "MS:a CC:a"),
    )),
    Planted("the described men", "unidentified", "moderate", "a:M:30 x:M:13 y:M:14", "Orrin Vale", True, False, (
        (122, 19, D, "x:subject", "1912 FEG  three men approached {x} by the halt: one is {a}, one tall with a grey beard and a green parka, one short with a limp. They acted together.", "MS:a OA:a"),
        (131, 20, D, "y:subject", "2023 OBW  RP's son {y} approached by a short man with a limp and a tall man with a grey beard in a green parka, working together.", "MS:a OA:a"),
        (137, 9, T, "a:subject", "Intelligence suggests that {a} is always with a tall man, grey beard, green parka, and that they buy food for {x} and {y}.", "UG:a OA:a"),
        (155, 15, R, "x:subject y:associate", "Youth club leader: {x1} and {y1} have been given trainers by {a1} and the man with the limp; neither family knows them.", "UG:a OA:a MS:a"),
    )),
    Planted("quayside", "no recorded crime", "moderate", "a:M:48 b:M:44 x:F:15 y:F:14", "Carrow Reach", True, False, (
        (70, 23, D, "x:subject loc:Quayside_Rooms tel:caller", "2302 SHN  hotel manager, Quayside Rooms, quotes Operation Makesafe. Cash booking in name of {a}, with a girl who gave her name as {x}.", "CB:a HP:a OA:a"),
        (84, 23, D, "y:subject loc:Quayside_Rooms tel:caller", "2340 SHN  Quayside Rooms again, night porter worried. {a} and {b} in room 12 with a girl, {y}.", "CB:a HP:a OA:a MS:a"),
        (101, 10, R, "x:subject y:associate", "Early help: {x1} and {y1} both speak of the Quayside Rooms and have new phones that nobody at home bought.", "HP:a UG:a"),
        (119, 22, D, "b:subject x:associate loc:Quayside_Rooms", "2215 DLC  Quayside Rooms, duty manager concerned: {b} asking for the same room, {x} waiting outside in the rain.", "CB:a HP:a OA:a"),
    )),
    Planted("late train", "criminal and sexual, travel", "moderate", "a:M:24 b:F:31 x:M:15 y:F:15", "Thornmere", True, True, (
        (145, 6, D, "x:missing a:associate", "0610 RAO  train crew: boy {x} asleep on the first train, ticket bought for him by {a}, who is not family, seventy miles from home.", "TR:a OA:a"),
        (158, 13, U, "a:detained", "DP {a}. On him: rail tickets in names {x} and {y}, and a bank card of {b}.", ""),
        (166, 11, T, "a:subject b:associate", "Intelligence suggests that {b} pays for train travel for {x} and {y} and that {a} tells them what to carry.", "TR:a CC:a CL:a OA:a"),
        (181, 16, R, "y:subject", "Youth justice: {y} owes money to {b} and says that {a} will hurt her brother.", "DT:a CC:a"),
        (199, 19, C, "y:victim b:suspect a:suspect", "Concern recorded; details restricted. Two suspects acting jointly.", "MS:a"),
    )),
    Planted("late link", "complete only in the last night", "weak", "a:M:35 b:M:37 x:F:14 y:F:14", "Saltgate", True, False, (
        (225, 18, D, "x:subject a:associate", "1820 OBW  {x} seen leaving the arcade with {a}, mid thirties, not known to her family.", "OA:a"),
        (250, 21, M, "y:missing", "CIRCUMSTANCES: missing from home. Friends say she was with {b}, 37, a man her parents have never met.", "OA:a"),
        (272, 14, T, "a:subject b:associate", "Intelligence suggests that {a} and {b} rent a room together on Gannet Way and that {x} and {y} have been taken there.", "HP:a MS:a OA:a"),
        (272, 22, D, "x:subject y:subject b:associate", "2204 MKS  {x} and {y} found at a room on Gannet Way with {b}, not related to either.", "HP:a OA:a"),
    )),
)  # fmt: skip

DECOYS = (
    Planted("doubtful reports", "graded 3 and E only", "", "a:M:39 b:M:42 x:F:14 y:F:15", "Orrin Vale", False, False, (
        (50, 10, T, "a:subject b:associate x:associate", "Intelligence suggests that {a} and {b} meet {x} by the mill.", "OA:a"),
        (85, 10, T, "b:subject y:associate", "Intelligence suggests that {b} and {a} collect {y} in a car.", "TV:a OA:a"),
        (115, 10, T, "a:subject x:associate y:associate", "Intelligence suggests that {a} gives money to {x} and {y}.", "UG:a OA:a"),
        (149, 10, T, "b:subject x:associate y:associate", "Intelligence suggests that {b} and {a} jointly rent a room where {x} and {y} are seen.", "MS:a HP:a OA:a"),
    ), True),
    Planted("household", "family", "", "a:M:44 b:F:42 x:F:16 y:M:13 z:F:10", "Saltgate", False, False, (
        (35, 18, V, "x:subject a:parent b:parent", "Early help visit; {a1} and {b1} attended with all three children.", ""),
        (64, 21, M, "y:missing a:reporter", "CIRCUMSTANCES: missing after an argument about homework. FOUND: at his aunt's house, collected by {a1}, his father.", ""),
        (99, 17, D, "b:reporter x:subject z:subject", "1733 KJB  {b1} rang about a lost dog, her daughters {x1} and {z1} searching the park.", ""),
        (143, 12, R, "y:subject a:parent b:parent x:other", "Parents {a} and {b} came to the review with {x1}. Home calm, family car on the drive.", ""),
        (177, 21, C, "a:victim b:witness x:witness", "Family car scratched on the drive; {x1} saw a branch fall.", ""),
    ), True),
    Planted("under fifteens", "football team", "", "a:M:46 b:M:50 w:M:13 x:M:14 y:M:14 z:M:13", "Carrow Reach", False, False, (
        (45, 15, D, "a:reporter w:witness x:witness y:witness", "1502 TPW  coach {a} of the under-15s reports a bin on fire by the pitch; {w1}, {x1} and {y1} saw it start.", ""),
        (73, 11, D, "b:reporter x:witness z:witness", "1118 TPW  minibus of the under-15 football team, driver {b}, broken down; parents coming for the players.", ""),
        (130, 12, R, "w:subject a:professional", "School: {w} plays for the under-15s; coach {a}, who holds a current DBS, took the team to the final with parents.", ""),
        (165, 14, C, "a:victim z:witness y:witness", "Goal nets taken from the club store. {z1} and {y1} helped coach {a2} to list them.", ""),
    ), True),
    Planted("sandpiper staff", "care-home staff", "", "a:F:39 b:M:45 c:F:51 x:F:15 y:M:14 z:F:14", "Thornmere", False, False, tuple(
        (20 + 17 * n, 21, M, f"{'xyz'[n % 3]}:missing {'abc'[n % 3]}:reporter", "Reported by {" + "abc"[n % 3] + "}, residential worker at Sandpiper House. CIRCUMSTANCES: out past the agreed time. FOUND: came back alone and well.", "")
        for n in range(9)
    ), True),
    Planted("the witness", "taxi witness", "", "a:M:57 x:F:16 y:F:15", "Saltgate", False, False, (
        (58, 22, D, "a:witness x:subject", "2211 DLC  licensed driver {a} stopped to help {x}, who had twisted her ankle on the ice rink steps in front of her friends, and waited with her mother.", ""),
        (94, 23, C, "a:witness", "Driver {a} gave dash camera footage of a shop window being broken.", ""),
        (136, 21, D, "a:reporter y:subject", "2105 RAO  taxi driver {a} hands in a purse; it belongs to {y}, returned to her father at the counter.", ""),
        (171, 20, C, "a:witness", "Taxi driver {a} is witness to a collision at the ferry lane.", ""),
    ), True),
    Planted("shop crew", "shoplifting crew", "", "a:F:28 b:M:32 c:M:25 d:F:35", "Carrow Reach", False, False, tuple(
        (25 + 21 * n, 13, C, " ".join(f"{w}:suspect" for w in ("ab", "bc", "acd", "bd", "abc", "cd")[n]), "Goods to the value of £310 taken from the perfume counter by adults working as a team.", "MS:a")
        for n in range(6)
    ), True),
    Planted("birthday", "party", "", "a:F:45 w:F:15 x:F:15 y:M:16 z:F:15", "Orrin Vale", False, False, (
        (87, 20, D, "a:reporter w:subject x:subject y:subject z:subject loc:Harbour_Light_Hotel", "2014 FEG  noise in the function room: sixteenth birthday tea of {w1} with parents, {x1}, {y1} and {z1} there. Cake all over the carpet. No other matter.", ""),
        (102, 18, R, "w:subject x:other", "School: {w1} and {x1} in the same choir, doing well.", ""),
    ), True),
    Planted("brothers and sister", "siblings", "", "x:M:15 y:F:14 z:M:12", "Thornmere", False, False, (
        (48, 19, M, "x:missing y:other", "CIRCUMSTANCES: {x1} and his sister {y1} missing together. FOUND: at their grandmother's.", ""),
        (49, 10, R, "y:subject x:other z:other", "Health visitor: siblings {x1}, {y1} and {z1} all well at home.", ""),
        (153, 19, M, "z:missing y:reporter", "CIRCUMSTANCES: missing from the garden. FOUND: asleep in the tree house, by his sister {y1}.", ""),
    ), True),
    Planted("the couple", "adult couple", "", "a:M:22 b:F:21", "Saltgate", False, False, (
        (77, 23, D, "a:subject b:subject", "2309 SHN  {a} and {b} arguing over a parking space, both adults, words of advice.", ""),
        (105, 2, U, "a:detained", "DP {a}, next of kin {b} told of his whereabouts. Drunk in a public place.", ""),
        (147, 12, C, "b:victim a:witness", "Handlebar bag of {b} taken, {a} was with her.", ""),
    ), True),
    Planted("duty workers", "social workers", "", "a:F:40 b:M:36 w:F:15 x:M:14 y:F:13 z:M:16", "Carrow Reach", False, False, tuple(
        (28 + 14 * n, 11, (R, V)[n % 2], f"{'wxyz'[n % 4]}:subject {'ab'[n % 2]}:professional", "Home visit by social worker {" + "ab"[n % 2] + "}. {" + "wxyz"[n % 4] + "1} seen alone, cheerful, bedroom tidy.", "")
        for n in range(10)
    ), True),
)  # fmt: skip
