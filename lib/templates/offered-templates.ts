import { env } from '#lib/env.ts';
import { log } from '#lib/log.ts';
import { readTemplates, type Template, type WrongTemplate } from './read-templates.ts';

/** What this process has logged already: a page is read often, and a template is wrong until somebody mends it. */
const logged = new Set<string>();

/** The templates of this deployment as they are now. What is wrong with one goes into the log, once. */
export async function offeredTemplates(): Promise<{ templates: Template[]; wrong: WrongTemplate[] }> {
	const folder = env().COUNTERSIGN_TEMPLATES;
	if (folder === undefined) return { templates: [], wrong: [] };
	const read = await readTemplates(folder);
	const now = read.wrong.map(({ name, why }) => `${name}: ${why}`);
	for (const words of now) if (!logged.has(words)) log.warn({ folder, template: words }, 'a template cannot be used');
	logged.clear();
	for (const words of now) logged.add(words);
	return read;
}
