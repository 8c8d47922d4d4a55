import type { DatabaseDialect } from '#platform/database/dialect.ts'
import { type SchemaMigration, statementsOf } from '#platform/database/migrate.ts'

interface Rule {
  readonly pattern: RegExp
  readonly why: string
  /** Harmless to a table that the same migration makes: no older release knows it. */
  readonly isFineForNewTables?: true
}

const rules: readonly Rule[] = [
  { pattern: /\bdrop (table|view|type|column|schema|sequence)\b/, why: 'the release before still reads it' },
  { pattern: /\bdrop default\b/, why: 'the release before inserts rows without a value' },
  { pattern: /\brename (to|column|constraint|\S+ to)\b/, why: 'the release before asks for the old name' },
  { pattern: /\balter (column )?\S+ (set data )?type\b/, why: 'it rewrites the table under a lock' },
  { pattern: /\bset not null\b/, why: 'the release before may still write nothing there' },
  {
    pattern: /\badd (column )?(if not exists )?\S+ (?!.*\bdefault\b).*\bnot null\b/,
    why: 'the release before inserts rows without it: give it a default',
  },
  {
    pattern: /^alter table \S+ add (constraint|check|unique|primary key|foreign key)\b/,
    why: 'the release before may still write what it forbids',
    isFineForNewTables: true,
  },
  {
    pattern: /^create unique index\b/,
    why: 'the release before may still write what it forbids',
    isFineForNewTables: true,
  },
  { pattern: /^(truncate|delete from)\b/, why: 'the release before still reads these rows' },
]

/** Why this migration cannot run while the release before serves, a sentence each; none when it only expands. */
export function whatContracts(migration: SchemaMigration, dialect: DatabaseDialect): string[] {
  const statements = statementsOf(migration, dialect).map(plain)
  const newTables = new Set(statements.flatMap((one) => /^create table (?:if not exists )?(\S+)/.exec(one)?.[1] ?? []))
  return statements.flatMap((statement) =>
    rules
      .filter(({ pattern, isFineForNewTables }) => {
        const table = tableOf(statement)
        return pattern.test(statement) && !(isFineForNewTables && table !== undefined && newTables.has(table))
      })
      .map(({ why }) => `${migration.name}: “${statement}”: ${why}`),
  )
}

function plain(statement: string): string {
  // A body of a function or a trigger, and a quoted text, is no change of the schema.
  const outside = statement.replace(/\$\$[\s\S]*?\$\$/g, '').replace(/'[^']*'/g, "''")
  return outside.replace(/--.*$/gm, '').replace(/\s+/g, ' ').trim().toLowerCase()
}

function tableOf(statement: string): string | undefined {
  return (/^alter table (?:if exists )?(?:only )?(\S+)/.exec(statement) ??
    /\bon (?:only )?([^\s(]+)/.exec(statement))?.[1]
}
