import pg from 'pg';
import type { Manifest } from '#lib/domain/bundle/manifest.ts';
import { type Target, targetSchema } from '#lib/domain/target/target.ts';
import { Refusal } from '#lib/errors.ts';
import { setSession } from '#lib/postgres/connection/session-settings.ts';
import { NotAUrl, readUrl, type UrlConfig } from '#lib/postgres/connection/url-config.ts';
import { enroll } from '#lib/postgres/enrollment/enroll.ts';
import { MARKER_SQL } from '#lib/postgres/marker.ts';
import { PENDING_SQL } from '#lib/postgres/pending.ts';
import { redact } from '#lib/redact.ts';
import { loadTarget } from '#scripts/demo/load-target.ts';
import type { ThrowawayCluster } from '#scripts/throwaway/cluster.ts';
import { endpointsOf, type StandIn } from '#scripts/throwaway/stand-in-application.ts';

/** The variables that the walkthrough's own secrets are kept in, for as long as it runs. */
const PASSWORD = 'WALKTHROUGH_PASSWORD';
const TOKEN = 'WALKTHROUGH_TOKEN';

type Making = { app: StandIn; backupFolder: string; manifest: Manifest | null };

/** The demo's venture on a throwaway cluster, enrolled with the least-privilege logins. */
export async function ownTarget(cluster: ThrowawayCluster, making: Making): Promise<Target> {
	process.env[PASSWORD] = cluster.password;
	process.env[TOKEN] = cluster.password;
	await loadTarget({ url: cluster.url, database: 'ehg', applicationPassword: cluster.password });
	const login = (user: string) => ({ user, password: { env: PASSWORD } });
	const target = define(making, {
		name: 'ehg-walkthrough',
		connection: {
			host: '127.0.0.1',
			port: cluster.port,
			database: 'ehg',
			sslmode: 'disable',
			logins: { run: login('countersign_run'), backup: login('countersign_backup'), restore: login('countersign_restore') },
			appliesAs: 'ehg_owner',
		},
		recoveryPoint: 'archived',
	});
	await enroll({ target, superuserUrl: cluster.url('ehg') });
	return target;
}

/** An existing database: everything is done as the URL's user, and only the tables of the schema countersign are added. */
export async function existingTarget(urlText: string, making: Making): Promise<Target> {
	const url = targetUrl(urlText);
	if (url.user === null) throw new Refusal('invalid', 'The URL of the target names no user: postgresql://user@host:5432/database.');
	// A server that trusts who connects asks for no password; an empty one would look like one that nobody has set.
	process.env[PASSWORD] = url.password ?? 'none';
	process.env[TOKEN] = 'walkthrough';
	const login = { user: url.user, password: { env: PASSWORD } };
	const tls = tlsOf(urlText);
	const client = new pg.Client(url.client);
	await client.connect().catch((error: Error) => {
		throw new Refusal(
			'unavailable',
			`The target cannot be reached: ${redact(error.message || String((error as NodeJS.ErrnoException).code))}`,
		);
	});
	client.on('error', () => undefined); // The running query rejects with it.
	const rows = await prepare(client).finally(() => client.end());
	const [server] = rows;
	const archived = server?.mode !== 'off';
	if (!archived) console.error('This server archives no WAL: the run goes on without a proven recovery point.');
	return define(making, {
		name: 'walkthrough-target',
		connection: {
			host: url.host ?? '127.0.0.1',
			port: url.port ?? 5432,
			database: server?.database ?? url.database ?? url.user,
			...tls,
			logins: { run: login, backup: login, restore: login },
		},
		recoveryPoint: archived ? 'archived' : 'not_required',
	});
}

async function prepare(client: pg.Client): Promise<{ mode: string; database: string; port: number }[]> {
	await setSession(client);
	const { rows } = await client.query<{ mode: string; database: string; port: number }>(
		"select current_setting('archive_mode') as mode, current_database() as database, current_setting('port')::int as port",
	);
	await client.query(MARKER_SQL);
	await client.query(PENDING_SQL);
	return rows;
}

function targetUrl(text: string): UrlConfig {
	try {
		return readUrl(text);
	} catch (error) {
		if (error instanceof NotAUrl) throw new Refusal('invalid', error.message);
		throw error;
	}
}

/** The URL's TLS, as a target's definition has it. A mode that a target cannot have is refused: no other would be what was asked for. */
function tlsOf(urlText: string): { sslmode: string; sslrootcert?: string } {
	const { searchParams } = new URL(urlText);
	const sslmode = searchParams.get('sslmode') ?? 'disable';
	if (!['disable', 'require', 'verify-full'].includes(sslmode)) {
		throw new Refusal('invalid', `sslmode=${sslmode} is not one of a target: disable, require or verify-full`);
	}
	const sslrootcert = searchParams.get('sslrootcert');
	return { sslmode, ...(sslrootcert && { sslrootcert }) };
}

function define({ app, backupFolder, manifest }: Making, own: { name: string; connection: unknown; recoveryPoint: string }): Target {
	return targetSchema.parse({
		...own,
		window: { daily: { from: '00:00', to: '24:00' } },
		backup: { folder: backupFolder },
		...endpointsOf(app, manifest?.services ?? [], { env: TOKEN }),
		// What runs beside the walkthrough on this machine is none of the bundle's doing.
		thresholds: { cpu: 100 },
		changeLogTable: 'audit.change_log',
		restrictedRoles: [...new Set((manifest?.trial ?? []).map((trial) => trial.role))],
		smokeTestRoles: [...new Set((manifest?.smokeTests ?? []).map((test) => test.role))],
	});
}
