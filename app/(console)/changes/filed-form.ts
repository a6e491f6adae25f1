import { z } from 'zod';
import { type ChangeRequest, type FiledBundle, requestSchema } from '#lib/change/request-input.ts';
import { type DraftBasis, draftBasisSchema, type KeptFile, keptFileSchema } from '#lib/domain/draft.ts';
import { Refusal } from '#lib/errors.ts';

/** What the requester filled in. Throws a ZodError that names each wrong field. */
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

/** The files of the form. Their paths come separately: a file name in a form loses its folder. */
export async function bundleOf(form: FormData): Promise<FiledBundle> {
	const paths = form.getAll('path');
	const files = form.getAll('file');
	if (paths.length !== files.length) throw new Refusal('invalid', 'The upload is incomplete. Choose the files again.');
	const manifest = form.get('manifest');
	return {
		files: await Promise.all(files.map(async (file, index) => ({ path: String(paths[index]), bytes: await bytesOf(file) }))),
		manifest: manifest === null ? null : await bytesOf(manifest),
	};
}

/** The draft that the form shows. Throws a ZodError when it does not say. */
export function draftOf(form: FormData): DraftBasis {
	return draftBasisSchema.parse(jsonOf(form.get('draft')));
}

/** The names of the findings that the requester accepts. One that is no finding of the bundle accepts nothing. */
export function acceptedOf(form: FormData): string[] {
	return z.array(z.string().max(2_000)).max(2_000).parse(form.getAll('accepted'));
}

/** The files that the form only names, because the server has them: in the draft, or in the revision that is revised. */
export function keptOf(form: FormData): KeptFile[] {
	return z.array(keptFileSchema).parse(jsonOf(form.get('kept') ?? '[]'));
}

/** Throws a Refusal for what is not JSON: no page of ours sends that. */
export function jsonOf(value: FormDataEntryValue | null): unknown {
	try {
		return JSON.parse(String(value));
	} catch {
		throw new Refusal('invalid', 'The form is incomplete. Reload the page.');
	}
}

async function bytesOf(value: FormDataEntryValue): Promise<Buffer> {
	return typeof value === 'string' ? Buffer.from(value, 'utf8') : Buffer.from(await value.arrayBuffer());
}
