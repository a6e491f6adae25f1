import { readFileSync } from 'node:fs';
import { get } from 'node:http';
import type { Page } from '@playwright/test';
import { stage } from '../stage/stage.ts';
import { inConsole } from './databases.ts';

/** The scripts that a page's HTML names, by their bytes on the line; what only old browsers load does not count. */
export async function scriptBytes(page: Page, path: string): Promise<number> {
	const html = await (await page.request.get(path)).text();
	const named = [...html.matchAll(/<script\b[^>]*>|<link\b[^>]*>/g)].flatMap(([tag]) => {
		if (/\bnomodule\b/i.test(tag)) return [];
		const isScript = tag.startsWith('<script') || /\bas="script"/.test(tag) || /\brel="modulepreload"/.test(tag);
		return (isScript && /\b(?:src|href)="([^"]+\.js)(?:\?[^"]*)?"/.exec(tag)?.[1]) || [];
	});
	const sizes = await Promise.all([...new Set(named)].map(bytesOnTheLine));
	return sizes.reduce((sum, bytes) => sum + bytes, 0);
}

function bytesOnTheLine(path: string): Promise<number> {
	return new Promise((resolve, reject) => {
		get(new URL(path, stage().url), { headers: { 'accept-encoding': 'gzip' } }, (response) => {
			if (response.statusCode !== 200) return reject(new Error(`${path} answered ${response.statusCode}`));
			let bytes = 0;
			response.on('data', (chunk: Buffer) => {
				bytes += chunk.length;
			});
			response.on('end', () => resolve(bytes));
			response.on('error', reject);
		}).on('error', reject);
	});
}

/** Has the server of the console's database log every statement while `work` goes on. */
export async function whileStatementsAreLogged(work: () => Promise<void>): Promise<void> {
	await inConsole(`alter system set log_statement = 'all'`);
	await inConsole('select pg_reload_conf()');
	try {
		await work();
	} finally {
		await inConsole('alter system reset log_statement');
		await inConsole('select pg_reload_conf()');
	}
}

/**
 * What a page asks the console's database: of several answers to the same request the one with the fewest statements, because the worker in
 * the same process asks too now and then.
 */
export async function statementsOf(page: Page, path: string): Promise<string[]> {
	let fewest: string[] | null = null;
	for (let n = 0; n < 6; n += 1) {
		const before = readFileSync(stage().consoleDatabaseLog).length;
		const answer = await page.request.get(path);
		if (!answer.ok()) throw new Error(`${path} answered ${answer.status()}`);
		await answer.body();
		const seen = statementsIn(readFileSync(stage().consoleDatabaseLog).subarray(before).toString());
		if (fewest === null || seen.length < fewest.length) fewest = seen;
	}
	return fewest ?? [];
}

function statementsIn(log: string): string[] {
	return [...log.matchAll(/countersign_app@\S+ LOG: {2}(?:statement|execute [^:]+): (.*)/g)].map(([, sql]) => sql ?? '');
}
