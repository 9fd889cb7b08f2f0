/** How the news API judges a text or what it says of an entity. */
export type Polarity = 'positive' | 'neutral' | 'negative';
