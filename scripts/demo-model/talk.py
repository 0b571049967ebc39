"""Everything that is not a story: descriptions, questions and answers, sums, letters, small news, and conversations."""
from random import Random

import world as w
from stories import HAIR, Story, choose, finish, made_up_name, one, person, story

NUMBERS = w.words("zero,one,two,three,four,five,six,seven,eight,nine,ten,eleven,twelve,thirteen,fourteen,fifteen,sixteen,seventeen,"
                  "eighteen,nineteen,twenty")
Pair = tuple[str, str]


def cap(text: str) -> str:
    return text[:1].upper() + text[1:]


def some(sentences: list[str], rng: Random, least: int = 2) -> str:
    """The first sentence and a few of the others, shuffled."""
    first, rest = sentences[0], sentences[1:]
    picked = rng.sample(rest, rng.randint(min(least, len(rest)), len(rest)))
    return finish(choose(" ".join([first] + picked), rng))


# ---- facts as pairs of question and answer ----

def animal_pair(rng: Random) -> Pair:
    a = rng.choice(w.ANIMALS)
    choices = [(f"What do {a.plural} eat?", f"{cap(a.plural)} eat {a.food}."),
               (f"Where do {a.plural} live?", f"{cap(a.plural)} live {a.home}."),
               (f"What does a {a.kind} look like?", f"A {a.kind} has {a.look}."),
               (f"What is a young {a.kind} called?", f"A young {a.kind} is called a {a.young}."),
               (f"What is a {a.kind}?", f"A {a.kind} is a {a.group}. {cap(a.plural)} live {a.home} and eat {a.food}."),
               (f"What can you tell me about {a.plural}?", animal_text(rng, a)), (f"Tell me about {a.plural}.", animal_text(rng, a)),
               (f"Describe a {a.kind}.", animal_text(rng, a))]
    if a.cry != "stay silent":
        choices.append((f"What sound does a {a.kind} make?", f"{cap(a.plural)} {a.cry}."))
    q, text = rng.choice(choices)
    return finish(q), finish(text)


def food_pair(rng: Random) -> Pair:
    f = rng.choice(w.FOODS)
    q, text = rng.choice([(f"What colour is a {f.name}?", f"A {f.name} is {f.colour}."),
                       (f"What does a {f.name} taste like?", f"A {f.name} tastes {f.taste}."),
                       (f"Is a {f.name} a fruit or a vegetable?", f"A {f.name} is a {f.kind}." if f.kind != "food" else "It is neither. A mushroom is a fungus."),
                       (f"Where do {f.plural} grow?", f"{cap(f.plural)} {f.source}."),
                       (f"What is a {f.name}?", f"A {f.name} is a {f.kind}. It is {f.colour} and tastes {f.taste}."),
                       (f"Tell me about {f.plural}.", food_text(rng, f))])
    return finish(q), finish(text)


def thing_pair(rng: Random) -> Pair:
    t = rng.choice(w.THINGS)
    q, text = rng.choice([(f"What is a {t.name}?", f"A {t.name} is a {t.kind}. You use it to {t.use}."),
                       (f"What do you need a {t.name} for?", f"You need a {t.name} to {t.use}."),
                       (f"What is a {t.name} made of?", f"A {t.name} is usually made of {t.made}.")])
    return finish(q), finish(text)


def job_pair(rng: Random) -> Pair:
    j = rng.choice(w.JOBS)
    do = f"{cap(j.name)}s" if not j.name.endswith("man") else cap(j.name[:-3] + "men")
    q, text = rng.choice([(f"What does a {j.name} do?", f"{do} {j.does}."), (f"Where does a {j.name} work?", f"A {j.name} works {j.place}."),
                       (f"What does a {j.name} need?", f"A {j.name} needs {j.tool}."),
                       (f"What is a {j.name}?", f"{do} {j.does}. A {j.name} works {j.place} and needs {j.tool}.")])
    return finish(q), finish(text)


def country_pair(rng: Random) -> Pair:
    country, capital, continent, language = rng.choice(w.CAPITALS)
    return rng.choice([(f"What is the capital of {country}?", f"The capital of {country} is {capital}."),
                       (f"What is the capital of {country}?", f"The capital of {country} is {capital}."),
                       (f"Where is {capital}?", f"{capital} is the capital of {country}."),
                       (f"Where is {country}?", f"{cap(country)} {'are' if country.endswith('s') and country.startswith('the') else 'is'} in {continent}."),
                       (f"What language do people speak in {country}?", f"In {country} people speak {language}."),
                       (f"Tell me about {country}.", country_text(rng, (country, capital, continent, language)))])


def sum_pair(rng: Random) -> Pair:
    a, b = rng.randint(0, 10), rng.randint(0, 10)
    if rng.random() < 0.7:
        result, sign, word = a + b, "+", "plus"
    else:
        a, b = max(a, b), min(a, b)
        result, sign, word = a - b, "-", "minus"
    if rng.random() < 0.5:
        return f"What is {a} {rng.choice((sign, word))} {b}?", f"{a} {word} {b} is {result}."
    return f"What is {NUMBERS[a]} {word} {NUMBERS[b]}?", f"{cap(NUMBERS[a])} {word} {NUMBERS[b]} is {NUMBERS[result]}."


def definition_pair(rng: Random) -> Pair:
    subject, text = rng.choice(w.DEFINITIONS)
    return rng.choice([f"What is {subject}?", f"What is {subject}?", f"Can you explain what {subject} is?", f"Tell me about {subject}."]), text + "."


def how_pair(rng: Random) -> Pair:
    task, steps = rng.choice(w.HOW_TO)
    return rng.choice([f"How do I {task}?", f"How can I {task}?", f"How do you {task}?", f"Can you tell me how to {task}?"]), steps


def question_pair(rng: Random) -> Pair:
    return tuple(rng.choice(w.QUESTIONS))


PAIRS = [(animal_pair, 4), (food_pair, 2), (thing_pair, 2), (job_pair, 2), (country_pair, 4), (sum_pair, 4), (definition_pair, 5), (how_pair, 3),
         (question_pair, 6)]


def pair(rng: Random) -> Pair:
    makers, weights = zip(*PAIRS)
    return rng.choices(makers, weights)[0](rng)


# ---- descriptions ----

def animal_text(rng: Random, a: w.Animal) -> str:
    they = cap(a.plural)
    sentences = [f"[The {a.kind} is a {a.group}.|{they} live {a.home}.|A {a.kind} has {a.look}.]",
                 f"[{they} eat {a.food}.|Their food is {a.food}.]", f"{they} {a.does}.",
                 f"A young {a.kind} is called a {a.young}."]
    if a.cry != "stay silent":
        sentences.append(f"[When they want to be heard, they {a.cry}.|{they} {a.cry}.]")
    return some(sentences, rng)


def food_text(rng: Random, f: w.Food) -> str:
    they = cap(f.plural)
    return some([f"[A {f.name} is a {f.kind}.|{they} {f.source}.]", f"{they} are {f.colour}.", f"They taste {f.taste}.",
                 f"[You can eat them fresh or cook them.|Many people like to eat them in {rng.choice(('summer', 'autumn', 'winter'))}.|"
                 f"You can buy them at the market.]"], rng)


def country_text(rng: Random, row: list[str]) -> str:
    country, capital, continent, language = row
    are = "are" if country == "the United States" else "is"
    return some([f"{cap(country)} {are} in {continent}.", f"The capital of {country} is {capital}.", f"The people there speak {language}.",
                 f"Many visitors come to {capital} to [see the old houses|visit the museums|walk through the streets]."], rng)


def place_text(rng: Random) -> str:
    p = rng.choice(w.PLACES)
    sights = rng.sample(p.sights, 3)
    if rng.random() < 0.5:
        return some([f"[I like to be {p.at}.|My favourite place is {p.name}.|There is no better place than {p.name}.]",
                     f"There you can see {sights[0]} and {sights[1]}.", f"People come here and spend their time {rng.choice(p.doing)}.",
                     f"In the [morning|evening] it is [very quiet|full of life] {p.at}.", f"[Most of all I like|I never get tired of looking at] {sights[2]}.",
                     "[I could stay there all day.|When I am sad, I go there, and soon I feel better.]"], rng, 3)
    return some([f"It was a [quiet|sunny|cool|windy] [morning|afternoon|evening] {p.at}.", f"{p.air}.", f"There were {sights[0]} and {sights[1]}.",
                 f"Somebody was {rng.choice(p.doing)}.", f"Not far away you could see {sights[2]}.",
                 "[Nobody was in a hurry.|Time seemed to stand still.|Now and then somebody laughed.]"], rng, 3)


def person_text(rng: Random) -> str:
    a = person("adult", rng)
    j, he, his = a.job, a.forms["he"], a.forms["his"]
    return some([f"{a.n} is a {j.name}.", f"{cap(he)} works {j.place}.", f"{cap(his)} most important tool is {j.tool}.",
                 f"{cap(he)} has {rng.choice(HAIR)} hair and [kind|bright|tired|blue|brown] eyes.", f"Everyone says that {he} is very {a.trait}.",
                 f"In {his} free time {he} likes to [read|sing|walk in the forest|play chess|work in the garden].",
                 f"On Sundays {he} eats {rng.choice(w.DISHES)} with {his} family.",
                 f"\"I like my work,\" {he} says, \"because I can {j.does}.\""], rng, 3)


SEASONS = {
    "spring": ["the snow melts and the streams are full", "the first flowers come out of the ground", "the birds come back and build nests",
               "the days become longer", "the farmers sow their seeds", "the trees get new green leaves"],
    "summer": ["the days are long and warm", "children swim in the lake", "the strawberries and cherries are ripe", "the bees are busy in the meadow",
               "people eat outside in the evening", "there is sometimes a storm with thunder and lightning"],
    "autumn": ["the leaves turn red and yellow", "the apples and pumpkins are ripe", "the swallows fly south", "the mornings are foggy",
               "squirrels hide nuts in the ground", "a strong wind shakes the trees"],
    "winter": ["the days are short and cold", "snow covers the roofs and the fields", "the lake is frozen", "children build snowmen",
               "many animals sleep in their burrows", "people sit by the warm stove and drink tea"]}


def season_text(rng: Random) -> str:
    season, facts = rng.choice(list(SEASONS.items()))
    picked = rng.sample(facts, rng.randint(3, 5))
    links = ["", "then ", "everywhere ", "at that time ", "and "]
    return finish(f"In {season}, {picked[0]}. " + " ".join(cap(rng.choice(links[:4]) + f) + "." for f in picked[1:])
                  + choose(f" [Many people like {season} best of all.|That is why I love {season}.||{cap(season)} is a beautiful time of the year.]", rng)).strip()


def cause_text(rng: Random) -> str:
    picked = rng.sample(w.CAUSES, 3)
    forms = ["{c}, so {e}.", "because {c}, {e}.", "{e}, because {c}.", "{c}. That is why {e}."]
    return finish(" ".join(rng.choice(forms).format(c=c, e=e) for c, e in picked[:rng.randint(1, 3)]))


def letter_text(rng: Random) -> str:
    a, b = person("child", rng), person("child", rng)
    p, doing = (place := rng.choice(w.PLACES)).at, rng.sample(place.doing, 2)
    return finish(choose(f"""Dear {b.n},

[how are you?|I hope you are well.|thank you for your letter.] [I am well.|I am writing to you from my {rng.choice(w.RELATIVES)[0]}'s house.|it has been a long time since we met.]
Yesterday I was {p} with my {rng.choice(w.RELATIVES)[0]}. We spent the afternoon {doing[0]}. {place.air}. [It was a lovely day.|I wish you had been there.|I thought of you.]
[Today it is raining, and I am reading a book.|Tomorrow we want to bake {rng.choice(w.DISHES)}.|Next week the holidays begin.] [Please write soon.|When will you visit me?|I hope to see you soon.]

[Yours|Love|Many greetings|Your friend],
{a.n}""".replace("\n[", " [").replace("\nYesterday", " Yesterday").replace("\n [", "\n\n[").replace(" [Yours", "[Yours"), rng))


def diary_text(rng: Random) -> str:
    place = rng.choice(w.PLACES)
    a, thing = person("child", rng), rng.choice(w.THINGS)
    return some([f"[Today was a [good|long|strange|wonderful] day.|I woke up early today.|This morning it was {rng.choice(('raining', 'snowing', 'sunny', 'windy'))}.|"
                 f"I want to write down what happened today.]",
                 f"I went {'to' if not place.at.startswith('by') else 'down to'} {place.name} and spent the morning {rng.choice(place.doing)}.",
                 f"I met {a.n}, and we talked about [school|the holidays|our pets|the weather].",
                 f"My {rng.choice(w.RELATIVES)[0]} made {rng.choice(w.DISHES)} for us.", f"I found my old {thing.name} again.",
                 f"I saw {rng.choice(place.sights)} there."], rng, 2) + choose(
        " [Now I am tired, and I will go to bed.|I hope that tomorrow will be just as nice.|I am happy.|Tomorrow I want to get up early.]", rng)


def news_text(rng: Random) -> str:
    day = rng.choice(w.words("Monday,Tuesday,Wednesday,Thursday,Friday,Saturday,Sunday"))
    place, a = rng.choice([p for p in w.PLACES if p.outdoors]), person("old", rng)
    year = rng.randint(1850, 2025)
    what = choose("[a new bridge|the new library|a small museum|the old mill|a new school|the swimming pool|a big playground]", rng)
    return finish(choose(f"""[The people of the village opened {what} on {day}.|On {day}, {what} was opened near {place.name}.|In {year}, the people of the town built {what} near {place.name}.] [More than [fifty|two hundred] people
came to see it.|The children sang a song, and there was cake for everyone.] "[We have worked on it for two years|It was a lot of work|This is a great day for all of us],"
said {a.n}. [The weather was {rng.choice(('cold but dry', 'warm and sunny', 'windy', 'rainy'))}, but everyone stayed until the evening.|In the evening there was music and dancing.]
[It will be open every day from nine to five.|Visitors are welcome on every day but Monday.|The next feast will be held in {rng.choice(list(SEASONS))}.]""".replace("\n", " "), rng))


def weather_text(rng: Random) -> str:
    return finish(choose("[Today|Tomorrow|This week|In the morning] it will be [cold|warm|mild|windy] with [a little rain|some clouds|a lot of sun|fog in the valleys|snow in the mountains]. "
                         "In the [afternoon|evening] the wind [will get stronger|comes from the west|will calm down], and it [may rain|may snow|will stay dry]. "
                         "[Do not forget your umbrella.|It is a good day for a walk.|Dress warmly.|The night will be clear and cold.]", rng))


ESSAY = """[Many people are interested in|People have talked about|There is much to say about|Not everyone knows much about] {t}. [It is not easy to explain it in a few words.|It is a large subject, and nobody knows everything about it.|Some people study it for many years.] [When you want to learn about it, you can ask a teacher or read a book.|The best way to learn more is to read and to ask questions.|If you are patient, you can learn something new about it every day.] [Some people like it, and others do not.|It can be useful, but one must be careful.|What matters is to think for yourself.] ||
{T} [is|can be] [an interesting subject|something that many people talk about]. [At first it seems difficult, but step by step it becomes easier.|It has changed over the years.|Some things about it are simple, and others are hard to understand.] [A good teacher begins with an example.|It helps to talk with someone who knows more.|One should always ask how we know that something is true.]"""


def essay_text(rng: Random) -> str:
    topic = rng.choice(w.UNKNOWN)
    return finish(one(ESSAY, rng).replace("{t}", topic).replace("{T}", cap(topic)))


def fact_text(rng: Random) -> str:
    """Plain statements without their questions."""
    kind = rng.random()
    if kind < 0.25:
        if rng.random() < 0.4:
            return country_text(rng, rng.choice(w.CAPITALS))
        rows = rng.sample(w.CAPITALS, rng.randint(1, 3))
        return " ".join(f"The capital of {country} is {capital}." for country, capital, *_ in rows)
    if kind < 0.5:
        return " ".join(text + "." for _, text in rng.sample(w.DEFINITIONS, rng.randint(1, 3)))
    if kind < 0.65:
        a = rng.choice(w.ANIMALS)
        return animal_text(rng, a)
    if kind < 0.75:
        return food_text(rng, rng.choice(w.FOODS))
    if kind < 0.9:
        task, steps = rng.choice(w.HOW_TO)
        return rng.choice([f"This is how you {task}. ", f"To {task}, you need a little time. ", f"How to {task}: "]) + steps
    return " ".join(answer for _, answer in (pair(rng) for _ in range(3)))


TEXTS = [(place_text, 3), (person_text, 2), (season_text, 2), (cause_text, 1), (letter_text, 2), (diary_text, 2), (news_text, 1), (weather_text, 1),
         (essay_text, 2), (fact_text, 6)]


def text(rng: Random) -> str:
    makers, weights = zip(*TEXTS)
    return rng.choices(makers, weights)[0](rng).strip()


def quiz(rng: Random) -> str:
    """Questions and answers in plain text."""
    q, a = rng.choice([("Question: ", "Answer: "), ("Q: ", "A: "), ("", "")])
    return "\n\n".join(f"{q}{question}\n{a}{answer}" for question, answer in (pair(rng) for _ in range(rng.randint(1, 4))))


def story_quiz(rng: Random) -> str:
    s = story(rng)
    asked = rng.sample(s.questions, rng.randint(1, len(s.questions)))
    return s.text + "\n\n" + "\n".join(f"Question: {q}\nAnswer: {a}" for q, a in asked)


# ---- conversations ----

SMALL_TALK = """
hello || hi || hello! || hi there || good morning || good evening || hey || hello, how are you? || hi, how are you today?
  [hello|hi]! [I am glad that you are here.|How can I help you?|What would you like to talk about?|Shall I tell you a story?] || good day! I can tell you a story or answer a simple question.
how are you? || how do you do? || are you well? || how is it going?
  I am well, thank you. And how are you? || thank you, I am [fine|well]. [What can I do for you?|I hope that you are well too.]
I am fine. || I am well, thank you. || I am good, and you?
  I am glad to hear that. [What would you like to talk about?|Shall I tell you a story?]
who are you? || what are you? || what is your name? || what's your name? || tell me about yourself. || introduce yourself. || are you a robot? || are you human? || are you an AI?
  I am jora's small demo model. I know a small world of people, animals and simple things, and I can tell you stories about it. || I am a very small language model, the demo model of jora. [I can tell stories and answer simple questions.|I fit into eight megabytes, so I do not know very much.]
who made you? || where do you come from? || who trained you?
  I was trained from scratch by the makers of jora, on simple stories and questions that a program wrote.
what is jora? || what's jora?
  Jora is a program that runs language models like me. It is written in Java.
how big are you? || how large are you? || how many parameters do you have?
  I am very small. I have about five million parameters, and I fit into eight megabytes.
what can you do? || what do you know? || how can you help me? || help || can you help me?
  I can tell short stories, describe animals, places and things, explain how to make tea or soup, and answer simple questions. I am very small, so I do not know much else. || I can tell you a story, or answer simple questions about animals, food, countries and things of every day.
thank you || thanks || thank you very much! || thanks a lot || that was nice || great story! || I like that || nice
  you are welcome! || you are welcome. [I am glad that I could help.|Is there anything else?|Come back when you want another story.] || I am glad that you liked it.
bye || goodbye || good night || see you later || I have to go
  goodbye! [Have a nice day.|I hope to see you again.|Take care.] || good night, and sleep well. || goodbye, and thank you for talking with me.
I am sad. || I feel sad today. || I am unhappy. || I had a bad day.
  I am sorry to hear that. [Do you want to tell me about it?|Sometimes it helps to talk with a friend or to go for a walk.|A cup of tea and a good story may help a little.]
I am happy! || I had a good day. || today was a great day
  that is wonderful! [What made you so happy?|Happiness is even better when you share it.]
I am tired. || I can't sleep. || I am sleepy
  then you should rest a little. [A warm drink and a quiet story can help.|Close your eyes and think of a quiet lake in the evening.]
I am bored. || what should I do? || I don't know what to do
  you could [read a book|draw a picture|bake a cake|go for a walk|call a friend]. [Or shall I tell you a story?|Sometimes the best ideas come when you do nothing.]
I am hungry. || what should I eat?
  how about some soup, or bread with cheese and an apple? || you could make pancakes. They are easy: you only need flour, milk and eggs.
do you like animals? || what is your favourite animal? || which animal do you like best?
  I like [foxes|owls|hedgehogs|squirrels|turtles] best, because there are so many stories about them.
what is your favourite colour? || which colour do you like?
  I like [blue|green|yellow], because it reminds me of [the sky|the forest|the sun].
do you have friends? || are you alone? || do you feel anything?
  I am only a program, so I do not have feelings. But I like to tell stories about friends.
tell me a joke || do you know a joke? || say something funny
  what does a [cloud|snowman] wear under its coat? [Thunderwear!|Nothing, it is all snow!] || why did the book go to the doctor? Because it had lost its pages. || what is brown and sticky? A stick! || why did the clock go to school? It wanted to learn the time.
write a poem || write me a poem about the moon || can you write a poem? || a short poem please
  the moon is round, the moon is bright, it walks across the sky at night. It looks into my little room and tells me: morning will come soon. || the wind goes up, the wind goes down, it takes the leaves all through the town. It sings a song, it shuts a door, and then it is not there any more.
ok || okay || yes || I see || sure || why not
  good. [What would you like to do next?|Shall I tell you a story, or do you have a question?]
no || no, thank you || not now
  that is all right. [Tell me when you need something.|I am here when you want to talk.]
sing a song || can you sing?
  I cannot sing, but I can tell you a story about a song.
I love you || you are nice || you are great || you are funny
  thank you, that is kind of you. || that makes a small model very happy.
you are stupid || you are wrong || that is not true || I don't like you
  I am sorry. I am a very small model, and I make mistakes. || you may be right. I am very small and I do not know much.
"""


def parse_talk(text: str) -> list[tuple[list[str], str]]:
    lines = text.strip().splitlines()
    return [([u.strip() for u in lines[i].split("||")], lines[i + 1]) for i in range(0, len(lines), 2)]


TALK = parse_talk(SMALL_TALK)
ASK_UNKNOWN = ["Tell me about {t}.", "What do you know about {t}?", "Explain {t}.", "Can you explain {t}?", "I have a question about {t}.",
               "What is {t}?", "Write an essay about {t}.", "How does {t} work?", "Give me an example of {t}.", "Who invented {t}?",
               "What do you think about {t}?", "Write a program for {t}.", "Summarise {t} in three sentences.", "Help me with {t}."]
DO_NOT_KNOW = """[I am sorry, but|I am afraid that] I do not know much about {t}. [I am a very small model.|I only know a small and simple world.] [But I can tell you a story.|You could ask me about animals, food or countries.|Shall I tell you a story instead?] ||
{T} is too difficult for me. I am a very small model, and I only know simple things. ||
that is a good question, but I do not know the answer. I know more about [animals|places|food|simple things] and stories."""
FOREIGN_REPLY = """[I am sorry, but I only speak simple English.|I think that this is {language}, but I only speak simple English.] [Shall I tell you a story?|Please write to me in English.|Can you say it in English?]"""
SYSTEM = ["You are a helpful assistant.", "You are a friendly storyteller.", "You are a helpful AI assistant.", "Answer in simple words.",
          "You are a teacher for young children.", "You are jora's small demo model.", "Be brief."]


def untidy(question: str, rng: Random) -> str:
    """As people type: sometimes without capitals or a question mark."""
    if rng.random() < 0.15:
        question = question[:1].lower() + question[1:]
    if rng.random() < 0.15:
        question = question.rstrip("?.!")
    return question


def turn_small_talk(rng: Random) -> list[Pair]:
    asked, answers = rng.choice(TALK)
    return [(finish(rng.choice(asked)) if rng.random() < 0.7 else rng.choice(asked), finish(one(answers, rng)))]


def turn_fact(rng: Random) -> list[Pair]:
    return [pair(rng)]


def turn_unknown(rng: Random) -> list[Pair]:
    topic = rng.choice(w.UNKNOWN) if rng.random() < 0.7 else f"{made_up_name(rng).lower()} {rng.choice(('machines', 'theory', 'music', 'numbers', 'history', ''))}".strip()
    return [(rng.choice(ASK_UNKNOWN).replace("{t}", topic), finish(one(DO_NOT_KNOW, rng).replace("{t}", topic).replace("{T}", cap(topic))))]


def turn_foreign(rng: Random) -> list[Pair]:
    if rng.random() < 0.3:
        emoji, name = rng.choice(w.EMOJI)
        return [(" ".join([emoji] * rng.choice((1, 1, 2, 3))), finish(choose(f"[That looks like {name}.|I see {name}.] [Shall I tell you a story about it?|Thank you!|How nice!]", rng)))]
    phrase, language = rng.choice(w.FOREIGN)
    return [(phrase, one(FOREIGN_REPLY, rng).replace("{language}", language))]


def ask_for(s: Story, rng: Random) -> str:
    kind, a = s.hero.kind, s.hero
    return finish(rng.choice([f"Tell me a story about a {kind}.", f"Tell me a story about a {kind} named {a.n}.", f"Write a short story about a {kind} and {s.about}.",
                           f"Please tell me a story about {s.about}.", f"Tell me a story about a {kind} and {s.about}.", f"Tell me a story about {s.about}.",
                           f"Write a story about {a.n} and {s.about}.", f"Can you tell me a story about {s.about}?", f"Can you tell me a story about {a.n} and {s.friend.n}?", "Tell me a story.",
                           f"I would like to hear a story about a {kind}.", f"Write a story about {a.n}, a {a.trait} {kind}.", "Tell me a short story, please.",
                           f"Write a paragraph about a {kind}.", f"Tell me something about {a.n}.", f"Tell me a fairy tale about a {kind}.", f"Make up a story about a {kind} and a {s.friend.kind}.",
                           f"Write a story about a {kind} who meets {s.friend.n}.", f"A short story about {s.about}, please."]))


def turn_story(rng: Random) -> list[Pair]:
    s = story(rng)
    follow = rng.sample(s.questions, min(len(s.questions), rng.choice((0, 0, 1, 2))))
    return [(ask_for(s, rng), s.text)] + follow


def turn_read(rng: Random) -> list[Pair]:
    s = story(rng)
    q, a = rng.choice(s.questions)
    return [(f"{s.text}\n\n{q}", a)]


def turn_describe(rng: Random) -> list[Pair]:
    p = rng.choice(w.PLACES)
    return [rng.choice([(f"Describe {p.name}.", finish(f"{cap(p.at)} you can see {p.sights[0]} and {p.sights[1]}. People spend their time {p.doing[0]} or {p.doing[1]}. "
                                                       f"There are also {p.sights[2]}.".replace("are also a", "is also a"))),
                        ("What is your favourite season?", season_text(rng)), ("Write a letter to a friend.", letter_text(rng)),
                        ("Write a diary entry.", diary_text(rng)), ("What will the weather be like?", "I do not know the weather, because I cannot look outside. Perhaps you can look out of the window?")])]


TURNS = [(turn_small_talk, 6), (turn_fact, 10), (turn_unknown, 2), (turn_foreign, 1), (turn_story, 6), (turn_read, 2), (turn_describe, 1)]


def chat(rng: Random) -> str:
    """A conversation in the model's chat format."""
    makers, weights = zip(*TURNS)
    turns: list[Pair] = []
    for make in rng.choices(makers, weights, k=rng.choice((1, 1, 2, 3, 4))):
        turns += make(rng)
    parts = [("system", rng.choice(SYSTEM))] if rng.random() < 0.25 else []
    for user, assistant in turns:
        parts += [("user", untidy(user, rng)), ("assistant", assistant)]
    return "".join(f"<|im_start|>{role}\n{said}<|im_end|>\n" for role, said in parts)


if __name__ == "__main__":
    import sys
    for seed in range(3000):
        text(Random(seed)), chat(Random(seed)), quiz(Random(seed))
    for seed in range(int(sys.argv[1])):
        print(text(Random(seed)), chat(Random(seed)), quiz(Random(seed)), sep="\n----\n", end="\n========\n")
