/**
 * What has moved in the console: changes by their ids; `run` when a run went on; `all` when nobody can say what. `seq` is the number of
 * the record's last entry then: a page that was read before it, and is told of nothing, has missed something.
 */
export type Moved = { changes: string[]; run: boolean; all: boolean; seq: number };
