import { isOff, optionsOf, type StatementRule } from './rule.ts';

type Node = Record<string, unknown>;
/** `keyword`: the word to remove, if the statement is valid without it. */
type Advice = { what: string; instead: string; keyword?: string };

const BY_HAND = 'Let the DBA do it, outside a change: it cannot be rolled back.';
const WITHOUT_CONCURRENTLY =
	'Remove CONCURRENTLY: in the maintenance window nobody waits. If the table is too large for that, let the DBA do it outside a change.';

/** Each kind that PostgreSQL refuses inside a transaction block (PreventInTransactionBlock in its sources), when the tree says so. */
const KINDS: Record<string, (node: Node) => Advice | null> = {
	IndexStmt: (node) => (node.concurrent ? concurrently('CREATE INDEX') : null),
	DropStmt: (node) => (node.concurrent ? concurrently('DROP INDEX') : null),
	ReindexStmt: reindex,
	VacuumStmt: (node) =>
		node.is_vacuumcmd ? { what: 'VACUUM', instead: 'Remove it, or write ANALYZE if you need fresh statistics. Vacuum afterwards.' } : null,
	ClusterStmt: (node) => (node.relation ? null : { what: 'CLUSTER without a table', instead: 'Name the tables, one CLUSTER per table.' }),
	AlterTableStmt: detachPartition,
	CreatedbStmt: () => ({ what: 'CREATE DATABASE', instead: BY_HAND }),
	DropdbStmt: () => ({ what: 'DROP DATABASE', instead: BY_HAND }),
	AlterDatabaseStmt: (node) =>
		optionsOf(node.options).some((option) => option.defname === 'tablespace')
			? { what: 'ALTER DATABASE … SET TABLESPACE', instead: BY_HAND }
			: null,
	CreateTableSpaceStmt: () => ({ what: 'CREATE TABLESPACE', instead: BY_HAND }),
	DropTableSpaceStmt: () => ({ what: 'DROP TABLESPACE', instead: BY_HAND }),
	AlterSystemStmt: () => ({ what: 'ALTER SYSTEM', instead: `${BY_HAND} For one database, ALTER DATABASE … SET works inside a change.` }),
	CreateSubscriptionStmt: createSubscription,
	AlterSubscriptionStmt: alterSubscription,
	DropSubscriptionStmt: () => ({ what: 'DROP SUBSCRIPTION', instead: `It drops a replication slot on another server. ${BY_HAND}` }),
};

export const outsideTransaction: StatementRule = ({ kind, node }) => {
	const advice = node ? KINDS[kind]?.(node) : null;
	if (!advice) return null;
	const { what, ...rest } = advice;
	return { code: 'outside_transaction', message: `${what} cannot run inside a transaction`, ...rest };
};

function concurrently(what: string): Advice {
	return { what: `${what} CONCURRENTLY`, instead: WITHOUT_CONCURRENTLY, keyword: 'concurrently' };
}

function reindex(node: Node): Advice | null {
	if (optionsOf(node.params).some((option) => option.defname === 'concurrently' && !isOff(option))) {
		return concurrently('REINDEX');
	}
	const whole = /^REINDEX_OBJECT_(SCHEMA|SYSTEM|DATABASE)$/.exec(String(node.kind))?.[1];
	return whole ? { what: `REINDEX ${whole}`, instead: 'Name the tables or indexes, one REINDEX for each.' } : null;
}

function detachPartition(node: Node): Advice | null {
	const commands = (node.cmds ?? []) as { AlterTableCmd?: { subtype?: string; def?: { PartitionCmd?: { concurrent?: boolean } } } }[];
	const isConcurrent = commands.some(({ AlterTableCmd: command }) => command?.def?.PartitionCmd?.concurrent);
	return isConcurrent ? concurrently('DETACH PARTITION') : null;
}

/** It can if it creates no slot, or does not connect at all. */
function createSubscription(node: Node): Advice | null {
	const off = (name: string) => isOff(optionsOf(node.options).find((option) => option.defname === name));
	if (off('connect') || off('create_slot')) return null;
	return {
		what: 'CREATE SUBSCRIPTION with its slot',
		instead: 'Let the DBA create the slot, and write WITH (create_slot = false, slot_name = …).',
	};
}

function alterSubscription(node: Node): Advice | null {
	const options = optionsOf(node.options);
	const refreshes = /REFRESH|SET_PUBLICATION|ADD_PUBLICATION|DROP_PUBLICATION/.exec(String(node.kind));
	if (refreshes?.[0] === 'REFRESH') return { what: 'ALTER SUBSCRIPTION … REFRESH PUBLICATION', instead: BY_HAND };
	if (refreshes && !isOff(options.find((option) => option.defname === 'refresh'))) {
		return {
			what: 'ALTER SUBSCRIPTION … PUBLICATION with its refresh',
			instead: 'Write WITH (refresh = false), and let the DBA refresh afterwards.',
		};
	}
	return null;
}
