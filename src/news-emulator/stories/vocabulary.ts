/** Something that a text can name, with what the API knows of it. */
export interface NamedEntity {
  readonly id: string;
  /** Its page in the English Wikipedia; an entity without one has no links. */
  readonly page?: string;
  readonly forms: readonly [string, ...string[]];
  readonly types?: readonly string[];
}

export interface StoryPublisher {
  readonly id: number;
  readonly name: string;
  readonly domain: string;
  readonly country: string | null;
}

export const BRANDS: Readonly<Record<string, NamedEntity>> = {
  audi: { id: 'Q23317', page: 'Audi', forms: ['Audi'] },
  bmw: { id: 'Q26678', page: 'BMW', forms: ['BMW'] },
  ford: { id: 'Q44294', page: 'Ford_Motor_Company', forms: ['Ford'] },
  hyundai: { id: 'Q55931', page: 'Hyundai_Motor_Company', forms: ['Hyundai'] },
  mercedes: { id: 'Q36008', page: 'Mercedes-Benz', forms: ['Mercedes-Benz', 'Mercedes'] },
  skoda: { id: 'Q29637', page: 'Škoda_Auto', forms: ['Škoda', 'Skoda'] },
  toyota: { id: 'Q53268', page: 'Toyota', forms: ['Toyota'] },
  vauxhall: { id: 'Q59187', page: 'Vauxhall_Motors', forms: ['Vauxhall'] },
  vw: { id: 'Q246', page: 'Volkswagen', forms: ['Volkswagen', 'VW'] },
  tesla: { id: 'Q478214', page: 'Tesla,_Inc.', forms: ['Tesla'] },
};
export const PLACE_ENTITIES: readonly NamedEntity[] = [
  { id: 'Q145', page: 'United_Kingdom', forms: ['United Kingdom'], types: ['Country'] },
  { id: 'Q183', page: 'Germany', forms: ['Germany'], types: ['Country'] },
  { id: 'Q46', page: 'Europe', forms: ['Europe'], types: ['Continent'] },
];
export const GUIDE_ENTITY: NamedEntity = {
  id: 'N190248837125530164',
  forms: ['Example Buyer Guide'],
  types: ['Product'],
};
export const PUBLISHERS: readonly StoryPublisher[] = (
  [
    ['Example Motoring Daily', 'motoring.example.com', 'GB'],
    ['Example Car Review', 'cars.example.org', 'GB'],
    ['Sample Evening Post', 'post.example.net', 'GB'],
    ['Sample Wheels Weekly', 'wheels.example.com', 'IE'],
    ['Example Business Wire', 'wire.example.org', 'US'],
    ['Generic Auto Journal', 'journal.example.net', 'DE'],
    ['Sample Drivers Blog', 'drivers.example.org', null],
  ] as const
).map(([name, domain, country], at) => ({ id: 9001 + at, name, domain, country }));
