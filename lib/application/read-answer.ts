/** An answer is read no further than this: what we ask takes a line, and an endpoint may send without end. */
const READ_BYTES = 64 * 1024;

/** The beginning of an answer's body, as text. Where that is not all of it the connection is closed. Rejects when it breaks off. */
export async function readAnswer(response: Response): Promise<string> {
	const chunks: Uint8Array[] = [];
	let bytes = 0;
	for await (const chunk of response.body ?? []) {
		chunks.push(chunk);
		bytes += chunk.byteLength;
		if (bytes >= READ_BYTES) break;
	}
	return Buffer.concat(chunks).subarray(0, READ_BYTES).toString('utf8');
}
