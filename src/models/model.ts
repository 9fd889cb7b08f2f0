/** A model that millrace trains; its versions are in `models/<name>/v<n>` of the shared data. */
export interface Model {
  readonly name: string;
  readonly job: string;
  /** The only command that may start the job, since it chooses the version. */
  readonly trainedBy: string;
}

export const CAR_PRICE: Model = { name: 'car-price', job: 'train-car-price', trainedBy: 'millrace train model' };
