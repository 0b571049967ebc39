"""Fills the plots with characters, places and things, so that names, pronouns and objects agree through a whole story."""
import re
from dataclasses import dataclass, field
from random import Random

import world as w
from plots import BEATS, PLOTS

START = "\x01"  # marks the first letter of a sentence until all slots are filled
CHOICE = re.compile(r"\[([^\[\]]*\|[^\[\]]*)\]")
SLOT = re.compile(r"\{([^{}]+)\}")

SKILLS = w.words("swim,ride a bicycle,skate,whistle,read,sew,row a boat,climb trees,bake bread,ride a horse,tie knots,dance,juggle,ski,paint")
BUILDS = w.words("tree house,raft,sandcastle,hut,bridge,bird house,snow house,tower,wagon,boat,kite,doghouse")
BAKED = w.words("apple pie,honey cake,a plum cake,fresh bread,berry tart,ginger cookies,a chocolate cake,pear cake")
FAR = ["in the mountains", "by the sea", "on a small island", "in the next village", "at the end of the valley", "in a hut in the forest"]
INSTRUMENTS = w.words("flute,violin,drum,guitar,piano,harp")
HOMES = ["in a small village", "in a little house by the sea", "in an old house at the edge of the forest", "in a town by a river",
         "on a farm in the hills", "in a village in the mountains", "in a narrow street near the market",
         "in a small house with a blue door", "above the bakery", "in a quiet valley"]
HAIR = w.words("black,brown,red,curly,long,short,blond,dark,straight")
ADJECTIVES = w.COLOURS[:9] + w.words("old,new,small,shiny,beautiful,wooden,tiny,big")


def choose(text: str, rng: Random) -> str:
    """Settles every [a|b|c], innermost first."""
    while True:
        text, n = CHOICE.subn(lambda m: rng.choice(m[1].split("|")), text)
        if not n:
            return text


def finish(text: str) -> str:
    """Articles, agreement and capitals of a filled-in text."""
    text = re.sub(r"\b([Aa]) (?=[aeioAEIO]|hones|u(?!s|ni))", r"\1n ", text)
    text = re.sub(r"\b([Tt])here were (always )?(an?|the) ", lambda m: f"{m[1]}here was {m[2] or ''}{m[3]} ", text)
    text = re.sub(START + '"?.', lambda m: m[0][1:].upper(), text)
    text = re.sub(r"(^|\n|[.!?] |(?:^|[ \n])\"|\.\" )([a-z])", lambda m: m[1] + m[2].upper(), text)
    # A quotation goes on in lower case after "..., he said, ".
    return re.sub(r'(," [^"!?]{1,40}, ")(But|So|Because|When|For|And|It|The|That|Later|Snow|You|Little|Or|If)\b', lambda m: m[1] + m[2].lower(), text)


def made_up_name(rng: Random) -> str:
    return "".join(rng.choice(w.SYLLABLES) for _ in range(rng.choice((1, 1, 2)))).capitalize() + rng.choice(w.ENDINGS)


@dataclass
class Person:
    n: str
    kind: str
    she: bool
    desc: str
    trait: str
    animal: w.Animal | None = None
    job: w.Job | None = None

    @property
    def forms(self) -> dict[str, str]:
        she = self.she
        forms = {"": self.n, "n": self.n, "he": "she" if she else "he", "He": "She" if she else "He", "him": "her" if she else "him",
                 "his": "her" if she else "his", "self": "herself" if she else "himself", "kind": self.kind, "kind.a": f"a {self.kind}",
                 "kindold.a": "an old woman" if she else "an old man", "desc": self.desc, "trait": self.trait}
        if self.job:
            forms |= {"job.a": f"a {self.job.name}", "job.the": f"the {self.job.name}", "workplace": self.job.place,
                      "does": self.job.does, "tool": self.job.tool}
        return forms


ONLY = {"fox": ["fox"], "bear": ["bear"], "bee": ["bee"], "crow": ["crow"], "cat": ["cat"], "horse": ["horse"], "parrot": ["parrot"], "puppy": ["dog"], "wise": ["owl", "crow"],
        "bird": ["sparrow", "swallow", "crow"], "tiny": ["mouse", "sparrow", "hedgehog", "frog", "squirrel"], "animal": w.STORY_ANIMALS}
# Beings of fairy tales: what he and she are called, and names.
BEINGS = {"dragon": (("dragon", "dragon"), w.words("Ember,Smoke,Fafo,Igno,Drago,Cinder,Ash,Flicker,Zunda,Basil")),
          "robot": (("robot", "robot"), w.words("Bolt,Rivet,Beep,Tin,Zip,Gear,Unit Seven,Robo,Spark,Klick")),
          "princess": (("prince", "princess"), w.words("Rowan,Alex,Florian,Aurora,Jasmin,Isolde,Leonor,Edmund,Adela,Roland")),
          "wizard": (("wizard", "wizard"), w.words("Merten,Balbus,Odo,Quill,Zebulon,Fizz,Albin,Morgo,Tabbo,Wendel")),
          "pirate": (("pirate", "pirate"), w.words("Redbeard,Captain Hook,Captain Salt,Long Jim,Captain Storm,One-Eyed Joe,Captain Gull")),
          "ghost": (("ghost", "ghost"), w.words("Mist,Whisper,Veil,Shade,Edgar,Cecil,Flora,Ophelia,Wisp,Casimir")),
          "giant": (("giant", "giant"), w.words("Bom,Gorm,Tumble,Boulder,Hulda,Magnus,Grum,Titan,Borka,Oak"))}
KINDS = {animal.kind: animal for animal in w.ANIMALS}


def person(role: str, rng: Random, avoid: Person | None = None) -> Person:
    """Someone for a role; other than `avoid` in name and, mostly, in sex, so that pronouns stay clear."""
    she = (not avoid.she if rng.random() < 0.8 else avoid.she) if avoid else rng.random() < 0.5
    trait = rng.choice(w.TRAITS)
    if role in ONLY:
        kinds = [k for k in ONLY[role] if not (avoid and k == avoid.kind)]
        kind = rng.choice(kinds)
        names = [n for n in w.PET_NAMES if not (avoid and n == avoid.n)]
        name = rng.choice(names) if rng.random() < 0.85 else made_up_name(rng)
        size = "old" if role == "wise" else rng.choice(["small", "little", "young", "big", "old", trait, trait])
        return Person(name, kind, she, f"a {size} {kind}", trait, animal=KINDS[kind])
    if role in BEINGS:
        kinds, names = BEINGS[role]
        she = she and role not in ("wizard", "pirate")
        kind = kinds[she]
        name = rng.choice(names) if rng.random() < 0.7 else made_up_name(rng)
        return Person(name, kind, she, f"a {rng.choice(('small', 'young', 'old', trait))} {kind}", trait)
    if role in ("old", "adult", "keeper", "clock"):
        name = ("Mrs. " if she else "Mr. ") + rng.choice([s for s in w.SURNAMES if not (avoid and s in avoid.n)])
        kind = "woman" if she else "man"
        job = rng.choice(w.JOBS) if role == "adult" else None
        desc = {"keeper": "the lighthouse keeper", "clock": "the clockmaker", "adult": f"the {job.name}" if job else "",
                "old": rng.choice([f"an old {kind}", f"an old {kind} with white hair", f"a {trait} old {kind}"])}[role]
        return Person(name, kind, she, desc, trait, job=job)
    kind = "girl" if she else "boy"
    names = [n for n in (w.GIRLS if she else w.BOYS) if not (avoid and n == avoid.n)]
    name = rng.choice(names) if rng.random() < 0.85 else made_up_name(rng)
    desc = rng.choice([f"a {trait} {kind}", f"a {kind} with {rng.choice(HAIR)} hair", f"a {kind} from the village",
                       f"a {kind} from the next street", f"a {kind} of {rng.choice(('seven', 'eight', 'nine', 'ten'))}"])
    if role == "stranger":
        name = rng.choice(w.GIRLS if she else w.BOYS)
        desc, kind = "a traveller", "traveller"
    return Person(name, kind, she, desc, trait)


INTRO_CHILD = """[once upon a time|long ago|many years ago], there was {a_trait} {A.kind} named {A}. ||
once there was a {A.kind} named {A}, who lived {home}. || {A} was {a_trait} {A.kind} who lived {home}. ||
{A} lived {home} with {A.his} {R}. || {homeC} lived a {A.kind} named {A}. || there was once a {A.kind} whose name was {A}. ||
{A} was a {A.kind} with {hair} hair and a {Tcol} coat. || this is a story about a {A.kind} named {A}."""
INTRO_ANIMAL = """[once upon a time|long ago|many years ago], there was {a_trait} {A.kind} named {A}. ||
{A} was {a_size} {A.kind} with {A.look}. || {A.home} lived a {A.kind} named {A}. || once there was {a_size} {A.kind} who was called {A}. ||
{A} was {a_trait} {A.kind} who lived {A.home}. || there was once {a_size} {A.kind} named {A}. {A.he} had {A.look}. ||
this is a story about a {A.kind} named {A}."""
INTRO_OLD = """[once upon a time|long ago], there was an old {A.kind} named {A}. || {A} was an old {A.kind} who lived {home}. ||
{homeC} lived an old {A.kind} named {A}. || {A} lived alone {home}."""
SECOND = """everyone [said|knew] that {A} was very {A.trait}. || {A.he} was very {A.trait}. || {A.he} was {A.trait}, and everybody liked {A.him}. ||
every day {A.he} went outside to see what was new. || {A.his} best friend was {A.his} {R}. ||
{A.he} liked to sit {at} and think. || {A.he} loved [stories|music|{F}|the spring|the autumn|rainy days] very much."""


@dataclass
class Plot:
    cast: dict[str, str]
    about: str
    beats: list[str]
    questions: list[tuple[str, str]] = field(default_factory=list)


def parse(text: str) -> list[Plot]:
    plots = []
    for line in text.strip().splitlines():
        if line.startswith("== "):
            cast, about = line[3:].split(" | ")
            roles = dict(role.split(":") if ":" in role else (role, "") for role in cast.split())
            plots.append(Plot(roles, about, []))
        elif line.startswith("Q "):
            question, answer = line[2:].split(" => ")
            plots[-1].questions.append((question, answer))
        else:
            plots[-1].beats.append(line)
    return plots


STORY_PLOTS = parse(PLOTS)


@dataclass
class Story:
    text: str
    about: str
    hero: Person
    friend: Person
    questions: list[tuple[str, str]]


class Filler:
    """The slots of one story."""

    def __init__(self, cast: dict[str, str], rng: Random):
        self.rng = rng
        role = cast["A"]
        if role == "any":
            role = rng.choice(("child", "animal", "animal"))
        self.role = role
        self.a = person(role, rng)
        other = cast.get("B", "child")
        if other == "same":
            other = role if role in ("child", "animal") else "child"
        self.b = person(other, rng, self.a)
        relative, r_he = rng.choice(w.RELATIVES[2:4] if cast.get("R") == "grand" else w.RELATIVES)
        thing = rng.choice([t for t in w.THINGS if (cast.get("T") != "hard" or t.hard) and (cast.get("T") != "small" or t.name in w.SMALL_THINGS)])
        place, place2 = rng.sample([p for p in w.PLACES if cast.get("P") != "out" or p.outdoors], 2)
        sights, doings = rng.sample(place.sights, 3), rng.sample(place.doing, 2)
        adjective, colour = rng.choice(ADJECTIVES), rng.choice(w.COLOURS)
        dish, build = rng.choice(BAKED if cast.get("D") == "baked" else w.DISHES), rng.choice(BUILDS)
        (cause, effect), (cause2, effect2) = rng.sample(w.CAUSES, 2)
        animal = KINDS[rng.choice(w.STORY_ANIMALS)]
        food = rng.choice(w.FOODS[:10] + w.FOODS[10:15]) if cast.get("F") is None else rng.choice(w.FOODS[:10])
        self.slots = {
            "R": relative, "R.he": r_he, "R.him": "her" if r_he == "she" else "him", "R.his": "her" if r_he == "she" else "his",
            "R.the": f"{self.a.forms['his']} {relative}", "T": f"{adjective} {thing.name}", "T.a": f"a {adjective} {thing.name}",
            "t": thing.name, "Tadj": adjective, "Tcol": colour, "F": food.plural, "P": place.name, "at": place.at, "P2": place2.name,
            "at2": place2.at, "at3": "at a table by the window", "at4": rng.choice(["above the kitchen table", "in the hall", "next to the door"]),
            "sight": sights[0], "sight2": sights[1], "sightb": rng.choice(place2.sights), "sighti": "the other side of the hill",
            "air": place.air, "doing": doings[0], "doing2": doings[1], "doingb": rng.choice(place2.doing), "dish": dish,
            "dishn": re.sub("^an? ", "", dish), "build": f"a {build}", "buildn": build, "instr": rng.choice(INSTRUMENTS),
            "skill": rng.choice(SKILLS), "hair": rng.choice(HAIR), "few": rng.choice(("three", "five", "six", "ten")), "t2": "paper cups", "far": rng.choice(FAR),
            "sighta": rng.choice(["an old wall", "a big tree", "a grey rock", "the bushes", "a pile of wood", "an old shed"]),
            "animal": rng.choice(w.STORY_ANIMALS[:22]), "rskill": rng.choice(["sing", "dance", "laugh", "whistle"]),
            "at5": rng.choice(["in the garden", "behind the house", "in the barn"]), "at6": rng.choice(["by the lake", "in the reeds", "on the shore"]),
            "sport": rng.choice(["football", "basketball", "handball"]), "Tcol2": rng.choice(["grey", "black", "white", "brown"]),
            "cause": cause, "effect": effect, "cause2": cause2, "effect2": effect2, "animal.a": f"a {animal.kind}", "animallook": animal.look,
            "crow_n": rng.choice(("Old", "Black")) + " Carl", "home": (home := rng.choice(HOMES)), "homeC": home,
            "a_trait": f"a {self.a.trait}", "a_size": f"a {rng.choice(w.SIZES + ['young', 'old'])}"}
        for letter, who in (("A", self.a), ("B", self.b)):
            for form, value in who.forms.items():
                self.slots[f"{letter}.{form}" if form else letter] = value
            self.slots[f"{letter}'s"] = who.n + "'s"
        if self.a.animal:
            self.slots |= {"A.look": self.a.animal.look, "A.home": self.a.animal.home}

    def fill(self, text: str) -> str:
        return SLOT.sub(lambda m: self.slots[m[1]], text)


def one(alternatives: str, rng: Random) -> str:
    return choose(rng.choice([a.strip() for a in alternatives.split("||")]), rng)


def story(rng: Random, plot: Plot | None = None) -> Story:
    plot = plot or rng.choices(STORY_PLOTS, [int(p.cast.get("W", 2)) for p in STORY_PLOTS])[0]
    f = Filler(plot.cast, rng)
    sentences: list[str] = []
    head = " ".join(plot.beats[:5])
    intro_used = "A.desc" not in head and "{A} the" not in head and rng.random() < 0.75
    if intro_used:
        intro = INTRO_ANIMAL if f.a.animal else INTRO_OLD if f.role == "old" else INTRO_CHILD if f.role == "child" else None
        if intro:
            sentences.append(one(intro, rng))
            if rng.random() < 0.5:
                second = one(SECOND, rng)
                if not ("trait" in sentences[0] and "trait" in second):
                    sentences.append(second)
    breaks = rng.random() < 0.6
    optional = rng.choice((0.3, 0.6, 1.0))
    for beat in plot.beats:
        if beat == "--":
            if breaks:
                sentences.append("\n\n")
            continue
        if beat.startswith("? "):
            if rng.random() > optional:
                continue
            beat = beat[2:]
        text = one(beat, rng)
        if text.startswith("@"):
            text = one(BEATS[text[1:]], rng)
        if text.endswith('"') and text[-2] not in ".!?":
            text = text[:-1] + '."'
        sentences.append(START + (text if text[-1] in '.!?"' else text + "."))
    text = re.sub(r" ?\n\n ?", "\n\n", " ".join(sentences))
    # An animal that nobody has introduced is called "Rusty the fox" the first time.
    for letter, who in (("A", f.a), ("B", f.b)):
        known = (letter == "A" and intro_used) or re.search(rf"(named|called|name was|named .*) {{{letter}", text) or f"{{{letter}.desc}}" in text or f"{{{letter}.kind" in text or f"{{{letter}}} the" in text
        if who.animal and not known:
            text = text.replace(f"{{{letter}}}", f"{who.n} the {who.kind}", 1)
    questions = [(finish(f.fill(q)), finish(f.fill(a))) for q, a in plot.questions]
    return Story(finish(f.fill(text)), f.fill(plot.about), f.a, f.b, questions)


if __name__ == "__main__":
    import sys
    for plot in STORY_PLOTS:  # every slot of every plot must be known
        for seed in range(30):
            story(Random(seed), plot)
    for seed in range(int(sys.argv[1])):
        s = story(Random(seed))
        print(f"[{s.about}] {len(s.text.split())} words\n{s.text}\n{s.questions}\n")
