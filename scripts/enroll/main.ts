// Prepares a target: the marker table, the console's least-privilege logins and what they may do. Needs no extension.
import { parseArgs } from 'node:util';
import { enroll, enrollSql } from '#lib/postgres/enrollment/enroll.ts';
import { redact } from '#lib/redact.ts';
import { findTarget } from '#lib/targets/find-target.ts';
import { loadTargets } from '#lib/targets/load-targets.ts';

const USAGE = `npm run enroll -- --target NAME [--print]

  --target NAME   a target of the targets file (COUNTERSIGN_TARGETS)
  --print         shows the SQL instead of running it

A superuser's URL is read from COUNTERSIGN_ENROLL_URL; it is used once and kept nowhere.`;

const { values } = parseArgs({ options: { target: { type: 'string' }, print: { type: 'boolean', default: false } } });
try {
	await main();
} catch (error) {
	console.error(redact(error instanceof Error ? error.message : String(error)));
	process.exitCode = 1;
}

async function main(): Promise<void> {
	const path = process.env.COUNTERSIGN_TARGETS;
	if (!values.target) throw new Error(`Which target?\n\n${USAGE}`);
	if (!path) throw new Error('COUNTERSIGN_TARGETS is not set: it is the path of the targets file.');
	const target = findTarget(loadTargets(path), values.target);
	if (values.print) return console.log(enrollSql(target));
	const superuserUrl = process.env.COUNTERSIGN_ENROLL_URL;
	if (!superuserUrl)
		throw new Error(
			'COUNTERSIGN_ENROLL_URL is not set: it is the URL of a superuser on the target. To see the SQL and run it yourself, add --print.',
		);
	const warnings = await enroll({ target, superuserUrl });
	for (const warning of warnings) console.warn(`Warning: ${warning}`);
	console.log(`${target.name} is enrolled.`);
}
