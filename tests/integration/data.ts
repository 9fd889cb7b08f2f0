import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

const REAL_CARS = resolve('..', 'shared', 'data', 'cars');

/** The real listings of one make where they lie beside the project, else the shipped sample. */
export const audiFile = existsSync(`${REAL_CARS}/audi.csv`) ? `${REAL_CARS}/audi.csv` : undefined;
export const carsFile = audiFile ?? resolve('data', 'cars-sample.csv');
