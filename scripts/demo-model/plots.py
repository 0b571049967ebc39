"""The plots of the stories.

A plot starts with `== cast | what it is about` and has one beat per line: alternatives separated by `||`, `[a|b]` for small choices,
`?` in front of a beat that may be left out, `@name` for a beat from BEATS, `--` where a new paragraph may start. `Q question => answer`
lines ask about it. Slots in braces are filled by corpus.py: A and B are the characters (A.he, A.him, A.his, A's, A.self, A.n the bare
name, A.kind), R a relative of A, T a thing with its adjective (t: without), at/P/air/sight a place, at2/P2 a second one.
"""

BEATS = {
    "weather_good": """
        the sun was shining and the sky was [blue|clear|bright] || it was a [warm|bright|lovely|mild] day, and a soft wind was blowing ||
        small white clouds moved slowly across the sky || the air was fresh and the birds were singing ||
        it was one of those [quiet|bright|golden] days when [nothing seems difficult|everyone wants to be outside]""",
    "weather_bad": """
        dark clouds hung low over the [roofs|trees|hills] || it was a cold and windy day || a grey fog lay over everything ||
        the rain had been falling since [early morning|the night before] || the wind [howled|whistled] around the corners""",
    "place": """
        there were {sight} and {sight2} {at} || {air} || {air}, and there were {sight} to look at ||
        {A} liked to be {at}, because there were always {sight} to see || from where {A.he} stood, {A} could see {sight} ||
        {A.he} walked past {sight} and stopped for a moment""",
    "happy_end": """
        from that day on, {A} and {B} were the best of friends || {A} went home with a warm feeling in {A.his} heart ||
        that night {A} fell asleep with a smile || and whenever {A} thought of that day, {A.he} smiled ||
        it had been a [good|long|wonderful] day, and {A} was [tired but happy|happy and a little proud] ||
        they laughed together until the sun went down || {A} knew that {A.he} would never forget that day ||
        and so everything ended well || and they all lived happily for many years ||
        "this was the best day of the whole year," {A} said, and {B} agreed""",
    "alone_end": """
        {A} went home with a warm feeling in {A.his} heart || that night {A} fell asleep with a smile ||
        and whenever {A} thought of that day, {A.he} smiled || {A} was [tired but happy|happy and a little proud] ||
        {A} knew that {A.he} would never forget that day || and so everything ended well ||
        {A} looked up at the stars and felt [calm|happy|at home]""",
    "lesson_help": """
        {A} had learned that everything is easier when you [ask for help|work together|have a friend] ||
        since then, {A} has always helped others when they were in trouble || "that is what friends are for," {B} said ||
        "one day you will help me," said {B}, and so it was""",
    "lesson_honest": """
        {A} had learned that it is better to tell the truth, even when it is hard || from then on, {A} always told the truth ||
        it is not always easy to be honest, but it makes the heart light""",
    "lesson_patience": """
        {A} had learned that good things take time || since then, {A} has never given up so quickly ||
        "slowly is also a way to arrive," {B} liked to say""",
    "lesson_time": """
        {A} had learned that good things take time || since then, {A} has never given up so quickly ||
        now {A} knew that patience is worth it""",
    "meet": """
        there {A.he} met {B}, {B.desc} || just then {B}, {B.desc}, came [along|around the corner] ||
        on the way {A.he} met {B.desc} named {B.n} || then {A.he} heard a voice. It was {B}, {B.desc}""",
    "greet": """
        "good [morning|day], {A.n}," said {B}. "why do you look so [sad|worried|thoughtful]?" ||
        "hello, {A.n}," said {B}. "is something wrong?" || "what is the matter?" {B} asked [kindly|softly|at once] ||
        {B} saw at once that something was wrong || "can I help you?" asked {B}""",
}

PLOTS = """
== A:any B:same T:small P:out | a lost {t}
{A} had {T.a} that {A.he} loved more than anything else || the dearest thing {A} had was {T.a} || for {A.his} birthday {A} had got {T.a}, and {A.he} carried it everywhere
one [morning|afternoon|day] {A} wanted to [use|look at] the {t}, but it was gone || but one day, when {A} was {at}, {A.he} noticed that the {t} was gone || one evening {A} reached into {A.his} bag, and the {t} was not there
{A.he} looked [under the bed|behind the door|in every corner], but it was not there || {A.he} looked everywhere, but {A.he} could not find it || {A.he} searched until {A.he} was tired, but the {t} was nowhere
? {A} felt very sad, because the {t} was a present from {A.his} {R} || "where can it be?" {A} thought
--
@meet
@greet
"I have lost my {T}," {A} said || {A} told {B} about the lost {t} || "my {t} is gone," said {A} quietly
"let us look for it together," said {B} || "where did you see it last?" {B} asked. {A} thought for a while. "I think it was {at2}," {A.he} said || "do not worry," said {B}. "two can look better than one"
so they went [together|at once] to look {at2} || together they walked to the place where {A} had been the day before. It was {at2}
? there were {sightb} there, but no {t} || they looked behind {sightb}, but found nothing
then {B} saw something [shining|{Tadj}] in the grass. It was the {t} || at last {B} bent down and called, "here it is!" || suddenly {A} saw something {Tadj} under a leaf. It was the {t}
{A} was so happy that {A.he} jumped into the air || "thank you, {B.n}!" {A} said. "I would never have found it without you" || {A} took the {t} and held it tight
@happy_end
? @lesson_help
Q what did {A.n} lose? => {A.n} lost {T.a}.
Q who helped {A.n}? => {B.n} helped {A.n}.
Q where did they find the {t}? => they found it {at2}.
== A:any B:same F | sharing {F}
one day {A} found a whole basket of {F} {at} || {A} had picked a big basket of {F} || {A} loved {F}, and one morning {A.he} found a lot of them {at}
"these are all for me," {A.he} thought || {A.he} wanted to keep them all for {A.self} || {A.he} was so hungry that {A.he} sat down at once and began to eat
--
@meet
{B} had not eaten anything since the day before || {B} looked tired and hungry || "I am so hungry," said {B}. "may I have one?"
at first {A} did not want to share || {A} held the basket tight. "I found them first," {A.he} said || {A} looked at the basket and thought about it for a long time
but then {A.he} saw how thin {B} was, and felt sorry for {B.him} || then {A} remembered a day when {A.he} had been hungry too || but {B} looked so sad that {A} could not eat any more
"come and sit with me," {A} said. "there is enough for both of us" || {A.he} put half of the {F} in front of {B} || "please take as many as you like," said {A}
they ate the {F} together, and they tasted [better than ever|wonderful|twice as good] || {B} thanked {A.him} and they ate until they were full
? the next week {B} came back with a big piece of cheese and shared it with {A} || a few days later {B} brought {A} some bread and honey
@happy_end
{A} had learned that food tastes best when you share it || "what we share, we enjoy twice," said {B} || since that day, {A} has never eaten alone
Q what did {A.n} find? => {A.n} found {F}.
Q who was hungry? => {B.n} was hungry.
Q what did {A.n} do? => {A.n} shared the {F} with {B.n}.
== A:child B:bird P:out | a bird with a broken wing
one day {A} was walking {at} when {A.he} heard a soft sound || @weather_bad || on the way home from school, {A} heard something in the grass
under [a bush|a tree|the hedge] sat a small {B.kind} that could not fly || there {A.he} found a little {B.kind}. One of its wings was hurt
{A} was afraid that a cat would find it || "you poor thing," said {A} || the bird looked at {A.him} with its small black eyes
so {A.he} picked it up [gently|very carefully] and carried it home in {A.his} [hat|scarf|hands]
--
{A's} {R} looked at the wing. "it is not broken," {R.he} said. "it only needs rest" || {A's} {R} found a box and put some soft wool into it
{A} called the bird {B.n} and gave it water and seeds || {A} fed the bird with [crumbs|seeds|small worms] every [morning|two hours], and called it {B.n}
day after day {B} grew stronger || after one week {B} began to hop around the room || soon {B} could sing again, and the song filled the whole house
one [sunny|bright] morning {A} opened the window. {B} [spread its wings|looked back once] and flew away || at last the wing was healed, and {A} carried {B} back to the garden. The bird flew up into the blue sky
{A} was a little sad, but also very glad || {A} waved until the bird was only a small dot in the sky
? every spring {B} came back and sang in front of {A's} window || the next morning {B} was sitting on the fence, singing
@alone_end
Q what did {A.n} find? => {A.n} found a {B.kind} with a hurt wing.
Q what was the bird called? => the bird was called {B.n}.
Q who helped {A.n}? => {A.his} {R} helped {A.n}.
== A:child B:child D:baked | {A} and {dish} for {R.the}
it was the birthday of {A's} {R}, and {A} wanted to make {dish} || {A} wanted to surprise {A.his} {R} with {dish}
"I have never made it before," {A.he} thought, "but I will try" || {A.he} asked {A.his} friend {B.n} to help || {A.he} found an old cookbook on the shelf and read it carefully
first {A.he} put everything on the kitchen table: flour, butter, eggs and sugar || {A.he} washed {A.his} hands and put on a big apron
{B} came to help {A.him}. {B.He} held the bowl while {A} stirred || {B} came over and brought some [eggs|milk|butter]
? then {A} dropped an egg, and it broke on the floor. They laughed and wiped it up || there was flour on the table, on the floor and even on {A's} nose || at first they took too much salt, and they had to start again
--
while it was in the [oven|pot], the whole house began to smell [good|sweet|wonderful] || they waited and looked at the clock every minute
? suddenly {A} smelled something. "it is burning!" {A.he} cried, and {B} quickly took it out. Only the edge was a little dark
when {R.the} came home, the table was ready || in the evening {R.the} opened the door and could not believe {R.his} eyes
"did you make this all by yourselves?" {R.he} asked || "what a lovely surprise!" said {R.the}
they all sat down and ate together || {R.the} took a bite and smiled. "this is the best {dishn} I have ever tasted"
@happy_end
Q what did {A.n} make? => {A.n} made {dish}.
Q who helped {A.n}? => {B.n} helped {A.n}.
Q for whom did {A.n} make it? => {A.n} made it for {A.his} {R}.
== A:child R | learning to {skill}
{A} wanted to learn to {skill} || all of {A's} friends could {skill}, but {A} could not || for a long time, {A} had dreamed that {A.he} could {skill}
"I will never learn it," {A.he} said || the first time {A} tried, it went wrong || {A.he} tried it once, twice, three times, but it did not work
? some children laughed at {A.him}, and {A} felt ashamed || {A} was angry and wanted to give up || {A} sat down and tears came to {A.his} eyes
--
then {A.his} {R} came and sat down beside {A.him} || {A.his} {R} had seen everything
"when I was young, I could not do it either," said {R.the}. "I practised every day" || "nobody can do it at once," {R.he} said. "try again, but slowly" || "shall I show you how I learned it?" asked {R.the}
so {A} practised every [day|morning|afternoon] after school || the next day they began to practise together || {A} practised when it was sunny, and {A.he} practised when it rained
every day it went a little better || after a week it was not so hard any more || sometimes it went well, and sometimes it did not
and then, one [Sunday|Saturday|evening], it suddenly worked || one day {A} noticed that {A.he} could really do it
"look at me!" {A} called || {R.the} clapped {R.his} hands || "I knew that you could do it," said {R.the}
@alone_end
? @lesson_time
Q what did {A.n} want to learn? => {A.n} wanted to learn to {skill}.
Q who helped {A.n}? => {A.his} {R} helped {A.n}.
== A:any B:same P:out | a storm
one [afternoon|day] {A} was {at}, {doing} || {A} and {B}, {B.desc}, had spent the whole morning {at}
then the sky grew dark, and the wind began to blow || suddenly big drops of rain began to fall || there was a flash of lightning, and then loud thunder
{A} was afraid of thunder || "we must find a dry place," said {A} || {A} looked around, but there was no roof anywhere
{A.he} ran as fast as {A.he} could || {A.he} hid under a tree, but the rain came through the leaves
--
then {A} saw a small [hut|cave|barn] with a light in it || "come in here!" a voice called. It was {B}
{B} was already sitting inside, and {B.he} moved over to make room || inside it was dry and warm, and {B} [had lit a small fire|gave {A.him} a blanket]
they sat close together and listened to the rain || to forget the storm, {B} told a [long|funny] story || they shared a piece of bread and waited
? whenever it thundered, they counted together until the next flash || "thunder is only a noise," said {B}. "it cannot hurt you"
after an hour the rain stopped || little by little the storm moved away
when they went outside, everything [smelled fresh|was shining|was wet and bright] || over the hills stood a great rainbow
@happy_end
Q what was {A.n} afraid of? => {A.n} was afraid of the storm.
Q where was {A.n} when the storm began? => {A.n} was {at}.
Q who was with {A.n}? => {B.n} was with {A.n}.
== A:any B:same | a quarrel between friends
{A} and {B} were good friends || {A} had a friend named {B.n}, and they played together every day
one day they found {T.a} {at} || one day they were {at}, and both of them wanted to have the {T}
"it is mine," said {A}. "I saw it first" || "give it to me!" said {B}. "no, it belongs to me," said {A}
both of them pulled until it [fell to the ground|almost broke] || they shouted at each other and became very angry
then {B} turned around and went home without a word || "I will never play with you again," said {B}, and ran away
--
now {A} had the {t}, but {A.he} was not happy || {A} tried to play alone, but it was boring || that night {A} could not sleep
{A.he} thought about all the things they had done together || "what is a {t} worth without a friend?" {A.he} thought
the next morning {A} went to {B's} house and knocked at the door || early the next day {A} took the {t} and went to look for {B}
"I am sorry," {A} said. "please take the {t}" || "I was wrong," said {A}. "let us share it"
"I am sorry too," said {B}. "we can use it together" || {B} smiled and gave {A.him} a hug
so they [shared the {t}|took turns], and it was twice as much fun || since then, they have shared everything
@happy_end
Q what did they quarrel about? => they quarrelled about {T.a}.
Q who said sorry first? => {A.n} said sorry first.
Q who was {A.n}'s friend? => {B.n} was {A.n}'s friend.
== A:any B:wise | lost in the forest
one [morning|afternoon] {A} went into the forest to look for [mushrooms|berries|nuts] || {A} had never been deep in the forest before
{A.he} followed [a butterfly|a small stream|a narrow path] and did not look back || there were so many berries that {A} went farther and farther
when {A.he} wanted to go home, all the trees looked the same || suddenly {A.he} did not know where {A.he} was
{A} called for help, but nobody answered || it grew dark, and strange sounds came from the trees || {A.his} heart beat fast
? {A.he} sat down on a stone and tried not to cry || "I must stay calm," {A.he} told {A.self}
--
then {A} heard a soft voice above {A.him}. It was {B}, {B.desc} || on a branch sat {B}, {B.desc}
"are you lost, little one?" {B} asked || "what are you doing here so late?" asked {B}
"I cannot find the way home," said {A} || {A} told {B.him} what had happened
"follow the [stream|river|brightest star]," said {B}. "it will lead you to the village" || "I know every tree in this forest," said {B}. "follow me"
{B} went ahead, and {A} followed step by step || so they walked through the dark forest, and {A} was not afraid any more
at last {A} saw the lights of {A.his} home || after an hour they came to the edge of the forest, and there was {A's} home
"thank you," said {A}. "how can I repay you?" || {A} turned around to thank {B}, but {B} was already gone
? "next time, look back from time to time," said {B}, "so that you know the way" || "bring me a nut when you come again," said {B} with a smile
@alone_end
Q where did {A.n} get lost? => {A.n} got lost in the forest.
Q who showed {A.n} the way? => {B.n} showed {A.n} the way.
== A:child B:child | a new child at school
{A} had just moved to a new town || it was {A's} first day at the new school
{A.he} did not know anyone there || {A.he} was nervous and held {A.his} bag very tight || the other children were all talking, but nobody talked to {A}
at noon {A} sat alone {at3} and ate {A.his} bread || in the break {A} stood by the wall and looked at {A.his} shoes
--
then {B.kind.a} with {hair} hair came and sat down beside {A.him} || then {B} came up to {A.him} with a smile
"hello, I am {B.n}," {B.he} said. "what is your name?" || "my name is {B.n}," said {B}. "are you new here?"
"I am {A.n}," said {A} quietly || {A} told {B.him} {A.his} name and where {A.he} came from
"do you like to [draw|read|play ball|sing]?" asked {B}. "yes, very much," said {A} || {B} showed {A.him} the whole school || they found out that they both liked [animals|stories about the sea|drawing]
? {B} gave {A} half of {B.his} apple || "you can sit next to me," said {B}
after school they walked home together || in the afternoon they played {at} until it got dark
when {A} came home, {A.his} {R} asked, "how was your day?" "wonderful," said {A}. "I have a friend" || that evening {A} told {A.his} {R} everything about {B}
@happy_end
Q who was new at school? => {A.n} was new at school.
Q who was kind to {A.n}? => {B.n} was kind to {A.n}.
== A:any R | planting a seed
one spring morning, {A} got a small brown seed from {A.his} {R} || {A} found a small seed in {A.his} pocket. {A.his} {R} had given it to {A.him}
"what will it become?" {A} asked. "wait and see," said {R.the}
{A.he} made a hole in the earth, put the seed into it and covered it || {A.he} planted the seed in the garden, where the sun was shining all day
every day {A} gave it some water || every morning {A.he} ran to the garden to look
but nothing happened. One day passed, and then another || for a long time there was only brown earth to see
"perhaps the seed is asleep," said {A} || {A} grew impatient and wanted to dig it up, but {R.the} said, "give it time"
--
then, after a warm rain, a tiny green leaf came out of the earth || and one morning there was a small green point in the earth
it grew and grew, first as high as {A's} hand, then as high as {A's} knee || in summer the plant was taller than {A}
at the end of the summer it had [a great yellow flower|big red tomatoes|a huge orange pumpkin] || and one day it opened its first flower, and the bees came to visit it
{A} was very proud || "I made it grow," said {A}. "the sun and the rain helped you," said {R.the} || all the neighbours came to look at it
? in autumn {A} collected the new seeds and kept them in a box for the next spring || {A.he} gave the new seeds to {A.his} friends
@alone_end
? @lesson_time
Q what did {A.n} plant? => {A.n} planted a seed.
Q who gave {A.n} the seed? => {A.his} {R} gave it to {A.n}.
== A:child B:child P:out | building {build}
{A} and {B} had nothing to do || it was the first day of the holidays, and {A} and {B} met {at}
"let us build {build}," said {A} || "I have an idea," said {B}. "we could build {build}"
they collected everything they needed || first they made a plan and drew it on a piece of paper
{A} did the heavy work, and {B} had the good ideas || they worked the whole [morning|day] and forgot about lunch
but when it was almost finished, it fell apart || then the wind blew, and everything fell down || then {A} made a mistake, and a part of it broke
--
"all our work is lost," said {A} || {A} wanted to give up || {B} was so angry that {B.he} kicked a stone
"let us try it again," said {B}. "now we know what was wrong" || they sat down and thought about what they had done wrong || {A's} {R} came by and said, "you must make the [bottom|base] stronger"
so they started again, and this time they worked more slowly || the second time they were more careful
when the sun went down, it was finished || in the evening they stood in front of it, and it was even better than before
"it is the most beautiful {buildn} in the world," said {B} || all the other children came to see it || they were tired and dirty, and very proud
@happy_end
Q what did they build? => they built {build}.
Q who helped {A.n} to build it? => {B.n} helped {A.n}.
== A:child R F | a visit to the market
on [Saturday|Friday|Wednesday] {A} went to the market with {A.his} {R} || {A's} {R} gave {A.him} {few} coins and sent {A.him} to the market to buy {F}
there were baskets of apples, jars of honey and bunches of flowers || people were talking and laughing everywhere || the whole square smelled of bread and oranges
{A} walked from one table to the next and looked at everything || {A.he} held the coins tight in {A.his} hand
a [farmer|woman|man] with a [blue apron|straw hat|kind face] was selling {F} || then {A.he} saw {F} at a small table at the end of the square
--
"how much do they cost?" asked {A} || "I would like some {F}, please," said {A}
"[two|three|four] coins for a bag," was the answer || {A} counted the coins. There was one missing
? "never mind," said the seller. "you can bring me the last coin next week" || "you are a polite child," said the seller, and gave {A.him} one more
{A} thanked [the seller|everyone] and put the {F} into the basket || {A} paid and carried the heavy basket home
? on the way home the bag broke, and the {F} rolled down the street. A [boy|girl] helped {A.him} to pick them up || on the way home it began to rain, and {A} held {A.his} coat over the basket
at home they made {dish} for everyone || in the evening the whole family sat at the table and ate
@alone_end
Q where did {A.n} go? => {A.n} went to the market.
Q what did {A.n} buy? => {A.n} bought {F}.
== A:any B:same | afraid of the dark
{A} was not afraid of [water|dogs|heights|anything in the daytime], but {A.he} was afraid of the dark || every evening, when the light went out, {A} became afraid
in the dark every [shadow|chair|sound] seemed to be a monster || {A.he} pulled the blanket over {A.his} head and did not move
one night {A} heard a strange noise. It went [tap, tap, tap|scratch, scratch, scratch] || one night something was moving outside the window
{A.his} heart beat fast. "who is there?" {A.he} whispered || {A} wanted to hide, but {A.he} also wanted to know what it was
--
at last {A.he} took a [candle|lantern] and went to the window || slowly {A} got up and opened the door
it was only {B}, {B.desc}, who could not sleep either || there sat {B}, {B.desc}, and {B.he} was afraid too
"I heard a noise," said {B}, "and I did not want to be alone" || "I thought that you were a monster," said {A}, and they both laughed
they looked around together, and every monster became something they knew: a coat, a chair, a branch || they sat down by the window and looked at the moon and the stars
"the dark is not bad," said {B}. "it only hides things until the morning" || "without the dark, we could not see the stars," said {A}
since then, {A} has not been afraid at night || when {A} is afraid now, {A.he} thinks of the stars
@happy_end
Q what was {A.n} afraid of? => {A.n} was afraid of the dark.
Q who was outside? => {B.n} was outside.
== A:child B:child P:out | an old map
in the attic {A} found a dusty box, and in the box lay an old map || one rainy day {A} found an old map between the pages of a book
there was a red cross on it, near {P2} || on the map {A.he} could see {P2} and a small red cross
{A.he} ran to {A.his} friend {B.n} and showed {B.him} the map || "look at this!" {A} said to {B}. "perhaps it shows a treasure"
they took a spade, a lantern and some bread, and started at once || the next morning they set out with a spade and a rope
--
they followed the map past {sight} and {sight2} || the way was long, and twice they took the wrong path
at last they stood {at2} || when they came to the right place, {A} counted [ten|twenty|twelve] steps
"here it must be," said {B} || they dug until their arms were tired
then the spade hit something hard || suddenly there was a dull sound under the spade
it was a small wooden box || they pulled out an old iron box
there was no gold in it. There was {T.a} and a letter || inside lay {T.a}, and under it a letter
"whoever finds this," said the letter, "shall [be as happy as I was|share it with a friend|take good care of it]"
? {A's} {R} read the letter and began to smile. "I wrote it when I was a child," {R.he} said
@happy_end
Q what did {A.n} find in the box? => {A.n} found {T.a} and a letter.
Q who went with {A.n}? => {B.n} went with {A.n}.
== A:child R T:hard | a broken {t}
{A} was playing with a ball in the house, although it was not allowed || one day {A} was running through the house
suddenly there was a loud crash. The {T} of {A.his} {R} lay on the floor in pieces || {A.he} bumped against the table, and the {T} of {A.his} {R} fell down and broke
{A} was frightened. "what shall I do now?" {A.he} thought || {A.his} face became hot
{A.he} hid the pieces [under the bed|in a drawer|behind the cupboard] || "I could say that the cat did it," {A.he} thought
--
in the evening {R.the} asked, "has anyone seen my {t}?" || at dinner {R.the} looked for the {t}
{A} could not eat anything || {A} looked at {A.his} plate and said nothing || {A's} stomach felt heavy like a stone
at last {A.he} stood up. "I broke it," {A.he} said. "I am very sorry" || then {A.he} could not bear it any longer and told the truth
? {R.the} was sad, because the {t} was very old || for a moment it was very quiet
"thank you for telling me," said {R.the}. "that was brave" || "a {t} can be mended," said {R.the}, "but a lie is harder to mend"
together they glued the pieces, and you could hardly see the cracks || the next day they mended it together
@lesson_honest
Q what did {A.n} break? => {A.n} broke the {T} of {A.his} {R}.
Q did {A.n} tell the truth? => yes, {A.n} told the truth.
== A:animal B:animal | a race
{A} was the fastest animal far and wide, and {A.he} talked about it all day || {A} was very proud of {A.his} quick legs
"nobody is faster than I am," {A} said to everyone || {A.he} laughed at {B}, {B.desc}, because {B.he} was so slow
? the other animals were tired of it || one day {B} had had enough
"let us have a race," said {B}. "from the old oak tree to the river" || "I will race against you," {B} said calmly. Everyone was surprised
the next morning all the animals came to watch || {crow_n} the crow gave the signal, and they started
--
{A} ran ahead and was soon out of sight || {A} ran so fast that the dust flew
after a while {A} looked back. {B} was far behind. "I have time for a little rest," {A.he} thought || halfway there {A} found some sweet berries and stopped to eat
{A.he} lay down in the grass and fell asleep || the sun was warm, and soon {A} was asleep
{B} went on, step by step, without a break || {B} walked past {A.him} without a sound
when {A} woke up, the sun was already low || loud voices woke {A} up
{A.he} ran as fast as {A.he} could, but {B} was already at the river || {A.he} jumped up and ran, but it was too late
all the animals cheered for {B} || "you are faster than I am," said {B}, "but I did not stop"
since then, {A} has not laughed at slow animals any more || {A} was ashamed and said sorry, and {B} forgave {A.him}
Q who won the race? => {B.n} won the race.
Q why did {A.n} lose? => {A.n} lost because {A.he} fell asleep.
== A:child B:old | a letter
one morning the postman brought a letter for {A} || {A} had never got a letter before. But one day there was a blue envelope in the box
it was from {B}, {B.desc}, who lived {far} || on the back stood the name of {B}, {B.desc}
"dear {A.n}," {A.he} read, "I am alone here and would like to see you" || "dear {A.n}," said the letter, "the [apples|cherries|plums] are ripe. Come and visit me"
{A} was so glad that {A.he} read the letter three times || {A} showed the letter to {A.his} {R}
--
the next day {A} packed a small bag and set out || on Sunday {A.he} took the [bus|train] to visit {B.him}
{B} was already waiting at the door || "how much you have grown!" said {B}
they drank tea and ate {dish} || they sat by the window, and {B} told {A.him} about the old days
? {B} showed {A} an old {t}. "I got it when I was as old as you," {B.he} said || they looked at old pictures and laughed a lot
when it was time to go, {B} gave {A.him} a small present || in the evening {A} had to go home
"please write to me," said {B} || "I will write to you every week," {A} said
and {A} did. Every Sunday {A.he} wrote a long letter to {B} || since then, there has always been a letter on its way between them
Q who wrote to {A.n}? => {B.n} wrote to {A.n}.
Q where did {B.n} live? => {B.n} lived {far}.
== A:child B:child | a snowy day
when {A} woke up, the whole world was white || in the night it had snowed, and now everything was white and quiet
{A.he} put on {A.his} warm coat, {A.his} hat and {A.his} gloves || {A} jumped out of bed and ran to the window
outside {A.he} met {B}, {B.desc} || {B} was already waiting in front of the door with a sled
they threw snowballs and ran through the deep snow || they pulled the sled up the hill and slid down again and again
then they built a snowman with a carrot for a nose || they made a snowman and gave him an old hat
--
? suddenly {B} slipped and fell. "are you hurt?" asked {A}. "no," laughed {B}, "snow is soft" || the sled hit a stone and turned over, and they both rolled in the snow
soon their fingers were cold and their noses were red || when it began to get dark, they were cold and hungry
{A's} {R} called them and made hot chocolate || they went inside and sat down by the warm stove
"I wish that the snow would stay for ever," said {B} || outside it began to snow again
@happy_end
Q what was the weather like? => it was snowy and cold.
Q what did they build? => they built a snowman.
== A:child R:grand | looking at the stars
one clear night {A} could not sleep || on a warm summer evening, {A} sat outside with {A.his} {R}
{A.his} {R} took {A.him} by the hand and led {A.him} outside || they spread a blanket on the grass and looked up
the sky was full of stars || there were more stars than {A} could count
"how far away are they?" asked {A} || "what are the stars made of?" {A} asked
"very, very far," said {R.the}. "their light travels for many years" || "they are suns like ours," said {R.the}, "but much farther away"
--
{R.the} showed {A.him} the [great bear|bright evening star|moon] || they gave the stars names, one after the other
then a shooting star crossed the sky || suddenly a bright line flew across the dark sky
"make a wish," said {R.the} || {A} closed {A.his} eyes and made a wish
"what did you wish for?" asked {R.the}. "it is a secret," said {A} || {A} wished that they could sit there for ever
? it grew cold, and {R.the} put {R.his} coat around {A} || an owl called in the distance
{A} fell asleep, and {R.the} carried {A.him} to bed || at last they went inside, tired and happy
@alone_end
Q what did they look at? => they looked at the stars.
Q who was with {A.n}? => {A.his} {R} was with {A.n}.
== A:any B:same P:out | the big fish
{A} and {B}, {B.desc}, went fishing by the lake || early in the morning, {A} went to the river to catch a fish
{A.he} threw the line into the water and waited || @weather_good
for hours nothing happened || {A} waited one hour, and then another
"perhaps there are no fish here," said {A} || {B} came and sat down beside {A.him}. "you must be patient," {B.he} said
then the line moved. Something very strong was pulling || suddenly the line became tight
{A} pulled with all {A.his} strength, and {B} held {A.him} so that {A.he} did not fall into the water || "help me!" called {A}, and {B} took hold of the line too
--
at last they pulled a huge silver fish out of the water || it was the biggest fish they had ever seen
the fish looked at them and opened its mouth || "please let me go," the fish seemed to say
{A} looked at {B}, and {B} looked at {A} || "it is so beautiful," said {A}
so they put it back into the water, and it swam away || "let us set it free," {A} said, and {B} agreed
in the evening they ate bread and cheese, and they were content || nobody believed their story, but they knew that it was true
@happy_end
Q what did {A.n} catch? => {A.n} caught a huge fish.
Q what did they do with the fish? => they put it back into the water.
== A:child B:old | a journey by train
{A} had never been on a train before || today was a special day, because {A} was going to the city by train
{A.he} and {A.his} {R} stood on the platform and waited || with a loud whistle the train came in
they found two seats by the window || {A} pressed {A.his} nose against the window
outside, fields, rivers and small houses flew by || {A.he} counted the bridges and the cows
--
a man with a [blue cap|grey beard] came and looked at their tickets || across from them sat {B}, {B.desc}
? then the train stopped in the middle of a field. A sheep was standing on the rails || {A} ate an apple and shared some bread with {A.his} {R}
? "where are you going?" {B} asked. "to the big city," said {A}
at noon they arrived in the city || then {A} saw the first high houses
there were so many people, cars and lights that {A} did not know where to look first || they visited a museum with old ships and a tall tower
"do you like it?" asked {R.the}. "yes," said {A}, "but it is very loud here" || they ate ice cream by the river and looked at the boats
in the evening they took the train back, and {A} slept the whole way || on the way home {A} told {R.the} everything again from the beginning
@alone_end
Q how did {A.n} travel? => {A.n} travelled by train.
Q with whom did {A.n} travel? => {A.n} travelled with {A.his} {R}.
== A:old B:child | a village without water
it had not rained for many weeks, and the well in the village was dry || one hot summer the well in the village square ran dry
the gardens turned brown, and the animals were thirsty || everybody was worried, because there was no water
{A}, {A.desc}, called all the people together || "what shall we do?" the people asked {A}, {A.desc}
"we must dig a new well," said one. "we must leave," said another || everyone shouted, and nobody listened
--
then a child stood up. It was {B} || but {B}, {B.desc}, had been listening quietly
"I know where the grass is still green," said {B} || "behind the hill there is a place where the frogs still croak," {B} said
some people laughed, but {A} did not || "let us look," said {A}
they went there and began to dig, and everyone helped || they dug all day, and the children carried the earth away
in the evening the earth became wet, and then clear water came up || suddenly there was a soft sound, and water filled the hole
the people cheered and lifted {B} onto their shoulders || everyone drank, and nothing had ever tasted so good
"sometimes the smallest one sees the most," said {A} || from then on, the people listened to everyone, big or small
Q what was wrong in the village? => there was no water in the village.
Q who knew where the water was? => {B.n} knew where the water was.
== A:child B:old | learning to play the {instr}
every evening {A} heard music from the house next door || {B}, {B.desc}, played the {instr} every evening
{A} sat down under the window and listened || the music was so beautiful that {A} forgot everything else
one evening the door opened. "would you like to come in?" {B} asked || one day {A} took heart and knocked at {B's} door
"can you teach me to play?" asked {A} || "I would like to play like that," said {A}
{B} gave {A.him} the {instr} and showed {A.him} how to hold it || "it will take some time," said {B}, "but you have good ears"
at first it sounded [terrible|like a cat]. Even the dog ran away || the first notes were not beautiful at all
--
but {A} came back every day and practised || week after week {A} practised the same short song
in winter {A} could play {A.his} first song || little by little the sounds became music
at the spring feast {A} played in front of the whole village || one evening {A} played for {A.his} {R}
{A.his} hands were shaking, but then {A.he} thought only of the music || first {A} played alone, and then {B} joined in
when {A.he} had finished, everyone clapped || there were tears in {B's} eyes. "now I have nothing more to teach you," {B.he} said
@happy_end
Q what did {A.n} learn to play? => {A.n} learned to play the {instr}.
Q who taught {A.n}? => {B.n} taught {A.n}.
== A:child B:cat | a cat in a tree
{A} had a cat named {B.n} || one day {A} could not find {A.his} cat {B.n}
then {A.he} heard a thin meow. {B} was sitting high up in a tree || {B} had chased a bird and climbed up a tall tree, and now {B.he} did not dare to come down
"come down, {B.n}!" called {A}, but {B} only meowed || {A} held up a piece of fish, but {B} did not move
{A} wanted to climb up, but the branches were too thin || the tree was too high for {A}
--
a neighbour brought a long ladder || {A.he} ran to get {A.his} {R}, who brought a ladder
{R.the} held the ladder, and {A} climbed up slowly || step by step {A} climbed up
? the ladder was shaking, but {A} did not look down || halfway up, the wind blew, and {A} held on tight
at last {A.he} could reach {B} and took {B.him} in {A.his} arm || "do not be afraid, I am with you," said {A}, and put the cat into {A.his} coat
when they were on the ground again, {B} began to purr || as soon as they were down, {B} jumped to the ground as if nothing had happened
at home {B} got a bowl of milk and slept the whole day || "next time, climb on the sofa," said {A}, and everybody laughed
@alone_end
Q where was the cat? => the cat was in a tree.
Q what was the cat called? => the cat was called {B.n}.
== A:any B:same | soup for a sick friend
{B}, {B.desc}, was {A's} best friend || every morning {A} met {A.his} friend {B.n} {at}
but one morning {B} did not come || but one day {B} was not there
{A} waited for a long time, and then {A.he} went to {B's} home || {A} was worried and went to look for {B.him}
{B} was lying in bed with a red nose and a hot head || "I am ill," said {B} in a weak voice
"stay in bed," said {A}. "I will take care of you" || {A} put a blanket over {B.him} and made a fire
--
{A} cut carrots, potatoes and onions and cooked a big pot of soup || {A} cooked soup and made tea with honey
? while {B} ate, {A} told {B.him} a funny story || {A} opened the window a little, so that fresh air came in
"you are a good friend," said {B}, and fell asleep || {B} ate two bowls of soup and felt a little better
{A} stayed with {B.him} all night || for three days {A} came back every morning and every evening
after a few days {B} was well again || on the fourth day {B} could get up
but then {A} began to sneeze. "now it is my turn," said {B}, and {B.he} cooked soup for {A} || they went outside together and enjoyed the sun
@happy_end
? @lesson_help
Q who was ill? => {B.n} was ill.
Q what did {A.n} cook? => {A.n} cooked soup.
== A:fox B:crow | a clever trick
{B} the crow had found a piece of [cheese|bread|cake] and sat with it on a branch || {B}, a black crow, was sitting in a tree with a big [walnut|piece of cheese] in {B.his} beak
{A} the fox was hungry and saw it || under the tree came {A} the fox, who had not eaten all day
"what a lovely day," said {A}. "please sing a song for me" || "I have heard that you are the best singer in the forest," {A} said. "is that true?"
{B} knew that trick, for {B.his} grandmother had told {B.him} about it || {B} thought for a moment and was not so silly
{B.he} put the food [under {B.his} foot|into a hole in the tree] before {B.he} opened {B.his} beak
"I will gladly sing," said {B}, and {B.he} sang a long and terrible song || "caw, caw!" sang {B}, so loudly that {A} covered {A.his} ears
--
{A} looked up, but nothing fell down || "thank you," said {A} unhappily. "that was very... loud"
"are you hungry?" asked {B} || {B} laughed. "you only had to ask me," {B.he} said
"yes," {A} said quietly, and looked at the ground || {A} was ashamed. "I am sorry that I tried to trick you," {A.he} said
so {B} broke the food into two pieces and threw one down || {B} gave {A.him} half of it, and they ate together
since then, {A} has always asked politely || after that, the fox and the crow often met at the tree
Q who was hungry? => {A.n} the fox was hungry.
Q did the trick work? => no, the trick did not work.
== A:keeper B:child | a light in the fog
on a rock by the sea stood a tall white lighthouse || far out at the edge of the sea stood a lighthouse
{A}, {A.desc}, lit the lamp there every night || there lived {A}, {A.desc}. Every evening {A.he} climbed the stairs and lit the lamp
one [autumn|winter] night a thick fog came from the sea, and {A} was ill || one stormy night {A} fell on the stairs and hurt {A.his} leg
{A.he} could not climb the stairs || "the lamp must burn," {A.he} said, "or the ships will hit the rocks"
{B}, {B.desc}, lived in the house below and saw that the light was dark || {B} saw from the window that there was no light
--
{B.he} ran to the lighthouse as fast as {B.he} could || {B} took a lantern and ran through the wind
"I will do it," said {B} || "tell me what I must do," {B} said
there were two hundred steps. {B} counted every one of them || {B} climbed higher and higher. The wind shook the windows
at the top {B.he} lit the lamp with shaking hands || then the great lamp began to burn, and its light went out over the sea
far away a ship's horn answered || a ship that had been close to the rocks turned away just in time
in the morning the captain came to say thank you || the next day the sailors brought a big basket of fish
"from now on, you are my helper," said {A} || {A} was very proud of {B}
Q who lit the lamp? => {B.n} lit the lamp.
Q why was the lamp dark? => the lamp was dark because {A.n} could not climb the stairs.
== A:child B:puppy | a new puppy
{A} had wished for a dog for a long time || for years {A} had asked for a dog, but {A.his} {R} always said, "later"
one day {R.the} came home with a [basket|box], and something was moving in it || on {A's} birthday there was a box with holes on the table
it was a small {Tcol} puppy with [long ears|a white paw|big dark eyes] || out of it looked a small {Tcol} puppy
"what shall we call {B.him}?" asked {R.the}. "{B.n}," said {A} at once || {A} called the puppy {B.n}
but {B} was not easy. {B.He} chewed the shoes and barked at the moon || in the first night {B} cried, and {A} put {A.his} hand on {B.him} until {B.he} slept
--
{A} took {B} for a walk every morning, even when it rained || every day {A} brushed {B} and gave {B.him} food and water
? one day {B} ran away after a cat. {A} called and called, and at last {B} came back with a dirty nose || {A} taught {B} to sit and to bring back a ball
"it is a lot of work," said {A} to {A.his} {R}, "but I do not mind" || "you take good care of {B.him}," said {R.the}
when {A} was sad, {B} put {B.his} head on {A.his} knee || soon they understood each other without words
wherever {A} went, {B} went too || and every evening {B} slept at the foot of {A's} bed
@alone_end
Q what was the puppy called? => the puppy was called {B.n}.
Q who brought the puppy? => {A.his} {R} brought the puppy.
== A:any B:same P:out | a picnic
on a sunny day {A} said to {B}, {B.desc}, "let us have a picnic" || {A} and {B}, {B.desc}, wanted to have a picnic {at}
{A} brought {F} and bread, and {B} brought cheese and juice || they packed a basket with {F}, bread and a cake
they spread a blanket on the ground || @place
@weather_good || they wanted to begin to eat
but then a line of ants came and marched across the blanket || but suddenly a strong wind blew the {t2} away || but then dark clouds came, and it began to rain
--
"oh no!" cried {B} || "our picnic!" cried {A}
{A} thought for a moment. Then {A.he} had an idea || at first they were angry, but then they had to laugh
they [carried everything|moved] to {sighti} and started again || they took the basket and ran to a dry place under a big tree
"it is even nicer here," said {B} || there they found a better place than before
they ate everything until the last crumb || after the meal they told each other stories and looked at the sky
? a small bird came, and they gave it some crumbs || {B} fell asleep in the grass
@happy_end
Q what did they have? => they had a picnic.
Q what did {A.n} bring? => {A.n} brought {F} and bread.
== A:clock B:child | the clock that stopped
in the middle of the village stood a tall tower with a big clock || everyone in the village looked at the big clock on the tower
one morning the clock stopped || one day the hands of the clock did not move any more
the baker baked too late, the children came too late to school, and the rooster was confused || nobody knew what time it was any more
{A}, {A.desc}, climbed the tower and looked at the wheels || the people went to {A}, {A.desc}, for help
{A.he} cleaned every wheel, but the clock did not move || {A.he} worked all day, but could not find the mistake
--
{B}, {B.desc}, had come along to watch || "may I look too?" asked {B}, {B.desc}
{B} was small and could crawl behind the big wheels || {B} held the lamp and looked into every corner
"here is something!" {B.he} called || there {B.he} saw a nest between two wheels
a [mouse|swallow|sparrow] had built a nest there, with four little ones in it || in the nest were three small eggs
"what shall we do now?" asked {B}. "we wait," said {A} || {A} scratched {A.his} head. "we cannot throw them out," {A.he} said
so the village lived without a clock for [three|four] weeks || for a few weeks nobody knew the time, and nobody minded
when the little ones were big enough, they left the nest, and the clock began to tick again || then one morning the nest was empty, and the bell rang out over the roofs
Q why did the clock stop? => the clock stopped because there was a nest between the wheels.
Q who found the nest? => {B.n} found the nest.
== A:child R | a picture for {R.the}
{A} loved to paint || {A} wanted to paint a picture for {A.his} {R}
{A.he} sat down {at} and looked at {sight} || "I will paint {sight}," {A.he} thought
first {A.he} drew everything with a pencil || {A.he} took {A.his} brushes and {A.his} paint and began
then a big drop of {Tcol} paint fell onto the middle of the picture || then the wind came and blew sand onto the wet paint || then {A.his} brush slipped and made a long {Tcol} line
"now it is ruined," said {A} || {A} almost tore the picture into pieces
--
but then {A.he} looked at it again. The spot looked like [a bird|a small boat|the sun|a flower] || {A} turned the picture around and thought about it
{A.he} added two lines and a dot, and now it was really [good|alive] || with a few lines {A} made something new out of it
{A.he} gave the picture to {A.his} {R} || in the evening {A} showed the picture to {A.his} {R}
"I like this part most of all," said {R.the}, and pointed to the spot || {R.the} looked at it for a long time. "how did you think of that?" {R.he} asked
"it was a mistake," said {A}, and they both laughed || "it just happened," said {A}
now the picture hangs {at4} || {R.the} hung it on the wall, where everyone could see it
@alone_end
Q what did {A.n} paint? => {A.n} painted {sight}.
Q for whom was the picture? => it was for {A.his} {R}.
== A:old B:stranger | a stranger at the door
one cold evening someone knocked at {A's} door || it was late, and the wind was howling, when {A} heard a knock at the door
outside stood a stranger in a wet coat || there stood {B}, {B.desc}, wet and tired
"please, may I warm myself by your fire?" asked the stranger || "I have walked all day," said the stranger. "have you got a place for me?"
{A} did not have much, only a little bread and soup || {A} was poor, and there was only one bed in the house
but {A.he} opened the door wide. "come in," {A.he} said || "what I have, I will share," said {A}
--
they ate the soup together, and the stranger told stories of faraway lands || {A} gave the stranger the warm place by the stove and slept on the floor
? the stranger's name was {B.n}, and {B.he} had seen the whole world || the fire burned low, and the rain fell on the roof
in the morning the stranger was gone || when {A} woke up, the bed was empty
on the table lay {T.a} and a small note || but on the table {A} found {T.a}
"thank you for your kindness," it said. "it is worth more than gold" || "for the one who shares," was written on it
{A} kept it for {A.his} whole life || since then, there has always been a light in {A's} window for people on the road
Q who knocked at the door? => a stranger knocked at the door.
Q what did the stranger leave? => the stranger left {T.a}.
== A:child R T | saving coins for {T.a}
in the window of a shop {A} saw {T.a} || every day {A} stopped in front of the shop window, because there was {T.a} in it
"it costs [twenty|thirty|fifteen] coins," said the woman in the shop || {A} counted {A.his} money. It was not enough
"then you must save," said {A.his} {R} || {A} decided to earn the money
so {A} swept the yard, watered the neighbour's flowers and carried wood || {A.he} helped the baker in the morning and fed the hens in the evening
for each job {A.he} got a coin, and {A.he} put it into a jar || week by week the jar became heavier
--
at last {A} had enough, and {A.he} ran to the shop || after two months the jar was full
but on the way {A.he} saw {B.kindold.a} who was crying || but then {A's} {R} fell ill and needed medicine
{A} looked at the jar for a long time || it was a hard choice
then {A.he} gave the coins away || {A.he} used the money to help
? the shop window was empty the next day, and {A} swallowed hard || "I can save again," {A.he} thought
on {A's} birthday there was a parcel on the table. It was the {T} || a week later someone put a parcel in front of the door. In it was the {T}
"a kind heart should not wait," said the note || nobody knew who had sent it, but {R.the} was smiling
@alone_end
Q what did {A.n} want to buy? => {A.n} wanted to buy {T.a}.
Q how did {A.n} get money? => {A.n} worked and saved coins.
== A:child B:child | the school play
the children at {A's} school wanted to put on a play || "this year we will play a story about a king and a dragon," said the teacher
{A} wanted to be the [king|queen|dragon], but {B} got the part. {A} had to be a tree || {A} got only a very small part. {A.he} was a tree
{A} was disappointed || "a tree does not say anything," {A} said sadly
"every part is important," said the teacher || at home {A.his} {R} said, "a play without a forest would be sad"
so {A} practised to stand still, and {A.he} learned all the words of the others too || still, {A} came to every rehearsal and listened
--
then came the great evening, and the hall was full || on the evening of the play all the parents were there
{B} stepped onto the stage, opened {B.his} mouth, and forgot everything || in the middle of the play {B} could not remember {B.his} words
it was very quiet. {B} became quite pale || everyone was waiting
then the tree began to whisper. {A} knew every word || {A} whispered the words, so softly that nobody else could hear it
{B} smiled and went on || {B} took a deep breath and said the words
at the end everyone clapped, and {B} pulled {A} to the front || "you saved the play," said {B} afterwards
@happy_end
Q who forgot the words? => {B.n} forgot the words.
Q who helped? => {A.n} helped {B.n}.
== A:any B:tiny P:out | a magic stone
one day {A} found a smooth {Tcol} stone {at} || {A} was {at} when {A.he} saw a {Tcol} stone that glowed like fire
when {A.he} picked it up, it was warm || as soon as {A.he} touched it, a small voice said, "good day"
"I am a magic stone," said the voice. "you have one wish" || "who picks me up, has one wish," said the stone
{A} thought for a long time. {A.he} could wish for [gold|a castle|a hundred cakes] || "a wish?" said {A}. "I must think about it"
--
then {A} saw {B}, {B.desc}, who was [too weak to walk|caught in a net|very cold and hungry] || just then {B}, {B.desc}, came along and was crying
{A} did not think any longer. "I wish that {B.n} is well," {A.he} said || "then I wish that {B} is happy again," said {A}
the stone shone brightly, and {B} jumped up and laughed || there was a bright light, and then {B} could run and jump again
the stone became grey and cold || now it was only a stone like any other
"are you not sad that your wish is gone?" asked {B} || "you gave your only wish away," said {B}. "why?"
"no," said {A}. "now I have a friend" || "it was a good wish," said {A}
@happy_end
Q what did {A.n} find? => {A.n} found a {Tcol} stone.
Q for whom did {A.n} use the wish? => {A.n} used the wish for {B.n}.
== A:bear B:bee | a pot of honey
{A} the bear loved honey more than anything else || there was once a bear named {A.n} who thought of honey all day long
in an old tree lived {B}, a small bee, with all {B.his} sisters || one day {A.he} smelled honey in a hollow tree. {B} the bee lived there
{A} put {A.his} big paw into the tree || "I will just take a little," said {A}
"stop!" cried {B}. "we have worked for it all summer" || the bees came out and buzzed around {A.his} head
{A} ran away and jumped into the river || a bee stung {A.him} in the nose, and {A.he} howled
--
the next day it was very windy, and the old tree fell down || then a storm broke the tree, and the bees had no home any more
{A} saw that the bees were sad || {B} was sitting on the ground and did not know what to do
"I know another tree," said {A}. "I will carry your honey there" || {A} lifted the heavy trunk and brought it to a safe place
all day {A} helped the bees, and {A.he} did not eat any honey || very carefully {A} carried everything to the new home
"you have worked hard," said {B}. "this is for you" || the bees gave {A} a whole pot of honey
it was the sweetest honey that {A} had ever eaten || since then, {A} has always asked before {A.he} took anything
Q what did {A.n} love? => {A.n} loved honey.
Q how did {A.n} help the bees? => {A.n} carried their honey to a new home.
== A:any B:same P:out | the wind and the hat
{A} had a new {Tcol} hat and was very proud of it || {A.his} {R} had given {A} a {Tcol} hat
but when {A} was {at}, a strong wind came and blew the hat away || one windy day the wind took the hat from {A.his} head
{A} ran after it, over the bridge and across the field || the hat flew up, over the roofs and over the trees
"stop, hat!" called {A}, but the wind did not listen || each time {A} almost had it, the wind blew again
--
at last the hat landed in a tall tree || then it fell into the river and floated away like a small boat
{B}, {B.desc}, had seen everything || by chance {B}, {B.desc}, was just there
{B} took a long stick and got the hat back || "wait," said {B}. "I can help you." A moment later {B.he} had the hat
the hat was wet and had a hole, but {A} was glad || it was a little dirty, but {A} did not care
? "you should tie it on with a ribbon," said {B}, and gave {A.him} one || {B} sewed a button on it, and now it was prettier than before
@happy_end
Q what did the wind take? => the wind took {A.n}'s {Tcol} hat.
Q who got the hat back? => {B.n} got it back.
== A:adult B:child | a day with {A.job.the}
every morning, long before the sun came up, {A} went to work || {A} was {A.job.a} and worked {A.workplace}
{A.he} liked {A.his} work, because {A.he} could {A.does} || all the people in the village knew {A} and liked {A.him}
one day {B}, {B.desc}, came in and watched {A.him} || one morning {B} stood at the door. "may I watch?" {B.he} asked
"of course," said {A}. "you can even help me" || "come in," said {A}, "there is enough to do"
{A} showed {B.him} {A.tool} and told {B.him} what it was for || {A} gave {B.him} an apron that was much too big
--
{B} asked a hundred questions, and {A} answered them all || {B} worked so hard that {B.his} cheeks became red
? once {B} made a mistake and was frightened. "I have made that mistake a hundred times," said {A} || at noon they shared some bread and {F}
in the evening {B} was tired and proud || when the day was over, {A} gave {B.him} a coin and a smile
"when I am big, I want to be {A.job.a} too," said {B} || "may I come again tomorrow?" asked {B}
"you are welcome every day," said {A} || {A} laughed. "then I must get a smaller apron," {A.he} said
and so {B} came back every [week|Saturday], and learned more and more || many years later, {B} became {A.job.a}, just like {A}
Q what was {A.n}'s job? => {A.n} was {A.job.a}.
Q who came to help? => {B.n} came to help.
== A:child P:any | a day {at}
in the morning {A} got up early and opened the window || on [Sunday|Saturday] {A} had nothing to do
@weather_good
{A} washed {A.his} face, ate some bread with jam and put on {A.his} shoes || for breakfast there was bread with honey
then {A.he} went out. {A.he} wanted to spend the day {at} || {A.his} {R} asked, "shall we go out together?" so they spent the day {at}
@place
--
{A} spent the whole morning {doing} || first {A.he} spent some time {doing}, and then {A.he} sat down to rest
? there {A.he} saw {animal.a} with {animallook} || {animal.a} came by and looked at {A.him}
at noon {A.he} ate {F} and bread || at noon {A.his} {R} brought {A.him} some {F}
? {B} came by, and they played together || {B}, {B.desc}, greeted {A.him}, and they talked for a while
in the afternoon {A} was {doing2}, and time went by quickly
when the sun went down, {A} walked home || in the evening {A.he} was tired and a little dirty
? at home there was {dish} for dinner || at home {A} told {A.his} {R} about everything that {A.he} had seen
@alone_end
Q where did {A.n} spend the day? => {A.n} spent the day {at}.
Q what did {A.n} eat at noon? => {A.n} ate {F}.
== A:any B:same P:out | a visit to {B}
one day {A} wanted to visit {B}, {B.desc}, who lived {at2} || {A} was on {A.his} way to {B}, {B.desc}
{cause}, so {effect} || because {cause}, {effect}
{A} went slowly and looked at everything || {A} did not mind and walked on
? {cause2}, so {effect2} || {effect2}, because {cause2}
when {A} arrived, {B} was {doingb} || at last {A.he} reached {P2}
--
"I am glad that you came," said {B} || "you are late," said {B}, and smiled
"{cause}, so {effect}," {A} said || {A} told {B} about the way, and {B} listened
"then sit down and rest," said {B}. "I have made {dish}" || {B} brought {F} and cool water
they talked about the [weather|old days|garden|holidays] and about their friends || they talked for so long that they did not notice how it grew dark
"stay here tonight," said {B}, and {A} was glad to stay || in the evening {B} brought {A} home
@happy_end
Q whom did {A.n} visit? => {A.n} visited {B.n}.
Q where did {B.n} live? => {B.n} lived {at2}.
== A:any B:same T | a present for {B.n}
tomorrow was the birthday of {B}, {B.desc} || {A} wanted to give {A.his} friend {B.n} a present
but {A} had no money || {A} did not know what {B} would like
"what would {B.n} like?" {A} thought || {A.he} looked {at}, but {A.he} did not find the right thing
then {A} remembered that {B} had always wanted {T.a} || then {A} thought of {A.his} own {T}. It was the best thing {A.he} had
so {A} decided to make one with {A.his} own hands || {A} worked all night and made {T.a} for {B.him}
? it was not easy, and {A} had to start three times || {A.his} {R} helped {A.him} a little
--
the next day {A} wrapped it in {Tcol} paper and went to {B} || in the afternoon everyone came to the party. There was cake and music
"happy birthday, {B.n}!" said {A} || {A} was nervous when {B} opened the parcel
{B} opened it, and {B.his} eyes became big || "{T.a}!" cried {B}. "how did you know?"
"it is not perfect," said {A}. "it is perfect, because you made it," said {B} || "this is the nicest present of all," said {B}
@happy_end
Q whose birthday was it? => it was {B.n}'s birthday.
Q what did {A.n} give {B.n}? => {A.n} gave {B.n} {T.a}.
== A:any B:same | crossing the river
{A} wanted to go to the other side of the river, where {F} grew || on the other side of the river lived {A's} {R}, and {A} wanted to visit {R.him}
but the bridge was broken || but after the rain the river was wide and fast
{A} walked up and down and looked for a way || "I cannot swim so far," said {A}
@meet
"do you want to cross the river too?" asked {A}. "yes," said {B} || "I have been waiting here since the morning," said {B}
--
{A} had a rope, and {B} found some old logs || "alone we cannot do it," said {A}, "but perhaps we can do it together"
they tied the logs together and made a raft || all morning they worked, and then the raft was ready
carefully they pushed it into the water || {A} held the pole, and {B} watched for stones
? in the middle of the river the raft began to turn. "hold on!" cried {A} || a wave came over the edge, and both of them got wet feet
at last they reached the other side || with a soft bump they landed in the sand
"we did it!" they cried || they shook hands and laughed
? since then, the raft has carried many others across the river || they tied the raft to a tree, so that others could use it too
@happy_end
? @lesson_help
Q what did they build? => they built a raft.
Q who crossed the river with {A.n}? => {B.n} crossed the river with {A.n}.
== A:any B:same P:out | a song in the night
every night {A} heard someone sing {at} || one night {A} woke up, because someone was singing
it was a soft and sad song || the song was so beautiful that {A} had to listen
"who sings like that?" {A} wondered || {A} got up and followed the song
--
{at} {A.he} found {B}, {B.desc} || the song came from {P2}. There sat {B}, {B.desc}
"why do you sing at night?" asked {A} || "that was beautiful," said {A}. {B} was startled and stopped
"in the daytime I am too shy," said {B} || "I sing because I feel alone," said {B}
"may I listen to you?" asked {A} || {A} sat down beside {B.him}. "please go on," {A.he} said
{B} sang again, and this time the song was a little happier || {A} hummed along, and so they sang together
? soon others came and listened, and nobody laughed || one after the other, the neighbours opened their windows
the next day {B} sang in the middle of the day, and everyone clapped || since that night, {B} has not been shy any more
@happy_end
Q who was singing? => {B.n} was singing.
Q why did {B.n} sing at night? => {B.n} was shy.
== A:old B:same | the old man's garden
{A} had the most beautiful garden in the village || {A}, {A.desc}, had a big garden with {F} and roses
but {A} was getting old, and {A.his} back hurt || every year the work became harder for {A.him}
? the children often climbed over the fence and took {F} || the weeds grew higher and higher
one day {A} saw two children in the garden || one morning {A.he} caught {B}, who was {B.kind.a}, under the tree
"are you going to shout at us?" asked {B} || {B} wanted to run away, but {A} only smiled
"no," said {A}, "but you could help me" || "take what you like," said {A}, "if you help me with the weeds"
--
from then on, the children came every afternoon || the next day {B} came back with three friends
they pulled out weeds, watered the beans and picked {F} || {A} sat on the bench and told them the name of each plant
in return they could eat as many {F} as they wanted || and when the work was done, there was {dish} for all
soon the garden was more beautiful than ever before || in summer the garden was full of flowers and laughter
"a garden needs many hands," said {A} || {A} was not alone any more
Q what did {A.n} have? => {A.n} had a beautiful garden.
Q who helped {A.n}? => {B.n} and other children helped {A.n}.
== A:any B:same P:out W:5 | a small adventure {at}
{A} opened the door and looked out || {A} woke up early and could not fall asleep again || {A} was sitting {at}, {doing} || it was late when {A} came home || {A} had been waiting for {B} for an hour || {A} walked along the road and whistled || nobody was {at} but {A} || {A} had nothing to do that [morning|afternoon|day] || the sun had just come up when {A} left the house || {A} stood at the window and looked at the rain || {A} was on the way to {P} || that day {A} was in a hurry || {A} ran as fast as {A.he} could || {A} closed the book and got up || {A} heard a knock at the door || {A} had been looking forward to this day for weeks || it was {A's} turn to fetch water || {A} had forgotten {A.his} {t} {at}
? @weather_good || @weather_bad || @place || it was so quiet that {A} could hear {A.his} own steps || the air was [cold|warm|fresh] || somewhere a dog was barking || a light was burning in the distance || the old trees moved in the wind
suddenly {A.he} heard a strange sound || then {A.he} saw {T.a} lying on the ground || under {sighta} there was something {Tcol} || {A.he} felt that somebody was watching {A.him} || a small {animal} crossed the path || there was smoke behind the trees || a door that was always closed stood open || in front of {A.him} lay {T.a} || something fell into the water with a loud splash || somebody had written {A.his} name in the sand || a voice called {A.his} name || there were strange footprints on the ground || {A.he} noticed that one thing was different from the day before || {A.he} smelled something sweet || a small light was moving between the trees
{A} stopped and listened || {A} did not know what to do || "what is that?" {A.he} thought || {A} was curious and went closer || {A.his} heart beat faster || {A} took a deep breath || at first {A} wanted to run away || slowly {A.he} took one step, and then another || {A} rubbed {A.his} eyes || "hello?" called {A}. "is anybody there?" || {A.he} bent down to look at it || {A} had never seen anything like it || {A} thought of what {A.his} {R} had told {A.him}
--
just then {B}, {B.desc}, came along || "do not be afraid," said a voice. It was {B}, {B.desc} || from behind a tree came {B}, {B.desc} || {B}, {B.desc}, had heard it too || {A} ran to {B}, {B.desc}, and told {B.him} about it || then {A.he} met {B}, {B.desc}, who was looking for something || somebody touched {A.his} shoulder. It was {B}, {B.desc} || there stood {B}, {B.desc}, and smiled
"what have you found?" asked {B} || "did you see that too?" {B} whispered || "what are you doing here?" asked {B} || "I have been looking for you," said {B} || "can you keep a secret?" asked {B} || "come with me," said {B}. "I want to show you something" || "be careful," said {B} || "I have an idea," said {B} || "shall we find out together?" {B} asked || "it is not what you think," said {B} with a smile
{A} nodded || "yes," said {A} || "I am not sure," said {A} || "of course," {A} answered || {A} thought about it for a moment || {A} laughed || "let us go," said {A} || {A} told {B} everything || "I will come with you," said {A} || {A} did not answer, but followed {B.him}
together they went a little farther || they looked at each other and went on || they walked until they came to {sighta} || they hid behind {sighta} and waited || they followed the path to {P2} || they climbed over a low wall || hand in hand they went on || they waited until it was quiet || step by step they came closer || {B} went first, and {A} came after {B.him}
? it was farther than they had thought || the wind became stronger || {A} almost fell, but {B} held {A.him} || it began to get dark || for a while nobody said a word || a bird flew up in front of them || {B} pointed to the sky || "listen," whispered {B}
--
and what did they find? It was only a small {animal} that was looking for food || there was {T.a}, and nobody knew who it belonged to || behind {sighta} there was a small garden that nobody knew || it was {A's} {R}, who had prepared a surprise for them || there sat a little {animal} and could not find its way home || an old woman was sitting there and sewing. "I have been waiting for visitors," she said || there was a hole in the wall, and behind it lay {T.a} || it was a [cart|boat] that had come loose and rolled away || a young {animal} had got caught in a rope
they helped as well as they could || {A} picked it up carefully || "how beautiful!" said {A} || {B} began to laugh, and then {A} laughed too || "so that was the secret," said {A} || they stayed there for a long time || they promised to tell nobody about it || {A} and {B} looked at it in silence || "we must take care of it," said {B} || they shared the bread that {A} had brought
? "I would not have come here alone," said {A} || "now we know," said {B} || "next time I will not be afraid," said {A} || "will you come again tomorrow?" asked {B} || the moon came out and lit the way home || {A} felt brave and a little proud
@happy_end
Q who was with {A.n}? => {B.n} was with {A.n}.
== A:child B:same W:3 | an evening at home
it was evening, and {A} was sitting by the window || after dinner {A} helped {A.his} {R} to wash the dishes || it had been raining all day, and {A} could not go outside || {A} lay on the floor and looked at the ceiling || {A} was building a tower of wooden blocks || the lamp was burning, and {A} was reading a book || {A's} {R} was sewing, and {A} was drawing a picture || {A} was alone at home for the first time
then the light went out || suddenly someone knocked at the door || then the telephone rang || the wind blew the window open || there was a strange noise in the kitchen || {A's} {R} put down the work and said, "come here" || then {A} had an idea || the cat jumped onto the table and knocked over the milk
{A} was startled || "who can that be?" asked {A} || {A} got up and went to look || "do not worry," said {R.the} || {A} held {A.his} breath || {R.the} lit a candle || {A} ran to the door
it was {B} from the house next door || in front of the door stood {B}, wet from the rain || "I am all alone," said {B}. "may I stay with you?" || {B} had brought [a game|a cake|a lantern] || {B} was looking for {B.his} cat
"come in and sit down," said {R.the} || {A} was glad to see {B.him} || {R.the} made some tea for everyone || {A} gave {B.him} a dry towel and a blanket
--
they sat down around the table || they moved their chairs close to the stove || {R.the} began to tell a story || "shall I tell you about the time when I was a child?" asked {R.the} || they played a game, and {A} won twice || {A} showed {B} {A.his} {T}
it was a story about {animal.a} that wanted to see the sea || the shadows danced on the wall || outside the wind howled, but inside it was warm || they made animals out of shadows with their hands || they ate {dish} and laughed || {B} knew a funny song, and soon they were all singing
? "once more!" cried {B} || {A} asked a hundred questions || the clock struck [eight|nine], but nobody wanted to go to bed || the cat slept on {A's} knees
then the light came on again, but nobody had missed it || at last the rain stopped || late in the evening {B} went home || soon {A's} eyes closed || {R.the} carried {A} to bed
"sometimes it is good when it is dark," said {A} || "it was a lovely evening," said {B} || {A} heard the rain on the roof and fell asleep || before {A} fell asleep, {A.he} thought about the story
Q who came to visit? => {B.n} came to visit.
Q who told a story? => {A.his} {R} told a story.
== A:dragon B:child | a dragon who was afraid
high up in the mountains lived a dragon named {A.n} || once there was a dragon whose name was {A}
all dragons can breathe fire, but {A} was afraid of fire || {A} was a big green dragon, but {A.he} was afraid of everything
the other dragons laughed at {A.him} || when the other dragons played with fire, {A} hid behind a rock
so {A} lived alone in a cold cave and ate only berries || {A} was ashamed and did not leave {A.his} cave any more
one winter day {B}, {B.desc}, lost {B.his} way in the snow and came into the cave || one day a child came into the cave. It was {B}
--
{B} was very cold. "please do not eat me," {B.he} said || "are you a real dragon?" asked {B} in a small voice
"I only eat berries," said {A} || "yes," said {A}, "but not a very good one"
"can you make a fire?" {B} asked. "I am freezing" || {B} was shaking with cold, and {B.his} lips were blue
{A} was afraid, but {A.he} wanted to help || {A} looked at the dry wood in the corner. {A.his} heart beat fast
{A.he} closed {A.his} eyes and blew, very gently. A small flame came out of {A.his} nose || {A.he} took a deep breath, and a tiny flame jumped onto the wood
"it is warm!" cried {B}. "you did it!" || soon a fire was burning, and {B} stopped shaking
{A} opened {A.his} eyes. The fire was not terrible at all. It was warm and golden || "I was afraid all my life," said {A}, "and it was only a little light"
the next morning {A} carried {B} home on {A.his} back || when the snow had melted, {A} flew {B} back to the village
@happy_end
Q what was {A.n} afraid of? => {A.n} was afraid of fire.
Q who came into the cave? => {B.n} came into the cave.
== A:dragon B:child | a dragon and the village
near a small village lived a dragon named {A.n} || every evening the people saw smoke over the hill, for a dragon named {A.n} lived there
everybody was afraid of {A}, and nobody dared to go near the cave || "the dragon will burn our houses," the people said
only {B}, {B.desc}, wanted to know what the dragon was like || but {B}, {B.desc}, was not afraid
one morning {B.he} climbed up the hill || {B} took some {F} and went to the cave
--
{A} was lying in front of the cave and looked very sad || inside sat {A} and was crying big tears
"why are you so sad?" asked {B} || "what is wrong?" {B} asked
"I have nobody to talk to," said {A}. "everyone runs away from me" || "I am cold and alone," said {A}. "and my tooth hurts"
{B} gave {A.him} the {F} || "then I will be your friend," said {B}
they talked until the sun went down || {A} told {B} stories that were three hundred years old
after that, {B} brought {A} to the village || the next day {A} followed {B} to the village
at first the people hid, but {B} said, "{A.he} is my friend" || the people were afraid, but {A} only bowed {A.his} head
since then, {A} has heated the ovens of the bakery, and there has always been warm bread || from then on, {A} lit the lamps every evening, and the children rode on {A.his} back
Q who was not afraid? => {B.n} was not afraid.
Q why was {A.n} sad? => {A.n} was sad because {A.he} was alone.
== A:robot B:child | a robot who learned to {rskill}
{B} had an old robot named {A.n} || in the workshop of {B's} {R} stood a small robot. Its name was {A}
{A} could sweep the floor, carry wood and count to a million || {A} worked all day and was never tired
but {A} did not know how to {rskill} || "I can do everything," said {A}, "but I cannot {rskill}"
"will you teach me?" {A} asked || "I would like to learn it," said {A} in {A.his} thin voice
--
"it is not easy to explain," said {B}. "you must feel it" || {B} showed {A.him} how it was done
{A} tried, but it sounded like a rusty door || {A} tried it, and all {A.his} lamps began to blink
"wrong?" asked {A}. "a little," said {B} and laughed || "try again," said {B}
they practised every evening after school || {A} wrote down every mistake and tried again
one day {B} was ill and very sad || then {B} came home with tears in {B.his} eyes
{A} sat down beside {B.him} and did not know what to do || "I do not like to see you sad," said {A}
then {A} began to {rskill}, and this time it was right || {A.he} tried once more, only to make {B} happy, and it worked
{B} had to smile. "now you can do it," {B.he} said || "that was wonderful," said {B}
"I did not think of the rules," said {A}. "I thought of you" || something in {A} felt warm, although {A.he} was made of metal
Q what did {A.n} want to learn? => {A.n} wanted to {rskill}.
Q who taught {A.n}? => {B.n} taught {A.n}.
== A:princess B:same | the {A.kind} who wanted to see the world
in a castle on a high rock lived a {A.kind} named {A.n} || once upon a time, there was a {A.kind} named {A}, who lived in a large castle
{A.he} had everything: golden plates, soft beds and a hundred books || every day there was music, and every evening there was cake
but {A} was not allowed to leave the castle || but {A} was bored and looked out of the window all day
"I want to know what is behind the hills," {A.he} said || "how do the people live in the village?" {A.he} wondered
one night {A.he} put on an old coat and went out through the kitchen door || so one morning {A.he} put on plain clothes and slipped out of the gate
--
at the market {A.he} met {B}, {B.desc}, who was selling {F} || on the road {A.he} met {B}, {B.desc}, who was carrying a heavy basket
"can you help me?" asked {B}. {A} had never worked before || "who are you?" asked {B}. "I am {A.n}," said {A}, and nothing more
{A} helped {B.him} all day, and in the evening {A.his} hands hurt || all day long they worked together and laughed a lot
{B} shared {B.his} bread with {A.him}, and it tasted better than the cake in the castle || in the evening {B} gave {A.him} a plum, and {A} thought that it was the best plum in the world
when {A} came back to the castle, the king was angry, but he was also glad || the king had looked for {A} everywhere
"I have learned more today than in a whole year," {A} said || "father," said {A}, "the roof of {B's} house has a hole, and the well is dry. We must help"
the king was silent for a long time, and then he nodded || "you are right," said the king
since then, the gate of the castle has always been open || and every week {A} and {B} met at the market
Q where did {A.n} live? => {A.n} lived in a castle.
Q whom did {A.n} meet? => {A.n} met {B.n}.
== A:wizard B:child | the forgetful wizard
at the edge of the forest lived an old wizard named {A.n} || {A} was a wizard with a long grey beard and a tall {Tcol} hat
{A.he} knew many spells, but {A.he} forgot them all the time || {A} could do magic, but {A.he} was very forgetful
when {A.he} wanted to make soup, it rained frogs || one day {A.he} wanted to call {A.his} cat, and an elephant came
{B}, {B.desc}, often came to visit {A.him} || every Saturday {B}, {B.desc}, cleaned the wizard's house
--
one day a great storm broke the bridge, and nobody could leave the village || one summer it did not rain, and the fields became dry
the people came to {A} and asked for help || "only the wizard can help us," said the people
{A} lifted {A.his} stick, but {A.he} could not remember the words || {A} opened {A.his} mouth and closed it again. The words were gone
"think of something beautiful," whispered {B} || "you said the words yesterday, when you were singing," said {B}
{A} thought of the smell of fresh bread, and then the words came back || {B} began to hum, and suddenly {A} remembered everything
there was a bright light, and everything was well again || the ground shook a little, and the sky turned golden
"I did not do it alone," said {A} || the people cheered, but {A} pointed to {B}
since then, {B} has written every spell into a big book || from then on, {B} was the wizard's helper
Q what was wrong with the wizard? => {A.n} was very forgetful.
Q who helped {A.n}? => {B.n} helped {A.n}.
== A:child B:robot | a journey to the moon
{A} had always dreamed of flying to the moon || every night {A} looked at the moon and wondered who lived there
so {A.he} built a rocket of old boxes and pots {at5} || in the garden {A.he} built a rocket out of wood and metal
{B}, {A.his} little robot, helped {A.him} || {A's} robot {B} counted the screws
"three, two, one," said {B}, and there was a loud bang || one night they climbed in and closed the door
--
the rocket rose higher and higher || below them the houses became smaller and smaller
soon the earth was only a blue ball || outside the window it was dark, and there were stars everywhere
on the moon everything was grey and quiet || they landed in soft grey dust
{A} jumped, and {A.he} flew as high as a house || every step was a big jump, and {A} laughed
? {B} collected some stones and put them into a box || they left a small flag and a piece of cheese
"look," said {B}, "there is our home" || {A} looked at the blue earth for a long time
"it is beautiful," said {A}, "but I miss the trees" || suddenly {A} was a little homesick
so they flew back, and they were home before breakfast || when {A} woke up, {A.he} was in {A.his} bed, and there was a grey stone in {A.his} hand
@alone_end
Q where did {A.n} go? => {A.n} went to the moon.
Q who went with {A.n}? => {B.n} went with {A.n}.
== A:pirate B:parrot | an island in the sea
{A} was a pirate with a red beard and an old ship || on the wide sea sailed a pirate named {A.n}
{A.he} had a parrot named {B.n}, who talked too much || on {A.his} shoulder sat {B}, a green parrot
for twenty years they had been looking for a treasure || "today we will find the treasure," said {A} every morning
one day they saw a small island with one palm tree || one night a storm threw them onto a small island
--
"gold, gold!" cried {B} || {A} took a spade and began to dig
{A.he} dug a hole, and another hole, and a third one || after three days the whole island was full of holes
but there was no gold, only sand and shells || "nothing," said {A}, and sat down
then a family came to the island in a boat. Their nets were empty, and they were hungry || on the other side of the island lived some fishermen who had lost their boat in the storm
{A} gave them bread from {A.his} ship || "our ship is big enough," said {A}
in return they showed {A.him} how to fish, and they sang together in the evening || the children put flowers into {A's} beard
"friends, friends!" cried {B} || "is this the treasure?" asked {B}
"perhaps it is," said {A} and laughed || "it is better than gold," said {A}
since then, there has been one pirate less on the sea, and one fisherman more || {A} threw the map into the sea and stayed
Q what was {A.n} looking for? => {A.n} was looking for a treasure.
Q what was the parrot called? => the parrot was called {B.n}.
== A:child B:wise | the talking tree
behind {A's} house stood an old oak tree || in the middle of the meadow stood a very old tree
one day {A} was angry and kicked the tree || one afternoon {A} sat under the tree and cried
"ouch," said a deep voice || "what is the matter?" said a deep voice
{A} jumped up, but there was nobody. It was the tree || {A} looked around. "I am here, above you," said the tree
--
"can you talk?" asked {A} || "trees cannot talk," said {A}
"only when somebody listens," said the tree || "all trees can talk," said the tree, "but people are always in a hurry"
{A} told the tree about {A.his} bad day || "I had a quarrel with my best friend," said {A}
the tree listened for a long time, and its leaves moved softly || "I have seen a hundred winters," said the tree. "after each of them came a spring"
"go and say that you are sorry," said the tree. "and come back tomorrow" || "wait until the sun goes down," said the tree. "then your anger will be gone too"
{A} did so, and it was good advice || the next day everything was well again
{A} brought the tree a bucket of water to say thank you || since then, {A} has often sat under the tree
@alone_end
Q who talked to {A.n}? => an old tree talked to {A.n}.
== A:any B:dragon | a strange egg
one day {A} found a large egg {at}. It was {Tcol} with small dots || {A} was {at} when {A.he} found a very big egg
"what kind of bird lays such an egg?" {A.he} thought || it was warm, and something was moving inside
{A.he} took it home and put it into a box with hay || {A} kept it warm with a blanket and with {A.his} own body
{A.his} {R} said, "it must be a goose egg" || everyone came to look, but nobody knew what it was
--
after ten days there was a small crack in the egg || one night {A} heard a soft knock from inside
out came a tiny dragon with wet wings || a little head with two big eyes looked out. It was a dragon
it sneezed, and a small flame came out of its nose || "mama?" said the dragon
{A} called the dragon {B.n} and gave {B.him} some milk || {A} named {B.him} {B.n}
{B} grew and grew, and soon {B.he} did not fit into the house any more || {B} ate everything: apples, shoes and one chair
one day a big shadow flew over the house. It was {B's} mother || then one evening {B} looked at the mountains and was very quiet
"you must go home," said {A}, although it was hard || {A} hugged {B} and let {B.him} go
? every winter {B} came back and lit the stove with one small breath || whenever there is a red light over the mountains, {A} knows that {B} is well
Q what did {A.n} find? => {A.n} found a large egg.
Q what was in the egg? => there was a small dragon in the egg.
== A:child B:child P:out | a message in a bottle
{A} was walking along the beach when {A.he} saw a green bottle in the sand || after the storm {A} found an old bottle between the shells
there was a piece of paper in it || {A.he} pulled out the cork and found a letter
"my name is {B.n}," said the letter. "I live on an island and I am looking for a friend" || "hello," it said. "I am {B.n}. Who are you, and where do you live?"
{A} read it again and again || {A} ran home to show it to {A.his} {R}
--
"the sea is wide," said {R.the}. "who knows how old this letter is" || "perhaps {B.n} is grown up by now," said {R.the}
but {A} wrote an answer, put it into the bottle and threw it back into the sea || that evening {A} wrote a long answer
{A} waited for weeks and months || every day {A} went down to the beach, but there was nothing
? spring came, and then summer || the other children laughed at {A.him}
then, one morning, there was a second bottle in the sand || but one day the postman brought a letter with a strange stamp
"dear {A.n}," it said, "I have waited for you for a long time" || "your letter has reached me," wrote {B}
the next year {B} came on a big white ship || so they wrote to each other, and one summer they met at last
they knew each other at once, although they had never met before || {B} held the first bottle in {B.his} hand and smiled
@happy_end
Q what did {A.n} find? => {A.n} found a bottle with a letter.
Q who wrote the letter? => {B.n} wrote the letter.
== A:child B:horse | the runaway horse
on the farm lived a young horse named {B.n} || {A's} {R} had a wild young horse named {B.n}
nobody could ride {B.him}, and {B.he} kicked at everyone || {B} was afraid of people and did not let anyone touch {B.him}
one night the gate was open, and {B} ran away || during a storm {B} jumped over the fence and ran into the hills
all the men looked for {B.him} with ropes, but they could not catch {B.him} || "let {B.him} go," said a neighbour. "that horse is good for nothing"
--
{A} went alone, without a rope, but with an apple in {A.his} pocket || {A} took some bread and went up into the hills
at last {A.he} saw {B} by a stream || {B} was standing under a tree and was shaking
{A} did not go nearer. {A.he} sat down in the grass and began to sing softly || {A} sat down on a stone and waited
after a while {B} came one step closer, and then another || for an hour nothing happened. Then {B} lifted {B.his} head
{A} held out the apple on {A.his} flat hand || {A} did not move
{B} took it. {B.his} nose was soft and warm || at last {B} put {B.his} head on {A's} shoulder
together they walked home, side by side || {A} went home, and {B} followed {A.him} like a dog
"how did you do that?" asked {R.the}. "I had time," said {A} || since that day, {A} has been the only one who may ride {B}
Q who ran away? => {B.n} ran away.
Q who brought {B.n} home? => {A.n} brought {B.n} home.
== A:child R | a new brother
one day {A's} mother came home with a baby || there was a small bed in {A's} room, because {A} had a new brother
everyone came to look at the baby, and nobody looked at {A} || the baby cried all day, and everyone ran to him
"he cannot even talk," said {A} || {A} was a little sad and sat in the garden alone
{A.his} {R} sat down next to {A.him}. "when you were born, it was the same," {R.he} said || "do you know what you were like when you were a baby?" asked {R.the}
--
in the evening the baby cried and cried, and nobody could calm him || one night everybody was tired, but the baby did not sleep
{A} got up and sang the song of the little sheep || {A} held out {A.his} finger, and the baby took it
suddenly it was quiet. The baby looked at {A} and laughed || the baby stopped crying and looked at {A.him} with big eyes
"that was his first smile," said {R.the} || "he likes you best of all," said {R.the}
{A} felt very tall || now {A} knew what a big [brother|sister|child] is for
every evening {A} sang for the baby, and soon {A.he} knew twelve songs || and when the baby learned to walk, his first steps went to {A}
@alone_end
Q who made the baby laugh? => {A.n} made the baby laugh.
== A:child B:old | a night in the hospital
{A} had fallen from a tree and had to stay in the hospital || {A's} leg was broken, and {A.he} had to lie in bed for a week
everything was white and smelled strange || in the night {A} could not sleep and was homesick
in the next bed lay {B}, {B.desc} || next to {A.him} lay {B}, {B.desc}, who could not sleep either
"shall we travel a little?" asked {B} || "what do you see when you close your eyes?" asked {B}
--
"how can we travel? My leg is broken," said {A} || "nothing," said {A}
"with our heads," said {B}. "we are on a ship now. Can you hear the waves?" || {B} began to talk about the sea, about islands and about whales
{A} closed {A.his} eyes, and {A.he} could hear the wind in the sails || soon the bed was a boat, and the lamp was the moon
every night they went to another land || the next night they crossed a desert, and then they climbed a mountain
? the nurse came in and said, "quiet now," but then she sat down and listened too || even the doctor wanted to know what happened next
after a week {A} could go home || then came the day when {A} was well again
"I do not want to leave you alone," said {A}. "write to me where you travel," said {B} || {A} gave {B} a map that {A.he} had drawn, with all the places where they had been
Q where was {A.n}? => {A.n} was in the hospital.
Q who told stories? => {B.n} told stories.
== A:any B:same | two friends and a boat
{A} and {B}, {B.desc}, found an old boat {at6} || by the lake lay an old boat that nobody wanted. {A} and {B}, {B.desc}, looked at it
it had a hole, and the paint was gone || the wood was grey, and spiders lived in it
"we can repair it," said {A} || "it will never swim again," said {B}. "we will see," said {A}
{A} brought wood and nails, and {B} brought paint || every afternoon they worked on the boat
--
they closed the hole and painted the boat {Tcol} || after two weeks the boat looked like new
"what shall we call it?" asked {B}. "we will call it [Wind|Star|Swallow|Hope]," said {A} || {B} painted a star on its side
when they pushed it into the water, they held their breath || then came the great day. All their friends were there
at first a little water came in, but then the boat floated || the boat rocked from side to side and then lay still
"it swims!" they cried || {A} took the oars, and {B} looked ahead
they rowed to the middle of the lake, where the water lilies grow || they sailed along the shore until the evening
? a fish jumped out of the water, right in front of them || the setting sun made the water red
@happy_end
Q what did they repair? => they repaired an old boat.
Q what colour was the boat? => the boat was {Tcol}.
== A:child B:child W:1 | the first {sport} game
{A} had joined a {sport} team || {A} loved {sport} and practised every day
on Saturday there was the first big game || today {A} was going to play in a real game for the first time
{A} was so nervous that {A.he} could not eat breakfast || the night before, {A} could not sleep
"just do your best," said {A.his} {R} || "what if I make a mistake?" {A.he} asked. "then you will learn something," said {R.the}
--
the game was hard, and the other team was strong || after half an hour the other team was ahead
{A} made a mistake and wanted to hide || {A} fell down and hurt {A.his} knee
but the others said, "get up, we need you" || {A.his} friend {B.n} gave {A.him} {B.his} hand and pulled {A.him} up
in the last minute {A} saw {B} standing free and passed {B.him} the ball || {A} could have tried it alone, but {A.he} passed the ball to {B}
{B} scored, and everybody cheered || the ball flew, {B} jumped, and it was a point
they lost the game by one point, but nobody was sad || they won, and they danced on the grass
"that was a good pass," said {B} || "I am proud of you," said {R.the}. "you played for the others"
Q what did {A.n} play? => {A.n} played {sport}.
Q whom did {A.n} pass the ball to? => {A.n} passed it to {B.n}.
== A:old B:cat | an old {A.kind} and a cat
{A}, {A.desc}, lived alone in a big house || {A}, {A.desc}, did not like cats
one rainy evening a thin cat sat in front of the door || one morning there was a {Tcol2} cat in the kitchen
"go away," said {A}, but the cat stayed || "I do not need a cat," said {A}, and closed the door
the next day the cat was still there, and it was raining || in the night {A} heard it meow in the cold
--
"only for one night," said {A}, and opened the door || at last {A} put out a bowl of milk
the cat drank, washed its face and fell asleep in {A's} best chair || the cat walked through all the rooms as if it were at home
one night became one week, and one week became one month || {A} began to talk to the cat, first a little, and then a lot
{A.he} called it {B.n} || "you need a name," said {A}. "I will call you {B.n}"
? when {A} read the newspaper, {B} sat on it || in the morning {B} woke {A.him} by sitting on {A.his} feet
then one day {B} did not come home || one evening {B} was gone, and the house was very quiet
{A} looked for {B.him} in every street and called {B.his} name || {A} could not eat, and {A.he} asked all the neighbours
at midnight there was a scratch at the door || the next morning {B} was sitting on the doorstep with a mouse
"I do not need a cat," said {A} softly, "but I need you" || {A} took {B} in {A.his} arms and laughed for the first time in years
Q what was the cat called? => the cat was called {B.n}.
== A:child B:ghost | a ghost in the attic
every night there were steps above {A's} room || at night {A} heard strange sounds from the attic
"it is only the wind," said {A.his} {R} || {A} did not believe that it was the wind
one night {A} took a lantern and climbed up || on the third night {A} took all {A.his} courage and went up the stairs
--
there stood a small ghost and held a candle || behind the old trunk sat a small white ghost
"are you afraid of me?" asked the ghost || "please do not scream," said the ghost. "are you afraid of me?"
"a little," said {A}. "what is your name?" "{B.n}," said the ghost || the ghost's name was {B.n}
"I have been alone for a hundred years," said {B} || "I am looking for my {T}," said {B}. "I lost it a hundred years ago"
{A} helped {B.him} to look, and they found {T.a} under the floor || {A} gave {B.him} {A.his} own {T}, and {B} became a little brighter
"nobody has ever been so kind to me," said {B} || {B} laughed, and it sounded like a small bell
from then on, they played in the attic every Friday night || since then, the steps at night do not frighten {A} any more
? when {A's} {R} asked about the noise, {A} said, "it is only the wind" || nobody else knows about it, and it shall stay a secret
Q who was in the attic? => a ghost named {B.n} was in the attic.
Q what was {B.n} looking for? => {B.n} was looking for a {t}.
== A:giant B:tiny | the giant and the {B.kind}
long ago there lived a giant named {A.n} || {A} was a giant, as tall as a church tower
when {A.he} walked, the earth shook, and when {A.he} sneezed, the trees fell down || {A} was so big that {A.he} used clouds as pillows
{A.he} did not want to hurt anyone, but everyone ran away from {A.him} || all the animals were afraid of {A.his} big feet
one day {A.he} got a thorn in {A.his} toe || one day a splinter was stuck in {A.his} thumb
--
{A} pulled and pulled, but {A.his} fingers were too thick || {A.he} cried so loudly that the windows broke
then {B}, {B.desc}, came out of {B.his} hole || only {B}, {B.desc}, did not run away
"hold still," said {B}. "I am small, but I can help you" || "may I look at it?" asked {B}
{B} climbed up and pulled out the thorn || with {B.his} small mouth {B} pulled it out
"thank you," whispered {A}, as softly as {A.he} could || {A} laughed with joy, and it sounded like thunder
"how can such a small one be so brave?" asked {A} || "you are small, but your heart is as big as mine," said {A}
since then, {B} has been living in {A's} pocket, and {A} looks where {A.he} puts {A.his} feet || in winter {B} slept in the giant's warm hand
Q who helped the giant? => {B.n} helped the giant.
Q what was wrong with {A.n}? => {A.n} had something stuck in the skin.
== A:child B:child W:1 | moving to another town
{A} stood in the empty room and looked around || today was the last day in the old house
all the boxes were packed, and the car was waiting || {A's} bed, {A.his} books and {A.his} toys were already in the big truck
"I do not want to go," said {A} || {A} hid in the garden behind the apple tree
{A.his} {R} found {A.him} there and sat down || "I know that it is hard," said {R.the}
--
"what will you miss most of all?" asked {R.the}. "the tree," said {A} || {A} thought of {A.his} friends and of the old swing
then {R.the} gave {A.him} an apple from the tree. "take the seeds with you," {R.he} said || they took a small branch of the tree and wrapped it in wet paper
the new house was [small and yellow|tall and narrow], and everything smelled of paint || in the new town {A} did not know a single street
the first thing {A} did was to plant the seeds in the garden || behind the house there was a bare piece of earth, and there {A} planted it
"what are you planting?" asked a voice from over the fence. It was {B}, {B.desc} || {B}, {B.desc}, looked over the fence. "what will that be?" {B.he} asked
"an apple tree," said {A} || {A} told {B.him} about the tree and the old house
"then I will help you to water it," said {B} || the next day {B} brought a bucket of water
now the tree is as high as the roof, and {A} and {B} sit in it every summer || the tree grew, and so did their friendship
Q what did {A.n} plant? => {A.n} planted an apple tree.
Q whom did {A.n} meet? => {A.n} met {B.n}.
== A:adult B:same | a mistake at work
{A} was {A.job.a} and worked {A.workplace} || in our town there is {A.job.a} named {A.n}
everybody said that {A.he} could {A.does} better than anyone else || {A} was very good at {A.his} work, and {A.he} knew it
but one morning {A} was tired and made a mistake || one day {A} was in a hurry and forgot something important
at first nobody noticed it || {A} noticed it at once and became pale
--
"shall I tell someone?" {A} thought || {A.he} could have said nothing
but {A.he} could not sleep that night || all day {A} thought about it
the next morning {A.he} went to {B}, {B.desc}, who had been {A.his} [guest|customer] || then {B}, {B.desc}, came in, and {A} stood up
"I made a mistake yesterday," said {A}, "and I want to make it good" || "it was my fault," said {A}. "I am sorry"
{B} was surprised. "I did not even notice it," {B.he} said || {B} looked at {A.him} and then began to smile
"everybody makes mistakes," said {B}, "but not everybody says so" || "now I trust you even more," said {B}
since then, {A} has worked a little more slowly, and {A.he} has been happier || {A} went back to work and whistled a song
Q what was {A.n}'s job? => {A.n} was {A.job.a}.
Q what happened to {A.n}? => {A.n} made a mistake.
"""
