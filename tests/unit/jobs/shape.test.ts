import { askModule } from './template-module.js';

const shapeOf = (fields: object, required: readonly string[], eventTime: string | null) =>
  askModule<readonly [required: string[], fields: Record<string, string>]>(
    'millrace_records',
    'shape = module.Shape("x/1", *input)\noutput = [shape.required, shape.fields]',
    [fields, required, eventTime],
  );

describe('the shape of a record', () => {
  test('needs its event time, which would count as now otherwise', () => {
    expect(shapeOf({ at: 'TIMESTAMP' }, ['make'], 'at')[0]).toEqual(['make', 'at']);
    expect(shapeOf({ at: 'TIMESTAMP' }, ['at', 'make'], 'at')[0]).toEqual(['at', 'make']);
    expect(shapeOf({}, ['make'], null)[0]).toEqual(['make']);
  });

  test('takes the types that are checked in any spelling, and leaves others as they are', () => {
    const fields = { a: 'timestamp', b: 'Bigint', c: 'array<string>', d: 'ARRAY<STRUCT<brand: STRING>>', e: 'int' };
    const kinds = ['TIMESTAMP', 'BIGINT', 'ARRAY<STRING>', fields.d, 'int'];
    expect(Object.values(shapeOf(fields, [], null)[1])).toEqual(kinds);
  });
});
