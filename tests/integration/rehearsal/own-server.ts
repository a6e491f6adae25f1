import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { findProgram } from '#lib/postgres/programs/programs.ts';
import type { Setting } from '#tests/support/change.ts';
import type { Cluster } from '#tests/support/cluster.ts';
import type { SharedSetting } from '#tests/support/shared-setting.ts';
import { query } from '#tests/support/sql.ts';
import { LOGIN_PASSWORD } from '#tests/support/test-target.ts';

/** As docs/operations.md tells the deployer. */
export async function loadRoles(from: string, { url }: Pick<Cluster, 'url'>): Promise<void> {
	const run = promisify(execFile);
	const { stdout } = await run(await findProgram('pg_dumpall'), ['--globals-only', '--no-role-passwords', `--dbname=${from}`]);
	const psql = run(await findProgram('psql'), ['--no-psqlrc', '--quiet', url('postgres')]);
	psql.child.stdin?.end(stdout);
	await psql;
	for (const login of ['run', 'backup', 'restore'])
		await query(url('postgres'), `alter role countersign_${login} password '${LOGIN_PASSWORD.replaceAll("'", "''")}'`);
}

/** A target whose rehearsals have a server of their own. */
export function rehearsedOn({ console, place }: SharedSetting, { port }: Pick<Cluster, 'port'>): Setting {
	const target = place.define((definition) => {
		const { port: _, database: __, appliesAs: ___, ...as } = definition.connection;
		Object.assign(definition, { rehearsal: { server: { ...as, port } } });
	});
	return { console, target };
}
