import { UsageError } from '../../errors.js';
import { readCredentialsFile } from './credentials-file.js';
import { newsApiErrors } from './news-api-errors.js';
import { Secret } from './secret.js';

/** An application id with its key, or with the user whose token goes with each request. */
export type Credentials =
  | { readonly kind: 'key'; readonly appId: Secret; readonly apiKey: Secret }
  | { readonly kind: 'oauth'; readonly appId: Secret; readonly username: Secret; readonly password: Secret };

export const CREDENTIAL_NAMES = ['AYLIEN_APP_ID', 'AYLIEN_API_KEY', 'AYLIEN_USERNAME', 'AYLIEN_PASSWORD'] as const;
export type CredentialName = (typeof CREDENTIAL_NAMES)[number];
type Values = Readonly<Partial<Record<CredentialName, Secret>>>;

/**
 * The credentials of the news API: from the environment, and what is not set there from a file. If there are a key and a user with a
 * password, the key is used.
 * @param file a file of lines `NAME=value` that only its owner may read
 * @throws UsageError when the file is unusable, or a value cannot be sent
 * @throws CREDENTIALS_MISSING naming the variables that are not set
 */
export async function readCredentials(
  env: Readonly<Record<string, string | undefined>>,
  file: string | undefined,
): Promise<Credentials> {
  const fromFile = file === undefined ? {} : await readCredentialsFile(file);
  const values: Values = Object.fromEntries(
    CREDENTIAL_NAMES.flatMap((name) => {
      const text = trimmed(name, env[name]) || trimmed(name, fromFile[name]);
      return text ? [[name, new Secret(requireSendable(name, text))]] : [];
    }),
  );
  return choose(values);
}

// A password may well begin or end with a blank.
function trimmed(name: CredentialName, text = ''): string {
  return name === 'AYLIEN_PASSWORD' ? text : text.trim();
}

function choose({
  AYLIEN_APP_ID: appId,
  AYLIEN_API_KEY: apiKey,
  AYLIEN_USERNAME: username,
  AYLIEN_PASSWORD: password,
}: Values): Credentials {
  if (appId && apiKey) return { kind: 'key', appId, apiKey };
  if (appId && username && password) return { kind: 'oauth', appId, username, password };
  const missing: CredentialName[] = appId ? [] : ['AYLIEN_APP_ID'];
  const wantsUser = !apiKey && (username || password);
  if (wantsUser && !username) missing.push('AYLIEN_USERNAME');
  if (wantsUser && !password) missing.push('AYLIEN_PASSWORD');
  if (!wantsUser && !apiKey) missing.push('AYLIEN_API_KEY');
  throw newsApiErrors.CREDENTIALS_MISSING({ missing });
}

// Id and key are sent as headers without encoding; user and password are encoded, and may have any letter.
function requireSendable(name: CredentialName, text: string): string {
  const isHeader = name === 'AYLIEN_APP_ID' || name === 'AYLIEN_API_KEY';
  const isGood = isHeader ? /^[\x21-\x7e]+$/.test(text) : !/\p{Cc}/u.test(text);
  if (isGood && !(name === 'AYLIEN_USERNAME' && text.includes(':'))) return text;
  throw new UsageError(
    `${name} holds characters that cannot be sent`,
    'Copy it again from your account, without quotes.',
  );
}

/** The texts in the credentials that must not be shown. */
export function secretsOf(credentials: Credentials): Secret[] {
  return credentials.kind === 'key'
    ? [credentials.appId, credentials.apiKey]
    : [credentials.appId, credentials.username, credentials.password, basicOf(credentials)];
}

/** User and password as HTTP Basic sends them. */
export function basicOf({ username, password }: Extract<Credentials, { kind: 'oauth' }>): Secret {
  return new Secret(Buffer.from(`${username.reveal()}:${password.reveal()}`, 'utf8').toString('base64'));
}
