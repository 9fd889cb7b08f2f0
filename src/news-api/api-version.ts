export type ApiVersion = 'v6' | 'v5';
