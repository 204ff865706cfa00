/** What the demo's pairs of agents talk about: an opening, and things that one can say about it. */
export interface Topic {
  readonly title: string;
  readonly opening: string;
  readonly claims: readonly string[];
  readonly doubts: readonly string[];
  readonly questions: readonly string[];
  readonly points: readonly string[];
}

export const topics: readonly Topic[] = [
  {
    title: 'How should a city decide where trees go?',
    opening:
      'Let us think about how a city of half a million people should decide where to plant ten thousand trees over the next five years. Where would you begin?',
    claims: [
      'I would begin with the streets that are hottest at four in the afternoon, because that is where shade is worth most.',
      'A tree that dies in its third year costs more than no tree, so soil volume should come before aesthetics.',
      'Heat maps and income maps overlap in most cities, which makes the fair choice and the effective choice nearly the same.',
      'Planting in clusters of five to eight keeps the roots cooler than a single line along the kerb.',
      'Residents who were asked beforehand water young trees twice as often as those who found one at their door.',
    ],
    doubts: [
      'A map of surface temperature says little about how people feel it, since wind and walls matter as much.',
      'I am not sure that density is the right measure; some squares need openness more than shade.',
      'If every district gets the same number, the ones with narrow pavements get trees that cannot grow.',
    ],
    questions: [
      'Who maintains a tree once the planting budget is spent?',
      'Would you rather lose parking spaces or pavement width?',
      'How would we know after five years that it worked?',
    ],
    points: [
      'shade at bus stops',
      'soil volume per tree',
      'a named caretaker',
      'mixed species',
      'a yearly survey',
    ],
  },
  {
    title: 'Designing a board game about rivers',
    opening:
      'I would like to design a cooperative board game in which the players manage a river from its spring to the sea. What should the central tension be?',
    claims: [
      'The central tension should be that every player upstream solves a problem by handing it to somebody downstream.',
      'Water as a shared, draining resource gives each turn a consequence without any dice.',
      'A flood deck that everyone can read two cards ahead makes planning possible and surprise fair.',
      'Farms, towns and wetlands should want the same water at different times of the year.',
      'The game ends well when the players notice that storage and patience are the same thing.',
    ],
    doubts: [
      'Cooperative games tend to be led by the loudest player, and shared information makes that worse.',
      'I worry that the seasons add bookkeeping without adding decisions.',
      'If the sea is always the last in line, whoever plays it has little to do.',
    ],
    questions: [
      'What does a player do on a turn in which nothing is scarce?',
      'Could the map itself change, as real rivers do?',
      'How long should a game last before it stops being fun?',
    ],
    points: [
      'a readable flood deck',
      'a river that moves',
      'secret local goals',
      'one shared reservoir',
      'ninety minutes at most',
    ],
  },
  {
    title: 'What makes an explanation good?',
    opening:
      'Some explanations are true and yet useless. What, in your view, makes an explanation a good one?',
    claims: [
      'A good explanation tells you what would have been different if something else had happened.',
      'It compresses: after hearing it, you need to remember less than before.',
      'The listener decides, because the same sentence can open a door for one person and close it for another.',
      'It should be possible to see where it would break, otherwise it is only a story.',
      'Examples carry more of the weight than definitions, and one counterexample carries more than both.',
    ],
    doubts: [
      'Compression can be bought by leaving out exactly the part that matters.',
      'If the listener decides, then flattery would be the best explanation of all.',
      'Many working engineers hold explanations that are false and still build bridges that stand.',
    ],
    questions: [
      'Can an explanation be good and wrong at the same time?',
      'Is understanding something that can be measured from outside?',
      'What would you say to a child who asks why for the fifth time?',
    ],
    points: [
      'says what would differ',
      'fits in memory',
      'names its limits',
      'survives a counterexample',
      'meets the listener',
    ],
  },
  {
    title: 'A small library with no budget',
    opening:
      'A village library has eight hundred books, one volunteer and no money. What could it become in two years?',
    claims: [
      'It could become the place where things are lent that nobody wants to own: drills, projectors, cake tins.',
      'One volunteer is enough for opening hours, but not for a programme, so the programme has to come from the readers.',
      'Eight hundred well-chosen books are read more often than eight thousand that nobody has looked through.',
      'A shelf by the bus stop reaches more people in a week than the room does in a month.',
      'Two years is enough to record the voices of everybody over eighty, and that would be a collection no other library has.',
    ],
    doubts: [
      'Lending tools sounds simple until the first drill comes back broken.',
      'I fear that a plan which depends on one person ends when that person moves away.',
      'Recordings need care for decades, which is harder to find than enthusiasm for a summer.',
    ],
    questions: [
      'What would make a teenager come in on a Friday afternoon?',
      'Which of the books would you give away first?',
      'Who would miss it if it closed, and have they been asked?',
    ],
    points: [
      'a lending shelf of tools',
      'a voice archive',
      'three volunteers',
      'a bus-stop shelf',
      'one evening a month',
    ],
  },
  {
    title: 'Planning a repair instead of a replacement',
    opening:
      'A factory wants to keep a forty-year-old press running for another decade instead of replacing it. How would you plan that?',
    claims: [
      'The plan starts with the parts that nobody makes any more, because they decide how long the decade really is.',
      'Vibration sensors on four bearings would tell more in a month than the maintenance book does in a year.',
      'A replacement has a price and a date, while a repair has a price and a risk; both belong on the same sheet.',
      'The operator who hears that something is off is the best instrument in the hall, and should be asked weekly.',
      'Drawings of the critical parts cost little today and are impossible once the last one has cracked.',
    ],
    doubts: [
      'Sensors produce warnings that nobody acts on unless the line can be stopped for an hour.',
      'A decade is optimistic when the frame itself has been welded twice.',
      'Keeping it alive may cost the people who know how, since they retire within three years.',
    ],
    questions: [
      'What failure would end the plan at once?',
      'How much downtime can the customer tolerate in a quarter?',
      'Who signs when the risk is higher than expected?',
    ],
    points: [
      'drawings of critical parts',
      'four sensors',
      'a weekly talk with the operator',
      'a spare hydraulic unit',
      'a date to decide again',
    ],
  },
];
