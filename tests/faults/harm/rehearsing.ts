import { readdirSync } from 'node:fs';
import { expect } from 'vitest';
import { type BundleInput, fileChange } from '#tests/support/change.ts';
import { lookAt } from '#tests/support/nothing-changed.ts';
import { readRecord } from '#tests/support/read-record.ts';
import { askToRehearse, readRehearsed, type SeenRehearsal } from '#tests/support/rehearse.ts';
import { query, until } from '#tests/support/sql.ts';
import { findPrograms } from '../observing/find-programs.ts';
import type { Stage } from '../stage.ts';
import type { Trap } from './proxy.ts';

/** Holds a rehearsal's pg_restore while it loads its first table, for as long as it lives. */
export const A_TABLE_IN_THE_RESTORE: Trap = { application: /^countersign restore/, text: /^COPY .* FROM stdin/is, fate: () => undefined };

/** A rehearsal that stands in the middle of its transaction until `open`. */
export type RehearsalGate = { id: string; stands(): Promise<void>; open(): Promise<void> };

/** A rehearsal waits as long as a database of that name is on the server that it runs on: of what is in a copy nobody else sees anything. */
export async function askWithGate(stage: Stage, urlOf: (database: string) => string): Promise<RehearsalGate> {
	const gate = `gate_${stage.place.database}`;
	const waits = `do $$ begin while exists (select from pg_database where datname = '${gate}') loop perform pg_sleep(0.05); end loop; end $$`;
	await query(urlOf('postgres'), `create database ${gate} template template0`);
	const id = await askWith(stage, { files: { '1.sql': 'create table eng.rehearsed (id int primary key);', '2.sql': waits } });
	const standing = `select from pg_stat_activity where application_name = 'countersign rehearse ${id}' and query like '%${gate}%' and state = 'active'`;
	return {
		id,
		stands: async () => {
			await until('the rehearsal at its gate', async () => (await query(urlOf('postgres'), standing)).length > 0);
		},
		open: async () => {
			await query(urlOf('postgres'), `drop database if exists ${gate}`);
		},
	};
}

export async function askWith(stage: Stage, bundle: BundleInput): Promise<string> {
	return askToRehearse(stage.setting, await fileChange(stage.setting, bundle));
}

/** Waits until the rehearsal has ended. */
export function untilEnded({ setting }: Stage, id: string): Promise<SeenRehearsal> {
	return until('the rehearsal to end', async () => {
		const seen = await readRehearsed(setting, id);
		return ['passed', 'failed'].includes(seen.status) && seen;
	});
}

/** Of the rehearsal there are no databases, sessions, programs or files anywhere, nobody has it, and the live database is as it was. */
export async function expectNothingLeft(stage: Stage, id: string, servers = [stage.place.urlOf('postgres')]): Promise<void> {
	const short = id.replaceAll('-', '').slice(0, 12);
	for (const url of servers) {
		expect(await query(url, 'select datname from pg_database where right(datname, 12) = $1', [short])).toEqual([]);
		await noSessionsOfRehearsal(url, id);
	}
	expect([...findPrograms('pg_dump', id), ...findPrograms('pg_restore', id)]).toEqual([]);
	expect(readdirSync(stage.place.backupFolder).filter((name) => name.includes(id))).toEqual([]);
	const [row] = await stage.console.sql('select owner_seen_at, part from rehearsal where id = $1', [id]);
	expect(row).toEqual({ owner_seen_at: null, part: null });
	await readRecord(stage.console);
}

/** A worker that was killed leaves its sessions for a moment. */
export async function noSessionsOfRehearsal(url: string, id: string, withinMs = 60_000): Promise<void> {
	const left = () => query(url, `select from pg_stat_activity where application_name like '%' || $1`, [id]);
	await until(`no session of rehearsal ${id}`, async () => (await left()).length === 0, withinMs);
}

export async function expectLiveAsBefore({ place, before }: Stage): Promise<void> {
	expect(await lookAt(place)).toEqual(before);
}
