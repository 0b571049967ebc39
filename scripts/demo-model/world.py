"""The small world of the demo model: its people, animals, places, things and plain facts.

Every table is text, one row per line, fields separated by `|`, choices within a field by `,`.
"""
from typing import NamedTuple


def rows(text: str) -> list[list[str]]:
    return [[field.strip() for field in line.split("|")] for line in text.strip().splitlines()]


def words(text: str, by: str = ",") -> list[str]:
    return [word.strip() for word in text.split(by)]


GIRLS = words("Anna,Lina,Maria,Nora,Ella,Sara,Mina,Rosa,Ida,Clara,Emma,Lucy,Zoe,Mia,Tara,Lena,Ruth,Alice,Olga,Vera,Nadia,"
              "Amina,Leila,Yuki,Mei,Priya,Ines,Greta,Hanna,Jane,Kate,Lily,Molly,Nina,Polly,Sofia,Tessa,Una,Wendy,Eva,"
              "Elizabeth,Mary,Sarah,Susan,Karen,Lisa,Nancy,Betty,Helen,Laura,Julia,Rachel,Hannah,Olivia,Sophie,Amelia,Charlotte,Grace,"
              "Chloe,Isabella,Victoria,Natasha,Katya,Elena,Irina,Anita,Carmen,Diana,Fatima,Gina,Heidi,Jenny,Linda,Martha,Paula,Rita")
BOYS = words("Tom,Ben,Max,Leo,Sam,Jack,Paul,Peter,Oscar,Hugo,Felix,Ivan,Anton,Omar,Karim,Ravi,Kenji,Li,Marco,Luca,David,Daniel,"
             "Adam,Emil,Finn,Fred,George,Henry,Jonas,Karl,Mark,Nils,Otto,Philip,Robin,Simon,Theo,Victor,Will,Noah,"
             "John,James,Robert,Michael,William,Richard,Joseph,Thomas,Charles,Matthew,Andrew,Joshua,Kevin,Brian,Edward,Jason,Ryan,Jacob,"
             "Nicholas,Eric,Lucas,Oliver,Liam,Ethan,Alex,Arthur,Martin,Bob,Bill,Dmitri,Sergei,Boris,Ali,Hassan,Carlos,Diego,Pedro,Hans,Erik")
SURNAMES = words("Hill,Brown,Green,Wood,Stone,Baker,Fisher,Miller,Lake,Field,Winter,King,Bell,Reed,Marsh,Cook,Smith,Jones,Taylor,Johnson,Davis,Wilson,Clark,Young,Hall,Berg,Novak,Rossi,Silva")
PET_NAMES = words("Rusty,Pip,Milo,Bella,Toby,Luna,Biscuit,Daisy,Shadow,Snowy,Ginger,Poppy,Bruno,Coco,Dot,Fern,Hazel,Moss,Nutmeg,"
                  "Pebble,Pepper,Willow,Ziggy,Bramble,Clover,Copper,Maple,Olive,Sunny,Teddy")
SYLLABLES = words("ba,be,bo,da,do,fa,fi,ga,go,ha,ja,jo,ka,ki,la,le,li,lo,ma,me,mi,mo,na,ne,no,pa,pe,ra,ri,ro,sa,se,ta,ti,to,va,vi,za,zo")
ENDINGS = words("n,l,r,s,ra,lla,ck,m,x,th,ny,nda,rik,ston,bert")

TRAITS = words("kind,curious,brave,clever,cheerful,patient,shy,careful,gentle,quiet,lively,helpful,honest,thoughtful,stubborn,playful")
COLOURS = words("red,blue,green,yellow,white,black,brown,orange,purple,pink,grey,golden,silver")
SIZES = words("small,little,big,large,tiny")
RELATIVES = rows("""
mother|she
father|he
grandmother|she
grandfather|he
aunt|she
uncle|he
older sister|she
older brother|he
""")


class Animal(NamedTuple):
    kind: str
    plural: str
    look: str
    home: str      # with its preposition
    food: str
    does: str      # verb, plain form
    cry: str       # what its voice does, plain form
    young: str
    group: str


ANIMALS = [Animal(*row) for row in rows("""
fox|foxes|red fur and a bushy tail|in the forest|mice and berries|hunt at night|bark|kit|mammal
bear|bears|thick brown fur and strong paws|in the forest|honey, fish and berries|sleep all winter|growl|cub|mammal
rabbit|rabbits|soft fur and long ears|in a burrow under the hill|grass and carrots|hop across the grass|squeak|kitten|mammal
squirrel|squirrels|a long fluffy tail|in an old oak tree|nuts and seeds|hide nuts in the ground|chatter|kitten|mammal
hedgehog|hedgehogs|sharp spines and a pointed nose|under the hedge|beetles and worms|roll up into a ball|snuffle|hoglet|mammal
mouse|mice|small round ears and a thin tail|in a hole in the wall|cheese and crumbs|run quickly and quietly|squeak|pup|mammal
cat|cats|soft fur and green eyes|in a warm house|fish and milk|sleep in the sun|meow|kitten|mammal
dog|dogs|a wet nose and a wagging tail|in a house with people|meat and bones|chase sticks and balls|bark|puppy|mammal
horse|horses|a long mane and strong legs|on a farm|hay and apples|run very fast|neigh|foal|mammal
cow|cows|big brown eyes and two horns|on a farm|grass and hay|give milk|moo|calf|mammal
sheep|sheep|thick white wool|in the green fields|grass|give wool|bleat|lamb|mammal
goat|goats|a short beard and two horns|in the mountains|leaves and grass|climb on steep rocks|bleat|kid|mammal
pig|pigs|a round body and a curly tail|on a farm|almost everything|roll in the mud|grunt|piglet|mammal
donkey|donkeys|long ears and grey fur|on a farm|hay and thistles|carry heavy bags|bray|foal|mammal
duck|ducks|webbed feet and a flat beak|by the pond|plants and small fish|swim on the water|quack|duckling|bird
goose|geese|white feathers and a long neck|by the river|grass and seeds|fly south in autumn|honk|gosling|bird
hen|hens|brown feathers and a red comb|in the yard|grain and worms|lay eggs|cluck|chick|bird
owl|owls|large round eyes and soft wings|in a hollow tree|mice|fly without a sound at night|hoot|owlet|bird
crow|crows|shiny black feathers|at the edge of the forest|seeds, fruit and insects|collect shiny things|caw|chick|bird
sparrow|sparrows|small brown feathers|under the roof|seeds and crumbs|hop along the street|chirp|chick|bird
swallow|swallows|a forked tail and long wings|under the roof of the barn|insects|fly to warm lands in autumn|chirp|chick|bird
parrot|parrots|bright green feathers and a curved beak|in the warm rainforest|fruit and nuts|copy words|squawk|chick|bird
eagle|eagles|sharp eyes and broad wings|high in the mountains|fish and rabbits|fly very high|scream|eaglet|bird
penguin|penguins|black and white feathers|on the cold southern coast|fish|swim but cannot fly|call loudly|chick|bird
frog|frogs|smooth green skin and long legs|in the pond|flies|jump very far|croak|tadpole|amphibian
turtle|turtles|a hard round shell|by the lake|plants and snails|walk slowly and live for a long time|hiss|hatchling|reptile
snake|snakes|a long body without legs|among the warm stones|mice and eggs|slide along the ground|hiss|snakelet|reptile
fish|fish|shiny scales and fins|in the river|insects and water plants|breathe under water|stay silent|fry|fish
whale|whales|a huge grey body|in the deep sea|tiny sea animals|sing long songs under water|sing|calf|mammal
dolphin|dolphins|a smooth grey body and a friendly face|in the warm sea|fish|leap out of the water|whistle|calf|mammal
elephant|elephants|a long trunk and big ears|on the wide plains|leaves, grass and fruit|drink with their trunks|trumpet|calf|mammal
lion|lions|golden fur, and the males have a thick mane|on the wide plains|meat|hunt together|roar|cub|mammal
monkey|monkeys|long arms and a long tail|in the warm rainforest|fruit and leaves|swing from branch to branch|chatter|infant|mammal
wolf|wolves|grey fur and yellow eyes|in the deep forest|meat|live together in a pack|howl|pup|mammal
deer|deer|brown fur and thin legs|in the forest|leaves and grass|run away from danger|call softly|fawn|mammal
bee|bees|yellow and black stripes|in a hive|nectar from flowers|make honey|buzz|larva|insect
ant|ants|six thin legs and a small body|in a hill of sand|seeds and sweet things|carry things much heavier than themselves|stay silent|larva|insect
butterfly|butterflies|four colourful wings|in the meadow|nectar from flowers|fly from flower to flower|stay silent|caterpillar|insect
spider|spiders|eight thin legs|in the corner of the barn|flies|spin webs|stay silent|spiderling|arachnid
snail|snails|a round shell on its back|under the wet leaves|leaves|move very slowly|stay silent|baby snail|mollusc
""")]

STORY_ANIMALS = words("fox,bear,rabbit,squirrel,hedgehog,mouse,cat,dog,duck,goose,owl,crow,frog,turtle,goat,donkey,sparrow,horse,wolf,deer,pig,hen,lion,elephant,monkey,penguin,parrot,sheep,cow")


class Place(NamedTuple):
    name: str      # with its article
    at: str        # where one is
    outdoors: bool
    sights: list[str]
    air: str       # a full sentence, past tense
    doing: list[str]


PLACES = [Place(n, at, out == "out", words(s), air, words(d)) for n, at, out, s, air, d in rows("""
the garden|in the garden|out|tall sunflowers,a row of beans,an old apple tree,a small wooden bench|The air smelled of roses and wet earth|watering the tomatoes,picking beans,pulling out weeds
the forest|in the forest|out|tall pine trees,soft green moss,a narrow path,bright mushrooms|It smelled of pine needles and rain|looking for mushrooms,picking berries,listening to the birds
the market|at the market|out|baskets of apples,jars of honey,loaves of fresh bread,bunches of flowers|People were talking and laughing everywhere|looking at the fruit,counting coins,carrying a heavy basket
the river|by the river|out|smooth round stones,a wooden bridge,small silver fish,tall reeds|The water sang as it ran over the stones|throwing stones into the water,watching the fish,washing muddy boots
the beach|on the beach|out|white shells,an old boat,long green seaweed,small crabs|The waves rolled in with a soft sound|collecting shells,building a sandcastle,looking at the ships
the farm|on the farm|out|a red barn,a field of corn,a noisy rooster,a pile of hay|The hens were clucking in the yard|feeding the hens,brushing the horse,carrying water
the park|in the park|out|a round pond,green benches,a tall fountain,wide old trees|Children were playing on the grass|feeding the ducks,flying a kite,sitting on a bench
the hill|on the hill|out|a lonely tree,wild flowers,grey rocks,the whole village below|The wind was blowing softly over the grass|looking at the clouds,eating bread and cheese,watching the sheep
the lake|by the lake|out|a small blue boat,water lilies,a wooden pier,white swans|The water was as smooth as glass|fishing from the pier,rowing a boat,skipping stones
the village square|in the village square|out|an old stone well,a tall clock tower,a bakery with a green door,a row of little houses|Somewhere a bell was ringing|talking with the neighbours,sweeping the steps,waiting for the bus
the meadow|in the meadow|out|yellow buttercups,tall grass,busy bees,white daisies|The bees were humming in the warm air|picking flowers,lying in the grass,chasing butterflies
the harbour|at the harbour|out|fishing boats,coils of rope,hungry gulls,a tall white lighthouse|The air smelled of salt and fish|mending a net,counting the boats,feeding the gulls
the kitchen|in the kitchen|in|a big wooden table,copper pots,a warm stove,a bowl of red apples|It smelled of fresh bread|washing the dishes,peeling potatoes,stirring the soup
the library|in the library|in|long shelves of books,a globe,soft chairs,a tall ladder|It was so quiet that you could hear the clock|reading a book,looking for a story,turning the pages slowly
the school|at school|in|small desks,a big map,a box of chalk,pictures on the wall|Everyone was whispering about the holidays|writing in a notebook,learning a poem,doing sums
the attic|in the attic|in|dusty boxes,an old mirror,a broken chair,a trunk full of clothes|Dust danced in the thin light|opening old boxes,looking at old pictures,trying on old hats
the barn|in the barn|in|bales of hay,an old cart,a ladder,a row of tools|It was warm and smelled of hay|brushing the donkey,looking for eggs,mending the old cart
the workshop|in the workshop|in|hammers and saws,a strong table,boxes of nails,pieces of wood|The floor was covered with wood shavings|painting a chair,cutting a board,fixing a wheel
the bakery|in the bakery|in|warm rolls,trays of cakes,bags of flour,a hot oven|The whole room smelled of cinnamon|kneading the dough,selling bread,wiping the counter
the train station|at the train station|in|long platforms,a big round clock,heavy suitcases,a small ticket window|A train whistled in the distance|waiting for the train,reading the signs,carrying a suitcase
""")]


class Thing(NamedTuple):
    name: str
    use: str       # after "to"
    made: str
    kind: str
    hard: bool     # may break


THINGS = [Thing(n, u, m, k, h == "y") for n, u, m, k, h in rows("""
kite|fly in the wind|paper and thin sticks|toy|n
ball|throw and catch|rubber|toy|n
doll|play with|cloth|toy|n
toy boat|sail on the water|wood|toy|n
toy train|play with|wood|toy|n
drum|make music|wood and skin|musical instrument|n
flute|play songs|wood|musical instrument|n
violin|play songs|wood and four strings|musical instrument|y
book|read stories|paper|thing to read|n
notebook|write in|paper|thing for school|n
pencil|write and draw|wood|thing for school|n
hat|keep your head warm|wool|piece of clothing|n
scarf|keep your neck warm|wool|piece of clothing|n
coat|keep warm in winter|thick cloth|piece of clothing|n
umbrella|stay dry in the rain|cloth and metal|useful thing|n
lantern|see in the dark|metal and glass|lamp|y
candle|give light|wax|lamp|n
key|open a door|metal|small tool|n
basket|carry fruit|thin branches|container|n
box|keep things in|wood|container|n
jar|keep honey or jam in|glass|container|y
cup|drink tea|clay|container|y
bowl|eat soup from|clay|container|y
vase|hold flowers|glass|container|y
mirror|look at yourself|glass|thing in the house|y
clock|tell the time|metal and wood|thing in the house|y
blanket|keep warm at night|wool|thing in the house|n
pillow|rest your head on|cloth and feathers|thing in the house|n
ring|wear on a finger|gold|piece of jewellery|n
necklace|wear around the neck|silver|piece of jewellery|n
coin|buy things|metal|piece of money|n
whistle|call a dog|metal|small tool|n
compass|find the way|metal and glass|tool|y
map|find the way|paper|tool|n
telescope|look at the stars|metal and glass|tool|y
hammer|hit nails|metal and wood|tool|n
saw|cut wood|metal|tool|n
spade|dig holes|metal and wood|tool|n
ladder|climb up high|wood|tool|n
rope|tie things together|strong threads|tool|n
bucket|carry water|metal|container|n
broom|sweep the floor|wood and straw|tool|n
bell|call people|metal|thing that rings|n
bicycle|ride along the road|metal|vehicle|n
sled|slide down the snowy hill|wood|vehicle|n
wagon|carry heavy things|wood|vehicle|n
music box|hear a sweet song|wood and metal|thing in the house|y
teapot|make tea|clay|thing in the kitchen|y
spoon|eat soup|metal|thing in the kitchen|n
watch|tell the time|metal and glass|small clock|y
""")]
SMALL_THINGS = words("key,ring,coin,whistle,watch,notebook,book,scarf,hat,flute,doll,ball,toy boat,necklace,compass,spoon,music box,bell")


class Food(NamedTuple):
    name: str
    plural: str
    kind: str
    colour: str
    taste: str
    source: str    # present tense, with "it"/"they" left out


FOODS = [Food(*row) for row in rows("""
apple|apples|fruit|red or green|sweet and crisp|grow on trees
pear|pears|fruit|green or yellow|sweet and soft|grow on trees
cherry|cherries|fruit|dark red|sweet|grow on trees
plum|plums|fruit|purple|sweet and juicy|grow on trees
lemon|lemons|fruit|yellow|sour|grow on trees in warm lands
orange|oranges|fruit|orange|sweet and juicy|grow on trees in warm lands
banana|bananas|fruit|yellow|sweet and soft|grow in warm lands
strawberry|strawberries|fruit|red|sweet|grow close to the ground
blueberry|blueberries|fruit|blue|sweet and a little sour|grow on small bushes
grape|grapes|fruit|green or purple|sweet|grow on vines
carrot|carrots|vegetable|orange|a little sweet|grow under the ground
potato|potatoes|vegetable|brown|mild|grow under the ground
onion|onions|vegetable|white or brown|sharp|grow in the ground
tomato|tomatoes|vegetable|red|fresh and juicy|grow on green plants
pumpkin|pumpkins|vegetable|orange|mild and a little sweet|grow on long vines
bean|beans|vegetable|green or white|mild|grow on tall plants
cucumber|cucumbers|vegetable|green|fresh|grow on long vines
cabbage|cabbages|vegetable|green|mild|grow in the field
pea|peas|vegetable|green|sweet|grow in pods
mushroom|mushrooms|food|brown or white|earthy|grow in the forest
""")]
DISHES = words("vegetable soup,apple pie,pancakes,fresh bread,honey cake,cherry jam,potato soup,lemon tea,a cheese sandwich,"
               "tomato soup,a plum cake,hot chocolate,oatmeal with berries,pumpkin soup,berry tart,ginger cookies")


class Job(NamedTuple):
    name: str
    place: str     # with its preposition
    does: str      # verb, plain form
    tool: str      # with its article


JOBS = [Job(*row) for row in rows("""
baker|in the bakery|bake bread and cakes|a hot oven
teacher|at the school|teach children to read and write|a blackboard
farmer|on a farm|grow food and look after animals|a tractor
doctor|in a hospital|help sick people|a stethoscope
nurse|in a hospital|care for sick people|clean bandages
fisherman|on the sea|catch fish|a net
gardener|in the garden|look after plants|a spade
carpenter|in a workshop|make tables and chairs from wood|a saw
tailor|in a small shop|sew clothes|a needle and thread
shoemaker|in a small shop|make and mend shoes|a hammer and glue
librarian|in the library|lend books and help people find them|a list of books
postman|in the streets|bring letters and parcels|a big bag
cook|in a kitchen|prepare meals|pots and pans
painter|in a bright room|paint pictures|brushes and paint
musician|on a stage|play music|an instrument
miller|in the mill|grind grain into flour|a heavy millstone
clockmaker|in a small shop|make and mend clocks|tiny screwdrivers
shepherd|on the hills|look after sheep|a long stick
sailor|on a ship|sail across the sea|ropes and sails
lighthouse keeper|in the lighthouse|keep the light burning for the ships|a bright lamp
firefighter|at the fire station|put out fires and save people|a long hose
police officer|in the town|keep people safe|a whistle
bus driver|in a bus|take people from place to place|a big steering wheel
pilot|in a plane|fly planes|many small instruments
builder|on a building site|build houses|bricks and a crane
vet|in a clinic|help sick animals|medicine and bandages
beekeeper|by the hives|look after bees and collect honey|a white suit
blacksmith|in the forge|make things from hot iron|a heavy hammer
astronomer|at night on a high hill|study the stars|a large telescope
writer|at a quiet desk|write books and stories|a pen and paper
""")]

CAPITALS = rows("""
France|Paris|Europe|French
Germany|Berlin|Europe|German
Italy|Rome|Europe|Italian
Spain|Madrid|Europe|Spanish
Portugal|Lisbon|Europe|Portuguese
England|London|Europe|English
Ireland|Dublin|Europe|English and Irish
Poland|Warsaw|Europe|Polish
Austria|Vienna|Europe|German
Greece|Athens|Europe|Greek
Sweden|Stockholm|Europe|Swedish
Norway|Oslo|Europe|Norwegian
Finland|Helsinki|Europe|Finnish
Denmark|Copenhagen|Europe|Danish
Hungary|Budapest|Europe|Hungarian
Russia|Moscow|Europe and Asia|Russian
Ukraine|Kyiv|Europe|Ukrainian
Turkey|Ankara|Europe and Asia|Turkish
the Netherlands|Amsterdam|Europe|Dutch
Belgium|Brussels|Europe|Dutch, French and German
Japan|Tokyo|Asia|Japanese
China|Beijing|Asia|Chinese
India|New Delhi|Asia|Hindi and English
Thailand|Bangkok|Asia|Thai
Vietnam|Hanoi|Asia|Vietnamese
South Korea|Seoul|Asia|Korean
Egypt|Cairo|Africa|Arabic
Kenya|Nairobi|Africa|Swahili and English
Morocco|Rabat|Africa|Arabic
Canada|Ottawa|North America|English and French
the United States|Washington|North America|English
Mexico|Mexico City|North America|Spanish
Cuba|Havana|North America|Spanish
Brazil|Brasilia|South America|Portuguese
Argentina|Buenos Aires|South America|Spanish
Chile|Santiago|South America|Spanish
Peru|Lima|South America|Spanish
Australia|Canberra|Oceania|English
""")

# The subject, then a plain sentence about it. Also the answers to "What is ...?".
DEFINITIONS = rows("""
the sun|The sun is a star. It gives the earth light and warmth
the moon|The moon travels around the earth. It shines at night because it reflects the light of the sun
a star|A star is a huge ball of hot gas that gives off light. Most stars are very far away
the earth|The earth is the planet on which we live. It travels around the sun once a year
a planet|A planet is a large round body that travels around a star
the sky|The sky is what we see above us. It is blue on a clear day and dark at night
a cloud|A cloud is made of many tiny drops of water that float in the air
rain|Rain is water that falls from the clouds in drops
snow|Snow is frozen water that falls from the clouds in soft white flakes
ice|Ice is frozen water. It is cold and hard, and it melts when it gets warm
wind|Wind is moving air. It can be a soft breeze or a strong storm
fog|Fog is a cloud that lies close to the ground. It makes it hard to see far
a rainbow|A rainbow is an arch of colours in the sky. It appears when the sun shines through the rain
thunder|Thunder is the loud sound that follows lightning
lightning|Lightning is a bright flash of electricity in the sky during a storm
a river|A river is a long stream of water that flows to a lake or to the sea
a lake|A lake is a large body of water with land all around it
the sea|The sea is a very large body of salt water
an island|An island is a piece of land with water all around it
a mountain|A mountain is a very high piece of land. The tops of high mountains are covered with snow
a valley|A valley is the low land between hills or mountains
a desert|A desert is a dry place where very little rain falls and few plants grow
a forest|A forest is a large place where many trees grow close together. Many animals live there
a volcano|A volcano is a mountain from which hot melted rock can come out
a tree|A tree is a tall plant with a trunk, branches and leaves
a leaf|A leaf is the flat green part of a plant. It catches the light of the sun
a root|A root is the part of a plant under the ground. It drinks water from the soil
a seed|A seed is a small part of a plant from which a new plant can grow
a flower|A flower is the colourful part of a plant. Bees visit it to drink nectar
grass|Grass is a green plant with thin leaves that covers fields and gardens
water|Water is a clear liquid. All plants and animals need it to live
air|Air is all around us. We cannot see it, but we breathe it
fire|Fire gives light and heat. It is useful, but it can also be dangerous
sand|Sand is made of tiny pieces of rock. You can find it on the beach and in the desert
salt|Salt is a white mineral that we put on food. Sea water is full of it
sugar|Sugar is sweet. It is made from sugar beets or sugar cane
honey|Honey is a sweet golden food that bees make from nectar
milk|Milk is a white drink that comes from cows, goats and sheep
butter|Butter is made from cream. It is yellow and soft, and people spread it on bread
cheese|Cheese is made from milk. There are many kinds of cheese
bread|Bread is made from flour, water, salt and yeast. It is baked in an oven
flour|Flour is a fine powder that is made from grain
an egg|An egg is laid by a bird. A chick can hatch from it, or people can eat it
soup|Soup is a warm liquid food that is made from vegetables, meat or fish
tea|Tea is a hot drink that is made from dried leaves
coffee|Coffee is a dark drink that is made from roasted beans. Many people drink it in the morning
paper|Paper is made from wood. We write and draw on it
glass|Glass is hard and clear, and it breaks easily. Windows are made of it
wood|Wood comes from trees. People use it to build houses and to make furniture
iron|Iron is a strong grey metal. It rusts when it gets wet
gold|Gold is a yellow metal that does not rust. It is worth a lot of money
wool|Wool comes from sheep. People make warm clothes from it
a house|A house is a building in which people live. It has walls, a roof, windows and a door
a window|A window is an opening in a wall with glass in it. It lets in light
a bridge|A bridge lets people cross a river or a road
a road|A road is a way on which people walk, ride and drive
a village|A village is a small place in the country where people live close together
a city|A city is a very large place with many people, houses and streets
a school|A school is a place where children learn to read, to write and to count
a library|A library is a place with many books that people can read or borrow
a museum|A museum is a building where people can look at old or beautiful things
a hospital|A hospital is a place where doctors and nurses care for sick people
a market|A market is a place where people buy and sell food and other things
a friend|A friend is someone you like and trust, and who helps you when you need it
a family|A family is a group of people who belong together, such as parents and children
a birthday|A birthday is the day on which a person was born. People celebrate it every year
a story|A story tells what happened to someone. It can be true or made up
a song|A song is music with words that people sing
music|Music is made of sounds that are nice to hear. People sing or play instruments to make it
a poem|A poem is a short text with a rhythm. Often its lines rhyme
a picture|A picture shows something. You can draw it, paint it or take it with a camera
a letter|A letter is a message on paper that you send to someone
a dream|A dream is a story that you see in your sleep
a computer|A computer is a machine that works with numbers, words and pictures
a language model|A language model is a program that has read many texts and can continue a text, word by word
a robot|A robot is a machine that can do some work by itself
a telephone|A telephone lets you talk with someone who is far away
a car|A car is a vehicle with four wheels and an engine
a train|A train is a long vehicle that runs on rails and carries many people
a plane|A plane is a machine with wings that flies through the air
a ship|A ship is a large boat that carries people and goods across the sea
a bicycle|A bicycle is a vehicle with two wheels. You move it with your feet
a clock|A clock shows the time with its hands
a week|A week has seven days
a month|A month has about thirty days. There are twelve months in a year
a year|A year has twelve months, or three hundred and sixty-five days
a day|A day has twenty-four hours
an hour|An hour has sixty minutes
a minute|A minute has sixty seconds
spring|Spring is the season after winter. The snow melts, flowers grow and birds build their nests
summer|Summer is the warmest season. The days are long and the fruit gets ripe
autumn|Autumn is the season after summer. The leaves turn red and yellow and fall from the trees
winter|Winter is the coldest season. The days are short, and in many places it snows
the heart|The heart is a muscle that pumps blood through the body
the brain|The brain is the part of the body with which we think
the eye|The eye is the part of the body with which we see
the ear|The ear is the part of the body with which we hear
the nose|The nose is the part of the body with which we smell
the tongue|The tongue is the part of the body with which we taste
the skin|The skin covers the whole body and protects it
a bone|A bone is a hard part inside the body. Bones hold the body up
a muscle|A muscle is a part of the body that lets us move
a tooth|A tooth is hard and white. We use our teeth to bite and chew
courage|Courage means to do something even though you are afraid
kindness|Kindness means to be friendly and to help others
patience|Patience means to wait calmly and not to give up
trust|Trust means to believe that someone is honest and good
happiness|Happiness is the warm feeling you have when something good happens
sadness|Sadness is the heavy feeling you have when you lose something or someone
""")

# Question | answer, besides those made from the tables.
QUESTIONS = rows("""
Why is the sky blue?|The sky is blue because the air scatters blue light more than other colours.
Why does it rain?|It rains because the small drops in a cloud join together and become too heavy to float.
Why does ice melt?|Ice melts because it gets warm and turns back into water.
Why do leaves fall in autumn?|Leaves fall in autumn because trees rest in winter and do not need them then.
Why do we sleep?|We sleep because the body and the brain need rest.
Why do we eat?|We eat because food gives us the energy to move, to grow and to think.
Why do we drink water?|We drink water because the body cannot work without it.
Why do birds build nests?|Birds build nests to lay their eggs in them and to keep their chicks safe and warm.
Why do birds fly south?|Some birds fly south in autumn because it is warm there and they can find food.
Why do bees visit flowers?|Bees visit flowers to collect nectar, from which they make honey.
Why do cats purr?|Cats often purr because they feel safe and happy.
Why do dogs wag their tails?|Dogs often wag their tails because they are happy or excited.
Why is the sea salty?|The sea is salty because rivers carry salt from the rocks into it.
Why do we have seasons?|We have seasons because the earth is tilted as it travels around the sun.
Why is it dark at night?|It is dark at night because our side of the earth is turned away from the sun.
Why do plants need light?|Plants need light because they use it to make their own food.
Why do people wear coats in winter?|People wear coats in winter because it is cold and a coat keeps them warm.
Why do people laugh?|People laugh because something is funny or because they are happy.
Why do people cry?|People cry because they are sad, hurt or sometimes very happy.
Why does bread rise?|Bread rises because the yeast makes small bubbles of gas in the dough.
Why does iron rust?|Iron rusts because it gets wet and meets the air.
Why do boats float?|Boats float because the water pushes up against them.
Why do we brush our teeth?|We brush our teeth to keep them clean and healthy.
Why should we say thank you?|We say thank you to show that we are glad about what someone did for us.
Why should we tell the truth?|We should tell the truth because others can only trust us if we are honest.
Why do friends argue?|Friends sometimes argue because they want different things. It helps to listen and to say sorry.
How many days are in a week?|There are seven days in a week.
How many months are in a year?|There are twelve months in a year.
How many hours are in a day?|There are twenty-four hours in a day.
How many minutes are in an hour?|There are sixty minutes in an hour.
How many legs does a spider have?|A spider has eight legs.
How many legs does an ant have?|An ant has six legs.
How many legs does a dog have?|A dog has four legs.
How many legs does a bird have?|A bird has two legs.
How many fingers do we have?|Most people have ten fingers.
How many seasons are there?|There are four seasons: spring, summer, autumn and winter.
How many planets are there?|Eight planets travel around the sun.
What are the days of the week?|The days of the week are Monday, Tuesday, Wednesday, Thursday, Friday, Saturday and Sunday.
What are the four seasons?|The four seasons are spring, summer, autumn and winter.
What are the months of the year?|The months are January, February, March, April, May, June, July, August, September, October, November and December.
What colours are in the rainbow?|The rainbow shows red, orange, yellow, green, blue and violet.
What colour is the sky?|On a clear day the sky is blue.
What colour is grass?|Grass is green.
What colour is snow?|Snow is white.
What colour is the sun?|The sun looks yellow or white, and red when it sets.
What colour is milk?|Milk is white.
What colour is a crow?|A crow is black.
What colour do you get when you mix blue and yellow?|When you mix blue and yellow, you get green.
What colour do you get when you mix red and yellow?|When you mix red and yellow, you get orange.
What colour do you get when you mix red and blue?|When you mix red and blue, you get purple.
What colour do you get when you mix black and white?|When you mix black and white, you get grey.
What is the largest animal?|The blue whale is the largest animal on earth.
What is the tallest animal?|The giraffe is the tallest animal.
What is the fastest animal on land?|The cheetah is the fastest animal on land.
What is the highest mountain?|Mount Everest is the highest mountain on earth.
What is the largest ocean?|The Pacific is the largest ocean.
What is the biggest planet?|Jupiter is the biggest planet that travels around the sun.
Which planet is closest to the sun?|Mercury is the closest planet to the sun.
Which season comes after winter?|Spring comes after winter.
Which season comes after spring?|Summer comes after spring.
Which season comes after summer?|Autumn comes after summer.
Which season comes after autumn?|Winter comes after autumn.
Which day comes after Monday?|Tuesday comes after Monday.
Which day comes after Friday?|Saturday comes after Friday.
Which day comes before Sunday?|Saturday comes before Sunday.
Where does the sun rise?|The sun rises in the east.
Where does the sun set?|The sun sets in the west.
Where does milk come from?|Milk comes from cows, goats and sheep.
Where does honey come from?|Honey comes from bees. They make it from the nectar of flowers.
Where does wool come from?|Wool comes from sheep.
Where does paper come from?|Paper is made from wood.
When do we eat breakfast?|We eat breakfast in the morning.
When do we eat dinner?|We eat dinner in the evening.
What is the opposite of hot?|The opposite of hot is cold.
What is the opposite of big?|The opposite of big is small.
What is the opposite of day?|The opposite of day is night.
What is the opposite of happy?|The opposite of happy is sad.
What is the opposite of old?|The opposite of old is new or young.
What is the opposite of fast?|The opposite of fast is slow.
What is the opposite of wet?|The opposite of wet is dry.
What is the opposite of full?|The opposite of full is empty.
What is the opposite of loud?|The opposite of loud is quiet.
What is the opposite of light?|The opposite of light is dark or heavy.
What should I do when I am sad?|Talk with someone you trust, go for a walk, or listen to music you like. It is all right to be sad for a while.
What should I do when I am bored?|You could read a book, draw a picture, bake something or go outside and look for something new.
What should I do when I cannot sleep?|Drink some warm milk or tea, put away bright screens, and think of a quiet place.
What should I do when I am afraid?|Take a slow deep breath and tell someone about it. Most things look smaller when you share them.
What should I eat for breakfast?|How about bread with butter and honey, or oatmeal with berries and milk?
What should I cook for dinner?|A simple vegetable soup with fresh bread is easy to make and keeps you warm.
What can I give a friend for a birthday?|You could give a book, some flowers, a cake you baked, or a picture you painted.
How can I make a new friend?|Smile, say hello, and ask what the other person likes. Then listen well.
How can I say sorry?|Say honestly what you did wrong and that you are sorry. Then ask how you can make it better.
How can I learn something new?|Start with something small, practise a little every day, and do not be afraid of mistakes.
""")

# How to do a thing: task | steps.
HOW_TO = rows("""
make tea|Boil some water. Put the tea leaves into a pot and pour the hot water over them. Wait for about four minutes, and then pour the tea into a cup.
make soup|Cut some carrots, potatoes and onions into small pieces. Cook them in a pot of water with a little salt until they are soft. Taste the soup before you serve it.
bake bread|Mix flour, water, salt and yeast, and knead the dough for ten minutes. Let it rest in a warm place until it has grown. Then bake it in a hot oven until it is brown.
bake a cake|Mix butter, sugar, eggs and flour in a big bowl. Pour the dough into a round form. Bake it in the oven for forty minutes, and let it cool before you cut it.
make pancakes|Mix flour, milk and eggs in a bowl. Heat some butter in a pan and pour in a little of the mix. Turn the pancake when its edge is brown.
boil an egg|Put the egg into boiling water. After five minutes it is soft, and after ten minutes it is hard. Cool it with cold water.
make jam|Wash the fruit and cut it into pieces. Cook it with sugar in a big pot and stir it all the time. Fill the hot jam into clean jars and close them well.
plant a seed|Fill a pot with earth and make a small hole. Put the seed into the hole and cover it. Water it a little every day and keep it in the light.
plant a tree|Dig a deep hole in a sunny place. Put the young tree into it and fill the hole with earth. Water it well, and tie it to a strong stick.
wash your hands|Make your hands wet and take some soap. Rub them together for twenty seconds, also between the fingers. Rinse them with water and dry them.
fly a kite|Wait for a windy day and go to an open field. Hold the line and run against the wind. Let out more line when the kite climbs.
build a snowman|Roll a big ball of snow, then a smaller one, and then a very small one. Put them on top of each other. Use stones for the eyes and a carrot for the nose.
build a sandcastle|Fill a bucket with wet sand and turn it over. Build walls and towers, and dig a ditch around them. Put a small flag on the highest tower.
make a paper boat|Take a sheet of paper and fold it in half. Fold the two upper corners to the middle and turn up the edges. Then open it carefully from below and pull the ends apart.
mend a sock|Put a needle on a thread of the same colour. Sew small lines across the hole, and then weave other lines through them. Make a knot at the end.
paint a picture|Think of something you like to look at. Draw it lightly with a pencil first. Then paint the large parts, let them dry, and add the small things last.
write a letter|Write the date and a greeting at the top. Tell the other person how you are and what you have done. End with a friendly wish and your name.
tell a good story|Choose someone your listeners will like, and give them a problem. Let them try and fail before they succeed. End when the problem is solved.
light a fire|Put small dry sticks together like a tent, with some paper inside. Light the paper and wait until the sticks burn. Then add larger pieces of wood, and never leave the fire alone.
ride a bicycle|Sit on the bicycle and hold the handlebars with both hands. Push off and start to pedal while you look straight ahead. If you wobble, keep pedalling.
learn to swim|Start in shallow water with someone who can swim well. Practise to float on your back first. Then learn to kick with your legs and to pull with your arms.
catch a fish|Put a worm on the hook and throw the line into the water. Sit quietly and wait. When the line moves, pull it in slowly.
feed the birds|Put some seeds on a flat board in a place that cats cannot reach. Add a bowl of clean water. Then wait quietly behind a window.
take care of a dog|Give it fresh water and food every day. Take it for a walk in the morning and in the evening. Be patient, and play with it often.
take care of a cat|Give it fresh water and food every day. Keep its box clean and brush its fur. Let it sleep when it wants to sleep.
clean a room|First pick up everything from the floor. Then wipe the dust from the shelves. At the end sweep the floor and open a window.
find the way home|Look for something you know, such as a tower or a river. Follow a road to the next village and ask someone. Stay calm and do not run.
look at the stars|Go to a dark place on a clear night. Wait until your eyes are used to the dark. Look for the bright groups of stars, and take a warm blanket with you.
grow tomatoes|Plant the seeds in small pots in spring. When they are as long as your hand, put them into the garden in a sunny place. Tie them to sticks and water them every day.
make a salad|Wash the leaves and cut some tomatoes and a cucumber. Put everything into a bowl. Add a little oil, salt and lemon juice, and mix it well.
""")

# Cause | effect, both plain past clauses.
CAUSES = rows("""
it had rained all night|the path was muddy
it had snowed in the night|the whole village was white
the wind was very strong|the branches were bending
the sun had shone all day|the stones were warm
the fire had gone out|the room was cold
the milk had stood in the sun|it was sour
nobody had watered the flowers|they hung their heads
the bridge was old|it shook with every step
the lamp was broken|the hall was dark
the door was open|the cat had come in
the bread was still hot|the butter melted on it
the road was icy|everyone walked slowly
the river had risen|the stepping stones were under water
the fog was thick|nobody could see the church tower
the bell was ringing|everybody looked up
the baker had got up early|there were warm rolls for everyone
it was market day|the square was full of people
the night was clear|the stars were easy to see
the snow was melting|the streams were full
the soup was too hot|they waited a little
the shop was closed|they had to come back the next day
the hens had been noisy|the whole farm was awake
the well was deep|it took a long time to pull up the bucket
the apples were ripe|they fell from the tree
the ice was thin|nobody was allowed to walk on it
the roof had a hole|the rain dripped on the floor
the dog had barked|the birds flew away
the wheel was broken|the cart could not move
the train was late|the platform was crowded
the clock had stopped|nobody knew the time
""")

# Topics the model knows next to nothing about: it should say so nicely, or say something general.
UNKNOWN = words("quantum physics,the stock market,politics,football results,computer programming,Python,Java,JavaScript,taxes,law,chemistry,"
                "ancient history,the Roman Empire,the French Revolution,the president,the news,the weather tomorrow,calculus,algebra,"
                "philosophy,machine learning,neural networks,medicine,genetics,chess openings,film stars,pop music,video games,"
                "the internet,cryptocurrency,economics,rockets,black holes,dinosaurs,engines,electric cars,databases,Linux,"
                "architecture,opera,poetry in Latin,astrology,nuclear power,banking,insurance,space travel,vaccines,grammar,"
                "Shakespeare,religion,elections,the war,climate science,statistics,a famous actor,a recent movie,operating systems,"
                "quantum computers,rocket science,electricity,energy,time travel,the future,freedom,democracy,education,health,sleep,"
                "money,work,love,sports,tennis,basketball,cars,trains,airplanes,phones,television,cameras,fashion,art,painting,"
                "photography,theatre,dance,jazz,classical music,the guitar,cooking,pizza,chocolate,coffee,wine,tourism,travel,"
                "mountains,oceans,volcanoes,earthquakes,the weather,pollution,recycling,forests,farming,bridges,cities,"
                "robots,artificial intelligence,science,biology,physics,geometry,numbers,languages,English,Spanish,German,writing,"
                "newspapers,books,libraries,museums,castles,kings and queens,pirates,knights,dragons,ghosts,dreams,memory,the brain,"
                "psychology,marriage,children,parents,old age,holidays,Christmas,birthdays,games,chess,toys,shopping,clothes,houses")

FOREIGN = rows("""
Привет!|Russian
Как дела?|Russian
Расскажи мне сказку.|Russian
Привет, как тебя зовут?|Russian
Что ты умеешь?|Russian
Спасибо!|Russian
Доброе утро!|Russian
Кто ты?|Russian
Столица Франции|Russian
Напиши рассказ о собаке.|Russian
Hallo, wie geht es dir?|German
Erzähl mir eine Geschichte.|German
Wer bist du?|German
Guten Morgen!|German
Was kannst du?|German
Bonjour, comment ça va?|French
Raconte-moi une histoire.|French
Qui es-tu?|French
Merci beaucoup!|French
Hola, ¿cómo estás?|Spanish
Cuéntame un cuento.|Spanish
¿Quién eres?|Spanish
Buenos días.|Spanish
Ciao, come stai?|Italian
Raccontami una storia.|Italian
你好！|Chinese
你是谁？|Chinese
给我讲个故事。|Chinese
こんにちは。|Japanese
お話をしてください。|Japanese
안녕하세요.|Korean
مرحبا|Arabic
שלום|Hebrew
Olá, tudo bem?|Portuguese
Cześć, jak się masz?|Polish
""")
EMOJI = rows("""
🙂|a smile
😀|a big smile
😢|a sad face
❤️|a heart
👍|a raised thumb
🐶|a dog
🐱|a cat
🦊|a fox
🌧️|a rain cloud
☀️|the sun
🌙|the moon
⭐|a star
🎂|a birthday cake
🍎|an apple
🌳|a tree
🚀|a rocket
🎉|a party
🌈|a rainbow
""")
