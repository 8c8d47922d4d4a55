/**
 * The statements of a migration that the release before may not survive while it still serves: what drops, renames,
 * retypes, or newly forbids something that stood there before. A table that the same statements make is nobody's yet.
 * What it does not know counts as narrowing: a person should look.
 */
export function narrowingStatements(statements: readonly string[]): string[] {
  const own = new Set<string>()
  const found: string[] = []
  for (const statement of statements.map(inOneLine)) {
    const made = /^create table (?:if not exists )?(\w+)/i.exec(statement)?.[1]
    if (made) own.add(made.toLowerCase())
    else if (!own.has(tableOf(statement)) && !expanding.some((pattern) => pattern.test(statement)))
      found.push(statement)
  }
  return found
}

const inOneLine = (statement: string): string => statement.replaceAll(/\s+/g, ' ').trim()

function tableOf(statement: string): string {
  return (
    /^(?:alter table|insert into|update|delete from|create (?:unique )?index \w+ on|create trigger .*? on) (\w+)/i
      .exec(statement)?.[1]
      ?.toLowerCase() ?? ''
  )
}

/** What a release that does not know of it goes on beside. */
const expanding = [
  /^create (?!unique )(virtual table|index|view|sequence|function|or replace function|trigger|extension)\b/i,
  // A column with a default fills itself; one that may be null stays empty.
  /^alter table \w+ add column (?!.*\bnot null\b)/i,
  /^alter table \w+ add column .*\bnot null\b.*\bdefault\b/i,
  /^alter table \w+ add column .*\bdefault\b.*\bnot null\b/i,
  /^alter table \w+ alter column \w+ (drop not null|set default)\b/i,
  /^insert into\b/i,
  // Filling what was just added.
  /^update \w+ set\b/i,
]
