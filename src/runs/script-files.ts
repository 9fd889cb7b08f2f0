export interface CollectedScript {
  readonly name: string;
  readonly path: string;
  readonly kind: 'streaming' | 'batch';
  readonly text: string;
  readonly modules: readonly { readonly path: string; readonly text: string }[];
}
export async function collectScript(_path: string): Promise<CollectedScript> {
  throw new Error('stub');
}
