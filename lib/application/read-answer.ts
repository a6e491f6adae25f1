/** At most this much of an answer is read: we expect one line, and an endpoint may send without end. */
const READ_BYTES = 64 * 1024;

/** The start of an answer's body, as text. If there is more, the connection is closed. Rejects when the body breaks off. */
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
