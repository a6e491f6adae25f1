import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Generates the Prisma client unless it is there for this schema and this Prisma already. Throws with Prisma's output.
 * @param {string} root
 * @param {string} node the Node to run Prisma with
 */
export function generateClient(root, node) {
	const folder = join(root, 'lib', 'store', 'generated');
	const stamp = join(folder, 'generated-from.sha256');
	const sources = ['prisma/schema.prisma', 'prisma.config.ts', 'node_modules/prisma/package.json'];
	const digest = createHash('sha256');
	for (const source of sources) digest.update(readFileSync(join(root, source)));
	const wanted = digest.digest('hex');
	if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;

	process.stdout.write('Generating the database client … ');
	const prisma = join(root, 'node_modules', 'prisma', 'build', 'index.js');
	const { status, stdout, stderr, error } = spawnSync(node, [prisma, 'generate'], {
		cwd: root,
		encoding: 'utf8',
		// `generate` would download a schema engine that it does not use, unless it is told of an existing file.
		env: { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: node, PRISMA_HIDE_UPDATE_MESSAGE: '1', CHECKPOINT_DISABLE: '1' },
	});
	if (status !== 0) {
		console.log('failed');
		throw new Error(`${error ? error.message : `${stdout}${stderr}`.trim()}\n\nprisma generate failed: see above.`);
	}
	writeFileSync(stamp, wanted);
	console.log('done');
}
