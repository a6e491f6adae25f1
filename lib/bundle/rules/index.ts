import { bidiControls } from './bidi-controls.ts';
import { byteOrderMark } from './byte-order-mark.ts';
import { copy } from './copy.ts';
import { invalidUtf8 } from './invalid-utf8.ts';
import { nulBytes } from './nul-bytes.ts';
import { outsideTransaction } from './outside-transaction.ts';
import { preparedTransaction } from './prepared-transaction.ts';
import { roleChange } from './role-change.ts';
import type { ByteRule, StatementRule } from './rule.ts';
import { runSettings } from './run-settings.ts';
import { sessionState } from './session-state.ts';
import { transactionControl } from './transaction-control.ts';

/** Rules for a file's bytes, in this order. */
export const BYTE_RULES: readonly ByteRule[] = [byteOrderMark, nulBytes, invalidUtf8, bidiControls];

/** Rules for every statement, in this order: only the first finding counts. */
export const STATEMENT_RULES: readonly StatementRule[] = [
	preparedTransaction,
	transactionControl,
	outsideTransaction,
	copy,
	roleChange,
	runSettings,
	sessionState,
];
