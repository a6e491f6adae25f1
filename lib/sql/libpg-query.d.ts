/** The WebAssembly module inside libpg-query. Its own wrapper keeps one instance for ever; we must be able to drop a broken one. */
declare module 'libpg-query/wasm/libpg-query.js' {
	export type PgQueryInstance = {
		HEAPU8: Uint8Array;
		_malloc(bytes: number): number;
		_free(pointer: number): void;
		_wasm_parse_query_raw(sql: number): number;
		_wasm_free_parse_result(result: number): void;
		_wasm_scan(sql: number): number;
		_wasm_free_string(text: number): void;
		getValue(pointer: number, type: 'i32'): number;
		UTF8ToString(pointer: number): string;
	};
	export default function PgQueryModule(): Promise<PgQueryInstance>;
}
