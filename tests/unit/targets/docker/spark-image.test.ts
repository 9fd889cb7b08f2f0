import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describeSparkImage, sparkContext } from '../../../../src/targets/docker/spark-image.js';

describe('describeSparkImage', () => {
  test.each([
    ['4.2.0', '2.13', '4.2.0-scala2.13-java17-python3-ubuntu', 'numpy==2.2.6'],
    ['4.0.1', '2.13', '4.0.1-scala2.13-java17-python3-ubuntu', 'numpy==2.2.6'],
    ['3.5.8', '2.12', '3.5.8-scala2.12-java17-python3-ubuntu', 'numpy>=1.21,<2'],
    ['3.5.0', '2.12', '3.5.0-scala2.12-java17-python3-ubuntu', 'numpy>=1.21,<2'],
  ])('derives Spark %s for Scala %s from %s with %s', async (version, scala, baseTag, numpy) => {
    expect(await describeSparkImage(version)).toMatchObject({ version, scala, baseTag, numpy });
  });

  test('names the image after its version and all that goes into it', async () => {
    const versions = ['4.2.0', '4.1.0', '3.5.8', '3.5.7'];
    const images = await Promise.all(versions.map(async (version) => (await describeSparkImage(version)).image));
    expect(images.map((image) => image.replace(/-[0-9a-f]{10}$/, ''))).toEqual(
      versions.map((version) => `millrace-spark:${version}`),
    );
    expect(new Set(images.map((image) => image.split('-').at(-1))).size).toBe(versions.length);
  });

  test('gives the same name as long as nothing changes', async () => {
    expect((await describeSparkImage('4.2.0')).image).toBe((await describeSparkImage('4.2.0')).image);
  });
});

describe('sparkContext', () => {
  test('is the folder with the Dockerfile', () => {
    expect(existsSync(join(sparkContext(), 'Dockerfile'))).toBe(true);
  });
});
