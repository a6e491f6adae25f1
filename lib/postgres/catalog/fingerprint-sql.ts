import { isSettable } from './server-options.ts';

/**
 * The catalog as (kind, name, definition) rows, by names and without OIDs, in one statement. It must run with an empty
 * search_path (see fingerprint.ts), so that every name inside a definition is qualified.
 *
 * What is not in it, and why:
 * - the database's own name, and whether it takes connections: a copy restored beside has other ones;
 * - positions of sequences: a rolled-back nextval moves them (they are in the census);
 * - the owner of an extension and of its members: pg_dump cannot restore them;
 * - the owner of a multirange: a restore leaves it to whoever restored, and it cannot be altered but with its range;
 * - options of user mappings and passwords: secrets, and what a login may see of them differs by login;
 * - the encoding that a collation is for: no statement says it, and one that was copied has another after a restore;
 * - options that a server keeps for itself among a column's (see server-options.ts).
 */

/** Options in an order of their own: their order in the array has no meaning. Most things have none, and are not asked for the order of nothing. */
const sorted = (array: string, wanted = 'true') =>
	`case when ${array} is not null then (select string_agg(o, ',' order by o collate "C") from unnest(${array}) o where ${wanted}) end`;

/** The same of a column, less what no person can set. */
const columnOptions = (array: string) => sorted(array, isSettable('o'));

const role = (oid: string) => `pg_get_userbyid(${oid})`;

/** pg_dump does not restore who owns an extension's member, so it is not compared. */
const owner = (catalog: string, oid: string, ownerOid: string) =>
	`case when ('pg_catalog.${catalog}'::regclass, ${oid}) in (select classid, objid from member) then '(extension)' else ${role(ownerOid)} end`;

/**
 * An access control list in an order of its own. One that was never set equals the built-in default: pg_dump does not tell
 * them apart. The owner is written as such, because the object's owner is compared by itself.
 */
const acl = (list: string, objectType: string | null, ownerOid: string) =>
	objectType === null
		? privileges(list, ownerOid)
		: // Whoever the owner is: the default reads the same, and is asked for once.
			`case when ${list} is null then ${privileges(`acldefault('${objectType}', 10)`, '10')} else ${privileges(list, ownerOid)} end`;

const privileges = (list: string, ownerOid: string) => {
	const name = (oid: string) => `case ${oid} when ${ownerOid} then '(owner)' when 0 then 'PUBLIC' else quote_ident(${role(oid)}) end`;
	return `(select string_agg(g, ',' order by g collate "C") from (select format('%s=%s%s/%s', ${name('x.grantee')}, x.privilege_type,
		case when x.is_grantable then '*' end, ${name('x.grantor')}) g from aclexplode(${list}) x) g)`;
};

/** From here on, what initdb made can be dropped, and made anew under another OID: it is compared by name. */
const FIRST_UNPINNED = 12000;

/** From here on OIDs are given to what people make; below, they are the same in every database of the cluster. */
const FIRST_OWN = 16384;

/** Of a column whose collation is the database's. */
const DEFAULT_COLLATION = 100;

export const RELATION_KIND = `case c.relkind when 'r' then 'table' when 'p' then 'partitioned table' when 'v' then 'view'
	when 'm' then 'materialized view' when 'f' then 'foreign table' end`;

/**
 * Columns that 16 and 17 brought. A name that this server's pg_subscription lacks is found in the query around it, where it is null. The row
 * as a whole cannot be read: not every login may see how a subscription connects.
 */
const NEWER_SUBSCRIPTION_OPTIONS = `select jsonb_build_array(subpasswordrequired, subrunasowner, suborigin, subfailover) as options
	from pg_subscription where oid = s.oid`;

/** What initdb made, taken together: thousands of things that hardly anybody changes. Their OIDs are the same in every database of the cluster. */
const BUILT_IN = [
	`select 'built-in', 'comments', to_jsonb(md5(string_agg(format('%s %s %s %s', classoid, objoid, objsubid, description), ',' order by classoid, objoid, objsubid)))
	 from pg_description where objoid < ${FIRST_UNPINNED} and classoid <> 'pg_catalog.pg_largeobject'::regclass and not (classoid = 'pg_catalog.pg_namespace'::regclass and objoid = 2200)
		or (classoid = 'pg_catalog.pg_collation'::regclass and objoid < 16384)`,
	`select 'built-in', 'functions', to_jsonb(md5(string_agg(row(oid, proname, pronamespace, proowner, procost, prorows, prosecdef, proleakproof, proisstrict, provolatile,
		proparallel, prosrc, probin, proconfig)::text, ',' order by oid))) from pg_proc where oid < ${FIRST_UNPINNED}`,
	`select 'built-in', 'collations', to_jsonb(md5(string_agg(format('%s %s %s', oid, collname, collowner), ',' order by oid))) from pg_collation where oid < 16384`,
	`select 'built-in', 'text search', to_jsonb(md5(string_agg(said, ',' order by said))) from (
		select format('configuration %s %s %s', oid, cfgname, cfgowner) said from pg_ts_config where oid < 16384
		union all select format('mapping %s %s %s %s', mapcfg, maptokentype, mapseqno, mapdict) from pg_ts_config_map where mapcfg < 16384
		union all select format('dictionary %s %s %s %s', oid, dictname, dictowner, dictinitoption) from pg_ts_dict where oid < 16384) t`,
];

/** One query a kind of object: kind, name, and what is compared. */
export const SOURCES = [
	/** Schemas. */
	`select 'schema', quote_ident(nspname), jsonb_build_array(${role('nspowner')}) from ns`,
	`select 'privileges', 'schema ' || quote_ident(nspname), to_jsonb(${acl('nspacl', 'n', 'nspowner')}) from ns`,

	/** Tables, views, materialized views, foreign tables. A view's query is its rule. */
	`select ${RELATION_KIND}, c.name, jsonb_build_array(${owner('pg_class', 'c.oid', 'c.relowner')}, c.relpersistence, c.relrowsecurity,
		c.relforcerowsecurity, c.relreplident, ${sorted('c.reloptions')}, ${sorted('toast.reloptions')}, ts.spcname, am.amname,
		pg_get_expr(c.relpartbound, c.oid), case c.relkind when 'p' then pg_get_partkeydef(c.oid) end, parents.list,
		case when c.reloftype <> 0 then c.reloftype::regtype::text end, fs.srvname, ${sorted('ft.ftoptions')})
	 from rel c left join pg_class toast on toast.oid = c.reltoastrelid left join pg_tablespace ts on ts.oid = c.reltablespace
		left join pg_am am on am.oid = c.relam left join pg_foreign_table ft on ft.ftrelid = c.oid left join pg_foreign_server fs on fs.oid = ft.ftserver
		left join parents on parents.inhrelid = c.oid
	 where c.relkind in ('r', 'p', 'v', 'm', 'f')`,
	`select 'filled', 'materialized view ' || c.name, '[]'::jsonb from rel c where c.relkind = 'm' and c.relispopulated`,
	`select 'privileges', ${RELATION_KIND} || ' ' || c.name, to_jsonb(${acl('c.relacl', 'r', 'c.relowner')}) from rel c where c.relkind in ('r', 'p', 'v', 'm', 'f')`,
	`select 'column', c.name || '.' || quote_ident(a.attname), json_build_array(pg_get_expr(d.adbin, d.adrelid),
		row_number() over (partition by a.attrelid order by a.attnum), format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity, a.attgenerated,
		case when a.attcollation not in (0, ${DEFAULT_COLLATION}) then a.attcollation::regcollation::text end, a.attcollation <> 0, a.attstorage, a.attcompression,
		nullif(a.attstattarget, -1), ${columnOptions('a.attoptions')}, ${sorted('a.attfdwoptions')})
	 from rel c join pg_attribute a on a.attrelid = c.oid left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
	 where c.relkind in ('r', 'p', 'v', 'm', 'f', 'c') and a.attnum > 0 and not a.attisdropped`,
	`select 'privileges', 'column ' || c.name || '.' || quote_ident(a.attname), to_jsonb(${acl('a.attacl', null, 'c.relowner')})
	 from rel c join pg_attribute a on a.attrelid = c.oid where a.attacl is not null and not a.attisdropped`,

	/** Sequences: their definition, not their position. */
	`select 'sequence', c.name, jsonb_build_array(${owner('pg_class', 'c.oid', 'c.relowner')}, c.relpersistence, s.seqtypid::regtype::text, s.seqstart,
		s.seqincrement, s.seqmax, s.seqmin, s.seqcache, s.seqcycle, (select format('%s.%I', d.refobjid::regclass, a.attname) from pg_depend d
			join pg_attribute a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid where d.classid = 'pg_catalog.pg_class'::regclass
			and d.refclassid = 'pg_catalog.pg_class'::regclass and d.objid = c.oid and d.deptype in ('a', 'i')))
	 from rel c join pg_sequence s on s.seqrelid = c.oid`,
	`select 'privileges', 'sequence ' || c.name, to_jsonb(${acl('c.relacl', 's', 'c.relowner')}) from rel c where c.relkind = 'S'`,

	/** Indexes, constraints, rules, triggers, policies, statistics objects. */
	// The index of a key has its name, and is as the constraint says, where its operator classes are PostgreSQL's own.
	`select 'index', c.name, json_build_array(case when k.oid is null or ${FIRST_OWN} <= any (i.indclass::oid[]) then pg_get_indexdef(c.oid) end,
		case when k.oid is not null and not ${FIRST_OWN} <= any (i.indclass::oid[]) then i.indclass::text end, ${sorted('c.reloptions')},
		ts.spcname, i.indisreplident, i.indisvalid, parents.list, targets.list)
	 from rel c join pg_index i on i.indexrelid = c.oid left join pg_constraint k on k.conindid = c.oid and k.conrelid = i.indrelid and k.contype in ('p', 'u')
		left join pg_tablespace ts on ts.oid = c.reltablespace left join parents on parents.inhrelid = c.oid left join targets on targets.attrelid = c.oid`,
	`select 'clustered', 'by index ' || c.name, '[]'::jsonb from rel c join pg_index i on i.indexrelid = c.oid where i.indisclustered`,
	`select 'constraint', format('%I on %s', k.conname, c.name), json_build_array(pg_get_constraintdef(k.oid), k.convalidated, altered.triggers)
	 from rel c join pg_constraint k on k.conrelid = c.oid left join altered on altered.tgconstraint = k.oid`,
	`select 'constraint', format('%I on domain %s', k.conname, k.contypid::regtype), jsonb_build_array(pg_get_constraintdef(k.oid), k.convalidated)
	 from pg_constraint k join pg_type t on t.oid = k.contypid join ns on ns.oid = t.typnamespace`,
	`select 'rule', format('%I on %s', r.rulename, c.name), jsonb_build_array(pg_get_ruledef(r.oid), r.ev_enabled) from rel c join pg_rewrite r on r.ev_class = c.oid`,
	`select 'trigger', format('%I on %s', t.tgname, c.name), jsonb_build_array(pg_get_triggerdef(t.oid), t.tgenabled)
	 from rel c join pg_trigger t on t.tgrelid = c.oid where not t.tgisinternal`,
	`select 'policy', format('%I on %s', p.polname, c.name), jsonb_build_array(p.polcmd, p.polpermissive,
		(select string_agg(r, ',' order by r collate "C") from (select case o when 0 then 'PUBLIC' else quote_ident(${role('o')}) end r from unnest(p.polroles) o) r),
		pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)) from rel c join pg_policy p on p.polrelid = c.oid`,
	`select 'statistics', format('%I.%I', ns.nspname, s.stxname), jsonb_build_array(pg_get_statisticsobjdef(s.oid), ${role('s.stxowner')}, nullif(s.stxstattarget, -1))
	 from pg_statistic_ext s join ns on ns.oid = s.stxnamespace`,

	/** Functions, procedures, aggregates, languages, event triggers. */
	`select case p.prokind when 'a' then 'aggregate' when 'p' then 'procedure' else 'function' end, p.oid::regprocedure::text,
		jsonb_build_array(${owner('pg_proc', 'p.oid', 'p.proowner')}, case when p.prokind <> 'a' then pg_get_functiondef(p.oid) end,
			(to_jsonb(a) - '{aggfnoid,aggsortop,aggtranstype,aggmtranstype}'::text[]) || jsonb_build_object('sort', a.aggsortop::regoperator::text,
				'state', a.aggtranstype::regtype::text, 'moving', a.aggmtranstype::regtype::text, 'result', p.prorettype::regtype::text, 'parallel', p.proparallel))
	 from pg_proc p join ns on ns.oid = p.pronamespace left join pg_aggregate a on a.aggfnoid = p.oid`,
	`select 'privileges', 'function ' || p.oid::regprocedure, to_jsonb(${acl('p.proacl', 'f', 'p.proowner')}) from pg_proc p join ns on ns.oid = p.pronamespace`,
	`select 'language', quote_ident(lanname), jsonb_build_array(lanpltrusted, lanplcallfoid::regproc::text, laninline::regproc::text, lanvalidator::regproc::text,
		${acl('lanacl', 'l', 'lanowner')}) from pg_language`,
	`select 'event trigger', quote_ident(evtname), jsonb_build_array(${role('evtowner')}, evtevent, evtfoid::regproc::text, evtenabled, ${sorted('evttags')}) from pg_event_trigger`,

	/** Types. A table's row type and array types come with what they belong to. */
	`select case t.typtype when 'e' then 'enum' when 'd' then 'domain' when 'c' then 'composite type' when 'r' then 'range' when 'm' then 'multirange' else 'type' end,
		t.oid::regtype::text, jsonb_build_array(case when t.typtype <> 'm' then ${owner('pg_type', 't.oid', 't.typowner')} end, format_type(nullif(t.typbasetype, 0), t.typtypmod), t.typnotnull, case when t.typdefaultbin is null then t.typdefault end,
			case when t.typcollation <> 0 then t.typcollation::regcollation::text end,
			(select jsonb_agg(e.enumlabel order by e.enumsortorder) from pg_enum e where e.enumtypid = t.oid),
			(select jsonb_build_array(r.rngsubtype::regtype::text, r.rngmultitypid::regtype::text, r.rngcollation::regcollation::text, o.opcname,
				r.rngcanonical::regproc::text, r.rngsubdiff::regproc::text) from pg_range r join pg_opclass o on o.oid = r.rngsubopc where r.rngtypid = t.oid),
			case when t.typtype = 'b' then jsonb_build_array(t.typinput::text, t.typoutput::text, t.typreceive::text, t.typsend::text, t.typlen, t.typbyval,
				t.typalign, t.typstorage, t.typcategory, t.typispreferred, t.typdelim, t.typelem::regtype::text) end)
	 from pg_type t join ns on ns.oid = t.typnamespace left join pg_class c on c.oid = t.typrelid
	 where (t.typrelid = 0 or c.relkind = 'c') and not exists (select from pg_type e where e.typarray = t.oid)`,
	// The default's text as it was typed does not say what its names mean.
	`select 'default', t.oid::regtype::text, to_jsonb(pg_get_expr(t.typdefaultbin, 0)) from pg_type t join ns on ns.oid = t.typnamespace where t.typdefaultbin is not null`,
	`select 'privileges', 'type ' || t.oid::regtype, to_jsonb(${acl('t.typacl', 'T', 't.typowner')}) from pg_type t join ns on ns.oid = t.typnamespace where t.typacl is not null
	 and ${acl('t.typacl', null, 't.typowner')} is distinct from ${acl('null::aclitem[]', 'T', 't.typowner')}`,

	/** Operators and what indexes are built on; casts, collations, conversions, transforms, access methods. */
	`select 'operator', o.oid::regoperator::text, jsonb_build_array(${owner('pg_operator', 'o.oid', 'o.oprowner')}, o.oprresult::regtype::text, o.oprcode::text,
		o.oprcom::regoperator::text, o.oprnegate::regoperator::text, o.oprrest::text, o.oprjoin::text, o.oprcanmerge, o.oprcanhash)
	 from pg_operator o join ns on ns.oid = o.oprnamespace`,
	`select 'operator class', format('%I.%I using %I', ns.nspname, o.opcname, am.amname), jsonb_build_array(${owner('pg_opclass', 'o.oid', 'o.opcowner')},
		f.opfname, o.opcintype::regtype::text, o.opcdefault, o.opckeytype::regtype::text)
	 from pg_opclass o join ns on ns.oid = o.opcnamespace join pg_am am on am.oid = o.opcmethod join pg_opfamily f on f.oid = o.opcfamily`,
	`select 'operator family', format('%I.%I using %I', ns.nspname, f.opfname, am.amname), jsonb_build_array(${owner('pg_opfamily', 'f.oid', 'f.opfowner')},
		(select jsonb_agg(x order by x) from (select jsonb_build_array(a.amopstrategy, a.amoplefttype::regtype::text, a.amoprighttype::regtype::text, a.amoppurpose,
			a.amopopr::regoperator::text) x from pg_amop a where a.amopfamily = f.oid) x),
		(select jsonb_agg(x order by x) from (select jsonb_build_array(a.amprocnum, a.amproclefttype::regtype::text, a.amprocrighttype::regtype::text, a.amproc::text) x
			from pg_amproc a where a.amprocfamily = f.oid) x))
	 from pg_opfamily f join ns on ns.oid = f.opfnamespace join pg_am am on am.oid = f.opfmethod`,
	`select 'cast', format('%s as %s', castsource::regtype, casttarget::regtype), jsonb_build_array(castfunc::regprocedure::text, castcontext, castmethod)
	 from pg_cast where oid >= 16384`,
	`select 'collation', c.oid::regcollation::text, jsonb_build_array(${owner('pg_collation', 'c.oid', 'c.collowner')},
		to_jsonb(c) - '{oid,collname,collnamespace,collowner,collversion,collencoding}'::text[]) from pg_collation c join ns on ns.oid = c.collnamespace`,
	`select 'conversion', format('%I.%I', ns.nspname, c.conname), jsonb_build_array(${owner('pg_conversion', 'c.oid', 'c.conowner')}, c.conforencoding, c.contoencoding,
		c.conproc::text, c.condefault) from pg_conversion c join ns on ns.oid = c.connamespace`,
	`select 'transform', format('%s language %I', t.trftype::regtype, l.lanname), jsonb_build_array(t.trffromsql::text, t.trftosql::text)
	 from pg_transform t join pg_language l on l.oid = t.trflang`,
	`select 'access method', quote_ident(amname), jsonb_build_array(amtype, amhandler::text) from pg_am where oid >= 16384`,

	/** Text search. */
	`select 'text search configuration', format('%I.%I', ns.nspname, c.cfgname), jsonb_build_array(${owner('pg_ts_config', 'c.oid', 'c.cfgowner')}, p.prsname,
		(select jsonb_agg(jsonb_build_array(m.maptokentype, m.mapseqno, m.mapdict::regdictionary::text) order by m.maptokentype, m.mapseqno)
		 from pg_ts_config_map m where m.mapcfg = c.oid))
	 from pg_ts_config c join ns on ns.oid = c.cfgnamespace join pg_ts_parser p on p.oid = c.cfgparser`,
	`select 'text search dictionary', format('%I.%I', ns.nspname, d.dictname), jsonb_build_array(${owner('pg_ts_dict', 'd.oid', 'd.dictowner')}, t.tmplname, d.dictinitoption)
	 from pg_ts_dict d join ns on ns.oid = d.dictnamespace join pg_ts_template t on t.oid = d.dicttemplate`,
	`select 'text search template', format('%I.%I', ns.nspname, t.tmplname), jsonb_build_array(t.tmplinit::text, t.tmpllexize::text)
	 from pg_ts_template t join ns on ns.oid = t.tmplnamespace`,
	`select 'text search parser', format('%I.%I', ns.nspname, p.prsname), jsonb_build_array(p.prsstart::text, p.prstoken::text, p.prsend::text, p.prsheadline::text, p.prslextype::text)
	 from pg_ts_parser p join ns on ns.oid = p.prsnamespace`,

	/** Extensions and what belongs to them. */
	`select 'extension', quote_ident(e.extname), jsonb_build_array(e.extversion, ns.nspname, e.extrelocatable,
		(select jsonb_agg(x order by x collate "C") from (select format('%s %s', i.type, i.identity) x from member m
			cross join lateral pg_identify_object(m.classid, m.objid, 0) i where m.refobjid = e.oid) x))
	 from pg_extension e join pg_namespace ns on ns.oid = e.extnamespace`,

	/** Foreign data. */
	`select 'foreign data wrapper', quote_ident(fdwname), jsonb_build_array(${owner('pg_foreign_data_wrapper', 'w.oid', 'fdwowner')}, fdwhandler::regproc::text,
		fdwvalidator::regproc::text, ${sorted('fdwoptions')}, ${acl('fdwacl', 'F', 'fdwowner')}) from pg_foreign_data_wrapper w`,
	`select 'foreign server', quote_ident(s.srvname), jsonb_build_array(${role('s.srvowner')}, w.fdwname, s.srvtype, s.srvversion, ${sorted('s.srvoptions')},
		${acl('s.srvacl', 'S', 's.srvowner')}) from pg_foreign_server s join pg_foreign_data_wrapper w on w.oid = s.srvfdw`,
	`select 'user mapping', format('%I on %I', usename, srvname), '[]'::jsonb from pg_user_mappings`,

	/** Replication. */
	`select 'publication', quote_ident(p.pubname), jsonb_build_array(${role('p.pubowner')}, to_jsonb(p) - '{oid,pubname,pubowner}'::text[],
		(select jsonb_agg(x order by x) from (select jsonb_build_array(r.prrelid::regclass::text,
			(select jsonb_agg(a.attname order by a.attnum) from pg_attribute a where a.attrelid = r.prrelid and a.attnum = any (r.prattrs))) x
			from pg_publication_rel r where r.prpubid = p.oid) x),
		(select jsonb_agg(n.nspname order by n.nspname) from pg_publication_namespace pn join pg_namespace n on n.oid = pn.pnnspid where pn.pnpubid = p.oid))
	 from pg_publication p`,
	`select 'filter', format('of publication %I on %s', p.pubname, r.prrelid::regclass), to_jsonb(pg_get_expr(r.prqual, r.prrelid))
	 from pg_publication p join pg_publication_rel r on r.prpubid = p.oid where r.prqual is not null`,
	`select 'subscription', quote_ident(s.subname), jsonb_build_array(${role('s.subowner')}, s.subenabled, s.subslotname, s.subsynccommit, s.subpublications,
		s.subbinary, s.substream, s.subtwophasestate <> 'd', s.subdisableonerr, newer.options)
	 from (select null as subpasswordrequired, null as subrunasowner, null as suborigin, null as subfailover) none_yet
		cross join pg_subscription s cross join lateral (${NEWER_SUBSCRIPTION_OPTIONS}) newer where s.subdbid = (select oid from db)`,

	/** Default privileges, comments, security labels, large objects. */
	`select 'default privileges', format('for role %I%s on %s', ${role('defaclrole')}, ' in schema ' || quote_ident(n.nspname), defaclobjtype), to_jsonb(${acl('defaclacl', null, 'defaclrole')})
	 from pg_default_acl left join pg_namespace n on n.oid = defaclnamespace`,
	`select 'comment', i.type || ' ' || i.identity, to_jsonb(d.description) from pg_description d cross join lateral pg_identify_object(d.classoid, d.objoid, d.objsubid) i
	 where d.objoid >= ${FIRST_UNPINNED} and d.classoid <> 'pg_catalog.pg_collation'::regclass or d.objoid >= 16384 or d.classoid = 'pg_catalog.pg_largeobject'::regclass
		or (d.classoid = 'pg_catalog.pg_namespace'::regclass and d.objoid = 2200)`,
	`select 'security label', format('%s %s by %s', i.type, i.identity, l.provider), to_jsonb(l.label)
	 from pg_seclabel l cross join lateral pg_identify_object(l.classoid, l.objoid, l.objsubid) i`,
	`select 'large objects', format('of %I, privileges %s', owner, list), to_jsonb(string_agg(oid::text, ',' order by oid))
	 from (select oid, ${role('lomowner')} owner, ${acl('lomacl', 'L', 'lomowner')} list from pg_largeobject_metadata) l group by owner, list`,

	...BUILT_IN,
	`select 'schema', quote_ident(nspname), jsonb_build_array(${role('nspowner')}) from pg_namespace where nspname in ('pg_catalog', 'information_schema')`,

	/** Privileges on what initdb made: those that pg_dump does not tell of are kept beside the dump. */
	`select 'privileges', 'system function ' || p.oid::regprocedure, to_jsonb(${acl('p.proacl', null, 'p.proowner')})
	 from pg_proc p where p.proacl is not null and p.pronamespace not in (select oid from ns)`,
	`select 'privileges', 'system type ' || t.oid::regtype, to_jsonb(${acl('t.typacl', null, 't.typowner')})
	 from pg_type t where t.typacl is not null and t.typnamespace not in (select oid from ns)`,
	`select 'privileges', 'system relation ' || c.oid::regclass, to_jsonb(${acl('c.relacl', null, 'c.relowner')})
	 from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relacl is not null and n.nspname in ('pg_catalog', 'information_schema')`,
	`select 'privileges', format('system column %s.%I', c.oid::regclass, a.attname), to_jsonb(${acl('a.attacl', null, 'c.relowner')}) from pg_class c
	 join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid where a.attacl is not null and n.nspname in ('pg_catalog', 'information_schema')`,
	`select 'privileges', 'schema ' || quote_ident(nspname), to_jsonb(${acl('nspacl', 'n', 'nspowner')}) from pg_namespace where nspname in ('pg_catalog', 'information_schema')`,

	/** The database itself, and what of the cluster bears on it. */
	`select 'database', '', jsonb_build_array(${role('datdba')}, encoding, datcollate, datctype, datistemplate, datconnlimit,
		(to_jsonb(db) -> 'datlocprovider'), coalesce(to_jsonb(db) -> 'datlocale', to_jsonb(db) -> 'daticulocale'), (to_jsonb(db) -> 'daticurules'),
		(select spcname from pg_tablespace where oid = dattablespace)) from db`,
	`select 'privileges', 'database', to_jsonb(${acl('datacl', 'd', 'datdba')}) from db`,
	`select 'comment', 'database', to_jsonb(description) from pg_shdescription where classoid = 'pg_catalog.pg_database'::regclass and objoid = (select oid from db)`,
	`select 'security label', 'database by ' || provider, to_jsonb(label) from pg_shseclabel where classoid = 'pg_catalog.pg_database'::regclass and objoid = (select oid from db)`,
	`select 'settings', concat_ws(' ', case when setdatabase <> 0 then 'database' end, case when setrole <> 0 then 'role ' || quote_ident(${role('setrole')}) end),
		to_jsonb(${sorted('setconfig')}) from pg_db_role_setting where setdatabase in (0, (select oid from db))`,
	`select 'role', quote_ident(rolname), to_jsonb(r) - '{oid,rolname,rolpassword,rolconfig}'::text[] from pg_roles r where rolname !~ '^pg_'`,
	`select 'membership', format('%I in %I by %I', ${role('member')}, ${role('roleid')}, ${role('grantor')}), to_jsonb(m) - '{oid,roleid,member,grantor}'::text[] from pg_auth_members m`,
	`select 'comment', 'role ' || quote_ident(${role('objoid')}), to_jsonb(description) from pg_shdescription where classoid = 'pg_catalog.pg_authid'::regclass and objoid >= 16384`,
	`select 'security label', format('role %I by %s', ${role('objoid')}, provider), to_jsonb(label) from pg_shseclabel where classoid = 'pg_catalog.pg_authid'::regclass`,
	`select 'tablespace', quote_ident(spcname), jsonb_build_array(${role('spcowner')}, ${sorted('spcoptions')}, ${acl('spcacl', 't', 'spcowner')}) from pg_tablespace`,
	`select 'privileges', 'parameter ' || parname, to_jsonb(${acl('paracl', null, '10::oid')}) from pg_parameter_acl`,
];

/** A cast, as a text of JSON has it. */
const CASTS = `$re$::(?:character varying|double precision|bit varying|(?:timestamp|time)(?:\\(\\d\\))? with(?:out)? time zone|(?:\\\\"[^"]+"|\\w+)(?:\\.(?:\\\\"[^"]+"|\\w+))?)(?:\\(\\d+(?:, *\\d+)?\\))?(?:\\[\\])*$re$`;

/** What a text leaves when casts, parentheses and white space are taken out of it: all that a dump and a restore may add or take away. */
const OUTLINE = `replace(translate(case when strpos(text, '::') > 0 then regexp_replace(text, ${CASTS}, '', 'g') else text end, '() ', ''), '\\n', '')`;

/** Whether there is an expression in it, or in doubt: of a column its default, of an index more than names of columns, of a constraint what it checks. */
const HAS_EXPRESSION = `case kind when 'column' then text not like '[null,%' when 'index' then text like '[%(%(%,%'
	when 'constraint' then text like '["CHECK%' or text like '["EXCLUDE%'
	else kind in ('partitioned table', 'rule', 'trigger', 'policy', 'statistics', 'function', 'procedure', 'default', 'filter') end`;

/** The whole statement over these sources. */
export const catalogSqlOf = (sources: readonly string[]) => `
with db as materialized (select * from pg_database where datname = current_database()),
ns as materialized (select * from pg_namespace where nspname !~ '^pg_' and nspname <> 'information_schema'),
rel as materialized (select c.*, format('%I.%I', n.nspname, c.relname) as name from pg_class c join ns n on n.oid = c.relnamespace),
member as materialized (select classid, objid, refobjid from pg_depend where deptype = 'e' and refclassid = 'pg_catalog.pg_extension'::regclass),
parents as materialized (select inhrelid, string_agg(inhparent::regclass || case when inhdetachpending then ' (detaching)' else '' end, ',' order by inhseqno) list
	from pg_inherits group by inhrelid),
targets as materialized (select attrelid, jsonb_agg(jsonb_build_array(attnum, attstattarget) order by attnum) list
	from pg_attribute where attstattarget >= 0 and attnum > 0 group by attrelid),
altered as materialized (select tgconstraint, jsonb_agg(jsonb_build_array(tgfoid::regproc::text, tgenabled) order by tgfoid::regproc::text, tgenabled) triggers
	from pg_trigger where tgisinternal and tgenabled <> 'O' group by tgconstraint),
definition (kind, name, text) as (
${sources.map((source) => `select kind, name, coalesce(body::text, '') from (${source}) source (kind, name, body)`).join('\nunion all\n')}
)
select kind, name, encode(sha256(convert_to(text, 'UTF8')), 'hex') as definition,
	case when ${HAS_EXPRESSION} then md5(${OUTLINE}) end as outline from definition`;

export const CATALOG_SQL = catalogSqlOf(SOURCES);
/** Only its entries of the kind `built-in`. */
export const BUILT_IN_SQL = catalogSqlOf(BUILT_IN);
