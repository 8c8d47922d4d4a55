export interface ContractingStatement {
  readonly statement: string
  /** What the release before would suffer. */
  readonly why: string
}

/**
 * The statements that a release may not survive which serves while they run, or to which an operator goes back: all
 * that do more than expand the schema. A table that earlier statements make is nobody's yet. What is not known counts,
 * too, so that a person looks at it.
 */
export function contractingStatements(statements: readonly string[]): ContractingStatement[] {
  const newTables = new Set<string>()
  const found: ContractingStatement[] = []
  for (const statement of statements.map(plain)) {
    const made = /^create (?:virtual )?table (?:if not exists )?([^\s(]+)/.exec(statement)?.[1]
    if (made) newTables.add(made)
    else if (!newTables.has(tableOf(statement)) && !expanding.some((pattern) => pattern.test(statement))) {
      found.push({ statement, why: reasons.find(([pattern]) => pattern.test(statement))?.[1] ?? UNKNOWN })
    }
  }
  return found
}

function plain(statement: string): string {
  // A body of a function or a trigger, and a quoted text, is no change of the schema.
  const outside = statement.replace(/\$\$[\s\S]*?\$\$/g, '').replace(/'[^']*'/g, "''")
  return outside.replace(/--.*$/gm, '').replace(/\s+/g, ' ').trim().toLowerCase()
}

function tableOf(statement: string): string {
  const named = /^(?:alter table|insert into|update|delete from) (?:if exists )?(?:only )?([^\s(]+)/.exec(statement)
  const indexed = /^create (?:unique )?(?:index|trigger) .*?\bon (?:only )?([^\s(]+)/.exec(statement)
  return (named ?? indexed)?.[1] ?? ''
}

/** Beside what these do, a release that does not know of it goes on. */
const expanding = [
  /^create (index|view|sequence|function|or replace function|trigger|extension)\b/,
  // A column with a default fills itself; one that may be null stays empty.
  /^alter table \S+ add (column )?(if not exists )?(?!constraint|check|unique|primary|foreign)(?!.*\bnot null\b)/,
  /^alter table \S+ add (column )?(if not exists )?(?=.*\bnot null\b)(?=.*\bdefault\b)/,
  /^alter table \S+ alter (column )?\S+ (drop not null|set default)\b/,
  /^insert into\b/,
  // Filling what was just added.
  /^update \S+ set\b/,
]

const UNKNOWN = 'it is not known to only expand; have a person look at what it does to the release before'

const reasons: readonly (readonly [pattern: RegExp, why: string])[] = [
  [/\bdrop default\b/, 'the release before inserts rows without a value'],
  [/\bdrop (table|view|type|column|schema|sequence|constraint|index)\b/, 'the release before still relies on it'],
  [/\brename\b/, 'the release before asks for the old name'],
  [/\balter (column )?\S+ (set data )?type\b/, 'it rewrites the table under a lock'],
  [/\bset not null\b/, 'the release before may still write nothing there'],
  [/^(truncate|delete from)\b/, 'the release before still reads these rows'],
  [
    /^create unique index\b|\badd (constraint|check|unique|primary|foreign)\b/,
    'the release before may still write what it forbids',
  ],
  [/\badd\b.*\bnot null\b/, 'the release before inserts rows without it: give it a default'],
]
