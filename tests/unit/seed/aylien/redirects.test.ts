import { KEY, page, type Reply, raw, readAll, serveReplies, USER } from './scripted-api.js';

const to = (location: string, status = 302): Reply => raw('moved', status, { Location: location });

describe('a redirect', () => {
  test.each([301, 302, 303, 307, 308])(
    'of %i within the same origin is followed, with the credentials',
    async (status) => {
      const api = await serveReplies(to('/elsewhere?a=b', status), page([1]));
      expect(await readAll(api.base)).toMatchObject({ ids: [1], waits: [] });
      expect(api.seen[1]).toMatchObject({ method: 'GET', path: '/elsewhere' });
      expect(api.seen[1]?.headers['x-aylien-newsapi-application-key']).toBe(KEY.AYLIEN_API_KEY);
    },
  );

  test.each([301, 302, 303, 307, 308])(
    'of %i to another host is never followed, and the host is named',
    async (status) => {
      const other = await serveReplies(page([99]));
      const api = await serveReplies(to(`http://${other.host}/v6/news/stories`, status));
      const { error } = await readAll(api.base);
      expect(error).toMatchObject({ code: 'NEWS_API_REFUSED' });
      expect((error as Error).message).toBe(
        `The news API sent the request on to ${other.host}, where the credentials do not go`,
      );
      expect(other.seen).toEqual([]);
      expect(api.seen).toHaveLength(1);
    },
  );

  test('to the same host by another name is one to another host', async () => {
    const api = await serveReplies(to('/'));
    const port = api.host.split(':')[1];
    const named = await serveReplies(to(`http://localhost:${port}/`));
    expect((await readAll(named.base)).error).toMatchObject({ code: 'NEWS_API_REFUSED' });
    expect(api.seen).toEqual([]);
  });

  test('of a request for a token takes user and password to no other host', async () => {
    const other = await serveReplies(raw('{"access_token": "t"}'));
    const api = await serveReplies(to(`http://${other.host}/v1/oauth/token`, 307));
    expect((await readAll(api.base, { env: USER })).error).toMatchObject({ code: 'NEWS_API_REFUSED' });
    expect(other.seen).toEqual([]);
  });

  test('to itself for ever ends', async () => {
    const api = await serveReplies(to('/v6/news/stories'));
    const { error } = await readAll(api.base, { limits: { attempts: 2 } });
    expect(error).toMatchObject({ message: expect.stringContaining('redirected the request more than 3 times') });
    expect(api.seen).toHaveLength(8);
  });

  test('to something that is not an address counts as a fault', async () => {
    const api = await serveReplies(to('http://[nowhere'), page([1]));
    const { ids, waits } = await readAll(api.base);
    expect(ids).toEqual([1]);
    expect(waits[0]?.reason).toBe('it redirected the request to something that is not an address');
  });
});
