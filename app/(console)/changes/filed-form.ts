import { type ChangeRequest, type FiledBundle, requestSchema } from '#lib/change/request-input.ts';
import { Refusal } from '#lib/errors.ts';

/** What the requester said, out of the form. Throws a ZodError that names each field. */
export function requestOf(form: FormData): ChangeRequest {
	return requestSchema.parse({
		target: form.get('target'),
		title: form.get('title'),
		reason: form.get('reason'),
		whyNotStaging: form.get('whyNotStaging'),
		risk: form.get('risk'),
		responders: form.getAll('responders'),
	});
}

/** The files out of the form. Their paths come beside them: a file name in a form loses its folder on the way. */
export async function bundleOf(form: FormData): Promise<FiledBundle> {
	const paths = form.getAll('path');
	const files = form.getAll('file');
	if (paths.length !== files.length) throw new Refusal('invalid', 'The upload is not whole. Choose the files again.');
	const manifest = form.get('manifest');
	return {
		files: await Promise.all(files.map(async (file, index) => ({ path: String(paths[index]), bytes: await bytesOf(file) }))),
		manifest: manifest === null ? null : await bytesOf(manifest),
	};
}

async function bytesOf(value: FormDataEntryValue): Promise<Buffer> {
	return typeof value === 'string' ? Buffer.from(value, 'utf8') : Buffer.from(await value.arrayBuffer());
}
