import type { ClientConfig } from 'pg';
import { parse, toClientConfig } from 'pg-connection-string';
import { SIGNED_IN_AS_ITSELF } from './session-settings.ts';

/** Why a text is no URL to connect with. It never holds the text: there may be a password in it. */
export class NotAUrl extends Error {
	constructor(why: string) {
		super(`This is not a URL such as postgresql://user@host:5432/database: ${why}.`);
		this.name = 'NotAUrl';
	}
}

/** What a URL says of a server and a database, each part decoded. An empty part is null. */
export type UrlConfig = {
	host: string | null;
	port: number | null;
	user: string | null;
	password: string | null;
	database: string | null;
	client: ClientConfig;
};

/**
 * Reads a URL of PostgreSQL as libpq does: what is percent-encoded is decoded once, and a host, port or user behind `?` counts. Throws NotAUrl. pg itself
 * leaves %23, %2F and %3F in a database's name as they are; `client` has the name itself.
 */
export function readUrl(text: string): UrlConfig {
	const url = URL.parse(text);
	if (!url || !/^postgres(ql)?:$/.test(url.protocol))
		throw new NotAUrl('in user, password and database write # as %23, ? as %3F, / as %2F, @ as %40 and : as %3A');
	if (text.includes('#')) throw new NotAUrl('write a # as %23: what comes after it is not read');
	const [user, password, database] = [decoded(url.username), decoded(url.password), decoded(url.pathname.slice(1))];
	const { searchParams } = url;
	// pg reads the path with decodeURI, which leaves some as they are; and "require" as verify-full.
	url.pathname = '';
	searchParams.set('uselibpqcompat', 'true');
	const client = toClientConfig(parse(url.href));
	return {
		host: client.host || null,
		port: client.port ? Number(client.port) : null,
		user: searchParams.get('user') ?? user,
		password: searchParams.get('password') ?? password,
		database,
		client: { ...client, ...(database === null ? {} : { database }), options: SIGNED_IN_AS_ITSELF },
	};
}

function decoded(part: string): string | null {
	try {
		return decodeURIComponent(part) || null;
	} catch {
		throw new NotAUrl('write a % as %25');
	}
}
