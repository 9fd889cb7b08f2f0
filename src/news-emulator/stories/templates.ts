import type { Polarity } from '../../news-api/story.js';

// Slots: {b} the brand, {o} another brand, {p} a place, {c} a kind of car, {n} a number, {m} a month.

export const TITLES: Readonly<Record<Polarity, readonly string[]>> = {
  neutral: [
    'What a three-year-old {b} {c} costs to run in {p}',
    'Used {b} {c}: what to look at before buying',
    '{b} {c} or {o} {c}: a week with both',
    'How {b} owners in {p} choose winter tyres',
    'Reading the service book of an older {b} {c}',
    'Questions readers asked about the {b} {c} in {m}',
    'From brochure to driveway: ordering a {b} {c}',
    '{b} and {o} share a stand at the {p} motor evening',
    'A short guide to {b} {c} trim levels',
    'Leasing a {b} {c}: the numbers explained',
    'How the {b} {c} dashboard changed over {n} years',
    'Inside a {p} workshop that only repairs {b}',
  ],
  positive: [
    'Why drivers in {p} enjoy the {b} {c}',
    'Restored {b} {c} delights visitors in {p}',
    'Quiet and comfortable: {n} days in a {b} {c}',
    '{b} club in {p} celebrates {n} good years',
    'A {b} {c} that is easy to live with',
    'Readers praise the seats of the {b} {c}',
  ],
  negative: [
    'Waiting for parts: a {b} owner in {p} is losing patience',
    'Higher running costs worry {b} drivers in {p}',
    'Cold morning trouble for an old {b} {c}',
    'Why the {b} {c} did not suit our family',
    'Fewer {b} {c} offers than last {m}, say buyers in {p}',
  ],
};
export const PLAIN_TITLES = [
  'Parking charges under review in {p}',
  'Cycle lane in {p} opens after {n} weeks of work',
  'How to read a used car advert',
  'New timetable for the {p} bus station',
  'Checking tyre pressure in cold weather',
  'Petrol prices in {p} little changed in {m}',
  'Village near {p} tries a car sharing scheme',
];
export const SENTENCES = [
  'The {b} {c} was parked outside for {n} nights and started every time.',
  'Prices for a comparable {o} were within a few hundred pounds.',
  'A full service record matters more than the colour, one dealer in {p} told us.',
  'Most {b} buyers look at mileage first and at the engine second.',
  'Insurance for the {c} came to about {n} pounds a month in our example.',
  'The boot takes {n} shopping bags, which surprised the {b} owner we met.',
  'Fuel use on the ring road around {p} was close to the official figure.',
  'In {m} the waiting list for a test drive was {n} days long.',
  'Drivers who moved from a {o} mention the softer ride.',
  'The Example Buyer Guide lists {n} points to check on any {c}.',
  'Across the United Kingdom, automatic gearboxes are asked for more often than before.',
  'Buyers in Germany tend to keep a {b} longer, a reader writes.',
  'Similar questions are discussed by owners all over Europe.',
  'A second key and the tool kit should be in the car 🚗 when you collect it.',
  'None of the {b} drivers we spoke to had planned to sell before spring.',
  'The garage in {p} keeps the most common parts on the shelf.',
];
export const PLAIN_SENTENCES = [
  'The council in {p} expects a decision in {m}.',
  'About {n} people came to the meeting.',
  'Residents can send comments until the end of {m}.',
  'A spokesperson said the plan had been discussed for {n} weeks.',
  'Traffic on the main road was calm on the first day.',
  'The figures come from a survey in the United Kingdom.',
];
/** What a scraper takes for the text of a page without text. The real feed has such junk stories, too. */
export const BOILERPLATE = 'Notice board post';
/** Stories in another language come with an English translation. */
export const GERMAN_TITLES: ReadonlyArray<readonly [german: string, english: string]> = [
  ['Gebrauchter {b}: worauf Käufer achten sollten', 'Used {b}: what buyers should look at'],
  ['{b} oder {o}: ein Vergleich nach {n} Tagen', '{b} or {o}: a comparison after {n} days'],
  ['Warum Fahrer in {p} ihren {b} mögen', 'Why drivers in {p} like their {b}'],
  ['Ärger über {n} Wochen Wartezeit bei {b}', 'Annoyed by {n} weeks of waiting at {b}'],
];
export const GERMAN_SENTENCES: ReadonlyArray<readonly [german: string, english: string]> = [
  [
    'Der {b} stand {n} Nächte draußen und sprang jedes Mal an.',
    'The {b} stood outside for {n} nights and started every time.',
  ],
  ['Ein Händler in {p} rät zu einem vollständigen Scheckheft.', 'A dealer in {p} advises a complete service book.'],
  ['Ein ähnlicher {o} kostet fast genauso viel.', 'A similar {o} costs nearly as much.'],
  ['Für die Überführung wurden {n} Tage genannt.', 'For the delivery {n} days were named.'],
  ['Viele {b} bleiben länger als geplant in einer Familie.', 'Many a {b} stays in a family longer than planned.'],
];
export const PLACES = ['Leeds', 'Bristol', 'York', 'Cardiff', 'Norwich', 'Derby', 'Exeter', 'Dundee'];
export const CAR_KINDS = ['hatchback', 'estate', 'saloon', 'small SUV', 'city car', 'family car'];
export const MONTHS = ['August', 'September', 'October', 'November'];
