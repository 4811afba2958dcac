/** The people of the demo: those of the story, the vendors' other staff, and the customers with those who answer there. */

/** Somebody: an id and a name. */
type Person = readonly [id: string, name: string]
/** A customer: an id, a name, those who answer its requests, and the language in which they do. */
export interface Firm {
  readonly id: string
  readonly name: string
  readonly people: readonly Person[]
  readonly language?: 'fr' | 'ar' | 'ja'
}

/** Some of the vendor's staff, and the customers that they look after. */
export interface Portfolio {
  readonly staff: readonly Person[]
  readonly language: 'en' | 'fr'
  readonly firms: readonly Firm[]
}

/** The vendor of the story, and its administrators: the first one is the story's. */
export const CLASSICS = { id: 'classics', name: 'Classics, Inc.' }
export const ADMINISTRATORS: readonly Person[] = [
  ['elizabeth', 'Elizabeth Bennet'],
  ['emma', 'Emma Woodhouse'],
]

/** Somebody of the vendor who is in no request, and has only the legacy tool. */
export const WICKHAM: Person = ['wickham', 'George Wickham']

/** Another vendor, its administrator and its staff; it has some of the same customers. */
export const PICKWICK = {
  id: 'pickwick-and-snodgrass',
  name: 'Pickwick and Snodgrass, Travelling Bookkeepers',
  administrator: ['pickwick', 'Samuel Pickwick'] as Person,
  staff: [
    ['weller', 'Sam Weller'],
    ['snodgrass', 'Augustus Snodgrass'],
  ] as readonly Person[],
  customers: ['jarndyce', 'dombey', 'scrooge-and-marley', 'satis-house', 'cranford', 'thornfield', 'homais', 'geppetto'],
}

/** The two customers of the story. They have granted nothing yet. */
export const STORY_FIRMS: readonly Firm[] = [
  { id: 'tom-sawyer', name: 'Tom Sawyer Fence Painting Co.', people: [['tom', 'Tom Sawyer']] },
  { id: 'hundred-acre', name: 'Hundred Acre Wood Art Gallery', people: [['christopher', 'Christopher Robin']] },
]

/** The people of the story, by their ids. */
export const STORY_PEOPLE = ['elizabeth', 'caroline', 'charlotte', 'wickham', 'tom', 'christopher']

export const PORTFOLIOS: readonly Portfolio[] = [
  {
    staff: [
      ['caroline', 'Caroline Bingley'],
      ['charlotte', 'Charlotte Lucas'],
      ['mary', 'Mary Bennet'],
    ],
    language: 'en',
    firms: [
      { id: 'seven-gables', name: 'House of the Seven Gables Penny Shop', people: [['hepzibah', 'Hepzibah Pyncheon']] },
      { id: 'sleepy-hollow', name: 'Sleepy Hollow Singing School', people: [['ichabod', 'Ichabod Crane']] },
      { id: 'march-sisters', name: 'March Sisters Theatricals', people: [['jo', 'Jo March']] },
      { id: 'finn-and-jim', name: 'Finn and Jim Raft Ferries', people: [['huck', 'Huckleberry Finn']] },
      { id: 'pequod', name: 'Owners of the Whaler Pequod', people: [['ishmael', 'Ishmael']] },
    ],
  },
  {
    staff: [
      ['darcy', 'Fitzwilliam Darcy'],
      ['jane', 'Jane Bennet'],
      ['fairfax', 'Jane Fairfax'],
      ['wentworth', 'Frederick Wentworth'],
    ],
    language: 'en',
    firms: [
      {
        id: 'jarndyce',
        name: 'Jarndyce and Jarndyce, Solicitors in Chancery',
        people: [
          ['esther', 'Esther Summerson'],
          ['guppy', 'William Guppy'],
        ],
      },
      {
        id: 'dombey',
        name: 'Dombey and Son, Dealers Wholesale, Retail and for Exportation to All Parts of the World',
        people: [['walter-gay', 'Walter Gay']],
      },
      { id: 'scrooge-and-marley', name: 'Scrooge and Marley Counting House', people: [['cratchit', 'Bob Cratchit']] },
      { id: 'satis-house', name: 'Satis House Brewery', people: [['estella', 'Estella Havisham']] },
      { id: 'boffin', name: 'Boffin Dust Contractors', people: [['boffin', 'Nicodemus Boffin']] },
    ],
  },
  {
    staff: [
      ['anne', 'Anne Elliot'],
      ['ferrars', 'Edward Ferrars'],
    ],
    language: 'en',
    firms: [
      {
        id: 'casaubon',
        name: 'Society for the Completion of the Key to All Mythologies, Lowick near Middlemarch',
        people: [['dorothea', 'Dorothea Brooke']],
      },
      { id: 'cranford', name: "Cranford Ladies' Tea and Lace", people: [['matty', 'Matilda Jenkyns']] },
      { id: 'thornfield', name: 'Thornfield Hall Governesses', people: [['jane-eyre', 'Jane Eyre']] },
      { id: 'moorland', name: 'Earnshaw and Linton Moorland Farms', people: [['nelly', 'Nelly Dean']] },
      { id: 'barchester', name: 'Barchester Almshouse Trust', people: [['harding', 'Septimus Harding']] },
    ],
  },
  {
    staff: [
      ['elinor', 'Elinor Dashwood'],
      ['marianne', 'Marianne Dashwood'],
      ['isabella', 'Isabella Thorpe'],
    ],
    language: 'en',
    firms: [
      { id: 'usher', name: 'House of Usher Masonry', people: [['roderick', 'Roderick Usher']] },
      { id: 'frankenstein', name: 'Frankenstein Galvanic Laboratory', people: [['victor', 'Victor Frankenstein']] },
      {
        id: 'jekyll-and-hyde',
        name: 'Jekyll and Hyde Dispensary',
        people: [
          ['jekyll', 'Henry Jekyll'],
          ['hyde', 'Edward Hyde'],
        ],
      },
      { id: 'carpathian', name: 'Carpathian Guest House', people: [['mina', 'Mina Harker']] },
      { id: 'griffin', name: 'Griffin Invisible Mending', people: [['marvel', 'Thomas Marvel']] },
    ],
  },
  {
    staff: [
      ['fanny', 'Fanny Price'],
      ['catherine', 'Catherine Morland'],
      ['tilney', 'Henry Tilney'],
    ],
    language: 'fr',
    firms: [
      { id: 'homais', name: 'Pharmacie Homais, Yonville-l’Abbaye', people: [['bovary', 'Emma Bovary']], language: 'fr' },
      { id: 'monte-cristo', name: 'Monte-Cristo, Trésors et Placements', people: [['dantes', 'Edmond Dantès']], language: 'fr' },
      { id: 'madeleine', name: 'Verroteries Madeleine, Montreuil-sur-Mer', people: [['valjean', 'Jean Valjean']], language: 'fr' },
      { id: 'bonheur', name: 'Au Bonheur des Dames', people: [['denise', 'Denise Baudu']], language: 'fr' },
      { id: 'artagnan', name: "École d'escrime d'Artagnan", people: [['artagnan', "Monsieur d'Artagnan"]], language: 'fr' },
      { id: 'fogg', name: 'Fogg et Passepartout, Voyages en 80 jours', people: [['passepartout', 'Jean Passepartout']], language: 'fr' },
    ],
  },
  {
    staff: [
      ['knightley', 'George Knightley'],
      ['harriet', 'Harriet Smith'],
    ],
    language: 'en',
    firms: [
      { id: 'thousand-nights', name: 'مكتبة ألف ليلة وليلة', people: [['scheherazade', 'شهرزاد']], language: 'ar' },
      { id: 'kushami', name: '苦沙弥英語塾', people: [['kushami', '珍野苦沙弥']], language: 'ja' },
      { id: 'geppetto', name: 'Geppetto Puppets and Carvings', people: [['geppetto', 'Geppetto']] },
      { id: 'karamazov', name: 'Karamazov Brothers Estate', people: [['alyosha', 'Alyosha Karamazov']] },
      { id: 'levin', name: 'Levin and Oblonsky Harvests', people: [['levin', 'Konstantin Levin']] },
    ],
  },
  {
    staff: [
      ['georgiana', 'Georgiana Darcy'],
      ['walter', 'Sir Walter Elliot of Kellynch Hall, Baronet in the County of Somerset'],
      ['willoughby', 'John Willoughby'],
    ],
    language: 'en',
    firms: [
      { id: 'nautilus', name: 'Nautilus Submarine Surveys', people: [['aronnax', 'Pierre Aronnax']], language: 'fr' },
      { id: 'hawkins', name: 'Hawkins and Silver Treasure Salvage', people: [['jim', 'Jim Hawkins']] },
      { id: 'time-traveller', name: 'Time Traveller Instruments', people: [['watchett', 'Mrs Watchett']] },
      { id: 'white-rabbit', name: 'White Rabbit Watches and Waistcoats', people: [['mary-ann', 'Mary Ann']] },
    ],
  },
  {
    staff: [
      ['lydia', 'Lydia Bennet'],
      ['collins', 'William Collins'],
    ],
    language: 'en',
    firms: [
      { id: 'pinkerton', name: "Miss Pinkerton's Academy for Young Ladies, Chiswick Mall", people: [['amelia', 'Amelia Sedley']] },
      { id: 'poyser', name: 'Poyser Dairy, Hall Farm', people: [['dinah', 'Dinah Morris']] },
      { id: 'egdon', name: 'Egdon Heath Reading Rooms', people: [['clym', 'Clym Yobright']] },
    ],
  },
]

/** All customers: the story's first. */
export const FIRMS: readonly Firm[] = [...STORY_FIRMS, ...PORTFOLIOS.flatMap(({ firms }) => firms)]
